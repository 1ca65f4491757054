"""The dataset index_readings: of each unit, indicator and period the newest reading beside those it may be compared with.

Only items of which something was read since, or of which a reading has come due, are worked out anew, and with each the one of
the next period, which is compared with it. What is compared with what:

- a reading that was read once stays one, whether its source lists it still or not (gone is what was taken in under another code,
  or from a source that gives another dataset now). One that was computed later than now does not count yet; one that was computed
  before its period began never does;
- of several sources with the same item the one of the highest authority counts, then the first by name: readings of two sources
  are never mixed in one item;
- the moment of computing decides, never the order of reading; of two of one moment the one that was taken in last counts;
- the newest reading counts even where its score is unknown: nothing is known then. With one of unknown score nothing is compared;
- the period before counts as it stood when it was as old: as long after its first day while both run, as long after its end once
  both are over. The nearest reading within `same_age_days` is taken; an older one as well, where its source answered within those
  days, for a figure that is the same adds no reading. Where there is none, nothing is compared.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, select
from sqlmodel import Session

from alertd.derive import index_place
from alertd.derive.draw import Drawn, columns_of, draw
from alertd.derive.index_compared import Asked, Compared, Newest, answered_at, compared, newest
from alertd.derive.since import since
from alertd.model.asof import AsOf
from alertd.model.base import Moment, moment_text, table_of
from alertd.model.index import DAY_AGO, INDEX_READINGS, index_log_table, index_readings_table
from alertd.model.index_words import ReadingKind, Series, known
from alertd.model.period import Period, period_of
from alertd.model.polls import SourceState
from alertd.settings.shapes import Settings
from alertd.store.dialect import Dialect
from alertd.store.site import keep_fact, read_fact

_NAME = INDEX_READINGS.name
_AT_ONCE = 5_000  # items in memory at a time
_DAY = timedelta(days=1)
_DUE = f"derived:{_NAME}:due"  # up to when readings that were still to come have been looked for
_SERIES = {1: Series.MONTH, 3: Series.QUARTER, 12: Series.YEAR}
_PLACES = ("is_newest", "later_closed", "is_lowest", "maximum_aside", "score_aside")  # written by index_place.py
_TAKEN = ("unit", "period", "indicator", "numerator", "denominator", "ratio", "score", "maximum", "rank", "quality")

_l, _r, _states = index_log_table.c, index_readings_table.c, table_of(SourceState).c
_HERE = _l.gone_at.is_(None)


def follow(session: Session, settings: Settings, at: AsOf, city: str) -> None:
    """Bring the dataset up to what was read, and to what has come due, since it was looked at. ``city``: as which the whole city
    stands."""
    seen = since(session, _NAME, _NAME, at, terms=_terms(session, settings, city))
    known_until = read_fact(session, _DUE)
    due = datetime.fromisoformat(known_until) if known_until else None
    anew = (
        due is None or due > at.now or seen.looked_at is None
    )  # a clock that was set back has seen what is still to come
    if not anew and not seen.news and not _something_came_due(session, due, at):
        return
    work = _Work(session, settings, at, _sources(session, settings))
    touched = _touched(session, at) if anew else _touched(session, at, seen.looked_at if seen.news else None, due)
    drawn = [work.draw(chunk) for chunk in _chunks(sorted(touched))]
    if anew:
        drawn.append(_without_readings(session, at))
    keep_fact(session, _DUE, at.now.isoformat())
    if anew or any(each.new or each.changed or each.gone for each in drawn):
        index_place.place(session, city)


def _terms(session: Session, settings: Settings, city: str) -> str:
    """What else decides: how old is as old, whose word counts, as which unit the city stands, and how the sources are read (which
    unit a name means)."""
    read = select(_states.source, _states.fingerprint).where(_states.dataset == _NAME).order_by(_states.source)
    told = {
        "same_age_days": settings.index.same_age_days,
        "city": city,
        "authorities": _authorities(settings),
        "read": {row.source: row.fingerprint for row in session.connection().execute(read)},
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def _authorities(settings: Settings) -> dict[str, int]:
    return {source.name: source.authority for source in settings.sources if source.dataset == _NAME}


def _sources(session: Session, settings: Settings) -> list[str]:
    """All that ever gave readings, the one whose word counts first. One that the config no longer names comes last; one that gives
    another dataset now said nothing of this one."""
    authorities = _authorities(settings)
    names = session.connection().execute(select(_states.source).where(_states.dataset == _NAME)).scalars()
    return sorted(names, key=lambda name: (name not in authorities, -authorities.get(name, 0), name))


def _came_due(after: datetime | None, at: AsOf) -> ColumnElement[bool]:
    return and_(_HERE, _l.computed_at > literal(after, Moment), _l.computed_at <= at.now)


def _something_came_due(session: Session, after: datetime | None, at: AsOf) -> bool:
    later = exists().where(_states.dataset == _NAME, _states.last_event_at > literal(after, Moment))
    connection = session.connection()
    if not connection.execute(select(later)).scalar():
        return False
    return bool(connection.execute(select(exists().where(_came_due(after, at)))).scalar())


def _touched(session: Session, at: AsOf, written: datetime | None = None, due: datetime | None = None) -> set[str]:
    """Items with a reading that was taken in or corrected since ``written``, or has come due after ``due``, and the same items of
    the next period. Without either: all."""
    items = select(_l.item).where(_HERE).distinct()
    asked = [items] if due is None else [items.where(_came_due(due, at))]
    if written is not None:
        asked.append(items.where(_l.changed_at >= written))
    found = {item for statement in asked for item in session.connection().execute(statement).scalars()}
    found = {item for item in found if _period(item) is not None}
    later = {_of(item, _next) for item in found}
    return found | {item for item in later if _period(item) is not None}  # the last of all years has no next one


def _without_readings(session: Session, at: AsOf) -> Drawn:
    """An item that no reading is of any more: its unit was told from another one by name, say."""
    return draw(session, INDEX_READINGS, [], at, within=~exists().where(_l.item == _r.code, _HERE))


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


@dataclass(frozen=True)
class _Work:
    session: Session
    settings: Settings
    at: AsOf
    sources: Sequence[str]  # whose word counts first

    def draw(self, items: Sequence[str]) -> Drawn:
        """Work these items out anew; of one without a reading nothing stays."""
        before = {item: _of(item, _before) for item in items}
        found = self._newest({*items, *before.values()})
        asked = self._as_it_stood([self._ask(found[item], found.get(before[item])) for item in items if item in found])
        among = Dialect(self.session.connection().engine).among(_r.code, items)
        names = [_r[name] for name in _PLACES]
        places = {row.code: row for row in self.session.connection().execute(select(_r.code, *names).where(among))}
        rows = (self._row(each, places.get(each.reading["item"])) for each in compared(self.session, asked))
        return draw(self.session, INDEX_READINGS, rows, self.at, within=among)

    def _newest(self, items: Iterable[str]) -> dict[str, Newest]:
        """By item, of the source whose word counts."""
        found: dict[str, Newest] = {}
        rank = {source: place for place, source in enumerate(self.sources)}
        for each in newest(self.session, items, self.sources, self.at.now):
            if each.computed_at < self.at.calendar.midnight(_span(each.item).first):
                continue
            known_already = found.get(each.item)
            if known_already is None or rank[each.source] < rank[known_already.source]:
                found[each.item] = each
        return found

    def _ask(self, own: Newest, earlier: Newest | None) -> Asked:
        span, calendar = _span(own.item), self.at.calendar
        opens, closes = calendar.midnight(span.first), calendar.midnight(span.last + _DAY)
        day_ago = own.computed_at - DAY_AGO
        if earlier is None:
            return Asked(own, opens, day_ago, closes)
        low, target, high = span.as_old_within(own.computed_at, calendar, self.settings.index.same_age_days)
        return Asked(own, opens, day_ago, closes, earlier, low, target, high)

    def _as_it_stood(self, asked: Sequence[Asked]) -> list[Asked]:
        """Where the source answered when the period before was as old, whatever it said last before that stood."""
        within = [
            (each.earlier.source, each.low, each.high) for each in asked if each.earlier and each.low and each.high
        ]
        if not within:
            return list(asked)
        answered = answered_at(
            self.session, min(low for _, low, _ in within), max(high for _, _, high in within), self.at.now
        )
        return [self._from_its_beginning(each) if _is_in(each, answered) else each for each in asked]

    def _from_its_beginning(self, asked: Asked) -> Asked:
        own = asked.newest
        return replace(asked, low=_span(own.item).began_before(own.computed_at, self.at.calendar))

    def _row(self, each: Compared, place: Any) -> tuple[Any, ...]:
        reading, calendar = each.reading, self.at.calendar
        span, found = _span(reading["item"]), known(reading["indicator"])
        computed: datetime = reading["computed_at"]
        values: dict[str, Any] = {name: reading[name] for name in _TAKEN}
        values |= {
            "source": reading["source"],
            "code": reading["item"],
            "named": None if reading["unit"] else reading["unit_named"],
            "series": _SERIES[span.length].value,
            "kind": (found.kind if found else ReadingKind.UNKNOWN).value,
            "group": (found.group or None) if found else None,
            "computed_at": moment_text(computed),
            "is_closed": span.is_over(computed, calendar),
            "days_old": (calendar.today(computed) - span.first).days + 1,
            "score_before": each.score_before,
            "score_day_ago": each.score_day_ago,
            "first_closed_score": each.first_closed_score,
            "score_last_period": each.score_last_period,
            "rank_last_period": each.rank_last_period,
            "is_newest": bool(place.is_newest) if place else False,
            "later_closed": place.later_closed if place else 0,
            "is_lowest": bool(place.is_lowest) if place else False,
            "maximum_aside": place.maximum_aside if place else 0,
            "score_aside": place.score_aside if place else 0,
        }
        return tuple(values[name] for name in columns_of(INDEX_READINGS))


def _is_in(asked: Asked, answered: Mapping[str, Sequence[datetime]]) -> bool:
    if asked.earlier is None or asked.low is None or asked.high is None:
        return False
    moments = answered.get(asked.earlier.source, [])
    place = bisect_left(moments, asked.low)
    return place < len(moments) and moments[place] <= asked.high


def _period(item: str) -> Period | None:
    """With which the item begins; intake takes no other."""
    return period_of(item.partition("/")[0])


def _span(item: str) -> Period:
    span = _period(item)
    assert span is not None  # others are left out at the beginning
    return span


def _before(span: Period) -> Period:
    return span.before


def _next(span: Period) -> Period:
    return Period(span.last + _DAY, span.length)


def _of(item: str, move: Callable[[Period], Period]) -> str:
    """The same unit and indicator in another period."""
    _, sign, rest = item.partition("/")
    return f"{move(_span(item)).text}{sign}{rest}"
