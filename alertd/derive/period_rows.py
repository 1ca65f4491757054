"""Counts of a period become its rows: rates, averages, and what is missing to the target. Pure arithmetic.

A rate is per cent in hundredths, rounded half up, and null where its denominator is 0: unknown is not 0.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from alertd.derive.draw import columns_of
from alertd.derive.period_counts import Counted, Whose
from alertd.derive.period_files import COUNTS
from alertd.model.asof import AsOf
from alertd.model.period import Period
from alertd.model.periods import UNIT_PERIODS
from alertd.model.targets import Targets, passed, short, short_at_pace
from alertd.model.words import Grain, PeriodKind

_COLUMNS = columns_of(UNIT_PERIODS)
_CITY = Whose(Grain.CITY)
_FILES = [COUNTS.index(name) for name in ("received", "refused", "withdrawn")]


@dataclass(slots=True)
class Figures:
    """Sums over all sources, and from how many files each of them makes them up."""

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTS))
    sources: dict[str, int] = field(default_factory=dict)

    def add(self, counted: Counted) -> None:
        self.counts = [mine + more for mine, more in zip(self.counts, counted.counts, strict=True)]
        files = sum(counted.counts[place] for place in _FILES)
        self.sources[counted.source] = self.sources.get(counted.source, 0) + files

    @property
    def source(self) -> str:
        """The one that most of the files are from."""
        return min(self.sources, key=lambda name: (-self.sources[name], name))


_KINDS = {1: PeriodKind.MONTH, 3: PeriodKind.QUARTER}
Months = Mapping[Period, Mapping[Whose, Figures]]


def gathered(counted: Iterable[Counted]) -> dict[Period, dict[Whose, Figures]]:
    """By month, the figures of each."""
    found: dict[Period, dict[Whose, Figures]] = {}
    for each in counted:
        found.setdefault(each.month, {}).setdefault(each.whose, Figures()).add(each)
    return found


def rows_of(period: Period, counted: Iterable[Counted], targets: Targets, at: AsOf) -> Iterator[tuple[Any, ...]]:
    """In the order of `columns_of`; days as text. ``counted``: the files of all its months."""
    figures: dict[Whose, Figures] = {}
    for each in counted:
        figures.setdefault(each.whose, Figures()).add(each)
    city = figures.get(_CITY, Figures())
    common = {
        "period": period.text,
        "kind": _KINDS[period.length].value,
        "begins_on": period.first.isoformat(),
        "ends_on": period.last.isoformat(),
        "begins_no": at.calendar.number(period.first),
        "ends_no": at.calendar.number(period.last),
        "is_running": period.runs_on(at.today),
        "city_supplement_rate": _supplements(dict(zip(COUNTS, city.counts, strict=True))),
    }
    for whose, mine in figures.items():
        counts = dict(zip(COUNTS, mine.counts, strict=True))
        values = common | counts | _of(whose, period, mine.source) | _rates(counts)
        values |= _against(targets, whose, period, counts, at)
        yield tuple(values[name] for name in _COLUMNS)


def _of(whose: Whose, period: Period, source: str) -> dict[str, Any]:
    return {
        "source": source,
        "code": "/".join(part for part in (period.text, whose.grain.value, whose.unit, whose.name) if part),
        "grain": whose.grain.value,
        "unit": whose.unit or None,
        "field": whose.name if whose.grain is Grain.FIELD else None,
        "procedure": whose.name if whose.grain is Grain.PROCEDURE else None,
    }


def _rates(counts: Mapping[str, int]) -> dict[str, int | None]:
    judged = counts["on_time"] + counts["late"]
    return {
        "average_working_days": _quotient(counts["working_days"] * 100, counts["ended"]),
        "online_rate": _share(counts["online"], counts["channel_known"]),
        "paid_online_rate": _share(counts["paid_online"], counts["payable"]),
        "on_time_rate": _share(counts["on_time"], judged),
        "supplement_rate": _supplements(counts),
    }


def _supplements(counts: Mapping[str, int]) -> int | None:
    return _share(counts["supplemented"], counts["supplement_known"])


def _against(
    targets: Targets, whose: Whose, period: Period, counts: Mapping[str, int], at: AsOf
) -> dict[str, int | None]:
    """A field or a procedure has no target; the city has that of all units."""
    asked = whose.grain in (Grain.CITY, Grain.UNIT)
    target = targets.online(whose.unit, period) if asked else None
    if target is None:
        return {"online_target": None, "online_short": None, "online_short_at_pace": None}
    known, online = counts["channel_known"], counts["online"]
    return {
        "online_target": target,
        "online_short": short(target, known, online) if known else None,
        "online_short_at_pace": (
            short_at_pace(target, known, online, passed(period, at.today, at.calendar)) if known else None
        ),
    }


def _share(part: int, whole: int) -> int | None:
    return _quotient(part * 10_000, whole)


def _quotient(dividend: int, divisor: int) -> int | None:
    """Rounded half up, in whole numbers: a double would round 12.345 by how it happens to be stored."""
    return (2 * dividend + divisor) // (2 * divisor) if divisor else None
