"""Readings of the index beside those they are compared with: of one unit and period all items, of all units the sums. Reads.

They stand worked out in index_readings (derive/index.py: what is compared with what). What was read after that was brought up last
is taken from the log of readings itself, and compared in a simpler way: of an item the newest within the days that are as old.
Scores and maxima are hundredths of a point, ratios hundredths of a per cent.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.index import DAY_AGO, index_log_table, index_readings_table
from alertd.model.index_words import GROUPS, TOTAL, ReadingKind, known
from alertd.model.period import Period
from alertd.store.site import read_fact

_l, _r = index_log_table.c, index_readings_table.c
_NAMES = (
    "indicator",
    "numerator",
    "denominator",
    "ratio",
    "score",
    "maximum",
    "rank",
    "computed_at",
    "quality",
    "source",
)
_SUMS = (TOTAL, *GROUPS)


@dataclass(frozen=True, slots=True)
class Reading:
    """One item as it was read. ``unit``: a code, or the name that units.csv does not know."""

    unit: str
    indicator: str
    numerator: int | None
    denominator: int | None
    ratio: int | None
    score: int | None
    maximum: int | None
    rank: int | None
    computed_at: datetime
    quality: str | None
    source: str = ""

    @property
    def kind(self) -> ReadingKind:
        found = known(self.indicator)
        return found.kind if found else ReadingKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class Compared:
    """The newest reading of an item. ``day_ago``: its score a day before; ``last_period``, ``last_rank``: of the period before,
    when that was as old."""

    reading: Reading
    day_ago: int | None = None
    last_period: int | None = None
    last_rank: int | None = None


def newest_of(session: Session, unit: str, span: Period, at: AsOf, *, same_age_days: int) -> dict[str, Compared]:
    """Of one unit and period, by indicator."""
    if _lags(session):
        return _from_the_log(session, unit, span, at, same_age_days)
    beside = (_r.score_day_ago, _r.score_last_period, _r.rank_last_period)
    asked = and_(_r.unit == unit, _r.period == span.text, _r.gone_at.is_(None))
    columns = (_unit_of(index_readings_table), *(_r[name] for name in _NAMES), *beside)
    rows = session.connection().execute(select(*columns).where(asked)).all()
    found = (Compared(Reading(*row[:-3]), *row[-3:]) for row in rows)
    return _a_day_ago({each.reading.indicator: each for each in found})


def _a_day_ago(found: Mapping[str, Compared]) -> dict[str, Compared]:
    """All beside one day, that before the newest reading of their source: what was computed before it had moved no more since."""
    newest: dict[str, datetime] = {}
    for each in found.values():
        source, at = each.reading.source, each.reading.computed_at
        newest[source] = max(at, newest.get(source, at))
    return {
        code: replace(each, day_ago=each.reading.score)
        if each.reading.computed_at <= newest[each.reading.source] - DAY_AGO
        else each
        for code, each in found.items()
    }


def sums_of(session: Session, span: Period, at: AsOf) -> dict[str, dict[str, Reading]]:
    """Of every unit, also those that units.csv does not know: its total and groups, by indicator."""
    if _lags(session):
        asked = and_(_l.period == span.text, _l.indicator.in_(_SUMS), _l.computed_at <= at.now)
        return _newest_in_the_log(session, asked)
    asked = and_(_r.period == span.text, _r.indicator.in_(_SUMS), _r.gone_at.is_(None))
    columns = (_unit_of(index_readings_table), *(_r[name] for name in _NAMES))
    return _by_unit(session.connection().execute(select(*columns).where(asked)))


def periods_of(session: Session, unit: str) -> list[str]:
    """Those of which there is a reading, in no order."""
    table = _table(session)
    statement = select(table.c.period).where(table.c.unit == unit, table.c.gone_at.is_(None)).distinct()
    return list(session.connection().execute(statement).scalars())


def units_read(session: Session) -> list[str]:
    """Codes, and names that units.csv does not know, of all units that have a reading."""
    table = _table(session)
    named = select(_unit_of(table)).where(table.c.gone_at.is_(None)).distinct()
    return sorted(session.connection().execute(named).scalars())


def sources_of(session: Session, unit: str, span: Period) -> set[str]:
    """Those that gave the readings of one unit and period."""
    c = _table(session).c
    given = select(c.source).where(c.unit == unit, c.period == span.text, c.gone_at.is_(None)).distinct()
    return set(session.connection().execute(given).scalars())


def _table(session: Session) -> Table:
    return index_log_table if _lags(session) else index_readings_table


def _unit_of(table: Table) -> ColumnElement[str]:
    named = table.c.unit_named if table is index_log_table else table.c.named
    return func.coalesce(table.c.unit, named, "")


def _lags(session: Session) -> bool:
    """Something was read since index_readings was brought up; they are at the beginning of each cycle."""
    newest = session.connection().execute(select(func.max(_l.changed_at))).scalar()
    if newest is None:
        return False
    told = json.loads(read_fact(session, "derived:index_readings") or "{}").get("at")
    return told is None or newest > datetime.fromisoformat(told)


# --- from the log itself ---------------------------------------------------------------------------------------------
def _from_the_log(session: Session, unit: str, span: Period, at: AsOf, same_age_days: int) -> dict[str, Compared]:
    newest = _of_unit(session, unit, span, _l.computed_at <= at.now)
    began = at.calendar.midnight(span.first)
    days_ago = {code: (began, reading.computed_at - DAY_AGO) for code, reading in newest.items()}
    as_old = {
        code: span.as_old_within(reading.computed_at, at.calendar, same_age_days)[:2]
        for code, reading in newest.items()
    }
    a_day = _of_unit(session, unit, span, _each_within(days_ago))
    last = _of_unit(session, unit, span.before, _each_within(as_old))
    found = {}
    for code, reading in newest.items():
        day_ago, earlier = a_day.get(code), last.get(code)
        found[code] = Compared(
            reading,
            day_ago=day_ago.score if day_ago else None,
            last_period=earlier.score if earlier else None,
            last_rank=earlier.rank if earlier else None,
        )
    return _a_day_ago(found)


def _of_unit(session: Session, unit: str, span: Period, asked: ColumnElement[bool]) -> dict[str, Reading]:
    return _newest_in_the_log(session, and_(_l.period == span.text, _l.unit == unit, asked)).get(unit, {})


def _each_within(moments: Mapping[str, tuple[datetime, datetime]]) -> ColumnElement[bool]:
    """Each indicator from a moment of its own to another one; those that share both (a reply holds many) are named together."""
    together: dict[tuple[datetime, datetime], list[str]] = defaultdict(list)
    for indicator, span in moments.items():
        together[span].append(indicator)
    parts = [and_(_l.indicator.in_(names), _l.computed_at.between(*span)) for span, names in together.items()]
    return or_(*parts) if parts else _l.id < 0


def _newest_in_the_log(session: Session, asked: ColumnElement[bool]) -> dict[str, dict[str, Reading]]:
    here = _l.gone_at.is_(None)
    newest = select(_l.item, func.max(_l.computed_at).label("at")).where(asked, here).group_by(_l.item).subquery()
    of = and_(_l.item == newest.c.item, _l.computed_at == newest.c.at, here)
    columns = (_unit_of(index_log_table), *(_l[name] for name in _NAMES))
    rows = select(*columns).select_from(newest.join(index_log_table, of)).order_by(_l.computed_at, _l.preferred, _l.id)
    return _by_unit(session.connection().execute(rows))


def _by_unit(rows: Iterable[Any]) -> dict[str, dict[str, Reading]]:
    """The last row of an item counts."""
    found: dict[str, dict[str, Reading]] = defaultdict(dict)
    for row in rows:
        reading = Reading(*row)
        found[reading.unit][reading.indicator] = reading
    return dict(found)
