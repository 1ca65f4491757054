"""Reconcile with 98,000 open alerts against SQL written by hand, on both databases: nothing changed, and 1 % changed."""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text
from sqlmodel import Session

from alertd.alerts.lifecycle import reconcile
from alertd.model.alerts import alerts_table, findings_table
from alertd.model.asof import AsOf
from alertd.model.base import moment_text
from alertd.model.calendar import working_calendar
from alertd.model.files import FILES, files_table
from alertd.model.freshness import Freshness
from alertd.model.rule import Addressee, Evaluation, Rule, RuleSet, To
from alertd.model.words import Level, Reason, Send
from alertd.store.database import Store
from benchmarks.report import at_least, said
from benchmarks.stores import postgresql, sqlite

_GOAL = 0.8
_ROUNDS = 7
_OPENED = datetime(2026, 10, 5, 1, tzinfo=UTC)
_AT = AsOf(_OPENED + timedelta(minutes=15), working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh")))
# How the 98,000 matches of a million files divide among six rules.
_SHARES = {
    "overdue": 0.43,
    "very-overdue": 0.31,
    "due-soon": 0.12,
    "ended-late": 0.09,
    "supplement": 0.04,
    "slow": 0.01,
}

_STANDS = "a.state NOT IN ('resolved', 'withdrawn')"
_RULES = "('overdue', 'very-overdue', 'due-soon', 'ended-late', 'supplement', 'slow')"
_VERSIONS = "('overdue@1', 'very-overdue@1', 'due-soon@1', 'ended-late@1', 'supplement@1', 'slow@1')"
_FOUND = f"""
    SELECT count(*) FROM findings f LEFT JOIN alerts a ON a.rule = f.rule AND a.key = f.key AND {_STANDS}
    WHERE f.level > 0 AND (a.id IS NULL OR a.level <> f.level OR a.unit IS DISTINCT FROM f.unit
      OR a.record_id <> f.record_id OR a.source <> f.source
      OR a.record_changed_at IS DISTINCT FROM f.record_changed_at OR a.rule_version NOT IN {_VERSIONS})"""
# Two ways to find what is missing; which is faster depends on the database.
_MISSING = (
    f"""SELECT a.id FROM alerts a LEFT JOIN findings f ON f.rule = a.rule AND f.record_id = a.record_id
        WHERE {_STANDS} AND a.rule IN {_RULES} AND f.rule IS NULL""",
    f"""SELECT a.id FROM alerts a LEFT JOIN findings f ON f.rule = a.rule AND f.key = a.key
        WHERE {_STANDS} AND a.rule IN {_RULES} AND f.rule IS NULL""",
)
_BEGUN = "INSERT INTO alert_events (alert_id, cycle_id, at, what, level, unit, actor, note) "

Row = tuple[int, str, str, str, int]  # record, rule, key, unit, level


def rows(count: int) -> list[Row]:
    chance, made, record = random.Random(766), list[Row](), 0
    for rule, share in _SHARES.items():
        for _ in range(round(count * share)):
            record += 1
            code = f"000.00.{record % 97:02}.H26-26{chance.randrange(1, 10):02}{chance.randrange(1, 29):02}-{record:06}"
            made.append((record, rule, code, f"H26.{chance.randrange(700)}", chance.randrange(1, 4)))
    return made


def fill(store: Store, made: Sequence[Row]) -> None:
    """A file and an open alert for each row."""
    at = moment_text(_OPENED)
    with store.write() as session:
        connection = session.connection()
        own: dict[str, object] = {"source": "one-stop", "raw_hash": 1, "first_seen_at": at, "version_since": at}
        own |= {"changed_at": at, "missed": 0, "preferred": True, "by_minute": False, "is_open": True}
        own |= {"waiting_for_citizen": False}
        files = ((record, key, unit, *own.values()) for record, _, key, unit, _ in made)
        store.dialect.bulk_insert(connection, files_table, ("id", "code", "unit", *own), files)
        own = {"dataset": "files", "source": "one-stop", "record_changed_at": at, "state": "open", "reason": "opened"}
        own |= {"opened_at": at, "changed_at": at, "acknowledged_by": "", "times_opened": 1}
        names = ("record_id", "rule", "rule_version", "key", "unit", "level", *own)
        alerts = (
            (record, rule, f"{rule}@1", key, unit, level, *own.values()) for record, rule, key, unit, level in made
        )
        store.dialect.bulk_insert(connection, alerts_table, names, alerts)
    with store.write() as session:
        for table in (files_table, alerts_table):
            store.dialect.refresh_statistics(session.connection(), table)


def find(store: Store, connection: Connection, made: Sequence[Row]) -> None:
    """The findings of a cycle, in the order in which rules read the records."""
    at = moment_text(_OPENED)
    store.dialect.empty(connection, findings_table)
    names = ("record_id", "rule", "key", "unit", "level", "source", "record_changed_at", "measure")
    found = ((*row, "one-stop", at, row[4] * 5) for row in made)
    store.dialect.bulk_insert(connection, findings_table, names, found)


def changed(made: Sequence[Row]) -> Iterator[Row]:
    """Of each 200 one is found no more, and one at another level."""
    for record, rule, key, unit, level in made:
        if record % 200 != 1:
            yield record, rule, key, unit, level % 3 + 1 if record % 200 == 2 else level


def ours(session: Session) -> None:
    rules = RuleSet({name: _rule(name) for name in _SHARES}, "set")
    fresh = {"one-stop": Freshness("one-stop", "files", _AT.now, _AT.now)}
    done = reconcile(session, rules, Evaluation(tuple(_SHARES), {}, 0), fresh, _AT, 1)
    assert not done.counts or {Reason.WORSE, Reason.EASED, Reason.MOVED_ON} == set(done.counts)


def _rule(name: str) -> Rule:
    return Rule(
        id=name,
        version=f"{name}@1",
        file="",
        text="",
        dataset=FILES,
        fields=FILES.fields,
        title={},
        to=To(Addressee.UNIT_HEAD),
        send=dict.fromkeys(Level, Send.DIGEST),
        template="",
    )


def look(session: Session, missing: str) -> None:
    """By hand, where nothing changed: read both ways."""
    session.connection().execute(text(_FOUND)).all()
    session.connection().execute(text(missing)).all()


def write(session: Session, missing: str) -> None:
    """By hand, where something changed: only what these changes need, an event each."""
    connection, now = session.connection(), moment_text(_AT.now)
    connection.execute(text("CREATE TEMPORARY TABLE worse AS " + _changed_levels()))
    connection.execute(text(f"CREATE TEMPORARY TABLE over AS {missing}"))
    connection.execute(text(f"{_BEGUN} SELECT w.id, 1, '{now}', 'worse', w.level, w.unit, '', '' FROM worse w"))
    connection.execute(
        text(
            "UPDATE alerts SET level = w.level, measure = w.measure, state = 'open' FROM worse w WHERE w.id = alerts.id"
        )
    )
    connection.execute(
        text(
            f"{_BEGUN} SELECT a.id, 1, '{now}', 'moved_on', a.level, a.unit, '', '' FROM over JOIN alerts a USING (id)"
        )
    )
    connection.execute(
        text(f"UPDATE alerts SET state = 'resolved', resolved_at = '{now}' WHERE id IN (SELECT id FROM over)")
    )


def _changed_levels() -> str:
    wanted = "a.id, f.level, f.measure, f.unit"
    return _FOUND.replace("count(*)", wanted, 1).replace("a.id IS NULL OR ", "", 1)


def best(store: Store, made: Sequence[Row], works: Sequence[Callable[[Session], None]]) -> list[float]:
    """The best of several rounds of each, in turn, in one transaction; what each wrote is taken back."""
    seconds = [float("inf")] * len(works)
    with store.write() as session:
        find(store, session.connection(), made)
        for _ in range(_ROUNDS):
            for place, work in enumerate(works):
                kept = session.connection().begin_nested()
                begun = time.perf_counter()
                work(session)
                seconds[place] = min(seconds[place], time.perf_counter() - begun)
                kept.rollback()
    return seconds


def measure(name: str, store: Store, made: Sequence[Row]) -> None:
    fill(store, made)
    mine, *hand = best(store, made, [ours, *(lambda s, m=m: look(s, m) for m in _MISSING)])
    _say(f"{name}: {len(made)} open, nothing changed", len(made), mine, min(hand))
    mine, *hand = best(store, list(changed(made)), [ours, *(lambda s, m=m: write(s, m) for m in _MISSING)])
    _say(f"{name}: {len(made)} open, 1 % changed", len(made), mine, min(hand))


def _say(case: str, count: int, mine: float, floor: float) -> None:
    said(f"{case}: {mine * 1000:.0f} ms, by hand {floor * 1000:.0f} ms")
    at_least(case, ours=count / mine, floor=count / floor, goal=_GOAL, unit="alerts/s")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--alerts", type=int, default=98_000)
    made = rows(words.parse_args().alerts)
    with sqlite() as store:
        measure("reconcile, sqlite", store, made)
    with postgresql() as store:
        measure("reconcile, postgresql", store, made)


if __name__ == "__main__":
    main()
