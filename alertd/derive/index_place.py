"""Which place a reading of the index has among the others of its unit: newest period, what of a group counts, the lowest group.

Set after the readings themselves, over all of them: another one that comes in can move it. A row that is moved alone counts as
unchanged, for nothing new was read of it: an alert that ends by it has moved on.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, cast, func, or_, select, update
from sqlalchemy.types import Double
from sqlmodel import Session

from alertd.model.index import counted, index_readings_table
from alertd.model.index_words import OF_THE_PROVINCE, PROVINCE_ONLY, ReadingKind
from alertd.store.dialect import binary_text

_r = index_readings_table.c
# A unit that units.csv does not know goes by the name that its source gives it.
_UNIT = func.coalesce(_r.unit, _r.named, "")
_HERE = _r.gone_at.is_(None)
_UNKNOWN = or_(_r.score.is_(None), _r.denominator <= 0)


def place(session: Session, city: str) -> None:
    """Only rows that differ are written. ``city``: the unit for which counts what exists for the province alone."""
    connection = session.connection()
    for aside in (_aside(city), _aside_of_totals()):
        given = {name: aside.c[name] for name in ("maximum_aside", "score_aside")}
        differs = or_(*(_r[name].is_distinct_from(value) for name, value in given.items()))
        connection.execute(update(index_readings_table).where(_r.id == aside.c.id, differs).values(given))
    unit = _periods()
    p = unit.c
    values: dict[str, ColumnElement[Any]] = {
        "is_newest": case((_r.period == p.newest, True), else_=False),
        "later_closed": case((_r.period < p.closed_before, 2), (_r.period < p.closed, 1), else_=0),
    }
    of = and_(_HERE, p.unit == _UNIT, _r.series == p.series)
    moved = or_(*(_r[name].is_distinct_from(value) for name, value in values.items()))
    connection.execute(update(index_readings_table).where(of, moved).values(values))
    lowest = case((_r.id.in_(_lowest()), True), else_=False)
    connection.execute(
        update(index_readings_table).where(_HERE, _r.is_lowest.is_distinct_from(lowest)).values(is_lowest=lowest)
    )


def _periods() -> Subquery:
    """Of each unit and series the newest period, the newest that was over when it was read, and the one of those before it."""
    closed = (
        select(_UNIT.label("unit"), _r.series, _r.period).where(_HERE, _r.is_closed.is_(True)).distinct().subquery()
    )
    order = func.row_number().over(partition_by=(closed.c.unit, closed.c.series), order_by=closed.c.period.desc())
    ranked = select(*closed.c, order.label("place")).subquery()
    k = ranked.c
    return (
        select(
            _UNIT.label("unit"),
            _r.series,
            func.max(_r.period).label("newest"),
            func.max(case((k.place == 1, k.period))).label("closed"),
            func.max(case((k.place == 2, k.period))).label("closed_before"),
        )
        .select_from(index_readings_table.outerjoin(ranked, and_(k.unit == _UNIT, k.series == _r.series, k.place <= 2)))
        .where(_HERE)
        .group_by(_UNIT, _r.series)
        .subquery()
    )


def _aside(city: str) -> Subquery:
    """Of each reading, what of its maximum and score does not count for its unit: of an indicator all of it where it exists for
    the province alone and the unit is another one; of a group the sum over such indicators, and over those of which the portal
    tells no score, or counted nothing. What exists for the province alone is in a group's maximum also where it is not given."""
    below = _UNIT.is_distinct_from(city)
    not_theirs = and_(below, _r.indicator.in_([each.code for each in PROVINCE_ONLY]))
    indicator = _r.kind == ReadingKind.INDICATOR.value
    parts = (
        select(
            _UNIT.label("unit"),
            _r.period,
            _r.group,
            func.sum(case((not_theirs, 0), else_=func.coalesce(_r.maximum, 0))).label("maximum"),
            func.sum(func.coalesce(_r.score, 0)).label("score"),
        )
        .where(_HERE, indicator, or_(not_theirs, _UNKNOWN))
        .group_by(_UNIT, _r.period, _r.group)
        .subquery()
    )
    always = {group: points * 100 for group, points in OF_THE_PROVINCE.items()}
    theirs = case((below, case(always, value=_r.indicator, else_=0)), else_=0)
    group, p = _r.kind == ReadingKind.GROUP.value, parts.c
    maximum = case((group, func.coalesce(p.maximum, 0) + theirs), (not_theirs, func.coalesce(_r.maximum, 0)), else_=0)
    score = case((group, func.coalesce(p.score, 0)), (not_theirs, func.coalesce(_r.score, 0)), else_=0)
    of_group = and_(group, p.unit == _UNIT, p.period == _r.period, p.group == _r.indicator)
    return (
        select(_r.id, cast(maximum, Integer).label("maximum_aside"), cast(score, Integer).label("score_aside"))
        .select_from(index_readings_table.outerjoin(parts, of_group))
        .where(_HERE, _r.kind != ReadingKind.TOTAL.value)
        .subquery()
    )


def _aside_of_totals() -> Subquery:
    """Of each total, what of its groups does not count, once that is known of them: all of one of which nothing is known."""
    group = _r.kind == ReadingKind.GROUP.value
    maximum, score = (
        func.sum(case((_UNKNOWN, func.coalesce(_r[name], 0)), else_=_r[f"{name}_aside"])).label(name)
        for name in ("maximum", "score")
    )
    groups = (
        select(_UNIT.label("unit"), _r.period, maximum, score).where(_HERE, group).group_by(_UNIT, _r.period).subquery()
    )
    g = groups.c
    sums = (cast(func.coalesce(g[name], 0), Integer).label(f"{name}_aside") for name in ("maximum", "score"))
    of_total = and_(g.unit == _UNIT, g.period == _r.period)
    return (
        select(_r.id, *sums)
        .select_from(index_readings_table.outerjoin(groups, of_total))
        .where(_HERE, _r.kind == ReadingKind.TOTAL.value)
        .subquery()
    )


def _lowest() -> Any:
    """Of each unit and period the group with the smallest share of its maximum; of several the one that lost more points, then
    the first by code. One whose score is unknown, or for which nothing was counted, is none of them; of a single one nothing can
    be said."""
    score, maximum = counted(lambda name: _r[name])
    within = (_UNIT, _r.period)
    order = (cast(score, Double) / maximum, (maximum - score).desc(), binary_text(_r.indicator))
    ranked = (
        select(
            _r.id,
            func.row_number().over(partition_by=within, order_by=order).label("place"),
            func.count().over(partition_by=within).label("known"),
        )
        .where(_HERE, _r.kind == ReadingKind.GROUP.value, score.is_not(None), maximum.is_not(None))
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place == 1, ranked.c.known > 1)
