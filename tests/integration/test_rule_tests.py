"""The tests of the shipped rules: they pass, they try everything that a rule turns on, and no wrong number gets past them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import select

from alertd.cases.bench import Found
from alertd.cases.case import Case, Of
from alertd.cases.coverage import Looking
from alertd.cases.edges import Plan
from alertd.cases.load import files_in, load_cases
from alertd.cases.observe import Observed
from alertd.cases.read import Around
from alertd.cases.run import Result, Runner
from alertd.model.alerts import findings_table
from alertd.model.directory import Directory
from alertd.notices.templates import Templates
from alertd.rules.evaluate import find
from alertd.rules.load import load_rules
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.speak import speak
from alertd.rules.yaml_text import read_text
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings
from alertd.settings.shipped import shipped

RULES = shipped("rules")
SETTINGS = Settings.model_validate(
    {
        "folder": Path("/nowhere"),
        "units": {},
        "sources": [
            {"name": "s", "dataset": "files", "kind": "http", "url": "http://127.0.0.1/", "fields": {"code": "c"}}
        ],
    }
)
CALENDAR = calendar_of(SETTINGS)
TEMPLATES = Templates(Path("/nowhere"), shipped("templates"))
WEEKEND = frozenset((5, 6))


@cache
def book() -> Rulebook:
    found, faults = load_rules(RULES, language="vi", units=(), templates=TEMPLATES.names())
    assert faults == []
    return found


def cases_of(book: Rulebook) -> list[Case]:
    paths, faults = files_in(RULES)
    cases, more = load_cases(paths, Around(book, Directory(()), CALENDAR))
    assert (faults, more) == ([], [])
    return cases


@pytest.fixture(scope="module")
def watched() -> tuple[list[Result], "Watching"]:
    """The tests of all shipped rules, run once, with every wrong rule looked at beside the right one."""
    rules = book()
    watching = Watching(WEEKEND, {name: wrong_rules(compiled) for name, compiled in rules.compiled.items()})
    cases = cases_of(rules)
    assert all(any(check.of is Of.ALERT for check in step.checks) for case in cases for step in case.steps)
    return list(Runner(SETTINGS, TEMPLATES, CALENDAR, rules, look=watching).run(cases)), watching


def test_every_test_of_a_shipped_rule_passes(watched: tuple[list[Result], "Watching"]) -> None:
    wrong = [(result.case.place, result.case.name, result.failed) for result in watched[0] if not result.passed]
    assert not wrong, wrong


def test_every_shipped_rule_has_tests_of_everything_that_it_turns_on(watched: tuple[list[Result], "Watching"]) -> None:
    touched: dict[str, set[str]] = {}
    for result in watched[0]:
        touched.setdefault(result.case.rule, set()).update(result.touched)
    missing = {
        name: [target for target in Plan(compiled).targets if target not in touched.get(name, ())]
        for name, compiled in book().compiled.items()
    }
    assert len(missing) == len(list(RULES.glob("*.yaml")))
    assert {name: targets for name, targets in missing.items() if targets} == {}


def test_every_file_of_tests_is_called_as_the_rule_that_it_tests() -> None:
    for path in files_in(RULES)[0]:
        assert f"\nrule: {path.stem}\n" in path.read_text(encoding="utf-8")


# --- no wrong number gets past them ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Wrong:
    """A shipped rule with one thing changed."""

    what: str
    compiled: CompiledRule


_SWAPS = (
    (r"(?<![<>])=(?!=)", ("<>",)),
    (r"<>", ("=",)),
    (r"<=", ("<", ">=")),
    (r">=", (">", "<=")),
    (r"<(?![=>])", ("<=", ">")),
    (r"(?<![<])>(?!=)", (">=", "<")),
    (r"\bis null\b", ("is not null",)),
    (r"\bis not null\b", ("is null",)),
    (r"(?<!not )\bin \(", ("not in (",)),
    (r"\bnot (?!null|in\b)", ("",)),
)


def changed_lines(line: str) -> Iterator[str]:
    """A condition with one number, one sign or one word changed; each in its turn."""
    for found in re.finditer(r"(?<![\w'])-?\d+(?![\w'])", line):
        for more in (-1, 1):
            yield f"{line[: found.start()]}{int(found[0]) + more}{line[found.end() :]}"
    for pattern, others in _SWAPS:
        for found in re.finditer(pattern, line):
            for other in others:
                yield f"{line[: found.start()]}{other}{line[found.end() :]}"
    if " between " not in line:
        for one, other in ((" and ", " or "), (" or ", " and ")):
            for found in re.finditer(one, line):
                yield f"{line[: found.start()]}{other}{line[found.end() :]}"
    for found in re.finditer(r"'(\w+)'", line):
        other = "'counter'" if "channel" in line else "'returned'"
        yield f"{line[: found.start()]}{other}{line[found.end() :]}"
    if re.fullmatch(r"(- )?\w+", line.strip()):
        yield re.sub(r"(\w+)$", r"not \1", line)


def changed(text: str) -> Iterator[tuple[str, str]]:
    """The text of a rule with one thing changed in its levels, its condition or its deadline; and what it was."""
    lines = text.split("\n")
    inside = ""
    for place, line in enumerate(lines):
        key = re.match(r"(\w+):", line)
        inside = key[1] if key else inside
        begin = f"{inside}:" if key else ""
        rest = line[len(begin) :]
        others: list[str] = []
        if inside in ("levels", "deadline"):
            for found in re.finditer(r"\d+", rest):
                others += [f"{rest[: found.start()]}{int(found[0]) + more}{rest[found.end() :]}" for more in (-1, 1)]
        elif inside == "when" and rest.strip():
            others += changed_lines(rest)
        for other in dict.fromkeys(others):
            if other != rest:
                yield (
                    f"{line.strip()} → {(begin + other).strip()}",
                    "\n".join([*lines[:place], begin + other, *lines[place + 1 :]]),
                )


def wrong_rules(compiled: CompiledRule) -> list[Wrong]:
    """Each under a name of its own; what the loader refuses is caught by that."""
    found = []
    for number, (what, text) in enumerate(changed(compiled.rule.text)):
        document, faults = read_text(text, f"{compiled.rule.id}.yaml")
        assert document is not None, faults
        other, _ = read_rule(document, Known("vi", (), ()))
        if other is not None:
            found.append(Wrong(what, replace(other, rule=replace(other.rule, id=f"{other.rule.id}-{number}"))))
    return found


@dataclass(frozen=True)
class Watching(Looking):
    """Runs the wrong rules beside the right one, in the transaction of each moment. ``caught``: those that find another level of
    any record than the right one, of which the test says which level it must be."""

    wrong: dict[str, list[Wrong]]
    caught: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, found: Found, seen: Mapping[str, Observed]) -> frozenset[str]:
        touched = super().__call__(found, seen)
        name, c = found.compiled.rule.id, findings_table.c
        find(found.session, [each.compiled for each in self.wrong.get(name, ())], found.at)
        rows = found.session.connection().execute(select(c.rule, c.key, c.level))
        came = {(row.rule, row.key): row.level for row in rows}
        for each in self.wrong.get(name, ()):
            for letter, key in found.keys.items():
                if came.get((each.compiled.rule.id, key), 0) != int(seen[letter].level or 0):
                    self.caught.add((name, each.what))
        return touched

    @property
    def missed(self) -> list[tuple[str, str]]:
        return [
            (name, each.what)
            for name, some in self.wrong.items()
            for each in some
            if (name, each.what) not in self.caught
        ]


def test_a_wrong_number_or_sign_in_a_shipped_rule_is_caught_by_its_own_tests(
    watched: tuple[list[Result], Watching],
) -> None:
    results, watching = watched
    assert all(result.passed for result in results)
    assert all(watching.wrong.values()), "a rule of which nothing could be changed"
    assert sum(map(len, watching.wrong.values())) >= 60
    assert watching.missed == []


def test_without_the_test_of_a_threshold_a_wrong_one_would_get_past() -> None:
    rules = book()
    watching = Watching(WEEKEND, {"overdue-files": wrong_rules(rules.compiled["overdue-files"])})
    cases = [case for case in cases_of(rules) if case.rule == "overdue-files" and len(case.steps) == 1]
    for _ in Runner(SETTINGS, TEMPLATES, CALENDAR, rules, look=watching).run(cases):
        pass
    missed = {what.split("→")[1].strip() for _, what in watching.missed}
    assert "levels: {reminder: 1, warning: 5, critical: 11}" in missed
    assert "levels: {reminder: 2, warning: 5, critical: 10}" not in missed


def test_the_examples_of_the_documents_pass(tmp_path: Path) -> None:
    page = (RULES.parent / "docs" / "rules.md").read_text(encoding="utf-8").split("## Testing a rule")[1]
    whole, steps = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[:2]
    (tmp_path / "a.yaml").write_text(whole + "\n" + steps, encoding="utf-8")
    rules = book()
    cases, faults = load_cases([tmp_path / "a.yaml"], Around(rules, Directory(()), CALENDAR))
    assert (faults, len(cases)) == ([], 3)
    assert all(result.passed for result in Runner(SETTINGS, TEMPLATES, CALENDAR, rules).run(cases))


def test_the_path_of_fifteen_minutes_leads_to_a_rule_whose_tests_pass(tmp_path: Path) -> None:
    page = (RULES.parent / "docs" / "rules.md").read_text(encoding="utf-8").split("## A rule and its tests, in ")[1]
    for name, text in zip(("rules", "tests"), re.findall(r"```yaml\n(.*?)```", page, re.DOTALL), strict=False):
        (tmp_path / name).mkdir()
        (tmp_path / name / "xu-ly-keo-dai.yaml").write_text(text, encoding="utf-8")
    rules, faults = load_rules(tmp_path / "rules", language="vi", units=("H26.08",), templates=TEMPLATES.names())
    assert faults == []
    said = " ".join(page.split("alertd rules read xu-ly-keo-dai\n")[1].split("…")[0].split())
    assert f"xu-ly-keo-dai: {speak(rules.compiled['xu-ly-keo-dai'], 'vi')}".startswith(said)
    cases, faults = load_cases([tmp_path / "tests" / "xu-ly-keo-dai.yaml"], Around(rules, Directory(()), CALENDAR))
    assert (faults, len(cases)) == ([], 2)
    results = list(Runner(SETTINGS, TEMPLATES, CALENDAR, rules, look=Looking(WEEKEND)).run(cases))
    assert all(result.passed for result in results)
    tried = {target for result in results for target in result.touched}
    missing = [target for target in Plan(rules.compiled["xu-ly-keo-dai"]).targets if target not in tried]
    assert missing[:2] == ["except 1", "over a holiday"]
