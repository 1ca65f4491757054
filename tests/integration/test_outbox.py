"""The outbox's statements on both databases: what the office does by hand, superseded digests, the pace in the store."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import Refused
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.notices import Notice, notices_table
from alertd.model.people import AddressDown
from alertd.model.words import ChannelName
from alertd.notices import desk, limiter, outbox
from alertd.notices.limiter import Rate, Wanted
from alertd.notices.retract import supersede
from alertd.store.audit import verify
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
BOT = Rate("telegram", 0.1)


def put(store: Store, **given: Any) -> int:
    basic: dict[str, Any] = {"kind": "alert", "recipient": "A", "person": "p", "channel": "telegram", "address": "5"}
    with store.write() as session:
        notice = Notice(**(basic | {"created_at": NOW, "subject": "s", "text": "t"} | given))
        session.add(notice)
        session.flush()
        return notice.id or 0


def states(store: Store) -> list[tuple[str, str]]:
    c = notices_table.c
    with store.read() as session:
        return [
            (row.state, row.reason) for row in session.connection().execute(select(c.state, c.reason).order_by(c.id))
        ]


def test_a_newer_digest_replaces_every_older_one_that_was_not_sent(store: Store) -> None:
    days = [date(2026, 10, day) for day in (1, 2, 5)]
    for day, state in zip(days, ("sent", "retry", "pending"), strict=True):
        put(store, kind="digest", digest_on=day, state=state)
    put(store, kind="digest", digest_on=days[0], person="other")
    put(store, kind="digest", digest_on=days[0], meant_for="another head")
    put(store, state="retry")
    with store.write() as session:
        assert supersede(session, now=NOW) == 1
    assert [state for state, _ in states(store)] == ["sent", "superseded", "pending", "pending", "pending", "retry"]
    assert states(store)[1] == ("superseded", "newer")


def test_a_digest_that_is_dead_replaces_nothing(store: Store) -> None:
    put(store, kind="digest", digest_on=date(2026, 10, 1))
    put(store, kind="digest", digest_on=date(2026, 10, 2), state="dead")
    with store.write() as session:
        assert supersede(session, now=NOW) == 0


def test_the_office_sends_a_dead_notice_again_and_its_address_is_tried_again(store: Store) -> None:
    notice = put(store, state="dead", reason="no_contact", attempts=8)
    with store.write() as session:
        session.add(AddressDown(channel="telegram", address="5", since=NOW))
    with store.write() as session:
        desk.retry(session, notice, by="office", now=NOW, reason="phone replaced")
    assert states(store) == [("retry", "")]
    with store.read() as session:
        assert session.connection().execute(select(table_of(AddressDown).c.address)).all() == []
        entry = session.connection().execute(select(table_of(AuditRow))).one()
        assert (entry.actor, entry.action, entry.reason) == ("office", "notice.retry", "phone replaced")
        assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        (desk.release, "held", ("pending", "")),
        (desk.discard, "held", ("withdrawn", "discarded")),
        (desk.discard, "dead", ("withdrawn", "discarded")),
        (desk.retry, "superseded", ("retry", "")),
    ],
)
def test_what_the_office_may_do_by_hand(
    store: Store, act: Callable[..., None], before: str, after: tuple[str, str]
) -> None:
    notice = put(store, state=before)
    with store.write() as session:
        act(session, notice, by="office", now=NOW)
    assert states(store) == [after]


@pytest.mark.parametrize(
    ("act", "state"), [(desk.retry, "sent"), (desk.release, "dead"), (desk.discard, "sending"), (desk.retry, "sending")]
)
def test_what_is_too_late_is_refused_with_the_state_it_is_in(
    store: Store, act: Callable[..., None], state: str
) -> None:
    notice = put(store, state=state)
    with pytest.raises(Refused, match=f"notice {notice} is {state}"), store.write() as session:
        act(session, notice, by="office", now=NOW)


def test_an_unknown_notice_is_refused_with_the_cure(store: Store) -> None:
    with pytest.raises(Refused, match="alertd notices list"), store.write() as session:
        desk.retry(session, 99, by="office", now=NOW)


def claimed(session: Session, worker: str) -> list[int]:
    found = outbox.claim(
        session, now=NOW, worker=worker, lease=timedelta(minutes=5), limit=2, channels=[ChannelName.TELEGRAM]
    )
    return [notice.id for notice in found]


def test_a_claim_is_nobody_elses_and_an_attempt_is_begun_by_its_owner_alone(store: Store) -> None:
    first, second, third = [put(store) for _ in range(3)]
    with store.write() as session:
        assert claimed(session, "a") == [first, second]
    with store.write() as session:
        assert claimed(session, "b") == [third]
        assert claimed(session, "b") == []
    with store.write() as session:
        outbox.put_back(session, {first: None, third: None}, worker="a")
    assert [state for state, _ in states(store)] == ["pending", "sending", "sending"]


def test_processes_share_one_pace(store: Store) -> None:
    wanted = [Wanted(Rate("telegram:1", 1.0)), Wanted(Rate("telegram:2", 1.0))]
    with store.write() as session:
        first = limiter.reserve_batch(session, BOT, wanted, now=1000.0, horizon=5.0)
    with store.write() as session:
        second = limiter.reserve_batch(session, BOT, wanted, now=1000.0, horizon=5.0)
    assert first == pytest.approx([1000.0, 1000.1])
    assert second == pytest.approx([1001.0, 1001.1])


def test_a_hold_is_never_shortened_and_a_single_message_waits_for_it(store: Store) -> None:
    with store.write() as session:
        limiter.hold(session, {"telegram": 1010.0})
        limiter.hold(session, {"telegram": 1005.0})
        assert limiter.reserve(session, BOT, Rate("telegram:1", 1.0), now=1000.0) == pytest.approx(1010.0)
