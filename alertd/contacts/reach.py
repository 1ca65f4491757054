"""Who can be reached today and by which ways: people of the directory, chats that are bound, addresses that are out of use."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Contact, Directory, fold_name
from alertd.model.people import AddressDown, Binding
from alertd.model.reach import Reach, Way
from alertd.model.words import ChannelName

_b = table_of(Binding).c
_d = table_of(AddressDown).c


def reach(session: Session, directory: Directory, at: AsOf, *, channels: Collection[ChannelName]) -> Reach:
    """Telegram first, then mail, then the gateway; mail first for a person who sent /stop. An address that a server refused
    for good is left out, and so is a chat whose person is no longer named for its unit today. Reads only."""
    down = {
        Way(ChannelName(row.channel), row.address)
        for row in session.connection().execute(select(_d.channel, _d.address))
    }
    chats = _chats(session, directory, at.today) if ChannelName.TELEGRAM in channels else {}
    ways: dict[str, tuple[Way, ...]] = {}
    for contact in directory.contacts:
        if contact.valid_on(at.today):
            found = (*ways.get(contact.person, ()), *_ways(contact, chats))
            usable = [way for way in found if way.channel in channels and way not in down]
            ways[contact.person] = tuple(dict.fromkeys(usable))
    return Reach(directory, at.today, {person: found for person, found in ways.items() if found})


def _ways(contact: Contact, chats: Mapping[str, tuple[Way, bool]]) -> list[Way]:
    ways = []
    if contact.email:
        ways.append(Way(ChannelName.EMAIL, contact.email))
    if contact.phone:
        ways.append(Way(ChannelName.HTTP, contact.phone))
    if contact.person in chats:
        chat, muted = chats[contact.person]
        ways.insert(len(ways) if muted else 0, chat)
    return ways


def _chats(session: Session, directory: Directory, day: date) -> dict[str, tuple[Way, bool]]:
    """The newest confirmed chat of each person, and whether he asked for mail instead."""
    rows = session.connection().execute(
        select(_b.unit, _b.person, _b.name, _b.chat_id, _b.muted)
        .where(_b.channel == ChannelName.TELEGRAM.value, _b.state == "confirmed")
        .order_by(_b.id)
    )
    return {
        row.person: (Way(ChannelName.TELEGRAM, str(row.chat_id)), bool(row.muted))
        for row in rows
        if named(directory, row.unit, row.person, row.name, day) is not None
    }


def named(directory: Directory, unit: str, person: str, name: str, day: date) -> Contact | None:
    """The contact if the same person is named for the unit on that day; an office's address can pass to another person, so
    the name counts too."""
    for contact in directory.people(unit, day):
        if contact.person == person and fold_name(contact.name) == fold_name(name):
            return contact
    return None


def elsewhere(directory: Directory, unit: str, person: str, name: str, day: date) -> Contact | None:
    """Where somebody who is no longer named for the unit is on that day: the same person for another unit, or the one of that
    name in the same unit under another address. Two of one name in a unit are nobody: a chat is not given away by a guess."""
    same = [c for c in directory.contacts if c.person == person and c.valid_on(day)]
    for contact in same:
        if fold_name(contact.name) == fold_name(name):
            return contact
    namesakes = [c for c in directory.people(unit, day) if fold_name(c.name) == fold_name(name)]
    persons = {contact.person for contact in namesakes}
    return namesakes[0] if len(persons) == 1 and not same else None
