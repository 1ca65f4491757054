"""The monthly bulletin: its editions as they were made and released. What it says stands in one frozen document (JSON)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, Text, literal_column
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, row_id, table_of


class EditionState(StrEnum):
    DRAFT = "draft"  # may be made anew
    RELEASED = "released"  # printed: never changed any more
    REPLACED = "replaced"  # a draft that was made anew, or an edition after which a newer one was released


class Standing(StrEnum):
    """What the dates of one system's copy make of a file."""

    ON_TIME = "on_time"  # ended in time
    LATE = "late"
    RUNNING = "running"  # open, and not late yet
    NO_DUE = "no_due"  # without a due date
    ABSENT = "absent"  # this system does not list it


@dataclass(frozen=True, slots=True)
class MonthFile:
    """A file of a month as its unit gets to see it before the bulletin is printed; of the citizen nothing. ``number``: of its
    reader; ``portal``: None where no portal is compared; ``*_there``: by the portal's copy. Moments are UTC."""

    number: int
    unit: str
    code: str
    procedure: str | None
    received: date
    due_at: datetime | None
    ended_at: datetime | None
    status: str | None
    section: str | None
    city: Standing
    portal: Standing | None = None
    due_there: datetime | None = None
    ended_there: datetime | None = None


class BulletinEdition(SQLModel, table=True):
    """One edition of one month. ``document``: all figures as printed, with the time of each; ``content``: its hash; ``told_at``:
    when the messages about its release were written."""

    __tablename__ = "bulletins"

    id: int | None = row_id()
    month: str = Field(index=True)  # 2024-09
    edition: int
    state: str = Field(default=EditionState.DRAFT.value)
    document: str = Field(sa_type=Text)
    content: str
    made_at: datetime = moment(nullable=False)
    made_by: str = ""  # empty: alertd itself
    released_at: datetime | None = moment()
    released_by: str = ""
    reason: str = ""
    told_at: datetime | None = moment()


class BulletinPreview(SQLModel, table=True):
    """That a unit was sent its own rows of a month before they are printed."""

    __tablename__ = "bulletin_previews"

    month: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    at: datetime = moment(nullable=False)


bulletins_table, previews_table = table_of(BulletinEdition), table_of(BulletinPreview)
_b = bulletins_table.c
_DRAFT = _b.state == literal_column(f"'{EditionState.DRAFT.value}'")
# A month has one draft at most.
Index("uq_bulletins_draft", _b.month, unique=True, postgresql_where=_DRAFT, sqlite_where=_DRAFT)
