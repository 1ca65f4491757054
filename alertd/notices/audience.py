"""Who hears of what stands now: places put together by the person who answers for them. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from alertd.model.reach import Recipient
from alertd.model.rule import Addressee, Rule
from alertd.notices.gather import Group, Place
from alertd.notices.route import Router
from alertd.notices.writer import Desk


@dataclass
class Audience:
    """One person. ``recipient`` answers; ``to`` gets the message (in a rehearsal the office, else the same person).
    ``places``: the recipient of each, for its unit and the reason why the office hears it; ``groups``: all that stands."""

    number: int
    recipient: Recipient
    to: Recipient
    places: dict[Place, Recipient] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    @property
    def person(self) -> str:
        return self.recipient.person

    @property
    def meant(self) -> Recipient | None:
        """In a rehearsal: whom it would have reached. None where the message goes where it belongs."""
        return None if self.to.person == self.recipient.person else self.recipient

    @property
    def due(self) -> int:
        return sum(group.due for group in self.groups)

    @property
    def units(self) -> list[str]:
        """The units for which this person answers, of those of which anything stands."""
        return sorted({to.unit for to in self.places.values() if to.instead is None})

    def inherited(self, rule: Rule) -> frozenset[str]:
        """Units that have ended, and whose files under this rule are his as their successor's head."""
        if rule.to.kind is not Addressee.UNIT_HEAD:
            return frozenset()
        mine = ((place, to) for place, to in self.places.items() if place.rule == rule.id and to.instead is None)
        return frozenset(place.unit for place, to in mine if place.unit != to.unit)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many stand, by rule and unit; what the next notice is compared with."""
        found: dict[str, dict[str, int]] = {}
        for group in self.groups:
            units = found.setdefault(group.place.rule, {})
            units[group.place.unit] = units.get(group.place.unit, 0) + group.total
        return found


@dataclass(frozen=True)
class Heard:
    """Everybody who hears, in the order of their keys, and how many alerts are due that nobody at all hears of. ``people``:
    all of whom anything stands, chosen or not."""

    audiences: tuple[Audience, ...]
    unheard: int
    people: frozenset[str]


def audiences(desk: Desk, groups: Iterable[Group], wanted: Callable[[Audience], bool]) -> Heard:
    """Those of whom ``wanted`` holds, numbered from 1."""
    router = Router(desk.reach)
    by_person: dict[str, Audience] = {}
    unheard = 0
    for group in sorted(groups):
        place = group.place
        recipient = router.recipient(desk.rules.rules[place.rule], place.unit, place.field)
        to = destination(desk, recipient)
        if recipient is None or to is None:
            unheard += group.due
            continue
        audience = by_person.setdefault(recipient.person, Audience(0, recipient, to))
        if recipient.instead is None and audience.recipient.instead is not None:
            audience.recipient = recipient  # somebody's own matter names his unit, not what he hears for others
        audience.places[place] = recipient
        audience.groups.append(group)
    chosen = [by_person[person] for person in sorted(by_person) if wanted(by_person[person])]
    return Heard(numbered(chosen), unheard, frozenset(by_person))


def numbered(chosen: Iterable[Audience]) -> tuple[Audience, ...]:
    """Each with a number of its own in this run."""
    found = tuple(chosen)
    for number, audience in enumerate(found, 1):
        audience.number = number
    return found


def numbers_of(chosen: Iterable[Audience]) -> dict[Place, int]:
    return {place: audience.number for audience in chosen for place in audience.places}


def destination(desk: Desk, recipient: Recipient | None) -> Recipient | None:
    """Where a message for this recipient goes: in a rehearsal to the office, whoever it is for."""
    return desk.reach.office() if desk.rehearsal and recipient is not None else recipient


def order_of(desk: Desk, groups: Iterable[Group]) -> list[str]:
    """All rules, the one first that shows a record where several find it equally bad: what finds most (of those that find as
    much: the worst) is what a list is about, the others add to it; what is only due soon comes last."""
    rules = desk.rules.rules
    totals, weights = dict.fromkeys(rules, 0), dict.fromkeys(rules, 0)
    for group in groups:
        totals[group.place.rule] += group.total
        weights[group.place.rule] += group.total * group.level
    return sorted(rules, key=lambda rule: (ahead(rules[rule].template), -totals[rule], -weights[rule], rule))


def ahead(template: str) -> bool:
    """What is worded as due soon has not happened yet."""
    return template == "due_soon"
