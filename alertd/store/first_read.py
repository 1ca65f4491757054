"""Since when each source is read: what is absent from a source says nothing of the time before."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.polls import Poll
from alertd.model.words import PollState

_p = table_of(Poll).c
_BELIEVED = (PollState.BELIEVED.value, PollState.UNCHANGED.value)


def first_read(session: Session, sources: Iterable[str]) -> dict[str, datetime]:
    """By source, when its first reading that was believed began; a source that never was believed is not among them. A
    statement for each source, which an index serves."""
    connection = session.connection()
    found = {
        source: connection.execute(
            select(_p.started_at).where(_p.source == source, _p.state.in_(_BELIEVED)).order_by(_p.id).limit(1)
        ).scalar()
        for source in sources
    }
    return {source: at for source, at in found.items() if at is not None}
