"""Bind a chat to an invited person: /start TOKEN, with every way in which a token can be wrong."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import RowMapping, and_, delete, func, insert, select, update
from sqlmodel import Session

from alertd.contacts.bindings import BindingState, Change, ChangeKind, active, changed, end
from alertd.contacts.invite import hashed
from alertd.contacts.reach import named
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Directory
from alertd.model.message import Incoming
from alertd.model.people import AddressDown, Binding, Invitation, TokenFailure
from alertd.store import audit

_LIMIT, _WINDOW = 5, timedelta(hours=1)  # wrong tokens of one user; a guess has one chance in 2**256 anyway
_invitations, _bindings, _failures, _down = (
    table_of(Invitation),
    table_of(Binding),
    table_of(TokenFailure),
    table_of(AddressDown),
)


class Enrolment(StrEnum):
    """What became of a token; also the key of the answer."""

    CONFIRMED = "enrolled"
    PENDING = "pending"
    WRONG = "wrong_token"  # unknown, or too many wrong ones before: one answer, so that nobody learns which
    USED = "used_token"
    EXPIRED = "expired_token"
    REVOKED = "revoked_token"
    NOT_PRIVATE = "not_private"
    ALREADY = "already"  # the same user pressed the link twice


def enrol(
    session: Session, incoming: Incoming, directory: Directory, at: AsOf
) -> tuple[Enrolment, RowMapping | None, list[Change]]:
    """Use the token in ``incoming.text``: what became of it, its invitation, and what the office is to hear."""
    token, now = hashed(incoming.text), at.now
    if not incoming.private:
        # whoever is in the group has seen it: from now on it proves nothing
        known = _invitations.c.token_hash == token
        session.connection().execute(update(_invitations).where(known).values(proven=False))
        return Enrolment.NOT_PRIVATE, None, []
    if _too_many(session, incoming.user_id, now):
        return Enrolment.WRONG, None, []
    found = session.connection().execute(select(_invitations).where(_invitations.c.token_hash == token))
    invitation = found.mappings().first()
    if invitation is None:
        session.connection().execute(insert(_failures).values(user_id=incoming.user_id, at=now))
        return Enrolment.WRONG, None, []
    faulty = _fault(session, invitation, incoming, directory, at)
    if faulty is not None:
        return faulty, invitation, []
    mine = and_(_invitations.c.id == invitation["id"], _invitations.c.used_at.is_(None))
    if session.connection().execute(update(_invitations).where(mine).values(used_at=now)).rowcount != 1:
        return Enrolment.USED, invitation, []
    return _bind(session, invitation, incoming, now)


def _too_many(session: Session, user: int, now: datetime) -> bool:
    c = _failures.c
    recent = select(func.count()).where(c.user_id == user, c.at > now - _WINDOW)
    return int(session.connection().execute(recent).scalar_one()) >= _LIMIT


def _fault(
    session: Session, invitation: RowMapping, incoming: Incoming, directory: Directory, at: AsOf
) -> Enrolment | None:
    if invitation["used_at"] is not None:
        same = and_(_bindings.c.user_id == incoming.user_id, _bindings.c.person == invitation["person"])
        return Enrolment.ALREADY if active(session, same) else Enrolment.USED
    if invitation["revoked_at"] is not None:
        return Enrolment.REVOKED
    if invitation["expires_at"] <= at.now:
        return Enrolment.EXPIRED
    if named(directory, invitation["unit"], invitation["person"], invitation["name"], at.today) is None:
        return Enrolment.REVOKED
    return None


def _bind(
    session: Session, invitation: RowMapping, incoming: Incoming, now: datetime
) -> tuple[Enrolment, RowMapping, list[Change]]:
    proven, connection, c = bool(invitation["proven"]), session.connection(), _bindings.c
    older = active(session, and_(c.person == invitation["person"], c.channel == incoming.channel.value))
    if not proven:
        # somebody who only holds a link must not be able to silence the chat that is confirmed
        older = [row for row in older if row["state"] == BindingState.PENDING.value]
    changes = end(session, older, ChangeKind.REPLACED, now, by=invitation["name"])
    made = insert(_bindings).values(
        channel=incoming.channel.value,
        user_id=incoming.user_id,
        chat_id=incoming.chat_id,
        unit=invitation["unit"],
        person=invitation["person"],
        name=invitation["name"],
        state=(BindingState.CONFIRMED if proven else BindingState.PENDING).value,
        made_at=now,
        confirmed_at=now if proven else None,
        confirmed_by="link" if proven else "",
        end_reason="",
        muted=False,
    )
    row = connection.execute(made.returning(*_bindings.c)).mappings().one()
    lifted = and_(_down.c.channel == incoming.channel.value, _down.c.address == str(incoming.chat_id))
    connection.execute(delete(_down).where(lifted))
    kind = ChangeKind.ENROLLED if proven else ChangeKind.PENDING
    audit.record(
        session,
        at=now,
        actor=row["name"],
        action=f"binding.{kind}",
        subject=f"unit:{row['unit']}",
        detail={"binding": row["id"], "person": row["person"], "user_id": incoming.user_id},
    )
    outcome = Enrolment.CONFIRMED if proven else Enrolment.PENDING
    return outcome, invitation, [*changes, changed(row, kind)]
