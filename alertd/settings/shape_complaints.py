"""What pydantic finds in a raw config, said as a person would: key, what is expected there, what to write."""

import json
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from alertd.settings.complaint import Complaint, KeyPath, complaint_of, did_you_mean, nearest
from alertd.settings.kinds import Shape
from alertd.settings.shapes import Settings

# Fields of Settings that alertd sets itself; in config.toml they are unknown keys.
OWN = frozenset({"folder", "file"})

_EXPECTED = {
    "string": "expected text in quotes",
    "bool": "expected true or false",
    "int": "expected a whole number",
    "float": "expected a number",
    "date": 'expected a date like "2026-12-31"',
    "dict": "expected a table { key = value }",
    "is": 'expected text in quotes or { env = "NAME" }',
    "tuple": "expected a list [ … ]",
    "path": "expected a path in quotes",
}
_MISSING: dict[KeyPath, str] = {
    ("units",): 'write a table [units] with file = "units.csv"',
    ("sources",): "write at least one table [[sources]] with name, dataset, kind and [sources.fields]",
}


def shape_complaints(error: ValidationError, raw: dict[str, Any]) -> list[Complaint]:
    """One complaint per key: of a union (text or secret), pydantic names every branch."""
    found: dict[KeyPath, Complaint] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = _path(detail["loc"], raw)
        if detail["type"] != "too_short" or not _at(path, raw):  # a list whose items are at fault is not too short
            found.setdefault(path, _complaint(path, detail["type"], detail["msg"], dict(detail.get("ctx", {}))))
    return list(found.values())


def _complaint(path: KeyPath, kind: str, message: str, context: dict[str, Any]) -> Complaint:
    match kind:
        case "missing":
            return Complaint(path, "missing", _MISSING.get(path) or _what_to_write(path))
        case "extra_forbidden":
            return Complaint(path, "unknown key", _meant(path))
        case "literal_error":
            return Complaint(path, "unknown word", f"one of {context['expected']}")
        case "value_error":
            return complaint_of(path, str(context["error"]))
        case "model_type":
            return Complaint(path, "expected a table", f"write [{path[-1]}] on a line of its own")
        case "too_short":
            return Complaint(path, "empty", _MISSING.get(path) or _what_to_write(path))
        case _:
            said = message.removeprefix("Input ").removeprefix("should be ")
            return Complaint(path, _EXPECTED.get(kind.split("_", maxsplit=1)[0], f"must be {said}"))


def _path(loc: tuple[str | int, ...], raw: Any) -> KeyPath:
    """The part of pydantic's place that stands in the config (it adds the branch of a union), with a missing key."""
    path: KeyPath = ()
    here = raw
    for place, part in enumerate(loc):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and isinstance(part, int):
            here = here[part] if part < len(here) else None
        elif isinstance(here, dict) and place == len(loc) - 1:
            return (*path, part)
        else:
            break
        path = (*path, part)
    return path


def _at(path: KeyPath, raw: Any) -> Any:
    for part in path:
        raw = raw.get(part) if isinstance(raw, dict) else raw[int(part)] if isinstance(raw, list) else None
    return raw


def shape_of(annotation: Any) -> type[Shape] | None:
    """The table's shape inside an annotation: ``Site``, ``tuple[SourceSettings, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    return next((shape for part in get_args(annotation) if (shape := shape_of(part))), None)


def _fields(table: KeyPath) -> dict[str, FieldInfo]:
    shape: type[Shape] | None = Settings
    for part in table:
        if shape is not None and isinstance(part, str):
            field = shape.model_fields.get(part)
            shape = shape_of(field.annotation) if field else None
    fields = shape.model_fields if shape else {}
    return {name: field for name, field in fields.items() if shape is not Settings or name not in OWN}


def _meant(path: KeyPath) -> str:
    key, known = str(path[-1]), _fields(path[:-1])
    if near := nearest(key, known):
        return near
    tables = [name for name in _fields(()) if name != "sources" and key in _fields((name,))]
    if tables:
        return f"it belongs under [{tables[0]}]"
    return did_you_mean(key, known) if known else ""


def _what_to_write(path: KeyPath) -> str:
    field = _fields(path[:-1]).get(str(path[-1]))
    if field is None:
        return ""
    sample = {"fields": '[sources.fields] with lines like code = "MaHoSo"'}.get(
        str(path[-1]), f"{path[-1]} = {json.dumps('…', ensure_ascii=False)}"
    )
    return f"write {sample} ({(field.description or '').rstrip('.')})"
