"""Faults as people and scripts see them: the line of each, the line of the file with a mark under what is wrong; GitHub; JSON."""

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from alertd.cli.common import Language, printable, show_json
from alertd.errors import Fault, in_language

_WIDEST = 160  # columns of a line that is shown, however wide the terminal
_PIPED = 120  # where there is no terminal
_BEFORE = 24  # columns that stay in front of the mark in a line that is cut
_MOST_READ = 4 * 1024 * 1024  # bytes of a file of which a line is shown
_HARMLESS = re.compile(r"\s*(\d{1,6}|true|false|\[\]|\{\})\s*")
_WARNING = {"vi": "cảnh báo", "en": "warning"}


class Format(StrEnum):
    TEXT = "text"
    GITHUB = "github"
    JSON = "json"


AsFormat = Annotated[
    Format | None,
    typer.Option("--format", help="text with the line of the file, github for annotations, json for scripts."),
]
InLanguage = Annotated[Language | None, typer.Option("--language", help="By default the site's.")]


def chosen(form: Format | None, *, as_json: bool) -> Format:
    """``--json`` is ``--format json``."""
    return Format.JSON if as_json else form or Format.TEXT


def show_faults(faults: Sequence[Fault], language: str, form: Format, closing: str, out: TextIO | None = None) -> None:
    """``closing``: the last line, for people."""
    out = out or sys.stdout
    if form is Format.JSON:
        show_json([fault.as_json(language) for fault in faults])
        return
    if form is Format.GITHUB:
        print(*(annotation(fault, language) for fault in faults), sep="\n", end="\n" if faults else "", file=out)
        return
    wide = min(_WIDEST, shutil.get_terminal_size((_PIPED, 24)).columns if out.isatty() else _PIPED)
    for line in as_text(faults, language, wide):
        print(line, file=out)
    print(closing, file=out)


def counted(faults: Sequence[Fault], language: str) -> str:
    """``2 faults, 1 warning``."""
    wrong = sum(not fault.warning for fault in faults)
    warnings = len(faults) - wrong
    if language == "vi":
        return f"{wrong} lỗi, {warnings} cảnh báo"
    return f"{wrong} fault{'' if wrong == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"


# --- for people ------------------------------------------------------------------------------------------------------
def as_text(faults: Iterable[Fault], language: str, wide: int) -> Iterable[str]:
    files: dict[str, list[str]] = {}
    for fault in faults:
        warning = f" ({_WARNING[language]})" if fault.warning else ""
        yield printable(" ".join(fault.said(language).split("\n"))) + warning
        if fault.line:
            if fault.file not in files:
                files[fault.file] = lines_of(Path(fault.file))
            yield from excerpt(fault, files[fault.file], wide)


def lines_of(path: Path) -> list[str]:
    """The lines of a file as whoever found the faults counts them; none where it cannot be read any more."""
    try:
        if not path.is_file():
            return []
        with path.open("rb") as opened:
            read = opened.read(_MOST_READ)
    except OSError:
        return []
    text = read.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if path.suffix.lower() in (".yaml", ".yml"):
        text = unicodedata.normalize("NFC", text)  # as rules are read
    lines = text.split("\n")
    return [_without_secrets(line) for line in lines] if path.suffix.lower() == ".toml" else lines


def _without_secrets(line: str) -> str:
    """A line of config.toml without its value, which may be a password; the fault itself repeats a value that is none."""
    key, sign, value = line.partition("=")
    if sign:
        return line if _HARMLESS.fullmatch(value) else f"{key}= …"
    return line if line.lstrip().startswith(("[", "#")) and len(line) < _WIDEST else ""


def excerpt(fault: Fault, lines: Sequence[str], wide: int) -> list[str]:
    """The line of the fault with its number, and a mark below; cut around the mark where it is too long."""
    if not 0 < fault.line <= len(lines) or not lines[fault.line - 1].strip():
        return []
    line = lines[fault.line - 1]
    start = min(max(fault.col - 1, 0), len(line))
    before, marked, after = (
        line[:start],
        line[start : start + max(fault.length, 1)],
        line[start + max(fault.length, 1) :],
    )
    gutter = f"{fault.line:>5} | "
    shown, mark = _cut(_plain(before), _plain(marked), _plain(after), max(wide - len(gutter), 2 * _BEFORE))
    found = [f"{gutter}{shown}".rstrip()]
    if fault.col:
        found.append(f"{' ' * 5} | {mark}")
    return [*found, ""]


def _cut(before: str, marked: str, after: str, room: int) -> tuple[str, str]:
    """The three parts in as many columns as there are, and the mark below the second."""
    before, marked, after = before[-2 * room :], marked[: 2 * room], after[: 2 * room]  # a file may be one long line
    if _width(before + marked + after) > room and _width(before) > _BEFORE:
        while _width(before) > _BEFORE:
            before = before[1:]
        before = f"…{before}"
    if _width(before + marked) > room:
        while _width(before + marked) > room - 1:
            marked = marked[:-1]
        marked, after = f"{marked}…", ""
    elif _width(before + marked + after) > room:
        while _width(before + marked + after) > room - 1:
            after = after[:-1]
        after += "…"
    return before + marked + after, " " * _width(before) + "^" * max(_width(marked), 1)


def _plain(text: str) -> str:
    """Tabs as spaces; what would command a terminal, or turn the direction of the line, as a sign for it."""
    return "".join("    " if sign == "\t" else sign if sign.isprintable() else "�" for sign in text)


def _width(text: str) -> int:
    """In columns of a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


# --- for scripts -----------------------------------------------------------------------------------------------------
def annotation(fault: Fault, language: str) -> str:
    """A line that GitHub shows beside the line of the file."""
    places = [("file", fault.file), ("line", fault.line), ("col", fault.col)]
    if fault.col and fault.length:
        places.append(("endColumn", fault.col + fault.length))
    place = ",".join(f"{name}={_escaped(str(value), inside=True)}" for name, value in places if value)
    said = "; ".join(in_language(part, language) for part in (fault.what, fault.cure) if part)
    return f"::{'warning' if fault.warning else 'error'} {place}::{_escaped(said)}"


def _escaped(text: str, *, inside: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if inside else text
