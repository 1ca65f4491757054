"""A store that is made, used and thrown away: records as somebody wrote them, or as they once were, for the real stages to run on.

SQLite, whatever the site's store is: conditions mean the same on both, and a made-up clock never writes where evidence is kept.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from alertd.model.base import metadata
from alertd.model.calendar import WorkingCalendar
from alertd.store import calendar as calendar_table
from alertd.store import site
from alertd.store.database import HEAD, Store

_NO_DISK = ("synchronous = OFF", "journal_mode = MEMORY")  # nobody misses it after a power cut


@contextmanager
def scratch_store(calendar: WorkingCalendar, *, mode: str = "trial") -> Iterator[Store]:
    """An empty store of this program's schema that counts by ``calendar``; gone, with its folder, at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="alertd-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'scratch.db'}")
        event.listen(store.engine, "connect", _hurry)
        try:
            with store.write() as session:
                metadata.create_all(session.connection())
                session.connection().execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                session.connection().execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
                site.claim_mode(session, mode)
                calendar_table.sync(session, calendar)
            yield store
        finally:
            store.close()


def _hurry(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _NO_DISK:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
