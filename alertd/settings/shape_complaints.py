"""What pydantic finds in a raw config, said as a person would: key, what is expected there, what to write."""

import json
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from alertd.errors import Said
from alertd.settings.complaint import Complaint, KeyPath, complaint_of, did_you_mean, nearest, to_write
from alertd.settings.kinds import Shape
from alertd.settings.shapes import Settings

# Fields of Settings that alertd sets itself; in config.toml they are unknown keys.
OWN = frozenset({"folder", "file"})

_EXPECTED = {
    "string": Said("expected text in quotes", "phải là văn bản đặt trong ngoặc kép"),
    "bool": Said("expected true or false", "phải là true hoặc false"),
    "int": Said("expected a whole number", "phải là số nguyên"),
    "float": Said("expected a number", "phải là số"),
    "date": Said('expected a date like "2026-12-31"', 'phải là ngày, viết như "2026-12-31"'),
    "dict": Said("expected a table { key = value }", "phải là bảng { khóa = giá trị }"),
    "is": Said(
        'expected text in quotes or { env = "NAME" }', 'phải là văn bản đặt trong ngoặc kép hoặc { env = "NAME" }'
    ),
    "tuple": Said("expected a list [ … ]", "phải là danh sách [ … ]"),
    "path": Said("expected a path in quotes", "phải là đường dẫn đặt trong ngoặc kép"),
}
_MISSING: dict[KeyPath, Said] = {
    ("units",): Said(
        'write a table [units] with file = "units.csv"', 'đề nghị viết bảng [units] có file = "units.csv"'
    ),
    ("sources",): Said(
        "write at least one table [[sources]] with name, dataset, kind and [sources.fields]",
        "đề nghị viết ít nhất một bảng [[sources]] có name, dataset, kind và [sources.fields]",
    ),
}
# How pydantic says that a value lies outside its bounds, and what stands between its words in Vietnamese.
_BOUNDS = {
    "less_than_equal": ("le", "không được lớn hơn {}"),
    "greater_than_equal": ("ge", "không được nhỏ hơn {}"),
    "less_than": ("lt", "phải nhỏ hơn {}"),
    "greater_than": ("gt", "phải lớn hơn {}"),
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
            return Complaint(path, Said("missing", "thiếu khóa này"), _MISSING.get(path) or _what_to_write(path))
        case "extra_forbidden":
            return Complaint(path, Said("unknown key", "không có khóa này"), _meant(path))
        case "literal_error":
            return Complaint(path, Said("unknown word", "không có từ này"), _one_of(str(context["expected"])))
        case "value_error":
            return complaint_of(path, context["error"])
        case "model_type":
            cure = Said(f"write [{path[-1]}] on a line of its own", f"đề nghị viết [{path[-1]}] trên một dòng riêng")
            return Complaint(path, Said("expected a table", "phải là một bảng"), cure)
        case "string_too_short":
            return Complaint(path, Said("empty", "để trống"), _what_to_write(path))
        case "string_too_long":
            most = context["max_length"]
            what = Said(f"longer than {most} characters", f"dài hơn {most} ký tự")
            return Complaint(path, what, Said("shorten it", "đề nghị rút ngắn"))
        case "too_short":
            return Complaint(path, Said("empty", "để trống"), _MISSING.get(path) or _what_to_write(path))
        case _:
            return Complaint(path, _EXPECTED.get(kind.split("_", maxsplit=1)[0]) or _beyond(kind, message, context))


def _one_of(expected: str) -> Said:
    """``'tls' or 'none'``, as pydantic lists the words."""
    return Said(f"one of {expected}", f"dùng được: {expected.replace(' or ', ' hoặc ')}")


def _beyond(kind: str, message: str, context: dict[str, Any]) -> Said:
    said = message.removeprefix("Input ").removeprefix("should be ")
    if kind in _BOUNDS:
        bound, vi = _BOUNDS[kind]
        return Said(f"must be {said}", vi.format(f"{context[bound]:g}".replace(".", ",")))
    return Said(f"must be {said}", f"giá trị không hợp lệ ({said})")


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


def _meant(path: KeyPath) -> Said:
    key, known = str(path[-1]), _fields(path[:-1])
    if near := nearest(key, known):
        return near
    tables = [name for name in _fields(()) if name != "sources" and key in _fields((name,))]
    if tables:
        return Said(f"it belongs under [{tables[0]}]", f"khóa này thuộc bảng [{tables[0]}]")
    return did_you_mean(key, known) if known else Said("", "")


def _what_to_write(path: KeyPath) -> Said:
    field = _fields(path[:-1]).get(str(path[-1]))
    if field is None:
        return Said("", "")
    meaning = (field.description or "").rstrip(".")
    if path[-1] == "fields":
        return Said(
            f'write [sources.fields] with lines like code = "MaHoSo" ({meaning})',
            'đề nghị viết [sources.fields] với các dòng như code = "MaHoSo" (của hệ thống = của nguồn)',
        )
    sample = f"{path[-1]} = {json.dumps('…', ensure_ascii=False)}"
    return Said(f"write {sample} ({meaning})", to_write(sample).vi)
