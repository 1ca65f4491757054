"""A SELECT in somebody else's database, read in batches and without a chance to write."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

import sqlglot
from sqlalchemy import Connection, CursorResult, create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlglot import exp
from sqlglot.errors import SqlglotError

from alertd.errors import SourceFailed
from alertd.intake.sources.account import may_write
from alertd.intake.sources.columns import clean_name, keep, locate
from alertd.intake.sources.personal import personal
from alertd.intake.sources.remarks import Remarks
from alertd.model.source import Page, Probed, Raw, Snapshot
from alertd.settings.address import plain
from alertd.settings.source_shapes import SourceSettings

_BATCH = 1_000
_CONNECT = 10  # seconds
_DETAIL = 300

# How each driver is told not to wait for ever, and what keeps a transaction from writing. A batch that takes ten
# minutes is given up. What is not named here relies on the check of the statement and on the account's rights.
_CONNECT_ARGUMENTS: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": _CONNECT},
    "postgresql": {"connect_timeout": _CONNECT},
    "mysql": {"connect_timeout": _CONNECT},
    "mariadb": {"connect_timeout": _CONNECT},
}
_READ_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": ("PRAGMA query_only = ON",),
    "postgresql": ("SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = '600s'"),
    "mysql": ("SET TRANSACTION READ ONLY",),
    "mariadb": ("SET TRANSACTION READ ONLY",),
    "oracle": ("SET TRANSACTION READ ONLY",),
}
_SQLGLOT_NAMES = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}
_WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.DDL, exp.Drop, exp.Alter, exp.Command, exp.Into, exp.Lock)
_LOGIN = ("password", "authentication", "access denied", "login failed", "permission denied", "role ")
_WROTE = ("read-only transaction", "read-write mode", "read only transaction", "readonly database")


@dataclass(frozen=True, slots=True)
class _Address:
    """Where to connect, and how it is called in messages (no user, password or options)."""

    url: URL
    place: str

    @property
    def kind(self) -> str:
        return self.url.get_backend_name()


class DatabaseSource:
    def __init__(self, settings: SourceSettings, *, folder: Path) -> None:
        """``folder``: where a relative SQLite path starts."""
        self._settings = settings
        self._folder = folder

    def open(self, marks: Mapping[str, str], now: datetime) -> Snapshot:  # noqa: ARG002 - a SELECT has no marks
        """Connects when the pages are asked for; until then only the statement is looked at."""
        address = self._checked()
        snapshot = Snapshot(pages=iter(()))
        snapshot.pages = self._pages(address, snapshot)
        return snapshot

    def probe(self, now: datetime) -> Probed:  # noqa: ARG002 - a SELECT knows no day
        address = self._checked()
        with self._connected(address) as connection:
            doubts = [self._doubt(may_write(connection, address.kind))]
            with closing(self._execute(connection)) as result:
                names = self._names(result)
                kept = self._columns(names)
                records = len(result.fetchmany(_BATCH))
        if idle := personal(name for position, name in enumerate(names) if position not in kept):
            doubts.append(
                f"the query gives {', '.join(idle)}, which nobody keeps and which looks like a citizen's; name in SELECT only"
                " the columns that are mapped"
            )
        seen = f"{address.place}: {records} records on the first page, columns {', '.join(names)}"
        return Probed(seen, tuple(doubt for doubt in doubts if doubt))

    def _doubt(self, may: str) -> str:
        if not may:
            return ""
        tables = tables_of(self._settings.query)
        return f"{may}; let alertd log in with one of its own that was given GRANT SELECT ON {', '.join(tables) or '…'} alone"

    def _pages(self, address: _Address, snapshot: Snapshot) -> Iterator[Page]:
        remarks = Remarks()
        with self._selected(address) as result:
            names = self._names(result)
            columns = self._columns(names)
            snapshot.columns = frozenset(names)
            number = 0
            for rows in result.partitions(_BATCH):
                yield Page([self._record(number + i, row, columns, remarks) for i, row in enumerate(rows, 1)])
                number += len(rows)
        snapshot.notes.extend(remarks.lines())

    def _record(self, number: int, row: Any, columns: dict[int, str], remarks: Remarks) -> tuple[str, Raw]:
        place = f"row {number}"
        raw = {name: _plain(row[position]) for position, name in columns.items()}
        return place, keep(raw, columns.values(), place, self._settings.max_cell, remarks)

    def _names(self, result: CursorResult[Any]) -> list[str]:
        return [clean_name(name) for name in result.keys()]  # noqa: SIM118 - a result is no mapping

    def _columns(self, names: list[str]) -> dict[int, str]:
        return locate(names, self._settings, "query")

    @contextmanager
    def _selected(self, address: _Address) -> Iterator[CursorResult[Any]]:
        """The running SELECT; result, connection and engine are gone afterwards, whatever happens."""
        with self._connected(address) as connection, closing(self._execute(connection)) as result:
            yield result

    @contextmanager
    def _connected(self, address: _Address) -> Iterator[Connection]:
        """In a transaction that cannot write."""
        try:
            engine = self._engine(address)
        except (ImportError, NoSuchModuleError):
            what = f"{address.place}: no driver for {address.url.drivername}; install it beside alertd"
            raise SourceFailed("unreachable", what) from None
        try:
            with engine.connect() as connection:
                for statement in _READ_ONLY.get(address.kind, ()):
                    connection.exec_driver_sql(statement)
                yield connection
        except SQLAlchemyError as error:
            raise self._failed(error, address) from None
        finally:
            engine.dispose()

    def _engine(self, address: _Address) -> Engine:
        arguments = _CONNECT_ARGUMENTS.get(address.kind, {})
        return create_engine(address.url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)

    def _execute(self, connection: Connection) -> CursorResult[Any]:
        # no_parameters: a % in a LIKE is meant as it stands.
        options = {"stream_results": True, "max_row_buffer": _BATCH, "no_parameters": True}
        return connection.exec_driver_sql(self._settings.query, execution_options=options)

    def _checked(self) -> _Address:
        try:
            url = make_url(plain(self._settings.url))
        except ArgumentError:
            raise SourceFailed(
                "unreachable", "url is no database address; write one like postgresql+psycopg://host/name"
            ) from None
        _refuse_all_but_one_select(self._settings.query, url)
        place = unquote(
            URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()
        )
        return _Address(_read_only_file(url, self._folder) if url.get_backend_name() == "sqlite" else url, place)

    def _failed(self, error: SQLAlchemyError, address: _Address) -> SourceFailed:
        said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        for secret in (address.url.password, address.url.render_as_string(hide_password=False)):
            said = said.replace(str(secret), "…") if secret else said
        said = " ".join(said.split())[:_DETAIL]
        place = address.place
        if any(word in said.casefold() for word in _WROTE):
            return SourceFailed("refused", f"{place}: {said}; a query may only read: take the function out of it")
        if any(word in said.casefold() for word in _LOGIN):
            return SourceFailed("refused", f"{place}: {said}; check the login and its rights")
        if isinstance(error, OperationalError) and "no such" not in said and "syntax" not in said:
            return SourceFailed("unreachable", f"{place}: {said}; see that the database runs, check url")
        return SourceFailed("schema", f"{place}: {said}; correct query")


def _refuse_all_but_one_select(query: str, url: URL) -> None:
    name = url.get_backend_name()
    dialect = sqlglot.Dialect.get(_SQLGLOT_NAMES.get(name, name))  # None: plain SQL
    try:
        statements = [each for each in sqlglot.parse(query, dialect=dialect) if each is not None]
    except (SqlglotError, RecursionError) as error:
        said = " ".join(str(error).split())[:_DETAIL]
        raise SourceFailed("schema", f"query cannot be read as SQL ({said}); correct it") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query) or statements[0].find(*_WRITES):
        raise SourceFailed(
            "refused", "query must be one SELECT (WITH … SELECT) that writes and locks nothing; correct it"
        )


def tables_of(query: str) -> list[str]:
    """The tables that a query names, as far as it can be read."""
    try:
        found = sqlglot.parse_one(query)
    except SqlglotError:
        return []
    inner = {each.alias for each in found.find_all(exp.CTE)}
    bare = (exp.table_(table.this, db=table.args.get("db")).sql() for table in found.find_all(exp.Table))
    return [name for name in dict.fromkeys(bare) if name not in inner]


def _read_only_file(url: URL, folder: Path) -> URL:
    name = url.database or ""
    if not name or name == ":memory:" or name.startswith("file:"):
        raise SourceFailed("unreachable", "url names no file; write sqlite:///FILE, relative to config.toml")
    path = folder / name
    if not path.is_file():
        raise SourceFailed("unreachable", f"no database file {path}; correct url, or see why it is gone")
    return url.set(database=f"file:{quote(str(path.resolve()))}", query={"mode": "ro", "uri": "true"})


def _plain(value: Any) -> Any:
    """Drivers' own types as text and numbers."""
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value) if isinstance(value, UUID) else value
