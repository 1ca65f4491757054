"""The rows of disputes as alerts go on: taken back, ended with their alert, closed when its source is corrected, renamed."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlmodel import Session

from alertd.alerts.dispute_figures import corrected
from alertd.model.alerts import alerts_table
from alertd.model.disputes import CORRECTED, OPEN, PENDING, DisputeState, disputes_table
from alertd.model.rule import RuleSet
from alertd.model.words import AlertState, Reason
from alertd.store import audit

_a, _d = alerts_table.c, disputes_table.c
_DISPUTED = and_(_a.id == _d.alert_id, _a.state == AlertState.DISPUTED.value)


def withdraw(session: Session, alert: int, *, by: str, note: str, now: datetime) -> int | None:
    """Those who raised it take it back, or the office opens its alert by hand; gives its number, None where there is none."""
    values = {
        "state": DisputeState.WITHDRAWN.value,
        "decided_at": now,
        "decided_by": by,
        "decided_why": note,
        "told_at": now,  # they know
    }
    taken = update(disputes_table).where(_d.alert_id == alert, PENDING).values(values).returning(_d.id)
    found: int | None = session.connection().execute(taken).scalar()
    return found


def follow(session: Session, rules: RuleSet, now: datetime, cycle: int) -> int:
    """After each reconciling: what is disputed no longer, because its alert ended or is another unit's, ends with it; gives how
    many that nobody had decided. Of a source that was to be corrected it is noted that it was."""
    connection = session.connection()
    gone = ~exists().where(_DISPUTED).correlate(disputes_table)
    if connection.execute(select(_d.id).where(PENDING, gone).limit(1)).first() is None:
        return 0
    why = select(_a.reason).where(_a.id == _d.alert_id).correlate(disputes_table).scalar_subquery()
    ended: dict[str, Any] = {
        "state": DisputeState.ENDED.value,
        "decided_at": now,
        "decided_by": "",
        "decided_why": "",
        "remedy": "",
        "exclude_until": None,
        "ended_why": func.coalesce(why, Reason.GONE.value),
    }
    done = connection.execute(update(disputes_table).where(OPEN, gone).values(ended).returning(_d.id)).scalars().all()
    others = corrected(session, rules, done)
    if others:
        connection.execute(update(disputes_table).where(_d.id.in_(others)).values(ended_why=CORRECTED))
    closing = update(disputes_table).where(PENDING, ~OPEN, gone).values(closed_at=now).returning(_d.id)
    closed = connection.execute(closing).scalars().all()
    if done or closed:
        detail = {"ended": sorted(done), "closed": sorted(closed), "cycle": cycle}
        audit.record(session, at=now, actor="alertd", action="disputes.ended", subject="disputes", detail=detail)
    return len(done)


def carry_over(session: Session, old: str, new: str) -> None:
    """Disputes and exclusions of a rule go on under its new name, with the alert that goes on."""
    connection = session.connection()
    there = select(_a.id).where(_a.rule == new, _a.key == _d.key).correlate(disputes_table).scalar_subquery()
    values = {"rule": new, "alert_id": func.coalesce(there, _d.alert_id)}
    connection.execute(update(disputes_table).where(_d.rule == old, ~_twice(new)).values(values))
    connection.execute(update(disputes_table).where(_d.rule == old).values(rule=new))
    pending = select(_d.alert_id).where(_d.rule == new, PENDING)
    undisputed = _a.state.in_([AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value])
    disputed = update(alerts_table).where(_a.rule == new, undisputed, _a.id.in_(pending))
    connection.execute(disputed.values(state=AlertState.DISPUTED.value))


def _twice(new: str) -> Any:
    """That the alert which goes on is disputed by itself already: one at a time is enough."""
    other, alert = disputes_table.alias("other"), alerts_table.alias("theirs")
    is_open = other.c.state == DisputeState.OPEN.value
    return (
        exists()
        .where(other.c.alert_id == alert.c.id, is_open, alert.c.rule == new, alert.c.key == _d.key, OPEN)
        .where(other.c.id != _d.id)
        .correlate(disputes_table)
    )
