"""Whose copy of a record rules see: of those that are not gone, the one of the highest authority."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, or_, select, true, update
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.datasets import DATASETS
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
    table = DATASETS[dataset].table.c
    # the two ends of an index, where `source <> …` would look at every row
    first, last = session.connection().execute(select(func.min(table.source), func.max(table.source))).one()
    return {first, last} <= {source, None}


def prefer(session: Session, dataset: str, authorities: Mapping[str, int], codes: Select[tuple[str]] | None) -> None:
    """Choose anew for these codes (None: all). Only rows whose mark changes are written."""
    table = DATASETS[dataset].table
    c = table.c
    within: ColumnElement[bool] = true() if codes is None else c.code.in_(codes)
    here: ColumnElement[bool] = c.gone_at.is_(None)
    if "is_open" in c:
        # A file that ended by absence is not gone: its source says so, and its word counts.
        ends = select(_states.source).where(_states.ended_by_absence.is_(True))
        here = or_(here, and_(c.is_open.is_(False), c.source.in_(ends)))
    place = func.row_number().over(partition_by=c.code, order_by=(_rank(c.source, authorities).desc(), c.source))
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
    table = DATASETS[dataset].table
    mine = and_(table.c.source == source, table.c.gone_at.is_(None))
    values = {"gone_at": now, "preferred": False, "version_since": now, "changed_at": now}
    session.connection().execute(update(table).where(mine).values(values))
    prefer(session, dataset, authorities, None)
