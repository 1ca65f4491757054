"""The life of a chat's binding to a person: confirmed, revoked, ended when somebody else is named. Each is an audit row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, insert, select, update
from sqlmodel import Session

from alertd.contacts.reach import elsewhere, named
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Contact, Directory
from alertd.model.people import Binding
from alertd.model.words import ChannelName
from alertd.store import audit

_bindings = table_of(Binding)
_b = _bindings.c


class BindingState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    ENDED = "ended"


_GROUP = "group:"  # begins the key of a group, which is nobody
ACTIVE = (BindingState.PENDING.value, BindingState.CONFIRMED.value)


class ChangeKind(StrEnum):
    """What happened to a contact; each is told to the office."""

    INVITED = "invited"
    NOT_INVITED = "not_invited"  # the mail with the link did not go out
    ENROLLED = "enrolled"  # by a link that proves itself: confirmed at once
    TWICE = "twice"  # by an account that somebody else's chat is bound to: waits for the office
    PENDING = "pending"  # by a link that was handed over: waits for the office
    CONFIRMED = "confirmed"
    REVOKED = "revoked"
    REPLACED = "replaced"  # by a newer enrolment of the same person
    NOT_NAMED = "not_named"  # somebody else is named, or the end date has passed
    SHIFTED = "shifted"  # he is named for another unit now
    READDRESSED = "readdressed"  # the same person has another e-mail address
    MUTED = "muted"  # /stop: mail instead
    UNMUTED = "unmuted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    LEAKED = "leaked"  # a mailed link was shown in a group: it proves nothing any more
    REPLAYED = "replayed"  # another account opened a link that was used
    GUESSED = "guessed"  # somebody tries tokens
    GROUP = "group"  # the bot was put into a group that nobody confirmed, and left
    GROUP_CONFIRMED = "group_confirmed"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a person's contact, for the office to hear."""

    kind: ChangeKind
    unit: str
    name: str
    detail: str = ""  # the account, the new address, the group: as the kind needs it
    binding: int = 0


def end_stale(session: Session, directory: Directory, at: AsOf) -> list[Change]:
    """End every binding whose person is no longer named for its unit today; before each delivery. One who is named for
    another unit keeps his chat for that one, and one whose e-mail address alone is another keeps it under the new address.
    None ends while some row of the contacts cannot be read: it may be his."""
    if not directory.contacts_whole:
        return []
    rows = session.connection().execute(select(_bindings).where(_b.state.in_(ACTIVE)).order_by(_b.id)).mappings().all()
    people = [row for row in rows if not _is_group(row)]
    stale = [row for row in people if named(directory, row["unit"], row["person"], row["name"], at.today) is None]
    changes, gone = [], []
    for row in stale:
        contact = elsewhere(directory, row["unit"], row["person"], row["name"], at.today)
        if contact is None:
            gone.append(row)
        else:
            changes.append(_move(session, row, contact, at.now))
    gone += [row for row in rows if _is_group(row) and not _lasts(directory, row["unit"], at)]
    return [*changes, *end(session, gone, ChangeKind.NOT_NAMED, at.now, by="alertd")]


def confirm_group(session: Session, directory: Directory, unit: str, chat: int, *, by: str, at: AsOf) -> list[Change]:
    """The office lets a group hear counts of a unit, never lists; it does so before the bot is put there, for it leaves all
    others. Raises Refused."""
    if chat >= 0:
        raise Refused(f"{chat} is no group: its number is below 0, as the office was told when the bot left it")
    if not _lasts(directory, unit, at):
        raise Refused(f"unit {unit} is not valid on {at.today}; give its successor's code")
    name = f"group {chat}"
    older = active(session, and_(_b.chat_id == chat, _b.channel == ChannelName.TELEGRAM.value))
    changes = end(session, older, ChangeKind.REPLACED, at.now, by=by)
    made = insert(_bindings).values(
        channel=ChannelName.TELEGRAM.value,
        user_id=chat,
        chat_id=chat,
        unit=unit,
        person=f"{_GROUP}{chat}",
        name=name,
        state=BindingState.CONFIRMED.value,
        made_at=at.now,
        confirmed_at=at.now,
        confirmed_by=by,
        end_reason="",
        muted=False,
        account="",
    )
    row = session.connection().execute(made.returning(*_bindings.c)).mappings().one()
    _audit(session, [row], "binding.group_confirmed", at.now, by)
    return [*changes, Change(ChangeKind.GROUP_CONFIRMED, unit, name, str(chat), row["id"])]


def _is_group(row: RowMapping) -> bool:
    return str(row["person"]).startswith(_GROUP)


def _lasts(directory: Directory, unit: str, at: AsOf) -> bool:
    known = directory.by_code.get(unit)
    return known is not None and known.valid_on(at.today)


def _move(session: Session, row: RowMapping, contact: Contact, now: datetime) -> Change:
    moved = {"unit": contact.unit, "person": contact.person}
    session.connection().execute(update(_bindings).where(_b.id == row["id"]).values(moved))
    kind = ChangeKind.SHIFTED if contact.person == row["person"] else ChangeKind.READDRESSED
    detail = {"binding": row["id"], "before": {"unit": row["unit"], "person": row["person"]}, "now": moved}
    subject = f"unit:{contact.unit}"
    audit.record(session, at=now, actor="alertd", action=f"binding.{kind}", subject=subject, detail=detail)
    return Change(kind, contact.unit, contact.name, contact.email)


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
    return Change(kind, row["unit"], row["name"], account(row["account"], row["user_id"]), row["id"])


def account(named: str, user: int) -> str:
    """An account as the office reads it: what it calls itself proves nothing, its number is its own."""
    return f"“{named}”, ID {user}" if named else f"ID {user}"


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
