"""Telegram's HTML as its server reads it: balanced allowed tags, four named entities. Text out, or its complaint."""

import re

_ALLOWED = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler", "span")
)
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>[^<>]*)>|&(?P<entity>#?\w+);|(?P<bare><)")


class CannotParse(ValueError):
    """``str()`` is the description that the real server gives."""


def parsed(text: str) -> str:
    """The text as the reader sees it. Raises CannotParse."""
    opened: list[str] = []

    def visible(token: re.Match[str]) -> str:
        offset = len(text[: token.start()].encode())
        if token["bare"]:
            raise CannotParse(f"Unsupported start tag at byte offset {offset}")
        if token["entity"]:
            return _entity(token["entity"], token[0])
        tag = token["tag"].lower()
        if tag not in _ALLOWED:
            raise CannotParse(f'Unsupported start tag "{tag}" at byte offset {offset}')
        if not token["end"]:
            opened.append(tag)
        elif not opened:
            raise CannotParse(f"Unexpected end tag at byte offset {offset}")
        elif opened.pop() != tag:
            raise CannotParse(f"Unmatched end tag at byte offset {offset}, found {token[0]!r}")
        return ""

    seen = _TOKEN.sub(visible, text)
    if opened:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    return seen


def _entity(name: str, whole: str) -> str:
    if name.startswith("#"):
        digits = name[1:]
        code = int(digits[1:], 16) if digits[:1] in ("x", "X") else int(digits)
        return chr(code)
    return _ENTITIES.get(name, whole)  # the real server leaves unknown ones as they stand
