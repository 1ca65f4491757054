"""What the guard looks at, counted in the database: the stage beside what is stored, whole and by unit. It decides nothing.

A handful of statements, whatever the number of records: what is missing, what would change in those that came in full (all
other rows are as they are stored), what is new, and how much of each there was.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, case, exists, func, select
from sqlmodel import Session

from alertd.intake import states
from alertd.intake.belief import NO_DIFFERENCE, Differences, Move, Part
from alertd.intake.stage import Staged
from alertd.intake.states import State
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.datasets import TAKEN_IN
from alertd.model.polls import STAGES

# A unit with fewer records changes by a third from one day to the next.
UNIT_FROM = 20
# An end that is entered later than this after it happened proves nothing: whole columns are filled like that.
_PROOF = timedelta(days=7)
_KEYS = ("unit", "word_before", "word_after", "before", "after", "late_before", "late_after", "dated")


def listed(dataset: str, poll: int) -> ColumnElement[bool]:
    """The stored record's code stands on the stage of the poll."""
    stage = STAGES[dataset].c
    return exists().where(stage.poll_id == poll, stage.code == TAKEN_IN[dataset].table.c.code)


def alive(dataset: str, source: str) -> ColumnElement[bool]:
    table = TAKEN_IN[dataset].table.c
    return and_(table.source == source, table.gone_at.is_(None))


@dataclass
class _Counts:
    """Of one unit, while it is counted."""

    stored: int = 0
    before: int = 0
    missing: int = 0
    first_missing: int = 0
    new: int = 0
    held: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    moves: Counter[Move] = field(default_factory=Counter)

    def add(self, other: "_Counts") -> None:
        self.stored += other.stored
        self.before += other.before
        self.missing += other.missing
        self.first_missing += other.first_missing
        self.new += other.new
        self.held.update(other.held)
        self.lost.update(other.lost)
        self.gained.update(other.gained)
        self.moves.update(other.moves)

    def part(self) -> Part:
        return Part(
            before=self.before,
            after=self.before - self.first_missing + self.new,
            new=self.new,
            compared=self.stored - self.missing,
            had={name: self.held[name] for name in self.lost},
            lost=dict(self.lost),
            gained=dict(self.gained),
            moves=dict(self.moves),
        )


@dataclass(frozen=True)
class Measure:
    """``whole``: the snapshot lists every live record, so what it does not list is missing; ``fields``: the mapped ones, but
    the code; ``gains``: whether to count the cells that are filled as well; ``believed_at``: the last believed snapshot."""

    dataset: str
    source: str
    poll: int
    at: AsOf
    whole: bool
    fields: Sequence[str]
    gains: bool
    believed_at: datetime | None

    def differences(self, session: Session, staged: Staged) -> Differences:
        units: dict[str | None, _Counts] = defaultdict(_Counts)
        if self.whole:
            self._missing(session, units)
        paired = self._changes(session, units) if staged.fresh else 0
        if self.whole and staged.fresh > paired:
            self._new(session, units)
        if not units:
            return NO_DIFFERENCE
        self._stored(session, units, sorted({name for counts in units.values() for name in counts.lost}))
        whole = _Counts()
        for counts in units.values():
            whole.add(counts)
        return Differences(
            missing=whole.missing,
            whole=whole.part(),
            units={unit: units[unit].part() for unit in sorted(filter(None, units)) if units[unit].stored >= UNIT_FROM},
        )

    @property
    def _table(self) -> Table:
        return TAKEN_IN[self.dataset].table

    @property
    def _stage(self) -> Table:
        return STAGES[self.dataset]

    def _missing(self, session: Session, units: dict[str | None, _Counts]) -> None:
        """Records that this snapshot does not list, and how many of them the last believed one did."""
        table = self._table.c
        first = func.sum(case((table.missed == 0, 1), else_=0))
        held = [func.count(table[name]) for name in self.fields]
        absent = and_(alive(self.dataset, self.source), ~listed(self.dataset, self.poll))
        counted = select(table.unit, func.count(), first, *held).where(absent).group_by(table.unit)
        for unit, every, lost, *values in session.connection().execute(counted):
            counts = units[unit]
            counts.missing, counts.first_missing = int(every), int(lost)
            counts.held.subtract(dict(zip(self.fields, values, strict=True)))

    def _changes(self, session: Session, units: dict[str | None, _Counts]) -> int:
        """What would change in the stored records that came in full, by the unit that has them now; gives how many came so."""
        pairs = self._pairs().subquery()
        names = [("lost", name) for name in self.fields] + [("gained", name) for name in self.fields if self.gains]
        keys = [pairs.c[name] for name in _KEYS]
        sums = (func.sum(pairs.c[f"{kind}_{name}"]) for kind, name in names)
        counted = select(*keys, func.count(), *sums).group_by(*keys)
        paired = 0
        for row in session.connection().execute(counted, self.at.parameters):
            unit, key, count, numbers = row[0], row[1 : len(_KEYS)], row[len(_KEYS)], row[len(_KEYS) + 1 :]
            paired += int(count)
            move = _move(*key)
            cells = [(kind, name, int(number)) for (kind, name), number in zip(names, numbers, strict=True) if number]
            if move is not None:
                units[unit].moves[move] += int(count)
            for kind, name, number in cells:
                (units[unit].lost if kind == "lost" else units[unit].gained)[name] += number
        return paired

    def _pairs(self) -> Select[Any]:
        """A row for each: what it was and would be, and which of its cells would be emptied or filled."""
        stored, staged = self._table.c, self._stage.c
        was, would = Scope(self._table), Scope(self._stage)
        since = (self.believed_at or self.at.now) - _PROOF
        lost = {name: and_(stored[name].is_not(None), staged[name].is_(None)) for name in self.fields}
        gained = {name: and_(stored[name].is_(None), staged[name].is_not(None)) for name in self.fields if self.gains}
        return select(
            stored.unit.label("unit"),
            states.word(self.dataset, was).label("word_before"),
            states.word(self.dataset, would).label("word_after"),
            states.state(self.dataset, was).label("before"),
            states.state(self.dataset, would).label("after"),
            states.late(self.dataset, was).label("late_before"),
            states.late_then(self.dataset, was, would).label("late_after"),
            states.dated(self.dataset, would, self.fields, since).label("dated"),
            *(case((is_lost, 1), else_=0).label(f"lost_{name}") for name, is_lost in lost.items()),
            *(case((is_gained, 1), else_=0).label(f"gained_{name}") for name, is_gained in gained.items()),
        ).where(
            staged.poll_id == self.poll,
            staged.fresh.is_(True),
            stored.source == self.source,
            stored.code == staged.code,
            stored.gone_at.is_(None),
        )

    def _new(self, session: Session, units: dict[str | None, _Counts]) -> None:
        """Codes that are not stored, by the unit that the snapshot gives them."""
        stored, staged = self._table.c, self._stage.c
        known = exists().where(stored.source == self.source, stored.code == staged.code, stored.gone_at.is_(None))
        counted = (
            select(staged.unit, func.count())
            .where(staged.poll_id == self.poll, staged.fresh.is_(True), ~known)
            .group_by(staged.unit)
        )
        for unit, count in session.connection().execute(counted):
            units[unit].new = int(count)

    def _stored(self, session: Session, units: dict[str | None, _Counts], names: Sequence[str]) -> None:
        """How many records each unit has, and how many of them have a value in these fields. Of a snapshot that lists only
        some records: of those."""
        table = self._table.c
        within = alive(self.dataset, self.source)
        if not self.whole:
            within = and_(within, listed(self.dataset, self.poll))
        before = func.sum(case((table.missed == 0, 1), else_=0))
        held = [func.count(table[name]) for name in names]
        counted = select(table.unit, func.count(), before, *held).where(within).group_by(table.unit)
        for unit, every, seen, *values in session.connection().execute(counted):
            counts = units[unit]
            counts.stored, counts.before = int(every), int(seen)
            counts.held.update(dict(zip(names, values, strict=True)))


def _move(
    word_before: str, word_after: str, before: str, after: str, late_before: int, late_after: int, dated: int
) -> Move | None:
    """None for what makes no difference to anybody who answers for it."""
    other_word = states.of_word(word_before) is not states.of_word(word_after)
    if before == after and late_before == late_after and not other_word:
        return None
    return Move(State(before), State(after), word_before, word_after, bool(late_before), bool(late_after), bool(dated))
