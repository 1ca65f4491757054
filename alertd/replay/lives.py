"""The row that a source's copy of a record had at a moment, from its row of today, its earlier versions and its own events. Pure.

Watched fields are those of the version that was known then; before the first version the oldest known one stands. An event later
than the moment has not happened. Every other field reads as it does today. What intake derives is derived by intake's own code.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alertd.intake.file_rows import GIVEN, FileRows
from alertd.intake.rows import Surroundings
from alertd.intake.times import Instant, TimeReader
from alertd.intake.units import UnitReader
from alertd.model.base import moment_text
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Dataset, FieldType, Time
from alertd.model.file_terms import ENDED_STATUS
from alertd.model.files import FILES
from alertd.model.words import FileStatus
from alertd.settings.source_shapes import Times
from alertd.site import Site

Row = Mapping[
    str, Any
]  # a stored row by column, moments and days as text (base.moment_text): its order is that of time

_KEPT = (*FILES.watched, *FILES.kept_too)
_EVENTS = tuple(field.name for field in FILES.given if field.time is Time.EVENT)
_MOMENTS = tuple(field.name for field in FILES.given if field.type is FieldType.MOMENT)
_ENDED = frozenset(status.value for status in ENDED_STATUS)
_SUPPLEMENT = FileStatus.SUPPLEMENT.value
_DERIVED = frozenset(FileRows.columns) - set(GIVEN) - {"unit_named", "raw_hash", "by_minute", "apology_due_day"}
_STOP = ("stop_at", "stop_day", "stop_day_no")
_END = ("assumed_end_at", "ended_day", "ended_day_no")


@dataclass(frozen=True, slots=True)
class Life:
    """``versions``: the earlier ones with ``known_from`` and ``known_to``, the oldest first. ``begun``: it was first seen when
    its source had been read before, so that it was not known until then."""

    row: Row
    versions: Sequence[Row] = ()
    begun: bool = False

    @property
    def key(self) -> str:
        return str(self.row["code"])

    def since(self, place: int) -> str:
        """From when on the version at this place was known; the last one is that of today."""
        known: str = self.versions[place]["known_from"] if place < len(self.versions) else self.row["version_since"]
        return known

    def version(self, place: int) -> Row:
        return self.versions[place] if place < len(self.versions) else self.row

    def place(self, moment: str) -> int:
        """Of the version that stands for a moment."""
        for place in range(len(self.versions), 0, -1):
            if self.since(place) <= moment:
                return place
        return 0


class Lives:
    """``ending``: sources whose records end where they are no longer listed."""

    def __init__(self, site: Site, calendar: WorkingCalendar, ending: Collection[str]) -> None:
        self.calendar, self._ending = calendar, frozenset(ending)
        self._reader = TimeReader(Times(format="iso", timezone=ZoneInfo("UTC")), calendar)
        self._around = Surroundings(
            settings=site.settings.sources[
                0
            ],  # what it says of minutes and columns is not used: the stored row says it
            site=site.reading,
            times=self._reader,
            unit_reader=UnitReader(site.directory, date.max),
            problems=[],
            now=datetime.min.replace(tzinfo=UTC),
            code=str,
            names_units=False,
        )

    def at(self, moment: datetime) -> "Then":
        return Then(self, moment, moment_text(moment), FileRows(replace(self._around, now=moment)))

    def instant(self, text: str) -> Instant:
        reader = self._reader
        hour, tail = reader.hours.get(text[:13]), reader.tails.get(text[13:])
        if hour is not None and tail is not None:
            prefix, day, closed, at = hour
            return prefix + tail, day, at + tail > reader.closing if closed is None else closed
        found = reader.read(text)
        assert found is not None
        return found

    def ends(self, row: Row) -> bool:
        """A record that is no longer listed, and has ended by that."""
        return row["gone_at"] is not None and row["source"] in self._ending

    def moments(self, life: Life, dataset: Dataset) -> Iterator[str]:
        """Every moment at which the row may have become another."""
        row = life.row
        yield row["changed_at"]
        if life.begun:
            yield row["first_seen_at"]
        if row["gone_at"] is not None:
            yield row["gone_at"]
        if dataset is FILES:
            for place in range(len(life.versions) + 1):
                yield life.since(place)
                version = life.version(place)
                yield from (version[name] for name in _EVENTS if name in version and version[name] is not None)
        else:
            for name, _ in days_of(dataset):
                if row[name] is not None:
                    yield self.midnight(row[name])

    def midnight(self, day: str) -> str:
        """When a local day begins."""
        return moment_text(self.calendar.midnight(date.fromisoformat(day)))


@dataclass(frozen=True)
class Then:
    """Rows as of one moment."""

    lives: Lives
    moment: datetime
    text: str
    rows: FileRows

    def row(self, life: Life, dataset: Dataset) -> dict[str, Any] | None:
        """None: it did not exist, or nobody knew of it. ``preferred`` says that rules may see this copy, not that they prefer
        it to another source's."""
        at, row = self.text, life.row
        if life.begun and at < row["first_seen_at"]:
            return None
        found = self._file(life, at) if dataset is FILES else self._other(life, dataset, at)
        if found is not None:
            found["preferred"] = found["gone_at"] is None or self.lives.ends(found)
            found["first_seen_at"] = min(row["first_seen_at"], at)
        return found

    def _other(self, life: Life, dataset: Dataset, at: str) -> dict[str, Any] | None:
        """Days of events that lie ahead are hidden, with their numbers; deadlines that were counted from them stand."""
        found = dict(life.row)
        if found["first_event_at"] is not None and found["first_event_at"] > at:
            return None
        today, happened = self.lives.calendar.today(self.moment).isoformat(), []
        for name, number in days_of(dataset):
            day = found[name]
            if day is not None and day > today:
                found[name] = found[number] = None
            elif day is not None:
                happened.append(self.lives.midnight(day))
        return self._dated(found, life, at, happened, life.row["version_since"])

    def _dated(self, found: dict[str, Any], life: Life, at: str, happened: Sequence[str], since: str) -> dict[str, Any]:
        """Since when the row stands as it does."""
        if found["gone_at"] is not None and found["gone_at"] > at:
            found["gone_at"] = None
        known = [*happened, since, life.row["changed_at"], *([life.row["first_seen_at"]] if life.begun else [])]
        found["changed_at"] = max((moment for moment in known if moment <= at), default=at)
        found["version_since"] = min(since, found["changed_at"])
        found["missed"] = found["missed"] if life.row["changed_at"] <= at else 0
        return found

    def _file(self, life: Life, at: str) -> dict[str, Any] | None:
        row = life.row
        last = row["last_event_at"]
        if row["changed_at"] <= at and (last is None or last <= at):
            return dict(row)
        place = life.place(at)
        version = life.version(place)
        found = {**row, **{name: version[name] for name in _KEPT}}
        events = [found[name] for name in _EVENTS if found[name] is not None]
        if events and min(events) > at:
            return None
        asked_later = found["supplement_requested_at"] is not None and found["supplement_requested_at"] > at
        ends_later = any(found[name] is not None and found[name] > at for name in ("ended_at", "returned_at"))
        if found["returned_at"] is not None and not _ended(version) and self._ends_after(life, place):
            found["returned_at"] = None  # it was not known before its end was
        for name in _EVENTS:
            if found[name] is not None and found[name] > at:
                found[name] = None
        if found["apology_at"] is None:
            found["apology_due_day"] = None
        word = found["status"]
        if (ends_later and word in _ENDED) or (asked_later and word == _SUPPLEMENT):
            word = None  # the word decides only where no event contradicts it
        derived = self.derived(found, word)
        found |= {name: derived[name] for name in _DERIVED}
        if found["assumed_end_at"] is not None:
            found |= self._end(self._assumed(life, place, found, at))
        elif found["waiting_for_citizen"] and found["supplement_requested_at"] is None:
            found |= self._stop(self._waiting(life, place, at))
        if self.lives.ends(found) and found["gone_at"] <= at:
            found |= {"is_open": False, "waiting_for_citizen": False}
            if found["ended_at"] is None and found["returned_at"] is None and found["assumed_end_at"] is None:
                found |= self._end(found["gone_at"])
        happened = [found[name] for name in _EVENTS if found[name] is not None]
        return self._dated(found, life, at, happened, life.since(place))

    def derived(self, found: Mapping[str, Any], word: str | None) -> dict[str, Any]:
        """By intake: the due date is the one that it chose, units are those that it found."""
        given: list[Any] = []
        for name in GIVEN:
            value = found[name]
            if name in _MOMENTS and value is not None:
                value = self.lives.instant(value)
            given.append(value)
        for name, value in (("unit", None), ("receiving_unit", None), ("new_due_at", None), ("status", word)):
            given[_PLACE[name]] = value
        return dict(zip(self.rows.columns, self.rows.row(given, found["code"], 0), strict=True))

    @staticmethod
    def _ends_after(life: Life, place: int) -> bool:
        return any(_ended(life.version(later)) for later in range(place + 1, len(life.versions) + 1))

    def _assumed(self, life: Life, place: int, found: Mapping[str, Any], at: str) -> str:
        """When it ended that is said to have ended by a word alone: when that was read first; of one that was never known
        otherwise, with its last event."""
        if place == len(life.versions) and life.row["assumed_end_at"] is not None:
            return str(life.row["assumed_end_at"])
        while place > 0 and _ended(life.version(place - 1)) and life.version(place - 1)["ended_at"] is None:
            place -= 1
        if place > 0:
            return life.since(place)
        last: str | None = found["last_event_at"]
        return min(last if last is not None else life.since(0), at)

    @staticmethod
    def _waiting(life: Life, place: int, at: str) -> str:
        """Since when it stands that waits by its status word alone."""
        if place == len(life.versions) and life.row["waiting_for_citizen"] and life.row["stop_at"] is not None:
            return min(str(life.row["stop_at"]), at)
        while place > 0 and _waits_by_word(life.version(place - 1)):
            place -= 1
        return min(life.since(place), at)

    def _stop(self, text: str) -> dict[str, Any]:
        moment, day, _ = self.lives.instant(text)
        return dict(zip(_STOP, (moment, day.ordinal, day.number), strict=True))

    def _end(self, text: str) -> dict[str, Any]:
        moment, day, _ = self.lives.instant(text)
        return self._stop(text) | dict(zip(_END, (moment, day.ordinal, day.number), strict=True))


_PLACE = {name: place for place, name in enumerate(GIVEN)}


def days_of(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """The days of events of a dataset that knows days only, each with the column of its number."""
    for field in dataset.given:
        if field.time is Time.EVENT and field.type is FieldType.DATE:
            yield field.name, field.number


def _ended(version: Row) -> bool:
    return version["ended_at"] is not None or version["status"] in _ENDED


def _waits_by_word(version: Row) -> bool:
    never = version["supplement_requested_at"] is None and version["supplement_answered_at"] is None
    return bool(never and version["status"] == _SUPPLEMENT)
