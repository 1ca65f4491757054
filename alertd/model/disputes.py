"""Disputes: that somebody says of an alert that its figure is wrong, and what the office decided about it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, Index, Text, and_, literal_column, or_
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, row_id, table_of


class DisputeState(StrEnum):
    OPEN = "open"  # nobody has decided, or an exclusion waits for its second person
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by those who raised it
    ENDED = "ended"  # its alert ended, or is another unit's, before anybody had decided


class Remedy(StrEnum):
    """What an upheld dispute leads to."""

    CORRECTED = "corrected"  # at the source: the alert ends by the source's own row
    EXCLUDED = "excluded"  # the record from this rule, up to and including a day


# Why a dispute ended of which nobody had decided: the figure was corrected, of a period that was over (its alert has moved on).
CORRECTED = Remedy.CORRECTED.value


class Dispute(SQLModel, table=True):
    """One dispute about one alert; the rows of those that are decided stay. ``unit``, ``level``: the alert's when it was raised.

    ``quiet_until``: until then the alert is not repeated to the head who answered for it when it was raised. Open and with a
    ``remedy``: an exclusion that is proposed (``decided_*``: by whom, when, why) and waits for the second person
    (``confirmed_*``). ``correct_by``: from then on the office hears that the source has not been corrected; ``closed_at``: when
    an alert whose source was to be corrected ended. ``ended_why``: of one that ended by itself a Reason, or `CORRECTED`.
    ``told_at``: when the unit was told the outcome.
    """

    __tablename__ = "disputes"

    id: int | None = row_id()
    alert_id: int = Field(sa_type=BigInteger, index=True)
    rule: str
    dataset: str
    key: str
    unit: str | None = None
    level: int
    raised_at: datetime = moment(nullable=False, index=True)
    raised_by: str
    person: str = ""  # the key of who raised it (directory.Contact.person), where he is known by it
    notice_id: int | None = Field(default=None, sa_type=BigInteger)  # under which he pressed the button
    reason: str = Field(sa_type=Text)
    figures: str = Field(
        default="", sa_type=Text
    )  # of a record about a period, what it said when it was disputed: JSON by field
    quiet_until: datetime = moment(nullable=False)
    state: str = Field(default=DisputeState.OPEN.value)
    remedy: str = ""  # a Remedy
    decided_at: datetime | None = moment()
    decided_by: str = ""
    decided_why: str = Field(default="", sa_type=Text)
    correct_by: datetime | None = moment()
    exclude_until: date | None = None
    confirmed_at: datetime | None = moment()
    confirmed_by: str = ""
    closed_at: datetime | None = moment()
    ended_why: str = ""
    told_at: datetime | None = moment()


class DisputeAsk(SQLModel, table=True):
    """What a person was asked in a chat and has not answered: the reason of a dispute, or (``alert_id`` null) which record of
    the notice it is about. One for each person: the last press counts."""

    __tablename__ = "dispute_asks"

    channel: str = Field(primary_key=True)
    user_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    notice_id: int = Field(sa_type=BigInteger)
    alert_id: int | None = Field(default=None, sa_type=BigInteger)
    asked_at: datetime = moment(nullable=False)


disputes_table = table_of(Dispute)
_d = disputes_table.c
_IS_OPEN = _d.state == literal_column(f"'{DisputeState.OPEN.value}'")
# An alert is disputed once at a time.
Index("uq_disputes_open", _d.alert_id, unique=True, postgresql_where=_IS_OPEN, sqlite_where=_IS_OPEN)


def in_exclusion(state: ColumnElement[str], remedy: ColumnElement[str]) -> ColumnElement[bool]:
    """That a record is excluded from a rule, in the very words of the partial index; its last day is asked apart."""
    return and_(
        state == literal_column(f"'{DisputeState.UPHELD.value}'"),
        remedy == literal_column(f"'{Remedy.EXCLUDED.value}'"),
    )


_EXCLUDED = in_exclusion(_d.state, _d.remedy)
Index("ix_disputes_excluded", _d.rule, _d.key, postgresql_where=_EXCLUDED, sqlite_where=_EXCLUDED)

# Nobody has decided yet.
OPEN = _IS_OPEN
# The alert is disputed still: nobody has decided, or its source is to be corrected and has not been.
PENDING = or_(
    _IS_OPEN,
    and_(
        _d.state == DisputeState.UPHELD.value,
        _d.remedy == Remedy.CORRECTED.value,
        _d.closed_at.is_(None),
    ),
)
