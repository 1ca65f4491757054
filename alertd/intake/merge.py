"""Move what is believed from the stage into the records: a handful of set-based statements in the caller's transaction.

Only rows that differ are written. An earlier version of a watched field is kept in the history; a record that two whole
snapshots in a row do not list is gone, or has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Table,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Session

from alertd.intake import prefer
from alertd.intake.measure import alive, listed
from alertd.intake.stage import Staged
from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.datasets import DATASETS
from alertd.model.files import FileHistory
from alertd.model.polls import STAGES
from alertd.model.records import BOOKKEEPING

_COUNTED = {"preserve_rowcount": True}  # of an INSERT it is forgotten otherwise
HISTORY: Mapping[str, Table] = {"files": table_of(FileHistory)}


@dataclass(frozen=True)
class Moved:
    """What a merge came to, in records."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Merge:
    """One believed snapshot. ``first``: nothing of the source is stored yet; ``missing``: stored records that it does not
    list; ``mapped``: our fields that the source gives; ``ends``: what is absent has ended."""

    dataset: str
    source: str
    poll: int
    at: AsOf
    first: bool
    missing: int
    whole: bool
    ends: bool
    mapped: frozenset[str]
    authorities: Mapping[str, int]

    def run(self, session: Session, staged: Staged) -> Moved:
        connection = session.connection()
        alone = prefer.alone(session, self.dataset, self.source)
        changed = 0
        if not self.first and staged.fresh:
            self._keep_history(session, and_(self._pairs, self._differs_watched()), self._stage)
            changed = connection.execute(self._update(alone=alone)).rowcount
        new = connection.execute(self._insert(alone=alone), execution_options=_COUNTED).rowcount if staged.fresh else 0
        gone = self._absent(session) if self.whole and not self.first else 0
        if not alone:
            prefer.prefer(session, self.dataset, self.authorities, self._touched(gone))
        return Moved(new, changed, staged.listed - staged.unreadable - new - changed, gone)

    @property
    def now(self) -> ColumnElement[datetime]:
        return literal(self.at.now, Moment)

    @property
    def _table(self) -> Table:
        return DATASETS[self.dataset].table

    @property
    def _stage(self) -> Table:
        return STAGES[self.dataset]

    @property
    def _given(self) -> list[str]:
        """The columns that a row on the stage brings."""
        return [column.name for column in self._table.columns if column.name not in BOOKKEEPING]

    @property
    def _pairs(self) -> ColumnElement[bool]:
        """A row in full on the stage, and the stored one of its code."""
        stored, staged = self._table.c, self._stage.c
        return and_(
            staged.poll_id == self.poll,
            staged.fresh.is_(True),
            stored.source == self.source,
            stored.code == staged.code,
        )

    def _insert(self, *, alone: bool) -> Any:
        stored, staged = self._table.c, self._stage.c
        given = self._given
        own = {
            "source": literal(self.source),
            "first_seen_at": self.now,
            "version_since": self.now,
            "changed_at": self.now,
            "missed": literal(0, Integer),
            "preferred": literal(alone, Boolean),
        }
        rows = select(*(staged[name] for name in given), *own.values()).where(
            staged.poll_id == self.poll, staged.fresh.is_(True)
        )
        if not self.first:
            rows = rows.where(~exists().where(stored.source == self.source, stored.code == staged.code))
        return insert(self._table).from_select([*given, *own], rows)

    def _update(self, *, alone: bool) -> Any:
        stored, staged = self._table.c, self._stage.c
        values: dict[str, ColumnElement[Any]] = {name: staged[name] for name in self._given if name != "code"}
        if self.dataset == "files":
            values |= self._of_files()
        differs = or_(
            stored.raw_hash != staged.raw_hash,
            stored.gone_at.is_not(None),
            *(stored[name].is_distinct_from(value) for name, value in values.items() if name != "raw_hash"),
        )
        values |= {
            "version_since": case((self._differs_watched(), self.now), else_=stored.version_since),
            "changed_at": self.now,
            "missed": literal(0, Integer),
            "gone_at": literal(None, Moment),
        }
        if alone:
            values["preferred"] = literal(True, Boolean)
        return update(self._table).where(self._pairs, differs).values(values)

    def _of_files(self) -> dict[str, ColumnElement[Any]]:
        """What the stage alone cannot know: since when, and what was known before."""
        stored, staged = self._table.c, self._stage.c
        values: dict[str, ColumnElement[Any]] = {}
        moved = and_(stored.unit.is_not(None), stored.unit.is_distinct_from(staged.unit))
        since = func.coalesce(staged.unit_since, case((moved, self.now), else_=stored.unit_since))
        values["unit_since"] = since
        before = or_(staged.last_event_at.is_(None), staged.last_event_at < since)
        values["last_event_at"] = case((before, since), else_=staged.last_event_at)
        if "first_due_at" not in self.mapped:
            values["first_due_at"] = func.coalesce(stored.first_due_at, staged.first_due_at)
        # Ended, nobody says when: a file that was open until now ended now; one that is known to have ended stays so.
        today, number = self._today()
        for name, before, now in (
            ("assumed_end_at", stored.assumed_end_at, self.now),
            ("stop_at", stored.assumed_end_at, self.now),
            ("stop_day", stored.ended_day, today),
            ("stop_day_no", stored.ended_day_no, number),
            ("ended_day", stored.ended_day, today),
            ("ended_day_no", stored.ended_day_no, number),
        ):
            values[name] = case(
                (staged.assumed_end_at.is_(None), staged[name]),
                (stored.assumed_end_at.is_not(None), before),
                else_=now,
            )
        return values

    def _today(self) -> tuple[ColumnElement[int], ColumnElement[int]]:
        today = self.at.today
        return literal(today.toordinal(), Integer), literal(self.at.calendar.number(today), Integer)

    def _differs_watched(self) -> ColumnElement[bool]:
        stored, staged = self._table.c, self._stage.c
        watched = [name for name in DATASETS[self.dataset].watched if name != "gone_at"]
        return or_(stored.gone_at.is_not(None), *(stored[name].is_distinct_from(staged[name]) for name in watched))

    def _keep_history(self, session: Session, where: ColumnElement[bool], *also: Table) -> None:
        """The versions that are about to be overwritten."""
        history = HISTORY.get(self.dataset)
        if history is None:
            return
        stored, watched = self._table.c, DATASETS[self.dataset].watched
        # a clock that was set back must not make a version end before it began
        until = case((stored.version_since > self.now, stored.version_since), else_=self.now)
        names = ["source", "code", "known_from", "known_to", *watched]
        rows = select(
            stored.source, stored.code, stored.version_since, until, *(stored[name] for name in watched)
        ).where(where)
        if also:
            rows = rows.select_from(self._table, *also)
        session.connection().execute(insert(history).from_select(names, rows))

    def _absent(self, session: Session) -> int:
        """Count what a whole snapshot does not list; what is missing for the second time is gone. Gives how many."""
        stored, connection = self._table.c, session.connection()
        mine = alive(self.dataset, self.source)
        again = and_(mine, stored.missed > 0)
        connection.execute(update(self._table).where(again, listed(self.dataset, self.poll)).values(missed=0))
        if not self.missing:
            return 0
        self._keep_history(session, again)
        leave = self._ended() if self.ends and self.dataset == "files" else {"preferred": literal(False, Boolean)}
        values = {"gone_at": self.now, "missed": stored.missed + 1, "version_since": self.now, "changed_at": self.now}
        gone = connection.execute(update(self._table).where(again).values({**values, **leave})).rowcount
        once = and_(mine, stored.missed == 0, ~listed(self.dataset, self.poll))
        connection.execute(update(self._table).where(once).values(missed=1))
        return gone

    def _ended(self) -> dict[str, ColumnElement[Any]]:
        """A file that is no longer listed has ended: now, where nothing says when. Its copy stays the one that rules see."""
        stored = self._table.c
        today, number = self._today()
        dated = func.coalesce(stored.ended_at, stored.returned_at, stored.assumed_end_at).is_not(None)
        values: dict[str, ColumnElement[Any]] = {
            "is_open": literal(False, Boolean),
            "waiting_for_citizen": literal(False, Boolean),
        }
        for name, now in (
            ("assumed_end_at", self.now),
            ("stop_at", self.now),
            ("stop_day", today),
            ("stop_day_no", number),
            ("ended_day", today),
            ("ended_day_no", number),
        ):
            values[name] = case((dated, stored[name]), else_=now)
        return values

    def _touched(self, gone: int) -> Any:
        """Codes for which another copy may count now: those read anew, and those that are gone since."""
        stored, staged = self._table.c, self._stage.c
        read = select(staged.code).where(staged.poll_id == self.poll, staged.fresh.is_(True))
        if not gone:
            return read
        left = select(stored.code).where(stored.source == self.source, stored.gone_at == self.now)
        return read.union_all(left)
