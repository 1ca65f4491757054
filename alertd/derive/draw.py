"""Bring a dataset that follows from others up to what was worked out anew: only rows that differ are written.

The rows come from a SELECT, or from Python where a database cannot work them out alike. What is not among them any more has gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    exists,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import Moment
from alertd.model.dataset import Dataset
from alertd.model.datasets import DERIVED
from alertd.model.records import BOOKKEEPING
from alertd.store.dialect import Dialect

_KEPT = {"preserve_rowcount": True}  # of an INSERT it is forgotten otherwise
# What a row that follows from others never has: it was not read, and its events are those of what it follows from.
_EMPTY = ("raw_hash", "first_event_at", "last_event_at", "unit_named")


def _beside(dataset: Dataset) -> Table:
    left_out = {*BOOKKEEPING, *_EMPTY} - {"source"}
    own = (column for column in dataset.table.columns if column.name not in left_out)
    # looked up by its code for each row that stands: without an index 10,000 rows take seconds
    columns = [Column(column.name, column.type, primary_key=column.name == "code") for column in own]
    return Table(f"drawn_{dataset.name}", MetaData(), *columns, prefixes=["TEMPORARY"])


_TABLES = {name: _beside(dataset) for name, dataset in DERIVED.items()}  # made once, and so are statements over them


@dataclass(frozen=True, slots=True)
class Drawn:
    """In rows."""

    new: int = 0
    changed: int = 0
    gone: int = 0


def columns_of(dataset: Dataset) -> tuple[str, ...]:
    """The columns that a drawing gives, in their order: ``source``, ``code``, and all that are the dataset's own."""
    return tuple(column.name for column in _TABLES[dataset.name].columns)


def draw(
    session: Session,
    dataset: Dataset,
    rows: Select[Any] | Iterable[Sequence[Any]],
    at: AsOf,
    *,
    within: ColumnElement[bool] | None = None,
) -> Drawn:
    """``rows``: in the order of `columns_of`, one per code; from Python with moments and days as text (`moment_text`).
    ``within``: of the stored rows those that these replace, all others stay as they are; None: all."""
    connection = session.connection()
    drawn = _TABLES[dataset.name]
    drawn.create(connection)
    if isinstance(rows, Select):
        connection.execute(insert(drawn).from_select(columns_of(dataset), rows), at.parameters)
    else:
        Dialect(connection.engine).bulk_insert(connection, drawn, columns_of(dataset), list(rows))
    done = _settle(session, dataset.table, drawn, at, true() if within is None else within)
    drawn.drop(connection)  # after a failure the transaction takes it back
    return done


def _settle(session: Session, table: Table, drawn: Table, at: AsOf, within: ColumnElement[bool]) -> Drawn:
    connection, now = session.connection(), literal(at.now, Moment)
    t, d = table.c, drawn.c
    own = [column.name for column in drawn.columns if column.name != "code"]
    differs = or_(t.gone_at.is_not(None), *(t[name].is_distinct_from(d[name]) for name in own))
    values: dict[str, Any] = {name: d[name] for name in own}
    values |= {"changed_at": now, "version_since": now, "gone_at": None, "preferred": True}
    changed = connection.execute(update(table).where(t.code == d.code, differs).values(values)).rowcount
    made = {
        "first_seen_at": now,
        "version_since": now,
        "changed_at": now,
        "missed": literal(0, Integer),
        "preferred": literal(True, Boolean),
        "raw_hash": literal(0, Integer),
    }
    fresh = select(*d, *made.values()).where(~exists().where(t.code == d.code))
    new = connection.execute(insert(table).from_select([*d.keys(), *made], fresh), execution_options=_KEPT).rowcount
    left = and_(within, t.gone_at.is_(None), ~exists().where(d.code == t.code))
    away: dict[str, Any] = {"gone_at": now, "changed_at": now, "version_since": now, "preferred": False}
    gone = connection.execute(update(table).where(left).values(away)).rowcount
    return Drawn(new, changed, gone)
