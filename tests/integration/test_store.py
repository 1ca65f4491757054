"""The store as everyone uses it: transactions that are whole, views that do not move, values that come back as they went in."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.model.alerts import TEMPORARY, Alert, alerts_table
from alertd.model.audit import SiteFact
from alertd.model.base import moment_text, table_of
from alertd.model.words import AlertState, Level
from alertd.store.database import Store, open_store
from alertd.store.site import claim_mode, keep_fact, read_fact

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
_facts = table_of(SiteFact)


class Halt(Exception):
    pass


def facts(store: Store) -> dict[str, str]:
    with store.read() as session:
        return {row.name: row.value for row in session.connection().execute(select(_facts))}


# --- transactions ----------------------------------------------------------------------------------------------------
def test_what_is_written_is_there_and_what_fails_is_not(store: Store) -> None:
    with store.write() as session:
        keep_fact(session, "a", "1")

    def halfway() -> None:
        with store.write() as session:
            keep_fact(session, "a", "2")
            keep_fact(session, "b", "1")
            raise Halt

    with pytest.raises(Halt):
        halfway()
    assert facts(store) == {"a": "1"}


def test_a_savepoint_that_was_given_back_does_not_outlive_the_rollback_around_it(store: Store) -> None:
    def halfway() -> None:
        with store.write() as session:
            with session.begin_nested():
                keep_fact(session, "inner", "1")
            raise Halt

    with pytest.raises(Halt):
        halfway()
    assert facts(store) == {}


def test_a_savepoint_that_fails_takes_back_its_own_part_only(store: Store) -> None:
    def part(session: Session) -> None:
        with session.begin_nested():
            keep_fact(session, "inner", "1")
            raise Halt

    with store.write() as session:
        keep_fact(session, "outer", "1")
        with pytest.raises(Halt):
            part(session)
        keep_fact(session, "after", "1")
    assert facts(store) == {"outer": "1", "after": "1"}


def test_a_table_that_is_made_in_a_transaction_is_gone_after_its_rollback(store: Store) -> None:
    def halfway() -> None:
        with store.write() as session:
            session.connection().execute(text("CREATE TABLE half_made (id INTEGER)"))
            session.connection().execute(text("INSERT INTO half_made VALUES (1)"))
            raise Halt

    with pytest.raises(Halt):
        halfway()
    assert not inspect(store.engine).has_table("half_made")


def test_a_reader_sees_one_state_however_long_it_looks(store: Store) -> None:
    with store.write() as session:
        keep_fact(session, "a", "before")
    with store.read() as session:
        assert read_fact(session, "a") == "before"
        with store.write() as other:
            keep_fact(other, "a", "after")
            keep_fact(other, "b", "new")
        assert read_fact(session, "a") == "before"
        assert read_fact(session, "b") is None
    assert facts(store) == {"a": "after", "b": "new"}


def test_writers_take_turns(store: Store) -> None:
    with store.write() as session:
        keep_fact(session, "count", "0")

    def add() -> None:
        for _ in range(10):
            with store.write() as session:
                store.dialect.serialise(session.connection(), 1)
                keep_fact(session, "count", str(int(read_fact(session, "count") or 0) + 1))

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert facts(store) == {"count": "30"}


def test_a_fault_of_the_program_stays_what_it_is(store: Store) -> None:
    def twice() -> None:
        with store.write() as session:
            session.connection().execute(insert(_facts), [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}])

    with pytest.raises(IntegrityError):
        twice()


# --- values ----------------------------------------------------------------------------------------------------------
def alert(**more: Any) -> Alert:
    given: dict[str, Any] = {
        "rule": "r",
        "rule_version": "v",
        "dataset": "files",
        "key": "k",
        "record_id": 1,
        "source": "s",
    }
    return Alert(**(given | {"level": Level.WARNING, "opened_at": NOW, "changed_at": NOW} | more))


def test_a_word_of_a_closed_list_is_stored_as_its_value(store: Store) -> None:
    with store.write() as session:
        session.add(alert(state=AlertState.ACKNOWLEDGED))
        session.connection().execute(insert(_facts).values(name="state", value=AlertState.DISPUTED))
    with store.read() as session:
        row = session.connection().execute(text("SELECT state, level FROM alerts")).one()
        assert tuple(row) == ("acknowledged", 2)
        assert session.connection().execute(select(alerts_table.c.state)).scalar_one() == AlertState.ACKNOWLEDGED
    assert facts(store) == {"state": "disputed"}


def test_a_moment_comes_back_in_utc_and_to_the_second(store: Store) -> None:
    hanoi = timezone(timedelta(hours=7))
    with store.write() as session:
        session.add(alert(opened_at=datetime(2026, 10, 5, 8, 0, 0, 999_999, tzinfo=hanoi), resolved_at=None))
    with store.read() as session:
        row = session.connection().execute(select(alerts_table.c.opened_at, alerts_table.c.resolved_at)).one()
    assert tuple(row) == (NOW, None)
    assert row.opened_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_a_fault_of_the_program(store: Store) -> None:
    def naive() -> None:
        with store.write() as session:
            session.add(alert(opened_at=datetime(2026, 10, 5)))

    with pytest.raises(Exception, match="every moment in alertd is aware"):
        naive()


@pytest.mark.parametrize("year", [1, 999, 1970, 2026, 9999])
def test_moments_are_ordered_and_equal_however_they_were_written(store: Store, year: int) -> None:
    """Bulk writes send text past SQLAlchemy; it has to be the same moment."""
    moment = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    told = moment_text(moment)
    values: dict[str, Any] = {
        "rule": "r",
        "rule_version": "v",
        "dataset": "files",
        "key": "k",
        "record_id": 1,
        "level": 1,
    }
    values |= {"source": "s", "state": "open", "reason": "", "acknowledged_by": "", "times_opened": 1}
    values |= {"opened_at": told, "changed_at": told}
    with store.write() as session:
        store.dialect.bulk_insert(session.connection(), alerts_table, tuple(values), [tuple(values.values())])
    c = alerts_table.c
    with store.read() as session:
        found = session.connection().execute(select(c.opened_at).where(c.opened_at == moment)).scalar_one()
        assert found == moment
        later = select(c.id).where(
            c.opened_at < moment + timedelta(seconds=1), c.opened_at > moment - timedelta(seconds=1)
        )
        assert len(session.connection().execute(later).all()) == 1


def test_any_text_comes_back_as_it_was(store: Store) -> None:
    hostile = "<script>{{7*7}}</script> =cmd|' /C calc'!A0\r\nĐất đai 😀 \\ \t ' \" ; -- %s :x " + "x" * 5_000
    with store.write() as session:
        keep_fact(session, "a", hostile)
    assert facts(store) == {"a": hostile}


# --- what a connection brings ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", TEMPORARY, ids=lambda table: str(table.name))
def test_tables_of_a_connection_are_its_own_and_can_be_emptied(store: Store, table: Any) -> None:
    with store.write() as session:
        connection = session.connection()
        store.dialect.empty(connection, table)  # the tests before may have used this connection
        assert connection.execute(select(table)).all() == []
    assert table.name not in inspect(store.engine).get_table_names()


def test_like_tells_capitals_from_small_letters_on_every_connection(store: Store) -> None:
    for _ in range(3):
        store.engine.dispose()
        with store.read() as session:
            assert not session.connection().execute(text("SELECT 'H26' LIKE 'h%'")).scalar()


# --- the facts of a store --------------------------------------------------------------------------------------------
def test_a_store_of_trials_never_goes_live(store: Store) -> None:
    with store.write() as session:
        claim_mode(session, "trial")
        claim_mode(session, "trial")
        with pytest.raises(CannotRun, match="was used for trials and can never be used in mode live; name another one"):
            claim_mode(session, "live")


def test_a_store_in_use_takes_no_trials_and_may_go_from_rehearsal_to_live(store: Store) -> None:
    with store.write() as session:
        claim_mode(session, "rehearsal")
        claim_mode(session, "live")
        claim_mode(session, "rehearsal")
        with pytest.raises(CannotRun, match="takes no trials"):
            claim_mode(session, "trial")


# --- opening ---------------------------------------------------------------------------------------------------------
def test_a_new_store_is_made_by_opening_it_and_known_when_it_is_opened_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'alertd.db'}"
    store = open_store(url)
    assert not store.upgrade()
    with store.write() as session:
        keep_fact(session, "a", "1")
    store.close()
    again = open_store(url)
    assert facts(again) == {"a": "1"}
    assert again.file == tmp_path / "alertd.db"
    again.close()


def test_a_store_can_be_looked_at_without_bringing_its_schema_up(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'alertd.db'}", upgrade=False)
    assert store.version() is None
    store.close()


def test_an_address_in_a_message_has_neither_user_nor_password() -> None:
    store = Store("postgresql+psycopg://alertd:hunter2@127.0.0.1:1/alertd?connect_timeout=1")
    assert store.shown == "postgresql+psycopg://127.0.0.1:1/alertd"
    assert store.file is None
    with pytest.raises(CannotRun, match="its server does not answer; start it") as raised:
        store.version()
    assert "hunter2" not in str(raised.value)
