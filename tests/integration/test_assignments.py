"""Assignments of the document system: read in, extended, done, gone; their titles, their days, and the rules that ship for them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from alertd.model.asof import AsOf
from alertd.model.assignments import ASSIGNMENTS, assignments_table
from alertd.model.calendar import working_calendar
from alertd.model.changes import field_changes_table
from alertd.model.dataset import Scope
from alertd.repair.clock import put_right
from alertd.settings.source_shapes import SourceSettings
from alertd.store import calendar as calendar_table
from alertd.store.database import Store
from tests.integration.intake_site import HANOI, Intake, settings_of
from tests.integration.rules_site import Site, book_of, moment, rule
from tests.stores import with_days

_a = assignments_table.c
FIELDS = {
    "code": "So",
    "title": "TrichYeu",
    "giver": "NoiGiao",
    "unit": "DonVi",
    "assigned_at": "Giao",
    "accepted_at": "TiepNhan",
    "due_at": "Han",
    "extended_to": "GiaHan",
    "done_at": "Xong",
    "state": "TrangThai",
}
WORDS = {"state": {"1": "new", "2": "accepted", "3": "working", "4": "done", "5": "given_back", "6": "cancelled"}}


def settings(**more: Any) -> SourceSettings:
    given = {"dataset": "assignments", "fields": FIELDS, "values": WORDS, "max_drop": 1.0, "max_shift": 1.0}
    return settings_of("documents", **{**given, **more})


def task(number: int = 1, **given: Any) -> dict[str, Any]:
    """Given on Thursday 1 October, due on Friday 9 October."""
    made = {
        "So": f"{number}/VP-KGVX",
        "TrichYeu": "Trả lời đơn của bà Nguyễn Thị A",
        "NoiGiao": "Văn phòng UBND Thành phố",
        "DonVi": "H26.1",
        "Giao": "2026-10-01T09:00:00",
        "Han": "2026-10-09T17:00:00",
        "TrangThai": "3",
    }
    return {**made, **given}


def read(store: Store, **more: Any) -> Intake:
    return Intake(store, settings(**more))


def test_an_assignment_is_read_without_its_title(store: Store) -> None:
    city = read(store)
    city.poll([task()])
    (row,) = city.rows()
    assert (row.code, row.unit, row.giver, row.state) == ("1/VP-KGVX", "H26.1", "Văn phòng UBND Thành phố", "working")
    assert (row.title, row.is_open, row.extensions) == (None, True, 0)
    numbers = city.site.calendar.number
    assert row.due_day_no == numbers(date(2026, 10, 9))
    assert row.assigned_day_no == numbers(date(2026, 10, 1))
    assert row.first_event_at == datetime(2026, 10, 1, 2, tzinfo=UTC)


def test_a_title_is_not_even_looked_at_and_comes_and_goes_with_the_word_that_it_is_public(store: Store) -> None:
    city = read(store)
    city.poll([task(TrichYeu={"a": "no text"})])
    assert [row.title for row in city.rows()] == [None]
    assert city.rejects() == [], "what is not read cannot be wrong"
    city.settings = settings(public_titles=True)
    city.poll([task(), task(2)])
    assert [row.title for row in city.rows()] == ["Trả lời đơn của bà Nguyễn Thị A"] * 2
    city.poll([task()])
    city.poll([task()])
    city.settings = settings(max_shift=0.3)
    polled = city.poll([task()])
    assert polled.believed, "titles that are left out are no loss of the source"
    assert [row.title for row in city.rows()] == [None, None], "nor of a record that is gone"


def test_extensions_are_counted_where_the_source_gives_no_count(store: Store) -> None:
    city = read(store)
    city.poll([task(), task(2, GiaHan="2026-10-16T17:00:00"), task(3, GiaHan="2026-10-09T18:00:00")])
    assert [row.extensions for row in city.rows()] == [0, 1, 0]
    city.poll([task(GiaHan="2026-10-16T17:00:00"), task(2, GiaHan="2026-10-23T17:00:00"), task(3, Han="2026-10-16")])
    assert [row.extensions for row in city.rows()] == [1, 2, 1], "the date itself may be written over"
    again = [task(GiaHan="2026-10-15T17:00:00"), task(2, GiaHan="2026-10-23T17:30:00"), task(3, Han="2026-10-16")]
    city.poll(again)
    assert [row.extensions for row in city.rows()] == [1, 2, 1]
    city.poll([task(), *again[1:]])
    city.poll([task(Han="2026-10-30T17:00:00"), *again[1:]])
    assert [row.extensions for row in city.rows()] == [2, 2, 1]
    assert city.rows()[1].due_day_no == city.site.calendar.number(date(2026, 10, 23))


def test_a_count_of_the_source_stands_and_a_changed_mapping_counts_nothing(store: Store) -> None:
    city = read(store, fields={**FIELDS, "extensions": "SoLan"})
    city.poll([task(SoLan="2", GiaHan="2026-10-16T17:00:00")])
    assert [row.extensions for row in city.rows()] == [2]
    city.settings = settings(fields={**FIELDS, "extended_to": "GiaHan2"})
    city.poll([task(GiaHan2="2026-10-30T17:00:00")])
    assert [row.extensions for row in city.rows()] == [2]


def test_done_by_its_state_alone_it_was_done_when_it_was_first_read_so(store: Store) -> None:
    city = read(store)
    city.poll([task(), task(2, TrangThai="4", TiepNhan="2026-10-02T09:00:00"), task(3, TrangThai="6", Giao="", Han="")])
    numbers = city.site.calendar.number
    assert [row.is_open for row in city.rows()] == [True, False, False]
    assert [row.done_day_no for row in city.rows()] == [None, numbers(date(2026, 10, 2)), numbers(date(2026, 10, 5))]
    city.now += timedelta(days=9)
    done = [task(TrangThai="4"), task(2, TrangThai="4", NoiGiao="Sở")]
    city.poll(done)
    first, second, _ = city.rows()
    assert (first.is_open, first.done_day_no) == (False, numbers(date(2026, 10, 14)))
    assert second.done_day_no == numbers(date(2026, 10, 2))
    city.now += timedelta(days=9)
    city.poll([task(TrangThai="4", NoiGiao="Sở"), done[1]])
    assert city.rows()[0].done_day_no == first.done_day_no
    city.poll([task(TrangThai="4", Xong="2026-10-12T09:00:00"), done[1]])
    row = city.rows()[0]
    assert (row.done_day_no, row.assumed_done_at) == (numbers(date(2026, 10, 12)), None)


@pytest.mark.parametrize("means", ["ended", "gone"])
def test_what_is_no_longer_listed_is_done_or_gone(store: Store, means: str) -> None:
    city = read(store, missing_means=means)
    city.poll([task(), task(2)])
    city.poll([task(2)])
    assert city.rows()[0].is_open
    city.poll([task(2)])
    row = city.rows()[0]
    assert (row.is_open, row.preferred) == ((False, True) if means == "ended" else (True, False))
    assert row.gone_at is not None
    if means == "ended":
        assert row.assumed_done_at == row.gone_at
        assert row.done_day_no == city.site.calendar.number(date(2026, 10, 5))
    city.poll([task(), task(2)])
    row = city.rows()[0]
    assert (row.is_open, row.preferred, row.gone_at, row.assumed_done_at) == (True, True, None, None)


def test_a_third_of_all_that_is_done_at_once_without_a_time_is_not_believed(store: Store) -> None:
    city = read(store, max_shift=0.3)
    city.poll([task(number) for number in range(30)])
    polled = city.poll([task(number, TrangThai="4" if number < 15 else "3") for number in range(30)])
    assert (polled.believed, polled.reason) == (False, "unit_shifted")
    now = "2026-10-05T08:30:00"
    proved = [task(number, **({"TrangThai": "4", "Xong": now} if number < 15 else {})) for number in range(30)]
    assert city.poll(proved).believed


def test_a_changed_calendar_renumbers_assignments_and_changes(store: Store) -> None:
    city = read(store)
    with_days(store, city.site.calendar)
    city.poll(
        [task(), task(2, GiaHan="2026-10-10T17:00:00"), task(3, TrangThai="4"), task(4, Xong="2026-10-13T09:00:00")]
    )
    seen = {"first_seen_at": city.now, "version_since": city.now, "changed_at": city.now, "seen_at": city.now}
    change = {
        "source": "s",
        "code": "c",
        "kind": "came_back",
        "raw_hash": 0,
        "files": 1,
        "missed": 0,
        "preferred": True,
    }
    with store.write() as session:
        session.connection().execute(insert(field_changes_table).values(**change, **seen))
        session.connection().execute(
            insert(assignments_table).values(
                source="x",
                code="0",
                raw_hash=0,
                is_open=True,
                missed=0,
                preferred=True,
                first_seen_at=city.now,
                version_since=city.now,
                changed_at=city.now,
            )
        )
    days = working_calendar(zone=HANOI, days_off=[date(2026, 10, 1), date(2026, 10, 9)])
    with store.write() as session:
        assert calendar_table.sync(session, days)
    rows = city.rows()
    assert [row.due_day_no for row in rows] == [days.due_number(date(2026, 10, day)) for day in (9, 10, 9, 9)]
    assert [row.assigned_day_no for row in rows] == [days.number(date(2026, 10, 1))] * 4
    ends = [None, None, date(2026, 10, 1), date(2026, 10, 13)]
    assert [row.done_day_no for row in rows] == [end and days.number(end) for end in ends]
    with store.read() as session:
        number = session.connection().execute(select(field_changes_table.c.seen_day_no)).scalar_one()
        empty = session.connection().execute(select(_a.due_day_no, _a.done_day_no).where(_a.code == "0")).one()
    assert number == days.number(date(2026, 10, 5))
    assert tuple(empty) == (None, None)


def test_a_clock_that_was_ahead_leaves_no_assignment_done_in_the_future(store: Store) -> None:
    city = read(store, missing_means="ended")
    city.poll([task(), task(2)])
    right = AsOf(city.now, city.site.calendar)
    city.now += timedelta(days=30)
    for _ in range(2):
        city.poll([task(2)])
    with store.write() as session:
        done = put_right(session, right, pace=0.0, by="an", reason="giờ sai")
    assert done is not None
    assert done.rows["assignments"] == 1
    row = city.rows()[0]
    assert (row.assumed_done_at, row.done_day_no) == (right.now, city.site.calendar.number(right.today))


MOMENTS = ("2026-09-30 08:00", "2026-10-05 08:00", "2026-10-09 20:00", "2026-10-13 08:00", "2026-10-20 08:00")


def test_as_of_a_moment_each_field_says_what_live_says_once_nothing_lies_ahead(store: Store) -> None:
    """Read at that moment with only what had happened by then, and read later with all of it."""
    whole: dict[str, dict[str, Any]] = {
        "given": {"assigned_at": "2026-10-01T09:00", "due_at": "2026-10-09T17:00"},
        "accepted": {
            "assigned_at": "2026-10-01T09:00",
            "accepted_at": "2026-10-02T09:00",
            "due_at": "2026-10-12T17:00",
        },
        "done": {"assigned_at": "2026-10-01T09:00", "due_at": "2026-10-09T17:00", "done_at": "2026-10-13T09:00"},
        "extended": {"due_at": "2026-10-05T17:00", "extended_to": "2026-10-10T17:00", "done_at": "2026-10-08T09:00"},
        "said": {
            "assigned_at": "2026-10-01T09:00",
            "due_at": "2026-10-02T17:00",
            "done_at": "2026-10-12T09:00",
            "state": "done",
        },
        "open": {"due_at": "2026-10-16T17:00"},
        "no date": {"assigned_at": "2026-10-05T08:00"},
    }
    events = ("assigned_at", "accepted_at", "done_at")
    site = Site(store, with_days=True)

    def facts(now: str, *, live: bool) -> dict[str, dict[str, Any]]:
        scope = Scope(assignments_table, live)
        columns = [ASSIGNMENTS.fields[name].sql(scope).label(name) for name in ASSIGNMENTS.fields if name != "state"]
        statement = select(*columns).where(ASSIGNMENTS.present(scope))
        with store.read() as session:
            rows = session.connection().execute(statement, site.at(now, live=live).parameters).mappings()
            return {row["code"]: dict(row) for row in rows}

    live: dict[str, dict[str, dict[str, Any]]] = {}
    for now in MOMENTS:
        site.now, known = now, []
        for code, given in whole.items():
            happened = {
                name: value for name, value in given.items() if name not in events or moment(value) <= moment(now)
            }
            if "done_at" not in happened:
                happened.pop("state", None)
            begun = [name for name in events if name in given]
            if not begun or any(name in happened for name in begun):
                known.append({"code": code, "unit": "H26.1", **happened})
        site.poll(*known, dataset="assignments")
        live[now] = facts(now, live=True)
        assert live[now] == facts(now, live=False), now
    site.now = "2026-11-02 08:00"
    site.poll(*({"code": code, "unit": "H26.1", **given} for code, given in whole.items()), dataset="assignments")
    for now in MOMENTS:
        assert facts(now, live=False) == live[now], now
    made = rule("dataset: assignments\nwhen: is_open\nmeasure: working_days_late\nlevels: {reminder: 1}")
    evaluation, found = site.evaluate(book_of(made), "2026-10-13 08:00", live=False)
    assert evaluation.faults == {}
    assert found["made"] == {"given": ("reminder", 2), "accepted": ("reminder", 1), "done": ("reminder", 2)}
