"""The rows that records took on one after the other, laid out beforehand, so that each look brings in its own in bulk.

What happened between two looks is one change to the second, as it is to a cycle that runs then. The rows lie in tables of the
replay's own store: a year of a city does not fit into memory.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Table, delete, func, insert, select
from sqlmodel import Session

from alertd.intake import prefer
from alertd.intake.merge import HISTORY
from alertd.model.dataset import Dataset
from alertd.replay.lives import Life, Lives, Then
from alertd.store.dialect import Dialect


class Script:
    """The rows of one dataset. ``looks``: the moments, in order, the first of which finds everything new."""

    def __init__(self, dataset: Dataset, authorities: Mapping[str, int]) -> None:
        self.dataset, self._authorities = dataset, authorities
        self.rows = _laid_out(dataset.table)
        history = HISTORY.get(dataset.name)
        self._pairs = [(self.rows, dataset.table)]
        self._versions: Table | None = None
        if history is not None:
            self._versions = _laid_out(history)
            self._pairs.append((self._versions, history))
        self._several = False

    def write(self, into: Session, lives: Iterable[Life], known: Lives, looks: Sequence[Then]) -> None:
        """Lay out every life, as far as it happens up to the last look."""
        connection = into.connection()
        for table, _ in self._pairs:
            table.create(connection)
        dialect, texts = Dialect(connection.engine), [then.text for then in looks]
        versions: list[Mapping[str, Any]] = []

        def rows() -> Iterator[list[Any]]:
            names = [column.name for column in self.dataset.table.columns]
            for life in lives:
                versions.extend(_earlier(life, texts))
                for look, row in self._turns(life, known, looks, texts):
                    yield [look, *(row[name] for name in names)]

        dialect.bulk_insert(connection, self.rows, [column.name for column in self.rows.columns], rows())
        if self._versions is not None:
            names = [column.name for column in self._versions.columns]
            dialect.bulk_insert(connection, self._versions, names, ([row[name] for name in names] for row in versions))
        for table, _ in self._pairs:
            Index(f"ix_{table.name}_look", table.c.look).create(connection)
        sources = select(func.count(self.rows.c.source.distinct()))
        self._several = bool(connection.execute(sources).scalar_one() > 1)

    def _turns(
        self, life: Life, known: Lives, looks: Sequence[Then], texts: Sequence[str]
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """By the number of the look: each row that is another than before."""
        last: Mapping[str, Any] | None = None
        places = {bisect_left(texts, moment) for moment in known.moments(life, self.dataset)}
        for place in sorted({0, *places}):
            if place == len(texts):
                break
            row = looks[place].row(life, self.dataset)
            if row is not None and row != last:
                last = row
                yield place, row

    def play(self, into: Session, look: int) -> int:
        """Bring in what is another at this look; gives how many records."""
        connection = into.connection()
        count = 0
        for laid, table in self._pairs:
            now = laid.c.look == look
            names = [column.name for column in table.columns]
            connection.execute(delete(table).where(table.c.id.in_(select(laid.c.id).where(now))))
            rows = select(*(laid.c[name] for name in names)).where(now)
            made = connection.execute(
                insert(table).from_select(names, rows), execution_options={"preserve_rowcount": True}
            )
            count += made.rowcount if table is self.dataset.table else 0
        if count and self._several:
            prefer.prefer(
                into, self.dataset.name, self._authorities, select(self.rows.c.code).where(self.rows.c.look == look)
            )
        return count


def _laid_out(table: Table) -> Table:
    """As the table, with the number of the look to which a row belongs."""
    columns = [Column(column.name, column.type) for column in table.columns]
    return Table(f"replay_{table.name}", MetaData(), Column("look", Integer, nullable=False), *columns)


def _earlier(life: Life, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The versions that were earlier ones from a look on."""
    for version in life.versions:
        look = bisect_left(texts, version["known_to"])
        if look < len(texts):
            yield {"look": look, **version}
