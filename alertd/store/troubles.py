"""What is out of order in alertd's own work: opened once per subject, closed when it is over, told to the office once each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.store.dialect import Dialect

_troubles = table_of(Trouble)


def tell(session: Session, troubles: Sequence[tuple[str, str]], *, now: datetime, told: bool = False) -> None:
    """Open a trouble per (subject, sentence); one that is open already stays as it is, so that the office hears it once.
    ``told``: the office has heard it by a message of its own."""
    if not troubles:
        return
    connection = session.connection()
    heard = now if told else None
    rows = [{"subject": subject, "what": what, "since": now, "told_at": heard} for subject, what in troubles]
    connection.execute(Dialect(connection.engine).insert(_troubles).on_conflict_do_nothing(), rows)


def instead(session: Session, subject: str, what: str, *, now: datetime) -> None:
    """Open a trouble in place of what is open under the subject: the office hears of it, and not that the other one is over."""
    is_open = (_troubles.c.subject == subject) & _troubles.c.until.is_(None)
    session.connection().execute(update(_troubles).where(is_open).values(until=now, over_told_at=now))
    tell(session, [(subject, what)], now=now)


def note(session: Session, notes: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Something that happened and does not last (a contact was bound): the office hears it once, nothing stays open."""
    if notes:
        rows = [{"subject": subject, "what": what, "since": now, "until": now} for subject, what in notes]
        session.connection().execute(insert(_troubles), rows)


def reword(session: Session, subject: str, what: str) -> None:
    """Say what is open under this subject in other words, without telling it again."""
    is_open = (_troubles.c.subject == subject) & _troubles.c.until.is_(None)
    session.connection().execute(update(_troubles).where(is_open).values(what=what))


def settled(session: Session, subject: str, *, now: datetime) -> None:
    """Close what is open under this subject; nobody needs to be told, a person did it."""
    is_open = (_troubles.c.subject == subject) & _troubles.c.until.is_(None)
    session.connection().execute(update(_troubles).where(is_open).values(until=now, told_at=now, over_told_at=now))


def over(session: Session, subjects: Sequence[str], *, now: datetime, what: str = "") -> None:
    """Close what is open under these subjects. ``what``: how it stands now, for an office that has heard what was wrong."""
    if subjects:
        is_open = _troubles.c.subject.in_(subjects) & _troubles.c.until.is_(None)
        if what:
            heard = is_open & _troubles.c.told_at.is_not(None)
            session.connection().execute(update(_troubles).where(heard).values(what=what))
        session.connection().execute(update(_troubles).where(is_open).values(until=now))


def standing(session: Session, prefix: str) -> list[str]:
    """What is out of order now under subjects that begin so, in the order in which it began."""
    open_now = _troubles.c.subject.startswith(prefix, autoescape=True) & _troubles.c.until.is_(None)
    statement = select(_troubles.c.what).where(open_now).order_by(_troubles.c.id)
    return list(session.connection().execute(statement).scalars())


def open_subjects(session: Session, prefixes: Sequence[str]) -> list[str]:
    """The subjects that begin so and of which something is out of order now."""
    begun = or_(*(_troubles.c.subject.startswith(prefix, autoescape=True) for prefix in prefixes))
    statement = select(_troubles.c.subject).where(begun, _troubles.c.until.is_(None)).order_by(_troubles.c.id)
    return list(session.connection().execute(statement).scalars())
