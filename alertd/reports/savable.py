"""What is not done yet behind the indicators of which alertd holds records: procedures, files to send, files to finish. Reads.

Source of whom an indicator counts: Quyết định 766/QĐ-TTg. PUBLIC_UPDATE_ON_TIME: procedures in decisions signed in the period,
published within their days; PUBLISH_ON_TIME: announced in time, counted with the decision, for certain decisions only;
PUBLIC_CONTENT_FULL: published with all parts; DOSSIER_SYNC: files that the portal has of those reported; TDGQ (2.1): files ended in
time of those received. The two of announcing and publishing in time exist for the province, not below it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.period import Period
from alertd.model.procedures import announcements_table, procedures_table
from alertd.model.sync import sync_gaps_table
from alertd.model.words import GapCause, GapKind
from alertd.reports.own_files import Tally
from alertd.reports.readings import Reading
from alertd.reports.winnable import Places, Step, Waiting, Work, places

SQL = ColumnElement[Any]
_SHOWN = 5  # codes
_a, _p, _g = announcements_table.c, procedures_table.c, sync_gaps_table.c
PUBLISHED, ANNOUNCED, CONTENT, SYNCED, ON_TIME = (
    "PUBLIC_UPDATE_ON_TIME",
    "PUBLISH_ON_TIME",
    "PUBLIC_CONTENT_FULL",
    "DOSSIER_SYNC",
    "TDGQ",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """``unit`` None: the whole city. ``readings``: the newest, by indicator."""

    span: Period
    at: AsOf
    unit: str | None
    readings: Mapping[str, Reading]

    def read_on(self, indicator: str) -> date:
        """The local day up to which the portal had counted; today where it has not counted yet."""
        reading = self.readings.get(indicator)
        return self.at.today if reading is None else self.at.calendar.today(reading.computed_at)

    def denominator(self, indicator: str) -> int | None:
        reading = self.readings.get(indicator)
        return None if reading is None else reading.denominator

    @property
    def is_over(self) -> bool:
        return self.at.today > self.span.last


def of_procedures(session: Session, asked: Asked) -> list[Waiting]:
    """``publish`` and ``announce`` for the province alone; ``complete`` for it or for a unit's own procedures."""
    found = []
    if asked.unit is None:
        rows = session.connection().execute(_duties(asked)).all()
        found = [_to_publish(rows, asked), _to_announce(rows, asked)]
    return [*found, _to_complete(session, asked)]


def _duties(asked: Asked) -> Any:
    """Decided in the period, or not decided at all: some thousands at most."""
    today, span = asked.at.today, asked.span
    decided = _a.decided_on.between(span.first, min(span.last, today))
    undone = or_(_a.decided_on.is_(None), _a.decided_on > today)
    columns = ("procedure", "decided_on", "announced_on", "published_on", "announce_due_on", "publish_due_on")
    return (
        select(*(_a[name] for name in columns))
        .where(_a.preferred.is_(True), or_(decided, and_(undone, _a.announce_due_on.is_not(None))))
        .order_by(_a.publish_due_on, _a.announce_due_on, _a.procedure)
    )


def _to_publish(rows: Sequence[Any], asked: Asked) -> Waiting:
    today, read_on = asked.at.today, asked.read_on(PUBLISHED)
    signed = [row for row in rows if row.decided_on is not None and row.decided_on <= today]
    undone = [row for row in signed if not _happened(row.published_on, today)]
    ahead = [row for row in undone if row.publish_due_on is None or row.publish_due_on >= today]
    late = [row for row in undone if row.publish_due_on is not None and row.publish_due_on < today]
    done = [row for row in signed if _happened(row.published_on, read_on)]
    since = len(signed) - len(undone) - len(done)
    # what was signed after the portal counted is in no denominator
    known_ahead = [row for row in ahead if row.decided_on <= read_on]
    shared = places(asked.denominator(PUBLISHED), len(done), len(known_ahead), len(late), since)
    return _duty(Work.PUBLISH, PUBLISHED, [(row.publish_due_on, row) for row in ahead], late, shared)


def _to_announce(rows: Sequence[Any], asked: Asked) -> Waiting:
    """In the denominator with its decision, so none of them is. A decision that is still to come is dated in a period that runs."""
    today, span = asked.at.today, asked.span
    undone = [row for row in rows if row.decided_on is None or row.decided_on > today]
    undone = [row for row in undone if not _happened(row.announced_on, today)]
    if asked.is_over or today < span.first:
        return Waiting(ANNOUNCED, Work.ANNOUNCE)
    ahead = [row for row in undone if today <= row.announce_due_on <= span.last]
    late = [row for row in undone if row.announce_due_on < today]
    none = Places(0, 0, 0, 0)
    return _duty(
        Work.ANNOUNCE, ANNOUNCED, [(row.announce_due_on, row) for row in ahead], late, none, may_not_count=True
    )


def _duty(
    work: Work,
    indicator: str,
    ahead: Sequence[tuple[date | None, Any]],
    late: Sequence[Any],
    shared: Places,
    *,
    may_not_count: bool = False,
) -> Waiting:
    dated = sorted(((due, row) for due, row in ahead if due is not None), key=lambda pair: (pair[0], pair[1].procedure))
    return Waiting(
        indicator,
        work,
        steps=_steps(due for due, _ in dated),
        records=tuple(row.procedure for _, row in dated[:_SHOWN]),
        certain=shared.certain,
        unclear=shared.unclear,
        late=len(late),
        late_certain=shared.late_certain,
        late_unclear=shared.late_unclear,
        late_records=tuple(row.procedure for row in late[:_SHOWN]),
        may_not_count=may_not_count,
    )


def _to_complete(session: Session, asked: Asked) -> Waiting:
    """As the catalogue stands now: there is no day for it but the period's last."""
    lacking = and_(_p.preferred.is_(True), _p.content_complete.is_(False), *_own(_p.unit, asked.unit))
    count, few = _count(session, procedures_table.c.code, lacking)
    return _until_the_end(Work.COMPLETE, CONTENT, asked, count, few, in_it=True)


def to_send(session: Session, asked: Asked) -> Waiting:
    """Files that the portal has not got, and that are not known to run in a ministry's system."""
    missing = and_(
        _g.preferred.is_(True),
        _g.is_open.is_(True),
        _g.kind == GapKind.MISSING_THERE.value,
        _g.cause != GapCause.MINISTRY_SYSTEM.value,
        _g.is_due.is_(True),
        _g.since >= asked.at.calendar.midnight(asked.span.first),
        _g.since < asked.at.calendar.midnight(asked.span.last + timedelta(days=1)),
        *_own(_g.unit, asked.unit),
    )
    count, few = _count(session, _g.code, missing)
    return _until_the_end(Work.SEND, SYNCED, asked, count, few, in_it=False)


def to_finish(tally: Tally, steps: tuple[Step, ...], records: tuple[str, ...]) -> Waiting:
    """What the portal counts before the end is not told: a file that it counts as on time until it is late gains nothing, and
    is lost when it is not finished; by the letter it is late until it is finished. Those received since are in no denominator."""
    return Waiting(
        ON_TIME,
        Work.FINISH,
        steps=steps,
        records=records,
        certain=tally.pending - tally.pending_since,
        late=tally.late_open,
        late_certain=tally.late_open,
        may_not_count=True,
    )


def _until_the_end(
    work: Work, indicator: str, asked: Asked, count: int, few: tuple[str, ...], *, in_it: bool
) -> Waiting:
    """``in_it``: they are in the denominator; else perhaps."""
    if asked.is_over or not count:
        return Waiting(indicator, work, late=count, late_certain=count, late_records=few)
    return Waiting(
        indicator,
        work,
        steps=(Step(asked.span.last, count),),
        records=few,
        certain=count if in_it else 0,
        unclear=0 if in_it else count,
    )


def _count(session: Session, code: SQL, asked: SQL) -> tuple[int, tuple[str, ...]]:
    """How many, and the codes of a few."""
    connection = session.connection()
    count = int(connection.execute(select(func.count(code)).where(asked)).scalar_one())
    few = connection.execute(select(code).where(asked).order_by(code).limit(_SHOWN)).scalars() if count else ()
    return count, tuple(few)


def _own(column: SQL, unit: str | None) -> list[SQL]:
    return [] if unit is None else [column == unit]


def _happened(day: date | None, by: date) -> bool:
    return day is not None and day <= by


def _steps(days: Iterable[date]) -> tuple[Step, ...]:
    return tuple(Step(day, count) for day, count in sorted(Counter(days).items()))
