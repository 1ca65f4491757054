"""What was told before: the figures of the last notice to each person, so that the next one can say how they have changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.notices import notices_table
from alertd.model.words import NoticeKind
from alertd.notices.audience import Audience
from alertd.notices.share import UNREAD, key_of
from alertd.notices.writer import Desk

Counts = Mapping[str, Mapping[str, int]]  # rule → unit → how many
_n = notices_table.c
_OLDER = "@"  # between a rule and the notice of which its figures are: RULE@CYCLE@MOMENT; RULE@ alone: there are none


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one rule, as this person read them last as current: when, after which cycle (None: not known), how many."""

    at: datetime
    cycle: int | None
    units: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.units.values())


@dataclass(frozen=True, slots=True)
class Before:
    """The last notice to this person. ``counts``: what stood then; where a source was in doubt, what had been told before it."""

    at: datetime
    cycle: int | None
    counts: Counts

    def of(self, rule: str) -> Figures | None:
        """None: no figure of this rule has been printed as current yet."""
        for name, units in self.counts.items():
            base, older, rest = name.partition(_OLDER)
            if base == rule and older:
                cycle, _, moment = rest.partition(_OLDER)
                return Figures(datetime.fromisoformat(moment), int(cycle) if cycle else None, units) if rest else None
        return Figures(self.at, self.cycle, self.counts.get(rule, {}))

    @property
    def cycles(self) -> frozenset[int]:
        """All after which something of it was counted."""
        older = (self.of(name.partition(_OLDER)[0]) for name in self.counts if _OLDER in name)
        found = [self.cycle, *(figures.cycle for figures in older if figures is not None)]
        return frozenset(cycle for cycle in found if cycle is not None)


def cycles_of(known: Mapping[int, Before]) -> frozenset[int]:
    return frozenset[int]().union(*(before.cycles for before in known.values()))


def kept_figures(
    desk: Desk, audience: Audience, before: Before | None, doubtful: Iterable[str] = ()
) -> dict[str, Mapping[str, int]]:
    """What a notice leaves behind for the next: its own figures, and of rules in doubt those that were believed last."""
    kept: dict[str, Mapping[str, int]] = dict(audience.counts())
    for rule in {*doubtful} | {group.place.rule for group in audience.groups if group.source not in desk.believed}:
        kept.pop(rule, None)
        old = before.of(rule) if before is not None else None
        mark = "" if old is None else f"{old.cycle or ''}{_OLDER}{old.at.isoformat()}"
        kept[f"{rule}{_OLDER}{mark}"] = {} if old is None else old.units
    return kept


def befores(
    session: Session,
    audiences: Sequence[Audience],
    kinds: Sequence[NoticeKind] = (NoticeKind.ALERT, NoticeKind.DIGEST),
) -> dict[int, Before]:
    """The last notice with figures, of these kinds, by the recipient's number; one statement."""
    keys = {key_of(audience): audience.number for audience in audiences}
    last = func.row_number().over(partition_by=[_n.person, _n.meant_for], order_by=_n.id.desc())
    found = (
        select(_n.person, _n.meant_for, _n.created_at, _n.cycle_id, _n.counts, last.label("place"))
        .where(
            _n.person.in_(sorted({person for person, _ in keys})),
            _n.kind.in_([kind.value for kind in kinds]),
            _n.counts != "{}",
            _n.state.not_in(UNREAD),
        )
        .subquery()
    )
    rows: Any = session.connection().execute(select(found).where(found.c.place == 1))
    return {
        keys[row.person, row.meant_for]: Before(row.created_at, row.cycle_id, json.loads(row.counts))
        for row in rows
        if (row.person, row.meant_for) in keys
    }
