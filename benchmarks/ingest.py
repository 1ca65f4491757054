"""Ingest against plain INSERT and COPY of ready tuples into the same table: through stage and merge, and whole from HTTP."""

import argparse
import multiprocessing
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from alertd.intake import run as intake_run
from alertd.intake import stage
from alertd.intake.merge import Merge
from alertd.intake.normalise import Normaliser, raw_hash
from alertd.intake.poll import Polled, poll
from alertd.intake.sources.http import HttpSource
from alertd.intake.stage import Stage
from alertd.model.asof import AsOf
from alertd.model.base import metadata, moment_text
from alertd.model.files import files_table
from alertd.store.database import Store
from benchmarks.feed import feed, records, settings_of, site
from benchmarks.report import at_least, at_most, said
from benchmarks.stores import postgresql, sqlite

NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)
_CHUNK = 4_000
_GOAL_SQLITE, _GOAL_POSTGRESQL, _GOAL_WHOLE = 0.6, 0.4, 0.25
_GOAL_MEMORY = 150.0
_TURNS = 2


def tuples(count: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Normalised rows and the names of their columns."""
    normaliser = Normaliser(settings_of("http://127.0.0.1/"), site(), NOW)
    made = []
    for record in records(count):
        values = normaliser.columns.values(record)
        made.append(normaliser.row(values, normaliser.code(values), raw_hash(values)))
    return normaliser.row_columns, made


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def plain(store: Store, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, by_insert: bool = False) -> float:
    """The floor: the tuples straight into the table of files, in one transaction, by the fastest way of the database (COPY
    on PostgreSQL), or ``by_insert``."""
    now = moment_text(NOW)
    own = {
        "source": "one-stop",
        "first_seen_at": now,
        "version_since": now,
        "changed_at": now,
        "missed": 0,
        "preferred": True,
    }
    ready = [(*row, *own.values()) for row in rows]

    def insert() -> None:
        with store.write() as session:
            connection, names = session.connection(), (*columns, *own)
            if not by_insert:
                store.dialect.bulk_insert(connection, files_table, names, ready)
                return
            marks = ", ".join(["%s"] * len(names))
            connection.exec_driver_sql(f"INSERT INTO {files_table.name} ({', '.join(names)}) VALUES ({marks})", ready)

    seconds = timed(insert)
    with store.write() as session:
        session.connection().execute(files_table.delete())
    return seconds


def staged_and_merged(store: Store, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> float:
    """As a poll does from the normalised row on: the stage page by page, duplicates, one merge, the stage cleared."""
    this = intake_run.begin(store, settings_of("http://127.0.0.1/"), site(), NOW, lambda: NOW)
    place = Stage(store, this.dataset, this.source, this.poll)
    merge = Merge(
        dataset=this.dataset,
        source=this.source,
        poll=this.poll,
        at=AsOf(NOW, this.site.calendar),
        first=True,
        missing=0,
        whole=True,
        ends=False,
        mapped=frozenset(this.settings.fields),
        authorities=this.site.authorities,
    )

    def move() -> None:
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            place.write(columns, [(this.poll, start + i, True, *row) for i, row in enumerate(part)], [])
        with store.write() as session:
            staged = stage.settle(session, this.dataset, this.poll)
        with store.write() as session:
            assert merge.run(session, staged).new == len(rows)
        with store.write() as session:
            stage.clear(session, this.dataset, this.poll)

    return timed(move)


def read_whole(store: Store, address: str, now: datetime) -> Polled:
    settings = settings_of(address)
    source = HttpSource(settings, sleep=time.sleep)
    done = poll(store, source, settings, site(), now=now, clock=lambda: now)
    assert done.believed, done
    return done


def peak(address: str, said_to: Connection) -> None:
    """Memory of a poll above that of a process which is ready for it, in megabytes."""
    with sqlite() as store:
        settings_of(address), site()
        idle = high_water()
        read_whole(store, address, NOW)
        said_to.send(high_water() - idle)


def high_water() -> float:
    """The most memory that this program has held so far, in megabytes (the figure of getrusage is that of its parent)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def memory(address: str) -> float:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=peak, args=(address, theirs), daemon=True)
    process.start()
    used: float = ours.recv()
    process.join()
    return used


def emptied(store: Store) -> None:
    """As after the first start, so that a case can be measured again."""
    with store.write() as session:
        for table in reversed(metadata.sorted_tables):
            if table.name not in ("calendar", "site_facts"):
                session.connection().execute(table.delete())


def through_the_stage(store: Store, count: int, database: str, goal: float) -> dict[str, float]:
    """Floor and ours in turns, the best of each: a machine that is busy for a moment disturbs one turn. Gives the floors."""
    columns, rows = tuples(count)
    way = "INSERT" if database == "sqlite" else "COPY"
    floors, ours = [], []
    for _ in range(_TURNS):
        floors.append(plain(store, columns, rows))
        ours.append(staged_and_merged(store, columns, rows))
        emptied(store)
    found = {way: count / min(floors)}
    at_least(f"{database}: stage and merge", ours=count / min(ours), floor=found[way], goal=goal, unit="records/s")
    if way == "COPY":
        found["INSERT"] = count / min(plain(store, columns, rows, by_insert=True) for _ in range(_TURNS))
    return found


def from_http(store: Store, address: str, count: int, database: str, floors: dict[str, float]) -> None:
    """Against each floor. The goal speaks of plain INSERT; on PostgreSQL COPY is the harder one, and is shown beside it."""
    first, second = [], []
    for _ in range(_TURNS):
        first.append(timed(lambda: read_whole(store, address, NOW)))
        second.append(timed(lambda: read_whole(store, address, NOW + timedelta(hours=1))))
        emptied(store)
    for way, floor in floors.items():
        for case, seconds in (("first reading", min(first)), ("1 % changed", min(second))):
            case = f"{database}: whole, from HTTP, {case}, against {way}"
            at_least(case, ours=count / seconds, floor=floor, goal=_GOAL_WHOLE, unit="records/s")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=100_000)
    count = words.parse_args().records
    said(f"ingest of {count:,} records, the best of {_TURNS} turns")
    with feed(count) as address:
        for database, goal, opened in (("sqlite", _GOAL_SQLITE, sqlite), ("postgresql", _GOAL_POSTGRESQL, postgresql)):
            with opened() as store:
                floors = through_the_stage(store, count, database, goal)
                from_http(store, address, count, database, floors)
        at_most("memory of a poll", ours=memory(address), floor=_GOAL_MEMORY, goal=1.0, unit="MB above idle")


if __name__ == "__main__":
    main()
