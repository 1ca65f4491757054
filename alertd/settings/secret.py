"""Secrets by reference: ``{ env = "NAME" }`` or ``{ file = "PATH" }``. The value never stands in a repr, a log or an error."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that was read at start. ``str()`` of it is its reference."""

    reference: str
    _value: str = field(repr=False)

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return self.reference


def read_secret(raw: object, folder: Path) -> Secret:
    """Read what the reference names. Raises ValueError with the cure; the value itself is never part of the message."""
    if not isinstance(raw, dict) or len(raw) != 1 or not {"env", "file"} >= set(raw):
        raise ValueError('a secret is written as { env = "NAME" } or { file = "PATH" }, never in config.toml itself')
    kind, name = next(iter(raw.items()))
    if not isinstance(name, str) or not name:
        raise ValueError(f"{kind} needs a name in quotes")
    if kind == "env":
        value = os.environ.get(name, "")
        if not value:
            raise ValueError(f"the environment variable {name} is not set; set it for the user that runs alertd")
        return Secret(f"env:{name}", value)
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
    return Secret(f"file:{name}", value)


def scrub_url(url: str) -> str:
    """An address without the user and password that may stand in it."""
    return _CREDENTIALS_IN_URL.sub("", url)
