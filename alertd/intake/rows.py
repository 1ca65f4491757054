"""What the rows of every dataset are made of and with; how each dataset derives its own stands beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from alertd.intake.site import IntakeSite
from alertd.intake.times import Instant, TimeReader
from alertd.intake.units import UnitReader
from alertd.intake.values import Problems, shown
from alertd.model.base import moment_text
from alertd.settings.source_shapes import SourceSettings

Row = tuple[Any, ...]
# With which the rows of every dataset begin: of one that knows no events, and of all others.
UNDATED = ("code", "unit", "unit_named", "raw_hash")
HEAD = (*UNDATED, "first_event_at", "last_event_at")


class Rows(Protocol):
    """From the values of a dataset's given fields, in their order, to the row that is staged.

    ``newest`` is the newest event that has happened, ``latest`` the last of all (it may lie ahead), of all rows so far:
    UTC text, "" for none.
    """

    columns: tuple[str, ...]
    newest: str
    latest: str

    def code(self, values: list[Any]) -> str:
        """From the values of the mapped columns. Raises Unreadable."""
        ...

    def row(self, given: list[Any], code: str, raw_hash: int) -> Row: ...


@dataclass(frozen=True)
class Surroundings:
    """What a dataset's rows are derived with. ``code`` reads the mapped code; ``problems`` takes what could not be read;
    ``names_units``: the source gives units at all."""

    settings: SourceSettings
    site: IntakeSite
    times: TimeReader
    unit_reader: UnitReader
    problems: Problems
    now: datetime
    code: Callable[[list[Any]], str]
    names_units: bool

    @property
    def now_text(self) -> str:
        return moment_text(self.now)

    def hashed(self, raw_hash: int) -> int:
        """Of a row; another one where something in it could not be read, so that it is read again."""
        return raw_hash | 1 if self.problems else raw_hash

    def unit(self, named: str | None, on: Instant | None) -> tuple[str | None, str | None]:
        """The unit's code, and what the source wrote where it is none."""
        if not self.names_units:
            return None, None
        code, missing = self.unit_reader.read(named, on)
        if missing is None:
            return code, None
        self.problems.append(("unit", shown(named), missing))
        return None, named


class Dated:
    """Rows of a dataset that knows events: the newest that has happened and the last of all, so far."""

    def __init__(self, around: Surroundings) -> None:
        self.newest = self.latest = ""
        self._around = around

    def _noted(self, events: Iterable[str]) -> tuple[str | None, str | None]:
        """The first and the last event of a row; what has happened is noted as a sign of life, what lies ahead is none."""
        known = sorted(events)
        if not known:
            return None, None
        now = self._around.now_text
        self.latest = max(self.latest, known[-1])
        self.newest = max(self.newest, max((event for event in known if event <= now), default=""))
        return known[0], known[-1]
