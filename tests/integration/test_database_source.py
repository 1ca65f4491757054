"""The database source on SQLite: one SELECT, read in batches, with no way to write."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from alertd.errors import SourceFailed
from alertd.intake.sources.account import granted
from alertd.intake.sources.database import DatabaseSource
from alertd.model.source import Snapshot
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import SourceSettings

NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
QUERY = "select code, due, person from documents order by code"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "dữ liệu #1.db")) as connection, connection:
        connection.execute("create table documents (code text, due text, person text, note blob)")
        rows = [(f"VB-{i:05}", "2024-09-18", "A", b"100%") for i in range(2_500)]
        connection.executemany("insert into documents values (?, ?, ?, ?)", rows)
    return tmp_path


def source(folder: Path, **more: Any) -> DatabaseSource:
    made = {"name": "n", "dataset": "files", "kind": "database", "url": "sqlite:///dữ liệu #1.db", "query": QUERY}
    return DatabaseSource(
        SourceSettings.model_validate({**made, "fields": {"code": "code", "due_at": "due"}, **more}), folder=folder
    )


def read(folder: Path, **more: Any) -> tuple[Snapshot, list[tuple[str, Any]]]:
    snapshot = source(folder, **more).open({}, NOW)
    return snapshot, [row for page in snapshot.pages for row in page.records]


def test_rows_come_in_batches_with_the_mapped_columns_only(folder: Path) -> None:
    snapshot = source(folder).open({}, NOW)
    pages = list(snapshot.pages)
    assert [len(page.records) for page in pages] == [1000, 1000, 500]
    assert pages[1].records[0] == ("row 1001", {"code": "VB-01000", "due": "2024-09-18"})
    assert snapshot.columns == frozenset({"code", "due", "person"})


@pytest.mark.parametrize(
    "query",
    [
        "with d as (select * from documents) select code, due from d where code like '%1' and ':x' <> '10:30'",
        "select code, due from documents union all select code, due from documents;",
        "select code, due from documents -- all of them",
    ],
)
def test_one_select_of_any_shape_is_read_as_it_stands(folder: Path, query: str) -> None:
    assert read(folder, query=query)[1]


def test_a_blob_is_text_and_a_long_value_is_cut(folder: Path) -> None:
    query = "select code, note as due from documents where code = 'VB-00001'"
    assert read(folder, query=query)[1][0][1]["due"] == "100%"
    snapshot, rows = read(folder, max_cell=8)
    assert rows[0][1] == {"code": "VB-00000", "due": "2024-09-18… (10 characters)"}
    assert "2,500 values were too long" in snapshot.notes[0]


REFUSED = ["refused", "one SELECT"]
BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"query": "delete from documents"}, REFUSED),
    ({"query": "select 1; drop table documents"}, REFUSED),
    ({"query": "insert into documents (code) select 'x'"}, REFUSED),
    ({"query": "pragma query_only = off"}, REFUSED),
    ({"query": "create table x as select 1"}, REFUSED),
    ({"query": "with x as (delete from documents returning code) select code, code as due from x"}, ["refused"]),
    ({"query": ""}, REFUSED),
    ({"query": "select from where ((("}, ["schema", "correct it"]),
    ({"query": "select code, dueX from documents"}, ["schema", "no such column: dueX"]),
    ({"query": "select code as due_, due as code from documents"}, ["schema", "no column due", "did you mean 'due_'?"]),
    ({"query": "select code, code, due from documents"}, ["schema", "'code' is there 2 times"]),
    ({"url": "sqlite:///nowhere.db"}, ["unreachable", "nowhere.db"]),
    ({"url": "sqlite://"}, ["unreachable", "names no file"]),
    ({"url": "nonsense"}, ["unreachable", "no database address"]),
    ({"url": "nosuchkind://u:p4ssw0rd@host/db"}, ["unreachable", "no driver"]),
    ({"url": Secret("env:U", "postgresql+psycopg://u:p4ssw0rd@127.0.0.1:1/db")}, ["unreachable", "127.0.0.1"]),
]


@pytest.mark.parametrize(("more", "words"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_query_or_address_is_named_and_the_password_is_not(
    folder: Path, more: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(SourceFailed) as raised:
        read(folder, **more)
    assert raised.value.reason == words[0]
    assert all(word in str(raised.value) for word in words[1:])
    assert "p4ssw0rd" not in str(raised.value)
    assert "***" not in str(raised.value)  # an address in a message has no login at all


def test_a_file_that_is_no_database_is_named(folder: Path) -> None:
    (folder / "x.db").write_text("Hồ sơ" * 1000)
    with pytest.raises(SourceFailed, match="not a database"):
        read(folder, url="sqlite:///x.db")


def test_the_connection_cannot_write(folder: Path) -> None:
    before = (folder / "dữ liệu #1.db").read_bytes()
    with closing(source(folder).open({}, NOW)) as snapshot:  # given up half-way: nothing stays open
        next(snapshot.pages)
    read(folder)
    assert (folder / "dữ liệu #1.db").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["dữ liệu #1.db"]


def test_a_probe_says_what_the_first_page_holds(folder: Path) -> None:
    assert source(folder).probe(NOW).seen.endswith("1000 records on the first page, columns code, due, person")


def test_probing_says_the_fault_of_reading(folder: Path) -> None:
    reads: list[Callable[[], object]] = [
        lambda: source(folder, query="select code from documents").probe(NOW),
        lambda: read(folder, query="select code from documents"),
    ]
    said = set()
    for each in reads:
        with pytest.raises(SourceFailed) as raised:
            each()
        said.add(str(raised.value))
    assert len(said) == 1


def test_what_the_query_gives_and_nobody_keeps_is_named_where_it_looks_like_a_citizens(folder: Path) -> None:
    query = "select code, due, person as HoTenChuHoSo, note as so_dien_thoai from documents"
    (doubt,) = source(folder, query=query).probe(NOW).doubts
    assert doubt.startswith("the query gives HoTenChuHoSo, so_dien_thoai, which nobody keeps")
    assert {name for _, raw in read(folder, query=query)[1] for name in raw} == {"code", "due"}


@pytest.fixture
def postgres_documents(postgres: str) -> Iterator[str]:
    """A table, a function that writes, and two accounts: one that may read, one that may write."""
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in (
            "CREATE SCHEMA docs",
            "CREATE TABLE docs.documents (code text, due text)",
            "INSERT INTO docs.documents VALUES ('VB-1', '2026-09-18')",
            "CREATE FUNCTION docs.touch() RETURNS text LANGUAGE sql AS $$ DELETE FROM docs.documents RETURNING code $$",
            "CREATE ROLE docs_reader LOGIN",
            "CREATE ROLE docs_writer LOGIN",
            "GRANT USAGE ON SCHEMA docs TO docs_reader, docs_writer",
            "GRANT SELECT ON docs.documents TO docs_reader, docs_writer",
            "GRANT UPDATE, DELETE ON docs.documents TO docs_writer",
        ):
            connection.exec_driver_sql(statement)
        yield postgres
        connection.exec_driver_sql("DROP SCHEMA docs CASCADE")
        connection.exec_driver_sql("DROP ROLE docs_reader, docs_writer")
    admin.dispose()


def test_an_account_that_may_write_is_named_and_one_that_reads_is_not(postgres_documents: str, tmp_path: Path) -> None:
    query = "with d as (select * from docs.documents) select code, due from d"

    def doubts(role: str) -> tuple[str, ...]:
        url = make_url(postgres_documents)
        options = {**url.query, "options": f"-c role={role}"} if role else dict(url.query)
        secret = Secret("env:U", url.set(query=options).render_as_string(hide_password=False))
        return source(tmp_path, url=secret, query=query).probe(NOW).doubts

    assert doubts("docs_reader") == ()
    (writes,) = doubts("docs_writer")
    assert writes == (
        "the account may write to docs.documents; let alertd log in with one of its own that was given GRANT SELECT ON"
        " docs.documents alone"
    )
    (everything,) = doubts("")
    assert everything.startswith("the account is a superuser: it may write everything; ")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("select docs.touch() as code, '' as due", "refused"),  # a function that writes
        ("select code, due from docs.documents for update", "refused"),
        ("select code, due into docs.other from docs.documents", "refused"),
        ("select code, due from docs.documents; delete from docs.documents", "refused"),
        ("select code, set_config('transaction_read_only', 'off', true) as due from docs.documents", "refused"),
        ("select nextval('docs.s') as code, '' as due", "refused"),
    ],
)
def test_no_query_writes_whatever_the_account_may(
    postgres_documents: str, tmp_path: Path, query: str, reason: str
) -> None:
    admin = create_engine(postgres_documents, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE docs.s")
        with pytest.raises(SourceFailed) as raised:
            read(tmp_path, url=Secret("env:U", postgres_documents), query=query)
        assert raised.value.reason == reason, str(raised.value)
        assert connection.exec_driver_sql("SELECT count(*) FROM docs.documents").scalar() == 1
    admin.dispose()


def test_grants_of_mysql_are_read_for_more_than_reading() -> None:
    lines = [
        "GRANT USAGE ON *.* TO `alertd`@`%`",
        "GRANT SELECT, SHOW VIEW ON `docs`.* TO `alertd`@`%`",
        "GRANT SELECT (`a`), UPDATE (`a`) ON `docs`.`documents` TO `alertd`@`%`",
        "GRANT ALL PRIVILEGES ON `other`.* TO `alertd`@`%` WITH GRANT OPTION",
        "GRANT `reader`@`%` TO `alertd`@`%`",
    ]
    assert granted(lines) == ["docs.documents", "other.*"]
    assert granted(lines[:2]) == []
