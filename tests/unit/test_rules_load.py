"""Rules as files: every fault with its place and cure, what YAML makes of a text, what is set aside and what runs."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from alertd.errors import Fault
from alertd.model.duration import Duration
from alertd.model.rule import Addressee, Rule, To
from alertd.model.words import Level, Send
from alertd.rules.load import load_rules
from alertd.rules.rulebook import CompiledRule, Rulebook

UNITS = ("H26.1", "H26.2", "H26.VP")
TEMPLATES = ("default", "overdue_files")
HEAD = "id: overdue\ntitle: Quá hạn\ndataset: files\nto: unit_head\n"
OVERDUE = """\
id: overdue
title: {vi: Hồ sơ quá hạn, en: Overdue files}
basis:
  - {text: Nghị định 118/2025/NĐ-CP, from: 2025-07-01}
  - {text: Nghị định 61/2018/NĐ-CP, until: 2025-06-30}
dataset: files
when:
  - is_open
  - due_at is not null
measure: working_days_late
levels: {reminder: 1, warning: 5, critical: 10}
except:
  - {when: unit = 'H26.1', reason: "Bão số 5, công văn 123", until: 2026-12-05}
to: unit_head
send: {reminder: digest, warning: office_hours, critical: at_once}
repeat: 2 working days
template: overdue_files
show: [apology_at]
"""


def load(folder: Path, **files: str | bytes) -> tuple[Rulebook, list[Fault]]:
    for name, text in files.items():
        content = text.encode() if isinstance(text, str) else text
        (folder / f"{name.replace('_', '-')}.yaml").write_bytes(content)
    return load_rules(folder, language="vi", units=UNITS, templates=TEMPLATES)


def said(folder: Path, text: str | bytes, name: str = "overdue") -> list[str]:
    """The faults of one file, without its folder and without warnings."""
    _, faults = load(folder, **{name: text})
    return [str(fault).removeprefix(f"{folder}/") for fault in faults if not fault.warning]


def compiled(folder: Path, text: str) -> CompiledRule:
    book, faults = load(folder, overdue=text)
    assert [str(fault) for fault in faults if not fault.warning] == []
    return book.compiled["overdue"]


def read(folder: Path, text: str) -> Rule:
    return compiled(folder, text).rule


# --- what a rule is --------------------------------------------------------------------------------------------------
def test_a_rule_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    found = compiled(tmp_path, OVERDUE)
    rule = found.rule
    assert (rule.id, rule.dataset.name, rule.template, rule.measure) == (
        "overdue",
        "files",
        "overdue_files",
        "working_days_late",
    )
    assert rule.title == {"vi": "Hồ sơ quá hạn", "en": "Overdue files"}
    assert [str(basis.since or basis.until) for basis in rule.basis] == ["2025-07-01", "2025-06-30"]
    assert rule.send == {
        Level.REMINDER: Send.DIGEST,
        Level.WARNING: Send.OFFICE_HOURS,
        Level.CRITICAL: Send.AT_ONCE,
    }
    assert rule.repeat == Duration.parse("2 working days")
    assert [(step.level, step.step) for step in found.levels] == [
        (Level.CRITICAL, 10),
        (Level.WARNING, 5),
        (Level.REMINDER, 1),
    ]
    (exclusion,) = found.exclusions
    assert (exclusion.text, exclusion.reason) == ("unit = 'H26.1'", "Bão số 5, công văn 123")


def test_facts_are_those_of_conditions_and_measure_then_its_own_then_the_datasets(tmp_path: Path) -> None:
    assert read(tmp_path, OVERDUE).shows == (
        "is_open",
        "due_at",
        "working_days_late",
        "apology_at",
        "code",
        "unit",
        "status",
        "section",
        "procedure",
    )


def test_what_is_left_out_has_sensible_values(tmp_path: Path) -> None:
    rule = read(tmp_path, HEAD + "when: is_open\nlevel: critical\n")
    assert rule.send == {
        Level.REMINDER: Send.DIGEST,
        Level.WARNING: Send.OFFICE_HOURS,
        Level.CRITICAL: Send.OFFICE_HOURS,
    }
    assert (rule.template, rule.repeat, rule.basis, rule.action) == ("default", None, (), {})
    assert rule.title == {"vi": "Quá hạn"}


@pytest.mark.parametrize(
    ("written", "to"),
    [
        ("office", To(Addressee.OFFICE)),
        ("owner of announcing", To(Addressee.OWNER_OF_ANNOUNCING)),
        ("owner of publishing", To(Addressee.OWNER_OF_PUBLISHING)),
        ("H26.2", To(Addressee.UNIT, "H26.2")),
    ],
)
def test_whom_it_is_for(tmp_path: Path, written: str, to: To) -> None:
    assert read(tmp_path, HEAD.replace("unit_head", written) + "when: is_open\nlevel: warning\n").to == to


def test_the_version_is_that_of_the_text(tmp_path: Path) -> None:
    first = read(tmp_path, OVERDUE).version
    assert read(tmp_path, OVERDUE.replace("\n", "\r\n")).version == first
    assert read(tmp_path, "\ufeff" + OVERDUE + "\n\n").version == first
    assert read(tmp_path, OVERDUE.replace("warning: 5", "warning: 6")).version != first


def test_both_unicode_forms_of_a_text_are_one(tmp_path: Path) -> None:
    text = OVERDUE.replace("is_open", "section = 'Phòng Đất đai'")
    composed = read(tmp_path, unicodedata.normalize("NFC", text))
    decomposed = read(tmp_path, unicodedata.normalize("NFD", text))
    assert (decomposed.title, decomposed.version) == (composed.title, composed.version)
    assert "Phòng Đất đai" in decomposed.text


def test_a_title_is_one_line_whatever_the_file_says(tmp_path: Path) -> None:
    rule = read(tmp_path, HEAD.replace("Quá hạn", '"Quá\\r\\nBcc: x@y  hạn"') + "when: is_open\nlevel: warning\n")
    assert rule.title == {"vi": "Quá Bcc: x@y hạn"}


# --- faults of meaning, each at its place ----------------------------------------------------------------------------
def test_the_contracts_own_example(tmp_path: Path) -> None:
    text = "id: overdue\ntitle: Quá hạn\ndataset: files\nwhen: due_date is null\nlevel: warning\nto: office\n"
    assert said(tmp_path, text) == ["overdue.yaml:4:7: unknown field 'due_date'; did you mean 'due_at'?"]


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("when: is_open and foo", "5:19"),
        ("when: 'is_open and foo'", "5:20"),
        ("when: \"section = 'it''s' and foo\"", "5:30"),
        ("when: 'section = ''a'' and foo'", "5:28"),
        ("when:\n  - is_open\n  - foo", "7:5"),
        ("when:\n  - is_open\n  - 'foo'", "7:6"),
        ("when: [is_open, foo]", "5:17"),
        ("when: |\n  is_open\n    and foo", "7:9"),
        ("when: >-\n  is_open\n  and foo", "7:7"),
        ("when:\n  - |\n    is_open\n    and foo", "8:9"),
        ("when: is_open\n  and foo", "6:7"),
        ("when:   # of open files\n  - foo", "6:5"),
        ("when: section = 'ữ ộ' and foo", "5:27"),
        ("when: \"section = '\\u1ed9' and foo\"", "5:7"),  # behind an escape: at the beginning of the text
    ],
)
def test_a_fault_inside_a_condition_points_at_its_character(tmp_path: Path, when: str, place: str) -> None:
    (fault,) = said(tmp_path, f"{HEAD}{when}\nlevel: warning\n")
    assert fault.startswith(f"overdue.yaml:{place}: unknown field 'foo'")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("dataset: files", "dataset: file"), "6:10: unknown dataset 'file'; did you mean 'files'?"),
        (("to: unit_head", "to: unit_haed"), "14:5: nobody is called 'unit_haed'; did you mean 'unit_head'?"),
        (("to: unit_head", "to: H26.9"), "14:5: nobody is called 'H26.9'; did you mean 'H26.2'?"),
        (("overdue_files", "overdue_file"), "17:11: unknown template 'overdue_file'; did you mean 'overdue_files'?"),
        (("show: [apology_at]", "show: [apology]"), "18:8: unknown field 'apology'; did you mean 'apology_at'?"),
        (("show:", "shows:"), "18:1: unknown key 'shows'; did you mean 'show'?"),
        (("digest,", "digests,"), "15:18: unknown word 'digests'; did you mean 'digest'?"),
        (("reminder: 1", "remind: 1"), "11:10: unknown key 'remind'; did you mean 'reminder'?"),
        (("2 working days", "2 workdays"), ("16:9: '2 workdays' is not a duration; write a whole number and its unit, as in "
         "2 working days, 12h or 30d")),
        (("repeat: 2 working days", "repeat: 5m"), "16:9: repeats every 5m; write at least 1h; 2 working days is usual"),
        (("repeat: 2 working days", "repeat: 0d"), "16:9: 0d is no time at all; write at least 1"),
        (("critical: 10", "critical: 4"), ("11:45: critical begins at 4, warning at 5; let steps rise with their levels; a measure "
         "that falls as things get worse needs conditions: warning: working_days_left <= 1")),
        (("critical: 10", "critical: 2000000000"), "11:45: 2000000000 is no step; at most 1000000000"),
        (("warning: 5", "warning: days_lat > 5"), "11:32: unknown field 'days_lat'; did you mean 'days_late'?"),
        (("measure: working_days_late\n", ""), ("10:45: a number is a step of the measure, and the rule has none; add measure: "
         "working_days_late, or write a condition")),
        (("measure: working_days_late", "measure: due_at"), ("10:10: a measure is a whole number, this is a moment; name a field "
         "that counts, such as working_days_late")),
        (("levels: {reminder: 1, warning: 5, critical: 10}\n", ""), ("1:1: levels is missing; write levels: {reminder: 1, "
         "warning: 5}, or level: warning")),
        (("measure:", "level: warning\nmeasure:"), "10:1: both levels and level; keep one of them"),
        (("levels: {reminder: 1, warning: 5, critical: 10}", "levels: {}"), ("11:9: no level at all; write at least one, as in "
         "{warning: 1}")),
        (("until: 2026-12-05", "from: 2026-12-06, until: 2026-12-05"), "13:87: ends before it begins; swap from and until"),
        (("from: 2025-07-01", "from: 2025-02-31"), "4:44: 2025-02-31 is no day; write YYYY-MM-DD"),
        (("from: 2025-07-01", "from: '01/07/2025'"), "4:44: '01/07/2025' is no day; write 2025-07-01"),
        (('reason: "Bão số 5, công văn 123", ', ""), "13:5: reason is missing; write reason: …"),
        (("unit = 'H26.1'", "unit = H26.1"), ("13:19: unknown field 'H26'; if it is a text, put it in single quotes: "
         "'H26.1'")),
        (("is_open", "is_opened_by"), ("8:5: unknown field 'is_opened_by'; did you mean 'is_open'?")),
        (("is_open", "xyz"), ("8:5: unknown field 'xyz'; known are code, origin, unit, unit_since, receiving_unit, procedure, "
         "kind, status, channel, submitted_at, accepted_at, due_at, …; `alertd rules fields` lists all")),
        (("id: overdue\n", ""), "1:1: id is missing; write id: NAME, the file's name without .yaml"),
        (("id: overdue\n", "id: Quá hạn\n"), ("1:5: 'Quá hạn' is no name of a rule; use a-z, 0-9, - and _, at most 64 of them, "
         "as in qua-han")),
        (("title: {vi: Hồ sơ quá hạn, en: Overdue files}", "title: {}"), "2:8: title has no text; write {vi: …, en: …}"),
    ],
)  # fmt: skip
def test_a_fault_says_what_where_and_the_cure(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    assert change[0] in OVERDUE
    first = said(tmp_path, OVERDUE.replace(*change))[0]
    assert first == f"overdue.yaml:{fault}"


@pytest.mark.parametrize(
    ("deadline", "fault"),
    [
        ("{counted_from: submited_at, within: 1 working day}", ("nothing is counted from 'submited_at'; did you mean "
         "'submitted_at'?")),
        ("{counted_from: submitted_at, within: 8 working hours}", ("a deadline counts whole days, not working hours; write n "
         "working days or nd; 8 working hours are 1 working day")),
        ("{counted_from: submitted_at, within: 40000d}", "40000d is more than a hundred years; write the number of the law"),
        ("{counted_from: submitted_at}", "within is missing; write within: …"),
        ("{counted_from: submitted_at, within: 2}", ("not a duration; write a whole number and its unit, as in 2 working days, "
         "12h or 30d")),
        ("{counted_from: submitted_at, within: 2d, within_if: {fast: 1d}}", ("'fast' is no yes/no field; known are paid_online, "
         "is_open, waiting_for_citizen, is_overdue")),
    ],
)  # fmt: skip
def test_faults_of_a_deadline(tmp_path: Path, deadline: str, fault: str) -> None:
    """The conditions are read all the same: `due_on` is known, though nobody can say yet what it is."""
    rest = f"when: is_open and due_on < today\nlevel: warning\ndeadline: {deadline}\n"
    (found,) = said(tmp_path, HEAD + rest)
    assert found.split(": ", 1)[1] == fault


def test_a_dataset_without_any_counted_day_has_no_deadline(tmp_path: Path) -> None:
    text = HEAD.replace("files", "procedures") + "when: content_complete\nlevel: warning\n"
    (fault,) = said(tmp_path, text + "deadline: {counted_from: name, within: 2d}\n")
    assert "procedures has no day from which to count" in fault


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    book, faults = load(
        tmp_path,
        a=OVERDUE.replace("id: overdue", "id: a").replace("due_at is", "due_date is").replace("unit_head", "nobody"),
        b="id: b\n\tx: y\n",
        overdue=OVERDUE,
    )
    places = [f"{Path(fault.file).name}:{fault.line}" for fault in faults]
    assert places == ["a.yaml:9", "a.yaml:14", "b.yaml:2"]
    assert list(book.set.rules) == ["overdue"]
    assert book.set.set_aside["a"].startswith("a.yaml:9:5: unknown field 'due_date'")
    assert book.set.set_aside["a"].endswith("(and 1 more)")


# --- what YAML makes of a text ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "place", "what"),
    [
        ("when: >= 5", "5:7", "> begins a block of text in YAML"),
        ("levels:\n  warning: >= 5", "6:12", "> begins a block of text in YAML"),
        ("levels: {warning: >= 5}", "5:19", "> begins a block of text in YAML"),
        ("when: | is_open", "5:7", "| begins a block of text in YAML"),
        ("template: 1.004220", "5:11", "1.004220 is read as a number, which loses its zeros; put it in quotes: '1.004220'"),
        ("template: 766", "5:11", "766 is read as a number; put it in quotes: '766'"),
        ("template: true", "5:11", "true is read as yes or no; put it in quotes: 'true'"),
        ("template: 2026-09-01", "5:11", "2026-09-01 is read as a day; put it in quotes: '2026-09-01'"),
        ("when:\n  - 1.004220", "6:5", "1.004220 is read as a number, which loses its zeros"),
        ("when:\n  - status: done", "6:5", "status: done is read as a key and its value; write a condition: status = 'done'"),
        ("when: {unit: H26.1}", "5:7", "{unit: H26.1} is read as keys and values; put the whole text in quotes"),
        ("basis:\n  - 766: mục 2", "6:5", "766: mục 2 is read as a key and its value; put the whole text in quotes"),
        ("basis: Nghị định 118", "5:8", "Nghị định 118 stands where a list (a line with - for each) is expected"),
        ("action: Giải quyết: ngay", "5:19", "a second colon makes this a key and its value in YAML"),
        ("action: {vi: [a, b]}", "5:14", "[a, b] stands where a text is expected"),
        ("when: [unit in ('H26.1', 'H26.2'), is_open]", "5:33", "in { … } and [ … ] a comma or a closing quote ends the value"),
        ("when: [code in (a, b)]", "5:20", "unknown field 'b'; in [ … ] and { … } a comma ends the value"),
        ("when: section = 'Phòng #1'", "5:17", "a text without its closing quote; a # after a space begins a comment"),
        ("when:\n\t- is_open", "6:1", "a tab; YAML is indented by spaces alone"),
        ("when:\n  \t- is_open", "6:3", "a tab; YAML is indented by spaces alone"),
        ("when: [is_open", "5:7", "a [ is opened and not closed"),
        ("action: {vi: a", "5:9", "a { is opened and not closed"),
        ("when: 'is_open", "5:7", "a quote is opened and not closed"),
        ("when:\n  - is_open\n - due_at is null", "7:2", "the indentation does not fit the lines above"),
        ("when: *open", "5:7", "* is a reference in YAML"),
        ("when: &open is_open", "5:7", "& is a reference in YAML"),
        ("when: !is_open", "5:7", "!is_open is a tag in YAML; in a condition write not is_open"),
        ("when: %a", "5:7", "% cannot begin a value in YAML"),
        ("when: @a", "5:7", "@ cannot begin a value in YAML"),
        ("---\nid: b", "5:1", "a second document begins here (---); delete this line"),
        ("to: office", "5:1", "'to' stands twice, first in line 4; keep one of them"),
        ("? [a]\n: b", "5:3", "a list or mapping stands where the name of a key is expected"),
        ("when:", "5:1", "when is empty; write the condition, such as when: is_open"),
        ("when: []", "5:7", "an empty list"),
        ("when: ''", "5:8", "the condition is empty"),
        ("levels: 5", "5:9", "5 stands where a mapping (key: value) is expected"),
        ("levels: {warning: 5.5}", "5:19", "5.5 is read as a number"),
        ("show: section", "5:7", "section stands where a list (a line with - for each) is expected"),
        ("deadline: 5 working days", "5:11", "5 working days stands where a mapping (key: value) is expected"),
        ("send: at_once", "5:7", "at_once stands where a mapping (key: value) is expected"),
    ],
)  # fmt: skip
def test_what_yaml_makes_of_a_text_is_said_by_its_name(tmp_path: Path, line: str, place: str, what: str) -> None:
    found = said(tmp_path, f"{HEAD}{line}\n")
    assert any(fault.startswith(f"overdue.yaml:{place}: {what}") for fault in found), found


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "1:1: the file is empty"),
        (b"# nothing but a comment\n", "1:1: the file is empty"),
        (b"---\n", "1:1: the file is empty"),
        ("id: overdue\ntitle: Quá hạn".encode("cp1258", "replace"), "2: not UTF-8; save it as UTF-8"),
        ("id: overdue".encode("utf-16"), "1: not UTF-8"),
        (b"id: overdue\ntitle: a\x00b\n", "2:9: an unreadable character (U+0000)"),
        (b"- a\n- b\n", "1:1: a rule is a mapping of keys and values"),
        (b"overdue", "1:1: a rule is a mapping of keys and values"),
        (b"a: [" + b"x, " * 30_000 + b"]", "larger than 64 KiB, which no rule is"),
        (b"[" * 20_000, "1:9: more, or deeper nested, than a rule can be"),
        (b"a: [" + b"x, " * 3_000 + b"]", "more, or deeper nested, than a rule can be"),
        (b"a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "1:4: & is a reference in YAML"),
        (b"!!python/object/apply:os.system [id]", "is a tag in YAML"),
    ],
)
def test_a_file_that_is_no_rule_says_so(tmp_path: Path, content: bytes, what: str) -> None:
    (fault,) = said(tmp_path, content)
    assert what in fault


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "overdue.yaml").open("wb") as opened:
        opened.truncate(50 * 1024 * 1024)
    (fault,) = load(tmp_path)[1]
    assert "larger than 64 KiB" in str(fault)


@pytest.mark.parametrize(
    ("name", "make", "what"),
    [
        ("overdue.yml", Path.touch, "is not read: rules end in .yaml; name it overdue.yaml"),
        ("overdue.YAML", Path.touch, "is not read: rules end in .yaml"),
        ("overdue.yaml", Path.mkdir, "not a file"),
        ("overdue.yaml", os.mkfifo, "not a file"),
        ("overdue.yaml", lambda path: path.symlink_to("nowhere"), "not a file"),
    ],
)
def test_what_is_not_read_is_not_passed_over_in_silence(
    tmp_path: Path, name: str, make: Callable[[Path], None], what: str
) -> None:
    make(tmp_path / name)
    assert any(what in str(fault) for fault in load(tmp_path)[1])


def test_files_of_editors_and_other_things_are_left_alone(tmp_path: Path) -> None:
    for name in (".overdue.yaml.swp", ".#overdue.yaml", "README.md", "overdue.yaml~"):
        (tmp_path / name).write_text("x: [")
    _, faults = load(tmp_path, overdue=OVERDUE)
    assert faults == []


# --- names -----------------------------------------------------------------------------------------------------------
def test_a_rule_is_called_as_its_file(tmp_path: Path) -> None:
    book, faults = load(tmp_path, late=OVERDUE)
    assert [str(fault).rsplit("/", 1)[-1] for fault in faults] == [
        "late.yaml:1:5: id 'overdue' is not the file's name; write id: late, or name the file overdue.yaml"
    ]
    # under both names: whichever of them has alerts, they stay
    assert set(book.set.set_aside) == {"late", "overdue"}


def test_of_two_rules_of_one_id_the_one_in_the_file_of_that_name_runs(tmp_path: Path) -> None:
    book, faults = load(tmp_path, overdue=OVERDUE, overdue_copy=OVERDUE)
    assert [str(fault).rsplit("/", 1)[-1] for fault in faults] == [
        "overdue-copy.yaml:1:5: rule 'overdue' stands in overdue.yaml too; call this one 'overdue-copy', or delete one"
    ]
    assert set(book.set.rules) == {"overdue"}
    assert set(book.set.set_aside) == {"overdue-copy"}


def test_the_set_has_another_version_when_a_rule_changes_breaks_or_goes(tmp_path: Path) -> None:
    versions = {load(tmp_path, overdue=OVERDUE)[0].set.version}
    versions.add(load(tmp_path, overdue=OVERDUE.replace("warning: 5", "warning: 6"))[0].set.version)
    versions.add(load(tmp_path, overdue="x")[0].set.version)
    (tmp_path / "overdue.yaml").unlink()
    versions.add(load(tmp_path)[0].set.version)
    assert len(versions) == 4


def test_a_folder_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    book, (fault,) = load(tmp_path / "none")
    assert "there is no such folder; make it, or name another in [rules] folder" in str(fault)
    assert book.set.unread == str(fault)
    book, (fault,) = load(tmp_path)
    assert (book.set.unread, fault.warning) == ("", True)


# --- warnings: it runs, but hardly is what was meant -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (("unit = 'H26.1'", "unit = 'H26.11'"), "13:19: no unit has the code 'H26.11'; did you mean 'H26.1'?"),
        (("  - is_open", "  - unit in ('H26.1', 'X')"), "8:23: no unit has the code 'X'; see units.csv"),
        (("vi: Hồ sơ quá hạn, ", ""), "2:8: title has no text in vi, the language of the site"),
    ],
)
def test_what_hardly_is_meant_is_a_warning_and_runs(tmp_path: Path, change: tuple[str, str], warning: str) -> None:
    book, (fault,) = load(tmp_path, overdue=OVERDUE.replace(*change))
    assert fault.warning
    assert str(fault).removeprefix(f"{tmp_path}/overdue.yaml:").startswith(warning)
    assert "overdue" in book.compiled


def test_where_units_and_templates_are_not_known_nothing_is_said_of_them(tmp_path: Path) -> None:
    (tmp_path / "overdue.yaml").write_text(OVERDUE.replace("unit_head", "H26.77"), encoding="utf-8")
    book, faults = load_rules(tmp_path, language="vi", units=(), templates=())
    assert faults == []
    assert book.set.rules["overdue"].to == To(Addressee.UNIT, "H26.77")


# --- hostile conditions ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "when",
    [
        "supplement_requests in (" + ", ".join(map(str, range(5_000))) + ")",
        "(" * 200 + "is_open" + ")" * 200,
        " and ".join(["is_open"] * 500),
        "not " * 300 + "is_open",
        "supplement_requests > 10000000000",
        "supplement_requests > 1e308",
        "section = '" + "x" * 3_000 + "'",
        "is_open; drop table alerts",
        "is_open -- and so on",
        "is_open /* and so on */",
        "exists (select 1)",
        "lower(section) = 'a'",
    ],
)
def test_a_hostile_condition_is_one_fault_and_no_crash(tmp_path: Path, when: str) -> None:
    quoted = when.replace("'", "''")
    found = said(tmp_path, f"{HEAD}when: '{quoted}'\nlevel: warning\n")
    assert found
    assert all(fault.startswith("overdue.yaml:5:") for fault in found)
