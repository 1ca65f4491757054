"""Telling on both databases: who hears of what in one message, when it waits, when it is repeated, and that nothing is lost."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select

from alertd.demo.chat_html import parsed
from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.directory import Contact, Owner
from alertd.model.files import FileHistory
from alertd.model.freshness import Doubt
from alertd.model.procedures import ANNOUNCEMENTS
from alertd.model.rule import Addressee, To
from alertd.model.words import Level, Role
from alertd.notices.tell import Told, tell
from alertd.notices.templates import Templates
from alertd.store.audit import verify
from alertd.store.database import Store
from tests.integration.alerts_site import statements
from tests.notice_city import (
    APOLOGY,
    LAN,
    MINH,
    NOW,
    OFFICE,
    SHIPPED,
    SHIPPED_TEMPLATES,
    City,
    at,
    chat_of,
    fresh,
    local,
    measured,
)

REMINDER, WARNING, CRITICAL = Level.REMINDER, Level.WARNING, Level.CRITICAL


def test_every_round_of_supplements_is_the_citizens_in_what_a_head_hears(store: Store) -> None:
    city = City(store)
    rounds = [(local(24, 9, month=9), local(28, 9, month=9)), (local(1, 9), local(2, 9))]
    asked, answered = rounds[1]
    row = {"accepted_at": local(1, 8, month=9), "supplement_requested_at": asked, "supplement_answered_at": answered}
    city.finds("A", WARNING, late=8, record=row | {"version_since": answered})
    known = {"source": "one-stop", "code": "A", "unit": "H26.1", "known_from": rounds[0][1], "known_to": answered}
    earlier = dict(zip(("supplement_requested_at", "supplement_answered_at"), rounds[0], strict=True))
    with store.write() as session:
        session.connection().execute(insert(table_of(FileHistory)), [known | earlier])
    told(city)
    (notice,) = city.notices()
    assert "quá hạn 8 ngày làm việc: 5 ngày tại đơn vị, 3 ngày chờ công dân bổ sung" in notice.text


def told(city: City, moment: Any = NOW, *, cycle: int = 1) -> Told:
    with city.store.write() as session:
        return tell(session, city.desk(moment), at(moment), cycle)


def troubles(store: Store) -> list[tuple[str, bool]]:
    c = table_of(Trouble).c
    with store.read() as session:
        rows = session.connection().execute(select(c.subject, c.until).order_by(c.id))
        return [(row.subject, row.until is None) for row in rows]


def subjects(city: City) -> list[str]:
    return [notice.subject for notice in city.notices()]


@pytest.fixture
def city(store: Store) -> City:
    return City(store)


def test_one_message_per_person_with_a_section_per_rule_and_each_record_once(city: City) -> None:
    for number in range(3):
        city.finds(f"H26.1-261001-{number:04}", CRITICAL, late=10 + number)
    city.finds("H26.1-261001-0000", WARNING, rule=APOLOGY)
    city.finds("H26.2-261001-0000", CRITICAL, unit="H26.2")
    assert told(city) == Told(notices=2, alerts=5)
    lan, minh = city.notices()
    assert (lan.recipient, lan.kind, lan.unit, lan.channel, lan.address) == (
        "Nguyễn Thị Lan",
        "alert",
        "H26.1",
        "email",
        "lan@h.vn",
    )
    assert minh.recipient == "Trần Minh"
    assert lan.subject == "🔴 Hồ sơ quá hạn: 3; Quá hạn chưa xin lỗi: 1 — Phường Một"
    assert lan.text.count("H26.1-261001-0000") == 1
    assert "đồng thời: Quá hạn chưa xin lỗi" in lan.text
    assert "Các hồ sơ này đã được nêu ở mục khác" in lan.text
    assert json.loads(lan.rule_versions) == ["v-overdue", "v-apology"]
    assert len([link for link in city.links() if link[0] == lan.id]) == 4


def test_the_count_comes_first_then_the_worst_records(city: City) -> None:
    for number, late in enumerate((11, 30, 20)):
        city.finds(f"H26.1-261001-{number:04}", CRITICAL, late=late)
    city.finds("H26.1-261001-0009", WARNING, late=90)
    told(city)
    (notice,) = city.notices()
    text = notice.text
    assert text.index("4 hồ sơ quá hạn") < text.index(
        "1) H26.1-261001-0001 · 1.004227 · hẹn trả 24/08/2026 · quá 30 ngày"
    )
    order = [text.index(f"H26.1-261001-{number:04}") for number in (1, 2, 0, 9)]
    assert order == sorted(order)
    assert "trong đó 3 ở mức nghiêm trọng, 1 ở mức cảnh báo" in text


def test_a_message_says_what_to_do_by_when_on_which_ground_from_which_data(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    text = city.notices()[0].text
    assert "Kính gửi: Đồng chí Nguyễn Thị Lan, Chủ tịch UBND Phường Một" in text
    assert "Đề nghị: Giải quyết dứt điểm." in text
    assert "trước khi hết ngày 07/10/2026" in text
    assert "Căn cứ: Nghị định 118/2025/NĐ-CP." in text
    assert "61/2018" not in text
    assert "Nguồn: one-stop, dữ liệu lúc 08:00 ngày 05/10/2026." in text
    assert "024 3825 3536" in text


def test_a_second_cycle_tells_nothing_twice(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    assert told(city).notices == 1
    assert told(city, NOW + timedelta(minutes=5), cycle=2) == Told()
    assert (city.alert("H26.1-261001-0001").told_at, city.alert("H26.1-261001-0001").told_level) == (NOW, 3)


def test_what_becomes_worse_is_told_again_and_says_so(city: City) -> None:
    city.finds("H26.1-261001-0001", WARNING)
    city.finds("H26.1-261001-0002", WARNING)
    told(city)
    city.change("H26.1-261001-0001", level=3, reason="worse")
    assert told(city, NOW + timedelta(hours=1), cycle=2).alerts == 1
    second = city.notices()[1]
    assert "2 hồ sơ quá hạn chưa giải quyết (không đổi so với 08:00 ngày 05/10/2026)" in second.text
    assert "Thông báo lần này: 1 hồ sơ chuyển mức nặng hơn." in second.text
    assert "H26.1-261001-0002" not in second.text
    assert city.links()[-1][2] == "worse"


def test_the_change_since_the_last_notice_is_told(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    for number in (2, 3, 4):
        city.finds(f"H26.1-261001-{number:04}", CRITICAL)
    told(city, NOW + timedelta(hours=1), cycle=2)
    assert "4 hồ sơ quá hạn chưa giải quyết (tăng 3 so với " in city.notices()[1].text
    assert json.loads(city.notices()[1].counts) == {"overdue-files": {"H26.1": 4}}


def test_a_notice_that_nobody_read_is_not_compared_with(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    with city.store.write() as session:
        session.connection().exec_driver_sql("UPDATE notices SET state = 'withdrawn'")
    city.finds("H26.1-261001-0002", CRITICAL)
    told(city, NOW + timedelta(hours=1), cycle=2)
    assert "so với" not in city.notices()[1].text


def test_an_open_alert_is_repeated_after_two_working_days_over_a_weekend(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    friday = local(9, 9)
    told(city, friday)
    for moment in (local(10, 12), local(11, 12), local(12, 9), local(13, 7, 29)):
        assert told(city, moment, cycle=2) == Told()
    assert told(city, local(13, 9), cycle=3).notices == 1
    assert city.links()[-1][2] == "repeat"
    assert told(city, local(13, 9, 5), cycle=4) == Told()


@pytest.mark.parametrize("state", ["acknowledged", "resolved", "withdrawn"])
def test_what_is_answered_or_ended_is_not_repeated(city: City, state: str) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    city.change("H26.1-261001-0001", state=state)
    assert told(city, local(20, 9), cycle=2) == Told()


def test_what_a_person_has_acknowledged_still_counts(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    city.change("H26.1-261001-0001", state="acknowledged")
    city.finds("H26.1-261001-0002", CRITICAL)
    told(city, NOW + timedelta(hours=1), cycle=2)
    assert "2 hồ sơ quá hạn" in city.notices()[1].text


def test_office_hours_are_waited_for_and_what_was_solved_meanwhile_is_not_told(city: City) -> None:
    city.finds("H26.1-261001-0001", WARNING)
    city.finds("H26.1-261001-0002", WARNING)
    for moment in (local(3, 12), local(4, 23), local(5, 7, 29)):
        assert told(city, moment) == Told()
    city.end("H26.1-261001-0002", local(5, 6))
    assert told(city, local(5, 7, 30)) == Told(notices=1, alerts=1)
    (notice,) = city.notices()
    assert notice.urgency == 1
    assert "Hồ sơ quá hạn: 1" in notice.subject


def test_what_is_at_once_does_not_wait_and_goes_before_all_else(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.1-261001-0002", WARNING)
    assert told(city, local(4, 3)) == Told(notices=1, alerts=1)
    (notice,) = city.notices()
    assert notice.urgency == 0
    assert "H26.1-261001-0002" not in notice.text
    assert told(city, local(5, 7, 30), cycle=2).alerts == 1


def test_what_belongs_to_the_digest_is_not_told_here_but_counts(city: City) -> None:
    city.finds("H26.1-261001-0001", REMINDER)
    assert told(city) == Told()
    city.finds("H26.1-261001-0002", CRITICAL)
    told(city)
    assert "Hồ sơ quá hạn: 2" in city.notices()[0].subject
    assert [link[1] for link in city.links()] == ["H26.1-261001-0002"]


def test_five_units_of_one_head_are_parts_of_one_message(store: Store) -> None:
    units = ("H26.1", "H26.2", "H26.3")
    city = City(store, people=(*[replace(LAN, unit=unit) for unit in units], OFFICE))
    for unit in units:
        city.finds(f"{unit}-261001-0001", CRITICAL, unit=unit)
    assert told(city).notices == 1
    (notice,) = city.notices()
    for name in ("Phường Một", "Phường Hai", "Phường Ba"):
        assert f"> {name}: 1 hồ sơ" in notice.text
    assert "Phường Một và 2 đơn vị khác" in notice.subject


def test_the_office_hears_for_units_without_a_head_with_the_reason_for_each(store: Store) -> None:
    silent = Contact("H26.3", Role.HEAD, "Không Địa Chỉ")
    city = City(store, people=(LAN, OFFICE, silent))
    city.finds("A", CRITICAL, unit=None, record={"unit_named": "Phường Mốt"})
    city.finds("B", CRITICAL, unit="H26.2")
    city.finds("C", CRITICAL, unit="H26.3")
    city.finds("D", CRITICAL, unit="H26.9")
    assert told(city) == Told(notices=1, alerts=3)
    (notice,) = city.notices()
    assert "Quận Cũ" not in notice.text  # what nobody took over is a task of the next digest
    assert (notice.recipient, notice.kind, notice.unit) == ("Phạm Văn Phòng", "alert", "H26.VP")
    for words in (
        "Không rõ đơn vị: 1 hồ sơ\n  Gửi Văn phòng vì nguồn dữ liệu không ghi đơn vị",
        "Phường Hai: 1 hồ sơ\n  Gửi Văn phòng vì đơn vị hiện không có người đứng đầu",
        "Phường Ba: 1 hồ sơ\n  Gửi Văn phòng vì chưa có địa chỉ nào",
        "đơn vị ghi trong nguồn: Phường Mốt",
    ):
        assert words in notice.text


def test_where_nobody_can_be_reached_nothing_is_lost(store: Store) -> None:
    city = City(store, people=(LAN,))
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    assert told(city) == Told(notices=1, alerts=1, unheard=1)
    assert troubles(store) == [("office:unreachable", True)]
    assert city.alert("H26.2-261001-0001").told_at is None
    city.people = (LAN, OFFICE)
    assert told(city, NOW + timedelta(minutes=5), cycle=2) == Told(notices=1, alerts=1)
    assert troubles(store) == [("office:unreachable", False)]


def test_in_a_rehearsal_the_office_alone_hears_marked_with_the_head_it_was_meant_for(store: Store) -> None:
    city = City(store, mode="rehearsal")
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    city.finds("X", CRITICAL, unit=None)
    assert told(city).notices == 3
    notices = city.notices()
    assert {notice.address for notice in notices} == {"vp@h.vn"}
    assert [notice.meant_for for notice in notices] == ["lan@h.vn", "minh@h.vn", ""]
    assert notices[0].subject.startswith("[DIỄN TẬP – lẽ ra gửi Nguyễn Thị Lan, Phường Một] ")
    assert notices[0].text.startswith("*** DIỄN TẬP: thông báo này lẽ ra gửi Đồng chí Nguyễn Thị Lan")
    assert notices[0].unit == "H26.1"
    assert "DIỄN TẬP" not in notices[2].text
    assert json.loads(notices[0].buttons) == []
    assert told(city, NOW + timedelta(minutes=5), cycle=2) == Told()


def test_a_rehearsal_compares_with_what_was_meant_for_the_same_head(store: Store) -> None:
    city = City(store, mode="rehearsal")
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    told(city)
    city.finds("H26.1-261001-0002", CRITICAL)
    told(city, NOW + timedelta(hours=1), cycle=2)
    assert "2 hồ sơ quá hạn chưa giải quyết (tăng 1 " in city.notices()[-1].text


def test_a_chat_gets_a_button_that_names_its_notice_and_mail_stays_in_reserve(store: Store) -> None:
    city = City(store, chats={"lan@h.vn": "77"})
    city.finds("<b>&H26.1", CRITICAL)
    told(city)
    (notice,) = city.notices()
    assert (notice.channel, notice.address) == ("telegram", "77")
    assert json.loads(notice.other_ways) == [["email", "lan@h.vn"]]
    assert json.loads(notice.buttons) == [["Đã nhận", f"ack:{notice.id}"], ["Phản ánh số liệu", f"dis:{notice.id}"]]
    assert "<b>&H26.1" in parsed("\n".join(chat_of(notice)))


def test_the_whole_list_goes_along_as_a_spreadsheet(store: Store) -> None:
    city = City(store, digest={"lines": 5})
    for number in range(12):
        city.finds(f"H26.1-261001-{number:04}", CRITICAL, late=10 + number)
    city.finds("=cmd|' /C calc'!A0", CRITICAL, late=9)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    told(city)
    lan = city.notices()[0]
    assert "và 8 hồ sơ khác (danh sách đầy đủ trong tệp kèm theo)" in lan.text
    (file,) = city.files()
    assert file.notice_id == lan.id
    rows = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_name("Hồ sơ quá hạn").to_python()
    assert rows[0][:4] == ["Mức", "Đơn vị", "mã hồ sơ", "ngày hẹn trả"]
    codes = [row[2] for row in rows[1:]]
    assert codes[0] == "H26.1-261001-0011"
    assert codes[-1] == "=cmd|' /C calc'!A0"
    assert len(codes) == 13
    assert rows[1][1] == "Phường Một"
    assert "đang xử lý" in rows[1]


def test_lists_of_several_people_do_not_mix(store: Store) -> None:
    city = City(store, digest={"lines": 1})
    for unit in ("H26.1", "H26.2"):
        for number in range(3):
            city.finds(f"{unit}-261001-{number:04}", CRITICAL, unit=unit)
            city.finds(f"{unit}-261002-{number:04}", CRITICAL, unit=unit, rule=APOLOGY)
    told(city)
    for notice, file in zip(city.notices(), city.files(), strict=True):
        assert file.notice_id == notice.id
        book = CalamineWorkbook.from_filelike(BytesIO(file.content))
        found = [row[2] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()[1:]]
        assert len(found) == 6
        assert all(str(code).startswith(notice.unit) for code in found)


def test_a_list_that_no_chat_can_hold_goes_by_mail(store: Store) -> None:
    city = City(store, chats={"lan@h.vn": "77"}, digest={"lines": 100})
    for number in range(130):
        city.finds(f"H26.1-261001-{number:04}", CRITICAL, record={"section": "phòng " + "x" * 120})
    assert told(city).notices == 2
    chat, mail = city.notices()
    assert (chat.channel, mail.channel, mail.address) == ("telegram", "email", "lan@h.vn")
    assert len(chat_of(chat)) == 1
    assert "Danh sách đầy đủ được gửi qua thư điện tử." in chat_of(chat)[0]
    assert json.loads(mail.buttons) == []
    assert {file.notice_id for file in city.files()} == {chat.id, mail.id}
    assert {link[0] for link in city.links()} == {chat.id}
    assert told(city, NOW + timedelta(minutes=5), cycle=2) == Told()


def test_a_source_in_doubt_prints_no_figure_as_current(store: Store) -> None:
    city = City(store, freshness=fresh(local(2, 7), doubt=Doubt.FAILED))
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    (notice,) = city.notices()
    assert notice.subject == "🔴 Hồ sơ quá hạn: chưa xác định — Phường Một"
    assert (
        "Số hồ sơ hiện nay: chưa xác định (nguồn one-stop không trả lời); số liệu cuối lúc 07:00 ngày 02/10/2026: 1 hồ sơ."
        in notice.text
    )
    assert (
        "Nguồn: one-stop, chưa xác định (nguồn không trả lời); số liệu cuối lúc 07:00 ngày 02/10/2026." in notice.text
    )
    assert "chưa xác định" in notice.short


def test_a_source_that_is_no_longer_set_up_is_in_doubt(store: Store) -> None:
    city = City(store, freshness={})
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    assert "chưa xác định" in city.notices()[0].subject


def test_a_deadline_beyond_the_confirmed_calendar_is_provisional(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city, local(31, 9, month=12))
    text = city.notices()[0].text
    assert "trước khi hết ngày 04/01/2027 (*)" in text
    assert "Lịch làm việc sau ngày 31/12/2026 chưa được xác nhận" in text


def test_a_person_reads_his_own_language(store: Store) -> None:
    city = City(store, people=(replace(LAN, language="en"), MINH, OFFICE))
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    told(city)
    lan, minh = city.notices()
    assert lan.subject == "🔴 Overdue files: 1 — Phường Một"
    assert "late by 15 working days" in lan.text
    assert (lan.language, minh.language) == ("en", "vi")


def test_the_owner_of_a_field_hears_of_what_is_not_published(store: Store) -> None:
    late = measured(
        ANNOUNCEMENTS,
        id="not-published",
        title={"vi": "TTHC chậm công khai", "en": "Published late"},
        to=To(Addressee.OWNER_OF_PUBLISHING),
        template="announcements",
        measure="publish_working_days_late",
    )
    city = City(store, rules=(late,), owners=(Owner("Đất đai", "publish", "H26.1"),))
    land = {
        "field": "Đất đai",
        "name": "Cấp giấy",
        "decision": "12/QĐ",
        "publish_due_no": at().parameters["today_no"] - 7,
    }
    city.duty("1.001/NĐ1/QĐ1", late, CRITICAL, unit="H26.2", **land)
    city.duty("1.002/NĐ1/QĐ1", late, CRITICAL, unit="H26.2", field="Y tế")
    assert told(city).notices == 2
    lan, office = city.notices()
    assert lan.recipient == "Nguyễn Thị Lan"
    assert "1.001 – Cấp giấy · Đất đai · QĐ 12/QĐ" in lan.text
    assert "quá 7 ngày làm việc" in lan.text
    assert "1.002" not in lan.text
    assert "chưa được phân công đơn vị công bố, công khai" in office.text


def test_an_owner_hears_of_duties_that_name_no_unit_without_a_word_on_units(store: Store) -> None:
    late = measured(
        ANNOUNCEMENTS,
        id="not-published",
        to=To(Addressee.OWNER_OF_PUBLISHING),
        template="announcements",
        measure="publish_working_days_late",
    )
    city = City(store, rules=(late,), owners=(Owner("Đất đai", "publish", "H26.1"),))
    city.duty("1.001/NĐ1/QĐ1", late, CRITICAL, unit=None, field="Đất đai", name="Cấp giấy")
    assert told(city).notices == 1
    (notice,) = city.notices()
    assert "1.001 – Cấp giấy" in notice.text
    assert "Không rõ đơn vị" not in notice.text


def test_a_template_that_fails_for_one_unit_is_told_to_the_office_and_its_head_hears_all_the_same(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "overdue_files.txt").write_text("{% block title %}X{{ 1 // (section.total - 1) }}{% endblock %}")
    city = City(store, templates=Templates(tmp_path, SHIPPED))
    city.finds("H26.1-261001-0001", CRITICAL)
    city.finds("H26.2-261001-0001", CRITICAL, unit="H26.2")
    city.finds("H26.2-261001-0002", CRITICAL, unit="H26.2")
    assert told(city).notices == 2
    lan, minh = city.notices()
    assert "🔴 Hồ sơ quá hạn" in lan.text
    assert "🔴 X1" in minh.text
    assert troubles(store) == [("template:vi/overdue_files", True)]
    city.templates = SHIPPED_TEMPLATES
    city.finds("H26.1-261001-0003", CRITICAL)
    told(city, NOW + timedelta(hours=1), cycle=2)
    assert troubles(store) == [("template:vi/overdue_files", False)]


def test_hostile_data_is_shown_and_never_run(city: City) -> None:
    city.finds(
        "<script>alert(1)</script>",
        CRITICAL,
        record={"procedure": "{{7*7}}\r\nBcc: x", "section": "d\u202eài " * 1000},
    )
    told(city)
    (notice,) = city.notices()
    assert "{{7*7}} Bcc: x" in notice.text
    assert "\u202e" not in notice.text + notice.html
    assert "<script" not in notice.html
    assert len(notice.text) < 3000


def test_a_rule_that_is_gone_or_set_aside_tells_nothing(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    city.rules = (APOLOGY,)
    assert told(city) == Told()


def test_a_record_that_has_left_its_table_is_still_told_of(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    city.change("H26.1-261001-0001", record_id=999)
    told(city)
    assert "1) H26.1-261001-0001" in city.notices()[0].text


def test_what_was_written_stands_in_the_chain(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)
    told(city)
    with city.store.read() as session:
        assert list(verify(session)) == []
        rows = session.connection().exec_driver_sql("SELECT action, subject, detail FROM audit").all()
    assert [row[:2] for row in rows] == [("notices.written", "outbox:alert")]
    assert list(json.loads(rows[0][2])) == [str(city.notices()[0].id)]


def test_a_crash_leaves_nothing_told_and_nothing_written(city: City) -> None:
    city.finds("H26.1-261001-0001", CRITICAL)

    def crash() -> None:
        with city.store.write() as session:
            tell(session, city.desk(), at(), 1)
            raise KeyError

    with pytest.raises(KeyError):
        crash()
    assert city.notices() == []
    assert city.alert("H26.1-261001-0001").told_at is None
    assert told(city).notices == 1


def test_many_people_take_as_many_statements_as_one(store: Store) -> None:
    units = ("H26.1", "H26.2", "H26.3")
    people = [Contact(unit, Role.HEAD, f"Head {unit}", email=f"{unit}@h.vn") for unit in units]
    city = City(store, people=(*people, OFFICE))
    counts = []
    for cycle, chosen in enumerate((units[:1], units), 1):
        for unit in chosen:
            city.finds(f"{unit}-26100{cycle}-0001", CRITICAL, unit=unit)
        with statements(store) as seen:
            told(city, cycle=cycle)
        counts.append(len(seen))
    assert counts[0] == counts[1]
