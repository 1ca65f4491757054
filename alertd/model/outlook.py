"""What the office's daily digest says of the city beside alerts: index, sync, changes to be explained, the last days. Values.

Points are points, not hundredths; moments are in the site's zone; None is unknown, never 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlmodel import Session

from alertd.errors import Said
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.freshness import Freshness
from alertd.model.words import GapCause, GapKind, WatchedChange


@dataclass(frozen=True, slots=True)
class Scored:
    """The total or a group. ``day_ago``: change against the reading a day before; ``last_period``: against the period before when
    it was as old."""

    code: str
    score: float | None
    maximum: float | None
    day_ago: float | None
    last_period: float | None
    rank: int | None = None
    last_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Winning:
    """Things that can still be done in time. ``work``: a word for what there is to do; ``most``, ``least``: points, once all of
    them are; ``until``: the last day for any of them."""

    indicator: str
    work: str
    count: int
    least: float | None
    most: float | None
    until: date | None


@dataclass(frozen=True, slots=True)
class IndexNow:
    """``doubts``: the sources of readings that are in doubt, so that these are the last known."""

    unit: str
    period: str
    computed_at: datetime
    total: Scored
    groups: tuple[Scored, ...]
    cheapest: tuple[Winning, ...]
    doubts: tuple[Freshness, ...] = ()


@dataclass(frozen=True, slots=True)
class GapsNow:
    """Files that two systems give differently, and have for longer than they may."""

    kinds: Mapping[GapKind, int]
    causes: Mapping[GapCause, int]
    doubts: tuple[Freshness, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class ChangesNow:
    """Changes of watched fields that nothing on record explains. ``kinds``: seen since the last digest, each with the files that
    it is about; ``standing``: all that there are."""

    kinds: Mapping[WatchedChange, int]
    standing: int

    @property
    def files(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class DaysNow:
    """The last days, a number for each working day, the oldest first. ``picture``: a PNG of them, or why there is none."""

    days: tuple[date, ...]
    overdue: tuple[int, ...]
    became: tuple[int, ...]
    picture: bytes | Said
    doubts: tuple[Freshness, ...] = ()


@dataclass(frozen=True, slots=True)
class CityOutlook:
    """None: nothing is known of it, or it is not set up."""

    index: IndexNow | None = None
    gaps: GapsNow | None = None
    changes: ChangesNow | None = None
    days: DaysNow | None = None


SECTIONS = tuple(field.name for field in fields(CityOutlook))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what moment, and for whom. ``since``: the digest before; ``language``: of the chart."""

    session: Session
    directory: Directory
    at: AsOf
    since: datetime
    freshness: Mapping[str, Freshness]
    language: str


Looking = Callable[[Asked], CityOutlook]
