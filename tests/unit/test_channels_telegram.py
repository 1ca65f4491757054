"""What errors of the bot server mean, and what updates say."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError

from alertd.channels.base import one_line, repeat_line
from alertd.channels.telegram_inbox import incoming_of
from alertd.channels.telegram_line import BadAnswer, Flooded, NotWritten, Unanswered
from alertd.channels.telegram_outcome import outcome_of, plain_text
from alertd.model.message import IncomingKind, Result, Scope
from alertd.settings.address import is_loopback

NOW = datetime(2026, 10, 6, 1, 0, tzinfo=UTC)
PERSON = {"id": 5, "is_bot": False, "first_name": "A", "language_code": "vi"}
PRIVATE = {"id": 5, "type": "private", "first_name": "A"}
GROUP = {"id": -9, "type": "supergroup", "title": "G"}


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (Flooded(3, "Too Many Requests"), Result.RETRY),
        (ChatMigrated(-100), Result.RETRY),
        (Forbidden("Forbidden: bot was blocked by the user"), Result.ADDRESS_REFUSED),
        (InvalidToken("Unauthorized"), Result.RETRY),
        (BadRequest("Bad Request: chat not found"), Result.ADDRESS_REFUSED),
        (BadRequest("Bad Request: message is too long"), Result.CONTENT_REFUSED),
        (NotWritten("ConnectError"), Result.RETRY),
        (Unanswered("ReadTimeout"), Result.UNCERTAIN),
        (BadAnswer(502, "Bad Gateway"), Result.RETRY),
        (BadAnswer(200, "a page"), Result.UNCERTAIN),
        (BadAnswer(413, "Request Entity Too Large"), Result.CONTENT_REFUSED),
        (TelegramError("something new"), Result.UNCERTAIN),
    ],
)
def test_every_error_has_one_meaning(error: TelegramError, result: Result) -> None:
    assert outcome_of(error, group=False).result is result


@pytest.mark.parametrize(("group", "scope"), [(True, Scope.CHAT), (False, Scope.CHANNEL)])
def test_a_flood_in_a_group_holds_for_the_group_and_else_for_the_bot(group: bool, scope: Scope) -> None:
    outcome = outcome_of(Flooded(30, "Too Many Requests"), group=group)
    assert (outcome.retry_after, outcome.scope) == (30, scope)


def test_a_programming_error_is_not_taken_for_a_fault_of_the_network() -> None:
    error = NetworkError("Unknown error in HTTP implementation")
    error.__cause__ = RuntimeError("Event loop is closed")
    with pytest.raises(NetworkError):
        outcome_of(error, group=False)


def test_a_text_without_tags_keeps_its_words() -> None:
    assert plain_text('<b>5 &lt; 6</b> &amp; <a href="https://x.example">đây</a>') == "5 < 6 & đây"


def update(**part: Any) -> Update:
    return Update.de_json({"update_id": 1, **part}, None)


def words(text: str, chat: dict[str, Any] = PRIVATE, **more: Any) -> Update:
    message = {"message_id": 3, "from": PERSON, "chat": chat, "date": 1_790_000_000, **more}
    return update(message={**message, "text": text} if text else message)


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("/start", IncomingKind.START, ""),
        ("/start abc_DEF-1", IncomingKind.START, "abc_DEF-1"),
        ("/start@Alertd_Bot abc", IncomingKind.START, "abc"),
        ("/STOP", IncomingKind.STOP, ""),
        ("/status", IncomingKind.STATUS, ""),
        ("/help@alertd_bot", IncomingKind.HELP, ""),
        ("/starting", IncomingKind.TEXT, "/starting"),
        ("Đã giải quyết xong.\nBáo cáo sau", IncomingKind.TEXT, "Đã giải quyết xong.\nBáo cáo sau"),
    ],
)
def test_a_command_is_known_and_any_other_text_is_an_answer(text: str, kind: IncomingKind, rest: str) -> None:
    found = incoming_of(words(text), "alertd_bot", NOW)
    assert found is not None
    assert (found.kind, found.text, found.private) == (kind, rest, True)


@pytest.mark.parametrize(
    "nothing",
    [
        words("/start@other_bot x", GROUP),
        words("", GROUP, pinned_message={"message_id": 1, "chat": GROUP, "date": 1, "text": "x"}),
        words("hi", **{"from": {"id": 6, "is_bot": True, "first_name": "B"}}),
        update(),
    ],
)
def test_what_is_not_meant_for_alertd_is_passed_over(nothing: Update) -> None:
    assert incoming_of(nothing, "alertd_bot", NOW) is None


def test_the_moment_of_a_text_is_the_servers_own() -> None:
    found = incoming_of(words("x"), "alertd_bot", NOW)
    assert found is not None
    assert found.at == datetime.fromtimestamp(1_790_000_000, tz=UTC)


def membership(chat: dict[str, Any], before: str, after: str) -> Update:
    def member(status: str) -> dict[str, Any]:
        more = {"until_date": 0} if status == "kicked" else {}
        return {"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": status, **more}

    change = {"chat": chat, "from": PERSON, "date": 1_790_000_000}
    return update(my_chat_member={**change, "old_chat_member": member(before), "new_chat_member": member(after)})


@pytest.mark.parametrize(
    ("chat", "before", "after", "kind"),
    [
        (PRIVATE, "member", "kicked", IncomingKind.BLOCKED),
        (PRIVATE, "kicked", "member", IncomingKind.UNBLOCKED),
        (GROUP, "left", "member", IncomingKind.JOINED),
        (GROUP, "member", "kicked", IncomingKind.BLOCKED),
    ],
)
def test_membership_says_whether_the_bot_can_be_heard(
    chat: dict[str, Any], before: str, after: str, kind: IncomingKind
) -> None:
    found = incoming_of(membership(chat, before, after), "alertd_bot", NOW)
    assert found is not None
    assert found.kind is kind


def test_a_change_of_rights_in_a_group_is_no_news() -> None:
    assert incoming_of(membership(GROUP, "left", "left"), "alertd_bot", NOW) is None


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("mail.example", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_a_detail_is_one_short_line() -> None:
    assert one_line("a\r\n b") == "a b"
    assert len(one_line("x" * 5000)) == 300


def test_a_repeat_is_marked_in_the_recipients_language() -> None:
    assert repeat_line("vi") != repeat_line("en") == repeat_line("fr")
