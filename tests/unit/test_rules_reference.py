"""docs/rules.md: what is written from declarations is as they are, and its examples do what it says of them."""

import json
import re
from pathlib import Path

import pytest

from alertd.model.datasets import DATASETS
from alertd.rules.fields import field_docs, function_docs
from alertd.rules.functions import FUNCTIONS
from alertd.rules.load import load_rules
from alertd.rules.reference import parts
from alertd.rules.shape import KEYS, RuleShape
from alertd.rules.speak import speak

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(parts()))
def test_the_tables_of_the_page_are_those_of_the_declarations(name: str) -> None:
    assert f"<!-- generated: {name} -->\n{parts()[name]}<!-- end -->" in PAGE, "run `python docs/generate.py`"


def test_the_first_example_is_a_rule_and_is_read_back_as_the_page_says(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(id: .*?)```", PAGE, re.DOTALL)
    assert example is not None
    (tmp_path / "overdue-files.yaml").write_text(example[1], encoding="utf-8")
    book, faults = load_rules(tmp_path, language="vi", units=("H26.X1",), templates=("overdue_files",))
    assert faults == []
    quoted = re.search(r"^((?:> .*\n)+)", PAGE, re.MULTILINE)
    assert quoted is not None
    said = " ".join(line.removeprefix("> ") for line in quoted[1].splitlines()).removesuffix("; …")
    assert speak(book.compiled["overdue-files"], "vi").startswith(said)


def test_every_shipped_rule_stands_on_the_page() -> None:
    assert [path.stem for path in (ROOT / "rules").glob("*.yaml") if f"| {path.stem} |" not in PAGE] == []


def test_every_key_field_and_function_has_a_sentence() -> None:
    assert [name for name, key in KEYS.items() if not key.description] == []
    for dataset in DATASETS.values():
        assert [doc.name for doc in field_docs(dataset) if not (doc.vi and doc.en)] == []
    assert {function.name for function in function_docs()} == set(FUNCTIONS)


def test_editors_get_a_schema_of_the_keys() -> None:
    schema = RuleShape.model_json_schema()
    assert set(schema["properties"]) == set(KEYS)
    assert set(schema["required"]) == {name for name, key in KEYS.items() if key.is_required()}
    assert json.loads(json.dumps(schema)) == schema
