"""The folder of rules as it lies on the disk: what its files say, as versions, and to whom they belong. It judges nothing."""

import hashlib
import socket
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alertd.rules.load import version_of_set
from alertd.rules.read import version_of

SUFFIX = ".yaml"
_YOUNG = 1.0  # seconds since a file was written, within which it is looked at a second time
_PAUSE = 1.0

Marks = tuple[tuple[str, int, int], ...]  # by file: name, size, time of the last change; empty: cannot be read


@dataclass(frozen=True)
class Owned:
    """A file: to whom it belongs, and when it was changed last (nanoseconds)."""

    owner: str
    changed: int


@dataclass(frozen=True)
class RuleFolder:
    """``versions``: file name without its end → the hash of what it says. ``owner``: of the folder itself. ``unread``: why
    nothing is known of it."""

    versions: Mapping[str, str]
    files: Mapping[str, Owned] = field(default_factory=dict)
    owner: str = ""
    unread: str = ""

    @property
    def version(self) -> str:
        """Of the whole set: of each file by what it says, whether that is in order or not."""
        return version_of_set(self.versions)

    def owners(self, others: Mapping[str, str]) -> tuple[str, ...]:
        """To whom those files belong that say something else than ``others``, the newest first; the folder's owner stands for
        what was taken out of it."""
        changed = [name for name, version in self.versions.items() if others.get(name) != version]
        newest = sorted((self.files[name] for name in changed if name in self.files), key=lambda file: -file.changed)
        removed = [self.owner] if others.keys() - self.versions.keys() else []
        return tuple(dict.fromkeys(name for name in [*(file.owner for file in newest), *removed] if name))


def place(folder: Path) -> str:
    """Which folder on which machine: two on one machine, each with its alertd, are two."""
    return f"{socket.gethostname()}:{folder.resolve()}"


def marks(folder: Path) -> Marks:
    """What tells cheaply whether anything in the folder was changed."""
    try:
        paths = _files(folder)
        states = [(path.name, path.stat()) for path in paths]
    except OSError:
        return ()
    return (("", len(states), 0), *((name, state.st_size, state.st_mtime_ns) for name, state in states))


def settled_marks(folder: Path, known: Marks, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> Marks:
    """The same; where something is new and written less than a second ago, it is waited for, so that half a file is not read.
    Gives ``known`` back while somebody is still writing."""
    found = marks(folder)
    if found == known or not known or not found:
        return found
    if clock() - max(changed for _, _, changed in found) / 1e9 >= _YOUNG:
        return found
    sleep(_PAUSE)
    return found if marks(folder) == found else known


def read_folder(folder: Path) -> RuleFolder:
    """Every rule of the folder, as bytes that somebody wrote."""
    versions: dict[str, str] = {}
    files: dict[str, Owned] = {}
    try:
        owner = _owner(folder)
        for path in _files(folder):
            content = path.read_bytes() if path.is_file() else b""
            versions[path.stem] = _version(content)
            files[path.stem] = Owned(_owner(path), path.stat().st_mtime_ns)
    except OSError as error:
        return RuleFolder({}, unread=error.strerror or type(error).__name__)
    return RuleFolder(versions, files, owner)


def read_texts(folder: Path) -> dict[str, str]:
    """What the rules of the folder say, by file name without its end, as far as it is text. Raises OSError."""
    found = {path.stem: path.read_bytes() for path in _files(folder) if path.is_file()}
    return {name: _plain(content.decode("utf-8-sig", errors="replace")) for name, content in found.items()}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and not path.name.startswith("."))


def _version(content: bytes) -> str:
    """As the version of the rule that is read from it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return hashlib.sha256(content).hexdigest()[:16]
    return version_of(_plain(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # nobody of that number has a name here
        return f"uid {path.stat().st_uid}"
