"""The outbox: notices with their text as it went out, the attempts to deliver them, and the pace at which channels may send."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlmodel import Field, SQLModel

from alertd.model.base import Moment, moment, row_id, table_of
from alertd.model.words import NoticeState


class Notice(SQLModel, table=True):
    """One message to one recipient. The rendered text, the address, attachments, the server's id and the rule versions stay.

    pending → (held) → sending (claimed under a lease, attempts counted before sending) → sent | retry | uncertain |
    withdrawn | superseded | dead. ``sent`` = a server accepted it; ``confirmed_at`` = the person gave a sign.
    """

    __tablename__ = "notices"

    id: int | None = row_id()
    kind: str  # NoticeKind
    unit: str | None = None
    recipient: str  # the person's name
    person: str = Field(index=True)  # the person's key (directory.Contact.person)
    meant_for: str = ""  # rehearsal: the head whom it would have reached
    channel: str
    address: str
    state: str = Field(default=NoticeState.PENDING.value)
    reason: str = ""
    urgency: int = 1  # 0 urgent, 1 normal, 2 digest: urgent before digest
    attempts: int = 0
    created_at: datetime = moment(nullable=False, index=True)
    not_before: datetime | None = moment()
    claimed_by: str = ""
    lease_until: datetime | None = moment()
    sent_at: datetime | None = moment()
    confirmed_at: datetime | None = moment()
    cycle_id: int | None = Field(default=None, sa_type=BigInteger)
    subject: str
    text: str = Field(sa_type=Text)
    html: str = Field(default="", sa_type=Text)
    chat: str = Field(default="[]", sa_type=Text)  # JSON: the parts for Telegram
    short: str = ""
    buttons: str = "[]"
    silent: bool = False
    bulk: bool = False
    thread: str = ""
    language: str = "vi"
    parts_sent: int = 0
    server_id: str = ""
    rule_versions: str = "[]"
    counts: str = "{}"  # JSON: rule → unit → how many it told of, so that the next notice can say how that has changed
    once: str | None = Field(default=None, unique=True)  # one digest per person and local day, one test per …
    digest_on: date | None = Field(default=None, index=True)
    other_ways: str = "[]"  # JSON: further (channel, address) pairs, tried when this one is refused for good
    code: str | None = Field(
        default=None, unique=True
    )  # stands in the message beside its number; random, eight characters
    copy_of: int | None = Field(
        default=None, sa_type=BigInteger, index=True
    )  # the notice that is sent again by this one
    bounced_at: datetime | None = moment()  # when a mail server's report that it was not delivered was read
    held_by: int | None = Field(default=None, sa_type=BigInteger)  # the cycle with whose alerts it was held
    bounce: str = ""  # what that report says, on one line


notices_table = table_of(Notice)
_n = notices_table.c
_SENDABLE = _n.state.in_(
    [NoticeState.PENDING.value, NoticeState.RETRY.value, NoticeState.UNCERTAIN.value, NoticeState.SENDING.value]
)
_HELD = _n.held_by.is_not(None)
Index("ix_notices_held", _n.held_by, postgresql_where=_HELD, sqlite_where=_HELD)
Index("ix_notices_sendable", _n.urgency, _n.id, postgresql_where=_SENDABLE, sqlite_where=_SENDABLE)


class NoticeAlert(SQLModel, table=True):
    """Which alerts a notice told of."""

    __tablename__ = "notice_alerts"

    notice_id: int = Field(sa_column=Column("notice_id", BigInteger, primary_key=True, autoincrement=False))
    alert_id: int = Field(sa_column=Column("alert_id", BigInteger, primary_key=True, autoincrement=False))
    why: str  # opened, worse, repeat, moved, listed
    level: int


Index("ix_notice_alerts_alert_id", table_of(NoticeAlert).c.alert_id)


class NoticeFile(SQLModel, table=True):
    """An attachment of a notice, with the hash of what was sent."""

    __tablename__ = "notice_files"

    id: int | None = row_id()
    notice_id: int = Field(sa_type=BigInteger, index=True)
    name: str
    media_type: str
    sha256: str
    content: bytes = Field(sa_type=LargeBinary)


class Attempt(SQLModel, table=True):
    """One try to deliver a notice and what came of it; written before sending, settled after."""

    __tablename__ = "attempts"

    id: int | None = row_id()
    notice_id: int = Field(sa_type=BigInteger, index=True)
    number: int
    channel: str
    address: str
    started_at: datetime = moment(nullable=False)
    ended_at: datetime | None = moment()
    result: str = ""  # a Result; empty: in flight, or the process died
    detail: str = Field(default="", sa_type=Text)
    server_id: str = ""


class ReturnedMail(SQLModel, table=True):
    """One mail of the mailbox to which mail servers report; each is handled once. ``key``: the hash of what was read of it."""

    __tablename__ = "returned_mails"

    key: str = Field(primary_key=True)
    place: str  # the mailbox or folder in which it stood
    at: datetime = moment(nullable=False)
    kind: str  # a ReturnKind
    notice_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    detail: str = ""


class Pace(SQLModel, table=True):
    """When a scope (a bot, a chat, a group, a mail server) may send next: seconds since the epoch, real time."""

    __tablename__ = "paces"

    scope: str = Field(primary_key=True)
    next_at: float = 0.0


# Who is told of what, while it is being written. Temporary tables of a connection's own (store/dialect.py creates them): the
# alerts of a city are a set in SQL, and Python sees counts and the worst of them.
# Which recipient (by his number in this run) hears of what a rule finds in a unit and a field of administration; empty
# texts stand for null. ``notice_id``: the notice that was written to him.
routes_table = Table(
    "routes",
    MetaData(),
    Column("rule", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("notice_id", BigInteger),
    Column("person", String, nullable=False),
    Column("meant_for", String, nullable=False),
    prefixes=["TEMPORARY"],
)

# Each alert that a recipient hears of. ``why``: a Reason, or "listed" where he was told before. ``listed``: 1 where the record
# is shown under this rule, 0 where a worse one shows it. ``rules``: all that tell him of the record, a line each.
# ``kept``: 1 where it was kept for the digest.
telling_table = Table(
    "telling",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("alert_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rule", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("dataset", String, nullable=False),
    Column("key", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("why", String, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("rules", Text, nullable=False),
    Column("kept", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)

# What messages tell, found again by two calendars. ``before``, ``after``: levels, null where the rule does not find the record
# by that calendar; ``measured``, ``measures``: the rule's measure of it by each. ``moment``: when the message was written.
replayed_table = Table(
    "replayed",
    MetaData(),
    Column("notice_id", BigInteger, primary_key=True, autoincrement=False),
    Column("alert_id", BigInteger, primary_key=True, autoincrement=False),
    Column("moment", Moment, nullable=False),
    Column("before", Integer),
    Column("after", Integer),
    Column("measured", BigInteger),
    Column("measures", BigInteger),
    prefixes=["TEMPORARY"],
)

TEMPORARY = (routes_table, telling_table, replayed_table)
