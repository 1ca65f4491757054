"""Checked tree → SQLAlchemy expression for a scope, the same meaning on both databases. Pure: no session, no clock."""

from datetime import date, datetime, time
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Column, ColumnElement, Double, and_, cast, func, literal, not_, or_
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import Boolean, Date, Integer, String, TypeEngine

from alertd.model.base import Moment
from alertd.model.dataset import Scope, Time
from alertd.rules.condition_tree import FLIPPED
from alertd.rules.condition_types import (
    TEXTS,
    Arithmetic,
    Between,
    Call,
    Called,
    Clock,
    Compare,
    FieldRef,
    In,
    IsNull,
    Kind,
    Like,
    Literal,
    Logic,
    Node,
    Not,
)
from alertd.rules.functions import COUNTING, day_number
from alertd.store.dialect import binary_text

SQL = ColumnElement[Any]


def sql(node: Node, scope: Scope, zone: ZoneInfo) -> SQL:
    """The expression of a node. ``zone`` gives dates and times without an offset their moment."""
    match node:
        case FieldRef(field):
            return field.sql(scope)
        case Literal():
            return _literal(node, zone)
        case Clock(kind):
            return scope.today if kind is Kind.DATE else scope.now
        case Compare():
            return _compare(node, scope, zone)
        case Logic(op, parts):
            joined = [sql(part, scope, zone) for part in parts]
            return and_(*joined) if op == "and" else or_(*joined)
        case Not(part):
            return _negated(sql(part, scope, zone))
        case IsNull(value):
            return sql(value, scope, zone).is_(None)
        case In() | Between() | Like():
            return _among(node, scope, zone)
        case Arithmetic():
            return _arithmetic(node, scope, zone)
        case Call():
            return _call(node, scope, zone)
        case _:
            assert_never(node)


def _among(node: In | Between | Like, scope: Scope, zone: ZoneInfo) -> SQL:
    match node:
        case In(value, items):
            # each with its own type: 1.5 among whole numbers would be rounded by PostgreSQL
            return sql(value, scope, zone).in_([_literal(item, zone) for item in items])
        case Between(value, low, high):
            middle, least, most = (_ordered(part, scope, zone) for part in (value, low, high))
            return and_(middle >= least, middle <= most)
        case Like(value, pattern):
            # PostgreSQL escapes by a backslash unless told otherwise, SQLite by nothing: both are told.
            return sql(value, scope, zone).like(pattern, escape="\\")


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts that must all hold."""
    if isinstance(node, Logic) and node.op == "and":
        return tuple(inner for part in node.parts for inner in conjuncts(part))
    return (node,)


def predicates(node: Node, scope: Scope, zone: ZoneInfo) -> list[SQL]:
    """The condition as terms of a WHERE. In live mode with what they imply for stored numbers, which indexes serve; and
    a yes/no field that must hold as ``IS TRUE``, word for word as in the partial indexes."""
    terms: list[SQL] = []
    for part in conjuncts(node):
        if scope.live:
            terms += _implied(part, scope)
        term = sql(part, scope, zone)
        terms.append(term.is_(True) if isinstance(part, FieldRef) and isinstance(term, Column) else term)
    return terms


def _implied(part: Node, scope: Scope) -> list[SQL]:
    match part:
        case FieldRef(field) if field.at_least:
            return [field.at_least(scope, 1)]
        case IsNull(FieldRef(field)) if field.number and field.time is Time.DEADLINE:
            return [scope.column(field.number).is_(None)]
        case Compare(op, value, Literal(Kind.INTEGER, int(step))):
            return implied_bounds(value, op, step, scope)
        case Between(value, Literal(Kind.INTEGER, int(low)), Literal(Kind.INTEGER, int(high))):
            return implied_bounds(value, ">=", low, scope) + implied_bounds(value, "<=", high, scope)
        case _:
            return []


def implied_bounds(node: Node, op: str, step: int, scope: Scope) -> list[SQL]:
    """What ``field op step`` implies for a stored number; empty where nothing is known."""
    if not scope.live:
        return []
    if isinstance(node, Call):
        return _counted_bounds(node, op, step, scope)
    if not isinstance(node, FieldRef):
        return []
    field = node.field
    least = {">=": step, ">": step + 1, "=": step}.get(op, 0)
    most = {"<=": step, "<": step - 1, "=": step}.get(op)
    bounds = []
    if field.at_least is not None and least >= 1:
        bounds.append(field.at_least(scope, least))
    if field.at_most is not None and most is not None:
        bounds.append(field.at_most(scope, most))
    return bounds


def _counted_bounds(call: Call, op: str, step: int, scope: Scope) -> list[SQL]:
    """``working_days_until(due_at) <= 2`` as a bound on the stored number itself."""
    first = call.arguments[0]
    if call.name not in COUNTING or not isinstance(first, FieldRef):
        return []
    number, since = scope.column(first.field.number), call.name is Called.WORKING_DAYS_SINCE
    limit = scope.today_no - step if since else scope.today_no + step
    match FLIPPED[op] if since else op:
        case "<" | "<=":
            return [number <= limit]
        case ">" | ">=":
            return [number >= limit]
        case "=":
            return [number == limit]
        case _:
            return []


def _compare(node: Compare, scope: Scope, zone: ZoneInfo) -> SQL:
    if isinstance(node.right, Literal) and node.right.kind is Kind.BOOLEAN:
        value = sql(node.left, scope, zone)
        return value if (node.op == "=") == node.right.value else _negated(value)
    if node.op in ("=", "<>"):
        left, right = sql(node.left, scope, zone), sql(node.right, scope, zone)
        return left == right if node.op == "=" else left != right
    left, right = _ordered(node.left, scope, zone), _ordered(node.right, scope, zone)
    match node.op:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _negated(value: SQL) -> SQL:
    """In brackets: PostgreSQL reads ``NOT x IS NULL``, which SQLAlchemy writes, as NOT (x IS NULL)."""
    return Grouping(not_(value))


def _ordered(node: Node, scope: Scope, zone: ZoneInfo) -> SQL:
    value = sql(node, scope, zone)
    return binary_text(value) if node.kind in TEXTS else value


def _value(node: Literal, zone: ZoneInfo) -> Any:
    if node.kind is not Kind.MOMENT:
        return node.value
    moment = node.value
    if not isinstance(moment, datetime):
        assert isinstance(moment, date)
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: String(),
    Kind.WORD: String(),
    Kind.INTEGER: Integer(),
    Kind.DECIMAL: Double(),
    Kind.BOOLEAN: Boolean(),
    Kind.MOMENT: Moment(),
    Kind.DATE: Date(),
}


def _literal(node: Literal, zone: ZoneInfo) -> SQL:
    return literal(_value(node, zone), _TYPES[node.kind])


def _arithmetic(node: Arithmetic, scope: Scope, zone: ZoneInfo) -> SQL:
    # Whole numbers are widened: PostgreSQL's four bytes overflow where SQLite's eight do not. Decimals are doubles on
    # both: NUMERIC and REAL give different thirds.
    wide: TypeEngine[Any] = BigInteger() if node.kind is Kind.INTEGER else Double()
    left: SQL = cast(sql(node.left, scope, zone), wide)
    right: SQL = cast(sql(node.right, scope, zone), wide)
    match node.op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left.op("/", return_type=Double())(func.nullif(right, cast(literal(0), Double())))


def _call(node: Call, scope: Scope, zone: ZoneInfo) -> SQL:
    first = node.arguments[0]
    match node.name:
        case Called.COALESCE:
            values = [sql(argument, scope, zone) for argument in node.arguments]
            if node.kind is Kind.DECIMAL:
                values = [cast(value, Double()) for value in values]
            return func.coalesce(*values, type_=_TYPES[node.kind])
        case Called.ABS:
            return func.abs(sql(first, scope, zone), type_=_TYPES[node.kind])
        case Called.WORKING_DAYS_SINCE:
            return scope.today_no - _counted(first, scope)
        case Called.WORKING_DAYS_UNTIL:
            return _counted(first, scope) - scope.today_no
        case _:
            assert_never(node.name)


def _counted(node: Node, scope: Scope) -> SQL:
    assert isinstance(node, FieldRef)  # the checker lets nothing else be counted from
    return day_number(node.field, scope)
