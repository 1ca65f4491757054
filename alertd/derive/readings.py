"""Readings of the sources of files: by which one a version was read, which came before, which were read by another mapping."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, func, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import Moment, moment_text, table_of
from alertd.model.polls import Poll
from alertd.model.words import PollState
from alertd.store.dialect import Dialect

_p = table_of(Poll).c
_BELIEVED = (
    _p.dataset == "files",
    _p.state.in_((PollState.BELIEVED.value, PollState.UNCHANGED.value)),
)
# One row for each moment at which versions of a source's files ended: beside file_history in a join.
readings_table = Table(
    "readings_of_files",
    MetaData(),
    Column("source", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("poll", BigInteger),
    Column("open_at", Moment),
    Column("open_no", Integer),
    prefixes=["TEMPORARY"],
)
_COLUMNS = ("source", "at", "poll", "open_at", "open_no")


@dataclass(frozen=True, slots=True)
class Reading:
    """One that was believed; ``as_of``: the age of its data, at most ``at``."""

    poll: int
    at: datetime
    as_of: datetime
    remapped: bool


@dataclass(frozen=True)
class Readings:
    """By source, in the order of their moments."""

    by_source: dict[str, list[Reading]]

    def at(self, source: str, moment: datetime) -> Reading | None:
        """The one that wrote what changed at that moment; the last one before it where a clock was set back."""
        known = self.by_source.get(source, [])
        place = bisect_right(known, moment, key=lambda each: each.at)
        return known[place - 1] if place else None

    def before(self, source: str, moment: datetime) -> Reading | None:
        """The last one before that moment."""
        known = self.by_source.get(source, [])
        place = bisect_left(known, moment, key=lambda each: each.at)
        return known[place - 1] if place else None

    def remapped(self, source: str, moment: datetime) -> bool:
        """What changed at that moment may be a changed mapping's doing."""
        found = self.at(source, moment)
        return found is not None and found.remapped


def readings(session: Session, since: datetime | None) -> Readings:
    """Those from ``since`` on and, of each source, at least one before it; None: all."""
    wanted = select(_p.id, _p.source, _p.started_at, _p.as_of, _p.remapped).where(*_BELIEVED)
    if since is not None:
        earlier = select(_p.source, func.max(_p.started_at).label("at")).where(*_BELIEVED, _p.started_at < since)
        last = earlier.group_by(_p.source).subquery()
        first = session.connection().execute(select(func.min(last.c.at))).scalar()
        if first is not None:
            wanted = wanted.where(_p.started_at >= first)
    found: dict[str, list[Reading]] = {}
    for row in session.connection().execute(wanted.order_by(_p.started_at, _p.id)):
        as_of = row.started_at if row.as_of is None else min(row.as_of, row.started_at)
        found.setdefault(row.source, []).append(Reading(row.id, row.started_at, as_of, row.remapped))
    return Readings(found)


def lay_out(session: Session, found: Readings, moments: Iterable[tuple[str, datetime]], at: AsOf) -> None:
    """Fill `readings_table`, made anew, with these moments of sources but those at which a mapping had changed. Drop it after."""
    connection = session.connection()
    readings_table.create(connection)
    rows = []
    for source, moment in sorted(set(moments)):
        if found.remapped(source, moment):
            continue
        poll, open_then = found.at(source, moment), found.before(source, moment)
        open_at = None if open_then is None else open_then.as_of
        number = None if open_at is None else at.calendar.number(_day(at, open_at))
        rows.append((source, moment_text(moment), poll and poll.poll, open_at and moment_text(open_at), number))
    Dialect(connection.engine).bulk_insert(connection, readings_table, _COLUMNS, rows)


def _day(at: AsOf, moment: datetime) -> date:
    return at.calendar.today(moment)
