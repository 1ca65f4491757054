"""Settle attempts: what the server said becomes the state of the notice, of its address and of the pace, in one transaction."""

import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, or_, select, tuple_, update
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.message import Outcome, Result, Scope
from alertd.model.notices import Attempt, notices_table
from alertd.model.people import AddressDown, Binding
from alertd.model.reach import Way
from alertd.model.words import ChannelName, NoticeState, Reason
from alertd.notices import limiter, words
from alertd.notices.policy import Policy
from alertd.notices.verdict import Claimed, Verdict, Why, judge
from alertd.store import audit, seals, troubles
from alertd.store.dialect import Dialect

log = logging.getLogger(__name__)

_n = notices_table.c
_attempts, _down, _bindings = table_of(Attempt), table_of(AddressDown), table_of(Binding)
# No IN: an executemany takes none.
_UNSENT = or_(
    *[_n.state == s.value for s in (NoticeState.PENDING, NoticeState.HELD, NoticeState.RETRY, NoticeState.UNCERTAIN)]
)


@dataclass(frozen=True, slots=True)
class Done:
    """An attempt that has ended. ``claimed.attempts`` counts it."""

    claimed: Claimed
    attempt: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Settled:
    done: Done
    verdict: Verdict


def settle(
    session: Session,
    done: Sequence[Done],
    *,
    now: datetime,
    pace_now: float,
    worker: str,
    channels: Collection[ChannelName],
    policy: Policy,
    random: Callable[[], float],
) -> list[Settled]:
    """Give each attempt its result and each notice its new state. A notice that another worker took over meanwhile (our
    lease had ended) keeps the state that he gives it; its attempt is recorded all the same."""
    if not done:
        return []
    mine = _still_mine(session, done, worker)
    _end_attempts(session, done, now)
    usable = _usable(session, [item for item in done if item.claimed.id in mine], channels)
    settled = []
    for item in done:
        if item.claimed.id not in mine:
            log.warning("notice %d: another worker took over while it was being sent", item.claimed.id)
            continue
        ways = [way for way in item.claimed.others if way in usable]
        verdict = judge(item.claimed, item.outcome, now=now, policy=policy, ways=ways, random=random)
        settled.append(Settled(item, verdict))
    _move(session, settled, now, worker)
    _addresses(session, settled, now)
    limiter.hold(session, dict(_holds(settled, pace_now, policy)))
    troubles.tell(session, [line for item in settled for line in _told(item, policy.language)], now=now)
    _audit(session, settled, now)
    return settled


def _still_mine(session: Session, done: Sequence[Done], worker: str) -> set[int]:
    connection = session.connection()
    held = and_(_n.claimed_by == worker, _n.state == NoticeState.SENDING.value)
    mine = select(_n.id).where(_n.id.in_([item.claimed.id for item in done]), held)
    return set(connection.execute(Dialect(connection.engine).skip_locked(mine)).scalars())


def _end_attempts(session: Session, done: Sequence[Done], now: datetime) -> None:
    rows = [
        {
            "b_id": item.attempt,
            "b_result": item.outcome.result.value,
            "b_detail": item.outcome.detail,
            "b_server": item.outcome.server_id,
        }
        for item in done
    ]
    ended = {"ended_at": now, "result": bindparam("b_result"), "detail": bindparam("b_detail")}
    session.connection().execute(
        update(_attempts)
        .where(_attempts.c.id == bindparam("b_id"))
        .values(ended | {"server_id": bindparam("b_server")}),
        rows,
    )


def _usable(session: Session, done: Sequence[Done], channels: Collection[ChannelName]) -> set[Way]:
    """The further ways of what failed that have a channel and are not out of use, nor refused just now."""
    failed = [item for item in done if item.outcome.result is not Result.ACCEPTED]
    wanted = {way for item in failed for way in item.claimed.others if way.channel in channels}
    if not wanted:
        return set()
    pairs = [(way.channel.value, way.address) for way in wanted]
    rows = session.connection().execute(
        select(_down.c.channel, _down.c.address).where(tuple_(_down.c.channel, _down.c.address).in_(pairs))
    )
    out = {Way(ChannelName(row.channel), row.address) for row in rows}
    refused = {
        Way(item.claimed.channel, item.claimed.address)
        for item in failed
        if item.outcome.result is Result.ADDRESS_REFUSED
    }
    return wanted - out - refused


def _move(session: Session, settled: Sequence[Settled], now: datetime, worker: str) -> None:
    if not settled:
        return
    rows = [_row(item, now) for item in settled]
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in rows[0] if name != "id"}
    # why a copy was made stays with it once nothing else is to be said
    again = and_(_n.copy_of.is_not(None), bindparam("b_reason") == "")
    values["reason"] = case((again, Reason.UNANSWERED.value), else_=bindparam("b_reason"))
    mine = and_(_n.id == bindparam("b_id"), _n.claimed_by == worker, _n.state == NoticeState.SENDING.value)
    statement = update(notices_table).where(mine).values(values | {"claimed_by": "", "lease_until": None})
    session.connection().execute(statement, [{f"b_{name}": value for name, value in row.items()} for row in rows])


def _row(item: Settled, now: datetime) -> dict[str, Any]:
    claimed, outcome, verdict = item.done.claimed, item.done.outcome, item.verdict
    sent = verdict.state is NoticeState.SENT
    way = verdict.way or Way(claimed.channel, claimed.address)
    # a text for another channel begins with its first part
    parts = max(claimed.outgoing.parts_sent, outcome.parts_sent) if way.channel is claimed.channel else 0
    return {
        "id": claimed.id,
        "state": verdict.state.value,
        "reason": verdict.why.value,
        "not_before": verdict.not_before,
        "channel": way.channel.value,
        "address": way.address,
        "other_ways": json.dumps([[other.channel.value, other.address] for other in verdict.others]),
        "parts_sent": parts,
        "server_id": outcome.server_id,
        "sent_at": now if sent else None,
    }


def _addresses(session: Session, settled: Sequence[Settled], now: datetime) -> None:
    """Addresses that were refused for good, and chats that have moved."""
    connection = session.connection()
    down = [
        {
            "channel": item.done.claimed.channel.value,
            "address": item.done.claimed.address,
            "since": now,
            "detail": item.done.outcome.detail,
        }
        for item in settled
        if item.verdict.down
    ]
    if down:
        connection.execute(Dialect(connection.engine).insert(_down).on_conflict_do_nothing(), down)
    moved = [
        {
            "b_channel": item.done.claimed.channel.value,
            "b_old": item.done.claimed.address,
            "b_new": item.verdict.way.address,
        }
        for item in settled
        if item.verdict.why is Why.CHAT_MOVED and item.verdict.way is not None
    ]
    if moved:
        unsent = and_(_n.channel == bindparam("b_channel"), _n.address == bindparam("b_old"), _UNSENT)
        connection.execute(update(notices_table).where(unsent).values(address=bindparam("b_new")), moved)
        chats = [{**row, "b_old": int(row["b_old"]), "b_new": int(row["b_new"])} for row in moved]
        bound = and_(_bindings.c.channel == bindparam("b_channel"), _bindings.c.chat_id == bindparam("b_old"))
        connection.execute(update(_bindings).where(bound).values(chat_id=bindparam("b_new")), chats)


def _holds(settled: Sequence[Settled], pace_now: float, policy: Policy) -> list[tuple[str, float]]:
    found = []
    for item in sorted(settled, key=lambda item: item.verdict.hold):
        if item.verdict.hold > 0:
            claimed = item.done.claimed
            whole = item.verdict.held is Scope.CHANNEL
            rate = policy.shared(claimed.channel) if whole else policy.own(claimed.channel, claimed.address)
            found.append((rate.scope, pace_now + item.verdict.hold))
    return found


def _told(item: Settled, language: str) -> list[tuple[str, str]]:
    """An address is told once, however many notices it refuses; a notice that is lost is told by itself."""
    claimed, verdict, detail = item.done.claimed, item.verdict, item.done.outcome.detail
    lines = []
    if verdict.down:
        said = words.sentence(claimed, Why.ADDRESS_REFUSED, detail, language)
        lines.append((f"address:{claimed.channel}:{claimed.address}", said))
    if verdict.tell and not (verdict.down and verdict.way):
        lines.append((f"notice:{claimed.id}", words.sentence(claimed, verdict.why, detail, language)))
    return lines


def _audit(session: Session, settled: Sequence[Settled], now: datetime) -> None:
    """One row of the chain for all notices that ended or changed their way; waiting alone decides nothing. Of those that went
    out it seals where to, when, and what the server called them."""
    sent: dict[str, str] = {}
    others: dict[str, list[int]] = {}
    for item in settled:
        claimed = item.done.claimed
        if item.verdict.state is NoticeState.SENT:
            sent[str(claimed.id)] = seals.as_sent(_row(item, now))
        elif item.verdict.state is NoticeState.DEAD:
            others.setdefault("dead", []).append(claimed.id)
        elif item.verdict.way is not None:
            others.setdefault("rerouted", []).append(claimed.id)
    ended: dict[str, Any] = {**others, **({"sent": sent} if sent else {})}
    if ended:
        audit.record(session, at=now, actor="alertd", action=seals.SETTLED, subject="outbox", detail=ended)


def counted(claimed: Claimed) -> Claimed:
    """The notice with the attempt that has just begun counted."""
    return replace(claimed, attempts=claimed.attempts + 1)
