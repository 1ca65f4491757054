"""Open the store: one engine, short write transactions, read transactions, and the schema's version."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.store.dialect import Dialect

_log = logging.getLogger(__name__)

# The newest migration; kept here so that opening an up-to-date store needs no alembic (387 ms, 39 MB). A test compares.
HEAD = "0001"


class Store:
    """The database of one site. Use `open_store`; every use of it is a `read` or a `write`."""

    def __init__(self, url: str | URL) -> None:
        self.url = _checked(url)
        options: dict[str, object] = {"pool_pre_ping": True}
        if self.url.get_backend_name() == "sqlite":
            options = {"connect_args": {"isolation_level": None, "timeout": 30}}
        self.engine = create_engine(self.url, **options)
        self._writing = self.engine.execution_options(alertd_write=True)
        self.dialect = Dialect(self.engine)
        self.dialect.prepare(self.engine)

    @property
    def file(self) -> Path | None:
        """The database file of an SQLite store."""
        name = self.url.database
        return Path(name) if self.dialect.is_sqlite and name and name != ":memory:" else None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: commits at the end, rolls back on any exception. CannotRun where the store is unwell."""
        try:
            with Session(self._writing, expire_on_commit=False, autoflush=True) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise self._translated(error) from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One read transaction: a consistent view, nothing is written."""
        try:
            with Session(self.engine, expire_on_commit=False, autoflush=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise self._translated(error) from error

    def _translated(self, error: DBAPIError) -> Exception:
        said = self.dialect.trouble(error)
        return CannotRun(f"store {self.shown}: {said}") if said else error

    @property
    def shown(self) -> str:
        """The address without user and password, for messages."""
        return self.url.set(username=None, password=None).render_as_string()

    def version(self) -> str | None:
        """The schema's version in the store; None for an empty one."""
        with self.read() as session:
            connection = session.connection()
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def upgrade(self) -> bool:
        """Bring the schema to this program's version; True if anything was done. CannotRun where the store is newer."""
        found = self.version()
        if found == HEAD:
            return False
        if found is not None and found > HEAD:
            raise CannotRun(
                f"store {self.shown} was written by a newer alertd (schema {found}, this one knows {HEAD}); update alertd"
            )
        # Late on purpose: alembic costs 387 ms and 39 MB, and is needed only when the schema is behind.
        from alertd.store.migrate import upgrade  # noqa: PLC0415

        with self._writing.connect() as connection, connection.begin():
            self.dialect.serialise(connection, 766)
            upgrade(connection)
        _log.info("store upgraded from %s to %s", found or "nothing", HEAD)
        return True

    def close(self) -> None:
        self.engine.dispose()


def _checked(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise CannotRun(
                f"[store] url: alertd keeps its data in SQLite or PostgreSQL, not in {parsed.get_backend_name()}"
            )
        parsed.get_dialect().import_dbapi()
    except ArgumentError:
        raise CannotRun(
            "[store] url is no database address; write sqlite:///alertd.db or postgresql+psycopg://host/name"
        ) from None
    except (ImportError, NoSuchModuleError):
        raise CannotRun("[store] url: the PostgreSQL driver is not installed; pip install 'alertd[postgres]'") from None
    return parsed


def open_store(url: str | URL, *, upgrade: bool = True) -> Store:
    """Open the store and bring its schema up to date. Raises CannotRun with the cure."""
    store = Store(url)
    folder = store.file.parent if store.file else None
    if folder is not None and not folder.is_dir():
        raise CannotRun(f"store {store.shown}: the folder {folder} does not exist; create it")
    try:
        if upgrade:
            store.upgrade()
        else:
            store.version()
    except DBAPIError as error:
        store.close()
        raise store._translated(error) from error
    except CannotRun:
        store.close()
        raise
    return store
