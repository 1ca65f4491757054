"""Tell now: one message to each person about all that is new, worse or to be repeated, at once or in office hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import ColumnElement
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.message import Message
from alertd.model.words import Level, NoticeKind, Send
from alertd.notices import apologies, budget, gather, items, news, orphans, share, spreadsheet
from alertd.notices.audience import Audience, audiences, numbers_of, order_of
from alertd.notices.compose import Composer
from alertd.notices.gather import Tally
from alertd.notices.itemise import Row
from alertd.notices.letter import Letter
from alertd.notices.movement import Movements
from alertd.notices.past import Before, befores, cycles_of, kept_figures
from alertd.notices.put import NO_WORDS, NORMAL, URGENT, Draft, by_mail, put
from alertd.notices.render import Manner, Rendered, button, render
from alertd.notices.spreadsheet import Wanted
from alertd.notices.trouble import Failures, nobody
from alertd.notices.writer import Desk

__all__ = ["Desk", "Told", "tell"]

BATCH = 200  # recipients whose messages are in memory at a time


@dataclass(frozen=True, slots=True)
class Told:
    """How many messages were written, about how many alerts; ``unheard``: alerts that stay due because nobody at all, not even
    the office, can be reached."""

    notices: int = 0
    alerts: int = 0
    unheard: int = 0


def tell(session: Session, desk: Desk, at: AsOf, cycle_id: int | None) -> Told:
    """Write what is due into the outbox, and mark it as told, in the caller's transaction."""
    due = news.due_now(desk.rules, at, desk.believed)
    if not gather.anything(session, due):
        return Told()
    told = write_due(session, desk, at, cycle_id, due)
    gather.mark_told(session, at.now)
    nobody(session, desk, told.unheard, at)
    return told


def write_due(
    session: Session, desk: Desk, at: AsOf, cycle_id: int | None, due: ColumnElement[bool], *, hold: int | None = None
) -> Told:
    """Write what is due, one message a person, without marking it as told. ``hold``: the cycle that holds it; its notices are
    worded as if nothing were held, and wait until the office lets them go."""
    held = hold is not None
    waits = news.waits(desk.believed)
    groups = gather.groups(session, desk.rules, due, at.now, split=desk.split, waits=waits, held=held)
    heard = audiences(desk, groups, lambda audience: audience.due > 0)
    order, readers = order_of(desk, groups), share.readers(heard.audiences)
    numbers = numbers_of(heard.audiences)
    gather.gather(
        session,
        numbers,
        due,
        order=order,
        voices=desk.rules.voices,
        listed_too=False,
        split=desk.split,
        readers=readers,
        held=held,
    )
    chosen = heard.audiences if held else _within(session, desk, at, heard.audiences)
    tallies = gather.tallies(session)
    writing = _Writing(session, desk, at, cycle_id, Composer(desk, at, order), Failures(desk), hold)
    linked: dict[int, int] = {}
    for batch in batches([audience for audience in chosen if audience.number in tallies], BATCH):
        linked |= writing.write(batch, tallies)
    gather.link(session, linked)
    writing.failures.tell(session, at)
    told = sum(tally.total for number in linked for tally in tallies.get(number, ()))
    return Told(writing.written, told, heard.unheard)


def _within(session: Session, desk: Desk, at: AsOf, heard: Sequence[Audience]) -> list[Audience]:
    """Those who may get a message now; what the others would be told waits for their next digest, and so does what is about a
    record of which its reader has heard today."""
    orphans.keep(session, heard)
    share.keep_known(session, at.calendar.midnight(at.today))
    budget.keep_beyond(session, desk, at)
    left = share.left(session, desk, at, heard)
    share.keep(session, [number for number, messages in left.items() if messages <= 0])
    return [orphans.without(audience) for audience in heard if left[audience.number] > 0]


def batches(given: Sequence[Audience], size: int) -> Iterator[list[Audience]]:
    rest = iter(given)
    while batch := list(islice(rest, size)):
        yield batch


def rows_of(
    session: Session, desk: Desk, at: AsOf, numbers: Sequence[int], most: int
) -> dict[int, dict[str, list[Row]]]:
    """The worst records of each rule, by recipient; a statement per rule."""
    found: dict[int, dict[str, list[Row]]] = {number: {} for number in numbers}
    for name, rule in desk.rules.rules.items():
        for row in items.worst(session, rule, at, numbers, most):
            found[row["number"]].setdefault(name, []).append(row)
    return found


@dataclass
class _Writing:
    """One run. ``written``: notices so far, lists by mail included."""

    session: Session
    desk: Desk
    at: AsOf
    cycle_id: int | None
    composer: Composer
    failures: Failures
    hold: int | None = None
    written: int = 0

    def write(self, batch: Sequence[Audience], tallies: Mapping[int, Sequence[Tally]]) -> dict[int, int]:
        """The messages of some recipients; the notice of each by his number."""
        if self.desk.wordless:
            return self._count(batch, tallies)
        lines = self.desk.settings.digest.lines
        rows = rows_of(self.session, self.desk, self.at, [audience.number for audience in batch], lines)
        before = befores(self.session, batch)
        movements = Movements(self.session, self.desk, self.at, cycles_of(before), held=self.hold is not None)
        composer = replace(self.composer, movements=movements)
        enclosed = apologies.drafted(self.session, self.desk, self.at, batch)
        drafts: list[Draft] = []
        letters: dict[str, tuple[Audience, Letter]] = {}
        first: dict[str, int] = {}
        for audience in batch:
            mine = tallies.get(audience.number, ())
            last = before.get(audience.number)
            letter = self._letter(composer, audience, mine, rows[audience.number], last)
            if audience.number in enclosed:
                letter = replace(letter, drafts=enclosed[audience.number].said)
            made = self._drafts(audience, letter, mine, last)
            drafts += made
            letters |= {draft.once: (audience, letter) for draft in made}
            first[made[0].once] = audience.number
        ids = put(self.session, drafts, self.at, self.cycle_id)
        self.written += len(ids)
        besides = apologies.kept(self.session, self.desk, drafts, enclosed, ids)
        self._attach(letters, ids, besides)
        return {number: ids[once] for once, number in first.items() if once in ids}

    def _count(self, batch: Sequence[Audience], tallies: Mapping[int, Sequence[Tally]]) -> dict[int, int]:
        """The same without a word: whom, when, of what."""
        made = {each.number: self._draft(each, tallies.get(each.number, ()), None, NO_WORDS) for each in batch}
        ids = put(self.session, list(made.values()), self.at, self.cycle_id)
        self.written += len(ids)
        return {number: ids[draft.once] for number, draft in made.items() if draft.once in ids}

    def _letter(
        self,
        composer: Composer,
        audience: Audience,
        tallies: Sequence[Tally],
        rows: dict[str, list[Row]],
        before: Before | None,
    ) -> Letter:
        sections = composer.sections(audience, tallies, rows, before)
        lines = self.desk.settings.digest.lines
        cut = any(section.is_cut(lines) for section in sections)
        attached = cut and carries_files(self.desk, audience)
        return composer.letter(
            "alert", audience.to, audience.meant, audience.units, sections=sections, attached=attached
        )

    def _drafts(
        self, audience: Audience, letter: Letter, tallies: Sequence[Tally], before: Before | None
    ) -> list[Draft]:
        rules = self.desk.rules.rules
        used = [section.rule for section in letter.sections]
        manner = Manner(
            self.desk.settings.digest.lines,
            documents=self.desk.settings.telegram.attachments,
            mail=bool(by_mail(audience.to.ways)),
            thread=f"{audience.person}|{'|'.join(sorted(used))}",
        )
        done: Rendered = render(self.desk.templates, letter, manner)
        self.failures.add(done.failed, letter)
        draft = replace(
            self._draft(audience, tallies, before, done.message),
            rule_versions=[rules[rule].version for rule in used],
            # in a rehearsal the office would take note of it in the head's place
            button="" if audience.meant else button(self.desk.templates, letter.language),
            dispute="" if audience.meant else button(self.desk.templates, letter.language, "dispute_button"),
        )
        return apologies.carried(self.desk, draft, letter.drafts, summary=done.summary)

    def _draft(self, audience: Audience, tallies: Sequence[Tally], before: Before | None, message: Message) -> Draft:
        rules = self.desk.rules.rules
        urgent = any(rules[t.rule].send.get(Level(t.level)) is Send.AT_ONCE for t in tallies)
        return Draft(
            kind=NoticeKind.ALERT,
            to=audience.to,
            message=message,
            once=f"{'held' if self.hold else 'alert'}:{self._moment()}:{audience.person}",
            held_by=self.hold,
            unit=audience.recipient.unit,
            meant_for=audience.person if audience.meant else "",
            urgency=URGENT if urgent else NORMAL,
            counts=kept_figures(self.desk, audience, before),
        )

    def _moment(self) -> str:
        return str(self.cycle_id) if self.cycle_id is not None else self.at.now.isoformat()

    def _attach(
        self, letters: dict[str, tuple[Audience, Letter]], ids: dict[str, int], besides: Sequence[spreadsheet.Enclosure]
    ) -> None:
        wanted: dict[int, Wanted] = {}
        for once, (audience, letter) in letters.items():
            if letter.attached and once in ids:
                known = wanted.get(audience.number)
                notices = (*(known.notices if known else ()), ids[once])
                wanted[audience.number] = Wanted(
                    audience.number, notices, letter.language, letter.unit, letter.sections
                )
        spreadsheet.attach(self.session, self.desk, self.at, list(wanted.values()), besides)


def carries_files(desk: Desk, audience: Audience) -> bool:
    """Whether any of his ways takes a spreadsheet."""
    return bool(by_mail(audience.to.ways)) or desk.settings.telegram.attachments
