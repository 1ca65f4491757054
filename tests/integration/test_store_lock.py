"""Locks: one holder at a time, in this process and in any other, and free the moment its holder is dead."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alertd.store.database import Store, open_store
from alertd.store.lock import held

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from alertd.store.database import Store
from alertd.store.lock import held
with held(Store(sys.argv[1]), sys.argv[2]) as got:
    print(got, flush=True)
    sys.stdin.read()
"""


def address(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


@contextmanager
def holder(store: Store, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has asked for the lock and stays until its standard input ends."""
    words = [sys.executable, "-c", HOLD, address(store), name]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def free(store: Store, name: str) -> bool:
    with held(store, name) as got:
        return got


def test_a_lock_is_held_by_one_at_a_time_and_given_back(store: Store) -> None:
    with held(store, "cycle") as first:
        assert first
        assert not free(store, "cycle")
        assert free(store, "inbox")
    assert free(store, "cycle")


def test_a_lock_is_given_back_when_the_work_fails(store: Store) -> None:
    def fail() -> None:
        with held(store, "cycle"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert free(store, "cycle")


def test_threads_exclude_each_other(store: Store) -> None:
    got = list[bool]()
    with held(store, "cycle"):
        thread = threading.Thread(target=lambda: got.append(free(store, "cycle")))
        thread.start()
        thread.join()
    assert got == [False]


def test_two_openings_of_one_store_exclude_each_other(store: Store) -> None:
    other = open_store(store.url)
    with held(store, "poll:one-stop") as first:
        assert first
        assert not free(other, "poll:one-stop")
        assert free(other, "poll:đơn vị / khác")
    other.close()


def test_a_lock_of_another_process_is_free_when_that_process_was_killed(store: Store) -> None:
    with holder(store, "cycle") as process:
        assert said(process) == "True"
        assert not free(store, "cycle")
        process.kill()  # SIGKILL: nothing of its own is run any more
        process.wait()
        freed = any(
            free(store, "cycle") or threading.Event().wait(0.01) for _ in range(500)
        )  # a server notices in a moment
        assert freed


def test_another_process_does_not_get_what_is_held_here(store: Store) -> None:
    with held(store, "cycle"), holder(store, "cycle") as process:
        assert said(process) == "False"


def test_a_connection_that_broke_while_the_lock_was_held_does_not_hide_what_the_work_came_to(
    postgres_store: Store,
) -> None:
    done = []
    with held(postgres_store, "cycle") as got:
        assert got
        with postgres_store.engine.connect() as other:
            other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        done.append("work")
    assert done == ["work"]
    assert free(postgres_store, "cycle")


def test_a_lock_leaves_the_database_as_it_is(store: Store) -> None:
    before = store.file.read_bytes() if store.file else b""
    assert free(store, "cycle")
    assert (store.file.read_bytes() if store.file else b"") == before
