"""Everything that alertd raises on purpose; each class says who may act on it.

AlertdError
├── Misconfigured        config.toml, units, contacts, rules, templates: the one who edits them
│                        (carries every fault found, not only the first)
├── CannotRun            the command cannot begin: bad arguments, store locked, read-only or from a newer version
├── SourceFailed         a source did not answer, or not with data: the owner of the source
└── Refused              a person asked for something that the rules of the house do not allow (wrong token, wrong state)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

_MESSAGE = 2_000  # characters


class AlertdError(Exception):
    """Base of the tree; ``str()`` of any of them is fit to be shown to a person."""


class Said(str):
    """A sentence in English that carries the same in Vietnamese. Joined or formatted, it is plain English again: build both."""

    vi: str

    def __new__(cls, en: str, vi: str) -> Self:
        made = super().__new__(cls, en)
        made.vi = vi
        return made

    def __reduce__(self) -> tuple[type["Said"], tuple[str, str]]:
        return Said, (str(self), self.vi)


def in_language(text: str, language: str) -> str:
    """The text in the language, in English where there is no other."""
    return text.vi if language == "vi" and isinstance(text, Said) else str(text)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One complaint: where it is, what is wrong, and the cure. ``line`` and ``col`` count from 1; 0 = unknown. ``length``: how
    many characters from there on are at fault; 0 = unknown. ``what`` and ``cure`` are `Said` where the office may read them."""

    file: str
    line: int
    col: int
    what: str
    cure: str = ""
    warning: bool = False
    length: int = 0

    @property
    def place(self) -> str:
        """``rules/overdue.yaml:4:7``, as far as it is known."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.col}" if self.col else f"{self.file}:{self.line}"

    def said(self, language: str) -> str:
        """``place: what; cure`` in the language, as far as it was written in it."""
        parts = (in_language(part, language) for part in (self.what, self.cure) if part)
        return f"{self.place}: {'; '.join(parts)}"

    def as_json(self, language: str) -> dict[str, Any]:
        """For scripts: the same in one language."""
        return {
            "file": self.file,
            "line": self.line,
            "col": self.col,
            "length": self.length,
            "what": in_language(self.what, language),
            "cure": in_language(self.cure, language),
            "warning": self.warning,
        }

    def __str__(self) -> str:
        return self.said("en")


class Misconfigured(AlertdError):
    """One or more faults in what people write; all of them at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class CannotRun(AlertdError):
    """The command cannot begin. The message names the cure."""


class SourceFailed(AlertdError):
    """A source did not answer, or answered with something that is not its data.

    ``reason`` is a word for the poll's row (``unreachable``, ``timeout``, ``refused``, ``not_data``, ``incomplete``,
    ``schema``, ``too_large``, ``redirect``, ``future``, ``login``, ``captcha``, ``fault``: of alertd's own); the message says
    what was seen and what to do. ``vi``: the same for a Vietnamese office, where it is one that an office can act upon.
    """

    def __init__(self, reason: str, message: str, *, vi: str = "") -> None:
        self.reason = reason
        self.vi = _quoting(vi)
        super().__init__(_quoting(message))


def _quoting(message: str) -> str:
    """It quotes what came from elsewhere: no line break, no command of a terminal, nothing that a database does not take, and
    not more of it than a person reads."""
    text = " ".join("".join(c if c.isprintable() else " " for c in message[: 4 * _MESSAGE]).split())
    return text if len(text) <= _MESSAGE else text[: _MESSAGE - 1] + "…"


class Refused(AlertdError):
    """A request of a person that is answered with no, and why."""
