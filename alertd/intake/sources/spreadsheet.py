"""Lists that an office drops into a folder as .csv, .csv.gz or .xlsx: the newest file is the snapshot."""

import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alertd.intake.sources.arrival import Found, Moment
from alertd.intake.sources.bad_file import bad
from alertd.intake.sources.columns import clean_name, header_position, keep, locate
from alertd.intake.sources.csv_rows import CsvRows
from alertd.intake.sources.excel_codes import code_columns, repair_code
from alertd.intake.sources.excel_rows import ExcelRows
from alertd.intake.sources.folder import entries, fingerprint, newest, split, wait_until_written
from alertd.intake.sources.remarks import SHORTENED_CODE, TOO_MANY_CELLS, Remarks
from alertd.model.source import Page, Probed, Raw, Snapshot
from alertd.settings.source_shapes import SourceSettings

_BATCH = 1_000
_HEADER_WITHIN = 20  # rows
_TOLD, _CROWDED = 5, 1_000  # files


@dataclass(frozen=True, slots=True)
class _Table:
    """A file opened: its rows, where its header stands, and which of its columns are read under which name."""

    rows: CsvRows | ExcelRows
    place: str  # what a row's place begins with
    header: int
    width: int  # cells of the header
    names: tuple[str, ...]
    columns: dict[int, str]


class SpreadsheetSource:
    def __init__(
        self,
        settings: SourceSettings,
        *,
        folder: Path,
        zone: ZoneInfo,
        sleep: Callable[[float], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` is the file system's (real seconds since 1970), by which a file is old enough to be whole."""
        self._settings = settings
        self._folder = folder
        self._zone = zone
        self._sleep = sleep
        self._clock = clock

    def open(self, marks: Mapping[str, str], now: datetime) -> Snapshot:
        """Marks: file, size, mtime_ns, sha256."""
        remarks = Remarks()
        found = newest(self._settings, self._entries(now), remarks)
        seen = {"file": found.name, "size": str(found.size), "mtime_ns": str(found.mtime_ns)}
        snapshot = Snapshot(pages=iter(()), as_of=self._as_of(found))
        if marks.get("sha256") and seen.items() <= marks.items():
            snapshot.unchanged, snapshot.marks = True, dict(marks)
            return snapshot
        wait_until_written(found, sleep=self._sleep, clock=self._clock)
        snapshot.marks = {**seen, "sha256": _fingerprint(found)}
        snapshot.content = snapshot.marks["sha256"]
        if snapshot.marks["sha256"] == marks.get("sha256"):
            snapshot.unchanged = True
            return snapshot
        table = self._table(found)
        snapshot.columns = frozenset(table.names)
        snapshot.pages = self._pages(found, table, snapshot, remarks)
        return snapshot

    def probe(self, now: datetime) -> Probed:
        lying = self._entries(now)
        found = newest(self._settings, lying, Remarks())
        table = self._table(found)
        first = next(self._batches(table, Remarks()), [])
        seen = f"{found.name}: {len(first)} records on the first page, columns {', '.join(table.names)}"
        return Probed(seen, tuple(self._doubts(lying)))

    def _doubts(self, found: list[Found]) -> Iterator[str]:
        """What lies in the folder and was passed over, and who else may put something there."""
        barred = [str(each.against) for each in found if each.against is not None]
        yield from barred[:_TOLD]
        home = split(self._settings.path, self._folder)[0]
        if len(barred) > _TOLD:
            yield f"{len(barred) - _TOLD} more files in {home} cannot be taken; clear the folder"
        if len(found) > _CROWDED:
            yield f"{len(found):,} files lie in {home}; move the old ones away, only the newest is read"
        if home.stat().st_mode & stat.S_IWOTH:
            yield f"everybody can drop a list into {home}; chmod o-w {home}"

    def _entries(self, now: datetime) -> list[Found]:
        moment = Moment(now.astimezone(self._zone).date(), self._clock(), self._zone)
        return entries(self._settings, self._folder, moment)

    def _table(self, found: Found) -> _Table:
        rows: CsvRows | ExcelRows
        if found.name.lower().endswith(".xlsx"):
            rows = ExcelRows(found.path, self._settings)
            place = f"{rows.name}!row"
        else:
            rows = CsvRows(found.path, self._settings)
            place = f"{found.name} row"
        first = list(islice(rows, _HEADER_WITHIN))
        header = header_position(first, self._settings)
        cells = first[header] if first else []
        columns = locate(cells, self._settings, found.name)
        names = tuple(name for name in map(clean_name, cells) if name)
        return _Table(rows, place, header, len(cells), names, columns)

    def _pages(self, found: Found, table: _Table, snapshot: Snapshot, remarks: Remarks) -> Iterator[Page]:
        for batch in self._batches(table, remarks):
            yield Page(batch)
        if not found.unchanged():
            raise bad("written_meanwhile", file=found.name)
        snapshot.notes.extend(remarks.lines())

    def _batches(self, table: _Table, remarks: Remarks) -> Iterator[list[tuple[str, Raw]]]:
        records = self._records(table, remarks)
        while batch := list(islice(records, _BATCH)):
            yield batch

    def _records(self, table: _Table, remarks: Remarks) -> Iterator[tuple[str, Raw]]:
        codes = code_columns(self._settings)
        names = table.columns.values()
        width = max(table.columns, default=0) + 1
        for number, row in enumerate(table.rows, 1):
            if number <= table.header + 1 or not any(cell not in ("", None) for cell in row):
                continue
            place = f"{table.place} {number}"
            raw: dict[str, Any] = {}
            if any(cell not in ("", None) for cell in row[table.width :]):
                # From some cell on its values stand under the wrong names.
                remarks.add(TOO_MANY_CELLS, f"{place} (a delimiter in a text without quotes?)")
            else:
                cells = row + [None] * (width - len(row))
                raw = {name: cells[position] for position, name in table.columns.items()}
                _repair(raw, codes, place, remarks)
            yield place, keep(raw, names, place, self._settings.max_cell, remarks)

    def _as_of(self, found: Found) -> datetime | None:
        """Midnight at the beginning of the day in the name: the hour is not known, and data are not made younger."""
        if self._settings.as_of != "filename":
            return None
        if found.day is None:
            raise bad("undated", file=found.name)
        return datetime(found.day.year, found.day.month, found.day.day, tzinfo=self._zone)


def _repair(raw: dict[str, Any], codes: frozenset[str], place: str, remarks: Remarks) -> None:
    for name in codes & raw.keys():
        repaired, changed = repair_code(raw[name])
        if changed:
            remarks.add(SHORTENED_CODE, f"{place}: {raw[name]} → {repaired}")
        raw[name] = repaired


def _fingerprint(found: Found) -> str:
    try:
        return fingerprint(found.path)
    except OSError as error:
        raise bad("unreadable", file=found.name, said=error.strerror or str(error)) from None
