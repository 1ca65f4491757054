"""What people may do with alerts: acknowledge, open again. Each is an event and an audit row; disputes stand beside it.

An acknowledgement says "received, we are at it": it stops reminders until the alert is worse. It does not end an alert; only
its record does.
"""

from typing import Any

from sqlalchemy import exists, select, update
from sqlmodel import Session

from alertd.alerts import dispute_rows
from alertd.alerts.moves import move, write_events
from alertd.alerts.turn import take_turn
from alertd.model.alerts import AlertEvent, alerts_table
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
    move(session, alert, (AlertState.OPEN,), values, Reason.ACKNOWLEDGED, by, at, note)


def reopen(session: Session, alert: int, *, by: str, at: AsOf, note: str = "") -> None:
    """Acknowledged or disputed → open, and the head hears of it again; its life goes on (``opened_at`` stays). A dispute is
    withdrawn by it.

    What was discarded with a held cycle opens too. Raises Refused otherwise: one that has ended opens by itself when its rule
    finds the record again; by hand it would end again in the next cycle.
    """
    states = (AlertState.ACKNOWLEDGED, AlertState.DISPUTED)
    values = {"state": AlertState.OPEN.value, "resolved_at": None, "held_by": None, **_FREE, **_UNTOLD}
    take_turn(session)
    taken_back = dispute_rows.withdraw(session, alert, by=by, note=note, now=at.now)
    detail = {} if taken_back is None else {"dispute": taken_back}
    move(session, alert, states, values, Reason.REOPENED, by, at, note, discarded_too=True, detail=detail)


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
    sealed = write_events(session, done, Reason.ACKNOWLEDGED, by, at.now, f"notice {notice}")
    detail = {"alerts": sorted(row["id"] for row in done), **sealed}
    audit.record(session, at=at.now, actor=by, action="alerts.acknowledged", subject=f"notice:{notice}", detail=detail)
    return len(done)
