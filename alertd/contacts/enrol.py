"""Bind a chat to an invited person: /start TOKEN, with every way in which a token can be wrong."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import RowMapping, and_, delete, insert, select, update
from sqlmodel import Session

from alertd.contacts.bindings import BindingState, Change, ChangeKind, account, active, changed, end
from alertd.contacts.flood import MOST, MOST_IN_ALL, Counted, count, recent
from alertd.contacts.invite import hashed
from alertd.contacts.reach import named
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Directory
from alertd.model.message import Incoming
from alertd.model.people import AddressDown, Binding, Invitation
from alertd.store import audit

_invitations, _bindings, _down = table_of(Invitation), table_of(Binding), table_of(AddressDown)


class Enrolment(StrEnum):
    """What became of a token; also the key of the answer."""

    CONFIRMED = "enrolled"
    PENDING = "pending"
    WRONG = "wrong_token"  # unknown, or too many wrong ones before: one answer, so that nobody learns which
    USED = "used_token"
    EXPIRED = "expired_token"
    REVOKED = "revoked_token"
    NOT_PRIVATE = "not_private"
    SILENT = "silent"  # enough wrong ones were answered
    ALREADY = "already"  # the same user pressed the link twice


def enrol(
    session: Session, incoming: Incoming, directory: Directory, at: AsOf
) -> tuple[Enrolment, RowMapping | None, list[Change]]:
    """Use the token in ``incoming.text``: what became of it, its invitation, and what the office is to hear."""
    token, now = hashed(incoming.text), at.now
    if not incoming.private:
        return Enrolment.NOT_PRIVATE, None, _leaked(session, token)
    wrong = recent(session, Counted.TOKEN, now, incoming.user_id)
    if wrong >= 2 * MOST[Counted.TOKEN]:
        return Enrolment.SILENT, None, []
    if wrong >= MOST[Counted.TOKEN]:
        count(session, Counted.TOKEN, incoming.user_id, now)
        return Enrolment.WRONG, None, [_guessed(incoming)]
    found = session.connection().execute(select(_invitations).where(_invitations.c.token_hash == token))
    invitation = found.mappings().first()
    if invitation is None:
        if recent(session, Counted.TOKEN, now) >= MOST_IN_ALL[Counted.TOKEN]:  # a right one is let in all the same
            return Enrolment.SILENT, None, [_guessed(incoming)]
        count(session, Counted.TOKEN, incoming.user_id, now)
        return Enrolment.WRONG, None, []
    faulty = _fault(session, invitation, incoming, directory, at)
    if faulty is not None:
        return faulty, invitation, _replayed(session, invitation, incoming, now) if faulty is Enrolment.USED else []
    mine = and_(_invitations.c.id == invitation["id"], _invitations.c.used_at.is_(None))
    if session.connection().execute(update(_invitations).where(mine).values(used_at=now)).rowcount != 1:
        return Enrolment.USED, invitation, []
    return _bind(session, invitation, incoming, now)


def _leaked(session: Session, token: str) -> list[Change]:
    """Whoever is in the group has seen it: from now on it proves nothing, and the office hears whose it was."""
    c = _invitations.c
    known = and_(c.token_hash == token, c.proven.is_(True), c.used_at.is_(None))
    spoilt = update(_invitations).where(known).values(proven=False).returning(c.unit, c.name)
    row = session.connection().execute(spoilt).first()
    return [Change(ChangeKind.LEAKED, row.unit, row.name)] if row is not None else []


def _guessed(incoming: Incoming) -> Change:
    return Change(ChangeKind.GUESSED, "", "", account(incoming.account, incoming.user_id))


def _replayed(session: Session, invitation: RowMapping, incoming: Incoming, now: datetime) -> list[Change]:
    """Somebody else has the link of a person: the office hears it once a link."""
    c = _invitations.c
    first = update(_invitations).where(c.id == invitation["id"], c.warned_at.is_(None)).values(warned_at=now)
    if session.connection().execute(first).rowcount != 1:
        return []
    shown = account(incoming.account, incoming.user_id)
    return [Change(ChangeKind.REPLAYED, invitation["unit"], invitation["name"], shown)]


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
    connection, c = session.connection(), _bindings.c
    # an account that is somebody else's already may be one that was lent, or one that was handed a link
    other = active(session, and_(c.user_id == incoming.user_id, c.person != invitation["person"]))
    proven = bool(invitation["proven"]) and not other
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
        account=incoming.account,
    )
    row = connection.execute(made.returning(*_bindings.c)).mappings().one()
    lifted = and_(_down.c.channel == incoming.channel.value, _down.c.address == str(incoming.chat_id))
    connection.execute(delete(_down).where(lifted))
    kind = ChangeKind.ENROLLED if proven else ChangeKind.TWICE if other else ChangeKind.PENDING
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
