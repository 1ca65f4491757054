"""Check a rule's keys one by one, so that a fault in one hides none in another, and say each in the words of its writer."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from alertd.errors import Fault
from alertd.rules.nearest import did_you_mean
from alertd.rules.shape import KEYS, BasisShape, DeadlineShape, ExceptShape, LevelsShape, SendShape, Shape, TextsShape
from alertd.rules.yaml_text import Document, Path_

_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(field.rebuild_annotation()) for name, field in KEYS.items()}
_INNER: dict[str, type[Shape]] = {
    "title": TextsShape,
    "action": TextsShape,
    "basis": BasisShape,
    "deadline": DeadlineShape,
    "levels": LevelsShape,
    "except": ExceptShape,
    "send": SendShape,
}
_SAMPLE = {
    "id": "write id: NAME, the file's name without .yaml",
    "title": "write title: {vi: …, en: …}",
    "dataset": "write dataset: files",
    "when": "write the condition, such as when: is_open",
    "to": "write to: unit_head",
}
_EXPECTED = {
    "union_tag": "a text",
    "string": "a text",
    "int": "a whole number",
    "date": "a day (YYYY-MM-DD)",
    "list": "a list: a line with - for each",
    "dict": "a mapping: key: value",
    "model": "a mapping: key: value",
}
_TEXTS = ("text", "reason", "vi", "en", "title", "action")


def shaped(document: Document) -> tuple[dict[str, Any], list[Fault]]:
    """The values of all keys that are as they should be (those left out with their defaults), and the faults of the others."""
    faults: list[Fault] = []
    if document.value is None:
        return {}, [Fault(document.file, 1, 1, "the file is empty", "write a rule, or delete the file")]
    if not isinstance(document.value, dict):
        cure = "begin it with id: and title:, each on a line of its own"
        return {}, [document.fault((), "a rule is a mapping of keys and values", cure)]
    unknown = (key for key in document.value if key not in KEYS)
    faults += [document.fault_at_key((key,), f"unknown key {key!r}", did_you_mean(key, KEYS)) for key in unknown]
    values: dict[str, Any] = {}
    for name, field in KEYS.items():
        if name in document.value and not (document.value[name] is None and not field.is_required()):
            try:
                values[name] = _ADAPTERS[name].validate_python(document.value[name], strict=True)
            except ValidationError as error:
                faults += _faults(document, name, error)
        elif field.is_required():
            faults.append(document.fault((), f"{name} is missing", _SAMPLE[name]))
        else:
            values[name] = field.get_default(call_default_factory=True)
    return values, faults


def _faults(document: Document, name: str, error: ValidationError) -> Iterator[Fault]:
    """One per place: a key that YAML made of a text would otherwise be unknown, and the text missing besides."""
    seen: set[Path_] = set()
    for detail in error.errors(include_url=False):
        path, missing = _path((name, *detail["loc"]), document.value)
        above = path[:-1] if detail["type"] == "extra_forbidden" else path
        if (trap := _pair(document, name, above)) is not None:
            path, found = above, trap
        else:
            found = _said(document, path, missing, detail)
        if path not in seen:
            seen.add(path)
            at_key = trap is None and (detail["type"] == "extra_forbidden" or _at(document.value, path) is None)
            yield document.fault_at_key(path, *found) if at_key else document.fault(path, *found)


def _path(loc: tuple[str | int, ...], value: Any) -> tuple[Path_, str]:
    """The part of pydantic's place that stands in the file (it adds the branch of a union), and a key that is missing."""
    path: Path_ = ()
    for place, part in enumerate(loc):
        inside = value if isinstance(value, Mapping) else dict(enumerate(value)) if isinstance(value, list) else {}
        if part in inside:
            value = inside[part]
        elif isinstance(value, Mapping) and place == len(loc) - 1:
            return path, str(part)
        else:
            continue
        path = (*path, part)
    return path, ""


def _pair(document: Document, name: str, path: Path_) -> tuple[str, str] | None:
    """A text with a colon in it, which YAML has read as a key and its value."""
    value = _at(document.value, path)
    known = _INNER[name].model_fields if name in _INNER else {}
    wanted = name in ("basis", "show", "when", "ends_when") and len(path) == 2
    if wanted and isinstance(value, dict) and len(value) == 1 and not value.keys() & {"text", "from", "until"}:
        key = next(iter(value))
        if key not in known:
            what = f"{document.written(path)} is read as a key and its value"
            return what, "put the whole text in quotes"
    return None


def _said(document: Document, path: Path_, missing: str, detail: ErrorDetails) -> tuple[str, str]:
    value = _at(document.value, path)
    kind = str(detail["type"])
    if kind == "missing":
        return f"{missing} is missing", "write it"
    if kind == "extra_forbidden":
        return f"unknown key {path[-1]!r}", did_you_mean(str(path[-1]), _known(path))
    if kind == "value_error":
        what, _, cure = str(detail["ctx"]["error"]).partition("; ")
        return what, cure
    if kind == "literal_error":
        return f"unknown word {value!r}", f"one of {detail['ctx']['expected']}".replace("'", "")
    if kind == "string_pattern_mismatch":
        return f"{value!r} is no name of a rule", "use a-z, 0-9, - and _, at most 64 of them"
    if kind == "too_short":
        return "an empty list", "write a line, or leave the key out"
    expected = next((said for begin, said in _EXPECTED.items() if kind.startswith(begin)), "something else")
    return _instead(document, path, value, expected)


def _instead(document: Document, path: Path_, value: Any, expected: str) -> tuple[str, str]:
    """What YAML made of a text that is not in quotes."""
    written = document.written(path)
    quoted = f"put it in quotes: '{written}'"
    if value is None:
        return "empty", f"expected {expected}"
    if expected == "a text":
        if isinstance(value, float):
            return f"{written} is read as a number, which loses its zeros", quoted
        if isinstance(value, bool | int | date):
            kind = "yes or no" if isinstance(value, bool) else "a number" if isinstance(value, int) else "a day"
            return f"{written} is read as {kind}", quoted
        if isinstance(value, dict):
            return f"{written} is read as keys and values", "put the whole text in quotes"
    return f"{written} stands where {expected} is expected", "see docs/rules.md"


def _known(path: Path_) -> list[str]:
    shape = _INNER.get(str(path[0]))
    return [field.alias or name for name, field in shape.model_fields.items()] if shape else []


def _at(value: Any, path: Path_) -> Any:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        else:
            value = value[part] if isinstance(value, list) and isinstance(part, int) else None
    return value
