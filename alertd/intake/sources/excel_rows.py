"""Rows of a sheet of an .xlsx, after a look at its size that no made-up file gets past; meaning is not asked."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from alertd.errors import SourceFailed
from alertd.intake.sources.arrival import opened, shown_name
from alertd.intake.sources.bad_file import bad
from alertd.intake.sources.columns import absent
from alertd.intake.sources.excel_codes import whole
from alertd.intake.sources.excel_size import look, no_workbook
from alertd.settings.source_shapes import SourceSettings

_START = 4 * 1024 * 1024  # bytes in which a file shows what it is
_SHOWN = 40  # characters of a sheet's name; Excel allows 31
# What a damaged or made-up archive makes of zipfile, zlib and calamine; an unknown compression is a RuntimeError too.
_DAMAGED = (CalamineError, KeyError, EOFError, zipfile.error, zlib.error, RuntimeError, ValueError)

_PANIC = "PanicException"  # of calamine, over a workbook that nobody foresaw; no Exception, and of no module


class ExcelRows:
    def __init__(self, path: Path, settings: SourceSettings) -> None:
        """Loads the sheet. Raises SourceFailed: no workbook, unfinished, too large, or no such sheet."""
        self._file = shown_name(path)
        with self._translated(path):
            look(path, self._file, settings.max_bytes)
            with load_workbook(path) as workbook:
                self._sheet = _sheet(workbook, settings.sheet, self._file)

    @contextmanager
    def _translated(self, path: Path) -> Iterator[None]:
        """What goes wrong on the way, in words for the owner of the file."""
        try:
            yield
        except zipfile.BadZipFile:
            raise _no_workbook(path, self._file) from None
        except _DAMAGED as error:
            raise bad("no_sheet", file=self._file, said=" ".join(str(error).split())[:120]) from None
        except OSError as error:
            raise bad("unreadable", file=self._file, said=error.strerror or str(error)) from None
        except BaseException as error:
            if type(error).__name__ != _PANIC:
                raise
            raise bad("no_sheet", file=self._file, said="its parts do not fit together") from None

    @property
    def name(self) -> str:
        return "".join(sign if sign.isprintable() else "?" for sign in self._sheet.name[:_SHOWN])

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
            raise absent(f"or sheet {name}", name, workbook.sheet_names, file)
        return workbook.get_sheet_by_name(name)
    for position, about in enumerate(workbook.sheets_metadata):
        if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible:
            return workbook.get_sheet_by_index(position)
    raise bad("hidden", file=file)


def _no_workbook(path: Path, name: str) -> SourceFailed:
    with opened(path) as file:
        return no_workbook(file.read(_START), name)
