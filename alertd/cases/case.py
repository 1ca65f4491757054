"""One test as it is run: records in words, moments, and what is expected at each. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from alertd.model.directory import Directory

Given = Mapping[str, str]  # field → its value as a source would write it, empty: none


class Of(StrEnum):
    """What a check is about."""

    ALERT = "alert"
    UNIT = "unit"
    TO = "to"
    MEASURE = "measure"
    FACT = "facts"
    TOLD = "told"
    ENDS = "ends"
    SAYS = "says"
    SAYS_NOT = "says_not"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is expected of a record. ``field``: of a fact; ``line``: of the file."""

    of: Of
    record: str
    value: Any
    line: int
    field: str = ""


@dataclass(frozen=True)
class Step:
    """A moment: the records as they are read then (None: no source lists it any more), and what is expected. ``now`` is aware, in
    the site's zone; ``language``: of who is written to, empty: the site's."""

    now: datetime
    records: Mapping[str, Given | None]
    checks: tuple[Check, ...]
    line: int
    language: str = ""

    @property
    def asks_for_text(self) -> bool:
        return any(check.of in (Of.SAYS, Of.SAYS_NOT) for check in self.checks)


@dataclass(frozen=True)
class Case:
    """``days_off``, ``days_worked``: on top of the site's calendar; ``people``: the units that it may name, with their heads."""

    name: str
    rule: str
    file: str
    line: int
    steps: tuple[Step, ...]
    people: Directory
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"
