"""The button by which a head says that a figure is wrong, on both databases: record by record, and never in another's hand."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alertd.contacts.inbox import handle
from alertd.contacts.turn import Handled
from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.disputes import Dispute, DisputeAsk
from alertd.model.message import Incoming, IncomingKind
from alertd.model.notices import NoticeAlert
from alertd.model.people import Answer, Binding
from alertd.store.database import Store
from tests.integration.test_contacts_inbox import AT, CITY, LAN, NOW, TELEGRAM, Chat, chat, notice, rows

__all__ = ["chat"]

LATER = timedelta(minutes=5)


def keys(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.connection().execute(select(alerts_table.c.key).order_by(alerts_table.c.id)).scalars())


def says(
    chat: Chat, text: str, *, kind: IncomingKind = IncomingKind.TEXT, after: timedelta = LATER, **given: Any
) -> Handled:
    chat.number += 1
    user, titles = given.pop("user", 7), given.pop("titles", {})
    incoming = Incoming(TELEGRAM, chat.number, kind, user, user, True, NOW, text, **given)
    with chat.store.write() as session:
        return handle(session, incoming, CITY, type(AT)(NOW + after, AT.calendar), language="vi", titles=titles)


def presses(chat: Chat, data: str, **given: Any) -> Handled:
    return says(chat, data, kind=IncomingKind.PRESS, reply_to="q", **given)


def test_of_one_record_the_reason_is_asked_and_taken(chat: Chat, store: Store) -> None:
    told = notice(store)
    (key,) = keys(store)
    (asked,) = presses(chat, f"dis:{told}").replies
    assert (asked.text, asked.asks) == ("Đề nghị ghi rõ nội dung chưa đúng.", True)
    assert asked.said.startswith(f"{key}: đề nghị trả lời tin này")
    handled = says(chat, "Đã trả kết quả ngày 01/10,\nông A 0912345678")
    assert handled.dispute is not None
    assert (handled.dispute.notice, handled.dispute.person, handled.dispute.name) == (told, LAN.person, "Lan")
    assert "“Đã trả kết quả ngày 01/10, ông A […]”" in handled.replies[0].text
    assert "đã được che" in handled.replies[0].text
    assert rows(store, DisputeAsk) == rows(store, Answer) == []


def test_a_record_that_a_digest_shows_once_more_is_among_them(chat: Chat, store: Store) -> None:
    told = notice(store, kind="digest")
    with store.write() as session:
        session.connection().execute(update(table_of(NoticeAlert)).values(why="listed"))
    (asked,) = presses(chat, f"dis:{told}").replies
    assert asked.said.startswith(f"{keys(store)[0]}: ")


def test_a_record_of_which_two_rules_tell_is_offered_once_for_each_by_their_titles(chat: Chat, store: Store) -> None:
    told = notice(store, states=("open", "open", "open"))
    first, second, third = keys(store)
    with store.write() as session:
        same = update(alerts_table).where(alerts_table.c.key == second).values(key=first, rule="late-no-apology")
        session.connection().execute(same)
    titles = {"late-no-apology": "Hồ sơ quá hạn chưa có văn bản xin lỗi", "r": "Hồ sơ quá hạn"}
    (asked,) = presses(chat, f"dis:{told}", titles=titles).replies
    assert [button.label for button in asked.buttons] == [
        f"{first} · Hồ sơ quá hạn",
        f"{first} · Hồ sơ quá hạn chưa có văn bản xin lỗi",
        third,
    ]
    with store.write() as session:
        values = {"channel": "telegram", "user_id": 7, "notice_id": told, "alert_id": None, "asked_at": NOW}
        session.connection().execute(insert(table_of(DisputeAsk)).values(values))
    (again,) = says(chat, first, titles=titles).replies  # he wrote the code of it
    assert [button.label for button in again.buttons] == [button.label for button in asked.buttons][:2]
    assert again.text.startswith("Thông báo số")


def test_a_record_whose_code_alertd_puts_together_goes_by_words(chat: Chat, store: Store) -> None:
    told = notice(store)
    with store.write() as session:
        values = {"dataset": "index_readings", "key": "2026-09/H26.1/TOTAL"}
        session.connection().execute(update(alerts_table).values(values))
    (asked,) = presses(chat, f"dis:{told}").replies
    name = asked.said.partition(": đề nghị")[0]
    assert (name.startswith("Chỉ số tháng 9/2026"), "TOTAL" in name) == (True, False)
    handled = says(chat, "nguồn chưa cập nhật", quoted=asked.said, after=timedelta(days=1))
    assert handled.dispute is not None
    assert name in handled.replies[0].text


def test_of_a_few_records_each_has_a_button(chat: Chat, store: Store) -> None:
    told = notice(store, states=("open", "acknowledged", "resolved"))
    (asked,) = presses(chat, f"dis:{told}").replies
    assert [button.label for button in asked.buttons] == keys(store)[:2]
    chosen = presses(chat, asked.buttons[1].data).replies[0]
    assert chosen.said.startswith(f"{keys(store)[1]}: ")


def test_of_many_records_the_code_is_asked_and_may_come_with_the_reason(chat: Chat, store: Store) -> None:
    told = notice(store, states=("open",) * 12)
    asked = presses(chat, f"dis:{told}").replies[0]
    assert asked.said.startswith(f"Thông báo số {told} có 12 nội dung.")
    wrong = says(chat, "H26.1-000000-0000", quoted=asked.said)
    assert "Không có mã này" in wrong.replies[0].text
    assert [answer.text for answer in rows(store, Answer)] == ["H26.1-000000-0000"]
    code = keys(store)[3]
    assert says(chat, code.lower()).replies[0].text.startswith(f"{code}: ")
    presses(chat, f"dis:{told}")
    handled = says(chat, f"{code} không thuộc đơn vị")
    assert handled.dispute is not None
    assert handled.dispute.reason == "không thuộc đơn vị"


def name_by_words(store: Store, last: int) -> None:
    """All but the first records of a notice, from the one with this number on, are figures of the index."""
    with store.write() as session:
        named = {"dataset": "index_readings", "key": "2026-09/H26.1/" + alerts_table.c.key}
        session.connection().execute(update(alerts_table).where(alerts_table.c.id >= last).values(named))


def test_of_many_that_go_by_words_each_has_a_button_on_one_of_the_pages(chat: Chat, store: Store) -> None:
    told = notice(store, states=("open",) * 19)
    name_by_words(store, 0)
    (asked,) = presses(chat, f"dis:{told}").replies
    assert [button.label for button in asked.buttons[8:]] == ["Trang 2/3 ▸"]
    seen = [*asked.buttons[:8]]
    for page, turned in ((2, ["◂ Trang 1/3", "Trang 3/3 ▸"]), (3, ["◂ Trang 2/3"])):
        (reply,) = presses(chat, f"dis:{told}:p{page}").replies
        assert (reply.edit, reply.said) == (True, "")  # in place
        shown = [button for button in reply.left if "Trang" not in button.label]
        assert [button.label for button in reply.left if button not in shown] == turned
        seen += shown
    assert len({button.data for button in seen}) == 19
    last = presses(chat, seen[-1].data).replies[0]
    assert last.said.startswith("Chỉ số tháng 9/2026, Phường 1: ")
    assert presses(chat, f"dis:{told}:p9").replies[0].left[-1].label == "◂ Trang 2/3"  # fewer are left than there were


def test_among_many_files_what_goes_by_words_has_buttons_and_a_file_its_code(chat: Chat, store: Store) -> None:
    told = notice(store, states=("open",) * 12)
    code, *_ = keys(store)
    with store.read() as session:
        numbers = session.connection().execute(select(alerts_table.c.id).order_by(alerts_table.c.id)).scalars().all()
    name_by_words(store, numbers[-2])
    (asked,) = presses(chat, f"dis:{told}").replies
    assert len(asked.buttons) == 2
    assert asked.said.endswith("Nội dung không có mã: đề nghị chọn dưới đây.")
    assert says(chat, f"{code} không thuộc đơn vị", quoted=asked.said, after=timedelta(hours=20)).dispute is not None
    assert presses(chat, asked.buttons[1].data).replies[0].said.startswith("Chỉ số tháng 9/2026, Phường 1: ")


@pytest.mark.parametrize("nothing", ["", "?", "123", "👍"])
def test_without_a_reason_it_is_asked_once_more(chat: Chat, store: Store, nothing: str) -> None:
    presses(chat, f"dis:{notice(store)}")
    handled = says(chat, nothing)
    assert handled.dispute is None
    assert "chưa ghi nhận vì chưa có lý do" in handled.replies[0].text
    assert says(chat, "đã trả kết quả").dispute is not None


def test_a_stranger_and_another_head_get_no_further_than_the_button(chat: Chat, store: Store) -> None:
    told = notice(store)
    for user in (8, 9, 666):
        (said,) = presses(chat, f"dis:{told}", user=user).replies
        assert (said.said, said.buttons) == ("", ())
        assert said.text in (
            "Thông báo này được gửi cho người khác; không ghi nhận.",
            "This notice went to somebody else; nothing was noted.",
        )
    assert presses(chat, "dis:9999").replies[0].text == "Nút này không còn hiệu lực."
    assert presses(chat, "dis:1:2:3").replies[0].text == "Nút này không còn hiệu lực."
    assert rows(store, DisputeAsk) == []


def test_a_record_of_another_notice_cannot_be_pressed_under_this_one(chat: Chat, store: Store) -> None:
    mine, others = notice(store), notice(store, person="minh", address="8")
    with store.read() as session:
        c = table_of(NoticeAlert).c
        theirs = session.connection().execute(select(c.alert_id).where(c.notice_id == others)).scalar_one()
    assert "không cần phản ánh" in presses(chat, f"dis:{mine}:{theirs}").replies[0].text


def test_a_second_press_says_who_was_first(chat: Chat, store: Store) -> None:
    told = notice(store)
    with store.write() as session:
        alert = session.connection().execute(update(alerts_table).values(state="disputed").returning(alerts_table.c.id))
        number = alert.scalar_one()
        raised: dict[str, Any] = {"raised_at": NOW, "raised_by": "Lan", "reason": "sai", "quiet_until": NOW}
        session.add(Dispute(alert_id=number, rule="r", dataset="files", key="k", level=3, **raised))
    assert presses(chat, f"dis:{told}").replies[0].text == (
        "Lan đã phản ánh lúc 10:00 ngày 05/10/2026; đang chờ Văn phòng trả lời."
    )


def test_an_old_message_whose_records_have_ended_or_moved_disputes_nothing(chat: Chat, store: Store) -> None:
    told = notice(store, states=("resolved", "open"))
    with store.write() as session:
        number = (
            session.connection().execute(select(alerts_table.c.id).where(alerts_table.c.state == "open")).scalar_one()
        )
        session.add(AlertEvent(alert_id=number, at=NOW + timedelta(minutes=1), what="moved", level=3, unit="H26.2"))
    assert "không cần phản ánh" in presses(chat, f"dis:{told}").replies[0].text


def test_what_ends_between_the_question_and_the_answer_is_said(chat: Chat, store: Store) -> None:
    presses(chat, f"dis:{notice(store)}")
    with store.write() as session:
        session.connection().execute(update(alerts_table).values(state="resolved", resolved_at=NOW))
    handled = says(chat, "đã trả kết quả")
    assert (handled.dispute, "không cần phản ánh" in handled.replies[0].text) == (None, True)


def test_a_question_that_is_old_or_not_quoted_is_not_answered_by_chance(chat: Chat, store: Store) -> None:
    asked = presses(chat, f"dis:{notice(store)}").replies[0]
    assert says(chat, "xin chào", after=timedelta(hours=2)).dispute is None
    assert says(chat, "đã rõ", quoted=f"🔴 PHƯỜNG 1 … {keys(store)[0]}: …").dispute is None
    assert [answer.text for answer in rows(store, Answer)] == ["xin chào", "đã rõ"]
    assert says(chat, "đã trả", after=timedelta(hours=20), quoted=asked.said).dispute is not None


def test_who_is_no_longer_bound_disputes_nothing(chat: Chat, store: Store) -> None:
    presses(chat, f"dis:{notice(store)}")
    with store.write() as session:
        session.connection().execute(update(table_of(Binding)).values(state="ended"))
    assert says(chat, "đã trả kết quả").dispute is None


def test_the_other_button_stays_when_receipt_is_noted(chat: Chat, store: Store) -> None:
    told = notice(store, buttons='[["Đã nhận", "ack:1"], ["Phản ánh số liệu", "dis:1"]]')
    assert told == 1
    (said,) = presses(chat, "ack:1").replies
    assert (said.edit, [button.data for button in said.left]) == (True, ["dis:1"])
