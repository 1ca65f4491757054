"""Replies that the bot server would not take: they wait in the store, nobody waits for them, and they are said once."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from alertd.answers import say, say_waiting
from alertd.model.base import table_of
from alertd.model.clock import Clock
from alertd.model.message import Incoming, IncomingKind, Reply, Scope, Unsaid
from alertd.model.notices import Pace
from alertd.model.people import WaitingReply
from alertd.model.words import ChannelName
from alertd.notices.policy import Policy
from alertd.store.database import Store

POLICY = Policy()
NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)


class Box:
    """A way in whose server refuses by a list: the seconds to wait, and what is closed in them; None: it takes the reply."""

    def __init__(self, *refusals: tuple[float, Scope] | None) -> None:
        self.refusals = list(refusals)
        self.said: list[tuple[int, str]] = []

    def receive(self, offset: int, *, wait: float) -> list[Incoming]:
        raise AssertionError((offset, wait))

    def reply(self, reply: Reply) -> Unsaid | None:
        refused = self.refusals.pop(0) if self.refusals else None
        if refused is not None:
            return Unsaid(reply, *refused)
        self.said.append((reply.to.chat_id, reply.text))
        return None

    def username(self) -> str:
        return "bot"


class Time:
    """Real time, which the test moves; whoever sleeps has blocked the daemon."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.clock = Clock(lambda: NOW, lambda: self.seconds, self._sleep)

    @staticmethod
    def _sleep(seconds: float) -> None:
        raise AssertionError(seconds)


@pytest.fixture
def time() -> Time:
    return Time()


def replies(*chats: int, text: str = "vì sao?") -> list[Reply]:
    return [Reply(Incoming(ChannelName.TELEGRAM, 1, IncomingKind.TEXT, 5, chat, True, NOW), text) for chat in chats]


def spoken(store: Store, time: Time, box: Box, said: Iterable[Reply]) -> Box:
    say(store, box, list(said), time.clock, POLICY)
    return box


def waiting(store: Store) -> int:
    with store.read() as session:
        return len(session.connection().execute(select(table_of(WaitingReply))).all())


def closed(store: Store) -> dict[str, float]:
    with store.read() as session:
        return {row.scope: row.next_at for row in session.connection().execute(select(table_of(Pace)))}


def test_a_reply_that_meets_a_429_waits_as_long_as_it_says_and_is_said_once(store: Store, time: Time) -> None:
    box = spoken(store, time, Box((30.0, Scope.CHANNEL)), replies(7))
    assert (box.said, closed(store)) == ([], {"telegram": 1_030.0})  # notices wait as well
    time.seconds += 29
    assert say_waiting(store, box, time.clock, POLICY) == 1.0
    assert box.said == []
    time.seconds += 1
    assert say_waiting(store, box, time.clock, POLICY) is None
    assert say_waiting(store, box, time.clock, POLICY) is None
    assert (box.said, waiting(store)) == ([(7, "vì sao?")], 0)


def test_one_that_meets_another_429_waits_anew_and_so_does_all_behind_it(store: Store, time: Time) -> None:
    box = spoken(store, time, Box(*[(10.0, Scope.CHANNEL)] * 3), replies(7, 8))
    time.seconds += 10
    assert say_waiting(store, box, time.clock, POLICY) == 10.0
    assert (box.said, box.refusals, waiting(store)) == ([], [], 2)
    time.seconds += 10
    assert say_waiting(store, box, time.clock, POLICY) is None
    assert sorted(box.said) == [(7, "vì sao?"), (8, "vì sao?")]


def test_a_group_that_is_full_keeps_no_other_chat_waiting(store: Store, time: Time) -> None:
    box = spoken(store, time, Box(*[(10.0, Scope.CHAT)] * 2, (10.0, Scope.CHAT)), replies(-9, 8))
    assert closed(store) == {"telegram:-9": 1_010.0, "telegram:8": 1_010.0}
    time.seconds += 10
    assert say_waiting(store, box, time.clock, POLICY) == 10.0
    assert box.said == [(8, "vì sao?")]


def test_somebody_who_presses_again_and_again_is_answered_once(store: Store, time: Time) -> None:
    box = spoken(store, time, Box(*[(10.0, Scope.CHANNEL)] * 4), [*replies(7, 7, 7), *replies(7, text="khác")])
    time.seconds += 10
    say_waiting(store, box, time.clock, POLICY)
    assert box.said == [(7, "vì sao?"), (7, "khác")]


def test_a_server_out_of_reach_is_tried_again_and_given_up_after_a_day(store: Store, time: Time) -> None:
    box = spoken(store, time, Box(*[(0.0, Scope.CHANNEL)] * 2), replies(7))
    assert closed(store) == {}
    time.seconds += POLICY.back_off
    assert say_waiting(store, box, time.clock, POLICY) == POLICY.back_off
    time.seconds += 86_401
    assert say_waiting(store, box, time.clock, POLICY) is None
    assert (box.said, waiting(store)) == ([], 0)
