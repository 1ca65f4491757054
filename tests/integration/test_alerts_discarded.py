"""What the office has thrown away stays quiet as long as the record is the same, on both databases; nothing is quiet for ever."""

import pytest

from alertd.alerts import acknowledge, held
from alertd.store.database import Store
from tests.integration.alerts_site import OVERDUE, City

KEY = "H26.1-260928-0001"


@pytest.fixture
def city(store: Store) -> City:
    """One alert, opened by the first cycle, held and thrown away."""
    city = City(store)
    city.record(KEY)
    city.cycle({OVERDUE: {KEY: 3}})
    with store.write() as session:
        assert held.mark(session, city.cycles, city.cycles) == 1
        done = held.throw_away(session, city.cycles, person=None, by="Phòng", now=city.now)
        assert done.alerts == 1
    return city


def test_the_next_cycles_do_not_open_it_again(city: City) -> None:
    for level in (3, 2, 3):
        assert city.cycle({OVERDUE: {KEY: level}}) == {}
    assert city.alert(KEY)["state"] == "withdrawn"
    assert city.life(KEY) == ["opened", "discarded"]


def test_a_row_that_changed_and_is_found_opens_anew_and_bears_no_mark(city: City) -> None:
    city.later(minutes=15)
    city.record(KEY)
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"reopened": 1}
    alert = city.alert(KEY)
    assert (alert["state"], alert["held_by"], alert["told_level"]) == ("open", None, None)


def test_what_is_not_found_any_more_is_quiet_no_longer(city: City) -> None:
    assert city.cycle({}) == {"moved_on": 1}
    assert city.alert(KEY)["state"] == "resolved"
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"reopened": 1}


def test_a_rule_that_failed_says_nothing_of_it(city: City) -> None:
    assert city.cycle({}, faults=(OVERDUE,)) == {}
    assert city.alert(KEY)["state"] == "withdrawn"


def test_somebody_can_bring_it_back_by_hand(city: City) -> None:
    with city.store.write() as session:
        acknowledge.reopen(session, int(city.alert(KEY)["id"]), by="Phòng", at=city.at)
    alert = city.alert(KEY)
    assert (alert["state"], alert["held_by"], alert["resolved_at"]) == ("open", None, None)
    assert city.cycle({OVERDUE: {KEY: 3}}) == {}


def test_what_moves_while_it_is_held_is_judged_anew(store: Store) -> None:
    city = City(store)
    city.record(KEY)
    city.cycle({OVERDUE: {KEY: 3}})
    with store.write() as session:
        held.mark(session, city.cycles, city.cycles)
    city.record(KEY, unit="H26.2")
    assert city.cycle({OVERDUE: {KEY: 3}}) == {"moved": 1}
    assert city.alert(KEY)["held_by"] is None
