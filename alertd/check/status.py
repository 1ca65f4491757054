"""How it goes: last cycle, sources, rejected rows, outbox, troubles, standing alerts; and which of it needs a person. Reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlmodel import Session

from alertd.alerts import held, holds
from alertd.alerts.cycles import SET_BACK
from alertd.intake import freshness
from alertd.intake.rejects import reject_reports
from alertd.model.alerts import Cycle, Trouble, alerts_table, discarded, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.freshness import Freshness
from alertd.model.notices import notices_table
from alertd.model.polls import Poll, Reject, SourceState
from alertd.model.words import AlertState, Level, NoticeState, PollState
from alertd.notices.held import still_held
from alertd.settings.shapes import Settings

REJECTS_SHOWN = 20
_SAID_ELSEWHERE = ("source:", "notice:")  # subjects of troubles: by the state of sources, by the count of notices
_MISSED = 3  # cycles in a row that did not run: then nobody is at work
_cycles, _troubles, _polls = table_of(Cycle).c, table_of(Trouble).c, table_of(Poll).c
_rejects, _states, _alerts, _notices = table_of(Reject).c, table_of(SourceState).c, alerts_table.c, notices_table.c
_READ = (PollState.BELIEVED.value, PollState.NOT_BELIEVED.value)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source's setting and state. ``poll``: its last reading, as a row of the polls; None: never read."""

    name: str
    dataset: str
    kind: str
    freshness: Freshness
    records: int
    poll: Row[Any] | None
    accept_next: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held cycle: how many alerts and notices wait with it."""

    cycle: int
    at: datetime
    alerts: int
    notices: int


@dataclass(frozen=True, slots=True)
class Status:
    """``notes``: by source what was repaired, cut or left out at its last reading. ``alerts``: standing ones by level.
    ``unanswered``: those told and neither acknowledged nor disputed."""

    at: datetime
    mode: str
    cycle: Row[Any] | None
    sources: Sequence[SourceStatus]
    rejected: int
    rejects: Sequence[Row[Any]]
    notes: Mapping[str, Sequence[str]]
    outbox: Mapping[NoticeState, int]
    troubles: Sequence[Row[Any]]
    alerts: Mapping[Level, int]
    unanswered: int
    holds: Sequence[Waiting]
    discarded: int  # alerts that the office threw away, and that are found still
    overdue: bool  # no cycle for longer than _MISSED times its interval
    ahead: bool  # the last cycle is still to come: none runs until then


def status(session: Session, settings: Settings, at: AsOf) -> Status:
    connection = session.connection()
    cycle = connection.execute(select(table_of(Cycle)).order_by(_cycles.id.desc()).limit(1)).first()
    open_troubles = select(table_of(Trouble)).where(_troubles.until.is_(None))
    by_state = connection.execute(select(_notices.state, func.count()).group_by(_notices.state))
    rejected, rejects = _last_rejects(session)
    alerts, unanswered = _standing(session)
    return Status(
        at=at.now,
        mode=settings.site.mode,
        cycle=cycle,
        sources=sources(session, settings, at),
        rejected=rejected,
        rejects=rejects,
        notes=_notes(session, settings),
        outbox={NoticeState(state): count for state, count in sorted(tuple(row) for row in by_state)},
        troubles=connection.execute(open_troubles.order_by(_troubles.id)).all(),
        alerts=alerts,
        unanswered=unanswered,
        holds=waiting(session),
        discarded=connection.execute(select(func.count()).where(discarded(_alerts.reason))).scalar_one(),
        overdue=cycle is None or at.now - cycle.now > _patience(settings),
        ahead=cycle is not None and cycle.now - SET_BACK > at.now,
    )


def waiting(session: Session) -> list[Waiting]:
    """The cycles about which the office has to decide."""
    open_holds = holds.open_holds(session)
    alerts = held.standing_by_hold(session) if open_holds else {}
    return [
        Waiting(hold.cycle, hold.at, alerts.get(hold.cycle, 0), still_held(session, hold.cycle)) for hold in open_holds
    ]


def waits(hold: Waiting) -> str:
    """One line about it, with what to type."""
    return (
        f"cycle {hold.cycle} is held, {hold.alerts:,} alerts and {hold.notices:,} notices wait: see `alertd notices list --state "
        f"held`, then `alertd notices release --cycle {hold.cycle}` or `discard --cycle {hold.cycle}`"
    )


def sources(session: Session, settings: Settings, at: AsOf) -> list[SourceStatus]:
    """All sources of the config with what is known of them, in the order of the config."""
    connection = session.connection()
    newest = select(func.max(_polls.id)).where(_polls.state != PollState.RUNNING.value).group_by(_polls.source)
    polls = {row.source: row for row in connection.execute(select(table_of(Poll)).where(_polls.id.in_(newest)))}
    states = {
        row.source: row for row in connection.execute(select(_states.source, _states.records, _states.accept_next))
    }
    fresh = freshness.freshness(session, settings.sources, at)
    return [
        SourceStatus(
            name=source.name,
            dataset=source.dataset,
            kind=source.kind,
            freshness=fresh[source.name],
            records=states[source.name].records if source.name in states else 0,
            poll=polls.get(source.name),
            accept_next=states[source.name].accept_next if source.name in states else "",
        )
        for source in settings.sources
    ]


def needs_a_person(status: Status) -> Iterator[str]:
    """What does not go away by itself. Notices that wait are none of it; a trial runs when somebody types."""
    if status.overdue and status.mode != "trial":
        seen = "no cycle has run yet" if status.cycle is None else "no cycle for longer than three times [run] every"
        yield f"{seen}: see that `alertd run` is running"
    if status.ahead:
        yield (
            "the last cycle is still to come, so none runs until then: set the clock right (timedatectl); if it is right now, "
            "`alertd db clock` shows what it wrote while it was ahead, and puts it right"
        )
    for source in status.sources:
        if source.freshness.doubt is not None:
            yield f"source {source.name} is in doubt ({source.freshness.doubt}): {source.freshness.detail or 'see `alertd doctor`'}"
    yield from (trouble.what for trouble in status.troubles if not trouble.subject.startswith(_SAID_ELSEWHERE))
    yield from map(waits, status.holds)
    if dead := status.outbox.get(NoticeState.DEAD, 0):
        yield f"{dead} notices were given up: see `alertd notices list --state dead`, then retry or discard them"


def _patience(settings: Settings) -> timedelta:
    return _MISSED * settings.run.every.span()


def _last_rejects(session: Session) -> tuple[int, Sequence[Row[Any]]]:
    """How many rows of each source's last reading could not be read, and the first of them."""
    # one that was refused before its first row says nothing of rows
    newest = select(func.max(_polls.id)).where(_polls.state.in_(_READ), _polls.records > 0).group_by(_polls.source)
    of_newest = _rejects.poll_id.in_(newest)
    connection = session.connection()
    count = connection.execute(select(func.count()).select_from(table_of(Reject)).where(of_newest)).scalar_one()
    first = select(table_of(Reject)).where(of_newest).order_by(_rejects.source, _rejects.id).limit(REJECTS_SHOWN)
    return count, connection.execute(first).all()


def _notes(session: Session, settings: Settings) -> dict[str, Sequence[str]]:
    reports = reject_reports(session, [source.name for source in settings.sources], first=0)
    return {name: report.notes for name, report in reports.items() if report.notes}


def _standing(session: Session) -> tuple[dict[Level, int], int]:
    unanswered = case(((_alerts.state == AlertState.OPEN.value) & _alerts.told_at.is_not(None), 1), else_=0)
    rows = session.connection().execute(
        select(_alerts.level, func.count(), func.sum(unanswered)).where(standing(_alerts.state)).group_by(_alerts.level)
    )
    counts = [(Level(level), number, int(waiting)) for level, number, waiting in rows]
    return {level: number for level, number, _ in sorted(counts)}, sum(waiting for *_, waiting in counts)
