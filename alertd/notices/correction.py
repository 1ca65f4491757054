"""Draft what corrects messages that turned out to be wrong: one to each head, by the message that he got."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.reach import Recipient
from alertd.model.words import Level, NoticeKind
from alertd.notices.audience import destination
from alertd.notices.clean import one_line
from alertd.notices.compose import Composer
from alertd.notices.drafted import drafted
from alertd.notices.put import Draft
from alertd.notices.writer import Desk


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a message said of a record that was not so. ``told``: the level it named; ``level``: the true one, None where the
    record was no matter for it at all. ``unit``: of the message."""

    notice: int
    at: datetime
    unit: str
    rule: str
    key: str
    told: int
    level: int | None


@dataclass(frozen=True, slots=True)
class TooHigh:
    """Of how many further ``records`` a message gave more days than there were, at a level that was right."""

    notice: int
    at: datetime
    unit: str
    rule: str
    records: int


def corrections(
    session: Session,
    desk: Desk,
    at: AsOf,
    off: Sequence[date],
    worked: Sequence[date],
    wrong: Sequence[Wrong],
    too_high: Sequence[TooHigh],
    once: str,
) -> list[Draft]:
    """To whoever answers now for the unit that the message was about. ``off``, ``worked``: the days that turned out so."""
    composer = Composer(desk, at, ())
    by_person: dict[str, tuple[Recipient, list[Wrong | TooHigh]]] = {}
    said: list[Wrong | TooHigh] = [*wrong, *too_high]
    for each in said:
        recipient = desk.reach.answering(each.unit)
        if recipient is not None:
            by_person.setdefault(recipient.person, (recipient, []))[1].append(each)
    drafts: list[Draft] = []
    for person, (recipient, mine) in sorted(by_person.items()):
        to = destination(desk, recipient)
        if to is None:
            continue
        meant = recipient if to.person != recipient.person else None
        more = {"off": list(off), "worked": list(worked), "total": sum(_statements(each) for each in mine)}
        language = desk.language(recipient.contact)
        more["corrected"] = [_message(desk, at, rows, language) for rows in _by_message(mine)]
        letter = composer.letter("correction", to, meant, more=more)
        drafts += drafted(
            session,
            desk,
            at,
            letter,
            to,
            kind=NoticeKind.ALERT,
            about="correction",
            once=once,
            unit=recipient.unit,
            meant_for=person if meant else "",
        )
    return drafts


def _statements(each: Wrong | TooHigh) -> int:
    return each.records if isinstance(each, TooHigh) else 1


def _by_message(said: Sequence[Wrong | TooHigh]) -> list[list[Wrong | TooHigh]]:
    ordered = sorted(said, key=lambda each: (each.notice, each.rule))
    return [list(rows) for _, rows in groupby(ordered, key=lambda each: (each.notice, each.rule))]


def _message(desk: Desk, at: AsOf, said: Sequence[Wrong | TooHigh], language: str) -> Mapping[str, Any]:
    """One message and one rule of it."""
    first = said[0]
    rule = desk.rules.rules.get(first.rule)
    dataset = rule.dataset.name if rule else ""
    wrong = sorted((each for each in said if isinstance(each, Wrong)), key=lambda each: (-each.told, each.key))
    rows = [
        {
            "code": one_line(desk.named(dataset, each.key, language)),
            "told": Level(each.told).word,
            "level": Level(each.level).word if each.level else "",
        }
        for each in wrong
    ]
    title = one_line(rule.name(language)) if rule else first.rule
    high = sum(each.records for each in said if isinstance(each, TooHigh))
    return {
        "notice": first.notice,
        "at": at.calendar.local(first.at),
        "title": title,
        "rows": rows,
        "too_high": high,
        "dataset": dataset,
    }
