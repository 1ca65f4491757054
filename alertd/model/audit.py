"""The audit: a chain of rows, each holding the hash of the row before, over everything that was decided or done."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, table_of


class AuditRow(SQLModel, table=True):
    """Who did what, when and why. ``detail`` is canonical JSON; ``hash`` covers the row and ``previous``.

    A cycle is one row whose detail holds the range and the digest of its alert events, so a changed event is found too.
    """

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment(nullable=False)
    actor: str
    action: str
    subject: str
    reason: str = ""
    detail: str = Field(default="{}", sa_type=Text)
    previous: str
    hash: str


class CalendarDay(SQLModel, table=True):
    """The working calendar as a table, 1990-2100, so that day numbers can be recomputed in one UPDATE.

    ``starts_at`` is the moment (UTC) of local midnight; ``closes_at`` of closing time.
    """

    __tablename__ = "calendar"

    day: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})  # ordinal
    working: bool
    number: int
    rolled_number: int
    due_day: int  # the ordinal of the effective due day
    starts_at: datetime = moment(nullable=False, index=True)
    closes_at: datetime = moment(nullable=False)


# A rule's own deadline is a number of working days; its day is looked up.
Index("ix_calendar_number", table_of(CalendarDay).c.number, table_of(CalendarDay).c.day)


class SiteFact(SQLModel, table=True):
    """A fact about this store: its mode (a trial store never goes live), calendar fingerprint, when it went live."""

    __tablename__ = "site_facts"

    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
