"""Days of a small city in steps of a quarter of an hour: records that change, time that ticks, messages that go out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from alertd.alerts import cycles
from alertd.alerts.lifecycle import reconcile
from alertd.model.alerts import alerts_table, findings_table, standing
from alertd.model.base import table_of
from alertd.model.files import FileHistory, files_table
from alertd.model.rule import Evaluation
from alertd.model.words import Level, Reason
from alertd.notices import news
from alertd.notices.digest import write_digests
from alertd.notices.tell import tell
from tests.notice_city import OVERDUE, City, at


@dataclass
class File:
    unit: str | None
    levels: dict[str, int]  # by rule
    row: int = 0


@dataclass
class Days:
    """``found``: what the rules find of each record; `step` is a cycle with all that it tells."""

    city: City
    now: datetime
    found: dict[str, File] = field(default_factory=dict)
    cycle: int = 0

    def file(self, code: str, level: Level, *, unit: str | None = "H26.1", rule: str = OVERDUE.id) -> None:
        """A new record, or one of which its source says something new."""
        known = self.found.get(code)
        if known is None:
            known = self.found[code] = File(unit, {})
            known.row = self.city.file(code, unit, late=int(level) * 5)
            self._write(code, first_seen_at=self.now)
        known.unit = unit
        known.levels[rule] = int(level)
        self._write(code, changed_at=self.now, unit=unit)

    def was_promised(self, code: str, due: datetime | None) -> None:
        """Its source says now what it says, and gave another date until now."""
        known = {"source": "one-stop", "code": code, "known_from": self.now - timedelta(days=9), "known_to": self.now}
        with self.city.store.write() as session:
            session.connection().execute(insert(table_of(FileHistory)), [known | {"unit": "H26.1", "due_at": due}])

    def ticks(self, code: str, level: Level | None, *, rule: str = OVERDUE.id) -> None:
        """Time alone: the record's row stays as it is. None: the rule finds it no more."""
        if level is None:
            self.found[code].levels.pop(rule, None)
        else:
            self.found[code].levels[rule] = int(level)

    def ends(self, code: str, *, ended: bool = True) -> None:
        """It is found no more by its own new row, with an end date or without."""
        self.found[code].levels.clear()
        given: dict[str, Any] = {"ended_at": self.now, "is_open": False} if ended else {}
        self._write(code, changed_at=self.now, **given)

    def gone(self, code: str) -> None:
        self.found[code].levels.clear()
        self._write(code, changed_at=self.now, gone_at=self.now, preferred=False)

    def _write(self, code: str, **values: Any) -> None:
        with self.city.store.write() as session:
            session.connection().execute(update(files_table).where(files_table.c.code == code).values(values))

    def step(self, moment: datetime | None = None, *, because: Reason | None = None) -> int:
        """A cycle at that moment, by default now; gives how many messages were written."""
        self.now = moment or self.now
        as_of, desk = at(self.now), self.city.desk(self.now)
        with self.city.store.write() as session:
            self.cycle = cycles.begin(session, as_of, desk.rules)
            evaluation = Evaluation(tuple(desk.rules.rules), {}, 0)
            connection = session.connection()
            connection.execute(findings_table.delete())
            if rows := self._findings(session, desk.rules.rules):
                connection.execute(insert(findings_table), rows)
            reconcile(session, desk.rules, evaluation, desk.freshness, as_of, self.cycle, because=because)
            written = tell(session, desk, as_of, self.cycle).notices
            return written + write_digests(session, desk, as_of, self.cycle)

    def _findings(self, session: Any, rules: Mapping[str, Any]) -> list[dict[str, Any]]:
        c = files_table.c
        rows = session.connection().execute(select(c.id, c.code, c.changed_at).where(c.preferred.is_(True)))
        changed = {row.code: row for row in rows}
        return [
            {
                "rule": rule,
                "key": code,
                "record_id": file.row,
                "source": "one-stop",
                "record_changed_at": changed[code].changed_at,
                "unit": file.unit,
                "level": level,
                "measure": level * 5,
            }
            for code, file in self.found.items()
            for rule, level in file.levels.items()
            if rule in rules and code in changed
        ]

    def until(self, end: datetime, step: timedelta = timedelta(minutes=15)) -> list[datetime]:
        """Steps up to and including ``end``; the moments at which anything was written."""
        told = []
        while self.now + step <= end:
            if self.step(self.now + step):
                told.append(self.now)
        return told

    def messages(self) -> Counter[tuple[str, str]]:
        """How many each person got on each local day; a list by mail belongs to its message."""
        return Counter(
            (notice.meant_for or notice.person, str(at(notice.created_at).today))
            for notice in self.city.notices()
            if not (notice.once or "").endswith(":list") and notice.kind != "system"
        )

    def untold(self) -> list[str]:
        """What is due now and was told by nothing."""
        desk, as_of, a = self.city.desk(self.now), at(self.now), alerts_table.c
        due = news.due_now(desk.rules, as_of, desk.believed) | news.due_in_digest(desk.rules, desk.believed)
        with self.city.store.read() as session:
            return sorted(session.connection().execute(select(a.key).where(standing(a.state), due)).scalars())
