"""Invite a person to bind his chat: a single-use link of which only the hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session

from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Contact, Directory, fold_name
from alertd.model.people import Invitation
from alertd.store import audit

VALID_FOR = timedelta(hours=72)
_BYTES = 32  # 256 bits: 43 characters of the 64 that a /start link may carry
_invitations = table_of(Invitation)


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation. ``token`` exists here and in the link alone; it is kept out of logs by its repr."""

    unit: str
    contact: Contact
    token: str = field(repr=False)
    expires_at: datetime
    proven: bool

    def link(self, bot: str) -> str:
        """``bot``: the bot's user name."""
        return f"https://t.me/{bot}?start={self.token}"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    session: Session, directory: Directory, unit: str, at: AsOf, *, proven: bool, by: str, name: str = ""
) -> Invited:
    """A link for the head of the unit (or for ``name``, anyone named there today); older unused ones of the same person are
    revoked. ``proven``: it goes by mail to the address in contacts.csv, so using it proves who it is.

    Raises Refused where the unit is unknown, nobody is named, or there is no address to mail to."""
    contact = invitee(directory, unit, at, name)
    if proven and not contact.email:
        raise Refused(
            f"{contact.name} ({unit}) has no e-mail address in contacts.csv; add one, or show the link instead of mailing it"
        )
    token, now = secrets.token_urlsafe(_BYTES), at.now
    connection, c = session.connection(), _invitations.c
    unused = (c.unit == unit, c.person == contact.person, c.used_at.is_(None), c.revoked_at.is_(None))
    connection.execute(update(_invitations).where(*unused).values(revoked_at=now))
    connection.execute(
        _invitations.insert().values(
            token_hash=hashed(token),
            unit=unit,
            person=contact.person,
            name=contact.name,
            proven=proven,
            made_at=now,
            expires_at=now + VALID_FOR,
        )
    )
    audit.record(
        session,
        at=now,
        actor=by,
        action="contact.invited",
        subject=f"unit:{unit}",
        detail={"person": contact.person, "name": contact.name, "proven": proven},
    )
    return Invited(unit, contact, token, now + VALID_FOR, proven)


def invitee(directory: Directory, unit: str, at: AsOf, name: str = "") -> Contact:
    """Whom an invitation is for: the head of the unit, or ``name``. Raises Refused."""
    row = directory.by_code.get(unit)
    if row is None:
        raise Refused(f"there is no unit {unit} in units.csv; give a unit's code")
    if not row.valid_on(at.today):
        raise Refused(f"unit {unit} ({row.name}) is not valid on {at.today}; invite its successor")
    if name:
        found = [c for c in directory.people(unit, at.today) if fold_name(c.name) == fold_name(name)]
        if not found:
            raise Refused(f"{name} is not named for unit {unit} today; see contacts.csv")
        return found[0]
    heads = directory.heads(unit, at.today)
    if not heads:
        raise Refused(f"nobody is named for unit {unit} today; add a line to contacts.csv")
    return heads[0]
