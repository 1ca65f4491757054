"""What is wrong with a file that the office writes, where, and how to mend it: in both languages side by side. Values only."""

from typing import NamedTuple

from alertd.errors import Fault, Said

_LONGEST = 500  # characters of what is said, however much of a value it repeats


class Wrong(NamedTuple):
    """A complaint without its place."""

    what: Said
    cure: Said = Said("", "")


def wrong(en: str, vi: str, cure: str = "", cure_vi: str = "") -> Wrong:
    """``wrong("the condition is empty", "điều kiện để trống", "write one", "đề nghị viết điều kiện")``."""
    return Wrong(Said(en, vi), Said(cure, cure_vi))


def both(text: str) -> Said:
    """A text that may have been said in one language only."""
    return text if isinstance(text, Said) else Said(text, text)


class Unshaped(ValueError):
    """Raised by a check inside a shape: pydantic hands it through, with both languages."""

    def __init__(self, found: Wrong) -> None:
        self.found = found
        super().__init__(f"{found.what}; {found.cure}" if found.cure else str(found.what))


def _bounded(said: str) -> str:
    """A value that goes on and on is cut in its middle: the sentence around it has to be read to its end."""
    if not isinstance(said, Said):
        return _cut(said)
    return said if max(len(said), len(said.vi)) <= _LONGEST else Said(_cut(said), _cut(said.vi))


def _cut(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[: half - 1]}…{text[-half:]}"


def fault_in(text: str, file: str, index: int, length: int, found: tuple[str, str], *, warning: bool = False) -> Fault:
    """At a character of the file's text and those behind it, as far as the line goes."""
    index = min(index, len(text))
    begin = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    rest = text[index : len(text) if end < 0 else end].rstrip()
    line = text.count("\n", 0, index) + 1
    what, cure = map(_bounded, found)
    return Fault(file, line, index - begin + 1, what, cure, warning, max(0, min(length, len(rest))))
