"""Rows of a sheet of an .xlsx, after a look at its size that no made-up file gets past; meaning is not asked."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from alertd.errors import SourceFailed
from alertd.intake.sources.columns import absent
from alertd.intake.sources.excel_codes import whole
from alertd.settings.source_shapes import SourceSettings

_COLUMNS = 2_000
# A sheet is laid out in memory as a full rectangle of some 30 bytes a cell, up to its farthest cell: two cells far apart
# are enough to fill any machine.
_CELLS = 25_000_000
_UNPACKED = 1_000_000_000  # bytes of all parts
_CHUNK = 1024 * 1024
_OVERLAP = 64  # longer than any match below

_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]{0,40}?\sr=["'](\d+)""")
_COLUMN = re.compile(rb"""<(?:\w+:)?c\b[^>]{0,20}?\sr=["']([A-Z]{1,9})""")


class ExcelRows:
    def __init__(self, path: Path, settings: SourceSettings) -> None:
        """Loads the sheet. Raises SourceFailed: no workbook, unfinished, too large, or no such sheet."""
        try:
            _look_at_size(path, settings.max_bytes)
            with load_workbook(path) as workbook:
                self._sheet = _sheet(workbook, settings.sheet, path.name)
        except zipfile.BadZipFile:
            raise _no_workbook(path) from None
        except (CalamineError, KeyError, EOFError, zipfile.error, NotImplementedError) as error:
            said = " ".join(str(error).split())[:120]
            raise SourceFailed(
                "not_data", f"{path.name}: no sheet can be read ({said}); save it anew as .xlsx"
            ) from None
        except OSError as error:
            raise SourceFailed(
                "unreachable", f"{path.name} cannot be read ({error.strerror or error}); see to its rights"
            ) from None

    @property
    def name(self) -> str:
        return self._sheet.name

    def __iter__(self) -> Iterator[list[Any]]:
        """All rows from the first on; dates and times of day as datetime and text, whole numbers as int."""
        for row in self._sheet.iter_rows():
            yield [_value(cell) for cell in row]


def _value(cell: Any) -> Any:
    if isinstance(cell, datetime) or not isinstance(cell, date | time | timedelta):
        return whole(cell)
    return datetime.combine(cell, time()) if isinstance(cell, date) else str(cell)


def _sheet(workbook: CalamineWorkbook, name: str, file: str) -> CalamineSheet:
    """The named sheet, or the first that is a sheet and not hidden."""
    if name:
        if name not in workbook.sheet_names:
            raise SourceFailed("schema", absent(f"or sheet {name}", name, workbook.sheet_names, file))
        return workbook.get_sheet_by_name(name)
    for position, about in enumerate(workbook.sheets_metadata):
        if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible:
            return workbook.get_sheet_by_index(position)
    raise SourceFailed("schema", f"{file} has no sheet that can be seen; name one with sheet")


def _look_at_size(path: Path, most: int) -> None:
    limit = min(most, _UNPACKED)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise SourceFailed("not_data", f"{path.name} holds macros; save it as .xlsx without them")
        if sum(part.file_size for part in parts) > limit:
            raise SourceFailed("too_large", f"{path.name} unpacks to more than {limit:,} bytes; divide it")
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                with archive.open(part) as sheet:
                    _refuse_too_wide(sheet, path.name)


def _refuse_too_wide(sheet: IO[bytes], name: str) -> None:
    """The directory of a zip, and the dimension that a sheet declares, can lie: the cells themselves are looked at."""
    columns: set[bytes] = set()
    rows = 0
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        columns.update(_COLUMN.findall(text))
        rows = max(rows, max(map(int, _ROW.findall(text)), default=0))
        rest = text[-_OVERLAP:]
    width = max(map(_column_number, columns), default=0)
    if width > _COLUMNS:
        raise SourceFailed(
            "too_large", f"{name} has {width:,} columns, at most {_COLUMNS:,} are read; delete the far cells"
        )
    if width * rows > _CELLS:
        raise SourceFailed(
            "too_large",
            f"{name} has {rows:,} rows of {width:,} columns, more than {_CELLS:,} cells; divide it, or drop CSV",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _no_workbook(path: Path) -> SourceFailed:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return SourceFailed("incomplete", f"{path.name} breaks off; it is read again at the next poll")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return SourceFailed(
            "not_data", f"{path.name} is an old .xls, or has a password; save it as .xlsx without a password"
        )
    return SourceFailed("not_data", f"{path.name} is no Excel workbook; save it as .xlsx")
