"""Who hears for a unit on a day, and by which ways: the directory joined with what is known of addresses. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from alertd.model.directory import Contact, Directory
from alertd.model.words import ChannelName


@dataclass(frozen=True, slots=True)
class Way:
    """One address of a person on one channel."""

    channel: ChannelName
    address: str


class Instead(StrEnum):
    """Why the city office hears instead of a unit's head."""

    NO_UNIT = "no_unit"  # the record names none, or an unknown one
    UNIT_ENDED = "unit_ended"  # and its succession is not resolved
    NO_HEAD = "no_head"  # nobody is named for that day
    NOT_REACHABLE = "not_reachable"  # named, but no address works
    NO_OWNER = "no_owner"  # nobody announces or publishes for the field


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person and his ways, the first choice first. ``instead`` says why the office hears it in the head's place."""

    contact: Contact
    ways: tuple[Way, ...]
    unit: str  # the unit that answers
    instead: Instead | None = None

    @property
    def person(self) -> str:
        return self.contact.person


@dataclass(frozen=True)
class Reach:
    """``ways`` by person; a person who is not in it, or has none, cannot be reached."""

    directory: Directory
    day: date
    ways: Mapping[str, tuple[Way, ...]]

    def office(self, instead: Instead | None = None) -> Recipient | None:
        """The city office; None only where nobody there can be reached, which `check` and `doctor` report."""
        unit = self.directory.office
        for contact in (*self.directory.heads(unit, self.day), *self.directory.people(unit, self.day)):
            if ways := self.ways.get(contact.person):
                return Recipient(contact, ways, unit, instead)
        return None

    def answering(self, unit: str | None, field: str = "") -> Recipient | None:
        """The head who answers today for what stands under ``unit``, or the office with the reason why."""
        asked = (unit or "", field)
        if asked not in self._answered:
            self._answered[asked] = self._answering(*asked)
        return self._answered[asked]

    @cached_property
    def _answered(self) -> dict[tuple[str, str], Recipient | None]:
        return {}

    def _answering(self, unit: str, field: str) -> Recipient | None:
        if not unit:
            return self.office(Instead.NO_UNIT)
        code = self.directory.answering(unit, field, self.day)
        if code is None:
            known = unit in self.directory.by_code
            return self.office(Instead.UNIT_ENDED if known else Instead.NO_UNIT)
        heads = self.directory.heads(code, self.day)
        for contact in heads:
            if ways := self.ways.get(contact.person):
                return Recipient(contact, ways, code)
        return self.office(Instead.NOT_REACHABLE if heads else Instead.NO_HEAD)
