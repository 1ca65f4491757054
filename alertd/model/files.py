"""Files (hồ sơ TTHC): one citizen's application, with a date promised for the result; the dataset ``files``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, case, func, not_, null, or_
from sqlmodel import SQLModel

from alertd.model.base import moment, row_id, table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Scope, Time, greatest_zero
from alertd.model.records import Record
from alertd.model.words import Filed, FileStatus

# Which states end the clock. Refused (3) and stopped (8) are ends as well (DOMAIN: ended {3, 7, 8, 9, 10}).
ENDED_STATUS = (
    FileStatus.REFUSED,
    FileStatus.WITHDRAWN,
    FileStatus.STOPPED,
    FileStatus.DONE,
    FileStatus.RETURNED,
)


class FileCopy(Record, table=True):
    """A source's copy of a file. Times are UTC; ``*_day_no`` are counts of working days in the site's calendar."""

    __tablename__ = "file_copies"

    unit_since: datetime | None = moment()
    receiving_unit: str | None = None
    procedure: str | None = None
    kind: str | None = None
    status: str | None = None
    channel: str | None = None
    submitted_at: datetime | None = moment()
    accepted_at: datetime | None = moment()
    due_at: datetime | None = moment()
    first_due_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    returned_at: datetime | None = moment()
    supplement_requests: int | None = None
    supplement_requested_at: datetime | None = moment()
    supplement_answered_at: datetime | None = moment()
    apology_at: datetime | None = moment()
    section: str | None = None
    # derived at intake, so that rules need neither a join nor arithmetic on dates
    by_minute: bool = False
    is_open: bool
    waiting_for_citizen: bool
    stop_at: datetime | None = moment()  # the end, or the request for a supplement while the citizen is waited for
    stop_day: int | None = None  # *_day: the local date as its ordinal; *_day_no: its count of working days
    stop_day_no: int | None = None
    due_day: int | None = None  # moved to a working day where it fell on a day off
    due_day_no: int | None = None
    submitted_day_no: int | None = None  # day zero: after closing time or on a day off = the next working day
    accepted_day_no: int | None = None
    assumed_end_at: datetime | None = moment()  # ended by its status word or by absence, without a time of its own
    ended_day: int | None = None
    ended_day_no: int | None = None
    requested_day: int | None = None
    requested_day_no: int | None = None


files_table = table_of(FileCopy)
_c = files_table.c
Index("uq_file_copies_source_code", _c.source, _c.code, unique=True)
Index("ix_file_copies_code", _c.code)
# Rules on open files read these in their order: what is due, by day number (DESIGN: working days are numbers).
_LIVE = and_(_c.preferred.is_(True), _c.is_open.is_(True))
Index("ix_file_copies_open_due", _c.due_day_no, _c.unit, _c.code, postgresql_where=_LIVE, sqlite_where=_LIVE)
# Few at any time: what has come in and nobody has looked at.
_NOT_ACCEPTED = and_(_LIVE, _c.accepted_at.is_(None))
Index("ix_file_copies_open_intake", _c.submitted_day_no, postgresql_where=_NOT_ACCEPTED, sqlite_where=_NOT_ACCEPTED)
# What a whole snapshot did not list once: few at any time, while those that are gone for good become many.
_MISSED = and_(_c.missed > 0, _c.gone_at.is_(None))
Index("ix_file_copies_missed", _c.source, postgresql_where=_MISSED, sqlite_where=_MISSED)


class FileHistory(SQLModel, table=True):
    """An earlier version of a file's watched fields, and from when to when alertd knew it; written only on change."""

    __tablename__ = "file_history"

    id: int | None = row_id()
    source: str
    code: str
    known_from: datetime = moment(nullable=False)
    known_to: datetime = moment(nullable=False)
    unit: str | None = None
    status: str | None = None
    due_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    supplement_requests: int | None = None
    gone_at: datetime | None = moment()


Index("ix_file_history_code", table_of(FileHistory).c.code)


# --- expressions -----------------------------------------------------------------------------------------------------
def _is_open(scope: Scope) -> ColumnElement[Any]:
    if scope.live:
        return scope.column("is_open")
    # The status word decides only where no event contradicts it: "done" with an end in the future is still open.
    no_end_known = and_(scope.column("ended_at").is_(None), scope.column("returned_at").is_(None))
    ended_by_word = and_(no_end_known, func.coalesce(scope.column("status"), "").in_(ENDED_STATUS))
    ended_by_absence = and_(scope.column("gone_at").is_not(None), scope.column("gone_at") <= scope.now)
    ended = func.coalesce(scope.event("ended_at"), scope.event("returned_at"))
    return and_(ended.is_(None), not_(ended_by_word), not_(ended_by_absence))


def _waiting(scope: Scope) -> ColumnElement[Any]:
    if scope.live:
        return scope.column("waiting_for_citizen")
    asked, answered = scope.event("supplement_requested_at"), scope.event("supplement_answered_at")
    by_events = and_(asked.is_not(None), or_(answered.is_(None), answered < asked))
    never_asked = scope.column("supplement_requested_at").is_(None)
    by_word = and_(never_asked, answered.is_(None), func.coalesce(scope.column("status"), "") == FileStatus.SUPPLEMENT)
    return and_(_is_open(scope), or_(by_events, by_word))


def _stop(scope: Scope, ended: ColumnElement[Any], requested: str, live: str) -> ColumnElement[Any]:
    """The end, or the request while the citizen is waited for, in one of its three forms (moment, day, number)."""
    if scope.live:
        return scope.column(live)
    return case((not_(_is_open(scope)), ended), (_waiting(scope), scope.column(requested)), else_=null())


def _stop_number(scope: Scope) -> ColumnElement[Any]:
    stop = _stop(scope, scope.column("ended_day_no"), "requested_day_no", "stop_day_no")
    return func.coalesce(stop, scope.today_no)


def _stop_day(scope: Scope) -> ColumnElement[Any]:
    return func.coalesce(_stop(scope, scope.column("ended_day"), "requested_day", "stop_day"), scope.today_day)


def _stop_at(scope: Scope) -> ColumnElement[Any]:
    ended = func.coalesce(scope.column("ended_at"), scope.column("returned_at"), scope.column("assumed_end_at"))
    return func.coalesce(_stop(scope, ended, "supplement_requested_at", "stop_at"), scope.now)


def _working_days_late(scope: Scope) -> ColumnElement[Any]:
    return greatest_zero(_stop_number(scope) - scope.column("due_day_no"))


def _working_days_left(scope: Scope) -> ColumnElement[Any]:
    left = greatest_zero(scope.column("due_day_no") - _stop_number(scope))
    return case((_is_open(scope), left), else_=null())


def _days_late(scope: Scope) -> ColumnElement[Any]:
    return greatest_zero(_stop_day(scope) - scope.column("due_day"))


def _is_overdue(scope: Scope) -> ColumnElement[Any]:
    by_minute = and_(scope.column("by_minute").is_(True), scope.column("due_at") < _stop_at(scope))
    by_day = and_(scope.column("by_minute").is_(False), scope.column("due_day") < _stop_day(scope))
    return and_(scope.column("due_at").is_not(None), or_(by_minute, by_day))


# What lateness implies for the stored number of the due day: an end or a pause never lies after today (live mode), so
# late by k means due k working days ago or earlier. One day is added where a due minute on a day off is already past
# while the due day, moved to the next working day, still lies ahead.
def _due_before(scope: Scope, days: int) -> ColumnElement[Any]:
    return scope.column("due_day_no") <= scope.today_no - days


def _due_by_now(scope: Scope, _days: int) -> ColumnElement[Any]:
    return scope.column("due_day_no") <= scope.today_no + 1


def _due_within(scope: Scope, days: int) -> ColumnElement[Any]:
    return scope.column("due_day_no") <= scope.today_no + days


T, E, D = FieldType, Time.EVENT, Time.DEADLINE
FILES = Dataset(
    name="files",
    vi="hồ sơ",
    en="files",
    table=files_table,
    key="code",
    stop_number=_stop_number,
    stop_day=_stop_day,
    watched=("unit", "status", "due_at", "ended_at", "supplement_requests", "gone_at"),
    shows=("code", "unit", "due_at", "working_days_late", "status", "section", "procedure"),
    declared=(
        Field("code", T.TEXT, "mã hồ sơ", "code of the file"),
        ORIGIN,
        Field("unit", T.TEXT, "đơn vị xử lý", "unit that handles it"),
        Field("unit_since", T.MOMENT, "đơn vị nhận từ lúc", "time since which the unit has it", E),
        Field("receiving_unit", T.TEXT, "đơn vị tiếp nhận", "unit that received it"),
        Field("procedure", T.TEXT, "mã thủ tục", "code of the procedure"),
        Field("kind", T.TEXT, "loại hồ sơ", "kind"),
        Field("status", T.WORD, "trạng thái", "state", words=tuple(FileStatus)),
        Field("channel", T.WORD, "hình thức nộp", "way of filing", words=tuple(Filed)),
        Field("submitted_at", T.MOMENT, "thời điểm nộp", "time of filing", E, number="submitted_day_no"),
        Field("accepted_at", T.MOMENT, "thời điểm tiếp nhận", "time of acceptance", E, number="accepted_day_no"),
        Field("due_at", T.MOMENT, "ngày hẹn trả", "date promised", D, number="due_day_no"),
        Field("first_due_at", T.MOMENT, "ngày hẹn trả ban đầu", "date first promised", D),
        Field("ended_at", T.MOMENT, "thời điểm kết thúc xử lý", "time of end", E),
        Field("returned_at", T.MOMENT, "thời điểm trả kết quả", "time of return", E),
        Field("supplement_requests", T.INTEGER, "số lần yêu cầu bổ sung", "number of supplement requests"),
        Field(
            "supplement_requested_at",
            T.MOMENT,
            "thời điểm yêu cầu bổ sung",
            "time of supplement request",
            E,
            number="requested_day_no",
        ),
        Field("supplement_answered_at", T.MOMENT, "thời điểm công dân bổ sung", "time of citizen's answer", E),
        Field("apology_at", T.MOMENT, "thời điểm xin lỗi", "time of apology", E),
        Field("section", T.TEXT, "phòng, bộ phận", "section"),
        Field("is_open", T.BOOLEAN, "chưa kết thúc", "not ended", derived=True, expression=_is_open),
        Field(
            "waiting_for_citizen",
            T.BOOLEAN,
            "đang chờ công dân bổ sung",
            "supplement asked and not answered",
            derived=True,
            expression=_waiting,
        ),
        Field(
            "is_overdue",
            T.BOOLEAN,
            "đã quá hạn",
            "the due day (or minute) is over and it has not ended, or ended after it",
            derived=True,
            expression=_is_overdue,
            at_least=_due_by_now,
            due_number="due_day_no",
        ),
        Field(
            "days_late",
            T.INTEGER,
            "số ngày (lịch) quá hạn",
            "calendar days after the due date",
            derived=True,
            expression=_days_late,
            due_number="due_day_no",
        ),
        Field(
            "working_days_late",
            T.INTEGER,
            "số ngày làm việc quá hạn",
            "working days after the due date, up to the end, the pause or today",
            derived=True,
            expression=_working_days_late,
            at_least=_due_before,
            due_number="due_day_no",
        ),
        Field(
            "working_days_left",
            T.INTEGER,
            "số ngày làm việc còn lại",
            "working days until the due date; 0 on the day itself and after it; null once ended",
            derived=True,
            expression=_working_days_left,
            at_most=_due_within,
            due_number="due_day_no",
        ),
    ),
)
