"""Unsent notices whose reader no longer answers for what they tell, or whose address is no longer his: nobody else reads them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, literal_column, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Contact, fold_name
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.reach import Reach, Way
from alertd.model.rule import Addressee, RuleSet
from alertd.model.words import ChannelName, NoticeKind, NoticeState
from alertd.notices.retract import tell_anew
from alertd.notices.succession import heirs
from alertd.notices.verdict import Why, ways_of
from alertd.store import audit

_n, _a = notices_table.c, alerts_table.c
_l = table_of(NoticeAlert).c
# In the very words of the partial index, and with literal values: SQLite uses it for nothing else.
_SENDABLE = _n.state.in_([literal_column(f"'{state}'") for state in ("pending", "retry", "uncertain", "sending")])
_COLUMNS = ("id", "kind", "unit", "recipient", "person", "meant_for", "channel", "address", "other_ways", "state")
_TO_HEADS = (NoticeKind.ALERT, NoticeKind.DIGEST)
_LIST = ":list"  # how the key of a list by mail ends; its figures stand with the message that it belongs to


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many notices were withdrawn, and how many go another way or to another person."""

    withdrawn: int = 0
    moved: int = 0


def correct(session: Session, reach: Reach, rules: RuleSet, at: AsOf) -> Corrected:
    """Before each delivery. A notice for a head is withdrawn when he no longer answers for one of its units: its text is his
    (greeting, units, figures), so what it tells is told anew, not sent on. One for the office goes to whoever is there now,
    with the name that it was written to: a sealed text is not changed.
    One whose address is no longer its reader's goes by a way that is."""
    columns = (*[_n[name] for name in _COLUMNS], _n.counts, _n.once, _n.copy_of)
    found = session.connection().execute(select(*columns).where(_SENDABLE).order_by(_n.urgency, _n.id)).all()
    rows = [row for row in found if row.state != NoticeState.SENDING.value]
    if not rows:
        return Corrected()
    sorting = _Sorting(reach, rules, _figures(session, rows))
    wrong: list[int] = []
    moved: list[dict[str, Any]] = []
    for row in rows:
        to = sorting.reader(row)
        now = sorting.way(row, to) if to is not None else None
        if now is None:
            wrong.append(row.id)
        elif now != _as_it_is(row):
            moved.append({"b_id": row.id, **{f"b_{name}": value for name, value in now.items()}})
    tell_anew(session, wrong, Why.MISADDRESSED, at.now)
    _move(session, moved, at)
    return Corrected(len(wrong), len(moved))


def hand_over(session: Session, reach: Reach, units: Iterable[str], at: AsOf) -> None:
    """Another head answers for these units: what stands there and was told to somebody else is told to him."""
    taken = set(units)
    of = [unit.code for unit in reach.directory.units if taken & heirs(reach.directory, unit.code, reach.day)]
    if of:
        theirs = and_(standing(_a.state), _a.unit.in_(of), _a.told_at.is_not(None))
        session.connection().execute(update(alerts_table).where(theirs).values(handed_at=at.now, kept_level=None))


def _figures(session: Session, rows: Sequence[Row[Any]]) -> dict[int, str]:
    """By notice the figures of its text: its own, or those of the message that it is the list or the copy of."""
    found = {row.id: row.counts for row in rows}
    lists = {row.once.removesuffix(_LIST): row.id for row in rows if (row.once or "").endswith(_LIST)}
    copies = {row.copy_of: row.id for row in rows if row.copy_of is not None}
    if lists or copies:
        named = or_(_n.once.in_(list(lists)), _n.id.in_(list(copies)))
        for first in session.connection().execute(select(_n.id, _n.once, _n.counts).where(named)):
            for number in (lists.get(first.once), copies.get(first.id)):
                if number is not None:
                    found[number] = first.counts
    return found


@dataclass(frozen=True)
class _Sorting:
    """``figures``: by notice, JSON: rule → unit → how many."""

    reach: Reach
    rules: RuleSet
    figures: Mapping[int, str]

    def reader(self, row: Row[Any]) -> str | None:
        """The key of the one who is to read it now; None: nobody, as it is. Nobody is taken for gone while some row of the
        contacts cannot be read: it may be his."""
        directory, present = self.reach.directory, (row.person, row.recipient)
        if not directory.contacts_whole:
            return str(row.person)
        if row.meant_for and not self._answers(row, row.meant_for, ""):
            return None
        if row.meant_for or row.unit == directory.office:
            if _among(directory.people(directory.office, self.reach.day), *present):
                return str(row.person)
            office = self.reach.office()
            return office.person if office is not None else None
        return str(row.person) if self._answers(row, *present) else None

    def _answers(self, row: Row[Any], person: str, name: str) -> bool:
        """Whether he is named for the notice's unit, and answers for every unit of which it gives figures."""
        directory, day = self.reach.directory, self.reach.day
        if row.unit and row.unit != directory.office:
            named = directory.heads(row.unit, day) if row.kind in _TO_HEADS else directory.people(row.unit, day)
            if not _among(named, person, name):
                return False
        return all(self._hears(unit, person, name) for unit in self._units(row))

    def _units(self, row: Row[Any]) -> set[str]:
        counts, rules = json.loads(self.figures[row.id]), self.rules.rules
        own = [rule for rule in counts if rule in rules and rules[rule].to.kind is Addressee.UNIT_HEAD]
        return {unit for rule in own for unit in counts[rule] if unit}

    def _hears(self, unit: str, person: str, name: str) -> bool:
        directory, day = self.reach.directory, self.reach.day
        now = self.reach.answering(unit)  # the office, where there is no head
        if now is not None and _among([now.contact], person, name):
            return True
        return any(_among(directory.heads(code, day), person, name) for code in heirs(directory, unit, day))

    def way(self, row: Row[Any], to: str) -> dict[str, str] | None:
        """Address and further ways as they have to be; None: he has none for it."""
        usable = self.reach.ways.get(to, ())
        if (row.once or "").endswith(_LIST):
            usable = tuple(way for way in usable if way.channel is ChannelName.EMAIL)
        way, others = Way(ChannelName(row.channel), row.address), ways_of(row.other_ways)
        if not usable:  # a chat may be anybody's by now; what is refused elsewhere, the office hears
            lost = row.kind in _TO_HEADS or way.channel is ChannelName.TELEGRAM
            return None if lost else _as_it_is(row)
        others = tuple(other for other in others if other in usable)
        if way not in usable:
            way, others = usable[0], usable[1:]
        return {
            "channel": way.channel.value,
            "address": way.address,
            "other_ways": json.dumps([[other.channel.value, other.address] for other in others]),
        }


def _as_it_is(row: Row[Any]) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("channel", "address", "other_ways")}


def _among(people: Iterable[Contact], person: str, name: str) -> bool:
    """``name`` empty: it is not known by which the reader was meant."""
    return any(c.person == person and (not name or fold_name(c.name) == fold_name(name)) for c in people)


def _move(session: Session, rows: Sequence[Mapping[str, Any]], at: AsOf) -> None:
    if not rows:
        return
    names = [name.removeprefix("b_") for name in rows[0] if name != "b_id"]
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in names}
    mine = and_(_n.id == bindparam("b_id"), _n.state != NoticeState.SENDING.value)
    # parts of it may have gone into another chat: the new reader gets it whole
    moved = update(notices_table).where(mine).values(values | {"parts_sent": 0, "not_before": None})
    session.connection().execute(moved, [dict(row) for row in rows])
    detail = {"ids": [row["b_id"] for row in rows]}
    audit.record(session, at=at.now, actor="alertd", action="notices.readdressed", subject="outbox", detail=detail)
