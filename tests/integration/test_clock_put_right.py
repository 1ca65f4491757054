"""What a clock that was ahead has written, row by row, on both databases: what is taken back, and what stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert, select
from sqlmodel import SQLModel

from alertd.model.alerts import Alert, Cycle, Trouble
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.notices import Notice, Pace
from alertd.model.people import Invitation, TokenFailure
from alertd.model.polls import Poll, SourceState
from alertd.repair.clock import PutRight, put_right
from alertd.store import audit
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
AHEAD = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
AT = AsOf(NOW, working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh")))
PACE = 1_000_000.0


def add(store: Store, *rows: SQLModel) -> None:
    with store.write() as session:
        for row in rows:
            values = row.model_dump(exclude={"id"} if getattr(row, "id", 1) is None else set())
            session.connection().execute(insert(table_of(type(row))).values(values))


def cycle(at: datetime) -> Cycle:
    return Cycle(now=at, day=at.date())


def alert(key: str, **given: Any) -> Alert:
    known: dict[str, Any] = {"rule": "r", "rule_version": "v", "dataset": "files", "record_id": 1, "source": "s"}
    return Alert(**known | {"level": 1, "opened_at": AHEAD, "changed_at": AHEAD, "key": key} | given)


def notice(state: str, created: datetime, **given: Any) -> Notice:
    known: dict[str, Any] = {
        "kind": "system",
        "recipient": "An",
        "person": "an",
        "channel": "email",
        "subject": "",
        "text": "",
    }
    return Notice(**known | {"address": "an@hanoi.example", "state": state, "created_at": created} | given)


def done(store: Store) -> PutRight | None:
    with store.write() as session:
        return put_right(session, AT, pace=PACE, by="an", reason="giờ sai")


def rows(store: Store, model: type[SQLModel]) -> list[Any]:
    table: Table = table_of(model)
    with store.read() as session:
        return list(session.connection().execute(select(table).order_by(*table.primary_key.columns)))


def test_a_store_of_a_right_clock_is_left_as_it_is_whatever_its_sources_say(store: Store) -> None:
    add(store, cycle(NOW - timedelta(minutes=5)), SourceState(source="s", dataset="files", as_of=AHEAD))
    add(store, Poll(source="s", dataset="files", started_at=NOW, state="believed", as_of=AHEAD))
    assert done(store) is None
    assert rows(store, SourceState)[0].as_of == AHEAD
    with store.read() as session:
        assert audit.head(session) == (0, audit.GENESIS)


def test_moments_ahead_become_now_and_what_came_before_still_does(store: Store) -> None:
    add(store, cycle(NOW - timedelta(days=1)), cycle(AHEAD))
    add(
        store,
        alert("told", told_at=AHEAD, told_level=1),
        alert("handed", told_at=AHEAD, told_level=1, handed_at=AHEAD + timedelta(hours=1)),
        alert(
            "old", opened_at=NOW - timedelta(days=9), changed_at=AHEAD, told_at=NOW - timedelta(days=9), told_level=1
        ),
    )
    add(
        store,
        Trouble(subject="lasted", what="", since=AHEAD, until=AHEAD + timedelta(hours=1), told_at=AHEAD),
        Trouble(subject="happened", what="", since=AHEAD, until=AHEAD),
        Trouble(subject="lasts", what="", since=NOW - timedelta(days=1)),
    )
    add(
        store,
        Invitation(
            token_hash="a",
            unit="u",
            person="p",
            name="n",
            proven=True,
            made_at=AHEAD,
            expires_at=AHEAD + timedelta(days=3),
        ),
    )
    add(
        store,
        Invitation(
            token_hash="b", unit="u", person="p", name="n", proven=True, made_at=NOW, expires_at=NOW + timedelta(days=3)
        ),
    )
    add(
        store,
        TokenFailure(user_id=1, at=AHEAD),
        Pace(scope="email", next_at=PACE + 5e6),
        Pace(scope="chat", next_at=PACE + 2),
    )
    found = done(store)
    assert found is not None
    assert (found.first, found.last) == (AHEAD, AHEAD)
    assert found.rows == {"alerts": 3, "cycles": 1, "troubles": 2, "invitations": 1, "token_failures": 1, "paces": 1}
    told, handed, old = rows(store, Alert)
    assert (told.told_at, told.opened_at, told.told_level) == (NOW, NOW, 1)
    assert handed.told_at < handed.handed_at == NOW  # it is news to its new head still
    assert (old.opened_at, old.changed_at, old.told_at) == (NOW - timedelta(days=9), NOW, NOW - timedelta(days=9))
    assert [(each.now, each.day) for each in rows(store, Cycle)][1] == (NOW, date(2026, 10, 5))
    lasted, happened, lasts = rows(store, Trouble)
    assert lasted.since < lasted.until == lasted.told_at == NOW
    assert happened.since == happened.until == NOW
    assert (lasts.since, lasts.until) == (NOW - timedelta(days=1), None)
    assert [each.expires_at for each in rows(store, Invitation)] == [NOW + timedelta(days=3)] * 2
    assert {each.scope: each.next_at for each in rows(store, Pace)} == {"email": PACE, "chat": PACE + 2}
    assert done(store) is None  # once is enough


def test_what_waits_for_the_wrong_day_goes_on_and_what_waits_for_a_right_one_still_waits(store: Store) -> None:
    tomorrow = NOW + timedelta(days=1)
    add(store, cycle(AHEAD))
    add(
        store,
        notice("retry", NOW - timedelta(hours=1), not_before=AHEAD + timedelta(minutes=5)),
        notice("pending", NOW - timedelta(hours=1), not_before=tomorrow),
        notice("sending", NOW - timedelta(hours=1), claimed_by="dead", lease_until=AHEAD + timedelta(minutes=5)),
        notice(
            "pending",
            AHEAD,
            kind="digest",
            once="digest:2026-12-07:an",
            digest_on=date(2026, 12, 7),
            counts='{"r": {}}',
        ),
        notice("sent", AHEAD, kind="alert", sent_at=AHEAD, counts='{"r": {}}'),
        notice(
            "pending", NOW - timedelta(hours=1), kind="digest", once="digest:2026-10-05:an", digest_on=date(2026, 10, 5)
        ),
    )
    found = done(store)
    assert found is not None
    assert (found.withdrawn, found.sent, found.digests, found.rows["notices"]) == (1, 1, 1, 2)
    retry, later, leased, withdrawn, sent, today = rows(store, Notice)
    assert (retry.not_before, later.not_before, leased.lease_until) == (NOW, tomorrow, NOW)
    assert (withdrawn.state, withdrawn.reason, withdrawn.digest_on) == ("withdrawn", "discarded", None)
    assert withdrawn.once != "digest:2026-12-07:an"
    assert (sent.created_at, sent.sent_at, sent.counts) == (AHEAD, AHEAD, "{}")
    assert (today.state, today.once, today.digest_on) == ("pending", "digest:2026-10-05:an", date(2026, 10, 5))
