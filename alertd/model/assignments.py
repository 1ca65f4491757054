"""Assignments (văn bản, nhiệm vụ được giao): documents and tasks of the city's document system; the dataset ``assignments``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, case, func, null, or_

from alertd.model.base import moment, table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Scope, Time, greatest_zero
from alertd.model.records import Record
from alertd.model.words import AssignmentState


class Assignment(Record, table=True):
    """A source's copy of an assignment. Times are UTC; ``*_day_no`` are counts of working days in the site's calendar.

    ``title`` stays empty unless the source is said to hold public titles (``[[sources]] public_titles``)."""

    __tablename__ = "assignments"

    title: str | None = None
    giver: str | None = None
    assigned_at: datetime | None = moment()
    accepted_at: datetime | None = moment()
    due_at: datetime | None = moment()
    extended_to: datetime | None = moment()
    extensions: int | None = None
    done_at: datetime | None = moment()
    state: str | None = None
    # derived at intake
    is_open: bool
    assumed_done_at: datetime | None = moment()  # done by its state or by absence, without a time of its own
    due_day_no: int | None = None  # of extended_to where there is one; moved to a working day
    assigned_day_no: int | None = None
    accepted_day_no: int | None = None
    done_day_no: int | None = None


assignments_table = table_of(Assignment)
_c = assignments_table.c
Index("uq_assignments_source_code", _c.source, _c.code, unique=True)
Index("ix_assignments_code", _c.code)


def _is_open(scope: Scope) -> ColumnElement[Any]:
    """Its state decides only where no event contradicts it: "done" with an end in the future is still open."""
    if scope.live:
        return scope.column("is_open")
    done = func.coalesce(scope.column("done_at"), scope.column("assumed_done_at"))
    return or_(done.is_(None), done > scope.now)


def _stop(scope: Scope) -> ColumnElement[Any]:
    """The day on which it was done, or today: nobody is late for what is done."""
    done = case((_is_open(scope), null()), else_=scope.column("done_day_no"))
    return func.coalesce(done, scope.today_no)


def _late(scope: Scope) -> ColumnElement[Any]:
    return greatest_zero(_stop(scope) - scope.column("due_day_no"))


def _left(scope: Scope) -> ColumnElement[Any]:
    left = greatest_zero(scope.column("due_day_no") - scope.today_no)
    return case((_is_open(scope).is_(True), left), else_=null())


T, E, D = FieldType, Time.EVENT, Time.DEADLINE
ASSIGNMENTS = Dataset(
    name="assignments",
    vi="văn bản, nhiệm vụ được giao",
    en="assignments",
    table=assignments_table,
    key="code",
    stop_number=_stop,
    stop_day=lambda scope: scope.today_day,
    shows=(
        "code",
        "title",
        "giver",
        "unit",
        "assigned_at",
        "due_at",
        "extended_to",
        "extensions",
        "working_days_late",
        "state",
    ),
    declared=(
        Field("code", T.TEXT, "số, ký hiệu", "number"),
        ORIGIN,
        Field("title", T.TEXT, "trích yếu", "title, where the source says that it is public"),
        Field("giver", T.TEXT, "cơ quan, người giao", "who gave it"),
        Field("unit", T.TEXT, "đơn vị được giao", "unit to which it was given"),
        Field("assigned_at", T.MOMENT, "thời điểm giao", "time of assignment", E, number="assigned_day_no"),
        Field("accepted_at", T.MOMENT, "thời điểm tiếp nhận", "time of acceptance", E, number="accepted_day_no"),
        Field("due_at", T.MOMENT, "hạn hoàn thành", "date by which it is due", D, number="due_day_no"),
        Field("extended_to", T.MOMENT, "gia hạn đến", "date to which it was extended", D),
        Field("extensions", T.INTEGER, "số lần gia hạn", "number of extensions"),
        Field("done_at", T.MOMENT, "thời điểm hoàn thành", "time of completion", E, number="done_day_no"),
        Field("state", T.WORD, "trạng thái", "state", words=tuple(AssignmentState)),
        Field("is_open", T.BOOLEAN, "chưa hoàn thành", "not done", derived=True, expression=_is_open),
        Field(
            "is_overdue",
            T.BOOLEAN,
            "đã quá hạn",
            "the due day is over and it is not done, or was done after it",
            derived=True,
            expression=lambda scope: _stop(scope) > scope.column("due_day_no"),
            due_number="due_day_no",
        ),
        Field(
            "working_days_late",
            T.INTEGER,
            "số ngày làm việc quá hạn",
            "working days after the due date (or the date to which it was extended), up to its end or today",
            derived=True,
            expression=_late,
            due_number="due_day_no",
        ),
        Field(
            "working_days_left",
            T.INTEGER,
            "số ngày làm việc còn lại",
            "working days until it is due; 0 on the day itself and after it; empty once done",
            derived=True,
            expression=_left,
            due_number="due_day_no",
        ),
    ),
)
