"""What the readings of the index must come to: found reading by reading in plain Python. It shares no code with alertd, and knows
months of one zone without summer time alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

NEAR = timedelta(days=3)
DAY_AGO = timedelta(hours=23, minutes=30)
SECOND = timedelta(seconds=1)
GROUPS = ("CKMB", "TDGQ", "ONLINE", "TTTT", "MDHL", "MDSH")


class Read(NamedTuple):
    """One reading; ``place``: in the order in which they were taken in."""

    place: int
    source: str
    unit: str
    period: str
    indicator: str
    score: int | None
    rank: int | None
    at: datetime


Polls = Iterable[tuple[str, datetime]]


def plain(
    readings: Iterable[Read], now: datetime, order: tuple[str, ...], polls: Polls
) -> dict[str, Mapping[str, Any]]:
    """By code. ``order``: the sources, the one whose word counts first; ``polls``: which source was read when."""
    known: dict[tuple[str, str, str], list[Read]] = {}
    for reading in sorted(readings, key=lambda each: (each.at, each.place)):
        if _begin(reading.period) <= reading.at <= now:
            known.setdefault((reading.period, reading.unit, reading.indicator), []).append(reading)
    items = {}
    for item, all_of_it in known.items():
        for source in order:
            if of_source := [each for each in all_of_it if each.source == source]:
                items[item] = of_source
                break
    found = {"/".join(item): _row(item, items, polls) for item in items}
    return {code: row | _place(code, row, found) for code, row in found.items()}


def _row(item: tuple[str, str, str], items: Mapping[Any, list[Read]], polls: Polls) -> dict[str, Any]:
    readings = items[item]
    last, end = readings[-1], _begin(_next(item[0]))
    scored = [each for each in readings if each.score is not None]
    earlier = items.get((_earlier(item[0]), *item[1:]), [])
    closed = last.at >= end
    return {
        "source": last.source,
        "score": last.score,
        "rank": last.rank,
        "computed_at": last.at,
        "is_closed": closed,
        "score_before": _last(each.score for each in scored if each.at < last.at),
        "score_day_ago": _last(each.score for each in scored if each.at <= last.at - DAY_AGO),
        "first_closed_score": _first_closed([each for each in scored if each.at >= end]),
        "score_last_period": _as_old(earlier, last.at, item[0], "score", polls),
        "rank_last_period": _as_old(earlier, last.at, item[0], "rank", polls),
    }


def _first_closed(readings: list[Read]) -> int | None:
    return max(readings, key=lambda each: (-each.at.timestamp(), each.place)).score if readings else None


def _as_old(earlier: list[Read], at: datetime, period: str, name: str, polls: Polls) -> int | None:
    begin, end = _begin(period), _begin(_next(period))
    begun = _begin(_earlier(period))
    over = at >= end
    target = begin + (at - end) if over else min(begun + (at - begin), begin - SECOND)
    in_time = [
        source for source, when in polls if abs(when - target) <= NEAR and (when >= begin) is over and when >= begun
    ]
    near = [
        each
        for each in earlier
        if getattr(each, name) is not None
        and (abs(each.at - target) <= NEAR or (each.at <= target and each.source in in_time))
        and (each.at >= begin) is over
    ]
    best = min(near, key=lambda each: (abs(each.at - target), each.at, -each.place), default=None)
    return None if best is None else getattr(best, name)


def _place(code: str, row: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    period, unit, _ = code.split("/")
    of_unit = {other: each for other, each in found.items() if other.split("/")[1] == unit}
    later = {other[:7] for other, each in of_unit.items() if other[:7] > period}
    closed = {other[:7] for other, each in of_unit.items() if other[:7] > period and each["is_closed"]}
    groups = {
        other: (each["score"] / _maximum(name, unit), each["score"] - 100 * _maximum(name, unit), name)
        for other, each in of_unit.items()
        if other[:7] == period and (name := other.split("/")[2]) in GROUPS and each["score"] is not None
    }
    lowest = min(groups, key=lambda other: groups[other], default="")
    return {
        "is_newest": not later,
        "later_closed": min(2, len(closed)),
        "is_lowest": lowest == code and len(groups) > 1,
    }


def _maximum(group: str, unit: str) -> int:
    """Of announcing and publishing in time, 10 points, none is a unit's own: they exist for the province alone."""
    return MAXIMA[group] - (10 if group == "CKMB" and unit != CITY else 0)


CITY = "H26"
MAXIMA = {"CKMB": 18, "TDGQ": 20, "ONLINE": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}


def _last(scores: Iterable[int | None]) -> int | None:
    return next(reversed([*scores]), None)


def _begin(period: str) -> datetime:
    return datetime.fromisoformat(f"{period}-01T00:00:00+07:00")


def _next(period: str) -> str:
    return f"{_begin(period) + timedelta(days=31):%Y-%m}"


def _earlier(period: str) -> str:
    return f"{_begin(period) - timedelta(days=1):%Y-%m}"
