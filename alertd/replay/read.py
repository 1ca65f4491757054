"""What is read of the site's store for a replay, in the caller's transaction: copies of records with their versions, as text."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, func, select, type_coerce
from sqlmodel import Session

from alertd.intake.merge import HISTORY
from alertd.model.base import moment_text, table_of
from alertd.model.dataset import Dataset
from alertd.model.polls import Poll, SourceState
from alertd.model.words import PollState
from alertd.replay.lives import Life, Row
from alertd.store.dialect import Dialect

_polls, _states = table_of(Poll), table_of(SourceState)
_p, _s = _polls.c, _states.c
_BELIEVED = (PollState.BELIEVED.value, PollState.UNCHANGED.value)
_AT_ONCE = 5_000  # records


def first_polls(session: Session) -> dict[str, str]:
    """When each source was first read and believed: what it listed then was there before, nobody knows since when."""
    begun = select(_p.source, func.min(_p.started_at)).where(_p.state.in_(_BELIEVED)).group_by(_p.source)
    return {source: moment_text(moment) for source, moment in session.connection().execute(begun)}


def ending(session: Session) -> frozenset[str]:
    """The sources whose records end where they are no longer listed."""
    found = select(_s.source).where(_s.ended_by_absence.is_(True))
    return frozenset(session.connection().execute(found).scalars())


def codes(session: Session, dataset: Dataset, chosen: Select[tuple[str]] | None) -> list[str]:
    """The codes of the chosen records, or of all, each once."""
    every = select(dataset.table.c.code) if chosen is None else chosen
    return sorted(set(session.connection().execute(every).scalars()))


def lives(session: Session, dataset: Dataset, chosen: Sequence[str], begun: Mapping[str, str]) -> Iterator[Life]:
    """Every copy of these records with its earlier versions; two statements for some thousands. ``begun``: `first_polls`."""
    among = Dialect(session.connection().engine).among
    history, table = HISTORY.get(dataset.name), dataset.table
    for first in range(0, len(chosen), _AT_ONCE):
        batch = chosen[first : first + _AT_ONCE]
        versions: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        if history is not None:
            for row in _rows(session, history, among(history.c.code, batch)):
                versions[row["code"], row["source"]].append(row)
        for row in _rows(session, table, among(table.c.code, batch)):
            began = begun.get(row["source"])
            exact = began is not None and row["first_seen_at"] > began
            yield Life(row, versions.get((row["code"], row["source"]), ()), exact)


def _rows(session: Session, table: FromClause, which: ColumnElement[bool]) -> Iterator[Row]:
    """Rows as they are written in bulk: moments and days as text, whatever the database gives."""
    columns = [type_coerce(column, String).label(column.name) for column in table.columns]
    names = [column.name for column in columns]
    order = [table.c[name] for name in ("code", "source", "known_from", "id") if name in table.c]
    for row in session.connection().execute(select(*columns).where(which).order_by(*order)):
        yield dict(zip(names, map(_text, row), strict=True))


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value
