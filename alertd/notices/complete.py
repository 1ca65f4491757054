"""Whether all digests of a day are written, found out without counting what stands: who has none yet, and could have one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import false as never
from sqlalchemy import select
from sqlmodel import Session

from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.freshness import Doubt
from alertd.model.notices import notices_table
from alertd.model.rule import Addressee, Rule
from alertd.model.words import NoticeKind
from alertd.notices import gather
from alertd.notices.audience import audiences
from alertd.notices.writer import Desk

UNSURE = "?"  # among the figures of a digest that could not say whether anything is open
NONE: Mapping[str, Mapping[str, int]] = {
    "": {}
}  # the figures of one that said that nothing is: the next is compared with it

_n, _a = notices_table.c, alerts_table.c


class Said(StrEnum):
    """What a digest said of its unit."""

    OPEN = "open"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Written:
    """The digests since Monday. ``today``: who has one; ``last``: what was said last, by person."""

    today: frozenset[str] = frozenset()
    last: Mapping[str, Said] = field(default_factory=dict)


def would_say(desk: Desk) -> Said:
    """What is said to a head of whom nothing stands: what is not found is not there where every source can be believed, and
    every rule is read."""
    rules = desk.rules
    sure = not (rules.unread or rules.set_aside) and all(each.fresh for each in desk.freshness.values())
    return Said.NOTHING if sure else Said.UNKNOWN


def is_quiet(desk: Desk, person: str, known: Written) -> bool:
    """Whether a head of whom nothing stands need not hear it now: silence means that it is as he heard last. Before anything was
    ever read there is nothing to say; the first digest waits for it."""
    if all(each.doubt is Doubt.NEVER_READ for each in desk.freshness.values()):
        return True
    match desk.settings.digest.when_empty:
        case "never":
            return True
        case "daily":
            return False
        case "weekly":
            return known.last.get(person) is would_say(desk)


def written(session: Session, today: date) -> Written:
    """Of a person and not of an address: whoever it is meant for, where it is sent elsewhere."""
    kinds = [NoticeKind.DIGEST.value, NoticeKind.OFFICE.value]
    monday = today - timedelta(days=today.weekday())
    statement = (
        select(_n.once, _n.counts, _n.digest_on)
        .where(_n.digest_on >= monday, _n.kind.in_(kinds), _n.once.is_not(None), _n.counts != "{}")
        .order_by(_n.id)
    )
    rows: Any = session.connection().execute(statement)
    today_too: set[str] = set()
    last: dict[str, Said] = {}
    for row in rows:
        person = row.once.split(":", 2)[2]
        last[person] = _said(json.loads(row.counts))
        if row.digest_on == today:
            today_too.add(person)
    return Written(frozenset(today_too), last)


def _said(counts: Mapping[str, Any]) -> Said:
    if UNSURE in counts:
        return Said.UNKNOWN
    return Said.OPEN if counts.keys() - NONE.keys() else Said.NOTHING


def all_written(session: Session, desk: Desk, at: AsOf, known: Written) -> bool:
    """Nobody is left who has a standing alert, or is to hear that he has none. What stands is looked for only where somebody
    answers who has no digest yet."""
    office = desk.reach.office()
    if not known.today or (office is not None and office.person not in known.today):
        return False
    rules = desk.rules.rules.values()
    of_units = [rule.id for rule in rules if rule.to.kind is Addressee.UNIT_HEAD]
    others = [rule for rule in rules if rule.to.kind is not Addressee.UNIT_HEAD]
    left = {code: person for code, person in _answering(desk) if person not in known.today}
    if not left:
        return True
    if not all(is_quiet(desk, person, known) for person in left.values()):
        return False
    mine = standing(_a.state), _a.held_by.is_(None), _a.rule.in_(of_units), _a.unit.in_(sorted(left))
    if session.connection().execute(select(_a.id).where(*mine).limit(1)).first() is not None:
        return False
    return not _heard_of_others(session, desk, at, others) - known.today


def _answering(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every unit with each person who may answer for it today, the office left out."""
    reach, fields = desk.reach, sorted({"", *(each.field for each in desk.reach.directory.successors)})
    for unit in reach.directory.units:
        for about in [""] if unit.valid_on(reach.day) else fields:
            recipient = reach.answering(unit.code, about)
            if recipient is not None and recipient.instead is None:
                yield unit.code, recipient.person


def _heard_of_others(session: Session, desk: Desk, at: AsOf, rules: Sequence[Rule]) -> frozenset[str]:
    """Who hears of what is not the unit's own head's: owners, units that a rule names."""
    if not rules:
        return frozenset()
    some = replace(desk.rules, rules={rule.id: rule for rule in rules})
    return audiences(desk, gather.groups(session, some, never(), at.now, split=desk.split), lambda _: True).people
