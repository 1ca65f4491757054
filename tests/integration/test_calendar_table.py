"""The calendar in the store beside its arithmetic, and stored day numbers after the calendar has changed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, select

from alertd.model.audit import CalendarDay
from alertd.model.base import table_of
from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar, working_calendar
from alertd.model.files import files_table
from alertd.model.procedures import announcements_table
from alertd.store.calendar import fingerprint, sync
from alertd.store.database import Store

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEFORE = working_calendar(zone=HANOI, days_off=[date(2026, 9, 2)])
AFTER = working_calendar(
    zone=HANOI,
    days_off=[date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)],
    days_worked=[date(2026, 8, 22)],
    roll_forward=False,
)
NOW = datetime(2026, 9, 15, tzinfo=UTC)
_days = table_of(CalendarDay)


def synced(store: Store, calendar: WorkingCalendar) -> bool:
    with store.write() as session:
        return sync(session, calendar)


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", listen)
    yield said
    event.remove(store.engine, "before_cursor_execute", listen)


def test_the_table_says_of_every_day_what_the_arithmetic_says(store: Store) -> None:
    assert synced(store, AFTER)
    with store.read() as session:
        rows = session.connection().execute(select(_days).order_by(_days.c.day)).all()
    assert len(rows) == (LAST_DAY - FIRST_DAY).days + 1
    for row in rows:
        day = date.fromordinal(row.day)
        told = (row.working, row.number, row.rolled_number, row.due_day, row.starts_at)
        meant = (AFTER.is_working(day), AFTER.number(day), AFTER.rolled_number(day))
        assert told == (*meant, AFTER.effective_due(day).toordinal(), AFTER.midnight(day)), day
    closing = next(row.closes_at for row in rows if row.day == date(2026, 9, 3).toordinal())
    assert closing == datetime(2026, 9, 3, 17, 0, tzinfo=HANOI)


def test_the_same_calendar_again_writes_nothing(store: Store) -> None:
    assert synced(store, BEFORE)
    with statements(store) as said:
        assert not synced(store, working_calendar(zone=HANOI, days_off=[date(2026, 9, 2)]))
    assert [text for text in said if not text.lstrip().upper().startswith(("SELECT", "BEGIN"))] == []


@pytest.mark.parametrize(
    "other",
    [
        working_calendar(zone=HANOI),
        working_calendar(zone=ZoneInfo("Asia/Tokyo"), days_off=[date(2026, 9, 2)]),
        working_calendar(zone=HANOI, days_off=[date(2026, 9, 2)], roll_forward=False),
        working_calendar(zone=HANOI, days_off=[date(2026, 9, 2)], hours=((BEFORE.hours[0]),)),
    ],
    ids=["days", "zone", "roll_forward", "hours"],
)
def test_whatever_changes_a_number_changes_the_fingerprint(other: WorkingCalendar) -> None:
    assert fingerprint(other) != fingerprint(BEFORE)


# --- after a change --------------------------------------------------------------------------------------------------
def moments() -> Iterator[datetime]:
    """Around days that change, at and after closing time, over the change of the year, and before the calendar begins."""
    for day in (
        date(2026, 8, 21),
        date(2026, 8, 22),
        date(2026, 8, 31),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 24),
    ):
        for hour, minute, second in ((0, 0, 0), (16, 59, 59), (17, 0, 0), (17, 0, 1), (23, 59, 59)):
            yield datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=HANOI)
    yield datetime(2026, 12, 31, 23, 59, 59, tzinfo=HANOI)
    yield datetime(2027, 1, 1, 0, 0, 0, tzinfo=HANOI)
    yield datetime(1975, 4, 30, 12, 0, 0, tzinfo=HANOI)


def row(number: int, moment: datetime | None, other: datetime | None) -> dict[str, Any]:
    common = {"source": "s", "code": f"F{number:03}", "raw_hash": 1, "missed": 0, "preferred": True, "by_minute": False}
    seen = {
        "first_seen_at": NOW,
        "version_since": NOW,
        "changed_at": NOW,
        "is_open": True,
        "waiting_for_citizen": False,
    }
    times = dict.fromkeys(("due_at", "submitted_at", "ended_at", "stop_at"), moment)
    return common | seen | times | {"accepted_at": other, "returned_at": moment, "supplement_requested_at": other}


def numbers(calendar: WorkingCalendar, told: Any) -> dict[str, int | None]:
    """What intake would have written under this calendar."""

    def of(moment: datetime | None, count: Callable[[date], int]) -> int | None:
        return count(min(max(calendar.today(moment), FIRST_DAY), LAST_DAY)) if moment else None

    def received(moment: datetime | None) -> int | None:
        return calendar.received_number(moment) if moment else None

    return {
        "due_day": of(told.due_at, lambda day: calendar.effective_due(day).toordinal()),
        "due_day_no": of(told.due_at, calendar.due_number),
        "submitted_day_no": received(told.submitted_at),
        "accepted_day_no": received(told.accepted_at),
        "received_day": of(told.accepted_at or told.submitted_at, date.toordinal),
        "ended_day": of(told.ended_at, date.toordinal),
        "ended_day_no": of(told.ended_at, calendar.number),
        "requested_day": of(told.supplement_requested_at, date.toordinal),
        "requested_day_no": of(told.supplement_requested_at, calendar.number),
        "stop_day": of(told.stop_at, date.toordinal),
        "stop_day_no": of(told.stop_at, calendar.number),
    }


@pytest.mark.parametrize("calendar", [AFTER, working_calendar(zone=ZoneInfo("Europe/Berlin"))], ids=["days", "zone"])
def test_a_changed_calendar_renumbers_every_file_in_one_update(store: Store, calendar: WorkingCalendar) -> None:
    synced(store, BEFORE)
    given = [row(number, moment, None) for number, moment in enumerate(moments())]
    given += [row(100, None, None), row(101, None, NOW), row(102, NOW - timedelta(days=1), NOW)]
    given.append(row(103, None, None) | {"due_at": datetime(2150, 1, 1, 12, tzinfo=HANOI)})
    with store.write() as session:
        session.connection().execute(insert(files_table), given)
    with statements(store) as said:
        assert synced(store, calendar)
    assert len([text for text in said if text.startswith("UPDATE file_copies")]) == 1
    with store.read() as session:
        rows = session.connection().execute(select(files_table)).all()
    assert len(rows) == len(given)
    for told in rows:
        meant = numbers(calendar, told)
        assert {name: getattr(told, name) for name in meant} == meant, told.due_at


def test_a_changed_calendar_renumbers_announcements_by_their_days(store: Store) -> None:
    synced(store, BEFORE)
    pairs = {
        "announce_due_no": "announce_due_on",
        "publish_due_no": "publish_due_on",
        "in_force_no": "in_force_on",
        "promulgated_no": "promulgated_on",
        "decided_no": "decided_on",
        "announced_no": "announced_on",
        "published_no": "published_on",
    }
    days = [
        date(2026, 8, 21),
        date(2026, 8, 22),
        date(2026, 9, 1),
        date(2026, 9, 3),
        date(2027, 1, 4),
        date(1900, 1, 1),
        date.max,
    ]
    seen = {
        "first_seen_at": NOW,
        "version_since": NOW,
        "changed_at": NOW,
        "missed": 0,
        "preferred": True,
        "raw_hash": 1,
    }
    given = [
        {"source": "s", "code": f"A{number}", "procedure": "1.0", **seen, **dict.fromkeys(pairs.values(), day)}
        for number, day in enumerate((*days, None))
    ]
    with store.write() as session:
        session.connection().execute(insert(announcements_table), given)
    assert synced(store, AFTER)
    with store.read() as session:
        rows = session.connection().execute(select(announcements_table).order_by(announcements_table.c.code)).all()
    for told, day in zip(rows, (*days, None), strict=True):
        meant = None if day is None else AFTER.number(day)
        assert [getattr(told, number) for number in pairs] == [meant] * len(pairs), day


def test_a_change_that_is_rolled_back_leaves_the_old_calendar_whole(store: Store) -> None:
    synced(store, BEFORE)

    def halfway() -> None:
        with store.write() as session:
            assert sync(session, AFTER)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        halfway()
    assert not synced(store, BEFORE)
    with store.read() as session:
        worked = session.connection().execute(
            select(_days.c.working).where(_days.c.day == date(2026, 11, 24).toordinal())
        )
        assert worked.scalar_one() is True


def test_of_two_processes_that_see_a_new_calendar_one_brings_it_in(store: Store) -> None:
    synced(store, BEFORE)
    start, came = threading.Barrier(2), list[bool]()

    def bring() -> None:
        start.wait()
        came.append(synced(store, AFTER))

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [False, True]
