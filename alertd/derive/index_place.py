"""Which place a reading of the index has among the others of its unit: of the newest period, how many came after, the lowest group.

Set after the readings themselves, over all of them: another one that comes in can move it. A row that is moved alone counts as
unchanged, for nothing new was read of it: an alert that ends by it has moved on.
"""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, cast, func, or_, select, update
from sqlalchemy.types import Double
from sqlmodel import Session

from alertd.model.index import index_readings_table
from alertd.model.index_words import ReadingKind
from alertd.store.dialect import binary_text

_r = index_readings_table.c
# A unit that units.csv does not know goes by the name that its source gives it.
_UNIT = func.coalesce(_r.unit, _r.named, "")
_HERE = _r.gone_at.is_(None)


def place(session: Session) -> None:
    """Only rows that differ are written."""
    connection = session.connection()
    unit = _periods()
    p = unit.c
    values: dict[str, ColumnElement[Any]] = {
        "is_newest": case((_r.period == p.newest, True), else_=False),
        "later_closed": case((_r.period < p.closed_before, 2), (_r.period < p.closed, 1), else_=0),
    }
    of = and_(_HERE, p.unit == _UNIT, _r.series == p.series)
    for name, value in values.items():
        connection.execute(
            update(index_readings_table).where(of, _r[name].is_distinct_from(value)).values({name: value})
        )
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


def _lowest() -> Any:
    """Of each unit and period the group with the smallest share of its maximum; of several the one that lost more points, then
    the first by code. One whose score is unknown, or for which nothing was counted, is none of them; of a single one nothing can
    be said."""
    share = cast(_r.score, Double) / _r.maximum
    counted = or_(_r.denominator.is_(None), _r.denominator > 0)  # the portal gives 0 points for 0 of 0
    within = (_UNIT, _r.period)
    order = (share, (_r.maximum - _r.score).desc(), binary_text(_r.indicator))
    ranked = (
        select(
            _r.id,
            func.row_number().over(partition_by=within, order_by=order).label("place"),
            func.count().over(partition_by=within).label("known"),
        )
        .where(_HERE, _r.kind == ReadingKind.GROUP.value, _r.score.is_not(None), _r.maximum > 0, counted)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place == 1, ranked.c.known > 1)
