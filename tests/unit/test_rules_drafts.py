"""Drafts among the rules in force: in the place of their namesakes, beside the others, alone; under whatever file name."""

from pathlib import Path

import pytest

from alertd.errors import CannotRun
from alertd.rules.drafts import only_rules, read_drafts, with_drafts
from alertd.rules.load import load_rules
from alertd.rules.rulebook import Rulebook

RULE = """\
id: {name}
title: {{vi: Hồ sơ, en: Files}}
basis: [{{text: Nghị định 118/2025/NĐ-CP}}]
dataset: files
when: [is_open, due_at is not null]
measure: working_days_late
levels: {{warning: {step}}}
to: unit_head
send: {{warning: digest}}
"""


def write(folder: Path, name: str, step: int = 5, file: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{file or name}.yaml"
    path.write_text(RULE.format(name=name, step=step), encoding="utf-8")
    return path


def in_force(tmp_path: Path, *broken: str) -> Rulebook:
    for name in ("late", "other"):
        write(tmp_path / "rules", name)
    for name in broken:
        (tmp_path / "rules" / f"{name}.yaml").write_text(f"id: {name}\nwhen: is_opn\n", encoding="utf-8")
    return load_rules(tmp_path / "rules", language="vi", units=(), templates=())[0]


def drafts(*paths: Path) -> Rulebook:
    book, faults = read_drafts(paths, language="vi", units=(), templates=())
    assert [fault for fault in faults if not fault.warning] == []
    return book


def test_a_draft_takes_the_place_of_its_namesake_whatever_its_file_is_called(tmp_path: Path) -> None:
    live = in_force(tmp_path)
    both = with_drafts(live, drafts(write(tmp_path / "try", "late", 1, "thử lần 2")))
    assert sorted(both.compiled) == ["late", "other"] == sorted(both.set.rules)
    assert both.compiled["late"].levels[0].step == 1
    assert both.compiled["other"] is live.compiled["other"]
    assert both.set.version != live.set.version


def test_a_draft_that_says_what_is_in_force_makes_the_same_set(tmp_path: Path) -> None:
    live = in_force(tmp_path)
    assert with_drafts(live, drafts(write(tmp_path / "try", "late"))).set.version == live.set.version


def test_a_draft_with_a_new_name_joins_the_others(tmp_path: Path) -> None:
    both = with_drafts(in_force(tmp_path), drafts(write(tmp_path / "try", "new")))
    assert sorted(both.compiled) == ["late", "new", "other"]


def test_a_draft_mends_a_rule_that_was_set_aside_and_no_other(tmp_path: Path) -> None:
    live = in_force(tmp_path, "bad", "worse")
    both = with_drafts(live, drafts(write(tmp_path / "try", "bad")))
    assert set(live.set.set_aside) == {"bad", "worse"}
    assert set(both.set.set_aside) == {"worse"}
    assert "bad" in both.compiled


def test_a_folder_of_drafts_is_read_without_what_lies_deeper(tmp_path: Path) -> None:
    write(tmp_path / "try", "late", 1)
    write(tmp_path / "try", "new")
    write(tmp_path / "try" / "tests", "late")
    assert sorted(drafts(tmp_path / "try").compiled) == ["late", "new"]


def test_of_the_rules_in_force_only_those_that_are_asked_for(tmp_path: Path) -> None:
    live = in_force(tmp_path, "bad")
    alone = only_rules(live, ["late", "unknown"])
    assert (sorted(alone.compiled), dict(alone.set.set_aside)) == (["late"], {})
    assert set(only_rules(live, ["bad"]).set.set_aside) == {"bad"}


def test_two_drafts_of_one_rule_are_a_fault(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a", "late", 1), write(tmp_path / "b", "late", 2)]
    _, faults = read_drafts(paths, language="vi", units=(), templates=())
    assert [fault.warning for fault in faults].count(False) == 2


@pytest.mark.parametrize(("name", "why"), [("none.yaml", "no such file"), ("rules.txt", "is no rule")])
def test_what_is_no_rule_cannot_be_tried(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "rules.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CannotRun, match=why):
        read_drafts([tmp_path / name], language="vi", units=(), templates=())
