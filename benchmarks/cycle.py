"""The steady cycle: a poll of which 1 % has changed, and one evaluation with its reconciling, beside parse + upsert + best SQL.

And growth: the same number of changes in five times the records.
"""

import argparse
import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session

from alertd.alerts import cycles, lifecycle
from alertd.model.asof import AsOf
from alertd.model.files import files_table
from alertd.model.freshness import Freshness
from alertd.rules.evaluate import evaluate
from alertd.rules.load import load_rules
from alertd.rules.rulebook import Rulebook
from alertd.settings.shipped import shipped
from alertd.store.database import Store
from benchmarks import evaluate as by_rules
from benchmarks.feed import bodies, feed, site
from benchmarks.ingest import NOW, read_whole, timed
from benchmarks.report import at_most, said
from benchmarks.stores import sqlite

_GOAL, _GROWTH = 1.5, 2.0
_COMMIT = 20_000
_TEMPLATES = ("default", "overdue_files", "due_soon", "apology", "announcements", "procedures")
_COLUMNS = ("code", "hash", "unit", "procedure", "status", "submitted", "accepted", "due", "ended", "asked")
_THEIRS = ("DonViXuLy", "MaTTHC", "TrangThaiHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy")


def cycle(store: Store, now: datetime, book: Rulebook) -> None:
    """Evaluate and reconcile, as the pipeline does, without the messages."""
    at = AsOf(now, site().calendar)
    fresh = {"one-stop": Freshness("one-stop", "files", now, now)}
    with store.write() as session:
        number = cycles.begin(session, at, book.set)
        found = evaluate(session, book, at)
        done = lifecycle.reconcile(session, book.set, found, fresh, at, number)
        cycles.close(session, number, found, done.counts, 0, now)


def steady(address: str, store: Store) -> tuple[float, float]:
    """Seconds of a poll in which 1 % has changed, and of the cycle after it, on a store that has seen both before."""
    read_whole(store, address, NOW)
    book = by_rules.book()
    cycle(store, NOW, book)
    later = NOW + timedelta(minutes=15)
    polled = timed(lambda: read_whole(store, address, later))
    return polled, timed(lambda: cycle(store, later, book))


class Floor:
    """Parse and upsert into a table of its own, then the rules' SELECTs as somebody would write them by hand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.write() as session:
            session.connection().execute(
                text(f"CREATE TABLE floor_files ({', '.join(_COLUMNS)}, PRIMARY KEY (code)) WITHOUT ROWID")
            )
            session.connection().execute(text("CREATE INDEX ix_floor_due ON floor_files (due, unit)"))
        marks = ", ".join("?" * len(_COLUMNS))
        changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
        insert = f"INSERT INTO floor_files VALUES ({marks}) ON CONFLICT (code)"
        self._upsert = f"{insert} DO UPDATE SET {changed} WHERE hash <> excluded.hash"

    def read(self, pages: list[bytes]) -> None:
        rows: list[tuple[Any, ...]] = []
        for page in pages:
            rows += [self._row(record) for record in orjson.loads(page)["data"]]
            if len(rows) >= _COMMIT:
                self._write(rows)
                rows = []
        self._write(rows)

    def _row(self, record: Mapping[str, Any]) -> tuple[Any, ...]:
        values = [record[name] for name in _THEIRS]
        mark = hashlib.blake2b("|".join(values).encode(), digest_size=8).digest()
        return (record["MaHoSo"], mark, *values, len(record["DanhSachHoSoBoSung"]))

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        rows.sort()
        with self._store.write() as session:
            driver: Any = session.connection().connection.driver_connection
            driver.executemany(self._upsert, rows)


def best_sql(session: Session, store: Store) -> None:
    connection = session.connection()
    connection.execute(text(by_rules.FLOOR.replace("{moment}", "TEXT")))
    by_rules.by_hand(store, connection, by_rules.statements(store))


def floor_of(count: int, store: Store) -> float:
    """``store`` holds the files already, so that the SELECTs have something to find."""
    floor = Floor(store)
    floor.read(bodies(count))
    changed = bodies(count, changed=0.01)
    seconds = timed(lambda: floor.read(changed))
    with store.write() as session:
        return seconds + timed(lambda: best_sql(session, store))


def growth(count: int) -> Iterator[float]:
    """Seconds of one cycle with the same changes: at the size, and with so many files more that have ended that there are
    five times as many (what is open does not grow with the years). The rules are those that alertd ships: they look at
    what is open; a rule that does not say is_open has to read all."""
    book, faults = load_rules(shipped("rules"), language="vi", units=(), templates=_TEMPLATES)
    assert not [fault for fault in faults if not fault.warning], faults
    for times in (1, 5):
        with sqlite() as store:
            by_rules.fill(store, count)
            with store.write() as session:
                for number in range(1, times):
                    _more_ended(session, number)
            cycle(store, by_rules.NOW, book)
            with store.write() as session:
                session.connection().execute(_WORSE)
            yield timed(partial(cycle, store, by_rules.NOW + timedelta(minutes=10), book))


_WORSE = text(
    "UPDATE file_copies SET due_day_no = due_day_no - 1, changed_at = '2026-09-15 03:05:00' "
    "WHERE is_open = 1 AND id % 20 = 0"
)


def _more_ended(session: Session, number: int) -> None:
    kept = [column.name for column in files_table.columns if column.name not in ("id", "code")]
    names = ", ".join(kept)
    session.connection().execute(
        text(
            f"INSERT INTO file_copies (code, {names}) SELECT code || :mark, {names} FROM file_copies "
            "WHERE is_open = 0 AND code NOT LIKE '%+%'"
        ),
        {"mark": f"+{number}"},
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=150_000)
    count = words.parse_args().records
    with feed(count) as address, sqlite() as store:
        polled, cycled = steady(address, store)
        floor = floor_of(count, store)
    said(f"steady cycle, {count:,} records: poll {polled:.2f} s, cycle {cycled:.2f} s, floor {floor:.2f} s")
    at_most(f"steady cycle, {count} files, 1 % changed", ours=polled + cycled, floor=floor, goal=_GOAL, unit="s")
    small, large = growth(count)
    at_most("cycle at five times the files, same changes", ours=large, floor=small, goal=_GROWTH, unit="s")


if __name__ == "__main__":
    main()
