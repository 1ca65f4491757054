"""Count the files that rules see by the month in which they were received; and say in which months that may have changed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    between,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import Session

from alertd.derive.period_files import COUNTS, counts, filed_day, received_day
from alertd.model.asof import AsOf
from alertd.model.calendar import FIRST_DAY, LAST_DAY
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.model.period import Period, month_of
from alertd.model.words import Grain

_f = files_table.c
_AT_ONCE = 12  # months of one statement: each is a branch of its CASE


@dataclass(frozen=True, slots=True, order=True)
class Whose:
    """Of whom a figure is. ``name``: the field of administration, or the procedure's code; empty where there is none."""

    grain: Grain
    unit: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """The files of one source. ``counts``: in the order of `COUNTS`."""

    month: Period
    whose: Whose
    source: str
    counts: tuple[int, ...]


def count(session: Session, months: Collection[Period], at: AsOf, telling: Collection[str]) -> Iterator[Counted]:
    """``telling``: see `counts`."""
    ahead = sorted(months)
    for place in range(0, len(ahead), _AT_ONCE):
        by_number = {_number(month): month for month in ahead[place : place + _AT_ONCE]}
        statement = _rolled_up(_groups(tuple(by_number.values()), telling, live=at.live))
        for grain, number, source, unit, name, *sums in session.connection().execute(statement, at.parameters):
            # a sum of sums comes as a decimal from PostgreSQL
            whose = Whose(Grain(grain), unit or "", name or "")
            yield Counted(by_number[number], whose, source, tuple(int(each) for each in sums))


def months_known(session: Session) -> dict[Period, int]:
    """How many files that rules see were received in each month, by an index alone."""
    statement = select(_f.received_day, func.count()).where(_f.preferred.is_(True)).group_by(_f.received_day)
    found: dict[Period, int] = {}
    for day, files in session.connection().execute(statement):
        for month in _months([day]):
            found[month] = found.get(month, 0) + files
    return found


def months_changed(session: Session, since: datetime, at: AsOf) -> set[Period]:
    """In which what was read since then was received."""
    connection, read = session.connection(), _f.changed_at >= since
    found = _months(connection.execute(select(_f.received_day).where(read).distinct()).scalars())
    if not at.live:  # accepted later than now, and filed before
        found |= _filed(session, and_(read, _f.accepted_at > at.now), at)
    return found


def _filed(session: Session, where: ColumnElement[bool], at: AsOf) -> set[Period]:
    day = filed_day(Scope(files_table, live=False)).label("day")
    days = select(select(day).where(where).subquery().c.day).distinct()
    return _months(session.connection().execute(days, at.parameters).scalars())


def months_moved_on(session: Session, before: datetime, at: AsOf) -> set[Period]:
    """In which was received what time alone has changed since then: files that became late, events that lay ahead."""
    numbers = at.calendar.number(at.calendar.today(before)), at.calendar.number(at.today) - 1
    is_open = and_(_f.preferred.is_(True), _f.is_open.is_(True))
    late = select(_f.received_day).where(is_open, between(_f.due_day_no, *numbers)).distinct()
    happened = select(_f.received_day).where(_f.last_event_at > before, _f.last_event_at <= at.now).distinct()
    connection = session.connection()
    found = _months([*connection.execute(late).scalars(), *connection.execute(happened).scalars()])
    return found | _filed(session, and_(_f.accepted_at > before, _f.accepted_at <= at.now), at)


def _months(days: Iterable[int | None]) -> set[Period]:
    """Of days as their ordinals; what lies outside the calendar belongs to no period."""
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    return {month_of(date.fromordinal(day)) for day in days if day is not None and first <= day <= last}


def _number(month: Period) -> int:
    return month.first.year * 100 + month.first.month


def _groups(months: Sequence[Period], telling: Collection[str], *, live: bool) -> CTE:
    """Sums by month, source, unit, field and procedure."""
    scope = Scope(files_table, live)
    day, raw = received_day(scope), scope.column("received_day")
    spans = [(month.first.toordinal(), month.last.toordinal()) for month in months]
    numbers = [literal(_number(month), Integer) for month in months]
    number: ColumnElement[Any] = case(
        *((between(day, *span), each) for span, each in zip(spans, numbers, strict=True)), else_=null()
    )
    within: list[ColumnElement[bool]] = [between(raw, *span) for span in _joined(spans)]
    if not live:
        within.append(raw >= scope.today_day)  # accepted later than now, and perhaps filed in one of the months
    each = (
        select(
            number.label("month"),
            *(scope.column(name) for name in ("source", "unit", "field", "procedure")),
            *(count.label(name) for name, count in counts(scope, telling).items()),
        )
        .where(FILES.present(scope), or_(*within))
        .subquery()
        .c
    )
    keys = (each.month, each.source, each.unit, each.field, each.procedure)
    sums = (func.sum(each[name]).label(name) for name in COUNTS)
    return select(*keys, *sums).where(each.month.is_not(None)).group_by(*keys).cte("counted")


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of days that follow each other as one."""
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _rolled_up(groups: CTE) -> Any:
    """The groups once more by each grain; what has no unit, field or procedure counts for those above it alone."""
    g, none = groups.c, cast(null(), String)

    def grain(word: Grain, unit: Any = None, name: Any = None) -> Select[Any]:
        named = [column for column in (unit, name) if column is not None]
        columns = (g.month, g.source, none if unit is None else unit, none if name is None else name)
        sums = (func.sum(g[count]) for count in COUNTS)
        rows = select(literal(word.value, String), *columns, *sums)
        return rows.where(*(column.is_not(None) for column in named)).group_by(g.month, g.source, *named)

    return union_all(
        grain(Grain.CITY),
        grain(Grain.UNIT, g.unit),
        grain(Grain.FIELD, g.unit, g.field),
        grain(Grain.PROCEDURE, name=g.procedure),
    )
