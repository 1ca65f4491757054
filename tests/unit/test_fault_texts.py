"""What a clerk reads who has written a rule wrongly: the whole text of each complaint, in both languages, with its mark."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alertd.cli.faults_view import as_text, counted, excerpt
from alertd.errors import Said
from alertd.rules.load import load_rules
from alertd.rules.read import Known, read_rule
from alertd.rules.yaml_text import read_text
from tests.acceptance.golden import golden

UNITS = {"H26.1": "Sở Nội vụ", "H26.2": "Sở Tài chính", "H26.VP": "Văn phòng UBND Thành phố"}
TEMPLATES = ("default", "overdue_files", "due_soon")
RULE = """\
id: draft
title: {vi: Hồ sơ quá hạn, en: Overdue files}
basis:
  - {text: Nghị định 118/2025/NĐ-CP, from: 2025-07-01}
dataset: files
when:
  - is_open
  - due_at is not null
measure: working_days_late
levels: {reminder: 1, warning: 5, critical: 10}
to: unit_head
send: {reminder: digest, warning: office_hours}
repeat: 2 working days
template: overdue_files
"""
OPEN, DUE, LEVELS = "  - is_open\n", "  - due_at is not null\n", "levels: {reminder: 1, warning: 5, critical: 10}"
WHEN = "when:\n  - is_open\n  - due_at is not null\n"
TITLES = "title: {vi: Hồ sơ quá hạn, en: Overdue files}"
BASIS = "  - {text: Nghị định 118/2025/NĐ-CP, from: 2025-07-01}\n"


def line(condition: str) -> tuple[str, str]:
    """A line of `when` instead of the second one."""
    return DUE, f"  - {condition}\n"


# By name: what stands in the rule above, and what somebody wrote instead; or a whole file.
CASES: dict[str, tuple[str, str] | str | bytes] = {
    # what YAML makes of it
    "yaml-comparison-unquoted": (LEVELS, "levels:\n  warning: >= 5"),
    "yaml-comparison-in-brackets": (LEVELS, "levels: {warning: >= 5}"),
    "yaml-code-read-as-number": ("template: overdue_files", "template: 1.004220"),
    "yaml-list-of-codes-read-as-numbers": (BASIS, "  - 766\n"),
    "yaml-number-with-leading-zeros": (BASIS, "  - 00766\n"),
    "yaml-level-with-leading-zero": ("warning: 5", "warning: 05"),
    "yaml-level-in-hexadecimal": ("warning: 5", "warning: 0x5"),
    "yaml-text-read-as-mapping": (BASIS, "  - 766: mục 2\n"),
    "yaml-condition-with-colon": line("status: processing"),
    "yaml-colon-in-title": (TITLES, "title: Hồ sơ: quá hạn"),
    "yaml-colon-in-title-with-quote": (TITLES, "title: Hồ sơ 'đỏ': quá hạn"),
    "yaml-no-space-after-colon": ("to: unit_head", "to:unit_head"),
    "yaml-tab": (OPEN, "\t- is_open\n"),
    "yaml-space-of-a-word-processor": (OPEN, "\u00a0 - is_open\n"),
    "yaml-yes": ("template: overdue_files", "template: true"),
    "yaml-date-as-text": ("template: overdue_files", "template: 2026-09-01"),
    "yaml-date-in-our-order": ("from: 2025-07-01", "from: 01/07/2025"),
    "yaml-date-that-is-none": ("from: 2025-07-01", "from: 2025-02-31"),
    "yaml-duplicate-key": ("to: unit_head", "to: unit_head\nto: office"),
    "yaml-anchor": ("to: unit_head", "to: &head unit_head"),
    "yaml-reference": ("to: unit_head", "to: *head"),
    "yaml-exclamation-mark": line("!is_open"),
    "yaml-percent": line("%quá hạn"),
    "yaml-comma-in-brackets": (WHEN, "when: [is_open, unit in ('H26.1', 'H26.2')]\n"),
    "yaml-comma-cuts-a-condition": (WHEN, "when: [is_open, working_days_late in (1, 2)]\n"),
    "yaml-comment-cuts-a-text": line("section = 'Phòng #1'"),
    "yaml-comment-cuts-a-title": (TITLES, "title: Hồ sơ loại #1"),
    "yaml-open-quote": line("'is_open"),
    "yaml-open-bracket": (LEVELS, "levels: {warning: 5"),
    "yaml-open-list": (WHEN, "when: [is_open\n"),
    "yaml-indentation": (OPEN + DUE, "  - is_open\n - due_at is not null\n"),
    "yaml-second-document": ("to: unit_head", "---\nto: unit_head"),
    "yaml-empty-file": "",
    "yaml-a-list-instead-of-a-rule": "- is_open\n- due_at is null\n",
    "yaml-escape": (TITLES, 'title: "C:\\hồ sơ"'),
    "yaml-quotes-of-a-word-processor": ("to: unit_head", "to: “unit_head”"),
    "yaml-bomb": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "yaml-nested-without-end": "[" * 20_000,
    "file-not-utf8": RULE.encode("utf-16"),
    "file-with-an-unreadable-character": RULE.replace("Hồ sơ", "Hồ\x00sơ"),
    "file-too-large": "# " + "x" * 100_000,
    "wrong-types-everywhere": "id: 5\ntitle: [a]\nbasis: {}\ndataset: true\nwhen: {a: [b]}\nmeasure: 2026-01-01\nlevels: [1]\n"
    "to: 7\nsend: 1.5\nrepeat: [1]\ntemplate: {x: y}\nshow: 3\n",
    # keys and their values
    "key-misspelt": ("repeat:", "repeats:"),
    "key-in-vietnamese": ("to: unit_head", "den: unit_head\nto: unit_head"),
    "key-missing": ("dataset: files\n", ""),
    "key-empty": ("to: unit_head", "to:"),
    "id-with-marks": ("id: draft", "id: Hồ sơ quá hạn"),
    "id-of-another-file": ("id: draft", "id: overdue-files"),
    "dataset-misspelt": ("dataset: files", "dataset: file"),
    "template-misspelt": ("template: overdue_files", "template: overdue-file"),
    "addressee-misspelt": ("to: unit_head", "to: unit head"),
    "addressee-by-full-name": ("to: unit_head", "to: Sở nội vụ"),
    "send-misspelt": ("reminder: digest", "reminder: digests"),
    "send-unknown": ("reminder: digest", "reminder: email"),
    "repeat-in-words": ("repeat: 2 working days", "repeat: 2 ngày làm việc"),
    "repeat-as-number": ("repeat: 2 working days", "repeat: 2"),
    "levels-as-number": (LEVELS, "levels: 5"),
    "levels-falling": ("critical: 10", "critical: 4"),
    "levels-and-level": ("to: unit_head", "level: warning\nto: unit_head"),
    "levels-without-measure": ("measure: working_days_late\n", ""),
    "measure-of-a-moment": ("measure: working_days_late", "measure: due_at"),
    "list-instead-of-text": (TITLES, "title: {vi: [Hồ sơ, quá hạn]}"),
    "text-instead-of-list": (f"basis:\n{BASIS}", "basis: Nghị định 118/2025/NĐ-CP\n"),
    "deadline-in-hours": (
        "to: unit_head",
        "deadline: {counted_from: submitted_at, within: 8 working hours}\nto: unit_head",
    ),
    "deadline-from-no-day": (
        "to: unit_head",
        "deadline: {counted_from: ngay_nop, within: 5 working days}\nto: unit_head",
    ),
    # conditions
    "field-misspelt": line("due_date is not null"),
    "field-in-vietnamese": line("ngay_hen_tra is not null"),
    "field-in-capitals": line("DUE_AT is not null"),
    "field-of-another-dataset": line("published_on is null"),
    "field-of-a-deadline": line("due_on < today"),
    "field-unknown": line("xyz = 1"),
    "table-in-front-of-a-field": line("files.unit = 'H26.1'"),
    "text-without-quotes": line("unit = H26.1"),
    "word-without-quotes": line("status = processing"),
    "word-misspelt": line("status = 'process'"),
    "word-in-vietnamese": line("status = 'Đang xử lý'"),
    "word-unknown": line("channel = 'zalo'"),
    "code-of-a-state": line("status = 4"),
    "unit-unknown": line("unit = 'H26.11'"),
    "unit-by-full-name": line("unit = 'Sở Tài chính'"),
    "double-quotes": line('unit = "H26.1"'),
    "quotes-of-a-word-processor": line("unit = ‘H26.1’"),
    "number-in-quotes": line("working_days_late > '5'"),
    "text-with-number": line("procedure = 1.004220"),
    "date-in-our-order": line("due_at < '31/12/2026'"),
    "date-with-number": line("due_at > 5"),
    "date-and-moment": line("due_at < today"),
    "date-arithmetic": line("due_at + 5 < now"),
    "null-compared": line("due_at <> null"),
    "is-true": line("is_open is true"),
    "yes-in-words": line("is_open = yes"),
    "number-alone": line("supplement_requests and is_open"),
    "comparison-of-a-comparison": line("1 < working_days_late < 5"),
    "mixed-and-or": line("unit = 'H26.1' or unit = 'H26.2' and is_open"),
    "words-in-vietnamese": line("is_open và is_overdue"),
    "sign-typed-otherwise": line("working_days_late ≥ 5"),
    "sign-turned-round": line("working_days_late =< 5"),
    "sign-missing": line("status 'done'"),
    "value-missing": line("working_days_late >"),
    "bracket-open": line("(is_open or is_overdue"),
    "bracket-stray": line("is_open or is_overdue)"),
    "comma-instead-of-and": line("is_open, is_overdue"),
    "in-without-brackets": line("unit in 'H26.1'"),
    "function-unknown": line("lower(unit) = 'h26.1'"),
    "function-misspelt": line("working_days_sinse(due_at) > 5"),
    "function-of-no-day": line("working_days_since(unit) > 5"),
    "division-by-zero": line("days_late / 0 > 1"),
    "semicolon": line("is_open; drop table alerts"),
    "comment-inside": line("is_open -- còn mở"),
    "sub-select": line("unit in (select code from units)"),
    "regular-expression": line("regexp_like(unit, '(a+)+$')"),
    "parentheses-without-end": (WHEN, "when: '" + "(" * 1_900 + "is_open'\n"),
    "condition-too-long": (WHEN, "when: " + "is_open and " * 300 + "is_open\n"),
    "condition-empty": line("''"),
    "several-at-once": line("due_date is null and status = 'process' and uint = 'x'"),
    "inside-a-block": (WHEN, "when: |\n  is_open and\n    due_date is null\n"),
    "inside-a-folded-text": (WHEN, "when: >-\n  is_open\n  and due_date is null\n"),
    # what makes no sense, though it can be read
    "no-basis": (f"basis:\n{BASIS}", ""),
    "contradiction": line("working_days_late > 10 and working_days_late < 5"),
    "contradiction-of-words": (OPEN + DUE, "  - status in ('done', 'returned')\n  - status = 'processing'\n"),
    "level-out-of-reach": line("working_days_late < 5"),
    "level-always-passed": line("working_days_late >= 7"),
}


def complaints(folder: Path, **files: str | bytes) -> str:
    """Both languages, as `alertd rules check` prints them."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    _, faults = load_rules(folder, language="vi", units=UNITS, templates=TEMPLATES)
    assert faults, "nothing is said"
    assert all(hasattr(part, "vi") for fault in faults for part in (fault.what, fault.cure)), "one language only"
    assert all(fault.cure for fault in faults), "no cure"
    said = []
    for language in ("en", "vi"):
        said += [*as_text(faults, language, 120), counted(faults, language), ""]
    return "\n".join(said)


@pytest.mark.parametrize("name", CASES)
def test_a_complaint_reads(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    case = CASES[name]
    if isinstance(case, tuple):
        assert case[0] in RULE, case
        case = RULE.replace(case[0], case[1], 1)
    golden("faults", name, complaints(Path("rules"), draft=case))


def test_two_rules_of_one_meaning_are_named_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    other = RULE.replace("id: draft", "id: twin").replace(OPEN + DUE, "  - due_at is not null and is_open\n")
    golden("faults", "twins", complaints(Path("rules"), draft=RULE, twin=other))


SIGNS = "'\"{}[]:#&*!|>%@`,()-?~;“”₫\u00a0\u200b\t\n\x00😀"
PIECES = st.sampled_from(
    [*SIGNS, " # ", "---\n", "...", "null", "true", "0x1", "1.0", " and ", " or ", "not ", "<<: ", ""]
)


@given(st.lists(st.tuples(st.integers(0, len(RULE)), PIECES, st.integers(0, 9)), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_whatever_becomes_of_a_rule_each_fault_has_a_place_in_it_and_a_cure_in_both_languages(
    edits: list[tuple[int, str, int]],
) -> None:
    text = RULE
    for at, piece, cut in edits:
        text = text[:at] + piece + text[at + cut :]
    document, faults = read_text(text, "x.yaml")
    if document is not None:
        faults += read_rule(document, Known("vi", UNITS, TEMPLATES))[1]
    lines = unicodedata.normalize("NFC", text).split("\n")
    for fault in faults:
        assert isinstance(fault.what, Said)
        assert isinstance(fault.cure, Said)
        assert fault.what.vi
        assert fault.cure.vi
        assert 1 <= fault.line <= len(lines)
        assert fault.col + fault.length <= len(lines[fault.line - 1]) + 1
        assert excerpt(fault, lines, 100)[1:2] != [] or not lines[fault.line - 1].strip()
