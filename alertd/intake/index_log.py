"""The log of readings: which of those on the stage say something new, what they would take away, which sums do not come out.

Readings are only ever added. One that says what is known adds nothing: where its source gives the time of computing, it is
compared with the last reading of its item and time; where it gives none (the time is that of the poll), with the newest of its
item. But the first one after the end of its period is new whatever it says: a result is no figure under way. Another value for a
time that is known is a further reading of that time (``…@time#2``); of several the later row counts. All comparisons are within
one source: two portals that round differently are no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session

from alertd.intake.belief import NO_DIFFERENCE, Differences, Part
from alertd.intake.index_rows import decimal
from alertd.model.base import Moment
from alertd.model.calendar import WorkingCalendar
from alertd.model.directory import Directory
from alertd.model.index import INDEX_LOG, index_log_table
from alertd.model.index_words import GROUPS, TOTAL
from alertd.model.period import period_of
from alertd.model.polls import STAGES

NAME = INDEX_LOG.name
_SAID = ("numerator", "denominator", "ratio", "score", "maximum", "rank", "quality")
_NUMBERS = (
    "numerator",
    "denominator",
    "ratio",
    "score",
)  # of these a loss is looked at; that a flag is gone is good news
_TOLERANCE = 1  # hundredth of a point

_log, _stage = index_log_table, STAGES[INDEX_LOG.name]


@dataclass(frozen=True)
class IndexLog:
    """What is known of one source, and what one poll of it has staged. ``now``: the time of the poll."""

    source: str
    poll: int
    now: datetime
    calendar: WorkingCalendar

    def keep_new(self, session: Session) -> None:
        """Of what lies on the stage in full, only what says something new stays so; what does not is listed by the code of the
        reading that says it."""
        connection, stage = session.connection(), _stage.c
        for timed in (True, False):
            # looked for row by row through the index: joined, SQLite compares each with each
            beside = and_(
                _log.c.id == self._last(timed=timed), *(_log.c[n].is_not_distinct_from(stage[n]) for n in _SAID)
            )
            where = stage.computed_at != self.now if timed else stage.computed_at == self.now
            if not timed:
                beside = and_(beside, *self._read_since(session))
            known = select(_log.c.code).where(beside).correlate(_stage)
            connection.execute(
                update(_stage)
                .where(self._fresh, where, known.exists())
                .values(fresh=False, code=known.scalar_subquery())
            )
        number = select(func.count()).where(
            _log.c.source == self.source, _log.c.item == stage.item, _log.c.computed_at == stage.computed_at
        )
        taken = exists().where(_log.c.source == self.source, _log.c.gone_at.is_(None), _log.c.code == stage.code)
        again = stage.code + literal("#") + cast(number.correlate(_stage).scalar_subquery() + 1, String)
        connection.execute(update(_stage).where(self._fresh, taken).values(code=again))

    def differences(self, session: Session) -> Differences:
        """Beside the newest reading of each item that is listed: how many have a number no more."""
        pairs = union_all(self._after(), self._as_before()).subquery()
        had = [func.count(pairs.c[f"old_{name}"]) for name in _NUMBERS]
        lost = [
            func.coalesce(
                func.sum(case((and_(pairs.c[f"old_{n}"].is_not(None), pairs.c[f"new_{n}"].is_(None)), 1), else_=0)), 0
            )
            for n in _NUMBERS
        ]
        row = session.connection().execute(select(func.count(), *had, *lost).select_from(pairs)).one()
        numbers = [int(number) for number in row]
        if not numbers[0]:
            return NO_DIFFERENCE
        half = 1 + len(_NUMBERS)
        gone = {name: count for name, count in zip(_NUMBERS, numbers[half:], strict=True) if count}
        kept = dict(zip(_NUMBERS, numbers[1:half], strict=True))
        return Differences(whole=Part(compared=numbers[0], had={name: kept[name] for name in gone}, lost=gone))

    def wrong_sums(self, session: Session) -> list[str]:
        """Units and periods of the snapshot whose total is not the sum of their six groups, each as a line. Only where all
        seven are known."""
        log, stage = _log.c, _stage.c
        names = ("period", "unit", "unit_named", "computed_at", "indicator", "score")
        here = stage.poll_id == self.poll
        in_full = select(*(stage[name] for name in names)).where(here, stage.item.is_not(None))
        by_key = select(*(log[name] for name in names)).select_from(self._listed).where(here, stage.item.is_(None))
        rows = union_all(in_full, by_key).subquery().c
        unit = func.coalesce(rows.unit, rows.unit_named, "")
        total = func.max(case((rows.indicator == TOTAL, rows.score)))
        groups = rows.indicator.in_(GROUPS)
        sum_ = func.sum(case((groups, rows.score)))
        parts = func.count(case((and_(groups, rows.score.is_not(None)), rows.indicator)).distinct())
        found = (
            select(rows.period, unit.label("unit"), total.label("total"), sum_.label("sum"))
            .group_by(rows.period, unit, rows.computed_at)
            .having(parts == len(GROUPS), func.abs(total - sum_) > _TOLERANCE)
            .order_by(rows.period, unit)
        )
        return [
            f"{row.period}/{row.unit}: {decimal(row.total)} ≠ {decimal(row.sum)}"
            for row in session.connection().execute(found)
        ]

    def heal(self, session: Session, directory: Directory, today: date) -> None:
        """Readings of units that nobody knew when they were read go on under the unit's code once it is known; where the same
        reading has come under that code by now, the nameless row is gone."""
        log = _log.c
        nameless = and_(
            log.source == self.source, log.unit.is_(None), log.unit_named.is_not(None), log.gone_at.is_(None)
        )
        connection = session.connection()
        unknown = connection.execute(select(log.unit_named, log.period).where(nameless).distinct()).all()
        known: dict[tuple[str, str], dict[str, str]] = {}  # two names of one unit cannot both take its place
        for row in sorted(unknown):
            if (unit := _unit_of(directory, row.unit_named, row.period, today)) is not None:
                known.setdefault((unit, row.period), {"named": row.unit_named, "of": row.period, "to": unit})
        if not known:
            return
        found = list(known.values())
        item = log.period + literal("/") + bindparam("to", type_=String) + literal("/") + log.indicator
        code = item + func.substr(log.code, func.length(log.item) + 1)
        other = aliased(_log)
        there = exists().where(other.c.source == self.source, other.c.code == code)
        of_one = and_(nameless, log.unit_named == bindparam("named"), log.period == bindparam("of"))
        connection.execute(
            update(_log).where(of_one, there).values(gone_at=literal(self.now, Moment), preferred=False), found
        )
        moved: Mapping[str, Any] = {
            "code": code,
            "item": item,
            "unit": bindparam("to", type_=String),
            "unit_named": None,
            "changed_at": literal(self.now, Moment),
        }
        connection.execute(update(_log).where(of_one).values(moved), found)

    def _read_since(self, session: Session) -> list[ColumnElement[bool]]:
        """Of periods on the stage that are over: the stored reading was computed after the end."""
        asked = select(_stage.c.period).where(self._fresh).distinct()
        spans = [period_of(text) for text in session.connection().execute(asked).scalars()]
        ends = {span.text: self.calendar.midnight(span.after.first) for span in spans if span is not None}
        return [
            or_(_log.c.period != period, _log.c.computed_at >= literal(end, Moment))
            for period, end in ends.items()
            if end <= self.now
        ]

    @property
    def _fresh(self) -> ColumnElement[bool]:
        return and_(_stage.c.poll_id == self.poll, _stage.c.fresh.is_(True))

    def _last(self, *, timed: bool) -> ScalarSelect[Any]:
        """The id of the newest reading of the row's item (``timed``: of its time), found through the index on both."""
        stage, log = _stage.c, _log.alias("last").c
        found = select(log.id).where(log.item == stage.item, log.source == self.source, log.gone_at.is_(None))
        if timed:
            found = found.where(log.computed_at == stage.computed_at)
        return found.order_by(log.computed_at.desc(), log.id.desc()).limit(1).correlate(_stage).scalar_subquery()

    def _after(self) -> Any:
        """New readings beside the newest of their items, unless they are older than that one."""
        stage, log = _stage.c, _log.c
        values = [column for n in _NUMBERS for column in (stage[n].label(f"new_{n}"), log[n].label(f"old_{n}"))]
        return (
            select(*values)
            .select_from(_stage.join(_log, log.id == self._last(timed=False)))
            .where(self._fresh, stage.computed_at >= log.computed_at)
        )

    def _as_before(self) -> Any:
        stage, log = _stage.c, _log.c
        values = [column for n in _NUMBERS for column in (log[n].label(f"new_{n}"), log[n].label(f"old_{n}"))]
        return select(*values).select_from(self._listed).where(stage.poll_id == self.poll, stage.fresh.is_(False))

    @property
    def _listed(self) -> Any:
        """Stored readings by the code that the stage lists: from the stage on, for the log is long."""
        return _stage.join(_log, and_(_log.c.source == self.source, _log.c.code == _stage.c.code))


def known_once() -> ColumnElement[bool]:
    """Of stored readings those to whose time there is no further one: only of these does an equal hash say that nothing is
    new."""
    other = aliased(_log)
    return ~exists().where(other.c.source == _log.c.source, other.c.code == _log.c.code + literal("#2"))


def _unit_of(directory: Directory, named: str, period: str, today: date) -> str | None:
    span = period_of(period)
    return directory.match(named, min(span.last, today) if span else today)[0]
