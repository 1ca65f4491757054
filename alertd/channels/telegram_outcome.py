"""What an error of the bot server means for a message: an Outcome. Pure; it sends nothing and knows no token."""

import html
import re

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError

from alertd.channels.telegram_line import BadAnswer, Flooded, NotWritten, Unanswered
from alertd.model.message import Outcome, Result, Scope

_TAG = re.compile(r"<[^<>]*>")

# Descriptions under which the server says that nothing will ever reach this chat.
_NO_SUCH_ADDRESS = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "topic_closed",
)

# A token that is wrong stays wrong until someone edits the config: ask once a minute, not once a message.
_WRONG_TOKEN_PAUSE = 60.0


def cannot_parse(error: TelegramError) -> bool:
    """True where the text's HTML was refused: permanent for that text, so it goes once more without tags."""
    return isinstance(error, BadRequest) and "can't parse entities" in error.message.lower()


def plain_text(chat_html: str) -> str:
    """The same words without tags and entities."""
    return html.unescape(_TAG.sub("", chat_html))


def outcome_of(error: TelegramError, *, group: bool) -> Outcome:
    """The meaning of ``error``. Raises it again where it is a programming error and none of the network.

    BadRequest (and TimedOut) are subclasses of NetworkError, so the order of the questions matters. A 429 does not say
    what it is for: in a group it is nearly always the group's 20 a minute, elsewhere the bot's 30 a second.
    """
    if isinstance(error, Flooded):
        scope = Scope.CHAT if group else Scope.CHANNEL
        return Outcome(Result.RETRY, error.message, retry_after=error.seconds, scope=scope)
    if isinstance(error, ChatMigrated):
        return Outcome(Result.RETRY, "the group has a new address", new_address=str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Outcome(Result.ADDRESS_REFUSED, error.message)
    if isinstance(error, InvalidToken):
        what = f"the bot server does not know this bot ({error.message}); check [telegram] token and base_url"
        return Outcome(Result.RETRY, what, retry_after=_WRONG_TOKEN_PAUSE, scope=Scope.CHANNEL)
    if isinstance(error, BadRequest):
        refused = any(text in error.message.lower() for text in _NO_SUCH_ADDRESS)
        return Outcome(Result.ADDRESS_REFUSED if refused else Result.CONTENT_REFUSED, error.message)
    return _outcome_of_wire(error)


def _outcome_of_wire(error: TelegramError) -> Outcome:
    if isinstance(error, NotWritten):
        what = f"the bot server was not reached ({error.message}); check [telegram] base_url, proxy and firewall"
        return Outcome(Result.RETRY, what, scope=Scope.CHANNEL)
    if isinstance(error, Unanswered):
        return Outcome(Result.UNCERTAIN, f"written, but not answered: {error.message}")
    if isinstance(error, BadAnswer):
        if error.status == 413:
            return Outcome(Result.CONTENT_REFUSED, error.message)
        if error.status < 300:
            return Outcome(Result.UNCERTAIN, error.message)
        return Outcome(Result.RETRY, error.message, scope=Scope.CHANNEL)
    if isinstance(error.__cause__, UnicodeEncodeError):  # half a character: this text can never be written
        return Outcome(Result.CONTENT_REFUSED, f"the text cannot be written as UTF-8 ({error.__cause__.reason})")
    if isinstance(error, NetworkError) and error.__cause__ is not None and not isinstance(error.__cause__, OSError):
        raise error
    return Outcome(Result.UNCERTAIN, f"{type(error).__name__}: {error.message}")
