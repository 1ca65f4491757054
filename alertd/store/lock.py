"""Locks that die with their process: one cycle, one poll of a source, one reader of the inbox at a time, on all machines."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from alertd.store.database import Store

# flock is held per open file: two threads of one process need a lock of their own in front of it.
_threads: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def held(store: Store, name: str) -> Iterator[bool]:
    """True while this process holds the lock ``name``; False, at once, where somebody else holds it.

    PostgreSQL: an advisory lock on a connection of its own, gone when that connection is. SQLite: an OS lock on a file
    beside the database, gone when the process is.
    """
    if store.dialect.is_sqlite:
        with _file_lock(store, name) as got:
            yield got
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = bool(connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": _number(name)}).scalar())
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": _number(name)})


@contextmanager
def _file_lock(store: Store, name: str) -> Iterator[bool]:
    place = str(store.file.resolve()) if store.file else f"memory:{id(store)}"
    path = f"{place}.{hashlib.blake2b(name.encode(), digest_size=6).hexdigest()}.lock"
    with _guard:
        mine = _threads.setdefault(path, threading.Lock())
    if not mine.acquire(blocking=False):
        yield False
        return
    try:
        if store.file is None:
            yield True
            return
        with open(path, "w") as file:  # noqa: PTH123
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True
    finally:
        mine.release()
