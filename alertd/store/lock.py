"""Locks that die with their process: one cycle, one poll of a source, one reader of the inbox at a time, on all machines."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text

from alertd.errors import CannotRun
from alertd.store.database import Store


@contextmanager
def held(store: Store, name: str) -> Iterator[bool]:
    """True while this block holds the lock ``name``; False, at once, where another one does, in this process or elsewhere.

    PostgreSQL: an advisory lock on a connection of its own, gone when that connection is. SQLite: an OS lock on a file
    beside the database, gone when the process is. Raises CannotRun where the lock cannot be asked for.
    """
    with _file_lock(store, store.file, name) if store.file else _advisory_lock(store, name) as got:
        yield got


@contextmanager
def _advisory_lock(store: Store, name: str) -> Iterator[bool]:
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with store.watched():
        connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with connection:
        with store.watched():
            got = bool(connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": number}).scalar())
        try:
            yield got
        finally:
            if got:
                with suppress(*store.dialect.errors):  # a connection that broke has given the lock back by that
                    connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": number})


@contextmanager
def _file_lock(store: Store, database: Path, name: str) -> Iterator[bool]:
    path = f"{database.resolve()}.{hashlib.blake2b(name.encode(), digest_size=6).hexdigest()}.lock"
    try:
        # "a": to take a lock that somebody else holds open must not touch his file
        file = open(path, "a")  # noqa: PTH123, SIM115
    except OSError as error:
        raise CannotRun(
            f"store {store.shown}: no lock can be made beside it ({error.strerror}); "
            "give the user that runs alertd write access to its folder"
        ) from error
    with file:
        try:
            # held per opening of the file, so two threads of one process exclude each other as well
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError as error:
            raise CannotRun(
                f"store {store.shown}: its disk knows no locks ({error.strerror}); keep it on a local disk"
            ) from error
        yield True
