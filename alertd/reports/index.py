"""The index of one unit and period as one value: items, every unit's total, what can still be won, what to expect. Reads.

Scores are hundredths of a point. The bulletin and the city digest take from here; what a unit is told leaves out what the office
alone is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.index_words import INDICATORS
from alertd.model.period import Period, month_of, period_of
from alertd.reports import savable
from alertd.reports.forecast import Forecast, forecast
from alertd.reports.items import Item, Row, counted_of, items_of, rows_of, scale_of
from alertd.reports.own_files import pending_steps, tally, terms_of
from alertd.reports.pace import Outlook, outlook
from alertd.reports.readings import Reading, newest_of, periods_of, sums_of
from alertd.reports.score import Scale
from alertd.reports.winnable import Chance, Fate, Waiting, chances, cheapest, told
from alertd.settings.duty_shapes import Index
from alertd.settings.shapes import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """``is_city``: of the city's own unit, for its office; of any other what would lower the figure is left out. ``computed_at``:
    of the newest reading; None: there is none of this unit and period. ``periods``: those that were read, the newest first.
    ``unknown``: items of codes that alertd does not know. ``rows``: of all units, in the city's report alone. ``forecast``: None
    where no file of the period is known."""

    unit: str
    name: str
    is_city: bool
    span: Period
    at: datetime
    is_over: bool
    computed_at: datetime | None
    periods: tuple[str, ...]
    total: Item
    groups: tuple[Item, ...]
    unknown: tuple[Item, ...]
    rows: tuple[Row, ...]
    chances: tuple[Chance, ...]
    outlook: Outlook
    forecast: Forecast | None

    @property
    def portal_on_time(self) -> Reading | None:
        """Beside which the forecast stands."""
        return next((each.reading for each in self.groups if each.code == savable.ON_TIME), None)

    @property
    def cheapest(self) -> Sequence[Chance]:
        """The three cheapest points to win."""
        return cheapest(self.chances)

    def of(self, fate: Fate) -> list[Chance]:
        return [each for each in self.chances if each.fate is fate]


def newest_period(session: Session, unit: str, at: AsOf) -> Period:
    """Of which there is a reading: the last to begin, of those the shortest; without any the running month."""
    found = _spans(periods_of(session, unit))
    return found[0] if found else month_of(at.today)


def index_report(
    session: Session, settings: Settings, directory: Directory, at: AsOf, unit: str, span: Period, *, city: str
) -> Report:
    """``city``: as which the whole city stands. About twenty statements, whatever there is."""
    is_city, shape = unit == city, settings.index
    newest = newest_of(session, unit, span, at, same_age_days=shape.same_age_days)
    items = items_of(newest, shape.thresholds, is_city=is_city)
    found = {code: each.reading for code, each in newest.items()}
    asked = savable.Asked(span, at, None if is_city else unit, found)
    waiting, own = _waiting(session, shape, asked)
    sorted_by_fate = [chance for each in waiting for chance in _chances(each, asked, shape)]
    return Report(
        unit=unit,
        name=directory.name_of(unit),
        is_city=is_city,
        span=span,
        at=at.now,
        is_over=asked.is_over,
        computed_at=max((reading.computed_at for reading in found.values()), default=None),
        periods=tuple(each.text for each in _spans(periods_of(session, unit))),
        total=items.total,
        groups=items.groups,
        unknown=items.unknown,
        rows=rows_of(sums_of(session, span, at)) if is_city else (),
        chances=told(sorted_by_fate, to_the_office=is_city),
        outlook=outlook(session, at, asked.unit, weeks=shape.weeks),
        forecast=own,
    )


def _waiting(session: Session, shape: Index, asked: savable.Asked) -> tuple[list[Waiting], Forecast | None]:
    terms = terms_of(asked.span, asked.at, again_is_late=shape.second_supplement_is_late)
    since = asked.read_on(savable.ON_TIME)
    counted = tally(session, terms, asked.at, asked.unit, since=since, weeks=shape.weeks)
    steps, few = pending_steps(session, terms, asked.at, asked.unit) if counted.pending else ((), ())
    waiting = [
        *savable.of_procedures(session, asked),
        savable.to_send(session, asked),
        savable.to_finish(counted, steps, few),
    ]
    known = counted.received or counted.without_due
    return waiting, forecast(counted, _scale(savable.ON_TIME, asked, shape)) if known else None


def _chances(waiting: Waiting, asked: savable.Asked, shape: Index) -> Iterable[Chance]:
    counted = counted_of(asked.readings.get(waiting.indicator))
    return chances(waiting, counted, _scale(waiting.indicator, asked, shape))


def _scale(indicator: str, asked: savable.Asked, shape: Index) -> Scale:
    found = scale_of(indicator, asked.readings.get(indicator), shape.thresholds)
    return found or Scale(INDICATORS[indicator].maximum * 100)


def _spans(periods: Iterable[str]) -> list[Period]:
    """The newest first."""
    found = [span for text in periods if (span := period_of(text)) is not None]
    return sorted(found, key=lambda span: (span.first, -span.length), reverse=True)
