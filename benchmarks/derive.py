"""The cycle with all that follows from the records, beside the same cycle without it and the derivations as somebody would write
them by hand in SQL: nothing read since, 1 % changed, and another day.

The work: the files of a city and the portal's copies of them, 700 units; readings of the index of 150 units over nine months. What
changes is open: it ends, or its due date is put off, and half of it has come to the portal. The floor writes what it finds into
temporary tables and knows beforehand what has changed. It keeps no row that stands, and asks for none of the causes.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from alertd.alerts import cycles, lifecycle
from alertd.derive import changes, gaps, index, period_counts, periods
from alertd.model.asof import AsOf
from alertd.model.base import moment_text, table_of
from alertd.model.files import FileHistory, files_table
from alertd.model.freshness import Freshness
from alertd.model.index import index_log_table
from alertd.model.index_words import INDICATORS
from alertd.model.period import Period
from alertd.model.polls import Poll, SourceState
from alertd.rules.evaluate import evaluate
from alertd.settings.shapes import Settings
from alertd.store.database import Store
from benchmarks.evaluate import CALENDAR, NOW, TODAY, book, fill
from benchmarks.feed import settings_of
from benchmarks.report import at_most, said
from benchmarks.stores import postgresql, sqlite

CITY, PORTAL, INDEX = "one-stop", "portal", "index"
_IDLE, _CHANGED, _NEW_DAY = 1.1, 1.5, 3.0
_UNITS, _MONTHS, _ROUNDS = 150, 9, 5
_READ = NOW - timedelta(days=1)
_AGAIN = NOW - timedelta(hours=1)
_LATER = NOW + timedelta(minutes=10)
Work = Callable[[Session], object]
_FRESH = {name: Freshness(name, "files", NOW, NOW) for name in (CITY, PORTAL)}


def settings() -> Settings:
    city = settings_of("http://127.0.0.1/")
    portal = city.model_copy(update={"name": PORTAL, "authority": 1})
    raw = {"folder": Path(), "units": {}, "sources": [city, portal], "sync": {"city": CITY, "portal": PORTAL}}
    return Settings.model_validate(raw)


def begin(store: Store, count: int) -> None:
    """What a city knows: files, their copies, readings of the index."""
    fill(store, count)
    own = [column.name for column in files_table.columns if column.name not in ("id", "source", "preferred")]
    names = ", ".join(own)
    with store.write() as session:
        connection = session.connection()
        # of each 200 the portal has not heard of one, and of one not that it ended
        connection.execute(
            text(
                f"INSERT INTO file_copies (source, preferred, {names}) SELECT '{PORTAL}', "
                f"{_truth(store, False)}, {names} FROM file_copies WHERE id % 200 <> 1"
            )
        )
        rows = _readings(_READ, range(1, _MONTHS + 1))
        store.dialect.bulk_insert(connection, index_log_table, _READING, rows)
        for source, dataset in ((CITY, "files"), (PORTAL, "files"), (INDEX, "index_readings")):
            _polled(session, source, dataset, _READ, new=count)
            _polled(session, source, dataset, _AGAIN)
            state = {"source": source, "dataset": dataset, "as_of": _READ, "believed_at": _READ, "last_event_at": _READ}
            connection.execute(insert(table_of(SourceState)).values(**state))
    _counted(store)


def _truth(store: Store, holds: bool) -> str:
    return str(int(holds)) if store.dialect.is_sqlite else str(holds).lower()


def _counted(store: Store) -> None:
    with store.write() as session:
        for table in (files_table, index_log_table):
            store.dialect.refresh_statistics(session.connection(), table)


_READING = ("source", "code", "unit", "raw_hash", "first_event_at", "last_event_at", "first_seen_at", "version_since",
            "changed_at", "missed", "preferred", "item", "period", "indicator", "numerator", "denominator", "ratio", "score",
            "maximum", "computed_at")  # fmt: skip


def _readings(at: datetime, months: range) -> Iterator[tuple[Any, ...]]:
    told = moment_text(at)
    for month in months:
        for unit in range(_UNITS):
            for place, (code, known) in enumerate(INDICATORS.items()):
                item = f"2026-{month:02}/H26.{unit}/{code}"
                score = known.maximum * (50 + (unit * 7 + place * 3 + month + at.minute) % 50)
                yield (
                    INDEX, f"{item}@{at:%Y%m%dT%H%M%SZ}", f"H26.{unit}", 1, told, told, told, told, told, 0, True, item,
                    f"2026-{month:02}", code, score, known.maximum * 100, score, score, known.maximum * 100, told,
                )  # fmt: skip


def _polled(session: Session, source: str, dataset: str, at: datetime, **counts: int) -> None:
    poll = {"source": source, "dataset": dataset, "started_at": at, "ended_at": at, "as_of": at, "state": "believed"}
    session.connection().execute(insert(table_of(Poll)).values(**poll, complete=True, **counts))


def change(store: Store, count: int) -> None:
    """One file in eight of those that are open ends, which is 1 % of all; of one in a hundred of them the due date is put off."""
    now = moment_text(_LATER)
    at = {"now": now if store.dialect.is_sqlite else _LATER, "today": TODAY, "day": CALENDAR.today(_LATER).toordinal()}
    true, false = _truth(store, True), _truth(store, False)
    history = ", ".join(name for name in ("source", "code", "unit", "status", "due_at", "ended_at", "section"))
    versions = table_of(FileHistory).name
    ours = f"source = '{CITY}' AND is_open IS {true}"
    ended = (
        f"is_open = {false}, status = 'done', ended_at = :now, stop_at = :now, stop_day = :day, stop_day_no = :today,"
        " ended_day = :day, ended_day_no = :today, last_event_at = :now, version_since = :now, changed_at = :now"
    )
    later = (
        "UPDATE file_copies SET due_day_no = due_day_no + 5, due_day = due_day + 7, due_at = :now, version_since = :now,"
        f" changed_at = :now WHERE {ours} AND id % 800 = 4"
    )
    kept = (
        f"INSERT INTO {versions} ({history}, known_from, known_to) SELECT {history}, version_since, :now FROM file_copies"
        f" WHERE {ours} AND id % 8 IN (0, 4) AND (id % 8 = 0 OR id % 800 = 4)"
    )
    there = (
        f"UPDATE file_copies SET {ended} WHERE source = '{PORTAL}' AND code IN (SELECT code FROM file_copies"
        f" WHERE source = '{CITY}' AND changed_at = :now AND id % 16 = 0)"
    )
    with store.write() as session:
        for statement in (kept, later, f"UPDATE file_copies SET {ended} WHERE {ours} AND id % 8 = 0", there):
            text_of = text(statement)
            wanted = {name: value for name, value in at.items() if f":{name}" in statement}
            session.connection().execute(text_of, wanted)
        rows = _readings(_LATER, range(_MONTHS, _MONTHS + 1))
        store.dialect.bulk_insert(session.connection(), index_log_table, _READING, rows)
        for source, dataset in ((CITY, "files"), (PORTAL, "files"), (INDEX, "index_readings")):
            _polled(session, source, dataset, _LATER, changed=count // 100)


class Ours:
    """What a cycle does, in parts that are measured by themselves."""

    def __init__(self) -> None:
        self._settings, self._book = settings(), book()

    def derivations(self, at: AsOf) -> dict[str, Work]:
        mine = self._settings
        return {
            "index": lambda session: index.follow(session, mine, at, ""),
            "sync gaps": lambda session: gaps.follow(session, mine, at, _FRESH),
            "unit periods": lambda session: periods.follow(session, mine, at),
            "changes": lambda session: changes.follow(session, mine, at),
        }

    def cycle(self, session: Session, at: AsOf) -> None:
        """Evaluate and reconcile, as the pipeline does, without what follows and without the messages."""
        number = cycles.begin(session, at, self._book.set)
        found = evaluate(session, self._book, at)
        done = lifecycle.reconcile(session, self._book.set, found, _FRESH, at, number)
        cycles.close(session, number, found, done.counts, 0, at.now)


def hand(store: Store, months: Collection[Period]) -> dict[str, Work]:
    """For each derivation what somebody would write who knows what has changed: ``months`` are those to be counted anew."""
    since = f"'{moment_text(_LATER)}{'' if store.dialect.is_sqlite else '+00'}'"
    true = _truth(store, True)
    spans = [(month.text, month.first.toordinal(), month.last.toordinal()) for month in sorted(months)]
    month = " ".join(f"WHEN received_day BETWEEN {first} AND {last} THEN '{name}'" for name, first, last in spans)
    within = " OR ".join(f"received_day BETWEEN {first} AND {last}" for _, first, last in spans)
    sums = [f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS s{place}" for place, condition in enumerate(_COUNTED)]
    again = ", ".join(f"sum({name}) AS {name}" for name in ("files", *(f"s{place}" for place in range(len(_COUNTED)))))
    groups = (
        f"SELECT CASE {month} END AS month, unit, field, procedure, count(*) AS files, {', '.join(sums)} FROM file_copies"
        f" WHERE preferred IS {true} AND ({within}) GROUP BY 1, 2, 3, 4"
    )
    grains = ("NULL AS a, NULL AS b", "unit, NULL", "unit, field", "procedure, NULL")
    by = ("month", "month, unit", "month, unit, field", "month, procedure")
    rolled = " UNION ALL ".join(
        f"SELECT month, {what}, {again} FROM g GROUP BY {key}" for what, key in zip(grains, by, strict=True)
    )
    written = {
        "index": "SELECT item, score, numerator, computed_at, lag(score) OVER (PARTITION BY item ORDER BY computed_at) AS before"
        f" FROM index_log WHERE item IN (SELECT item FROM index_log WHERE changed_at >= {since})",
        "sync gaps": "SELECT n.code, h.is_open AS here, t.is_open AS there, h.due_day, t.due_day AS due_there"
        f" FROM (SELECT DISTINCT code || '' AS code FROM file_copies WHERE changed_at >= {since}) AS n"
        f" LEFT JOIN file_copies AS h ON h.source = '{CITY}' AND h.code = n.code"
        f" LEFT JOIN file_copies AS t ON t.source = '{PORTAL}' AND t.code = n.code"
        " WHERE h.is_open IS DISTINCT FROM t.is_open OR h.due_day IS DISTINCT FROM t.due_day",
        "unit periods": f"WITH g AS ({groups}) {rolled}",
        "changes": "SELECT h.code, h.due_at AS before, f.due_at AS after FROM file_history AS h"
        f" JOIN file_copies AS f ON f.source = h.source AND f.code = h.code WHERE h.known_to >= {since}"
        " AND (f.due_at > h.due_at OR f.ended_at < h.ended_at)",
    }

    def made(statement: str) -> Work:
        return lambda session: session.connection().execute(text(f"CREATE TEMPORARY TABLE by_hand AS {statement}"))

    return {name: made(statement) for name, statement in written.items()}


_COUNTED = ("channel = 'online'", "channel IS NOT NULL", "NOT is_open", "NOT is_open AND ended_day_no <= due_day_no",
            f"coalesce(stop_day_no, {TODAY}) > due_day_no", "supplement_requests >= 1", "supplement_requests >= 2")  # fmt: skip


def spent(store: Store, session: Session, work: Work) -> float:
    """Seconds of the processor, in this process and in that of the server: neither waits for anything."""
    servers = (
        [] if store.dialect.is_sqlite else [session.connection().execute(text("SELECT pg_backend_pid()")).scalar()]
    )

    def so_far() -> float:
        fields = (Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for pid in servers)
        ticks = sum(int(each[11]) + int(each[12]) for each in fields)
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")

    begun = so_far()
    work(session)
    return so_far() - begun


def median(store: Store, works: Mapping[str, Work]) -> dict[str, float]:
    """Seconds of each, the median of several rounds in turn; what each wrote is taken back."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    with store.write() as session:
        for _ in range(_ROUNDS):
            for name, work in works.items():
                kept = session.connection().begin_nested()
                seconds[name].append(spent(store, session, work))
                kept.rollback()
    return {name: statistics.median(each) for name, each in seconds.items()}


def look(store: Store, ours: Ours, at: AsOf, floor: Mapping[str, Work], case: str, goal: float) -> None:
    """A cycle at a moment with all that follows, beside one without it and with the ``floor`` of each derivation."""
    derived = ours.derivations(at)
    seconds = median(store, {**derived, "cycle": lambda session: ours.cycle(session, at)})
    by_hand = median(store, floor)
    for name in derived:
        beside = f", by hand {by_hand[name] * 1000:.1f} ms" if name in by_hand else ""
        said(f"{case}: {name}: {seconds[name] * 1000:.1f} ms{beside}")
    mine, hand_made = sum(seconds.values()), seconds["cycle"] + sum(by_hand.values())
    said(f"{case}: cycle {mine * 1000:.0f} ms, of it what follows {(mine - seconds['cycle']) * 1000:.0f} ms")
    at_most(case, ours=mine, floor=hand_made, goal=goal, unit="s of CPU")


def settle(store: Store, ours: Ours, at: AsOf) -> dict[str, float]:
    """A cycle whose work stays."""
    seconds = {}
    with store.write() as session:
        for name, work in ours.derivations(at).items():
            seconds[name] = spent(store, session, work)
        ours.cycle(session, at)
    return seconds


def measure(name: str, store: Store, count: int) -> None:
    begin(store, count)
    ours = Ours()
    first = settle(store, ours, AsOf(NOW, CALENDAR))
    said(f"{name}: the first look at {count:,} files: {', '.join(f'{what} {s:.2f} s' for what, s in first.items())}")
    look(store, ours, AsOf(NOW + timedelta(minutes=5), CALENDAR), {}, f"{name}: {count} files, nothing read", _IDLE)
    change(store, count)
    at = AsOf(_LATER + timedelta(minutes=5), CALENDAR)
    with store.read() as session:
        months = period_counts.months_changed(session, _LATER, at)
    look(store, ours, at, hand(store, months), f"{name}: {count} files, 1 % changed", _CHANGED)
    settle(store, ours, at)
    tomorrow = AsOf(at.now + timedelta(days=1), CALENDAR)
    look(store, ours, tomorrow, {}, f"{name}: {count} files, another day", _NEW_DAY)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=200_000)
    count = words.parse_args().records
    with sqlite() as store:
        measure("what follows, sqlite", store, count)
    with postgresql() as store:
        measure("what follows, postgresql", store, count)


if __name__ == "__main__":
    main()
