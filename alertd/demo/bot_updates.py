"""What people do to the make-believe bot, as updates of the Bot API, and the queue from which getUpdates takes them."""

import itertools
import threading
import time
from typing import Any

from alertd.demo.bot_sent import Sent

BOT: dict[str, Any] = {"id": 424242, "is_bot": True, "first_name": "alertd", "username": "alertd_demo_bot"}

Update = dict[str, Any]


class Updates:
    """The queue: kept until confirmed by a higher offset. Thread-safe."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._changed = threading.Condition()
        self._waiting: list[Update] = []
        self._numbers = itertools.count(1001)
        self._asked = 0

    def push(self, update: Update) -> int:
        with self._changed:
            number = next(self._numbers)
            self._waiting.append({"update_id": number, **update})
            self._changed.notify_all()
            return number

    def take(self, offset: int, limit: int, timeout: float) -> list[Update] | None:
        """What waits from ``offset`` on, after at most ``timeout`` seconds; None: another getUpdates took over."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._asked += 1
            mine = self._asked
            self._changed.notify_all()
            self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
            while not self._waiting and not self._stopping.is_set():
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, 0.05))  # short turns: stopping is an event of somebody else
                if self._asked != mine:
                    return None
            return self._waiting[:limit]


def person(user_id: int, language: str = "vi") -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"Người {user_id}", "language_code": language}


def chat_of(chat_id: int) -> dict[str, Any]:
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": f"Nhóm {-chat_id}"}
    return {"id": chat_id, "type": "private", "first_name": f"Người {chat_id}"}


def membership(user_id: int, chat_id: int, bot: dict[str, Any], *, before: str, after: str, date: int) -> Update:
    def member(status: str) -> dict[str, Any]:
        more = {"until_date": 0} if status == "kicked" else {}
        return {"user": bot, "status": status, **more}

    change = {"chat": chat_of(chat_id), "from": person(user_id), "date": date}
    return {"my_chat_member": {**change, "old_chat_member": member(before), "new_chat_member": member(after)}}


class Crowd:
    """People and what they do; each method gives the update's number."""

    def __init__(self, stopping: threading.Event) -> None:
        self.sent: list[Sent] = []
        self.chats: set[int] | None = None
        self.ids = itertools.count(1)
        self.updates = Updates(stopping)

    def push(self, update: Update) -> int:
        """Any update, without its number."""
        return self.updates.push(update)

    def message(
        self, user_id: int, text: str, *, chat_id: int | None = None, at: int | None = None, quoted: str = ""
    ) -> int:
        """``at``: seconds since 1970; now, unless given. ``quoted``: the text of the bot's message that it answers."""
        chat = chat_of(user_id if chat_id is None else chat_id)
        if self.chats is not None:
            self.chats.add(chat["id"])
        date = int(time.time()) if at is None else at
        words = {"message_id": next(self.ids), "from": person(user_id), "chat": chat, "date": date, "text": text}
        if quoted:
            asked = {"message_id": 1, "from": BOT, "chat": chat, "date": date, "text": quoted}
            words["reply_to_message"] = asked
        if text.startswith("/"):
            words["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return self.push({"message": words})

    def press(self, user_id: int, data: str, *, message_id: int = 0, chat_id: int | None = None) -> int:
        """Press the button with this data, under ``message_id`` or the last message that has it."""
        chat = chat_of(user_id if chat_id is None else chat_id)
        having = [s.message_id for s in self.sent if s.chat_id == chat["id"] and data in dict(s.buttons).values()]
        message = {"message_id": message_id or (having or [1])[-1], "chat": chat, "date": int(time.time()), "text": "…"}
        number = str(next(self.ids) + 7_000_000)
        query = {"id": number, "from": person(user_id), "message": message, "chat_instance": "1", "data": data}
        return self.push({"callback_query": query})

    def blocked(self, user_id: int) -> int:
        return self._member(user_id, user_id, before="member", after="kicked")

    def unblocked(self, user_id: int) -> int:
        return self._member(user_id, user_id, before="kicked", after="member")

    def joined(self, user_id: int, chat_id: int) -> int:
        """``user_id`` puts the bot into the group ``chat_id`` (below 0)."""
        return self._member(user_id, chat_id, before="left", after="member")

    def _member(self, user_id: int, chat_id: int, *, before: str, after: str) -> int:
        return self.push(membership(user_id, chat_id, BOT, before=before, after=after, date=int(time.time())))
