"""The life of an alert, as stories on both databases: what opens it, what keeps it, what ends it, and what may not."""

import re

import pytest
from sqlalchemy import insert, select

from alertd.alerts.acknowledge import acknowledge
from alertd.model.alerts import alerts_table, findings_table
from alertd.model.files import files_table
from alertd.model.words import Reason
from alertd.store.database import Store
from tests.integration.alerts_site import OVERDUE, SOON, City, rule, statements

KEY = "H26.1-261005-0001"


@pytest.fixture
def city(store: Store) -> City:
    """One file, overdue since the cycle before, with an alert that the head was told of."""
    city = City(store)
    city.record(KEY)
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"opened": 1}
    told(city)
    return city


def told(city: City) -> None:
    with city.store.write() as session:
        session.connection().execute(alerts_table.update().values(told_at=city.now, told_level=alerts_table.c.level))


def acknowledged(city: City) -> None:
    with city.store.write() as session:
        acknowledge(session, city.alert(KEY)["id"], by="Lan", at=city.at)


def disputed(city: City) -> None:
    city.dispute(city.alert(KEY)["id"])


def test_a_finding_without_an_alert_opens_one(city: City) -> None:
    alert = city.alert(KEY)
    assert (alert["state"], alert["reason"], alert["level"], alert["measure"]) == ("open", "opened", 1, 10)
    assert (alert["opened_at"], alert["changed_at"], alert["times_opened"]) == (city.now, city.now, 1)
    assert (alert["dataset"], alert["source"], alert["unit"]) == ("files", "one-stop", "H26.1")
    assert alert["rule_version"] == "overdue-files@1"
    (event,) = city.events(KEY)
    assert (event["what"], event["at"], event["level"], event["unit"]) == ("opened", city.now, 1, "H26.1")
    assert (event["unit_before"], event["actor"]) == (None, "")


def test_a_cycle_in_which_nothing_changed_writes_no_row(city: City) -> None:
    before = city.alert(KEY)
    with statements(city.store) as seen:
        assert city.cycle({OVERDUE: {KEY: 1}}) == {}
    assert city.alert(KEY) == before
    written = [statement for statement in seen if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    tables = {statement.removeprefix("INSERT INTO ").removeprefix("DELETE FROM ").split()[0] for statement in written}
    assert tables <= {"cycles", "findings", "changes"}


def test_a_measure_that_grows_within_its_level_is_not_written(city: City) -> None:
    city.later(days=1)
    with city.store.write() as session:
        session.connection().execute(files_table.update().values(section="other"))
    city.cycle({OVERDUE: {KEY: 1}})
    assert city.life(KEY) == ["opened"]


def test_a_higher_level_is_worse_and_a_lower_one_eased(city: City) -> None:
    assert city.cycle({OVERDUE: {KEY: 3}}) == {"worse": 1}
    alert = city.alert(KEY)
    assert (alert["level"], alert["measure"], alert["changed_at"], alert["reason"]) == (3, 30, city.now, "worse")
    assert alert["told_level"] == 1
    assert city.cycle({OVERDUE: {KEY: 2}}) == {"eased": 1}
    assert (city.alert(KEY)["level"], city.alert(KEY)["measure"]) == (2, 20)
    assert [(event["what"], event["level"]) for event in city.events(KEY)] == [
        ("opened", 1),
        ("worse", 3),
        ("eased", 2),
    ]


def test_an_acknowledgement_does_not_cover_what_is_worse(city: City) -> None:
    acknowledged(city)
    assert city.cycle({OVERDUE: {KEY: 1}}) == {}
    assert city.alert(KEY)["state"] == "acknowledged"
    city.cycle({OVERDUE: {KEY: 2}})
    alert = city.alert(KEY)
    assert (alert["state"], alert["acknowledged_at"], alert["acknowledged_by"]) == ("open", None, "")


def test_an_acknowledged_alert_that_eases_stays_acknowledged(city: City) -> None:
    city.cycle({OVERDUE: {KEY: 2}})
    acknowledged(city)
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"eased": 1}
    assert (city.alert(KEY)["state"], city.alert(KEY)["acknowledged_by"]) == ("acknowledged", "Lan")


def test_a_dispute_goes_on_when_the_file_gets_worse(city: City) -> None:
    disputed(city)
    city.cycle({OVERDUE: {KEY: 2}})
    assert (city.alert(KEY)["state"], city.alert(KEY)["level"]) == ("disputed", 2)


def test_a_file_that_is_finished_resolves_by_its_own_row(city: City) -> None:
    city.later(minutes=5)
    city.record(KEY, is_open=False, status="done")
    assert city.cycle() == {"resolved": 1}
    alert = city.alert(KEY)
    assert (alert["state"], alert["reason"], alert["resolved_at"]) == ("resolved", "resolved", city.now)
    assert city.cycle() == {}


def test_its_own_row_resolves_it_even_while_the_source_is_in_doubt(city: City) -> None:
    city.record(KEY, is_open=False, changed_at=city.now.replace(year=2025))  # the clock was wrong when it was read
    city.doubted = {"one-stop"}
    assert city.cycle() == {"resolved": 1}


def test_a_new_row_that_is_still_overdue_is_kept_and_its_old_change_resolves_nothing_later(city: City) -> None:
    city.later(minutes=5)
    city.record(KEY, section="other")
    assert city.cycle({OVERDUE: {KEY: 1}}) == {}
    city.doubted = {"one-stop"}
    assert city.cycle() == {}
    city.doubted = set()
    assert city.cycle() == {"moved_on": 1}


def test_what_ends_by_time_alone_has_moved_on(city: City) -> None:
    city.cycle({OVERDUE: {KEY: 1}, SOON: {KEY: 1}})
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"moved_on": 1}
    assert (city.alert(KEY, SOON)["state"], city.alert(KEY, SOON)["reason"]) == ("resolved", "moved_on")


def test_nothing_ends_by_time_while_the_source_is_in_doubt_or_unknown(city: City) -> None:
    city.doubted = {"one-stop"}
    assert city.cycle() == {}
    assert city.alert(KEY)["state"] == "open"
    with city.store.write() as session:
        session.connection().execute(alerts_table.update().values(source="taken out of the config"))
    city.doubted = set()
    assert city.cycle() == {}
    assert city.counted() == {"open": 1}


def test_what_another_rule_takes_over_has_moved_on_though_its_row_is_new(city: City) -> None:
    other = "H26.1-261005-0002"
    city.record(other)
    city.cycle({OVERDUE: {KEY: 1}, SOON: {other: 1}})
    city.later(minutes=5)
    city.record(other, section="other")
    assert city.cycle({OVERDUE: {KEY: 1, other: 1}}) == {"opened": 1, "moved_on": 1}
    assert city.life(other, SOON) == ["opened", "moved_on"]


def test_what_another_rule_has_held_before_resolves_by_its_own_row(city: City) -> None:
    city.cycle({OVERDUE: {KEY: 1}, SOON: {KEY: 1}})
    city.record(KEY, section="other", changed_at=city.now)
    assert city.cycle({SOON: {KEY: 1}}) == {"resolved": 1}


def test_a_record_that_no_believed_snapshot_lists_is_gone(city: City) -> None:
    city.gone(KEY)
    city.doubted = {"one-stop"}
    assert city.cycle() == {}
    city.doubted = set()
    assert city.cycle() == {"gone": 1}
    assert (city.alert(KEY)["state"], city.alert(KEY)["reason"]) == ("resolved", "gone")


def test_a_record_whose_row_has_vanished_is_gone_once_the_source_is_fresh(city: City) -> None:
    with city.store.write() as session:
        session.connection().execute(files_table.delete())
    city.doubted = {"one-stop"}
    assert city.cycle() == {}
    city.doubted = set()
    assert city.cycle() == {"gone": 1}


def test_a_record_that_no_copy_stands_for_between_two_merges_is_not_gone(city: City) -> None:
    city.record(KEY, preferred=False)
    assert city.cycle() == {}
    assert city.counted() == {"open": 1}


def test_an_excluded_record_is_withdrawn_and_comes_back_when_the_exception_ends(city: City) -> None:
    city.doubted = {"one-stop"}
    assert city.cycle({OVERDUE: {KEY: 0}}) == {"excluded": 1}
    alert = city.alert(KEY)
    assert (alert["state"], alert["reason"], alert["level"]) == ("withdrawn", "excluded", 1)
    assert alert["resolved_at"] == city.now
    assert city.cycle({OVERDUE: {KEY: 0}}) == {}
    assert city.cycle({OVERDUE: {KEY: 2}}) == {"reopened": 1}


def test_an_excluded_record_that_never_had_an_alert_gets_none(city: City) -> None:
    other = "H26.1-261005-0002"
    city.record(other)
    assert city.cycle({OVERDUE: {KEY: 1, other: 0}}) == {}
    assert city.counted() == {"open": 1}


def test_what_a_changed_rule_finds_no_more_is_withdrawn(city: City) -> None:
    city.rules[OVERDUE] = rule(OVERDUE, "2")
    city.doubted = {"one-stop"}
    assert city.cycle() == {"rule_changed": 1}
    assert (city.alert(KEY)["state"], city.alert(KEY)["reason"]) == ("withdrawn", "rule_changed")


def test_what_a_changed_rule_still_finds_is_kept_under_its_new_version(city: City) -> None:
    city.rules[OVERDUE] = rule(OVERDUE, "2")
    assert city.cycle({OVERDUE: {KEY: 1}}) == {}
    assert city.alert(KEY)["rule_version"] == "overdue-files@2"
    assert city.cycle() == {"moved_on": 1}


def test_a_new_row_counts_before_a_changed_rule(city: City) -> None:
    city.rules[OVERDUE] = rule(OVERDUE, "2")
    city.later(minutes=5)
    city.record(KEY, is_open=False)
    assert city.cycle() == {"resolved": 1}


def test_the_alerts_of_a_removed_rule_are_withdrawn(city: City) -> None:
    del city.rules[OVERDUE]
    assert city.cycle() == {"rule_removed": 1}
    assert (city.alert(KEY)["state"], city.alert(KEY)["reason"]) == ("withdrawn", "rule_removed")
    city.rules[OVERDUE] = rule(OVERDUE)
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"reopened": 1}


def test_the_last_rule_can_be_removed_too(city: City) -> None:
    city.rules.clear()
    assert city.cycle() == {"rule_removed": 1}


def test_a_rule_that_is_set_aside_keeps_its_alerts_as_they_are(city: City) -> None:
    city.set_aside = {OVERDUE: "unknown field"}
    del city.rules[OVERDUE]
    before = city.alert(KEY)
    city.record(KEY, is_open=False, unit="H26.2")
    assert city.cycle() == {}
    assert city.alert(KEY) == before


def test_a_rule_that_fails_resolves_nothing(city: City) -> None:
    city.record(KEY, is_open=False)
    assert city.cycle(faults=[OVERDUE]) == {}
    assert city.alert(KEY)["state"] == "open"
    assert city.cycle() == {"resolved": 1}


@pytest.mark.parametrize("state", ["open", "acknowledged", "disputed"])
def test_a_file_that_moves_to_another_unit_is_new_to_its_head(city: City, state: str) -> None:
    if state != "open":
        (acknowledged if state == "acknowledged" else disputed)(city)
    city.record(KEY, unit="H26.2")
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"moved": 1}
    alert = city.alert(KEY)
    assert (alert["unit"], alert["state"], alert["reason"]) == ("H26.2", "open", "moved")
    assert (alert["told_at"], alert["told_level"], alert["acknowledged_at"]) == (None, None, None)
    moved = city.events(KEY)[-1]
    assert (moved["what"], moved["unit"], moved["unit_before"]) == ("moved", "H26.2", "H26.1")


def test_a_file_can_move_from_and_to_no_unit(city: City) -> None:
    city.record(KEY, unit=None)
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"moved": 1}
    assert city.cycle({OVERDUE: {KEY: 1}}) == {}
    city.record(KEY, unit="H26.3")
    assert city.cycle({OVERDUE: {KEY: 1}}) == {"moved": 1}
    assert [(event["unit_before"], event["unit"]) for event in city.events(KEY)[1:]] == [
        ("H26.1", None),
        (None, "H26.3"),
    ]


def test_a_file_that_moves_and_is_worse_says_both(city: City) -> None:
    city.record(KEY, unit="H26.2")
    assert city.cycle({OVERDUE: {KEY: 2}}) == {"moved": 1, "worse": 1}
    assert city.life(KEY) == ["opened", "moved", "worse"]
    assert (city.alert(KEY)["level"], city.alert(KEY)["measure"]) == (2, 20)


def test_a_file_that_another_source_gives_now_is_kept(city: City) -> None:
    city.gone(KEY)
    other = city.record(KEY, source="portal")
    assert city.cycle({OVERDUE: {KEY: 1}}) == {}
    assert (city.alert(KEY)["source"], city.alert(KEY)["record_id"]) == ("portal", other)
    assert city.life(KEY) == ["opened"]


def test_a_file_that_only_another_source_still_gives_resolves_by_that_row(city: City) -> None:
    city.gone(KEY)
    city.record(KEY, source="portal", is_open=False, changed_at=city.now.replace(year=2025))
    city.doubted = {"one-stop", "portal"}
    assert city.cycle() == {"resolved": 1}


def test_an_alert_is_reopened_not_doubled_and_its_new_life_starts_clean(city: City) -> None:
    acknowledged(city)
    city.later(minutes=5)
    city.record(KEY, is_open=False)
    city.cycle()
    assert city.alert(KEY)["acknowledged_by"] == "Lan"
    city.later(days=3)
    city.record(KEY, unit="H26.2")
    assert city.cycle({OVERDUE: {KEY: 2}}) == {"reopened": 1}
    alert = city.alert(KEY)
    assert (alert["state"], alert["level"], alert["measure"], alert["unit"]) == ("open", 2, 20, "H26.2")
    assert (alert["opened_at"], alert["times_opened"], alert["resolved_at"]) == (city.now, 2, None)
    assert (alert["told_at"], alert["told_level"], alert["acknowledged_at"]) == (None, None, None)
    assert city.life(KEY) == ["opened", "acknowledged", "resolved", "reopened"]


def test_a_cycle_that_dies_half_way_leaves_nothing_and_is_done_again(city: City) -> None:
    city.record(KEY, is_open=False)
    before = city.alert(KEY)

    class Killed(Exception):
        pass

    def dies() -> None:
        with city.store.write() as session:
            city.find(session, {})
            assert city.reconcile(session, 7, [OVERDUE]).counts == {Reason.RESOLVED: 1}
            raise Killed

    with pytest.raises(Killed):
        dies()
    assert (city.alert(KEY), city.life(KEY)) == (before, ["opened"])
    assert city.cycle() == {"resolved": 1}


def test_two_findings_of_one_record_do_not_stop_the_cycle(city: City) -> None:
    other = "H26.1-261005-0002"
    city.record(other)
    city.record(other, source="portal")

    with city.store.write() as session:
        city.find(session, {OVERDUE: {KEY: 1, other: 1}})
        copy = select(findings_table).where(findings_table.c.key == other)
        session.connection().execute(insert(findings_table).from_select(findings_table.columns.keys(), copy))
        city.reconcile(session, 7, [OVERDUE])
    assert city.counted() == {"open": 2}


def test_a_number_that_a_row_had_before_is_not_taken_for_the_record(city: City) -> None:
    other = "H26.1-261005-0002"
    number = city.alert(KEY)["record_id"]
    with city.store.write() as session:
        session.connection().execute(files_table.delete())
    city.record(other, id=number)
    assert city.cycle({OVERDUE: {other: 1}}) == {"opened": 1, "gone": 1}


def test_the_number_of_statements_does_not_depend_on_the_number_of_alerts(store: Store) -> None:
    city, counts = City(store), []
    for size in (3, 60):
        keys = [f"H26.1-261005-{size}{number:03}" for number in range(size)]
        for key in keys:
            city.record(key)
        with statements(store) as seen:
            city.cycle({OVERDUE: dict.fromkeys(keys, 1)})
            city.cycle({OVERDUE: dict.fromkeys(keys[1:], 2)})
            city.cycle({OVERDUE: dict.fromkeys(keys, 1)})
            city.cycle()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_alerts_that_ended_are_not_read_again(city: City) -> None:
    many_ended(city)
    with statements(city.store) as seen:
        city.cycle()
    found, not_found, discarded = [statement for statement in seen if statement.startswith("INSERT INTO changes")]
    assert "ix_alerts_discarded" in plan(city.store, discarded)
    if city.store.dialect.is_sqlite:
        assert "USING INDEX uq_alerts_rule_key (rule=? AND key=?)" in plan(city.store, found)
        assert "BLOOM" not in plan(city.store, found)  # it would read the whole table first
        assert "AUTOMATIC COVERING INDEX (record_id=? AND rule=?)" in plan(city.store, not_found)
    else:
        assert "ix_alerts_standing" in plan(city.store, found)
        assert "ix_alerts_standing" in plan(city.store, not_found)


def many_ended(city: City) -> None:
    """So many that PostgreSQL, which weighs its plans, has a reason to leave them alone, and knows it."""
    alert = {name: value for name, value in city.alert(KEY).items() if name != "id"}
    ended = [alert | {"key": f"{KEY}-{number}", "state": "resolved"} for number in range(5_000)]
    with city.store.write() as session:
        session.connection().execute(insert(alerts_table), ended)
        if not city.store.dialect.is_sqlite:
            city.store.dialect.refresh_statistics(session.connection(), alerts_table)


def plan(store: Store, statement: str) -> str:
    """How the database would go about it."""
    marks = re.findall(r"\?|%\((\w+)\)s", statement)
    with store.write() as session:
        connection = session.connection()
        if store.dialect.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("x",) * len(marks))
        else:
            given = {mark: "2026-10-05" if f"%({mark})s::TIMESTAMP" in statement else "1" for mark in marks}
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
        return " / ".join(str(row[-1]) for row in rows)
