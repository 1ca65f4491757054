"""A complaint about config.toml while it is read: the path of the key, what is wrong, the cure; and its line in the text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from alertd.errors import Fault

KeyPath = tuple[str | int, ...]

_WORD = r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*((?:{_WORD})(?:\s*\.\s*(?:{_WORD}))*)\s*\]")
_KEY = re.compile(rf"^\s*((?:{_WORD})(?:\s*\.\s*(?:{_WORD}))*)\s*=")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Complaint:
    path: KeyPath
    what: str
    cure: str = ""


def complaint_of(path: KeyPath, message: str) -> Complaint:
    """A message of the form ``what; cure``."""
    what, _, cure = message.partition("; ")
    return Complaint(path, what, cure)


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean 'due_at'?``, or empty where no known word is near."""
    near = get_close_matches(word, sorted(map(str, known)), n=1, cutoff=0.6)  # else members of a StrEnum show as such
    return f"did you mean {near[0]!r}?" if near else ""


def did_you_mean(word: str, known: Iterable[str], most: int = 30) -> str:
    """The nearest, or the first ``most`` of what is known."""
    known = sorted(map(str, known))
    if near := nearest(word, known):
        return near
    return f"one of {', '.join(known[:most])}{', …' if len(known) > most else ''}"


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line (from 1) of every table and key that begins a line; keys inside inline tables are found at their table's line."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not quote and (header := _HEADER.match(line)):
            table = _table(_words(header[2]), counts, listed=header[1] == "[[")
            lines.setdefault(table, number)
        elif not quote and (key := _KEY.match(line)):
            lines.setdefault((*table, *_words(key[1])), number)
        for mark in ('"""', "'''"):  # a text over many lines may hold what looks like a key
            if quote in ("", mark) and line.count(mark) % 2:
                quote = "" if quote else mark
    return lines


def _words(text: str) -> list[str]:
    return [word.strip("\"'") for word in re.findall(_WORD, text)]


def _table(words: list[str], counts: dict[KeyPath, int], *, listed: bool) -> KeyPath:
    path: KeyPath = ()
    for place, word in enumerate(words):
        path = (*path, word)
        if listed and place == len(words) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def shown(path: KeyPath, raw: Any) -> str:
    """The path as a person knows it: ``sources[one-stop].fields.due_at``."""
    text, here = "", raw
    for part in path:
        if isinstance(part, int):
            here = here[part] if isinstance(here, list | tuple) and part < len(here) else None
            name = here.get("name") if isinstance(here, dict) else None
            text += f"[{name}]" if isinstance(name, str) and name else f"[{part + 1}]"
        else:
            here = here.get(part) if isinstance(here, dict) else None
            word = part if _BARE.fullmatch(part) else f'"{part}"'
            text += f".{word}" if text else word
    return text


def faults_of(complaints: Iterable[Complaint], *, file: str, text: str, raw: dict[str, Any]) -> list[Fault]:
    """Each complaint with its place, in the order of the file; one per key and message."""
    lines = key_lines(text)
    faults = set()
    for complaint in complaints:
        line = next(
            (lines[complaint.path[:n]] for n in range(len(complaint.path), 0, -1) if complaint.path[:n] in lines), 0
        )
        name = shown(complaint.path, raw)
        faults.add(Fault(file, line, 0, f"{name}: {complaint.what}" if name else complaint.what, complaint.cure))
    return sorted(faults)
