"""Tell each unit what became of what it said to be wrong: one message a person, when the office is open, each outcome once."""

from dataclasses import dataclass, field

from sqlalchemy import RowMapping, select, update
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.disputes import OPEN, disputes_table
from alertd.model.reach import Recipient
from alertd.model.words import NoticeKind
from alertd.notices import news
from alertd.notices.audience import destination
from alertd.notices.compose import Composer
from alertd.notices.disputed import row_of
from alertd.notices.drafted import drafted
from alertd.notices.put import Draft, put
from alertd.notices.writer import Desk

_d = disputes_table.c
_MOST = 2_000  # in one cycle


@dataclass
class _Answers:
    """What one person is told."""

    to: Recipient
    rows: list[RowMapping] = field(default_factory=list)


def tell_outcomes(session: Session, desk: Desk, at: AsOf, cycle_id: int | None) -> int:
    """Put the messages into the outbox; gives how many. Who raised the dispute hears it, or the head of the unit where he cannot
    be reached or is not known; what is the office's own is not told to it, it stands in its digest."""
    if desk.wordless or not news.is_open(at):
        return 0
    connection = session.connection()
    untold = select(disputes_table).where(~OPEN, _d.told_at.is_(None)).order_by(_d.id).limit(_MOST)
    rows = connection.execute(untold).mappings().all()
    if not rows:
        return 0
    by_person: dict[str, _Answers] = {}
    told: list[int] = []
    for row in rows:
        to = _reader(desk, row)
        if to is None:
            continue  # nobody at all can be reached; in the next cycle perhaps
        told.append(row["id"])
        if to.instead is None and to.unit != desk.reach.directory.office:
            by_person.setdefault(to.person, _Answers(to)).rows.append(row)
    drafts = [draft for answers in by_person.values() for draft in _drafts(session, desk, at, answers)]
    made = put(session, drafts, at, cycle_id)
    connection.execute(update(disputes_table).where(_d.id.in_(told)).values(told_at=at.now))
    return len(made)


def _reader(desk: Desk, row: RowMapping) -> Recipient | None:
    directory, day = desk.reach.directory, desk.reach.day
    ways = desk.reach.ways.get(row["person"], ()) if row["person"] else ()
    mine = [each for each in directory.contacts if each.person == row["person"] and each.valid_on(day)]
    if ways and mine:
        own = [each for each in mine if each.unit == row["unit"]]
        contact = (own or mine)[0]
        return Recipient(contact, ways, contact.unit)
    return desk.reach.answering(row["unit"])


def _drafts(session: Session, desk: Desk, at: AsOf, answers: _Answers) -> list[Draft]:
    to = destination(desk, answers.to)
    if to is None:
        return []
    meant = answers.to if to.person != answers.to.person else None
    language = desk.language(answers.to.contact)
    rows = [row_of(desk, at, row, language) for row in answers.rows]
    more = {"outcome_rows": rows, "answered": len(rows)}
    letter = Composer(desk, at, ()).letter("dispute", to, meant, more=more)
    last = max(row["id"] for row in answers.rows)
    return drafted(
        session,
        desk,
        at,
        letter,
        to,
        kind=NoticeKind.SYSTEM,
        about="dispute",
        once=f"dispute:{last}:{at.now.isoformat()}",
        unit=answers.to.unit,
        meant_for=answers.to.person if meant is not None else "",
    )
