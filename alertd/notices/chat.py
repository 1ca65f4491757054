"""Pack a chat text into messages by whole lines, never inside a tag, and refuse what the bot server would refuse. Pure."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

MOST = 3900  # visible characters of a part, of the 4,096 that the server takes
MOST_TAGS = 90  # of the 100 that the server shows
MARK = 10  # characters kept free for "(2/3)" and its line's end
STAMP = 80  # characters kept free in the last part, for the notice's number and code

ALLOWED = frozenset(("b", "i", "u", "s", "a", "code", "pre", "blockquote"))
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>[^<>]*)>")
_LINK = re.compile(r'\s+href="[^"<>]*"')
# The server knows these four by name; whatever is escaped as a number is one of them, or an apostrophe.
_NUMBERED = {"&#39;": "'", "&#34;": "&quot;"}


class BadChat(ValueError):
    """Not a text that the bot server can parse; ``str()`` says why."""


class _Piece(NamedTuple):
    """Lines that stay together, because a tag begins in one and ends in another."""

    text: str
    length: int
    tags: int


def visible(text: str) -> str:
    """The text as the reader sees it."""
    return html.unescape(_TAG.sub("", text))


def length(text: str) -> int:
    """Characters as the server counts them: those beyond the first 65,536 are two."""
    return len(visible(text).encode("utf-16-le", "surrogatepass")) // 2


def filled(text: str) -> list[str]:
    """Parts of at most MOST visible characters, without their numbers. Raises BadChat."""
    for numbered, named in _NUMBERED.items():
        text = text.replace(numbered, named)
    return [part for part in _filled(_pieces(text)) if part]


def pack(text: str) -> tuple[str, ...]:
    """The same, each with its number where there are several."""
    parts = filled(text)
    if len(parts) < 2:
        return tuple(parts)
    return tuple(f"({place}/{len(parts)})\n{part}" for place, part in enumerate(parts, 1))


def _filled(pieces: Iterator[_Piece]) -> Iterator[str]:
    """As many pieces as go into a part; a part neither begins nor ends with an empty line."""
    held: list[str] = []
    size = tags = 0
    for piece in pieces:
        if held and (size + 1 + piece.length > MOST - MARK or tags + piece.tags > MOST_TAGS):
            yield "\n".join(held).strip("\n")
            held, size, tags = [], 0, 0
        held.append(piece.text)
        size += piece.length + 1
        tags += piece.tags
    if len(held) > 1 and size > MOST - MARK - STAMP:
        yield "\n".join(held[:-1]).strip("\n")
        held = held[-1:]
    yield "\n".join(held).strip("\n")


def _pieces(text: str) -> Iterator[_Piece]:
    opened: list[str] = []
    lines: list[str] = []
    tags = 0
    for line in text.split("\n"):
        tags += _follow(line, opened)
        lines.append(line.rstrip())
        if not opened:
            yield from _fitting("\n".join(lines), tags)
            lines, tags = [], 0
    if opened:
        raise BadChat(f"<{opened[-1]}> is never closed")


def _follow(line: str, opened: list[str]) -> int:
    """Keep account of the tags that are open; gives how many begin here."""
    begun = 0
    rest = _TAG.sub("", line)
    if "<" in rest or ">" in rest:
        raise BadChat("a < or > that belongs to no tag; write &lt; or &gt;")
    for tag in _TAG.finditer(line):
        name = tag["name"].lower()
        if name not in ALLOWED or (tag["rest"] and not (name == "a" and _LINK.fullmatch(tag["rest"]))):
            raise BadChat(f"{tag[0]} is not one of the tags that a chat knows")
        if not tag["end"]:
            opened.append(name)
            begun += 1
        elif not opened or opened.pop() != name:
            raise BadChat(f"{tag[0]} closes what is not open")
    return begun


def _fitting(text: str, tags: int) -> Iterator[_Piece]:
    """The piece; one that is too long for a part loses its tags and is cut, which no text of ours ever needs."""
    size = length(text)
    if size <= MOST - MARK - STAMP and tags <= MOST_TAGS:
        yield _Piece(text, size, tags)
        return
    plain = visible(text)
    while length(html.escape(plain, quote=False)) > MOST - MARK - STAMP - 1:
        plain = plain[: len(plain) * 9 // 10]
    cut = html.escape(plain, quote=False) + "…"
    yield _Piece(cut, length(cut), 0)
