"""A copy of an SQLite store while it is in use, and putting one back. Other databases have tools of their own for this."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from alertd.errors import CannotRun
from alertd.store.database import HEAD

Step = Callable[[int, int], None]  # pages done, pages in all

_PAGES = 2_000  # of 4 KiB between two calls of Step
_WAIT = 2.0  # seconds for a lock that somebody gives back soon


def copy(source: Path, target: Path, step: Step) -> None:
    """Write a whole and consistent copy as a new file that only its owner reads. Others may write to the store meanwhile.

    Raises CannotRun where the target is there already, or cannot be written; half a copy never has its name.
    """
    if not source.is_file():
        raise CannotRun(f"{source} is not there: there is nothing to copy yet")
    if target.exists():
        raise CannotRun(f"{target} is there already; name a file that is not")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(source, part, step)
        _check(part)
        _give_name(part, target)
    except OSError as error:
        raise CannotRun(f"{target} cannot be written ({error.strerror}); name another place") from None
    except sqlite3.Error as error:
        raise CannotRun(f"the copy to {target} failed ({error}); see whether its disk is full") from None
    finally:
        for left in (part, part.with_name(f"{part.name}-journal"), part.with_name(f"{part.name}-wal")):
            left.unlink(missing_ok=True)


def restore(backup: Path, store: Path, step: Step, *, stamp: str) -> Path | None:
    """Put the backup in the store's place; gives where the old store is kept, None where there was none. ``stamp`` ends the
    name of what is kept.

    Raises CannotRun where the backup is no alertd store of this version or an older one, or where somebody uses the store.
    """
    _check_backup(backup)
    fresh = store.with_name(f".{store.name}.{os.getpid()}.part")
    fresh.unlink(missing_ok=True)
    copy(backup, fresh, step)
    try:
        with _nobody_else(store):
            kept = _put_aside(store, stamp)
            _same_owner(fresh, store)
            os.replace(fresh, store)  # noqa: PTH105 - a crash leaves the one or the other, never none
            _sync_folder(store.parent)
    except OSError as error:
        raise CannotRun(f"{store} cannot be replaced ({error.strerror}); see to the rights of its folder") from None
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _copy(source: Path, target: Path, step: Step) -> None:
    with closing(_opened(source)) as reading, closing(sqlite3.connect(target, isolation_level=None)) as writing:
        # An open read transaction pins the moment: else the copy would begin anew whenever somebody writes.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.backup(writing, pages=_PAGES, progress=lambda _, left, total: step(total - left, total))
        writing.execute("PRAGMA journal_mode = DELETE")  # all of it in the one file


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=_WAIT)


def _check(path: Path) -> None:
    with closing(_opened(path)) as copied:
        said = copied.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise sqlite3.DatabaseError(said)


def _check_backup(backup: Path) -> None:
    if not backup.is_file():
        raise CannotRun(f"{backup} is no file; name one that `alertd db backup` wrote")
    try:
        _check(backup)
        with closing(_opened(backup)) as opened:
            version = opened.execute("SELECT version_num FROM alembic_version").fetchone()
            known = opened.execute(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('audit', 'site_facts')"
            ).fetchone()
    except sqlite3.Error as error:
        raise CannotRun(
            f"{backup} is no whole alertd store ({error}); name one that `alertd db backup` wrote"
        ) from None
    if version is None or known[0] != 2:
        raise CannotRun(f"{backup} is no alertd store; name one that `alertd db backup` wrote")
    if version[0] > HEAD:
        raise CannotRun(
            f"{backup} was written by a newer alertd (schema {version[0]}, this one knows {HEAD}); update alertd"
        )


@contextmanager
def _nobody_else(store: Path) -> Iterator[None]:
    """Raises CannotRun where another process has the store open. SQLite leaves its write-ahead log only when alone, and
    brings all of it into the store on that way. A store that is damaged cannot be asked, and is replaced all the same."""
    with ExitStack() as opened:
        if store.exists():
            alone = opened.enter_context(closing(_opened(store)))
            try:
                alone.execute("PRAGMA journal_mode = DELETE")
                alone.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise CannotRun(f"{store} is in use; stop the running alertd first, then restore again") from None
                raise CannotRun(f"{store} cannot be opened ({error}); see to its rights") from None
            except sqlite3.DatabaseError:
                alone.close()
        yield


def _put_aside(store: Path, stamp: str) -> Path | None:
    if not store.exists():
        return None
    kept = store.with_name(f"{store.name}.before-restore-{stamp}")
    try:
        os.link(store, kept)
    except FileExistsError:
        raise CannotRun(f"{kept} is there already; take it away") from None
    except OSError:  # no links on this file system
        shutil.copy2(store, kept)
    for tail in (
        "-wal",
        "-shm",
        "-journal",
    ):  # left where the old store is damaged; they would be taken for the new one's
        with suppress(FileNotFoundError):
            store.with_name(store.name + tail).rename(kept.with_name(kept.name + tail))
    return kept


def _same_owner(fresh: Path, store: Path) -> None:
    """Who restores may be root, who runs alertd seldom is."""
    if store.exists():
        seen = store.stat()
        os.chown(fresh, seen.st_uid, seen.st_gid)
        fresh.chmod(seen.st_mode & 0o660)  # a store that everybody could read is not put back as one


def _give_name(part: Path, target: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(part, target)  # refuses where somebody else has written the name meanwhile
    except FileExistsError:
        raise CannotRun(f"{target} is there already; name a file that is not") from None
    except OSError:  # no links on this file system
        part.rename(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
