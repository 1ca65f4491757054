"""What SQLite and PostgreSQL do differently. The only module that asks which of the two it is."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    URL,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Engine,
    Integer,
    Select,
    String,
    Table,
    any_,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from alertd.model import alerts, notices

# As many as the daemon's jobs ask for at once (a poll holds two); its threads are what limits them. With a limit here, jobs
# that hold one and wait for another would wait for each other.
_CONNECTIONS = {"max_overflow": -1}


def unsupported(url: URL) -> str:
    """The name of the database where alertd keeps nothing in such a one; else empty."""
    name = url.get_backend_name()
    return "" if name in ("sqlite", "postgresql") else name


def connect_options(url: URL) -> dict[str, Any]:
    """What `create_engine` is told about this database."""
    if url.get_backend_name() == "sqlite":
        # no transactions of the driver's own: `_begin_sqlite` begins them, so that DDL and savepoints roll back
        options: dict[str, Any] = {"connect_args": {"isolation_level": None, "timeout": 30}}
        return options if database_file(url) is None else options | _CONNECTIONS
    return {"pool_pre_ping": True, **_CONNECTIONS}


def database_file(url: URL) -> Path | None:
    """The file that holds the database; None where it is not in one."""
    named = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if named else None


def kept_by_us(file: Path) -> bool:
    """Whether the file is an SQLite database in the journal mode that alertd sets. To open another one would change it."""
    with file.open("rb") as opened:
        head = opened.read(20)
    return head[:16] == b"SQLite format 3\0" and head[18:] == b"\2\2"


class Dialect:
    """The differences of one engine's database. ``is_sqlite`` is for this module and for tests. ``errors``: what the driver
    raises, wrapped by SQLAlchemy or (where rows are written past it) as it is."""

    def __init__(self, engine: Engine) -> None:
        self.errors: tuple[type[Exception], ...] = (DBAPIError, engine.dialect.loaded_dbapi.Error)
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
        for table in (*alerts.TEMPORARY, *notices.TEMPORARY):
            cursor.execute(str(CreateTable(table).compile(dialect=self._compiler)))
        connection.commit()
        cursor.close()

    def reading(self, engine: Engine) -> Engine:
        """The engine for transactions that only read (and fill temporary tables), each over one unchanging view. SQLite
        gives that by itself; PostgreSQL shows every statement what was committed by then, unless it is told otherwise."""
        if self.is_sqlite:
            return engine
        return engine.execution_options(isolation_level="REPEATABLE READ")

    def insert(self, table: Table) -> Any:
        """An INSERT with ``on_conflict_do_update`` / ``on_conflict_do_nothing``, spelled alike on both."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def bulk_insert(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Write ready tuples (text for moments and dates, see `moment_text`) the fastest way the database has."""
        names = ", ".join(f'"{name}"' for name in columns)  # one of them may be a word of SQL
        driver = cast(Any, connection.connection.driver_connection)
        if self.is_sqlite:
            marks = ", ".join("?" * len(columns))
            driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names
            return
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def empty(self, connection: Connection, table: Table) -> None:
        """Take all rows out of a temporary table. PostgreSQL never vacuums one by itself: deleted rows would stay on."""
        connection.execute(text(f"{'DELETE FROM' if self.is_sqlite else 'TRUNCATE'} {table.name}"))

    def among(self, column: ColumnElement[str], texts: Sequence[str]) -> ColumnElement[bool]:
        """``column`` is one of many texts, which travel as one parameter: thousands take longer to parse than to look up."""
        if self.is_sqlite:
            each = func.json_each(json.dumps(texts)).table_valued("value")
            return column.in_(select(each.c.value))
        return column == any_(literal(list(texts), postgresql.ARRAY(String)))

    def skip_locked(self, statement: Select[Any]) -> Select[Any]:
        """Claim rows that no other process is claiming; SQLite's one writer needs no such word."""
        return statement if self.is_sqlite else statement.with_for_update(skip_locked=True)

    def serialise(self, connection: Connection, number: int) -> None:
        """One transaction at a time for what ``number`` stands for; SQLite's one writer is that already."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def next_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Numbers for so many rows that are not written yet. SQLite gives them by the newest row, so ask and write in one
        transaction; PostgreSQL by the sequence of the table, which leaves a gap where that is rolled back."""
        if self.is_sqlite:
            last = int(connection.execute(select(func.max(table.c.id))).scalar() or 0)
            return list(range(last + 1, last + 1 + count))
        drawn = select(func.nextval(func.pg_get_serial_sequence(table.name, "id")))
        each = func.generate_series(1, count).table_valued("n")
        return sorted(int(number) for number in connection.execute(drawn.select_from(each)).scalars())

    def refresh_statistics(self, connection: Connection, table: Table) -> None:
        """After a large load, so that the next plan knows the table's size."""
        connection.execute(text(f"ANALYZE {table.name}"))


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: upgrading a reader's lock later fails with "locked" whatever the time-out is.
    write = connection.get_execution_options().get("alertd_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class binary_text(FunctionElement[str]):  # noqa: N801 - reads as a function in statements
    """A text that is ordered by its bytes on both databases, whatever the locale of the server."""

    name = "binary_text"
    type = String()
    inherit_cache = True


class day_ordinal(FunctionElement[int]):  # noqa: N801
    """A day (type Date) as its ordinal, the number that ``date.toordinal()`` gives."""

    name = "day_ordinal"
    type = Integer()
    inherit_cache = True


class ordinal_day(FunctionElement[date]):  # noqa: N801
    """The day (type Date) that has this ordinal."""

    name = "ordinal_day"
    type = Date()
    inherit_cache = True


class epoch_second(FunctionElement[int]):  # noqa: N801
    """The seconds from 1970 to a moment: two of them give how long something took."""

    name = "epoch_second"
    type = BigInteger()
    inherit_cache = True


def _spelled(function: type[FunctionElement[Any]], *, elsewhere: str, on_postgresql: str) -> None:
    """How a function is written on each database; {} stands for its argument."""

    def spelling(pattern: str) -> Callable[..., str]:
        def spell(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
            return pattern.format(compiler.process(element.clauses, **options))

        return spell

    compiles(function)(spelling(elsewhere))
    compiles(function, "postgresql")(spelling(on_postgresql))


_spelled(binary_text, elsewhere="({} COLLATE BINARY)", on_postgresql='({} COLLATE "C")')
_spelled(
    day_ordinal,
    elsewhere="CAST(julianday({}) - 1721424.5 AS INTEGER)",
    on_postgresql="({} - DATE '0001-01-01' + 1)",
)
_spelled(
    ordinal_day,
    elsewhere="date(({}) + 1721424.5)",
    on_postgresql="(DATE '0001-01-01' + CAST(({}) - 1 AS INTEGER))",
)
_spelled(
    epoch_second,
    elsewhere="CAST(strftime('%s', {}) AS INTEGER)",
    on_postgresql="CAST(EXTRACT(EPOCH FROM {}) AS BIGINT)",
)
