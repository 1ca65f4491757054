"""The Telegram channel and inbox against a bot server on loopback."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from alertd.channels.telegram import TelegramChannel
from alertd.channels.telegram_inbox import TelegramInbox
from alertd.channels.telegram_line import TelegramLine
from alertd.demo.bot_api import TOKEN, BotApi
from alertd.demo.bot_faults import MIGRATED_TO, Fault
from alertd.errors import CannotRun, Misconfigured, SourceFailed
from alertd.model.message import (
    Attachment,
    Button,
    Incoming,
    IncomingKind,
    Message,
    Outcome,
    Outgoing,
    Reply,
    Result,
    Scope,
)
from alertd.settings.secret import Secret
from alertd.settings.shapes import Telegram

NOW = datetime(2026, 10, 6, 1, 0, tzinfo=UTC)
MESSAGE = Message("s", "chữ", chat=("<b>một</b>", "hai"), buttons=(Button("Đã nhận", "ack:1"),), silent=True)


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()


@pytest.fixture
def api(no_thread_stays: None) -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


def settings(root: str, *, token: str = TOKEN, attachments: bool = False) -> Telegram:
    return Telegram(token=Secret("env:TOKEN", token), base_url=root, attachments=attachments, per_chat_second=1000.0)


@pytest.fixture
def line(api: BotApi) -> Iterator[TelegramLine]:
    line = TelegramLine(settings(api.root), timeout=5.0)
    yield line
    line.close()


def send(
    line: TelegramLine, message: Message = MESSAGE, *, chat: str = "5", done: int = 0, repeat: bool = False
) -> Outcome:
    return TelegramChannel(line).send(Outgoing(1, chat, "A", message, parts_sent=done, possible_repeat=repeat))


def test_the_parts_arrive_in_order_with_the_buttons_under_the_last(api: BotApi, line: TelegramLine) -> None:
    outcome = send(line)
    assert (outcome.result, outcome.parts_sent) == (Result.ACCEPTED, 2)
    assert [(s.chat_id, s.seen, s.buttons) for s in api.sent] == [(5, "một", ()), (5, "hai", (("Đã nhận", "ack:1"),))]
    assert outcome.server_id == str(api.sent[1].message_id)


def test_a_silent_message_makes_no_sound_and_shows_no_preview(api: BotApi, line: TelegramLine) -> None:
    send(line)
    assert [(s.silent, s.preview, s.parse_mode) for s in api.sent] == [(True, False, "HTML")] * 2


def test_a_message_without_parts_for_the_chat_goes_as_its_text(api: BotApi, line: TelegramLine) -> None:
    assert send(line, Message("s", "5 < 6 & 7")).result is Result.ACCEPTED
    assert api.sent[0].seen == "5 < 6 & 7"


def test_what_was_accepted_before_is_not_sent_again(api: BotApi, line: TelegramLine) -> None:
    assert send(line, done=1).parts_sent == 2
    assert [s.seen for s in api.sent] == ["hai"]


def test_an_attempt_that_fails_midway_says_how_far_it_came(api: BotApi, line: TelegramLine) -> None:
    message = Message("s", "t", chat=("a", "<b>b</i>" + "x" * 5000, "c"))
    outcome = send(line, message)
    assert (outcome.result, outcome.parts_sent) == (Result.CONTENT_REFUSED, 1)


def test_lists_go_along_only_where_the_city_permits_them(api: BotApi, line: TelegramLine) -> None:
    message = Message("s", "t", chat=("a",), attachments=(Attachment("ds.xlsx", "application/x", b"PK"),))
    assert send(line, message).parts_sent == 1
    permitted = TelegramLine(settings(api.root, attachments=True))
    assert send(permitted, message).parts_sent == 2
    permitted.close()
    assert [(s.document, s.content) for s in api.sent] == [("", b""), ("", b""), ("ds.xlsx", b"PK")]


def test_a_picture_is_seen_in_the_chat_and_goes_as_a_file_where_the_server_does_not_take_it(api: BotApi) -> None:
    message = Message("s", "t", chat=("a",), attachments=(Attachment("bieu-do.png", "image/png", b"PNG"),))
    permitted = TelegramLine(settings(api.root, attachments=True))
    assert send(permitted, message).parts_sent == 2
    api.fail_next(Fault.BAD_REQUEST, method="sendPhoto")
    assert send(permitted, message).result is Result.ACCEPTED
    permitted.close()
    assert api.calls[-5:] == ["sendMessage", "sendPhoto", "sendMessage", "sendPhoto", "sendDocument"]
    assert [s.content for s in api.sent if s.document] == [b"PNG", b"PNG"]


@pytest.mark.parametrize(("language", "mark"), [("vi", "(có thể bạn nhận lại tin này)"), ("en", "(you may be")])
def test_a_possible_repeat_says_so(api: BotApi, line: TelegramLine, language: str, mark: str) -> None:
    send(line, Message("s", "t", chat=("a", "b"), language=language), done=1, repeat=True)
    assert [s.seen.startswith(mark) for s in api.sent] == [True]


def test_what_cannot_be_parsed_goes_once_more_as_plain_text(
    api: BotApi, line: TelegramLine, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = send(line, Message("s", "t", chat=("<b>5 &lt; 6</i>",)))
    assert outcome.result is Result.ACCEPTED
    assert [(s.seen, s.parse_mode) for s in api.sent] == [("5 < 6", "")]
    assert "cannot parse part 1; sent plain" in caplog.text


@pytest.mark.parametrize(
    ("fault", "result", "taken"),
    [
        (Fault.BLOCKED, Result.ADDRESS_REFUSED, 0),
        (Fault.CHAT_NOT_FOUND, Result.ADDRESS_REFUSED, 0),
        (Fault.BAD_REQUEST, Result.CONTENT_REFUSED, 0),
        (Fault.UNAUTHORIZED, Result.RETRY, 0),
        (Fault.SERVER_ERROR, Result.RETRY, 0),
        (Fault.BAD_GATEWAY, Result.RETRY, 0),
        (Fault.STRANGE_PAGE, Result.UNCERTAIN, 0),
        (Fault.DROP_BEFORE, Result.UNCERTAIN, 0),
        (Fault.DROP_AFTER, Result.UNCERTAIN, 1),
    ],
)
def test_every_fault_of_the_server_has_its_outcome(
    api: BotApi, line: TelegramLine, fault: Fault, result: Result, taken: int
) -> None:
    api.fail_next(fault)
    outcome = send(line, Message("s", "t", chat=("a",)))
    assert (outcome.result, outcome.parts_sent, len(api.sent)) == (result, 0, taken)
    assert outcome.detail
    assert TOKEN not in outcome.detail


def test_a_flood_gives_the_seconds_to_wait_for_the_bot(api: BotApi, line: TelegramLine) -> None:
    api.fail_next(Fault.FLOOD, seconds=17)
    outcome = send(line)
    assert (outcome.result, outcome.retry_after, outcome.scope) == (Result.RETRY, 17.0, Scope.CHANNEL)


def test_a_flood_in_a_group_is_the_groups_own(api: BotApi, line: TelegramLine) -> None:
    api.fail_next(Fault.FLOOD, seconds=17)
    assert send(line, chat="-9").scope is Scope.CHAT


def test_a_group_that_moved_gives_its_new_address(api: BotApi, line: TelegramLine) -> None:
    api.fail_next(Fault.MIGRATE)
    outcome = send(line, chat="-9")
    assert (outcome.result, outcome.new_address) == (Result.RETRY, str(MIGRATED_TO))


def test_an_answer_that_does_not_come_in_time_is_uncertain(api: BotApi) -> None:
    line = TelegramLine(settings(api.root), timeout=0.1)
    api.fail_next(Fault.SLOW, seconds=30)
    assert send(line).result is Result.UNCERTAIN
    line.close()


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        line = TelegramLine(settings(f"http://127.0.0.1:{taken.getsockname()[1]}"))
        outcome = send(line)
        with pytest.raises(CannotRun, match=r"check \[telegram\] base_url"):
            TelegramChannel(line).probe()
        line.close()
    assert (outcome.result, outcome.scope) == (Result.RETRY, Scope.CHANNEL)
    assert "not reached" in outcome.detail


def test_a_wrong_token_loses_nothing_and_says_what_to_check(api: BotApi) -> None:
    line = TelegramLine(settings(api.root, token="1:wrong"))
    outcome = send(line)
    assert (outcome.result, outcome.scope) == (Result.RETRY, Scope.CHANNEL)
    assert "check [telegram] token" in outcome.detail
    with pytest.raises(CannotRun, match="check \\[telegram\\] token"):
        TelegramChannel(line).probe()
    line.close()


def test_an_address_that_is_no_number_is_refused(line: TelegramLine) -> None:
    assert send(line, chat="@someone").result is Result.ADDRESS_REFUSED


def test_closing_while_sending_leaves_the_message_uncertain(api: BotApi) -> None:
    line = TelegramLine(settings(api.root))
    api.fail_next(Fault.SLOW, seconds=30)
    found: list[Outcome] = []
    sender = threading.Thread(target=lambda: found.append(send(line)))
    sender.start()
    while not api.sent:
        threading.Event().wait(0.005)
    line.close()
    sender.join()
    assert found[0].result is Result.UNCERTAIN


def test_many_send_at_once_through_one_line(api: BotApi, line: TelegramLine) -> None:
    threads = [threading.Thread(target=send, args=(line,), kwargs={"chat": str(n)}) for n in range(1, 41)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted({s.chat_id for s in api.sent}) == list(range(1, 41))


def test_the_token_stands_in_no_log_and_no_repr(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    line = TelegramLine(settings(api.root))
    api.fail_next(Fault.SERVER_ERROR)
    for _ in range(2):
        send(line)
    api.fail_next(Fault.UNAUTHORIZED, method="getUpdates")
    with pytest.raises(SourceFailed) as raised:
        inbox(line).receive(0, wait=0)
    line.close()
    shown = caplog.text + repr(line) + repr(line.settings) + repr(TelegramChannel(line)) + str(raised.value)
    assert TOKEN not in shown
    assert TOKEN.partition(":")[2] not in shown


def test_a_probe_says_which_bot_it_is(api: BotApi, line: TelegramLine) -> None:
    assert TelegramChannel(line).probe() == f"{api.root}: bot @alertd_demo_bot"
    assert inbox(line).username() == "alertd_demo_bot"


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (Telegram(), r"telegram\.token: missing"),
        (settings("https://x.example", token="1:a\n"), r"telegram\.token: what stands in env:TOKEN is no bot's token"),
        (settings("api.telegram.org"), r"telegram\.base_url: not an address"),
        (settings("http://bots.example"), r"telegram\.base_url: the token would travel readable"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_the_start(wrong: Telegram, what: str) -> None:
    with pytest.raises(Misconfigured, match=what):
        TelegramLine(wrong)


def test_a_text_that_no_server_could_read_is_refused(api: BotApi, line: TelegramLine) -> None:
    assert send(line, Message("s", "t", chat=("half a \ud83d",))).result is Result.CONTENT_REFUSED
    assert api.sent == []


def test_a_closed_line_sends_no_more(line: TelegramLine) -> None:
    send(line)
    for _ in range(2):
        line.close()
    with pytest.raises(RuntimeError, match="closed"):
        send(line)


# The way in


def inbox(line: TelegramLine) -> TelegramInbox:
    return TelegramInbox(line, clock=lambda: NOW)


def test_what_people_do_comes_in_the_order_in_which_they_did_it(api: BotApi, line: TelegramLine) -> None:
    send(line)
    api.message(5, "/start token-1")
    api.press(5, "ack:1")
    api.blocked(5)
    api.joined(5, -9)
    found = inbox(line).receive(0, wait=0)
    kinds = [IncomingKind.START, IncomingKind.PRESS, IncomingKind.BLOCKED, IncomingKind.JOINED]
    assert [i.kind for i in found] == kinds
    assert [i.chat_id for i in found] == [5, 5, 5, -9]
    assert (found[1].text, found[1].message_id, found[1].at) == ("ack:1", api.sent[-1].message_id, NOW)


def test_updates_come_again_until_they_are_confirmed(api: BotApi, line: TelegramLine) -> None:
    first, second = api.message(5, "a"), api.message(5, "b")
    receive: Callable[[int], list[int]] = lambda offset: [i.update_id for i in inbox(line).receive(offset, wait=0)]  # noqa: E731
    assert receive(0) == receive(0) == [first, second]
    assert receive(first + 1) == [second]
    assert receive(second + 1) == []


def test_updates_of_no_interest_do_not_come_for_ever(api: BotApi, line: TelegramLine) -> None:
    mine = api.message(5, "a")
    api.message(5, "/help@other_bot", chat_id=-9)
    box = inbox(line)
    assert [i.update_id for i in box.receive(0, wait=0)] == [mine]
    assert box.receive(mine + 1, wait=0) == []
    later = api.message(5, "b")
    assert [i.update_id for i in box.receive(mine + 1, wait=0)] == [later]


def test_a_long_poll_ends_with_the_first_word(api: BotApi, line: TelegramLine) -> None:
    found: list[Incoming] = []
    box = inbox(line)
    waiting = threading.Thread(target=lambda: found.extend(box.receive(0, wait=30)))
    waiting.start()
    while "getUpdates" not in api.calls:
        threading.Event().wait(0.005)
    api.message(5, "xong")
    waiting.join()
    assert [i.text for i in found] == ["xong"]


def test_closing_ends_a_long_poll(api: BotApi) -> None:
    line = TelegramLine(settings(api.root))
    found: list[list[Incoming]] = []
    waiting = threading.Thread(target=lambda: found.append(inbox(line).receive(0, wait=30)))
    waiting.start()
    while "getUpdates" not in api.calls:
        threading.Event().wait(0.005)
    line.close()
    waiting.join()
    assert found == [[]]


def test_a_second_process_that_receives_is_named_as_such(api: BotApi, line: TelegramLine) -> None:
    api.fail_next(Fault.CONFLICT, method="getUpdates")
    with pytest.raises(SourceFailed, match="another process receives for this bot") as raised:
        inbox(line).receive(0, wait=0)
    assert raised.value.reason == "conflict"


def test_the_server_hands_the_poll_to_the_later_of_two(api: BotApi, line: TelegramLine) -> None:
    other = TelegramLine(settings(api.root))
    failed: list[SourceFailed] = []

    def earlier() -> None:
        with pytest.raises(SourceFailed) as raised:
            inbox(line).receive(0, wait=30)
        failed.append(raised.value)

    waiting = threading.Thread(target=earlier)
    waiting.start()
    while "getUpdates" not in api.calls:
        threading.Event().wait(0.005)
    assert inbox(other).receive(0, wait=0) == []
    waiting.join()
    other.close()
    assert failed[0].reason == "conflict"


def received(api: BotApi, line: TelegramLine) -> Incoming:
    return inbox(line).receive(0, wait=0)[-1]


def test_a_reply_goes_into_the_same_chat_as_it_stands(api: BotApi, line: TelegramLine) -> None:
    api.message(5, "/status")
    assert inbox(line).reply(Reply(received(api, line), "5 < 6 & <b>")) is None
    assert [(s.chat_id, s.seen) for s in api.sent] == [(5, "5 < 6 & <b>")]


def test_a_press_is_answered_and_the_buttons_go(api: BotApi, line: TelegramLine) -> None:
    send(line)
    api.press(5, "ack:1")
    press = received(api, line)
    assert inbox(line).reply(Reply(press, "đã ghi nhận " * 40, edit=True)) is None
    assert [(number, len(text)) for number, text in api.answers] == [(press.reply_to, 200)]
    assert api.sent[-1].buttons == ()
    assert api.sent[-1].seen == "hai"


def test_a_second_press_on_a_message_without_buttons_is_answered_all_the_same(api: BotApi, line: TelegramLine) -> None:
    send(line)
    api.press(5, "ack:1")
    press = received(api, line)
    assert [inbox(line).reply(Reply(press, "x", edit=True)) for _ in range(2)] == [None, None]
    assert len(api.answers) == 2


def test_the_bot_leaves_a_group(api: BotApi, line: TelegramLine) -> None:
    api.joined(5, -9)
    assert inbox(line).reply(Reply(received(api, line), "tạm biệt", leave=True)) is None
    assert (api.left, api.sent[-1].chat_id) == ([-9], -9)


def test_a_reply_that_the_server_refuses_is_said_so_and_let_go(
    api: BotApi, line: TelegramLine, caplog: pytest.LogCaptureFixture
) -> None:
    api.message(5, "/status")
    message = received(api, line)
    api.fail_next(Fault.BLOCKED)
    assert inbox(line).reply(Reply(message, "x")) is None
    assert "an answer was not sent" in caplog.text
    assert TOKEN not in caplog.text


def test_what_the_server_may_take_later_is_given_back_without_what_the_person_wrote(
    api: BotApi, line: TelegramLine
) -> None:
    api.message(5, "Tôi là Trần Văn B", quoted="ai?")
    reply = Reply(received(api, line), "ghi lý do", asks=True)
    api.fail_next(Fault.FLOOD, seconds=7)
    left = inbox(line).reply(reply)
    assert left is not None
    assert (left.after, left.scope, left.reply.text, left.reply.asks) == (7, Scope.CHANNEL, "ghi lý do", True)
    assert (left.reply.to.text, left.reply.to.quoted) == ("", "")
    api.fail_next(Fault.SERVER_ERROR)
    left = inbox(line).reply(reply)
    assert left is not None
    assert left.after == 0
    assert inbox(line).reply(left.reply) is None
    assert [sent.seen for sent in api.sent] == ["ghi lý do"]


def test_a_press_that_is_answered_late_is_answered_by_a_message(api: BotApi, line: TelegramLine) -> None:
    send(line)
    api.press(5, "ack:1")
    press = received(api, line)
    for fault, seconds in ((Fault.FLOOD, 3.0), (Fault.BAD_REQUEST, 0.0)):  # a flood; a press of long ago
        api.fail_next(fault, method="answerCallbackQuery", seconds=seconds)
    left = inbox(line).reply(Reply(press, "đã ghi nhận", edit=True))
    assert left is not None
    assert api.answers == []
    assert inbox(line).reply(left.reply) is None
    assert [(sent.seen, sent.buttons) for sent in api.sent[1:]] == [("hai", ()), ("đã ghi nhận", ())]
    assert inbox(line).reply(Reply(press, "đã ghi nhận")) is None
    assert [sent.seen for sent in api.sent[2:]] == ["đã ghi nhận"] * 2


def test_of_a_reply_only_what_was_not_taken_is_left(api: BotApi, line: TelegramLine) -> None:
    send(line)
    api.press(5, "dis:1")
    api.fail_next(Fault.FLOOD, seconds=3)
    left = inbox(line).reply(Reply(received(api, line), "đề nghị ghi rõ", edit=True, said="vì sao?", asks=True))
    assert left is not None
    assert (left.reply.edit, left.reply.text, left.reply.said, left.reply.asks) == (False, "", "vì sao?", True)
    assert len(api.answers) == 1


def test_a_reply_over_a_line_that_was_closed_is_given_back(api: BotApi, line: TelegramLine) -> None:
    api.message(5, "/status")
    message = received(api, line)
    line.close()
    left = inbox(line).reply(Reply(message, "x"))
    assert left is not None
    assert left.reply.text == "x"


# The server's own honesty


def test_the_server_refuses_what_comes_faster_than_it_permits() -> None:
    with BotApi(per_chat_second=1.0) as api:
        line = TelegramLine(settings(api.root))
        first, second = (send(line, Message("s", "t", chat=("a",))) for _ in range(2))
        line.close()
    assert (first.result, second.result, second.retry_after) == (Result.ACCEPTED, Result.RETRY, 1.0)
    assert api.refused == 1
