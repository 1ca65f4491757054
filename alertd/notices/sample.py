"""The sample notice that somebody asks for by hand, to see whether a unit's head can be reached."""

from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.notices import notices_table
from alertd.model.reach import Instead
from alertd.model.words import NoticeKind
from alertd.notices.audience import destination
from alertd.notices.compose import Composer
from alertd.notices.put import Draft, by_mail, put
from alertd.notices.render import Manner, render
from alertd.notices.writer import Desk

_n = notices_table.c
_WHY = {
    Instead.NO_UNIT: "there is no unit {unit} in units.csv; give a unit's code",
    Instead.UNIT_ENDED: "unit {unit} has ended and no single successor is known; give the successor's code",
    Instead.NO_HEAD: "nobody is named as the head of {unit}; add a line to contacts.csv",
    Instead.NOT_REACHABLE: "no address of the head of {unit} works; add one to contacts.csv, or `alertd contacts invite {unit}`",
    Instead.NO_OWNER: "nobody owns the matter of {unit}",
}


def sample(session: Session, desk: Desk, at: AsOf, unit: str) -> int:
    """Put one sample notice for the head of the unit into the outbox (in a rehearsal it goes to the office); its number.
    Asked for twice at one moment, it is one. Raises Refused where the head would not hear it."""
    recipient = desk.reach.answering(unit)
    to = destination(desk, recipient)
    if recipient is None or to is None:
        raise Refused(f"nobody can be reached for {unit}, not even the office; see contacts.csv and the channels")
    if recipient.instead is not None:
        raise Refused(_WHY[recipient.instead].format(unit=unit))
    meant = recipient if to.person != recipient.person else None
    letter = Composer(desk, at, ()).letter("sample", to, meant)
    manner = Manner(desk.settings.digest.lines, mail=bool(by_mail(to.ways)))
    draft = Draft(
        kind=NoticeKind.SYSTEM,
        to=to,
        message=render(desk.templates, letter, manner).message,
        once=f"sample:{at.now.isoformat()}:{recipient.unit}:{recipient.person}",
        unit=recipient.unit,
        meant_for=recipient.person if meant else "",
    )
    made = put(session, [draft], at)
    if draft.once in made:
        return made[draft.once]
    return int(session.connection().execute(select(_n.id).where(_n.once == draft.once)).scalar_one())
