"""What was read since a derivation last looked: by the numbers of polls, kept as a fact of the store.

A poll writes its rows with the moment at which it began, and may end long after a later one: so a derivation goes by polls that
it has not seen, and by none that is still running.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.polls import Poll
from alertd.model.words import PollState
from alertd.store.site import keep_fact, read_fact

_p = table_of(Poll).c
_DEAD = timedelta(days=2)  # a poll that has run so long has died with its process


@dataclass(frozen=True, slots=True)
class Since:
    """``looked_at``: when anything new was seen last, or, where it is earlier, when the first poll began that is news now: what was
    written from then on (``changed_at``) is to be looked at; None: everything is. ``news``: a poll of the dataset has changed
    something that was not looked at, or the terms are others; ``new_day``: it is another local day."""

    looked_at: datetime | None
    news: bool
    new_day: bool


def since(session: Session, name: str, dataset: str, at: AsOf, *, terms: str = "") -> Since:
    """Ask, and note that it was asked: the caller brings up what follows in the same transaction. ``terms``: what else than
    records decides (settings, a table), as a text; another one means that all is worked out anew. Where nothing is new,
    nothing is written."""
    known = json.loads(read_fact(session, f"derived:{name}") or "{}")
    same_terms = known.get("terms") == terms
    seen = int(known.get("poll", 0)) if same_terms else 0
    connection = session.connection()
    mine = _p.dataset == dataset
    running = select(func.min(_p.id)).where(mine, _p.state == PollState.RUNNING.value, _p.started_at > at.now - _DEAD)
    first_running = connection.execute(running).scalar()
    believed = _p.state.in_((PollState.BELIEVED.value, PollState.UNCHANGED.value))
    new = mine & believed & (_p.new + _p.changed + _p.gone > 0) & (_p.id > seen)
    began, newest = connection.execute(select(func.min(_p.started_at), func.max(_p.id)).where(new)).one()
    if first_running is not None and newest is not None:
        newest = connection.execute(select(func.max(_p.id)).where(new, _p.id < first_running)).scalar()
    told = {"poll": newest or seen, "day": at.today.isoformat(), "terms": terms}
    noted = known.pop("at", None)
    if told != known:
        keep_fact(session, f"derived:{name}", json.dumps(told | {"at": at.now.isoformat()}))
    last = datetime.fromisoformat(noted) if noted and same_terms else None
    return Since(
        looked_at=min(last, began) if last and began else last,
        news=not same_terms or began is not None,
        new_day=known.get("day") != told["day"],
    )
