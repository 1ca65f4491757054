"""Replies that a server would not take yet: kept, handed out when their time has come, let go when said. It sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, func, insert, select, true, update
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.message import Reply
from alertd.model.people import WaitingReply
from alertd.model.words import ChannelName

_waiting = table_of(WaitingReply)
_w = _waiting.c
_ADAPTER = TypeAdapter(Reply)


@dataclass(frozen=True, slots=True)
class Waiting:
    """``since``: real time in seconds, when it was to be said first."""

    number: int
    reply: Reply
    since: float


def keep(session: Session, reply: Reply, *, since: float, next_at: float) -> None:
    """Once for each chat, however often somebody presses while the server takes nothing."""
    chat = {"channel": reply.to.channel.value, "chat_id": reply.to.chat_id}
    of_chat = select(_w.id, _w.reply).where(_w.channel == chat["channel"], _w.chat_id == chat["chat_id"])
    connection = session.connection()
    same = [row.id for row in connection.execute(of_chat) if _says(_ADAPTER.validate_json(row.reply)) == _says(reply)]
    let_go(session, same)
    row = chat | {"reply": _ADAPTER.dump_json(reply).decode(), "since": since, "next_at": next_at}
    connection.execute(insert(_waiting).values(row))


def ready(session: Session, now: float) -> list[Waiting]:
    """What may be tried, the oldest first."""
    rows = session.connection().execute(select(_waiting).where(_w.next_at <= now).order_by(_w.id)).mappings()
    return [Waiting(row["id"], _ADAPTER.validate_json(row["reply"]), row["since"]) for row in rows]


def next_at(session: Session) -> float | None:
    """When the first of them may be tried; None where none waits."""
    found: float | None = session.connection().execute(select(func.min(_w.next_at))).scalar()
    return found


def put_off(session: Session, channel: ChannelName, chat: int | None, until: float) -> None:
    """None before then: of a chat, or (None) of the whole channel."""
    which = and_(_w.channel == channel.value, true() if chat is None else _w.chat_id == chat)
    session.connection().execute(update(_waiting).where(which, _w.next_at < until).values(next_at=until))


def let_go(session: Session, numbers: Sequence[int]) -> None:
    if numbers:
        session.connection().execute(delete(_waiting).where(_w.id.in_(numbers)))


def _says(reply: Reply) -> tuple[object, ...]:
    return (reply.text, reply.said, reply.buttons, reply.edit and reply.to.message_id, reply.leave)
