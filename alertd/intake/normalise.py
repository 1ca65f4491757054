"""Their records → our rows: mapped columns only, in our words, with what rules need derived at once. No session, no clock.

A row is kept apart only for an unreadable code or time. Any other value that cannot be read is taken for nothing, and
reported; so is a year before 1900 in an event. A due date before 2000 is none, which is a finding of its own.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, assert_never

import orjson

from alertd.intake.assignment_rows import AssignmentRows
from alertd.intake.columns import Columns, pick, unfolded
from alertd.intake.file_rows import FileRows
from alertd.intake.index_rows import IndexRows
from alertd.intake.procedure_rows import AnnouncementRows, ProcedureRows
from alertd.intake.rows import Row, Rows, Surroundings
from alertd.intake.site import IntakeSite
from alertd.intake.times import TimeReader
from alertd.intake.units import UnitReader
from alertd.intake.values import (
    Problems,
    Read,
    code_reader,
    decimal_reader,
    number_reader,
    text_reader,
    time_reader,
    word_reader,
    yes_no_reader,
)
from alertd.model.base import moment_text
from alertd.model.dataset import Dataset, Field, FieldType, Time
from alertd.model.datasets import TAKEN_IN
from alertd.model.source import Raw
from alertd.settings.source_shapes import SourceSettings

_NO_EVENT_BEFORE = date(1900, 1, 1).toordinal()
_NO_DEADLINE_BEFORE = date(2000, 1, 1).toordinal()
_CLOCKS = timedelta(days=1)  # by so much other clocks, and times without their zone, may be ahead


class Normaliser:
    """Reads one snapshot. ``problems`` holds what was wrong with the row read last; the caller empties it."""

    def __init__(self, settings: SourceSettings, site: IntakeSite, now: datetime) -> None:
        self.problems: Problems = []
        self.columns = Columns(settings)
        self._settings = settings
        sheet = settings.kind == "spreadsheet"
        self._times = TimeReader(settings.times, site.calendar, spreadsheet=sheet)
        minutes = settings.due_by == "minute"
        self._deadlines = TimeReader(settings.times, site.calendar, spreadsheet=sheet, end_of_day=minutes)
        dataset = TAKEN_IN[settings.dataset]
        self._given = [field.name for field in dataset.given]
        self._plan = [
            (self._given.index(field.name), self.columns.of(field.name), self._reader(field))
            for field in dataset.given
            if field.name in settings.taken and field.name != "code"
        ]
        self._rows = _rows(
            dataset,
            Surroundings(
                settings=settings,
                site=site,
                times=self._times,
                unit_reader=UnitReader(site.directory, site.calendar.today(now)),
                problems=self.problems,
                now=now,
                code=self._code_of(dataset),
                names_units="unit" in settings.fields,
            ),
        )
        self.code = self._rows.code  # from the values of a record; raises Unreadable
        self._as_of = settings.as_of.get("field", "") if isinstance(settings.as_of, dict) else ""
        if self._as_of in settings.fields:
            self._as_of = settings.fields[self._as_of].column
        self._age = pick(self._as_of)
        self.tells_age = bool(self._as_of)
        self._newest_age = self._age_ahead = ""  # UTC text
        self._age_limit = moment_text(now + _CLOCKS)

    @property
    def row_columns(self) -> tuple[str, ...]:
        return self._rows.columns

    @property
    def example(self) -> str:
        """How a time of this source looks."""
        return self._times.example

    @property
    def newest(self) -> datetime | None:
        """The newest event that had happened by now, of the rows read in full."""
        return _moment(self._rows.newest)

    @property
    def latest(self) -> datetime | None:
        """The last event of those rows, which may lie ahead."""
        return _moment(self._rows.latest)

    @property
    def as_of(self) -> datetime | None:
        """The newest value of the column that tells the age of the data. One far ahead, typed wrongly, would make an old list
        look new for years: it counts only where there is no other."""
        return _moment(self._newest_age or self._age_ahead)

    def row(self, values: list[Any], code: str, raw_hash: int) -> Row:
        """The row as it is staged, moments and days as text. Raises Unreadable for a time that is none."""
        given = [None] * len(self._given)
        for position, column, read in self._plan:
            given[position] = read(values[column])
        return self._rows.row(given, code, raw_hash)

    def note_age(self, raw: Raw) -> None:
        """Look at the column that tells the age of the data, where one does (`tells_age`); it is no part of a record."""
        try:
            found = self._times.read(self._age(raw))
        except ValueError:
            return
        if found is None or found[1].ordinal < _NO_EVENT_BEFORE:
            return
        if found[0] <= self._age_limit:
            self._newest_age = max(self._newest_age, found[0])
        else:
            self._age_ahead = max(self._age_ahead, found[0])

    def _reader(self, field: Field) -> Read:
        theirs = self._settings.fields[field.name]
        return unfolded(theirs, field.name, self._plain_reader(field), self.problems)

    def _plain_reader(self, field: Field) -> Read:
        words = dict(self._settings.values).get(field.name) or {}
        match field.type:
            case FieldType.MOMENT | FieldType.DATE:
                if field.time is Time.DEADLINE:
                    return time_reader(
                        field.name, self._deadlines, _NO_DEADLINE_BEFORE, deadline=True, problems=self.problems
                    )
                return time_reader(field.name, self._times, _NO_EVENT_BEFORE, deadline=False, problems=self.problems)
            case FieldType.WORD:
                return word_reader(field.name, words, field.words, self.problems)
            case FieldType.BOOLEAN:
                return yes_no_reader(field.name, words, self.problems)
            case FieldType.INTEGER:
                return number_reader(field.name, words, self.problems)
            case FieldType.DECIMAL:
                return decimal_reader(field.name, words, self.problems)
            case FieldType.TEXT:
                return text_reader(field.name, words, self.problems)
            case _:
                assert_never(field.type)

    def _code_of(self, dataset: Dataset) -> Callable[[list[Any]], str]:
        if "code" not in self._settings.fields:  # an announcement's is made of three, a reading's of four
            return str  # and this is not called
        position, read = self.columns.of("code"), code_reader(dataset.key)
        opened = unfolded(self._settings.fields["code"], dataset.key, read, self.problems)

        def code(values: list[Any]) -> str:
            found: str = opened(values[position])
            return found

        return code


def raw_hash(values: list[Any]) -> int:
    """A number of 63 bits, the same in every process, over the mapped values as they came. Its last bit is 0: that one says
    whether something in the row could not be read."""
    try:
        text = orjson.dumps(values, default=str)
    except (TypeError, ValueError):  # halves of letters, numbers beyond 64 bits
        text = repr(values).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True) >> 2 << 1


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _rows(dataset: Dataset, around: Surroundings) -> Rows:
    match dataset.name:
        case "files":
            return FileRows(around)
        case "announcements":
            return AnnouncementRows(around)
        case "assignments":
            return AssignmentRows(around)
        case "index_readings":
            return IndexRows(around)
        case _:
            return ProcedureRows(around)
