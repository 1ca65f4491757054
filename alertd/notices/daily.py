"""What the digests of one day say: figures, letters, messages. Who gets one, and what becomes of it, is decided elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.words import NoticeKind
from alertd.notices import apologies, budget, gather, news, orphans
from alertd.notices.apologies import Drafted
from alertd.notices.audience import Audience, numbers_of, order_of
from alertd.notices.city import city
from alertd.notices.complete import NONE, UNSURE, Said, would_say
from alertd.notices.compose import Composer
from alertd.notices.ended import ended
from alertd.notices.gather import Group, Tally
from alertd.notices.handed import handed_over
from alertd.notices.held import waiting_for
from alertd.notices.letter import Ended, Letter, Section
from alertd.notices.movement import Movements
from alertd.notices.past import Before, befores, cycles_of, kept_figures
from alertd.notices.put import by_mail
from alertd.notices.render import Manner, Rendered, render
from alertd.notices.share import kept_records
from alertd.notices.shown import is_cut, ranked, tasks_of
from alertd.notices.spreadsheet import Sheet
from alertd.notices.tell import carries_files, rows_of
from alertd.notices.trouble import Failures
from alertd.notices.writer import Desk


@dataclass(frozen=True, slots=True)
class Page:
    """A digest before it is rendered. ``counts``: what the next one is compared with; ``extra``: sheets of its list."""

    audience: Audience
    letter: Letter
    kind: NoticeKind
    counts: Mapping[str, Mapping[str, int]]
    extra: tuple[Sheet, ...] = ()
    enclosed: Drafted | None = None


class Daily:
    """The digests of one local day. ``since``: what happened after it is new."""

    def __init__(self, session: Session, desk: Desk, at: AsOf, since: datetime) -> None:
        self.session, self.desk, self.at, self.since = session, desk, at, since
        self.failures = Failures(desk)
        self.office = desk.reach.office()
        self._due = news.due_in_digest(desk.rules, desk.believed)
        self._waits = news.waits(desk.believed)
        self._tallies: dict[int, list[Tally]] = {}
        self._kept: dict[int, int] = {}

    @cached_property
    def groups(self) -> list[Group]:
        """All that stands."""
        return gather.groups(
            self.session, self.desk.rules, self._due, self.since, split=self.desk.split, waits=self._waits
        )

    @cached_property
    def composer(self) -> Composer:
        return Composer(self.desk, self.at, self.order, daily=True)

    @cached_property
    def order(self) -> list[str]:
        return order_of(self.desk, self.groups)

    @cached_property
    def ended(self) -> dict[str, tuple[Ended, ...]]:
        """By person: what is no longer his to do, because it is done or another unit's."""
        wanted = (self.session, self.desk, self.at, self.since, self.order, self.desk.settings.digest.lines)
        done, moved = ended(*wanted), handed_over(*wanted)
        return {person: (*done.get(person, ()), *moved.get(person, ())) for person in {**done, **moved}}

    @cached_property
    def held(self) -> frozenset[str]:
        """Whose digest leaves out what waits with a held cycle."""
        return waiting_for(self.session, self.desk, self.at)

    def is_city(self, audience: Audience) -> bool:
        """The office hears of the whole city, with its own matters in it."""
        return self.office is not None and audience.person == self.office.person

    def once(self, audience: Audience) -> str:
        day = self.at.today.isoformat()
        return f"city:{day}:{audience.person}" if self.is_city(audience) else f"digest:{day}:{audience.person}"

    def gather(self, readers: Sequence[Audience]) -> None:
        numbers = numbers_of(readers)
        gather.gather(
            self.session,
            numbers,
            self._due,
            order=self.order,
            voices=self.desk.rules.voices,
            listed_too=not self.desk.wordless,
            split=self.desk.split,
            waits=self._waits,
        )
        self._tallies = gather.tallies(self.session) if numbers else {}
        orphans.unlist(self.session, readers)
        self._kept = kept_records(self.session) if numbers else {}

    def pages(self, batch: Sequence[Audience]) -> list[Page]:
        """The digests of some recipients."""
        numbers = [audience.number for audience in batch]
        rows = rows_of(self.session, self.desk, self.at, numbers, self.desk.settings.digest.lines)
        before = befores(self.session, batch, [NoticeKind.DIGEST])
        if self.office is not None:
            offices = [audience for audience in batch if self.is_city(audience)]
            before |= befores(self.session, offices, [NoticeKind.OFFICE])
        movements = Movements(self.session, self.desk, self.at, cycles_of(before))
        composer = self.composer = replace(self.composer, movements=movements)
        enclosed = apologies.drafted(self.session, self.desk, self.at, batch)
        found = []
        for audience in batch:
            mine = self._tallies.get(audience.number, [])
            last, is_city = before.get(audience.number), self.is_city(audience)
            sections = composer.sections(
                orphans.without(audience),
                orphans.own(audience, mine),
                rows[audience.number],
                None if is_city else last,
            )
            make = self._city if is_city else self._head
            page = make(composer, audience, sections, last)
            if (drafts := enclosed.get(audience.number)) is not None:
                page = replace(page, letter=replace(page.letter, drafts=drafts.said), enclosed=drafts)
            found.append(page)
        return found

    def _head(
        self, composer: Composer, audience: Audience, sections: tuple[Section, ...], before: Before | None
    ) -> Page:
        most, language = self.desk.settings.digest.lines, self.desk.language(audience.recipient.contact)
        tasks = tasks_of([section for section in sections if not section.ahead], most)
        ahead = tasks_of([section for section in sections if section.ahead], most)
        done = [
            replace(
                each,
                title=self.desk.rules.rules[each.title].name(language),
                items=tuple((self.desk.named(each.dataset, key, language), day) for key, day in each.items),
            )
            for each in self.ended.get(audience.person, ())
        ]
        letter = composer.letter(
            "digest",
            audience.to,
            audience.meant,
            audience.units,
            sections=sections,
            tasks=tasks,
            ahead=ahead,
            ended=tuple(done),
            attached=is_cut(sections, [*tasks, *ahead]) and carries_files(self.desk, audience),
            more=self._more(audience),
        )
        # even of nothing: the next one is compared with it
        return Page(audience, letter, NoticeKind.DIGEST, self.left_behind(audience, before))

    def left_behind(self, audience: Audience, before: Before | None) -> Mapping[str, Mapping[str, int]]:
        """The figures with which the next digest is compared; of one that cannot say whether anything is open: none of now."""
        if audience.groups or would_say(self.desk) is Said.NOTHING:
            return kept_figures(self.desk, audience, before) or NONE
        return {UNSURE: {}, **kept_figures(self.desk, audience, before, self.desk.rules.rules)}

    def _more(self, audience: Audience) -> dict[str, Any]:
        """What only a head's digest says. ``unknown``: why nobody knows what is open; empty: it is known."""
        rules, sources = self.desk.rules, [self.composer.source(name) for name in self.desk.freshness]
        unsure = "rules" if rules.unread or rules.set_aside else "sources"
        moments = [source.as_of for source in sources if source.as_of is not None]
        return {
            "since": self.at.calendar.local(self.since),
            "held": audience.person in self.held,
            **self._kept_back(audience),
            "unknown": unsure if would_say(self.desk) is Said.UNKNOWN else "",
            "as_of": min(moments) if moments else None,
            "doubts": tuple(source for source in sources if source.doubt),
        }

    def _kept_back(self, audience: Audience) -> dict[str, Any]:
        """How many records were kept for this digest, and by which of the house's rules that can be."""
        most, limited = self.desk.settings.digest.max_messages, bool(budget.limits(self.desk.rules))
        return {"kept": self._kept.get(audience.number, 0), "most": most, "limited": limited}

    def _city(
        self, composer: Composer, audience: Audience, sections: tuple[Section, ...], before: Before | None
    ) -> Page:
        most, language = self.desk.settings.digest.lines, self.desk.language(audience.recipient.contact)
        more: dict[str, Any] = city(self.session, self.desk, self.at, self.since)
        tasks = orphans.tasks(self.desk.reach.directory, audience, self._tallies.get(audience.number, ()))
        more |= {"orphan_rows": tasks, "orphans": len(tasks)}
        more |= self._kept_back(audience)
        more["summary"] = composer.overview(self.groups, before, language)
        cut = len(more["ranking"]) > 3 * most or any(section.is_cut(most) for section in sections)
        letter = composer.letter(
            "city",
            audience.to,
            audience.meant,
            sections=sections,
            attached=cut and carries_files(self.desk, audience),
            more=more,
        )
        counts = self.city_left_behind(audience, before)
        return Page(audience, letter, NoticeKind.OFFICE, counts, ranked(more["ranking"], language))

    def city_left_behind(self, audience: Audience, before: Before | None) -> Mapping[str, Mapping[str, int]]:
        """The same for the city as a whole."""
        whole = Audience(0, audience.recipient, audience.to, {}, self.groups)
        return kept_figures(self.desk, whole, before) or NONE

    def rendered(self, page: Page) -> Rendered:
        manner = Manner(
            self.desk.settings.digest.lines,
            documents=self.desk.settings.telegram.attachments,
            mail=bool(by_mail(page.audience.to.ways)),
            silent=True,
            bulk=True,
            thread=f"{page.kind}|{page.audience.person}",
        )
        done = render(self.desk.templates, page.letter, manner)
        self.failures.add(done.failed, page.letter)
        return done
