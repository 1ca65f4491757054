"""Bring the results by period up to what was read since, and to the day: only the months that can have changed are counted anew.

A closed month stays as it is until a file of it changes, or becomes late.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from alertd.derive import period_counts, targets
from alertd.derive.draw import draw
from alertd.derive.period_counts import Counted, Whose
from alertd.derive.period_files import COUNTS
from alertd.derive.period_rows import rows_of
from alertd.derive.since import Since, since
from alertd.model.asof import AsOf
from alertd.model.period import Period, period_of
from alertd.model.periods import UNIT_PERIODS, unit_periods_table
from alertd.model.words import Grain, PeriodKind
from alertd.settings.shapes import Settings
from alertd.store.calendar import fingerprint

_u = unit_periods_table.c
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_MAPPED = ("supplement_requests", "supplement_requested_at")


def follow(session: Session, settings: Settings, at: AsOf) -> None:
    """Bring the dataset up; where nothing was read and it is no new day, by a few small statements."""
    files = [source for source in settings.sources if source.dataset == "files"]
    telling = sorted(source.name for source in files if any(name in source.fields for name in _MAPPED))
    authorities = sorted((source.name, source.authority) for source in files)
    terms = json.dumps([fingerprint(at.calendar), telling, authorities])
    seen = since(session, UNIT_PERIODS.name, "files", at, terms=terms)
    other_targets = targets.changed(session, settings)
    if not (seen.news or seen.new_day or other_targets):
        return
    stored = _stored(session)
    if seen.looked_at is None:
        counted = {*period_counts.months_known(session), *stored, *period_counts.months_changed(session, _EVER, at)}
        again = counted
    else:
        counted = _to_count(session, seen, seen.looked_at, stored, at)
        running = _running(stored, seen.looked_at, at) if seen.new_day else set()
        again = {*stored} if other_targets else running
    _draw(session, settings, counted, again, telling, at)


def _stored(session: Session) -> dict[Period, tuple[int, int]]:
    """The months that are there, each with the number of files received, and of those refused or withdrawn."""
    months = select(_u.period, _u.received, (_u.refused + _u.withdrawn).label("given_up")).where(
        _u.kind == PeriodKind.MONTH.value, _u.grain == Grain.CITY.value, _u.gone_at.is_(None)
    )
    rows = session.connection().execute(months)
    return {month: (row.received, row.given_up) for row in rows if (month := period_of(row.period))}


def _to_count(
    session: Session, seen: Since, looked_at: datetime, stored: Mapping[Period, tuple[int, int]], at: AsOf
) -> set[Period]:
    found = set[Period]()
    if seen.news:
        known = period_counts.months_known(session)
        # one that a file has left for another is known by its numbers of files alone
        none = (0, 0)
        found |= {month for month in {*known, *stored} if known.get(month, none) != stored.get(month, none)}
        found |= period_counts.months_changed(session, looked_at, at)
    if seen.new_day:
        found |= period_counts.months_moved_on(session, looked_at, at)
    return found


def _running(months: Iterable[Period], looked_at: datetime, at: AsOf) -> set[Period]:
    """Of quarters that went on at the last look: their pace is another one today, or they have ended since."""
    day = min(at.calendar.today(looked_at), at.today)
    return {month for month in months if month.quarter.runs_on(day)}


def _draw(
    session: Session,
    settings: Settings,
    counted: Collection[Period],
    again: Collection[Period],
    telling: Collection[str],
    at: AsOf,
) -> None:
    """``counted``: months that are counted anew; ``again``: months whose figures stand, and whose rows may be others."""
    months = {*counted, *again}
    if not months:
        return
    quarters = {month.quarter for month in months}
    standing = {month for quarter in quarters for month in quarter.months} - {*counted}
    parts: dict[Period, list[Counted]] = {}
    for each in (*period_counts.count(session, counted, at, telling), *_standing(session, standing)):
        parts.setdefault(each.month, []).append(each)
    periods = sorted({*months, *quarters})
    rows = _rows(periods, parts, settings, session, at)
    names = [period.text for period in periods]
    draw(session, UNIT_PERIODS, rows, at, within=_u.period.in_(names))


def _rows(
    periods: Iterable[Period],
    parts: Mapping[Period, list[Counted]],
    settings: Settings,
    session: Session,
    at: AsOf,
) -> Iterator[tuple[Any, ...]]:
    wanted = targets.in_force(session, settings)
    for period in periods:
        mine = (each for month in period.months for each in parts.get(month, ()))
        yield from rows_of(period, mine, wanted, at)


def _standing(session: Session, months: Collection[Period]) -> Iterator[Counted]:
    """What was counted before; what several sources made up counts as of the one that most of it is from."""
    names = {month.text: month for month in months}
    kept = select(_u.period, _u.grain, _u.unit, _u.field, _u.procedure, _u.source, *(_u[name] for name in COUNTS))
    rows = session.connection().execute(kept.where(_u.period.in_(names), _u.gone_at.is_(None)))
    for period, grain, unit, field, procedure, source, *counts in rows:
        whose = Whose(Grain(grain), unit or "", field or procedure or "")
        yield Counted(names[period], whose, source, tuple(counts))
