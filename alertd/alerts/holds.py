"""The rows of held cycles: by which numbers one was held, whether it still is, and who decided what about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, literal_column, select, update
from sqlmodel import Session

from alertd.model.alerts import Cycle
from alertd.model.base import table_of
from alertd.model.words import CycleState

_cycles = table_of(Cycle)
_y = _cycles.c
# in the very words of the partial index
_HELD = _y.state == literal_column(f"'{CycleState.HELD.value}'")


@dataclass(frozen=True, slots=True)
class Hold:
    """A cycle that was held. ``brake``: the numbers by which it was, as `brake/judge.py` names them."""

    cycle: int
    at: datetime
    day: date | None
    state: CycleState
    brake: Mapping[str, Any]
    decided_at: datetime | None
    decided_by: str
    decided_why: str


def count(session: Session, cycle: int, counted: int) -> None:
    """Note how many of its alerts count, so that later cycles know what is usual."""
    session.connection().execute(update(_cycles).where(_y.id == cycle).values(counted=counted))


def hold(session: Session, cycle: int, brake: Mapping[str, Any]) -> None:
    values = {"state": CycleState.HELD.value, "brake": json.dumps(dict(brake), ensure_ascii=False)}
    session.connection().execute(update(_cycles).where(_y.id == cycle).values(values))


def open_holds(session: Session) -> list[Hold]:
    """Those about which nothing is decided, the oldest first."""
    rows = session.connection().execute(select(_cycles).where(_HELD).order_by(_y.id))
    return [_hold(row) for row in rows]


def found(session: Session, cycle: int) -> Hold | None:
    """A cycle that is held, or was once."""
    row = session.connection().execute(select(_cycles).where(_y.id == cycle, _y.state != CycleState.DONE.value)).first()
    return None if row is None else _hold(row)


def last_released(session: Session, since: datetime) -> datetime | None:
    """When somebody last let a cycle go, since this moment."""
    last = select(func.max(_y.decided_at)).where(_y.decided_at >= since, _y.state == CycleState.RELEASED.value)
    found: datetime | None = session.connection().execute(last).scalar()
    return found


def settle(session: Session, cycle: int, state: CycleState, *, by: str, why: str, now: datetime) -> bool:
    """From held to how it ended. False: somebody else was first."""
    values = {"state": state.value, "decided_at": now, "decided_by": by, "decided_why": why}
    done = session.connection().execute(
        update(_cycles).where(_y.id == cycle, _y.state == CycleState.HELD.value).values(values).returning(_y.id)
    )
    return done.first() is not None


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        cycle=row.id,
        at=row.now,
        day=row.day,
        state=CycleState(row.state),
        brake=json.loads(row.brake),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decided_why=row.decided_why,
    )
