"""Fill the table of working days from the calendar's arithmetic, and recompute stored day numbers when days changed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import and_, case, delete, select, update
from sqlmodel import Session

from alertd.model.audit import CalendarDay, SiteFact
from alertd.model.base import moment_text, table_of
from alertd.model.calendar import FIRST_DAY, WorkingCalendar
from alertd.model.files import files_table
from alertd.store.dialect import Dialect

_days, _facts = table_of(CalendarDay), table_of(SiteFact)
_FACT = "calendar"


def fingerprint(calendar: WorkingCalendar) -> str:
    """Changes whenever a day, the closing time, the zone or roll_forward changes."""
    told = f"{calendar.zone.key}|{calendar.roll_forward}|{calendar.hours}".encode()
    return hashlib.blake2b(told + calendar.working, digest_size=12).hexdigest()


def sync(session: Session, calendar: WorkingCalendar) -> bool:
    """Bring the table and every stored day number up to the calendar; True if anything had to be changed."""
    now = fingerprint(calendar)
    connection = session.connection()
    known = connection.execute(select(_facts.c.value).where(_facts.c.name == _FACT)).scalar()
    if known == now:
        return False
    connection.execute(delete(_days))
    columns = ("day", "working", "number", "rolled_number", "due_day", "starts_at", "closes_at")
    Dialect(connection.engine).bulk_insert(connection, _days, columns, _rows(calendar))
    if known is not None:
        _renumber_files(session)
    connection.execute(delete(_facts).where(_facts.c.name == _FACT))
    connection.execute(_facts.insert().values(name=_FACT, value=now))
    return True


def _rows(calendar: WorkingCalendar) -> Iterator[tuple[object, ...]]:
    closing = calendar.hours[-1][1] if calendar.hours else time(23, 59, 59)
    for index, working in enumerate(calendar.working):
        day = FIRST_DAY + timedelta(days=index)
        closes = datetime.combine(day, closing, calendar.zone)
        yield (
            day.toordinal(),
            bool(working),
            calendar.number(day),
            calendar.rolled_number(day),
            calendar.effective_due(day).toordinal(),
            moment_text(calendar.midnight(day)),
            moment_text(closes),
        )


def _renumber_files(session: Session) -> None:
    """Every day number of every file in one UPDATE: each looks up the calendar row of its own stored moment or day."""
    files = files_table.c

    def by_moment(moment: object, column: str) -> object:
        return (
            select(_days.c[column])
            .where(_days.c.starts_at <= moment)
            .order_by(_days.c.starts_at.desc())
            .limit(1)
            .scalar_subquery()
        )

    def received(moment: object) -> object:
        late = select(
            _days.c.rolled_number + case((and_(_days.c.working.is_(True), _days.c.closes_at < moment), 1), else_=0)
        )
        return late.where(_days.c.starts_at <= moment).order_by(_days.c.starts_at.desc()).limit(1).scalar_subquery()

    def of_day(day: object) -> object:
        return select(_days.c.number).where(_days.c.day == day).scalar_subquery()

    session.connection().execute(
        update(files_table).values(
            due_day=by_moment(files.due_at, "due_day"),
            due_day_no=of_day(by_moment(files.due_at, "due_day")),
            submitted_day_no=received(files.submitted_at),
            accepted_day_no=received(files.accepted_at),
            ended_day_no=of_day(files.ended_day),
            requested_day_no=of_day(files.requested_day),
            stop_day_no=of_day(files.stop_day),
        )
    )
