"""What the commands share: their common options, the clock, settings and store, and how results are shown."""

import getpass
import json
import logging
import os
import pwd
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from alertd.errors import CannotRun, Fault
from alertd.model.calendar import FIRST_DAY, LAST_DAY
from alertd.model.clock import Clock
from alertd.settings.address import store_url
from alertd.settings.load import load_settings
from alertd.settings.shapes import Settings
from alertd.store.database import Store, open_store

Config = Annotated[
    Path | None, typer.Option("--config", help="The site's config.toml (default: $ALERTD_CONFIG, or config.toml here).")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")]
Now = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="TIME", help="ISO time with offset at which the clock starts: 2026-10-05T08:00+07:00."
    ),
]


class Language(StrEnum):
    """In which a command speaks."""

    VI = "vi"
    EN = "en"


_TRIAL = 'use [site] mode = "trial" and a store of its own'
_NO_MADE_UP_CLOCK = f"--now is refused in mode live for what writes or sends; {_TRIAL}"
# A rehearsal's store goes live, and no cycle runs before its last one.
_AHEAD = timedelta(days=1)


def config_path(named: Path | None) -> Path:
    """The config that is named, or by $ALERTD_CONFIG, or config.toml here; of a folder, its config.toml."""
    path = named or Path(os.environ.get("ALERTD_CONFIG") or "config.toml")
    return path / "config.toml" if path.is_dir() else path


def load(config: Path | None) -> Settings:
    """Raises CannotRun, Misconfigured."""
    return load_settings(config_path(config))


def clock_from(now: str | None) -> Clock:
    """A clock that starts at ``now`` and runs on at real speed, or the real one."""
    if now is None:
        return Clock(lambda: datetime.now(UTC), time.time, time.sleep)
    start, began = moment(now), time.monotonic()
    return Clock(lambda: start + timedelta(seconds=time.monotonic() - began), time.time, time.sleep)


def moment(text: str) -> datetime:
    """An ISO time with offset. Raises BadParameter with the cure."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no time with an offset; write one like 2026-10-05T08:00:00+07:00")
    if not FIRST_DAY.year <= read.year < LAST_DAY.year:
        raise typer.BadParameter(f"{text!r} is not in the calendar; write a year from {FIRST_DAY.year} on")
    return read


@contextmanager
def open_store_alone(
    config: Path | None, now: str | None = None, *, writes: bool = False
) -> Iterator[tuple[Settings, Store]]:
    """Settings and store, without tables and rules, for commands on what is stored. ``writes``: as for the whole site."""
    settings = load(config)
    refuse_made_up_clock(settings, now, writes=writes)
    store = open_store(store_url(settings))
    try:
        yield settings, store
    finally:
        store.close()


def refuse_made_up_clock(settings: Settings, now: str | None, *, writes: bool) -> None:
    """Raises CannotRun for a clock that may not write: any in mode live. In a rehearsal one that is far ahead is warned of."""
    if now is None or not writes:
        return
    if settings.site.mode == "live":
        raise CannotRun(_NO_MADE_UP_CLOCK)
    ahead = moment(now) - datetime.now(UTC)
    if settings.site.mode == "rehearsal" and ahead > _AHEAD:
        print(
            f"warning: --now lies {ahead.days:,} day{'' if ahead.days == 1 else 's'} ahead of the clock. The store of a rehearsal "
            f"goes live later, and until then no cycle runs in it (alertd db clock puts that right); better, {_TRIAL}",
            file=sys.stderr,
        )


def say_faults(faults: Sequence[Fault], language: str) -> None:
    warning = {"vi": "cảnh báo", "en": "warning"}[language]
    here = f"{Path.cwd()}{os.sep}"
    for fault in faults:
        said = fault.said(language).removeprefix(here)  # as a person at this place would name the file
        print(f"{warning + ': ' if fault.warning else ''}{said}", file=sys.stderr)


def who() -> str:
    """The person at the keyboard, for the audit."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def also_known_as() -> tuple[str, ...]:
    """What else the person at the keyboard is called: by the account that what he writes belongs to, under sudo another."""
    found = []
    for uid in {os.getuid(), os.geteuid()}:
        try:
            found.append(pwd.getpwuid(uid).pw_name)
        except KeyError:
            found.append(f"uid {uid}")
    return tuple(sorted(found))


def log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr, force=True
    )
    for talkative in ("alembic", "httpx", "httpcore", "telegram", "urllib3"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns when a job is still running at its next time


def show_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str = "none") -> None:
    """A table as wide as the terminal; into a pipe, wide enough for a cell on one line."""
    if not rows:
        print(f"{title}: {empty}")
        return
    # Late, because the daemon shows no table (3 MB).
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else printable(str(cell)) for cell in row))
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 240).print(table)


def printable(text: str) -> str:
    """What came from elsewhere may hold the commands of a terminal."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def to_minute(moment: str | None) -> str:
    """2026-10-05 08:00, of a moment in JSON, which is in the site's zone."""
    return "" if moment is None else moment[:16].replace("T", " ")
