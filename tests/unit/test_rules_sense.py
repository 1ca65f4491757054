"""Rules that can be read and make no sense: told where it is certain, and never where some record could be found."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.model.files import FILES
from alertd.rules.bounds import Bounds
from alertd.rules.condition import read_condition
from alertd.rules.load import load_drafts, load_rules
from alertd.rules.sense import expired

RULE = """\
id: {id}
title: Quá hạn
basis:
  - {{text: Nghị định 61/2018/NĐ-CP, until: 2025-06-30}}
dataset: files
when:
  - is_open
  - {line}
measure: working_days_late
levels: {levels}
to: {to}
"""


def rule(
    line: str = "due_at is not null", levels: str = "{reminder: 1, warning: 5}", to: str = "unit_head", name: str = "a"
) -> str:
    return RULE.format(id=name, line=line, levels=levels, to=to)


def warned(folder: Path, **texts: str) -> list[str]:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    _, faults = load_rules(folder, language="vi", units=(), templates=())
    assert all(fault.warning for fault in faults), faults
    return [f"{Path(fault.file).stem}:{fault.line} {fault.what}" for fault in faults]


def clash(text: str) -> bool:
    node, complaints = read_condition(text, FILES.fields)
    assert node is not None, complaints
    return Bounds().add((node,)).clash is not None


# --- what excludes each other ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "days_late > 5 and days_late < 5",
        "days_late > 5 and days_late < 6",
        "days_late >= 6 and days_late <= 5",
        "days_late = 5 and days_late <> 5",
        "days_late = 5 and days_late = 6",
        "days_late between 1 and 5 and days_late > 5",
        "not (days_late > 5) and days_late = 6",
        "days_late < 0",
        "supplement_requests > 2 and supplement_requests < 2.5",
        "working_days_since(due_at) > 3 and working_days_since(due_at) < 3",
        "is_open and not is_open",
        "is_open and is_open = false",
        "due_at is null and due_at is not null",
        "due_at is null and due_at < now",
        "status = 'done' and status = 'returned'",
        "status in ('done', 'returned') and status = 'processing'",
        "status = 'done' and status not in ('done', 'returned')",
        "section is null and section like 'A%'",
        "section = 'A' and section <> 'A'",
    ],
)
def test_parts_that_exclude_each_other_are_found(text: str) -> None:
    assert clash(text)


@pytest.mark.parametrize(
    "text",
    [
        "days_late > 5 and days_late < 7",
        "days_late > 5 or days_late < 5",
        "not (days_late > 5 and days_late < 3)",
        "days_late > 5 and working_days_late < 5",
        "supplement_requests < 0",  # nobody promises what a source says
        "working_days_since(due_at) < 0",
        "section = 'A' and section <> 'a'",
        "section like 'A%' and section like 'B%'",
        "status in ('done', 'returned') and status <> 'done'",
        "due_at < now and due_at > '2026-01-01'",
        "submitted_at > '2026-01-01' and submitted_at < '2026-01-01T08:00'",
        "days_late / 2 > 5 and days_late / 2 < 5.5",
        "section is null or section <> 'A'",
        "days_late in (1, 5) and days_late <> 1",
    ],
)
def test_what_some_record_could_meet_is_left_alone(text: str) -> None:
    assert not clash(text)


_OPS = {"=": int.__eq__, "<>": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}


@given(st.lists(st.tuples(st.sampled_from(sorted(_OPS)), st.integers(-2, 6), st.booleans()), min_size=1, max_size=6))
def test_what_is_called_impossible_is_so_for_every_number(parts: list[tuple[str, int, bool]]) -> None:
    written = " and ".join(f"{'not ' if no else ''}(supplement_requests {op} {value})" for op, value, no in parts)
    possible = any(all(_OPS[op](number, value) != no for op, value, no in parts) for number in range(-9, 15))
    assert not (clash(written) and possible), written


# --- rules -----------------------------------------------------------------------------------------------------------
def test_a_level_that_no_record_reaches_is_named(tmp_path: Path) -> None:
    (found,) = warned(tmp_path, a=rule("working_days_late < 5"))
    assert found.startswith(
        "a:10 no record can reach warning: working_days_late >= 5 and working_days_late < 5 exclude"
    )


def test_a_level_that_a_worse_one_always_hides_is_named(tmp_path: Path) -> None:
    (found,) = warned(tmp_path, a=rule("working_days_late > 9"))
    assert (
        found
        == "a:10 every record that reaches reminder reaches warning as well, because of when: working_days_late > 9"
    )
    falling = "{reminder: working_days_left <= 0, warning: working_days_left <= 1}"
    (found,) = warned(tmp_path, a=rule(levels=falling))
    assert "every record that reaches reminder reaches warning" in found


def test_levels_that_each_find_something_are_left_alone(tmp_path: Path) -> None:
    assert warned(tmp_path, a=rule(levels="{reminder: working_days_left <= 2, warning: working_days_left <= 0}")) == []
    assert warned(tmp_path, a=rule("days_late > 9")) == []
    assert warned(tmp_path, a=rule("working_days_late > 3")) == []


def test_an_exception_that_can_never_hold_is_named(tmp_path: Path) -> None:
    exception = "except:\n  - {when: not is_open, reason: không còn}\n"
    (found,) = warned(tmp_path, a=rule() + exception)
    assert found.startswith("a:13 this can never hold: is_open and not is_open exclude each other")


def test_rules_of_one_meaning_are_told_at_the_later_and_those_for_others_are_not(tmp_path: Path) -> None:
    same = rule("is_open and due_at is not null", name="b")
    assert warned(tmp_path, a=rule(), b=same) == [
        "b:1 finds the same records as a, at the same levels, for the same people"
    ]
    assert warned(tmp_path, b=rule(name="b", to="office")) == []
    assert warned(tmp_path, b=rule(name="b", levels="{reminder: 1}")) == []


def test_a_basis_that_is_over_is_told_from_the_day_after(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(rule(), encoding="utf-8")
    book, _ = load_rules(tmp_path, language="vi", units=(), templates=())
    assert list(expired(book, date(2025, 6, 30))) == []
    (fault,) = expired(book, date(2025, 7, 1))
    assert (fault.line, fault.warning, str(fault.what)) == (3, True, "no text of the basis holds after 30/06/2025")


# --- drafts ----------------------------------------------------------------------------------------------------------
def test_drafts_are_read_wherever_they_lie_under_whatever_name(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.yaml").write_text(rule(), encoding="utf-8")
    (tmp_path / "draft-of-b.yaml").write_text(rule("days_late > 3", name="b"), encoding="utf-8")
    book, faults = load_drafts(
        [tmp_path / "folder", tmp_path / "draft-of-b.yaml"], language="vi", units=(), templates=()
    )
    assert (set(book.compiled), faults) == ({"a", "b"}, [])


def test_a_draft_that_is_not_there_and_a_folder_without_any_are_faults(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    _, faults = load_drafts([tmp_path / "folder", tmp_path / "no.yaml"], language="vi", units=(), templates=())
    assert [(Path(fault.file).name, str(fault.what), fault.warning) for fault in faults] == [
        ("folder", "no rule (*.yaml) in it", False),
        ("no.yaml", "there is no such file", False),
    ]
