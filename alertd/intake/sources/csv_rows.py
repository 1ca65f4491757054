"""Rows of a .csv or .csv.gz: encoding, delimiter and end are checked; what the cells mean is not asked."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from alertd.errors import SourceFailed
from alertd.intake.sources.columns import clean_name, kept_columns
from alertd.settings.source_shapes import SourceSettings

_DELIMITERS = (";", ",", "\t")
_SAMPLE = 20  # rows in which the header stands
_SAMPLE_CHARACTERS = 1_000_000
_CELL = 64 * 1024 * 1024  # characters; a longer one is an open quote that swallowed the rest of the file


class CsvRows:
    """Opens the file anew for each pass, so that nothing stays open between them."""

    def __init__(self, path: Path, settings: SourceSettings) -> None:
        """Raises SourceFailed: not text, or not to be opened."""
        self._path = path
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
        widest = 0
        with self._translated(), self._text() as text:
            reader = csv.reader(_noted(text, pending), delimiter=self._delimiter)
            for row in reader:
                lines, pending[:] = pending[:], []
                widest = max(widest, len(row))
                if len(lines) > 1 and _swallowed(lines, self._delimiter, widest):
                    first = reader.line_num - len(lines) + 1
                    what = f"a quote that begins in line {first} is open until line {reader.line_num}, over whole rows"
                    raise SourceFailed("incomplete", f"{self._path.name}: {what}; close it, or take it out")
                yield row
        if not _ends_well(lines, self._delimiter) or (len(row) < widest and not lines[-1].endswith(("\n", "\r"))):
            raise SourceFailed(
                "incomplete", f"{self._path.name} breaks off in its last line; it is read again at the next poll"
            )

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        packed = self._path.name.lower().endswith(".gz")
        with self._path.open("rb") as file:
            inner = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
            buffered = io.BufferedReader(_Capped(inner, self._limit, self._path.name), 256 * 1024)
            encoding = "utf-16" if buffered.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
            with io.TextIOWrapper(buffered, encoding=encoding, newline="") as text:
                yield text

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What goes wrong on the way, in words for the owner of the file."""
        name = self._path.name
        try:
            yield
        except UnicodeDecodeError:
            place = self._first_bad_byte()
            raise SourceFailed("not_data", f"{name}: no UTF-8 at {place}; in Excel, save as 'CSV UTF-8'") from None
        except gzip.BadGzipFile:
            raise SourceFailed(
                "not_data", f"{name}: its name says gzip, but it is none or is damaged; drop it again"
            ) from None
        except (EOFError, zlib.error):
            raise SourceFailed(
                "incomplete", f"{name}: the gzip breaks off; it is read again at the next poll"
            ) from None
        except csv.Error as error:
            raise SourceFailed("too_large", f"{name}: {error}; is a quote left open, or an image in a cell?") from None
        except OSError as error:
            raise SourceFailed(
                "unreachable", f"{name} cannot be read ({error.strerror or error}); see to its rights"
            ) from None

    def _first_bad_byte(self) -> str:
        """Read once more, by bytes: only now is it worth knowing where."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        before, line = 0, 1
        with self._path.open("rb") as file:
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
    """A stream that ends with SourceFailed when it has given more than ``limit`` bytes, so no small file unpacks into a
    large one."""

    def __init__(self, inner: BinaryIO, limit: int, name: str) -> None:
        super().__init__()
        self._inner = inner
        self._limit = limit
        self._name = name
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._inner.read(len(buffer))
        self._given += len(part)
        if self._given > self._limit:
            raise SourceFailed(
                "too_large",
                f"{self._name} is larger than {self._limit:,} bytes (unpacked); divide it, or raise max_bytes",
            )
        buffer[: len(part)] = part
        return len(part)


def _noted(text: io.TextIOWrapper, pending: list[str]) -> Iterator[str]:
    for line in text:
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
        return max(((len(wanted & {clean_name(cell) for cell in row}), len(row)) for row in rows), default=(0, 0))

    return max(_DELIMITERS, key=yield_of)
