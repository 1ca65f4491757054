"""A message as it would be worded now, of all that stands, without being written: for whoever changes its words. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import true
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.directory import Contact
from alertd.model.message import Message
from alertd.model.rule import Rule
from alertd.model.words import NoticeKind
from alertd.notices import gather, news
from alertd.notices.audience import Audience, audiences, destination, numbered, numbers_of, order_of
from alertd.notices.compose import Composer
from alertd.notices.digest import Preview, preview_digest
from alertd.notices.movement import Movements
from alertd.notices.outlook import inlined
from alertd.notices.past import befores, cycles_of
from alertd.notices.put import by_mail
from alertd.notices.render import Manner, Rendered, render
from alertd.notices.specimen_letters import DEFAULT, Case, letter_of
from alertd.notices.stamp import stamped
from alertd.notices.tell import carries_files, rows_of
from alertd.notices.templates import MESSAGES, Templates
from alertd.notices.writer import Desk

_NUMBER, _CODE = 1234, "K7QM2XHD"  # as one that went out has


@dataclass(frozen=True)
class InLanguage(Desk):
    """A desk that writes to everybody in one language."""

    spoken: str = "vi"

    def language(self, contact: Contact) -> str:  # noqa: ARG002 - whoever it is
        return self.spoken


def in_language(desk: Desk, language: str) -> Desk:
    return InLanguage(
        desk.settings, desk.rules, desk.templates, desk.reach, desk.freshness, looking=desk.looking, spoken=language
    )


def as_sent(message: Message) -> Message:
    """With the line that every message ends with."""
    return stamped(message, _NUMBER, _CODE)


def of_sample(templates: Templates, name: str, language: str, lines: int, rules: Mapping[str, Rule]) -> Preview:
    """The message with made-up data. ``name``: of a section, or ``messages/KIND``."""
    kind = name.removeprefix(f"{MESSAGES}/") if name.startswith(MESSAGES) else "alert"
    section = DEFAULT if name.startswith(MESSAGES) else name
    rule = next((each for each in rules.values() if (each.template or DEFAULT) == section), None)
    letter = letter_of(kind, language, Case.SAMPLE, section, rule)
    done = render(templates, letter, Manner(lines))
    message = replace(done.message, html=inlined(done.message.html, letter.more))
    return Preview(letter.to.name, letter.unit, NoticeKind.SYSTEM, message, done.summary, done.failed)


def of_now(session: Session, desk: Desk, at: AsOf, name: str, unit: str | None) -> Preview | None:
    """The message with what stands now, for the head of the unit, or for the reader with the most; None: nothing stands, or it
    is one of those that tell of an event. ``name``: as above."""
    if name == f"{MESSAGES}/sample":
        return _greeting(desk, at, unit)
    if name == f"{MESSAGES}/alert" or not name.startswith(MESSAGES):
        return _alert(session, desk, at, unit, "" if name.startswith(MESSAGES) else name)
    kinds = {f"{MESSAGES}/digest": NoticeKind.DIGEST, f"{MESSAGES}/city": NoticeKind.OFFICE}
    if name not in kinds:
        return None
    office = desk.reach.office()
    of = office.unit if office is not None and name == f"{MESSAGES}/city" else unit
    found = [each for each in preview_digest(session, desk, at, of) if each.kind is kinds[name]]
    return max(found, key=lambda each: len(each.message.text), default=None)


def _greeting(desk: Desk, at: AsOf, unit: str | None) -> Preview | None:
    recipient = desk.reach.answering(unit) if unit else desk.reach.office()
    to = destination(desk, recipient)
    if recipient is None or to is None:
        return None
    letter = Composer(desk, at, ()).letter("sample", to, recipient if to.person != recipient.person else None)
    done = render(desk.templates, letter, Manner(desk.settings.digest.lines, mail=bool(by_mail(to.ways))))
    return Preview(recipient.contact.name, recipient.unit, NoticeKind.SYSTEM, done.message, failed=done.failed)


def _alert(session: Session, desk: Desk, at: AsOf, unit: str | None, template: str) -> Preview | None:
    """All that stands, as if it were told today. ``template``: of these rules alone."""
    rules = {
        id_: rule for id_, rule in desk.rules.rules.items() if not template or (rule.template or DEFAULT) == template
    }
    if not rules:
        return None
    mine = replace(desk, rules=replace(desk.rules, rules=rules))
    due, waits = true(), news.waits(mine.believed)
    groups = gather.groups(session, mine.rules, due, at.now, split=mine.split, waits=waits)
    heard = audiences(mine, groups, lambda audience: bool(audience.groups)).audiences
    if unit is not None:
        answering = mine.reach.answering(unit)
        heard = tuple(each for each in heard if answering is not None and each.person == answering.person)
    chosen = max(heard, key=lambda each: sum(group.total for group in each.groups), default=None)
    if chosen is None:
        return None
    (reader,) = numbered([chosen])
    order = order_of(mine, groups)
    gather.gather(
        session, numbers_of([reader]), due, order=order, voices=mine.rules.voices, listed_too=False, split=mine.split
    )
    done = _worded(session, mine, at, reader, order)
    return Preview(
        reader.recipient.contact.name, reader.recipient.unit, NoticeKind.ALERT, done.message, done.summary, done.failed
    )


def _worded(session: Session, desk: Desk, at: AsOf, reader: Audience, order: list[str]) -> Rendered:
    lines, documents = desk.settings.digest.lines, desk.settings.telegram.attachments
    rows = rows_of(session, desk, at, [reader.number], lines)[reader.number]
    before = befores(session, [reader])
    composer = Composer(desk, at, order, movements=Movements(session, desk, at, cycles_of(before)))
    tallies = gather.tallies(session).get(reader.number, [])
    sections = composer.sections(reader, tallies, rows, before.get(reader.number))
    attached = any(section.is_cut(lines) for section in sections) and carries_files(desk, reader)
    letter = composer.letter("alert", reader.to, reader.meant, reader.units, sections=sections, attached=attached)
    return render(desk.templates, letter, Manner(lines, documents=documents, mail=bool(by_mail(reader.to.ways))))
