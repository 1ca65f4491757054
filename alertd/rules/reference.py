"""The parts of docs/rules.md that are written from declarations: keys, fields, functions. docs/generate.py puts them there."""

from collections.abc import Iterable
from typing import Any

from alertd.model.datasets import DATASETS
from alertd.rules.deadline import ADDED
from alertd.rules.fields import FieldDoc, docs_of, field_docs, function_docs
from alertd.rules.shape import KEYS


def parts() -> dict[str, str]:
    """What stands in the page behind each mark, by its name."""
    fields = {f"fields of {name}": _fields(field_docs(dataset)) for name, dataset in DATASETS.items()}
    return {
        "rule keys": _keys(),
        **fields,
        "fields with a deadline": _fields(docs_of(ADDED)),
        "functions": table(
            ("function", "gives", "nghĩa"), ((f"`{each.usage}`", each.en, each.vi) for each in function_docs())
        ),
    }


def _keys() -> str:
    rows = []
    for name, field in KEYS.items():
        needed = "yes" if field.is_required() else ""
        rows.append((f"`{name}`", needed, field.description or ""))
    return table(("key", "needed", "what it says"), rows)


def _fields(docs: Iterable[FieldDoc]) -> str:
    return table(
        ("field", "type", "tên", "name", "note"),
        ((f"`{doc.name}`", doc.type, doc.vi, doc.en, _note(doc)) for doc in docs),
    )


def _note(doc: FieldDoc) -> str:
    notes = []
    if doc.words:
        notes.append("one of " + ", ".join(f"`{word}`" for word in doc.words))
    if doc.time:
        notes.append(doc.time)
    if doc.counted:
        notes.append("counted")
    if doc.derived:
        notes.append("computed")
    return "; ".join(notes)


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|")
