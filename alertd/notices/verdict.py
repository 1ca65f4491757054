"""What becomes of a notice after an attempt: a pure decision with its reason. It touches neither store nor network."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from alertd.model.message import Outcome, Outgoing, Result, Scope
from alertd.model.reach import Way
from alertd.model.words import ChannelName, NoticeKind, NoticeState
from alertd.notices.policy import Policy


class Why(StrEnum):
    """The reason of a notice's state, as it stands in its row."""

    NONE = ""
    PACE = "pace"  # its turn has not come, or the server asked to wait
    UNREACHABLE = "unreachable"  # nobody reaches the server
    BACK_OFF = "back_off"  # the server said "later"
    MAY_HAVE_ARRIVED = "may_have_arrived"
    CHAT_MOVED = "chat_moved"
    ADDRESS_REFUSED = "address_refused"
    CONTENT_REFUSED = "content_refused"
    NO_CONTACT = "no_contact"  # every address was refused
    GIVEN_UP = "given_up"  # too many attempts
    TOO_OLD = "too_old"
    RESOLVED = "resolved"  # no longer true just before sending
    NEWER = "newer"  # a newer digest stands in its place
    DISCARDED = "discarded"  # by the office
    MISADDRESSED = "misaddressed"  # he no longer answers for what it tells; told anew to the one who does
    BOUNCED = "bounced"  # it was taken, and a report came later that it did not arrive
    ANSWERED = "answered"  # the person has given a sign, so it need not go again by a second channel
    BRAKE = "brake"  # its cycle found too much at once, and is held until the office has looked
    MISCOUNTED = "miscounted"  # the calendar by which it counted was repaired before it went; told anew
    DRAFT = "draft"  # waits until a person has read it and lets it go


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice in the hands of one worker. ``unclear``: its earlier attempts of which nobody knows whether they arrived;
    ``repeated`` those of them in which the server fell silent (in the others our own process died)."""

    id: int
    kind: NoticeKind
    channel: ChannelName
    unit: str
    person: str
    subject: str
    urgency: int
    attempts: int
    created_at: datetime
    outgoing: Outgoing
    others: tuple[Way, ...] = ()
    unclear: int = 0
    repeated: int = 0

    @property
    def address(self) -> str:
        return self.outgoing.address


@dataclass(frozen=True, slots=True)
class Verdict:
    """``way``: another address from now on (``others`` are what is left then). ``hold``: seconds for ``held`` scope."""

    state: NoticeState
    why: Why = Why.NONE
    not_before: datetime | None = None
    way: Way | None = None
    others: tuple[Way, ...] = ()
    hold: float = 0.0
    held: Scope = Scope.CHAT
    down: bool = False  # the address is out of use
    tell: bool = field(default=False)  # the office hears of it


def ways_of(text: str) -> tuple[Way, ...]:
    """The further ways of a notice: JSON pairs of channel and address."""
    return tuple(Way(ChannelName(channel), address) for channel, address in json.loads(text))


def judge(
    claimed: Claimed,
    outcome: Outcome,
    *,
    now: datetime,
    policy: Policy,
    ways: Sequence[Way],
    random: Callable[[], float],
) -> Verdict:
    """``ways``: the further ways that can be used today, the first choice first. ``claimed.attempts`` counts this one."""
    match outcome.result:
        case Result.ACCEPTED:
            return Verdict(NoticeState.SENT, others=claimed.others)
        case Result.RETRY:
            return _again(claimed, outcome, now, policy, ways, random)
        case Result.UNCERTAIN:
            if claimed.repeated < policy.repeats:
                return _wait(claimed, NoticeState.UNCERTAIN, Why.MAY_HAVE_ARRIVED, now, policy, random)
            return _elsewhere(Why.MAY_HAVE_ARRIVED, ways)
        case Result.ADDRESS_REFUSED:
            return _elsewhere(Why.ADDRESS_REFUSED, ways, dead=Why.NO_CONTACT, down=True)
        case Result.CONTENT_REFUSED:
            # another channel carries another text; the same one would refuse it again
            other = [way for way in ways if way.channel is not claimed.channel]
            return _elsewhere(Why.CONTENT_REFUSED, other)
        case _:
            assert_never(outcome.result)


def _again(
    claimed: Claimed,
    outcome: Outcome,
    now: datetime,
    policy: Policy,
    ways: Sequence[Way],
    random: Callable[[], float],
) -> Verdict:
    """Known not to have arrived."""
    if outcome.new_address and claimed.attempts < policy.attempts:
        way = Way(claimed.channel, outcome.new_address)
        return Verdict(NoticeState.RETRY, Why.CHAT_MOVED, way=way, others=claimed.others)
    if now - claimed.created_at >= policy.give_up_after:
        return _elsewhere(Why.TOO_OLD, ways)
    if outcome.retry_after > 0:
        after = now + timedelta(seconds=outcome.retry_after)
        return Verdict(
            NoticeState.RETRY,
            Why.PACE,
            not_before=after,
            others=claimed.others,
            hold=outcome.retry_after,
            held=outcome.scope,
        )
    nobody_reaches_it = outcome.scope is Scope.CHANNEL
    if claimed.attempts >= policy.attempts and (ways or not nobody_reaches_it):
        return _elsewhere(Why.GIVEN_UP, ways)
    why = Why.UNREACHABLE if nobody_reaches_it else Why.BACK_OFF
    return _wait(claimed, NoticeState.RETRY, why, now, policy, random)


def _wait(
    claimed: Claimed, state: NoticeState, why: Why, now: datetime, policy: Policy, random: Callable[[], float]
) -> Verdict:
    doubled = min(policy.back_off * 2 ** min(claimed.attempts - 1, 30), policy.back_off_most)
    jitter = 0.75 + random() / 2  # so that those who failed together do not come back together
    return Verdict(state, why, not_before=now + timedelta(seconds=doubled * jitter), others=claimed.others)


def _elsewhere(why: Why, ways: Sequence[Way], *, dead: Why | None = None, down: bool = False) -> Verdict:
    """By the next way, at once; dead where there is none. The office hears of both."""
    if ways:
        return Verdict(NoticeState.RETRY, why, way=ways[0], others=tuple(ways[1:]), down=down, tell=True)
    return Verdict(NoticeState.DEAD, dead or why, down=down, tell=True)
