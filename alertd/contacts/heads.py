"""Who answers for each unit, followed from look to look: where it is another person, the office hears it, and he hears all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Contact, Directory, fold_name
from alertd.model.people import UnitHead
from alertd.model.words import Role
from alertd.store import audit, troubles

_heads = table_of(UnitHead)
_h = _heads.c
_NOBODY = ""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "instead": "{unit}: thông báo từ nay gửi {now}, thay {before}",
        "first": "{unit}: thông báo từ nay gửi {now}; trước đó đơn vị chưa có người đứng đầu trong danh bạ",
        "nobody": "{unit}: {before} thôi phụ trách, chưa có người thay; Văn phòng nhận thông báo thay đơn vị",
        Role.HEAD: "{name}",
        Role.ACTING: "{name} (phụ trách)",
        Role.DEPUTY: "{name} (cấp phó)",
    },
    "en": {
        "instead": "{unit}: notices go to {now} from now on, instead of {before}",
        "first": "{unit}: notices go to {now} from now on; before, nobody was named as its head",
        "nobody": "{unit}: {before} no longer answers for it, and nobody else does; the office hears its notices",
        Role.HEAD: "{name}",
        Role.ACTING: "{name} (acting)",
        Role.DEPUTY: "{name} (deputy)",
    },
}


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit for which another person answers than at the last look. ``now`` None: nobody does; ``before``: a name, empty where
    nobody did."""

    unit: str
    now: Contact | None
    before: str


def follow(session: Session, directory: Directory, at: AsOf, *, language: str) -> list[Shift]:
    """The units that changed hands since the last look, kept and told to the office, each once. At the very first look nobody
    is new. None, while some row of the contacts cannot be read: it may be his."""
    if not directory.contacts_whole:
        return []
    connection = session.connection()
    known = {row.unit: row for row in connection.execute(select(_heads))}
    today = {
        unit.code: next(iter(directory.heads(unit.code, at.today)), None)
        for unit in directory.units
        if unit.valid_on(at.today)
    }
    fresh = [_row(unit, contact, at) for unit, contact in today.items() if unit not in known]
    if fresh:
        connection.execute(insert(_heads), fresh)
    moved = [Shift(unit, c, known[unit].name) for unit, c in today.items() if unit in known and _other(known[unit], c)]
    if known:  # else it is the first look
        moved += [Shift(unit, c, "") for unit, c in today.items() if unit not in known and c is not None]
    _keep(session, [_row(shift.unit, shift.now, at) for shift in moved if shift.unit in known], at)
    notes = [(f"contact:{shift.unit}", sentence(shift, directory, language)) for shift in moved]
    troubles.note(session, notes, now=at.now)
    return moved


def sentence(shift: Shift, directory: Directory, language: str) -> str:
    words, unit = _WORDS[language], directory.name_of(shift.unit)
    if shift.now is None:
        return words["nobody"].format(unit=unit, before=shift.before)
    now = words[shift.now.role].format(name=shift.now.name)
    return words["instead" if shift.before else "first"].format(unit=unit, now=now, before=shift.before)


def _other(row: Any, contact: Contact | None) -> bool:
    """Another person; not the same under another address."""
    if contact is None:
        return bool(row.name != _NOBODY)
    return row.name != contact.name and fold_name(row.name) != fold_name(contact.name)


def _row(unit: str, contact: Contact | None, at: AsOf) -> dict[str, Any]:
    person, name = (contact.person, contact.name) if contact is not None else (_NOBODY, _NOBODY)
    return {"unit": unit, "person": person, "name": name, "since": at.now}


def _keep(session: Session, rows: Sequence[Mapping[str, Any]], at: AsOf) -> None:
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in ("person", "name", "since")}
    statement = update(_heads).where(_h.unit == bindparam("b_unit")).values(values)
    session.connection().execute(statement, [{f"b_{name}": value for name, value in row.items()} for row in rows])
    detail = {str(row["unit"]): row["name"] for row in rows}
    audit.record(session, at=at.now, actor="alertd", action="heads.changed", subject="heads", detail=detail)
