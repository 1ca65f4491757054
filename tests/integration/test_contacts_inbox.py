"""What people send in a chat, on both databases: answers, buttons, /stop, /status, blocked bots; every update once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from alertd.contacts.inbox import handle, offset
from alertd.contacts.phrases import invitation
from alertd.contacts.reach import reach
from alertd.contacts.turn import Handled
from alertd.model.alerts import Alert, alerts_table
from alertd.model.asof import AsOf
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.directory import Contact, Directory, UnitRow
from alertd.model.message import Incoming, IncomingKind
from alertd.model.notices import Notice, NoticeAlert
from alertd.model.people import AddressDown, Answer, Binding
from alertd.model.words import ChannelName, Role
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
AT = AsOf(NOW, working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh")))
TELEGRAM = ChannelName.TELEGRAM
LAN = Contact("H26.1", Role.HEAD, "Lan", email="lan@h.vn")
LAN_TOO = Contact("H26.2", Role.ACTING, "Lan", email="lan@h.vn")
MINH = Contact("H26.3", Role.HEAD, "Minh", phone="09", language="en")
UNITS = tuple(UnitRow(f"H26.{number}", f"Phường {number}") for number in (1, 2, 3))
CITY = Directory(UNITS, (LAN, LAN_TOO, MINH), office="H26.VP")


class Chat:
    """Updates with a running number."""

    def __init__(self, store: Store) -> None:
        self.store, self.number = store, 0

    def says(
        self, kind: IncomingKind, text: str = "", *, user: int = 7, private: bool = True, number: int = 0
    ) -> Handled:
        self.number += 1
        chat = user if private else -user
        incoming = Incoming(TELEGRAM, number or self.number, kind, user, chat, private, NOW, text)
        with self.store.write() as session:
            return handle(session, incoming, CITY, AT, language="vi")

    def said(self, kind: IncomingKind, text: str = "", *, user: int = 7) -> str:
        return self.says(kind, text, user=user).replies[0].text

    def ways(self, person: str) -> list[str]:
        with self.store.read() as session:
            return [f"{way.channel}" for way in reach(session, CITY, AT, channels=tuple(ChannelName)).ways[person]]


@pytest.fixture
def chat(store: Store) -> Chat:
    """Lan is bound as user 7, Minh as 8, and a pending one as 9."""
    given: dict[str, Any] = {"channel": "telegram", "made_at": NOW}
    with store.write() as session:
        for user, contact, state in ((7, LAN, "confirmed"), (8, MINH, "confirmed"), (9, LAN_TOO, "pending")):
            session.add(
                Binding(
                    **given,
                    user_id=user,
                    chat_id=user,
                    unit=contact.unit,
                    person=contact.person if user != 9 else "other@h.vn",
                    name=contact.name,
                    state=state,
                )
            )
    return Chat(store)


def rows(store: Store, model: Any) -> list[Any]:
    table = table_of(model)
    with store.read() as session:
        return list(session.connection().execute(select(table).order_by(*table.primary_key.columns)))


def notice(store: Store, *, states: tuple[str, ...] = ("open",), **given: Any) -> int:
    """A notice that Lan received, about an alert in each of the states."""
    basic: dict[str, Any] = {"kind": "alert", "recipient": "Lan", "person": "lan@h.vn", "channel": "telegram"}
    basic |= {"address": "7", "created_at": NOW, "subject": "s", "text": "t", "state": "sent", "sent_at": NOW}
    with store.write() as session:
        row = Notice(**(basic | given))
        session.add(row)
        session.flush()
        for number, state in enumerate(states):
            alert = Alert(
                rule="r",
                rule_version="v",
                dataset="files",
                key=f"{row.id}-{number}",
                record_id=1,
                source="s",
                unit="H26.1",
                level=3,
                state=state,
                opened_at=NOW,
                changed_at=NOW,
            )
            session.add(alert)
            session.flush()
            session.add(NoticeAlert(notice_id=row.id or 0, alert_id=alert.id or 0, why="opened", level=3))
        return row.id or 0


def test_any_other_text_is_an_answer_tied_to_the_last_notice(chat: Chat, store: Store) -> None:
    notice(store, sent_at=NOW - timedelta(days=1))
    last = notice(store)
    notice(store, state="pending", sent_at=None)
    assert chat.said(IncomingKind.TEXT, "Đã giao phòng tư pháp") == "Đã nhận ý kiến của đồng chí và chuyển Văn phòng."
    (answer,) = rows(store, Answer)
    assert (answer.notice_id, answer.text, answer.unit, answer.told_at) == (
        last,
        "Đã giao phòng tư pháp",
        "H26.1",
        None,
    )
    assert [row.confirmed_at for row in rows(store, Notice)] == [None, NOW, None]


def test_the_words_of_a_stranger_and_of_one_not_confirmed_are_not_kept(chat: Chat, store: Store) -> None:
    assert "chưa được liên kết" in chat.said(IncomingKind.TEXT, "xin chào", user=99)
    assert "chờ Văn phòng xác nhận" in chat.said(IncomingKind.TEXT, "xin chào", user=9)
    assert rows(store, Answer) == []


def test_an_update_is_handled_once(chat: Chat, store: Store) -> None:
    chat.says(IncomingKind.TEXT, "a", number=40)
    assert chat.says(IncomingKind.TEXT, "a", number=40) == Handled()
    assert chat.says(IncomingKind.TEXT, "older", number=39) == Handled()
    assert len(rows(store, Answer)) == 1
    with store.read() as session:
        assert offset(session, TELEGRAM) == 41
        assert offset(session, ChannelName.HTTP) == 0


def test_what_fails_is_not_taken_for_handled(chat: Chat, store: Store) -> None:
    incoming = Incoming(TELEGRAM, 5, IncomingKind.TEXT, 7, 7, True, NOW, "a")

    def breaks() -> None:
        with store.write() as session:
            handle(session, incoming, CITY, AT, language="vi")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    assert chat.says(IncomingKind.TEXT, "a", number=5).replies
    assert len(rows(store, Answer)) == 1


def test_stop_changes_to_mail_and_start_changes_back_and_the_office_hears_both(chat: Chat) -> None:
    handled = chat.says(IncomingKind.STOP)
    assert handled.replies[0].text.startswith("Từ nay thông báo được gửi qua thư điện tử")
    assert [change.kind.value for change in handled.changes] == ["muted"]
    assert chat.ways("lan@h.vn") == ["email", "telegram"]
    assert chat.says(IncomingKind.STOP).changes == ()
    assert [change.kind.value for change in chat.says(IncomingKind.START).changes] == ["unmuted"]
    assert chat.ways("lan@h.vn") == ["telegram", "email"]


def test_who_has_no_mail_address_is_told_that_stop_changes_nothing_yet(chat: Chat) -> None:
    assert chat.said(IncomingKind.STOP, user=8).startswith("Noted, and the office has been told. There is no e-mail")


def test_a_blocked_bot_is_noticed_and_the_way_comes_back_with_it(chat: Chat, store: Store) -> None:
    assert [change.kind.value for change in chat.says(IncomingKind.BLOCKED).changes] == ["blocked"]
    assert chat.ways("lan@h.vn") == ["email"]
    assert [(down.channel, down.address) for down in rows(store, AddressDown)] == [("telegram", "7")]
    assert [change.kind.value for change in chat.says(IncomingKind.UNBLOCKED).changes] == ["unblocked"]
    assert chat.ways("lan@h.vn") == ["telegram", "email"]
    assert [row.action for row in rows(store, AuditRow)] == ["binding.blocked", "binding.unblocked"]


def test_the_bot_leaves_a_group_and_says_nothing_there(chat: Chat, store: Store) -> None:
    joined = chat.says(IncomingKind.JOINED, private=False)
    assert (joined.replies[0].leave, joined.replies[0].text) == (True, "")
    assert [change.kind.value for change in joined.changes] == ["group"]
    for kind in (IncomingKind.TEXT, IncomingKind.STATUS, IncomingKind.HELP, IncomingKind.STOP, IncomingKind.START):
        handled = chat.says(kind, private=False)  # by Lan, who is bound elsewhere
        assert [(reply.leave, reply.text) for reply in handled.replies] == [(True, "")]
        assert handled.changes == ()
    assert chat.ways("lan@h.vn") == ["telegram", "email"]
    assert rows(store, Answer) == []


def test_status_counts_what_stands_in_each_unit_of_the_person(chat: Chat, store: Store) -> None:
    notice(store, states=("open", "disputed", "resolved"))
    assert chat.said(IncomingKind.STATUS).splitlines() == [
        "Phường 1: 2 việc đang mở (2 nghiêm trọng).",
        "Phường 2: không có việc nào đang mở.",
    ]
    assert chat.said(IncomingKind.STATUS, user=8) == "Phường 3: nothing is open."
    assert "chưa được liên kết" in chat.said(IncomingKind.STATUS, user=99)


def test_help_and_a_second_start_say_where_one_stands(chat: Chat) -> None:
    assert "/stop" in chat.said(IncomingKind.HELP)
    assert "chưa được liên kết" in chat.said(IncomingKind.HELP, user=99)
    assert chat.said(IncomingKind.START) == "Cuộc trò chuyện này đã được liên kết: Lan, Phường 1."
    assert "chờ Văn phòng" in chat.said(IncomingKind.START, user=9)


def test_a_press_is_a_request_to_acknowledge_and_a_sign_of_life(chat: Chat, store: Store) -> None:
    number = notice(store, unit="H26.1")
    handled = chat.says(IncomingKind.PRESS, f"ack:{number}")
    assert handled.acknowledge is not None
    request = handled.acknowledge
    assert (request.notice_id, request.person, request.name, request.unit) == (number, "lan@h.vn", "Lan", "H26.1")
    assert (handled.replies[0].edit, handled.replies[0].text) == (True, "Đã ghi nhận: đồng chí đã nhận thông báo.")
    assert rows(store, Notice)[0].confirmed_at == NOW


def test_a_second_press_says_who_was_first_and_when(chat: Chat, store: Store) -> None:
    number = notice(store)
    acknowledged = {"state": "acknowledged", "acknowledged_at": NOW + timedelta(minutes=12), "acknowledged_by": "Lan"}
    with store.write() as session:
        session.connection().execute(update(alerts_table).values(acknowledged))
    handled = chat.says(IncomingKind.PRESS, f"ack:{number}")
    assert handled.acknowledge is None
    assert handled.replies[0].text == "Đã được Lan xác nhận lúc 10:12 ngày 05/10/2026."


def test_a_press_on_what_is_over_says_when_it_was_closed(chat: Chat, store: Store) -> None:
    number = notice(store, states=("resolved", "withdrawn"))
    handled = chat.says(IncomingKind.PRESS, f"ack:{number}")
    assert handled.acknowledge is None
    assert handled.replies[0].text == "Các việc trong thông báo này đã khép lại lúc 10:00 ngày 05/10/2026."


@pytest.mark.parametrize("user", [8, 9, 99])
def test_the_button_of_another_person_does_nothing(chat: Chat, store: Store, user: int) -> None:
    number = notice(store)
    handled = chat.says(IncomingKind.PRESS, f"ack:{number}", user=user)
    assert handled.acknowledge is None
    assert handled.replies[0].text
    assert rows(store, Notice)[0].confirmed_at is None


@pytest.mark.parametrize("data", ["", "ack:", "ack:99", "ack:-1", "drop table", "ack:" + "9" * 60])
def test_a_stale_or_forged_button_is_answered_and_does_nothing(chat: Chat, data: str) -> None:
    handled = chat.says(IncomingKind.PRESS, data)
    assert (handled.acknowledge, handled.replies[0].text) == (None, "Nút này không còn hiệu lực.")


def test_the_mail_of_an_invitation_carries_the_link_and_its_end() -> None:
    subject, text = invitation("vi", name="Lan", unit="Phường 1", link="https://t.me/b?start=x", until=NOW)
    assert subject == "Mời nhận thông báo qua Telegram: Phường 1"
    assert "https://t.me/b?start=x" in text
    assert "03:00 ngày 05/10/2026" in text
