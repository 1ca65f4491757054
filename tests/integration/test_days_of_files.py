"""Whose the days of a file are, from the source's rows through the merge to what rules see: on both databases."""

from datetime import date
from typing import Any

from sqlalchemy import select

from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.dataset import Scope
from alertd.model.files import FILES, FileHistory, files_table
from alertd.rules.compile import findings_select
from alertd.rules.deadline import fields_with
from alertd.store import calendar as calendar_table
from alertd.store.database import Store
from tests.integration.rules_site import CALENDAR, HANOI, Site, moment, rule

SHARES = ("working_days_late", *FILES.late_shares)
LATE = {"code": "A", "unit": "H26.1", "status": "processing", "accepted_at": "2026-09-01T08:00:00"}
LATE |= {"due_at": "2026-09-28T17:00:00"}


def shares(site: Site, now: str, *, live: bool = True) -> list[int | None]:
    """In all, before the unit had it, with it, with the citizen; both modes agree where nothing lies ahead."""
    at = site.at(now, live=live)
    scope = Scope(files_table, live)
    with site.store.read() as session:
        row = (
            session.connection()
            .execute(
                select(*(FILES.fields[name].sql(scope) for name in SHARES)).where(files_table.c.code == "A"),
                at.parameters,
            )
            .one()
        )
    return list(row)


def both(site: Site, now: str) -> list[int | None]:
    live = shares(site, now)
    assert shares(site, now, live=False) == live
    return live


def read(site: Site, now: str, **given: Any) -> Any:
    site.now = now
    site.poll(LATE | given)
    with site.store.read() as session:
        return session.connection().execute(select(files_table).where(files_table.c.code == "A")).one()


def test_days_late_are_shared_by_the_day_on_which_the_unit_got_it(store: Store) -> None:
    site = Site(store)
    read(site, "2026-09-29 08:00")
    assert both(site, "2026-09-30 09:00") == [2, 0, 2, 0]
    read(site, "2026-10-01 09:00", unit="H26.2")
    assert both(site, "2026-10-01 10:00") == [3, 3, 0, 0]  # the day of the hand-over is the other unit's
    assert both(site, "2026-10-05 10:00") == [5, 3, 2, 0]
    assert both(site, "2026-10-04 10:00") == [4, 3, 1, 0]


def test_the_sources_own_moment_counts_and_may_lie_before_it_was_seen(store: Store) -> None:
    site = Site(store)
    read(site, "2026-09-29 08:00")
    row = read(site, "2026-10-02 09:00", unit="H26.2", unit_since="2026-09-30T10:00:00")
    assert row.unit_since == moment("2026-09-30 10:00")
    assert both(site, "2026-10-02 10:00") == [4, 2, 2, 0]


def test_a_round_of_supplements_after_the_due_date_is_the_citizens(store: Store) -> None:
    site = Site(store)
    read(site, "2026-09-29 08:00")
    asked = {"supplement_requested_at": "2026-09-30T09:00:00", "status": "supplement"}
    read(site, "2026-09-30 09:30", **asked)
    assert both(site, "2026-10-02 09:00") == [2, 0, 2, 0]  # the clock stands
    assert shares(site, "2026-09-29 09:00", live=False) == [1, 0, 1, 0]  # as of the day before the request
    read(site, "2026-10-02 10:00", **asked | {"status": "processing", "supplement_answered_at": "2026-10-02T09:00:00"})
    assert both(site, "2026-10-05 09:00") == [5, 0, 3, 2]
    assert shares(site, "2026-10-01 09:00", live=False) == [2, 0, 2, 0]  # then it was still awaited


def test_a_request_by_the_status_word_alone_stands_since_it_was_read(store: Store) -> None:
    site = Site(store)
    read(site, "2026-09-29 08:00")
    first = read(site, "2026-09-30 09:00", status="supplement")
    assert (first.waiting_for_citizen, first.stop_at) == (True, moment("2026-09-30 09:00"))
    row = read(site, "2026-10-02 09:00", status="supplement", section="Phòng 1")  # its row is read anew
    assert row.stop_at == first.stop_at
    assert both(site, "2026-10-05 09:00") == [2, 0, 2, 0]
    assert shares(site, "2026-09-29 09:00", live=False) == [1, 0, 1, 0]
    read(site, "2026-10-05 10:00")
    assert both(site, "2026-10-05 11:00") == [5, 0, 5, 0]


def test_a_new_date_is_followed_once_the_citizen_has_answered(store: Store) -> None:
    site = Site(store)
    new = {"new_due_at": "2026-10-20T17:00:00", "first_due_at": ""}
    asked = {"supplement_requested_at": "2026-09-30T09:00:00"}
    row = read(site, "2026-10-01 09:00", **new, **asked)
    assert row.due_at == moment("2026-09-28 17:00")  # nobody has answered yet
    row = read(site, "2026-10-02 10:00", **new, **asked, supplement_answered_at="2026-10-02T09:00:00")
    assert row.due_at == moment("2026-10-20 17:00")
    assert both(site, "2026-10-05 09:00") == [0, 0, 0, 0]


def test_a_unit_that_is_missing_for_once_has_not_moved_and_another_one_has(store: Store) -> None:
    site = Site(store)
    read(site, "2026-09-29 08:00", unit="H26.2", unit_since="")
    read(site, "2026-09-30 08:00", unit="")
    assert read(site, "2026-10-01 08:00", unit="H26.2").unit_since is None
    read(site, "2026-10-02 08:00", unit="Sở Lạ")
    row = read(site, "2026-10-05 08:00", unit="H26.1")
    assert (row.unit_since, row.unit_since_day_no) == (moment("2026-10-05 08:00"), CALENDAR.number(date(2026, 10, 5)))


def test_what_a_ledger_needs_is_kept_of_every_version(store: Store) -> None:
    site = Site(store)
    read(site, "2026-09-29 08:00", section="Phòng 1")
    read(site, "2026-09-30 08:00", section="Phòng 2")
    read(site, "2026-10-01 08:00", section="Phòng 2", supplement_requested_at="2026-09-30T09:00:00")
    read(site, "2026-10-02 08:00", section="Phòng 2", unit="H26.2", supplement_requested_at="2026-09-30T09:00:00")
    h = table_of(FileHistory).c
    with store.read() as session:
        rows = session.connection().execute(
            select(h.unit, h.section, h.supplement_requested_at, h.unit_since).order_by(h.id)
        )
        assert [tuple(row) for row in rows] == [
            ("H26.1", "Phòng 1", None, None),
            ("H26.1", "Phòng 2", None, None),
            ("H26.1", "Phòng 2", moment("2026-09-30 09:00"), None),
        ]


def test_they_follow_when_a_day_of_the_calendar_changes(store: Store) -> None:
    site = Site(store, with_days=True)
    read(site, "2026-09-29 08:00")
    read(site, "2026-10-01 09:00", unit="H26.2")
    changed = working_calendar(zone=HANOI, days_off=[date(2026, 9, 30), date(2026, 10, 2), date(2026, 10, 19)])
    with store.write() as session:
        calendar_table.sync(session, changed)
    site.calendar = changed
    assert both(site, "2026-10-05 10:00") == [3, 2, 1, 0]


def test_a_rule_with_a_deadline_of_its_own_shares_what_is_late_by_it(store: Store) -> None:
    compiled = rule(
        "deadline: {counted_from: accepted_at, within: 20 working days}\n"
        "when: is_open\nmeasure: working_days_late_with_unit\nlevels: {warning: 1}\n"
        "show: [working_days_late_before_unit]\n"
    )
    assert compiled.deadline is not None
    assert fields_with(FILES, compiled.deadline)["working_days_late_with_unit"].at_least is None
    site = Site(store)
    read(site, "2026-09-25 08:00")  # 20 working days after 1 September is Tuesday the 29th
    read(site, "2026-10-01 09:00", unit="H26.2")
    assert site.find(compiled, "2026-10-01 10:00") == {}
    assert site.find(compiled, "2026-10-05 10:00") == {"A": ("warning", 2)}
    assert site.facts(compiled, "A", "2026-10-05 10:00")["working_days_late_before_unit"] == 2


def test_the_units_own_days_are_served_by_the_index_of_due_days(store: Store) -> None:
    site = Site(store)
    ended = LATE | {"status": "done", "ended_at": "2026-10-01T09:00:00"}
    site.poll(
        *(ended | {"code": f"E{number}"} for number in range(1_000)), *(LATE | {"code": f"A{n}"} for n in range(20))
    )
    compiled = rule("when: is_open\nmeasure: working_days_late_with_unit\nlevels: {warning: 3}\n")
    plan = site.plan(findings_select(compiled, live=True, zone=HANOI))
    assert "ix_file_copies_open_due" in plan, plan
