"""Which units would not be heard by their own head today, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from alertd.check.health import Seen, fault, ok, warning
from alertd.model.directory import Directory
from alertd.model.reach import Instead, Reach, Way
from alertd.model.words import ChannelName

SUBJECT = "heads"
_MOST = 10

_WHY = {
    Instead.NO_HEAD: "nobody is named",
    Instead.NOT_REACHABLE: "no address works",
    Instead.UNIT_ENDED: "ended without one successor",
    Instead.NO_UNIT: "unknown",
    Instead.NO_OWNER: "nobody owns the field",
}


@dataclass(frozen=True, slots=True)
class Unheard:
    unit: str
    name: str
    why: Instead


def unheard(reach: Reach) -> list[Unheard]:
    """The units valid today for which the office hears in the head's place."""
    found = []
    for unit in reach.directory.units:
        if not unit.valid_on(reach.day) or unit.code == reach.directory.office:
            continue
        recipient = reach.answering(unit.code)
        if recipient is None:
            heads = reach.directory.heads(unit.code, reach.day)
            found.append(Unheard(unit.code, unit.name, Instead.NOT_REACHABLE if heads else Instead.NO_HEAD))
        elif recipient.instead is not None:
            found.append(Unheard(unit.code, unit.name, recipient.instead))
    return found


def by_tables(directory: Directory, day: date, channels: Collection[ChannelName]) -> Reach:
    """Who could be reached by the addresses of the tables alone, as long as there is no store that knows better."""
    ways: dict[str, tuple[Way, ...]] = {}
    for contact in directory.contacts:
        given = ((ChannelName.EMAIL, contact.email), (ChannelName.HTTP, contact.phone))
        found = tuple(Way(channel, address) for channel, address in given if address and channel in channels)
        if found and contact.valid_on(day):
            ways[contact.person] = (*ways.get(contact.person, ()), *found)
    return Reach(directory, day, ways)


def heads(reach: Reach) -> list[Seen]:
    """The office first: it hears of all that nobody else hears."""
    return [_office(reach), _units(reach, unheard(reach))]


def _office(reach: Reach) -> Seen:
    office = reach.office()
    if office is None:
        what = f"nobody of the city office ({reach.directory.office or 'no unit'}) can be reached"
        return fault(
            "office", what, "give it a head with an e-mail address in contacts.csv, or [office] unit another one"
        )
    first = office.ways[0]
    return ok("office", f"{office.contact.name} by {first.channel}")


def _units(reach: Reach, silent: Sequence[Unheard]) -> Seen:
    valid = sum(unit.valid_on(reach.day) for unit in reach.directory.units)
    if not silent:
        return ok(SUBJECT, f"every head of {valid} units can be reached")
    named = ", ".join(f"{each.unit} {each.name} ({_WHY[each.why]})" for each in silent[:_MOST])
    more = f", and {len(silent) - _MOST} more" if len(silent) > _MOST else ""
    what = f"{len(silent)} of {valid} units have no head who can be reached, the office hears for them: {named}{more}"
    return warning(SUBJECT, what, "complete contacts.csv, or invite them with `alertd contacts invite UNIT`")
