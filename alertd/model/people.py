"""Who can be reached: invitations, bindings of chats to people, addresses that are down, and what people answered."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, row_id, table_of


class Invitation(SQLModel, table=True):
    """A single-use link. Only the token's hash is kept; ``proven`` = it was mailed to the address in contacts.csv."""

    __tablename__ = "invitations"

    id: int | None = row_id()
    token_hash: str = Field(unique=True)
    unit: str
    person: str
    name: str
    proven: bool
    made_at: datetime = moment(nullable=False)
    expires_at: datetime = moment(nullable=False)
    used_at: datetime | None = moment()
    revoked_at: datetime | None = moment()


class Binding(SQLModel, table=True):
    """A chat bound to a person of a unit by numeric ids. ``state``: pending | confirmed | ended; pending receives nothing."""

    __tablename__ = "bindings"

    id: int | None = row_id()
    channel: str
    user_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    unit: str
    person: str = Field(index=True)
    name: str
    state: str
    made_at: datetime = moment(nullable=False)
    confirmed_at: datetime | None = moment()
    confirmed_by: str = ""
    ended_at: datetime | None = moment()
    end_reason: str = ""
    muted: bool = False  # /stop: mail instead


_b = table_of(Binding).c
Index("ix_bindings_user_id", _b.user_id)


class AddressDown(SQLModel, table=True):
    """An address that a server refused for good; the next channel is used until somebody lifts it or it works again."""

    __tablename__ = "addresses_down"

    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    since: datetime = moment(nullable=False)
    detail: str = ""


class Answer(SQLModel, table=True):
    """What a person wrote back, tied to the last notice that he got; handed to the office."""

    __tablename__ = "answers"

    id: int | None = row_id()
    at: datetime = moment(nullable=False)
    channel: str
    user_id: int = Field(sa_type=BigInteger)
    person: str
    name: str
    unit: str
    notice_id: int | None = Field(default=None, sa_type=BigInteger)
    text: str = Field(sa_type=Text)
    told_at: datetime | None = moment()  # when the office was told


class InboxState(SQLModel, table=True):
    """How far a channel's updates are handled; and failed tokens per user, for the rate limit."""

    __tablename__ = "inbox_states"

    channel: str = Field(primary_key=True)
    offset: int = Field(default=0, sa_type=BigInteger)


class TokenFailure(SQLModel, table=True):
    """A wrong token, counted against guessing."""

    __tablename__ = "token_failures"

    id: int | None = row_id()
    user_id: int = Field(sa_type=BigInteger, index=True)
    at: datetime = moment(nullable=False)
