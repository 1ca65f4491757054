"""The items of the index as a report shows them: total, groups, indicators, what each was before, what is computed anew. Pure.

Scores and maxima are hundredths of a point. Source of the formulas: reports/score.py (Quyết định 766/QĐ-TTg).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alertd.model.index_words import GROUPS, INDICATORS, TOTAL, ReadingKind
from alertd.reports.readings import Compared, Reading
from alertd.reports.score import Counted, Scale, score_of, score_of_ratio, sum_of, threshold_of

_NEAR = 1  # hundredths of a point: so much a sum of rounded scores may differ


@dataclass(frozen=True, slots=True)
class Item:
    """A total, group or indicator. ``reading`` None: the portal tells nothing of it. ``day_ago``: its score a day before the
    reading; ``last_period``: that of the period before, read when it was as old; ``last_rank`` likewise. ``computed``: by the
    formula from its numbers, or the sum of its parts; None where that cannot be known. ``aside``: of its maximum and score what
    does not count for the unit: of which nothing is known, or what exists for the province alone."""

    code: str
    reading: Reading | None
    day_ago: int | None = None
    last_period: int | None = None
    last_rank: int | None = None
    computed: int | None = None
    parts: tuple["Item", ...] = ()
    aside: tuple[int, int] = (0, 0)

    @property
    def score(self) -> int | None:
        return self.reading.score if self.reading else None

    @property
    def maximum(self) -> int | None:
        if self.reading and self.reading.maximum is not None:
            return self.reading.maximum
        found = INDICATORS.get(self.code)
        return found.maximum * 100 if found else None

    @property
    def lost(self) -> int | None:
        """Points missing to the maximum of what counts; below 0 where the portal gives more than that. None: nothing is known."""
        maximum, score = self.maximum, self.score
        if maximum is None or score is None or maximum <= self.aside[0] or nothing_known(self.reading):
            return None
        if score > maximum:
            return maximum - score
        return max(0, maximum - self.aside[0] - (score - self.aside[1]))

    @property
    def since_day(self) -> int | None:
        return difference(self.score, self.day_ago)

    @property
    def since_period(self) -> int | None:
        return difference(self.score, self.last_period)

    @property
    def differs_by(self) -> int | None:
        """Published less computed, where it is more than a rounding; else None."""
        off = difference(self.score, self.computed)
        return off if off is not None and abs(off) > _NEAR else None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's published total beside the sum of its groups. ``unit``: its code, or a name that units.csv does not know."""

    unit: str
    groups: Mapping[str, int | None]
    published: int | None
    computed: int | None
    rank: int | None

    @property
    def reproduced(self) -> bool | None:
        """Equal to 0.01; None where there is nothing to compare."""
        off = difference(self.published, self.computed)
        return None if off is None else abs(off) <= _NEAR


@dataclass(frozen=True, slots=True)
class Items:
    """``unknown``: of codes that alertd does not know."""

    total: Item
    groups: tuple[Item, ...]
    unknown: tuple[Item, ...]


def items_of(found: Mapping[str, Compared], thresholds: Mapping[str, float], *, is_city: bool) -> Items:
    """``found``: of one unit and period, by indicator. What exists for the province alone is shown of the city alone."""
    readings = {code: each.reading for code, each in found.items()}

    def item(code: str, again: int | None, parts: tuple[Item, ...] = (), aside: tuple[int, int] = (0, 0)) -> Item:
        own = found.get(code)
        if own is None:
            return Item(code, None, computed=again, parts=parts, aside=aside)
        return Item(code, own.reading, own.day_ago, own.last_period, own.last_rank, again, parts, aside)

    def group(code: str) -> Item:
        members = [each for each, known in INDICATORS.items() if known.group == code and each != code]
        shown = [each for each in members if each in found and (is_city or not INDICATORS[each].province_only)]
        parts = tuple(item(each, computed(each, readings[each], thresholds)) for each in shown)
        if members:
            whole = all(each in readings for each in members)
            again = sum_of(readings[each].score for each in members) if whole else None
            return item(code, again, parts, _aside(members, readings, is_city=is_city))
        return item(code, computed(code, readings[code], thresholds) if code in readings else None)

    unknown = tuple(item(code, None) for code in sorted(found) if readings[code].kind is ReadingKind.UNKNOWN)
    groups = tuple(map(group, GROUPS))
    aside = [_all_of(each) if nothing_known(each.reading) else each.aside for each in groups if each.reading]
    total = item(TOTAL, _total(readings), aside=(sum(each[0] for each in aside), sum(each[1] for each in aside)))
    return Items(total, groups, unknown)


def nothing_known(reading: Reading | None) -> bool:
    """The portal tells no score, or counted nothing: 0 points for 0 of 0 say nothing of the unit."""
    return reading is None or reading.score is None or (reading.denominator is not None and reading.denominator <= 0)


def _all_of(item: Item) -> tuple[int, int]:
    return item.maximum or 0, item.score or 0


def _aside(members: Iterable[str], readings: Mapping[str, Reading], *, is_city: bool) -> tuple[int, int]:
    """Of a group, by its indicators; as derive/index_place.py sets it aside for rules."""
    items = [Item(code, readings.get(code)) for code in members]
    without = [
        each
        for each in items
        if (INDICATORS[each.code].province_only and not is_city) or (each.reading and nothing_known(each.reading))
    ]
    return sum(each.maximum or 0 for each in without), sum(each.score or 0 for each in without)


def computed(code: str, reading: Reading, thresholds: Mapping[str, float]) -> int | None:
    """By the formula, from numerator and denominator or, without them, the ratio; None where neither says anything."""
    scale = scale_of(code, reading, thresholds)
    if scale is None:
        return None
    if (counted := counted_of(reading)) is not None:
        return score_of(counted, scale)
    return None if reading.ratio is None else score_of_ratio(reading.ratio, scale)


def counted_of(reading: Reading | None) -> Counted | None:
    if reading is None or reading.numerator is None or reading.denominator is None:
        return None
    return Counted(reading.numerator, reading.denominator)


def scale_of(code: str, reading: Reading | None, thresholds: Mapping[str, float]) -> Scale | None:
    """With the maximum that the reading carries, else that of the decision; None for an unknown code without one."""
    maximum = Item(code, reading).maximum
    return None if maximum is None else Scale(maximum, threshold_of(code, thresholds))


def rows_of(found: Mapping[str, Mapping[str, Reading]]) -> tuple[Row, ...]:
    """Of every unit, the highest total first."""
    rows = [
        Row(
            unit,
            {group: _score(items.get(group)) for group in GROUPS},
            published=_score(items.get(TOTAL)),
            computed=_total(items),
            rank=items[TOTAL].rank if TOTAL in items else None,
        )
        for unit, items in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.published is None, -(row.published or 0), row.unit)))


def _total(items: Mapping[str, Reading]) -> int | None:
    """The sum of the six groups, where all of them were read."""
    return sum_of(items[group].score for group in GROUPS) if all(group in items for group in GROUPS) else None


def _score(reading: Reading | None) -> int | None:
    return reading.score if reading else None


def difference(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other
