"""Open the store: one engine, short write transactions, read transactions, and the schema's version."""

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.store.dialect import Dialect, connect_options, database_file, unsupported
from alertd.store.unwell import cure_for

_log = logging.getLogger(__name__)

# The newest migration; kept here so that opening an up-to-date store needs no alembic (387 ms, 39 MB). A test compares.
HEAD = "0001"


class Store:
    """The database of one site. Use `open_store`; every use of it is a `read` or a `write`."""

    def __init__(self, url: str | URL) -> None:
        self.url = _checked(url)
        self.engine = create_engine(self.url, **connect_options(self.url))
        self.dialect = Dialect(self.engine)
        self.dialect.prepare(self.engine)
        self._writing = self.engine.execution_options(alertd_write=True)
        self._reading = self.dialect.reading(self.engine)
        self._opened: tuple[int, int] | None = None

    @property
    def file(self) -> Path | None:
        """The database file of an SQLite store."""
        return database_file(self.url)

    def write(self) -> AbstractContextManager[Session]:
        """One write transaction: commits at the end, rolls back on any exception. CannotRun where the store is unwell."""
        return self._transaction(self._writing, autoflush=True)

    def read(self) -> AbstractContextManager[Session]:
        """One read transaction: a consistent view, nothing is written. CannotRun where the store is unwell."""
        return self._transaction(self._reading, autoflush=False)

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """A write transaction that is rolled back in any case: to see what would come of it."""
        with (
            self.watched(),
            Session(self._writing, expire_on_commit=False) as session,
            session.begin() as transaction,
        ):
            yield session
            transaction.rollback()

    @contextmanager
    def _transaction(self, engine: Engine, *, autoflush: bool) -> Iterator[Session]:
        with (
            self.watched(),
            Session(engine, expire_on_commit=False, autoflush=autoflush) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Makes CannotRun, with the cure, of what the driver says of an unwell store; a fault of alertd's own stays as it is."""
        self._still_there()
        try:
            yield
        except self.dialect.errors as error:
            said = cure_for(error)
            if said is None:
                raise
            raise CannotRun(f"store {self.shown}: {said}") from error

    @property
    def shown(self) -> str:
        """The address without user, password and parameters (which may hold one too), for messages."""
        url = self.url
        if self.file is not None:
            return (
                f"{url.drivername}:///{url.database}"  # as a person writes its path, not as an address has to spell it
            )
        return URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()

    def keep_to_its_file(self) -> None:
        """From now on every transaction refuses another file in the place of this one, and none: SQLite would go on with the
        file that was deleted, and new connections with the other one, so that half of what is known would be in neither."""
        self._opened = _identity(self.file)

    def _still_there(self) -> None:
        if self._opened is None:
            return
        found = _identity(self.file)
        if found == self._opened:
            return
        happened = "was removed" if found is None else "was replaced by another one"
        raise CannotRun(
            f"store {self.shown}: its file {happened} while alertd had it open; nothing goes on until alertd is started anew. "
            "Stop it, put the file back or restore a backup (`alertd db restore`): with an empty store everything is told again"
        )

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

        with self.watched(), self._writing.connect() as connection, connection.begin():
            self.dialect.serialise(connection, 766)
            upgrade(connection, self.shown)
        _log.info("store upgraded from %s to %s", found or "nothing", HEAD)
        return True

    def close(self) -> None:
        self.engine.dispose()


def _identity(file: Path | None) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None: it is not there, or the store is in no file."""
    try:
        seen = None if file is None else file.stat()
    except OSError:
        return None
    return None if seen is None else (seen.st_dev, seen.st_ino)


def _checked(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
        if other := unsupported(parsed):
            raise CannotRun(f"[store] url: alertd keeps its data in SQLite or PostgreSQL, not in {other}")
        parsed.get_dialect().import_dbapi()
    except ArgumentError:
        raise CannotRun(
            "[store] url is no database address; write sqlite:///alertd.db or postgresql+psycopg://host/name"
        ) from None
    except ImportError:
        raise CannotRun("[store] url: the PostgreSQL driver is not installed; pip install 'alertd[postgres]'") from None
    return parsed


def open_store(url: str | URL, *, upgrade: bool = True) -> Store:
    """Open the store and bring its schema up to date. Raises CannotRun with the cure."""
    store = Store(url)
    folder = store.file.parent if store.file else None
    if folder is not None and not folder.is_dir():
        raise CannotRun(f"store {store.shown}: the folder {folder} does not exist; create it")
    if store.file is not None and store.file.is_dir():
        raise CannotRun(f"store {store.shown}: it is a folder; name a file in it, such as {store.file.name}/alertd.db")
    if store.file is not None:
        with suppress(OSError):  # there already, or SQLite says what is wrong; a new file is its owner's alone
            os.close(os.open(store.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if upgrade:
            store.upgrade()
        else:
            store.version()
        store.keep_to_its_file()
    except Exception:
        store.close()
        raise
    return store
