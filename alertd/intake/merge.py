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
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Session

from alertd.intake import assignment_merge, file_merge, prefer
from alertd.intake.measure import alive, listed
from alertd.intake.stage import Staged
from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.datasets import TAKEN_IN
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
    list; ``mapped``: our fields that the source gives; ``alike``: it was read by the same mapping last; ``ends``: what is absent
    has ended."""

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
    alike: bool = True

    def run(self, session: Session, staged: Staged) -> Moved:
        connection = session.connection()
        prefer.one_at_a_time(session)
        alone = prefer.alone(session, self.dataset, self.source)
        changed = 0
        if not self.first and staged.fresh:
            self._keep_history(session, and_(self._pairs, self._differs_watched()), self._stage)
            changed = connection.execute(self._update(alone=alone)).rowcount
        new = connection.execute(self._insert(alone=alone), execution_options=_COUNTED).rowcount if staged.fresh else 0
        gone = self._absent(session) if self.whole and not self.first else 0
        if self.dataset == "assignments" and "title" not in self.mapped and not self.alike:
            connection.execute(assignment_merge.titles_withheld(self.source))
        if not alone:
            prefer.prefer(session, self.dataset, self.authorities, self._touched(gone))
        return Moved(new, changed, staged.listed - staged.unreadable - new - changed, gone)

    def confirm(self, session: Session) -> int:
        """The source says that the last snapshot still holds: what it did not list is missing for the second time. Gives how
        many are gone; no other row is touched."""
        prefer.one_at_a_time(session)
        gone = self._leave(session) if self.whole else 0
        if gone and not prefer.alone(session, self.dataset, self.source):
            prefer.prefer(session, self.dataset, self.authorities, self._left())
        return gone

    @property
    def now(self) -> ColumnElement[datetime]:
        return literal(self.at.now, Moment)

    @property
    def _table(self) -> Table:
        return TAKEN_IN[self.dataset].table

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
            values |= file_merge.continued(self.at, self.mapped, alike=self.alike)
        elif self.dataset == "assignments":
            values |= assignment_merge.continued(self.at, self.mapped, alike=self.alike)
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

    def _differs_watched(self) -> ColumnElement[bool]:
        stored, staged = self._table.c, self._stage.c
        watched = [name for name in TAKEN_IN[self.dataset].watched if name != "gone_at"]
        differs = [stored[name].is_distinct_from(staged[name]) for name in watched]
        if self.dataset == "files":
            differs.append(file_merge.came_anew())
        return or_(stored.gone_at.is_not(None), *differs)

    def _keep_history(self, session: Session, where: ColumnElement[bool], *also: Table) -> None:
        """The versions that are about to be overwritten."""
        history = HISTORY.get(self.dataset)
        if history is None:
            return
        dataset = TAKEN_IN[self.dataset]
        stored, watched = self._table.c, (*dataset.watched, *dataset.kept_too)
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
        here = and_(self._missed, listed(self.dataset, self.poll))
        connection.execute(update(self._table).where(here).values(missed=0))
        if not self.missing:
            return 0
        gone = self._leave(session)
        once = and_(alive(self.dataset, self.source), stored.missed == 0, ~listed(self.dataset, self.poll))
        connection.execute(update(self._table).where(once).values(missed=1))
        return gone

    @property
    def _missed(self) -> ColumnElement[bool]:
        return and_(alive(self.dataset, self.source), self._table.c.missed > 0)

    def _leave(self, session: Session) -> int:
        """What is missing for the second time is gone, or has ended."""
        stored = self._table.c
        if not session.connection().execute(select(exists().where(self._missed))).scalar():
            return 0
        self._keep_history(session, self._missed)
        leave: dict[str, ColumnElement[Any]] = {"preferred": literal(False, Boolean)}
        if self.ends:
            leave = (assignment_merge if self.dataset == "assignments" else file_merge).ended(self.at)
        values = {"gone_at": self.now, "missed": stored.missed + 1, "version_since": self.now, "changed_at": self.now}
        return (
            session.connection().execute(update(self._table).where(self._missed).values({**values, **leave})).rowcount
        )

    def _touched(self, gone: int) -> Any:
        """Keys for which another copy may count now: those read anew, and those that are gone since."""
        staged = self._stage.c
        read = select(staged[prefer.key(self.dataset)]).where(staged.poll_id == self.poll, staged.fresh.is_(True))
        return read.union_all(self._left()) if gone else read

    def _left(self) -> Any:
        stored = self._table.c
        return select(stored[prefer.key(self.dataset)]).where(stored.source == self.source, stored.gone_at == self.now)
