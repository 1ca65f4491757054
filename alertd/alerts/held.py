"""Alerts that a held cycle keeps back: marked, counted, let go, thrown away. Nobody hears of one that bears a mark."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, func, null, select, update
from sqlmodel import Session

from alertd.alerts import events
from alertd.alerts.counted import news_of
from alertd.model.alerts import AlertEvent, alerts_table, standing
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import AlertState, Cause, NoticeState, Reason
from alertd.store import audit

_links = table_of(NoticeAlert)
_a, _e, _l, _n = alerts_table.c, table_of(AlertEvent).c, _links.c, notices_table.c


@dataclass(frozen=True, slots=True)
class Changed:
    """How many alerts a decision changed, and what seals their events in the audit chain."""

    alerts: int
    sealed: Mapping[str, Any]


def mark(session: Session, cycle: int, hold: int) -> int:
    """Mark what this cycle makes news of and nothing holds yet; gives how many."""
    baseline = select(_e.alert_id).where(_e.cycle_id == cycle, _e.what == Reason.BASELINE.value)
    mine = and_(_a.id.in_(news_of(cycle)), _a.id.not_in(baseline), _a.held_by.is_(None), standing(_a.state))
    return _count(session, update(alerts_table).where(mine).values(held_by=hold))


def standing_by_hold(session: Session) -> Mapping[int, int]:
    """How many alerts still stand under each mark."""
    rows = session.connection().execute(
        select(_a.held_by, func.count()).where(_a.held_by.is_not(None), standing(_a.state)).group_by(_a.held_by)
    )
    return {int(hold): int(count) for hold, count in rows}


def let_go(
    session: Session, hold: int, *, person: str | None, by: str, now: datetime, stale: Collection[int] = ()
) -> Changed:
    """Take the marks away, all or those told to one ``person``; what a held notice says counts as told with the level that
    it says, unless the notice is ``stale``. Call it while the notices are still held."""
    which = _of(hold, person)
    sealed = _write(session, which, Reason.RELEASED, by, now)
    says = and_(
        _l.alert_id == _a.id, _n.held_by == hold, _n.state == NoticeState.HELD.value, _n.id.not_in(sorted(stale))
    )
    links = select(func.max(_l.level)).join_from(_links, notices_table, _n.id == _l.notice_id).where(says)
    level = links.correlate(alerts_table).scalar_subquery()
    connection = session.connection()
    told = update(alerts_table).where(which, level.is_not(None)).values(told_at=now, told_level=level)
    connection.execute(told)
    free = update(alerts_table).where(which).values(held_by=null())
    return Changed(_count(session, free), sealed)


def throw_away(session: Session, hold: int, *, person: str | None, by: str, now: datetime) -> Changed:
    """End them, all or those told to one ``person``: they stay quiet while the record is the same (alerts/difference.py).
    The mark stays: what was never told is not told of as dealt with."""
    which = _of(hold, person)
    sealed = _write(session, which, Reason.DISCARDED, by, now)
    values: dict[str, Any] = {
        "state": AlertState.WITHDRAWN.value,
        "reason": Reason.DISCARDED.value,
        "resolved_at": now,
        "changed_at": now,
    }
    return Changed(_count(session, update(alerts_table).where(which).values(values)), sealed)


def _of(hold: int, person: str | None) -> ColumnElement[bool]:
    """What stands under a mark; of one person: what the notices held for him tell of (in a rehearsal: meant for him)."""
    marked = and_(_a.held_by == hold, standing(_a.state))
    if person is None:
        return marked
    his = func.coalesce(func.nullif(_n.meant_for, ""), _n.person) == person
    told = (
        select(_l.alert_id)
        .join_from(_links, notices_table, _n.id == _l.notice_id)
        .where(_n.held_by == hold, _n.state == NoticeState.HELD.value, his)
    )
    return and_(marked, _a.id.in_(told))


def _count(session: Session, statement: Update) -> int:
    return int(session.connection().execute(statement, execution_options={"preserve_rowcount": True}).rowcount)


def _write(session: Session, which: ColumnElement[bool], what: Reason, by: str, now: datetime) -> dict[str, Any]:
    """An event each; gives what seals them. Whoever writes events holds the turn, so no other's stand in between."""
    connection = session.connection()
    last = select(func.coalesce(func.max(_e.id), 0))
    before = int(connection.execute(last).scalar_one())
    events.write(session, which, what, now, by=by, cause=Cause.OFFICE)
    first = connection.execute(select(func.min(_e.id)).where(_e.id > before)).scalar()
    return {} if first is None else audit.events_sealed(session, first, int(connection.execute(last).scalar_one()))
