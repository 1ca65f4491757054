"""Who is not meant gets nothing: chats that wait, other people's buttons, groups, floods, and an account with two links."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from alertd.contacts import bindings, changes
from alertd.contacts.bindings import Change, ChangeKind
from alertd.contacts.inbox import handle
from alertd.contacts.invite import invite
from alertd.contacts.turn import Handled
from alertd.errors import Refused
from alertd.model.alerts import Alert, Trouble
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.directory import Contact, Directory, UnitRow
from alertd.model.message import Incoming, IncomingKind
from alertd.model.notices import Notice, NoticeAlert, notices_table
from alertd.model.people import AddressDown, Binding, TokenFailure
from alertd.model.words import ChannelName, Role
from alertd.store.audit import verify
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
LAN = Contact("H26.1", Role.HEAD, "Lan", email="lan@h.vn")
MINH = Contact("H26.2", Role.HEAD, "Minh", email="minh@h.vn")
CITY = Directory((UnitRow("H26.1", "Phường Một"), UnitRow("H26.2", "Phường Hai")), (LAN, MINH), office="H26.1")
KINDS = [kind for kind in IncomingKind if kind not in (IncomingKind.PRESS, IncomingKind.JOINED)]


class Chat:
    def __init__(self, store: Store) -> None:
        self.store, self.number, self.now = store, 0, NOW

    def says(self, kind: IncomingKind, text: str = "", *, user: int = 7, chat: int | None = None) -> Handled:
        self.number += 1
        where = user if chat is None else chat
        incoming = Incoming(
            ChannelName.TELEGRAM, self.number, kind, user, where, where > 0, self.now, text, account="Ai Đó @aido"
        )
        at = AsOf(self.now, CALENDAR)
        with self.store.write() as session:
            handled = handle(session, incoming, CITY, at, language="vi")
            changes.note(session, handled.changes, CITY, language="vi", now=self.now)
        return handled

    def token(self, unit: str = "H26.1", *, proven: bool = True) -> str:
        with self.store.write() as session:
            return invite(session, CITY, unit, AsOf(self.now, CALENDAR), proven=proven, by="office").token

    def starts(self, token: str, *, user: int = 7) -> list[str]:
        return [change.kind.value for change in self.says(IncomingKind.START, token, user=user).changes]

    def heard(self) -> list[str]:
        c = table_of(Trouble).c
        with self.store.read() as session:
            return list(session.connection().execute(select(c.what).order_by(c.id)).scalars())

    def rows(self, model: Any) -> list[Any]:
        table = table_of(model)
        with self.store.read() as session:
            assert list(verify(session)) == []
            return list(session.connection().execute(select(table).order_by(*table.primary_key.columns)))


@pytest.fixture
def chat(store: Store) -> Chat:
    return Chat(store)


def notice(store: Store, **given: Any) -> int:
    """A notice that went to Lan's chat, about one open alert."""
    basic: dict[str, Any] = {"kind": "alert", "recipient": "Lan", "person": "lan@h.vn", "channel": "telegram"}
    basic |= {"address": "7", "created_at": NOW, "subject": "s", "text": "t", "state": "sent", "sent_at": NOW}
    with store.write() as session:
        row = Notice(**(basic | given))
        alert = Alert(
            rule="r",
            rule_version="v",
            dataset="files",
            key="k",
            record_id=1,
            source="s",
            unit="H26.1",
            level=3,
            opened_at=NOW,
            changed_at=NOW,
        )
        session.add_all([row, alert])
        session.flush()
        session.add(NoticeAlert(notice_id=row.id or 0, alert_id=alert.id or 0, why="opened", level=3))
        return row.id or 0


def test_a_chat_that_waits_gets_no_data_and_changes_nothing(chat: Chat, store: Store) -> None:
    chat.starts(chat.token())  # Lan herself, as user 7
    chat.starts(chat.token(proven=False), user=66)  # who holds a link that was shown
    number = notice(store)
    for kind in KINDS:
        handled = chat.says(kind, user=66)
        assert all("đang mở" not in reply.text for reply in handled.replies), kind
        assert handled.changes == (), kind
    pressed = chat.says(IncomingKind.PRESS, f"ack:{number}", user=66)
    assert (pressed.acknowledge, pressed.replies[0].text) == (
        None,
        "Thông báo này được gửi cho người khác; không ghi nhận.",
    )
    mine = [row for row in chat.rows(Binding) if row.user_id == 7]
    assert [(row.state, row.muted) for row in mine] == [("confirmed", False)], "/stop of the other one silences nobody"


def test_an_account_that_is_somebody_elses_waits_although_the_link_was_mailed(chat: Chat) -> None:
    assert chat.starts(chat.token()) == ["enrolled"]
    assert chat.starts(chat.token("H26.2")) == ["twice"]
    assert [row.state for row in chat.rows(Binding)] == ["confirmed", "pending"]
    assert chat.says(IncomingKind.STATUS).replies[0].text.startswith("Phường Một"), "his own is answered as before"
    assert chat.heard()[-1].startswith("Minh (Phường Hai): liên kết được mở bằng tài khoản “Ai Đó @aido”, ID 7")


def test_a_used_link_that_is_opened_again_by_another_is_told_once(chat: Chat) -> None:
    token = chat.token()
    chat.starts(token)
    assert chat.starts(token) == [], "he himself, twice"
    assert chat.starts(token, user=66) == ["replayed"]
    assert chat.starts(token, user=67) == []
    assert [row.user_id for row in chat.rows(Binding)] == [7]


def test_a_guesser_is_answered_for_a_while_and_the_office_hears_of_guessing_once_a_day(chat: Chat) -> None:
    token = chat.token()
    replies = [len(chat.says(IncomingKind.START, f"guess{n}", user=66).replies) for n in range(30)]
    assert sum(replies) == 10
    assert chat.says(IncomingKind.START, token, user=66).replies == (), "not even the right one"
    assert len([what for what in chat.heard() if "thử nhiều mã" in what]) == 1
    for user in range(100, 160):  # a crowd of accounts
        chat.says(IncomingKind.START, "guess", user=user)
    assert len(chat.rows(TokenFailure)) <= 60
    assert len([what for what in chat.heard() if "thử nhiều mã" in what]) == 1
    assert chat.starts(token) == ["enrolled"], "the crowd shuts nobody out"
    chat.now += timedelta(days=1, minutes=1)
    for n in range(8):
        chat.says(IncomingKind.START, f"guess{n}", user=66)
    assert len([what for what in chat.heard() if "thử nhiều mã" in what]) == 2


def test_strangers_are_answered_as_often_as_a_person_needs(chat: Chat) -> None:
    assert sum(len(chat.says(IncomingKind.TEXT, "x", user=66).replies) for _ in range(20)) == 5
    assert sum(len(chat.says(IncomingKind.HELP, user=user).replies) for user in range(100, 200)) == 55
    chat.starts(chat.token())
    assert len(chat.says(IncomingKind.HELP).replies) == 1
    assert [what for what in chat.heard() if "Ai Đó" in what and "liên kết Telegram" not in what] == []


def test_a_link_that_was_mailed_and_shown_in_a_group_is_told_and_proves_nothing(chat: Chat) -> None:
    token = chat.token()
    shown = chat.says(IncomingKind.START, token, chat=-5)
    assert [(reply.leave, bool(reply.text)) for reply in shown.replies] == [(True, True)]
    assert [change.kind.value for change in shown.changes] == ["leaked"]
    assert chat.says(IncomingKind.START, token, chat=-5).changes == ()
    assert chat.starts(token) == ["pending"]


def test_a_group_that_the_office_let_in_hears_counts_and_nothing_else(chat: Chat, store: Store) -> None:
    at = AsOf(NOW, CALENDAR)
    with store.write() as session:
        (confirmed,) = bindings.confirm_group(session, CITY, "H26.1", -5, by="office", at=at)
    number = notice(store)
    assert confirmed.kind is ChangeKind.GROUP_CONFIRMED
    assert chat.says(IncomingKind.JOINED, chat=-5).replies == ()
    assert chat.says(IncomingKind.STATUS, chat=-5).replies[0].text == "Phường Một: 1 việc đang mở (1 nghiêm trọng)."
    for kind in (IncomingKind.TEXT, IncomingKind.HELP, IncomingKind.STOP):
        assert chat.says(kind, "x" if kind is IncomingKind.TEXT else "", chat=-5) == Handled()
    pressed = chat.says(IncomingKind.PRESS, f"ack:{number}", chat=-5)
    assert (pressed.acknowledge, pressed.replies[0].leave) == (None, False)
    assert chat.says(IncomingKind.STATUS, chat=-6).replies[0].leave
    with store.write() as session:
        assert bindings.end_stale(session, CITY, at) == []
        later = Directory((UnitRow("H26.1", "Phường Một", valid_to=date(2026, 10, 4)), CITY.units[1]), (MINH,))
        assert [change.kind.value for change in bindings.end_stale(session, later, at)] == ["not_named"]
    for chat_id, unit, said in ((5, "H26.1", "below 0"), (-5, "H26.9", "not valid")):
        with store.write() as session, pytest.raises(Refused, match=said):
            bindings.confirm_group(session, CITY, unit, chat_id, by="office", at=at)


def test_a_bot_that_is_put_into_one_group_after_the_other_is_told_once_a_day(chat: Chat) -> None:
    for group in range(-30, -1):
        assert chat.says(IncomingKind.JOINED, chat=group).replies[0].leave
    assert len(chat.heard()) == 1


@pytest.mark.parametrize("state", ["pending", "held", "withdrawn", "superseded", "dead"])
def test_a_button_of_a_notice_that_never_left_is_forged(chat: Chat, store: Store, state: str) -> None:
    chat.starts(chat.token())
    number = notice(store, state=state, sent_at=None)
    assert chat.says(IncomingKind.PRESS, f"ack:{number}").replies[0].text == "Nút này không còn hiệu lực."


def test_a_press_counts_in_the_chat_of_the_bound_user_alone(chat: Chat, store: Store) -> None:
    chat.starts(chat.token())
    chat.starts(chat.token("H26.2"), user=8)
    number = notice(store)
    assert chat.says(IncomingKind.PRESS, f"ack:{number}", user=8).acknowledge is None  # another head
    assert chat.says(IncomingKind.PRESS, f"ack:{number}", chat=-7).acknowledge is None  # in a group
    assert chat.says(IncomingKind.PRESS, f"ack:{number}", user=7, chat=8) == Handled()  # no such chat
    with store.write() as session:
        bindings.revoke(session, unit="H26.1", by="office", now=NOW)
    assert chat.says(IncomingKind.PRESS, f"ack:{number}").acknowledge is None  # the telephone changed hands
    assert chat.rows(Notice)[0].confirmed_at is None
    chat.starts(chat.token())
    assert chat.says(IncomingKind.PRESS, f"ack:{number}").acknowledge is not None


def test_the_same_person_under_another_address_may_still_press(chat: Chat, store: Store) -> None:
    chat.starts(chat.token())
    number = notice(store)
    moved = Directory(CITY.units, (Contact("H26.1", Role.HEAD, "Lan", email="lan@new.vn"), MINH), office="H26.1")
    with store.write() as session:
        (change,) = bindings.end_stale(session, moved, AsOf(NOW, CALENDAR))
    assert (change.kind, change.detail) == (ChangeKind.READDRESSED, "lan@new.vn")
    assert chat.says(IncomingKind.PRESS, f"ack:{number}").acknowledge is not None


def test_who_loses_one_of_two_units_keeps_the_chat_for_the_other(chat: Chat, store: Store) -> None:
    chat.starts(chat.token())
    left = Directory(CITY.units, (Contact("H26.2", Role.ACTING, "Lan", email="lan@h.vn"),), office="H26.1")
    with store.write() as session:
        (change,) = bindings.end_stale(session, left, AsOf(NOW, CALENDAR))
    assert (change.kind, change.unit) == (ChangeKind.SHIFTED, "H26.2")
    assert [(row.unit, row.state) for row in chat.rows(Binding)] == [("H26.2", "confirmed")]


def test_two_of_one_name_in_a_unit_get_nobodys_chat(chat: Chat, store: Store) -> None:
    chat.starts(chat.token())
    both = tuple(Contact("H26.1", role, "Lan", email=f"{role}@h.vn") for role in (Role.HEAD, Role.DEPUTY))
    with store.write() as session:
        (change,) = bindings.end_stale(session, Directory(CITY.units, both), AsOf(NOW, CALENDAR))
    assert change.kind is ChangeKind.NOT_NAMED


def test_a_stranger_who_blocks_the_bot_leaves_no_trace(chat: Chat) -> None:
    assert chat.says(IncomingKind.BLOCKED, user=66) == Handled()
    assert chat.rows(AddressDown) == []


def test_words_of_four_thousand_letters_and_of_none_are_kept(chat: Chat, store: Store) -> None:
    chat.starts(chat.token())
    for text in ("ă" * 4096, ""):
        assert chat.says(IncomingKind.TEXT, text).replies[0].text.startswith("Đã nhận ý kiến")
    with store.read() as session:
        answers = table_of_answers(session)
    assert answers == ["ă" * 4096, "(ảnh hoặc tệp, không có lời)"]


def table_of_answers(session: Any) -> list[str]:
    from_ = notices_table.metadata.tables["answers"].c
    return list(session.connection().execute(select(from_.text).order_by(from_.id)).scalars())


def test_every_way_to_fail_has_an_answer_in_both_languages() -> None:
    for language in ("vi", "en"):
        for kind in ChangeKind:
            subject, line = changes.sentence(Change(kind, "H26.1", "Lan", "x"), "Phường Một", language)
            assert subject
            assert "{" not in line
