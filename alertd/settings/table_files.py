"""The bytes of the site's tables as they lie on the disk, and whether somebody is still writing them. It judges nothing."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from alertd.settings.shapes import Settings
from alertd.settings.tables import table_files

_YOUNG = 1.0  # seconds since it was written, within which a file is looked at a second time
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table's file. ``content`` None: it cannot be read, for the reason in ``error`` (empty: it is not there); ``written``:
    its size or its time changed while it was looked at."""

    name: str
    path: Path
    content: bytes | None
    error: str = ""
    written: bool = False

    @property
    def sha256(self) -> str:
        """Of the content; of nothing where there is none."""
        return hashlib.sha256(self.content or b"").hexdigest()


def read_table_files(
    settings: Settings,
    known: Collection[str] = (),
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> tuple[TableFile, ...]:
    """Every table that the config names, units first. ``known``: hashes of contents that were looked at before; only another
    one, written less than a second ago (``clock``: real seconds since the epoch), is waited for and looked at again."""
    return tuple(_read(name, path, known, clock, sleep) for name, path in table_files(settings).items())


def _read(
    name: str, path: Path, known: Collection[str], clock: Callable[[], float], sleep: Callable[[float], None]
) -> TableFile:
    try:
        before = _mark(path)
        found = TableFile(name, path, path.read_bytes())
        if found.sha256 in known:
            return found
        if known and clock() - before[1] / 1e9 < _YOUNG:
            sleep(_PAUSE)
        return found if _mark(path) == before else TableFile(name, path, found.content, written=True)
    except FileNotFoundError:
        return TableFile(name, path, None)
    except OSError as error:
        return TableFile(name, path, None, error.strerror or type(error).__name__)


def _mark(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns
