"""What the audit seals besides its own rows: each kind of tampering with the tables themselves is found, on both databases."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text
from sqlmodel import Session

from alertd.alerts import acknowledge
from alertd.check.genuine import difference, genuine
from alertd.contacts.press import sign
from alertd.model.alerts import AlertEvent
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.message import Message, Outcome, Result
from alertd.model.notices import NoticeFile, notices_table
from alertd.model.words import ChannelName, Level, NoticeKind
from alertd.notices import outbox
from alertd.notices.policy import Policy
from alertd.notices.put import Draft, put
from alertd.notices.settle import Done, settle
from alertd.notices.verdict import Claimed
from alertd.store import audit, seals
from alertd.store.database import Store
from tests.notice_city import LAN, NOW, ZONE, City, at

LATER = datetime(2026, 10, 5, 4, 0, tzinfo=UTC)


@pytest.fixture
def city(store: Store) -> City:
    return City(store)


@pytest.fixture
def sealed(city: City) -> City:
    """Two notices, the first sent, confirmed and with an attachment; an alert that was acknowledged."""
    alert = city.finds("H26.1-261001-0001", Level.WARNING)
    with city.store.write() as session:
        ids = written(session, city, "first", "second")
        file = {"notice_id": ids["first"], "name": "list.xlsx", "media_type": "a/b", "content": b"list"}
        hashed = hashlib.sha256(b"list").hexdigest()
        session.connection().execute(insert(table_of(NoticeFile)), [{**file, "sha256": hashed}])
        detail = {str(ids["first"]): [seals.as_attached("list.xlsx", "a/b", b"list")]}
        audit.record(session, at=NOW, actor="alertd", action=seals.ATTACHED, subject="outbox", detail=detail)
    send(city.store, 1)
    with city.store.write() as session:
        sign(session, 1, LATER, by="Lan")
    with city.store.write() as session:
        acknowledge.acknowledge(session, alert, by="Lan", at=at(LATER))
    assert breaks(city.store) == []
    return city


def written(session: Session, city: City, *names: str) -> dict[str, int]:
    to = city.desk().reach.answering("H26.1")
    assert to is not None
    drafts = []
    for name in names:
        message = Message(f"Về {name}", f"{name}\n", "<body></body>", (name,))
        drafts.append(Draft(kind=NoticeKind.SYSTEM, to=to, message=message, once=name, unit="H26.1"))
    return put(session, drafts, at())


def send(store: Store, limit: int) -> list[Claimed]:
    how = {"now": NOW, "worker": "w", "lease": Policy().lease}
    with store.write() as session:
        claimed = outbox.claim(session, **how, limit=limit, channels=[ChannelName.EMAIL])  # type: ignore[arg-type]
        begun = outbox.begin(session, claimed, **how)  # type: ignore[arg-type]
        done = [Done(each, begun[each.id], Outcome(Result.ACCEPTED, server_id="250 ok")) for each in claimed]
        settle(
            session,
            done,
            now=NOW,
            pace_now=0.0,
            worker="w",
            channels=[ChannelName.EMAIL],
            policy=Policy(),
            random=lambda: 0.5,
        )
    return claimed


def breaks(store: Store) -> list[str]:
    with store.read() as session:
        return [found.what for found in audit.verify(session, contents=True)]


def tamper(store: Store, statement: str) -> None:
    with store.write() as session:
        assert session.connection().execute(text(statement)).rowcount > 0


# --- notices ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "column",
    ["subject", "text", "html", "chat", "short", "recipient", "person", "unit", "kind", "rule_versions", "code"],
)
def test_a_notice_of_which_anything_that_was_said_is_changed_is_found(sealed: City, column: str) -> None:
    tamper(sealed.store, f"UPDATE notices SET {column} = 'X' WHERE id = 2")
    (what,) = breaks(sealed.store)
    assert what == "notice 2 was changed: its text, recipient or rule versions are not what was written"


@pytest.mark.parametrize(
    "change",
    ["address = 'x@h.vn'", "server_id = '251'", "channel = 'http'", "state = 'dead'", "sent_at = created_at + 1"],
)
def test_a_notice_of_which_the_sending_is_changed_is_found(sealed: City, change: str) -> None:
    if sealed.store.dialect.is_sqlite:
        change = change.replace("created_at + 1", "'2026-10-04 01:00:00'")
    tamper(sealed.store, f"UPDATE notices SET {change.replace('created_at + 1', 'now()')} WHERE id = 1")
    (what,) = breaks(sealed.store)
    assert "are not those of its sending" in what


def test_a_notice_that_is_called_sent_and_never_was_is_found(sealed: City) -> None:
    tamper(sealed.store, "UPDATE notices SET state = 'sent', sent_at = created_at WHERE id = 2")
    assert breaks(sealed.store) == ["notice 2 was changed: it is called sent, and no row of the audit says so"]


@pytest.mark.parametrize("change", ["confirmed_at = NULL WHERE id = 1", "confirmed_at = created_at WHERE id = 2"])
def test_a_sign_that_is_taken_away_or_made_up_is_found(sealed: City, change: str) -> None:
    tamper(sealed.store, f"UPDATE notices SET {change}")
    (what,) = breaks(sealed.store)
    assert "when it was confirmed is not what the audit says" in what


def test_a_notice_that_is_removed_and_one_that_is_put_in_are_found(sealed: City) -> None:
    tamper(sealed.store, "DELETE FROM notices WHERE id = 2")
    assert breaks(sealed.store) == ["notice 2 was removed"]
    with sealed.store.write() as session:
        row = session.connection().execute(text("SELECT * FROM notices WHERE id = 1")).mappings().one()
        names = ", ".join(map(str, row))
        values = {**row, "id": 77, "code": None, "once": None}
        session.connection().execute(
            text(f"INSERT INTO notices ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), values
        )
    assert "notice 77 stands in no row of the audit: it was put in past alertd" in breaks(sealed.store)


# --- attachments -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", ["name = 'other.xlsx'", "media_type = 'c/d'", "content = CAST('x' AS {blob})"])
def test_an_attachment_that_is_changed_is_found(sealed: City, change: str) -> None:
    blob = "BLOB" if sealed.store.dialect.is_sqlite else "BYTEA"
    tamper(sealed.store, f"UPDATE notice_files SET {change.format(blob=blob)}")
    found = breaks(sealed.store)
    assert "the attachments of notice 1 were changed, removed or added to" in found


def test_a_hash_that_is_made_to_fit_nothing_is_found(sealed: City) -> None:
    tamper(sealed.store, "UPDATE notice_files SET sha256 = '00'")
    assert breaks(sealed.store) == ["attachment list.xlsx of notice 1 was changed: its hash is not that of its content"]


def test_an_attachment_that_is_removed_or_moved_is_found(sealed: City) -> None:
    tamper(sealed.store, "UPDATE notice_files SET notice_id = 2")
    assert breaks(sealed.store) == [
        "the attachments of notice 1 were changed, removed or added to",
        "an attachment of notice 2 stands in no row of the audit: it was put in past alertd",
    ]
    tamper(sealed.store, "DELETE FROM notice_files")
    assert breaks(sealed.store) == ["the attachments of notice 1 were changed, removed or added to"]


# --- events ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", ["UPDATE alert_events SET actor = 'Minh'", "DELETE FROM alert_events"])
def test_what_a_person_did_to_an_alert_is_sealed_as_well(sealed: City, change: str) -> None:
    tamper(sealed.store, change)
    assert breaks(sealed.store) == ["the alert events of this row were changed, removed or added"]


def test_an_event_that_is_slipped_in_where_nothing_seals_it_is_found(sealed: City) -> None:
    row = {"alert_id": 1, "cycle_id": 9, "at": NOW, "what": "acknowledged", "actor": "", "note": ""}
    with sealed.store.write() as session:
        session.connection().execute(insert(table_of(AlertEvent)), [row])
    assert breaks(sealed.store) == ["1 alert events stand under no row of the audit: they were put in"]


# --- the chain's own rows --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'x' WHERE seq = 2",
        "UPDATE audit SET detail = '{}' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        "UPDATE audit SET seq = CASE seq WHEN 2 THEN 1002 ELSE 1003 END WHERE seq IN (2, 3)",
        "UPDATE audit SET hash = previous WHERE seq = 4",
    ],
)
def test_a_row_that_is_changed_removed_moved_or_cut_off_is_found(sealed: City, statement: str) -> None:
    tamper(sealed.store, statement)
    assert breaks(sealed.store)


def test_rows_that_change_places_are_found(sealed: City) -> None:
    for step in ("SET seq = 1002 WHERE seq = 2", "SET seq = 2 WHERE seq = 3", "SET seq = 3 WHERE seq = 1002"):
        tamper(sealed.store, f"UPDATE audit {step}")
    assert len(breaks(sealed.store)) >= 4


def test_a_row_that_alertd_never_wrote_is_said_and_stops_nothing(sealed: City) -> None:
    with sealed.store.write() as session:
        for action, detail in ((seals.WRITTEN, {"x": 1}), (seals.BOUNCED, {}), ("cycle", {"events_digest": "x"})):
            audit.record(session, at=NOW, actor="x", action=action, subject="x", detail=detail)
    assert breaks(sealed.store) == ["holds what alertd never wrote"] * 3


# --- one notice ------------------------------------------------------------------------------------------------------
def code(store: Store, number: int) -> str:
    with store.read() as session:
        return str(session.connection().execute(text(f"SELECT code FROM notices WHERE id = {number}")).scalar())


def look(store: Store, asked: str) -> list[str]:
    with store.read() as session:
        found = genuine(session, asked, ZONE)
    assert found.notice is not None
    return list(found.faults)


def test_a_notice_is_found_by_its_code_and_by_its_number(sealed: City) -> None:
    with sealed.store.read() as session:
        one = genuine(session, code(sealed.store, 1).lower(), ZONE)
        two = genuine(session, " 2 ", ZONE)
        rest = [
            genuine(session, asked, ZONE) for asked in ("K7QM-2XHD", "3", "x", "", "9" * 30, "1; DROP TABLE notices")
        ]
    assert one.notice is not None
    assert two.notice is not None
    assert (one.unchanged, two.unchanged) == (True, True)
    assert (one.notice["recipient"], one.notice["id"], two.notice["id"]) == (LAN.name, 1, 2)
    assert [each.notice for each in rest] == [None] * 6
    assert not any(each.unchanged for each in rest)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE notices SET text = 'x' WHERE id = 1", "text, recipient or rule versions"),
        ("UPDATE notices SET address = 'x' WHERE id = 1", "those of its sending"),
        ("UPDATE notices SET confirmed_at = NULL WHERE id = 1", "confirmed"),
        ("UPDATE notices SET sent_at = NULL, state = 'dead' WHERE id = 1", "those of its sending"),
        ("DELETE FROM notice_files", "attachments"),
        ("UPDATE audit SET detail = '{{\"1\": \"x\"}}' WHERE action = 'notices.written'", "was changed; see"),
        ("DELETE FROM audit WHERE action = 'notices.written'", "put in past alertd"),
        ("UPDATE audit SET hash = 'x' WHERE action = 'notices.settled'", "was changed; see"),
    ],
)
def test_a_notice_that_was_tampered_with_is_not_called_unchanged(sealed: City, statement: str, said: str) -> None:
    tamper(sealed.store, statement.format())
    assert any(said in fault for fault in look(sealed.store, code(sealed.store, 1)))


def test_a_seal_that_was_rewritten_with_the_text_is_found_by_the_row_after_it(sealed: City) -> None:
    """Whoever changes a text, its seal and that row's own hash would have to rewrite all that follows."""
    with sealed.store.write() as session:
        connection, c = session.connection(), table_of(AuditRow).c
        connection.execute(text("UPDATE notices SET text = 'x' WHERE id = 2"))
        changed = connection.execute(select(notices_table).where(notices_table.c.id == 2)).mappings().one()
        kept = connection.execute(select(table_of(AuditRow)).where(c.action == seals.WRITTEN)).one()
        detail = json.dumps(json.loads(kept.detail) | {"2": seals.as_written(changed)}, sort_keys=True)
        made = audit._hash(kept.seq, kept.at, kept.actor, kept.action, kept.subject, kept.reason, detail, kept.previous)
        connection.execute(table_of(AuditRow).update().where(c.seq == kept.seq).values(detail=detail, hash=made))
    assert any("was changed; see `alertd audit verify`" in fault for fault in look(sealed.store, "2"))


def test_a_text_in_the_hand_is_compared_whatever_its_blanks(sealed: City) -> None:
    with sealed.store.read() as session:
        found = genuine(session, "1", ZONE).notice
    assert found is not None
    held = found["text"]
    assert difference(found, held) == []
    assert difference(found, f"{found['subject']}\r\n\r\n {held}  ") == []
    assert difference(found, f"(có thể bạn nhận lại tin này)\n\n{held}") == []
    assert difference(found, "\n".join(found["chat"]).replace("<i>", "").replace("</i>", "")) == []
    assert difference(found, held.replace("first", "firsts")) == ["- first", "+ firsts"]
    assert difference(found, f"{held}\nThêm một dòng.")[-1] == "+ Thêm một dòng."
    assert difference(found, "")
