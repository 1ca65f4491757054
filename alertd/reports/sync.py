"""The city's and the portal's "on time" side by side, their gap by cause, and how many files differ. Reads only.

For the command, the city digest and the bulletin; the lists behind the figures stand in sync_files.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, case, func, not_, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.freshness import Doubt, Freshness
from alertd.model.period import Period
from alertd.model.sync import sync_gaps_table
from alertd.model.sync_sides import Pair
from alertd.model.words import GapCause, GapKind
from alertd.reports.sync_count import Counted, counted_at
from alertd.reports.sync_waterfall import Bar, Figure, Shift, waterfall
from alertd.settings.shapes import Settings
from alertd.settings.sync_pair import is_compared, pair_of
from alertd.store.first_read import first_read

_g = sync_gaps_table.c


@dataclass(frozen=True, slots=True)
class System:
    """One of the two: its name in config.toml, how old its data are, and why they are in doubt. ``first_read``: None: never."""

    source: str
    as_of: datetime | None
    doubt: Doubt | None
    first_read: datetime | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Files that differ now and have done so for longer than they may, by kind and by cause."""

    kinds: Mapping[GapKind, int]
    causes: Mapping[GapCause, int]

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class SyncReport:
    """``counted_at``: as of when; ``left_out``: files that one of the two need not have, so that nothing is compared; ``agree``:
    files that both count alike; ``bars``: empty where one of the figures is not known."""

    unit: str | None
    span: Period
    counted_at: datetime
    city: Figure
    portal: Figure
    bars: tuple[Bar, ...]
    agree: int
    left_out: int
    systems: tuple[System, System]
    gaps: Gaps

    @property
    def gap(self) -> int | None:
        """City less portal, in hundredths of a percentage point, as it is printed: the sum of the printed bars."""
        one, other = self.city.hundredths, self.portal.hundredths
        return None if one is None or other is None else one - other

    @property
    def differ(self) -> int:
        return sum(bar.files for bar in self.bars)


def pair_in(session: Session, settings: Settings, at: AsOf) -> Pair | None:
    """The two sources that [sync] names; None: it names none."""
    if not is_compared(settings):
        return None
    return pair_of(settings, first_read(session, (settings.sync.city, settings.sync.portal)), at.calendar)


def sync_report(
    session: Session,
    settings: Settings,
    at: AsOf,
    span: Period,
    *,
    unit: str | None = None,
    fresh: Mapping[str, Freshness],
) -> SyncReport | None:
    """Of the files that were received in the period, of one ``unit`` or all; None where [sync] names no sources. One pass over the
    period's files: seconds for a month of a city."""
    pair = pair_in(session, settings, at)
    if pair is None:
        return None
    city, portal, shifts, agree, left_out = _counts(session, Counted(pair, span, at, unit), at)
    return SyncReport(
        unit=unit,
        span=span,
        counted_at=counted_at(span, at).now,
        city=city,
        portal=portal,
        bars=waterfall(city, portal, shifts),
        agree=agree,
        left_out=left_out,
        systems=(_system(session, pair.city.source, fresh), _system(session, pair.portal.source, fresh)),
        gaps=open_gaps(session, unit),
    )


def open_gaps(session: Session, unit: str | None = None) -> Gaps:
    """By kind and cause, of one ``unit`` or all: one statement that an index serves."""
    wanted: list[ColumnElement[bool]] = [_g.preferred.is_(True), _g.is_open.is_(True), _g.is_due.is_(True)]
    if unit is not None:
        wanted.append(_g.unit == unit)
    counted = select(_g.kind, _g.cause, func.count().label("files")).where(*wanted).group_by(_g.kind, _g.cause)
    kinds = dict.fromkeys(GapKind, 0)
    causes = dict.fromkeys(GapCause, 0)
    for row in session.connection().execute(counted):
        kinds[GapKind(row.kind)] += row.files
        causes[GapCause(row.cause)] += row.files
    return Gaps(kinds, causes)


def _counts(session: Session, files: Counted, at: AsOf) -> tuple[Figure, Figure, dict[GapCause, Shift], int, int]:
    flags = (files.counts_here, files.on_time_here, files.counts_there, files.on_time_there)
    one, on, other, there = (case((flag, 1), else_=0).label(name) for flag, name in zip(flags, "abcd", strict=True))
    left_out = case((files.left_out, 1), else_=0).label("left_out")
    # the cause is looked for only where it matters
    differ = and_(files.differs, not_(files.left_out))
    cause = case((differ, files.cause), else_="").label("cause")
    counted = files.counts_here | files.counts_there
    rows = (
        select(one, on, other, there, left_out, cause)
        .select_from(files.compared.joined)
        .where(files.of_unit, counted)
        .subquery()
    )
    groups = (rows.c.a, rows.c.b, rows.c.c, rows.c.d, rows.c.left_out, rows.c.cause)
    found = session.connection().execute(
        select(*groups, func.count().cast(Integer).label("files")).group_by(*groups), at.parameters
    )
    city = portal = (0, 0)
    shifts: dict[GapCause, Shift] = {}
    agree = apart = 0
    for a, b, c, d, out, why, n in found:
        if out:
            apart += n
            continue
        city, portal = (city[0] + a * n, city[1] + b * n), (portal[0] + c * n, portal[1] + d * n)
        if not why:
            agree += n
            continue
        known = shifts.get(GapCause(why), Shift(0, 0, 0))
        shifts[GapCause(why)] = Shift(known.files + n, known.received + (c - a) * n, known.on_time + (d - b) * n)
    return Figure(*city), Figure(*portal), shifts, agree, apart


def _system(session: Session, source: str, fresh: Mapping[str, Freshness]) -> System:
    known = fresh[source]
    return System(source, known.as_of, known.doubt, first_read(session, (source,)).get(source))
