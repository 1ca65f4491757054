"""What only files have in a merge: since when a unit has one, what it was first promised for, when it ended. Pure SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, case, func, literal, or_

from alertd.model.asof import AsOf
from alertd.model.base import Moment
from alertd.model.files import files_table
from alertd.model.polls import STAGES

_stored, _staged = files_table.c, STAGES["files"].c


def continued(at: AsOf, mapped: Collection[str]) -> dict[str, ColumnElement[Any]]:
    """Values of a stored file that is read anew, where the stage alone cannot know them."""
    now, today, number = _now(at), *_today(at)
    values: dict[str, ColumnElement[Any]] = {}
    moved = and_(_stored.unit.is_not(None), _stored.unit.is_distinct_from(_staged.unit))
    since = func.coalesce(_staged.unit_since, case((moved, now), else_=_stored.unit_since))
    values["unit_since"] = since
    before = or_(_staged.last_event_at.is_(None), _staged.last_event_at < since)
    values["last_event_at"] = case((before, since), else_=_staged.last_event_at)
    if "first_due_at" not in mapped:
        values["first_due_at"] = func.coalesce(_stored.first_due_at, _staged.first_due_at)
    # Ended, nobody says when: a file that was open until now ended now; one that is known to have ended stays so.
    for name, known, otherwise in (
        ("assumed_end_at", _stored.assumed_end_at, now),
        ("stop_at", _stored.assumed_end_at, now),
        ("stop_day", _stored.ended_day, today),
        ("stop_day_no", _stored.ended_day_no, number),
        ("ended_day", _stored.ended_day, today),
        ("ended_day_no", _stored.ended_day_no, number),
    ):
        values[name] = case(
            (_staged.assumed_end_at.is_(None), _staged[name]),
            (_stored.assumed_end_at.is_not(None), known),
            else_=otherwise,
        )
    return values


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
