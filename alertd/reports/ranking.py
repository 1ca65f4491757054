"""Ranks, small numbers, and what has changed between two editions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alertd.reports.bulletin import Amended, Bulletin, IndexLine, Row

# What would be known of few people: counts of files.
_COUNTS = ("received", "online", "ended", "on_time", "late")
_ALL = (*_COUNTS, "on_time_rate", "online_rate", "average_working_days", "overdue", "ages")
# A count that gives another one away, together with a sum that is printed.
_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "on_time": ("late",),
    "late": ("on_time",),
    "received": _ALL,
    "overdue": ("ages",),
}
_COMPARED = (
    *_COUNTS,
    "on_time_rate",
    "rank",
    "overdue",
    "online_rate",
    "average_working_days",
    "publish_due",
    "publish_on_time",
)
_OF_THE_CITY = tuple(name for name in _COMPARED if name != "rank")


def ranked(rows: Sequence[Row], before: Mapping[str, int], min_files: int) -> tuple[Row, ...]:
    """By the share on time, the best first, each among its own group; equal shares have equal ranks. A unit with fewer files
    than ``min_files`` has none. ``before``: ranks of the month before, by unit."""
    found = []
    for group in sorted({row.group for row in rows}, reverse=True):  # departments first, as everywhere
        own = [row for row in rows if row.group == group]
        eligible = [row for row in own if row.received >= min_files and row.on_time_rate is not None]
        eligible.sort(key=lambda row: (-(row.on_time_rate or 0.0), row.name))
        rank, last = 0, None
        for place, row in enumerate(eligible, 1):
            if row.on_time_rate != last:
                rank, last = place, row.on_time_rate
            found.append(replace(row, rank=rank, rank_before=before.get(row.unit)))
        others = sorted((row for row in own if row not in eligible), key=lambda row: row.name)
        found += [replace(row, rank=None, rank_before=before.get(row.unit)) for row in others]
    return tuple(found)


def hidden(rows: Sequence[Row], below: int) -> tuple[Row, ...]:
    """The rows with what is not printed named in each: a count from 1 to ``below`` - 1, what gives it away within the row, and,
    where a column hides one row alone, the next smallest of that column, or the city's sum would give it away. A rate is
    printed as its `bound` then."""
    marked = [set(_small(row, below)) for row in rows]
    while _hide_another(rows, marked):  # what is hidden beside it may in its turn stand alone
        pass
    marked = [{name for name in names if _tells(row, name)} for row, names in zip(rows, marked, strict=True)]
    return tuple(replace(row, hidden=tuple(sorted(names))) for row, names in zip(rows, marked, strict=True))


def _hide_another(rows: Sequence[Row], marked: Sequence[set[str]]) -> bool:
    """Whether a column hid one row alone, and hides another one now."""
    found = False
    for name in (*_COUNTS, "overdue"):
        places = [place for place, names in enumerate(marked) if name in names and _count(rows[place], name) > 0]
        if len(places) == 1 and len(rows) > 1:
            others = [place for place in range(len(rows)) if place != places[0] and _count(rows[place], name) > 0]
            if others:
                least = min(others, key=lambda place: _count(rows[place], name))
                # of what was received a share that is printed would tell it
                marked[least] |= {name, *(_TOGETHER.get(name, ()) if name != "received" else ("online", "online_rate"))}
                found = True
    return found


def bound(row: Row, name: str, below: int) -> tuple[str, float] | None:
    """How a rate is printed whose parts are not: ``("≥", 99.2)`` says no more than that fewer than ``below`` were late; of parts
    that are hidden for the sake of another row, the whole per cent that it exceeds. None: as it is."""
    whole, part = (row.on_time + row.late, row.on_time) if name == "on_time_rate" else (row.received, row.online)
    if name not in ("on_time_rate", "online_rate") or whole < below:
        return None
    if 0 < whole - part < below:
        return "≥", 100 * (whole - below + 1) / whole
    if 0 < part < below:
        return "≤", 100 * (below - 1) / whole
    if part and not row.shows("on_time" if name == "on_time_rate" else "online"):
        return "≥", float(100 * part // whole)
    return None


def _small(row: Row, below: int) -> list[str]:
    names: list[str] = []
    for name in _COUNTS:
        if 0 < _count(row, name) < below:
            names += [name, *_TOGETHER.get(name, ())]
    if 0 < row.received - row.online < below:
        names.append("online")
    if 0 < row.on_time + row.late < below:
        names += ["on_time", "late", "on_time_rate"]
    if 0 < row.ended < below:
        names.append("average_working_days")
    if 0 < row.open_overdue < below:
        names.append("overdue")
    if any(0 < count < below for count in row.overdue):
        names.append("ages")
    return names


def _tells(row: Row, name: str) -> bool:
    """That it says something at all: nobody is known by a 0."""
    return name not in (*_COUNTS, "overdue", "ages") or _count(row, name) > 0


def _count(row: Row, name: str) -> int:
    return row.open_overdue if name in ("overdue", "ages") else int(getattr(row, name))


def compared(rows: Sequence[Row]) -> bool:
    """Whether there are ranks of the month before."""
    return any(row.rank_before is not None for row in rows)


def by_overdue(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Of those with open and overdue files: whose number is printed, the most first; and the others by name alone, for their
    order would tell it."""
    some = sorted((row for row in rows if row.open_overdue), key=lambda row: row.name)
    printed = sorted((row for row in some if row.shows("overdue")), key=lambda row: -row.open_overdue)
    return printed, [row for row in some if not row.shows("overdue")]


def amended(
    before: Bulletin | None, now: Sequence[Row], city: Row, index: Sequence[IndexLine] = ()
) -> tuple[Amended, ...]:
    """Figures that are other ones than in the edition before, of the whole city, of its index (``index:CODE``), of each unit; what
    either edition does not print, or as a bound alone, is not compared."""
    if before is None:
        return ()
    found = _differing(before.city, city, _OF_THE_CITY, 0)
    scores = {line.code: line.score for line in before.index}
    for line in index:
        one = scores.get(line.code)
        if one != line.score:
            found.append(Amended("", city.name, f"index:{line.code}", _text(one), _text(line.score)))
    known = {row.unit: row for row in before.rows}
    for row in now:
        old = known.pop(row.unit, None)
        if old is None:
            found.append(Amended(row.unit, row.name, "unit", "", ""))
        else:
            found += _differing(old, row, _COMPARED, before.hide_below)
    return (*found, *(Amended(row.unit, row.name, "no_unit", "", "") for row in known.values()))


def _differing(old: Row, row: Row, names: Sequence[str], below: int) -> list[Amended]:
    found = []
    for name in names:
        one, two = _figure(old, name), _figure(row, name)
        if one != two and _plain(old, name, below) and _plain(row, name, below):
            found.append(Amended(row.unit, row.name, name, _text(one), _text(two)))
    return found


def _figure(row: Row, name: str) -> float | None:
    found: float | None = row.open_overdue if name == "overdue" else getattr(row, name)
    return found


def _plain(row: Row, name: str, below: int) -> bool:
    return row.shows(name) and bound(row, name, below) is None


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
