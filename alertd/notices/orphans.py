"""What stands under a unit that has ended and that no single unit took over: one task for the office per unit, in its digest.

None of it makes a message of its own, and none of its records is listed: the office has to say who takes over (successors.csv),
and whoever that is hears of each.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, delete, update
from sqlmodel import Session

from alertd.model.directory import Directory
from alertd.model.notices import telling_table
from alertd.model.reach import Instead
from alertd.notices.audience import Audience
from alertd.notices.clean import one_line
from alertd.notices.gather import Place, Tally
from alertd.notices.share import keep_rows

_t = telling_table.c


def places(audience: Audience) -> frozenset[Place]:
    return frozenset(place for place, to in audience.places.items() if to.instead is Instead.UNIT_ENDED)


def units(audience: Audience) -> frozenset[str]:
    return frozenset(place.unit for place in places(audience))


def without(audience: Audience) -> Audience:
    """The same person with what is his own, or is told him instead of a head."""
    left = places(audience)
    if not left:
        return audience
    kept = {place: to for place, to in audience.places.items() if place not in left}
    return replace(audience, places=kept, groups=[group for group in audience.groups if group.place not in left])


def own(audience: Audience, tallies: Sequence[Tally]) -> list[Tally]:
    ended = units(audience)
    return [tally for tally in tallies if tally.unit not in ended]


def keep(session: Session, heard: Sequence[Audience]) -> None:
    """What was gathered of them goes with the next digest, and into no message before."""
    for audience in heard:
        if ended := units(audience):
            which = and_(_t.number == audience.number, _t.unit.in_(sorted(ended)))
            keep_rows(session, which)
            session.connection().execute(delete(telling_table).where(which))


def unlist(session: Session, heard: Sequence[Audience]) -> None:
    """In a digest they are counted, not shown: call it when everything is counted. Nobody had too many messages for them."""
    for audience in heard:
        if ended := units(audience):
            which = and_(_t.number == audience.number, _t.unit.in_(sorted(ended)))
            session.connection().execute(update(telling_table).where(which).values(listed=0, kept=0))


def tasks(directory: Directory, audience: Audience, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """A row for each unit, the one with most records first: its ``name``, when it ``ended``, how many records (``total``), of
    which fields of administration (``fields``), and how many successors are named for it (``heirs``)."""
    totals: Counter[str] = Counter()
    for tally in tallies:
        totals[tally.unit] += tally.listed
    fields: dict[str, set[str]] = {}
    for place in places(audience):
        fields.setdefault(place.unit, set()).add(place.field)
    rows = []
    for code, found in fields.items():
        unit = directory.by_code.get(code)
        rows.append(
            {
                "code": code,
                "name": one_line(directory.name_of(code)),
                "ended": unit.valid_to if unit else None,
                "total": totals[code],
                "fields": [one_line(field) for field in sorted(found) if field],
                "heirs": len({row.successor for row in directory.successors if row.unit == code}),
            }
        )
    return sorted((row for row in rows if row["total"]), key=lambda row: (-row["total"], row["name"]))
