"""The list that goes along: texts stay texts, days are days, names that a spreadsheet refuses are mended."""

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from alertd.notices.spreadsheet import Sheet, workbook

NOW = datetime(2026, 10, 5, tzinfo=UTC)


def read(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def made(*rows: list[Any], name: str = "Danh sách") -> bytes:
    return workbook([Sheet(name, ("Mã", "B"), rows)], NOW)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "http://x", "007", "<script>"])
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    content = made([text])
    assert read(content)["Danh sách"][1][0] == text
    sheet = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_a_tab_and_a_line_break_do_not_reach_a_cell() -> None:
    assert read(made(["\t=1+1\r\nx"]))["Danh sách"][1][0] == "=1+1 x"


def test_days_moments_and_numbers_are_what_they_are() -> None:
    moment = datetime(2026, 10, 5, 10, 30, tzinfo=UTC)
    (_, row) = read(workbook([Sheet("A", ("x", "y", "z", "w"), [[date(2026, 10, 5), moment, 12, None]])], NOW))["A"]
    assert row[:3] == [date(2026, 10, 5), datetime(2026, 10, 5, 10, 30), 12.0]


def test_a_day_that_no_spreadsheet_knows_is_written_out() -> None:
    assert read(made([date(1, 1, 1)]))["Danh sách"][1][0] == "01/01/0001"


def test_a_cell_is_short_enough_to_be_read() -> None:
    assert len(read(made(["x" * 5000]))["Danh sách"][1][0]) == 500


def test_sheets_get_names_that_a_spreadsheet_takes() -> None:
    names = ["Hồ sơ: quá hạn/chậm [1]? " + "x" * 40, "history", "'", "A", "a"]
    content = workbook([Sheet(name, ("x",), [["1"]]) for name in names], NOW)
    found = list(read(content))
    assert len(found) == len(names) == len({name.casefold() for name in found})
    assert all(len(name) <= 31 for name in found)


def test_a_note_stands_above_the_head() -> None:
    content = workbook([Sheet("A", ("Mã",), [["1"]], note="2 trong số 5")], NOW)
    assert [row[0] for row in read(content)["A"]] == ["2 trong số 5", "Mã", "1"]


def test_a_workbook_without_sheets_can_be_opened() -> None:
    assert len(read(workbook([], NOW))) == 1


def test_the_same_content_gives_the_same_bytes() -> None:
    assert made(["a"]) == made(["a"])
