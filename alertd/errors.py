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

_MESSAGE = 2_000  # characters


class AlertdError(Exception):
    """Base of the tree; ``str()`` of any of them is fit to be shown to a person."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One complaint: where it is, what is wrong, and the cure. ``line`` and ``col`` count from 1; 0 = unknown."""

    file: str
    line: int
    col: int
    what: str
    cure: str = ""
    warning: bool = False

    @property
    def place(self) -> str:
        """``rules/overdue.yaml:4:7``, as far as it is known."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.col}" if self.col else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.cure}" if self.cure else f"{self.place}: {self.what}"


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
    ``schema``, ``too_large``, ``redirect``, ``future``, ``fault``: of alertd's own); the message says what was seen and what
    to do. ``vi``: the same for a Vietnamese office, where it is one that an office can act upon.
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
