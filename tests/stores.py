"""What makes hundreds of stores cheap: statements compiled once, tables emptied only where they hold something, and days of the
calendar that are copied, not written anew."""

import atexit
import sqlite3
from contextlib import closing
from functools import cache
from typing import cast

from sqlalchemy import Connection, Engine, event, text

from alertd.model.audit import CalendarDay
from alertd.model.base import metadata, table_of
from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar
from alertd.store import calendar as calendar_table
from alertd.store import site
from alertd.store.database import Store

_GROWN = 256 * 1024  # bytes: from here on it is quicker to truncate a table than to delete its rows
_WRITTEN_BY = "SELECT min(xmin::text::bigint) FROM calendar"  # the transaction that wrote a row stands in the row
_AS_IT_WAS = "SELECT count(*), count(*) FILTER (WHERE xmin::text::bigint = :by) FROM calendar"
_files: dict[str, sqlite3.Connection] = {}  # by fingerprint of the calendar: an SQLite store that has its days
_shown: dict[
    str, tuple[str, int]
] = {}  # by address: the days that stand in the store, and the transaction that wrote them
_waiting: dict[tuple[str, str], int] = {}  # by address and fingerprint: that transaction, of the days that stand aside


class _Compiled(dict[object, object]):
    """Compiled statements for all engines of a kind. SQLAlchemy keeps them per engine, and each command opens one of its own:
    a fourth of the time of a story went into compiling the same statements again."""

    def get(self, key: object, default: object = None) -> object:
        return super().get(self._shared(key), default)

    def __setitem__(self, key: object, compiled: object) -> None:
        if len(self) > 3000:  # conditions that were made up at random fill it, too
            self.clear()
        super().__setitem__(self._shared(key), compiled)

    @staticmethod
    def _shared(key: object) -> object:
        assert isinstance(key, tuple)
        dialect, *rest = key
        return type(dialect), dialect.paramstyle, *rest


_COMPILED = _Compiled()


def compile_once() -> None:
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED)


def tables_with_rows(connection: Connection) -> list[str]:
    """Asked in one statement, which costs a tenth of truncating all of them."""
    return list(connection.execute(text(_with_rows())).scalars())


@cache
def _with_rows() -> str:
    names = [table.name for table in metadata.sorted_tables]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)


def emptied(store: Store) -> None:
    """A store on PostgreSQL as it was when it was new: no rows, and numbers that begin at 1."""
    with store.engine.begin() as connection:
        _put_away(connection, str(store.url))
        for name in tables_with_rows(connection):
            size = connection.execute(text("SELECT pg_relation_size(to_regclass(:name))"), {"name": name}).scalar_one()
            connection.execute(text(f'{"TRUNCATE" if size > _GROWN else "DELETE FROM"} "{name}"'))
        # also those that a transaction took back: they have counted on
        restart = "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
        connection.execute(text(f"{restart} WHERE last_value IS NOT NULL"))


def with_days(store: Store, calendar: WorkingCalendar) -> None:
    """What the first sync with this calendar makes of an empty store: 40,000 days, which take a third of a second to write.
    Where anything stands in the store nothing is done: the sync is still to come, and takes its time."""
    name = calendar_table.fingerprint(calendar)
    with store.engine.begin() as connection:
        if tables_with_rows(connection):
            return
    copied = _copied if store.dialect.is_sqlite else _swapped
    if not copied(store, name):
        with store.write() as session:
            calendar_table.sync(session, calendar)
        _keep(store, name)


def _keep(store: Store, name: str) -> None:
    if store.dialect.is_sqlite:
        kept = sqlite3.connect(":memory:")
        atexit.register(kept.close)
        with closing(store.engine.raw_connection()) as own:
            cast(sqlite3.Connection, own.driver_connection).backup(kept)
        _files[name] = kept
    else:
        with store.engine.begin() as connection:
            _shown[str(store.url)] = (name, int(connection.execute(text(_WRITTEN_BY)).scalar_one()))


def _copied(store: Store, name: str) -> bool:
    if name not in _files:
        return False
    with closing(store.engine.raw_connection()) as own:
        _files[name].backup(cast(sqlite3.Connection, own.driver_connection))
    return True


def _swapped(store: Store, name: str) -> bool:
    """On PostgreSQL the table with the days of a calendar waits in a schema of its own, and changes places with the empty one."""
    url = str(store.url)
    if (url, name) not in _waiting:
        return False
    with store.write() as session:
        connection = session.connection()
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS bare"))
        connection.execute(text("ALTER TABLE calendar SET SCHEMA bare"))
        connection.execute(text(f'ALTER TABLE "days_{name}".calendar SET SCHEMA public'))
        site.keep_fact(session, "calendar", name)
    _shown[url] = (name, _waiting.pop((url, name)))
    return True


def _put_away(connection: Connection, url: str) -> None:
    """The days that `with_days` brought, if they are still as they were."""
    if url not in _shown:
        return
    name, by = _shown.pop(url)
    days = table_of(CalendarDay)
    whole = (LAST_DAY - FIRST_DAY).days + 1
    as_it_was = connection.execute(text(_AS_IT_WAS), {"by": by}).one() == (whole, whole)
    if as_it_was:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "days_{name}"'))
        connection.execute(text(f'ALTER TABLE calendar SET SCHEMA "days_{name}"'))
        _waiting[url, name] = by
    else:
        days.drop(connection)
    if connection.execute(text("SELECT to_regclass('bare.calendar')")).scalar() is None:
        days.create(connection)
    else:
        connection.execute(text("ALTER TABLE bare.calendar SET SCHEMA public"))
