"""With what a snapshot is judged, and what came of it: values only, shared by those who measure, judge and write down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alertd.intake.states import State
from alertd.model.calendar import WorkingCalendar
from alertd.model.directory import Directory
from alertd.model.index import INDEX_LOG
from alertd.settings.source_shapes import SourceSettings


class Doubted(StrEnum):
    """One word for the poll's row. Those of the second part may be true, and somebody can say so (`sources accept`)."""

    INCOMPLETE = "incomplete"
    SCHEMA = "schema"
    UNREADABLE = "unreadable"
    STALE = "stale"
    UNDATED = "undated"
    SILENT = "silent"

    RETURNED = "returned"
    EMPTY = "empty"
    SHRUNK = "shrunk"
    UNIT_SHRUNK = "unit_shrunk"
    GREW = "grew"
    UNIT_GREW = "unit_grew"
    EMPTIED = "emptied"
    UNIT_EMPTIED = "unit_emptied"
    FILLED = "filled"
    SHIFTED = "shifted"
    UNIT_SHIFTED = "unit_shifted"


@dataclass(frozen=True, slots=True)
class Move:
    """What a record was and would be, both at the same moment. ``dated``: an end is proved by its own recent time."""

    before: State
    after: State
    word_before: str
    word_after: str
    late_before: bool
    late_after: bool
    dated: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The stored records of a source, or those of one unit, beside the snapshot.

    ``before``: in the last believed snapshot; ``after``: now (still listed, whatever unit has them, and new); ``new``: codes
    that were not stored; ``compared``: stored and still listed, and of these by field: ``had`` a value, would ``lose`` it,
    would ``gain`` one (fields that nothing happens to are left out); ``moves``: those that would change state or lateness.
    """

    before: int = 0
    after: int = 0
    new: int = 0
    compared: int = 0
    had: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    gained: Mapping[str, int] = field(default_factory=dict)
    moves: Mapping[Move, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Differences:
    """``missing``: stored records that are not listed (those missed before included)."""

    missing: int = 0
    whole: Part = field(default_factory=Part)
    units: Mapping[str, Part] = field(default_factory=dict)


NO_DIFFERENCE = Differences()


@dataclass(frozen=True, slots=True)
class Measured:
    """A snapshot as the guard sees it. ``before``: records of the last believed one, None where there is none; ``listed``:
    distinct codes; ``absent``: mapped columns that no record had (by itself no fault: many systems leave out what is empty);
    ``newest``: the newest event that had happened; ``anew``: what is stored was read in another way; ``days``: begun since the
    last believed one, at least 1."""

    complete: bool
    notes: tuple[str, ...]
    rows: int
    rejected: int
    listed: int
    before: int | None
    differences: Differences
    absent: tuple[str, ...]
    as_of: datetime | None
    newest: datetime | None
    anew: bool = False
    days: int = 1


@dataclass(frozen=True, slots=True)
class Judge:
    """With what a snapshot of a source is judged."""

    settings: SourceSettings
    calendar: WorkingCalendar
    language: str
    directory: Directory
    accepted: bool = False  # `sources accept` was given: what may be true is let through

    @property
    def of_the_index(self) -> bool:
        """Of readings, which are only ever added, absence and growth say nothing."""
        return self.settings.dataset == INDEX_LOG.name


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` None: believed. ``needed``: it was, only because somebody accepted what ``detail`` says."""

    reason: Doubted | None = None
    detail: str = ""
    needed: bool = False


BELIEVED = Verdict()
