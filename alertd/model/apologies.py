"""Apologies and causes of delay: what a draft of form 04 says, for whom one was made, and what heads say of why files are late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index, String, Text
from sqlmodel import Field, SQLModel

from alertd.errors import Said
from alertd.model.base import moment, row_id, table_of


@dataclass(frozen=True, slots=True)
class Form04:
    """What the fields of form 04 (văn bản xin lỗi) hold, one file: texts as they are printed, days as dd/MM/yyyy; what nobody
    knows is `BLANK`, to be filled in by hand. The citizen's name is no field."""

    site: str
    unit: str
    unit_upper: str
    parent_upper: str  # the body above it, as a letterhead has it; empty where there is none to name
    place: str
    year: str
    code: str
    procedure: str
    procedure_name: str
    received_on: str
    due_on: str
    days_late: str
    reason: str
    new_due_on: str
    section: str
    contact: str
    signer_title: str
    signer: str


BLANK = "……………………"
# Form 04 filled once for each, as .docx in their order; or, in both languages, why it cannot be.
Drafting = Callable[[Sequence[Form04]], Sequence[bytes] | Said]


class CauseKind(StrEnum):
    """What a cause of delay comes to, where its words tell it; a closed list, so that months can be compared."""

    STAFF = "staff"
    OPINION = "opinion"
    PAPERS = "papers"
    SURVEY = "survey"
    FINANCE = "finance"
    SYSTEM = "system"
    ENTRY = "entry"
    DISASTER = "disaster"
    OTHER = "other"


class CauseWay(StrEnum):
    """How a cause came to be known."""

    CHAT = "chat"  # the head answered a notice
    COMMAND = "command"


class LateCause(SQLModel, table=True):
    """What somebody said of why files are late, in his words without what identifies a citizen; of which, `CauseAlert` says.
    ``unit``: his; ``notice_id``: the notice that he answered."""

    __tablename__ = "causes"

    id: int | None = row_id()
    at: datetime = moment(nullable=False)
    unit: str | None = None
    text: str = Field(sa_type=Text)
    by: str
    person: str = ""
    way: str  # a CauseWay
    notice_id: int | None = Field(default=None, sa_type=BigInteger)


class CauseAlert(SQLModel, table=True):
    """An alert of which a cause was said. The last one said counts."""

    __tablename__ = "cause_alerts"

    cause_id: int = Field(sa_column=Column("cause_id", BigInteger, primary_key=True, autoincrement=False))
    alert_id: int = Field(sa_column=Column("alert_id", BigInteger, primary_key=True, autoincrement=False))


class ApologyDraft(SQLModel, table=True):
    """A draft of form 04 went to a person with a notice: once for each alert and person."""

    __tablename__ = "apology_drafts"

    alert_id: int = Field(sa_column=Column("alert_id", BigInteger, primary_key=True, autoincrement=False))
    person: str = Field(sa_column=Column("person", String, primary_key=True))
    notice_id: int = Field(sa_type=BigInteger, index=True)


causes_table = table_of(LateCause)
cause_alerts_table = table_of(CauseAlert)
drafts_table = table_of(ApologyDraft)
Index("ix_causes_at", causes_table.c.at)
Index("ix_cause_alerts_alert_id", cause_alerts_table.c.alert_id)
