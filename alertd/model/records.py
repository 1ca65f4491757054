"""What every record table shares: whose copy it is, how it was read, and since when it is known."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, row_id


class Record(SQLModel):
    """One source's copy of one record.

    ``preferred`` marks the copy that rules see: of the copies that are not gone, the one of the highest authority.
    ``unit`` is a code of units.csv or null; ``unit_named`` keeps what the source wrote where it is neither.
    ``first_event_at`` / ``last_event_at`` bound the record's events: before the first it does not exist, and as long as
    no last one lies in the future the live mode of rules is exact.
    """

    id: int | None = row_id()
    source: str
    code: str
    unit: str | None = None
    unit_named: str | None = None
    raw_hash: int = Field(sa_type=BigInteger)
    first_event_at: datetime | None = moment()
    last_event_at: datetime | None = moment()
    first_seen_at: datetime = moment(nullable=False)
    version_since: datetime = moment(nullable=False)  # since when the watched fields stand as they do
    changed_at: datetime = moment(nullable=False)  # the poll that last wrote the row
    missed: int = 0  # believed whole snapshots in a row that did not list it
    gone_at: datetime | None = moment()
    preferred: bool = False


# Columns that intake keeps for itself: not staged, not given by a source.
BOOKKEEPING = ("id", "source", "first_seen_at", "version_since", "changed_at", "missed", "gone_at", "preferred")
