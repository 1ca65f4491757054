"""Cycles, alerts and their events: what happened, and why. Whom to tell stands elsewhere."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    literal_column,
)
from sqlmodel import Field, SQLModel

from alertd.model.base import Moment, moment, row_id, table_of
from alertd.model.words import LIVE_STATES, AlertState, CycleState, Reason


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
    day: date | None = Field(default=None, index=True)  # the local one
    counted: int = (
        0  # alerts for the brake: opened, again, moved or worse; without a baseline, and what was held already
    )
    state: str = Field(default=CycleState.DONE.value)
    brake: str = Field(default="{}", sa_type=Text)  # JSON: the numbers by which it was held
    decided_at: datetime | None = moment()
    decided_by: str = ""
    decided_why: str = ""


_y = table_of(Cycle).c
_HELD_CYCLE = _y.state == literal_column(f"'{CycleState.HELD.value}'")
Index("ix_cycles_held", _y.id, postgresql_where=_HELD_CYCLE, sqlite_where=_HELD_CYCLE)


class RuleVersion(SQLModel, table=True):
    """The text of a rule as it ran, by the hash of its content; every alert and notice names the version that made it."""

    __tablename__ = "rule_versions"

    version: str = Field(primary_key=True)
    rule: str = Field(index=True)
    text: str
    first_seen_at: datetime = moment(nullable=False)
    runs_since: datetime | None = moment()  # without a fault; of a rule the newest is the one that ran last


class Alert(SQLModel, table=True):
    """A finding of a rule about a record, through its life. One row per rule and record: it is reopened, not doubled.

    ``measure`` is the rule's measure when it was last written (its level changed); facts are computed when read.
    ``rule_version`` is the one that last found it, ``reason`` why it last changed, ``opened_at`` the start of its present
    life. ``told_level`` without ``told_at``: it was taken as a baseline. ``record_changed_at`` is the record's ``changed_at``
    on which it stands: another one, and no finding any more, is what resolves it by the record's own new row.
    """

    __tablename__ = "alerts"

    id: int | None = row_id()
    rule: str
    rule_version: str
    dataset: str
    key: str
    record_id: int = Field(sa_type=BigInteger)
    source: str
    record_changed_at: datetime | None = moment()
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
    handed_at: datetime | None = moment()  # when another head began to answer for it; he has not heard of it before
    held_by: int | None = Field(default=None, sa_type=BigInteger)  # the cycle that holds it: nobody hears of it
    cause: str | None = None  # a Cause: by what it came to its present level
    kept_level: int | None = (
        None  # up to this level it waits for the next digest: its reader has had his share of the day
    )


alerts_table = table_of(Alert)
_a = alerts_table.c
Index("uq_alerts_rule_key", _a.rule, _a.key, unique=True)


def standing(state: ColumnElement[str]) -> ColumnElement[bool]:
    """That an alert stands, in the very words of the partial index, without which SQLite does not use it: literal values, and
    what it is not (a list of what it is makes SQLite read the whole table for a Bloom filter first)."""
    ended: list[ColumnElement[str]] = [
        literal_column(f"'{other.value}'") for other in AlertState if other not in LIVE_STATES
    ]
    return state.not_in(ended)


_STANDING = standing(_a.state)
Index("ix_alerts_standing", _a.rule, _a.unit, _a.key, postgresql_where=_STANDING, sqlite_where=_STANDING)
Index("ix_alerts_key", _a.key)
Index("ix_alerts_resolved_at", _a.resolved_at)
_MARKED = _a.held_by.is_not(None)
Index("ix_alerts_held", _a.held_by, postgresql_where=_MARKED, sqlite_where=_MARKED)


def discarded(reason: ColumnElement[str]) -> ColumnElement[bool]:
    """That an alert was thrown away by the office, in the very words of the partial index."""
    return reason == literal_column(f"'{Reason.DISCARDED.value}'")


_DISCARDED = discarded(_a.reason)
Index("ix_alerts_discarded", _a.rule, _a.key, postgresql_where=_DISCARDED, sqlite_where=_DISCARDED)


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
    cause: str | None = None  # a Cause, of what a cycle found


# What the rules of one cycle found. A temporary table on each connection (store/dialect.py creates it), so that a cycle
# in which nothing changed writes no row. Level 0: matched, but excluded by an `except`. ``record_changed_at``: the
# ``changed_at`` of the row that was found.
findings_table = Table(
    "findings",
    MetaData(),
    Column("rule", String, nullable=False),
    Column("key", String, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("record_changed_at", Moment, nullable=False),
    Column("unit", String),
    Column("level", Integer, nullable=False),
    Column("measure", Integer),
    prefixes=["TEMPORARY"],
)

# How findings and alerts differ in one cycle, so that both are read through once and everything after is as small as what
# changed. ``what``: a Reason, or a word of alerts/difference.py. ``level_before``, ``unit_before``: as the alert has them.
changes_table = Table(
    "changes",
    MetaData(),
    Column("what", String, nullable=False),
    Column("alert_id", BigInteger),  # null: there is none yet
    Column("rule", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("dataset", String, nullable=False),
    Column("key", String, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("record_changed_at", Moment),
    Column("unit", String),
    Column("unit_before", String),
    Column("level", Integer, nullable=False),
    Column("level_before", Integer),
    Column("measure", Integer),
    Column("cause", String),
    prefixes=["TEMPORARY"],
)

# Moments at which facts are looked at, each with its local day, so that one statement can give the facts of many alerts,
# each as of its own moment.
moments_table = Table(
    "moments",
    MetaData(),
    Column("at", Moment, primary_key=True),
    Column("today", Date, nullable=False),
    Column("today_day", Integer, nullable=False),
    Column("today_no", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)

# Tables of a connection's own; store/dialect.py creates them.
TEMPORARY = (findings_table, changes_table, moments_table)


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
