"""Every unit with its people, their ways, their chats, and who would hear today; for people to look at. Reads only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select, true
from sqlmodel import Session

from alertd.contacts.bindings import active
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Contact, UnitRow
from alertd.model.people import AddressDown
from alertd.model.reach import Reach, Recipient, Way
from alertd.model.words import ChannelName

_d = table_of(AddressDown).c


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of today. ``ways``: what can be used, the first choice first; ``down``: addresses out of use, and why."""

    contact: Contact
    ways: tuple[Way, ...]
    down: Mapping[Way, str]
    bindings: tuple[RowMapping, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit. ``hears``: the one who would get its notices today; None: nobody, not even at the office."""

    unit: UnitRow
    people: tuple[Person, ...]
    hears: Recipient | None


def listing(session: Session, reach: Reach, at: AsOf, unit: str = "") -> list[Listed]:
    """The units of today in the order of units.csv (or the one named), with whoever is named for them."""
    bound: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for row in active(session, true()):
        bound[row["unit"], row["person"]].append(row)
    down = {
        Way(ChannelName(row.channel), row.address): str(row.detail)
        for row in session.connection().execute(select(_d.channel, _d.address, _d.detail))
    }
    directory = reach.directory
    units = [row for row in directory.units if (row.code == unit if unit else row.valid_on(at.today))]
    return [
        Listed(
            row,
            tuple(
                _person(contact, reach, down, bound.get((row.code, contact.person), ()))
                for contact in directory.people(row.code, at.today)
            ),
            reach.answering(row.code),
        )
        for row in units
    ]


def _person(contact: Contact, reach: Reach, down: Mapping[Way, str], bindings: Sequence[RowMapping]) -> Person:
    addresses = [
        Way(channel, address)
        for channel, address in (
            (ChannelName.EMAIL, contact.email),
            (ChannelName.HTTP, contact.phone),
            *((ChannelName(row["channel"]), str(row["chat_id"])) for row in bindings),
        )
        if address
    ]
    refused = {way: down[way] for way in addresses if way in down}
    return Person(contact, reach.ways.get(contact.person, ()), refused, tuple(bindings))


def document(listed: Listed) -> dict[str, Any]:
    """A unit as JSON; a chat waiting for the office is confirmed or revoked by its binding's ``id``."""
    hears = listed.hears
    return {
        "unit": listed.unit.code,
        "name": listed.unit.name,
        "hears": None
        if hears is None
        else {
            "name": hears.contact.name,
            "unit": hears.unit,
            "instead": None if hears.instead is None else hears.instead.value,
        },
        "people": [
            {
                "name": person.contact.name,
                "role": person.contact.role.value,
                "title": person.contact.title,
                "language": person.contact.language,
                "ways": [{"channel": way.channel.value, "address": way.address} for way in person.ways],
                "down": [
                    {"channel": way.channel.value, "address": way.address, "detail": why}
                    for way, why in person.down.items()
                ],
                "bindings": [
                    {"id": row["id"], "channel": row["channel"], "state": row["state"], "muted": bool(row["muted"])}
                    for row in person.bindings
                ],
            }
            for person in listed.people
        ],
    }
