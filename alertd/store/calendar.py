"""The calendar by which the store counts: its table of days, and the stored day numbers that follow when days change.

A day that is still to come may change at any time. One that has passed, or today, has been counted with already: what a config
says anew of it waits until somebody has seen what it moves (`calendar repair`), and until then the store's own days stand.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update
from sqlmodel import Session

from alertd.model.assignments import assignments_table
from alertd.model.audit import CalendarDay
from alertd.model.base import moment_text, table_of
from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar
from alertd.model.changes import field_changes_table
from alertd.model.files import files_table
from alertd.model.procedures import announcements_table
from alertd.store.dialect import Dialect, day_ordinal
from alertd.store.site import keep_fact, read_fact

SQL = ColumnElement[Any]
_days = table_of(CalendarDay)
_FACT = "calendar"
_RENUMBERED = (files_table, announcements_table, assignments_table, field_changes_table)
_LOCK = 1990  # any number that nobody else serialises on


def fingerprint(calendar: WorkingCalendar) -> str:
    """Changes whenever a day, the closing time, the zone or roll_forward changes."""
    told = f"{calendar.zone.key}|{calendar.roll_forward}|{calendar.hours}".encode()
    return hashlib.blake2b(told + calendar.working, digest_size=12).hexdigest()


def kept(session: Session, like: WorkingCalendar) -> WorkingCalendar | None:
    """The days by which the store counts, with zone and hours of ``like``; None for a store that has none yet."""
    working = bytes(session.connection().execute(select(_days.c.working).order_by(_days.c.day)).scalars())
    return like.with_days(working) if len(working) == len(like.working) else None


def current(session: Session, calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar by which the store counts now: another process may have repaired it since ``calendar`` was built."""
    if read_fact(session, _FACT) == fingerprint(calendar):
        return calendar
    return kept(session, calendar) or calendar


def agreed(session: Session, wanted: WorkingCalendar, today: date) -> tuple[WorkingCalendar, tuple[date, ...]]:
    """The calendar to count by, and the days up to ``today`` of which the config says otherwise than the store: they wait."""
    if read_fact(session, _FACT) == fingerprint(wanted):
        return wanted, ()
    known = kept(session, wanted)
    if known is None:
        return wanted, ()
    begun = max(0, min((today - FIRST_DAY).days + 1, len(known.working)))
    past = zip(known.working[:begun], wanted.working[:begun], strict=True)
    waiting = tuple(FIRST_DAY + timedelta(days=index) for index, (ours, theirs) in enumerate(past) if ours != theirs)
    return (wanted.with_days(known.working[:begun] + wanted.working[begun:]), waiting) if waiting else (wanted, ())


def sync(session: Session, calendar: WorkingCalendar) -> bool:
    """Bring the table and every stored day number up to the calendar; True if anything had to be changed.

    Numbers follow at once, of records too that no source lists any more. What intake computes from working days (the due
    days of announcements) follows when the source is next read: its fingerprint covers the calendar, so every row comes anew.
    """
    now = fingerprint(calendar)
    if read_fact(session, _FACT) == now:
        return False
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)
    known = read_fact(session, _FACT)
    if known == now:  # another process was first
        return False
    connection.execute(delete(_days))
    columns = ("day", "working", "number", "rolled_number", "due_day", "starts_at", "closes_at")
    Dialect(connection.engine).bulk_insert(connection, _days, columns, _rows(calendar))
    if known is not None:
        _renumber_files(session)
        _renumber_announcements(session)
        _renumber_assignments(session)
        _renumber_changes(session)
    keep_fact(session, _FACT, now)
    return True


def _rows(calendar: WorkingCalendar) -> Iterator[tuple[object, ...]]:
    """40,000 of them, each in some microseconds: a day's beginning and closing are its date, or the one beside it, and one of
    a few times of day."""
    closing = calendar.hours[-1][1] if calendar.hours else time(23, 59, 59)
    begins, closes = _InUtc(calendar.zone, time()), _InUtc(calendar.zone, closing)
    first, numbers = FIRST_DAY.toordinal(), calendar.numbers
    for index, working in enumerate(calendar.working):
        day = date.fromordinal(first + index)
        number = numbers[index]
        yield (
            first + index,
            bool(working),
            number,
            number + (0 if working else 1),
            first + index if working else calendar.effective_due(day).toordinal(),
            begins.of(day),
            closes.of(day),
        )


class _InUtc:
    """A time of day of a zone as text in UTC."""

    def __init__(self, zone: ZoneInfo, at: time) -> None:
        self._zone, self._at = zone, at
        self._known: dict[timedelta | None, tuple[int, str]] = {}

    def of(self, day: date) -> str:
        local = datetime.combine(day, self._at, self._zone)
        offset = local.utcoffset()
        if offset not in self._known:
            there = moment_text(local)
            self._known[offset] = (date.fromisoformat(there[:10]).toordinal() - day.toordinal(), there[10:])
        shift, text = self._known[offset]
        return (date.fromordinal(day.toordinal() + shift) if shift else day).isoformat() + text


def _renumber_files(session: Session) -> None:
    """Every day and day number of every file in one UPDATE: each looks up the calendar row of its own stored moment."""
    c = files_table.c
    ended = func.coalesce(c.ended_at, c.returned_at, c.assumed_end_at)
    number = _days.c.number

    def received(moment: SQL) -> SQL:
        after_closing = and_(_days.c.working.is_(True), _days.c.closes_at < moment)
        return _at(moment, _days.c.rolled_number + case((after_closing, 1), else_=0))

    session.connection().execute(
        update(files_table).values(
            due_day=_at(c.due_at, _days.c.due_day),
            due_day_no=_of_day(_at(c.due_at, _days.c.due_day)),
            apology_due_day=_rolled(c.apology_due_day),
            submitted_day_no=received(c.submitted_at),
            accepted_day_no=received(c.accepted_at),
            received_day=_at(func.coalesce(c.accepted_at, c.submitted_at), _days.c.day),
            ended_day=_at(ended, _days.c.day),
            ended_day_no=_at(ended, number),
            requested_day=_at(c.supplement_requested_at, _days.c.day),
            requested_day_no=_at(c.supplement_requested_at, number),
            answered_day_no=_at(c.supplement_answered_at, number),
            unit_since_day_no=_at(c.unit_since, number),
            stop_day=_at(c.stop_at, _days.c.day),
            stop_day_no=_at(c.stop_at, number),
        )
    )


def _renumber_announcements(session: Session) -> None:
    """Their numbers follow their days. The due days themselves come anew with the next reading of the source."""
    c = announcements_table.c
    pairs = {
        "announce_due_no": c.announce_due_on,
        "publish_due_no": c.publish_due_on,
        "in_force_no": c.in_force_on,
        "promulgated_no": c.promulgated_on,
        "decided_no": c.decided_on,
        "announced_no": c.announced_on,
        "published_no": c.published_on,
    }
    numbers = {name: _of_day(_within(day_ordinal(day))) for name, day in pairs.items()}
    session.connection().execute(update(announcements_table).values(numbers))


def _renumber_assignments(session: Session) -> None:
    c = assignments_table.c
    due = func.coalesce(c.extended_to, c.due_at)
    number = _days.c.number
    session.connection().execute(
        update(assignments_table).values(
            due_day_no=_of_day(_at(due, _days.c.due_day)),
            assigned_day_no=_at(c.assigned_at, number),
            accepted_day_no=_at(c.accepted_at, number),
            done_day_no=_at(func.coalesce(c.done_at, c.assumed_done_at), number),
        )
    )


def _renumber_changes(session: Session) -> None:
    """What is evidence stays; only the count of working days since it was seen follows."""
    c = field_changes_table.c
    session.connection().execute(update(field_changes_table).values(seen_day_no=_at(c.seen_at, _days.c.number)))


def _at(moment: SQL, value: SQL) -> SQL:
    """``value`` of the calendar row in which the moment lies; of the first row for one before it; null for none."""
    row = select(value).correlate(*_RENUMBERED)  # said in so many words: SQLAlchemy finds it one level deep only
    found = row.where(_days.c.starts_at <= moment).order_by(_days.c.starts_at.desc()).limit(1)
    first = row.where(_days.c.day == FIRST_DAY.toordinal())
    return func.coalesce(found.scalar_subquery(), case((moment.is_not(None), first.scalar_subquery())))


def _rolled(day: SQL) -> SQL:
    """The due day that a day is by now."""
    days = _days.alias("due_days")
    return select(days.c.due_day).where(days.c.day == day).correlate(files_table).scalar_subquery()


def _of_day(day: SQL) -> SQL:
    days = _days.alias("days")
    return select(days.c.number).where(days.c.day == day).correlate(*_RENUMBERED).scalar_subquery()


def _within(day: SQL) -> SQL:
    """The ordinal, or that of the nearest end of the calendar."""
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    return case((day < first, first), (day > last, last), else_=day)
