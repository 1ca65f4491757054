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

from alertd.errors import Fault, Said
from alertd.settings import table_said as said
from alertd.settings.complaint import what_and_cure

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
# A line break that gets into a name or an address could add a header to a mail.
_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

_T = TypeVar("_T")


class BadCell(Exception):
    """``what; cure`` of a row that is set aside; without, what the row itself has gathered."""


@dataclass(frozen=True, slots=True)
class Row:
    """``wrong``: by the name of its cell the ``what; cure`` of each that sets it aside, gathered while it is read, so that all
    are told at once."""

    line: int
    cells: dict[str, str]
    wrong: list[tuple[str, Said]] = field(default_factory=list)

    def complain(self, cell: str, said: Said) -> None:
        self.wrong.append((cell, said))

    def whole(self) -> None:
        """Raises BadCell where anything is wrong with it."""
        if self.wrong:
            raise BadCell

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def needed(self, name: str) -> str:
        if not (value := self.text(name)):
            self.complain(name, said.is_empty(name))
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
            self.complain(name, said.no_date(name, text))
            return None

    def span(self, first: str, last: str) -> tuple[date | None, date | None]:
        begin, end = self.day(first), self.day(last)
        if begin and end and begin > end:
            self.complain(first, said.wrong_way_round(first, begin, last, end))
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
    lines: list[str] = field(default_factory=list, repr=False)

    def fault(self, line: int, told: Said, *, warning: bool = False, cell: str = "") -> None:
        """``told``: what; cure. ``cell``: the name of the column in whose cell it is; empty: it is of the whole line."""
        col, length = self._cell(line, cell) if cell else (0, 0)
        what, cure = what_and_cure(told)
        self.faults.append(Fault(str(self.path), line, col, what, cure, warning=warning, length=length))

    def read(self, make: Callable[[Row], _T]) -> list[_T]:
        """What ``make`` gives for each row; a row of which a cell is wrong, or for which it raises BadCell, is set aside."""
        made = []
        for row in self._rows():
            try:
                each = make(row)
                row.whole()
            except BadCell as error:
                for cell, told in (*row.wrong, *(("", each) for each in error.args)):
                    self.fault(row.line, told, cell=cell)
            else:
                made.append(each)
        return made

    def _rows(self) -> Iterator[Row]:
        text = self._text()
        if text is None:
            return
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(self.lines[0]), strict=True)
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
            self.fault(begins, said.not_csv(error))
        if names is None:
            self.broken.append((Broken.EMPTY, ""))
            self.fault(1, said.nothing_in_it(self.columns.all))

    def _cell(self, line: int, name: str) -> tuple[int, int]:
        """Column and length of a cell as it stands in its line; 0 where it cannot be told, as in a row of several lines."""
        if not 0 < line <= len(self.lines):
            return 0, 0
        head, delimiter = self.lines[0], _delimiter(self.lines[0])
        names = [head[start:end].strip(' \t\xa0"').lower() for start, end in _spans(head, delimiter)]
        spans = _spans(self.lines[line - 1], delimiter)
        if name not in names or names.index(name) >= len(spans):
            return 0, 0
        start, end = spans[names.index(name)]
        return start + 1, end - start

    def _text(self) -> str | None:
        try:
            content = self.path.read_bytes() if self.content is None else self.content
            text = content.decode("utf-8-sig")
        except OSError as error:
            kind = Broken.MISSING if isinstance(error, FileNotFoundError) else Broken.UNREADABLE
            self.broken.append((kind, error.strerror or ""))
            self.fault(0, said.unreadable(error.strerror))
        except UnicodeDecodeError as error:
            self.broken.append((Broken.ENCODING, ""))
            line = error.object.count(b"\n", 0, error.start) + 1
            self.fault(line, said.NOT_UTF8)
        else:
            self.lines[:] = _LINE_END.split(text)
            return text
        return None

    def _header(self, cells: list[str], line: int) -> list[str]:
        names = [cell.lower() for cell in cells]
        known = self.columns.all
        for name in names:
            if name and name not in known:
                self.fault(line, said.unknown_column(name, known), warning=True, cell=name)
        missing = [name for name in self.columns.required if name not in names]
        if missing:
            self.fault(line, said.missing_columns(missing, known))
        doubled = sorted({name for name in names if name in known and names.count(name) > 1})
        if doubled:
            self.fault(line, said.doubled_columns(doubled))
        if missing or doubled:
            self.broken.append((Broken.COLUMNS, ", ".join([*missing, *doubled])))
            return []
        return names

    def _row(self, names: list[str], cells: list[str], line: int) -> Row | None:
        if any(cells[len(names) :]):
            self.fault(line, said.too_many_cells(len(cells), len(names)))
            return None
        row = Row(line, dict(zip(names, cells, strict=False)))
        for name, cell in row.cells.items():
            if _CONTROL.search(cell):
                self.fault(line, said.control_character(name), cell=name)
                return None
        return row


def _delimiter(head: str) -> str:
    return max(",;\t", key=head.count)


def _spans(line: str, delimiter: str) -> list[tuple[int, int]]:
    """From where to where each cell of a line reaches; a quote that is not closed holds the rest of it."""
    spans, begin, quoted = [], 0, False
    for place, sign in enumerate((*line, delimiter)):
        if place < len(line) and sign == '"':
            quoted = not quoted
        elif sign == delimiter and (not quoted or place == len(line)):
            spans.append((begin, place))
            begin = place + 1
    return spans
