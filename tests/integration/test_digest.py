"""The digests on both databases: one per head and working day, the city's for the office, and what stands in them."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select, update

from alertd.model.alerts import AlertEvent, Cycle
from alertd.model.base import table_of
from alertd.model.directory import Contact
from alertd.model.duration import Duration
from alertd.model.freshness import Doubt
from alertd.model.notices import notices_table
from alertd.model.people import Answer
from alertd.model.polls import Poll, Reject
from alertd.model.words import Level, NoticeKind, Reason, Role
from alertd.notices.digest import preview_digest, write_digests
from alertd.notices.stamp import stamped
from alertd.notices.tell import tell
from alertd.store import audit, troubles
from alertd.store.database import Store
from tests.integration.alerts_site import statements
from tests.notice_city import APOLOGY, LAN, MINH, NOW, OFFICE, OVERDUE, SOON, City, at, fresh, local

REMINDER, WARNING, CRITICAL = Level.REMINDER, Level.WARNING, Level.CRITICAL


def written(city: City, moment: datetime = NOW, *, cycle: int = 1) -> int:
    with city.store.write() as session:
        return write_digests(session, city.desk(moment), at(moment), cycle)


def told(city: City, moment: datetime = NOW, *, cycle: int = 1) -> None:
    with city.store.write() as session:
        tell(session, city.desk(moment), at(moment), cycle)


def of(city: City, recipient: str) -> list[Any]:
    return [notice for notice in city.notices() if notice.recipient == recipient]


def moved(city: City, alert: int, before: str | None, now: str | None, moment: datetime) -> None:
    """What a cycle leaves behind in which the record of an alert has moved to another unit."""
    with city.store.write() as session:
        connection = session.connection()
        cycle = connection.execute(insert(table_of(Cycle)).values(now=moment).returning(table_of(Cycle).c.id)).scalar()
        row = {"alert_id": alert, "cycle_id": cycle, "at": moment, "what": Reason.MOVED.value, "actor": "", "note": ""}
        connection.execute(insert(table_of(AlertEvent)).values(row | {"unit": now, "unit_before": before}))


def part(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    after = text.split(heading, 1)[1]
    return after.split("\n\n", 1)[0]


@pytest.fixture
def city(store: Store) -> City:
    return City(store, digest={"when_empty": "never"})


def test_a_head_gets_one_digest_a_day_at_the_set_hour(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    assert written(city, local(5, 7, 29)) == 0
    assert written(city, local(5, 7, 30)) == 2
    assert written(city, local(5, 7, 35), cycle=2) == 0
    assert written(city, local(5, 16), cycle=3) == 0
    assert written(city, local(6, 7, 30), cycle=4) == 2
    (first, second) = of(city, LAN.name)
    assert (first.kind, first.urgency, first.silent, first.bulk) == ("digest", 2, True, True)
    assert first.digest_on.isoformat() == "2026-10-05"
    assert first.once == "digest:2026-10-05:lan@h.vn"
    assert first.subject == "[TTHC] Bản tin ngày 05/10/2026 — Phường Một: Hồ sơ quá hạn: 1"
    assert second.once == "digest:2026-10-06:lan@h.vn"


@pytest.mark.parametrize(("mode", "offered"), [("live", ["lan@h.vn"]), ("rehearsal", [])])
def test_a_figure_of_a_digest_can_be_disputed_by_its_head_alone(store: Store, mode: str, offered: list[str]) -> None:
    chats = {"lan@h.vn": "77", "minh@h.vn": "78", "vp@h.vn": "79"}
    city = City(store, mode=mode, digest={"when_empty": "daily"}, chats=chats)
    city.finds("H26.1-261001-0001", REMINDER)
    assert written(city) == 3
    assert [n.person for n in city.notices() if f"dis:{n.id}" in n.buttons] == offered


def test_there_is_none_on_a_day_off_unless_the_settings_say_daily(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    assert written(city, local(4, 9)) == 0
    city.digest = {"when_empty": "never", "days": "daily"}
    assert written(city, local(4, 9)) == 2


def test_after_an_outage_a_head_gets_one_digest_and_not_one_for_each_day(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    for day in (1, 2, 5):
        written(city, local(day, 8), cycle=day)
    assert [notice.state for notice in of(city, LAN.name)] == ["superseded", "superseded", "pending"]


def test_a_digest_holds_what_stands_what_to_do_what_was_done_and_what_will_be_due(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL, late=30)
    city.finds("H26.1-261001-0002", WARNING, late=6)
    city.finds("H26.1-261001-0002", WARNING, rule=APOLOGY)
    city.finds("H26.1-261001-0003", REMINDER, rule=SOON, late=-1)
    city.finds("H26.1-261001-0004", WARNING)
    city.end("H26.1-261001-0004", local(2, 16))
    city.finds("H26.1-261001-0005", REMINDER)
    city.end("H26.1-261001-0005", local(2, 16), ended=False, reason="moved_on")
    written(city)
    (notice,) = of(city, LAN.name)
    text = notice.text
    assert "Hồ sơ quá hạn: 2 hồ sơ, 2 mới." in part(text, "I. Tổng hợp")
    today = part(text, "II. Việc cần làm hôm nay")
    assert (
        today.index("1) Hồ sơ quá hạn · H26.1-261001-0001") if "1) Hồ sơ" in today else "1) H26.1-261001-0001" in today
    )
    assert text.count("H26.1-261001-0002") == 1
    assert "đồng thời: Quá hạn chưa xin lỗi" in today
    assert "0003" not in today
    assert "Giải quyết dứt điểm." in today
    assert "118/2025" in today
    assert part(text, "III. Đã xử lý từ 07:30 ngày 02/10/2026").strip() == (
        "Hồ sơ quá hạn: 1 hồ sơ (H26.1-261001-0004, 02/10/2026)."
    )
    assert "0003 · 1.004227 · hẹn trả 06/10/2026 · còn 1 ngày" in part(text, "IV. Sắp đến hạn")


def test_what_the_digest_tells_is_marked_and_the_rest_waits_for_its_own_notice(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    city.finds("H26.1-261001-0002", WARNING)
    written(city, local(5, 7, 30))
    assert city.alert("H26.1-261001-0001").told_level == 1
    assert city.alert("H26.1-261001-0002").told_level is None
    (notice,) = of(city, LAN.name)
    assert [link for link in city.links() if link[0] == notice.id] == [
        (notice.id, "H26.1-261001-0001", "opened"),
        (notice.id, "H26.1-261001-0002", "listed"),
    ]
    told(city, local(5, 7, 30), cycle=2)
    assert city.alert("H26.1-261001-0002").told_level == 2


def test_a_reminder_that_becomes_a_warning_is_told_by_a_notice(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    written(city)
    city.change("H26.1-261001-0001", level=2, reason="worse")
    told(city, local(6, 8), cycle=2)
    assert of(city, LAN.name)[-1].kind == "alert"


def test_the_change_is_against_the_digest_before(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.1-261001-0002", CRITICAL)
    written(city, local(5, 8))
    told(city, local(5, 8), cycle=1)
    city.end("H26.1-261001-0002", local(5, 9))
    written(city, local(6, 8), cycle=2)
    assert "Hồ sơ quá hạn: 1 hồ sơ (giảm 1 so với 08:00 ngày 05/10/2026)" in of(city, LAN.name)[-1].text


def test_the_worst_come_first_over_all_rules_and_the_list_is_as_long_as_the_settings_say(store: Store) -> None:
    city = City(store, digest={"lines": 3, "when_empty": "never"})
    for number in range(3):
        city.finds(f"H26.1-261001-{number:04}", WARNING, late=20 + number)
        city.finds(f"H26.1-261002-{number:04}", CRITICAL, rule=APOLOGY, late=10 + number)
    written(city)
    (notice,) = of(city, LAN.name)
    today = part(notice.text, "II. Việc cần làm hôm nay")
    assert [f"261002-{number:04}" in today for number in (2, 1, 0)] == [True] * 3
    assert "261001" not in today
    assert "và 3 việc khác (danh sách đầy đủ trong tệp kèm theo)" in today
    (file,) = [file for file in city.files() if file.notice_id == notice.id]
    assert set(CalamineWorkbook.from_filelike(BytesIO(file.content)).sheet_names) == {
        "Hồ sơ quá hạn",
        "Quá hạn chưa xin lỗi",
    }


def test_the_records_of_several_rules_stand_under_their_names_each_request_with_its_own_deadline(store: Store) -> None:
    slow = replace(APOLOGY, action={"vi": "Xin lỗi"}, act_within=Duration.parse("2 working days"))
    city = City(store, rules=(OVERDUE, slow), digest={"when_empty": "never"})
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.1-261001-0002", WARNING, rule=slow)
    written(city)
    text = of(city, LAN.name)[0].text
    assert "> Hồ sơ quá hạn\n1) H26.1-261001-0001" in text
    assert "> Quá hạn chưa xin lỗi\n2) H26.1-261001-0002" in text
    assert "Đề nghị: Giải quyết dứt điểm. Thời hạn: trước khi hết ngày 07/10/2026." in text
    assert "Đề nghị: Xin lỗi. Thời hạn: trước khi hết ngày 07/10/2026." in text


@pytest.mark.parametrize(("how_often", "days"), [("never", []), ("weekly", [5, 12]), ("daily", [5, 6, 7, 8, 9, 12])])
def test_a_head_with_nothing_open_hears_so_as_often_as_the_settings_say(
    store: Store, how_often: str, days: list[int]
) -> None:
    city = City(store, digest={"when_empty": how_often})
    for day in range(5, 13):
        written(city, local(day, 8), cycle=day)
        written(city, local(day, 9), cycle=100 + day)
    found = of(city, MINH.name)
    assert [notice.digest_on.day for notice in found] == days
    assert all("Không có hồ sơ quá hạn hoặc việc nào khác đang mở tính đến" in notice.text for notice in found)


def test_a_head_who_has_just_cleared_everything_hears_it(store: Store) -> None:
    city = City(store)
    city.finds("H26.1-261001-0001", WARNING)
    written(city, local(5, 8))
    city.end("H26.1-261001-0001", local(5, 15))
    written(city, local(6, 8), cycle=2)
    last = of(city, LAN.name)[-1]
    assert last.digest_on.day == 6
    assert "Không có hồ sơ quá hạn hoặc việc nào khác đang mở tính đến" in last.text
    assert "1 hồ sơ (H26.1-261001-0001, 05/10/2026)" in last.text
    assert "không có việc tồn đọng" in last.subject


def test_what_has_moved_to_another_head_is_told_to_the_one_who_had_it_and_nothing_else_is(store: Store) -> None:
    both = replace(MINH, unit="H26.3", role=Role.ACTING)
    city = City(store, people=(LAN, MINH, OFFICE, both))
    written(city, local(5, 8))
    for number, (before, now) in enumerate(
        [("H26.1", "H26.2"), ("H26.1", "H26.2"), ("H26.2", "H26.3"), ("H26.1", "H26.1"), (None, "H26.1")]
    ):
        for rule in (OVERDUE, APOLOGY) if not number else (OVERDUE,):
            alert = city.finds(f"H26.1-261001-000{number}", REMINDER, rule=rule, unit=now)
            moved(city, alert, before, now, local(5, 9))
    written(city, local(6, 8), cycle=2)
    (lan, minh) = (of(city, name)[-1].text for name in (LAN.name, MINH.name))
    left = "Hồ sơ quá hạn (đã chuyển sang đơn vị khác): 2 hồ sơ (H26.1-261001-0000, 05/10/2026; H26.1-261001-0001, 05/10/2026)."
    assert left in lan
    assert lan.count("(đã chuyển sang đơn vị khác)") == 1  # each record once
    assert "đã chuyển" not in minh
    written(city, local(7, 8), cycle=3)
    assert "đã chuyển" not in of(city, LAN.name)[-1].text


def test_a_source_in_doubt_prints_no_figure_as_current(store: Store) -> None:
    city = City(store, freshness=fresh(local(2, 7), doubt=Doubt.STALE))
    city.finds("H26.1-261001-0001", WARNING)
    written(city)
    for notice in (*of(city, LAN.name), *of(city, OFFICE.name)):
        assert "Hồ sơ quá hạn: chưa xác định; số liệu cuối lúc 07:00 ngày 02/10/2026: 1 hồ sơ." in notice.text
        assert "dữ liệu đã cũ" in notice.text
    assert "Hồ sơ quá hạn: chưa xác định" in of(city, LAN.name)[0].subject


def test_in_a_rehearsal_the_office_gets_every_digest_marked_and_its_own(store: Store) -> None:
    city = City(store, mode="rehearsal", digest={"when_empty": "never"})
    city.finds("H26.1-261001-0001", WARNING)
    city.finds("H26.2-261001-0001", WARNING, unit="H26.2")
    assert written(city) == 3
    assert {notice.address for notice in city.notices()} == {"vp@h.vn"}
    assert sorted(notice.meant_for for notice in city.notices()) == ["", "lan@h.vn", "minh@h.vn"]
    assert written(city, NOW + timedelta(hours=1), cycle=2) == 0
    assert written(city, local(6, 8), cycle=3) == 3
    assert sorted(notice.state for notice in city.notices()) == ["pending"] * 3 + ["superseded"] * 3


def test_what_no_head_hears_stands_in_the_digest_of_the_office(store: Store) -> None:
    city = City(store, digest={"when_empty": "never"})
    city.finds("A", REMINDER, unit=None)
    city.finds("B", REMINDER, unit="H26.3")
    city.finds("C", REMINDER, unit="H26.9")
    assert written(city) == 1
    (notice,) = city.notices()
    assert (notice.kind, notice.once) == ("office", "city:2026-10-05:vp@h.vn")
    assert "Việc chuyển Văn phòng" in notice.text
    for words in ("không ghi đơn vị", "không có người đứng đầu trong danh bạ", "chưa ghi đơn vị kế thừa"):
        assert words in notice.text
    assert [city.alert(code).told_level for code in "ABC"] == [1, 1, 1]


def test_what_nobody_took_over_is_one_line_of_the_office_and_counts_as_told(store: Store) -> None:
    city = City(store, digest={"when_empty": "never"})
    for number in range(30):
        city.finds(f"H26.9-261001-{number:04}", CRITICAL, unit="H26.9")
        city.finds(f"H26.9-261001-{number:04}", WARNING, unit="H26.9", rule=APOLOGY)
    city.finds("B", CRITICAL, unit="H26.3")
    told(city, cycle=1)
    (first,) = of(city, OFFICE.name)
    assert ("Hồ sơ quá hạn: 1 " in first.subject, "Quận Cũ" in first.text) == (True, False)
    told(city, NOW + timedelta(hours=1), cycle=2)
    assert len(city.notices()) == 1
    written(city, cycle=3)
    digest = of(city, OFFICE.name)[-1].text
    assert "Quận Cũ (kết thúc ngày 30/06/2025): 30 việc đang mở, chưa ghi đơn vị kế thừa" in digest  # each record once
    assert "H26.9-261001" not in digest
    assert "B ·" in digest  # and they take nobody's place in the list
    assert "được giữ lại" not in digest  # nothing was kept because there were too many messages
    assert {link[2] for link in city.links() if link[1] == "H26.9-261001-0000"} == {"opened"}
    told(city, local(7, 9), cycle=4)  # to be repeated: with the next digest
    assert "Quận Cũ" not in of(city, OFFICE.name)[-1].text


def test_the_city_is_ranked_each_record_once(city: City) -> None:
    for number in range(3):
        city.finds(f"H26.2-261001-{number:04}", WARNING, unit="H26.2")
        city.finds(f"H26.2-261001-{number:04}", CRITICAL, unit="H26.2", rule=APOLOGY)
    city.finds("H26.1-261001-0001", WARNING)
    city.finds("H26.1-261001-0002", REMINDER, rule=SOON)
    told(city)
    city.change("H26.1-261001-0001", state="acknowledged")
    written(city)
    text = of(city, OFFICE.name)[-1].text
    ranked = part(text, "II. Đơn vị xếp theo việc tồn đọng").strip().splitlines()
    assert ranked == [
        "- Phường Hai: 3 tồn đọng, 3 nghiêm trọng, 3 chưa phản hồi.",
        "- Phường Một: 1 tồn đọng, 0 nghiêm trọng, 0 chưa phản hồi.",
    ]


def test_the_office_reads_who_is_silent_and_who_cannot_be_reached(store: Store) -> None:
    city = City(store, people=(LAN, MINH, OFFICE, Contact("H26.3", Role.HEAD, "Không Địa Chỉ")))
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    told(city, local(2, 9))
    with store.write() as session:
        sent = update(notices_table).values(state="sent", sent_at=local(2, 9))
        session.connection().execute(sent)
        heard = notices_table.c.recipient == MINH.name
        session.connection().execute(update(notices_table).where(heard).values(confirmed_at=local(2, 10)))
    written(city, cycle=2)
    text = of(city, OFFICE.name)[-1].text
    silent = part(text, "Thông báo chưa được phản hồi").strip()
    assert silent == "1) Nguyễn Thị Lan, Phường Một: 1 thông báo, sớm nhất từ 09:00 ngày 02/10/2026"
    assert "Phường Ba: không có địa chỉ liên hệ được" in part(text, "Đơn vị chưa liên hệ được với người đứng đầu")
    assert "2 thông báo đã gửi, 0 không gửi được" in text


def test_the_office_reads_the_state_of_the_data(city: City) -> None:
    city.freshness |= {"dvc": replace(city.freshness["one-stop"], source="dvc", doubt=Doubt.FAILED, as_of=local(4, 6))}
    with city.store.write() as session:
        poll = Poll(source="one-stop", dataset="files", started_at=local(5, 6), state="believed", records=9, rejected=5)
        session.add(poll)
        session.flush()
        # what confirms it has read no row, and takes none of its own away
        session.add(Poll(source="one-stop", dataset="files", started_at=local(5, 7), state="unchanged", records=9))
        for number in range(5):
            given: dict[str, Any] = {
                "place": f"dòng {number}",
                "field": "due_at",
                "value": "31/02/2026\n<b>",
                "expected": "ngày",
            }
            session.add(Reject(poll_id=poll.id or 0, source="one-stop", **given))
        troubles.tell(session, [("source:dvc", "Nguồn dvc không trả lời")], now=local(5, 6))
    written(city)
    (notice,) = of(city, OFFICE.name)
    assert "one-stop: dữ liệu lúc 08:00 ngày 05/10/2026; 5 dòng không đọc được." in notice.text
    assert "dvc: chưa xác định (không trả lời); số liệu cuối lúc 06:00 ngày 04/10/2026." in notice.text
    assert "Nguồn dvc không trả lời (từ 06:00 ngày 05/10/2026)" in notice.text
    assert "3) one-stop, dòng 2: due_at = “31/02/2026 <b>”, cần ngày" in notice.text
    assert "dòng 3" not in notice.text


def test_answers_are_handed_to_the_office_once(city: City) -> None:
    with city.store.write() as session:
        given: dict[str, Any] = {
            "channel": "telegram",
            "user_id": 1,
            "person": "lan@h.vn",
            "name": LAN.name,
            "unit": "H26.1",
        }
        session.add(Answer(at=local(5, 7), text="Đã chỉ đạo\nxử lý <i>", **given))
    written(city)
    assert "Nguyễn Thị Lan, Phường Một (07:00 ngày 05/10/2026): “Đã chỉ đạo xử lý <i>”" in city.notices()[0].text
    written(city, local(6, 8), cycle=2)
    assert "Đã chỉ đạo" not in city.notices()[1].text
    with city.store.read() as session:
        assert session.connection().execute(select(table_of(Answer).c.told_at)).scalar_one() == NOW


def test_the_office_reads_the_head_of_the_audit_chain(city: City) -> None:
    with city.store.write() as session:
        audit.record(session, at=NOW, actor="x", action="y", subject="z")
        seq, head = audit.head(session)
    written(city)
    assert f"Dấu niêm phong nhật ký: {seq}:{head[:32]} " in city.notices()[0].text


def test_a_preview_shows_the_same_and_writes_nothing(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    with city.store.read() as session:
        seen = preview_digest(session, city.desk(), at())
        one = preview_digest(session, city.desk(), at(), "H26.1")
    assert [(preview.recipient, preview.kind) for preview in seen] == [
        (LAN.name, NoticeKind.DIGEST),
        (OFFICE.name, NoticeKind.OFFICE),
    ]
    assert [preview.unit for preview in one] == ["H26.1"]
    assert city.notices() == []
    assert city.alert("H26.1-261001-0001").told_at is None
    written(city)
    made = of(city, LAN.name)[0]
    assert (
        made.text == stamped(seen[0].message, made.id, made.code).text
    )  # the number and the code come with the writing
    with city.store.read() as session:
        assert len(preview_digest(session, city.desk(), at(), "H26.1")) == 1


def test_a_preview_of_the_office_shows_the_city(city: City) -> None:
    with city.store.read() as session:
        (preview,) = preview_digest(session, city.desk(), at(), "H26.VP")
    assert preview.kind is NoticeKind.OFFICE


def test_a_new_head_gets_the_digest_of_the_day_when_he_can_be_reached(city: City) -> None:
    city.people = (LAN, OFFICE)
    city.finds("H26.2-261001-0001", REMINDER, unit="H26.2")
    assert written(city, local(5, 8)) == 1
    city.people = (LAN, MINH, OFFICE)
    assert written(city, local(5, 10), cycle=2) == 1
    assert city.notices()[-1].recipient == MINH.name


def test_where_the_office_cannot_be_reached_heads_still_hear(store: Store) -> None:
    city = City(store, people=(LAN,), digest={"when_empty": "never"})
    city.finds("H26.1-261001-0001", REMINDER)
    city.finds("X", REMINDER, unit=None)
    assert written(city) == 1
    assert city.alert("X").told_at is None


def test_without_any_rule_the_office_still_gets_its_digest(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    city.rules = ()
    assert written(city) == 1
    assert city.notices()[0].kind == "office"


def test_english_heads_read_english(store: Store) -> None:
    city = City(store, people=(replace(LAN, language="en"), replace(OFFICE, language="en")))
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.1-261001-0002", WARNING)
    city.end("H26.1-261001-0002", local(2, 16))
    written(city)
    digest, office = of(city, LAN.name)[0], of(city, OFFICE.name)[0]
    for words in (
        "I. In sum",
        "Overdue files: 1 file, 1 new.",
        "II. To be done today",
        "III. Dealt with since 07:30 on",
    ):
        assert words in digest.text
    assert "Units by what is open" in office.text
    assert json.loads(office.counts) == {"overdue-files": {"H26.1": 1}}


def test_many_heads_take_as_many_statements_as_one(store: Store) -> None:
    units = ("H26.1", "H26.2", "H26.3")
    people = [Contact(unit, Role.HEAD, f"Head {unit}", email=f"{unit}@h.vn") for unit in units]
    city = City(store, people=(*people, OFFICE), digest={"when_empty": "never"})
    counts = []
    for day, chosen in ((5, units[:1]), (6, units)):
        for unit in chosen:
            city.finds(f"{unit}-2610{day:02}-0001", WARNING, unit=unit)
        with statements(store) as seen:
            written(city, local(day, 8), cycle=day)
        counts.append(len(seen))
        with store.write() as session:  # or those of the first day would be superseded on the second
            session.connection().execute(update(notices_table).values(state="sent", sent_at=local(day, 9)))
    assert counts[0] == counts[1]
