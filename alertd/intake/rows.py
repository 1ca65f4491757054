"""What the rows of every dataset are made of and with; how each dataset derives its own stands beside it."""

from collections.abc import Callable
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

    def unit(self, named: str | None, on: Instant | None) -> tuple[str | None, str | None]:
        """The unit's code, and what the source wrote where it is none."""
        if not self.names_units:
            return None, None
        code, missing = self.unit_reader.read(named, on)
        if missing is None:
            return code, None
        self.problems.append(("unit", shown(named), missing))
        return None, named
