"""Take back what need not, or must not, be sent any more: digests that a newer one replaces, what is not true as it is written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, select, update
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import LIVE_STATES, NoticeKind, NoticeState, Reason
from alertd.notices.gather import LISTED
from alertd.notices.verdict import Claimed, Why
from alertd.store import audit

_n = notices_table.c
_links = table_of(NoticeAlert)
UNSENT = (NoticeState.PENDING.value, NoticeState.HELD.value, NoticeState.RETRY.value, NoticeState.UNCERTAIN.value)
_AGAIN = (Reason.REPEAT.value, Reason.HANDED.value, Reason.WORSE.value)  # why somebody is told who was told before
_NO_MORE = (NoticeState.WITHDRAWN.value, NoticeState.SUPERSEDED.value, NoticeState.DEAD.value)


def supersede(session: Session, *, now: datetime) -> int:
    """A newer digest of the same person replaces every older one that was not sent: after an outage a head gets one
    message, not thirty. Gives how many were replaced."""
    newer = notices_table.alias("newer")
    replaced = exists().where(
        newer.c.person == _n.person,
        newer.c.kind == _n.kind,
        newer.c.meant_for == _n.meant_for,  # in rehearsal one person gets the digests of all
        newer.c.digest_on > _n.digest_on,
        newer.c.state.not_in(_NO_MORE),
    )
    return end(
        session,
        and_(_n.state.in_(UNSENT), _n.parts_sent == 0, _n.digest_on.is_not(None), replaced),
        NoticeState.SUPERSEDED,
        Why.NEWER,
        now,
    )


def withdraw_untrue(session: Session, claimed: Sequence[Claimed], *, now: datetime, worker: str) -> list[Claimed]:
    """Of claimed notices, those that are still to be sent: a notice about alerts of which none stands any more is withdrawn.

    So is what was to go again by a second channel to a person who has given a sign meanwhile. Digests and notices about
    nothing (tests, warnings) stay; so does one of which a part has gone out.
    """
    asked = [n.id for n in claimed if n.kind is NoticeKind.ALERT and n.outgoing.parts_sent == 0]
    if not asked:
        return list(claimed)
    alerts = alerts_table.c
    standing = func.sum(case((alerts.state.in_([state.value for state in LIVE_STATES]), 1), else_=0))
    untrue = set(
        session.connection()
        .execute(
            select(_links.c.notice_id)
            .join(alerts_table, alerts.id == _links.c.alert_id)
            .where(_links.c.notice_id.in_(asked))
            .group_by(_links.c.notice_id)
            .having(standing == 0)
        )
        .scalars()
    )
    again = select(_n.id).where(_n.id.in_(asked), _n.copy_of.is_not(None), _n.confirmed_at.is_not(None))
    answered = set(session.connection().execute(again).scalars())
    for ids, why in ((untrue, Why.RESOLVED), (answered - untrue, Why.ANSWERED)):
        if ids:
            mine = and_(_n.id.in_(ids), _n.claimed_by == worker, _n.state == NoticeState.SENDING.value)
            end(session, mine, NoticeState.WITHDRAWN, why, now)
    return [notice for notice in claimed if notice.id not in untrue | answered]


def tell_anew(session: Session, ids: Sequence[int], why: Why, now: datetime) -> None:
    """Withdraw these, save one that is being sent: what they tell counts as not told, and their keys are free for those that
    are written in their place."""
    if not ids:
        return
    connection = session.connection()
    # another process may have begun to send one meanwhile
    these = and_(_n.id.in_(ids), _n.state != NoticeState.SENDING.value)
    link, alerts = _links.c, alerts_table.c
    told = select(link.alert_id).where(link.notice_id.in_(ids), link.why != LISTED)
    again = told.where(link.why.in_(_AGAIN))
    connection.execute(update(alerts_table).where(alerts.id.in_(again)).values(handed_at=now))
    first = alerts.id.in_(told.where(link.why.not_in(_AGAIN)))
    connection.execute(update(alerts_table).where(first).values(told_at=None, told_level=None))
    connection.execute(update(notices_table).where(these).values(once=_n.once + ":" + cast(_n.id, String)))
    end(session, these, NoticeState.WITHDRAWN, why, now)


def end(session: Session, which: ColumnElement[bool], state: NoticeState, why: Why, now: datetime) -> int:
    """Bring notices to an end, with one row of the audit for all of them; gives how many."""
    values = {"state": state.value, "reason": why.value, "claimed_by": "", "lease_until": None}
    ended = session.connection().execute(update(notices_table).where(which).values(values).returning(_n.id))
    ids = sorted(ended.scalars())
    if ids:
        audit.record(
            session,
            at=now,
            actor="alertd",
            action=f"notices.{state}",
            subject="outbox",
            reason=why,
            detail={"ids": ids},
        )
    return len(ids)
