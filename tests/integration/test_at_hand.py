"""The store as the check of rules finds it: whatever it is like, nothing is made, changed or raised, and one line says why."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from alertd.alerts.cycles import begin
from alertd.check.at_hand import AtHand, at_hand
from alertd.errors import in_language
from alertd.model.rule import RuleSet
from alertd.rules.rulebook import Rulebook
from alertd.store.database import Store
from tests.integration.rules_site import CALENDAR, Site, book_of, rule, shipped
from tests.integration.test_rules_data import files

NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)
NEVER = "when: working_days_late >= 9999\n"


def look(url: str, book: Rulebook | None = None, seconds: float = 20.0) -> AtHand:
    return at_hand(url, book or book_of(rule(NEVER)), CALENDAR, NOW, seconds=seconds)


def address(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_the_records_of_the_store_are_looked_at(store: Store) -> None:
    Site(store, with_days=True).poll(*files(30))
    found = look(address(store))
    assert found.left_out == ""
    assert ["holds for none of the 30" in fault.what for fault in found.faults] == [True]


def test_a_store_whose_last_cycle_lies_ahead_is_looked_at_by_its_own_clock(store: Store) -> None:
    site = Site(store, with_days=True)
    site.poll(*files(30))
    with store.write() as session:
        begin(session, site.at("2027-06-01 10:00"), RuleSet({}, ""))
    late = book_of(rule("measure: working_days_late\nlevels: {reminder: 150}\n"))
    assert not any("holds for none" in fault.what for fault in look(address(store), late).faults)


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = look(f"sqlite:///{tmp_path / 'alertd.db'}")
    assert found.faults == []
    assert found.left_out == (
        "the records in the store were not looked at: alertd.db is not there yet; `alertd run --once` reads the sources into it"
    )
    assert in_language(found.left_out, "vi") == (
        "chưa xem được các bản ghi trong kho dữ liệu: chưa có tệp alertd.db; lệnh `alertd run --once` đọc các nguồn vào tệp này"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"name,unit\nA,B\n" * 100, b"SQLite format 3\0" + b"x" * 4096])
def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alertd.db").write_bytes(content)
    assert "not looked at" in look(f"sqlite:///{tmp_path / 'alertd.db'}").left_out
    assert (tmp_path / "alertd.db").read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["alertd.db"]


def test_a_database_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "theirs.db") as theirs:
        theirs.execute("CREATE TABLE t (a)")
    theirs.close()
    before = (tmp_path / "theirs.db").read_bytes()
    assert "theirs.db is not kept by alertd" in look(f"sqlite:///{tmp_path / 'theirs.db'}").left_out
    assert (tmp_path / "theirs.db").read_bytes() == before


def test_a_folder_in_the_place_of_the_store_is_told(tmp_path: Path) -> None:
    assert "not looked at" in look(f"sqlite:///{tmp_path}").left_out


@pytest.mark.parametrize(("version", "cure"), [("0000", "alertd db upgrade"), ("9999", "update alertd")])
def test_a_store_of_another_schema_is_neither_read_nor_upgraded(store: Store, version: str, cure: str) -> None:
    Site(store, with_days=True).poll(*files(30))
    with store.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    try:
        found = look(address(store))
        assert (found.faults, cure in found.left_out) == ([], True)
        assert store.version() == version
    finally:
        with store.write() as session:
            session.connection().execute(text("UPDATE alembic_version SET version_num = '0001'"))


def test_a_writer_is_not_waited_for(store: Store) -> None:
    Site(store, with_days=True).poll(*files(30))
    with store.write() as session:
        session.connection().execute(text("UPDATE file_copies SET section = 'x'"))
        assert len(look(address(store)).faults) == 1


def test_a_store_that_somebody_keeps_locked_is_told_after_the_time(store: Store) -> None:
    if not store.dialect.is_sqlite:
        Site(store, with_days=True).poll(*files(30))
        with store.engine.connect() as connection, connection.begin():
            connection.execute(text("LOCK TABLE file_copies IN ACCESS EXCLUSIVE MODE"))
            assert "no answer within 0 s" in look(address(store), seconds=0.3).left_out
        return
    lock = sqlite3.connect(str(store.file), isolation_level=None)
    store.close()
    lock.execute("PRAGMA locking_mode = EXCLUSIVE")
    lock.execute("BEGIN EXCLUSIVE")
    found = look(address(store), seconds=0.3)
    lock.execute("ROLLBACK")
    lock.close()
    assert "not looked at" in found.left_out
    assert found.faults == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://alertd:hunter2@127.0.0.1:1/none",
        "postgresql+psycopg://alertd:hunter2@no-such-host.invalid/none",
        "mysql://alertd:hunter2@h/x",
        "hunter2",
    ],
)
def test_a_server_that_is_down_or_unknown_is_told_without_its_password(url: str) -> None:
    found = look(url)
    assert found.faults == []
    assert "not looked at" in found.left_out
    assert "hunter2" not in found.left_out + in_language(found.left_out, "vi")


def test_where_no_rule_can_run_the_store_is_not_opened(tmp_path: Path) -> None:
    book = Rulebook(shipped().set, {}, "vi")
    assert at_hand(f"sqlite:///{tmp_path / 'alertd.db'}", book, CALENDAR, NOW + timedelta(0)) == AtHand()
