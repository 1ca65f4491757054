"""Write one event about each of many alerts, in one statement."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, String, insert, literal, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import Moment, table_of
from alertd.model.words import Cause, Reason

_events = table_of(AlertEvent)
_a = alerts_table.c
_NAMES = ["alert_id", "cycle_id", "at", "what", "level", "unit", "unit_before", "actor", "note", "cause"]


def write(
    session: Session,
    which: ColumnElement[bool],
    what: Reason,
    now: datetime,
    *,
    cycle: int | None = None,
    by: str = "",
    cause: Cause | None = None,
    note: str = "",
) -> None:
    """An event about each alert that ``which`` chooses, with the level and unit that it has. ``by``: empty is alertd itself."""
    because = None if cause is None else cause.value
    rows = select(
        _a.id,
        literal(cycle, BigInteger),
        literal(now, Moment),
        literal(what.value),
        _a.level,
        _a.unit,
        literal(None, String),
        literal(by),
        literal(note),
        literal(because, String),
    ).where(which)
    session.connection().execute(insert(_events).from_select(_NAMES, rows))
