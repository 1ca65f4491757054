"""What was read of the city's and the portal's files since their copies were last compared, as a fact of the store.

Each source is asked by itself: of two that are read side by side the one that began first may end last.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.polls import Poll
from alertd.model.sync_sides import Pair
from alertd.model.words import PollState
from alertd.store.site import keep_fact, read_fact

_FACT = "derived:sync_gaps"
_NEVER = "{}"
_p = table_of(Poll).c
_BELIEVED = (PollState.BELIEVED.value, PollState.UNCHANGED.value)


@dataclass(frozen=True, slots=True)
class Look:
    """``whole``: all is compared anew, since it never was, or by other terms. ``polled_from``: when the first poll since the last
    look began that changed anything; None: there was none. ``ahead``: codes of which an event lay in the future at the last look,
    and may have come to pass. ``new_day``: it is another local day. ``known``, ``found``: the fact as it was and as it will be."""

    whole: bool
    polled_from: datetime | None
    ahead: tuple[str, ...]
    new_day: bool
    known: str
    found: Mapping[str, Any]

    @property
    def news(self) -> bool:
        return self.whole or self.new_day or self.polled_from is not None or bool(self.ahead)


def look(session: Session, pair: Pair, at: AsOf) -> Look:
    text = read_fact(session, _FACT) or _NEVER
    known: dict[str, Any] = json.loads(text)
    names = [pair.city.source, pair.portal.source]
    polls: dict[str, int] = dict(known.get("polls", {}))
    first_at = known["first"] if known.get("pair") == names else at.now.isoformat(timespec="seconds")
    terms = _terms(pair, at)
    begun: list[datetime] = []
    for source in names:
        newest, first = _polls_since(session, source, polls.get(source, 0))
        if newest is not None:
            polls[source] = newest
            begun.append(first)
    found = {"polls": polls, "terms": terms, "day": at.today.isoformat(), "pair": names, "first": first_at}
    return Look(
        whole=known.get("terms") != terms,
        polled_from=min(begun, default=None),
        ahead=tuple(known.get("ahead", ())),
        new_day=known.get("day") != found["day"],
        known=text,
        found=found,
    )


def noted(session: Session, this: Look, ahead: Sequence[str]) -> None:
    """In the transaction in which all that it names was compared. ``ahead``: codes with an event in the future now."""
    found = json.dumps({**this.found, "ahead": list(ahead)})
    if found != this.known:
        keep_fact(session, _FACT, found)


def first_look(session: Session) -> datetime | None:
    """When these two sources were compared for the first time; None: they never were."""
    first = json.loads(read_fact(session, _FACT) or _NEVER).get("first")
    return None if first is None else datetime.fromisoformat(first)


def forgotten(session: Session) -> bool:
    """Forget that anything was ever compared; False: it never was, or is forgotten already."""
    if read_fact(session, _FACT) in (None, _NEVER):
        return False
    keep_fact(session, _FACT, _NEVER)
    return True


def _polls_since(session: Session, source: str, known: int) -> tuple[int | None, datetime]:
    changed = _p.new + _p.changed + _p.gone > 0
    since = select(func.max(_p.id), func.min(_p.started_at)).where(
        _p.source == source, _p.id > known, _p.state.in_(_BELIEVED), changed
    )
    newest, first = session.connection().execute(since).one()
    return newest, first


def _terms(pair: Pair, at: AsOf) -> str:
    """What else than records decides: the settings of both sources, and the calendar, by which due days are moved."""
    sides = [
        [s.source, s.whole, s.ends, s.by_minute, sorted(s.gives), s.known_from and s.known_from.isoformat()]
        for s in (pair.city, pair.portal)
    ]
    days = crc32(at.calendar.working)
    return f"{crc32(json.dumps([sides, pair.ministry, days, at.calendar.roll_forward]).encode()):08x}"
