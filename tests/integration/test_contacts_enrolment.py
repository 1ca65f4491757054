"""Enrolment on both databases: who is bound by which link, and what wrong links are told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from alertd.contacts import bindings
from alertd.contacts.bindings import Change
from alertd.contacts.inbox import handle
from alertd.contacts.invite import Invited, hashed, invite
from alertd.contacts.reach import reach
from alertd.contacts.turn import Handled
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.directory import Contact, Directory, UnitRow
from alertd.model.message import Incoming, IncomingKind
from alertd.model.people import AddressDown, Binding, Invitation
from alertd.model.reach import Way
from alertd.model.words import ChannelName, Role
from alertd.store.audit import verify
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
ALL = tuple(ChannelName)
LAN = Contact("H26.1", Role.HEAD, "Nguyễn Thị Lan", email="lan@h.vn", phone="0901", valid_to=date(2026, 12, 31))
MINH = Contact("H26.2", Role.HEAD, "Trần Minh", phone="0902")
OFFICE = Contact("H26.VP", Role.HEAD, "Văn phòng", email="vp@h.vn")
UNITS = (UnitRow("H26.1", "Phường Một"), UnitRow("H26.2", "Phường Hai"), UnitRow("H26.VP", "Văn phòng UBND"))
CITY = Directory(UNITS, (LAN, MINH, OFFICE), office="H26.VP")


class Chat:
    """A person at a telephone, and the updates' running number."""

    def __init__(self, store: Store, directory: Directory = CITY) -> None:
        self.store, self.directory, self.number, self.now = store, directory, 0, NOW

    def at(self) -> AsOf:
        return AsOf(self.now, CALENDAR)

    def says(self, kind: IncomingKind, text: str = "", *, user: int = 7, private: bool = True) -> Handled:
        self.number += 1
        chat = user if private else -user
        incoming = Incoming(ChannelName.TELEGRAM, self.number, kind, user, chat, private, self.now, text)
        with self.store.write() as session:
            return handle(session, incoming, self.directory, self.at(), language="vi")

    def starts(self, token: str, *, user: int = 7, private: bool = True) -> tuple[str, list[str]]:
        handled = self.says(IncomingKind.START, token, user=user, private=private)
        return handled.replies[0].text, [change.kind.value for change in handled.changes]

    def invites(self, unit: str = "H26.1", *, proven: bool = True, name: str = "") -> Invited:
        with self.store.write() as session:
            return invite(session, self.directory, unit, self.at(), proven=proven, by="office", name=name)

    def confirms(self, unit: str = "H26.1") -> list[Change]:
        with self.store.write() as session:
            return bindings.confirm(session, unit=unit, by="office", now=self.now)

    def ways(self, person: str, directory: Directory | None = None) -> list[str]:
        with self.store.read() as session:
            found = reach(session, directory or self.directory, self.at(), channels=ALL).ways.get(person, ())
        return [f"{way.channel}:{way.address}" for way in found]


@pytest.fixture
def chat(store: Store) -> Chat:
    return Chat(store)


def rows(store: Store, model: Any) -> list[Any]:
    table = table_of(model)
    with store.read() as session:
        assert list(verify(session)) == []
        return list(session.connection().execute(select(table).order_by(*table.primary_key.columns)))


def test_a_mailed_link_binds_at_once_and_the_office_hears_it(chat: Chat) -> None:
    text, changes = chat.starts(chat.invites().token)
    assert text.startswith("Đã liên kết: Nguyễn Thị Lan, Phường Một")
    assert changes == ["enrolled"]
    assert chat.ways("lan@h.vn") == ["telegram:7", "email:lan@h.vn", "http:0901"]


def test_a_link_that_was_handed_over_receives_nothing_until_the_office_confirms(chat: Chat) -> None:
    text, changes = chat.starts(chat.invites(proven=False).token)
    assert "chờ Văn phòng xác nhận" in text
    assert changes == ["pending"]
    assert chat.ways("lan@h.vn")[0] == "email:lan@h.vn"
    assert [change.kind.value for change in chat.confirms()] == ["confirmed"]
    assert chat.ways("lan@h.vn")[0] == "telegram:7"


def test_only_the_hash_of_a_token_is_kept_and_it_fits_a_link(chat: Chat, store: Store) -> None:
    invited = chat.invites()
    assert 22 <= len(invited.token) <= 64
    assert invited.token not in repr(invited)
    assert invited.link("bot") == f"https://t.me/bot?start={invited.token}"
    (row,) = rows(store, Invitation)
    assert row.token_hash == hashed(invited.token)
    assert row.expires_at == NOW + timedelta(hours=72)


def test_a_link_works_once(chat: Chat) -> None:
    token = chat.invites().token
    chat.starts(token)
    assert chat.starts(token)[0].startswith("Cuộc trò chuyện này đã được liên kết")
    assert "đã được sử dụng" in chat.starts(token, user=8)[0]


def test_a_link_ends_after_three_days(chat: Chat) -> None:
    token = chat.invites().token
    chat.now += timedelta(hours=72)
    assert "đã hết hạn" in chat.starts(token)[0]


def test_a_new_invitation_revokes_the_older_one(chat: Chat) -> None:
    old, new = chat.invites().token, chat.invites().token
    assert "đã bị thu hồi" in chat.starts(old)[0]
    assert chat.starts(new)[1] == ["enrolled"]


def test_a_link_shown_in_a_group_binds_nobody_and_proves_nothing_any_more(chat: Chat) -> None:
    token = chat.invites().token
    handled = chat.says(IncomingKind.START, token, private=False)
    assert handled.replies[0].leave
    assert chat.starts(token)[1] == ["pending"]


def test_the_link_of_somebody_who_is_no_longer_named_is_revoked(chat: Chat) -> None:
    token = chat.invites().token
    chat.directory = Directory(UNITS, (MINH, OFFICE), office="H26.VP")
    assert "đã bị thu hồi" in chat.starts(token)[0]


def test_wrong_tokens_are_limited_and_the_answer_does_not_tell(chat: Chat) -> None:
    token = chat.invites().token
    wrong = {chat.starts(f"guess{number}")[0] for number in range(6)}
    assert wrong == {chat.starts(token)[0]}
    assert chat.starts(token, user=8)[1] == ["enrolled"]


def test_after_an_hour_a_person_who_mistyped_is_let_in(chat: Chat) -> None:
    token = chat.invites().token
    for number in range(6):
        chat.starts(f"guess{number}")
    chat.now += timedelta(hours=1, seconds=1)
    assert chat.starts(token)[1] == ["enrolled"]


def test_a_new_enrolment_ends_the_old_chat(chat: Chat) -> None:
    chat.starts(chat.invites().token)
    assert chat.starts(chat.invites().token, user=8)[1] == ["replaced", "enrolled"]
    assert chat.ways("lan@h.vn")[0] == "telegram:8"


def test_who_only_holds_a_link_cannot_silence_the_confirmed_chat(chat: Chat) -> None:
    chat.starts(chat.invites().token)
    assert chat.starts(chat.invites(proven=False).token, user=8)[1] == ["pending"]
    assert chat.ways("lan@h.vn")[0] == "telegram:7"
    assert [change.kind.value for change in chat.confirms()] == ["replaced", "confirmed"]
    assert chat.ways("lan@h.vn")[0] == "telegram:8"


def successor(**given: Any) -> Directory:
    changed = {"name": LAN.name, "email": LAN.email, "valid_to": None} | given
    return Directory(UNITS, (Contact("H26.1", Role.HEAD, **changed), OFFICE), office="H26.VP")


@pytest.mark.parametrize(
    "directory",
    [
        successor(name="Lê Văn Tư"),  # the unit's address passes to another person
        successor(email="tu@h.vn", name="Lê Văn Tư"),
        successor(valid_to=date(2026, 10, 4)),
        Directory(UNITS, (OFFICE,), office="H26.VP"),
    ],
    ids=["other name", "other person", "end date", "nobody"],
)
def test_a_binding_ends_when_its_person_is_no_longer_named(chat: Chat, store: Store, directory: Directory) -> None:
    chat.starts(chat.invites().token)
    assert "telegram:7" not in chat.ways("lan@h.vn", directory)
    with store.write() as session:
        changes = bindings.end_stale(session, directory, chat.at())
    assert [(change.kind.value, change.unit, change.name) for change in changes] == [
        ("not_named", "H26.1", "Nguyễn Thị Lan")
    ]
    assert rows(store, Binding)[0].end_reason == "not_named"
    with store.write() as session:
        assert bindings.end_stale(session, directory, chat.at()) == []


def test_a_spelling_that_moves_the_tone_mark_is_the_same_person(chat: Chat, store: Store) -> None:
    hoa = Contact("H26.1", Role.HEAD, "Hoà", email="hoa@h.vn")
    chat.directory = Directory(UNITS, (hoa, OFFICE), office="H26.VP")
    chat.starts(chat.invites().token)
    other = Directory(UNITS, (Contact("H26.1", Role.HEAD, "Hòa", email="hoa@h.vn"), OFFICE), office="H26.VP")
    with store.write() as session:
        assert bindings.end_stale(session, other, chat.at()) == []


def test_an_address_that_is_out_of_use_is_left_out(chat: Chat, store: Store) -> None:
    with store.write() as session:
        session.add(AddressDown(channel="email", address="lan@h.vn", since=NOW))
    assert chat.ways("lan@h.vn") == ["http:0901"]
    with store.read() as session:
        found = reach(session, CITY, chat.at(), channels=[ChannelName.EMAIL])
    assert found.ways == {"vp@h.vn": (Way(ChannelName.EMAIL, "vp@h.vn"),)}


def test_revoking_ends_the_binding_and_says_so(chat: Chat, store: Store) -> None:
    chat.starts(chat.invites().token)
    with store.write() as session:
        changes = bindings.revoke(session, unit="H26.1", by="office", now=NOW)
    assert [change.kind.value for change in changes] == ["revoked"]
    assert chat.ways("lan@h.vn")[0] == "email:lan@h.vn"
    with pytest.raises(Refused, match="alertd contacts list"), store.write() as session:
        bindings.revoke(session, unit="H26.1", by="office", now=NOW)


def test_the_office_must_name_the_number_where_several_wait(chat: Chat, store: Store) -> None:
    deputy = Contact("H26.1", Role.DEPUTY, "Phó", email="pho@h.vn")
    chat.directory = Directory(UNITS, (LAN, deputy, OFFICE), office="H26.VP")
    chat.starts(chat.invites(proven=False).token)
    chat.starts(chat.invites(proven=False, name="Phó").token, user=8)
    with pytest.raises(Refused, match="name one by its number"):
        chat.confirms()
    with store.write() as session:
        bindings.confirm(session, binding=rows(store, Binding)[1].id, by="office", now=NOW)
    assert chat.ways("pho@h.vn")[0] == "telegram:8"


@pytest.mark.parametrize(
    ("unit", "name", "proven", "said"),
    [
        ("H26.9", "", True, "there is no unit H26.9"),
        ("H26.1", "Ai Đó", True, "is not named for unit H26.1"),
        ("H26.2", "", True, "no e-mail address"),
        ("H26.3", "", True, "nobody is named"),
        ("H26.4", "", True, "invite its successor"),
    ],
)
def test_an_invitation_that_could_reach_nobody_is_refused(
    chat: Chat, unit: str, name: str, proven: bool, said: str
) -> None:
    ended = UnitRow("H26.4", "Quận cũ", valid_to=date(2025, 6, 30))
    chat.directory = Directory((*UNITS, UnitRow("H26.3", "Phường Ba"), ended), CITY.contacts, office="H26.VP")
    with pytest.raises(Refused, match=said):
        chat.invites(unit, name=name, proven=proven)
