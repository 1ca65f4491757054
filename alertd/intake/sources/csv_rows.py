"""Rows of a .csv or .csv.gz: encoding, delimiter and end are checked; what the cells mean is not asked."""

import codecs
import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from alertd.intake.sources.arrival import opened, shown_name
from alertd.intake.sources.bad_file import bad
from alertd.intake.sources.columns import clean_name, kept_columns
from alertd.intake.sources.excel_size import COLUMNS
from alertd.settings.source_shapes import SourceSettings

_DELIMITERS = (";", ",", "\t")
_SAMPLE = 20  # rows in which the header stands
_SAMPLE_CHARACTERS = 1_000_000
_CELL = 8 * 1024 * 1024  # characters of a cell or line; a longer one is an open quote, or no list at all
_RATIO, _SMALL = 250, 64 * 1024 * 1024  # a list of equal rows is packed to a hundredth; zeros to a thousandth
_BLANK = 1_100_000  # rows without a value; Excel writes up to 1,048,576 of them
_GZIP = b"\x1f\x8b"


class CsvRows:
    """Opens the file anew for each pass, so that nothing stays open between them."""

    def __init__(self, path: Path, settings: SourceSettings) -> None:
        """Raises SourceFailed: not text, or not to be opened."""
        self._path = path
        self._name = shown_name(path)
        self._limit = settings.max_bytes
        with self._translated(), self._text() as text:
            csv.field_size_limit(_CELL)
            sample = text.read(_SAMPLE_CHARACTERS)
        self._delimiter = settings.delimiter or _told(sample) or _delimiter(sample, settings)

    def __iter__(self) -> Iterator[list[Any]]:
        """All rows, an empty list for a blank line. Raises SourceFailed where it cannot be read to its end."""
        csv.field_size_limit(_CELL)  # the module's own limit (131,072) is for the whole process; this only widens it
        pending: list[str] = []
        lines: list[str] = []  # of the row at hand
        row: list[str] = []
        widest = blank = 0
        with self._translated(), self._text() as text:
            reader = csv.reader(_noted(text, pending), delimiter=self._delimiter)
            for row in reader:
                lines, pending[:] = pending[:], []
                if len(row) > COLUMNS:
                    raise bad("columns", file=self._name, columns=f"{len(row):,}", limit=f"{COLUMNS:,}")
                if not any(row):
                    blank += 1
                    if blank > _BLANK:
                        raise bad("blank", file=self._name, limit=f"{_BLANK:,}")
                    yield row
                    continue
                widest = max(widest, len(row))
                if len(lines) > 1 and _swallowed(lines, self._delimiter, widest):
                    first = reader.line_num - len(lines) + 1
                    raise bad("open_quote", file=self._name, first=str(first), last=str(reader.line_num))
                if any("\0" in line for line in lines):
                    raise bad("no_text", file=self._name, line=str(reader.line_num))
                yield row
        if not _ends_well(lines, self._delimiter) or (len(row) < widest and not lines[-1].endswith(("\n", "\r"))):
            raise bad("half_csv", file=self._name)

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        packed = self._path.name.lower().endswith(".gz")
        with opened(self._path) as file:
            inner = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
            most = max(_SMALL, os.fstat(file.fileno()).st_size * _RATIO) if packed else self._limit
            buffered = io.BufferedReader(_Capped(inner, self._limit, most, self._name), 256 * 1024)
            if buffered.peek(2)[:2] == _GZIP:
                raise bad("packed_twice" if packed else "packed", file=self._name)
            encoding = "utf-16" if buffered.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
            with io.TextIOWrapper(buffered, encoding=encoding, newline="") as text:
                yield text

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What goes wrong on the way, in words for the owner of the file."""
        name = self._name
        try:
            yield
        except UnicodeDecodeError:
            raise bad("no_utf8", file=name, place=self._first_bad_byte()) from None
        except gzip.BadGzipFile:
            raise bad("no_gzip", file=name) from None
        except (EOFError, zlib.error):
            raise bad("half_gzip", file=name) from None
        except csv.Error as error:
            raise bad("long_cell", file=name, said=str(error)) from None
        except OSError as error:
            raise bad("unreadable", file=name, said=error.strerror or str(error)) from None

    def _first_bad_byte(self) -> str:
        """Read once more, by bytes: only now is it worth knowing where."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        before, line = 0, 1
        with opened(self._path) as file:
            stream = gzip.GzipFile(fileobj=file) if self._path.name.lower().endswith(".gz") else file
            while chunk := stream.read(256 * 1024):
                waiting = len(decoder.getstate()[0])  # bytes of an unfinished letter, counted from the chunk before
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    line += chunk[: max(0, error.start - waiting)].count(b"\n")
                    return f"byte {before + error.start - waiting + 1:,} (line {line:,})"
                before += len(chunk)
                line += chunk.count(b"\n")
        return "its end"


class _Capped(io.RawIOBase):
    """A stream that ends with SourceFailed when it has given more than ``limit`` bytes, or more than such a file can be packed
    from (``most``), so no small file unpacks into a large one."""

    def __init__(self, inner: BinaryIO, limit: int, most: int, name: str) -> None:
        super().__init__()
        self._inner = inner
        self._limit = limit
        self._most = most
        self._name = name
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._inner.read(len(buffer))
        self._given += len(part)
        if self._given > self._limit:
            raise bad("too_large", file=self._name, limit=f"{self._limit:,}")
        if self._given > self._most:
            raise bad("bomb", file=self._name, ratio=str(_RATIO))
        buffer[: len(part)] = part
        return len(part)


def _noted(text: io.TextIOWrapper, pending: list[str]) -> Iterator[str]:
    while line := text.readline(_CELL):
        if len(line) == _CELL:
            raise csv.Error(f"a line of more than {_CELL:,} characters")
        pending.append(line)
        yield line


def _ends_well(lines: list[str], delimiter: str) -> bool:
    """False where the last row stands in an open quote. (Strict for this one row only: offices' quotes are often odd.)"""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" not in str(error)
    return True


def _swallowed(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether whole rows stand in one cell of a row, because a quote is missing: a line of it has all the cells of a row, and
    the quotes do not match. (Unseen, those records would be taken for gone.)"""
    if not any(line.count(delimiter) >= width - 1 > 0 for line in lines[1:]):
        return False
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _told(sample: str) -> str:
    """Excel's own line that names the delimiter: ``sep=;``"""
    first = sample.partition("\n")[0].strip()
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else ""


def _delimiter(sample: str, settings: SourceSettings) -> str:
    """The one that brings out most of the mapped names in the first rows; where none does, the one that parts the most."""
    wanted = {clean_name(name) for name in kept_columns(settings)}

    def yield_of(delimiter: str) -> tuple[int, int]:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE))
        return max(
            ((len(wanted & {clean_name(cell) for cell in row[:COLUMNS]}), len(row)) for row in rows), default=(0, 0)
        )

    return max(_DELIMITERS, key=yield_of)
