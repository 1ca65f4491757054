"""Which records a rule could have found at some moment of a time, as SQL that is never too narrow. Pure: no session, no clock.

A replay lays out these alone. What a part of a condition cannot be said to rule out, it lets through. A condition is asked twice:
of the row of today with all its fields, and of each earlier version with the fields that are watched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, true
from sqlalchemy.sql.expression import FromClause

from alertd.intake.merge import HISTORY
from alertd.model.base import Moment
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import ORIGIN, Dataset, Field, Scope, Time
from alertd.model.file_terms import due_before
from alertd.model.files import FILES
from alertd.rules.condition_sql import sql
from alertd.rules.condition_tree import FLIPPED
from alertd.rules.condition_types import (
    Between,
    Call,
    Called,
    Clock,
    Compare,
    FieldRef,
    IsNull,
    Kind,
    Literal,
    Logic,
    Node,
    Not,
    children,
)
from alertd.rules.rulebook import CompiledRule

SQL = ColumnElement[Any]


def candidates(
    compiled: Iterable[CompiledRule], dataset: Dataset, calendar: WorkingCalendar, since: datetime, until: datetime
) -> Select[tuple[str]] | None:
    """The codes of the records that any of these rules could find from ``since`` to ``until``. None: of all."""
    table, history = dataset.table, HISTORY.get(dataset.name)
    named = []
    for rule in compiled:
        window = _Window(calendar, since, until, dataset, own_deadline=rule.deadline is not None)
        today = _holds(rule, _Today(window, table))
        if today is None:
            return None
        chosen = today
        if history is not None:
            timeless = _holds(rule, _Unwatched(window, table))
            earlier = _holds(rule, _Earlier(window, history))
            h = history.c
            versions = select(h.code).where(h.known_to > since, true() if earlier is None else earlier)
            chosen = or_(today, and_(table.c.code.in_(versions), true() if timeless is None else timeless))
        named.append(select(table.c.code).where(chosen))
    if not named:
        return None
    return named[0] if len(named) == 1 else select(named[0].union(*named[1:]).subquery().c.code)


@dataclass(frozen=True)
class _Window:
    """``own_deadline``: the rule counts lateness from a day of its own."""

    calendar: WorkingCalendar
    since: datetime
    until: datetime
    dataset: Dataset
    own_deadline: bool

    @property
    def first_no(self) -> int:
        return self.calendar.number(self.calendar.today(self.since))

    @property
    def last_no(self) -> int:
        return self.calendar.number(self.calendar.today(self.until))


@dataclass(frozen=True)
class _Rows:
    """Rows of which a condition is asked. What `atom` gives for a part is never false where the part could hold at any moment;
    None: nothing can be said."""

    window: _Window
    rows: FromClause

    def can(self, name: str) -> bool:
        """Whether a field's value stands in these rows as it was."""
        return name in self.rows.c

    def atom(self, node: Node) -> SQL | None:
        if _is_timeless(node, self):
            return sql(node, Scope(self.rows), self.window.calendar.zone)
        match node:
            case IsNull(FieldRef(field)) if field.time is Time.EVENT and self.can(field.name):
                return self.before(field)
            case Not(IsNull(FieldRef(field))) if field.time is Time.EVENT and self.can(field.name):
                return self.after(field)
            case FieldRef(field) if field.name == "is_open" and self.window.dataset is FILES:
                return self.open()
            case FieldRef(field):
                return self.least(field, 1)
            case Compare(op, FieldRef(field), Literal(Kind.INTEGER, int(step))) if op in (">=", ">", "="):
                number = step + 1 if op == ">" else step
                return self.least(field, number) if number >= 1 else None
            case Compare(op, Call() as call, Literal(Kind.INTEGER, int(step))):
                return self.counted(call, op, step)
            case Between(Call() as call, Literal(Kind.INTEGER, int(low)), Literal(Kind.INTEGER, int(high))):
                return _all([self.counted(call, ">=", low), self.counted(call, "<=", high)])
        return None

    def before(self, field: Field) -> SQL:
        """An event that has not happened yet at some moment."""
        column = self.rows.c[field.name]
        return or_(column.is_(None), column > self._limit(field, self.window.since))

    def after(self, field: Field) -> SQL:
        """One that has happened by the last."""
        happened: SQL = self.rows.c[field.name] <= self._limit(field, self.window.until)
        return happened

    def open(self) -> SQL | None:
        return None

    def least(self, field: Field, number: int) -> SQL | None:  # noqa: ARG002 - nothing is known of rows in general
        return None

    def counted(self, call: Call, op: str, step: int) -> SQL | None:  # noqa: ARG002
        return None

    def _limit(self, field: Field, moment: datetime) -> Any:
        if isinstance(self.rows.c[field.name].type, Moment):
            return literal(moment, Moment)
        return literal(self.window.calendar.today(moment))


class _Today(_Rows):
    """The rows of today, which stand to the end."""

    def open(self) -> SQL:
        c = self.rows.c
        end = func.coalesce(c.ended_at, c.returned_at, c.assumed_end_at)
        return or_(end.is_(None), end > literal(self.window.since, Moment))

    def least(self, field: Field, number: int) -> SQL | None:
        if field.at_least is None:
            return None
        scope, c = _Until(self.rows, number=self.window.last_no), self.rows.c
        bound = field.at_least(scope, number)
        if field.at_least is due_before and not self.window.own_deadline:  # it stops to count where the file ends
            return and_(bound, or_(c.ended_day_no.is_(None), c.ended_day_no >= c.due_day_no + number))
        return bound

    def counted(self, call: Call, op: str, step: int) -> SQL | None:
        first = call.arguments[0]
        if call.name not in (Called.WORKING_DAYS_SINCE, Called.WORKING_DAYS_UNTIL) or not isinstance(first, FieldRef):
            return None
        number, since = self.rows.c[first.field.number], call.name is Called.WORKING_DAYS_SINCE
        first_no, last_no = self.window.first_no, self.window.last_no
        # working days until: the number is today's and so many more; since: today's and so many fewer
        span = -step if since else step
        match FLIPPED[op] if since else op:
            case "<" | "<=":
                return number <= last_no + span
            case ">" | ">=":
                return number >= first_no + span
            case "=":
                return number.between(first_no + span, last_no + span)
        return None


class _Unwatched(_Rows):
    """The rows of today, but for what is watched: that may have been otherwise."""

    def can(self, name: str) -> bool:
        return name in self.rows.c and name not in self.window.dataset.watched and name not in _UNSURE


class _Earlier(_Rows):
    """Earlier versions, each for as long as it was known; the oldest stands for the time before it as well."""

    def open(self) -> SQL:
        ended = self.rows.c.ended_at
        return or_(ended.is_(None), ended > literal(self.window.since, Moment))

    def least(self, field: Field, number: int) -> SQL | None:
        if field.due_number != "due_day_no" or field.at_least is None or self.window.own_deadline:
            return None
        c, slack = self.rows.c, timedelta(days=number - 1)
        late = and_(c.due_at <= literal(self.window.until - slack, Moment), c.due_at <= c.known_to)
        return and_(late, or_(c.ended_at.is_(None), c.ended_at >= c.due_at))

    def counted(self, call: Call, op: str, step: int) -> SQL | None:
        first = call.arguments[0]
        if (
            call.name is not Called.WORKING_DAYS_UNTIL
            or not isinstance(first, FieldRef)
            or first.field.name != "due_at"
        ):
            return None
        calendar, due = self.window.calendar, self.rows.c.due_at
        bounds: list[SQL | None] = []
        if op in ("<", "<=", "="):
            last = calendar.day_of(max(1, self.window.last_no + step + 1))
            bounds.append(due < literal(calendar.midnight(last + timedelta(days=1)), Moment))
        if op in (">", ">=", "="):
            # a due day that was off has the number of the working day after it
            begins = calendar.day_of(max(1, self.window.first_no + step - 1))
            bounds.append(due >= literal(calendar.midnight(begins), Moment))
        return _all(bounds)


@dataclass(frozen=True)
class _Until(Scope):
    """Live, on the last day: what was ever late by so much is late by as much then, unless it ended."""

    number: int = 0

    @property
    def today_no(self) -> SQL:
        return literal(self.number)


# It goes with what is watched: another version has another.
_UNSURE = frozenset(("unit_since", "returned_at", "times_put_off"))


def _is_timeless(node: Node, rows: _Rows) -> bool:
    """Nothing in it changes with the clock, and all of it stands in the rows."""
    if isinstance(node, Clock | Call):
        return isinstance(node, Call) and node.name in (Called.COALESCE, Called.ABS) and _all_timeless(node, rows)
    if isinstance(node, FieldRef):
        field = node.field
        plain = field.expression is None or field is ORIGIN
        return plain and field.time is not Time.EVENT and rows.can("source" if field is ORIGIN else field.name)
    return _all_timeless(node, rows)


def _all_timeless(node: Node, rows: _Rows) -> bool:
    return all(_is_timeless(child, rows) for child in children(node))


def _holds(compiled: CompiledRule, rows: _Rows) -> SQL | None:
    parts = [_possible(line.node, rows) for line in compiled.when]
    parts.append(_any([_level(compiled, place, rows) for place in range(len(compiled.levels))]))
    return _all(parts)


def _level(compiled: CompiledRule, place: int, rows: _Rows) -> SQL | None:
    step = compiled.levels[place]
    if step.condition is not None:
        return _possible(step.condition.node, rows)
    if step.step is None or compiled.measure is None:
        return None
    return _possible(Compare(">=", compiled.measure.node, Literal(Kind.INTEGER, step.step)), rows)


def _possible(node: Node, rows: _Rows) -> SQL | None:
    match node:
        case Logic("and", parts):
            return _all([_possible(part, rows) for part in parts])
        case Logic(_, parts):
            return _any([_possible(part, rows) for part in parts])
        case _:
            return rows.atom(node)


def _all(parts: Iterable[SQL | None]) -> SQL | None:
    said = [part for part in parts if part is not None]
    return and_(*said) if said else None


def _any(parts: Iterable[SQL | None]) -> SQL | None:
    given = list(parts)
    if not given:
        return false()
    said = [part for part in given if part is not None]
    return or_(*said) if len(said) == len(given) else None
