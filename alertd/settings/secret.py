"""Secrets by reference: ``{ env = "NAME" }`` or ``{ file = "PATH" }``. The value never stands in a repr, a log or an error."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Secret:
    """A secret that was read at start. ``str()`` of it is its reference.

    No dataclass: pydantic and whatever else walks through fields would write the value out.
    """

    __slots__ = ("_reveal", "reference")

    def __init__(self, reference: str, value: str) -> None:
        self.reference = reference
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        return self._reveal()

    def __str__(self) -> str:
        return self.reference

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self.reference, self.reveal()) == (other.reference, other.reveal())

    def __hash__(self) -> int:
        return hash((self.reference, self.reveal()))


def read_secret(raw: object, folder: Path) -> Secret:
    """Read what the reference names. Raises ValueError with the cure; the value itself is never part of the message."""
    if not isinstance(raw, dict) or len(raw) != 1 or not {"env", "file"} >= set(raw):
        raise ValueError('a secret is written as { env = "NAME" } or { file = "PATH" }, never in config.toml itself')
    kind, name = next(iter(raw.items()))
    if not isinstance(name, str) or not name:
        raise ValueError(f"{kind} needs a name in quotes")
    if kind == "env":
        value = os.environ.get(name, "").strip()
        if not value:
            raise ValueError(f"the environment variable {name} is not set; set it for the user that runs alertd")
        return _one_line(Secret(f"env:{name}", value), f"the environment variable {name}")
    path = folder / name
    try:
        mode = path.stat().st_mode
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"the secret file {name} cannot be read ({error.strerror}); create it with mode 600") from None
    except ValueError:
        raise ValueError(f"the secret file {name} is not UTF-8 text; write the secret alone into it") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP:
        raise ValueError(f"the secret file {name} can be read or written by others; chmod 600 (or 640) it")
    if not value:
        raise ValueError(f"the secret file {name} is empty")
    return _one_line(Secret(f"file:{name}", value), f"the secret file {name}")


def _one_line(secret: Secret, place: str) -> Secret:
    """A line break inside a secret would add a header of its own, and the library that refuses it quotes the secret."""
    if _CONTROL.search(secret.reveal()):
        raise ValueError(f"{place} holds more than one line; write the secret alone into it")
    return secret
