"""Take alerts as known from the start: they stand in digests and are told by no message until they are worse."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, null, select, true, update
from sqlmodel import Session

from alertd.alerts import events
from alertd.model.alerts import AlertEvent, alerts_table, standing
from alertd.model.base import table_of
from alertd.model.words import Reason

_a, _e = alerts_table.c, table_of(AlertEvent).c
_BY_ITS_RULE = (Reason.OPENED.value, Reason.REOPENED.value, Reason.WORSE.value)


def take_all(session: Session, cycle: int, now: datetime) -> int:
    """Everything that stands; gives how many. It counts as told at no moment, so nothing repeats it."""
    return _take(session, true(), cycle, now, {"told_at": null(), "kept_level": null()})


def take_new(session: Session, cycle: int, rules: Collection[str], now: datetime) -> Mapping[str, int]:
    """What this cycle makes news of under these rules; gives how many by rule, those without any left out."""
    if not rules:
        return {}
    news = select(_e.alert_id).where(_e.cycle_id == cycle, _e.what.in_(_BY_ITS_RULE))
    which = and_(_a.rule.in_(sorted(rules)), _a.id.in_(news), _a.held_by.is_(None))
    counted = select(_a.rule, func.count()).where(standing(_a.state), which).group_by(_a.rule).order_by(_a.rule)
    found = {str(rule): int(count) for rule, count in session.connection().execute(counted)}
    if found:
        _take(session, which, cycle, now, {})
    return found


def _take(
    session: Session, which: ColumnElement[bool], cycle: int, now: datetime, values: Mapping[str, ColumnElement[Any]]
) -> int:
    connection = session.connection()
    mine = and_(standing(_a.state), which)
    done = connection.execute(
        update(alerts_table).where(mine).values({**values, "told_level": _a.level}),
        execution_options={"preserve_rowcount": True},
    )
    events.write(session, mine, Reason.BASELINE, now, cycle=cycle)
    return int(done.rowcount)
