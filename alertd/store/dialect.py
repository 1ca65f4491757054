"""What SQLite and PostgreSQL do differently. The only module that asks which of the two it is."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Engine, Select, String, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from alertd.model.alerts import findings_table

_log = logging.getLogger(__name__)

# What a broken store looks like in the driver's words, and what a person can do about it.
_TROUBLES = (
    ("database is locked", "the store is locked by another process", "end the other alertd, or wait until it is done"),
    (
        "readonly database",
        "the store is read-only",
        "give the user that runs alertd write access to it and to its folder",
    ),
    (
        "disk is full",
        "the disk of the store is full",
        "free some space; nothing was changed, the work goes on by itself then",
    ),
    (
        "no space left",
        "the disk of the store is full",
        "free some space; nothing was changed, the work goes on by itself then",
    ),
    (
        "unable to open database",
        "the store cannot be opened",
        "create its folder, and let the user that runs alertd write there",
    ),
    ("not a database", "the store's file is not a database", "restore a backup, or name another file in [store] url"),
    ("disk image is malformed", "the store's file is damaged", "restore a backup with `alertd db restore`"),
    ("password authentication failed", "the database refused the login", "check user and password in [store] url"),
    ("does not exist", "the database or its user does not exist", "create it, or correct [store] url"),
    ("connection refused", "the database server does not answer", "start it, or correct [store] url"),
    ("could not translate host", "the database server is not known by that name", "correct [store] url"),
    ("connection failed", "the database server does not answer", "start it, or correct [store] url"),
    (
        "the connection is closed",
        "the connection to the database broke",
        "see that the server runs; alertd tries again",
    ),
    (
        "server closed the connection",
        "the connection to the database broke",
        "see that the server runs; alertd tries again",
    ),
    ("too many clients", "the database has no free connection", "raise max_connections, or end other clients"),
    ("read-only transaction", "the database takes no writes (a stand-by?)", "name the primary server in [store] url"),
)


class Dialect:
    """The differences of one engine's database. ``is_sqlite`` is for this module and for tests."""

    def __init__(self, engine: Engine) -> None:
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._compiler = engine.dialect

    def prepare(self, engine: Engine) -> None:
        """Listen for new connections and transactions of the engine."""
        event.listen(engine, "connect", self._on_connect)
        if self.is_sqlite:
            event.listen(engine, "begin", _begin_sqlite)

    def _on_connect(self, connection: DBAPIConnection, _record: Any) -> None:
        cursor = connection.cursor()
        if self.is_sqlite:
            for pragma in (
                "busy_timeout = 30000",  # ms: a long merge of another thread is waited for
                "journal_mode = WAL",
                "synchronous = FULL",  # a notice that is recorded survives a power cut
                "foreign_keys = ON",
                "case_sensitive_like = ON",  # as PostgreSQL does; rules mean the same on both
                "temp_store = MEMORY",
                "cache_size = -65536",  # KiB
            ):
                cursor.execute(f"PRAGMA {pragma}")
        else:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute("SET synchronous_commit = on")
        cursor.execute(str(CreateTable(findings_table).compile(dialect=self._compiler)))
        connection.commit()
        cursor.close()

    def insert(self, table: Table) -> Any:
        """An INSERT with ``on_conflict_do_update`` / ``on_conflict_do_nothing``, spelled alike on both."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def bulk_insert(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Write ready tuples (text for moments and dates, see `moment_text`) the fastest way the database has."""
        names = ", ".join(columns)
        driver = cast(Any, connection.connection.driver_connection)
        if self.is_sqlite:
            marks = ", ".join("?" * len(columns))
            driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names
            return
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def skip_locked(self, statement: Select[Any]) -> Select[Any]:
        """Claim rows that no other process is claiming; SQLite's one writer needs no such word."""
        return statement if self.is_sqlite else statement.with_for_update(skip_locked=True)

    def serialise(self, connection: Connection, number: int) -> None:
        """One transaction at a time for what ``number`` stands for; SQLite's one writer is that already."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def refresh_statistics(self, connection: Connection, table: Table) -> None:
        """After a large load, so that the next plan knows the table's size."""
        connection.execute(text(f"ANALYZE {table.name}"))

    def trouble(self, error: DBAPIError) -> str | None:
        """The driver's complaint in words for an operator, with the cure; None where it is a fault of alertd's own."""
        said = str(error.orig).casefold()
        for sign, what, cure in _TROUBLES:
            if sign in said and not (sign == "does not exist" and ("relation" in said or "column" in said)):
                return f"{what}; {cure}"
        return None


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: upgrading a reader's lock later fails with "locked" whatever the time-out is.
    write = connection.get_execution_options().get("alertd_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class binary_text(FunctionElement[str]):  # noqa: N801 - reads as a function in statements
    """A text that is ordered by its bytes on both databases, whatever the locale of the server."""

    name = "binary_text"
    type = String()
    inherit_cache = True


@compiles(binary_text)
def _binary_elsewhere(element: binary_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} COLLATE BINARY)"


@compiles(binary_text, "postgresql")
def _binary_postgresql(element: binary_text, compiler: SQLCompiler, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'
