"""What the office hears of alertd itself, the sample notice, and the outbox as the commands show it; on both databases."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alertd.errors import Refused
from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.directory import Contact
from alertd.model.notices import Attempt
from alertd.model.words import Level, NoticeKind, NoticeState, Role
from alertd.notices.list import notice, notices, told_of
from alertd.notices.office import tell_office
from alertd.notices.sample import sample
from alertd.notices.tell import tell
from alertd.store import troubles
from alertd.store.database import Store
from tests.notice_city import LAN, NOW, OFFICE, ZONE, City, at


@pytest.fixture
def city(store: Store) -> City:
    return City(store)


def warned(city: City, moment: datetime = NOW, *, cycle: int = 1) -> int:
    with city.store.write() as session:
        return tell_office(session, city.desk(moment), at(moment), cycle)


def begins(city: City, *subjects: str, moment: datetime = NOW) -> None:
    with city.store.write() as session:
        troubles.tell(session, [(subject, f"Trục trặc {subject}") for subject in subjects], now=moment)


def ends(city: City, subject: str, moment: datetime) -> None:
    with city.store.write() as session:
        troubles.over(session, [subject], now=moment)


def untold(city: City) -> int:
    c = table_of(Trouble).c
    with city.store.read() as session:
        return len(session.connection().execute(select(c.id).where(c.told_at.is_(None))).all())


def test_a_trouble_is_told_once_when_it_begins_and_once_when_it_is_over(city: City) -> None:
    later = [NOW + timedelta(minutes=5 * step) for step in range(5)]
    begins(city, "source:one-stop")
    assert warned(city) == 1
    assert warned(city, later[1], cycle=2) == 0
    ends(city, "source:one-stop", later[2])
    assert warned(city, later[3], cycle=3) == 1
    assert warned(city, later[4], cycle=4) == 0
    first, second = city.notices()
    assert (first.kind, first.address, first.unit) == ("system", "vp@h.vn", "H26.VP")
    assert "Mới phát sinh\n1) Trục trặc source:one-stop (từ 08:00 ngày 05/10/2026)" in first.text
    assert "Đã khắc phục" not in first.text
    assert "Đã khắc phục\n1) Trục trặc source:one-stop (từ 08:00 ngày 05/10/2026 đến 08:10" in second.text


def test_what_begins_and_ends_between_two_cycles_is_told_once(city: City) -> None:
    begins(city, "channel:email")
    ends(city, "channel:email", NOW + timedelta(minutes=1))
    assert warned(city, NOW + timedelta(minutes=2)) == 1
    assert "Đã khắc phục" in city.notices()[0].text
    assert warned(city, NOW + timedelta(minutes=4), cycle=2) == 0


def test_changes_of_contacts_are_noted_beside_the_troubles(city: City) -> None:
    begins(city, "rule:x")
    with city.store.write() as session:
        troubles.note(session, [("contact:H26.1", "Nguyễn Thị Lan đã liên kết\nTelegram <b>")], now=NOW)
    assert warned(city) == 1
    (message,) = city.notices()
    assert "Ghi nhận\n1) Nguyễn Thị Lan đã liên kết Telegram <b> (08:00 ngày 05/10/2026)" in message.text
    assert "&lt;b&gt;" in json.loads(message.chat)[0]
    assert warned(city, NOW + timedelta(minutes=5), cycle=2) == 0


def test_where_the_office_cannot_be_reached_it_hears_later(city: City) -> None:
    begins(city, "rule:x")
    city.people = (LAN,)
    assert warned(city) == 0
    assert untold(city) == 1
    city.people = (LAN, OFFICE)
    assert warned(city, cycle=2) == 1


def test_that_nobody_could_be_reached_is_over_when_the_office_can_be(city: City) -> None:
    begins(city, "office:unreachable")
    assert warned(city, NOW + timedelta(minutes=5)) == 1
    assert "Đã khắc phục" in city.notices()[0].text


def test_hundreds_of_troubles_are_told_in_turn_and_none_is_lost(city: City) -> None:
    begins(city, *[f"rule:{number}" for number in range(70)])
    for cycle in range(3):
        assert warned(city, NOW + timedelta(minutes=cycle), cycle=cycle) == 1
    assert warned(city, cycle=9) == 0
    text = "".join(notice.text for notice in city.notices())
    assert all(f"rule:{number} " in text for number in range(70))


def test_a_sample_goes_to_the_head_and_says_that_it_is_one(city: City) -> None:
    with city.store.write() as session:
        number = sample(session, city.desk(), at(), "H26.1")
        assert sample(session, city.desk(), at(), "H26.1") == number
    (message,) = city.notices()
    assert (message.id, message.kind, message.address) == (number, "system", "lan@h.vn")
    assert "[THỬ]" in message.subject
    assert "Đồng chí nhận được thông báo này nghĩa là địa chỉ đang hoạt động." in message.text


def test_in_a_rehearsal_a_sample_goes_to_the_office(store: Store) -> None:
    city = City(store, mode="rehearsal")
    with store.write() as session:
        sample(session, city.desk(), at(), "H26.1")
    (message,) = city.notices()
    assert (message.address, message.meant_for) == ("vp@h.vn", "lan@h.vn")
    assert "DIỄN TẬP" in message.subject


@pytest.mark.parametrize(
    ("unit", "said"),
    [("H99", "there is no unit"), ("H26.2", "nobody is named"), ("H26.3", "no address"), ("H26.9", "ended")],
)
def test_a_sample_that_the_head_would_not_hear_is_refused_with_the_cure(store: Store, unit: str, said: str) -> None:
    city = City(store, people=(LAN, OFFICE, Contact("H26.3", Role.HEAD, "Không Địa Chỉ")))
    with pytest.raises(Refused, match=said), store.write() as session:
        sample(session, city.desk(), at(), unit)


@pytest.fixture
def told(city: City) -> City:
    """Two notices, the first with an attempt."""
    city.finds("H26.1-261001-0001", Level.CRITICAL)
    city.finds("H26.2-261001-0001", Level.CRITICAL, unit="H26.2")
    with city.store.write() as session:
        tell(session, city.desk(), at(), 1)
        given: dict[str, Any] = {"channel": "email", "address": "lan@h.vn", "result": "accepted", "detail": "250 ok"}
        session.add(Attempt(notice_id=1, number=1, started_at=NOW, ended_at=NOW, **given))
    return city


def test_the_outbox_is_listed_as_the_contract_has_it(told: City) -> None:
    with told.store.read() as session:
        first, second = notices(session, ZONE)
        assert notices(session, ZONE, unit="H26.2") == [second]
        assert notices(session, ZONE, states=[NoticeState.SENT]) == []
        assert notices(session, ZONE, kinds=[NoticeKind.ALERT]) == [first, second]
    expected = {
        "id": 1,
        "kind": "alert",
        "unit": "H26.1",
        "recipient": LAN.name,
        "channel": "email",
        "address": "lan@h.vn",
    }
    expected |= {"state": "pending", "reason": "", "attempts": 0, "created_at": "2026-10-05T08:00:00+07:00"}
    expected |= {"sent_at": None, "confirmed_at": None, "subject": "🔴 Hồ sơ quá hạn: 1 — Phường Một", "alerts": 1}
    assert {name: first[name] for name in expected} == expected
    json.dumps(first)


def test_one_notice_is_shown_with_its_text_tries_and_alerts(told: City) -> None:
    with told.store.read() as session:
        shown = notice(session, 1, ZONE)
    assert shown["text"].startswith("Phường Một")
    assert shown["tries"][0]["detail"] == "250 ok"
    assert shown["tries"][0]["started_at"] == "2026-10-05T08:00:00+07:00"
    assert [(each["key"], each["why"], each["level"]) for each in shown["told"]] == [
        ("H26.1-261001-0001", "opened", "critical")
    ]
    json.dumps(shown)


def test_an_unknown_notice_is_refused_with_the_cure(told: City) -> None:
    with pytest.raises(Refused, match="alertd notices list"), told.store.read() as session:
        notice(session, 99, ZONE)


def test_who_was_told_of_a_record_and_how_it_went(told: City) -> None:
    with told.store.read() as session:
        found = told_of(session, ZONE, ["H26.1-261001-0001", "unknown"])
        assert told_of(session, ZONE, ["H26.1-261001-0001"], "procedures") == {"H26.1-261001-0001": []}
    (line,) = found["H26.1-261001-0001"]
    assert (line["why"], line["notice"]["recipient"], line["tries"][0]["result"]) == ("opened", LAN.name, "accepted")
    assert found["unknown"] == []
