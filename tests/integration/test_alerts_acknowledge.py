"""Acknowledging, disputing and opening again, on both databases: one door, one winner, an event and an audit row each."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from alertd.alerts.acknowledge import acknowledge, acknowledge_notice, reopen
from alertd.errors import Refused
from alertd.model.alerts import alerts_table
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.notices import Notice, NoticeAlert
from alertd.store.audit import verify
from alertd.store.database import Store
from tests.integration.alerts_site import OVERDUE, City, statements

KEYS = ("H26.1-261005-0001", "H26.1-261005-0002", "H26.1-261005-0003")


@pytest.fixture
def city(store: Store) -> City:
    """Three overdue files with open alerts."""
    city = City(store)
    for key in KEYS:
        city.record(key)
    city.cycle({OVERDUE: dict.fromkeys(KEYS, 1)})
    return city


def number(city: City, key: str = KEYS[0]) -> int:
    return int(city.alert(key)["id"])


def notice(city: City, *keys: str, level: int = 1) -> int:
    """A notice of this moment that told of these alerts."""
    with city.store.write() as session:
        given: dict[str, Any] = {"recipient": "Lan", "person": "p", "channel": "email", "address": "a@b.vn"}
        row = Notice(kind="alert", created_at=city.now, subject="s", text="t", **given)
        session.add(row)
        session.flush()
        links = [{"notice_id": row.id, "alert_id": number(city, key), "why": "opened", "level": level} for key in keys]
        session.connection().execute(insert(table_of(NoticeAlert)), links)
        return row.id or 0


def answer(city: City, told: int) -> int:
    with city.store.write() as session:
        return acknowledge_notice(session, told, by="Lan", at=city.at)


def audit(city: City) -> list[tuple[str, str, str, str]]:
    with city.store.read() as session:
        assert list(verify(session)) == []
        c = table_of(AuditRow).c
        rows = session.connection().execute(select(c.actor, c.action, c.subject, c.reason).order_by(c.seq))
        return [(row.actor, row.action, row.subject, row.reason) for row in rows]


def test_a_person_acknowledges_an_alert(city: City) -> None:
    city.later(minutes=3)
    with city.store.write() as session:
        acknowledge(session, number(city), by="Lan", at=city.at, note="on it")
    alert = city.alert(KEYS[0])
    assert (alert["state"], alert["acknowledged_by"], alert["acknowledged_at"]) == ("acknowledged", "Lan", city.now)
    event = city.events(KEYS[0])[-1]
    assert (event["what"], event["actor"], event["note"], event["cycle_id"]) == ("acknowledged", "Lan", "on it", None)
    assert audit(city) == [("Lan", "alert.acknowledged", f"alert:{number(city)}", "on it")]


def test_the_second_hears_who_was_first_and_when(city: City) -> None:
    with city.store.write() as session:
        acknowledge(session, number(city), by="Lan", at=city.at)
    city.later(hours=1)
    said = rf"alert {number(city)} is acknowledged \(acknowledged by Lan on 05/10/2026 at 08:15\); .* one that is open"
    with pytest.raises(Refused, match=said), city.store.write() as session:
        acknowledge(session, number(city), by="Minh", at=city.at)
    assert city.alert(KEYS[0])["acknowledged_by"] == "Lan"
    assert len(audit(city)) == 1


def test_what_has_ended_can_neither_be_acknowledged_nor_opened_by_hand(city: City) -> None:
    city.record(KEYS[0], is_open=False, changed_at=city.now + timedelta(minutes=1))
    city.cycle({OVERDUE: dict.fromkeys(KEYS[1:], 1)})
    for act in (acknowledge, reopen):
        with pytest.raises(Refused, match=r"is resolved \(resolved by alertd on"), city.store.write() as session:
            act(session, number(city), by="Lan", at=city.at)
    with pytest.raises(Refused, match="is resolved"):
        city.dispute(number(city))


def test_an_unknown_alert_is_refused_with_the_cure(city: City) -> None:
    with pytest.raises(Refused, match="there is no alert 99; see `alertd alerts list`"), city.store.write() as session:
        acknowledge(session, 99, by="Lan", at=city.at)


def test_a_dispute_needs_a_reason_and_keeps_it(city: City) -> None:
    for nothing in (" ", "?!", "12345"):
        with pytest.raises(Refused, match="needs a reason"):
            city.dispute(number(city), nothing)
    with city.store.write() as session:
        acknowledge(session, number(city), by="Lan", at=city.at)
    city.dispute(number(city), " Đã trả kết quả ngày 01/10 ")
    assert city.alert(KEYS[0])["state"] == "disputed"
    assert city.events(KEYS[0])[-1]["note"] == "Đã trả kết quả ngày 01/10"
    assert audit(city)[-1][1:] == ("alert.disputed", f"alert:{number(city)}", "Đã trả kết quả ngày 01/10")


@pytest.mark.parametrize("before", ["acknowledged", "disputed"])
def test_what_is_opened_again_is_told_again_and_its_life_goes_on(city: City, before: str) -> None:
    opened = city.now
    with city.store.write() as session:
        session.connection().execute(alerts_table.update().values(told_at=city.now, told_level=1))
        acknowledge(session, number(city), by="Lan", at=city.at)
    if before == "disputed":
        city.dispute(number(city))
    city.later(hours=1)
    with city.store.write() as session:
        reopen(session, number(city), by="office", at=city.at, note="the figure is right")
    alert = city.alert(KEYS[0])
    assert (alert["state"], alert["acknowledged_at"], alert["acknowledged_by"]) == ("open", None, "")
    assert (alert["told_at"], alert["told_level"]) == (None, None)
    assert (alert["opened_at"], alert["times_opened"]) == (opened, 1)
    assert city.life(KEYS[0])[-1] == "reopened"
    with pytest.raises(Refused, match="is open"), city.store.write() as session:
        reopen(session, number(city), by="office", at=city.at)


def test_a_whole_notice_is_acknowledged_once(city: City) -> None:
    told = notice(city, *KEYS[:2])
    city.later(minutes=3)
    assert answer(city, told) == 2
    assert city.counted() == {"acknowledged": 2, "open": 1}
    city.later(minutes=3)
    assert answer(city, told) == 0
    assert city.life(KEYS[1]) == ["opened", "acknowledged"]
    assert city.events(KEYS[1])[-1]["note"] == f"notice {told}"
    assert audit(city) == [("Lan", "alerts.acknowledged", f"notice:{told}", "")]


def test_a_notice_that_told_of_nothing_or_is_unknown_acknowledges_nothing(city: City) -> None:
    assert answer(city, 99) == 0
    assert audit(city) == []


def test_only_what_is_open_is_acknowledged_by_a_notice(city: City) -> None:
    told = notice(city, *KEYS)
    city.dispute(number(city), by="Minh")
    city.record(KEYS[1], is_open=False, changed_at=city.now + timedelta(minutes=1))
    city.cycle({OVERDUE: {KEYS[0]: 1, KEYS[2]: 1}})
    assert answer(city, told) == 1
    assert city.counted() == {"disputed": 1, "resolved": 1, "acknowledged": 1}


def test_a_notice_acknowledges_nothing_that_it_did_not_tell(city: City) -> None:
    told = notice(city, *KEYS)
    city.record(KEYS[1], unit="H26.2")
    city.cycle({OVERDUE: {KEYS[0]: 2, KEYS[1]: 1, KEYS[2]: 1}})
    assert answer(city, told) == 1
    assert city.alert(KEYS[2])["state"] == "acknowledged"
    assert answer(city, notice(city, KEYS[0], level=2)) == 1
    assert answer(city, notice(city, KEYS[1])) == 1


def test_a_notice_of_an_earlier_life_does_not_acknowledge_the_new_one(city: City) -> None:
    told = notice(city, KEYS[0])
    city.record(KEYS[0], is_open=False, changed_at=city.now + timedelta(minutes=1))
    city.cycle({OVERDUE: dict.fromkeys(KEYS[1:], 1)})
    city.cycle({OVERDUE: dict.fromkeys(KEYS, 1)})
    assert answer(city, told) == 0
    assert city.alert(KEYS[0])["state"] == "open"


def test_a_notice_about_many_alerts_takes_as_many_statements_as_one_about_few(store: Store) -> None:
    city, counts = City(store), []
    for size in (2, 40):
        keys = [f"H26.1-2610{size:02}-{place:04}" for place in range(size)]
        for key in keys:
            city.record(key)
        city.cycle({OVERDUE: dict.fromkeys(keys, 1)})
        told = notice(city, *keys)
        with statements(store) as seen:
            assert answer(city, told) == size
        counts.append(len(seen))
    assert counts[0] == counts[1]
