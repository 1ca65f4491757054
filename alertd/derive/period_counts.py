"""Count the files that rules see by the month in which they were received, and those that were refused or withdrawn by the month
in which that was; and say in which months any of it may have changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import Session

from alertd.derive import period_files
from alertd.derive.period_files import COUNTS, filed_day, received_day
from alertd.model import file_terms, files
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
    """``telling``: see `period_files.received`."""
    ahead = sorted(months)
    for place in range(0, len(ahead), _AT_ONCE):
        by_number = {_number(month): month for month in ahead[place : place + _AT_ONCE]}
        statement = _rolled_up(_groups(tuple(by_number.values()), telling, live=at.live))
        for grain, number, source, unit, name, *sums in session.connection().execute(statement, at.parameters):
            # a sum of sums comes as a decimal from PostgreSQL
            whose = Whose(Grain(grain), unit or "", name or "")
            yield Counted(by_number[number], whose, source, tuple(int(each) for each in sums))


def months_known(session: Session) -> dict[Period, tuple[int, int]]:
    """How many files that rules see were received in each month, and how many were refused or withdrawn; by indexes alone."""
    found: dict[Period, tuple[int, int]] = {}
    for place, (day, where) in enumerate(((_f.received_day, _f.preferred.is_(True)), (_f.ended_day, files.GIVEN_UP))):
        rows = session.connection().execute(select(day, func.count()).where(where).group_by(day))
        for ordinal, number in rows:
            for month in _months([ordinal]):
                received, given_up = found.get(month, (0, 0))
                found[month] = (received, given_up + number) if place else (received + number, given_up)
    return found


def months_changed(session: Session, since: datetime, at: AsOf) -> set[Period]:
    """In which what was read since then was received, refused or withdrawn."""
    read = _f.changed_at >= since
    found = _of(session, _f.received_day, read) | _of(session, _f.ended_day, files.GIVEN_UP, read)
    if not at.live:  # accepted later than now, and filed before
        found |= _filed(session, and_(read, _f.accepted_at > at.now), at)
    return found


def _filed(session: Session, where: ColumnElement[bool], at: AsOf) -> set[Period]:
    day = filed_day(Scope(files_table, live=False)).label("day")
    days = select(select(day).where(where).subquery().c.day).distinct()
    return _months(session.connection().execute(days, at.parameters).scalars())


def months_moved_on(session: Session, before: datetime, at: AsOf) -> set[Period]:
    """In which was received, refused or withdrawn what time alone has changed since then: files that became late, events that lay
    ahead."""
    numbers = at.calendar.number(at.calendar.today(before)), at.calendar.number(at.today) - 1
    is_open = and_(_f.preferred.is_(True), _f.is_open.is_(True))
    happened = and_(_f.last_event_at > before, _f.last_event_at <= at.now)
    found = _of(session, _f.received_day, is_open, between(_f.due_day_no, *numbers))
    found |= _of(session, _f.received_day, happened) | _of(session, _f.ended_day, files.GIVEN_UP, happened)
    return found | _filed(session, and_(_f.accepted_at > before, _f.accepted_at <= at.now), at)


def _of(session: Session, day: ColumnElement[Any], *where: ColumnElement[bool]) -> set[Period]:
    return _months(session.connection().execute(select(day).where(*where).distinct()).scalars())


def _months(days: Iterable[int | None]) -> set[Period]:
    """Of days as their ordinals; what lies outside the calendar belongs to no period."""
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    return {month_of(date.fromordinal(day)) for day in days if day is not None and first <= day <= last}


def _number(month: Period) -> int:
    return month.first.year * 100 + month.first.month


def _groups(months: Sequence[Period], telling: Collection[str], *, live: bool) -> CTE:
    """Sums by month, source, unit, field and procedure: of what was received, and of what was refused or withdrawn."""
    scope = Scope(files_table, live)
    raw = scope.column("received_day")
    spans = [(month.first.toordinal(), month.last.toordinal()) for month in months]
    within: list[ColumnElement[bool]] = [between(raw, *span) for span in _joined(spans)]
    if not live:
        within.append(raw >= scope.today_day)  # accepted later than now, and perhaps filed in one of the months
    received = _sums(scope, months, received_day(scope), period_files.received(scope, telling), or_(*within))
    over = not_(file_terms.is_open(scope))
    ended = or_(*(between(scope.column("ended_day"), *span) for span in _joined(spans)))
    given_up = _sums(
        scope, months, scope.column("ended_day"), period_files.given_up(scope), files.GIVEN_UP, over, ended
    )
    return union_all(received, given_up).cte("counted")


def _sums(
    scope: Scope,
    months: Sequence[Period],
    day: ColumnElement[Any],
    counts: Mapping[str, ColumnElement[Any]],
    *where: ColumnElement[bool],
) -> Select[Any]:
    """By the month in which ``day`` lies; 0 of what is not among ``counts``."""
    number: ColumnElement[Any] = case(
        *(
            (between(day, month.first.toordinal(), month.last.toordinal()), literal(_number(month), Integer))
            for month in months
        ),
        else_=null(),
    )
    each = (
        select(
            number.label("month"),
            *(scope.column(name) for name in ("source", "unit", "field", "procedure")),
            *(count.label(name) for name, count in counts.items()),
        )
        .where(FILES.present(scope), *where)
        .subquery()
        .c
    )
    keys = (each.month, each.source, each.unit, each.field, each.procedure)
    sums = (func.sum(each[name] if name in counts else literal(0, Integer)).label(name) for name in COUNTS)
    return select(*keys, *sums).where(each.month.is_not(None)).group_by(*keys)


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
