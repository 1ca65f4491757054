"""The audit chain: whatever is changed, removed or slipped in is found, and so is a changed event of a cycle."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from alertd.model.alerts import AlertEvent
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.store import audit
from alertd.store.audit import GENESIS, events_digest, verify
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
_audit, _events = table_of(AuditRow), table_of(AlertEvent)


def record(store: Store, subject: str, **more: Any) -> int:
    given: dict[str, Any] = {"at": NOW, "actor": "office", "action": "note", "reason": "vì sao"}
    given |= {"detail": {"a": 1, "ngày": NOW}} | more
    with store.write() as session:
        return audit.record(session, subject=subject, **given)


def broken(store: Store) -> list[tuple[int, str]]:
    with store.read() as session:
        return [(each.seq, each.what) for each in verify(session)]


def change(store: Store, statement: Any) -> None:
    with store.write() as session:
        session.connection().execute(statement)


@pytest.fixture
def chain(store: Store) -> Store:
    for number in range(1, 6):
        assert record(store, f"alert:{number}") == number
    return store


# --- the chain -------------------------------------------------------------------------------------------------------
def test_a_chain_that_nobody_touched_holds(chain: Store) -> None:
    assert broken(chain) == []
    with chain.read() as session:
        assert audit.head(session)[0] == 5
        rows = session.connection().execute(select(_audit).order_by(_audit.c.seq)).all()
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert rows[0].detail == '{"a": 1, "ngày": "2026-10-05 01:00:00+00:00"}'


def test_an_empty_chain_holds(store: Store) -> None:
    assert broken(store) == []
    with store.read() as session:
        assert audit.head(session) == (0, GENESIS)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "somebody"),
        ("action", "other"),
        ("subject", "alert:9"),
        ("reason", ""),
        ("detail", '{"a": 2}'),
        ("at", NOW + timedelta(seconds=1)),
    ],
)
def test_a_changed_row_is_found(chain: Store, column: str, value: Any) -> None:
    change(chain, update(_audit).where(_audit.c.seq == 3).values({column: value}))
    assert broken(chain) == [(3, "was changed: its hash is not that of its content")]


def test_what_moves_from_one_field_into_the_next_is_found(store: Store) -> None:
    record(store, "ab", reason="c")
    change(store, update(_audit).values(subject="a", reason="bc"))
    assert [seq for seq, _ in broken(store)] == [1]


def test_a_row_whose_hash_was_made_anew_no_longer_leads_to_the_next(chain: Store) -> None:
    with chain.write() as session:
        row = session.connection().execute(select(_audit).where(_audit.c.seq == 3)).one()
        made = audit._hash(3, row.at, "somebody", row.action, row.subject, row.reason, row.detail, row.previous)
        session.connection().execute(update(_audit).where(_audit.c.seq == 3).values(actor="somebody", hash=made))
    assert [seq for seq, _ in broken(chain)] == [4]


@pytest.mark.parametrize(("gone", "found"), [(1, 2), (3, 4), (5, 4)])
def test_a_removed_row_is_found_the_last_one_too(chain: Store, gone: int, found: int) -> None:
    change(chain, delete(_audit).where(_audit.c.seq == gone))
    breaks = broken(chain)
    assert {seq for seq, _ in breaks} == {found}
    if gone == 5:
        assert breaks == [(4, "the chain ends here, and its newest row was 5")]
    else:
        assert breaks[0][1] == f"row {gone} is missing"


def test_a_chain_that_is_gone_as_a_whole_is_missed(chain: Store) -> None:
    change(chain, delete(_audit))
    assert broken(chain) == [(0, "the chain ends here, and its newest row was 5")]


def test_a_row_that_is_slipped_in_is_found(chain: Store) -> None:
    with chain.write() as session:
        connection = session.connection()
        last = connection.execute(select(_audit).where(_audit.c.seq == 5)).one()._asdict()
        connection.execute(insert(_audit).values(last | {"seq": 6}))
    assert {seq for seq, _ in broken(chain)} == {6}


def test_every_break_is_told_and_not_only_the_first(chain: Store) -> None:
    change(chain, update(_audit).where(_audit.c.seq.in_([1, 4])).values(actor="x"))
    change(chain, delete(_audit).where(_audit.c.seq == 2))
    assert [seq for seq, _ in broken(chain)] == [1, 3, 3, 4]


def test_a_record_that_is_rolled_back_leaves_no_gap(chain: Store) -> None:
    def halfway() -> None:
        with chain.write() as session:
            audit.record(session, at=NOW, actor="a", action="b", subject="c")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        halfway()
    assert record(chain, "next") == 6
    assert broken(chain) == []


def test_those_who_write_at_once_make_one_chain(store: Store) -> None:
    threads = [threading.Thread(target=lambda: [record(store, f"n{number}") for number in range(8)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken(store) == []
    with store.read() as session:
        assert audit.head(session)[0] == 24


def test_any_text_can_be_a_reason(store: Store) -> None:
    record(store, "x", reason='"]\\ 😀\r\n' + "x" * 5_000, detail={"deep": [{"Đ": None}]})
    assert broken(store) == []


# --- the events of a cycle -------------------------------------------------------------------------------------------
def events(store: Store, *cycles: int | None) -> list[int]:
    with store.write() as session:
        made = [
            AlertEvent(alert_id=n, cycle_id=cycle, at=NOW, what="opened", level=1) for n, cycle in enumerate(cycles)
        ]
        session.add_all(made)
        session.flush()
        return [event.id or 0 for event in made]


def seal(store: Store, first: int, last: int) -> None:
    with store.write() as session:
        digest = events_digest(session, first, last)
        detail = {"events_first": first, "events_last": last, "events_digest": digest}
        audit.record(session, at=NOW, actor="alertd", action="cycle", subject="cycle:1", detail=detail)


CHANGED = (1, "the alert events of this row were changed, removed or added")


@pytest.mark.parametrize(
    "statement",
    [
        update(_events).where(_events.c.alert_id == 1).values(what="resolved"),
        update(_events).where(_events.c.alert_id == 1).values(note="later"),
        update(_events).where(_events.c.alert_id == 1).values(cycle_id=2),
        delete(_events).where(_events.c.alert_id == 0),
        delete(_events).where(_events.c.alert_id == 2),
    ],
)
def test_a_changed_event_of_a_sealed_cycle_is_found(store: Store, statement: Any) -> None:
    made = events(store, 1, 1, 1)
    seal(store, made[0], made[-1])
    assert broken(store) == []
    change(store, statement)
    assert broken(store) == [CHANGED]


def test_an_event_that_is_slipped_into_a_sealed_cycle_is_found(store: Store) -> None:
    made = events(store, 1, 1, 1)
    change(store, delete(_events).where(_events.c.id == made[1]))
    seal(store, made[0], made[-1])
    assert broken(store) == []
    with store.write() as session:
        session.add(AlertEvent(id=made[1], alert_id=7, cycle_id=1, at=NOW, what="opened"))
    assert broken(store) == [CHANGED]


def test_what_a_person_did_meanwhile_is_not_part_of_the_cycle(store: Store) -> None:
    """Its number lies between those of the cycle, and it may become visible only after the cycle was sealed."""
    made = events(store, 1, None, 1)
    change(store, delete(_events).where(_events.c.id == made[1]))
    seal(store, made[0], made[-1])
    with store.write() as session:
        session.add(AlertEvent(id=made[1], alert_id=7, at=NOW, what="acknowledged", actor="Lan"))
    assert broken(store) == []


def test_a_column_that_a_later_version_adds_does_not_break_what_was_sealed(store: Store) -> None:
    made = events(store, 1, 1)
    seal(store, made[0], made[-1])
    change(store, text("ALTER TABLE alert_events ADD COLUMN later INTEGER DEFAULT 5"))
    try:
        assert broken(store) == []
    finally:
        change(store, text("ALTER TABLE alert_events DROP COLUMN later"))
