"""Tell now: one message to each person about all that is new, worse or to be repeated, at once or in office hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.words import Level, NoticeKind, Send
from alertd.notices import gather, items, spreadsheet
from alertd.notices.audience import Audience, audiences, numbers_of, order_of
from alertd.notices.compose import Before, Composer
from alertd.notices.gather import Tally
from alertd.notices.itemise import Row
from alertd.notices.letter import Letter
from alertd.notices.past import befores
from alertd.notices.put import NORMAL, URGENT, Draft, by_mail, put, with_list
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
    due = gather.due_now(desk.rules, at)
    if not gather.anything(session, due):
        return Told()
    groups = gather.groups(session, desk.rules, due, at.now)
    heard = audiences(desk, groups, lambda audience: audience.due > 0)
    nobody(session, desk, heard.unheard, at)
    order = order_of(desk, groups)
    gather.gather(session, numbers_of(heard.audiences), due, order=order, listed_too=False)
    tallies = gather.tallies(session)
    writing = _Writing(session, desk, at, cycle_id, Composer(desk, at, order), Failures(desk))
    linked: dict[int, int] = {}
    for batch in batches(heard.audiences, BATCH):
        linked |= writing.write(batch, tallies)
    gather.link(session, linked)
    gather.mark_told(session, at.now)
    writing.failures.tell(session, at)
    told = sum(tally.total for number in linked for tally in tallies.get(number, ()))
    return Told(writing.written, told, heard.unheard)


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
    written: int = 0

    def write(self, batch: Sequence[Audience], tallies: Mapping[int, Sequence[Tally]]) -> dict[int, int]:
        """The messages of some recipients; the notice of each by his number."""
        lines = self.desk.settings.digest.lines
        rows = rows_of(self.session, self.desk, self.at, [audience.number for audience in batch], lines)
        before = befores(self.session, batch)
        drafts: list[Draft] = []
        letters: dict[str, tuple[Audience, Letter]] = {}
        first: dict[str, int] = {}
        for audience in batch:
            mine = tallies.get(audience.number, ())
            letter = self._letter(audience, mine, rows[audience.number], before.get(audience.number))
            made = self._drafts(audience, letter, mine)
            drafts += made
            letters |= {draft.once: (audience, letter) for draft in made}
            first[made[0].once] = audience.number
        ids = put(self.session, drafts, self.at, self.cycle_id)
        self.written += len(ids)
        self._attach(letters, ids)
        return {number: ids[once] for once, number in first.items() if once in ids}

    def _letter(
        self, audience: Audience, tallies: Sequence[Tally], rows: dict[str, list[Row]], before: Before | None
    ) -> Letter:
        sections = self.composer.sections(audience, tallies, rows, before)
        lines = self.desk.settings.digest.lines
        cut = any(section.listed > lines for section in sections)
        attached = cut and carries_files(self.desk, audience)
        return self.composer.letter(
            "alert", audience.to, audience.meant, audience.units, sections=sections, attached=attached
        )

    def _drafts(self, audience: Audience, letter: Letter, tallies: Sequence[Tally]) -> list[Draft]:
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
        urgent = any(rules[t.rule].send.get(Level(t.level)) is Send.AT_ONCE for t in tallies)
        draft = Draft(
            kind=NoticeKind.ALERT,
            to=audience.to,
            message=done.message,
            once=f"alert:{self._moment()}:{audience.person}",
            unit=audience.recipient.unit,
            meant_for=audience.person if audience.meant else "",
            urgency=URGENT if urgent else NORMAL,
            counts=audience.counts(),
            rule_versions=[rules[rule].version for rule in used],
            # in a rehearsal the office would take note of it in the head's place
            button="" if audience.meant else button(self.desk.templates, letter.language),
        )
        return with_list(draft, summary=done.summary)

    def _moment(self) -> str:
        return str(self.cycle_id) if self.cycle_id is not None else self.at.now.isoformat()

    def _attach(self, letters: dict[str, tuple[Audience, Letter]], ids: dict[str, int]) -> None:
        wanted: dict[int, Wanted] = {}
        for once, (audience, letter) in letters.items():
            if letter.attached and once in ids:
                known = wanted.get(audience.number)
                notices = (*(known.notices if known else ()), ids[once])
                wanted[audience.number] = Wanted(
                    audience.number, notices, letter.language, letter.unit, letter.sections
                )
        spreadsheet.attach(self.session, self.desk, self.at, list(wanted.values()))


def carries_files(desk: Desk, audience: Audience) -> bool:
    """Whether any of his ways takes a spreadsheet."""
    return bool(by_mail(audience.to.ways)) or desk.settings.telegram.attachments
