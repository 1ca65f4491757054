"""Which file of a drop folder is the snapshot, and whether it has arrived whole. It does not read what is in it."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from alertd.intake.sources.arrival import READABLE, Found, Moment, opened, seen
from alertd.intake.sources.bad_file import bad
from alertd.intake.sources.remarks import PASSED_OVER, UNDATED, Remarks
from alertd.settings.source_shapes import SourceSettings

# What is not read: if one of them is the newest, somebody meant it to be.
_REFUSED = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xlam", ".ods", ".zip", ".rar", ".7z")
_TEMPORARY = (".", "~$")  # of copying programs and of Excel

_YOUNG = 3.0  # seconds since the last write within which somebody may still be writing
_PAUSE = 1.0


def newest(settings: SourceSettings, found: Sequence[Found], remarks: Remarks) -> Found:
    """The newest file of the pattern that can be taken. Raises SourceFailed where there is none, or where what came after it
    cannot be taken: somebody meant that to be the list. What came before it and cannot be taken is passed over."""
    by_name = settings.pick == "name"
    if by_name:
        for undated in (each for each in found if each.day is None):
            remarks.add(UNDATED, undated.name)
        found = [each for each in found if each.day is not None]
    order = _by_day if by_name else _by_arrival
    best = max((each for each in found if each.against is None), key=order, default=None)
    barred = [(each, each.against) for each in found if each.against is not None]
    for each, against in sorted(barred, key=lambda pair: _by_arrival(pair[0]), reverse=True):
        if best is None or (each.arrived_ns >= best.arrived_ns and (not by_name or order(each)[0] >= order(best)[0])):
            raise against
        remarks.add(PASSED_OVER, str(against))
    if best is None:
        raise bad("none_dated" if by_name else "none", pattern=settings.path)
    return best


def entries(settings: SourceSettings, folder: Path, moment: Moment) -> list[Found]:
    """All that the pattern names, whatever it is. Raises SourceFailed where it leaves the folder of config.toml."""
    base, rest = split(settings.path, folder)
    home = base.resolve()
    by_name = settings.pick == "name" or settings.as_of == "filename"
    kinds = READABLE + _REFUSED
    listed = sorted(home.glob(rest))  # each file system has an order of its own
    named = (path for path in listed if path.name.lower().endswith(kinds) and not path.name.startswith(_TEMPORARY))
    found = (seen(path, home, moment, by_name=by_name) for path in named)
    return [each for each in found if each is not None]


def split(pattern: str, folder: Path) -> tuple[Path, str]:
    """A pattern as the folder in which it begins, and the rest."""
    parts = Path(pattern).parts
    if not parts or ".." in parts:
        raise bad("leaves", pattern=pattern)
    fixed = next((i for i, part in enumerate(parts) if any(sign in part for sign in "*?[")), len(parts) - 1)
    fixed = min(fixed, len(parts) - 1)
    return folder.joinpath(*parts[:fixed]), str(Path(*parts[fixed:]))


def wait_until_written(found: Found, *, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
    """Look again after a second at a file that was written just now. Raises SourceFailed("incomplete")."""
    if clock() - found.mtime_ns / 1e9 < _YOUNG:
        sleep(_PAUSE)
    if not found.unchanged():
        raise bad("being_written", file=found.name)


def fingerprint(path: Path) -> str:
    """SHA-256 of the bytes."""
    digest = sha256()
    with opened(path) as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def _by_arrival(found: Found) -> tuple[int, str]:
    return found.arrived_ns, found.path.name


def _by_day(found: Found) -> tuple[int, int, str]:
    return found.day.toordinal() if found.day else 0, found.arrived_ns, found.path.name
