"""Check a file's keys one by one, so that a fault in one hides none in another, and say each in the words of its writer."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from alertd.errors import Fault, Said
from alertd.rules import shape_said as say
from alertd.rules.file_kind import RULE, FileKind
from alertd.rules.nearest import did_you_mean, meant, nearest, plain
from alertd.rules.shape_places import Path_, in_file, known_keys, takes_text, value_at
from alertd.rules.wrong import Unshaped, Wrong, both
from alertd.rules.yaml_said import empty_file, in_quotes
from alertd.rules.yaml_text import Document
from alertd.settings.complaint import what_and_cure

_CONDITIONS = ("when", "ends_when", "except")


@cache
def _adapters(shape: type[Any]) -> dict[str, TypeAdapter[Any]]:
    """By key: of each field alone."""
    fields = shape.model_fields.items()
    return {field.alias or name: TypeAdapter(field.rebuild_annotation()) for name, field in fields}


def shaped(document: Document, kind: FileKind = RULE) -> tuple[dict[str, Any], list[Fault]]:
    """The values of all keys that are as they should be (those left out with their defaults), and the faults of the others."""
    if document.value is None:
        return {}, [Fault(document.file, 1, 1, *empty_file(kind.noun))]
    if not isinstance(document.value, dict):
        return {}, [document.fault((), *say.no_mapping(kind.noun, kind.begin))]
    keys = kind.keys
    faults = [
        document.fault_at_key((key,), *say.unknown_key(key, did_you_mean(key, keys, kind.names, most=len(keys))))
        for key in document.value
        if key not in keys
    ]
    values: dict[str, Any] = {}
    for name, field in keys.items():
        if name in document.value and not (document.value[name] is None and not field.is_required()):
            try:
                values[name] = _adapters(kind.shape)[name].validate_python(document.value[name], strict=True)
            except ValidationError as error:
                faults += _Faults(document, kind).of(name, error)
        elif field.is_required():
            faults.append(document.fault((), *say.missing(name, kind.samples.get(name))))
        else:
            values[name] = field.get_default(call_default_factory=True)
    return values, faults


class _Faults:
    """Says pydantic's complaints about one key."""

    def __init__(self, document: Document, kind: FileKind) -> None:
        self._document = document
        self._kind = kind

    def of(self, name: str, error: ValidationError) -> Iterator[Fault]:
        """One per place: a key that YAML made of a text would otherwise be unknown, and the text missing besides."""
        seen: set[Path_] = set()
        for detail in error.errors(include_url=False):
            path, missing = in_file((name, *detail["loc"]), self._document.value)
            above = path[:-1] if detail["type"] == "extra_forbidden" else path
            if (trap := self._pair(above)) is not None:
                path, found = above, trap
            else:
                found = self._said(path, missing, detail)
            if path not in seen:
                seen.add(path)
                nothing = value_at(self._document.value, path) is None
                at_key = trap is None and (detail["type"] == "extra_forbidden" or nothing)
                place = self._document.fault_at_key if at_key else self._document.fault
                yield place(path, *found)

    def _pair(self, path: Path_) -> Wrong | None:
        """A text with a colon in it, in a list of texts, which YAML has read as a key and its value."""
        value = value_at(self._document.value, path)
        in_list = bool(path) and isinstance(path[-1], int) and takes_text(self._kind.shape, path)
        if not in_list or not isinstance(value, dict) or len(value) != 1:
            return None
        if value.keys() & set(known_keys(self._kind.shape, path)):
            return None
        written = self._document.written(path)
        if path[0] in _CONDITIONS:
            ((name, said),) = value.items()
            return say.pair_in_condition(written, name, str(said))
        return say.pair(written, in_quotes(written))

    def _said(self, path: Path_, missing: str, detail: ErrorDetails) -> Wrong:
        value = value_at(self._document.value, path)
        kind = str(detail["type"])
        if kind == "missing":
            return say.missing(missing, self._kind.samples.get(missing))
        if kind == "extra_forbidden":
            return say.unknown_key(str(path[-1]), did_you_mean(str(path[-1]), known_keys(self._kind.shape, path[:-1])))
        if kind == "value_error":
            return _own(detail["ctx"]["error"])
        if kind == "literal_error":
            words = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
            near = nearest(value, words) if isinstance(value, str) else ""
            return say.no_word(value, words, meant(near) if near else None)
        if kind == "string_pattern_mismatch":
            return say.no_name(value, _slug(str(value)))
        if kind == "too_short":
            return say.EMPTY_LIST
        expected = next((said for begin, said in say.EXPECTED.items() if kind.startswith(begin)), say.SOMETHING_ELSE)
        return self._instead(path, value, expected)

    def _instead(self, path: Path_, value: Any, expected: Said) -> Wrong:
        """What YAML made of a text that is not in quotes."""
        written = self._document.written(path)
        sample = self._kind.samples.get(str(path[0])) if len(path) == 1 else None
        if value is None:
            return say.empty(expected, str(path[-1]), sample)
        if expected is say.TEXT or takes_text(self._kind.shape, path):
            if (kind := _misread(value, written)) is not None:
                return say.read_as(written, kind, in_quotes(written))
            if isinstance(value, dict):
                simple = not any(isinstance(each, dict | list) for each in value.values())
                inner = written.removeprefix("{").removesuffix("}") if simple else ""
                return say.read_as_keys(written, in_quotes(inner) if inner else "")
        return say.instead(written, expected, sample or say.CURES.get(expected))


def _own(error: Exception) -> Wrong:
    """What a check of ours raised inside a shape."""
    if isinstance(error, Unshaped):
        return error.found
    message = error.args[0] if error.args else ""
    what, cure = what_and_cure(message)
    return Wrong(both(what), both(cure))


def _misread(value: Any, written: str) -> Said | None:
    """As what YAML read a text."""
    if isinstance(value, bool):
        return say.YES_NO
    if isinstance(value, int):
        return say.NUMBER if written == str(value) else say.NUMBER_LOSING_ZEROS
    if isinstance(value, float):
        return say.NUMBER_LOSING_ZEROS
    return say.DAY if isinstance(value, date) else None


def _slug(text: str) -> str:
    """A name that a rule could have, made of one that it cannot have."""
    words = re.split(r"[\s/.,:;_-]+", text.strip())
    return "-".join(filter(None, map(plain, words)))[:64]
