"""What becomes of a notice after an attempt, for everything that a server can say."""

from datetime import UTC, datetime, timedelta

import pytest

from alertd.model.message import Message, Outcome, Outgoing, Result, Scope
from alertd.model.reach import Way
from alertd.model.words import ChannelName, NoticeKind, NoticeState
from alertd.notices.policy import Policy
from alertd.notices.verdict import Claimed, Verdict, Why, judge

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
MAIL = Way(ChannelName.EMAIL, "a@b.vn")
POLICY = Policy()


def judged(
    outcome: Outcome, *, attempts: int = 1, repeated: int = 0, age: int = 0, ways: tuple[Way, ...] = ()
) -> Verdict:
    claimed = Claimed(
        id=1,
        kind=NoticeKind.ALERT,
        channel=ChannelName.TELEGRAM,
        unit="u",
        person="p",
        subject="s",
        urgency=0,
        attempts=attempts,
        created_at=NOW - timedelta(hours=age),
        outgoing=Outgoing(1, "5", "A", Message("s", "t")),
        others=ways,
        unclear=repeated,
        repeated=repeated,
    )
    return judge(claimed, outcome, now=NOW, policy=POLICY, ways=ways, random=lambda: 0.5)


CASES: list[tuple[str, Outcome, dict[str, int], NoticeState, Why]] = [
    ("accepted", Outcome(Result.ACCEPTED), {}, NoticeState.SENT, Why.NONE),
    ("later", Outcome(Result.RETRY), {}, NoticeState.RETRY, Why.BACK_OFF),
    ("later, too often", Outcome(Result.RETRY), {"attempts": 8}, NoticeState.DEAD, Why.GIVEN_UP),
    ("later, too old", Outcome(Result.RETRY), {"age": 24}, NoticeState.DEAD, Why.TOO_OLD),
    ("nobody there", Outcome(Result.RETRY, scope=Scope.CHANNEL), {}, NoticeState.RETRY, Why.UNREACHABLE),
    (
        "a long outage",
        Outcome(Result.RETRY, scope=Scope.CHANNEL),
        {"attempts": 30},
        NoticeState.RETRY,
        Why.UNREACHABLE,
    ),
    ("an outage of a day", Outcome(Result.RETRY, scope=Scope.CHANNEL), {"age": 25}, NoticeState.DEAD, Why.TOO_OLD),
    ("flooded", Outcome(Result.RETRY, retry_after=3), {"attempts": 8}, NoticeState.RETRY, Why.PACE),
    ("silence", Outcome(Result.UNCERTAIN), {}, NoticeState.UNCERTAIN, Why.MAY_HAVE_ARRIVED),
    ("silence again", Outcome(Result.UNCERTAIN), {"repeated": 1}, NoticeState.DEAD, Why.MAY_HAVE_ARRIVED),
    ("blocked", Outcome(Result.ADDRESS_REFUSED), {}, NoticeState.DEAD, Why.NO_CONTACT),
    ("too long", Outcome(Result.CONTENT_REFUSED), {}, NoticeState.DEAD, Why.CONTENT_REFUSED),
    ("migrated", Outcome(Result.RETRY, new_address="-100"), {}, NoticeState.RETRY, Why.CHAT_MOVED),
]


@pytest.mark.parametrize(("outcome", "given", "state", "why"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_every_outcome_ends_in_a_state_with_a_reason(
    outcome: Outcome, given: dict[str, int], state: NoticeState, why: Why
) -> None:
    verdict = judged(
        outcome, attempts=given.get("attempts", 1), repeated=given.get("repeated", 0), age=given.get("age", 0)
    )
    assert (verdict.state, verdict.why) == (state, why)
    assert verdict.tell is (state is NoticeState.DEAD)


@pytest.mark.parametrize(
    ("outcome", "attempts", "repeated"),
    [
        (Outcome(Result.ADDRESS_REFUSED), 1, 0),
        (Outcome(Result.CONTENT_REFUSED), 1, 0),
        (Outcome(Result.UNCERTAIN), 2, 1),
        (Outcome(Result.RETRY), 8, 0),
        (Outcome(Result.RETRY, scope=Scope.CHANNEL), 8, 0),
    ],
)
def test_what_is_given_up_on_one_way_goes_by_the_next_at_once(outcome: Outcome, attempts: int, repeated: int) -> None:
    verdict = judged(outcome, attempts=attempts, repeated=repeated, ways=(MAIL,))
    assert (verdict.state, verdict.way, verdict.others, verdict.not_before) == (NoticeState.RETRY, MAIL, (), None)


def test_the_wait_doubles_and_has_a_bound() -> None:
    waits = [judged(Outcome(Result.RETRY, scope=Scope.CHANNEL), attempts=n).not_before for n in (1, 2, 3, 20)]
    assert [wait - NOW for wait in waits if wait] == [timedelta(seconds=s) for s in (15, 30, 60, 1800)]


def test_a_flood_holds_the_scope_for_as_long_as_the_server_says() -> None:
    verdict = judged(Outcome(Result.RETRY, retry_after=7, scope=Scope.CHANNEL))
    assert (verdict.hold, verdict.held, verdict.not_before) == (7, Scope.CHANNEL, NOW + timedelta(seconds=7))
