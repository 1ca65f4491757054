"""Figures and rows become a letter: sections by rule, parts by unit, items with their facts in the site's zone. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from alertd.model.asof import AsOf
from alertd.model.duration import Duration, Unit
from alertd.model.freshness import Doubt
from alertd.model.reach import Recipient
from alertd.model.rule import Rule
from alertd.model.words import Level, Reason, Role
from alertd.notices import labels
from alertd.notices.audience import Audience, ahead
from alertd.notices.clean import one_line
from alertd.notices.gather import LISTED, Group, Tally
from alertd.notices.itemise import Row, item_of
from alertd.notices.letter import Item, Letter, Part, Person, Section, Source
from alertd.notices.movement import Movements
from alertd.notices.past import Before
from alertd.notices.writer import Desk

_FEW_UNITS = 6  # up to so many, units without anything new are named as well


@dataclass(frozen=True)
class Composer:
    """Makes the letters of one run. ``order``: of the rules; ``daily``: what is new is what was opened since the last digest,
    whoever told of it; else it is what this message tells for the first time. ``movements``: since the notices before."""

    desk: Desk
    at: AsOf
    order: Sequence[str]
    daily: bool = False
    movements: Movements | None = None

    def letter(
        self, kind: str, to: Recipient, meant: Recipient | None, units: Sequence[str] = (), **given: Any
    ) -> Letter:
        """``meant``: in a rehearsal, whom it would have reached; it is his unit and language then. ``units``: those for which
        he answers, where there are several."""
        desk, real = self.desk, meant or to
        return Letter(
            kind=kind,
            language=desk.language(real.contact),
            to=self.person(real),
            unit=self._units(real, units),
            now=self.at.calendar.local(self.at.now),
            site=one_line(desk.settings.site.name),
            url=desk.settings.site.public_url,
            office=self.office(),
            meant=self.person(meant) if meant else None,
            confirmed_until=self.at.calendar.confirmed_until,
            **given,
        )

    def person(self, recipient: Recipient) -> Person:
        contact = recipient.contact
        name, title = one_line(contact.name), one_line(contact.title)
        unit = one_line(self.desk.reach.directory.name_of(recipient.unit))
        runs_on = labels.TITLE_RUNS_ON[self.desk.language(contact)]
        return Person(name, title, _beside(title, unit, runs_on=runs_on), contact.phone, contact.email)

    def office(self) -> Person:
        """Whom to call: the office's liaison, else whoever is named there."""
        directory, day = self.desk.reach.directory, self.desk.reach.day
        people = sorted(directory.people(directory.office, day), key=lambda contact: contact.role is not Role.LIAISON)
        unit = one_line(directory.name_of(directory.office))
        if not people:
            return Person(unit)
        first = people[0]
        return Person(one_line(first.name), one_line(first.title), unit, first.phone, first.email)

    def sections(
        self, audience: Audience, tallies: Sequence[Tally], rows: Mapping[str, Sequence[Row]], before: Before | None
    ) -> tuple[Section, ...]:
        """A section for each rule of which anything was gathered, the worst first."""
        by_rule: dict[str, list[Tally]] = {}
        for tally in tallies:
            by_rule.setdefault(tally.rule, []).append(tally)
        if self.daily:  # what waits for its source is said too, though nothing is told of it
            for group in audience.groups:
                if group.waiting:
                    by_rule.setdefault(group.place.rule, [])
        made = [self.section(audience, rule, found, rows.get(rule, ()), before) for rule, found in by_rule.items()]
        rank = {rule: place for place, rule in enumerate(self.order)}
        return tuple(sorted(made, key=lambda s: (s.ahead, -Level.of(s.level), rank[s.rule])))

    def section(
        self, audience: Audience, name: str, tallies: Sequence[Tally], rows: Sequence[Row], before: Before | None
    ) -> Section:
        rule, groups = self.desk.rules.rules[name], [group for group in audience.groups if group.place.rule == name]
        why: Counter[str] = Counter()
        for tally in tallies:
            why[tally.why] += tally.total
        listed = sum(tally.listed for tally in tallies)
        act_by = _day_after(rule.act_within, self.at) if rule.act_within else None
        language = self._language(audience)
        told = replace(
            self._standing(rule, groups, before, audience, language),
            level=Level(max([tally.level for tally in tallies] or [group.level for group in groups])).word,
            parts=self._parts(audience, rule, tallies, rows),
            listed=listed,
            elsewhere=why.total() - listed,
            action=rule.do(language).strip(),
            act_by=act_by,
            act_by_provisional=act_by is not None and self.at.calendar.is_provisional(act_by),
            basis=tuple(basis.text for basis in rule.basis if basis.valid_on(self.at.today)),
        )
        if self.daily:
            return told
        first = why[Reason.OPENED] + why[Reason.REOPENED] + why[Reason.MOVED]
        return replace(told, new=first, worse=why[Reason.WORSE], repeat=why[Reason.REPEAT], handed=why[Reason.HANDED])

    def overview(self, groups: Sequence[Group], before: Before | None, language: str) -> tuple[Section, ...]:
        """Everything that stands, a line per rule, without its records."""
        found = ((name, [group for group in groups if group.place.rule == name]) for name in self.order)
        rules = self.desk.rules.rules
        return tuple(self._standing(rules[name], mine, before, None, language) for name, mine in found if mine)

    def _standing(
        self, rule: Rule, groups: Sequence[Group], before: Before | None, audience: Audience | None, language: str
    ) -> Section:
        """What stands under one rule, without its records. It is compared with what was told last where every source of it
        can be believed. ``audience`` None: for all."""
        units: Counter[str] = Counter()
        for group in groups:
            units[group.place.unit] += group.total
        total = units.total()
        sources = tuple(self.source(source) for source in sorted({group.source for group in groups}))
        change, split = None, None
        last = before.of(rule.id) if before is not None else None
        if last is not None and not any(source.doubt for source in sources):
            change = total - last.total
            if self.movements:
                person, left = ("", ()) if audience is None else (audience.person, audience.inherited(rule))
                split = self.movements.split(last.cycle, person, rule.id, last.units, units, left)
        by_source: Counter[str] = Counter()
        for group in groups:
            by_source[one_line(group.source)] += group.total
        return Section(
            rule=rule.id,
            title=one_line(rule.name(language)),
            template=rule.template or "default",
            dataset=rule.dataset.name,
            level=Level(max(group.level for group in groups)).word,
            total=total,
            levels=_levels(groups),
            parts=(),
            sources=sources,
            change=change,
            since=self.at.calendar.local(last.at) if last is not None else None,
            split=split,
            waiting=sum(group.waiting for group in groups),
            by_source=by_source,
            new=sum(group.new for group in groups),
            ahead=ahead(rule.template),
        )

    def source(self, name: str) -> Source:
        """A source that is no longer set up is one that nobody reads."""
        known = self.desk.freshness.get(name)
        if known is None:
            return Source(one_line(name), None, Doubt.NEVER_READ.value)
        as_of = self.at.calendar.local(known.as_of) if known.as_of else None
        return Source(one_line(name), as_of, known.doubt.value if known.doubt else "")

    def _units(self, recipient: Recipient, units: Sequence[str]) -> str:
        """The unit that the message is about; of several the first, and how many more."""
        name = one_line(self.desk.reach.directory.name_of(recipient.unit))
        others = len(set(units) - {recipient.unit})
        more = labels.AND_MORE_UNITS[self.desk.language(recipient.contact)].format(count=others)
        return f"{name} {more}" if others else name

    def _language(self, audience: Audience) -> str:
        return self.desk.language(audience.recipient.contact)

    def _parts(self, audience: Audience, rule: Rule, tallies: Sequence[Tally], rows: Sequence[Row]) -> tuple[Part, ...]:
        language, directory = self._language(audience), self.desk.reach.directory
        items: dict[str, list[Item]] = {}
        for row in rows:
            items.setdefault(row["unit"], []).append(item_of(self.desk, self.at, rule, row, language))
        due: Counter[str] = Counter()
        gathered: dict[str, int] = {}
        for tally in tallies:
            due[tally.unit] += tally.total if tally.why != LISTED else 0
            gathered[tally.unit] = max(gathered.get(tally.unit, 0), tally.level)
        places = [place for place in audience.places if place.rule == rule.id]
        former = audience.inherited(rule)
        few = len({place.unit for place in places}) <= _FEW_UNITS
        parts = []
        for unit in dict.fromkeys(place.unit for place in places):
            if unit not in gathered and not few:
                continue
            groups = [group for group in audience.groups if group.place.rule == rule.id and group.place.unit == unit]
            to = next(audience.places[place] for place in places if place.unit == unit)
            part = Part(
                unit=unit,
                name=one_line(directory.name_of(unit)),
                total=sum(group.total for group in groups),
                due=due[unit],
                levels=_levels(groups),
                items=tuple(items.get(unit, ())),
                reason=to.instead.value if to.instead else "",
                former=unit in former,
            )
            parts.append(part)
        return tuple(sorted(parts, key=lambda p: (-gathered.get(p.unit, 0), -p.due, -p.total, p.name)))


def _beside(title: str, unit: str, *, runs_on: bool) -> str:
    """As much of the unit's name as the title does not say already: of ``UBND phường Một`` after ``Chủ tịch UBND phường``
    the last word, where the one runs on into the other."""
    if unit.casefold() in title.casefold():
        return ""
    said, name = title.casefold().split(), unit.split()
    for words in range(len(name) - 1 if runs_on else 0, 0, -1):
        if said[-words:] == [word.casefold() for word in name[:words]]:
            return " ".join(name[words:])
    return unit


def _levels(groups: Sequence[Group]) -> dict[str, int]:
    counts: Counter[int] = Counter()
    for group in groups:
        counts[group.level] += group.total
    return {Level(level).word: counts[level] for level in sorted(counts, reverse=True) if counts[level]}


def _day_after(within: Duration, at: AsOf) -> date:
    """The local day by the end of which so much time will have passed; day zero is not counted."""
    calendar = at.calendar
    if within.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(at.today, within.amount)
    if within.unit is Unit.WORKING_HOURS:
        return calendar.today(calendar.shift_working_seconds(at.now, within.amount * 3600))
    try:
        return calendar.today(at.now + within.span())
    except OverflowError:
        return date.max - timedelta(days=1)
