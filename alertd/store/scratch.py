"""A store that is made, used and thrown away: records as somebody wrote them, or as they once were, for the real stages to run on.

SQLite, whatever the site's store is: conditions mean the same on both, and a made-up clock never writes where evidence is kept.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from alertd.model.base import metadata
from alertd.model.calendar import WorkingCalendar
from alertd.store import calendar as calendar_table
from alertd.store import site
from alertd.store.database import HEAD, Store

_NAME = "scratch.db"
_NO_DISK = ("synchronous = OFF", "journal_mode = MEMORY")  # nobody misses it after a power cut


@contextmanager
def scratch_store(calendar: WorkingCalendar, *, mode: str = "trial") -> Iterator[Store]:
    """An empty store of this program's schema that counts by ``calendar``; gone, with its folder, at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="alertd-") as folder:
        file = Path(folder) / _NAME
        by = _Counting(calendar_table.fingerprint(calendar), calendar)
        file.write_bytes(_empty(by, frozenset(metadata.tables)))
        store = _open(file)
        try:
            with store.write() as session:
                site.claim_mode(session, mode)
            yield store
        finally:
            store.close()


@dataclass(frozen=True, slots=True)
class _Counting:
    """A calendar, told apart by its days."""

    fingerprint: str
    calendar: WorkingCalendar = field(compare=False)


@lru_cache(maxsize=4)
def _empty(by: _Counting, tables: frozenset[str]) -> bytes:  # noqa: ARG001 - another set of tables is another file
    """The file of such a store: its 40,000 days take a third of a second to write, a copy of it none. ``tables``: those that
    are declared by now; a module that is imported later may declare more."""
    with tempfile.TemporaryDirectory(prefix="alertd-") as folder:
        file = Path(folder) / _NAME
        store = _open(file)
        try:
            with store.write() as session:
                metadata.create_all(session.connection())
                session.connection().execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                session.connection().execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
                calendar_table.sync(session, by.calendar)
        finally:
            store.close()
        return file.read_bytes()


def _open(file: Path) -> Store:
    store = Store(f"sqlite:///{file}")
    event.listen(store.engine, "connect", _hurry)
    return store


def _hurry(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _NO_DISK:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
