"""The life of a chat's binding to a person: confirmed, revoked, ended when somebody else is named. Each is an audit row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, select, update
from sqlmodel import Session

from alertd.contacts.reach import named
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Directory
from alertd.model.people import Binding
from alertd.store import audit

_bindings = table_of(Binding)
_b = _bindings.c


class BindingState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    ENDED = "ended"


ACTIVE = (BindingState.PENDING.value, BindingState.CONFIRMED.value)


class ChangeKind(StrEnum):
    """What happened to a contact; each is told to the office."""

    INVITED = "invited"
    ENROLLED = "enrolled"  # by a link that proves itself: confirmed at once
    PENDING = "pending"  # by a link that was handed over: waits for the office
    CONFIRMED = "confirmed"
    REVOKED = "revoked"
    REPLACED = "replaced"  # by a newer enrolment of the same person
    NOT_NAMED = "not_named"  # somebody else is named, or the end date has passed
    MUTED = "muted"  # /stop: mail instead
    UNMUTED = "unmuted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a person's contact, for the office to hear."""

    kind: ChangeKind
    unit: str
    name: str


def end_stale(session: Session, directory: Directory, at: AsOf) -> list[Change]:
    """End every binding whose person is no longer named for its unit today; before each delivery. None, while some row of the
    contacts cannot be read: it may be his."""
    if not directory.contacts_whole:
        return []
    rows = session.connection().execute(select(_bindings).where(_b.state.in_(ACTIVE))).mappings().all()
    stale = [row for row in rows if named(directory, row["unit"], row["person"], row["name"], at.today) is None]
    return end(session, stale, ChangeKind.NOT_NAMED, at.now, by="alertd")


def end(session: Session, rows: Sequence[RowMapping], kind: ChangeKind, now: datetime, *, by: str) -> list[Change]:
    """End these bindings (rows of the table); one audit row for all of them."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    ended = {"state": BindingState.ENDED.value, "ended_at": now, "end_reason": kind.value}
    session.connection().execute(update(_bindings).where(_b.id.in_(ids), _b.state.in_(ACTIVE)).values(ended))
    _audit(session, rows, f"binding.{kind}", now, by)
    return [changed(row, kind) for row in rows]


def confirm(
    session: Session, *, by: str, now: datetime, binding: int | None = None, unit: str | None = None
) -> list[Change]:
    """The office confirms who is behind a pending binding; an older chat of the person ends. Raises Refused with the cure."""
    row = _only_pending(session, binding, unit)
    older = active(session, and_(_b.person == row["person"], _b.channel == row["channel"], _b.id != row["id"]))
    changes = end(session, older, ChangeKind.REPLACED, now, by=by)
    confirmed = {"state": BindingState.CONFIRMED.value, "confirmed_at": now, "confirmed_by": by}
    session.connection().execute(
        update(_bindings).where(_b.id == row["id"], _b.state == BindingState.PENDING.value).values(confirmed)
    )
    _audit(session, [row], "binding.confirmed", now, by)
    return [*changes, changed(row, ChangeKind.CONFIRMED)]


def revoke(
    session: Session, *, by: str, now: datetime, binding: int | None = None, unit: str | None = None
) -> list[Change]:
    """End a binding, pending or confirmed; with ``unit``: all of the unit. Raises Refused where there is none."""
    which = _b.id == binding if binding is not None else _b.unit == unit
    rows = active(session, which)
    if not rows:
        raise Refused(f"no active binding of {_asked(binding, unit)}; see `alertd contacts list`")
    return end(session, rows, ChangeKind.REVOKED, now, by=by)


def active(session: Session, which: ColumnElement[bool]) -> Sequence[RowMapping]:
    """Pending and confirmed bindings, the newest last."""
    statement = select(_bindings).where(_b.state.in_(ACTIVE), which).order_by(_b.id)
    return session.connection().execute(statement).mappings().all()


def changed(row: RowMapping, kind: ChangeKind) -> Change:
    return Change(kind, row["unit"], row["name"])


def _only_pending(session: Session, binding: int | None, unit: str | None) -> RowMapping:
    which = _b.id == binding if binding is not None else _b.unit == unit
    rows = [row for row in active(session, which) if row["state"] == BindingState.PENDING.value]
    if not rows:
        raise Refused(f"no pending binding of {_asked(binding, unit)}; see `alertd contacts list`")
    if len(rows) > 1:
        listed = ", ".join(f"{row['id']} ({row['name']})" for row in rows)
        raise Refused(f"{_asked(binding, unit)} has {len(rows)} pending bindings: {listed}; name one by its number")
    return rows[0]


def _asked(binding: int | None, unit: str | None) -> str:
    return f"number {binding}" if binding is not None else f"unit {unit}"


def _audit(session: Session, rows: Sequence[RowMapping], action: str, now: datetime, by: str) -> None:
    units = sorted({str(row["unit"]) for row in rows})
    detail: dict[str, Any] = {
        "bindings": [row["id"] for row in rows],
        "units": units,
        "persons": sorted({str(row["person"]) for row in rows}),
    }
    subject = f"unit:{units[0]}" if len(units) == 1 else "bindings"
    audit.record(session, at=now, actor=by, action=action, subject=subject, detail=detail)
