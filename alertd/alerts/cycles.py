"""The row of a cycle: begun before the rules run, closed with its counts, its events sealed by the audit chain."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from alertd.alerts.turn import take_turn
from alertd.errors import CannotRun
from alertd.model.alerts import AlertEvent, Cycle
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.rule import Evaluation, RuleSet
from alertd.model.words import Reason
from alertd.store import audit

_cycles, _events = table_of(Cycle), table_of(AlertEvent)

# A clock that a time server sets right moves by seconds; more than this and somebody has set it back.
SET_BACK = timedelta(hours=1)


def begin(session: Session, at: AsOf, rules: RuleSet) -> int:
    """Open the row of a cycle; gives its number. Raises CannotRun where the clock was set back: what is decided by a wrong
    clock would accuse people."""
    take_turn(session)  # before the rules' versions and the contacts write to the audit chain
    last = last_cycle(session)
    if last is not None and at.now < last - SET_BACK:
        zone = at.calendar.zone
        raise CannotRun(
            f"the clock was set back: it shows {at.now.astimezone(zone):%d/%m/%Y %H:%M}, but a cycle ran at "
            f"{last.astimezone(zone):%d/%m/%Y %H:%M}; set it right. If it is right now, and was ahead then, `alertd db clock` "
            "shows what was written ahead of it and puts it right"
        )
    values = {
        "now": at.now,
        "rule_set": rules.version,
        "ran": "[]",
        "faults": "{}",
        "live_mode": at.live,
        "day": at.today,
        "findings": 0,
        "opened": 0,
        "worse": 0,
        "resolved": 0,
        "notices": 0,
        "state": "done",
    }
    made = session.connection().execute(insert(_cycles).values(values).returning(_cycles.c.id))
    return int(made.scalar_one())


def last_cycle(session: Session) -> datetime | None:
    """When the last cycle ran."""
    last = session.connection().execute(select(_cycles.c.now).order_by(_cycles.c.id.desc()).limit(1))
    found: datetime | None = last.scalar()
    return found


def close(
    session: Session, cycle: int, evaluation: Evaluation, counts: Mapping[Reason, int], notices: int, now: datetime
) -> None:
    """Write what the cycle came to. Its events, if it has any, are sealed by one row of the audit chain."""
    values = {
        "ran": json.dumps(list(evaluation.ran)),
        "faults": json.dumps(dict(evaluation.faults), ensure_ascii=False),
        "findings": evaluation.findings,
        "opened": counts.get(Reason.OPENED, 0) + counts.get(Reason.REOPENED, 0),
        "worse": counts.get(Reason.WORSE, 0),
        "resolved": sum(counts.get(why, 0) for why in (Reason.RESOLVED, Reason.MOVED_ON, Reason.GONE)),
        "notices": notices,
    }
    session.connection().execute(update(_cycles).where(_cycles.c.id == cycle).values(values))
    _seal(session, cycle, counts, now)


def _seal(session: Session, cycle: int, counts: Mapping[Reason, int], now: datetime) -> None:
    c = _events.c
    row = session.connection().execute(
        select(func.min(c.id).label("first"), func.max(c.id).label("last")).where(c.cycle_id == cycle)
    )
    first, last = row.one()
    if first is None:
        return
    audit.record(
        session,
        at=now,
        actor="alertd",
        action="cycle",
        subject=f"cycle:{cycle}",
        detail={
            **audit.events_sealed(session, first, last),
            "counts": {reason.value: count for reason, count in sorted(counts.items()) if count},
        },
    )
