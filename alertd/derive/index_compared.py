"""Look up readings of the index: the newest of many items, and of each those with which it is compared. A seek per question.

However many readings an item has, each question is answered from the index over item, source and moment. Which moments are asked
for is the caller's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    RowMapping,
    ScalarSelect,
    String,
    Table,
    literal,
    select,
)
from sqlmodel import Session

from alertd.model.base import Moment, moment_text, table_of
from alertd.model.index import INDEX_LOG, index_log_table
from alertd.model.polls import Poll
from alertd.model.words import PollState
from alertd.store.dialect import Dialect

_log = index_log_table.alias("beside")
_l = _log.c
_own = index_log_table.c
_p = table_of(Poll).c
_asked = Table(
    "index_asked",
    MetaData(),
    Column("item", String, nullable=False),
    Column("source", String, nullable=False),
    prefixes=["TEMPORARY"],
)
_MOMENTS = ("computed_at", "opens", "day_ago", "closes", "low", "target", "high")
_ASKED_OF = ("id", "item", "source", "earlier_item", "earlier_source", *_MOMENTS)
_compared = Table(
    "index_compared",
    MetaData(),
    Column("id", BigInteger, nullable=False),
    *(Column(name, String) for name in _ASKED_OF[1:5]),
    *(Column(name, Moment) for name in _MOMENTS),
    prefixes=["TEMPORARY"],
)
_c = _compared.c


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest reading of an item from one source; ``id``: its row."""

    id: int
    item: str
    source: str
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What a newest reading is compared with, from ``opens`` on. ``day_ago``: not later than this it is of a day ago; ``closes``:
    the end of its period. ``earlier``: the newest of the period before; of its readings from ``low`` to ``high`` the one nearest
    to ``target`` is as old. None, and no such moments: there is none."""

    newest: Newest
    opens: datetime
    day_ago: datetime
    closes: datetime
    earlier: Newest | None = None
    low: datetime | None = None
    target: datetime | None = None
    high: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A newest reading (the row of the log) with the scores (hundredths) and the rank beside it; None: nothing is known."""

    reading: RowMapping
    score_before: int | None
    score_day_ago: int | None
    first_closed_score: int | None
    score_last_period: int | None
    rank_last_period: int | None


def newest(session: Session, items: Iterable[str], sources: Sequence[str], by: datetime) -> Iterator[Newest]:
    """Of each item and source the newest reading that was computed by then; of two of one moment the one taken in last."""
    connection = session.connection()
    with _filled(connection, _asked, ("item", "source"), [(item, source) for item in items for source in sources]):
        last = (_l.item == _asked.c.item, _l.source == _asked.c.source, _l.computed_at <= literal(by, Moment))
        statement = select(
            _first(_l.id, *last, newest=True).label("id"),
            _asked.c.item,
            _asked.c.source,
            _first(_l.computed_at, *last, newest=True).label("computed_at"),
        )
        rows = connection.execute(statement).all()
    return (Newest(*row) for row in rows if row.id is not None)


def compared(session: Session, asked: Sequence[Asked]) -> Iterator[Compared]:
    """In no order."""
    connection = session.connection()
    with _filled(connection, _compared, _ASKED_OF, [_row(each) for each in asked]):
        statement = select(*_own, *_beside()).join_from(_compared, index_log_table, _own.id == _c.id)
        rows = connection.execute(statement).mappings().all()
    return (_compared_of(row) for row in rows)


def answered_at(session: Session, low: datetime, high: datetime, by: datetime) -> dict[str, list[datetime]]:
    """By source of readings, when it was read and believed within a span, whether it said something new or not; in order."""
    asked = (
        _p.dataset == INDEX_LOG.name,
        _p.state.in_((PollState.BELIEVED.value, PollState.UNCHANGED.value)),
        _p.started_at.between(low, min(high, by)),
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in session.connection().execute(select(_p.source, _p.started_at).where(*asked).order_by(_p.started_at)):
        found[row.source].append(row.started_at)
    return found


def _beside() -> list[ColumnElement[Any]]:
    own = (_l.item == _c.item, _l.source == _c.source, _l.score.is_not(None), _l.computed_at >= _c.opens)
    found: list[ColumnElement[Any]] = [
        _first(_l.score, *own, _l.computed_at < _c.computed_at, newest=True).label("score_before"),
        _first(_l.score, *own, _l.computed_at <= _c.day_ago, newest=True).label("score_day_ago"),
        _first(_l.score, *own, _l.computed_at >= _c.closes, _l.computed_at <= _c.computed_at, newest=False).label(
            "first_closed_score"
        ),
    ]
    earlier = (_l.item == _c.earlier_item, _l.source == _c.earlier_source)
    for name in ("score", "rank"):
        given = (*earlier, _l[name].is_not(None))
        until = (*given, _l.computed_at >= _c.low, _l.computed_at <= _c.target)
        after = (*given, _l.computed_at > _c.target, _l.computed_at <= _c.high)
        for side, where in (("until", until), ("after", after)):
            latest = side == "until"
            found.append(_first(_l[name], *where, newest=latest).label(f"{name}_{side}"))
            found.append(_first(_l.computed_at, *where, newest=latest).label(f"{name}_{side}_at"))
    found.append(_c.target.label("target_at"))
    return found


def _first(column: ColumnElement[Any], *where: ColumnElement[bool], newest: bool) -> ScalarSelect[Any]:
    """Of the readings the newest, or the oldest; of two of one moment the one taken in last."""
    by = _l.computed_at.desc() if newest else _l.computed_at.asc()
    return select(column).where(*where, _l.gone_at.is_(None)).order_by(by, _l.id.desc()).limit(1).scalar_subquery()


def _compared_of(row: RowMapping) -> Compared:
    return Compared(
        reading=row,
        score_before=row["score_before"],
        score_day_ago=row["score_day_ago"],
        first_closed_score=row["first_closed_score"],
        score_last_period=_nearest(row, "score"),
        rank_last_period=_nearest(row, "rank"),
    )


def _nearest(row: RowMapping, name: str) -> int | None:
    """Of the last one until the moment and the first one after it; of two as far away the earlier one."""
    until, after = row[f"{name}_until"], row[f"{name}_after"]
    if until is None or after is None:
        found: int | None = after if until is None else until
        return found
    target = row["target_at"]
    earlier: bool = target - row[f"{name}_until_at"] <= row[f"{name}_after_at"] - target
    return int(until if earlier else after)


def _row(asked: Asked) -> tuple[Any, ...]:
    own, earlier = asked.newest, asked.earlier
    moments = (own.computed_at, asked.opens, asked.day_ago, asked.closes, asked.low, asked.target, asked.high)
    return (
        own.id,
        own.item,
        own.source,
        earlier.item if earlier else None,
        earlier.source if earlier else None,
        *(moment_text(moment) if moment else None for moment in moments),
    )


class _filled:  # noqa: N801 - reads as a function
    """A temporary table that holds these rows within the block; after a failure the transaction takes it back."""

    def __init__(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        self._connection, self._table = connection, table
        table.create(connection)
        Dialect(connection.engine).bulk_insert(connection, table, columns, rows)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._table.drop(self._connection)
