"""What a dataset is: a table of records and the documented fields that rules may name. Pure expressions, no session.

A field gives its SQL for a Scope, in two modes with one meaning. *live*: plain predicates over what intake computed, which
the partial indexes serve; right as long as no event time in the store lies after ``now``. *as-of*: every event later
than ``now`` reads as null (a deadline never does), and what intake derived is derived again from what was known then.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Double, Table, and_, bindparam, case, cast, literal, null, or_
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.types import Date, Integer

from alertd.model.base import Moment


class FieldType(StrEnum):
    TEXT = "text"
    WORD = "word"  # one of a closed list
    INTEGER = "integer"
    DECIMAL = "decimal"  # two decimals, stored as whole hundredths so that no sum is off by a rounding
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DATE = "date"


class Time(StrEnum):
    EVENT = "event"  # has happened: reads as null when it lies after now
    DEADLINE = "deadline"  # is promised: never hidden


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is read: over which rows, live or as of a moment. The clock comes in as bound parameters."""

    rows: FromClause
    live: bool = True

    @property
    def now(self) -> ColumnElement[Any]:
        return bindparam("now", type_=Moment)

    @property
    def today(self) -> ColumnElement[Any]:
        return bindparam("today", type_=Date)

    @property
    def today_day(self) -> ColumnElement[Any]:
        """Today as its ordinal: days are subtracted as whole numbers, alike on both databases."""
        return bindparam("today_day", type_=Integer)

    @property
    def today_no(self) -> ColumnElement[Any]:
        """Today's count of working days."""
        return bindparam("today_no", type_=Integer)

    def column(self, name: str) -> ColumnElement[Any]:
        return self.rows.c[name]

    def event(self, name: str, of: str = "") -> ColumnElement[Any]:
        """The column of an event (or, with ``of``, a column that goes with the event ``of``), null before it happened."""
        column = self.column(name)
        if self.live:
            return column
        when = self.column(of or name)
        limit = self.today if isinstance(when.type, Date) else self.now
        return case((when <= limit, column), else_=null())


Expression = Callable[[Scope], ColumnElement[Any]]
Bound = Callable[[Scope, int], ColumnElement[Any]]
Share = Callable[[Scope, ColumnElement[Any]], ColumnElement[Any]]  # of the days late after the due day with this number


@dataclass(frozen=True, slots=True)
class Field:
    """One field as rules see it. ``number`` names the stored column with its day's number where a deadline may count
    from it; ``expression`` overrides the plain column for derived fields. ``at_least(scope, k)`` is a plain predicate on
    a stored number that ``field >= k`` implies for k >= 1 (and a yes/no field that holds implies for k = 1), so that an
    index serves it; ``at_most`` likewise for ``field <= k``. ``due_number`` names the stored day number of the deadline
    from which a field counts its lateness. ``files``: of a count of files by period, which of those that ended in the period it
    counts, over the files' own scope; notices name them (its dataset has begins_on, ends_on, unit, field and procedure).
    ``holds``: the name by which model/called.py says a yes/no field, where another dataset has one of its name."""

    name: str
    type: FieldType
    vi: str
    en: str
    time: Time | None = None
    words: tuple[str, ...] = ()
    derived: bool = False
    expression: Expression | None = None
    number: str = ""
    at_least: Bound | None = None
    at_most: Bound | None = None
    due_number: str = ""
    files: Expression | None = None
    holds: str = ""

    def sql(self, scope: Scope) -> ColumnElement[Any]:
        if self.expression is not None:
            return self.expression(scope)
        value = scope.event(self.name) if self.time is Time.EVENT else scope.column(self.name)
        return from_hundredths(value) if self.type is FieldType.DECIMAL else value

    def plain(self, stored: Any) -> Any:
        """A stored value as rules and people see it."""
        return stored / 100 if self.type is FieldType.DECIMAL and stored is not None else stored

    def stored(self, plain: Any) -> Any:
        """The other way round."""
        return round(plain * 100) if self.type is FieldType.DECIMAL and plain is not None else plain


def from_hundredths(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Stored hundredths as a number with two decimals: a double on both databases, and, as a quotient of whole numbers, the
    very double that the same number written in a rule is read as."""
    return cast(value, Double()) / literal(100.0, Double())


# Of a copy of a record, whatever it is a copy of.
ORIGIN = Field(
    "origin",
    FieldType.TEXT,
    "nguồn dữ liệu",
    "name of the source",
    expression=lambda scope: scope.column("source"),
    derived=True,
)


@dataclass(frozen=True)
class Dataset:
    """A kind of record. ``key`` is the record's own code."""

    name: str
    vi: str
    en: str
    table: Table
    key: str
    declared: tuple[Field, ...]
    shows: tuple[str, ...]  # the fields that `alerts list` and notices show whatever the rule
    stop_number: Expression  # the day number up to which lateness counts: end, pause, or today
    stop_day: Expression  # the same day as its ordinal
    watched: tuple[str, ...] = ()  # fields whose dated versions are kept
    kept_too: tuple[str, ...] = ()  # columns that a version holds as well, though a change of them alone makes none
    procedure_field: str = ""  # the column that holds the field of administration, for owners and successors
    unit_field: str = ""  # the same where it matters for the successors of a unit alone
    late_shares: Mapping[str, Share] = field(default_factory=dict)  # fields that say whose the days late are
    follows: tuple[str, ...] = ()  # what it is worked out from (room derive/); empty: sources give it
    apart: bool = (
        False  # its rules look at different figures of one record: none is named beside another without its own
    )

    def present(self, scope: Scope) -> ColumnElement[Any]:
        """Which rows exist for rules in a scope: the copies that count, and none before its first event."""
        preferred = scope.column("preferred").is_(True)
        if scope.live:
            return preferred
        first = scope.column("first_event_at")
        return and_(preferred, or_(first.is_(None), first <= scope.now))

    @property
    def field_column(self) -> str:
        """The column with the field of administration; empty: there is none."""
        return self.procedure_field or self.unit_field

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for field in self.declared}

    @property
    def given(self) -> Iterable[Field]:
        """The fields that a source can give (not the derived ones); of a dataset that `follows` from others, what is stored."""
        return (field for field in self.declared if not field.derived)


def today_number(scope: Scope) -> ColumnElement[Any]:
    """Where nothing stops lateness but the day on which it is looked at."""
    return scope.today_no


def today_day(scope: Scope) -> ColumnElement[Any]:
    """The same day as its ordinal."""
    return scope.today_day


def greatest_zero(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """max(0, value), null where value is null; written as CASE because the two databases name it differently."""
    return case((value > 0, value), (value <= 0, 0), else_=null())
