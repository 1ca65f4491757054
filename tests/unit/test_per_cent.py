"""Per cent is written in one way wherever people read it: at the number, without a space, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APART = re.compile(r"(?:\d|\}\}|[a-z]\})[ \u00a0\u202f]%(?![\w(}])(?! [\d(_])")
AT_ALL = re.compile(r"[\d}][ \u00a0\u202f]%")  # in code a value may end with a bracket
READ_FROM_USERS = "82,5 %"  # how a target may be typed; it is never written so


def written() -> Iterator[tuple[str, str]]:
    """Texts that people read, each with its place: templates, rules, and what stands in quotes in the code."""
    for folder in ("templates", "rules", "docs"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".txt", ".yaml", ".md") and path.name != "performance.md":
                yield from ((str(path.relative_to(ROOT)), line) for line in path.read_text("utf-8").splitlines())
    for path in (ROOT / "alertd").rglob("*.py"):
        text = path.read_text("utf-8")
        if AT_ALL.search(text):
            yield from ((str(path.relative_to(ROOT)), each) for each in quoted(ast.parse(text)))


def quoted(tree: ast.AST) -> Iterator[str]:
    """Texts in quotes; values in them as {…}."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_per_cent_stands_at_its_number_in_all_that_people_read() -> None:
    assert [each for each in written() if APART.search(each[1]) and READ_FROM_USERS not in each[1]] == []


@pytest.mark.parametrize("text", ["80 % đúng hạn", "({share} %, mức", "{{ row.rate | number }} %)", "f 7.8\u00a0%"])
def test_a_space_before_per_cent_is_seen(text: str) -> None:
    assert APART.search(text)
