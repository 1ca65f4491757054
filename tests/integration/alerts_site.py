"""A site for stories about alerts: records that a source gave, and cycles whose findings the test names itself."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, event, insert, select, update
from sqlmodel import Session

from alertd.alerts import dispute_rows, disputes
from alertd.alerts.disputes import Raised, Terms
from alertd.alerts.lifecycle import Reconciled, reconcile
from alertd.model.alerts import AlertEvent, Cycle, alerts_table, findings_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.dataset import Dataset
from alertd.model.duration import Duration
from alertd.model.files import FILES, files_table
from alertd.model.freshness import Doubt, Freshness
from alertd.model.rule import Addressee, Evaluation, Rule, RuleSet, To
from alertd.model.words import Level, Reason, Send
from alertd.store.database import Store

START = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Hanoi
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
SOURCE = "one-stop"
OVERDUE, SOON = "overdue-files", "files-due-soon"
TERMS = Terms(Duration.parse("3 working days"), Duration.parse("5 working days"), 90)
_events, _cycles = table_of(AlertEvent), table_of(Cycle)


def rule(name: str, version: str = "1", dataset: Dataset = FILES, shows: Sequence[str] = ()) -> Rule:
    return Rule(
        id=name,
        version=f"{name}@{version}",
        file=f"{name}.yaml",
        text="",
        dataset=dataset,
        fields=dataset.fields,
        title={"en": name},
        to=To(Addressee.UNIT_HEAD),
        send=dict.fromkeys(Level, Send.DIGEST),
        template="",
        measure="working_days_late",
        shows=tuple(shows) or dataset.shows,
    )


class City:
    """Its clock stands still but for `later`; each cycle is one transaction, as in the pipeline."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, START
        self.rules = {name: rule(name) for name in (OVERDUE, SOON)}
        self.set_aside: dict[str, str] = {}
        self.doubted: set[str] = set()
        self.cycles = 0

    @property
    def at(self) -> AsOf:
        return AsOf(self.now, CALENDAR)

    @property
    def rule_set(self) -> RuleSet:
        return RuleSet(self.rules, "set", self.set_aside)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def record(self, key: str, *, source: str = SOURCE, unit: str | None = "H26.1", **given: Any) -> int:
        """The source gives the record, or gives it anew."""
        basic: dict[str, Any] = {"raw_hash": 1, "first_seen_at": self.now, "version_since": self.now, "missed": 0}
        basic |= {"preferred": True, "is_open": True, "waiting_for_citizen": False, "by_minute": False}
        values = {"unit": unit, "changed_at": self.now} | given
        where = (files_table.c.source == source) & (files_table.c.code == key)
        with self.store.write() as session:
            connection = session.connection()
            if connection.execute(update(files_table).where(where).values(values)).rowcount == 0:
                connection.execute(insert(files_table).values(basic | values | {"source": source, "code": key}))
            return int(connection.execute(select(files_table.c.id).where(where)).scalar_one())

    def gone(self, key: str) -> None:
        """Two believed snapshots did not list it."""
        with self.store.write() as session:
            lost = update(files_table).where(files_table.c.code == key, files_table.c.preferred)
            session.connection().execute(lost.values(gone_at=self.now, preferred=False, changed_at=self.now))

    def cycle(
        self,
        found: Mapping[str, Mapping[str, int]] | None = None,
        *,
        faults: Sequence[str] = (),
        later: bool = True,
    ) -> dict[str, int]:
        """A quarter of an hour later the rules find these levels, by rule and key; counts by reason."""
        if later:
            self.later(minutes=15)
        self.cycles += 1
        ran = [name for name in self.rules if name not in faults]
        with self.store.write() as session:
            values = {"now": self.now, "rule_set": "set", "ran": json.dumps(ran), "faults": "{}", "live_mode": True}
            values |= {"findings": 0, "opened": 0, "worse": 0, "resolved": 0, "notices": 0, "state": "done"}
            connection = session.connection()
            number = connection.execute(insert(_cycles).values(values).returning(_cycles.c.id)).scalar_one()
            self.find(session, found or {})
            done = self.reconcile(session, number, ran, faults)
            dispute_rows.follow(session, self.rule_set, self.now, number)
        return {reason.value: count for reason, count in done.counts.items()}

    def reconcile(
        self,
        session: Session,
        cycle: int,
        ran: Sequence[str],
        faults: Sequence[str] = (),
        because: Reason | None = None,
    ) -> Reconciled:
        evaluation = Evaluation(tuple(ran), dict.fromkeys(faults, "broken"), 0)
        return reconcile(session, self.rule_set, evaluation, self.freshness, self.at, cycle, because=because)

    @property
    def freshness(self) -> dict[str, Freshness]:
        doubts = {name: Doubt.FAILED if name in self.doubted else None for name in (SOURCE, "portal")}
        return {name: Freshness(name, "files", self.now, self.now, doubt) for name, doubt in doubts.items()}

    def find(self, session: Session, found: Mapping[str, Mapping[str, int]]) -> None:
        """What `evaluate` would write: the preferred copy of each record, with a level and a measure of ten times that."""
        connection = session.connection()
        connection.execute(findings_table.delete())
        c = files_table.c
        rows = connection.execute(
            select(c.code, c.id, c.source, c.changed_at, c.unit).where(c.preferred.is_(True))
        ).all()
        copies = {row.code: row for row in rows}
        findings = [
            {
                "rule": name,
                "key": key,
                "record_id": copies[key].id,
                "source": copies[key].source,
                "record_changed_at": copies[key].changed_at,
                "unit": copies[key].unit,
                "level": level,
                "measure": level * 10,
            }
            for name, levels in found.items()
            for key, level in levels.items()
        ]
        if findings:
            connection.execute(insert(findings_table), findings)

    def alert(self, key: str, name: str = OVERDUE) -> RowMapping:
        with self.store.read() as session:
            wanted = select(alerts_table).where(alerts_table.c.rule == name, alerts_table.c.key == key)
            return session.connection().execute(wanted).mappings().one()

    def dispute(self, alert: int, reason: str = "already returned", by: str = "Lan") -> str:
        with self.store.write() as session:
            return disputes.dispute(session, alert, Raised(by, "lan@h.vn"), reason=reason, at=self.at, terms=TERMS)

    def life(self, key: str, name: str = OVERDUE) -> list[str]:
        """The reasons of its events, in their order."""
        return [row["what"] for row in self.events(key, name)]

    def events(self, key: str, name: str = OVERDUE) -> list[RowMapping]:
        number = self.alert(key, name)["id"]
        with self.store.read() as session:
            wanted = select(_events).where(_events.c.alert_id == number).order_by(_events.c.id)
            return list(session.connection().execute(wanted).mappings())

    def counted(self) -> Counter[str]:
        """How many alerts there are, by state."""
        with self.store.read() as session:
            return Counter(session.connection().execute(select(alerts_table.c.state)).scalars())


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
