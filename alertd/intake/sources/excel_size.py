"""What an .xlsx takes once it is unpacked and laid out, found by reading through it: neither its directory nor what a sheet
declares of itself is believed. Nothing is loaded; meaning is not asked."""

import copy
import re
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alertd.errors import SourceFailed
from alertd.intake.sources.bad_file import bad

COLUMNS = 2_000
# A sheet is laid out in memory as a full rectangle of some 30 bytes a cell, up to its farthest cell: two cells far apart
# are enough to fill any machine.
_CELLS = 25_000_000
_UNPACKED = 1_000_000_000  # bytes of all parts
_TEXTS = 400_000_000  # bytes of shared texts, each counted once for every cell that shows it, for so they are laid out
_RATIO, _SMALL = 250, 64 * 1024 * 1024  # a sheet of equal rows is packed to a hundredth; zeros to a thousandth
_PARTS = 10_000
_CHUNK = 1024 * 1024
_TAG = 64 * 1024  # bytes of a start tag

_NAMED = rb"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*?\s+"""
_WHOLE = rb"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*\s*/?>"""


@dataclass(frozen=True, slots=True)
class _Tags:
    """Start tags of rows and cells: all of them; those that say where they are; those that are well formed."""

    row: "re.Pattern[bytes]"
    row_at: "re.Pattern[bytes]"
    row_whole: "re.Pattern[bytes]"
    cell: "re.Pattern[bytes]"
    cell_at: "re.Pattern[bytes]"
    cell_whole: "re.Pattern[bytes]"


def _tags(prefix: bytes) -> _Tags:
    row, cell = rb"<" + prefix + rb"row", rb"<" + prefix + rb"c"
    return _Tags(
        row=re.compile(row + rb"(?=[\s/>])"),
        row_at=re.compile(row + rb"(?=\s)" + _NAMED + rb"""r\s*=\s*["'](\d{1,12})["']"""),
        row_whole=re.compile(row + rb"(?=[\s/>])" + _WHOLE),
        cell=re.compile(cell + rb"(?=[\s/>])"),
        cell_at=re.compile(cell + rb"(?=\s)" + _NAMED + rb"""r\s*=\s*["']([A-Za-z]{1,9})(\d{1,12})["']"""),
        cell_whole=re.compile(cell + rb"(?=[\s/>])" + _WHOLE),
    )


_PLAIN, _PREFIXED = _tags(rb""), _tags(rb"(?:\w+:)?")  # a prefix is rare, and looking for one takes twice as long
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_SHARED_AT = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*><(?:\w+:)?v>(\d{1,9})<""")
_TEXT = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_MACROS = re.compile(rb"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)


class Extent:
    """How far the cells of one part reach. A cell or row that does not say where it is stands after the one before it."""

    def __init__(self, name: str) -> None:
        self.cells = 0
        self._name = name
        self._column = self._row = 0  # the farthest that is named
        self._widest = self._silent_rows = 0
        self._in_row = 0  # cells of the row at hand that may be silent

    def take(self, text: bytes) -> None:
        """``text`` begins and ends between two tags."""
        tags = _PREFIXED if b":c" in text or b":row" in text else _PLAIN
        cells, rows = tags.cell_at.findall(text), tags.row_at.findall(text)
        self._row = max(self._row, *(int(row) for row in {*(row for _, row in cells), *rows}), 0)
        self._column = max(self._column, *(column_number(letters) for letters in {letters for letters, _ in cells}), 0)
        all_cells, all_rows = len(tags.cell.findall(text)), len(tags.row.findall(text))
        self.cells += all_cells
        if len(rows) < all_rows:
            self._refuse_unclear(tags.row_whole, text, all_rows)
            self._silent_rows += all_rows - len(rows)
        if len(cells) < all_cells:
            self._refuse_unclear(tags.cell_whole, text, all_cells)
            self._count_by_rows(text, tags)
        elif all_rows:
            self._in_row = 0

    def _count_by_rows(self, text: bytes, tags: _Tags) -> None:
        """For the few programs that leave the places out: at most so many columns more as a row has cells."""
        first, *others = tags.row.split(text)
        counts = [self._in_row + len(tags.cell.findall(first)), *(len(tags.cell.findall(row)) for row in others)]
        self._widest = max(self._widest, *counts, 0)
        self._in_row = counts[-1]

    def _refuse_unclear(self, whole: "re.Pattern[bytes]", text: bytes, count: int) -> None:
        if len(whole.findall(text)) < count:
            raise bad("lies", file=self._name, what="a cell that cannot be placed")

    @property
    def bound(self) -> tuple[int, int]:
        """Columns and rows that it has at most."""
        return self._column + self._widest, self._row + self._silent_rows


def look(path: Path, name: str, most: int) -> None:
    """Raises SourceFailed for a workbook that holds macros, or would take more than it may; and what zipfile raises."""
    limit = min(most, _UNPACKED)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        _refuse_odd(archive, parts, name)
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise bad("macros", file=name)
        if sum(part.file_size for part in parts) > limit:
            raise bad("unpacks", file=name, limit=f"{limit:,}")
        if any(_is_bomb(part.file_size, part.compress_size) for part in parts):
            raise bad("bomb", file=name, ratio=str(_RATIO))
        try:
            _look_through_all(archive, sorted(parts, key=lambda part: not _holds_texts(part)), name)
        except zipfile.BadZipFile as error:
            raise bad("lies", file=name, what=" ".join(str(error).split())[:80]) from None


def _look_through_all(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> None:
    """The shared texts come first."""
    texts = array("I")
    for part in parts:
        if _holds_texts(part):
            _note_texts(archive, part, name, texts)
            continue
        cells = _look_through(archive, part, name)
        if texts and max(texts) * cells > _TEXTS:
            _refuse_repeated(archive, part, name, texts)


def _refuse_odd(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> None:
    """What two readers of one archive may understand differently."""
    names = [part.filename.replace("\\", "/").casefold() for part in parts]
    if len(parts) > _PARTS:
        raise bad("lies", file=name, what=f"{len(parts):,} parts")
    if len(set(names)) != len(names):
        raise bad("lies", file=name, what="two parts of one name")
    if archive.comment:
        raise bad("lies", file=name, what="a comment at its end")
    if any(part.flag_bits & 1 for part in parts):
        raise bad("password", file=name)


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> int:
    """The number of its cells, none in most parts."""
    extent = Extent(name)
    in_types = part.filename.casefold() == "[content_types].xml"
    for text in _between_tags(archive, part, name):
        if in_types and _MACROS.search(text):
            raise bad("macros", file=name)
        extent.take(text)
        _refuse_too_wide(extent, name)
    return extent.cells


def _refuse_repeated(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, texts: "array[int]") -> None:
    """One long text that a hundred thousand cells show is laid out a hundred thousand times."""
    longest, laid_out = max(texts), 0
    for text in _between_tags(archive, part, name):
        shown = _SHARED_AT.findall(text)
        known = ((int(at), times) for at, times in Counter(shown).items())
        laid_out += sum(texts[at] * times for at, times in known if at < len(texts))
        laid_out += (len(_SHARED.findall(text)) - len(shown)) * longest
        if laid_out > _TEXTS:
            raise bad("texts", file=name, limit=f"{_TEXTS:,}")


def _refuse_too_wide(extent: Extent, name: str) -> None:
    columns, rows = extent.bound
    if columns > COLUMNS:
        raise bad("columns", file=name, columns=f"{columns:,}", limit=f"{COLUMNS:,}")
    if columns * rows > _CELLS:
        raise bad("cells", file=name, rows=f"{rows:,}", columns=f"{columns:,}", limit=f"{_CELLS:,}")


def _note_texts(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, texts: "array[int]") -> None:
    """Lengths of the shared texts; what stands before the first of a piece belongs to the one before."""
    for text in _between_tags(archive, part, name):
        first, *others = _TEXT.split(text)
        if texts:
            texts[-1] += len(first)
        texts.extend(map(len, others))


def _holds_texts(part: zipfile.ZipInfo) -> bool:
    return part.filename.replace("\\", "/").casefold().endswith("/sharedstrings.xml")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """All that is in the part, whatever its directory says of its size."""
    beyond = copy.copy(part)
    beyond.file_size = (
        part.file_size + 1
    )  # zipfile stops at the size it is told, and takes the check sum of what it read
    del beyond.CRC
    given = 0
    with archive.open(beyond) as stream:
        while chunk := stream.read(_CHUNK):
            given += len(chunk)
            if given > part.file_size:
                raise bad("lies", file=name, what="a part is larger than its directory says")
            yield chunk


def _between_tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The bytes of the part, cut so that no tag is seen by half."""
    rest = b""
    for chunk in _unpacked(archive, part, name):
        text = rest + chunk
        start = text.rfind(b"<")
        rest = text[start:] if start >= 0 and b">" not in text[start:] else b""
        if len(rest) > _TAG:
            raise bad("lies", file=name, what="a tag without end")
        yield text[: len(text) - len(rest)]
    if rest:
        yield rest


def _is_bomb(size: int, packed: int) -> bool:
    return size > _SMALL and size > packed * _RATIO


def column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def no_workbook(start: bytes, name: str) -> SourceFailed:
    """Why something that is no zip, or half of one, is no workbook. ``start``: its first megabytes."""
    if start.startswith(b"PK"):
        return bad("half_xlsx", file=name)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return bad("password" if "EncryptedPackage".encode("utf-16-le") in start else "old_xls", file=name)
    return bad("no_workbook", file=name)
