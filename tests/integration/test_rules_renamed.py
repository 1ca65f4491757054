"""What becomes of alerts and figures when a rule gets another name, and when a source is read in another way; both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from alertd.alerts.renamed import carry_over
from alertd.model.alerts import alerts_table
from alertd.model.base import table_of
from alertd.model.notices import notices_table
from alertd.model.polls import Poll
from alertd.model.words import Level, Reason
from alertd.notices import renamed as figures
from alertd.notices.tell import tell
from alertd.store.database import Store
from tests.integration.alerts_site import OVERDUE, SOURCE, City, rule
from tests.notice_city import City as Told
from tests.notice_city import at

NEW = "late-files"


@pytest.fixture
def city(store: Store) -> City:
    """One alert that was told and acknowledged, one that has ended."""
    city = City(store)
    for key in ("A", "B"):
        city.record(key)
    city.cycle({OVERDUE: {"A": 2, "B": 1}})
    with store.write() as session:
        a = alerts_table.c
        told = update(alerts_table).where(a.key == "A").values(told_at=city.now, told_level=2, state="acknowledged")
        session.connection().execute(told)
    city.record("B", ended_at=city.now, is_open=False)
    city.cycle({OVERDUE: {"A": 2}})
    return city


def rename(city: City, old: str, new: str) -> int:
    city.rules.pop(old)
    city.rules[new] = rule(new)
    with city.store.write() as session:
        return carry_over(session, {old: new}, city.now, city.cycles)


def test_what_stands_goes_on_under_the_new_name_as_it_was_told_and_answered(city: City) -> None:
    before = city.alert("A")
    assert rename(city, OVERDUE, NEW) == 1
    assert city.cycle({NEW: {"A": 2}}).get("opened") is None
    after = city.alert("A", NEW)
    same = ("id", "told_at", "told_level", "state", "opened_at", "times_opened")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert after["rule_version"] == f"{NEW}@1"
    assert city.life("A", NEW) == ["opened", "rule_renamed"]
    assert city.events("A", NEW)[-1]["note"] == f"{OVERDUE} → {NEW}"
    assert city.alert("B", NEW)["state"] == "resolved"


def test_a_name_that_was_used_before_takes_over_the_life_that_stands(city: City) -> None:
    city.rules[NEW] = rule(NEW)
    city.cycle({OVERDUE: {"A": 2}, NEW: {"A": 1}})
    del city.rules[NEW]
    city.cycle({OVERDUE: {"A": 2}})
    assert city.alert("A", NEW)["reason"] == "rule_removed"
    before = city.alert("A")
    assert rename(city, OVERDUE, NEW) == 1
    assert city.cycle({NEW: {"A": 2}}).get("reopened") is None
    after = city.alert("A", NEW)
    assert (after["told_at"], after["state"], after["level"]) == (before["told_at"], "acknowledged", 2)
    old = city.alert("A", OVERDUE)
    assert (old["state"], old["reason"]) == ("withdrawn", "rule_removed")


def test_there_and_back_again_nothing_is_lost(city: City) -> None:
    first = city.alert("A")
    rename(city, OVERDUE, NEW)
    city.cycle({NEW: {"A": 2}})
    rename(city, NEW, OVERDUE)
    city.cycle({OVERDUE: {"A": 2}})
    last = city.alert("A")
    assert [last[name] for name in ("id", "told_at", "state")] == [first[name] for name in ("id", "told_at", "state")]


def test_two_rules_that_exchange_their_names_keep_their_alerts(city: City) -> None:
    city.rules[NEW] = rule(NEW)
    city.record("C")
    city.cycle({OVERDUE: {"A": 2}, NEW: {"A": 1, "C": 3}})
    before = {(name, key): city.alert(key, name) for name, key in ((OVERDUE, "A"), (NEW, "A"), (NEW, "C"))}
    with city.store.write() as session:
        assert carry_over(session, {OVERDUE: NEW, NEW: OVERDUE}, city.now, city.cycles) == 3
    assert city.cycle({NEW: {"A": 2}, OVERDUE: {"A": 1, "C": 3}}) == {}
    for (name, key), was in before.items():
        other = NEW if name == OVERDUE else OVERDUE
        after = city.alert(key, other)
        assert [after[each] for each in ("id", "told_level", "state", "level")] == [
            was[each] for each in ("id", "told_level", "state", "level")
        ]
        assert city.events(key, other)[-1]["note"] == f"{name} → {other}"
    with city.store.write() as session:
        figures.carry_over(session, {OVERDUE: NEW, NEW: OVERDUE})


def test_a_rule_that_was_taken_out_and_is_back_tells_nothing_that_was_told(city: City) -> None:
    before = city.alert("A")
    kept = city.rules.pop(OVERDUE)
    city.cycle({})
    assert city.alert("A")["reason"] == "rule_removed"
    city.later(minutes=15)
    city.rules[OVERDUE] = kept
    city.cycle({OVERDUE: {"A": 2}})
    after = city.alert("A")
    assert (after["state"], after["told_level"], after["told_at"]) == ("open", 2, before["told_at"])
    del city.rules[OVERDUE]
    city.cycle({})
    city.later(minutes=15)
    city.rules[OVERDUE] = kept
    city.record("A", due_at=city.now)  # it says something new: that is news
    city.cycle({OVERDUE: {"A": 2}})
    assert city.alert("A")["told_level"] is None


def test_the_figures_that_people_read_count_on_under_the_new_name(store: Store) -> None:
    city = Told(store)
    city.finds("H26.1-260901-0001", Level.CRITICAL)
    with store.write() as session:
        connection = session.connection()
        tell(session, city.desk(), at(), None)
        figures.carry_over(session, {OVERDUE: "late"})
        (counts,) = connection.execute(select(notices_table.c.counts)).scalars()
        assert json.loads(counts) == {"late": {"H26.1": 1}}
        several = {"late@3@2026-10-05T01:00:00+00:00": {"H26.1": 4}, "late-too": {"H26.1": 1}, "x": {"late": 2}}
        connection.execute(update(notices_table).values(counts=json.dumps(several)))
        figures.carry_over(session, {"late": "again"})
        (counts,) = connection.execute(select(notices_table.c.counts)).scalars()
    said = {"again@3@2026-10-05T01:00:00+00:00": {"H26.1": 4}, "late-too": {"H26.1": 1}, "x": {"late": 2}}
    assert json.loads(counts) == said


def test_what_was_read_wrongly_is_withdrawn_and_what_has_ended_is_resolved(city: City) -> None:
    city.record("C")
    city.cycle({OVERDUE: {"A": 2, "C": 2}})
    city.later(minutes=15)
    city.record("A", due_at=city.now)
    city.record("C", ended_at=city.now, is_open=False)
    cycle = city.cycles + 100
    with city.store.write() as session:
        city.find(session, {})
        done = city.reconcile(session, cycle, [OVERDUE], because=Reason.MAPPING_CHANGED)
    assert done.counts == {Reason.MAPPING_CHANGED: 1, Reason.RESOLVED: 1}
    assert (city.alert("A")["state"], city.alert("C")["state"]) == ("withdrawn", "resolved")


def test_what_had_ended_before_it_was_read_in_the_wrong_way_was_dealt_with_by_nobody_now(city: City) -> None:
    for key in ("C", "D"):
        city.record(key)
    city.cycle({OVERDUE: {"A": 2, "C": 2, "D": 2}})
    with city.store.write() as session:
        read = Poll(source=SOURCE, dataset="files", state="believed", started_at=city.now + timedelta(days=3))
        session.connection().execute(table_of(Poll).insert().values(read.model_dump(exclude={"id"})))
    city.later(days=4)
    city.record("A", ended_at=city.now - timedelta(days=2), is_open=False)  # known then, and taken for open
    city.record("C", ended_at=city.now - timedelta(hours=2), is_open=False)
    city.record("D", is_open=False)
    with city.store.write() as session:
        city.find(session, {})
        done = city.reconcile(session, city.cycles + 100, [OVERDUE], because=Reason.MAPPING_CHANGED)
    assert done.counts == {Reason.MAPPING_CHANGED: 2, Reason.RESOLVED: 1}
    assert city.alert("C")["reason"] == "resolved"
