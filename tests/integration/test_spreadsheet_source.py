"""The spreadsheet source on the files that offices drop, whole and broken."""

import gzip
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from alertd.errors import SourceFailed
from alertd.intake.sources.spreadsheet import SpreadsheetSource
from alertd.model.source import Snapshot
from alertd.settings.source_shapes import SourceSettings

NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FIELDS = {"code": "Mã HS", "procedure": "Mã TTHC", "due_at": "Ngày hẹn"}
HEADER = "Mã HS;Người nộp;Mã TTHC;Ngày hẹn"
ROW = "H26-240902-0003;Nguyễn Văn A;1.00422;18/09/2024"
TEXT = f"{HEADER}\n{ROW}\n"
KEPT = {"Mã HS": "H26-240902-0003", "Mã TTHC": "1.004220", "Ngày hẹn": "18/09/2024"}


class Office:
    """Drops files and reads them as a poll does. Its clock says that they are old, unless told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waited: list[float] = []
        self.clock = 4e9
        self.meanwhile: Callable[[], object] = lambda: None
        (folder / "inbox").mkdir()

    def drop(self, name: str, content: bytes | str, *, at: int = 1_700_000_000) -> Path:
        path = self.folder / "inbox" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (at, at))
        return path

    def workbook(self, name: str, sheets: dict[str, list[list[Any]]]) -> Path:
        path = self.folder / "inbox" / name
        with xlsxwriter.Workbook(str(path)) as book:
            formats = {
                datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
                time: book.add_format({"num_format": "hh:mm"}),
            }
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for i, row in enumerate(rows):
                    for j, cell in enumerate(row):
                        sheet.write(i, j, cell, formats.get(type(cell)))
        return path

    def source(self, **more: Any) -> SpreadsheetSource:
        made = {"name": "n", "dataset": "files", "kind": "spreadsheet", "path": "inbox/*", "fields": FIELDS, **more}
        shape = SourceSettings.model_validate(made)
        return SpreadsheetSource(shape, folder=self.folder, zone=HANOI, sleep=self._sleep, clock=lambda: self.clock)

    def read(self, marks: dict[str, str] | None = None, **more: Any) -> tuple[Snapshot, list[tuple[str, Any]]]:
        snapshot = self.source(**more).open(marks or {}, NOW)
        return snapshot, [row for page in snapshot.pages for row in page.records]

    def failure(self, **more: Any) -> SourceFailed:
        with pytest.raises(SourceFailed) as raised:
            self.read(**more)
        return raised.value

    def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.meanwhile()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.rstrip("\n").encode(),
        f"sep=;\n{TEXT}".encode(),
        f"DANH SÁCH HỒ SƠ, THÁNG 9, QUẬN 1\n\n{TEXT}".encode(),
        TEXT.replace("Người nộp", '"Người nộp, họ tên, địa chỉ, email"').encode(),
    ],
    ids=["utf8", "bom", "utf16", "comma", "tab", "crlf", "no-end", "sep", "title", "quoted-header"],
)
def test_a_csv_is_read_as_offices_write_it(office: Office, content: bytes) -> None:
    office.drop("a.csv", content)
    snapshot, rows = office.read()
    assert [raw for _, raw in rows] == [KEPT]
    assert snapshot.columns is not None
    assert {"Mã HS", "Mã TTHC", "Ngày hẹn"} < snapshot.columns
    assert snapshot.notes == [f"1 code shortened by Excel was repaired: {rows[0][0]}: 1.00422 → 1.004220"]


def test_a_packed_csv_is_read_and_places_count_blank_lines(office: Office) -> None:
    office.drop("a.csv.gz", gzip.compress(f"{HEADER}\n\n;;;\n{ROW}\n".encode()))
    assert office.read()[1] == [("a.csv.gz row 4", KEPT)]


def test_many_rows_come_in_pages(office: Office) -> None:
    office.drop("a.csv", HEADER + f"\n{ROW}" * 2_500)
    pages = list(office.source().open({}, NOW).pages)
    assert [len(page.records) for page in pages] == [1000, 1000, 500]


def test_a_sheet_keeps_its_types(office: Office) -> None:
    rows: list[list[Any]] = [
        ["BẢNG 1"],
        ["Mã HS", "Mã TTHC", "Ngày hẹn", "STT"],
        [17.0, 1.00422, datetime(2024, 9, 18, 17, 30), 1],
        ["H26-240902-0004", "1.004227", datetime(2024, 9, 18), 2],
        ["H26-240902-0005", 1.23e15, time(8, 15), 3],
        ["=cmd|' /C calc'!A0", "", 45537, 4],
    ]
    office.workbook("a.xlsx", {"Tờ 1": rows, "Tờ 2": [["khác"]]})
    snapshot, read = office.read()
    assert [place for place, _ in read] == [f"Tờ 1!row {n}" for n in (3, 4, 5, 6)]
    assert [list(raw.values()) for _, raw in read[:3]] == [
        [17, "1.004220", datetime(2024, 9, 18, 17, 30)],
        ["H26-240902-0004", "1.004227", datetime(2024, 9, 18)],
        ["H26-240902-0005", 1.23e15, "08:15:00"],
    ]
    assert read[3][1]["Ngày hẹn"] == 45537
    assert snapshot.notes == ["1 code shortened by Excel was repaired: Tờ 1!row 3: 1.00422 → 1.004220"]


def test_a_sheet_is_found_by_name(office: Office) -> None:
    office.workbook("a.xlsx", {"Tờ 1": [["x"]], "Tờ 2": [["Mã HS", "Mã TTHC", "Ngày hẹn"], ["a", "b", "c"]]})
    assert len(office.read(sheet="Tờ 2")[1]) == 1
    failure = office.failure(sheet="Tờ 3")
    assert failure.reason == "schema"
    assert "Tờ 1, Tờ 2" in str(failure)


def test_the_newest_by_arrival_or_by_name_is_the_snapshot(office: Office) -> None:
    office.drop("ho-so-02-09-2024.csv", TEXT.replace("0003", "0001"), at=1_700_000_200)
    office.drop("ho-so-20240903.csv", TEXT.replace("0003", "0002"), at=1_700_000_100)
    office.drop("ho-so.csv", TEXT, at=1_700_000_050)
    office.drop("~$ho-so-2025-01-01.xlsx", "", at=1_700_000_300)
    office.drop("LIESMICH.txt", "", at=1_700_000_300)
    assert office.read()[1][0][1]["Mã HS"] == "H26-240902-0001"
    snapshot, rows = office.read(pick="name", as_of="filename")
    assert rows[0][1]["Mã HS"] == "H26-240902-0002"
    assert snapshot.as_of == datetime(2024, 9, 3, tzinfo=HANOI)
    assert "ho-so.csv" in snapshot.notes[0]


def test_the_same_file_or_the_same_content_is_unchanged(office: Office) -> None:
    office.drop("a.csv", TEXT)
    marks = office.read()[0].marks
    snapshot, rows = office.read(marks)
    assert (snapshot.unchanged, rows, snapshot.marks) == (True, [], marks)
    office.drop("b.csv", TEXT, at=1_700_000_500)
    snapshot, rows = office.read(marks)
    assert (snapshot.unchanged, rows, snapshot.marks["file"]) == (True, [], "b.csv")
    office.drop("b.csv", TEXT.replace("0003", "0004"), at=1_700_000_600)
    assert not office.read(marks)[0].unchanged


def test_a_file_that_grows_within_a_second_waits_for_the_next_poll(office: Office) -> None:
    path = office.drop("a.csv", TEXT)
    office.clock = 1_700_000_001
    office.meanwhile = lambda: path.write_text(TEXT + ROW)
    failure = office.failure()
    assert (failure.reason, office.waited) == ("incomplete", [1.0])
    office.drop("a.csv", TEXT)
    office.meanwhile = lambda: None
    assert len(office.read()[1]) == 1


def test_an_old_file_is_read_at_once(office: Office) -> None:
    office.drop("a.csv", TEXT)
    office.read()
    assert office.waited == []


def test_a_file_that_changes_while_it_is_read_is_not_a_snapshot(office: Office) -> None:
    path = office.drop("a.csv", TEXT + f"{ROW}\n" * 2_000)
    pages = office.source().open({}, NOW).pages
    next(pages)
    path.write_text(TEXT)
    with pytest.raises(SourceFailed) as raised:
        list(pages)
    assert raised.value.reason == "incomplete"


def _bad_utf8(office: Office) -> None:
    office.drop("a.csv", TEXT.encode() + "Hà;;;\n".encode("latin-1"))


def _open_quote(office: Office) -> None:
    office.drop("a.csv", TEXT + 'H26;"Nguyễn;1;2\n' + TEXT)


def _short_last_line(office: Office) -> None:
    office.drop("a.csv", TEXT + "H26-240902-0004;Ngu")


def _half_gzip(office: Office) -> None:
    office.drop("a.csv.gz", gzip.compress(TEXT.encode() * 100)[:-40])


def _no_gzip(office: Office) -> None:
    office.drop("a.csv.gz", TEXT)


def _bomb_gzip(office: Office) -> None:
    office.drop("a.csv.gz", gzip.compress(TEXT.encode() + b"\n" * 3_000_000))


def _half_xlsx(office: Office) -> None:
    path = office.workbook("a.xlsx", {"a": [["Mã HS", "Mã TTHC", "Ngày hẹn"]]})
    office.drop("a.xlsx", path.read_bytes()[:-200])


def _old_xls_as_xlsx(office: Office) -> None:
    office.drop("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))


def _text_as_xlsx(office: Office) -> None:
    office.drop("a.xlsx", TEXT)


def _zip_as_xlsx(office: Office) -> None:
    with zipfile.ZipFile(office.drop("a.xlsx", ""), "w") as archive:
        archive.writestr("a.txt", "a")


def _macros(office: Office) -> None:
    office.drop("a.xlsm", "")


def _hidden_macros(office: Office) -> None:
    path = office.workbook("a.xlsx", {"a": [["Mã HS"]]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", "")


def _bomb_xlsx(office: Office) -> None:
    path = office.workbook("a.xlsx", {"a": [["Mã HS"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.png", bytes(3_000_000))


def _far_column(office: Office) -> None:
    office.workbook("a.xlsx", {"a": [["Mã HS", *[""] * 5_000, "x"]]})


def _far_cell(office: Office) -> None:
    with xlsxwriter.Workbook(str(office.folder / "inbox" / "a.xlsx")) as book:
        sheet = book.add_worksheet("a")
        sheet.write(0, 0, "Mã HS")
        sheet.write(1_048_575, 700, "x")


def _wrong_columns(office: Office) -> None:
    office.drop("a.csv", "Ma HS;x\n1;2\n")


def _empty(office: Office) -> None:
    office.drop("a.csv", "")


def _none(office: Office) -> None:
    return


def _link_outside(office: Office) -> None:
    outside = office.folder.parent / f"{office.folder.name}-outside.csv"
    outside.write_text(TEXT)
    (office.folder / "inbox" / "a.csv").symlink_to(outside)


CAPPED = {"max_bytes": 1_000_000}
BAD_FILES: list[tuple[Callable[[Office], None], dict[str, Any], str, str]] = [
    (_bad_utf8, {}, "not_data", "byte 96 (line 3); in Excel, save as 'CSV UTF-8'"),
    (_open_quote, {}, "incomplete", "a quote that begins in line 3 is open until line 5, over whole rows"),
    (_short_last_line, {}, "incomplete", "last line"),
    (_half_gzip, {}, "incomplete", "breaks off"),
    (_no_gzip, {}, "not_data", "gzip"),
    (_bomb_gzip, CAPPED, "too_large", "1,000,000 bytes"),
    (_half_xlsx, {}, "incomplete", "breaks off"),
    (_old_xls_as_xlsx, {}, "not_data", "password"),
    (_text_as_xlsx, {}, "not_data", "no Excel workbook"),
    (_zip_as_xlsx, {}, "not_data", "save it anew"),
    (_macros, {}, "not_data", "without macros"),
    (_hidden_macros, {}, "not_data", "macros"),
    (_bomb_xlsx, CAPPED, "too_large", "unpacks"),
    (_far_column, {}, "too_large", "5,002 columns"),
    (_far_cell, {}, "too_large", "cells"),
    (_wrong_columns, {}, "schema", "did you mean 'Ma HS'?"),
    (_empty, {}, "schema", "there are: none"),
    (_none, {}, "unreachable", "no file inbox/*"),
    (_none, {"path": "nowhere/*.csv"}, "unreachable", "no file nowhere/*.csv"),
    (_none, {"path": "../*.csv"}, "refused", "'..'"),
    (_link_outside, {}, "refused", "by a link"),
    (_short_last_line, {"pick": "name"}, "unreachable", "a date in its name"),
    (_short_last_line, {"as_of": "filename"}, "not_data", "no date in the name"),
]


@pytest.mark.parametrize(
    ("make", "more", "reason", "words"), BAD_FILES, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_bad_file_is_named_with_its_cure(
    office: Office, make: Callable[[Office], None], more: dict[str, Any], reason: str, words: str
) -> None:
    make(office)
    failure = office.failure(**more)
    assert failure.reason == reason
    assert words in str(failure)


def test_an_absolute_path_may_lie_anywhere(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    share = tmp_path_factory.mktemp("share")
    (share / "a.csv").write_text(TEXT)
    assert len(office.read(path=f"{share}/*.csv")[1]) == 1


def test_odd_quotes_and_a_delimiter_too_many_cost_only_their_row(office: Office) -> None:
    office.drop("a.csv", f'{HEADER}\n{ROW}\nH1;A;B;1.004227;2\nH2;"Sở "Y tế"";1.004227;2;;\nH3;"5" nước";1.004227\n')
    snapshot, rows = office.read()
    assert rows[1] == ("a.csv row 3", {})
    assert rows[2][1]["Mã HS"] == "H2"
    assert rows[3][1] == {"Mã HS": "H3", "Mã TTHC": "1.004227", "Ngày hẹn": None}
    assert any("more cells than the header" in note for note in snapshot.notes)


def test_megabytes_in_one_cell_are_cut_and_noted(office: Office) -> None:
    office.drop("a.csv", f"{TEXT}{'A' * 5_000_000};x;1.004227;y\n{ROW}\n")
    snapshot, rows = office.read()
    assert (len(rows), len(rows[1][1]["Mã HS"]) < 300) == (3, True)
    assert any("5,000,000 characters" in note for note in snapshot.notes)


def test_a_probe_says_what_the_first_page_holds(office: Office) -> None:
    office.drop("a.csv", TEXT)
    assert (
        office.source().probe(NOW).seen
        == "a.csv: 1 records on the first page, columns Mã HS, Người nộp, Mã TTHC, Ngày hẹn"
    )
