"""What is kept of each reading of a source, and the stage on which its rows wait for the guard."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text
from sqlmodel import Field, SQLModel

from alertd.model.base import metadata, moment, row_id, table_of
from alertd.model.dataset import Dataset
from alertd.model.datasets import TAKEN_IN
from alertd.model.records import BOOKKEEPING


class Poll(SQLModel, table=True):
    """One reading of a source: when, how it ended, how old the data were, and what it changed."""

    __tablename__ = "polls"

    id: int | None = row_id()
    source: str
    dataset: str
    started_at: datetime = moment(nullable=False)
    ended_at: datetime | None = moment()
    state: str
    reason: str = ""  # of not_believed and failed: one word
    detail: str = ""  # for a person: what was seen, and the cure
    as_of: datetime | None = moment()  # age of the data
    complete: bool = False
    records: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    rejected: int = 0
    duplicates: int = 0
    accepted_because: str = ""  # `sources accept`: why a drop was taken in once
    notes: str = Field(default="[]", sa_type=Text)  # JSON: what the source repaired, cut or left out, a line each
    remapped: bool = False  # read by another mapping than before: what it changed may be of the mapping's making
    content: str = ""  # hash of the file that was read: an old one that comes back is known by it


Index("ix_polls_source_id", table_of(Poll).c.source, table_of(Poll).c.id)


class Reject(SQLModel, table=True):
    """A row, or a value in it, that could not be read: where, what stood there, what was expected."""

    __tablename__ = "rejects"

    id: int | None = row_id()
    poll_id: int = Field(sa_type=BigInteger, index=True)
    source: str
    place: str
    code: str = ""
    field: str = ""
    value: str = ""
    expected: str = ""
    dropped: bool = True  # False: the row was taken in without this value (an unknown unit, a repaired code)
    times: int = 1  # rows that it stands for: the same value of the same field is kept once


class SourceState(SQLModel, table=True):
    """What is believed of a source now. ``marks`` (JSON) goes back to it at the next reading (ETag, file, page digests)."""

    __tablename__ = "source_states"

    source: str = Field(primary_key=True)
    dataset: str
    fingerprint: str = ""  # of mapping and calendar: another one reads every row anew
    mapping: str = ""  # of what decides the values themselves
    believed_poll: int | None = Field(default=None, sa_type=BigInteger)
    believed_at: datetime | None = moment()
    as_of: datetime | None = moment()
    records: int = 0
    last_event_at: datetime | None = moment()  # an upper bound of event times in its rows
    newest_event_at: datetime | None = moment()  # the newest event that had happened when it was read: its sign of life
    ended_by_absence: bool = False  # its records end where it no longer lists them, and stay (missing_means = "ended")
    marks: str = "{}"
    accept_next: str = ""  # reason given with `sources accept`; spent by the next poll
    trouble: str = ""  # the reason that was last told to the office; empty: all is well


def stage_table(dataset: Dataset) -> Table:
    """The stage of a dataset: its staged columns without keys or constraints, and ``changed`` (False: staged by key only)."""
    columns: list[Column[Any]] = [
        Column("poll_id", BigInteger, nullable=False),
        Column("row_no", BigInteger, nullable=False),
        Column("fresh", Boolean, nullable=False),  # False: the raw hash is the one we have; only its key is staged
    ]
    staged = (column for column in dataset.table.columns if column.name not in BOOKKEEPING)
    columns.extend(Column(column.name, column.type, nullable=True) for column in staged)
    return Table(f"stage_{dataset.name}", metadata, *columns)


STAGES: dict[str, Table] = {name: stage_table(dataset) for name, dataset in TAKEN_IN.items()}
for _stage in STAGES.values():
    Index(f"ix_{_stage.name}_poll_id_code", _stage.c.poll_id, _stage.c.code)
