"""What a record is to whoever answers for it: running, waiting or ended, and late or not. Expressions only, for any rows.

The same ones over what is stored and over the stage, bound to one moment: like is compared with like, and time that passes
(a weekend, a due date that a thousand files share) changes nothing between the two.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_
from sqlalchemy.types import String

from alertd.model.base import Moment
from alertd.model.dataset import Scope
from alertd.model.file_terms import ENDED_STATUS
from alertd.model.files import FILES
from alertd.model.words import AssignmentState, FileStatus

SQL = ColumnElement[Any]
_ENDED = frozenset(status.value for status in ENDED_STATUS) | {
    AssignmentState.DONE.value,
    AssignmentState.GIVEN_BACK.value,
    AssignmentState.CANCELLED.value,
}
_WORDS = {"files": "status", "assignments": "state"}  # the column with the source's own word
_ENDS = {"files": ("ended_at", "returned_at"), "assignments": ("done_at",)}


class State(StrEnum):
    RUNNING = "running"
    WAITING = "waiting"  # for the citizen
    ENDED = "ended"  # of a duty: done; of a procedure: complete


def state(dataset: str, scope: Scope) -> SQL:
    match dataset:
        case "files":
            ended, waiting = scope.column("is_open").is_(False), scope.column("waiting_for_citizen").is_(True)
            return case((ended, State.ENDED.value), (waiting, State.WAITING.value), else_=State.RUNNING.value)
        case "announcements":
            done = and_(scope.column("announced_on").is_not(None), scope.column("published_on").is_not(None))
        case "assignments":
            done = scope.column("is_open").is_(False)
        case "index_readings":  # a reading has no life of its own
            return literal(State.RUNNING.value, String)
        case _:
            done = scope.column("content_complete").is_(True)
    return case((done, State.ENDED.value), else_=State.RUNNING.value)


def late(dataset: str, scope: Scope) -> SQL:
    """1 for what is late and has not ended, else 0."""
    match dataset:
        case "files":
            is_late = and_(scope.column("is_open").is_(True), FILES.fields["is_overdue"].sql(scope))
        case "announcements":
            is_late = or_(
                and_(scope.column("announced_on").is_(None), scope.column("announce_due_no") < scope.today_no),
                and_(scope.column("published_on").is_(None), scope.column("publish_due_no") < scope.today_no),
            )
        case "assignments":
            is_late = and_(scope.column("is_open").is_(True), scope.column("due_day_no") < scope.today_no)
        case _:
            return literal(0)
    return case((is_late, 1), else_=0)


def late_then(dataset: str, was: Scope, would: Scope) -> SQL:
    """``late`` of a staged row beside the stored one: of a pause that has no time of its own the merge keeps the old one."""
    if dataset != "files":
        return late(dataset, would)
    waits = and_(was.column("waiting_for_citizen").is_(True), would.column("waiting_for_citizen").is_(True))
    undated = would.column("supplement_requested_at").is_(None)
    return case((and_(waits, undated), late(dataset, was)), else_=late(dataset, would))


def word(dataset: str, scope: Scope) -> SQL:
    """The state in the source's words, as we call them; empty where there is none."""
    column = _WORDS.get(dataset)
    return func.coalesce(scope.column(column), "") if column else literal("", String)


def dated(dataset: str, scope: Scope, mapped: Collection[str], since: datetime) -> SQL:
    """1 where the end is proved by its own time, which is not older than ``since`` and has come; a source that gives no such
    times cannot prove any, and none is asked of it. Days are proof enough."""
    ends = _ENDS.get(dataset, ())
    if not set(ends) & set(mapped):
        return literal(1)
    end = func.coalesce(*(scope.column(name) for name in ends), null())
    return case((and_(end >= literal(since, Moment), end <= scope.now), 1), else_=0)


def of_word(status: str) -> State | None:
    """The state that a status word alone means; None for no word."""
    if not status:
        return None
    if status in _ENDED:
        return State.ENDED
    return State.WAITING if status == FileStatus.SUPPLEMENT else State.RUNNING
