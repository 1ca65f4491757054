"""Reconcile findings with alerts: open the new, keep the known, end the gone, each with a named reason. It tells nobody.

The life of an alert, one row per rule and record:

- found, and there is none: **opened**; found again after it had ended: **reopened**, and a new life begins (``opened_at``,
  ``times_opened``; what was told and acknowledged in the old one counts no more, unless its rule alone was away);
- found at a higher level: **worse**, and an acknowledgement no longer covers it (a dispute goes on); at a lower: **eased**;
- found under another unit: **moved**: open again whatever it was, for the new head has neither heard of it nor answered;
- not found although its rule ran: **resolved** by the record's own new row; **moved_on** by time alone, or where another
  rule opened an alert for the record in the same cycle; **gone** where no believed record lists it; withdrawn as
  **excluded**, **rule_changed**, **rule_removed**, **calendar_changed** or **mapping_changed**. By time and absence only while
  its source is fresh.

Everything is a set in the database, in the caller's transaction: a cycle is done as a whole or not at all, and one in which
nothing changed writes nothing here.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, case, func, insert, literal, null, or_, select, update
from sqlmodel import Session

from alertd.alerts import difference
from alertd.alerts.cause import circumstances
from alertd.alerts.difference import KEPT, MISSING, Ran
from alertd.alerts.turn import take_turn
from alertd.model.alerts import AlertEvent, alerts_table, changes_table, findings_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.freshness import Freshness
from alertd.model.rule import Evaluation, RuleSet
from alertd.model.words import AlertState, Reason
from alertd.store.dialect import Dialect

_events = table_of(AlertEvent)
_a, _c, _e, _f = alerts_table.c, changes_table.c, _events.c, findings_table.c

_RESOLVES = (Reason.RESOLVED.value, Reason.MOVED_ON.value, Reason.GONE.value)
_WITHDRAWS = (
    Reason.EXCLUDED.value,
    Reason.RULE_CHANGED.value,
    Reason.RULE_REMOVED.value,
    Reason.CALENDAR_CHANGED.value,
    Reason.MAPPING_CHANGED.value,
)
_GOES_ON = (KEPT, Reason.WORSE.value, Reason.EASED.value, Reason.MOVED.value, Reason.REOPENED.value)
_MANY = 20_000  # alerts opened at once after which the database counts the table anew, or plans for a small one go on


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many alerts changed, by reason; one that moved and is worse counts under both."""

    counts: Mapping[Reason, int]


def reconcile(
    session: Session,
    rules: RuleSet,
    evaluation: Evaluation,
    freshness: Mapping[str, Freshness],
    at: AsOf,
    cycle_id: int,
    *,
    because: Reason | None = None,
) -> Reconciled:
    """Bring the alerts up to the findings of this cycle. A rule that did not run, or failed, changes none of its alerts.

    ``because``: what has changed although no record has: the calendar; it is why an alert ends whose record is the same. Or the
    mapping of its source; it is why one ends whose record was read anew at this moment and goes on.
    """
    connection = session.connection()
    take_turn(session)
    if rules.unread:  # as if every rule had been taken away: that nobody has said
        return Reconciled({})
    Dialect(connection.engine).empty(connection, changes_table)
    ran = Ran.of(rules, evaluation)
    when = circumstances(session, rules, ran.ran, cycle_id, because)
    if not difference.compare(session, ran, when):
        return Reconciled({})
    _open(session, at.now)
    _go_on(session, at.now)
    difference.explain_missing(session, ran, freshness, at, because)
    _end(session, at.now)
    _write_events(session, at.now, cycle_id)
    return Reconciled(_counts(session, cycle_id))


def leave_open(session: Session) -> None:
    """What the reconciling before could not say stays as it is in the next: as if its rule still found it."""
    names = ("rule", "key", "record_id", "source", "record_changed_at", "unit", "level", "measure")
    there = select(_f.key).where(_f.rule == _a.rule, _f.key == _a.key).exists()
    waits = select(_c.alert_id).where(_c.what == MISSING)
    rows = select(*(_a[name] for name in names)).where(_a.id.in_(waits), standing(_a.state), ~there)
    session.connection().execute(insert(findings_table).from_select(list(names), rows))


def _open(session: Session, now: datetime) -> None:
    taken = (
        "rule",
        "rule_version",
        "dataset",
        "key",
        "record_id",
        "source",
        "record_changed_at",
        "unit",
        "level",
        "cause",
    )
    fixed = {
        "state": literal(AlertState.OPEN.value),
        "reason": literal(Reason.OPENED.value),
        "opened_at": literal(now, Moment),
        "changed_at": literal(now, Moment),
        "acknowledged_by": literal(""),
        "times_opened": literal(1, Integer),
    }
    found = select(*(_c[name] for name in (*taken, "measure")), *fixed.values()).where(_c.what == Reason.OPENED.value)
    connection = session.connection()
    dialect = Dialect(connection.engine)
    opened = connection.execute(
        dialect.insert(alerts_table)
        .from_select([*taken, "measure", *fixed], found)
        # two copies of one record that both count for rules are a fault of the intake's, not a reason to stop the cycle
        .on_conflict_do_nothing(),
        execution_options={"preserve_rowcount": True},
    )
    if opened.rowcount >= _MANY:
        dialect.refresh_statistics(connection, alerts_table)


def _go_on(session: Session, now: datetime) -> None:
    reopened = _c.what == Reason.REOPENED.value
    moved = or_(reopened, _c.what == Reason.MOVED.value)
    unanswered = or_(moved, and_(_c.level > _a.level, _a.state == AlertState.ACKNOWLEDGED.value))
    # a rule that was taken out or changed, and is back: of its end nobody heard, so what was told of the same row is known
    back = and_(
        reopened,
        _a.reason.in_((Reason.RULE_REMOVED.value, Reason.RULE_CHANGED.value)),
        _a.record_id.is_not_distinct_from(_c.record_id),
        _a.record_changed_at.is_not_distinct_from(_c.record_changed_at),
        _a.unit.is_not_distinct_from(_c.unit),
    )
    unheard = and_(moved, ~back)
    changed = _c.what != KEPT
    values: dict[str, ColumnElement[Any]] = {
        name: _c[name]
        for name in ("rule_version", "dataset", "record_id", "source", "record_changed_at", "unit", "level")
    }
    values |= {
        "measure": case((or_(reopened, _c.level != _a.level), _c.measure), else_=_a.measure),
        "state": case((unanswered, AlertState.OPEN.value), else_=_a.state),
        "acknowledged_at": case((unanswered, null()), else_=_a.acknowledged_at),
        "acknowledged_by": case((unanswered, ""), else_=_a.acknowledged_by),
        "told_at": case((unheard, null()), else_=_a.told_at),
        "told_level": case((unheard, null()), else_=_a.told_level),
        "opened_at": case((reopened, literal(now, Moment)), else_=_a.opened_at),
        "times_opened": case((reopened, _a.times_opened + 1), else_=_a.times_opened),
        "resolved_at": case((reopened, null()), else_=_a.resolved_at),
        # a new life, or a new head: what was held of the old one says nothing of it
        "held_by": case((moved, null()), else_=_a.held_by),
        "reason": case((changed, _c.what), else_=_a.reason),
        "changed_at": case((changed, literal(now, Moment)), else_=_a.changed_at),
        "cause": case((changed, _c.cause), else_=_a.cause),
        "kept_level": case((moved, null()), else_=_a.kept_level),
    }
    session.connection().execute(update(alerts_table).where(_a.id == _c.alert_id, _c.what.in_(_GOES_ON)).values(values))


def _end(session: Session, now: datetime) -> None:
    withdrawn = _c.what.in_(_WITHDRAWS)
    values = {
        "state": case((withdrawn, AlertState.WITHDRAWN.value), else_=AlertState.RESOLVED.value),
        "reason": _c.what,
        "resolved_at": now,
        "changed_at": now,
    }
    session.connection().execute(
        update(alerts_table).where(_a.id == _c.alert_id, _c.what.in_((*_RESOLVES, *_WITHDRAWS))).values(values)
    )


def _write_events(session: Session, now: datetime, cycle_id: int) -> None:
    """One event per change; a second where an alert that moved is at another level too."""
    level_too = case((_c.level > _c.level_before, Reason.WORSE.value), else_=Reason.EASED.value)
    moved = _c.what == Reason.MOVED.value
    alike = and_(_a.rule == _c.rule, _a.key == _c.key)
    said = _c.what.not_in((KEPT, MISSING))
    names = ("alert_id", "cycle_id", "at", "what", "level", "unit", "unit_before", "actor", "note", "cause")
    for what, unit_before, which in (
        (_c.what, case((moved, _c.unit_before), else_=null()), said),
        (level_too, null(), and_(moved, _c.level != _c.level_before)),
    ):
        rows = (
            select(
                _a.id,
                literal(cycle_id, BigInteger),
                literal(now, Moment),
                what,
                _c.level,
                _c.unit,
                unit_before,
                literal(""),
                literal(""),
                _c.cause,
            )
            .select_from(changes_table.join(alerts_table, alike))
            .where(which)
        )
        session.connection().execute(insert(_events).from_select(list(names), rows))


def _counts(session: Session, cycle_id: int) -> Counter[Reason]:
    rows = session.connection().execute(
        select(_e.what, func.count()).where(_e.cycle_id == cycle_id).group_by(_e.what).order_by(_e.what)
    )
    return Counter({Reason(what): count for what, count in rows})
