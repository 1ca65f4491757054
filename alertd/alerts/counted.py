"""The numbers by which the brake judges a cycle: what it changed for the worse, what this day and earlier days did. It reads."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import median

from sqlalchemy import Select, case, func, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, Cycle, alerts_table
from alertd.model.base import table_of
from alertd.model.words import CycleState, Reason

# What a head would hear of as something new; a move is new to the head to whom it moves.
NEWS = (Reason.OPENED.value, Reason.REOPENED.value, Reason.WORSE.value, Reason.MOVED.value, Reason.UNTOLD.value)
_DAYS = 10  # earlier ones on which a cycle ran: two weeks of work

_a, _e, _y = alerts_table.c, table_of(AlertEvent).c, table_of(Cycle).c
# What was taken back, or turned out to be nothing, or still waits, says nothing of what is usual.
_TRUE = (CycleState.DONE.value, CycleState.RELEASED.value)


def news_of(cycle: int) -> Select[tuple[int]]:
    """The numbers of the alerts of which this cycle makes news."""
    return select(_e.alert_id).where(_e.cycle_id == cycle, _e.what.in_(NEWS))


def counted_of(session: Session, cycle: int) -> int:
    """How many of them count: not those of a baseline, nor those that a hold keeps back already."""
    baseline = select(_e.alert_id).where(_e.cycle_id == cycle, _e.what == Reason.BASELINE.value)
    news = select(func.count()).where(_a.id.in_(news_of(cycle)), _a.held_by.is_(None), _a.id.not_in(baseline))
    return int(session.connection().execute(news).scalar_one())


def released_since(moment: datetime) -> Select[tuple[int]]:
    """The numbers of the alerts that the office has let go since then: it has seen whom they disturb."""
    return select(_e.alert_id).where(_e.what == Reason.RELEASED.value, _e.cycle_id.is_(None), _e.at >= moment)


def counted_today(session: Session, today: date, cycle: int, since: datetime | None = None) -> int:
    """What counted in the day's earlier cycles (``since``: of a part of the day). What a person has let go is settled: the day
    begins anew after it."""
    settled = (
        select(func.coalesce(func.max(_y.id), 0))
        .where(_y.day == today, _y.state == CycleState.RELEASED.value)
        .scalar_subquery()
    )
    told = select(func.coalesce(func.sum(_y.counted), 0)).where(
        _y.day == today, _y.id < cycle, _y.id > settled, _y.state == CycleState.DONE.value
    )
    if since is not None:
        told = told.where(_y.now >= since)
    return int(session.connection().execute(told).scalar_one())


def earlier_days(
    session: Session, today: date, *, but: date | None = None, since: date | None = None
) -> Mapping[date, int]:
    """What counted on each of the last days before today on which a cycle ran, the newest first. ``but``: on this one the
    backlog was taken as known, and nothing was as usual; ``since``: what was before says nothing."""
    counted = func.sum(case((_y.state.in_(_TRUE), _y.counted), else_=0))
    known = [_y.day < today, _y.day.is_distinct_from(but), *([] if since is None else [_y.day >= since])]
    days = select(_y.day, counted).where(*known).group_by(_y.day).order_by(_y.day.desc()).limit(_DAYS)
    return {day: int(number) for day, number in session.connection().execute(days)}


def first_day(session: Session) -> date | None:
    """The first on which a cycle ran: everything was new on it."""
    found: date | None = session.connection().execute(select(func.min(_y.day))).scalar()
    return found


def usual(days: Sequence[int]) -> float:
    """The median: a single bad day does not make the next one usual."""
    return float(median(days)) if days else 0.0
