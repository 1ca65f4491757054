"""Notices that wait with a held cycle: whose they are, taken back when untrue, let go or thrown away with their cycle."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlmodel import Session

from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import NoticeKind, NoticeState, Reason
from alertd.notices import gather
from alertd.notices.audience import audiences
from alertd.notices.put import URGENT
from alertd.notices.retract import end
from alertd.notices.verdict import Why
from alertd.notices.writer import Desk

_n, _a, _l = notices_table.c, alerts_table.c, table_of(NoticeAlert).c
# In a rehearsal a notice goes to the office, and is somebody else's.
_PERSON = func.coalesce(func.nullif(_n.meant_for, ""), _n.person)
_KEPT = (NoticeState.HELD.value, NoticeState.WITHDRAWN.value, NoticeState.SUPERSEDED.value)  # nobody has read these
_NEWS = (Reason.OPENED.value, Reason.REOPENED.value, Reason.WORSE.value, Reason.MOVED.value)


@dataclass(frozen=True, slots=True)
class Held:
    """A notice as far as a decision needs it. ``hold``: the cycle with which it is, or was, held."""

    id: int
    state: NoticeState
    hold: int | None
    person: str


def held(session: Session, notice: int) -> Held | None:
    row = (
        session.connection()
        .execute(select(_n.id, _n.state, _n.held_by, _PERSON.label("person")).where(_n.id == notice))
        .first()
    )
    return None if row is None else Held(row.id, NoticeState(row.state), row.held_by, row.person)


def persons(session: Session, desk: Desk, at: AsOf, due: ColumnElement[bool]) -> frozenset[str]:
    """Those whose matter such alerts are."""
    if not gather.anything(session, due):
        return frozenset()
    groups = gather.groups(session, desk.rules, due, at.now, split=desk.split)
    heard = audiences(desk, groups, lambda audience: audience.due > 0)
    return frozenset(audience.person for audience in heard.audiences)


def waiting_for(session: Session, desk: Desk, at: AsOf) -> frozenset[str]:
    """Those whose matter anything is that waits with a held cycle."""
    waiting = _a.held_by.is_not(None)
    marked = select(_a.id).where(waiting, standing(_a.state)).limit(1)
    if session.connection().execute(marked).first() is None:
        return frozenset()
    groups = gather.groups(session, desk.rules, waiting, at.now, split=desk.split, held=True)
    return frozenset(audience.person for audience in audiences(desk, groups, lambda each: each.due > 0).audiences)


def heard_since(
    session: Session, since: datetime, until: datetime | None = None, *, but: Select[tuple[int]] | None = None
) -> frozenset[str]:
    """The persons who were told of something new by a message written in that time and not held. ``but``: alerts that count as
    nothing new."""
    when = [_n.created_at >= since, *([] if until is None else [_n.created_at < until])]
    rows = session.connection().execute(select(_PERSON).where(*when, _told_of_news(but)).distinct())
    return frozenset(rows.scalars())


def heard_before(session: Session, at: AsOf, since: datetime | None = None) -> int:
    """How many were told on the last day before today on which anybody was; ``since``: what was before says nothing."""
    midnight = at.calendar.midnight(at.today)
    known = [] if since is None else [_n.created_at >= since]
    earlier = select(_n.created_at).where(_n.created_at < midnight, *known, _told_of_news())
    found: datetime | None = session.connection().execute(earlier.order_by(_n.id.desc()).limit(1)).scalar()
    if found is None:
        return 0
    day: date = at.calendar.today(found)
    begin = at.calendar.midnight(day)
    return len(heard_since(session, max(begin, since or begin), at.calendar.midnight(day + timedelta(days=1))))


def _told_of_news(but: Select[tuple[int]] | None = None) -> ColumnElement[bool]:
    counts = [] if but is None else [_l.alert_id.not_in(but)]
    news = exists().where(_l.notice_id == _n.id, _l.why.in_(_NEWS), *counts)
    return and_(_n.kind == NoticeKind.ALERT.value, not_(and_(_n.held_by.is_not(None), _n.state.in_(_KEPT))), news)


def still_held(session: Session, hold: int) -> int:
    """How many notices wait with this cycle."""
    waiting = select(func.count()).where(_n.held_by == hold, _n.state == NoticeState.HELD.value)
    return int(session.connection().execute(waiting).scalar_one())


def _told_him(first: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Alerts that the notice held for the same person names: his list by mail names none."""
    return (
        first.c.held_by == _n.held_by,
        first.c.person == _n.person,
        first.c.meant_for == _n.meant_for,
        first.c.state == NoticeState.HELD.value,
        _l.notice_id == first.c.id,
        _a.id == _l.alert_id,
    )


def withdraw_untrue(session: Session, now: datetime) -> int:
    """Take back what is held for a person of whose held alerts none stands any more, his list by mail with it."""
    first = notices_table.alias("first")
    true_still = exists().where(
        *_told_him(first),
        _a.held_by == _n.held_by,
        standing(_a.state),
    )
    which = and_(_n.held_by.is_not(None), _n.state == NoticeState.HELD.value, not_(true_still))
    return end(session, which, NoticeState.WITHDRAWN, Why.RESOLVED, now)


def outdated(session: Session, hold: int, person: str | None, midnight: datetime) -> frozenset[int]:
    """Held notices that are not true any more: written on an earlier day, whose days late and dates they give, or naming what
    has ended, moved, or is at another level since; a person's list by mail with his notice."""
    first = notices_table.alias("first")
    changed = exists().where(
        *_told_him(first),
        not_(and_(_a.held_by.is_not_distinct_from(hold), standing(_a.state), _a.level == _l.level)),
    )
    old = or_(_n.created_at < midnight, changed)
    return frozenset(session.connection().execute(select(_n.id).where(_of(hold, person), old)).scalars())


def let_go(session: Session, hold: int, person: str | None, at: AsOf, *, stale: Collection[int]) -> int:
    """Into the outbox; what may wait for the office's hours does. What is ``stale`` is not sent: the next cycle writes it anew.
    Gives how many go."""
    end(session, _n.id.in_(sorted(stale)), NoticeState.SUPERSEDED, Why.NEWER, at.now)
    opening = at.calendar.next_opening(at.now)
    wait = None if opening <= at.now else opening
    values: dict[str, Any] = {
        "state": NoticeState.PENDING.value,
        "reason": Why.NONE.value,
        "not_before": case((_n.urgency == URGENT, null()), else_=literal(wait, Moment)),
    }
    done = session.connection().execute(update(notices_table).where(_of(hold, person)).values(values).returning(_n.id))
    return len(done.all())


def throw_away(session: Session, hold: int, person: str | None, at: AsOf) -> int:
    """Never send them. Gives how many."""
    return end(session, _of(hold, person), NoticeState.WITHDRAWN, Why.DISCARDED, at.now)


def _of(hold: int, person: str | None) -> ColumnElement[bool]:
    mine = and_(_n.held_by == hold, _n.state == NoticeState.HELD.value)
    return mine if person is None else and_(mine, _PERSON.in_([person]))
