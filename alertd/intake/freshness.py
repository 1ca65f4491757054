"""How far each source can be believed at a moment: two statements, and a decision that is pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.intake.belief import Doubted
from alertd.intake.ledger import ENDED
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.freshness import Doubt, Freshness
from alertd.model.polls import Poll, SourceState
from alertd.model.words import PollState
from alertd.settings.source_shapes import SourceSettings

_polls, _states = table_of(Poll).c, table_of(SourceState).c
# What age says by itself is not said by the poll that noticed it: it is looked at anew at every moment.
_OF_AGE = {Doubted.STALE.value: Doubt.STALE, Doubted.SILENT.value: Doubt.NO_SIGN_OF_LIFE}


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a source. ``state``, ``reason`` and ``detail`` are those of its newest poll that has ended."""

    believed_at: datetime | None = None
    as_of: datetime | None = None
    newest_event_at: datetime | None = None
    records: int = 0
    state: PollState | None = None
    reason: str = ""
    detail: str = ""


def freshness(session: Session, sources: Sequence[SourceSettings], at: AsOf) -> dict[str, Freshness]:
    """By source, in their order. Data from the future count as new."""
    names = [source.name for source in sources]
    connection = session.connection()
    newest = select(func.max(_polls.id)).where(_polls.source.in_(names), ENDED).group_by(_polls.source)
    polls = {row.source: row for row in connection.execute(select(table_of(Poll)).where(_polls.id.in_(newest)))}
    states = {
        row.source: row for row in connection.execute(select(table_of(SourceState)).where(_states.source.in_(names)))
    }
    found: dict[str, Freshness] = {}
    for source in sources:
        poll, state = polls.get(source.name), states.get(source.name)
        known = Known(
            believed_at=state.believed_at if state else None,
            as_of=state.as_of if state else None,
            newest_event_at=state.newest_event_at if state else None,
            records=state.records if state else 0,
            state=PollState(poll.state) if poll else None,
            reason=poll.reason if poll else "",
            detail=poll.detail if poll else "",
        )
        doubted = doubt(known, source, at)
        # where nothing happens any more the figures are of the last event, however often they were read since
        silent = doubted is Doubt.NO_SIGN_OF_LIFE and known.newest_event_at is not None
        found[source.name] = Freshness(
            source=source.name,
            dataset=source.dataset,
            as_of=known.newest_event_at if silent else known.as_of,
            believed_at=known.believed_at,
            doubt=doubted,
            detail=known.detail,
        )
    return found


def doubt(known: Known, source: SourceSettings, at: AsOf) -> Doubt | None:
    """Why the source is not fresh, the worst first; None where it is."""
    if known.believed_at is None:
        return Doubt.NEVER_READ
    if known.state is PollState.FAILED:
        return Doubt.FAILED
    if known.state is PollState.NOT_BELIEVED:
        return _OF_AGE.get(known.reason, Doubt.NOT_BELIEVED)
    if known.as_of is None or known.as_of < source.stale_after.before(at.now, at.calendar):
        return Doubt.STALE
    life, newest = source.sign_of_life, known.newest_event_at
    if life is None:
        return None
    silent = known.records > 0 if newest is None else newest < life.before(at.now, at.calendar)
    return Doubt.NO_SIGN_OF_LIFE if silent else None
