"""One alert from one state to another by a person: a compare-and-set, its event, a row of the audit; or who was first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, update
from sqlmodel import Session

from alertd.alerts.turn import take_turn
from alertd.errors import Refused
from alertd.model.alerts import AlertEvent, alerts_table, discarded
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.words import AlertState, Reason
from alertd.store import audit

_events = table_of(AlertEvent)
_a, _e = alerts_table.c, _events.c


def move(
    session: Session,
    alert: int,
    states: Sequence[AlertState],
    values: Mapping[str, Any],
    reason: Reason,
    by: str,
    at: AsOf,
    note: str,
    *,
    discarded_too: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> RowMapping:
    """Gives the alert as it is now. ``detail``: what the row of the audit holds besides. Raises Refused where the alert is
    unknown or in none of these states."""
    take_turn(session)
    may = _a.state.in_([state.value for state in states])
    columns = (_a.id, _a.rule, _a.dataset, _a.key, _a.level, _a.unit, _a.opened_at)
    moved = (
        session.connection()
        .execute(
            update(alerts_table)
            .where(_a.id == alert, or_(may, discarded(_a.reason)) if discarded_too else may)
            .values(**values, reason=reason.value, changed_at=at.now)
            .returning(*columns)
        )
        .mappings()
        .all()
    )
    if not moved:
        raise Refused(_why_not(session, alert, states, at))
    sealed = write_events(session, moved, reason, by, at.now, note)
    audit.record(
        session,
        at=at.now,
        actor=by,
        action=f"alert.{reason.value}",
        subject=f"alert:{alert}",
        reason=note,
        detail={**(detail or {}), **sealed},
    )
    return moved[0]


def write_events(
    session: Session, alerts: Sequence[RowMapping], reason: Reason, by: str, now: datetime, note: str
) -> dict[str, Any]:
    """The events; gives what seals them. Whoever writes events holds the turn, so no other's stand in between."""
    rows = [
        {
            "alert_id": row["id"],
            "cycle_id": None,
            "at": now,
            "what": reason.value,
            "level": row["level"],
            "unit": row["unit"],
            "unit_before": None,
            "actor": by,
            "note": note,
        }
        for row in alerts
    ]
    made = session.connection().execute(insert(_events).returning(_e.id), rows).scalars().all()
    return audit.events_sealed(session, min(made), max(made))


def _why_not(session: Session, alert: int, states: Sequence[AlertState], at: AsOf) -> str:
    """Who was first, and when: the last thing that happened to the alert."""
    connection = session.connection()
    state = connection.execute(select(_a.state).where(_a.id == alert)).scalar()
    if state is None:
        return f"there is no alert {alert}; see `alertd alerts list`"
    last = connection.execute(
        select(_e.at, _e.actor, _e.what).where(_e.alert_id == alert).order_by(_e.id.desc()).limit(1)
    ).first()
    since = ""
    if last is not None:
        when = last.at.astimezone(at.calendar.zone)
        since = f" ({last.what} by {last.actor or 'alertd'} on {when:%d/%m/%Y at %H:%M})"
    needed = " or ".join(wanted.value for wanted in states)
    return f"alert {alert} is {state}{since}; this needs one that is {needed}"
