"""Which file of a drop folder is the snapshot, and whether it has arrived whole. It does not read what is in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from alertd.errors import SourceFailed
from alertd.intake.sources.remarks import UNDATED, Remarks
from alertd.settings.source_shapes import SourceSettings

READABLE = (".csv", ".csv.gz", ".xlsx")
# Sheets that are not read: if one of them is the newest, somebody meant it to be.
_REFUSED = (".xls", ".xlsm", ".xlsb", ".ods")
_TEMPORARY = (".", "~$")  # of copying programs and of Excel

_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?:\d{4}|\d{6})?(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)[-_.](\d\d?)[-_.]((?:19|20)\d\d)(?!\d)")

_YOUNG = 3.0  # seconds since the last write within which somebody may still be writing
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """The file of this poll, as it was seen."""

    path: Path
    size: int
    mtime_ns: int
    day: date | None

    @property
    def name(self) -> str:
        """For people and the store: what of a name is no text, or would move a terminal's cursor, is a question mark."""
        return "".join(sign if sign.isprintable() else "?" for sign in self.path.name)

    def unchanged(self) -> bool:
        try:
            stat = self.path.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.mtime_ns)


def day_in_name(name: str) -> date | None:
    """The date in a file's name: yyyymmdd (a time may follow), yyyy-mm-dd, dd-mm-yyyy, with ``-``, ``.`` or ``_``."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        for found in pattern.finditer(name):
            year, month, day = (int(found[group]) for group in order)
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


def newest(settings: SourceSettings, folder: Path, remarks: Remarks) -> Found:
    """The newest file of the pattern. Raises SourceFailed: there is none, it lies outside, or is no kind that is read."""
    found = [_seen(path) for path in _candidates(settings.path, folder)]
    if settings.pick == "name":
        for undated in (each for each in found if each.day is None):
            remarks.add(UNDATED, undated.name)
        found = [each for each in found if each.day is not None]
    if not found:
        dated = " with a date in its name" if settings.pick == "name" else ""
        raise SourceFailed(
            "unreachable",
            f"no file {settings.path}{dated} (of {', '.join(READABLE)}); see whether the drop still arrives, or correct path",
        )
    if settings.pick == "name":
        best = max(found, key=lambda each: (each.day or date.min, each.mtime_ns, each.name))
    else:
        best = max(found, key=lambda each: (each.mtime_ns, each.name))
    _refuse_outside(best.path, settings.path, folder)
    if not best.name.lower().endswith(READABLE):
        raise SourceFailed(
            "not_data", f"{best.name}: a file of this kind is not read; save it as .xlsx (without macros) or CSV UTF-8"
        )
    return best


def wait_until_written(found: Found, *, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
    """Look again after a second at a file that was written just now. Raises SourceFailed("incomplete")."""
    if clock() - found.mtime_ns / 1e9 < _YOUNG:
        sleep(_PAUSE)
    if not found.unchanged():
        raise SourceFailed("incomplete", f"{found.name} is still being written; it is read at the next poll")


def fingerprint(path: Path) -> str:
    """SHA-256 of the bytes."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def _candidates(pattern: str, folder: Path) -> list[Path]:
    base, rest = _split(pattern, folder)
    kinds = READABLE + _REFUSED
    return [
        path
        for path in base.glob(rest)
        if path.name.lower().endswith(kinds) and not path.name.startswith(_TEMPORARY) and path.is_file()
    ]


def _split(pattern: str, folder: Path) -> tuple[Path, str]:
    """A pattern as the folder in which it begins, and the rest."""
    parts = Path(pattern).parts
    if not parts or ".." in parts:
        raise SourceFailed(
            "refused", f"path {pattern!r} leaves the folder of config.toml by '..'; write the whole path, from / on"
        )
    fixed = next((i for i, part in enumerate(parts) if any(sign in part for sign in "*?[")), len(parts) - 1)
    fixed = min(fixed, len(parts) - 1)
    return folder.joinpath(*parts[:fixed]), str(Path(*parts[fixed:]))


def _refuse_outside(path: Path, pattern: str, folder: Path) -> None:
    """A link in the folder may lead to any file that alertd can read; only what the config names is read."""
    home = _split(pattern, folder)[0] if Path(pattern).is_absolute() else folder
    if not path.resolve().is_relative_to(home.resolve()):
        raise SourceFailed(
            "refused",
            f"{path.name} leads by a link out of {home}; copy the file there, or write the path of its true folder",
        )


def _seen(path: Path) -> Found:
    try:
        stat = path.stat()
    except OSError as error:
        raise SourceFailed(
            "unreachable", f"{path.name} cannot be looked at ({error.strerror}); it is tried again"
        ) from None
    return Found(path, stat.st_size, stat.st_mtime_ns, day_in_name(path.name))
