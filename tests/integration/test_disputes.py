"""Disputes through their life, on both databases: raised, upheld, excluded by two persons, rejected, ended with their alert."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import RowMapping, insert, select, update
from sqlmodel import Session

from alertd.alerts import disputes, renamed
from alertd.alerts.acknowledge import reopen
from alertd.alerts.dispute_figures import corrected, figures
from alertd.alerts.dispute_list import listed
from alertd.errors import Refused, in_language
from alertd.model.alerts import alerts_table, findings_table
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.disputes import disputes_table
from alertd.model.periods import UNIT_PERIODS
from alertd.model.rule import RuleSet
from alertd.rules.evaluate import find
from alertd.store.audit import verify
from alertd.store.database import Store
from tests.integration.alerts_site import OVERDUE, TERMS, City, rule
from tests.integration.rules_site import rule as compiled

KEYS = ("H26.1-261005-0001", "H26.1-261005-0002")
KEY = KEYS[0]
UNTIL = date(2026, 10, 12)


@pytest.fixture
def city(store: Store) -> City:
    """Two overdue files with open alerts, told; the head disputes the first."""
    city = City(store)
    for key in KEYS:
        city.record(key)
    city.cycle({OVERDUE: dict.fromkeys(KEYS, 2)})
    with store.write() as session:
        session.connection().execute(update(alerts_table).values(told_at=city.now, told_level=2))
    city.dispute(number(city))
    return city


def number(city: City, key: str = KEY) -> int:
    return int(city.alert(key)["id"])


def rows(city: City) -> Sequence[RowMapping]:
    with city.store.read() as session:
        return session.connection().execute(select(disputes_table).order_by(disputes_table.c.id)).mappings().all()


def last(city: City) -> RowMapping:
    return rows(city)[-1]


def act(city: City, what: str, **given: Any) -> Any:
    given = {"by": "Hoa", **given}
    if what in ("uphold", "propose_exclusion"):
        given["terms"] = TERMS
    if what != "confirm":
        given.setdefault("reason", "đã đối chiếu hệ thống một cửa")
    until = (given.pop("until"),) if "until" in given else ()
    with city.store.write() as session:
        return getattr(disputes, what)(session, number(city), *until, at=city.at, **given)


def actions(city: City) -> list[str]:
    with city.store.read() as session:
        assert list(verify(session)) == []
        c = table_of(AuditRow).c
        return list(session.connection().execute(select(c.action).order_by(c.seq)).scalars())


def test_a_dispute_is_kept_with_who_why_and_until_when_it_is_quiet(city: City) -> None:
    row = last(city)
    assert (row["state"], row["raised_by"], row["person"], row["reason"]) == (
        "open",
        "Lan",
        "lan@h.vn",
        "already returned",
    )
    assert (row["rule"], row["key"], row["unit"], row["level"]) == (OVERDUE, KEY, "H26.1", 2)
    assert row["quiet_until"] == row["raised_at"] + timedelta(days=3)  # Monday to Thursday
    assert actions(city) == ["alert.disputed"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ông A, số 0912 345 678, đã nhận", "ông A, số […], đã nhận"),
        (f"{KEY} đã trả, CCCD 001085012345", f"{KEY} đã trả, CCCD […]"),
        ("hồ sơ H26.15-240902-0003 trả ngày 01/10/2026", "hồ sơ H26.15-240902-0003 trả ngày 01/10/2026"),
    ],
)
def test_what_may_be_a_citizens_is_kept_nowhere(city: City, said: str, kept: str) -> None:
    with city.store.write() as session:
        reopen(session, number(city), by="Lan", at=city.at)
    assert city.dispute(number(city), said) == kept
    assert last(city)["reason"] == city.events(KEY)[-1]["note"] == kept


def test_raised_again_it_is_not_quiet_for_longer(city: City) -> None:
    first = last(city)["quiet_until"]
    city.later(days=2)
    act(city, "reject")
    city.dispute(number(city), "vẫn sai")
    assert [row["state"] for row in rows(city)] == ["rejected", "open"]
    assert last(city)["quiet_until"] == first


def test_upheld_it_waits_for_its_source_and_is_closed_by_the_sources_own_row(city: City) -> None:
    assert act(city, "uphold") == city.now + timedelta(days=7)  # five working days
    row = last(city)
    assert (row["state"], row["remedy"], row["decided_by"]) == ("upheld", "corrected", "Hoa")
    assert row["quiet_until"] == row["correct_by"]
    assert city.alert(KEY)["state"] == "disputed"
    city.cycle({OVERDUE: dict.fromkeys(KEYS, 2)})
    assert last(city)["closed_at"] is None
    city.record(KEY, is_open=False, changed_at=city.now)
    city.cycle({OVERDUE: {KEYS[1]: 2}})
    assert city.alert(KEY)["state"] == "resolved"
    assert last(city)["closed_at"] == city.now
    assert last(city)["state"] == "upheld"
    assert city.life(KEY) == ["opened", "disputed", "upheld", "resolved"]
    assert actions(city) == ["alert.disputed", "alert.upheld", "disputes.ended"]


def test_the_office_may_think_again_while_the_source_is_not_corrected(city: City) -> None:
    act(city, "uphold")
    act(city, "reject", reason="nguồn ghi đúng")
    assert (last(city)["state"], city.alert(KEY)["state"]) == ("rejected", "open")


def test_rejected_it_is_open_again_and_was_told_what_it_was_told(city: City) -> None:
    act(city, "reject")
    alert = city.alert(KEY)
    assert (alert["state"], alert["told_level"], last(city)["state"], last(city)["told_at"]) == (
        "open",
        2,
        "rejected",
        None,
    )
    with pytest.raises(Refused, match="no dispute about it waits") as refused:
        act(city, "reject")
    assert "không có phản ánh nào" in in_language(refused.value.args[0], "vi")


def test_an_exclusion_needs_a_second_person(city: City) -> None:
    act(city, "propose_exclusion", until=UNTIL)
    assert (last(city)["state"], last(city)["remedy"], city.alert(KEY)["state"]) == ("open", "excluded", "disputed")
    for who, also in (("Hoa", ()), ("  HOA ", ()), ("Lan", ()), ("Minh", ("hoa",))):
        with pytest.raises(Refused, match="somebody else has to confirm"):
            act(city, "confirm", by=who, also=also)
    assert act(city, "confirm", by="Minh") == UNTIL
    row = last(city)
    assert (row["state"], row["decided_by"], row["confirmed_by"]) == ("upheld", "Hoa", "Minh")
    with pytest.raises(Refused, match="no exclusion"):
        act(city, "confirm", by="Bình")
    assert actions(city) == ["alert.disputed", "alert.exclusion_proposed", "alert.upheld"]


@pytest.mark.parametrize("until", [date(2026, 10, 4), date(2027, 10, 5)])
def test_an_exclusion_ends_on_a_day_that_is_not_past_and_not_far(city: City, until: date) -> None:
    with pytest.raises(Refused, match="an exclusion ends on a day from 05/10/2026 to 03/01/2027"):
        act(city, "propose_exclusion", until=until)


def test_a_proposal_whose_day_is_past_is_not_confirmed(city: City) -> None:
    act(city, "propose_exclusion", until=UNTIL)
    city.later(days=8)
    with pytest.raises(Refused, match="which is past"):
        act(city, "confirm", by="Minh")
    act(city, "propose_exclusion", until=date(2026, 10, 20))
    assert act(city, "confirm", by="Minh") == date(2026, 10, 20)


@pytest.mark.parametrize("what", ["uphold", "reject", "propose_exclusion"])
def test_a_decision_needs_its_reason_and_a_dispute(city: City, what: str) -> None:
    until = {"until": UNTIL} if what == "propose_exclusion" else {}
    with pytest.raises(Refused, match="needs its reason"):
        act(city, what, reason=" . ", **until)
    with pytest.raises(Refused, match="there is no alert 99"), city.store.write() as session:
        disputes.reject(session, 99, by="Hoa", reason="không có", at=city.at)


def excluded_levels(city: City, now: timedelta) -> dict[str, int]:
    """What the real statement of a rule finds, by key."""
    city.later(seconds=now.total_seconds())
    overdue = compiled("dataset: files\nwhen: is_open\nlevels: {warning: is_open}\nsend: {warning: digest}", OVERDUE)
    with city.store.write() as session:
        found = find(session, [overdue], city.at)
        assert found.faults == {}
        c = findings_table.c
        return {row.key: row.level for row in session.connection().execute(select(c.key, c.level))}


def test_an_excluded_record_counts_as_excluded_until_the_day_after(city: City) -> None:
    act(city, "propose_exclusion", until=UNTIL)
    assert excluded_levels(city, timedelta()) == {KEY: 2, KEYS[1]: 2}  # nobody has confirmed it
    act(city, "confirm", by="Minh")
    assert excluded_levels(city, timedelta()) == {KEY: 0, KEYS[1]: 2}
    city.cycle({OVERDUE: {KEY: 0, KEYS[1]: 2}})
    assert (city.alert(KEY)["state"], city.alert(KEY)["reason"]) == ("withdrawn", "excluded")
    assert last(city)["state"] == "upheld"
    assert excluded_levels(city, timedelta(days=7, hours=15)) == {KEY: 0, KEYS[1]: 2}  # 12/10, 23:15
    assert excluded_levels(city, timedelta(hours=1)) == {KEY: 2, KEYS[1]: 2}
    city.cycle({OVERDUE: dict.fromkeys(KEYS, 2)})
    alert = city.alert(KEY)
    assert (alert["state"], alert["reason"], alert["told_level"]) == ("open", "reopened", None)


def test_an_exclusion_ends_early_when_the_office_takes_it_back(city: City) -> None:
    act(city, "propose_exclusion", until=UNTIL)
    act(city, "confirm", by="Minh")
    city.cycle({OVERDUE: {KEY: 0, KEYS[1]: 2}})
    act(city, "reject", reason="hồ sơ đã đủ giấy tờ")
    assert excluded_levels(city, timedelta()) == {KEY: 2, KEYS[1]: 2}
    assert actions(city)[-1] == "alert.exclusion_ended"


@pytest.mark.parametrize("proposed", [False, True])
def test_an_alert_that_ends_by_itself_ends_its_dispute(city: City, proposed: bool) -> None:
    if proposed:
        act(city, "propose_exclusion", until=UNTIL)
    city.record(KEY, is_open=False, changed_at=city.now + timedelta(minutes=1))
    city.cycle({OVERDUE: {KEYS[1]: 2}})
    row = last(city)
    assert (row["state"], row["ended_why"], row["remedy"], row["told_at"]) == ("ended", "resolved", "", None)
    with pytest.raises(Refused, match="is resolved, and no dispute"):
        act(city, "uphold")


def test_a_record_that_moves_to_another_unit_takes_no_dispute_along(city: City) -> None:
    city.record(KEY, unit="H26.2", changed_at=city.now)
    city.cycle({OVERDUE: dict.fromkeys(KEYS, 2)})
    assert (city.alert(KEY)["state"], last(city)["state"], last(city)["ended_why"]) == ("open", "ended", "moved")
    city.dispute(number(city), by="Minh")
    assert last(city)["unit"] == "H26.2"
    assert last(city)["quiet_until"] > rows(city)[0]["quiet_until"]


def test_what_gets_worse_stays_disputed(city: City) -> None:
    city.cycle({OVERDUE: {KEY: 3, KEYS[1]: 2}})
    assert (city.alert(KEY)["state"], city.alert(KEY)["level"], last(city)["state"]) == ("disputed", 3, "open")


def test_taken_back_it_is_withdrawn(city: City) -> None:
    with city.store.write() as session:
        reopen(session, number(city), by="Lan", at=city.at, note="nhầm")
    assert (last(city)["state"], last(city)["decided_by"], city.alert(KEY)["state"]) == ("withdrawn", "Lan", "open")


def rename(city: City, old: str, new: str) -> None:
    city.rules = {new: rule(new)}
    with city.store.write() as session:
        renamed.carry_over(session, {old: new}, city.now, 1)


def test_a_rule_that_is_renamed_keeps_disputes_and_exclusions(city: City) -> None:
    city.dispute(number(city, KEYS[1]))
    act(city, "propose_exclusion", until=UNTIL)
    act(city, "confirm", by="Minh")
    rename(city, OVERDUE, "late-files")
    assert {row["rule"] for row in rows(city)} == {"late-files"}
    city.cycle({"late-files": {KEY: 0, KEYS[1]: 2}})
    assert city.alert(KEYS[1], "late-files")["state"] == "disputed"
    assert [row["state"] for row in rows(city)] == ["upheld", "open"]


def test_a_rule_that_takes_over_an_old_name_takes_the_disputes_with_the_life(city: City) -> None:
    with city.store.write() as session:
        alive = session.connection().execute(select(alerts_table).where(alerts_table.c.key == KEY)).mappings().one()
        ended = {**alive, "rule": "late-files", "state": "resolved", "resolved_at": city.now}
        del ended["id"]
        session.connection().execute(alerts_table.insert().values(ended))
    rename(city, OVERDUE, "late-files")
    city.cycle({"late-files": dict.fromkeys(KEYS, 2)})
    assert last(city)["alert_id"] == city.alert(KEY, "late-files")["id"]
    assert (last(city)["state"], city.alert(KEY, "late-files")["state"]) == ("open", "disputed")


def test_a_rule_that_is_taken_out_ends_the_dispute_and_leaves_an_exclusion_for_its_return(city: City) -> None:
    city.rules = {"other": rule("other")}
    city.cycle()
    assert (last(city)["state"], last(city)["ended_why"]) == ("ended", "rule_removed")


def test_the_list_has_what_waits_first(city: City) -> None:
    city.dispute(number(city, KEYS[1]), "hồ sơ của đơn vị khác")
    act(city, "reject")
    with city.store.read() as session:
        found = listed(session, city.at.calendar.zone)
        assert [(each["key"], each["state"]) for each in found] == [(KEYS[1], "open"), (KEY, "rejected")]
        assert listed(session, city.at.calendar.zone, unit="H26.2") == []


def test_two_who_decide_at_once_do_not_both_decide(city: City) -> None:
    act(city, "uphold")
    with pytest.raises(Refused), city.store.write() as session:
        _decide_ended(session, city)


def _decide_ended(session: Session, city: City) -> None:
    session.connection().execute(update(alerts_table).values(state="resolved"))
    disputes.uphold(session, number(city), by="Hoa", reason="hai lần", at=city.at, terms=TERMS)


def test_a_figure_was_corrected_where_it_is_lower_now_and_could_not_get_lower_by_itself(city: City) -> None:
    table = UNIT_PERIODS.table
    basic = {
        "raw_hash": 1,
        "first_seen_at": city.now,
        "version_since": city.now,
        "changed_at": city.now,
        "missed": 0,
        "preferred": True,
        "source": "x",
    }
    basic |= {
        "code": "2026-09/unit/H26.1",
        "period": "2026-09",
        "kind": "month",
        "grain": "unit",
        "begins_no": 1,
        "ends_no": 20,
    }
    basic |= {"begins_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30)}
    counts = {column.name: 0 for column in table.columns if not column.nullable and column.name not in (*basic, "id")}
    per_count = replace(rule(OVERDUE, dataset=UNIT_PERIODS, shows=["refused"]), measure="refused_near_due")
    per_rate = replace(
        rule(OVERDUE, dataset=UNIT_PERIODS, shows=["supplement_rate", "city_supplement_rate"]), measure=""
    )

    def told(rule: Any, name: str, then: int | None, now: int | None, *, running: bool) -> bool:
        with city.store.write() as session:
            connection = session.connection()
            connection.execute(table.delete())
            row = basic | counts | {"is_running": running, name: then}
            record = connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
            said = {"dataset": "unit_periods", "figures": figures(session, "unit_periods", record)}
            dispute = connection.execute(
                update(disputes_table).values(said).returning(disputes_table.c.id)
            ).scalar_one()
            connection.execute(update(alerts_table).values(record_id=record, reason="moved_on"))
            connection.execute(update(table).values({name: now, "is_running": False, "city_supplement_rate": 1}))
            return corrected(session, RuleSet({OVERDUE: rule}, "set"), [dispute]) == [dispute]

    assert told(per_count, "refused_near_due", 7, 4, running=False)
    assert told(per_count, "refused_near_due", 7, 4, running=True)  # what was refused stays refused
    assert not told(per_count, "refused_near_due", 5, 7, running=True)  # the month went on
    assert not told(per_count, "refused_near_due", 5, 5, running=False)
    assert told(per_rate, "supplement_rate", 2000, 900, running=False)
    assert not told(per_rate, "supplement_rate", 2000, 1900, running=True)  # more files came in
    assert not told(
        per_rate, "supplement_rate", 2000, 2040, running=False
    )  # of files of the month papers were asked later
    assert not told(per_rate, "supplement_rate", 2000, None, running=False)
    assert not told(per_rate, "supplement_rate", None, 2000, running=False)
