"""What can still be won in the index, by simulating numerator and denominator together. Pure.

Source of what counts: Quyết định 766/QĐ-TTg, as the portal counts by it. A procedure published late wins nothing and, where it was
not in the denominator yet, lowers the ratio (65/78 -> 65/84: 3.33 -> 3.10); a file that is finished late wins nothing either; what
was late once in a period is late for the period. So nothing that is late is ever offered as points. The duty to the citizen
stands in every case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from alertd.reports.score import Counted, Scale, gain


class Work(StrEnum):
    """What there is to do."""

    PUBLISH = "publish"  # a procedure, within its days from signing
    ANNOUNCE = "announce"  # a procedure, before its legal text takes effect
    COMPLETE = "complete"  # the content of a published procedure
    SEND = "send"  # a file that the portal has not got
    FINISH = "finish"  # a file, by the day promised


class Fate(StrEnum):
    SAVABLE = "savable"
    LOST = "lost"  # for this period: done or not, the figure stays as it is
    LOWERS = "lowers"  # done now it lowers the figure; it is a duty all the same


@dataclass(frozen=True, slots=True)
class Step:
    """So many of them have to be done by the end of a local day."""

    until: date
    count: int


@dataclass(frozen=True, slots=True)
class Chance:
    """Things of one indicator that have one fate. ``least``, ``most``: hundredths of a point, once all of them are done in time
    (of those that lower, what is lost once they are done, below 0); None: the portal tells no numbers to reckon with. ``steps``:
    by when, the soonest first; empty for what cannot be saved. ``records``: codes of a few, the soonest first."""

    indicator: str
    work: Work
    fate: Fate
    count: int
    least: int | None
    most: int | None
    steps: tuple[Step, ...] = ()
    records: tuple[str, ...] = ()

    @property
    def first(self) -> date | None:
        return self.steps[0].until if self.steps else None

    @property
    def until(self) -> date | None:
        """The last moment for any of them."""
        return self.steps[-1].until if self.steps else None

    @property
    def each(self) -> float:
        """Hundredths of a point that one of them is worth at most."""
        return (self.most or 0) / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is not done yet, sorted by what it is to the figure. ``certain``: of the savable, already in the denominator;
    ``unclear``: perhaps in it; the others are not. ``late`` of which ``late_certain`` are in the denominator and ``late_unclear``
    perhaps. ``may_not_count``: whether the portal counts them at all is not known, so that nothing may come of it."""

    indicator: str
    work: Work
    steps: tuple[Step, ...] = ()
    records: tuple[str, ...] = ()
    certain: int = 0
    unclear: int = 0
    late: int = 0
    late_certain: int = 0
    late_unclear: int = 0
    late_records: tuple[str, ...] = ()
    may_not_count: bool = False

    @property
    def count(self) -> int:
        return sum(step.count for step in self.steps)


def chances(waiting: Waiting, counted: Counted | None, scale: Scale) -> list[Chance]:
    """``counted``: as the portal counted at the newest reading; None: it tells no numbers."""
    found = []
    if count := waiting.count:
        most = _won(counted, scale, count, waiting.certain + waiting.unclear)
        least = 0 if waiting.may_not_count and most is not None else _won(counted, scale, count, waiting.certain)
        found.append(
            Chance(waiting.indicator, waiting.work, Fate.SAVABLE, count, least, most, waiting.steps, waiting.records)
        )
    lowering = waiting.late - waiting.late_certain
    if lowering:
        most = _lowered(counted, scale, lowering)
        certain = 0 if waiting.may_not_count else lowering - waiting.late_unclear
        least = _lowered(counted, scale, certain)
        found.append(
            Chance(waiting.indicator, waiting.work, Fate.LOWERS, lowering, least, most, (), waiting.late_records)
        )
    if waiting.late_certain:
        found.append(
            Chance(waiting.indicator, waiting.work, Fate.LOST, waiting.late_certain, 0, 0, (), waiting.late_records)
        )
    return found


def _won(counted: Counted | None, scale: Scale, count: int, inside: int) -> int | None:
    """``inside``: so many of them are in the denominator; the others come into both."""
    if counted is None:
        return None
    inside = min(inside, count)
    return gain(counted, counted.plus(numerator=inside, both=count - inside), scale)


def _lowered(counted: Counted | None, scale: Scale, count: int) -> int | None:
    return None if counted is None else gain(counted, counted.plus(denominator=count), scale)


@dataclass(frozen=True, slots=True)
class Places:
    """How the places in a denominator may be shared by what was not done when it was counted."""

    certain: int
    unclear: int
    late_certain: int
    late_unclear: int


def places(denominator: int | None, done: int, savable: int, late: int, others: int = 0) -> Places:
    """``done``: by our own records in the denominator for certain; ``others``: done since, and perhaps in it. What is left of it
    are places for what was not done: who has them is not told, so both ends are reckoned with. Where the portal counts more than
    we know of, or its denominator is not known, everything is unclear."""
    left = -1 if denominator is None else max(0, denominator - done)
    if not 0 <= left <= savable + late + others:
        return Places(0, savable, 0, late)
    certain, most = max(0, min(savable, left - late - others)), min(savable, left)
    late_certain, late_most = max(0, min(late, left - savable - others)), min(late, left)
    return Places(certain, most - certain, late_certain, late_most - late_certain)


def told(found: Iterable[Chance], *, to_the_office: bool) -> tuple[Chance, ...]:
    """What would lower the figure is for the office alone."""
    return tuple(each for each in found if to_the_office or each.fate is not Fate.LOWERS)


def cheapest(found: Iterable[Chance], most: int = 3) -> Sequence[Chance]:
    """The best of what can still be saved: the most points for one thing done; of equals, what has to be done first."""
    worth = [each for each in found if each.fate is Fate.SAVABLE and (each.most or 0) > 0]
    return sorted(worth, key=lambda each: (-each.each, each.first or date.max, each.indicator))[:most]
