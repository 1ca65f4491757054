"""Units and people as of a day: who answers for a unit, what a unit became, which unit a name means. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from alertd.model.targets import Target
from alertd.model.words import Role

# "hoà" and "hòa" are the same word with the tone mark on another letter; NFC does not make them equal.
_TONES = str.maketrans(dict.fromkeys("\u0300\u0301\u0303\u0309\u0323"))


def fold_name(name: str) -> str:
    """A name for matching: composed, case and spaces folded, the tone moved from its letter to the end of its syllable."""
    words = []
    for word in unicodedata.normalize("NFD", " ".join(name.casefold().split())).split(" "):
        tones = "".join(c for c in word if c in "\u0300\u0301\u0303\u0309\u0323")
        words.append(unicodedata.normalize("NFC", word.translate(_TONES)) + tones)
    return " ".join(words)


def same_name(one: str, two: str) -> bool:
    return one == two or fold_name(one) == fold_name(two)


@dataclass(frozen=True, slots=True)
class UnitRow:
    code: str
    name: str
    kind: str = ""
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in a role for a unit, with the days (inclusive) on which that holds."""

    unit: str
    role: Role
    name: str
    title: str = ""
    email: str = ""
    language: str = ""
    phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def person(self) -> str:
        """The key of the person: one who answers for several units is one recipient."""
        return self.email.casefold() or f"{fold_name(self.name)}@{self.unit}"


@dataclass(frozen=True, slots=True)
class Successor:
    unit: str
    field: str  # empty: all
    successor: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    field: str  # empty: all that no other row names
    stage: str  # announce | publish
    unit: str
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


# On a given day the acting head stands before the head; a deputy stands in where nobody holds either role.
_ANSWERS = (Role.ACTING, Role.HEAD, Role.DEPUTY)


@dataclass(frozen=True)
class Directory:
    """All units and people of the site, as read from the CSV tables of one moment. ``contacts_whole``: every row of the
    contacts could be read; else somebody who is not among them may still be named. ``targets``: what units have to reach."""

    units: tuple[UnitRow, ...]
    contacts: tuple[Contact, ...] = ()
    successors: tuple[Successor, ...] = ()
    owners: tuple[Owner, ...] = ()
    office: str = ""
    contacts_whole: bool = True
    targets: tuple[Target, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, UnitRow]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def names(self) -> dict[str, str]:
        """By code, the full name."""
        return {unit.code: unit.name for unit in self.units}

    @cached_property
    def _by_name(self) -> dict[str, list[UnitRow]]:
        names: dict[str, list[UnitRow]] = defaultdict(list)
        for unit in self.units:
            names[fold_name(unit.name)].append(unit)
        return names

    @cached_property
    def _contacts_of(self) -> dict[str, list[Contact]]:
        rows: dict[str, list[Contact]] = defaultdict(list)
        for contact in self.contacts:
            rows[contact.unit].append(contact)
        return rows

    def name_of(self, code: str | None) -> str:
        unit = self.by_code.get(code or "")
        return unit.name if unit else (code or "")

    def match(self, text: str, day: date) -> tuple[str | None, str]:
        """The unit that a source means: ``(code, "")``, or ``(None, why not)``. Code first, then the full name among the
        units valid on the record's day; an ambiguous name is nobody's, never the first hit."""
        text = text.strip()
        if not text:
            return None, "empty"
        if text in self.by_code:
            return text, ""
        named = self._by_name.get(fold_name(text), [])
        valid = [unit for unit in named if unit.valid_on(day)] or (named if len(named) == 1 else [])
        if len(valid) == 1:
            return valid[0].code, ""
        return None, "ambiguous" if named else "unknown"

    def answering(self, unit: str, field: str, day: date) -> str | None:
        """The unit that answers on ``day`` for what stands under ``unit``: itself while valid, else its one successor for
        the field; None where that is not resolved."""
        found = self._followed(unit, field, day)
        return found[0] if found else None

    def split(self, day: date) -> frozenset[str]:
        """Units that have ended by that day, and whose successors are told apart by the field of administration."""
        ended = {unit.code for unit in self.units if unit.valid_to is not None and unit.valid_to < day}
        return frozenset(row.unit for row in self.successors if row.field and row.unit in ended)

    def taken_over(self, unit: str, field: str, day: date) -> date | None:
        """Since when the unit that answers on ``day`` does so in place of ``unit``; None while that one lasts, or where nobody
        answers."""
        found = self._followed(unit, field, day)
        return found[1] if found else None

    def _followed(self, unit: str, field: str, day: date) -> tuple[str, date | None] | None:
        """The unit that answers, and since when it does; None where a unit is unknown, a succession open, or a circle."""
        seen: set[str] = set()
        code, since = unit, None
        while code not in seen:
            seen.add(code)
            row = self.by_code.get(code)
            if row is None:
                return None
            if row.valid_to is None or day <= row.valid_to:
                return code, since
            rows = [s for s in self.successors if s.unit == code and (s.since is None or s.since <= day)]
            own = [s for s in rows if s.field and same_name(s.field, field)] or [s for s in rows if not s.field]
            if len({s.successor for s in own}) != 1:
                return None
            code = own[0].successor
            begins = max(row.valid_to + timedelta(days=1), min(s.since or date.min for s in own))
            since = begins if since is None else max(since, begins)
        return None

    def heads(self, unit: str, day: date) -> list[Contact]:
        """Who answers for the unit on that day, the first choice first; empty where nobody is named."""
        valid = [contact for contact in self._contacts_of.get(unit, []) if contact.valid_on(day)]
        for role in _ANSWERS:
            found = [contact for contact in valid if contact.role is role]
            if found:
                return found
        return []

    def people(self, unit: str, day: date) -> Sequence[Contact]:
        return [contact for contact in self._contacts_of.get(unit, []) if contact.valid_on(day)]

    def owner(self, field: str, stage: str, day: date) -> str | None:
        """The unit that announces or publishes for a field on that day; rows with the field's name win over empty ones.
        None where nobody does, or more than one."""
        rows = [row for row in self.owners if row.stage == stage and row.valid_on(day)]
        own = {row.unit for row in rows if row.field and same_name(row.field, field)} or {
            row.unit for row in rows if not row.field
        }
        return own.pop() if len(own) == 1 else None
