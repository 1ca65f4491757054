"""A letter that tells of no alerts becomes a message to one person: rendered, what failed on the way told, its list by mail."""

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.reach import Recipient
from alertd.model.words import NoticeKind
from alertd.notices.letter import Letter
from alertd.notices.put import NORMAL, Draft, by_mail, with_list
from alertd.notices.render import Manner, render
from alertd.notices.trouble import Failures
from alertd.notices.writer import Desk


def drafted(
    session: Session,
    desk: Desk,
    at: AsOf,
    letter: Letter,
    to: Recipient,
    *,
    kind: NoticeKind,
    about: str,
    once: str,
    unit: str = "",
    meant_for: str = "",
    urgency: int = NORMAL,
    files: bool = False,
    quiet: bool = False,
) -> list[Draft]:
    """``about``: mails of one subject matter hang together; ``once``: a key of the occasion, under which each person gets one;
    ``unit``: other than the recipient's; ``meant_for``: in a rehearsal, the person whom it would have reached; ``files``: something
    goes along that the first way cannot carry; ``quiet``: without sound."""
    person = meant_for or to.person
    manner = Manner(
        desk.settings.digest.lines,
        documents=desk.settings.telegram.attachments,
        mail=bool(by_mail(to.ways)),
        silent=quiet,
        thread=f"{about}|{person}",
    )
    done = render(desk.templates, letter, manner)
    failures = Failures(desk)
    failures.add(done.failed, letter)
    failures.tell(session, at)
    draft = Draft(
        kind=kind,
        to=to,
        message=done.message,
        once=f"{once}:{person}",
        unit=unit or to.unit,
        meant_for=meant_for,
        urgency=urgency,
    )
    return with_list(draft, summary=done.summary or files)
