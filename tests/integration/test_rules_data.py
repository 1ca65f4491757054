"""What the records at hand say of the rules, on both databases: warnings that point into the rule's file, and silence elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from alertd.check.rules_data import look
from alertd.check.rules_data_faults import warnings_of
from alertd.errors import Fault, in_language
from alertd.model.alerts import alerts_table
from alertd.rules.rulebook import CompiledRule
from alertd.store.database import Store
from tests.integration.rules_site import Site, rule, shipped
from tests.integration.test_rules_evaluate import broken


@pytest.fixture
def site(store: Store) -> Site:
    return Site(store, with_days=True)


def files(count: int, **more: Any) -> list[dict[str, Any]]:
    """Open files, due days spread from 1 to 20 September 2026."""
    return [
        {
            "code": f"H26.1-260801-{more.get('first', 0) + number:04}",
            "unit": "H26.1",
            "status": "processing",
            "submitted_at": "2026-08-01T08:00:00",
            "accepted_at": "2026-08-03T08:00:00",
            "due_at": f"2026-09-{number % 20 + 1:02}T17:00:00",
            "section": "Phòng Một",
            **{name: value for name, value in more.items() if name != "first"},
        }
        for number in range(count)
    ]


def warnings(site: Site, *rules: CompiledRule, live: bool = True) -> list[Fault]:
    with site.store.read() as session:
        return warnings_of(look(session, rules, site.at(live=live)))


def told(faults: list[Fault]) -> list[str]:
    return [f"{fault.line}:{fault.col}+{fault.length} {fault.what}" for fault in faults]


# --- none, all ---
def test_a_threshold_that_no_record_reaches_is_told_with_the_part_and_its_place(site: Site) -> None:
    site.poll(*files(30))
    (found,) = warnings(site, rule("when:\n  - is_open\n  - working_days_late >= 9999\n"))
    assert found.warning
    assert found.what == (
        "the rule holds for none of the 30 records at hand: none meets this part (has the working days after the due "
        "date at least 9,999)"
    )
    assert "không bản ghi nào thỏa mãn phần này (có số ngày làm việc quá hạn từ 9.999 trở lên)" in in_language(
        found.what, "vi"
    )
    line = rule("when:\n  - is_open\n  - working_days_late >= 9999\n").rule.text.splitlines()[found.line - 1]
    assert line[found.col - 1 :].startswith("working_days_late >= 9999")


def test_parts_that_exclude_each_other_are_told_as_that(site: Site) -> None:
    site.poll(*files(30), *files(5, first=100, status="done", ended_at="2026-09-25T08:00:00"))
    (found,) = warnings(site, rule("when:\n  - is_open\n  - status = 'done'\n"))
    assert "each part of when holds for some, all together for none" in found.what


def test_a_level_that_begins_beyond_all_measures_is_told_with_the_largest(site: Site) -> None:
    site.poll(*files(30))
    (found,) = warnings(site, rule("measure: working_days_late\nlevels: {reminder: 500}\n"))
    assert "30 meet when, none reaches a level (the largest measure is 24)" in found.what
    assert "giá trị đo lớn nhất là 24" in in_language(found.what, "vi")


def test_a_rule_that_finds_everything_is_told(site: Site) -> None:
    site.poll(*files(30))
    (found,) = warnings(site, rule("when: code like 'H26.%'\n"))
    assert "the rule holds for all of the 30 records at hand" in found.what


def test_of_few_records_nothing_is_said(site: Site) -> None:
    site.poll(*files(19))
    assert warnings(site, rule("when: working_days_late >= 9999\n"), rule("when: code like 'H26.%'\n")) == []


def test_a_dataset_without_records_is_no_reason_to_complain(site: Site) -> None:
    assert warnings(site, *shipped().compiled.values()) == []


def test_a_rule_that_has_found_something_by_this_very_text_is_not_told_for_finding_nothing_today(site: Site) -> None:
    site.poll(*files(30))
    quiet = rule("when: working_days_late >= 9999\n")
    with site.store.write() as session:
        row = {
            "rule": quiet.rule.id, "rule_version": quiet.rule.version, "dataset": "files", "key": "x", "record_id": 1,
            "source": "s", "level": 2, "opened_at": site.at().now, "changed_at": site.at().now, "state": "resolved",
            "reason": "resolved", "acknowledged_by": "", "times_opened": 1,
        }  # fmt: skip
        session.connection().execute(alerts_table.insert().values(row))
    assert warnings(site, quiet) == []
    other = rule("when: working_days_late >= 9998\n")
    assert len(warnings(site, other)) == 1


# --- levels ---
def test_a_milder_level_that_the_worse_one_swallows_is_told(site: Site) -> None:
    site.poll(*files(100), *files(5, first=200, due_at="2026-10-20T17:00:00"))
    text = "levels:\n  reminder: working_days_late >= 2\n  warning: working_days_late >= 1\n"
    (found,) = warnings(site, rule(text))
    assert told([found])[0].endswith("has the level reminder: all are warning (100)")
    assert rule(text).rule.text.splitlines()[found.line - 1][found.col - 1 :].startswith("reminder")


def test_a_city_in_which_nothing_is_critical_is_not_nagged_for_it(site: Site) -> None:
    site.poll(*files(150), *files(5, first=200, due_at="2026-10-20T17:00:00"))
    assert warnings(site, rule("measure: working_days_late\nlevels: {reminder: 1, warning: 5, critical: 300}\n")) == []


# --- empty fields ---
def test_a_comparison_with_a_field_that_is_often_empty_is_told_with_share_count_and_place(site: Site) -> None:
    site.poll(*files(46), *files(4, first=100, due_at=None))
    text = "when:\n  - is_open\n  - section <> 'due_at' and due_at < now\n"
    (found,) = warnings(site, rule(text))
    assert "due_at is empty in 8% of the records that the rest of the rule takes in (4 of 50)" in found.what
    assert "due_at (ngày hẹn trả) để trống ở 8% số bản ghi thuộc phạm vi của quy tắc (4/50)" in in_language(
        found.what, "vi"
    )
    line = rule(text).rule.text.splitlines()[found.line - 1]
    assert line[found.col - 1 : found.col - 1 + found.length] == "due_at"
    assert line[: found.col - 1].endswith("and ")


@pytest.mark.parametrize(
    "text",
    [
        "when: [is_open, due_at is not null, due_at < now]",
        "when: due_at is null or due_at < now",
        "when: [due_at is not null]\nmeasure: working_days_late\nlevels: {reminder: 1}",
        "when: coalesce(supplement_requests, 0) >= 0 and is_open and due_at is not null",
        "when: [is_open, ended_at is null]",
        "when: [not is_open, ended_at < now]",
    ],
)
def test_what_the_rule_itself_takes_care_of_is_not_told(site: Site, text: str) -> None:
    ended = files(5, first=200, status="done", ended_at="2026-09-25T08:00:00")
    site.poll(*files(46), *files(4, first=100, due_at=None), *ended)
    assert [fault for fault in warnings(site, rule(text)) if "empty" in fault.what] == []


def test_the_odd_record_is_not_told(site: Site) -> None:
    site.poll(*files(99), *files(1, first=100, due_at=None))
    assert warnings(site, rule("when: [is_open, due_at < now]\nlevel: warning")) == []


def test_a_measure_that_is_often_empty_is_told_at_the_measure(site: Site) -> None:
    site.poll(*files(46), *files(4, first=100, due_at=None))
    text = "measure: working_days_late\nlevels: {reminder: 1}\n"
    (found,) = warnings(site, rule(text))
    assert "working_days_late is empty in 8%" in found.what
    assert rule(text).rule.text.splitlines()[found.line - 1] == "measure: working_days_late"


def test_not_of_a_yes_no_field_is_a_comparison_and_the_field_by_itself_is_none(site: Site) -> None:
    rows = [
        {"code": f"1.00{number:04}", "name": f"TTHC {number}", "content_complete": None if number % 2 else False}
        for number in range(40)
    ]
    site.poll(*rows, dataset="procedures")
    head = "dataset: procedures\n"
    (found,) = warnings(site, rule(head + "when: not content_complete\n"))
    assert "content_complete is empty in 50% of the records at hand (20 of 40)" in found.what
    assert not any("empty" in each.what for each in warnings(site, rule(head + "when: content_complete\n")))


# --- how ---
def test_live_and_as_of_say_the_same(site: Site) -> None:
    site.poll(*files(46), *files(4, first=100, due_at=None))
    rules = [
        rule("when: [is_open, due_at < now]\n", name="a"),
        rule("when: working_days_late >= 9999\n", name="b"),
        rule("when: is_open\nmeasure: working_days_late\nlevels: {reminder: 1}\n", name="c"),
    ]
    assert told(warnings(site, *rules)) == told(warnings(site, *rules, live=False))
    assert len(warnings(site, *rules)) == 4


def test_a_rule_that_the_database_cannot_run_is_told_and_hides_no_other(site: Site) -> None:
    site.poll(*files(30))
    found = warnings(site, broken(), rule("when: working_days_late >= 9999\n", name="c"))
    assert ["cannot be run on the records at hand" in fault.what for fault in found] == [True, False]
    assert "no_such_function" in found[0].what
    assert "không chạy được trên dữ liệu hiện có" in in_language(found[0].what, "vi")


def test_as_many_statements_as_rules_and_groups_and_none_per_record(site: Site, statements: list[str]) -> None:
    site.poll(*files(200), *files(10, first=500, due_at=None))
    statements.clear()
    warnings(site, *shipped().compiled.values())
    assert len([each for each in statements if each.lstrip().upper().startswith("SELECT")]) <= 2 * len(
        shipped().compiled
    )


@pytest.fixture
def statements(site: Site) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(site.store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(site.store.engine, "before_cursor_execute", note)
