"""Read one of the site's CSV tables into rows of named cells; what cannot be read is a fault with its line."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from alertd.errors import Fault
from alertd.settings.complaint import did_you_mean

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
# A line break that gets into a name or an address could add a header to a mail.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

_T = TypeVar("_T")


class BadCell(Exception):
    """``what; cure`` of a cell that sets its row aside; without, what the row itself has gathered."""


@dataclass(frozen=True, slots=True)
class Row:
    """``wrong``: ``what; cure`` of each cell that sets it aside, gathered while it is read, so that all are told at once."""

    line: int
    cells: dict[str, str]
    wrong: list[str] = field(default_factory=list)

    def whole(self) -> None:
        """Raises BadCell where anything is wrong with it."""
        if self.wrong:
            raise BadCell

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def needed(self, name: str) -> str:
        if not (value := self.text(name)):
            self.wrong.append(f"{name} is empty; fill it in")
        return value

    def day(self, name: str) -> date | None:
        """An ISO date, or one as an office writes it: 02/09/2024 is 2 September."""
        text = self.text(name)
        if not text:
            return None
        try:
            if found := _DAY_FIRST.fullmatch(text):
                return date(int(found[3]), int(found[2]), int(found[1]))
            return date.fromisoformat(text)
        except ValueError:
            self.wrong.append(f"{name}: {text!r} is no date; write 2025-07-01 or 01/07/2025")
            return None

    def span(self, first: str, last: str) -> tuple[date | None, date | None]:
        begin, end = self.day(first), self.day(last)
        if begin and end and begin > end:
            self.wrong.append(f"{first} {begin} lies after {last} {end}; swap them")
        return begin, end


@dataclass(frozen=True, slots=True)
class Columns:
    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


class Broken(StrEnum):
    """Why a table cannot be read as one, or not to its end."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    ENCODING = "encoding"
    EMPTY = "empty"  # not even a header
    COLUMNS = "columns"
    QUOTES = "quotes"


@dataclass(frozen=True)
class CsvTable:
    """One file; what is wrong with it is added to ``faults``. ``content``: its bytes, where they were read already;
    ``broken``: what keeps it from being read as a whole, with what was seen."""

    path: Path
    columns: Columns
    faults: list[Fault]
    content: bytes | None = None
    broken: list[tuple[Broken, str]] = field(default_factory=list)

    def fault(self, line: int, what: str, cure: str = "", *, warning: bool = False) -> None:
        self.faults.append(Fault(str(self.path), line, 0, what, cure, warning=warning))

    def read(self, make: Callable[[Row], _T]) -> list[_T]:
        """What ``make`` gives for each row; a row of which a cell is wrong, or for which it raises BadCell, is set aside."""
        made = []
        for row in self._rows():
            try:
                each = make(row)
                row.whole()
            except BadCell as error:
                for complaint in (*row.wrong, *map(str, error.args)):
                    what, _, cure = complaint.partition("; ")
                    self.fault(row.line, what, cure)
            else:
                made.append(each)
        return made

    def _rows(self) -> Iterator[Row]:
        text = self._text()
        if text is None:
            return
        head = text.split("\n", 1)[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
        names: list[str] | None = None
        begins = 1
        try:
            for cells in reader:
                line, begins = begins, reader.line_num + 1
                cells = [cell.strip(" \t\xa0") for cell in cells]
                if names is None:
                    names = self._header(cells, line)
                    if not names:
                        return
                elif any(cells) and (row := self._row(names, cells, line)):
                    yield row
        except csv.Error as error:
            self.broken.append((Broken.QUOTES, str(begins)))
            self.fault(
                begins, f"not readable as CSV from here on ({error})", "check the quotes; later rows are not read"
            )
        if names is None:
            self.broken.append((Broken.EMPTY, ""))
            self.fault(1, "empty", f"begin with the line {','.join(self.columns.all)}")

    def _text(self) -> str | None:
        try:
            content = self.path.read_bytes() if self.content is None else self.content
            return content.decode("utf-8-sig")
        except OSError as error:
            kind = Broken.MISSING if isinstance(error, FileNotFoundError) else Broken.UNREADABLE
            self.broken.append((kind, error.strerror or ""))
            self.fault(0, f"cannot be read ({error.strerror})", "create it, or `alertd init` writes an example")
        except UnicodeDecodeError as error:
            self.broken.append((Broken.ENCODING, ""))
            line = error.object.count(b"\n", 0, error.start) + 1
            self.fault(line, "not UTF-8", 'save it as "CSV UTF-8"')
        return None

    def _header(self, cells: list[str], line: int) -> list[str]:
        names = [cell.lower() for cell in cells]
        known = self.columns.all
        for name in names:
            if name and name not in known:
                self.fault(line, f"unknown column {name!r} is not read", did_you_mean(name, known), warning=True)
        missing = [name for name in self.columns.required if name not in names]
        if missing:
            self.fault(line, f"column {', '.join(missing)} is missing", f"the first line is {','.join(known)}")
        doubled = sorted({name for name in names if name in known and names.count(name) > 1})
        if doubled:
            self.fault(line, f"column {', '.join(doubled)} stands there twice", "keep one")
        if missing or doubled:
            self.broken.append((Broken.COLUMNS, ", ".join([*missing, *doubled])))
            return []
        return names

    def _row(self, names: list[str], cells: list[str], line: int) -> Row | None:
        if any(cells[len(names) :]):
            self.fault(
                line, f"{len(cells)} cells under {len(names)} columns", "put a cell that holds a comma into quotes"
            )
            return None
        row = Row(line, dict(zip(names, cells, strict=False)))
        for name, cell in row.cells.items():
            if _CONTROL.search(cell):
                self.fault(line, f"a line break or control character in {name or 'a cell'}", "write it on one line")
                return None
        return row
