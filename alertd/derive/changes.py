"""Changes of watched dates that have to be explained (dataset ``changes``): found among the versions read since the last look.

What is found is evidence and stays; only an explanation is added once it is on record. Which is asked whether it was read by
the same mapping: what a changed mapping has moved is no change of the source. Many of one kind from one import are one row.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, update
from sqlmodel import Session

from alertd.derive import came_back
from alertd.derive.draw import columns_of, draw
from alertd.derive.moved import moved, versions, why_due, why_end
from alertd.derive.readings import Readings, lay_out, readings, readings_table
from alertd.derive.since import since
from alertd.model.asof import AsOf
from alertd.model.base import Moment, moment_text, table_of
from alertd.model.changes import CHANGES, field_changes_table
from alertd.model.files import FileHistory, files_table
from alertd.model.words import Explanation, WatchedChange
from alertd.settings.shapes import Settings
from alertd.store.site import keep_fact, read_fact

_h, _v, _r = table_of(FileHistory).c, versions.c, files_table.c
_table = field_changes_table
_c = _table.c
_FACT = "changes: looked at"
_OFTEN = 2_000  # files of a mass change that are gone through again at each look; of more once a day
_CODE = columns_of(CHANGES).index("code")
_DUE, _END, _BACK = WatchedChange.DUE_MOVED_LATER, WatchedChange.END_MOVED_BACK, WatchedChange.CAME_BACK


@dataclass(frozen=True, slots=True)
class _Marks:
    """Rows up to these numbers were looked at. They are given in the order of the merges, which run one at a time."""

    version: int = 0
    file: int = 0


def follow(session: Session, settings: Settings, at: AsOf) -> None:
    """Add what was read since the last look, and close what has been explained meanwhile."""
    looked = since(session, "changes", "files", at)
    if not (looked.news or looked.new_day):
        return
    connection, before = session.connection(), _marks(session)
    now = _Marks(
        connection.execute(select(func.coalesce(func.max(_h.id), 0))).scalar_one(),
        connection.execute(select(func.coalesce(func.max(_r.id), 0))).scalar_one(),
    )
    _explain(session, at)
    _explain_many(session, at, settings.changes.late_entry, every=looked.new_day)
    if now != before:
        rows = [*_found(session, before, now, settings, at)]
        draw(session, CHANGES, rows, at, within=false())  # what stood before stays as it is
        keep_fact(session, _FACT, json.dumps({"version": now.version, "file": now.file}))


def _marks(session: Session) -> _Marks:
    return _Marks(**json.loads(read_fact(session, _FACT) or "{}"))


def _found(session: Session, before: _Marks, now: _Marks, settings: Settings, at: AsOf) -> Iterator[tuple[Any, ...]]:
    """In the order of `columns_of`."""
    mass, late_entry = settings.changes.mass, settings.changes.late_entry
    fresh = and_(_h.id > before.version, _h.id <= now.version)
    moments = [
        (row.source, row.known_to)
        for row in session.connection().execute(select(_h.source, _h.known_to).where(fresh).distinct())
    ]
    first = min((moment for _, moment in moments), default=None)
    known = readings(session, first if before.version else None) if moments else Readings({})
    if moments:
        lay_out(session, known, moments, at)
        where = and_(_v.id > before.version, _v.id <= now.version)
        statement = _grouped(moved(where, literal(at.now, Moment), late_entry), mass)
        for row in session.connection().execute(statement):
            yield _row(row, at, files=int(row.files) if row.files >= mass else 1)
        readings_table.drop(session.connection())
    for back in came_back.found(session, known, before.version, now.version, before.file, mass, settings.sync.portal):
        made = _row(back, at, files=back.files)
        if back.pairs:
            came_back.keep(session, made[_CODE], back.pairs)
        yield made


def _grouped(found: Select[Any], mass: int) -> Select[Any]:
    """A row a file, but one alone of those that one import moved in one way, where they are so many."""
    each = found.subquery("each_file")
    e = each.c
    group = (e.source, e.seen_at, e.kind)

    def shared(column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Of many files what all of them have."""
        alike = and_(
            func.min(column).over(partition_by=group) == func.max(column).over(partition_by=group),
            func.count(column).over(partition_by=group) == func.count().over(partition_by=group),
        )
        return case((alike, column))

    counted = (
        select(
            each,
            func.count().over(partition_by=group).label("files"),
            func.row_number().over(partition_by=group, order_by=e.version).label("place"),
            func.min(e.version).over(partition_by=group).label("first_version"),
            func.max(e.version).over(partition_by=group).label("last_version"),
            *(shared(e[name]).label(f"shared_{name}") for name in ("unit", "procedure", "section")),
        )
        .where(e.why.is_(None))
        .subquery("counted")
    )
    return select(counted).where(or_(counted.c.files < mass, counted.c.place == 1))


def _row(found: Any, at: AsOf, *, files: int) -> tuple[Any, ...]:
    seen = found.seen_at
    values: dict[str, Any] = {
        "source": found.source,
        "kind": found.kind,
        "seen_at": moment_text(seen),
        "seen_day_no": at.calendar.number(at.calendar.today(seen)),
        "poll": found.poll,
        "files": files,
    }
    if files > 1:
        values |= {name: getattr(found, f"shared_{name}") for name in ("unit", "procedure", "section")}
        values |= {"version": found.first_version, "last_version": found.last_version}
        poll = found.poll if found.poll is not None else f"{seen:%Y%m%dT%H%M%SZ} {found.source}"
        values["code"] = f"poll {poll}/{found.kind}"
    else:
        moments = ("before_at", "after_at", "due_at", "open_at")
        values |= {name: _text(getattr(found, name)) for name in moments}
        values |= {name: getattr(found, name) for name in ("unit", "file", "procedure", "section")}
        values |= {"version": found.version, "last_version": found.version}
        values["file_before"] = getattr(found, "file_before", None)
        values["code"] = f"{found.file}/{found.kind}/{seen:%Y%m%dT%H%M%SZ}"
    return tuple(values.get(name) for name in columns_of(CHANGES))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _explain(session: Session, at: AsOf) -> None:
    """Close single changes for which the file, as it stands, has an explanation."""
    now = literal(at.now, Moment)
    due = why_due(
        source=_c.source,
        code=_c.file,
        by_minute=_r.by_minute,
        before=_c.before_at,
        seen=_c.seen_at,
        now=now,
        due_at=_r.due_at,
        apology_at=_r.apology_at,
        extended_at=_r.extended_at,
        supplement_answered_at=_r.supplement_answered_at,
        status=_r.status,
    )
    end = why_end(_r.ended_at, _c.before_at, _c.open_at)
    back = case((came_back.again(_c.source, _c.file_before), Explanation.PUT_BACK.value))
    why = case((_c.kind == _DUE.value, due), (_c.kind == _END.value, end), (_c.kind == _BACK.value, back))
    standing = and_(_c.explained_at.is_(None), _c.file.is_not(None), _r.source == _c.source, _r.code == _c.file)
    found = select(_c.id, why.label("why")).where(standing).subquery("found")
    _close(session, select(found.c.id, found.c.why).where(found.c.why.is_not(None)), at)
    _close(session, came_back.all_again(), at)


def _explain_many(session: Session, at: AsOf, late_entry: int, *, every: bool) -> None:
    """Close changes of many files of which each is explained by now; ``every``: however many files they are of."""
    standing: list[ColumnElement[bool]] = [_c.explained_at.is_(None), _c.file.is_(None), _c.version.is_not(None)]
    if not every:
        standing.append(_c.files <= _OFTEN)
    connection = session.connection()
    many = connection.execute(
        select(_c.id, _c.source, _c.kind, _c.seen_at, _c.version, _c.last_version).where(*standing)
    ).all()
    if not many:
        return
    known: Readings = readings(session, min(row.seen_at for row in many))
    lay_out(session, known, [(row.source, row.seen_at) for row in many], at)
    where = or_(*(_v.id.between(row.version, row.last_version) for row in many))
    files = moved(where, literal(at.now, Moment), late_entry).subquery("files")
    f = files.c
    left = func.sum(case((f.why.is_(None), 1), else_=0)).label("left")
    counted = select(f.source, f.seen_at, f.kind, left, func.max(f.why)).group_by(f.source, f.seen_at, f.kind)
    counts = {tuple(row[:3]): (int(row[3]), row[4]) for row in connection.execute(counted)}
    readings_table.drop(connection)
    for row in many:
        still, why = counts.get((row.source, row.seen_at, row.kind), (0, None))
        if not still and why is not None:
            _close(session, select(literal(row.id).label("id"), literal(why).label("why")), at)


def _close(session: Session, explained: Select[Any], at: AsOf) -> None:
    """``explained``: id of the change, and why."""
    e = explained.subquery("explained").c
    now = literal(at.now, Moment)
    values = {"explained_at": now, "explained_by": e.why, "changed_at": now, "version_since": now}
    session.connection().execute(update(_table).where(_table.c.id == e.id).values(values))
