"""Files of rule tests: what can be wrong with one is said at its place in both languages, and never taken for a pass."""

from pathlib import Path

import pytest

from alertd.cases.case import Case, Of
from alertd.cases.load import files_in, load_cases
from alertd.cases.read import Around
from alertd.errors import Fault, Said
from alertd.model.directory import Directory, UnitRow
from alertd.model.words import Level
from tests.integration.rules_site import CALENDAR, book_of, rule

RULE = rule("measure: working_days_late\nlevels: {reminder: 1, warning: 5}", name="late")
DUTY = rule("dataset: announcements\nwhen: published_on is null", name="duty")
AROUND = Around(book_of(RULE, DUTY, set_aside={"broken": "…"}), Directory((UnitRow("H26.7", "Sở Bảy"),)), CALENDAR)
GOOD = """\
rule: late
tests:
  - name: one day late
    at: 2026-10-06 08:00
    record: {due_at: 2026-10-05}
    alert: reminder
"""


def load(text: str, tmp_path: Path) -> tuple[list[Case], list[Fault]]:
    path = tmp_path / "late.yaml"
    path.write_text(text, encoding="utf-8")
    return load_cases([path], AROUND)


def test_a_test_is_a_few_lines(tmp_path: Path) -> None:
    (case,), faults = load(GOOD, tmp_path)
    assert faults == []
    (step,) = case.steps
    assert (case.rule, case.name, case.line) == ("late", "one day late", 3)
    assert step.records == {
        "A": {"code": "A", "unit": "UNIT-1", "status": "processing", "channel": "counter", "due_at": "2026-10-05"}
    }
    assert [(check.of, check.value, check.line) for check in step.checks] == [(Of.ALERT, Level.REMINDER, 6)]


def test_steps_take_over_what_the_record_was_before(tmp_path: Path) -> None:
    text = """\
rule: late
common: {section: Phòng A}
tests:
  - name: a life
    record: {due_at: 5 working days ago}
    steps:
      - {at: 2026-10-12, alert: warning}
      - {at: 2026-10-13 10:00, record: {status: done, ended_at: yesterday 16:00}, alert: none, ends: resolved}
      - {at: 2026-10-14, record: gone, alert: none}
"""
    (case,), faults = load(text, tmp_path)
    assert faults == []
    first, second, third = case.steps
    assert first.records["A"] is not None
    assert second.records["A"] is not None
    assert (first.records["A"]["due_at"], first.records["A"]["section"]) == ("2026-10-05", "Phòng A")
    assert (second.records["A"]["due_at"], second.records["A"]["ended_at"]) == ("2026-10-05", "2026-10-12T16:00:00")
    assert third.records["A"] is None
    assert f"{first.now:%H:%M}" == "07:30"


# what is written instead of a line of GOOD → what is said of it in English, its line, and what in Vietnamese
WRONG: list[tuple[str, str, str, int, str]] = [
    ("rule: late", "rule: lte", "unknown rule 'lte'; did you mean 'late'?", 1, "không có quy tắc 'lte'"),
    ("rule: late", "rule: broken", "the rule 'broken' is set aside for a fault", 1, "quy tắc 'broken' đang bị gác lại"),
    ("rule: late\n", "", "which rule is tested is not said", 1, "chưa ghi kiểm thử quy tắc nào"),
    ("    alert: reminder\n", "", "nothing is expected here, so nothing is tested", 3, "chưa ghi kết quả phải có"),
    ("    record: {due_at: 2026-10-05}\n", "", "a test without a record tests nothing", 3, "kiểm thử không có bản ghi"),
    ("    at: 2026-10-06 08:00\n", "", "at is missing", 3, "thiếu khóa at"),
    ("at: 2026-10-06 08:00", "at: 2026-02-30 08:00", "2026-02-30 is no day", 4, "không có ngày 2026-02-30"),
    ("at: 2026-10-06 08:00", "at: tomorrow", "'tomorrow' is no moment", 4, "'tomorrow' không phải là thời điểm"),
    ("due_at: 2026-10-05", "due_at: soon", "'soon' is no day", 5, "'soon' không phải là ngày"),
    (
        "due_at: 2026-10-05",
        "due_on: 2026-10-05",
        "due_on is worked out, no source gives it",
        5,
        "due_on do hệ thống tự tính",
    ),
    (
        "due_at: 2026-10-05",
        "due_date: 2026-10-05",
        "unknown field 'due_date'; did you mean 'due_at'?",
        5,
        "có phải là 'due_at'?",
    ),
    ("due_at: 2026-10-05", "ngày hẹn trả: 2026-10-05", "did you mean 'due_at'?", 5, "có phải là 'due_at'?"),
    ("due_at: 2026-10-05", "code: X", "a test gives the code itself", 5, "mã do phần kiểm thử tự đặt"),
    ("due_at: 2026-10-05", "status: procesing", "did you mean 'processing'?", 5, "status không có giá trị 'procesing'"),
    ("due_at: 2026-10-05", "unit: UNIT-3", "no unit has the code 'UNIT-3'", 5, "không có đơn vị mang mã 'UNIT-3'"),
    ("due_at: 2026-10-05", "supplement_requests: two", "needs a whole number", 5, "phải là số nguyên"),
    ("due_at: 2026-10-05", "procedure: 1.004220", "put it in quotes", 5, "đặt trong dấu nháy"),
    ("alert: reminder", "alert: high", "one of none, reminder, warning or critical", 6, "critical"),
    ("alert: reminder", "alrt: reminder", "unknown key 'alrt'; did you mean 'alert'?", 6, "có phải là 'alert'?"),
    ("alert: reminder", "alert: none\n    ends: late", "resolved", 7, "resolved"),
    (
        "alert: reminder",
        "alert: reminder\n    ends: resolved",
        "what has ended does not stand",
        7,
        "không còn hiệu lực",
    ),
    ("alert: reminder", "alert: none\n    says: late", "nobody is told of what does not stand", 7, "không ai được báo"),
    ("alert: reminder", "facts: {working_days_lte: 1}", "did you mean 'working_days_late'?", 6, "'working_days_late'?"),
    ("alert: reminder", "facts: {}", "", 6, ""),
    ("alert: reminder", "says: ['']", "an empty text stands in every notice", 6, "nội dung trống"),
    ("alert: reminder", "to: UNIT-9", "no unit has the code 'UNIT-9'", 6, "không có đơn vị mang mã 'UNIT-9'"),
    ("alert: reminder", "alerts: {B: none}", "there is no record 'B'", 6, "không có bản ghi 'B'"),
    (
        "record: {due_at: 2026-10-05}",
        "record: gone",
        "a record is gone that was never there",
        5,
        "bản ghi chưa từng có",
    ),
    (
        "record: {due_at: 2026-10-05}",
        "records: {A: {}, B: {}}",
        "this test has several",
        6,
        "chỉ dùng khi có một bản ghi",
    ),
    ("tests:\n", "tests: []\nother:\n", "an empty list", 2, ""),
]


@pytest.mark.parametrize(("old", "new", "said", "line", "vi"), WRONG)
def test_what_is_wrong_is_said_at_its_place_in_both_languages(
    tmp_path: Path, old: str, new: str, said: str, line: int, vi: str
) -> None:
    cases, faults = load(GOOD.replace(old, new), tmp_path)
    assert cases == []
    found = [fault for fault in faults if said in fault.said("en") and fault.line == line]
    assert found, [fault.said("en") for fault in faults]
    assert vi in found[0].said("vi")
    assert all(isinstance(fault.what, Said) for fault in faults)


def test_moments_that_are_not_in_order_are_a_fault(tmp_path: Path) -> None:
    text = GOOD + "    steps: [{at: 2026-10-05 08:00, alert: none}]\n"
    assert "in the order of time" in load(text, tmp_path)[1][0].said("en")


def test_two_tests_of_one_name_are_a_fault(tmp_path: Path) -> None:
    text = GOOD + GOOD.split("tests:\n")[1]
    assert "two tests of one name, the first in line 3" in load(text, tmp_path)[1][0].said("en")


HOSTILE = {
    "empty": "",
    "no mapping": "- a\n- b\n",
    "ten megabytes": "rule: late\n" + "# x\n" * 2_500_000,
    "a bomb": "a: &a [x, x]\nb: &b [*a, *a]\nrule: *b\n",
    "deep": "rule: " + "[" * 60 + "]" * 60 + "\n",
    "many": "rule: late\ntests: [" + "{}, " * 30_000 + "]\n",
    "a tag": "rule: !!python/object/apply:os.system ['true']\n",
    "a tab": "rule:\n\tlate\n",
    "twice": GOOD.replace("    alert: reminder", "    alert: reminder\n    alert: none"),
    "two documents": GOOD + "---\n" + GOOD,
    "tests is a text": "rule: late\ntests: many\n",
    "tests is a number": "rule: 7\ntests: 7\n",
    "a test is a list": "rule: late\ntests: [[1, 2], null, 5]\n",
    "a record is a list": GOOD.replace("{due_at: 2026-10-05}", "[1, 2]"),
    "a value is a mapping": GOOD.replace("2026-10-05}", "{a: 1}}"),
    "a value is a list": GOOD.replace("2026-10-05}", "[1]}"),
    "a year that cannot be counted": GOOD.replace("2026-10-05", "9999-12-31"),
    "a number without end": GOOD.replace("due_at: 2026-10-05", f"supplement_requests: {'9' * 400}"),
    "not a number": GOOD.replace("due_at: 2026-10-05", "supplement_requests: .nan"),
    "a very long text": GOOD.replace("due_at: 2026-10-05", f"section: {'x' * 5_000}"),
    "a control character": GOOD.replace("one day late", '"a\\x1b[2J"'),
    "units is a list": GOOD.replace("tests:", "units: [a]\ntests:"),
    "an unknown successor": GOOD.replace("tests:", "units: {X: {successor: Y}}\ntests:"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_a_fault_and_never_a_pass(tmp_path: Path, text: str) -> None:
    cases, faults = load(text, tmp_path)
    assert cases == []
    assert faults
    assert all(not fault.warning and fault.said("vi") for fault in faults)


def test_bytes_that_are_no_text_and_a_folder_are_faults(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"rule: \xff\xfe")
    (tmp_path / "b.yaml").mkdir()
    cases, faults = load_cases([tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml"], AROUND)
    assert (cases, len(faults)) == ([], 3)


def test_a_fault_in_one_file_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("rule: nothing\n", encoding="utf-8")
    cases, faults = load_cases([tmp_path / "a.yaml", tmp_path / "b.yaml"], AROUND)
    assert [case.name for case in cases] == ["one day late"]
    assert {Path(fault.file).name for fault in faults} == {"b.yaml"}


def test_tests_lie_in_a_folder_beside_the_rules_and_other_endings_are_warned_of(tmp_path: Path) -> None:
    assert files_in(tmp_path) == ([], [])
    folder = tmp_path / "tests"
    folder.mkdir()
    for name in ("late.yaml", "late.yml", ".late.yaml.swp", "note.txt"):
        (folder / name).write_text(GOOD, encoding="utf-8")
    paths, (fault,) = files_in(tmp_path)
    assert [path.name for path in paths] == ["late.yaml"]
    assert fault.warning
    assert "late.yml" in fault.file


def test_a_file_may_have_units_of_its_own_and_those_of_the_site(tmp_path: Path) -> None:
    text = GOOD.replace(
        "tests:", "units: {H26.X: {name: Phường X, head: none, until: 2026-06-30, successor: H26.7}}\ntests:"
    )
    (case,), faults = load(text.replace("due_at:", "unit: H26.X, due_at:"), tmp_path)
    assert faults == []
    day = case.steps[0].now.date()
    assert case.people.answering("H26.X", "", day) == "H26.7"
    assert [head.name for head in case.people.heads("H26.7", day)] == ["Phạm Văn Sáu"]
    assert case.people.heads("H26.X", day) == []
    assert case.people.name_of("H26.7") == "Sở Bảy"


def test_announcements_have_a_code_of_three_parts_that_a_test_does_not_give(tmp_path: Path) -> None:
    (case,), faults = load(GOOD.replace("rule: late", "rule: duty").replace("due_at:", "decided_on:"), tmp_path)
    assert faults == []
    given = case.steps[0].records["A"]
    assert given is not None
    assert (given["decision"], given["decided_on"]) == ("A", "2026-10-05")
