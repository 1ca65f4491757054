"""targets.csv, as offices save it: what is taken in, what is set aside, and how that is told."""

from pathlib import Path

import pytest

from alertd.errors import Fault, Said
from alertd.model.targets import Target
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

UNITS = "code,name,kind\nH26,UBND Thành phố,office\nH26.1,Phường Một,\n"


def load(folder: Path, text: str | None) -> tuple[tuple[Target, ...], list[Fault]]:
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    if text is not None:
        (folder / "targets.csv").write_text(text, encoding="utf-8")
    source = {"name": "n", "dataset": "files", "kind": "spreadsheet", "path": "*.csv", "fields": {"code": "c"}}
    raw = {"units": {}, "sources": [source], "folder": folder, "online": {"targets": "targets.csv"}}
    directory, faults = load_directory(Settings.model_validate(raw))
    return directory.targets, faults


@pytest.mark.parametrize(
    ("text", "share"),
    [("80", 8000), ("80%", 8000), ("82.5", 8250), ("82,5 %", 8250), ("0", 0), ("100", 10_000), ("33.333", 3333)],
)
def test_a_share_is_read_however_it_was_written(tmp_path: Path, text: str, share: int) -> None:
    targets, faults = load(tmp_path, f"unit;period;online\nH26.1;2026-q4;{text}\n")
    assert (targets, faults) == ((Target("H26.1", "2026-Q4", share),), [])


def test_a_share_written_as_a_fraction_is_set_aside(tmp_path: Path) -> None:
    targets, faults = load(tmp_path, "unit;period;online\nH26.1;2026-Q4;0,6\n;2026;0\n")
    assert targets == (Target("", "2026", 0),)
    assert [(fault.line, fault.col, fault.cure.vi) for fault in faults if isinstance(fault.cure, Said)] == [
        (2, 15, "đề nghị viết số phần trăm, như 60 thay cho 0,6")
    ]


def test_a_target_without_a_unit_is_that_of_all(tmp_path: Path) -> None:
    targets, faults = load(tmp_path, "period,online\n2026,60\n2026-11,65\n")
    assert (targets, faults) == ((Target("", "2026", 6000), Target("", "2026-11", 6500)), [])


def test_all_that_is_wrong_is_told_at_its_cell_in_both_languages_and_the_others_stand(tmp_path: Path) -> None:
    bad = (
        "H26.9,2026-Q4,80",
        "H26.1,2026-Q5,80",
        ",2026,101",
        ",2026-Q1,-1",
        ",2026-Q2,viel",
        ",2026-Q3,",
        ",Nov-26,50",
    )
    rows = "".join(f"{row}\n" for row in (*bad, ",2026-11,50", ",2026-11,60"))
    targets, faults = load(tmp_path, "unit,period,online\n" + rows)
    assert targets == (Target("", "2026-11", 5000),)
    assert [(fault.line, fault.col, fault.what.split(";")[0]) for fault in faults] == [
        (2, 1, "unknown unit 'H26.9'"),
        (3, 7, "period: '2026-Q5' is no period"),
        (4, 7, "online: 101 lies outside 0 to 100 per cent"),
        (5, 10, "online: -1 lies outside 0 to 100 per cent"),
        (6, 10, "online: 'viel' is no share"),
        (7, 10, "online is empty"),
        (8, 2, "period: 'Nov-26' is no period"),
        (10, 2, "a second target of all units for 2026-11, the first is in line 9 and stands"),
    ]
    assert not any(fault.warning for fault in faults)
    assert all(isinstance(said, Said) and said.vi != said for fault in faults for said in (fault.what, fault.cure))


def test_a_table_that_is_named_and_not_there_is_told_with_its_key(tmp_path: Path) -> None:
    targets, (fault,) = load(tmp_path, None)
    assert (targets, fault.warning) == ((), True)
    assert "[online]" in str(fault.cure)
