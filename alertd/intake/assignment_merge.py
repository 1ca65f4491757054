"""What only assignments have in a merge: how often one was extended, when it was done. Pure SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, case, func, literal, update

from alertd.model.asof import AsOf
from alertd.model.assignments import assignments_table
from alertd.model.base import Moment
from alertd.model.polls import STAGES

_stored, _staged = assignments_table.c, STAGES["assignments"].c


def continued(at: AsOf, mapped: Collection[str], *, alike: bool = True) -> dict[str, ColumnElement[Any]]:
    """Values of a stored assignment that is read anew, where the stage alone cannot know them. ``alike``: it was read by the same
    mapping before, so that what differs is the source's doing."""
    values: dict[str, ColumnElement[Any]] = {}
    if "extensions" not in mapped:
        known = func.coalesce(_stored.extensions, 0)
        counted = case((_extended(), known + 1), else_=known) if alike else known
        values["extensions"] = case((_staged.extensions > counted, _staged.extensions), else_=counted)
    # Done, nobody says when: one that was open until now was done now; one that is known to be done stays so.
    for name, otherwise in _done_now(at).items():
        values[name] = case(
            (_staged.assumed_done_at.is_(None), _staged[name]),
            (_stored.is_open.is_(False), _known_end(name)),
            else_=otherwise,
        )
    return values


def _extended() -> ColumnElement[bool]:
    """What it is due by (the extension, else the due date itself, where a source writes over it) is a later day than it was."""
    was = func.coalesce(_stored.extended_to, _stored.due_at)
    now = func.coalesce(_staged.extended_to, _staged.due_at)
    return and_(now > was, _staged.due_day_no > _stored.due_day_no)


def _known_end(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = _stored[name]
    return func.coalesce(column, _stored.done_at) if name == "assumed_done_at" else column


def ended(at: AsOf) -> dict[str, ColumnElement[Any]]:
    """An assignment that is no longer listed is done: now, where nothing says when. Its copy stays the one that rules see."""
    dated = func.coalesce(_stored.done_at, _stored.assumed_done_at).is_not(None)
    values: dict[str, ColumnElement[Any]] = {"is_open": literal(False, Boolean)}
    return values | {name: case((dated, _stored[name]), else_=now) for name, now in _done_now(at).items()}


def titles_withheld(source: str) -> Any:
    """The statement that takes titles out which were read while they were said to be public, of records too that are gone."""
    mine = and_(_stored.source == source, _stored.title.is_not(None))
    return update(assignments_table).where(mine).values(title=None)


def _done_now(at: AsOf) -> dict[str, ColumnElement[Any]]:
    now: ColumnElement[datetime] = literal(at.now, Moment)
    return {"assumed_done_at": now, "done_day_no": literal(at.calendar.number(at.today), Integer)}
