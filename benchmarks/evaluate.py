"""Evaluate: six rules over a city's files, beside the best hand-written SQL for the same findings on the same indexes.

The work: files of which 92 of 100 have ended, 700 units. Both sides write the same rows into a temporary table.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import moment_text
from alertd.model.calendar import working_calendar
from alertd.model.files import files_table
from alertd.model.rule import RuleSet
from alertd.rules.evaluate import evaluate, find
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import Rulebook
from alertd.rules.yaml_text import read_text
from alertd.store.database import Store
from benchmarks.report import at_least, said
from benchmarks.stores import named, postgresql, sqlite

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = working_calendar(zone=ZONE)
NOW = datetime(2026, 9, 15, 3, tzinfo=UTC)
TODAY = CALENDAR.number(CALENDAR.today(NOW))
_MONTH = datetime(2026, 9, 1, tzinfo=ZONE)
SOURCE = "one-stop"
_ENDED, _UNITS, _ROUNDS, _GOAL = 0.92, 700, 5, 0.8

_COLUMNS = "code, id, source, changed_at, unit"
_LATE = "coalesce(stop_day_no, :today) - due_day_no"
# rule → its keys, and the SELECT that somebody who knows the tables and their indexes would write for it
RULES = {
    "overdue": (
        "when: [is_open, due_at is not null]\nmeasure: working_days_late\nlevels: {reminder: 1, warning: 5, critical: 10}",
        (
            f"SELECT 'overdue', {_COLUMNS}, CASE WHEN late >= 10 THEN 3 WHEN late >= 5 THEN 2 ELSE 1 END, late"
            f" FROM (SELECT {_COLUMNS}, {_LATE} AS late FROM file_copies WHERE preferred IS {{true}} AND is_open IS {{true}}"
            " AND due_day_no <= :today - 1) AS due WHERE late >= 1"
        ),
    ),
    "long-overdue": (
        "when: [is_open, due_at is not null]\nmeasure: working_days_late\nlevels: {critical: 5}",
        (
            f"SELECT 'long-overdue', {_COLUMNS}, 3, late FROM (SELECT {_COLUMNS}, {_LATE} AS late FROM file_copies"
            " WHERE preferred IS {true} AND is_open IS {true} AND due_day_no <= :today - 5) AS due WHERE late >= 5"
        ),
    ),
    "due-soon": (
        "when: [is_open, working_days_until(due_at) between 0 and 2]\nmeasure: working_days_left\nlevel: reminder",
        (
            f"SELECT 'due-soon', {_COLUMNS}, 1, due_day_no - coalesce(stop_day_no, :today) FROM file_copies"
            " WHERE preferred IS {true} AND is_open IS {true} AND due_day_no BETWEEN :today AND :today + 2"
        ),
    ),
    "ended-late": (
        "when: [not is_open, ended_at >= '2026-09-01']\nmeasure: working_days_late\nlevels: {reminder: 1}",
        (
            f"SELECT 'ended-late', {_COLUMNS}, 1, stop_day_no - due_day_no FROM file_copies WHERE preferred IS {{true}}"
            " AND NOT is_open AND ended_at >= :month AND stop_day_no > due_day_no"
        ),
    ),
    "supplements": (
        "when: supplement_requests >= 2\nmeasure: supplement_requests\nlevel: warning",
        (
            f"SELECT 'supplements', {_COLUMNS}, 2, supplement_requests FROM file_copies WHERE preferred IS {{true}}"
            " AND supplement_requests >= 2"
        ),
    ),
    "slow-intake": (
        (
            "when: [is_open, accepted_at is null]\ndeadline: {counted_from: submitted_at, within: 1 working day}\n"
            "measure: working_days_late\nlevels: {reminder: 1}"
        ),
        (
            f"SELECT 'slow-intake', {_COLUMNS}, 1, coalesce(stop_day_no, :today) - submitted_day_no - 1 FROM file_copies"
            " WHERE preferred IS {true} AND is_open IS {true} AND accepted_at IS NULL AND submitted_day_no <= :today - 2"
            " AND coalesce(stop_day_no, :today) - submitted_day_no >= 2"
        ),
    ),
}
FLOOR = ("CREATE TEMPORARY TABLE floor (rule TEXT, key TEXT, record_id BIGINT, source TEXT, record_changed_at {moment},"
          " unit TEXT, level INTEGER, measure INTEGER)")  # fmt: skip


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(766)
    stored = moment_text(NOW - timedelta(days=1))
    days = [NOW - timedelta(days=back) for back in range(-60, 400)]
    texts = [moment_text(day) for day in days]
    numbers = [CALENDAR.due_number(CALENDAR.today(day)) for day in days]
    ordinals = [CALENDAR.effective_due(CALENDAR.today(day)).toordinal() for day in days]
    dates = [CALENDAR.today(day).toordinal() for day in days]
    for row in range(count):
        ended = chance.random() < _ENDED
        submitted = 60 + (chance.randrange(20, 380) if ended else int(chance.paretovariate(1.1) * 4) % 200)
        due = max(0, submitted - chance.randrange(5, 30))
        stop = max(60, due + chance.choice((1, 1, 2, 3, 4, -1))) if ended else None
        accepted = None if not ended and submitted > 60 and chance.random() < 0.1 else max(60, submitted - 1)
        requests = chance.choices((0, 1, 2, 3), (90, 8, 1.7, 0.3))[0]
        yield (
            SOURCE, f"H26.{row % _UNITS}-260901-{row:07}", f"H26.{row * 7919 % _UNITS}", row, texts[submitted],
            texts[submitted], stored, stored, stored, 0, True, f"1.{row % 900:06}", "done" if ended else "processing",
            "online" if row % 3 else "counter", texts[submitted], None if accepted is None else texts[accepted],
            texts[due], texts[due], None if stop is None else texts[stop], requests, f"Phòng {row % 9}", False, not ended,
            False, None if stop is None else texts[stop], None if stop is None else ordinals[stop],
            None if stop is None else numbers[stop], ordinals[due], numbers[due], numbers[submitted],
            None if accepted is None else numbers[accepted], None if stop is None else ordinals[stop],
            None if stop is None else numbers[stop], dates[submitted if accepted is None else accepted],
        )  # fmt: skip


_FILLED = (
    "source", "code", "unit", "raw_hash", "first_event_at", "last_event_at", "first_seen_at", "version_since",
    "changed_at", "missed", "preferred", "procedure", "status", "channel", "submitted_at", "accepted_at", "due_at",
    "first_due_at", "ended_at", "supplement_requests", "section", "by_minute", "is_open", "waiting_for_citizen", "stop_at",
    "stop_day", "stop_day_no", "due_day", "due_day_no", "submitted_day_no", "accepted_day_no", "ended_day", "ended_day_no",
    "received_day",
)  # fmt: skip


def book() -> Rulebook:
    compiled = {}
    for name, (keys, _) in RULES.items():
        document, _ = read_text(f"id: {name}\ntitle: {name}\ndataset: files\nto: unit_head\n{keys}\n", name)
        assert document is not None
        made, faults = read_rule(document, Known("en", (), ()))
        assert made is not None, faults
        compiled[name] = made
    return Rulebook(RuleSet({name: made.rule for name, made in compiled.items()}, "bench"), compiled, "en")


def statements(store: Store) -> list[Any]:
    true, month = (
        ("1", f"'{moment_text(_MONTH)}'") if store.dialect.is_sqlite else ("true", f"'{moment_text(_MONTH)}+00'")
    )
    return [
        text(f"INSERT INTO floor {written.replace('{true}', true).replace(':month', month)}")
        for _, written in RULES.values()
    ]


def fill(store: Store, count: int) -> None:
    with store.write() as session:
        store.dialect.bulk_insert(session.connection(), files_table, _FILLED, _rows(count))
    with store.write() as session:
        store.dialect.refresh_statistics(session.connection(), files_table)


def measure(name: str, store: Store, count: int) -> None:
    fill(store, count)
    rules, at, written = book(), AsOf(NOW, CALENDAR), statements(store)
    with store.write() as session:
        connection = session.connection()
        moment = "TEXT" if store.dialect.is_sqlite else "TIMESTAMPTZ"
        connection.execute(text(FLOOR.replace("{moment}", moment)))
        evaluation = evaluate(session, rules, at)
        by_hand(store, connection, written)
        assert not evaluation.faults
        assert _counts(session, "findings") == _counts(session, "floor")
        for rule, statement in zip(RULES, written, strict=True):
            mine, hand = _best(
                partial(find, session, [rules.compiled[rule]], at),
                partial(by_hand, store, connection, [statement]),
            )
            said(f"{name}: {rule}: {mine * 1000:.0f} ms, by hand {hand * 1000:.0f} ms")
        mine, hand = _best(
            partial(evaluate, session, rules, at),
            partial(by_hand, store, connection, written),
        )
    said(f"{name}: {evaluation.findings} findings: {mine * 1000:.0f} ms, by hand {hand * 1000:.0f} ms")
    at_least(f"{name}: {count} files, six rules", ours=count / mine, floor=count / hand, goal=_GOAL, unit="files/s")


def _best(*works: Callable[[], object]) -> list[float]:
    """The shortest of several rounds of each, in turn."""
    seconds = [float("inf")] * len(works)
    for _ in range(_ROUNDS):
        for place, work in enumerate(works):
            begun = time.perf_counter()
            work()
            seconds[place] = min(seconds[place], time.perf_counter() - begun)
    return seconds


def by_hand(store: Store, connection: Connection, written: Sequence[Any]) -> None:
    connection.execute(text("DELETE FROM floor" if store.dialect.is_sqlite else "TRUNCATE floor"))
    for statement in written:
        connection.execute(statement, {"today": TODAY})


def _counts(session: Session, table: str) -> list[tuple[Any, ...]]:
    """What was found: per rule and level how many, and the sum of the measures."""
    rows = session.connection().execute(
        text(f"SELECT rule, level, count(*), sum(measure) FROM {table} GROUP BY rule, level ORDER BY rule, level")
    )
    return [tuple(row) for row in rows]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=200_000)
    words.add_argument("--postgres", default="", help="address of an empty database; without it, one from the wheel")
    given = words.parse_args()
    with sqlite() as store:
        measure("evaluate, sqlite", store, given.records)
    with named(given.postgres) if given.postgres else postgresql() as store:
        measure("evaluate, postgresql", store, given.records)


if __name__ == "__main__":
    main()
