"""A store that cannot be used: each way ends in a message that says what it is and what to do, and nothing is lost."""

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from alertd.errors import CannotRun
from alertd.model.audit import SiteFact
from alertd.model.base import table_of
from alertd.store.database import HEAD, Store, open_store
from alertd.store.lock import held
from alertd.store.site import keep_fact, read_fact
from alertd.store.unwell import cure_for

_facts = table_of(SiteFact)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'alertd.db'}")
    with store.write() as session:
        keep_fact(session, "known", "before")
    yield store
    store.close()


def keep(store: Store, value: str) -> None:
    with store.write() as session:
        keep_fact(session, "known", value)


def known(store: Store) -> str | None:
    with store.read() as session:
        return read_fact(session, "known")


# --- locked, read-only -----------------------------------------------------------------------------------------------
def test_a_store_that_another_process_holds_is_locked_and_later_free_again(opened: Store) -> None:
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")  # else it is waited for, half a minute
    with closing(sqlite3.connect(str(opened.file), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotRun, match=r"alertd\.db: locked by another process; end the other alertd, or wait"):
            keep(opened, "after")
        assert known(opened) == "before"
    keep(opened, "after")
    assert known(opened) == "after"


@contextmanager
def as_somebody_else(*paths: Path) -> Iterator[None]:
    """Without write access to the paths; root ignores modes, so it becomes another user for the while."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach; those of pytest are their owner's alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_store_in_a_folder_that_cannot_be_written_is_read_only(open_folder: Path) -> None:
    path = open_folder / "alertd.db"
    open_store(f"sqlite:///{path}").close()
    with as_somebody_else(open_folder, path):
        with pytest.raises(
            CannotRun, match=r"(it is read-only; give|it cannot be opened; create its folder, and let) the user"
        ):
            open_store(f"sqlite:///{path}")
        store = Store(f"sqlite:///{path}")
        with pytest.raises(CannotRun, match="no lock can be made beside it"), held(store, "cycle"):
            pass
        store.close()
    open_store(f"sqlite:///{path}").close()


def test_a_new_store_in_a_folder_that_cannot_be_written_is_not_made(open_folder: Path) -> None:
    with (
        as_somebody_else(open_folder),
        pytest.raises(CannotRun, match="it cannot be opened; create its folder, and let the user"),
    ):
        open_store(f"sqlite:///{open_folder / 'alertd.db'}")


def test_a_database_that_takes_no_writes_says_so(postgres_store: Store) -> None:
    name = postgres_store.url.database
    with postgres_store.engine.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    stand_by = Store(postgres_store.url)
    try:
        with pytest.raises(
            CannotRun, match=r"it takes no writes \(a stand-by\?\); name the primary server in \[store\] url"
        ):
            keep(stand_by, "after")
    finally:
        with postgres_store.engine.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
            connection.commit()
        stand_by.close()


# --- a full disk -----------------------------------------------------------------------------------------------------
def test_a_full_disk_changes_nothing_and_is_told_in_whatever_way_rows_are_written(opened: Store) -> None:
    with opened.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def past_sqlalchemy() -> None:
        with opened.write() as session:
            rows = ((f"name {number}", "x" * 4_000) for number in range(1_000))
            opened.dialect.bulk_insert(session.connection(), _facts, ("name", "value"), rows)

    full = r"alertd\.db: its disk is full; free some space; nothing was changed"
    with pytest.raises(CannotRun, match=full):
        keep(opened, "x" * 10_000_000)
    with pytest.raises(CannotRun, match=full):
        past_sqlalchemy()
    assert known(opened) == "before"
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    keep(opened, "after")
    assert known(opened) == "after"


def test_a_disk_that_takes_no_more_bytes_is_told_as_well(opened: Store) -> None:
    """In a process of its own, whose files may not grow: what the kernel says is another error than a full disk."""
    code = """
import resource, sys
from alertd.errors import CannotRun
from alertd.store.database import open_store
from alertd.store.site import keep_fact
store = open_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    with store.write() as session:
        keep_fact(session, "known", "x" * 50_000_000)
except CannotRun as error:
    print(error)
"""
    words = [sys.executable, "-c", code, f"sqlite:///{opened.file}"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert "its disk" in done.stdout
    assert known(opened) == "before"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


# --- not a store of this alertd --------------------------------------------------------------------------------------
def test_a_folder_that_is_not_there_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"the folder .*/nowhere does not exist; create it"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'alertd.db'}")


def test_a_folder_in_the_place_of_the_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="it is a folder; name a file in it, such as"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "content", [b"units;heads\n" * 1_000, b"\x00" * 4_096 + b"x", b"SQLite format 3\x00" + b"\xff" * 4_096]
)
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "alertd.db"
    path.write_bytes(content)
    with pytest.raises(CannotRun, match=r"its file is (not a database|damaged); restore a backup"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("9999", f"was written by a newer alertd \\(schema 9999, this one knows {HEAD}\\); update alertd"),
        ("0000", "its schema is none that alertd knows; name another database in"),
    ],
)
def test_a_store_of_another_schema_is_not_touched(store: Store, version: str, message: str) -> None:
    with store.engine.connect().execution_options(alertd_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    try:
        with pytest.raises(CannotRun, match=message):
            open_store(store.url)
        assert store.version() == version
    finally:
        with store.engine.connect().execution_options(alertd_write=True) as connection, connection.begin():
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": HEAD})


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE alerts (id INTEGER, text TEXT)")
        other.commit()
    with pytest.raises(CannotRun, match=r"tables of another program stand there \(alerts\); name an empty database"):
        open_store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("alerts",)]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "SQLite or PostgreSQL, not in mysql"),
        ("alertd.db", "is no database address; write sqlite:///alertd.db or postgresql"),
        ("postgresql+nodriver://host/name", "is no database address; write sqlite:///alertd.db or postgresql"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_being_repeated(url: str, message: str) -> None:
    with pytest.raises(CannotRun, match=message):
        Store(url)


# --- a server that is not there, or says no --------------------------------------------------------------------------
def test_a_server_that_does_not_answer_is_told(postgres: str) -> None:
    gone = make_url(postgres).set(host="127.0.0.1", port=1).update_query_dict({"host": "127.0.0.1", "port": "1"})
    with pytest.raises(CannotRun, match="its server does not answer; start it, or correct"):
        open_store(gone)


def test_a_database_that_is_not_there_is_told(postgres: str) -> None:
    with pytest.raises(CannotRun, match="the database or its user does not exist; create it, or correct"):
        open_store(make_url(postgres).set(database="no_such_database"))


def test_a_connection_that_breaks_in_the_middle_loses_nothing_and_the_next_one_works(postgres_store: Store) -> None:
    keep(postgres_store, "before")

    def cut_off() -> None:
        with postgres_store.write() as session:
            keep_fact(session, "known", "lost")
            number = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
            with postgres_store.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:n)"), {"n": number})
            keep_fact(session, "known", "lost too")

    with pytest.raises(CannotRun, match="the connection to it broke; see that the server runs"):
        cut_off()
    assert known(postgres_store) == "before"


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ('FATAL: password authentication failed for user "a"', "check user and password in [store] url"),
        ("fe_sendauth: no password supplied", "check user and password in [store] url"),
        ('FATAL: no pg_hba.conf entry for host "1.2.3.4"', "check user and password in [store] url"),
        ("FATAL: sorry, too many clients already", "raise max_connections, or end other clients"),
        ("FATAL: the database system is starting up", "see that the server runs; alertd tries again"),
        ("could not translate host name", "correct [store] url"),
        ("[Errno -2] Name or service not known", "correct [store] url"),
        ("permission denied for schema public", "make the user in [store] url the owner of the database"),
        ("could not extend file: No space left on device", "free some space; nothing was changed, the work goes on"),
        ("connection timeout expired", "start it, or correct [store] url"),
        ("database disk image is malformed", "restore a backup with `alertd db restore`"),
    ],
)
def test_what_a_driver_says_is_told_with_its_cure(said: str, cure: str) -> None:
    told = cure_for(RuntimeError(said))
    assert told is not None
    assert told.split("; ", 1)[1].startswith(cure)


@pytest.mark.parametrize(
    "said",
    [
        "operator does not exist: boolean = integer",
        'relation "alerts" does not exist',
        'column "x" does not exist',
        "no such table: alerts",
        "UNIQUE constraint failed: alerts.rule",
        "near SELECT: syntax error",
    ],
)
def test_a_fault_of_alertds_own_is_not_told_as_one_of_the_store(said: str) -> None:
    assert cure_for(RuntimeError(said)) is None


# --- another file ----------------------------------------------------------------------------------------------------
def test_a_store_whose_file_is_removed_or_replaced_refuses_everything_until_it_is_opened_anew(tmp_path: Path) -> None:
    path = tmp_path / "một alertd.db"
    store, aside = open_store(f"sqlite:///{path}"), tmp_path / "aside.db"
    keep(store, "before")
    path.rename(aside)
    with pytest.raises(
        CannotRun, match=r"một alertd\.db: its file was removed while .* started anew\. Stop it, put the file"
    ):
        keep(store, "after")
    with pytest.raises(CannotRun, match="was removed"):
        known(store)
    path.touch()
    with pytest.raises(CannotRun, match="was replaced by another one"):
        keep(store, "after")
    aside.replace(path)
    assert known(store) == "before"  # put back, it goes on
    store.close()
