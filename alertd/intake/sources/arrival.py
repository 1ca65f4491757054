"""An entry of a drop folder, as far as it can be told without opening it: its name, its day, and what speaks against it."""

import os
import re
import stat
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from alertd.errors import SourceFailed
from alertd.intake.sources.bad_file import bad

READABLE = (".csv", ".csv.gz", ".xlsx")

_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?:\d{4}|\d{6})?(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)[-_.](\d\d?)[-_.]((?:19|20)\d\d)(?!\d)")
# Years that no list is of. Without marks between, 8 digits are more often a number than a day.
_FAR = re.compile(r"(?<!\d)(?:(2[1-9]\d\d|[3-9]\d{3})[-_.](\d\d)[-_.](\d\d)|(9999)(\d\d)(\d\d))(?!\d)")
_FAR_DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)[-_.](\d\d?)[-_.](2[1-9]\d\d|[3-9]\d{3})(?!\d)")

_AHEAD = timedelta(days=1)  # what clocks and zones may differ
_SHOWN = 100  # characters of a name
_KINDS = (
    (stat.S_ISDIR, "a folder", "thư mục"),
    (stat.S_ISFIFO, "a pipe", "đường ống (pipe)"),
    (stat.S_ISSOCK, "a socket", "socket"),
    (stat.S_ISCHR, "a device", "thiết bị"),
    (stat.S_ISBLK, "a device", "thiết bị"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is looked at: the day of the site, and the file system's clock (seconds since 1970)."""

    today: date
    clock: float
    zone: ZoneInfo

    def ahead(self, day: date) -> bool:
        return day > self.today + _AHEAD


@dataclass(frozen=True, slots=True)
class Found:
    """``arrived_ns``: its stamp, or, where that lies ahead, when it truly came. ``against``: why it cannot be taken."""

    path: Path
    size: int
    mtime_ns: int
    arrived_ns: int
    inode: tuple[int, int]
    day: date | None
    against: SourceFailed | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        return shown_name(self.path)

    def unchanged(self) -> bool:
        try:
            seen = self.path.stat()
        except OSError:
            return False
        known = (self.size, self.mtime_ns, self.inode)
        return (seen.st_size, seen.st_mtime_ns, (seen.st_dev, seen.st_ino)) == known


def shown_name(path: Path) -> str:
    """For people and the store: what of a name is no text, or would move a terminal's cursor, is a question mark."""
    name = "".join(sign if sign.isprintable() else "?" for sign in path.name)
    return name if len(name) <= _SHOWN else f"{name[: _SHOWN - 10]}…{name[-9:]}"


def day_in_name(name: str) -> date | None:
    """The date in a file's name: yyyymmdd (a time may follow), yyyy-mm-dd, dd-mm-yyyy, with ``-``, ``.`` or ``_``."""
    year_first, day_first = (0, 1, 2), (2, 1, 0)
    for pattern, order in (
        (_YEAR_FIRST, year_first),
        (_DAY_FIRST, day_first),
        (_FAR, year_first),
        (_FAR_DAY_FIRST, day_first),
    ):
        for found in pattern.finditer(name):
            parts = [int(part) for part in found.groups() if part is not None]
            try:
                return date(*(parts[place] for place in order))
            except ValueError:
                continue
    return None


def seen(path: Path, home: Path, moment: Moment, *, by_name: bool) -> Found | None:
    """The entry, followed where it is a link; None where it has gone meanwhile. ``home``: the folder, resolved, in which it
    has to lie; ``by_name``: the day in its name counts."""
    try:
        own = path.lstat()
    except OSError:
        return None
    here, against = own, None
    try:
        if stat.S_ISLNK(own.st_mode) or (path.parent != home and path.parent.resolve() != path.parent):
            if not path.resolve().is_relative_to(home):
                against = bad("outside", file=shown_name(path), home=str(home))
            else:
                here = path.stat()
    except (OSError, RuntimeError) as error:  # it leads nowhere, or in a circle
        said = getattr(error, "strerror", None) or "a circle of links"
        against = bad("unreadable", file=shown_name(path), said=said)
    day = day_in_name(path.name)
    return Found(
        path=path,
        size=here.st_size,
        mtime_ns=here.st_mtime_ns,
        arrived_ns=here.st_mtime_ns if here.st_mtime <= moment.clock else min(here.st_mtime_ns, here.st_ctime_ns),
        inode=(here.st_dev, here.st_ino),
        day=day,
        against=against or _against(path, here, home, moment, day if by_name else None),
    )


def _against(path: Path, here: os.stat_result, home: Path, moment: Moment, day: date | None) -> SourceFailed | None:
    name = shown_name(path)
    for is_it, what, vietnamese in _KINDS:
        if is_it(here.st_mode):
            return bad("no_file", file=name, what=what, what_vi=vietnamese)
    if here.st_nlink > 1 and here.st_uid not in (os.geteuid(), home.stat().st_uid):
        return bad("borrowed", file=name, home=str(home))
    if not name.lower().endswith(READABLE):
        return bad("kind", file=name)
    if day is not None and moment.ahead(day):
        return bad("day_ahead", file=name, day=f"{day:%d/%m/%Y}")
    if here.st_mtime > moment.clock + _AHEAD.total_seconds():
        return bad("stamp_ahead", file=name, at=_shown_stamp(here.st_mtime, moment.zone))
    return None


def _shown_stamp(seconds: float, zone: ZoneInfo) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC).astimezone(zone):%d/%m/%Y %H:%M}"
    except (OverflowError, ValueError, OSError):
        return "a time beyond the year 9999"


def opened(path: Path) -> BinaryIO:
    """For reading. What has become a pipe meanwhile is not waited for."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
