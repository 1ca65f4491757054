"""The small tables of a site's store, taken over into another store: who answers for what, how he is reached, which rules ran."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, insert, select
from sqlmodel import Session

from alertd.intake.ledger import ENDED
from alertd.model.alerts import AlertEvent, Cycle, Trouble, alerts_table
from alertd.model.audit import AuditRow, CalendarDay, SiteFact
from alertd.model.base import metadata, table_of
from alertd.model.datasets import DATASETS
from alertd.model.disputes import Dispute, DisputeAsk, DisputeState, disputes_table
from alertd.model.files import FileHistory
from alertd.model.notices import Attempt, NoticeAlert, NoticeFile, Pace, ReturnedMail, notices_table
from alertd.model.people import (
    AddressDown,
    Answer,
    BelievedTable,
    Binding,
    InboxState,
    Invitation,
    TableSight,
    TokenFailure,
)
from alertd.model.polls import STAGES, Poll, Reject, SourceState
from alertd.model.words import PollState
from alertd.store import site

_polls, _states, _facts, _troubles = table_of(Poll), table_of(SourceState), table_of(SiteFact), table_of(Trouble)
_p, _s, _t = _polls.c, _states.c, _troubles.c
_BELIEVED = (PollState.BELIEVED.value, PollState.UNCHANGED.value)
# What grows, is of a moment, or is this store's own. A new table is taken over unless it is named here.
_GROWS = frozenset(
    table_of(model)
    for model in (
        AlertEvent,
        Answer,
        Attempt,
        AuditRow,
        CalendarDay,
        Cycle,
        Dispute,
        DisputeAsk,
        FileHistory,
        InboxState,
        Invitation,
        NoticeAlert,
        NoticeFile,
        Pace,
        Poll,
        Reject,
        ReturnedMail,
        SiteFact,
        SourceState,
        TokenFailure,
        Trouble,
    )
)
_OTHERS = frozenset((alerts_table, notices_table, *STAGES.values(), *(each.table for each in DATASETS.values())))
_OWN_FACTS = frozenset(("mode", "calendar", site.IN_EARNEST))


def take_over(source: Session, into: Session) -> None:
    """People, chats, addresses, tables as they are believed, versions of rules, facts: as they are now."""
    for table in metadata.sorted_tables:
        if table not in _GROWS | _OTHERS:
            copy(source, into, table)
    for name, value in source.connection().execute(select(_facts.c.name, _facts.c.value)).all():
        if name not in _OWN_FACTS:
            site.keep_fact(into, name, value)


def take_over_people(source: Session, into: Session) -> None:
    """Chats, addresses that are out of use, and the tables as they are believed: as they are now."""
    for model in (Binding, AddressDown, BelievedTable, TableSight):
        copy(source, into, table_of(model))


def copy(source: Session, into: Session, table: Table, *which: ColumnElement[bool]) -> Sequence[Mapping[str, Any]]:
    """Rows of one table as they are; gives them."""
    rows = [dict(row) for row in source.connection().execute(select(table).where(*which)).mappings()]
    add(into, table, rows)
    return rows


def add(into: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows, if there are any."""
    written = list(rows)
    if written:
        into.connection().execute(insert(table), written)


def sources_then(source: Session, into: Session, moment: datetime) -> None:
    """What was believed of each source at a moment, by its polls until then."""
    connection = source.connection()
    before = _p.started_at <= moment
    newest = select(func.max(_p.id)).where(before, ENDED).group_by(_p.source)
    believed = select(func.max(_p.id)).where(before, _p.state.in_(_BELIEVED)).group_by(_p.source)
    copy(source, into, _polls, _p.id.in_(newest) | _p.id.in_(believed))
    polls = {row.source: row for row in connection.execute(select(_polls).where(_p.id.in_(believed)))}
    states = [dict(row) for row in connection.execute(select(_states)).mappings()]
    for state in states:
        poll = polls.get(state["source"])
        last = state["newest_event_at"]
        state |= {
            "believed_poll": None if poll is None else poll.id,
            "believed_at": None if poll is None else poll.started_at,
            "as_of": None if poll is None else poll.as_of,
            "records": 0 if poll is None else poll.records,
            "newest_event_at": last if last is None or last <= moment else moment,
            "last_event_at": None,  # what lies ahead is hidden in the rows themselves
        }
    add(into, _states, states)


def troubles_then(source: Session, into: Session, moment: datetime) -> None:
    """What was out of order at a moment."""
    stood = (_t.since <= moment) & (_t.until.is_(None) | (_t.until > moment))
    rows = [dict(row) for row in source.connection().execute(select(_troubles).where(stood)).mappings()]
    add(into, _troubles, ({**row, "until": None, "over_told_at": None} for row in rows))


_UNDECIDED: Mapping[str, Any] = {
    **dict.fromkeys(("remedy", "decided_by", "decided_why", "ended_why"), ""),
    **dict.fromkeys(("decided_at", "correct_by", "exclude_until"), None),
}


def disputes_then(source: Session, into: Session, moment: datetime) -> None:
    """What was disputed at a moment, and what was decided about it by then. Of one that was decided twice the first is not
    known any more but from the audit, and the last stands."""
    d = disputes_table.c
    rows = [
        dict(row) for row in source.connection().execute(select(disputes_table).where(d.raised_at <= moment)).mappings()
    ]
    for row in rows:
        row |= {name: None for name in ("closed_at", "told_at") if row[name] is not None and row[name] > moment}
        if row["decided_at"] is not None and row["decided_at"] > moment:
            row |= {**_UNDECIDED, "state": DisputeState.OPEN.value}
        if row["state"] == DisputeState.OPEN or (row["confirmed_at"] is not None and row["confirmed_at"] > moment):
            row |= {"state": DisputeState.OPEN.value, "confirmed_at": None, "confirmed_by": ""}
    add(into, disputes_table, rows)
