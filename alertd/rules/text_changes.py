"""How two texts of a rule differ: key by key for people, line by line as files are compared. Pure."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alertd.rules.first_runs import same_meaning
from alertd.rules.read import version_of
from alertd.rules.yaml_text import read_text

_NOTHING = object()
_SHOWN = 200  # characters of a value


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key that says something else: ``levels.warning``. None: it is not there."""

    key: str
    before: str | None
    after: str | None

    def said(self, language: str) -> str:
        """``levels.warning: 5 → 3``."""
        words = _WORDS[language]
        if self.before is None:
            return f"{self.key}: {words['added']} {self.after}"
        if self.after is None:
            return f"{self.key}: {words['removed']} {self.before}"
        return f"{self.key}: {self.before} → {self.after}"


_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {"added": "thêm", "removed": "bỏ"},
    "en": {"added": "added", "removed": "removed"},
}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule of two sets. ``kind``: added | removed | changed | renamed (``before``: what it was called). ``keys`` are empty
    where only remarks or layout differ."""

    rule: str
    kind: str
    keys: tuple[KeyChange, ...]
    lines: tuple[str, ...]
    before: str = ""


def compared(before: Mapping[str, str], after: Mapping[str, str]) -> list[RuleChange]:
    """The rules that differ between two sets of texts, by name."""
    moved = same_meaning(before, after)
    names = {new: old for old, new in moved.items()}
    found = []
    for rule in sorted(after.keys() | (before.keys() - moved.keys())):
        called = names.get(rule, rule)
        old = before.get(called) if rule in names or rule not in moved else None
        new = after.get(rule)
        if old is None or new is None or version_of(old) != version_of(new):
            kind = "added" if old is None else "removed" if new is None else "renamed" if rule in names else "changed"
            keys = tuple(key_changes(old, new)) if old is not None and new is not None else ()
            lines = tuple(line_changes(old or "", new or "", called, rule))
            found.append(RuleChange(rule, kind, keys, lines, called if rule in names else ""))
    return found


def key_changes(before: str, after: str) -> Iterator[KeyChange]:
    """In the order in which the keys stand; a list says which of its entries came and went."""
    old, new = _values(before), _values(after)
    if old is None or new is None:
        return
    yield from _mapping("", old, new)


def line_changes(before: str, after: str, old: str, new: str) -> list[str]:
    """As `diff -u` shows it; by what the rule was and is called."""
    names = f"{old}.yaml", f"{new}.yaml"
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=2))


def _mapping(prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[KeyChange]:
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key, _NOTHING), new.get(key, _NOTHING)
        if was == now and type(was) is type(now):
            continue
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from _mapping(f"{prefix}{key}.", was, now)
        elif isinstance(was, list) and isinstance(now, list):
            yield from _entries(f"{prefix}{key}", was, now)
        else:
            yield KeyChange(f"{prefix}{key}", _shown(was), _shown(now))


def _entries(key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[KeyChange]:
    gone, came = [each for each in old if each not in new], [each for each in new if each not in old]
    if not gone and not came:
        yield KeyChange(key, _shown(old), _shown(new))  # in another order
    elif len(gone) == len(came) == 1:
        yield KeyChange(key, _shown(gone[0]), _shown(came[0]))
    else:
        yield from (KeyChange(key, _shown(each), None) for each in gone)
        yield from (KeyChange(key, None, _shown(each)) for each in came)


def _shown(value: Any) -> str | None:
    if value is _NOTHING:
        return None
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(str(_shown(each)) for each in value) + "]"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _values(text: str) -> Mapping[str, Any] | None:
    document, _ = read_text(text, "")
    return document.value if document is not None and isinstance(document.value, dict) else None
