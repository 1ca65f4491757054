"""Moments that lie ahead of a clock that is right, written by one that was wrong: taken back to now, on record, in one transaction.

What is evidence stays as it is: the times of events, notices, attempts and of the audit, which its seals cover; so do the
deadlines and events of records.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Session

from alertd.alerts.turn import take_turn
from alertd.contacts.invite import VALID_FOR
from alertd.model.alerts import Cycle, RuleVersion, Trouble, alerts_table
from alertd.model.apologies import causes_table
from alertd.model.asof import AsOf
from alertd.model.assignments import assignments_table
from alertd.model.base import Moment, table_of
from alertd.model.changes import field_changes_table
from alertd.model.disputes import DisputeAsk, disputes_table
from alertd.model.files import files_table
from alertd.model.notices import NoticeAlert, Pace, notices_table
from alertd.model.people import (
    AddressDown,
    Answer,
    BelievedTable,
    Binding,
    Invitation,
    TableSight,
    TokenFailure,
    UnitHead,
)
from alertd.model.polls import Poll, SourceState
from alertd.model.rule_sets import RuleFolderRow, RuleSetRow
from alertd.model.words import NoticeKind, NoticeState
from alertd.notices import retract
from alertd.notices.verdict import Why
from alertd.store import audit

_cycles, _polls, _troubles = table_of(Cycle), table_of(Poll), table_of(Trouble)
_invitations, _paces, _links = table_of(Invitation), table_of(Pace), table_of(NoticeAlert)
_n, _a, _f, _s = notices_table.c, alerts_table.c, files_table.c, assignments_table.c
_g = field_changes_table.c
_WAITING = [state.value for state in (NoticeState.PENDING, NoticeState.RETRY, NoticeState.UNCERTAIN, NoticeState.HELD)]
_MOMENT = timedelta(seconds=1)  # the least by which one thing is known to come before another
_LONG_HELD = 3600.0  # seconds: no server asks for a pause as long as this, so the clock was ahead when it was noted
# What is compared with now, or with one another, by those who decide or count.
COLUMNS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (alerts_table, ("opened_at", "changed_at", "acknowledged_at", "resolved_at", "told_at", "handed_at")),
    (_cycles, ("now", "decided_at")),
    (_polls, ("started_at", "ended_at", "as_of")),
    (table_of(SourceState), ("believed_at", "as_of", "newest_event_at")),
    (_troubles, ("since", "until", "told_at", "over_told_at")),
    (table_of(Binding), ("made_at", "confirmed_at", "ended_at")),
    (_invitations, ("made_at", "used_at", "revoked_at", "warned_at", "expires_at")),
    (table_of(AddressDown), ("since",)),
    (table_of(Answer), ("told_at",)),
    (causes_table, ("at",)),
    (table_of(TokenFailure), ("at",)),
    (table_of(BelievedTable), ("believed_at",)),
    (table_of(TableSight), ("at",)),
    (table_of(UnitHead), ("since",)),
    (disputes_table, ("raised_at", "decided_at", "confirmed_at", "closed_at", "told_at")),
    (table_of(DisputeAsk), ("asked_at",)),
    (table_of(RuleVersion), ("first_seen_at", "runs_since")),
    (table_of(RuleSetRow), ("at", "changed_at")),
    (table_of(RuleFolderRow), ("since",)),
)


@dataclass(frozen=True, slots=True)
class PutRight:
    """``first``, ``last``: when by the wrong clock cycles ran. ``rows``: by table, how many had a moment ahead. ``withdrawn``:
    notices that it wrote and nobody has got; ``again``: alerts of which they would have told, and that are told anew where they
    are true; ``sent``: those that have gone out, and stay on record as they are. ``digests``: made for a day to come."""

    first: datetime | None
    last: datetime | None
    rows: Mapping[str, int]
    withdrawn: int
    again: int
    sent: int
    digests: int


def put_right(session: Session, at: AsOf, *, pace: float, by: str, reason: str) -> PutRight | None:
    """Take back to ``at`` what lies ahead of it, with a row of the audit; None where no cycle and no poll does. ``pace``:
    seconds since the epoch, real time. In the caller's transaction."""
    take_turn(session)
    if not _anything(session, at.now):
        return None
    now = literal(at.now, Moment)
    first, last = (
        session.connection()
        .execute(select(func.min(_cycles.c.now), func.max(_cycles.c.now)).where(_cycles.c.now > now))
        .one()
    )
    ahead = _n.created_at > now
    sent = (
        session.connection().execute(select(func.count()).where(ahead, _n.state == NoticeState.SENT.value)).scalar_one()
    )
    withdrawn, again = _withdraw(session, at.now)
    digests = _run(
        session,
        update(notices_table)
        .where(ahead, _n.digest_on.is_not(None))
        .values(digest_on=None, once=_n.once + literal(":ahead:") + cast(_n.id, String)),
    )
    _run(session, update(notices_table).where(ahead).values(counts="{}"))  # no later message is compared with them
    rows = {"notices": _release(session, first, at.now)} if first is not None else {}
    rows |= {table.name: _take_back(session, table, names, at) for table, names in COLUMNS}
    rows["file_copies"] = _assumed_ends(session, at)
    rows["assignments"] = _assumed_done(session, at)
    rows["field_changes"] = _seen_changes(session, at)
    held = _paces.c.next_at > pace + _LONG_HELD
    rows["paces"] = _run(session, update(_paces).where(held).values(next_at=pace))
    rows = {name: count for name, count in rows.items() if count}
    done = PutRight(first, last, rows, withdrawn, again, int(sent), digests)
    audit.record(
        session, at=at.now, actor=by, action="clock.put_right", subject="clock", reason=reason, detail=_detail(done)
    )
    return done


def _detail(done: PutRight) -> dict[str, Any]:
    span = {name: moment.isoformat() for name, moment in (("first", done.first), ("last", done.last)) if moment}
    counts = {"withdrawn": done.withdrawn, "again": done.again, "sent": done.sent, "digests": done.digests}
    return {**span, "rows": dict(done.rows), **counts}


def _anything(session: Session, now: datetime) -> bool:
    """A source's own times may lie in the future; what alertd itself has done may not."""
    looks = (_cycles.c.now > now, _polls.c.started_at > now)
    return any(session.connection().execute(select(exists().where(look))).scalar_one() for look in looks)


def _withdraw(session: Session, now: datetime) -> tuple[int, int]:
    """What was found by a wrong clock would accuse people: it is not sent, and what is true of it is told anew."""
    told = _n.kind.in_([kind.value for kind in (NoticeKind.ALERT, NoticeKind.DIGEST, NoticeKind.OFFICE)])
    unread = and_(_n.created_at > now, told, _n.state.in_(_WAITING), _n.parts_sent == 0)
    withdrawn = retract.end(session, unread, NoticeState.WITHDRAWN, Why.DISCARDED, now)
    if not withdrawn:
        return 0, 0
    taken_back = and_(_n.created_at > now, _n.state == NoticeState.WITHDRAWN.value, _n.reason == Why.DISCARDED.value)
    link = _links.c
    mine = exists().where(link.alert_id == _a.id, link.notice_id == _n.id, taken_back)
    anew = update(alerts_table).where(_a.told_at > now, mine).values(told_at=None, told_level=None)
    return withdrawn, _run(session, anew)


def _release(session: Session, first: datetime, now: datetime) -> int:
    """Notices that wait until a moment of the wrong clock, or are held by a process until then."""
    then = literal(now, Moment)
    later = case((_n.not_before >= first, then), else_=_n.not_before)
    leased = case((_n.lease_until >= first, then), else_=_n.lease_until)
    waiting = _n.state.in_([*_WAITING, NoticeState.SENDING.value])
    which = and_(waiting, or_(_n.not_before >= first, _n.lease_until >= first))
    return _run(session, update(notices_table).where(which).values(not_before=later, lease_until=leased))


def _take_back(session: Session, table: Table, names: tuple[str, ...], at: AsOf) -> int:
    now = literal(at.now, Moment)
    values: dict[str, Any] = {name: case((table.c[name] > now, now), else_=table.c[name]) for name in names}
    if table is alerts_table:
        # another head began to answer for it after it was told: it is his news still
        handed = and_(_a.told_at > now, _a.handed_at > _a.told_at)
        values["told_at"] = case((handed, literal(at.now - _MOMENT, Moment)), else_=values["told_at"])
    elif table is _cycles:
        values["day"] = case((table.c.now > now, at.today), else_=table.c.day)
    elif table is _invitations:
        longest = literal(at.now + VALID_FOR, Moment)
        values["expires_at"] = case((table.c.made_at > now, longest), else_=table.c.expires_at)
        names = tuple(name for name in names if name != "expires_at")
    elif table is disputes_table:
        # counted from a moment that lies ahead, they would last until long after
        for name, since in (("quiet_until", "raised_at"), ("correct_by", "decided_at")):
            values[name] = case((table.c[since] > now, now), else_=table.c[name])
    elif table is _troubles:
        values["since"] = _begun(at.now)
    ahead = or_(*[table.c[name] > now for name in names])
    return _run(session, update(table).where(ahead).values(values))


def _begun(now: datetime) -> ColumnElement[datetime]:
    """A trouble whose end is its beginning is something that happened and did not last; one that lasted stays one."""
    c = _troubles.c
    lasted = and_(c.since > now, c.until.is_not(None), c.until != c.since)
    before = literal(now - _MOMENT, Moment)
    return case((lasted, before), (c.since > now, literal(now, Moment)), else_=c.since)


def _assumed_ends(session: Session, at: AsOf) -> int:
    """Files that ended when nobody said so, by their word or by absence: they would count as open until then."""
    now, today = literal(at.now, Moment), literal(at.today.toordinal(), Integer)
    number = literal(at.calendar.number(at.today), Integer)
    values = {"assumed_end_at": now, "stop_at": now, "stop_day": today, "stop_day_no": number}
    values |= {"ended_day": today, "ended_day_no": number}
    assumed = and_(_f.assumed_end_at > now, _f.ended_at.is_(None), _f.returned_at.is_(None))
    return _run(session, update(files_table).where(assumed).values(values))


def _assumed_done(session: Session, at: AsOf) -> int:
    """The same of assignments."""
    now, number = literal(at.now, Moment), literal(at.calendar.number(at.today), Integer)
    assumed = and_(_s.assumed_done_at > now, _s.done_at.is_(None))
    return _run(session, update(assignments_table).where(assumed).values(assumed_done_at=now, done_day_no=number))


def _seen_changes(session: Session, at: AsOf) -> int:
    """When alertd itself saw a change, and what explains it: days are counted from there."""
    now, number = literal(at.now, Moment), literal(at.calendar.number(at.today), Integer)
    values = {
        "seen_at": case((_g.seen_at > now, now), else_=_g.seen_at),
        "seen_day_no": case((_g.seen_at > now, number), else_=_g.seen_day_no),
        "explained_at": case((_g.explained_at > now, now), else_=_g.explained_at),
    }
    ahead = or_(_g.seen_at > now, _g.explained_at > now)
    return _run(session, update(field_changes_table).where(ahead).values(values))


def _run(session: Session, statement: Any) -> int:
    return int(session.connection().execute(statement).rowcount)
