"""How two texts of a rule differ, key by key and line by line; and which rules are the same under another name."""

import pytest

from alertd.model.rule import one_by_one, real_name
from alertd.rules.first_runs import same_meaning
from alertd.rules.text_changes import compared, key_changes

RULE = """\
id: overdue
title: {vi: Hồ sơ quá hạn, en: Overdue files}
when:
  - is_open
  - due_at is not null
levels: {reminder: 1, warning: 5}
repeat: 2 working days
"""


@pytest.mark.parametrize(
    ("change", "vi", "en"),
    [
        (("warning: 5", "warning: 3"), "levels.warning: 5 → 3", "levels.warning: 5 → 3"),
        (
            (", warning: 5", ", warning: 5, critical: 9"),
            "levels.critical: thêm 9",
            "levels.critical: added 9",
        ),
        (("repeat: 2 working days\n", ""), "repeat: bỏ 2 working days", "repeat: removed 2 working days"),
        (
            ("  - due_at is not null\n", "  - due_at is not null\n  - unit = 'H26.1'\n"),
            "when: thêm unit = 'H26.1'",
            "when: added unit = 'H26.1'",
        ),
        (("  - is_open\n", "  - is_overdue\n"), "when: is_open → is_overdue", "when: is_open → is_overdue"),
        (("quá hạn", "trễ hạn"), "title.vi: Hồ sơ quá hạn → Hồ sơ trễ hạn", "title.vi: Hồ sơ quá hạn → Hồ sơ trễ hạn"),
        (("when:\n  - is_open\n  - due_at is not null", "when: is_open"), None, None),
    ],
)
def test_each_key_that_says_something_else_is_said(change: tuple[str, str], vi: str | None, en: str | None) -> None:
    (found,) = key_changes(RULE, RULE.replace(*change))
    if vi is not None:
        assert (found.said("vi"), found.said("en")) == (vi, en)
    else:
        assert (found.before, found.after) == ("[is_open, due_at is not null]", "is_open")


def test_lines_in_another_order_are_a_change() -> None:
    turned = RULE.replace("  - is_open\n  - due_at is not null\n", "  - due_at is not null\n  - is_open\n")
    (found,) = key_changes(RULE, turned)
    assert found.key == "when"


def test_a_remark_is_a_change_of_lines_alone_and_spaces_at_the_end_are_none() -> None:
    assert compared({"a": RULE}, {"a": RULE.replace("\n", "  \n")}) == []
    (found,) = compared({"a": RULE}, {"a": RULE + "# by Lan\n"})
    assert (found.kind, found.keys, found.lines[-1]) == ("changed", (), "+# by Lan")


def test_a_rule_under_another_name_is_neither_new_nor_removed() -> None:
    late = RULE.replace("id: overdue", "id: late").replace("quá hạn", "trễ hạn")
    (found,) = compared({"overdue": RULE}, {"late": late})
    assert (found.rule, found.kind, found.before) == ("late", "renamed", "overdue")
    assert {key.key for key in found.keys} == {"id", "title.vi"}
    found_all = compared({"overdue": RULE}, {"late": late.replace("warning: 5", "warning: 4")})
    assert [(each.rule, each.kind) for each in found_all] == [("late", "added"), ("overdue", "removed")]


def test_what_could_be_two_rules_is_none_of_them() -> None:
    one, two = RULE.replace("id: overdue", "id: one"), RULE.replace("id: overdue", "id: two")
    assert same_meaning({"overdue": RULE}, {"one": one}) == {"overdue": "one"}
    assert same_meaning({"overdue": RULE}, {"one": one, "two": two}) == {}
    assert same_meaning({"one": one, "two": two}, {"overdue": RULE}) == {}


def test_names_that_are_exchanged_or_handed_on_go_with_what_they_mean() -> None:
    one, two = RULE, RULE.replace("warning: 5", "warning: 4")
    three = RULE.replace("warning: 5", "warning: 3")
    assert same_meaning({"a": one, "b": two}, {"a": two, "b": one}) == {"a": "b", "b": "a"}
    assert same_meaning({"a": one, "b": two}, {"b": one, "c": two}) == {"a": "b", "b": "c"}
    handed_on = compared({"a": one, "b": two}, {"b": one.replace("overdue", "b"), "c": two.replace("overdue", "c")})
    assert [(each.rule, each.kind, each.before) for each in handed_on] == [("b", "renamed", "a"), ("c", "renamed", "b")]
    # a copy under another name beside a rule that has changed, and a rule that became what a removed one was
    assert same_meaning({"a": one}, {"a": three, "b": one}) == {}
    assert same_meaning({"a": one, "b": two}, {"a": two}) == {}
    assert same_meaning({"a": one, "b": two}, {"a": two, "b": three}) == {}


def test_names_change_in_an_order_in_which_none_is_taken_twice() -> None:
    assert one_by_one({"a": "b", "b": "c"}) == [("b", "c"), ("a", "b")]
    steps = one_by_one({"a": "b", "b": "a"})
    assert steps == [("a", "~a"), ("b", "a"), ("~a", "b")]
    assert [real_name(old) for old, _ in steps] == ["a", "b", "a"]
