"""Cycles, alerts and their events: what happened, and why. Whom to tell stands elsewhere."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, row_id, table_of
from alertd.model.words import AlertState


class Cycle(SQLModel, table=True):
    """One evaluation of all rules at a moment; what `last_seen_at` of an alert is derived from."""

    __tablename__ = "cycles"

    id: int | None = row_id()
    now: datetime = moment(nullable=False)
    rule_set: str = ""  # version (content hash) of the rules that ran
    ran: str = "[]"  # JSON: names of the rules that ran without a fault
    faults: str = "{}"  # JSON: rule → what went wrong
    live_mode: bool = True
    findings: int = 0
    opened: int = 0
    worse: int = 0
    resolved: int = 0
    notices: int = 0
    state: str = "done"  # done | held


class RuleVersion(SQLModel, table=True):
    """The text of a rule as it ran, by the hash of its content; every alert and notice names the version that made it."""

    __tablename__ = "rule_versions"

    version: str = Field(primary_key=True)
    rule: str = Field(index=True)
    text: str
    first_seen_at: datetime = moment(nullable=False)


class Alert(SQLModel, table=True):
    """A finding of a rule about a record, through its life. One row per rule and record: it is reopened, not doubled.

    ``measure`` is the rule's measure when it was last written (its level changed); facts are computed when read.
    """

    __tablename__ = "alerts"

    id: int | None = row_id()
    rule: str
    rule_version: str
    dataset: str
    key: str
    record_id: int = Field(sa_type=BigInteger)
    source: str
    unit: str | None = None
    level: int
    measure: int | None = None
    state: str = Field(default=AlertState.OPEN.value)
    reason: str = ""
    opened_at: datetime = moment(nullable=False)
    changed_at: datetime = moment(nullable=False)
    acknowledged_at: datetime | None = moment()
    acknowledged_by: str = ""
    resolved_at: datetime | None = moment()
    times_opened: int = 1
    told_at: datetime | None = moment()  # when a notice about it was last put into the outbox
    told_level: int | None = None


alerts_table = table_of(Alert)
_a = alerts_table.c
Index("uq_alerts_rule_key", _a.rule, _a.key, unique=True)
_STANDING = _a.state.in_([AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value, AlertState.DISPUTED.value])
Index("ix_alerts_standing", _a.rule, _a.unit, _a.key, postgresql_where=_STANDING, sqlite_where=_STANDING)
Index("ix_alerts_key", _a.key)
Index("ix_alerts_resolved_at", _a.resolved_at)


class AlertEvent(SQLModel, table=True):
    """What happened to an alert: the one seam between what is found and who hears of it. Only ever added."""

    __tablename__ = "alert_events"

    id: int | None = row_id()
    alert_id: int = Field(sa_type=BigInteger, index=True)
    cycle_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    at: datetime = moment(nullable=False)
    what: str  # a Reason
    level: int | None = None
    unit: str | None = None
    unit_before: str | None = None
    actor: str = ""  # empty: alertd itself
    note: str = ""


# What the rules of one cycle found. A temporary table on each connection (store/database.py creates it), so that a cycle
# in which nothing changed writes no row.
findings_table = Table(
    "findings",
    MetaData(),
    Column("rule", String, nullable=False),
    Column("key", String, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("unit", String),
    Column("level", Integer, nullable=False),
    Column("measure", Integer),
    prefixes=["TEMPORARY"],
)


class Trouble(SQLModel, table=True):
    """Something of alertd's own that is out of order (a source, a rule, a template, a channel), from when to when; the
    office hears of each once. One whose ``until`` is its ``since`` is something that happened and does not last."""

    __tablename__ = "troubles"

    id: int | None = row_id()
    subject: str = Field(index=True)  # source:one-stop, rule:overdue-files, template:…, channel:email
    what: str = Field(sa_type=Text)
    since: datetime = moment(nullable=False)
    until: datetime | None = moment()
    told_at: datetime | None = moment()
    over_told_at: datetime | None = moment()  # when the office heard that it is over


_t = table_of(Trouble).c
Index("uq_troubles_open", _t.subject, unique=True, postgresql_where=_t.until.is_(None), sqlite_where=_t.until.is_(None))
