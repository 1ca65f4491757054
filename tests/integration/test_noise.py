"""What messages led to: sent by the real stages, answered by real presses, ended by real events; on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alertd.alerts import acknowledge
from alertd.check.noise import FEWEST, Counts, Noise, noise
from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.notices import notices_table
from alertd.model.people import Answer
from alertd.model.words import Level, NoticeState, Reason
from alertd.notices.tell import tell
from alertd.store.database import Store
from tests.integration.alerts_site import statements
from tests.notice_city import NOW, OVERDUE, SOON, City, at

LATER = NOW + timedelta(days=20)


def send(city: City, moment: datetime = NOW) -> list[int]:
    """Tell what is due, and have the server take it; gives the numbers of the new notices."""
    before = {row.id for row in city.notices()}
    with city.store.write() as session:
        tell(session, city.desk(moment), at(moment), None)
        sent = update(notices_table).where(notices_table.c.sent_at.is_(None))
        session.connection().execute(sent.values(sent_at=moment, state=NoticeState.SENT.value))
    return [row.id for row in city.notices() if row.id not in before]


def event(city: City, code: str, what: Reason, moment: datetime, actor: str = "") -> None:
    row = {"alert_id": city.alert(code).id, "at": moment, "what": what.value, "actor": actor, "note": ""}
    with city.store.write() as session:
        session.connection().execute(insert(table_of(AlertEvent)), [row])


def look(city: City, moment: datetime = LATER, **given: Any) -> Noise:
    values: dict[str, Any] = {"days": 30, "within": 5, "rules": [OVERDUE.id]} | given
    with city.store.read() as session:
        return noise(session, at(moment), **values)


def counts(city: City, rule: str = OVERDUE.id, **given: Any) -> Counts:
    return next(each.counts for each in look(city, **given).rules if each.rule == rule)


@pytest.fixture
def city(store: Store) -> City:
    return City(store)


def test_a_notice_that_nobody_answers_counts_as_sent_alone(city: City) -> None:
    city.finds("A", Level.CRITICAL)
    city.finds("B", Level.CRITICAL)
    city.finds("C", Level.CRITICAL, unit="H26.2")
    assert len(send(city)) == 2
    assert counts(city) == Counts(notices=2, matters=3, judged=3)
    heads = look(city).rules[0].heads
    assert [(head.name, head.unit, head.counts.matters) for head in heads] == [
        ("Nguyễn Thị Lan", "H26.1", 2),
        ("Trần Minh", "H26.2", 1),
    ]


def test_a_press_a_reply_and_an_acknowledgement_are_answers(city: City) -> None:
    city.finds("A", Level.CRITICAL)
    [first] = send(city)
    assert counts(city).answered == 0
    with city.store.write() as session:
        acknowledge.acknowledge(session, city.alert("A").id, by="Lan", at=at(NOW + timedelta(hours=1)))
    assert counts(city).answered == 1

    city.finds("B", Level.CRITICAL, unit="H26.2")
    [second] = send(city, NOW + timedelta(hours=2))
    reply = {"at": LATER, "channel": "telegram", "user_id": 1, "person": "x", "name": "Minh", "unit": "H26.2"}
    with city.store.write() as session:
        session.connection().execute(insert(table_of(Answer)), [reply | {"notice_id": second, "text": "Đã nhận"}])
    assert counts(city).answered == 2
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(confirmed_at=LATER))
    assert counts(city).answered == 2, "answered twice is answered once"
    assert first != second


def test_an_acknowledgement_before_the_notice_is_no_answer_to_it(city: City) -> None:
    city.finds("A", Level.CRITICAL)
    event(city, "A", Reason.ACKNOWLEDGED, NOW - timedelta(days=1), "Lan")
    send(city)
    assert counts(city).answered == 0


def test_a_reply_to_the_second_channel_answers_the_first_notice(city: City) -> None:
    city.finds("A", Level.CRITICAL)
    [first] = send(city)
    row = next(row for row in city.notices() if row.id == first)
    copy = row._asdict() | {"id": first + 100, "copy_of": first, "once": "second", "code": "other"}
    reply = {"at": LATER, "channel": "email", "user_id": 1, "person": "x", "name": "Lan", "unit": "H26.1", "text": "ok"}
    with city.store.write() as session:
        session.connection().execute(insert(notices_table), [copy])
        session.connection().execute(insert(table_of(Answer)), [reply | {"notice_id": first + 100}])
    assert (counts(city).notices, counts(city).answered) == (1, 1)


def test_only_an_end_of_the_matter_itself_is_an_end(city: City) -> None:
    for code, what in (
        ("A", Reason.RESOLVED),
        ("B", Reason.GONE),
        ("C", Reason.MOVED_ON),
        ("D", Reason.EXCLUDED),
        ("E", Reason.RULE_CHANGED),
    ):
        city.finds(code, Level.CRITICAL)
        event(city, code, Reason.RESOLVED, NOW - timedelta(days=2))  # of an earlier life
        event(city, code, what, NOW + timedelta(hours=6))
    send(city)
    found = counts(city)
    assert (found.matters, found.ended, found.in_time, found.hours) == (5, 2, 2, 6.0)


def test_hours_to_the_end_are_the_median(city: City) -> None:
    for code in "ABCD":
        city.finds(code, Level.CRITICAL, unit="H26.1" if code != "D" else "H26.2")
    send(city)
    for code, hours in (("A", 1), ("B", 3), ("C", 400), ("D", 6)):
        event(city, code, Reason.RESOLVED, NOW + timedelta(hours=hours))
        event(city, code, Reason.RESOLVED, NOW + timedelta(hours=hours + 50))  # reopened, and again
    found = look(city).rules[0]
    assert found.counts.hours == 4.5, "of an even number the mean of the two in the middle"
    assert {head.unit: head.counts.hours for head in found.heads} == {"H26.1": 3.0, "H26.2": 6.0}
    assert (found.counts.ended, found.counts.in_time) == (4, 3)


def test_what_was_told_just_now_is_not_judged_yet(city: City) -> None:
    city.finds("A", Level.CRITICAL)
    send(city)
    assert counts(city, moment=NOW + timedelta(days=4)).judged == 0
    assert counts(city, moment=NOW + timedelta(days=5)).judged == 1


def test_what_is_older_than_the_days_asked_for_is_left_out(city: City) -> None:
    city.finds("A", Level.CRITICAL)
    send(city)
    assert counts(city, days=19).notices == 0
    assert counts(city, days=20).notices == 1


def test_what_was_never_sent_and_what_went_to_the_office_in_a_rehearsal_is_left_out(store: Store) -> None:
    city = City(store, mode="rehearsal")
    city.finds("A", Level.CRITICAL)
    assert send(city)
    found = look(city)
    assert (found.rules[0].counts, found.rehearsed) == (Counts(), 1)
    with store.write() as session:
        session.connection().execute(update(notices_table).values(meant_for="", sent_at=None))
    assert look(city).rules[0].counts == Counts()


def test_a_notice_of_two_rules_counts_for_both(city: City) -> None:
    urgent = {Level.CRITICAL: OVERDUE.send[Level.CRITICAL]}
    city.rules = (OVERDUE, replace(SOON, send={**SOON.send, **urgent}))
    city.finds("A", Level.CRITICAL)
    city.finds("B", Level.CRITICAL, rule=SOON)
    assert len(send(city)) == 1
    assert counts(city).notices == 1
    assert counts(city, SOON.id).notices == 1


def test_a_rule_that_sent_nothing_stands_in_the_list(city: City) -> None:
    assert [(each.rule, each.counts) for each in look(city, rules=["quiet"]).rules] == [("quiet", Counts())]


def test_it_asks_the_store_three_times_whatever_there_is(city: City) -> None:
    for number in range(12):
        city.finds(f"F{number}", Level.CRITICAL, unit=f"H26.{1 + number % 2}")
    send(city)
    with statements(city.store) as seen:
        look(city)
    assert sum(statement.lstrip().upper().startswith(("SELECT", "WITH")) for statement in seen) == 3


def test_a_rule_leads_to_nothing_where_hardly_anybody_answers_and_hardly_anything_ends() -> None:
    silent = Counts(notices=40, answered=0, matters=50, ended=9, judged=40, in_time=2)
    assert silent.leads_to_nothing
    assert not Counts(notices=40, answered=4, matters=50, judged=40, in_time=2).leads_to_nothing
    assert not Counts(notices=40, answered=0, matters=50, judged=40, in_time=4).leads_to_nothing
    assert not Counts(notices=FEWEST - 1, answered=0, matters=50, judged=40).leads_to_nothing, "too few to say so"
    assert not Counts(notices=40, answered=0, matters=50, judged=0).leads_to_nothing, "nothing could have ended yet"


def test_alerts_are_as_the_stages_wrote_them(city: City) -> None:
    """The stories above are worth nothing where nothing was told."""
    city.finds("A", Level.CRITICAL)
    send(city)
    with city.store.read() as session:
        told = session.connection().execute(select(alerts_table.c.told_at)).scalar_one()
    assert told == NOW
