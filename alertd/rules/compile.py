"""One rule → one SELECT over its dataset's table. Pure: no session, no clock; time comes in as bound parameters.

Two modes with one meaning (model/dataset.py): *live*, served by partial indexes, and *as-of*. A row of the SELECT is a
finding: the highest level that holds, or 0 where the rule matches a record that one of its exclusions takes out, or the office
after a dispute.
"""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, literal, null, or_, select, true
from sqlalchemy.types import Date

from alertd.model.alerts import alerts_table, standing
from alertd.model.dataset import Scope
from alertd.model.disputes import disputes_table, in_exclusion
from alertd.model.rule import Rule
from alertd.rules.condition_sql import predicates, sql
from alertd.rules.condition_types import Compare, FieldRef, Kind, Literal, Node
from alertd.rules.rulebook import CompiledRule, Condition, Exclusion, LevelStep

SQL = ColumnElement[Any]
_a, _d = alerts_table.c, disputes_table.c

# What fits into the column of measures on both databases; only sums of large numbers written in a rule come near.
_MOST = 2_000_000_000


def findings_select(compiled: CompiledRule, *, live: bool, zone: ZoneInfo) -> Select[Any]:
    """What the rule finds: rule, key, record_id, source, record_changed_at, unit, level, measure. ``zone`` gives dates and
    times that are written without an offset their moment. To be run with `AsOf.parameters`."""
    scope = Scope(compiled.rule.dataset.table, live)
    terms = [term for line in compiled.when for term in predicates(line.node, scope, zone)]
    terms += _level_terms(compiled, scope, zone)
    level = case(*_excluded(compiled, scope, zone), *_levels(compiled, scope, zone), else_=literal(0, Integer))
    return _finding(compiled, scope, zone, level).where(compiled.rule.dataset.present(scope), *terms)


def kept_select(compiled: CompiledRule, *, live: bool, zone: ZoneInfo) -> Select[Any] | None:
    """Records that the rule no longer finds, but whose alert stands and has not met `ends_when`, at the level that they had.
    None for a rule without `ends_when`."""
    if not compiled.ends_when:
        return None
    rule = compiled.rule
    scope = Scope(rule.dataset.table, live)
    key = scope.column(rule.dataset.key)
    ended = _all(compiled.ends_when, scope, zone)
    level = case(*_excluded(compiled, scope, zone), else_=_a.level)
    return (
        _finding(compiled, scope, zone, level)
        .select_from(alerts_table.join(rule.dataset.table, key == _a.key))
        .where(
            _a.rule == rule.id,
            _a.dataset == rule.dataset.name,
            standing(_a.state),
            rule.dataset.present(scope),
            matched(compiled, scope, zone).is_not(True),
            ended.is_not(True),
        )
    )


def matched(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> SQL:
    """That the rule finds a record, exclusions aside: as one expression, null where it cannot be said."""
    reached = [_reached(compiled, step, scope, zone) for step in compiled.levels]
    return and_(_all(compiled.when, scope, zone), or_(*reached))


def reached(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> SQL | None:
    """That any level holds; None where one always does."""
    if any(_node_of(compiled, step) is None for step in compiled.levels):
        return None
    return or_(*(_reached(compiled, step, scope, zone) for step in compiled.levels))


def verdict(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> SQL:
    """What the rule's finding of a record says, for rows of any scope: its level, 0 where an exclusion takes it out, null where
    nothing is found."""
    found = and_(compiled.rule.dataset.present(scope), matched(compiled, scope, zone))
    level = case(*_excluded(compiled, scope, zone), *_levels(compiled, scope, zone), else_=literal(0, Integer))
    return case((found, level), else_=null())


def may_end(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> SQL:
    """That an alert on a record ends once the rule finds it no more: always, where the rule has no `ends_when`."""
    return _all(compiled.ends_when, scope, zone)


def measured(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> SQL:
    """The rule's measure of a record; null where it has none."""
    if compiled.measure is None:
        return literal(None, Integer)
    value = sql(compiled.measure.node, scope, zone)
    if isinstance(compiled.measure.node, FieldRef):
        return value
    return case((value > _MOST, _MOST), (value < -_MOST, -_MOST), else_=value)


def excluded(exclusion: Exclusion, scope: Scope, zone: ZoneInfo) -> SQL:
    """That an exclusion holds for a record on the day that is looked at."""
    days = []
    if exclusion.since is not None:
        days.append(scope.today >= literal(exclusion.since, Date))
    if exclusion.until is not None:
        days.append(scope.today <= literal(exclusion.until, Date))
    return and_(true(), *days, _all(exclusion.when, scope, zone))


def excluded_by_office(rule: Rule, scope: Scope) -> SQL:
    """That the office has excluded the record from the rule after a dispute, on the day that is looked at. Asked once for all
    records, not for each."""
    keys = select(_d.key).where(
        _d.rule == literal(rule.id, String),
        _d.dataset == literal(rule.dataset.name, String),
        in_exclusion(_d.state, _d.remedy),
        _d.confirmed_at <= scope.now,
        _d.exclude_until >= scope.today,
    )
    return scope.column(rule.dataset.key).in_(keys)


def _finding(compiled: CompiledRule, scope: Scope, zone: ZoneInfo, level: SQL) -> Select[Any]:
    rule = compiled.rule
    return select(
        literal(rule.id, String).label("rule"),
        scope.column(rule.dataset.key).label("key"),
        scope.column("id").label("record_id"),
        scope.column("source").label("source"),
        scope.column("changed_at").label("record_changed_at"),
        scope.column("unit").label("unit"),
        level.label("level"),
        measured(compiled, scope, zone).label("measure"),
    )


def _all(lines: Iterable[Condition], scope: Scope, zone: ZoneInfo) -> SQL:
    return and_(true(), *(sql(line.node, scope, zone) for line in lines))


def _excluded(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> list[tuple[SQL, SQL]]:
    own = (excluded(exclusion, scope, zone) for exclusion in compiled.exclusions)
    return [(each, literal(0, Integer)) for each in (*own, excluded_by_office(compiled.rule, scope))]


def _levels(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> list[tuple[SQL, SQL]]:
    return [(_reached(compiled, step, scope, zone), literal(int(step.level), Integer)) for step in compiled.levels]


def _reached(compiled: CompiledRule, step: LevelStep, scope: Scope, zone: ZoneInfo) -> SQL:
    node = _node_of(compiled, step)
    return true() if node is None else sql(node, scope, zone)


def _node_of(compiled: CompiledRule, step: LevelStep) -> Node | None:
    """The condition of a level as a tree; None: it always holds."""
    if step.condition is not None:
        return step.condition.node
    if step.step is None:
        return None
    assert compiled.measure is not None  # a step without a measure is a fault of the file
    return Compare(">=", compiled.measure.node, Literal(Kind.INTEGER, step.step))


def _level_terms(compiled: CompiledRule, scope: Scope, zone: ZoneInfo) -> list[SQL]:
    """That any level holds, for the WHERE. Steps rise with their levels, so the lowest stands for all of them; it comes with
    the bound on a stored number that it implies, which an index serves."""
    if all(step.step is not None for step in compiled.levels) or len(compiled.levels) == 1:
        node = _node_of(compiled, compiled.levels[-1])
        return [] if node is None else predicates(node, scope, zone)
    return [or_(*(_reached(compiled, step, scope, zone) for step in compiled.levels))]
