"""Who can be reached: tables that are believed, invitations, bindings of chats to people, addresses that are down, answers."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, Text
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
    warned_at: datetime | None = moment()  # when the office heard that somebody else had the link; once is enough


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
    account: str = ""  # what the account called itself when it was bound; proves nothing


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


class WaitingReply(SQLModel, table=True):
    """A reply that a server would not take yet. ``since``, ``next_at``: when it was to be said first, and when it may be tried
    next; seconds since the epoch, real time, as `Pace` counts."""

    __tablename__ = "waiting_replies"

    id: int | None = row_id()
    channel: str
    chat_id: int = Field(sa_type=BigInteger)
    reply: str = Field(sa_type=Text)  # JSON; of what the person wrote nothing is in it
    since: float
    next_at: float


class TokenFailure(SQLModel, table=True):
    """A wrong token, or an answer to a stranger (``what``), counted against guessing and flooding."""

    __tablename__ = "token_failures"

    id: int | None = row_id()
    user_id: int = Field(sa_type=BigInteger, index=True)
    at: datetime = moment(nullable=False, index=True)
    what: str = "token"


class BelievedTable(SQLModel, table=True):
    """One of the site's tables as it was believed last, whatever its file holds now. ``sha256``: of the content."""

    __tablename__ = "believed_tables"

    name: str = Field(primary_key=True)  # units | contacts | successors | owners | targets
    content: bytes = Field(sa_type=LargeBinary)
    sha256: str
    believed_at: datetime = moment(nullable=False)


class TableSight(SQLModel, table=True):
    """What a machine saw last of a table's file: one that has not changed there is no news, whatever another machine took in.
    ``reason``, ``detail``: why it is not believed (``sha256`` is that of nothing, where it cannot be read); empty: it was."""

    __tablename__ = "table_sights"

    name: str = Field(primary_key=True)
    host: str = Field(primary_key=True)
    sha256: str
    at: datetime = moment(nullable=False)
    reason: str = ""
    detail: str = Field(default="", sa_type=Text)


class UnitHead(SQLModel, table=True):
    """Who answered for a unit when it was last looked at; another one, and what stands is told to him."""

    __tablename__ = "unit_heads"

    unit: str = Field(primary_key=True)
    person: str
    name: str
    since: datetime = moment(nullable=False)
