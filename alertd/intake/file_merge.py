"""What only files have in a merge: since when a unit has one, what was promised first and how often anew, when it ended. Pure
SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, case, func, literal, or_, select

from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.files import FileHistory, files_table
from alertd.model.polls import STAGES

_stored, _staged, _history = files_table.c, STAGES["files"].c, table_of(FileHistory).c


def continued(at: AsOf, mapped: Collection[str], *, alike: bool = True) -> dict[str, ColumnElement[Any]]:
    """Values of a stored file that is read anew, where the stage alone cannot know them. ``alike``: it was read by the same
    mapping before, so that what differs is the source's doing."""
    now, today, number = _now(at), *_today(at)
    values: dict[str, ColumnElement[Any]] = {}
    arrived = _arrived()
    since = func.coalesce(_staged.unit_since, case((arrived, now), else_=_stored.unit_since))
    values["unit_since"] = since
    values["unit_since_day_no"] = func.coalesce(
        _staged.unit_since_day_no, case((arrived, number), else_=_stored.unit_since_day_no)
    )
    before = or_(_staged.last_event_at.is_(None), _staged.last_event_at < since)
    values["last_event_at"] = case((before, since), else_=_staged.last_event_at)
    if "first_due_at" not in mapped:
        values["first_due_at"] = func.coalesce(_stored.first_due_at, _staged.first_due_at)
    if "times_put_off" not in mapped:
        so_far = func.coalesce(_stored.times_put_off, 0)
        counted = case((_put_off(), so_far + 1), else_=so_far) if alike else so_far
        values["times_put_off"] = case((_staged.times_put_off > counted, _staged.times_put_off), else_=counted)
    values["apology_due_day"] = _apologised_for()
    # Ended, nobody says when: a file that was open until now ended now; one that is known to have ended stays so.
    for name, known, otherwise in (
        ("assumed_end_at", _stored.assumed_end_at, now),
        ("stop_at", _stored.assumed_end_at, now),
        ("stop_day", _stored.ended_day, today),
        ("stop_day_no", _stored.ended_day_no, number),
        ("ended_day", _stored.ended_day, today),
        ("ended_day_no", _stored.ended_day_no, number),
    ):
        # Waiting by its status word alone, it has stood still since it was first read so.
        still = [(and_(_waits_by_word(_stored), _waits_by_word(_staged)), _stored[name])] if "stop" in name else []
        values[name] = case(
            *still,
            (_staged.assumed_end_at.is_(None), _staged[name]),
            (_stored.assumed_end_at.is_not(None), known),
            else_=otherwise,
        )
    return values


def came_anew() -> ColumnElement[bool]:
    """The source says that the unit has had it since another time: it has been elsewhere meanwhile."""
    return and_(_staged.unit_since.is_not(None), _stored.unit_since.is_distinct_from(_staged.unit_since))


def _arrived() -> ColumnElement[bool]:
    """Another unit has it than the last one that was known. That a unit is missing for once moves nothing."""
    told = and_(_history.source == _stored.source, _history.code == _stored.code, _history.unit.is_not(None))
    newest = select(_history.unit).where(told).order_by(_history.known_to.desc(), _history.id.desc()).limit(1)
    last = newest.correlate(files_table, STAGES["files"]).scalar_subquery()
    return case(
        (_staged.unit.is_(None), literal(False, Boolean)),
        (_stored.unit.is_not(None), _stored.unit != _staged.unit),
        else_=func.coalesce(last != _staged.unit, literal(False, Boolean)),
    )


def _put_off() -> ColumnElement[bool]:
    """The due date is a later day than it was, and later than the first one promised.

    Not where the citizen is waited for, nor by the first change after his answer: the time that he took is added then
    (Nghị định 61/2018/NĐ-CP and 118/2025/NĐ-CP: a new date is set once he has answered).
    """
    later = case(
        (_staged.by_minute.is_(True), _staged.due_at > _stored.due_at),
        else_=and_(_staged.due_at > _stored.due_at, _staged.due_day > _stored.due_day),
    )
    beyond = or_(_stored.first_due_at.is_(None), _staged.due_at > _stored.first_due_at)
    paused = or_(_staged.waiting_for_citizen.is_(True), _stored.waiting_for_citizen.is_(True))
    told = and_(_history.source == _stored.source, _history.code == _stored.code)
    since = and_(told, _history.known_to > _staged.supplement_answered_at, _history.due_at != _stored.due_at)
    changed_since = select(_history.id).where(since).correlate(files_table, STAGES["files"]).exists()
    after_answer = and_(_staged.supplement_answered_at.is_not(None), ~changed_since)
    return and_(later, beyond, ~paused, ~after_answer)


def _apologised_for() -> ColumnElement[int | None]:
    """The due day that stood before the apology, which usually comes with a new date."""
    return case(
        (_staged.apology_at.is_(None), literal(None, Integer)),
        (
            _stored.apology_at.is_not_distinct_from(_staged.apology_at),
            func.coalesce(_stored.apology_due_day, _staged.apology_due_day),
        ),
        else_=func.coalesce(_stored.due_day, _staged.apology_due_day),
    )


def _waits_by_word(row: Any) -> ColumnElement[bool]:
    return and_(row.waiting_for_citizen.is_(True), row.supplement_requested_at.is_(None))


def ended(at: AsOf) -> dict[str, ColumnElement[Any]]:
    """A file that is no longer listed has ended: now, where nothing says when. Its copy stays the one that rules see."""
    now, today, number = _now(at), *_today(at)
    dated = func.coalesce(_stored.ended_at, _stored.returned_at, _stored.assumed_end_at).is_not(None)
    values: dict[str, ColumnElement[Any]] = {
        "is_open": literal(False, Boolean),
        "waiting_for_citizen": literal(False, Boolean),
    }
    for name, otherwise in (
        ("assumed_end_at", now),
        ("stop_at", now),
        ("stop_day", today),
        ("stop_day_no", number),
        ("ended_day", today),
        ("ended_day_no", number),
    ):
        values[name] = case((dated, _stored[name]), else_=otherwise)
    return values


def _now(at: AsOf) -> ColumnElement[datetime]:
    return literal(at.now, Moment)


def _today(at: AsOf) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return literal(at.today.toordinal(), Integer), literal(at.calendar.number(at.today), Integer)
