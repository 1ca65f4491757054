"""A complaint about config.toml while it is read: the path of the key, what is wrong, the cure; and its place in the text."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from alertd.errors import Fault, Said

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


def complaint_of(path: KeyPath, error: ValueError) -> Complaint:
    """Of an error whose message has the form ``what; cure``, in both languages where it was raised with a `Said`."""
    message = error.args[0] if error.args and isinstance(error.args[0], Said) else str(error)
    return Complaint(path, *what_and_cure(message))


def what_and_cure(message: str) -> tuple[str, str]:
    """``what; cure`` → both, each in as many languages as the message."""
    what, _, cure = message.partition("; ")
    if not isinstance(message, Said):
        return what, cure
    what_vi, _, cure_vi = message.vi.partition("; ")
    return Said(what, what_vi), Said(cure, cure_vi)


def to_write(what: str) -> Said:
    """The cure where a line only has to be written."""
    return Said(f"write {what}", f"đề nghị viết {what}")


def missing(key: str) -> Said:
    return Said(f"{key} is missing", f"thiếu {key}")


def nearest(word: str, known: Iterable[str]) -> Said:
    """``did you mean 'due_at'?``, or empty where no known word is near."""
    near = get_close_matches(word, sorted(map(str, known)), n=1, cutoff=0.6)  # else members of a StrEnum show as such
    return Said(f"did you mean {near[0]!r}?", f"có phải là {near[0]!r}?") if near else Said("", "")


def did_you_mean(word: str, known: Iterable[str], most: int = 30) -> Said:
    """The nearest, or the first ``most`` of what is known."""
    known = sorted(map(str, known))
    if near := nearest(word, known):
        return near
    listed = f"{', '.join(known[:most])}{', …' if len(known) > most else ''}"
    return Said(f"one of {listed}", f"dùng được: {listed}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Of a key, or of a table's name: from 1."""

    line: int
    col: int
    length: int


def key_places(text: str) -> dict[KeyPath, _Place]:
    """Of every table and key that begins a line; keys inside inline tables are found at their table's place."""
    places: dict[KeyPath, _Place] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not quote and (header := _HEADER.match(line)):
            table = _table(_words(header[2]), counts, listed=header[1] == "[[")
            places.setdefault(table, _Place(number, header.start(2) + 1, len(header[2])))
        elif not quote and (key := _KEY.match(line)):
            places.setdefault((*table, *_words(key[1])), _Place(number, key.start(1) + 1, len(key[1])))
        for mark in ('"""', "'''"):  # a text over many lines may hold what looks like a key
            if quote in ("", mark) and line.count(mark) % 2:
                quote = "" if quote else mark
    return places


def named_places(file: Path) -> dict[str, tuple[int, int, int]]:
    """Line, column and length of every key of a config by its name, as `shown`; empty where it cannot be read."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        raw = tomllib.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    return {shown(path, raw): (at.line, at.col, at.length) for path, at in key_places(text).items()}


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
    places = key_places(text)
    faults = set()
    for complaint in complaints:
        path = complaint.path
        place = next((places[path[:n]] for n in range(len(path), 0, -1) if path[:n] in places), _Place(0, 0, 0))
        what = _named(shown(path, raw), complaint.what)
        faults.add(Fault(file, place.line, place.col, what, complaint.cure, length=place.length))
    return sorted(faults)


def _named(name: str, what: str) -> str:
    """``sources[one-stop].url: what``, in as many languages as ``what``."""
    if not name:
        return what
    return Said(f"{name}: {what}", f"{name}: {what.vi}") if isinstance(what, Said) else f"{name}: {what}"
