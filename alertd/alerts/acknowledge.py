"""What people may do with alerts: acknowledge, dispute, open again. The one door for it; each is an event and an audit row.

An acknowledgement says "received, we are at it": it stops reminders until the alert is worse. A dispute says "the figure is
wrong" and goes to the city office. Neither ends an alert; only its record does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, exists, insert, or_, select, update
from sqlmodel import Session

from alertd.alerts.turn import take_turn
from alertd.errors import Refused
from alertd.model.alerts import AlertEvent, alerts_table, discarded
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import AlertState, Reason
from alertd.store import audit

_events, _links = table_of(AlertEvent), table_of(NoticeAlert)
_a, _e, _l, _n = alerts_table.c, _events.c, _links.c, notices_table.c

_FREE: dict[str, Any] = {"acknowledged_at": None, "acknowledged_by": ""}
# Put back as if nobody had heard of it, so that the head is told that it stands.
_UNTOLD: dict[str, Any] = {"told_at": None, "told_level": None}


def acknowledge(session: Session, alert: int, *, by: str, at: AsOf, note: str = "") -> None:
    """Raises Refused where it is unknown or not open, and says who was first, and when."""
    values = {
        "state": AlertState.ACKNOWLEDGED.value,
        "acknowledged_at": at.now,
        "acknowledged_by": by,
    }
    _move(session, alert, (AlertState.OPEN,), values, Reason.ACKNOWLEDGED, by, at, note)


def dispute(session: Session, alert: int, *, by: str, reason: str, at: AsOf) -> None:
    """Open or acknowledged → disputed, with what is wrong in the head's words. Raises Refused."""
    if not reason.strip():
        raise Refused(f"a dispute needs a reason: what is wrong with alert {alert}?")
    states = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
    values = {"state": AlertState.DISPUTED.value}
    _move(session, alert, states, values, Reason.DISPUTED, by, at, reason.strip())


def reopen(session: Session, alert: int, *, by: str, at: AsOf, note: str = "") -> None:
    """Acknowledged or disputed → open, and the head hears of it again; its life goes on (``opened_at`` stays).

    What was discarded with a held cycle opens too. Raises Refused otherwise: one that has ended opens by itself when its rule
    finds the record again; by hand it would end again in the next cycle.
    """
    states = (AlertState.ACKNOWLEDGED, AlertState.DISPUTED)
    values = {"state": AlertState.OPEN.value, "resolved_at": None, "held_by": None, **_FREE, **_UNTOLD}
    _move(session, alert, states, values, Reason.REOPENED, by, at, note, discarded_too=True)


def acknowledge_notice(session: Session, notice: int, *, by: str, at: AsOf) -> int:
    """Acknowledge what a notice told of and what is open still, as it was told: not what has become worse, has moved to
    another unit or was opened anew since. Gives how many alerts; a second time none."""
    take_turn(session)
    moved_since = exists().where(
        _e.alert_id == _l.alert_id, _e.what == Reason.MOVED.value, _e.at > _n.created_at, _n.id == _l.notice_id
    )
    told = (
        select(_l.alert_id)
        .join(notices_table, _n.id == _l.notice_id)
        .where(_l.notice_id == notice, _a.id == _l.alert_id, _a.level <= _l.level, _a.opened_at <= _n.created_at)
        .where(~moved_since)
        .correlate(alerts_table)
        .exists()
    )
    mine = select(_l.alert_id).where(_l.notice_id == notice)
    done = (
        session.connection()
        .execute(
            update(alerts_table)
            .where(_a.id.in_(mine), _a.state == AlertState.OPEN.value, told)
            .values(
                state=AlertState.ACKNOWLEDGED.value,
                reason=Reason.ACKNOWLEDGED.value,
                acknowledged_at=at.now,
                acknowledged_by=by,
                changed_at=at.now,
            )
            .returning(_a.id, _a.level, _a.unit)
        )
        .mappings()
        .all()
    )
    if not done:
        return 0
    sealed = _tell(session, done, Reason.ACKNOWLEDGED, by, at.now, f"notice {notice}")
    detail = {"alerts": sorted(row["id"] for row in done), **sealed}
    audit.record(session, at=at.now, actor=by, action="alerts.acknowledged", subject=f"notice:{notice}", detail=detail)
    return len(done)


def _move(
    session: Session,
    alert: int,
    states: Sequence[AlertState],
    values: dict[str, Any],
    reason: Reason,
    by: str,
    at: AsOf,
    note: str,
    *,
    discarded_too: bool = False,
) -> None:
    take_turn(session)
    may = _a.state.in_([state.value for state in states])
    moved = (
        session.connection()
        .execute(
            update(alerts_table)
            .where(_a.id == alert, or_(may, discarded(_a.reason)) if discarded_too else may)
            .values(**values, reason=reason.value, changed_at=at.now)
            .returning(_a.id, _a.level, _a.unit)
        )
        .mappings()
        .all()
    )
    if not moved:
        raise Refused(_why_not(session, alert, states, at))
    sealed = _tell(session, moved, reason, by, at.now, note)
    audit.record(
        session,
        at=at.now,
        actor=by,
        action=f"alert.{reason.value}",
        subject=f"alert:{alert}",
        reason=note,
        detail=sealed,
    )


def _tell(
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
