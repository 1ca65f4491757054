"""On which days of a replay the brake would have kept messages back: the brake's own judgement over the numbers of each day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.alerts.counted import earlier_days, usual
from alertd.brake.judge import Limits, Measured, judge
from alertd.model.alerts import Cycle
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.words import NoticeKind
from alertd.notices.held import heard_before
from alertd.replay.outcome import Message
from alertd.settings.shapes import Guard

_MOST = 10  # earlier days by which is known what is usual, as in alerts/counted.py
_y = table_of(Cycle).c


@dataclass(frozen=True, slots=True)
class Usual:
    """What was as usual before the first day. ``days``: what counted on each, the newest last; ``heads``: who heard of something
    on the last on which anybody did."""

    days: Sequence[int] = ()
    heads: int = 0


def usual_before(session: Session, at: AsOf) -> Usual:
    """By the cycles and messages of the site's own store."""
    return Usual([*earlier_days(session, at.today).values()][::-1], heard_before(session, at))


def counted_by_day(session: Session, after: int) -> dict[date, int]:
    """What counted on each day, after this cycle."""
    rows = select(_y.day, func.sum(_y.counted)).where(_y.id > after).group_by(_y.day).order_by(_y.day)
    return {day: int(count) for day, count in session.connection().execute(rows)}


def held(counted: Mapping[date, int], messages: Iterable[Message], before: Usual, guard: Guard) -> tuple[date, ...]:
    """``counted``: every day with a look, in order."""
    told: dict[date, set[str]] = {}
    for message in messages:
        if message.kind is NoticeKind.ALERT and message.tells:
            told.setdefault(message.day, set()).add(message.person)
    known, heads_before, found = list(before.days), before.heads, []
    for day, number in counted.items():
        heads = len(told.get(day, ()))
        if known:
            measured = Measured(number, number, usual(known[-_MOST:]), heads, heads_before)
            if judge(measured, Limits.of(measured, max_new=guard.max_new, max_heads=guard.max_heads)):
                found.append(day)
        known.append(number)
        heads_before = heads or heads_before
    return tuple(found)
