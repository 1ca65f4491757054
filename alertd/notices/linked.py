"""Tell a person by mail that a chat is bound in his name, and to which account: who used a link that was not his is found out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.reach import Recipient
from alertd.model.words import NoticeKind
from alertd.notices.clean import one_line
from alertd.notices.compose import Composer
from alertd.notices.put import Draft, by_mail, put
from alertd.notices.render import Manner, render
from alertd.notices.writer import Desk


@dataclass(frozen=True, slots=True)
class Linked:
    """A chat that is bound, or (``waits``) waits for the office. ``account``: as the office reads it."""

    unit: str
    name: str
    account: str
    binding: int
    waits: bool


def tell_linked(session: Session, desk: Desk, at: AsOf, linked: Sequence[Linked]) -> int:
    """One mail each into the outbox, to those who have an address that works; gives how many. In a rehearsal none: nothing goes
    to heads, and the office hears of each binding in any case."""
    drafts = [draft for each in linked if not desk.rehearsal and (draft := _draft(desk, at, each)) is not None]
    return len(put(session, drafts, at))


def _draft(desk: Desk, at: AsOf, linked: Linked) -> Draft | None:
    people = desk.reach.directory.people(linked.unit, at.today)
    contact = next((contact for contact in people if contact.name == linked.name), None)
    mail = by_mail(desk.reach.ways.get(contact.person, ())) if contact is not None else ()
    if contact is None or not mail:
        return None
    to = Recipient(contact, mail, linked.unit)
    more = {"account": one_line(linked.account), "waits": linked.waits}
    letter = Composer(desk, at, ()).letter("linked", to, None, more=more)
    return Draft(
        kind=NoticeKind.SYSTEM,
        to=to,
        message=render(desk.templates, letter, Manner(desk.settings.digest.lines)).message,
        once=f"linked:{linked.binding}:{'waits' if linked.waits else 'bound'}",
        unit=linked.unit,
    )
