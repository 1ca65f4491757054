"""Rule tests are run by the real stages: what comes otherwise is said, what was tried is counted, what lacks is proposed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from alertd.cases.coverage import Looking
from alertd.cases.edges import Plan
from alertd.cases.junit import junit
from alertd.cases.load import load_cases
from alertd.cases.read import Around
from alertd.cases.real import real_records
from alertd.cases.run import Reason, Result, Runner
from alertd.cases.suggest import Suggester
from alertd.cases.suggested_yaml import suggested_yaml
from alertd.errors import Fault, Said
from alertd.model.directory import Contact, Directory, UnitRow
from alertd.model.words import Role
from alertd.rules.rulebook import CompiledRule
from alertd.store.database import Store
from tests.integration.rules_site import HANOI, Site, book_of, rule
from tests.integration.test_rule_tests import CALENDAR, SETTINGS, TEMPLATES, WEEKEND

LATE = "measure: working_days_late\nlevels: {reminder: 1, warning: 5}\n"
FILE = "rule: {rule}\ntests:\n  - {{name: one, at: {at}, record: {record}, {expected}}}\n"


def run(text: str, tmp_path: Path, *rules: CompiledRule) -> list[Result]:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    book = book_of(*rules)
    cases, faults = load_cases([path], Around(book, Directory(()), CALENDAR))
    assert faults == []
    reasons = [Reason("late", True, "working_days_late = 1")]
    runner = Runner(SETTINGS, TEMPLATES, CALENDAR, book, look=Looking(WEEKEND), reasons=lambda found, key: reasons)
    return list(runner.run(cases))


def one(tmp_path: Path, compiled: CompiledRule, record: str, expected: str, at: str = "2026-10-06 08:00") -> Result:
    text = FILE.format(rule=compiled.rule.id, at=at, record=record, expected=expected)
    return run(text, tmp_path, compiled)[0]


def came(result: Result) -> dict[str, tuple[str, str]]:
    return {each.name: (each.expected, each.got) for failed in result.failed for each in failed.differences}


# --- what came otherwise ---------------------------------------------------------------------------------------------
def test_everything_that_is_expected_is_compared(tmp_path: Path) -> None:
    expected = (
        "alert: warning, unit: UNIT-2, to: office, measure: 2, told: at_once, says: [không có], says_not: [Quy tắc], "
        "facts: {working_days_late: 7, due_at: 2026-10-01, is_open: false, section: Phòng A}"
    )
    found = came(one(tmp_path, rule(LATE), "{due_at: 2026-10-05}", expected))
    text = found.pop("says")[1]
    assert "Quy tắc" in text
    assert found.pop("says_not")[0] == "Quy tắc"
    assert found == {
        "alert": ("warning", "reminder"),
        "unit": ("UNIT-2", "UNIT-1"),
        "to": ("office", "UNIT-1"),
        "measure": ("2", "1"),
        "told": ("at_once", "digest"),
        "facts.working_days_late": ("7", "1"),
        "facts.due_at": ("2026-10-01", "2026-10-05"),
        "facts.is_open": ("false", "true"),
        "facts.section": ("Phòng A", "none"),
    }


def test_a_difference_has_its_line_its_moment_and_the_reason_part_by_part(tmp_path: Path) -> None:
    text = "rule: made\ntests:\n  - name: one\n    record: {due_at: 2026-10-05}\n    steps:\n"
    text += "      - {at: 2026-10-05 08:00, alert: none}\n      - at: 2026-10-06 08:00\n        alert: none\n"
    (result,) = run(text, tmp_path, rule(LATE))
    (failed,) = result.failed
    assert (failed.step, f"{failed.now:%d %H:%M}", [each.line for each in failed.differences]) == (2, "06 08:00", [8])
    assert failed.reasons == {"A": (Reason("late", True, "working_days_late = 1"),)}
    assert result.touched == frozenset(), "what did not come as expected has tried nothing"


def test_what_stood_ends_with_its_reason(tmp_path: Path) -> None:
    text = """\
rule: made
tests:
  - name: by its own new row
    record: {due_at: 2026-10-05}
    steps:
      - {at: 2026-10-06 08:00, alert: reminder}
      - {at: 2026-10-07 08:00, record: {ended_at: 2026-10-06 10:00}, alert: none, ends: gone}
  - name: nothing ever stood
    at: 2026-10-05
    record: {due_at: 2026-10-05}
    alert: none
    ends: resolved
"""
    first, second = run(text, tmp_path, rule(LATE))
    assert came(first) == {"ends": ("gone", "resolved")}
    assert came(second) == {"ends": ("resolved", "none")}


def test_an_event_that_has_not_happened_yet_is_not_seen(tmp_path: Path) -> None:
    assert one(
        tmp_path, rule(LATE), "{due_at: 2026-10-05, accepted_at: 2026-10-01, ended_at: 2026-10-20}", "alert: reminder"
    ).passed


def test_one_test_leaves_nothing_behind_for_the_next(tmp_path: Path) -> None:
    two = "  - {{name: {name}, at: 2026-10-0{day} 08:00, records: {records}, alerts: {alerts}}}\n"
    text = "rule: made\ntests:\n" + two.format(
        name="a", day=8, records="{A: {due_at: 2026-10-05}}", alerts="{A: reminder}"
    )
    text += two.format(name="b", day=6, records="{B: {due_at: 2026-10-05}, A: {}}", alerts="{A: none, B: reminder}")
    assert [result.passed for result in run(text, tmp_path, rule(LATE))] == [True, True]


# --- what was tried --------------------------------------------------------------------------------------------------
def tried(tmp_path: Path, compiled: CompiledRule, *tests: tuple[str, str, str]) -> tuple[set[str], set[str]]:
    """What the tests (moment, record, level) have tried, and what they have not."""
    lines = "".join(
        f"  - {{name: t{place}, at: {at} 08:00, record: {record}, alert: {alert}}}\n"
        for place, (at, record, alert) in enumerate(tests)
    )
    results = run(f"rule: {compiled.rule.id}\ndays_off: [2026-10-19]\ntests:\n{lines}", tmp_path, compiled)
    assert all(result.passed for result in results), [came(result) for result in results]
    touched = {target for result in results for target in result.touched}
    return touched, set(Plan(compiled).targets) - touched


def test_a_level_counts_as_tried_when_it_was_reached_and_no_other(tmp_path: Path) -> None:
    touched, missing = tried(tmp_path, rule(LATE), ("2026-10-06", "{due_at: 2026-10-05}", "reminder"))
    assert touched == {"level reminder"}
    assert {"level warning", "no alert", "due today", "over a holiday", "paused", "no due date"} < missing


def test_edges_are_seen_by_what_happened_to_the_record(tmp_path: Path) -> None:
    _, missing = tried(
        tmp_path,
        rule(LATE),
        ("2026-10-06", "{due_at: 2026-10-06}", "none"),
        ("2026-10-20", "{due_at: 2026-10-16}", "reminder"),
        ("2026-10-06", "{}", "none"),
        ("2026-10-06", "{due_at: 2026-10-07, supplement_requested_at: 2026-10-05}", "none"),
        ("2026-10-12", "{due_at: 2026-10-05, unit: UNIT-ENDED}", "warning"),
        ("2026-10-12", "{due_at: 2026-10-05, unit: UNIT-NO-HEAD}", "warning"),
    )
    assert missing == set()


def test_a_weekend_is_no_holiday_and_a_day_off_is_no_due_day(tmp_path: Path) -> None:
    touched, _ = tried(
        tmp_path,
        rule(LATE),
        ("2026-10-12", "{due_at: 2026-10-09}", "reminder"),
        ("2026-10-19", "{due_at: 2026-10-16}", "none"),
    )
    assert touched == {"level reminder", "no alert"}


def test_an_exception_a_period_and_an_alert_that_is_kept_have_to_be_tried(tmp_path: Path) -> None:
    within = rule(
        "dataset: announcements\nwhen: published_on is null\nmeasure: working_days_late\nlevels: {warning: 1}\n"
        "deadline: {counted_from: decided_on, within: 5 working days, within_if: {fast_track: 2 working days}}\n"
        "except:\n  - {when: procedure = 'X', reason: known}\n"
    )
    assert {"except 1", "within_if fast_track", "due today", "over a holiday", "no due date"} < set(
        Plan(within).targets
    )
    touched, _ = tried(
        tmp_path,
        within,
        ("2026-10-15", "{decided_on: 2026-10-05, procedure: X}", "none"),
        ("2026-10-08", "{decided_on: 2026-10-05, fast_track: true}", "warning"),
        ("2026-10-12", "{decided_on: 2026-10-05}", "none"),
        ("2026-10-12", "{}", "none"),
    )
    assert {"except 1", "within_if fast_track", "due today", "no due date"} < touched
    kept = rule("when: supplement_requests >= 10\nlevel: warning\nends_when: supplement_requests < 8")
    text = """\
rule: made
tests:
  - name: it does not flicker
    record: {supplement_requests: 10}
    steps:
      - {at: 2026-10-05 08:00, alert: warning}
      - {at: 2026-10-06 08:00, record: {supplement_requests: 9}, alert: warning}
      - {at: 2026-10-07 08:00, record: {supplement_requests: 7}, alert: none, ends: resolved}
"""
    (result,) = run(text, tmp_path, kept)
    assert result.passed, came(result)
    assert "kept" in result.touched


def test_what_does_not_apply_follows_from_the_rule() -> None:
    plan = Plan(rule("dataset: procedures\nwhen: not content_complete\nto: office"))
    assert plan.targets == ("level warning", "no alert")
    assert len(plan.not_applying) == 8
    assert all(why.vi for why in plan.not_applying.values())


# --- for machines ----------------------------------------------------------------------------------------------------
def test_junit_is_valid_xml_with_a_failure_for_each_difference(tmp_path: Path) -> None:
    text = "rule: made\ntests:\n"
    text += '  - {name: "a < b & \\"c\\"", at: 2026-10-06, record: {due_at: 2026-10-05}, alert: none}\n'
    text += "  - {name: right, at: 2026-10-06, record: {due_at: 2026-10-05}, alert: reminder}\n"
    results = run(text, tmp_path, rule(LATE))
    faults = [Fault("b.yaml", 3, 1, Said("bad\x1b", "sai")), Fault("c.yaml", 1, 1, "a warning", warning=True)]
    root = ET.fromstring(junit(results, faults, "vi").encode())
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    assert [case.get("name") for case in root.iter("testcase")] == ['a < b & "c"', "right", "b.yaml:3:1"]
    failure = root.find(".//failure")
    assert failure is not None
    assert "expected none, got reminder" in failure.get("message", "")


# --- what lacks ------------------------------------------------------------------------------------------------------
def suggester(compiled: CompiledRule) -> Suggester:
    runner = Runner(SETTINGS, TEMPLATES, CALENDAR, book_of(compiled), look=Looking(WEEKEND))
    plan = Plan(compiled)
    return Suggester(runner, plan, datetime(2026, 10, 7, 8, 0, tzinfo=HANOI), list(plan.targets))


def test_what_is_proposed_can_be_run_passes_and_tries_everything(tmp_path: Path) -> None:
    own = rule(
        "when: [is_open, channel = 'online', status = 'registered' or status is null]\n"
        + LATE
        + "deadline: {counted_from: submitted_at, within: 1 working day}\n"
        "except:\n  - {when: \"section = 'Phòng A'\", reason: known}\n"
    )
    asked = suggester(own)
    found = list(asked.suggest([]))
    assert asked.missing == []
    results = run(suggested_yaml(asked.plan, found, [], "vi"), tmp_path, own)
    assert all(result.passed for result in results), [came(result) for result in results]
    assert {target for result in results for target in result.touched} == set(asked.plan.targets)


def test_each_proposed_test_asks_a_person_to_confirm_it() -> None:
    asked = suggester(rule(LATE))
    text = suggested_yaml(asked.plan, list(asked.suggest([])), ["kept"], "vi")
    assert text.count("XÁC NHẬN: thử ") == text.count("- name:")
    assert "chưa tìm được trường hợp để thử: kept" in text


def test_an_edge_is_tried_by_a_record_that_differs_from_an_alert_in_nothing_else(tmp_path: Path) -> None:
    own = rule(
        "when: [is_open, \"section = 'Phòng A'\", accepted_at is null]\n"
        "measure: working_days_since(submitted_at)\nlevels: {warning: 2}\n"
        "except:\n  - {when: unit = 'H26.X', reason: known}\n"
    )
    asked = suggester(own)
    found = list(asked.suggest([]))
    assert asked.missing == []
    paused = next(each for each in found if "paused" in each.targets)
    assert paused.seen.level is not None, (
        "this rule forgets to leave out what the citizen is waited for: that has to be seen"
    )
    text = suggested_yaml(asked.plan, found, [], "vi", ("H26.1",))
    assert "units: {H26.X: {name: H26.X}}\n" in text
    assert all(result.passed for result in run(text, tmp_path, own))


def proposed_from(store: Store, compiled: CompiledRule, records: Sequence[dict[str, str]]) -> str:
    site = Site(store, "2026-10-07 07:00", calendar=CALENDAR)
    site.poll(*records)
    asked = suggester(compiled)
    directory = Directory((UnitRow("H26.1", "Sở Xây dựng"),), (Contact("H26.1", Role.HEAD, "Lê Văn An"),))
    with store.read() as session:
        at = site.at("2026-10-07 08:00")
        real = real_records(session, asked.plan, asked.missing, directory, at, WEEKEND)
    return suggested_yaml(asked.plan, list(asked.suggest(real)), asked.missing, "en")


def test_real_records_come_first_without_code_unit_or_any_text(store: Store) -> None:
    secret = {
        "code": "H26.1-261001-0007",
        "unit": "H26.1",
        "status": "processing",
        "section": "Bà Nguyễn Thị Mật",
        "procedure": "1.004",
    }
    text = proposed_from(
        store, rule(LATE), [secret | {"due_at": "2026-10-06T16:30:00", "accepted_at": "2026-09-01T08:15:00"}]
    )
    assert "from a record of the store" in text
    assert "due_at: 2026-10-06 16:30" in text
    for hidden in ("H26", "0007", "Mật", "1.004"):
        assert hidden not in text


def test_a_text_that_the_rule_itself_names_is_kept(store: Store) -> None:
    own = rule("when: [is_open, procedure = '1.004']\n" + LATE)
    text = proposed_from(
        store, own, [{"code": "X", "unit": "H26.1", "procedure": "1.004", "due_at": "2026-10-06T16:30:00"}]
    )
    assert "procedure: '1.004'" in text
