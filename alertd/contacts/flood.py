"""How often strangers are answered: a guesser learns nothing, a flood costs neither the bot's pace nor the office's patience."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.people import TokenFailure

_WINDOW = timedelta(hours=1)
_KEPT = timedelta(days=1)
_failures = table_of(TokenFailure)
_f = _failures.c


class Counted(StrEnum):
    TOKEN = "token"  # noqa: S105 - a wrong one
    STRANGER = "stranger"  # an answer to somebody who is bound to nothing


# Of one user, and of all together, in an hour. A guess has one chance in 2**256 in any case.
MOST = {Counted.TOKEN: 5, Counted.STRANGER: 5}
MOST_IN_ALL = {Counted.TOKEN: 50, Counted.STRANGER: 60}


def count(session: Session, what: Counted, user: int, now: datetime) -> None:
    """Count one; what is older than a day is of no use any more."""
    connection = session.connection()
    connection.execute(delete(_failures).where(_f.at < now - _KEPT))
    connection.execute(insert(_failures).values(user_id=user, at=now, what=what.value))


def recent(session: Session, what: Counted, now: datetime, user: int | None = None) -> int:
    """How many in the last hour, of one user or of all."""
    statement = select(func.count()).where(_f.what == what.value, _f.at > now - _WINDOW)
    if user is not None:
        statement = statement.where(_f.user_id == user)
    return int(session.connection().execute(statement).scalar_one())


def too_many(session: Session, what: Counted, user: int, now: datetime) -> bool:
    """Whether this user, or all together, have had their share of the hour."""
    return recent(session, what, now, user) >= MOST[what] or recent(session, what, now) >= MOST_IN_ALL[what]
