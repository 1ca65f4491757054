"""Ends that moved back and due dates that moved later, as SQL: an earlier version of a file beside the one that took its place.

The next version is the next row of file_history, or the file as it stands; an empty value is passed over, so that a date which
was taken away and set anew later is compared all the same.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from alertd.derive.readings import readings_table
from alertd.model.audit import CalendarDay
from alertd.model.base import table_of
from alertd.model.file_terms import ENDED_STATUS
from alertd.model.files import FileHistory, files_table
from alertd.model.words import Explanation, FileStatus, WatchedChange

SQL = ColumnElement[Any]
_days, _history, _m = table_of(CalendarDay), table_of(FileHistory), readings_table.c
versions = _history.alias("version")
_h = versions.c
_ENDED = [status.value for status in ENDED_STATUS]
_NAMES = ("kind", "version", "before_at", "after_at", "open_at", "why")
_OF_FILE = ("source", "file", "unit", "procedure", "section", "due_at", "seen_at", "poll")


def moved(where: SQL, now: SQL, late_entry: int) -> Select[Any]:
    """Of the versions ``where`` (over `versions`), whose moments lie in `readings_table`, those after which a watched date moved;
    ``why``: what explains it by now (Explanation), null: nothing. ``late_entry``: working days."""
    pairs = _pairs(where)
    both = union_all(_ends(pairs, late_entry), _dues(pairs, now)).subquery("both")
    return select(*both.c)


def _pairs(where: SQL) -> Subquery:
    """Each version with the dates before it, after it, and of the file as it stands."""
    r, n = files_table.c, _history.alias("next")
    following = _history.alias("following").c
    next_id = select(func.min(following.id)).where(
        following.source == _h.source, following.code == _h.code, following.id > _h.id
    )
    due, end = (case((n.c.id.is_(None), r[name]), else_=n.c[name]) for name in ("due_at", "ended_at"))
    other = files_table.alias("other").c
    counts = ~exists().where(other.code == r.code, other.source != r.source, other.preferred.is_(True))
    return (
        select(
            _h.id.label("version"),
            _h.source,
            _h.code.label("file"),
            r.unit,
            r.procedure,
            r.section,
            r.by_minute,
            _m.at.label("seen_at"),
            _m.poll,
            _m.open_at,
            _m.open_no,
            _known("due_at").label("due_before"),
            due.label("due_after"),
            _h.due_at.is_distinct_from(due).label("due_differs"),
            _known("ended_at").label("end_before"),
            end.label("end_after"),
            _h.ended_at.is_distinct_from(end).label("end_differs"),
            _runs(_h).label("ran"),
            *(r[name].label(f"now_{name}") for name in _NOW),
        )
        .select_from(versions)
        .join(readings_table, and_(_m.source == _h.source, _m.at == _h.known_to))
        .join(files_table, and_(r.source == _h.source, r.code == _h.code))
        .outerjoin(n, n.c.id == next_id.scalar_subquery())
        .where(where, counts, or_(_h.due_at.is_distinct_from(due), _h.ended_at.is_distinct_from(end)))
        .subquery("pairs")
    )


_NOW = ("due_at", "ended_at", "apology_at", "extended_at", "supplement_answered_at", "status")


def _known(name: str) -> SQL:
    """The date of the version, or the last one that an earlier version had."""
    earlier = _history.alias(f"earlier_{name}").c
    mine = and_(earlier.source == _h.source, earlier.code == _h.code, earlier.id < _h.id, earlier[name].is_not(None))
    last = select(earlier[name]).where(mine).order_by(earlier.id.desc()).limit(1).correlate(versions)
    return func.coalesce(_h[name], last.scalar_subquery())


def _runs(row: Any) -> SQL:
    """Its clock runs: it has not ended, also by its word alone or by absence, and the citizen is not waited for."""
    waits = or_(
        row.status == FileStatus.SUPPLEMENT.value,
        and_(
            row.supplement_requested_at.is_not(None),
            or_(
                row.supplement_answered_at.is_(None),
                row.supplement_answered_at < row.supplement_requested_at,
            ),
        ),
    )
    status = func.coalesce(row.status, "")
    return and_(row.ended_at.is_(None), row.gone_at.is_(None), status.not_in(_ENDED), not_(func.coalesce(waits, False)))


def _ends(pairs: Subquery, late_entry: int) -> Select[Any]:
    """An end on an earlier day than the one before; or one in time that appears although the source gave the file as open, and
    late, on a day so much later that nobody was just slow to enter it."""
    p = pairs.c
    back = and_(p.end_before.is_not(None), earlier_end(p.end_after, p.end_before, p.by_minute))
    entered = and_(
        p.end_before.is_(None),
        p.ran,
        p.due_before.is_not(None),
        p.open_no - number_of(p.end_after) > late_entry,
        p.open_no > due_number_of(p.due_before),
        number_of(p.end_after) <= due_number_of(p.due_before),
    )
    values = (
        literal(WatchedChange.END_MOVED_BACK.value, Text),
        p.version,
        p.end_before,
        p.end_after,
        case((p.end_before.is_(None), p.open_at)),
        why_end(p.now_ended_at, p.end_before, p.open_at),
        p.due_before,
    )
    return _columns(pairs, values).where(p.end_differs, p.end_after.is_not(None), or_(back, entered))


def _dues(pairs: Subquery, now: SQL) -> Select[Any]:
    p = pairs.c
    explained = why_due(
        source=p.source,
        code=p.file,
        by_minute=p.by_minute,
        before=p.due_before,
        seen=p.seen_at,
        now=now,
        **{name: p[f"now_{name}"] for name in _NOW if name != "ended_at"},
    )
    values = (
        literal(WatchedChange.DUE_MOVED_LATER.value, Text),
        p.version,
        p.due_before,
        p.due_after,
        cast(null(), p.open_at.type),
        explained,
        cast(null(), p.due_before.type),
    )
    return _columns(pairs, values).where(
        p.due_differs, p.due_after.is_not(None), later_due(p.due_after, p.due_before, p.by_minute)
    )


def _columns(pairs: Subquery, values: tuple[Any, ...]) -> Select[Any]:
    names = ("kind", "version", "before_at", "after_at", "open_at", "why", "due_at")
    own = [value.label(name) for name, value in zip(names, values, strict=True)]
    return select(*own, *(pairs.c[name] for name in _OF_FILE if name != "due_at"))


def why_end(now_ended: SQL, before: SQL, open_at: SQL) -> SQL:
    """It has been put back: the end is again where it was, or after the file was last given as open."""
    return case((now_ended >= func.coalesce(before, open_at), Explanation.PUT_BACK.value))


def why_due(
    *,
    source: SQL,
    code: SQL,
    by_minute: SQL,
    before: SQL,
    seen: SQL,
    now: SQL,
    due_at: SQL,
    apology_at: SQL,
    extended_at: SQL,
    supplement_answered_at: SQL,
    status: SQL,
) -> SQL:
    """What of the file as it stands explains that its due date is later than ``before``: the first new date once needs an apology
    or an extension (Nghị định 61/2018/NĐ-CP and 118/2025/NĐ-CP), and each further one needs another; a new date is set when the
    citizen has answered. So only what is later than the due date's change before this one counts."""
    e, w = _history.alias("changed").c, _history.alias("waited").c
    mine = and_(e.source == source, e.code == code, e.known_to < seen, e.due_at.is_not(None), e.due_at != before)
    since = select(func.max(e.known_to)).where(mine).scalar_subquery()

    def counts(moment: SQL) -> SQL:
        return and_(moment <= now, or_(since.is_(None), moment > since))

    asked = and_(w.source == source, w.code == code, w.status == FileStatus.SUPPLEMENT.value)
    answered_by_word = and_(
        supplement_answered_at.is_(None),
        func.coalesce(status, "") != FileStatus.SUPPLEMENT.value,
        exists().where(asked, or_(since.is_(None), w.known_to > since)),
    )
    return case(
        (and_(due_at.is_not(None), not_(later_due(due_at, before, by_minute))), Explanation.PUT_BACK.value),
        (counts(apology_at), Explanation.APOLOGY.value),
        (counts(extended_at), Explanation.EXTENSION.value),
        (or_(counts(supplement_answered_at), answered_by_word), Explanation.ANSWERED.value),
    )


def earlier_end(after: SQL, before: SQL, by_minute: SQL) -> SQL:
    """On an earlier local day; by the minute where the source counts by it."""
    return and_(after < before, or_(by_minute.is_(True), _day(after) < _day(before)))


def later_due(after: SQL, before: SQL, by_minute: SQL) -> SQL:
    """Due on a later day, once both are moved to a working day."""
    return and_(after > before, or_(by_minute.is_(True), _of(after, _days.c.due_day) > _of(before, _days.c.due_day)))


def number_of(moment: SQL) -> SQL:
    """The count of working days up to its local day."""
    return _of(moment, _days.c.number)


def due_number_of(moment: SQL) -> SQL:
    days = _days.alias("due_days")
    return select(days.c.number).where(days.c.day == _of(moment, _days.c.due_day)).scalar_subquery()


def _day(moment: SQL) -> SQL:
    return _of(moment, _days.c.day)


def _of(moment: SQL, value: SQL) -> SQL:
    """``value`` of the calendar row of the local day in which a moment lies."""
    found = select(value).where(_days.c.starts_at <= moment).order_by(_days.c.starts_at.desc()).limit(1)
    return found.correlate_except(_days).scalar_subquery()
