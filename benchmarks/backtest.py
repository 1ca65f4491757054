"""Backtest: twelve months of a city's files, a look a day, one rule, beside one evaluation of it as of a past moment over the
same store.

The work: files that come in evenly over the year, nearly all of which end, one in ten late; 190 units, 180 of them with a head.
Every file has the history that its source showed: processed, then ended. Each head gets his digests and what else is due. Both are
measured in seconds of the processor: neither waits for anything.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from alertd import wiring
from alertd.intake.file_rows import FileRows
from alertd.model.asof import AsOf
from alertd.model.base import moment_text, table_of
from alertd.model.clock import Clock
from alertd.model.files import FileHistory, files_table
from alertd.model.polls import Poll, SourceState
from alertd.replay.lives import Lives
from alertd.replay.replay import replay
from alertd.rules.evaluate import find
from alertd.settings.load import load_settings
from alertd.settings.shipped import shipped
from alertd.site import Site
from benchmarks.report import at_most, said

_SINCE, _UNTIL = date(2025, 9, 15), date(2026, 9, 14)
_NOW = datetime(2026, 9, 15, 3, tzinfo=UTC)
_PAST = datetime(2026, 3, 16, 3, tzinfo=UTC)
_DAYS, _UNITS, _HEADS, _GOAL = 400, 190, 180, 20
_SOURCE = "one-stop"
_CONFIG = """\
[site]
mode = "trial"
[store]
url = "sqlite:///alertd.db"
[units]
file = "units.csv"
contacts = "contacts.csv"
[office]
unit = "H26.0"
[email]
host = "127.0.0.1"
port = 1
security = "none"
sender = "alertd <a@hanoi.example>"
[[sources]]
name = "one-stop"
dataset = "files"
kind = "http"
url = "http://127.0.0.1/"
[sources.fields]
code = "a"
unit = "b"
status = "c"
accepted_at = "d"
due_at = "e"
ended_at = "f"
"""


def site(folder: Path) -> Site:
    """Heads for the first units; the office answers for the others."""
    (folder / "config.toml").write_text(_CONFIG, encoding="utf-8")
    units = "".join(f"H26.{n},Đơn vị số {n},department\n" for n in range(_UNITS))
    people = "".join(f"H26.{n},head,Nguyễn Văn {n},n{n}@h.example\n" for n in range(_HEADS))
    (folder / "units.csv").write_text(f"code,name,kind\n{units}", encoding="utf-8")
    (folder / "contacts.csv").write_text(f"unit,role,name,email\n{people}", encoding="utf-8")
    (folder / "rules").mkdir()
    (folder / "rules" / "overdue-files.yaml").write_bytes((shipped("rules") / "overdue-files.yaml").read_bytes())
    clock = Clock(lambda: _NOW, lambda: 0.0, lambda _: None)
    made, faults = wiring.build(load_settings(folder / "config.toml"), clock)
    assert not faults
    return made


def fill(made: Site, count: int) -> None:
    """The files as they are today, their earlier versions, and what is known of their source."""
    columns = [column.name for column in files_table.columns if column.name != "id"]
    history = [column.name for column in table_of(FileHistory).columns if column.name != "id"]
    store, begun = made.store, _NOW - timedelta(days=_DAYS)
    with store.write() as session:
        connection = session.connection()
        rows = ([row[name] for name in columns] for row in _rows(made, count))
        store.dialect.bulk_insert(connection, files_table, columns, rows)
        earlier = ([row[name] for name in history] for row in _versions(count))
        store.dialect.bulk_insert(connection, table_of(FileHistory), history, earlier)
        known = {"source": _SOURCE, "dataset": "files", "as_of": _NOW, "records": count}
        connection.execute(insert(table_of(SourceState)).values(**known, believed_at=_NOW))
        poll = {"started_at": begun, "ended_at": begun, "state": "believed", "complete": True}
        connection.execute(insert(table_of(Poll)).values(**known, **poll))
    with store.write() as session:
        for table in (files_table, table_of(FileHistory)):
            store.dialect.refresh_statistics(session.connection(), table)


def _lives(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each file as its source showed it first, and what became of it, if it ended: the same at every call."""
    chance = random.Random(766)
    for number in range(count):
        came = _NOW - timedelta(days=_DAYS * (number + 1) / count, minutes=chance.randrange(600))
        due = came + timedelta(days=chance.randrange(3, 25))
        late = chance.random() < 0.1
        end = due + timedelta(hours=chance.randrange(24, 500) if late else -chance.randrange(1, 60))
        for_good = chance.random() < 0.005  # nobody ends it
        end = max(end, came + timedelta(hours=1))
        seen, promised = moment_text(came + timedelta(minutes=45)), moment_text(due)
        row: dict[str, Any] = {
            "submitted_at": moment_text(came),
            "accepted_at": moment_text(came + timedelta(minutes=30)),
        }
        row |= {"code": f"H26.{number % _UNITS}-260901-{number:07}", "unit": f"H26.{number * 7919 % _UNITS}"}
        row |= {"source": _SOURCE, "status": "processing", "procedure": f"1.{number % 900:06}", "by_minute": False}
        row |= {"raw_hash": number, "first_seen_at": seen, "version_since": seen, "changed_at": seen, "missed": 0}
        row |= {"preferred": True, "section": f"Phòng {number % 9}", "supplement_requests": 0}
        row |= {"due_at": promised, "first_due_at": promised}
        if for_good or end > _NOW:
            yield row, None
            continue
        told = moment_text(end + timedelta(minutes=15))
        yield row, {"status": "done", "ended_at": moment_text(end), "version_since": told, "changed_at": told}


def _rows(made: Site, count: int) -> Iterator[dict[str, Any]]:
    now, empty = Lives(made, made.calendar, ()).at(_NOW), dict.fromkeys(column.name for column in files_table.columns)
    for first, became in _lives(count):
        row = empty | first | (became or {})
        derived = now.derived(row, row["status"])
        yield row | {name: derived[name] for name in FileRows.columns if row.get(name) is None}


def _versions(count: int) -> Iterator[dict[str, Any]]:
    empty = dict.fromkeys(column.name for column in table_of(FileHistory).columns)
    for first, became in _lives(count):
        if became is not None:
            yield empty | first | {"known_from": first["first_seen_at"], "known_to": became["changed_at"]}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=200_000)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = site(Path(folder))
        fill(made, given.records)
        seconds, found = [], 0
        for _ in range(3):
            begun = time.process_time()
            with made.store.write() as session:
                found = find(session, made.rules.compiled.values(), AsOf(_PAST, made.calendar, live=False)).findings
            seconds.append(time.process_time() - begun)
        said(f"backtest: one evaluation finds {found} in {min(seconds) * 1000:.0f} ms")
        begun = time.process_time()
        done = replay(made, made.rules, since=_SINCE, until=_UNTIL, at=(made.settings.digest.at,))
        ours = time.process_time() - begun
        said(f"backtest: {done.looks} looks, {len(done.messages)} messages, {len(done.found)} found in {ours:.1f} s")
        case = f"backtest, sqlite: {given.records} files, a year, a look a day, one rule"
        at_most(case, ours=ours, floor=min(seconds), goal=_GOAL, unit="s of CPU")
        made.close()


if __name__ == "__main__":
    main()
