"""Files of rules and of their tests written to do harm, or by somebody who mistook every key: each is answered, none breaks."""

import os
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from alertd.cases.read import read_file
from alertd.cases.shape import TESTS
from alertd.cli.faults_view import annotation, as_text
from alertd.errors import Fault, Said
from alertd.rules.compile import findings_select, kept_select
from alertd.rules.condition import MAX_COMPLAINTS
from alertd.rules.file_kind import RULE, FileKind
from alertd.rules.load import load_drafts, load_rules
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import CompiledRule
from alertd.rules.yaml_text import read_text
from tests.integration.rules_site import HANOI
from tests.unit.test_cases_load import AROUND

KNOWN = Known("vi", {"H26.1": "Sở Nội vụ", "H26.2": "Sở Tài chính"}, ("default",))
DIALECTS = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]
NOTHING = frozenset[str]()
# What YAML can make of a value, by name.
VALUES = {
    "a whole number": "7",
    "a number without end": "9" * 5_000,
    "a number without end, in hexadecimal": "0x" + "f" * 5_000,
    "a number": "1.5",
    "no number": ".nan",
    "yes": "true",
    "a list": "[a, b]",
    "a list of lists": "[[a]]",
    "an empty list": "[]",
    "a mapping": "{a: b}",
    "an empty mapping": "{}",
    "mappings in mappings": "{a: {b: [c]}}",
    "nothing": "~",
    "a day": "2026-01-01",
    "a very long text": "'" + "x" * 20_000 + "'",
    "an empty text": "''",
    "a null character": '"a\\0b"',
    "half a character": '"\\ud800"',
    "no character": '"\\UFFFFFFFF"',
    "a command to the terminal": '"\\x1b[2J"',
    "a mark of direction": '"\\u202eabc"',
}
KEYS = {
    "id": "draft",
    "title": "{vi: Quá hạn}",
    "basis": "[Nghị định 118/2025/NĐ-CP]",
    "dataset": "files",
    "deadline": "{counted_from: submitted_at, within: 5 working days}",
    "when": "is_open",
    "measure": "working_days_late",
    "levels": "{reminder: 1, warning: 5}",
    "except": "[{when: unit = 'H26.1', reason: bão}]",
    "ends_when": "not is_open",
    "to": "unit_head",
    "send": "{reminder: digest}",
    "repeat": "2 working days",
    "at_most": "5 a day per head",
    "template": "default",
    "show": "[section]",
    "action": "Đôn đốc",
    "act_within": "2 working days",
}
INSIDE = {
    "title": "{{vi: {}}}",
    "title.en": "{{vi: a, en: {}}}",
    "basis.text": "[{{text: {}}}]",
    "basis.from": "[{{text: a, from: {}}}]",
    "deadline.counted_from": "{{counted_from: {}, within: 5d}}",
    "deadline.within": "{{counted_from: submitted_at, within: {}}}",
    "deadline.within_if": "{{counted_from: submitted_at, within: 5d, within_if: {}}}",
    "levels.warning": "{{warning: {}}}",
    "except.when": "[{{when: {}, reason: a}}]",
    "except.reason": "[{{when: is_open, reason: {}}}]",
    "except.until": "[{{when: is_open, reason: a, until: {}}}]",
    "send.warning": "{{warning: {}}}",
}
RIGHT = {
    "basis": {"a list", "an empty list", "nothing"},
    "except": {"an empty list", "nothing"},
    "show": {"an empty list", "nothing"},
    "send": {"an empty mapping", "nothing"},
    "deadline": {"nothing"},
    "ends_when": {"nothing"},
    "repeat": {"nothing"},
    "at_most": {"nothing"},
    "template": {"nothing"},
    "action": {"nothing"},
    "act_within": {"nothing"},
    "title.en": {"nothing"},
    "basis.from": {"a day", "nothing"},
    "except.until": {"a day", "nothing"},
    "deadline.within_if": {"an empty mapping"},
    "levels.warning": {"a whole number"},
}


def written(keys: Mapping[str, str]) -> str:
    return "".join(f"{key}: {value}\n" for key, value in keys.items())


def answered(text: str, kind: FileKind = RULE) -> tuple[CompiledRule | bool | None, list[Fault]]:
    """What is read of the text: the rule, or whether there are tests; with every fault, which a clerk can read and act upon."""
    document, faults = read_text(text, "draft.yaml", kind)
    read: CompiledRule | bool | None = None
    if document is not None and kind is RULE:
        read, more = read_rule(document, KNOWN)
        faults = [*faults, *more]
    elif document is not None:
        cases, more = read_file(document, AROUND)
        read, faults = bool(cases) or None, [*faults, *more]
    assert (read is None) == any(not fault.warning for fault in faults)
    lines = unicodedata.normalize("NFC", text).split("\n")
    for fault in faults:
        assert 1 <= fault.line <= len(lines)
        assert 1 <= fault.col <= len(lines[fault.line - 1]) + 1
        for part in (fault.what, fault.cure):
            assert isinstance(part, Said)
            assert 0 < len(part) <= 500
            assert 0 < len(part.vi) <= 500
            assert part.encode()
            assert part.vi.encode()
        assert list(as_text([fault], "vi", 100))
        assert annotation(fault, "en").encode()
    return read, faults


# --- wrong types everywhere ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", KEYS)
def test_every_key_takes_what_it_is_for_and_answers_everything_else(key: str) -> None:
    taken = {name for name, value in VALUES.items() if answered(written({**KEYS, key: value}))[0]}
    assert taken == RIGHT.get(key, NOTHING)


@pytest.mark.parametrize("place", INSIDE)
def test_every_key_within_a_key_does_so_too(place: str) -> None:
    key = place.split(".", maxsplit=1)[0]
    taken = {n for n, value in VALUES.items() if answered(written({**KEYS, key: INSIDE[place].format(value)}))[0]}
    assert taken == RIGHT.get(place, NOTHING)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_without_its_value_or_with_a_text_of_nothing_else_is_answered(key: str) -> None:
    for value in (
        "",
        '"\\n"',
        "' '",
        "|",
        "- ",
        "[~]",
        "[{}]",
        "{a: }",
        "{: }",
        "[a: b]",
        "!!str x",
        "&a x",
        "*a",
        "@x",
    ):
        answered(written({**KEYS, key: value}))


TEST = {
    "name": "a day late",
    "at": "2026-10-06 08:00",
    "record": "{due_at: 2026-10-05}",
    "alert": "reminder",
}
IN_A_TEST = (
    *TEST, "rule", "records", "alerts", "unit", "to", "measure", "facts", "told", "ends", "says", "says_not", "language",
    "days_off", "days_worked", "steps",
)  # fmt: skip
OF_FILE = ("rule", "common", "units", "days_off", "days_worked", "tests")
FIELDS = ("section", "due_at", "supplement_requests", "status", "unit", "by_minute")
# An empty key says nothing, and what is expected stays; a text of any letters can be looked for in a notice.
SAYS_NOTHING = {
    "rule",
    "alert",
    "unit",
    "to",
    "facts",
    "told",
    "language",
    "ends",
    "says",
    "says_not",
    "records",
    "alerts",
}
LOOKED_FOR = {"a list", "a very long text", "a command to the terminal", "a mark of direction"}  # fmt: skip


def test_file(test: Mapping[str, str], **keys: str) -> str:
    return written({"rule": "late", **keys}) + "tests:\n  - " + written(test).replace("\n", "\n    ").rstrip() + "\n"


test_file.__test__ = False  # type: ignore[attr-defined] # no test of pytest's


@pytest.mark.parametrize("key", IN_A_TEST)
def test_every_key_of_a_test_is_read_or_answered(key: str) -> None:
    taken = {name for name, value in VALUES.items() if answered(test_file({**TEST, key: value}), TESTS)[0]}
    taken -= {"nothing"} if key in SAYS_NOTHING or key in ("steps", "measure") else NOTHING
    expected = {
        "at": NOTHING,
        "measure": {"a whole number"},
        "record": {"an empty mapping"},
        "says": LOOKED_FOR,
        "says_not": LOOKED_FOR,
        "days_off": {"an empty list"},
        "days_worked": {"an empty list"},
        "rule": {"an empty text"},
    }
    assert taken - {"a day"} == expected.get(key, NOTHING)


@pytest.mark.parametrize("key", OF_FILE)
def test_every_key_of_a_file_of_tests_is_read_or_answered(key: str) -> None:
    for value in VALUES.values():
        answered(f"{key}: {value}\n", TESTS)
        if key != "tests":
            answered(test_file(TEST, **{key: value}), TESTS)


@pytest.mark.parametrize("field", FIELDS)
def test_every_value_of_a_record_is_read_or_answered(field: str) -> None:
    for value in VALUES.values():
        answered(test_file({**TEST, "record": f"{{{field}: {value}}}"}), TESTS)
        answered(test_file({**TEST, "facts": f"{{{field}: {value}}}"}), TESTS)


@pytest.mark.parametrize(
    "at", ["0001-01-01", "1900-01-01", "1989-12-31", "9999-12-31", "2026-10-05 24:00", "٢٠٢٦-١٠-٠٥"]
)
def test_a_test_at_a_moment_outside_the_calendar_is_a_fault(at: str) -> None:
    read, (fault, *_) = answered(test_file({**TEST, "at": at}), TESTS)
    assert read is None
    assert fault.line == 4


# --- much of anything ------------------------------------------------------------------------------------------------
def lines(*conditions: str) -> str:
    quoted = ("'" + each.replace("'", "''") + "'" for each in conditions)
    return written({**KEYS, "when": "\n" + "".join(f"  - {each}\n" for each in quoted)})


def many(piece: str) -> str:
    return (piece * 2_000)[:2_000]


PIECES = (
    "a b ", "ab and ", "z.", "a[", "{a:", "case when ", "()", "'' ", "‘a ", "/* */ ", "--\n", "unit = ", "is_open, ", "9.",
    "a::", "{{ {% ", "@ ", "x'41' ", "days_late is null ", "between ", "not is_open and ", "(is_open and is_open or ", "😀",
    "\u0301", "\\", "%", "/*+ a */ ", "$a$ ", "- ", "like '%' ", "in (", "working_days_since(", "'%_", "; ", "\u2028",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_condition_as_long_as_can_be_is_answered_with_a_few_complaints(piece: str) -> None:
    _, faults = answered(lines(many(piece)))
    assert 1 <= len(faults) <= MAX_COMPLAINTS


def test_conditions_that_are_all_wrong_are_answered_with_fifty_complaints() -> None:
    _, faults = answered(lines(*(f"{many('zz and ')}" for _ in range(30))))
    assert len(faults) == 50


WHOLE = {
    "signs": "> ",
    "colons": ":",
    "spaces": "a:" + " " * 60_000 + ">x",
    "dashes": "- ",
    "questions": "? ",
    "quotes": "a: '" + "''" * 30_000,
    "backslashes": 'a: "' + "\\" * 60_001 + 'x"',
    "tabs": "\t",
    "wide spaces": ("\u00a0" * 10 + "\n") * 3_000,
    "a tag": "!" + "x" * 60_000,
    "an anchor": "&" + "x" * 60_000,
    "an alias": "*" + "x" * 60_000,
    "a key": "k" * 60_000 + ": 1",
    "a version": "%YAML " + "9" * 60_000,
    "an old version": "%YAML 1.1\n---\nid: no\n",
    "a name for tags": "# x\n\n%TAG ! tag:x,2000:\n---\nid: x\n",
    "brackets": "[{" * 30_000,
    "a number": "id: " + "1" * 30_000 + "." + "1" * 30_000,
    "no digit": "id: 0x_\n",
    "half a character": "id: \ud800\n",
    "line ends of other kinds": "id: x\x85\u2028\u2029\x80\n",
    "a mark in the middle": "id: x\n\ufeffto: y\n",
    "keys": written(KEYS) + "".join(f"k{number}: 1\n" for number in range(950)),
    "one key": written(KEYS) + "to: unit_head\n" * 900,
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_full_of_one_thing_is_a_fault_at_its_place(name: str) -> None:
    text = WHOLE[name]
    assert answered(text * (60_000 // len(text)) if len(text) < 3 else text)[0] is None


FIELDS_OF_NOTHING = ", ".join(f"f{number}: 1" for number in range(2_000))
SUCCESSORS = ", ".join(f"u{number}: {{successor: z{number}}}" for number in range(500))


@pytest.mark.parametrize(
    "text",
    [test_file({**TEST, "record": f"{{{FIELDS_OF_NOTHING}}}"}), test_file(TEST, units=f"{{{SUCCESSORS}}}")],
    ids=["fields", "successors"],
)
def test_a_file_of_tests_with_thousands_of_faults_tells_the_first_hundred(text: str) -> None:
    read, faults = answered(text, TESTS)
    assert (read, len(faults)) == (None, 100)


# --- what lies in the folder -----------------------------------------------------------------------------------------
def test_links_in_a_circle_and_into_what_never_ends_are_no_rules(tmp_path: Path) -> None:
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "good.yaml").write_text(written({**KEYS, "id": "good"}), encoding="utf-8")
    book, faults = load_rules(tmp_path, language="vi", units=KNOWN.units, templates=KNOWN.templates)
    assert [(Path(fault.file).name, str(fault.what)) for fault in faults] == [
        ("circle.yaml", "not a file"),
        ("zero.yaml", "not a file"),
    ]
    assert set(book.compiled) == {"good"}


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_draft_that_is_no_file_is_a_fault(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "draft.yaml")
    book, faults = load_drafts([tmp_path / "draft.yaml"], language="vi", units=(), templates=())
    assert book.compiled == {}
    assert len(faults) == 1


def test_a_draft_of_another_ending_is_a_fault_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(written(KEYS), encoding="utf-8")
    book, (fault,) = load_drafts([tmp_path / "draft.txt"], language="vi", units=(), templates=())
    assert book.compiled == {}
    assert str(fault.what) == "is no rule: the files of rules end in .yaml"


def test_a_rule_with_the_line_ends_of_windows_and_a_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_bytes(b"\xef\xbb\xbf" + written(KEYS).replace("\n", "\r\n").encode())
    book, faults = load_rules(tmp_path, language="vi", units=KNOWN.units, templates=KNOWN.templates)
    assert faults == []
    assert set(book.compiled) == {"draft"}


# --- whatever is written ---------------------------------------------------------------------------------------------
MORE = {
    "when": (
        "working_days_late >= 5",
        "[is_open, is_overdue]",
        "section like 'P%'",
        "due_on < today",
        "is_open or",
        "5",
    ),
    "measure": ("days_late", "working_days_since(submitted_at)", "supplement_requests + 1", "due_at"),
    "levels": ("{critical: 3}", "{warning: is_overdue}", "{reminder: 5, warning: 1}", "{}"),
    "ends_when": ("due_at is null", "working_days_late < 1", "x"),
    "dataset": ("announcements", "procedures", "file"),
    "deadline": ("{counted_from: accepted_at, within: 30d, within_if: {is_open: 3d}}", "{within: 2d}"),
    "to": ("office", "H26.1", "owner of announcing", "H26.9"),
    "except": ("[{when: [is_open, unit = 'H26.2'], reason: a, from: 2026-01-01, until: 2025-01-01}]",),
    "repeat": ("1h", "5m", "0d"),
}
WORDS = (
    "is_open",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "#",
    "\n",
    "\n  ",
    "&a",
    "*a",
    "!",
    "|",
    ">",
    "and ",
    "0x",
    "\t",
    "é",
)
pairs = st.tuples(
    *(st.sampled_from((value, value, value, *MORE.get(key, ()), *VALUES.values(), "")) for key, value in KEYS.items())
)
edits = st.lists(st.tuples(st.integers(0, 500), st.sampled_from(WORDS), st.integers(0, 3)), max_size=2)


@given(
    values=pairs,
    chosen=st.sets(st.sampled_from(sorted(KEYS)), max_size=5),
    edits=edits,
    left_out=st.sampled_from(["", *KEYS]),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_whatever_is_made_of_a_rule_is_answered_or_compiles_for_both_databases(
    values: tuple[str, ...], chosen: set[str], edits: list[tuple[int, str, int]], left_out: str
) -> None:
    keys = {
        key: value if key in chosen else KEYS[key] for key, value in zip(KEYS, values, strict=True) if key != left_out
    }
    text = written(keys)
    for at, piece, cut in edits:
        text = text[:at] + piece + text[at + cut :]
    compiled, _ = answered(text)
    if isinstance(compiled, CompiledRule):
        for live in (True, False):
            kept = kept_select(compiled, live=live, zone=HANOI)
            for statement in [findings_select(compiled, live=live, zone=HANOI), *([] if kept is None else [kept])]:
                assert all(str(statement.compile(dialect=dialect)) for dialect in DIALECTS)
