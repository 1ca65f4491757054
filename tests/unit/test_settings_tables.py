"""units.csv and the tables beside it, as offices save them: what is taken in, what is set aside, and how that is told."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alertd.errors import Fault
from alertd.model.directory import Directory
from alertd.model.words import Role
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

UNITS = """\
code,name,kind,parent,valid_from,valid_to
H26,UBND Thành phố,,,,
H26.VP,Văn phòng,office,H26,,
H26.1,Phường Một,ward,H26,,
"""
CONTACTS = "unit,role,name,title,email,language,from,to\n"
SUCCESSORS = "unit,field,successor,from\n"
OWNERS = "field,stage,unit,from,to\n"


def load(folder: Path, office: str = "", **tables: str | bytes | None) -> tuple[Directory, list[Fault]]:
    """``tables``: the content of each; None: it is named, and not there."""
    tables = {"units": UNITS, **tables}
    for name, text in tables.items():
        if text is not None:
            (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    source = {"name": "n", "dataset": "files", "kind": "spreadsheet", "path": "*.csv", "fields": {"code": "c"}}
    named: dict[str, Any] = {("file" if name == "units" else name): f"{name}.csv" for name in tables}
    raw = {"units": named, "sources": [source], "folder": folder, "office": {"unit": office}}
    return load_directory(Settings.model_validate(raw))


def told(faults: list[Fault]) -> list[str]:
    """Each fault as a person sees it, without its folder and its column; warnings are marked."""
    plain = [replace(fault, file=Path(fault.file).name, col=0) for fault in faults]
    return [f"{'~' if fault.warning else ''}{fault}" for fault in plain]


# --- as offices save them --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        UNITS,
        "\ufeff" + UNITS,
        UNITS.replace(",", ";"),
        UNITS.replace(",", "\t"),
        UNITS.replace("\n", "\r\n"),
        UNITS.replace("\n", "\r"),
        UNITS.rstrip("\n"),
        UNITS + ",,,,,\n\n",
        UNITS.replace("code,name,kind", " Code , NAME ,kind"),
        UNITS.replace("Phường Một", '"Phường Một"'),
        UNITS.replace("H26.1,", "\u00a0H26.1 ,"),
    ],
    ids=["plain", "bom", "semicolon", "tab", "crlf", "cr", "no end", "empty rows", "header", "quotes", "spaces"],
)
def test_a_table_is_read_however_it_was_saved(tmp_path: Path, text: str) -> None:
    directory, faults = load(tmp_path, units=text)
    assert [(unit.code, unit.name, unit.parent) for unit in directory.units] == [
        ("H26", "UBND Thành phố", ""),
        ("H26.VP", "Văn phòng", "H26"),
        ("H26.1", "Phường Một", "H26"),
    ]
    assert told(faults) == []
    assert directory.office == "H26.VP"


def test_a_person_of_the_contacts_has_role_address_and_days(tmp_path: Path) -> None:
    rows = "H26.1,Head,Nguyễn Lan,Chủ tịch,lan@h.example,VI,2025-07-01,31/12/2025\nH26.1,deputy,Trần Minh,,,,,\n"
    directory, faults = load(tmp_path, contacts=CONTACTS + rows)
    assert told(faults) == []
    lan, minh = directory.contacts
    assert (lan.role, lan.email, lan.language) == (Role.HEAD, "lan@h.example", "vi")
    assert (lan.valid_from, lan.valid_to) == (date(2025, 7, 1), date(2025, 12, 31))
    assert (minh.role, minh.email, minh.valid_from) == (Role.DEPUTY, "", None)


def test_all_that_is_wrong_with_a_row_is_told_at_once_and_the_row_is_set_aside_once(tmp_path: Path) -> None:
    rows = "H26.9,boss,,,not an address,fr,31/02/2026,\nH26.1,head,Nguyễn Lan,,lan@h.example,,2026-02-01,2026-01-01\n"
    directory, faults = load(
        tmp_path,
        units=UNITS + "H26.1,,ward,H26,2025,2025-01-01\n",
        contacts=CONTACTS + rows,
        successors=SUCCESSORS + "H26.8,,H26.9,gestern\n",
        owners=OWNERS + "Đất đai,tell,H26.8,1.1.2026,\n",
    )
    lines = [
        f"{Path(fault.file).stem}:{fault.line} {fault.what.split()[0]} {fault.what.split()[1]}" for fault in faults
    ]
    assert lines == [
        "units:5 a second",
        "units:5 valid_from: '2025'",
        "units:5 name is",
        "contacts:2 unknown unit",
        "contacts:2 unknown role",
        "contacts:2 email: 'not",
        "contacts:2 unknown language",
        "contacts:2 from: '31/02/2026'",
        "contacts:2 name is",
        "contacts:3 from 2026-02-01",
        "successors:2 unknown unit",
        "successors:2 unknown successor",
        "successors:2 from: 'gestern'",
        "owners:2 unknown stage",
        "owners:2 unknown unit",
        "owners:2 from: '1.1.2026'",
    ]
    assert all(fault.cure for fault in faults)
    assert (len(directory.units), directory.contacts, directory.successors, directory.owners) == (3, (), (), ())


def test_a_fault_of_a_cell_stands_at_the_cell_as_it_is_written(tmp_path: Path) -> None:
    rows = '"H26.1";"head";"Nguyễn, Lan";;nowhere;fr;;\nH26.1;deputy;"Trần ; Minh";;;xx;;31/02/2026\n'
    _, faults = load(tmp_path, contacts=(CONTACTS.replace(",", ";") + rows).replace("\n", "\r\n"))
    lines = (CONTACTS.replace(",", ";") + rows).splitlines()
    marked = [lines[fault.line - 1][fault.col - 1 :][: fault.length] for fault in faults]
    assert marked == ["nowhere", "fr", "xx", "31/02/2026"]


def test_a_fault_in_a_row_of_several_lines_stands_at_its_line(tmp_path: Path) -> None:
    _, faults = load(tmp_path, contacts=CONTACTS + 'H26.1,head,Lan,"Chủ\ntịch",,fr,,\n')
    assert [(fault.line, fault.col) for fault in faults] == [(2, 16)]
    _, faults = load(tmp_path, contacts=CONTACTS.replace("unit,role", "role,unit") + 'head,"H26.1\n",Lan,,,fr,,\n')
    assert all(fault.line == 2 for fault in faults)


# --- what is set aside -----------------------------------------------------------------------------------------------
UNIT_FAULTS = {
    "no table": (
        None,
        ["units.csv: cannot be read (No such file or directory); create it, or `alertd init` writes an example"],
        0,
    ),
    "an empty table": ("", ["units.csv:1: empty; begin with the line code,name,kind,parent,valid_from,valid_to"], 0),
    "a header alone": (
        "code,name\n",
        ["units.csv: no unit in it; write a row for each unit, or restore the file from a copy"],
        0,
    ),
    "a column is missing": (
        "code,kind\nA,x\n",
        ["units.csv:1: column name is missing; the first line is code,name,kind,parent,valid_from,valid_to"],
        0,
    ),
    "a column stands there twice": (
        "code,name,name\nA,x,y\n",
        ["units.csv:1: column name stands there twice; keep one"],
        0,
    ),
    "an unknown column": (
        "code,name,parrent\nA,x,\n",
        ["~units.csv:1: unknown column 'parrent' is not read; did you mean 'parent'?"],
        1,
    ),
    "not UTF-8": (b"code,name\nA,Ph\xf3\n", ['units.csv:2: not UTF-8; save it as "CSV UTF-8"'], 0),
    "a quote that is not closed": (
        'code,name\nA,x\nB,"y\nC,z\n',
        [
            "units.csv:3: not readable as CSV from here on (unexpected end of data); check the quotes; later rows are not read"
        ],
        1,
    ),
    "a cell too many": (
        "code,name\nA,Sở A, B và C\nB,y\n",
        ["units.csv:2: 3 cells under 2 columns; put a cell that holds a comma into quotes"],
        1,
    ),
    "no name": ("code,name\nA,\nB,y\n", ["units.csv:2: name is empty; fill it in"], 1),
    "a second unit of one code": (
        "code,name\nA,x\nA,y\n",
        ["units.csv:3: a second unit 'A', the first is in line 2; give each its own code"],
        1,
    ),
    "a line break in a name": (
        'code,name\nA,"x\nBcc: y"\nB,z\n',
        ["units.csv:2: a line break or control character in name; write it on one line"],
        1,
    ),
    "a NUL in a name": (
        "code,name\nA,x\x00\nB,z\n",
        ["units.csv:2: a line break or control character in name; write it on one line"],
        1,
    ),
    "a day that does not exist": (
        "code,name,valid_from\nA,x,31/02/2025\nB,y,\n",
        ["units.csv:2: valid_from: '31/02/2025' is no date; write 2025-07-01 or 01/07/2025"],
        1,
    ),
    "a year alone": (
        "code,name,valid_to\nA,x,2025\n",
        ["units.csv:2: valid_to: '2025' is no date; write 2025-07-01 or 01/07/2025"],
        0,
    ),
    "days the wrong way round": (
        "code,name,valid_from,valid_to\nA,x,2025-07-01,2025-06-30\n",
        ["units.csv:2: valid_from 2025-07-01 lies after valid_to 2025-06-30; swap them"],
        0,
    ),
    "an unknown parent": (
        "code,name,parent\nA,x,\nB,y,AA\n",
        ["units.csv:3: unknown parent 'AA'; did you mean 'A'?"],
        2,
    ),
    "a unit above itself": (
        "code,name,parent\nA,x,B\nB,y,A\nC,z,A\n",
        ["units.csv:2: 'A' stands above itself; correct its parent"],
        3,
    ),
    "two names that nothing tells apart": (
        "code,name,valid_to\nA,Sở Hoà,\nB,sở hòa,2025-06-30\n",
        [
            "~units.csv:3: 'sở hòa' is the name of 'A' too, on the same days; write both in full; as it stands it means neither"
        ],
        2,
    ),
    "two names that the day tells apart": (
        "code,name,valid_from,valid_to\nA,Sở Hoà,,2025-06-30\nB,Sở Hòa,2025-07-01,\n",
        [],
        2,
    ),
}


@pytest.mark.parametrize(("text", "expected", "left"), UNIT_FAULTS.values(), ids=UNIT_FAULTS)
def test_a_fault_in_the_units_is_told_with_its_line_and_the_rest_is_taken_in(
    tmp_path: Path, text: str | bytes | None, expected: list[str], left: int
) -> None:
    directory, faults = load(tmp_path, units=text)
    found = [each for each in told(faults) if "office.unit" not in each]
    assert found == expected
    assert len(directory.units) == left


CONTACT_FAULTS = {
    "H26.9,head,Lan,,,,,": "unknown unit 'H26.9'; did you mean 'H26.1'?",
    "H26.1,haed,Lan,,,,,": "unknown role 'haed'; did you mean 'head'?",
    "H26.1,,Lan,,,,,": "role is empty; fill it in",
    "H26.1,head,,,,,,": "name is empty; fill it in",
    "H26.1,head,Lan,,lan@h@x,,,": "email: 'lan@h@x' is no address; write one alone, like an@hanoi.example",
    "H26.1,head,Lan,,lan@h.vn;minh@h.vn,,,": "email: 'lan@h.vn;minh@h.vn' is no address; write one alone, like an@hanoi.example",
    'H26.1,head,Lan,,"Lan <lan@h.vn>",,,': "email: 'Lan <lan@h.vn>' is no address; write one alone, like an@hanoi.example",
    'H26.1,head,Lan,,"a@h.vn\nBcc: b@h.vn",,,': "a line break or control character in email; write it on one line",
    "H26.1,head,Lan,,,fr,,": "unknown language 'fr'; write vi or en, or leave it empty for the site's",
    "H26.1,head,Lan,,,,2025-13-01,": "from: '2025-13-01' is no date; write 2025-07-01 or 01/07/2025",
    "H26.1,head,Lan,,,,2025-07-01,2025-06-01": "from 2025-07-01 lies after to 2025-06-01; swap them",
}


@pytest.mark.parametrize(("row", "what"), CONTACT_FAULTS.items(), ids=CONTACT_FAULTS.values())
def test_a_person_that_cannot_be_believed_is_set_aside_and_the_next_is_taken_in(
    tmp_path: Path, row: str, what: str
) -> None:
    directory, faults = load(tmp_path, contacts=f"{CONTACTS}{row}\nH26.VP,head,Minh,,,,,\n")
    assert told(faults) == [f"contacts.csv:2: {what}"]
    assert [contact.name for contact in directory.contacts] == ["Minh"]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ("H26.1,,H26.9,\n", "2: unknown successor 'H26.9'; did you mean 'H26.1'?"),
        ("H26.9,,H26.1,\n", "2: unknown unit 'H26.9'; did you mean 'H26.1'?"),
        (
            "H26.1,,H26.1,\n",
            "2: circular: 'H26.1' becomes 'H26.1' again; delete the row of the unit that lives on: it has no successor",
        ),
        (
            "H26.1,,H26.VP,\nH26.VP,,H26.1,\n",
            "3: circular: 'H26.1' becomes 'H26.VP' again; delete the row of the unit that lives on: it has no successor",
        ),
        (
            "H26.1,Đất đai,H26.VP,\nH26.VP,,H26,\nH26,Đất đai,H26.1,\n",
            "4: circular: 'H26.1' becomes 'H26' again; delete the row of the unit that lives on: it has no successor",
        ),
    ],
)
def test_a_succession_has_to_end(tmp_path: Path, rows: str, what: str) -> None:
    _, faults = load(tmp_path, successors=SUCCESSORS + rows)
    assert told(faults) == [f"successors.csv:{what}"]


def test_a_succession_by_fields_may_go_both_ways(tmp_path: Path) -> None:
    _, faults = load(tmp_path, successors=SUCCESSORS + "H26.1,Đất đai,H26.VP,\nH26.VP,Y tế,H26.1,\n")
    assert told(faults) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (",announce,H26.9,,\n", ["owners.csv:2: unknown unit 'H26.9'; did you mean 'H26.1'?"]),
        (",anounce,H26.1,,\n", ["owners.csv:2: unknown stage 'anounce'; did you mean 'announce'?"]),
        (
            "Y tế,announce,H26.1,,\ny tế,announce,H26.VP,2025-01-01,\n",
            ["~owners.csv:3: 'H26.1' owns this too, on the same days; end one of the two; until then the office hears"],
        ),
        ("Y tế,announce,H26.1,,31/12/2024\nY tế,announce,H26.VP,2025-01-01,\nY tế,publish,H26.1,,\n", []),
    ],
)
def test_owners_are_judged_row_by_row_and_against_each_other(tmp_path: Path, rows: str, expected: list[str]) -> None:
    _, faults = load(tmp_path, owners=OWNERS + rows)
    assert told(faults) == expected


def test_a_table_that_is_named_and_not_there_is_a_warning(tmp_path: Path) -> None:
    directory, faults = load(tmp_path, contacts=None)
    assert told(faults) == ["~contacts.csv: not found; create it, or take its line out of [units]"]
    assert len(directory.units) == 3


# --- the office ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("office", "units", "found", "expected"),
    [
        ("H26.1", UNITS, "H26.1", []),
        ("", UNITS, "H26.VP", []),
        ("", UNITS.replace("office", ""), "H26", []),
        ("H26.VPP", UNITS, "H26.VP", ["config.toml: office.unit: unknown unit 'H26.VPP'; did you mean 'H26.VP'?"]),
        (
            "",
            "code,name\nA,x\nB,y\n",
            "A",
            ["~config.toml: office.unit: 2 units could be the office, 'A' is taken; name it under [office]"],
        ),
    ],
)
def test_the_office_is_the_unit_that_is_named_else_the_one_of_its_kind_else_the_root(
    tmp_path: Path, office: str, units: str, found: str, expected: list[str]
) -> None:
    directory, faults = load(tmp_path, office, units=units)
    assert directory.office == found
    assert told(faults) == expected
