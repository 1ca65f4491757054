"""When a source was last read, by whichever process: what makes the next poll due."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.intake.ledger import ENDED
from alertd.intake.sources.wall import WALLS
from alertd.model.base import table_of
from alertd.model.polls import Poll

_polls = table_of(Poll).c


def last_poll(session: Session, source: str) -> datetime | None:
    """The beginning of the last poll that came to an end, whatever it came to. One that was killed counts as none."""
    last = select(func.max(_polls.id)).where(_polls.source == source, ENDED).scalar_subquery()
    found: datetime | None = session.connection().execute(select(_polls.started_at).where(_polls.id == last)).scalar()
    return found


def met_a_wall(session: Session, source: str) -> bool:
    """The last poll that came to an end found a login page or a captcha: only a person can change that."""
    last = select(func.max(_polls.id)).where(_polls.source == source, ENDED).scalar_subquery()
    return session.connection().execute(select(_polls.reason).where(_polls.id == last)).scalar() in WALLS
