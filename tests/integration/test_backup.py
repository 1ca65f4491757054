"""A copy of a store that is in use, and putting it back: whole, never over another file, never under a running alertd."""

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alertd.errors import CannotRun
from alertd.store import audit, backup
from alertd.store.database import HEAD, Store, open_store

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)


def nothing(_: int, __: int) -> None:
    """No bar."""


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "alertd.db"
    shutil.copy(sqlite_template, path)
    return path


@pytest.fixture
def opened(file: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{file}")
    yield store
    store.close()


def write(store: Store, subject: str) -> None:
    with store.write() as session:
        audit.record(session, at=NOW, actor="test", action="note", subject=subject)


def subjects(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT subject FROM audit ORDER BY seq")]


def test_a_copy_holds_what_was_committed_while_others_go_on_writing(opened: Store, tmp_path: Path) -> None:
    write(opened, "before")
    target = tmp_path / "copy.db"
    calls: list[tuple[int, int]] = []

    def while_copying(done: int, total: int) -> None:
        calls.append((done, total))
        write(opened, "meanwhile")

    with opened.read():  # a reader stands in nobody's way either
        backup.copy(tmp_path / "alertd.db", target, while_copying)
    assert subjects(target) == ["before"]
    assert calls[-1][0] == calls[-1][1] > 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith((".", "copy"))) == ["copy.db"]


def test_a_copy_is_never_written_over_a_file_nor_made_of_nothing(opened: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(CannotRun, match="is there already"):
        backup.copy(tmp_path / "alertd.db", target, nothing)
    assert target.read_text(encoding="utf-8") == "mine"
    with pytest.raises(CannotRun, match="nothing to copy"):
        backup.copy(tmp_path / "no.db", tmp_path / "other.db", nothing)
    with pytest.raises(CannotRun, match="cannot be written"):
        backup.copy(tmp_path / "alertd.db", tmp_path / "no" / "other.db", nothing)
    assert not (tmp_path / "no.db").exists()


def test_a_copy_that_breaks_off_leaves_nothing_behind(opened: Store, tmp_path: Path) -> None:
    def breaks(_: int, __: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(CannotRun, match="No space left"):
        backup.copy(tmp_path / "alertd.db", tmp_path / "copy.db", breaks)
    assert not [path for path in tmp_path.iterdir() if "copy" in path.name]


def test_a_restored_store_is_the_backup_and_the_old_one_is_kept_whole(file: Path, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{file}")
    write(store, "one")
    backup.copy(file, tmp_path / "copy.db", nothing)
    write(store, "two")
    store.close()
    file.chmod(0o640)
    kept = backup.restore(tmp_path / "copy.db", file, nothing, stamp="now")
    assert kept == tmp_path / "alertd.db.before-restore-now"
    assert subjects(file) == ["one"]
    assert subjects(kept) == ["one", "two"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    again = open_store(f"sqlite:///{file}")
    write(again, "three")
    again.close()
    assert subjects(file) == ["one", "three"]


def test_a_store_in_use_is_not_replaced(opened: Store, file: Path, tmp_path: Path) -> None:
    write(opened, "one")
    backup.copy(file, tmp_path / "copy.db", nothing)
    with pytest.raises(CannotRun, match="in use; stop the running alertd"):  # its connections rest in the pool
        backup.restore(tmp_path / "copy.db", file, nothing, stamp="now")
    write(opened, "two")
    assert subjects(file) == ["one", "two"]
    assert not list(tmp_path.glob("*before-restore*"))
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_store_is_replaced_and_its_log_goes_aside_with_it(file: Path, tmp_path: Path) -> None:
    backup.copy(file, tmp_path / "copy.db", nothing)
    file.write_bytes(b"no database at all" * 100)
    file.with_name("alertd.db-wal").write_bytes(b"old")
    kept = backup.restore(tmp_path / "copy.db", file, nothing, stamp="now")
    assert kept is not None
    assert kept.read_bytes().startswith(b"no database")
    assert not file.with_name("alertd.db-wal").exists()
    assert subjects(file) == []


def test_where_there_is_no_store_the_backup_becomes_it(file: Path, tmp_path: Path) -> None:
    file.rename(tmp_path / "copy.db")
    assert backup.restore(tmp_path / "copy.db", file, nothing, stamp="now") is None
    assert subjects(file) == []


def test_what_is_no_alertd_store_or_a_newer_one_is_refused(file: Path, tmp_path: Path) -> None:
    text, other, newer = (tmp_path / name for name in ("a.txt", "other.db", "newer.db"))
    text.write_text("hello", encoding="utf-8")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    shutil.copy(file, newer)
    with closing(sqlite3.connect(newer, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    for path, said in ((text, "no whole alertd store"), (other, "no whole alertd store"), (newer, "newer alertd")):
        with pytest.raises(CannotRun, match=said):
            backup.restore(path, file, nothing, stamp="now")
    with pytest.raises(CannotRun, match="is no file"):
        backup.restore(tmp_path / "none.db", file, nothing, stamp="now")
    assert file.read_bytes() == before
    assert HEAD < "9999"
