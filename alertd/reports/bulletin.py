"""What a monthly bulletin says, as frozen values: every figure with its time, to be kept, compared and printed. Pure."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

UPHELD = "dispute"  # of an `Amended`: its figure is how many of the unit's figures the office agreed to be wrong
# Working days late of what is open and overdue, as people speak of it: up to a week, two weeks, a month and a half, more.
AGES: tuple[tuple[int, int | None], ...] = ((1, 5), (6, 10), (11, 30), (31, None))


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's result of a month. Counts are files; ``*_rate`` per cent, None where nothing was counted. ``overdue``: open and
    past their due day at ``Bulletin.counted_at``, by `AGES`. ``marks``: what a reader has to know beside the figures."""

    unit: str
    name: str
    group: str  # whom it is ranked among: "communes" or "departments"
    received: int = 0
    online: int = 0
    ended: int = 0
    on_time: int = 0
    late: int = 0
    overdue: tuple[int, ...] = (0, 0, 0, 0)
    on_time_rate: float | None = None
    online_rate: float | None = None
    online_target: float | None = None
    average_working_days: float | None = None
    publish_due: int = 0  # procedures that had to be published in the month
    publish_on_time: int = 0
    rank: int | None = None  # None: fewer files than the least number that makes a rank
    rank_before: int | None = None
    disputes: int = 0  # open ones
    marks: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()  # fields that are not printed: too few files

    @property
    def open_overdue(self) -> int:
        return sum(self.overdue)

    def shows(self, name: str) -> bool:
        return name not in self.hidden


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A line of the index of the whole city: scores in points, as the portal computed them."""

    code: str
    vi: str
    en: str
    score: float | None
    maximum: float | None
    score_before: float | None
    computed_at: datetime | None

    @property
    def change(self) -> float | None:
        """Against last month, in points; whole hundredths."""
        if self.score is None or self.score_before is None:
            return None
        return round(self.score - self.score_before, 2)


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Amended:
    """A figure that is another than in the edition before, or a dispute that was upheld since."""

    unit: str
    name: str
    what: str  # the field's name, "index:" and an indicator, "unit", "no_unit", or `UPHELD`
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """``counted_at``: the moment as of which what was open is counted: the month's end, or now in a running month. ``sources``:
    by name the age of its data when the bulletin was made, None if it was never read; ``doubted``: those of them that were not
    believed then."""

    month: str
    edition: int
    site: str
    made_at: datetime
    counted_at: datetime
    min_files: int
    hide_below: int
    rows: tuple[Row, ...]
    city: Row
    index: tuple[IndexLine, ...] = ()
    causes: tuple[Count, ...] = ()
    sources: tuple[tuple[str, datetime | None], ...] = ()
    doubted: tuple[str, ...] = ()
    amended: tuple[Amended, ...] = ()
    history: tuple[tuple[str, float | None], ...] = ()  # month → the city's on-time rate, the oldest first
    released_at: datetime | None = None
    released_by: str = ""
    unplaced: int = field(default=0)  # files of the month whose unit is not known

    def json(self) -> str:
        return _ADAPTER.dump_json(self).decode()

    @property
    def content(self) -> str:
        """A hash of what it says, whoever released it."""
        told: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        for name in ("made_at", "released_at", "released_by", "edition", "amended"):
            told.pop(name)
        return hashlib.sha256(_PLAIN.dump_json(told)).hexdigest()


def read(text: str) -> Bulletin:
    """The other way round of `Bulletin.json`."""
    return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Bulletin)
_PLAIN = TypeAdapter(dict[str, Any])
