"""Several copies of one record, side by side: which one rules see and why, and where they differ. It says what intake chose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alertd.explain.records import Copy

# What accuses or clears a unit is shown whether or not the copies agree in it.
_ALWAYS = ("due_at", "ended_at", "status", "unit")


class Standing(StrEnum):
    """Why rules see a copy, or do not."""

    ONLY = "only"
    HIGHEST = "highest_authority"
    FIRST_BY_NAME = "equal_authority_first_by_name"
    OTHERS_GONE = "others_gone"
    LOWER = "less_authority"
    LATER_BY_NAME = "equal_authority_later_by_name"
    GONE = "gone"
    UNSETTLED = "authority_changed_since"  # the config says otherwise; it is chosen anew when a source is next read


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of the copies that count as there: by source its value; ``given``: the sources that give the field at all."""

    field: str
    values: Mapping[str, Any]
    given: frozenset[str]

    @property
    def differs(self) -> bool:
        return len({self.values[source] for source in self.given}) > 1


def standing(copy: Copy, copies: Sequence[Copy], authorities: Mapping[str, int]) -> Standing:
    """``authorities``: of the sources that the config names; a copy of another one comes last."""

    def rank(each: Copy) -> tuple[bool, int]:
        return each.source in authorities, authorities.get(each.source, 0)

    others = [each for each in copies if each.source != copy.source and is_there(each)]
    if not is_there(copy):
        return Standing.GONE
    if copy.preferred:
        if not others:
            return Standing.OTHERS_GONE if len(copies) > 1 else Standing.ONLY
        best = max(map(rank, others))
        if rank(copy) == best:
            return Standing.FIRST_BY_NAME
        return Standing.HIGHEST if rank(copy) > best else Standing.UNSETTLED
    chosen = next((each for each in others if each.preferred), None)
    if chosen is None or rank(copy) > rank(chosen):
        return Standing.UNSETTLED
    return Standing.LATER_BY_NAME if rank(copy) == rank(chosen) else Standing.LOWER


def is_there(copy: Copy) -> bool:
    """Not gone; one that ended by absence is gone from the list, and its word counts all the same."""
    return copy.gone_at is None or copy.preferred


def compared(copies: Sequence[Copy], mapped: Mapping[str, Collection[str]]) -> tuple[Compared, ...]:
    """What accuses or clears, and every other field in which they differ. ``mapped``: the fields that a source gives; one that
    it does not give is no difference. Empty for a single copy."""
    there = [copy for copy in copies if is_there(copy)]
    if len(there) < 2:
        return ()
    names = dict.fromkeys((*_ALWAYS, *(name for copy in there for name in copy.given)))
    found = []
    for name in names:
        if any(name not in copy.given for copy in there):
            continue
        given = frozenset(copy.source for copy in there if name in mapped.get(copy.source, copy.given))
        row = Compared(name, {copy.source: copy.given[name] for copy in there}, given)
        if row.differs or (name in _ALWAYS and given):
            found.append(row)
    return tuple(found)
