"""The pace, kept in the store for all processes: when each message may go. It sends nothing and waits for nothing."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.notices import Pace
from alertd.store.dialect import Dialect

_LOCK = 120  # any number that nobody else serialises on
_paces = table_of(Pace)


@dataclass(frozen=True, slots=True)
class Rate:
    """What may be sent in a scope: one message every ``interval`` seconds, never two at once; 0: only holds count."""

    scope: str
    interval: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that waits for its turn: the pace of its own address, and how many messages it is to the server."""

    own: Rate
    count: int = 1


def schedule(
    shared: Rate, wanted: Sequence[Wanted], free: Mapping[str, float], *, now: float, horizon: float
) -> tuple[list[float], dict[str, float]]:
    """A turn for each message, in their order except where an address has to wait while others need not; and the
    scopes that moved. A turn later than ``now + horizon`` is a guess: nothing is reserved for it."""
    moved: dict[str, float] = {}
    turns = [0.0] * len(wanted)
    clock, limit = max(now, free.get(shared.scope, 0.0)), now + horizon
    ready, later = list(range(len(wanted))), list[tuple[float, int]]()
    while ready or later:
        while later and later[0][0] <= clock:
            heapq.heappush(ready, heapq.heappop(later)[1])
        if not ready:
            clock = later[0][0]
            continue
        index = heapq.heappop(ready)
        rate, count = wanted[index].own, wanted[index].count
        own = moved.get(rate.scope, free.get(rate.scope, 0.0))
        turns[index] = max(clock, own)
        if turns[index] > limit:
            continue
        if own > clock:
            heapq.heappush(later, (own, index))
            continue
        moved[rate.scope] = clock + rate.interval * count
        clock += shared.interval * count
        moved[shared.scope] = clock
    return turns, moved


def reserve_batch(
    session: Session, shared: Rate, wanted: Sequence[Wanted], *, now: float, horizon: float
) -> list[float]:
    """When each message may go, in seconds since the epoch, real time as ``now`` is; reserved in the caller's transaction.

    A turn beyond ``now + horizon`` is not reserved: ask again then. The time is handed out only on commit, so keep the
    transaction short: other processes wait for it.
    """
    if not wanted:
        return []
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)
    scopes = {shared.scope, *(message.own.scope for message in wanted)}
    rows = connection.execute(select(_paces.c.scope, _paces.c.next_at).where(_paces.c.scope.in_(scopes)))
    turns, moved = schedule(shared, wanted, {row.scope: row.next_at for row in rows}, now=now, horizon=horizon)
    paced = {shared.scope: shared.interval} | {message.own.scope: message.own.interval for message in wanted}
    _keep(session, {scope: at for scope, at in moved.items() if paced[scope] > 0})
    return turns


def reserve(session: Session, shared: Rate, own: Rate, *, now: float, count: int = 1) -> float:
    """When one message may go; always reserved, however late that is."""
    return reserve_batch(session, shared, [Wanted(own, count)], now=now, horizon=float("inf"))[0]


def hold(session: Session, until: Mapping[str, float]) -> None:
    """Nothing goes in these scopes before the given times (a server's "retry after"); an earlier hold is never shortened."""
    if until:
        connection = session.connection()
        Dialect(connection.engine).serialise(connection, _LOCK)
        _keep(session, until)


def _keep(session: Session, moved: Mapping[str, float]) -> None:
    if not moved:
        return
    connection = session.connection()
    insert: Any = Dialect(connection.engine).insert(_paces)
    later = insert.excluded.next_at > _paces.c.next_at
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[_paces.c.scope], set_={"next_at": insert.excluded.next_at}, where=later
        ),
        [{"scope": scope, "next_at": at} for scope, at in sorted(moved.items())],
    )
