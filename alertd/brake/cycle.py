"""Hold what a cycle found, if it is far more than usual: measured, judged, marked, its notices kept back, the office told."""

import json
from collections.abc import Sequence
from datetime import datetime
from math import isinf

from sqlalchemy import and_
from sqlmodel import Session

from alertd.alerts import counted, held, holds
from alertd.brake.judge import Because, Limits, Measured, joins, judge
from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.words import CycleState
from alertd.notices import gather, held_office, news, tell
from alertd.notices import held as kept
from alertd.notices.writer import Desk
from alertd.store import site, troubles

LIVE_SINCE = "live_since"  # the fact that says when the backlog was taken as the baseline, and by whom
_a = alerts_table.c


def judge_cycle(session: Session, desk: Desk, at: AsOf, cycle: int) -> int | None:
    """Mark what the cycle found where it is far more than usual, before anybody is told; gives the cycle that holds it: this
    one, or an earlier one of the day that waits still. None: it goes on as always."""
    number = counted.counted_of(session, cycle)
    holds.count(session, cycle, number)
    if not number or isinf(desk.settings.guard.max_new):  # without a limit nothing is measured
        return None
    alone = _alone_since(session, desk)
    days = _earlier_days(session, desk, at, alone)
    if days is None:
        return None
    measured = _measured(session, desk, at, cycle, number, counted.usual(days), alone)
    guard = desk.settings.guard
    limits = Limits.of(measured, max_new=guard.max_new, max_heads=guard.max_heads)
    because = judge(measured, limits)
    if not because:
        return None
    waiting = [hold.cycle for hold in holds.open_holds(session) if hold.day == at.today]
    hold = waiting[-1] if waiting and joins(measured, limits) else cycle
    held.mark(session, cycle, hold)
    if hold == cycle:
        holds.hold(session, cycle, _numbers(measured, limits, because))
    else:
        holds.count(session, cycle, 0)
    return hold


def _earlier_days(session: Session, desk: Desk, at: AsOf, alone: datetime | None) -> Sequence[int] | None:
    """By what is usual. None: nobody can know yet, and the cycle goes on as always; in earnest that may not fall upon everybody
    on the first day, unless the backlog was taken as known."""
    live, begun = desk.settings.site.mode == "live", live_since(session)
    known = None if begun is None else at.calendar.today(begun)
    since = None if alone is None else at.calendar.today(alone)
    days = counted.earlier_days(session, at.today, but=known, since=since)
    if not days and (not live or begun is not None):
        return None
    first = counted.first_day(session) if live else None
    return [number for day, number in days.items() if day not in (first, since)]


def _alone_since(session: Session, desk: Desk) -> datetime | None:
    """From when on a store that was rehearsed with went on in earnest with its backlog: a rehearsal disturbed nobody."""
    if desk.settings.site.mode != "live" or live_since(session) is not None:
        return None
    known = site.read_fact(session, site.IN_EARNEST)
    return datetime.fromisoformat(known) if known else None


def live_since(session: Session) -> datetime | None:
    """When the backlog was taken as the baseline."""
    known = site.read_fact(session, LIVE_SINCE)
    return None if known is None else datetime.fromisoformat(json.loads(known)["at"])


def _measured(
    session: Session, desk: Desk, at: AsOf, cycle: int, number: int, usual: float, alone: datetime | None
) -> Measured:
    midnight = at.calendar.midnight(at.today)
    since = max(midnight, alone or midnight, holds.last_released(session, midnight) or midnight)
    released = counted.released_since(midnight)
    told = kept.heard_since(session, since, but=released)
    would = and_(gather.due_by_message(desk.rules), ~news.unbelieved(desk.believed), _a.id.not_in(released))
    return Measured(
        counted=number,
        today=number + counted.counted_today(session, at.today, cycle, alone),
        usual=usual,
        heads=len(told | kept.persons(session, desk, at, would)),
        heads_before=kept.heard_before(session, at, alone),
    )


def _numbers(measured: Measured, limits: Limits, because: tuple[Because, ...]) -> dict[str, object]:
    return {
        "today": measured.today,
        "usual": measured.usual,
        "limit": limits.alerts,
        "heads": measured.heads,
        "heads_before": measured.heads_before,
        "heads_limit": limits.heads,
        **{reason.value: reason in because for reason in Because},
    }


def keep_back(session: Session, desk: Desk, at: AsOf, cycle: int, hold: int) -> int:
    """Write the notices about what this cycle adds to a hold, so that the office sees what would go out; tell it once of each
    hold. Gives how many messages the office gets."""
    mine = and_(_a.held_by == hold, _a.id.in_(counted.news_of(cycle)))
    due = and_(gather.due_by_message(desk.rules), ~news.unbelieved(desk.believed), mine)
    if gather.anything(session, due, held=True):
        tell.write_due(session, desk, at, cycle, due, hold=hold)
    language, alerts = desk.settings.site.language, held.standing_by_hold(session).get(hold, 0)
    since = next(each.at for each in holds.open_holds(session) if each.cycle == hold)
    said = held_office.sentence(language, hold, at.calendar.local(since), alerts)
    if hold != cycle:
        troubles.reword(session, subject(hold), said)
        return 0
    found = holds.found(session, hold)
    brake = {} if found is None else found.brake
    told = held_office.tell_office(session, desk, at, hold, brake, kept.still_held(session, hold))
    troubles.tell(session, [(subject(hold), said)], now=at.now, told=told)
    return int(told)


def tidy(session: Session, at: AsOf, language: str) -> None:
    """Take back held notices of which nothing stands any more, and close a hold that has nothing left; the office hears it."""
    waiting = holds.open_holds(session)
    if not waiting:
        return
    kept.withdraw_untrue(session, at.now)
    standing = held.standing_by_hold(session)
    ended = [hold.cycle for hold in waiting if not standing.get(hold.cycle)]
    for cycle in ended:
        holds.settle(session, cycle, CycleState.OVER, by="alertd", why="", now=at.now)
        troubles.reword(session, subject(cycle), held_office.over(language, cycle))
    troubles.over(session, [subject(cycle) for cycle in ended], now=at.now)


def subject(hold: int) -> str:
    """Under which a hold stands in the list of what is out of order."""
    return f"cycle:{hold}"
