"""The figures of a monthly bulletin as its messages know them: frozen values, moments in the site's zone, rates per cent, as they
are printed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Headline:
    """The city's figures of a month, as templates know them (``letter.more.bulletin``). ``units``: that got their own files to
    look at, or hear their result; ``by``: until when they may report, None: until the release; ``content``: the draft's hash;
    ``doubted``: sources that were not believed; ``amended``: figures that are others than in the edition before; ``upheld``:
    figures of which the office agreed that they were wrong;
    ``again``: the units have heard of an edition of this month."""

    month: str
    edition: int
    content: str
    made_at: datetime
    received: int
    ended: int
    on_time: int
    late: int
    overdue: int
    on_time_rate: float | None
    rate_before: float | None
    online_rate: float | None
    ranked: int = 0
    unranked: int = 0
    units: int = 0
    disputes: int = 0
    amended: int = 0
    upheld: int = 0
    doubted: tuple[str, ...] = ()
    by: datetime | None = None
    portal: bool = False  # its copies are compared
    released_at: datetime | None = None
    released_by: str = ""
    reason: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A unit's figures of a month. ``done``: files that ended; ``of``: so many units of its group have a rank; ``moved``: places
    won since last month (less than nothing: lost), None: it had none."""

    unit: str
    received: int
    done: int
    on_time: int
    late: int
    overdue: int
    on_time_rate: float | None
    online_rate: float | None
    online_target: float | None
    group: str = ""  # "communes" or "departments"
    rank: int | None = None
    of: int = 0
    moved: int | None = None
