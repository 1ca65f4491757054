"""The stage: rows of one poll wait there for the guard, written in short transactions; unchanged ones by their key only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session

from alertd.intake import index_log
from alertd.intake.rows import Row
from alertd.model.datasets import TAKEN_IN
from alertd.model.polls import STAGES
from alertd.store.database import Store
from alertd.store.dialect import binary_text

_MARKS = ("poll_id", "row_no", "fresh")
_REPORTED = 200  # codes that stand there twice and are named
_NAMED = 3  # of those that do not say the same, in what the office hears


@dataclass(frozen=True)
class Stage:
    """The part of a dataset's stage that belongs to one poll."""

    store: Store
    dataset: str
    source: str
    poll: int

    def known(self, codes: Sequence[str]) -> dict[str, int]:
        """Of these codes the ones that are stored and not gone, with the hash of their raw values."""
        table = TAKEN_IN[self.dataset].table.c
        found = (
            select(table.code, table.raw_hash)
            .where(table.source == self.source, table.gone_at.is_(None))
            .where(self.store.dialect.among(table.code, codes))
        )
        if self.dataset == index_log.NAME:
            found = found.where(index_log.known_once())
        with self.store.read() as session:
            rows = session.connection().execute(found).all()
        return {code: raw_hash for code, raw_hash in rows}  # noqa: C416 - rows are no pairs for dict()

    def write(self, columns: Sequence[str], full: Sequence[Row], keys: Sequence[Row]) -> None:
        """One transaction. ``full``: (poll, place in the snapshot, True, ``columns``). ``keys``: (poll, place, False, code,
        raw hash) of rows that are as they are stored; without a hash, of rows whose code alone could be read: they were
        listed, so they are not missing."""
        with self.store.write() as session:
            connection, stage = session.connection(), STAGES[self.dataset]
            if full:
                self.store.dialect.bulk_insert(connection, stage, (*_MARKS, *columns), full)
            if keys:
                self.store.dialect.bulk_insert(connection, stage, (*_MARKS, "code", "raw_hash"), keys)


@dataclass(frozen=True, slots=True)
class Staged:
    """What lies on the stage after `settle`: distinct codes, those of them in full, and those of which no row could be read;
    rows that were one too many, and the first codes of those with how often they occurred; codes whose rows do not say the
    same, and the first of these."""

    listed: int
    fresh: int
    unreadable: int
    duplicates: int = 0
    repeated: tuple[tuple[str, int], ...] = ()
    contradicted: int = 0
    contradictory: tuple[str, ...] = ()


def settle(session: Session, dataset: str, poll: int) -> Staged:
    """Of several rows with one code the last readable one stays."""
    connection, stage = session.connection(), STAGES[dataset]
    c = stage.c
    mine = c.poll_id == poll
    hashes = func.min(c.raw_hash).label("least"), func.max(c.raw_hash).label("most")
    by_code = select(c.code, func.count().label("times"), *hashes).where(mine).group_by(c.code)
    twice = by_code.having(func.count() > 1).subquery()
    differ = twice.c.least < twice.c.most
    sums = select(func.count(), func.coalesce(func.sum(twice.c.times), 0), func.count().filter(differ))
    codes, rows, contradicted = connection.execute(sums.select_from(twice)).one()
    repeated: Sequence[Any] = ()
    contradictory: Sequence[str] = ()
    if contradicted:
        first = select(twice.c.code).where(differ).order_by(binary_text(twice.c.code)).limit(_NAMED)
        contradictory = connection.execute(first).scalars().all()
    if codes:
        repeated = connection.execute(
            select(twice.c.code, twice.c.times).order_by(binary_text(twice.c.code)).limit(_REPORTED)
        ).all()
        place = func.row_number().over(partition_by=c.code, order_by=(c.raw_hash.is_(None), c.row_no.desc()))
        ranked = select(c.row_no, place.label("place")).where(mine, c.code.in_(select(twice.c.code))).subquery()
        spare = select(ranked.c.row_no).where(ranked.c.place > 1)
        connection.execute(delete(stage).where(mine, c.row_no.in_(spare)))
    count = func.count
    tally = select(count(), count().filter(c.fresh.is_(True)), count().filter(c.raw_hash.is_(None))).where(mine)
    listed, fresh, unreadable = connection.execute(tally).one()
    named = tuple((row.code, row.times) for row in repeated)
    return Staged(listed, fresh, unreadable, int(rows) - int(codes), named, contradicted, tuple(contradictory))


def clear(session: Session, dataset: str, poll: int) -> None:
    """Take a poll's rows off the stage."""
    stage = STAGES[dataset]
    session.connection().execute(delete(stage).where(stage.c.poll_id == poll))
