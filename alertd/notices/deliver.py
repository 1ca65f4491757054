"""Deliver the outbox: claim, withdraw what is untrue, wait for the turn, send, settle. Nothing is sent in a transaction."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from alertd.model.message import Outcome, Outgoing, Result, Scope
from alertd.model.words import ChannelName, NoticeState
from alertd.notices import limiter, outbox, words
from alertd.notices.lane import Lane
from alertd.notices.limiter import Wanted
from alertd.notices.place import place
from alertd.notices.policy import Policy
from alertd.notices.retract import withdraw_untrue
from alertd.notices.settle import Done, Settled, counted, settle
from alertd.notices.verdict import Claimed
from alertd.store import troubles
from alertd.store.database import Store

log = logging.getLogger(__name__)

_NAP = 0.5  # seconds; how soon a request to stop is noticed


class Sender(Protocol):
    """What delivery needs of a channel: up to ``width`` sends at once, each of which says what became of it."""

    @property
    def width(self) -> int: ...

    def send(self, outgoing: Outgoing) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many attempts of one round ended in which state of their notice, and what was withdrawn before sending."""

    states: Mapping[NoticeState, int] = field(default_factory=dict)

    def __getitem__(self, state: NoticeState) -> int:
        return self.states.get(state, 0)

    def __bool__(self) -> bool:
        return bool(self.states)

    def __str__(self) -> str:
        return ", ".join(f"{count} {state}" for state, count in sorted(self.states.items())) or "nothing to send"


def deliver(
    store: Store,
    channels: Mapping[ChannelName, Sender],
    *,
    clock: Callable[[], datetime],
    pace_clock: Callable[[], float],
    sleep: Callable[[float], None],
    random: Callable[[], float],
    worker: str,
    policy: Policy,
    stop: threading.Event | None = None,
) -> Delivered:
    """Send until nothing is sendable now; what waits for the pace alone is waited for (``policy.patience``).

    ``clock``: the site's; ``pace_clock``: seconds since the epoch, real time, the same on all machines. With ``stop`` set,
    what is in flight is finished and settled, and the rest is left to be claimed. Raises CannotRun where the store fails.
    """
    if not channels:
        return Delivered()
    with ExitStack() as stack:
        slot = stack.enter_context(place(store))
        pools = {
            name: stack.enter_context(ThreadPoolExecutor(channel.width, thread_name_prefix=f"deliver-{name}"))
            for name, channel in channels.items()
        }
        lanes = {name: Lane(name, pools[name], channel.width) for name, channel in channels.items()}
        delivery = _Delivery(store, channels, lanes, clock, pace_clock, sleep, random, f"{slot}{worker}", policy, stop)
        try:
            delivery.run(slot)
        finally:
            delivery.finish()
    return Delivered(dict(delivery.counts))


@dataclass
class _Delivery:
    """One round; all of it runs in the caller's thread, except the sends."""

    store: Store
    channels: Mapping[ChannelName, Sender]
    lanes: Mapping[ChannelName, Lane]
    clock: Callable[[], datetime]
    pace_clock: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    worker: str
    policy: Policy
    stop: threading.Event | None
    flying: dict[Future[Outcome], tuple[Claimed, int]] = field(default_factory=dict)
    counts: Counter[NoticeState] = field(default_factory=Counter)
    waited: float = 0.0  # seconds for the pace alone since something was accepted

    def run(self, slot: str) -> None:
        with self.store.write() as session:
            outbox.reclaim(session, now=self.clock(), worker=self.worker, slot=slot, policy=self.policy)
        while not self._stopping():
            if not self._tick() and not self._busy() and not self._wait_for_the_pace():
                return
            self._pause()

    def finish(self) -> None:
        """Let what is in flight end and settle it; give back what was not begun."""
        while self.flying:
            wait(self.flying)
            with self.store.write() as session:
                settled = self._settle(session, self._ended())
            self._learn(settled)
        left = {claimed.id: None for lane in self.lanes.values() for claimed in lane.clear()}
        if left:
            with self.store.write() as session:
                outbox.put_back(session, left, worker=self.worker)

    def _stopping(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def _busy(self) -> bool:
        return bool(self.flying) or any(lane.waiting for lane in self.lanes.values())

    def _tick(self) -> bool:
        """Settle what has ended, claim more where a lane runs dry, begin what has its turn. False: there was nothing."""
        ended, idle = self._ended(), not self._busy()
        dry = [lane for lane in self.lanes.values() if lane.wants_more(self.policy.batch, idle=idle and not ended)]
        due = any(lane.next_at() <= self.pace_clock() for lane in self.lanes.values())
        if not (ended or dry or due):
            return False
        with self.store.write() as session:
            settled = self._settle(session, ended)
            self._put_back_held(session, settled)
            claimed = sum([self._claim(session, lane) for lane in dry])
            begun = self._begin(session)
        self._learn(settled)
        for notice, attempt in begun:
            lane = self.lanes[notice.channel]
            lane.flying += 1
            sending = lane.pool.submit(_send, self.channels[notice.channel], notice)
            self.flying[sending] = (counted(notice), attempt)
        return bool(ended or claimed or begun)

    def _ended(self) -> list[Done]:
        ended = [future for future in self.flying if future.done()]
        done = [Done(*self.flying.pop(future), future.result()) for future in ended]
        for item in done:
            self.lanes[item.claimed.channel].flying -= 1
        return done

    def _settle(self, session: Session, ended: list[Done]) -> list[Settled]:
        settled = settle(
            session,
            ended,
            now=self.clock(),
            pace_now=self.pace_clock(),
            worker=self.worker,
            channels=self.channels.keys(),
            policy=self.policy,
            random=self.random,
        )
        for name, lane in self.lanes.items():
            outcomes = [item.done.outcome for item in settled if item.done.claimed.channel is name]
            if not lane.works and any(outcome.result is Result.ACCEPTED for outcome in outcomes):
                troubles.over(session, [f"channel:{name}"], now=self.clock())
            if failed := lane.count(outcomes, self.policy.outage):
                troubles.tell(session, [words.outage(name, failed, self.policy.language)], now=self.clock())
        return settled

    def _learn(self, settled: list[Settled]) -> None:
        self.counts.update(item.verdict.state for item in settled)
        if any(item.verdict.state is NoticeState.SENT for item in settled):
            self.waited = 0.0

    def _put_back_held(self, session: Session, settled: list[Settled]) -> None:
        """What has a turn in a scope that the server has just closed asks for a new one; a lane at rest gives all back."""
        left = [claimed for lane in self.lanes.values() if lane.resting for claimed in lane.clear()]
        for item in settled:
            if item.verdict.hold > 0:
                claimed = item.done.claimed
                address = "" if item.verdict.held is Scope.CHANNEL else claimed.address
                left += self.lanes[claimed.channel].clear(address)
        outbox.put_back(session, {claimed.id: None for claimed in left}, worker=self.worker)

    def _claim(self, session: Session, lane: Lane) -> int:
        """Claim for one channel, withdraw what is untrue, reserve turns; gives how many were claimed."""
        now, pace_now, policy = self.clock(), self.pace_clock(), self.policy
        claimed = outbox.claim(
            session, now=now, worker=self.worker, lease=policy.lease, limit=policy.batch, channels=[lane.name]
        )
        lane.dry = len(claimed) < policy.batch
        true = withdraw_untrue(session, claimed, now=now, worker=self.worker)
        self.counts.update({NoticeState.WITHDRAWN: len(claimed) - len(true)} if len(true) < len(claimed) else {})
        wanted = [Wanted(policy.own(lane.name, notice.address), self._count(notice)) for notice in true]
        turns = limiter.reserve_batch(session, policy.shared(lane.name), wanted, now=pace_now, horizon=policy.horizon)
        later: dict[int, datetime | None] = {}
        for notice, at in zip(true, turns, strict=True):
            if at <= pace_now + policy.horizon:
                lane.put(at, notice)
            else:
                later[notice.id] = now + timedelta(seconds=at - pace_now)
        outbox.put_back(session, later, worker=self.worker)
        return len(claimed)

    def _count(self, notice: Claimed) -> int:
        """How many messages it is to the server."""
        message, extra = notice.outgoing.message, 0
        if notice.channel is ChannelName.TELEGRAM and self.policy.documents:
            extra = len(message.attachments)
        return max(1, max(1, len(message.chat)) + extra - notice.outgoing.parts_sent)

    def _begin(self, session: Session) -> list[tuple[Claimed, int]]:
        due = [notice for lane in self.lanes.values() for notice in lane.take(self.pace_clock())]
        begun = outbox.begin(session, due, now=self.clock(), worker=self.worker, lease=self.policy.lease)
        return [(notice, begun[notice.id]) for notice in due if notice.id in begun]

    def _pause(self) -> None:
        """Until something ends or has its turn."""
        turn = min(lane.next_at() for lane in self.lanes.values())
        gap = min(max(0.0, turn - self.pace_clock()), _NAP)
        if self.flying:
            wait(self.flying, timeout=gap, return_when=FIRST_COMPLETED)
        elif gap > 0 and self._busy():
            self.sleep(gap)

    def _wait_for_the_pace(self) -> bool:
        """True after a nap, where notices wait for the pace alone and not for longer than patience allows."""
        resting = {name for name, lane in self.lanes.items() if lane.resting}
        with self.store.read() as session:
            turn = outbox.next_turn(session, self.channels.keys() - resting)
        if turn is None:
            return False
        gap = max((turn - self.clock()).total_seconds(), 0.05)
        if self.waited + gap > self.policy.patience:
            return False
        nap = min(gap, _NAP)
        self.waited += nap
        self.sleep(nap)
        return True


def _send(channel: Sender, notice: Claimed) -> Outcome:
    try:
        return channel.send(notice.outgoing)
    except Exception as error:  # noqa: BLE001 - a channel's own fault must not stop the other messages
        # the type alone: the text of an unforeseen error may hold an address with a token in it
        log.error("notice %d: the %s channel failed with %s", notice.id, notice.channel, type(error).__name__)  # noqa: TRY400
        return Outcome(Result.UNCERTAIN, f"the channel failed with {type(error).__name__}")
