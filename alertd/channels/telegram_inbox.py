"""Telegram as a way in: updates become Incoming values, answers go back into the same chat. It decides nothing."""

import logging
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import datetime
from typing import Any

from telegram import Bot, CallbackQuery, Chat, ChatMember, ChatMemberUpdated, ForceReply, Update, User
from telegram import Message as Written
from telegram.error import BadRequest, Conflict, TelegramError

from alertd.channels.telegram_buttons import keyboard
from alertd.channels.telegram_line import LineClosed, TelegramLine
from alertd.channels.telegram_outcome import outcome_of
from alertd.errors import CannotRun, SourceFailed
from alertd.model.message import Incoming, IncomingKind, Outcome, Reply, Result, Unsaid
from alertd.model.words import ChannelName

log = logging.getLogger(__name__)

_ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
_ANSWER_LENGTH = 200  # answerCallbackQuery
_TEXT_LENGTH = 4096  # sendMessage
_ACCOUNT_LENGTH = 60
_COMMAND = re.compile(r"/(start|stop|status|help)(?:@(\w+))?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_IN_GROUP = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)
_OUT_OF_GROUP = (ChatMember.LEFT, ChatMember.BANNED)


class TelegramInbox:
    """Receives through a line that it may share with the channel. One process at a time may receive for a bot."""

    def __init__(self, line: TelegramLine, *, clock: Callable[[], datetime]) -> None:
        """``clock`` dates the presses of buttons, which Telegram does not."""
        self._line = line
        self._clock = clock
        self._username = ""
        self._skip = (0, 0)  # an offset, and the one to ask for in its place: between them is nothing of ours

    def receive(self, offset: int, *, wait: float) -> list[Incoming]:
        name = self._name()
        asked = self._skip[1] if offset == self._skip[0] else offset
        try:
            updates = self._line.call(
                lambda bot: bot.get_updates(offset=asked or None, timeout=int(wait), allowed_updates=_ALLOWED)
            )
        except CancelledError:
            return []
        except TelegramError as error:
            raise self._failure(error) from None
        except (TypeError, ValueError, LookupError, AttributeError) as error:  # the library, over what is no update
            what = f"{self._line.root}: an update cannot be understood ({type(error).__name__}); update alertd"
            raise SourceFailed("not_data", what) from None
        found = [incoming for update in updates if (incoming := incoming_of(update, name, self._clock())) is not None]
        if updates:
            # Updates of no interest at the end are never handed out, so nobody's offset would move past them.
            handled = found[-1].update_id + 1 if found else offset
            self._skip = (handled, updates[-1].update_id + 1)
        return found

    def reply(self, reply: Reply) -> Unsaid | None:
        try:
            return self._line.call(lambda bot: self._reply(bot, reply))
        except (CancelledError, LineClosed):  # rather twice than never
            return Unsaid(_later(reply))

    def username(self) -> str:
        try:
            return self._name()
        except SourceFailed as error:
            raise CannotRun(str(error)) from None

    def close(self) -> None:
        self._line.close()

    def _name(self) -> str:
        if not self._username:
            try:
                self._username = self._line.call(lambda bot: bot.get_me()).username or ""
            except CancelledError:
                return ""
            except TelegramError as error:
                raise self._failure(error) from None
        return self._username

    def _failure(self, error: TelegramError) -> SourceFailed:
        root = self._line.root
        if isinstance(error, Conflict):
            if "webhook" in error.message.lower():
                cure = "use a bot of alertd's own, or remove the webhook once (method deleteWebhook)"
                return SourceFailed("conflict", f"{root}: another program receives for this bot by webhook; {cure}")
            cure = "stop the other one: a second alertd needs the same store, any other program a bot of its own"
            return SourceFailed("conflict", f"{root}: another process receives for this bot; {cure}")
        return SourceFailed("unreachable", f"{root}: {self._line.scrub(outcome_of(error, group=False).detail)}")

    async def _reply(self, bot: Bot, reply: Reply) -> Unsaid | None:
        """One act after the other; at the first that has to wait, it and all after it are left."""
        to, rest = reply.to, reply
        if to.reply_to:  # a press is always answered, or the button goes on turning on the telephone
            rest = _later(reply)
            taken = await self._tried(
                to, lambda: bot.answer_callback_query(to.reply_to, _cut(reply.text, _ANSWER_LENGTH))
            )
            if isinstance(taken, Outcome):
                return _unsaid(rest, taken)
            rest = (
                replace(rest, said=reply.said) if taken else rest
            )  # a press of long ago can be answered by a message only
        if rest.edit and to.message_id:
            left = keyboard(rest.left)
            taken = await self._tried(
                to, lambda: bot.edit_message_reply_markup(to.chat_id, to.message_id, reply_markup=left)
            )
            if isinstance(taken, Outcome):
                return _unsaid(rest, taken)
            rest = replace(rest, edit=False)
        if words := rest.said or rest.text:
            # what asks for an answer opens it on the telephone
            below = ForceReply() if rest.asks else keyboard(rest.buttons)
            taken = await self._tried(
                to, lambda: bot.send_message(to.chat_id, _cut(words, _TEXT_LENGTH), reply_markup=below)
            )
            if isinstance(taken, Outcome):
                return _unsaid(rest, taken)
            rest = replace(rest, said="", text="")
        if rest.leave:
            taken = await self._tried(to, lambda: bot.leave_chat(to.chat_id))
            if isinstance(taken, Outcome):
                return _unsaid(rest, taken)
        return None

    async def _tried(self, to: Incoming, act: Callable[[], Awaitable[Any]]) -> bool | Outcome:
        """Whether the server took it; the Outcome where it may take it later."""
        try:
            await act()
        except BadRequest as error:
            if "not modified" in error.message.lower():
                return True
            log.warning("an answer was refused: %s", self._line.scrub(error.message))
            return False
        except TelegramError as error:
            outcome = outcome_of(error, group=to.chat_id < 0)
            waits = outcome.result is Result.RETRY and not outcome.new_address
            what = "waits to be sent" if waits else "was not sent"
            log.warning("an answer %s: %s", what, self._line.scrub(outcome.detail))
            return outcome if waits else False
        return True


def _later(reply: Reply) -> Reply:
    """The reply as it is said when the press that it answers cannot be answered any more: by a message. Of what the person wrote
    nothing is kept in it."""
    to = replace(reply.to, reply_to="", text="", quoted="", account="")
    if not reply.to.reply_to:
        return replace(reply, to=to)
    return replace(reply, to=to, text="", said=reply.said or reply.text)


def _unsaid(rest: Reply, outcome: Outcome) -> Unsaid:
    return Unsaid(_later(rest), outcome.retry_after, outcome.scope)


def incoming_of(update: Update, username: str, now: datetime) -> Incoming | None:
    """The update as a value, or None where it is nobody's word to alertd (another bot's command, a pinned message)."""
    if update.callback_query is not None:
        return _press(update.update_id, update.callback_query, now)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    if update.message is not None:
        return _words(update.update_id, update.message, username)
    return None


def _words(update_id: int, message: Written, username: str) -> Incoming | None:
    person = message.from_user
    text = _plain(message.text or message.caption or "")
    private = message.chat.type == Chat.PRIVATE
    # a picture in a private chat is an answer too, though without words; service messages are nobody's
    if person is None or person.is_bot or not (text or (private and message.effective_attachment is not None)):
        return None
    kind = IncomingKind.TEXT
    command = _COMMAND.fullmatch(text.strip())
    if command is not None:
        if command[2] and command[2].lower() != username.lower():
            return None
        kind, text = IncomingKind(command[1].lower()), (command[3] or "").strip()
    return Incoming(
        channel=ChannelName.TELEGRAM,
        update_id=update_id,
        kind=kind,
        user_id=person.id,
        chat_id=message.chat.id,
        private=private,
        at=message.date,
        text=text,
        language=person.language_code or "",
        message_id=message.message_id,
        account=_account(person),
        quoted=_quoted(message),
    )


def _quoted(message: Written) -> str:
    """What it answers: of ours alone, for only that can be a question of ours."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or not asked.from_user.is_bot:
        return ""
    return _plain(asked.text or asked.caption or "")


def _press(update_id: int, query: CallbackQuery, now: datetime) -> Incoming:
    message = query.message
    return Incoming(
        channel=ChannelName.TELEGRAM,
        update_id=update_id,
        kind=IncomingKind.PRESS,
        user_id=query.from_user.id,
        chat_id=message.chat.id if message is not None else query.from_user.id,
        private=message is None or message.chat.type == Chat.PRIVATE,
        at=now,
        text=_plain(query.data or ""),
        language=query.from_user.language_code or "",
        reply_to=query.id,
        message_id=message.message_id if message is not None else 0,
    )


def _membership(update_id: int, change: ChatMemberUpdated) -> Incoming | None:
    private = change.chat.type == Chat.PRIVATE
    before, after = change.old_chat_member.status, change.new_chat_member.status
    if after in _OUT_OF_GROUP and before not in _OUT_OF_GROUP:
        kind = IncomingKind.BLOCKED  # in a group: put out of it
    elif after in _IN_GROUP and before in _OUT_OF_GROUP:
        kind = IncomingKind.UNBLOCKED if private else IncomingKind.JOINED
    else:
        return None
    return Incoming(
        channel=ChannelName.TELEGRAM,
        update_id=update_id,
        kind=kind,
        user_id=change.from_user.id,
        chat_id=change.chat.id,
        private=private,
        at=change.date,
        language=change.from_user.language_code or "",
        account=_account(change.from_user) if private else _shown(change.chat.title or ""),
    )


def _account(person: User) -> str:
    """Name and user name, on one line."""
    return _shown(f"{person.full_name} @{person.username}" if person.username else person.full_name)


def _shown(named: str) -> str:
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in _plain(named)).split())
    return _cut(shown, _ACCOUNT_LENGTH)


def _plain(text: str) -> str:
    """Without what no database takes: NUL, and halves of letters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
