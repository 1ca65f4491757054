"""Take back what need not be sent any more: digests that a newer one replaces, alerts that are no longer true."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, select, update
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import LIVE_STATES, NoticeKind, NoticeState
from alertd.notices.verdict import Claimed, Why
from alertd.store import audit

_n = notices_table.c
_links = table_of(NoticeAlert)
_UNSENT = (NoticeState.PENDING.value, NoticeState.HELD.value, NoticeState.RETRY.value, NoticeState.UNCERTAIN.value)
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
    return _end(
        session,
        and_(_n.state.in_(_UNSENT), _n.parts_sent == 0, _n.digest_on.is_not(None), replaced),
        NoticeState.SUPERSEDED,
        Why.NEWER,
        now,
    )


def withdraw_untrue(session: Session, claimed: Sequence[Claimed], *, now: datetime, worker: str) -> list[Claimed]:
    """Of claimed notices, those that are still to be sent: a notice about alerts of which none stands any more is withdrawn.

    Digests and notices about nothing (tests, warnings) stay; so does one of which a part has gone out.
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
    if not untrue:
        return list(claimed)
    mine = and_(_n.id.in_(untrue), _n.claimed_by == worker, _n.state == NoticeState.SENDING.value)
    _end(session, mine, NoticeState.WITHDRAWN, Why.RESOLVED, now)
    return [notice for notice in claimed if notice.id not in untrue]


def _end(session: Session, which: ColumnElement[bool], state: NoticeState, why: Why, now: datetime) -> int:
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
