"""What is disputed of a month's figures, by unit: what waits, and what the office has upheld. It reads.

A file that was received after the month, or of which nobody knows when, bears on no figure of it; what was received before may
still stand among what was open and overdue at its end.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy import distinct as once
from sqlmodel import Session

from alertd.model.disputes import PENDING, DisputeState, disputes_table
from alertd.model.files import FILES, files_table
from alertd.model.period import Period
from alertd.model.procedures import ANNOUNCEMENTS

_d, _f = disputes_table.c, files_table.c


def open_disputes(session: Session, month: Period, now: datetime) -> dict[str, int]:
    """Records by unit whose figure is disputed and not decided, or upheld and not corrected at its source yet."""
    return _counted(session, month, and_(PENDING, _d.raised_at <= now))


def upheld(session: Session, month: Period, since: datetime, now: datetime) -> Mapping[str, int]:
    """Records by unit of which the office agreed after a moment that their figure was wrong."""
    decided = func.coalesce(_d.confirmed_at, _d.decided_at)
    return _counted(session, month, and_(_d.state == DisputeState.UPHELD.value, decided > since, decided <= now))


def _counted(session: Session, month: Period, which: ColumnElement[bool]) -> dict[str, int]:
    record = once(_d.dataset + ":" + _d.key)
    known = exists().where(_f.code == _d.key, _f.received_day <= month.last.toordinal())
    of_month = or_(and_(_d.dataset == FILES.name, known), _d.dataset == ANNOUNCEMENTS.name)
    rows = session.connection().execute(
        select(_d.unit, func.count(record)).where(which, of_month, _d.unit.is_not(None)).group_by(_d.unit)
    )
    return {unit: int(count) for unit, count in rows}
