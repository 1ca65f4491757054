"""Changes of watched dates as people and scripts read them: the list, and the files that one is about. It changes nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Text, and_, case, cast, literal, null, select
from sqlmodel import Session

from alertd.derive import came_back
from alertd.derive.moved import moved, versions
from alertd.derive.readings import lay_out, readings, readings_table
from alertd.model.asof import AsOf
from alertd.model.base import Moment
from alertd.model.changes import came_back_table, field_changes_table
from alertd.model.files import files_table
from alertd.model.words import Explanation, WatchedChange

_c, _v, _k = field_changes_table.c, versions.c, came_back_table.c
_SHOWN = (
    "code",
    "kind",
    "source",
    "unit",
    "file",
    "file_before",
    "procedure",
    "section",
    "before_at",
    "after_at",
    "due_at",
    "open_at",
    "seen_at",
    "poll",
    "files",
    "explained_at",
    "explained_by",
)
_OF_FILE = ("file", "unit", "procedure", "section", "before_at", "after_at", "due_at", "open_at", "why")


def changes(session: Session, *, unit: str = "", every: bool = False, limit: int = 100) -> Sequence[RowMapping]:
    """The newest first; ``every``: also those that are explained by now."""
    wanted = select(*(_c[name] for name in _SHOWN)).order_by(_c.seen_at.desc(), _c.code).limit(limit)
    if unit:
        wanted = wanted.where(_c.unit == unit)
    if not every:
        wanted = wanted.where(_c.explained_at.is_(None))
    return session.connection().execute(wanted).mappings().all()


def change(session: Session, code: str) -> RowMapping | None:
    """One of them, with the versions that it was read from (``version``, ``last_version``); None: there is none of that code."""
    names = (*_SHOWN, "version", "last_version")
    return session.connection().execute(select(*(_c[name] for name in names)).where(_c.code == code)).mappings().first()


def files_of(session: Session, of: RowMapping, at: AsOf, late_entry: int) -> Sequence[RowMapping]:
    """The files of a change of many, by their codes, with before and after and what explains each by now. In a session that may
    write, for it lays moments out in a temporary table."""
    if of["kind"] == WatchedChange.CAME_BACK:
        return _came_back(session, of)
    if of["version"] is None:
        return []
    lay_out(session, readings(session, of["seen_at"]), [(of["source"], of["seen_at"])], at)
    found = moved(_v.id.between(of["version"], of["last_version"]), literal(at.now, Moment), late_entry).subquery(
        "files"
    )
    f: Any = found.c
    mine = (f.source == of["source"], f.seen_at == of["seen_at"], f.kind == of["kind"])
    none = cast(null(), Text).label("file_before")
    wanted = select(*(f[name] for name in _OF_FILE), none).where(*mine).order_by(f.file)
    rows = session.connection().execute(wanted).mappings().all()
    readings_table.drop(session.connection())
    return rows


def _came_back(session: Session, of: RowMapping) -> Sequence[RowMapping]:
    """With the due date under the first code and under the new one."""
    now = files_table.alias("now")
    n, nothing = now.c, cast(null(), Moment)
    why = case((came_back.again(_k.source, _k.file_before), Explanation.PUT_BACK.value))
    values = {
        "file": _k.file,
        "unit": n.unit,
        "procedure": n.procedure,
        "section": n.section,
        "before_at": _k.before_at,
        "after_at": _k.after_at,
        "due_at": nothing,
        "open_at": nothing,
        "why": why,
        "file_before": _k.file_before,
    }
    wanted = (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(came_back_table.outerjoin(now, and_(n.source == _k.source, n.code == _k.file)))
        .where(_k.source == of["source"], _k.change == of["code"])
        .order_by(_k.file)
    )
    return session.connection().execute(wanted).mappings().all()
