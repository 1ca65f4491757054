"""What is out of order in alertd's own work: opened once per subject, closed when it is over, told to the office once each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import Session

from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.store.dialect import Dialect

_troubles = table_of(Trouble)


def tell(session: Session, troubles: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Open a trouble per (subject, sentence); one that is open already stays as it is, so that the office hears it once."""
    if not troubles:
        return
    connection = session.connection()
    rows = [{"subject": subject, "what": what, "since": now} for subject, what in troubles]
    connection.execute(Dialect(connection.engine).insert(_troubles).on_conflict_do_nothing(), rows)


def note(session: Session, notes: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Something that happened and does not last (a contact was bound): the office hears it once, nothing stays open."""
    if notes:
        rows = [{"subject": subject, "what": what, "since": now, "until": now} for subject, what in notes]
        session.connection().execute(insert(_troubles), rows)


def over(session: Session, subjects: Sequence[str], *, now: datetime) -> None:
    """Close what is open under these subjects."""
    if subjects:
        is_open = _troubles.c.subject.in_(subjects) & _troubles.c.until.is_(None)
        session.connection().execute(update(_troubles).where(is_open).values(until=now))
