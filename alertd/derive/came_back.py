"""Files that vanished and stand there again with a new code: the same procedure, section, unit and time of acceptance, and the
match is unique both ways."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, insert, literal, select, union_all
from sqlmodel import Session

from alertd.derive.readings import Readings, readings
from alertd.model.base import table_of
from alertd.model.changes import came_back_table, field_changes_table
from alertd.model.file_terms import ENDED_STATUS
from alertd.model.files import FileHistory, files_table
from alertd.model.words import Explanation, WatchedChange

_f, _h, _c, _k = files_table.c, table_of(FileHistory).c, field_changes_table.c, came_back_table.c
_ENDED = [status.value for status in ENDED_STATUS]
_ALIKE = ("unit", "section")
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """One file, or (``files`` > 1) as many ``pairs`` that one import brought back."""

    source: str
    file: str
    file_before: str
    unit: str | None
    procedure: str | None
    section: str | None
    before_at: datetime | None  # the due date under the first code
    after_at: datetime | None
    seen_at: datetime
    poll: int | None
    files: int = 1
    shared_unit: str | None = None
    shared_procedure: str | None = None
    shared_section: str | None = None
    kind: str = WatchedChange.CAME_BACK.value
    due_at: None = None
    open_at: None = None
    version: None = None
    first_version: None = None
    last_version: None = None
    pairs: Sequence["Back"] = ()


def found(
    session: Session, known: Readings, versions_from: int, versions_to: int, files_from: int, mass: int, portal: str
) -> Iterator[Back]:
    """Of the files that vanished since the version ``versions_from``, and those that came after the row ``files_from``. ``portal``:
    the source with the national portal's copies, where a file stands on when the city's system has it no more; or empty."""
    low = _low(session, known, versions_from, versions_to, files_from)
    pairs = session.connection().execute(_pairs(low, portal).limit(1)).all()
    if not pairs:
        return
    every = session.connection().execute(_alike(_pairs(low, portal), portal)).all()
    known = readings(session, min(row.gone_at for row in every if row.vanished))
    found_now: dict[tuple[str, datetime], list[Back]] = defaultdict(list)
    for gone, came in _unique(session, known, every):
        if came.id <= low:
            continue  # told before, or ambiguous then
        seen = max(gone.gone_at, came.first_seen_at)
        found_now[came.source, seen].append(_back(known, gone, came, seen))
    for _, backs in sorted(found_now.items()):
        yield from backs if len(backs) < mass else [_one(backs)]


def _low(session: Session, known: Readings, versions_from: int, versions_to: int, files_from: int) -> int:
    """The row number after which a new code may stand for one that has vanished since: it came when that was first missing, a
    reading before it was gone."""
    left = select(_h.source, func.min(_h.known_to).label("at")).where(
        _h.id > versions_from, _h.id <= versions_to, _h.gone_at.is_(None)
    )
    low = files_from
    for row in session.connection().execute(left.group_by(_h.source)):
        before = known.before(row.source, row.at)
        if before is None:
            return 0
        # numbers follow the order of the readings: from the newest row backwards to the first that is older
        older = select(_f.id).where(_f.first_seen_at < before.at).order_by(_f.id.desc()).limit(1)
        low = min(low, session.connection().execute(older).scalar() or 0)
    return low


def _vanished(v: Any, portal: str) -> ColumnElement[bool]:
    """Gone before it had ended, and no other source has it but the portal, whose copy is no sign that it was handed on."""
    other = files_table.alias("other").c
    return and_(
        v.gone_at.is_not(None),
        v.ended_at.is_(None),
        v.returned_at.is_(None),
        func.coalesce(v.status, "").not_in(_ENDED),
        v.accepted_at.is_not(None),
        v.procedure.is_not(None),
        ~exists().where(other.code == v.code, other.source.not_in((v.source, portal)), other.preferred.is_(True)),
    )


def _pairs(low: int, portal: str) -> Select[Any]:
    """What a file that came and one that vanished have in common; one row a pair."""
    came, gone = files_table.alias("came").c, files_table.alias("gone").c
    return select(came.source, came.procedure, came.accepted_at).where(
        came.id > low,
        came.gone_at.is_(None),
        came.preferred.is_(True),
        # as an expression, or all rows of a source would be read by its index instead of the few that came
        func.coalesce(came.source, "") == gone.source,
        gone.procedure == came.procedure,
        gone.accepted_at == came.accepted_at,
        *(gone[name].is_not_distinct_from(came[name]) for name in _ALIKE),
        gone.code != came.code,
        came.first_seen_at > gone.first_seen_at,
        _vanished(gone, portal),
    )


def _alike(pairs: Select[Any], portal: str) -> Select[Any]:
    """All files that have that in common with one of the pairs: read through once, and only where there is a pair."""
    p = pairs.distinct().subquery("pairs").c
    names = ("id", "source", "code", "procedure", "accepted_at", *_ALIKE, "due_at", "first_seen_at", "gone_at")
    return select(*(_f[name] for name in names), _vanished(_f, portal).label("vanished")).where(
        _f.source == p.source, _f.procedure == p.procedure, _f.accepted_at == p.accepted_at
    )


def _unique(session: Session, known: Readings, files: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], Row[Any]]]:
    """Pairs of which neither could belong to any other file; what was paired before is no longer among them."""
    alone = select(_c.file_before, _c.file).where(_c.file_before.is_not(None))
    told = session.connection().execute(union_all(alone, select(_k.file_before, _k.file))).all()
    used_before, used = {row.file_before for row in told}, {row.file for row in told}
    by_key: dict[_Key, list[Row[Any]]] = defaultdict(list)
    for row in files:
        by_key[row.source, row.procedure, row.accepted_at, row.unit, row.section].append(row)
    for alike in by_key.values():
        gone = [row for row in alike if row.vanished and row.code not in used_before]
        if len(gone) != 1:
            continue
        first = known.before(gone[0].source, gone[0].gone_at)
        missing = gone[0].first_seen_at if first is None else first.at
        came = [
            row for row in alike if row.code != gone[0].code and row.code not in used and row.first_seen_at >= missing
        ]
        if len(came) == 1 and came[0].gone_at is None and not known.remapped(came[0].source, came[0].first_seen_at):
            yield gone[0], came[0]


def _back(known: Readings, gone: Row[Any], came: Row[Any], seen: datetime) -> Back:
    poll = known.at(came.source, seen)
    return Back(
        source=came.source,
        file=came.code,
        file_before=gone.code,
        unit=came.unit,
        procedure=came.procedure,
        section=came.section,
        before_at=gone.due_at,
        after_at=came.due_at,
        seen_at=seen,
        poll=None if poll is None else poll.poll,
    )


def _one(backs: Sequence[Back]) -> Back:
    """One row for many."""
    first = backs[0]

    def shared(name: str) -> str | None:
        values = {getattr(each, name) for each in backs}
        return values.pop() if len(values) == 1 else None

    return Back(
        source=first.source,
        file="",
        file_before="",
        unit=first.unit,
        procedure=None,
        section=None,
        before_at=None,
        after_at=None,
        seen_at=first.seen_at,
        poll=first.poll,
        files=len(backs),
        shared_unit=shared("unit"),
        shared_procedure=shared("procedure"),
        shared_section=shared("section"),
        pairs=backs,
    )


def keep(session: Session, change: str, backs: Sequence[Back]) -> None:
    """Which files a change of many is about."""
    rows = [
        {
            "source": each.source,
            "file": each.file,
            "file_before": each.file_before,
            "change": change,
            "before_at": each.before_at,
            "after_at": each.after_at,
        }
        for each in backs
    ]
    session.connection().execute(insert(came_back_table), rows)


def again(source: ColumnElement[Any], file_before: ColumnElement[Any]) -> ColumnElement[bool]:
    """That the first code is there again."""
    first = files_table.alias("first").c
    return exists().where(first.source == source, first.code == file_before, first.gone_at.is_(None))


def all_again() -> Select[Any]:
    """The changes of many files of which each stands under its first code again: id, and why that explains it."""
    mine = and_(_k.source == _c.source, _k.change == _c.code)
    standing = and_(_c.explained_at.is_(None), _c.file.is_(None), _c.kind == WatchedChange.CAME_BACK.value)
    away = exists().where(mine, ~again(_k.source, _k.file_before))
    why = literal(Explanation.PUT_BACK.value).label("why")
    return select(_c.id, why).where(standing, exists().where(mine), ~away)
