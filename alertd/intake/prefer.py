"""Whose copy of a record rules see: of those that are not gone, the one of the highest authority.

Of the index all readings of an item (period, unit, indicator) are those of one source: what is compared with one another must
not come from two that round, or count, in their own ways.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, or_, select, true, update
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.datasets import TAKEN_IN
from alertd.model.index import INDEX_LOG
from alertd.model.polls import SourceState
from alertd.store.dialect import Dialect
from alertd.store.site import keep_fact, read_fact

_states = table_of(SourceState).c
_LOCK = 2018  # any number that nobody else serialises on


def one_at_a_time(session: Session) -> None:
    """Until the end of the transaction nobody else chooses. Two sources that are merged side by side would not see each
    other's copies, and both would be preferred."""
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)


def alone(session: Session, dataset: str, source: str) -> bool:
    """No other source has a record of this dataset: each of its own is preferred, and nothing has to be compared."""
    table = TAKEN_IN[dataset].table.c
    # the two ends of an index, where `source <> …` would look at every row
    first, last = session.connection().execute(select(func.min(table.source), func.max(table.source))).one()
    return {first, last} <= {source, None}


def key(dataset: str) -> str:
    """The column by which copies of several sources are of one thing."""
    return "item" if dataset == INDEX_LOG.name else "code"


def prefer(session: Session, dataset: str, authorities: Mapping[str, int], keys: Select[tuple[str]] | None) -> None:
    """Choose anew for these keys (None: all). Only rows whose mark changes are written."""
    table = TAKEN_IN[dataset].table
    c, of = table.c, table.c[key(dataset)]
    within: ColumnElement[bool] = true() if keys is None else of.in_(keys)
    here: ColumnElement[bool] = c.gone_at.is_(None)
    if "is_open" in c:
        # A file that ended by absence is not gone: its source says so, and its word counts.
        ends = select(_states.source).where(_states.ended_by_absence.is_(True))
        here = or_(here, and_(c.is_open.is_(False), c.source.in_(ends)))
    # of a code each source has one row, of an item as many as it has read
    place = func.dense_rank().over(partition_by=of, order_by=(_rank(c.source, authorities).desc(), c.source))
    ranked = select(c.id, place.label("place")).where(within, here).subquery()
    best = case((ranked.c.place == 1, True), else_=False)
    connection = session.connection()
    connection.execute(update(table).where(within, c.preferred.is_(True), not_(here)).values(preferred=False))
    connection.execute(
        update(table).where(c.id == ranked.c.id, c.preferred.is_distinct_from(best)).values(preferred=best)
    )


def heal(session: Session, dataset: str, authorities: Mapping[str, int]) -> None:
    """After a change of authority in the config, choose anew for every code; else nothing is touched."""
    fact, told = f"authorities:{dataset}", json.dumps(sorted(authorities.items()), ensure_ascii=False)
    known = read_fact(session, fact)
    if known == told:
        return
    one_at_a_time(session)
    if known is not None:
        prefer(session, dataset, authorities, None)
    keep_fact(session, fact, told)


def _rank(source: ColumnElement[str], authorities: Mapping[str, int]) -> ColumnElement[int]:
    """A source that the config no longer names comes last."""
    if not authorities:
        return literal(0)
    ranks = {value: rank for rank, value in enumerate(sorted(set(authorities.values())), 1)}
    return case(*((source == name, ranks[value]) for name, value in sorted(authorities.items())), else_=0)


def retire(session: Session, dataset: str, source: str, authorities: Mapping[str, int], now: datetime) -> None:
    """A source that has become one of another dataset: what it said in this one is gone."""
    one_at_a_time(session)
    table = TAKEN_IN[dataset].table
    mine = and_(table.c.source == source, table.c.gone_at.is_(None))
    values = {"gone_at": now, "preferred": False, "version_since": now, "changed_at": now}
    session.connection().execute(update(table).where(mine).values(values))
    prefer(session, dataset, authorities, None)
