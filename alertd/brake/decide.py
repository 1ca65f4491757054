"""What the office decides about a held cycle, once: let it go, or throw it away; as a whole, or for one person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from sqlmodel import Session

from alertd.alerts import held, holds
from alertd.alerts.turn import take_turn
from alertd.brake.cycle import subject, tidy
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.words import CycleState, NoticeState
from alertd.notices import held as kept
from alertd.notices import held_office
from alertd.store import audit, troubles

Wanted = Literal[CycleState.RELEASED, CycleState.DISCARDED]


@dataclass(frozen=True, slots=True)
class Decision:
    """``already``: it was decided before, as the other fields say; then nothing was done now. ``stale``: notices that the next
    cycle writes anew, for they are of an earlier day, or some of what they named has changed. ``left``: alerts that wait still,
    where only one person's were decided about."""

    cycle: int
    state: CycleState
    at: datetime
    by: str
    why: str
    alerts: int = 0
    messages: int = 0
    stale: int = 0
    left: int = 0
    already: bool = False


def hold_of(session: Session, notice: int) -> kept.Held | None:
    """The notice, where it waits, or waited once, with a held cycle."""
    found = kept.held(session, notice)
    return found if found is not None and found.hold is not None else None


def speaks_for_its_cycle(session: Session, known: kept.Held, *, only: bool) -> bool:
    """Whether a word about this notice is one about all that its cycle holds: while it waits with it, and, to hear what was
    decided, afterwards. Not where it alone was decided about and the others wait: the finger was on the wrong number."""
    if known.state is NoticeState.HELD:
        return True
    hold = None if known.hold is None else holds.found(session, known.hold)
    return not only and hold is not None and hold.state is not CycleState.HELD


def decide(
    session: Session,
    wanted: Wanted,
    cycle: int,
    *,
    by: str,
    reason: str,
    at: AsOf,
    language: str,
    person: str | None = None,
) -> Decision:
    """One decision for all that the cycle holds, or for what is held for one ``person``. Raises Refused where the cycle was
    never held."""
    take_turn(session)
    hold = holds.found(session, cycle)
    if hold is None:
        raise Refused(f"cycle {cycle} was not held; see `alertd status` and `alertd notices list --state held`")
    if hold.state is not CycleState.HELD:
        return Decision(cycle, hold.state, hold.decided_at or at.now, hold.decided_by, hold.decided_why, already=True)
    stale: frozenset[int] = frozenset()
    match wanted:
        case CycleState.RELEASED:
            stale = kept.outdated(session, cycle, person, at.calendar.midnight(at.today))
            changed = held.let_go(session, cycle, person=person, by=by, now=at.now, stale=stale)
            messages = kept.let_go(session, cycle, person, at, stale=stale)
        case CycleState.DISCARDED:
            changed = held.throw_away(session, cycle, person=person, by=by, now=at.now)
            messages = kept.throw_away(session, cycle, person, at)
        case _:
            assert_never(wanted)
    left = held.standing_by_hold(session).get(cycle, 0)
    detail = {"alerts": changed.alerts, "messages": messages, "person": person or "", **changed.sealed}
    audit.record(
        session, at=at.now, actor=by, action=f"cycle.{wanted}", subject=subject(cycle), reason=reason, detail=detail
    )
    if left:
        local = at.calendar.local(hold.at)
        troubles.reword(session, subject(cycle), held_office.sentence(language, cycle, local, left))
    else:
        holds.settle(session, cycle, wanted, by=by, why=reason, now=at.now)
        troubles.settled(session, subject(cycle), now=at.now)
    said = held_office.decided(
        language, wanted.value, cycle, by=by, alerts=changed.alerts, messages=messages, why=reason
    )
    troubles.note(session, [(subject(cycle), said)], now=at.now)
    tidy(session, at, language)
    return Decision(cycle, wanted, at.now, by, reason, changed.alerts, messages, len(stale), left)
