"""The store as `doctor` finds it: there, of this schema, writable, with room, and no cycle from the future in it."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session

from alertd.alerts.cycles import last_cycle
from alertd.check.health import Seen, fault, ok, warning
from alertd.errors import AlertdError
from alertd.model.audit import SiteFact
from alertd.model.base import table_of
from alertd.settings.shapes import Settings
from alertd.store.database import HEAD, Store, open_store
from alertd.store.site import read_fact

SUBJECT = "store"
_LITTLE, _TOO_LITTLE = 2 * 1024**3, 200 * 1024**2  # bytes free
_AHEAD = timedelta(minutes=5)  # what a time server sets right is less
_facts = table_of(SiteFact)

Look = Callable[[Session], None]


def store_seen(url: str, settings: Settings, now: datetime, look: Look) -> list[Seen]:
    """``look`` is called for further looks, in a store of this schema."""
    unopened = Store(url)
    try:
        if unopened.file is not None and not unopened.file.exists():
            return [_not_yet(unopened.file)]
    finally:
        unopened.close()
    try:
        store = open_store(url, upgrade=False)
    except AlertdError as error:
        return [fault(SUBJECT, str(error))]
    try:
        return list(_looks(store, settings, now, look))
    finally:
        store.close()


def _not_yet(file: Path) -> Seen:
    if not file.parent.is_dir():
        return fault(SUBJECT, f"the folder {file.parent} does not exist", "create it")
    if not os.access(file.parent, os.W_OK):
        return fault(SUBJECT, f"{file.parent} cannot be written to", "give the user that runs alertd write access")
    return ok(SUBJECT, f"{file.name} is not there yet; the first `alertd run` makes it")


def _looks(store: Store, settings: Settings, now: datetime, look: Look) -> Iterator[Seen]:
    version = store.version()
    if version is None:
        yield ok(SUBJECT, f"{store.shown}: empty; the first `alertd run` fills it")
    elif version > HEAD:
        yield fault(SUBJECT, f"{store.shown}: written by a newer alertd (schema {version})", "update alertd")
    elif version < HEAD:
        yield warning(SUBJECT, f"{store.shown}: schema {version}, this alertd has {HEAD}", "alertd db upgrade")
    else:
        yield from _inside(store, settings, now, look)
    if store.file is not None:
        yield _room(store.file)


def _inside(store: Store, settings: Settings, now: datetime, look: Look) -> Iterator[Seen]:
    try:
        with store.write() as session:  # a stand-by or a read-only file refuses even a change of no row
            session.connection().execute(update(_facts).where(_facts.c.name == "").values(value=""))
    except AlertdError as error:
        yield fault(SUBJECT, str(error))
    else:
        yield ok(SUBJECT, f"{store.shown}: schema {HEAD}, writable")
    with store.read() as session:
        yield from _mode(session, settings)
        yield from _clock(session, settings, now)
        look(session)


def _mode(session: Session, settings: Settings) -> Iterator[Seen]:
    mode, used = settings.site.mode, read_fact(session, "mode")
    if used is not None and used != mode and "trial" in (used, mode):
        what = f"the store was used in mode {used}, the config says {mode}"
        yield fault("mode", what, "name another store in [store] url; trials and real use never share one")
    else:
        told = {
            "rehearsal": "rehearsal: all messages go to the office alone",
            "live": "live: messages go to the heads",
            "trial": "trial: messages go to the heads, the clock may be made up",
        }
        yield ok("mode", told[mode])


def _clock(session: Session, settings: Settings, now: datetime) -> Iterator[Seen]:
    last = last_cycle(session)
    if last is None:
        yield ok("clock", "no cycle yet to compare it with")
    elif last <= now + _AHEAD or settings.site.mode == "trial":
        yield ok("clock", f"the last cycle ran at {last.astimezone(settings.site.timezone):%d/%m/%Y %H:%M}")
    else:
        at = last.astimezone(settings.site.timezone)
        what = f"the last cycle ran at {at:%d/%m/%Y %H:%M}, which is still to come: the clock is, or was, wrong, and none runs"
        yield fault(
            "clock",
            what,
            "set the clock right (timedatectl); if it is right now, `alertd db clock` puts right what it wrote",
        )


def _room(file: Path) -> Seen:
    free = shutil.disk_usage(file.parent).free
    what = f"{free / 1024**3:.1f} GB free on its disk"
    if free < _TOO_LITTLE:
        return fault("disk", what, "free some space before it is full; nothing is lost then, but nothing goes on")
    return warning("disk", what, "free some space") if free < _LITTLE else ok("disk", what)
