"""What crosses the channels: a Message out, its Outcome, and what people send back (Incoming). Frozen values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alertd.model.words import ChannelName


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a chat message. ``data`` is opaque, 1-64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Message:
    """One notice, rendered once for every way out, so that the outbox can change the channel without rendering again.

    ``chat`` holds the parts for Telegram in its HTML (each at most 3,900 characters after parsing); ``text`` and
    ``html`` are the mail's two bodies; ``short`` is for plain gateways (SMS, Zalo).
    """

    subject: str
    text: str
    html: str = ""
    chat: tuple[str, ...] = ()
    short: str = ""
    attachments: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    silent: bool = False  # Telegram: no sound
    bulk: bool = False  # mail: List-Id and List-Unsubscribe (digests)
    thread: str = ""  # mails of the same subject matter share it (References)
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to one address. ``number`` is the notice's, deterministic in Message-ID."""

    number: int
    address: str
    name: str
    message: Message
    parts_sent: int = 0  # chat parts that the server accepted in an earlier attempt
    possible_repeat: bool = False


def mail_mark(number: int, message: Message) -> str:
    """The part of a mail's Message-ID before the @: of the notice's number and text alone, so that a mail that is sent again is
    the same mail, and one of another store, whose numbers begin anew, is not taken for it. A mail server that reports on the
    mail names it."""
    digest = hashlib.sha256((message.subject + message.text).encode("utf-8", "surrogatepass")).hexdigest()
    return f"notice.{number}.{digest[:16]}"


class Result(StrEnum):
    ACCEPTED = "accepted"
    RETRY = "retry"  # known not to have arrived; send again later
    UNCERTAIN = "uncertain"  # not known whether it arrived
    ADDRESS_REFUSED = "address_refused"  # permanent for this address: contact down, next channel
    CONTENT_REFUSED = "content_refused"  # permanent for this text


class Scope(StrEnum):
    """What a "not before" of the server holds for."""

    CHAT = "chat"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server said. ``detail`` is free of secrets; ``retry_after`` in seconds of real time."""

    result: Result
    detail: str = ""
    server_id: str = ""
    retry_after: float = 0.0
    scope: Scope = Scope.CHAT
    new_address: str = ""  # the chat has moved (ChatMigrated)
    parts_sent: int = 0


class IncomingKind(StrEnum):
    START = "start"  # /start, with or without a token in ``text``
    STOP = "stop"
    STATUS = "status"
    HELP = "help"
    TEXT = "text"
    PRESS = "press"  # a button; ``text`` holds its data, ``reply_to`` the callback's id
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    JOINED = "joined"  # the bot was put into a group


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person did. ``update_id`` is the server's; an update that was seen is never handled twice."""

    channel: ChannelName
    update_id: int
    kind: IncomingKind
    user_id: int
    chat_id: int
    private: bool
    at: datetime
    text: str = ""
    language: str = ""
    reply_to: str = ""
    message_id: int = 0
    account: str = ""  # what the account calls itself, for people to read; anybody can call himself anything
    quoted: str = ""  # the text of the message that a written one answers


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an Incoming: a text into the same chat, an answer to a press, or leaving a group. ``said``: a message into
    the chat beside the answer to a press; ``buttons`` stand under what is written, ``asks``: it is to be answered."""

    to: Incoming
    text: str = ""
    leave: bool = False
    edit: bool = field(
        default=False
    )  # the pressed message is edited in place: its buttons go, but for those in ``left``
    left: tuple[Button, ...] = ()
    said: str = ""
    buttons: tuple[Button, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What is left of a reply that the server did not take now and may take later. ``after``: seconds of real time that it named
    (0: it named none), in which ``scope`` is closed."""

    reply: Reply
    after: float = 0.0
    scope: Scope = Scope.CHAT
