"""What the guard looks at, counted in the database: the stage beside what is stored. It decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlmodel import Session

from alertd.intake.stage import Staged
from alertd.model.datasets import DATASETS
from alertd.model.polls import STAGES

# A unit with fewer records loses a fifth of them every day.
UNIT_FROM = 20


@dataclass(frozen=True, slots=True)
class UnitLoss:
    """Records of a unit in the last believed snapshot, and now: those still listed (whatever unit has them) and new ones."""

    unit: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Emptied:
    """A mapped field: how many of the records that are still listed have a value, and how many of those would lose it."""

    field: str
    before: int
    lost: int


@dataclass(frozen=True, slots=True)
class Losses:
    """``missing``: stored records that are not listed (those missed before included). ``stored``: those that still are."""

    missing: int
    units: tuple[UnitLoss, ...]
    stored: int
    emptied: tuple[Emptied, ...]


NOTHING_LOST = Losses(0, (), 0, ())


def losses(
    session: Session, dataset: str, source: str, poll: int, staged: Staged, *, whole: bool, fields: Sequence[str]
) -> Losses:
    """``whole``: the snapshot lists every live record, so what it does not list is missing; ``fields``: the mapped ones."""
    missing: dict[str | None, int] = {}
    anew = 0
    if whole:
        missing, anew = _missing(session, dataset, source, poll)
    units = _units(session, dataset, source, poll, missing)
    stored, emptied = _emptied(session, dataset, source, poll, fields) if staged.fresh else (0, ())
    return Losses(sum(missing.values()) + anew, units, stored, emptied)


def listed(dataset: str, poll: int) -> ColumnElement[bool]:
    """The stored record's code stands on the stage of the poll."""
    stage = STAGES[dataset].c
    return exists().where(stage.poll_id == poll, stage.code == DATASETS[dataset].table.c.code)


def alive(dataset: str, source: str) -> ColumnElement[bool]:
    table = DATASETS[dataset].table.c
    return and_(table.source == source, table.gone_at.is_(None))


def _missing(session: Session, dataset: str, source: str, poll: int) -> tuple[dict[str | None, int], int]:
    """Records of the last believed snapshot that this one does not list, by unit; and how many were missed before."""
    table = DATASETS[dataset].table.c
    first = case((table.missed == 0, 1), else_=0)
    rows = session.connection().execute(
        select(table.unit, func.sum(first), func.count())
        .where(alive(dataset, source), ~listed(dataset, poll))
        .group_by(table.unit)
    )
    counts = [(unit, int(lost), int(every)) for unit, lost, every in rows]
    return {unit: lost for unit, lost, _ in counts}, sum(every - lost for _, lost, every in counts)


def _units(
    session: Session, dataset: str, source: str, poll: int, missing: dict[str | None, int]
) -> tuple[UnitLoss, ...]:
    touched = [unit for unit, lost in missing.items() if lost and unit is not None]
    if not touched:
        return ()
    table, stage = DATASETS[dataset].table.c, STAGES[dataset].c
    connection = session.connection()
    stored = (
        select(table.unit, func.count().label("before"))
        .where(alive(dataset, source), table.missed == 0, table.unit.in_(touched))
        .group_by(table.unit)
        .having(func.count() >= UNIT_FROM)
    )
    before = {unit: int(count) for unit, count in connection.execute(stored)}
    if not before:
        return ()
    known = exists().where(table.source == source, table.code == stage.code, table.gone_at.is_(None))
    added = (
        select(stage.unit, func.count())
        .where(stage.poll_id == poll, stage.fresh.is_(True), stage.unit.in_(list(before)), ~known)
        .group_by(stage.unit)
    )
    new = {unit: int(count) for unit, count in connection.execute(added)}
    return tuple(
        UnitLoss(unit, count, count - missing[unit] + new.get(unit, 0)) for unit, count in sorted(before.items())
    )


def _emptied(
    session: Session, dataset: str, source: str, poll: int, fields: Sequence[str]
) -> tuple[int, tuple[Emptied, ...]]:
    """How many stored records are still listed, and the fields that some of them would lose."""
    table, stage = DATASETS[dataset].table.c, STAGES[dataset].c
    connection = session.connection()
    gone = [func.sum(case((and_(table[name].is_not(None), stage[name].is_(None)), 1), else_=0)) for name in fields]
    pairs = and_(table.source == source, table.code == stage.code, table.gone_at.is_(None))
    counted = select(*gone).where(stage.poll_id == poll, stage.fresh.is_(True), pairs)
    lost = {name: int(count or 0) for name, count in zip(fields, connection.execute(counted).one(), strict=True)}
    some = [name for name, count in lost.items() if count]
    if not some:
        return 0, ()
    held = select(func.count(), *(func.count(table[name]) for name in some))
    held = held.where(alive(dataset, source), listed(dataset, poll))
    stored, *before = connection.execute(held).one()
    return int(stored), tuple(Emptied(name, int(count), lost[name]) for name, count in zip(some, before, strict=True))
