"""What doctor and the audit commands see in a store, on both databases."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from alertd.check import audit as audit_rows
from alertd.check import calendar
from alertd.check.health import Health, Seen
from alertd.check.store import store_seen
from alertd.model.alerts import Cycle
from alertd.model.base import table_of
from alertd.model.files import files_table
from alertd.settings.shapes import Settings, Site
from alertd.settings.source_shapes import SourceSettings
from alertd.store import audit
from alertd.store.database import Store
from alertd.store.site import claim_mode

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)


def settings(folder: Path, mode: str = "live") -> Settings:
    source = SourceSettings.model_validate(
        {"name": "drop", "dataset": "files", "kind": "spreadsheet", "path": "*.csv", "fields": {"code": "Ma"}}
    )
    site = Site.model_validate({"mode": mode})
    return Settings(folder=folder, units={}, sources=(source,), site=site)


def looked(store: Store, folder: Path, mode: str = "live") -> dict[str, Seen]:
    called: list[Session] = []
    url = store.url.render_as_string(hide_password=False)
    seen = {each.subject: each for each in store_seen(url, settings(folder, mode), NOW, called.append)}
    assert len(called) == 1
    return seen


def cycle(store: Store, at: datetime) -> None:
    with store.write() as session:
        columns = {"rule_set": "", "ran": "[]", "faults": "{}", "live_mode": True, "state": "done"}
        counts = dict.fromkeys(("findings", "opened", "worse", "resolved", "notices"), 0)
        session.connection().execute(insert(table_of(Cycle)).values(now=at, **columns, **counts))


def test_a_well_store_says_its_schema_mode_and_last_cycle(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        claim_mode(session, "live")
    cycle(store, NOW)
    seen = looked(store, tmp_path)
    assert {each.health for each in seen.values()} == {Health.OK}
    assert "writable" in seen["store"].what
    assert "05/10/2026 08:00" in seen["clock"].what


def test_a_cycle_from_the_future_is_a_fault_except_in_trials(store: Store, tmp_path: Path) -> None:
    cycle(store, datetime(2026, 10, 6, tzinfo=UTC))
    assert looked(store, tmp_path)["clock"].health is Health.FAULT
    assert looked(store, tmp_path, "trial")["clock"].health is Health.OK


def test_a_store_of_trials_under_a_live_config_is_a_fault(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        claim_mode(session, "trial")
    assert looked(store, tmp_path)["mode"].health is Health.FAULT
    assert looked(store, tmp_path, "trial")["mode"].health is Health.OK


def unopened(path: Path) -> list[Seen]:
    return store_seen(f"sqlite:///{path}", settings(path.parent), NOW, lambda _: None)


def test_a_store_that_is_not_there_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    (seen,) = unopened(tmp_path / "alertd.db")
    assert seen.health is Health.OK
    assert not (tmp_path / "alertd.db").exists()
    (seen,) = unopened(tmp_path / "no" / "alertd.db")
    assert (seen.health, seen.cure) == (Health.FAULT, "create it")


def test_a_newer_store_and_a_file_that_is_none_are_faults_with_their_cure(
    tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = unopened(tmp_path / "newer.db")[0]
    assert (newer.health, newer.cure) == (Health.FAULT, "update alertd")
    (tmp_path / "text.db").write_text("hello " * 1000, encoding="utf-8")
    (text,) = unopened(tmp_path / "text.db")
    assert text.health is Health.FAULT
    assert "restore a backup" in text.cure


@pytest.fixture
def chain(store: Store) -> Store:
    with store.write() as session:
        for hour, (actor, action, subject) in enumerate(
            [
                ("an", "source.accept", "source:one-stop"),
                ("alertd", "cycle", "cycle:1"),
                ("an", "notice.retry", "notice:1_"),
            ]
        ):
            at = NOW.replace(hour=hour + 1)
            audit.record(session, at=at, actor=actor, action=action, subject=subject, reason="because")
    return store


def test_audit_rows_are_found_by_who_what_and_since_the_newest_last(chain: Store) -> None:
    with chain.read() as session:

        def found(**by: object) -> list[int]:
            return [row.seq for row in audit_rows.listed(session, **by)]  # type: ignore[arg-type]

        assert found() == [1, 2, 3]
        assert found(limit=2) == [2, 3]
        assert found(actor="an") == [1, 3]
        assert found(subject="notice:1_") == [3]
        assert found(subject="notice:%") == []
        assert found(action="source") == [1]
        assert found(since=NOW.replace(hour=2)) == [2, 3]
        assert audit_rows.length(session) == 3
        assert audit_rows.hash_of(session, 3) == audit.head(session)[1]
        assert audit_rows.hash_of(session, 4) is None


def test_walking_the_chain_counts_every_row(chain: Store) -> None:
    walked: list[int] = []
    with chain.read() as session:
        assert list(audit.verify(session, walked=lambda: walked.append(1))) == []
    assert len(walked) == 3


def test_open_files_that_are_due_on_days_that_nobody_confirmed_are_counted(store: Store, tmp_path: Path) -> None:
    due = date(2027, 1, 4).toordinal()
    moments = dict.fromkeys(("first_seen_at", "version_since", "changed_at"), NOW)
    marks = {"preferred": True, "waiting_for_citizen": False, "by_minute": False}
    given = {"source": "one-stop", "raw_hash": 0, "missed": 0, **moments, **marks}
    with store.write() as session:
        for number, (day, is_open) in enumerate([(due, True), (due, False), (due - 30, True)]):
            row = given | {"code": f"c{number}", "due_day": day, "is_open": is_open}
            session.connection().execute(insert(files_table).values(row))
    with store.read() as session:
        (seen,) = calendar.due_beyond(session, settings(tmp_path))
        assert seen.what.startswith("1 open files are due after 2026-12-31")
