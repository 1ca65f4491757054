"""The JSON Schemas for editors: what alertd ships is right by them, and what they refuse alertd refuses as well."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from alertd.cases.reference import parts
from alertd.cases.schema import FOLDER, as_text, schemas
from alertd.cases.shape import TESTS, StepShape, TestShape, TestsShape, UnitShape
from alertd.notices.templates import Templates
from alertd.rules.file_kind import RULE, FileKind, keys_of
from alertd.rules.shape_faults import shaped
from alertd.rules.yaml_text import read_text
from alertd.settings.shipped import shipped
from alertd.settings.tables import UNITS

RULES = shipped("rules")
MADE = schemas(templates=Templates(Path("/nowhere"), shipped("templates")).names())
VALIDATORS = {name: Draft7Validator(schema) for name, schema in MADE.items()}
KINDS = {"rule": RULE, "test": TESTS}
FILES = {"rule": sorted(RULES.glob("*.yaml")), "test": sorted((RULES / "tests").glob("*.yaml"))}


def as_editors_read(value: Any) -> Any:
    """An editor takes a day as the text that it is written as."""
    if isinstance(value, dict):
        return {key: as_editors_read(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_editors_read(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def complaints(kind: str, text: str) -> list[str]:
    return [error.message for error in VALIDATORS[kind].iter_errors(as_editors_read(YAML(typ="safe").load(text)))]


def refused(kind: FileKind, text: str) -> bool:
    document, faults = read_text(text, "a.yaml", kind)
    if document is not None:
        _, more = shaped(document, kind)
        faults = [*faults, *more]
    return any(not fault.warning for fault in faults)


@pytest.mark.parametrize("name", MADE)
def test_a_schema_is_one_by_its_own_draft(name: str) -> None:
    Draft7Validator.check_schema(MADE[name])


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in FILES.items() for path in paths], ids=str)
def test_what_alertd_ships_is_right_by_its_schema_and_names_it_in_its_first_line(kind: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert complaints(kind, text) == []
    place = text.split("\n", 1)[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / place).resolve() == (RULES / FOLDER / f"{kind}.schema.json").resolve()


@pytest.mark.parametrize("name", MADE)
def test_the_schemas_that_are_shipped_are_those_of_the_shapes(name: str) -> None:
    assert (RULES / FOLDER / f"{name}.schema.json").read_text(encoding="utf-8") == as_text(MADE[name]), "make docs"


def test_a_site_may_have_units_and_templates_that_no_schema_knows() -> None:
    text = (RULES / "overdue-files.yaml").read_text(encoding="utf-8")
    assert (
        complaints(
            "rule", text.replace("to: unit_head", "to: H26.99").replace("template: overdue_files", "template: own")
        )
        == []
    )


_RULE = "id: a\ntitle: A\ndataset: files\nwhen: is_open\nlevel: warning\nto: unit_head\n"
_TEST = "rule: a\ntests:\n  - {name: A, at: 2026-10-05, record: {due_at: 2026-10-01}, alert: none}\n"
WRONG = [
    ("rule", _RULE.replace("when: is_open\n", "")),
    ("rule", _RULE.replace("id: a", "id: A b")),
    ("rule", _RULE + "wen: is_open\n"),
    ("rule", _RULE.replace("when: is_open", "when: []")),
    ("rule", _RULE.replace("when: is_open", "when: {a: b}")),
    ("rule", _RULE.replace("level: warning", "level: high")),
    ("rule", _RULE.replace("level: warning", "levels: {high: 1}")),
    ("rule", _RULE.replace("level: warning", "levels: {warning: [1]}")),
    ("rule", _RULE + "send: {warning: now}\n"),
    ("rule", _RULE + "repeat: often\n"),
    ("rule", _RULE + "repeat: 5\n"),
    ("rule", _RULE + "except: [{when: is_open}]\n"),
    ("rule", _RULE + "deadline: {within: 5 working days}\n"),
    ("rule", _RULE + "basis: Luật\n"),
    ("rule", _RULE + "show: due_at\n"),
    ("rule", _RULE + "at_most: many\n"),
    ("rule", "- a\n"),
    ("test", _TEST.replace("tests:", "test:")),
    ("test", _TEST.replace("name: A, ", "")),
    ("test", _TEST.replace("alert: none", "alert: high")),
    ("test", _TEST.replace("alert: none", "alrt: none")),
    ("test", _TEST.replace("alert: none", "measure: one")),
    ("test", _TEST.replace("alert: none", "alert: none, told: now")),
    ("test", _TEST.replace("alert: none", "alert: none, language: fr")),
    ("test", _TEST.replace("alert: none", "alert: none, steps: []")),
    ("test", "rule: a\ntests: []\n"),
    ("test", "tests: a\n"),
    ("test", _TEST + "days_off: [soon]\n"),
    ("test", _TEST + "units: {A: {leader: B}}\n"),
]


@pytest.mark.parametrize(("kind", "text"), WRONG)
def test_what_is_wrong_in_its_shape_is_refused_by_both_alike(kind: str, text: str) -> None:
    assert refused(KINDS[kind], text)
    assert complaints(kind, text) or "soon" in text  # that a text is a day is a format, which editors check


def test_the_beginnings_of_those_are_right() -> None:
    for kind, text in (("rule", _RULE), ("test", _TEST)):
        assert (complaints(kind, text), refused(KINDS[kind], text)) == ([], False)


# what a schema knows of a test besides its shape, as the loader does (tests/unit/test_cases_load.py)
@pytest.mark.parametrize(
    "text",
    [
        _TEST.replace(", alert: none", ""),
        _TEST.replace("at: 2026-10-05, ", ""),
        _TEST.replace("at: 2026-10-05", "at: tomorrow"),
        _TEST.replace("due_at: 2026-10-01", "due_date: 2026-10-01"),
        _TEST.replace("due_at: 2026-10-01", "working_days_late: 1"),
        _TEST.replace("due_at: 2026-10-01", "status: late"),
        _TEST.replace("due_at: 2026-10-01", "supplement_requests: two"),
        _TEST.replace("record: {", "records: {A: {}}, record: {"),
        _TEST.replace("alert: none", "alert: none, facts: {working_days_lte: 1}"),
        _TEST.replace("alert: none", "steps: [{alert: none}]"),
    ],
)
def test_an_editor_knows_of_fields_and_words_and_that_a_test_has_to_expect_something(text: str) -> None:
    assert complaints("test", text)


@pytest.mark.parametrize(
    "text",
    [
        _RULE.replace("dataset: files", "dataset: file"),
        _RULE + "show: [published_on]\n",
        _RULE + "deadline: {counted_from: decided_on, within: 5 working days}\n",
        _RULE + "deadline: {counted_from: due_at, within: 5h}\n",
        _RULE.replace("dataset: files", "dataset: procedures") + "deadline: {counted_from: due_at, within: 5d}\n",
        _RULE + "levels: {warning: 1}\n",
        _RULE.replace("level: warning\n", ""),
    ],
)
def test_an_editor_knows_of_datasets_and_their_fields(text: str) -> None:
    assert complaints("rule", text)


def test_a_row_of_units_has_the_columns_of_the_table() -> None:
    row = MADE["units"]["items"]
    assert set(row["properties"]) == set(UNITS.all)
    good = dict.fromkeys(UNITS.all, "") | {"code": "H26.1", "name": "Sở Xây dựng", "valid_from": "2025-07-01"}
    assert VALIDATORS["units"].is_valid([good])
    for wrong in (good | {"name": ""}, good | {"valid_to": "soon"}, good | {"nane": "x"}, {"code": "x"}):
        assert not VALIDATORS["units"].is_valid([wrong])


def test_every_key_of_a_test_has_a_sentence() -> None:
    shapes = (TestsShape, TestShape, StepShape, UnitShape)
    assert [name for shape in shapes for name, field in keys_of(shape).items() if not field.description] == []
    assert "description" in json.dumps(MADE["test"]["$defs"]["Record"])


@pytest.mark.parametrize("name", sorted(parts()))
def test_the_tables_of_the_page_on_tests_are_those_of_the_declarations(name: str) -> None:
    page = (RULES.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f"<!-- generated: {name} -->\n{parts()[name]}<!-- end -->" in page, "make docs"
