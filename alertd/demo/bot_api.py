"""A bot server on loopback that speaks the real Bot API, for the demo and the tests; it keeps what was sent to it."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from alertd.demo.bot_faults import MIGRATED_TO, PAGES, REFUSALS, Answer, Fault, Faults, error, ok
from alertd.demo.bot_http import BotHandler, Dropped
from alertd.demo.bot_limits import Limits
from alertd.demo.bot_sent import Sent, buttons_of, write
from alertd.demo.bot_updates import BOT, Crowd, chat_of
from alertd.demo.chat_html import CannotParse, parsed
from alertd.demo.loopback import Loopback

TOKEN = "424242:demo-token-that-opens-nothing-anywhere"  # noqa: S105 - of a server that exists only here


class BotApi(Loopback, Crowd):
    """``root`` is for ``[telegram] base_url``. Without limits unless given; ``latency`` in seconds.

    ``folder``: every message is also written there as a file. ``chats``: the only ones that exist (None: all do).
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        folder: Path | None = None,
        latency: float = 0.0,
        per_second: float | None = None,
        per_chat_second: float | None = None,
        per_group_minute: float | None = None,
        chats: set[int] | None = None,
    ) -> None:
        Loopback.__init__(self, BotHandler)
        Crowd.__init__(self, self.stopping)
        self.answers: list[tuple[str, str]] = []  # callback id, text
        self.left: list[int] = []
        self.refused = 0  # answers with 429
        self.calls: list[str] = []
        self.latency = latency
        self.chats = chats
        self._token = token
        self._folder = folder
        self._limits = Limits(per_second, per_chat_second, per_group_minute)
        self._faults = Faults()
        self._guard = threading.Lock()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail_next(self, kind: Fault, *, times: int = 1, method: str = "sendMessage", seconds: float = 1.0) -> None:
        """The next ``times`` calls of ``method`` end like this."""
        self._faults.order(kind, method, seconds, times)

    def before_reading(self, method: str) -> None:
        if self._faults.next(method, (Fault.DROP_BEFORE,)) is not None:
            raise Dropped

    def answer(self, token: str, method: str, parameters: dict[str, Any]) -> Answer:
        with self._guard:
            self.calls.append(method)
        if token != self._token:
            return error(401 if ":" in token else 404, "Unauthorized" if ":" in token else "Not Found")
        if self.latency:
            self.stopping.wait(self.latency)
        act = _METHODS.get(method)
        if act is None:
            return error(404, "Not Found: method not found")
        fault = self._faults.next(method)
        kind, seconds = fault or (None, 0.0)
        if kind is Fault.FLOOD:
            return self._flood(int(seconds))
        if kind is Fault.MIGRATE:
            what = "Bad Request: group chat was upgraded to a supergroup chat"
            return error(400, what, migrate_to_chat_id=MIGRATED_TO)
        if kind in PAGES:
            return PAGES[kind], b"<html><title>Blocked</title></html>"
        if kind in REFUSALS:
            return error(*REFUSALS[kind])
        answer = act(self, parameters)
        if kind is Fault.DROP_AFTER:
            raise Dropped
        if kind is Fault.SLOW:
            self.stopping.wait(seconds)
        return answer

    def _flood(self, seconds: int) -> Answer:
        with self._guard:
            self.refused += 1
        return error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _get_me(self, _: dict[str, Any]) -> Answer:
        return ok({**BOT, "can_join_groups": True, "can_read_all_group_messages": False})

    def _get_updates(self, parameters: dict[str, Any]) -> Answer:
        offset, limit = int(parameters.get("offset", 0)), int(parameters.get("limit", 100))
        found = self.updates.take(offset, limit, float(parameters.get("timeout", 0)))
        if found is None:
            return error(*REFUSALS[Fault.CONFLICT])
        return ok(found)

    def _send_message(self, parameters: dict[str, Any]) -> Answer:
        text, mode = parameters.get("text", ""), parameters.get("parse_mode", "")
        try:
            seen = parsed(text) if mode == "HTML" else text
        except CannotParse as complaint:
            return error(400, f"Bad Request: can't parse entities: {complaint}")
        if not seen.strip():
            return error(400, "Bad Request: message text is empty")
        if len(seen) > 4096:
            return error(400, "Bad Request: message is too long")
        preview = not json.loads(parameters.get("link_preview_options", "{}")).get("is_disabled", False)
        return self._keep(parameters, Sent(0, 0, text, seen, mode, preview=preview))

    def _send_document(self, parameters: dict[str, Any]) -> Answer:
        return self._send_file(parameters, "document")

    def _send_photo(self, parameters: dict[str, Any]) -> Answer:
        return self._send_file(parameters, "photo")

    def _send_file(self, parameters: dict[str, Any], what: str) -> Answer:
        given = parameters.get(what, "")
        if isinstance(given, str):  # attach://part
            given = parameters.get(given.removeprefix("attach://"), ("", b""))
        name, content = given
        return self._keep(parameters, Sent(0, 0, "", "", document=name, content=content))

    def _keep(self, parameters: dict[str, Any], draft: Sent) -> Answer:
        chat_id, now = int(parameters["chat_id"]), time.monotonic()
        if self.chats is not None and chat_id not in self.chats:
            return error(*REFUSALS[Fault.CHAT_NOT_FOUND])
        wait = self._limits.refuse(chat_id, now)
        if wait:
            return self._flood(wait)
        silent = str(parameters.get("disable_notification", "")).lower() == "true"
        with self._guard:
            kept = replace(
                draft,
                message_id=next(self.ids),
                chat_id=chat_id,
                silent=silent,
                buttons=buttons_of(parameters),
                at=now,
            )
            self.sent.append(kept)
        if self._folder is not None:
            write(self._folder, kept)
        more = {"text": kept.seen} if kept.text else {}
        message = {
            "message_id": kept.message_id,
            "from": BOT,
            "chat": chat_of(chat_id),
            "date": int(time.time()),
            **more,
        }
        return ok(message)

    def _answer_callback(self, parameters: dict[str, Any]) -> Answer:
        text = parameters.get("text", "")
        if len(text) > 200:
            return error(400, "Bad Request: MESSAGE_TOO_LONG")
        with self._guard:
            self.answers.append((parameters["callback_query_id"], text))
        return ok(True)

    def _edit(self, parameters: dict[str, Any]) -> Answer:
        chat_id, message_id = int(parameters["chat_id"]), int(parameters["message_id"])
        with self._guard:
            for index, sent in enumerate(self.sent):
                if (sent.chat_id, sent.message_id) != (chat_id, message_id):
                    continue
                text = parameters.get("text", sent.text)
                changed = replace(
                    sent, text=text, seen=parameters.get("text", sent.seen), buttons=buttons_of(parameters)
                )
                if changed == sent:
                    return error(400, "Bad Request: message is not modified")
                self.sent[index] = changed
                message = {"message_id": message_id, "from": BOT, "chat": chat_of(chat_id), "date": int(time.time())}
                return ok({**message, "text": changed.seen})
        return error(400, "Bad Request: message to edit not found")

    def _leave(self, parameters: dict[str, Any]) -> Answer:
        with self._guard:
            self.left.append(int(parameters["chat_id"]))
        return ok(True)

    def _nothing(self, _: dict[str, Any]) -> Answer:
        return ok(True)


_METHODS = {
    "getMe": BotApi._get_me,
    "getUpdates": BotApi._get_updates,
    "sendMessage": BotApi._send_message,
    "sendDocument": BotApi._send_document,
    "sendPhoto": BotApi._send_photo,
    "answerCallbackQuery": BotApi._answer_callback,
    "editMessageReplyMarkup": BotApi._edit,
    "editMessageText": BotApi._edit,
    "leaveChat": BotApi._leave,
    "deleteWebhook": BotApi._nothing,
}
