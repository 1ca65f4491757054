"""Reconcile against a plain loop over records, through random weeks of findings, doubts, faults and people."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from alertd.alerts.acknowledge import acknowledge
from alertd.model.alerts import AlertEvent, Cycle, alerts_table
from alertd.model.base import table_of
from alertd.model.files import files_table
from alertd.store.database import Store, open_store
from tests.integration.alerts_site import OVERDUE, SOON, City, rule

KEYS, NAMES = ("a", "b"), (OVERDUE, SOON)
STANDS = ("open", "acknowledged", "disputed")

# What happens to a record before a cycle, what the source is worth in it, what becomes of each rule, what people do.
RECORD = st.sampled_from(["stays", "stays", "touched", "to another unit", "gone", "gone"])
RULE = st.sampled_from(["runs", "runs", "runs", "runs", "fails", "set aside", "removed", "changed"])
LEVEL = st.sampled_from([None, None, 0, 1, 2, 3])
STEP = st.fixed_dictionaries(
    {
        "records": st.tuples(*[RECORD for _ in KEYS]),
        "levels": st.tuples(*[LEVEL for _ in KEYS for _ in NAMES]),
        "rules": st.tuples(*[RULE for _ in NAMES]),
        "doubt": st.booleans(),
        "person": st.sampled_from([None, None, "acknowledged", "disputed"]),
    }
)


@dataclass
class Row:
    """A record as the source gives it: its unit, how often it was written, whether it is listed."""

    unit: str = "H26.1"
    written: int = 0
    listed: bool = True


@dataclass
class Modelled:
    """The alert that a plain loop would keep."""

    state: str
    level: int
    unit: str
    version: int
    written: int
    times: int = 1
    life: list[str] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return self.state in STANDS

    def found(self, level: int, row: Row, version: int) -> None:
        moved, before = self.unit != row.unit, self.level
        if not self.stands:
            self.state, self.times = "open", self.times + 1
            self.life.append("reopened")
        elif level == before and not moved:
            self.version, self.written = version, row.written
            return
        else:
            self.life += ["moved"] * moved
            self.life += ["worse"] * (level > before) + ["eased"] * (level < before)
            if moved or (level > before and self.state == "acknowledged"):
                self.state = "open"
        self.level, self.unit, self.version, self.written = level, row.unit, version, row.written

    def ends(self, reason: str) -> None:
        withdrawn = reason in ("excluded", "rule_changed", "rule_removed")
        self.state = "withdrawn" if withdrawn else "resolved"
        self.life.append(reason)

    def missed(self, row: Row, version: int, *, fresh: bool, taken_over: bool) -> None:
        if row.listed and row.written != self.written:
            self.ends("moved_on" if taken_over else "resolved")
        elif row.listed and version != self.version:
            self.ends("rule_changed")
        elif fresh:
            self.ends("moved_on" if row.listed else "gone")


class Loop:
    """All that happened so far, as a loop would keep it."""

    def __init__(self) -> None:
        self.rows = {key: Row() for key in KEYS}
        self.versions = dict.fromkeys(NAMES, 1)
        self.alerts: dict[tuple[str, str], Modelled] = {}

    def cycle(self, levels: dict[str, dict[str, int]], status: dict[str, str], *, fresh: bool) -> None:
        opened: set[tuple[str, str]] = set()
        for name in NAMES:
            if status[name] not in ("runs", "changed"):
                continue
            for key, level in levels[name].items():
                alert, row = self.alerts.get((name, key)), self.rows[key]
                if level == 0:
                    if alert and alert.stands:
                        alert.ends("excluded")
                    continue
                if alert is None or not alert.stands:
                    opened.add((name, key))
                if alert is None:
                    life = ["opened"]
                    self.alerts[name, key] = Modelled(
                        "open", level, row.unit, self.versions[name], row.written, 1, life
                    )
                else:
                    alert.found(level, row, self.versions[name])
        self._missing(levels, status, opened, fresh=fresh)

    def _missing(
        self, levels: dict[str, dict[str, int]], status: dict[str, str], opened: set[tuple[str, str]], *, fresh: bool
    ) -> None:
        for (name, key), alert in self.alerts.items():
            if not alert.stands or (key in levels[name] and status[name] in ("runs", "changed")):
                continue
            if status[name] == "removed":
                alert.ends("rule_removed")
            elif status[name] in ("runs", "changed"):
                others = {other for other, of in opened if of == key and other != name}
                alert.missed(self.rows[key], self.versions[name], fresh=fresh, taken_over=bool(others))


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("model") / "alertd.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


@given(steps=st.lists(STEP, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_reconcile_does_what_a_loop_would(one_store: Store, steps: list[dict[str, Any]]) -> None:
    with one_store.write() as session:
        for table in (alerts_table, files_table, table_of(AlertEvent), table_of(Cycle)):
            session.connection().execute(delete(table))
    city, loop = City(one_store), Loop()
    for key in KEYS:
        city.record(key)
    for step in steps:
        city.later(minutes=15)
        happen(city, loop, step)
        compare(city, loop)


def happen(city: City, loop: Loop, step: dict[str, Any]) -> None:
    for key, change in zip(KEYS, step["records"], strict=True):
        row = loop.rows[key]
        if change == "stays":
            continue
        row.written += 1
        row.listed = change != "gone"
        row.unit = {"H26.1": "H26.2", "H26.2": "H26.1"}[row.unit] if change == "to another unit" else row.unit
        city.gone(key) if change == "gone" else city.record(key, unit=row.unit, preferred=True, gone_at=None)
    status = dict(zip(NAMES, step["rules"], strict=True))
    for name, what in status.items():
        loop.versions[name] += what == "changed"
    city.rules = {
        name: rule(name, str(loop.versions[name]))
        for name, what in status.items()
        if what not in ("set aside", "removed")
    }
    city.set_aside = {name: "broken" for name, what in status.items() if what == "set aside"}
    city.doubted = {"one-stop"} if step["doubt"] else set()
    chosen = iter(step["levels"])
    levels: dict[str, dict[str, int]] = {name: {} for name in NAMES}
    for name in NAMES:
        for key in KEYS:
            level = next(chosen)
            if level is not None and loop.rows[key].listed and status[name] in ("runs", "changed"):
                levels[name][key] = level
    city.cycle(levels, faults=[name for name, what in status.items() if what == "fails"], later=False)
    loop.cycle(levels, status, fresh=not step["doubt"])
    people(city, loop, step["person"])


def people(city: City, loop: Loop, act: str | None) -> None:
    """Somebody answers every open alert."""
    for (name, key), alert in loop.alerts.items():
        if act is None or alert.state != "open":
            continue
        alert.state = act
        alert.life.append(act)
        number = city.alert(key, name)["id"]
        if act == "disputed":
            city.dispute(number)
            continue
        with city.store.write() as session:
            acknowledge(session, number, by="Lan", at=city.at)


def compare(city: City, loop: Loop) -> None:
    with city.store.read() as session:
        rows = session.connection().execute(select(alerts_table)).all()
    kept = {(row.rule, row.key): (row.state, row.level, row.unit, row.times_opened) for row in rows}
    assert kept == {pair: (alert.state, alert.level, alert.unit, alert.times) for pair, alert in loop.alerts.items()}
    for row in rows:
        assert city.life(row.key, row.rule) == loop.alerts[row.rule, row.key].life
        assert (row.resolved_at is None) == (row.state in STANDS)
        assert (row.acknowledged_at is not None) or row.state != "acknowledged"
