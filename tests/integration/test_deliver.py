"""Delivery rounds over both databases with make-believe channels: each notice once, in a state that can be counted."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from alertd.model.alerts import Alert, Trouble
from alertd.model.base import table_of
from alertd.model.message import Outcome, Outgoing, Result, Scope
from alertd.model.notices import Attempt, NoticeAlert, NoticeFile, notices_table
from alertd.model.people import AddressDown
from alertd.model.words import AlertState, ChannelName, NoticeState
from alertd.notices import limiter, outbox
from alertd.notices.deliver import Delivered, Sender, deliver
from alertd.notices.policy import Policy
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
TELEGRAM, EMAIL = ChannelName.TELEGRAM, ChannelName.EMAIL
FAST = Policy(bot_interval=0.0, chat_interval=0.0)


class Clock:
    """The site's clock and the pace's, moved by sleeping alone."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.slept)

    def pace(self) -> float:
        return NOW.timestamp() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@dataclass
class Post:
    """A channel that answers what it is told to answer, message by message, and then accepts."""

    answers: Sequence[Outcome | Exception] = ()
    clock: Clock | None = None
    always: Outcome = field(default_factory=lambda: Outcome(Result.ACCEPTED, server_id="77"))
    on_send: Callable[[], None] | None = None
    width: int = 4

    def __post_init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.at: list[float] = []
        self._answers = list(self.answers)
        self._lock = threading.Lock()

    def send(self, outgoing: Outgoing) -> Outcome:
        with self._lock:
            self.sent.append(outgoing)
            self.at.append(self.clock.slept if self.clock else 0.0)
            answer = self._answers.pop(0) if self._answers else self.always
        if self.on_send:
            self.on_send()
        if isinstance(answer, Exception):
            raise answer
        return answer


def put(store: Store, *, count: int = 1, address: str = "", **given: Any) -> list[int]:
    """Notices in the outbox, each to an address of its own unless one is given."""
    basic = {
        "kind": "alert",
        "unit": "H26.1",
        "recipient": "A",
        "person": "a@b.vn",
        "meant_for": "",
        "channel": "telegram",
        "state": "pending",
        "reason": "",
        "urgency": 1,
        "attempts": 0,
        "created_at": NOW,
        "claimed_by": "",
        "subject": "s",
        "text": "t",
        "html": "",
        "chat": "[]",
        "short": "",
        "buttons": "[]",
        "silent": False,
        "bulk": False,
        "thread": "",
        "language": "vi",
        "parts_sent": 0,
        "server_id": "",
        "rule_versions": "[]",
        "other_ways": "[]",
    }
    rows = [basic | {"address": address or str(100 + number)} | given for number in range(count)]
    with store.write() as session:
        return list(session.connection().execute(insert(notices_table).returning(notices_table.c.id), rows).scalars())


def run(
    store: Store,
    channels: dict[ChannelName, Sender],
    clock: Clock,
    *,
    policy: Policy = FAST,
    worker: str = "w",
    stop: threading.Event | None = None,
) -> Delivered:
    return deliver(
        store,
        channels,
        clock=clock.now,
        pace_clock=clock.pace,
        sleep=clock.sleep,
        random=lambda: 0.5,
        worker=worker,
        policy=policy,
        stop=stop,
    )


def rows(store: Store, model: Any = None) -> list[Any]:
    table = notices_table if model is None else table_of(model)
    with store.read() as session:
        return list(session.connection().execute(select(table).order_by(*table.primary_key.columns)))


def states(store: Store) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in rows(store)]


def test_an_accepted_notice_is_sent_and_its_attempt_is_on_record(store: Store) -> None:
    put(store, chat='["một", "hai"]', buttons='[["Đã nhận", "ack:1"]]')
    post = Post([Outcome(Result.ACCEPTED, server_id="9", parts_sent=2)])
    assert run(store, {TELEGRAM: post}, Clock())[NoticeState.SENT] == 1
    (row,), (attempt,) = rows(store), rows(store, Attempt)
    assert (row.state, row.sent_at, row.server_id, row.attempts, row.parts_sent) == ("sent", NOW, "9", 1, 2)
    assert (attempt.result, attempt.number, attempt.ended_at, attempt.server_id) == ("accepted", 1, NOW, "9")
    assert post.sent[0].message.chat == ("một", "hai")
    assert post.sent[0].message.buttons[0].data == "ack:1"


def test_the_attempt_stands_in_the_store_before_the_message_leaves(store: Store) -> None:
    put(store)
    seen: list[tuple[str, int, int]] = []

    def look() -> None:
        (row,) = rows(store)
        seen.append((row.state, row.attempts, len(rows(store, Attempt))))

    run(store, {TELEGRAM: Post(on_send=look)}, Clock())
    assert seen == [("sending", 1, 1)]


def test_attachments_go_along(store: Store) -> None:
    (notice,) = put(store, channel="email", address="a@b.vn")
    with store.write() as session:
        session.add(NoticeFile(notice_id=notice, name="ds.xlsx", media_type="a/b", sha256="0", content=b"PK"))
    post = Post()
    run(store, {EMAIL: post}, Clock())
    assert [(a.name, a.content) for a in post.sent[0].message.attachments] == [("ds.xlsx", b"PK")]


def test_urgent_notices_go_before_digests_however_late_they_came(store: Store) -> None:
    digests, urgent = put(store, count=3, urgency=2), put(store, urgency=0, address="9")
    post = Post()
    run(store, {TELEGRAM: post}, Clock(), policy=Policy())
    assert [outgoing.number for outgoing in post.sent] == [*urgent, *digests]


def test_the_bot_keeps_its_pace_and_a_chat_its_own(store: Store) -> None:
    put(store, count=30), put(store, count=3, address="5")
    clock = Clock()
    post = Post(clock=clock)
    run(store, {TELEGRAM: post}, clock, policy=Policy())
    assert len(post.sent) == 33
    to_one = [at for at, outgoing in zip(post.at, post.sent, strict=True) if outgoing.address == "5"]
    assert to_one[1] - to_one[0] >= 0.999
    assert to_one[2] - to_one[1] >= 0.999
    assert sorted(post.at)[29] >= 29 / 29.7 - 0.001


def test_many_messages_to_one_chat_all_go_in_one_round(store: Store) -> None:
    put(store, count=20, address="5")
    clock = Clock()
    assert run(store, {TELEGRAM: Post(clock=clock)}, clock, policy=Policy())[NoticeState.SENT] == 20
    assert clock.slept >= 19


@pytest.mark.parametrize("scope", list(Scope))
def test_what_a_server_asks_to_wait_for_is_waited_for_and_then_sent(store: Store, scope: Scope) -> None:
    put(store)
    clock = Clock()
    post = Post([Outcome(Result.RETRY, "429", retry_after=3.0, scope=scope)], clock)
    run(store, {TELEGRAM: post}, clock)
    assert states(store) == [("sent", "")]
    assert post.at[1] >= 3.0


def test_a_long_hold_ends_the_round_and_the_notices_wait_in_the_outbox(store: Store) -> None:
    put(store, count=3)
    clock = Clock()
    post = Post(always=Outcome(Result.RETRY, "429", retry_after=600.0, scope=Scope.CHANNEL), width=1)
    run(store, {TELEGRAM: post}, clock)
    assert {state for state, _ in states(store)} <= {"retry", "pending"}
    clock.slept = 601.0
    assert run(store, {TELEGRAM: Post()}, clock)[NoticeState.SENT] == 3


def test_a_server_that_always_says_later_does_not_hold_the_round_for_ever(store: Store) -> None:
    put(store)
    clock = Clock()
    run(store, {TELEGRAM: Post(always=Outcome(Result.RETRY, retry_after=1.0))}, clock)
    assert states(store) == [("retry", "pace")]
    assert clock.slept < 60


def test_a_hold_of_one_chat_leaves_the_others_alone(store: Store) -> None:
    put(store, address="5"), put(store, address="6")
    with store.write() as session:
        limiter.hold(session, {"telegram:5": NOW.timestamp() + 9999})
    run(store, {TELEGRAM: Post()}, Clock())
    assert states(store) == [("pending", "pace"), ("sent", "")]


def test_a_failed_attempt_waits_longer_each_time_and_is_given_up_in_the_end(store: Store) -> None:
    (notice,) = put(store)
    clock, waits = Clock(), []
    post = Post(always=Outcome(Result.RETRY, "450"))
    for _ in range(FAST.attempts):
        run(store, {TELEGRAM: post}, clock)
        (row,) = rows(store)
        if row.not_before:
            waits.append((row.not_before - clock.now()).total_seconds())
            clock.slept += waits[-1] + 1
    assert waits[:4] == pytest.approx([15, 30, 60, 120], abs=1)
    assert states(store) == [("dead", "given_up")]
    assert len(rows(store, Attempt)) == len(post.sent) == 8
    assert [trouble.subject for trouble in rows(store, Trouble)] == [f"notice:{notice}"]


def test_an_uncertain_message_goes_once_more_marked_and_is_then_dead(store: Store) -> None:
    put(store)
    clock, post = Clock(), Post(always=Outcome(Result.UNCERTAIN, "silence"))
    run(store, {TELEGRAM: post}, clock)
    assert states(store) == [("uncertain", "may_have_arrived")]
    clock.slept = 100.0
    run(store, {TELEGRAM: post}, clock)
    assert states(store) == [("dead", "may_have_arrived")]
    assert [outgoing.possible_repeat for outgoing in post.sent] == [False, True]


def test_a_refused_address_is_out_of_use_and_the_next_way_is_taken_at_once(store: Store) -> None:
    put(store, chat='["một"]', other_ways='[["email", "a@b.vn"]]')
    mail = Post()
    bot = Post([Outcome(Result.ADDRESS_REFUSED, "Forbidden", parts_sent=1)])
    run(store, {TELEGRAM: bot, EMAIL: mail}, Clock())
    (row,) = rows(store)
    assert (row.state, row.channel, row.address, row.attempts) == ("sent", "email", "a@b.vn", 2)
    assert mail.sent[0].parts_sent == 0
    assert [(down.channel, down.address) for down in rows(store, AddressDown)] == [("telegram", "100")]
    assert [trouble.subject for trouble in rows(store, Trouble)] == ["address:telegram:100"]


def test_a_way_that_is_out_of_use_or_has_no_channel_is_passed_over(store: Store) -> None:
    put(store, other_ways='[["http", "09"], ["email", "a@b.vn"]]')
    with store.write() as session:
        session.add(AddressDown(channel="email", address="a@b.vn", since=NOW))
    run(store, {TELEGRAM: Post([Outcome(Result.ADDRESS_REFUSED)]), EMAIL: Post()}, Clock())
    assert states(store) == [("dead", "no_contact")]


def test_a_refused_content_is_dead_and_told_to_the_office(store: Store) -> None:
    put(store)
    run(store, {TELEGRAM: Post([Outcome(Result.CONTENT_REFUSED, "too long")])}, Clock())
    assert states(store) == [("dead", "content_refused")]
    assert "too long" in rows(store, Trouble)[0].what


def test_a_chat_that_has_moved_gets_this_and_every_waiting_notice_at_its_new_address(store: Store) -> None:
    put(store, address="-5"), put(store, address="-5", state="held")
    post = Post([Outcome(Result.RETRY, new_address="-1005")])
    run(store, {TELEGRAM: post}, Clock())
    assert [outgoing.address for outgoing in post.sent] == ["-5", "-1005"]
    assert [(row.state, row.address) for row in rows(store)] == [("sent", "-1005"), ("held", "-1005")]


def test_a_channel_that_breaks_counts_as_uncertain_and_the_others_go_on(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, count=3)
    run(store, {TELEGRAM: Post([RuntimeError("token 1:secret")], width=1)}, Clock())
    assert sorted(states(store)) == [("sent", ""), ("sent", ""), ("uncertain", "may_have_arrived")]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_a_server_that_nobody_reaches_is_left_in_peace_and_told_once(store: Store) -> None:
    put(store, count=40)
    clock = Clock()
    post = Post(always=Outcome(Result.RETRY, "not reached", scope=Scope.CHANNEL), width=2)
    run(store, {TELEGRAM: post}, clock), run(store, {TELEGRAM: post}, clock)
    assert len(post.sent) < 30
    assert [(trouble.subject, trouble.until) for trouble in rows(store, Trouble)] == [("channel:telegram", None)]
    clock.slept = 30.0
    assert run(store, {TELEGRAM: Post()}, clock)[NoticeState.SENT] == 40
    assert rows(store, Trouble)[0].until is not None


def test_one_failure_of_the_server_does_not_stop_the_others(store: Store) -> None:
    put(store, count=10)
    post = Post([Outcome(Result.RETRY, "500", scope=Scope.CHANNEL)])
    assert run(store, {TELEGRAM: post}, Clock())[NoticeState.SENT] == 9


def test_what_is_no_longer_true_is_withdrawn_just_before_sending(store: Store) -> None:
    gone, half, listed = put(store)[0], put(store)[0], put(store, kind="digest")[0]
    alert: dict[str, Any] = {
        "rule": "r",
        "rule_version": "v",
        "dataset": "files",
        "record_id": 1,
        "source": "s",
        "level": 1,
        "opened_at": NOW,
        "changed_at": NOW,
    }
    with store.write() as session:
        closed = Alert(**alert, key="1", state=AlertState.RESOLVED.value)
        open_ = Alert(**alert, key="2", state=AlertState.ACKNOWLEDGED.value)
        session.add_all([closed, open_])
        session.flush()
        links = [(gone, closed), (half, closed), (half, open_), (listed, closed)]
        session.add_all([NoticeAlert(notice_id=n, alert_id=a.id or 0, why="opened", level=1) for n, a in links])
    delivered = run(store, {TELEGRAM: Post()}, Clock())
    assert states(store) == [("withdrawn", "resolved"), ("sent", ""), ("sent", "")]
    assert (delivered[NoticeState.WITHDRAWN], delivered[NoticeState.SENT]) == (1, 2)


def test_what_a_dead_process_had_begun_is_sent_again_marked_and_the_rest_plainly(store: Store) -> None:
    put(store, count=2)
    with store.write() as session:
        claimed = outbox.claim(
            session, now=NOW, worker="0/dead", lease=timedelta(minutes=5), limit=9, channels=[TELEGRAM]
        )
        outbox.begin(session, claimed[:1], now=NOW, worker="0/dead", lease=timedelta(minutes=5))
    post = Post(width=1)
    run(store, {TELEGRAM: post}, Clock())
    assert sorted((outgoing.number, outgoing.possible_repeat) for outgoing in post.sent) == [(1, True), (2, False)]
    assert [row.attempts for row in rows(store)] == [2, 1]


def test_the_claims_of_another_process_stand_until_their_lease_ends(store: Store) -> None:
    put(store)
    clock, post = Clock(), Post()
    with store.write() as session:
        outbox.claim(session, now=NOW, worker="7/other", lease=timedelta(minutes=5), limit=9, channels=[TELEGRAM])
    run(store, {TELEGRAM: post}, clock)
    assert post.sent == []
    clock.slept = 301.0
    run(store, {TELEGRAM: post}, clock)
    assert states(store) == [("sent", "")]


def test_a_message_at_which_every_process_dies_is_given_up(store: Store) -> None:
    put(store, state="sending", claimed_by="0/dead", lease_until=NOW, attempts=8)
    run(store, {TELEGRAM: Post()}, Clock())
    assert states(store) == [("dead", "given_up")]
    assert len(rows(store, Trouble)) == 1


def test_a_stop_finishes_what_is_in_flight_and_leaves_the_rest_to_be_claimed(store: Store) -> None:
    put(store, count=50)
    stop = threading.Event()
    post = Post(on_send=stop.set, width=1)
    run(store, {TELEGRAM: post}, Clock(), stop=stop)
    sent = len(post.sent)
    assert 0 < sent < 50
    assert sorted(state for state, _ in states(store)) == ["pending"] * (50 - sent) + ["sent"] * sent


def test_two_workers_at_once_send_each_notice_once(store: Store) -> None:
    put(store, count=120)
    bot = Post(width=4)
    threads = [
        threading.Thread(target=run, args=(store, {TELEGRAM: bot}, Clock()), kwargs={"worker": name}) for name in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run(store, {TELEGRAM: bot}, Clock())
    assert sorted(outgoing.number for outgoing in bot.sent) == sorted(row.id for row in rows(store))
    assert {state for state, _ in states(store)} == {"sent"}


def test_held_notices_and_those_of_absent_channels_stay_where_they_are(store: Store) -> None:
    put(store, state="held"), put(store, channel="http"), put(store, not_before=NOW + timedelta(hours=1))
    post = Post()
    run(store, {TELEGRAM: post}, Clock())
    assert post.sent == []
    assert [state for state, _ in states(store)] == ["held", "pending", "pending"]
