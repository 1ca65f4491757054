"""Of which days something is known: the first on which a record of the store existed. Reads."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.calendar import WorkingCalendar
from alertd.model.files import files_table
from alertd.model.procedures import announcements_table, procedures_table

_f, _a, _p = files_table.c, announcements_table.c, procedures_table.c


def first_day(session: Session, calendar: WorkingCalendar) -> date | None:
    """The local day; None where the store holds no record."""
    begun = func.coalesce(_f.submitted_at, _f.accepted_at, _f.first_seen_at)
    moments = [_least(session, begun), *(_least(session, c.first_seen_at) for c in (_f, _a, _p))]
    issued = [_least(session, column) for column in (_a.promulgated_on, _a.decided_on)]
    days = [_local(moment, calendar) for moment in (*moments, *issued) if moment is not None]
    return min(days, default=None)


def _least(session: Session, value: Any) -> Any:
    return session.connection().execute(select(func.min(value))).scalar()


def _local(value: datetime | date, calendar: WorkingCalendar) -> date:
    return calendar.today(value) if isinstance(value, datetime) else value


def last_whole_day(today: date) -> date:
    """The newest that is over."""
    return today - timedelta(days=1)
