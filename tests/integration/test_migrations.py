"""The migrations make the schema that the models describe, whole or not at all, whoever else is at it."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from alertd.model.base import metadata
from alertd.store.database import HEAD, Store, open_store
from alertd.store.migrate import config

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing stands yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server = make_url(request.getfixturevalue("postgres"))
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"{server.database}_new"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def test_the_migrated_schema_is_that_of_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_the_store_asks_for() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_migrated_tables_and_indexes_are_spelt_as_those_of_the_models(url: str) -> None:
    """Alembic compares neither the condition of a partial index nor the order of its columns; the databases tell both."""
    store = open_store(url)
    with store.engine.begin() as connection:
        migrated = definitions(connection)
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert definitions(connection) == migrated
    store.close()
    assert len(migrated) > 40


def definitions(connection: Connection) -> dict[str, str]:
    """Every index and, where the database keeps its text, every table, spelt alike."""
    ask = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }[connection.dialect.name]
    rows = {name: re.sub(r'[()\s"]', "", said) for name, said in connection.execute(text(ask))}
    return {name: said for name, said in rows.items() if "alembic_version" not in said}


@pytest.mark.parametrize("after", [0, 1, 20, 60])
def test_a_process_that_is_killed_in_a_migration_leaves_nothing_and_the_next_one_makes_it_whole(
    url: str, after: int
) -> None:
    code = """
import os, signal, sys
from sqlalchemy import Engine, event
from alertd.store.database import open_store
left = int(sys.argv[2])
@event.listens_for(Engine, "after_cursor_execute")
def kill(connection, cursor, statement, *_):
    global left
    if statement.lstrip().startswith("CREATE") and "TEMPORARY" not in statement:
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
open_store(sys.argv[1])
"""
    words = [sys.executable, "-c", code, url, str(after)]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = open_store(url, upgrade=False)
    assert left.version() is None
    assert inspect(left.engine).get_table_names() == []
    left.close()
    store = open_store(url)
    assert store.version() == HEAD
    assert set(inspect(store.engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    store.close()


def test_those_who_open_a_new_store_at_once_find_one_schema(url: str) -> None:
    start, versions, faults = threading.Barrier(3), list[Any](), list[Exception]()

    def come() -> None:
        start.wait()
        try:
            store = open_store(url)
            versions.append(store.version())
            store.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            faults.append(error)

    threads = [threading.Thread(target=come) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert versions == [HEAD] * 3


def test_a_store_that_is_up_to_date_is_opened_without_alembic(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "alertd.db"
    path.write_bytes(sqlite_template.read_bytes())
    code = "import sys; from alertd.store.database import open_store; open_store(sys.argv[1]); print('alembic' in sys.modules)"
    words = [sys.executable, "-c", code, f"sqlite:///{path}"]
    assert subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip() == "False"
