"""What a held cycle is judged by on the days after, and what becomes of one that is decided about later, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from alertd.brake import in_earnest
from alertd.brake.decide import hold_of, speaks_for_its_cycle
from alertd.model.alerts import alerts_table
from alertd.model.freshness import Doubt
from alertd.model.rule import Evaluation
from alertd.model.words import Level
from alertd.notices.tell import tell
from alertd.rules.first_runs import first_runs, note_ran
from alertd.rules.kept import keep_versions
from alertd.store import site
from alertd.store.database import Store
from tests.integration.test_brake import DISCARDED, RELEASED, decided, held, many, marked, ran, state_of
from tests.notice_city import LAN, MINH, NOW, OFFICE, OVERDUE, City, at, fresh, rule_set

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def city(store: Store) -> City:
    city = City(store, mode="trial")
    ran(city, [city.finds("H26.1-260901-9999", Level.CRITICAL)], NOW - timedelta(days=3))
    return city


def test_in_earnest_the_first_day_of_all_is_not_taken_for_a_usual_one(store: Store) -> None:
    city = City(store, mode="live")
    cycle, hold = ran(city, many(city, 70))
    assert hold == cycle
    decided(city, cycle, RELEASED)
    assert ran(city, many(city, 60, first=100), TOMORROW)[1] is not None  # and not five times seventy


def test_what_is_released_on_a_later_day_is_written_anew_for_it_gives_days_late(city: City) -> None:
    cycle, _ = ran(city, many(city))
    done = decided(city, cycle, RELEASED, TOMORROW)
    assert (done.alerts, done.messages, done.stale, marked(city)) == (60, 0, 2, 0)
    assert ran(city, [], TOMORROW + timedelta(minutes=5))[1] is None
    new = [notice for notice in city.notices() if notice.created_at > TOMORROW and notice.kind == "alert"]
    assert [(notice.recipient, notice.state) for notice in new] == [(LAN.name, "pending"), (MINH.name, "pending")]


def test_those_who_hear_by_a_release_do_not_hold_what_comes_after_it(store: Store) -> None:
    people = tuple(replace(LAN, unit=f"H26.{n}", name=f"Người {n}", email=f"n{n}@h.vn") for n in (1, 2, 3))
    city = City(store, mode="trial", people=(*people, OFFICE))
    ran(city, [], NOW - timedelta(days=3))
    news = [city.finds(f"H26.{n}-261001-0001", Level.CRITICAL, unit=f"H26.{n}") for n in (1, 2, 3)]
    cycle, _ = ran(city, news, max_heads=2)
    decided(city, cycle, RELEASED, TOMORROW)
    for minute in (5, 10):
        one = [city.finds(f"H26.1-261002-{minute:04}", Level.CRITICAL)]
        assert ran(city, one, TOMORROW + timedelta(minutes=minute), max_heads=2)[1] is None


def test_what_time_alone_made_late_while_its_source_is_in_doubt_is_named_by_no_held_message(city: City) -> None:
    numbers = many(city)
    with city.store.write() as session:
        by_time = update(alerts_table).where(alerts_table.c.id.in_(numbers[:30]))
        session.connection().execute(by_time.values(cause="time"))
    city.freshness = fresh(doubt=Doubt.FAILED)
    cycle, hold = ran(city, numbers)
    assert (hold, marked(city)) == (cycle, 60)
    waiting = {notice.id for notice in held(city)}
    assert len({key for notice, key, _ in city.links() if notice in waiting}) == 30


def test_a_word_about_one_that_waits_no_more_says_nothing_of_those_that_wait(city: City) -> None:
    cycle, _ = ran(city, many(city))
    first = held(city)[0].id
    decided(city, cycle, RELEASED, person=LAN.person)
    with city.store.read() as session:
        known = hold_of(session, first)
        assert known is not None
        assert not speaks_for_its_cycle(session, known, only=False)
    decided(city, cycle, DISCARDED, person=MINH.person)
    with city.store.read() as session:  # now it was decided about as a whole: that is said
        assert speaks_for_its_cycle(session, known, only=False)


def test_when_a_rehearsal_ends_its_holds_and_messages_end_with_it_and_nobody_counts_as_told(store: Store) -> None:
    city = City(store, mode="rehearsal")
    ran(city, [city.finds("H26.1-260901-9999", Level.CRITICAL)], NOW - timedelta(days=3))
    cycle, hold = ran(city, many(city))
    assert (hold, len(held(city))) == (cycle, 2)
    city.mode = "live"
    later = NOW + timedelta(hours=1)
    with store.write() as session:
        site.keep_fact(session, "mode", "rehearsal")
        site.claim_mode(session, "live")
        assert in_earnest.begin(session, city.desk().settings, at(later), cycle) == 61
        assert in_earnest.begin(session, city.desk().settings, at(later), cycle) == 0  # once
    assert (marked(city), held(city), state_of(city, cycle).state) == (0, [], "over")
    assert city.alert("H26.1-260901-9999").told_level is None
    assert {notice.state for notice in city.notices() if notice.meant_for} == {"superseded"}
    with store.write() as session:
        told = tell(session, city.desk(later), at(later), None)
    assert (told.notices, told.alerts) == (2, 61)


def test_what_was_told_in_earnest_before_a_rehearsal_stays_told(store: Store) -> None:
    city = City(store, mode="live")
    city.finds("H26.1-260901-9999", Level.WARNING)
    with store.write() as session:
        tell(session, city.desk(), at(), None)
    city.mode = "rehearsal"
    later = NOW + timedelta(hours=1)
    with store.write() as session:
        session.connection().execute(update(alerts_table).values(level=3))
        tell(session, city.desk(later), at(later), None)
    assert city.alert("H26.1-260901-9999").told_level == 3
    city.mode = "live"
    with store.write() as session:
        site.keep_fact(session, site.IN_EARNEST, "")
        assert in_earnest.begin(session, city.desk().settings, at(later), 1) == 0
    alert = city.alert("H26.1-260901-9999")
    assert (alert.told_level, alert.told_at) == (2, NOW)  # what is worse since, he is told


def test_a_rule_that_goes_back_to_what_it_meant_begins_quietly_as_well(store: Store) -> None:
    def first(text: str, minute: int) -> bool:
        moment = NOW + timedelta(minutes=minute)
        rules = rule_set(replace(OVERDUE, version=text, text=text))
        with store.write() as session:
            keep_versions(session, rules, moment)
            found = first_runs(session, rules)
            note_ran(session, rules, Evaluation((OVERDUE.id,), {}, 0), at(moment))
        return bool(found)

    one, other, reworded = "when: is_open\ntitle: A", "when: not is_open\ntitle: A", "when: is_open\ntitle: B"
    said = [first(text, minute) for minute, text in enumerate((one, one, reworded, other, one, reworded, one))]
    assert said == [True, False, False, True, True, False, False]
