"""Files (hồ sơ TTHC): one citizen's application, with a date promised for the result; the dataset ``files``."""

from datetime import datetime

from sqlalchemy import Index, and_, literal_column
from sqlmodel import SQLModel

from alertd.model import file_terms
from alertd.model.base import moment, row_id, table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Share, Time
from alertd.model.records import Record
from alertd.model.words import Filed, FileStatus


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
    field: str | None = None
    new_due_at: datetime | None = moment()
    paid_online: bool | None = None
    late_cause: str | None = None
    extended_at: datetime | None = moment()
    times_put_off: int | None = None  # where no source gives it, counted at each merge (intake/file_merge.py)
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
    received_day: int | None = None  # local day of its acceptance, else of its filing
    assumed_end_at: datetime | None = moment()  # ended by its status word or by absence, without a time of its own
    ended_day: int | None = None
    ended_day_no: int | None = None
    requested_day: int | None = None
    requested_day_no: int | None = None
    answered_day_no: int | None = None
    unit_since_day_no: int | None = None
    apology_day: int | None = None
    apology_due_day: int | None = None  # the due day that stood when the apology was first read


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
# What was read since a moment, and in which months it was received: what follows from the files is brought up from there.
Index("ix_file_copies_changed", _c.changed_at, _c.received_day)
_COUNTED = _c.preferred.is_(True)
Index("ix_file_copies_received", _c.received_day, postgresql_where=_COUNTED, sqlite_where=_COUNTED)
# Refused, or withdrawn by citizens, in the order in which that happened: a few in a hundred.
GIVEN_UP = and_(
    _COUNTED,
    _c.status.in_(literal_column(f"'{status.value}'") for status in (FileStatus.REFUSED, FileStatus.WITHDRAWN)),
)
Index("ix_file_copies_given_up", _c.ended_day, postgresql_where=GIVEN_UP, sqlite_where=GIVEN_UP)


# What vanished unfinished, few at any time: a file that comes with another code may be one of them.
_VANISHED = and_(_c.gone_at.is_not(None), _c.ended_at.is_(None), _c.returned_at.is_(None))
Index("ix_file_copies_vanished", _c.procedure, _c.accepted_at, postgresql_where=_VANISHED, sqlite_where=_VANISHED)


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
    section: str | None = None
    supplement_requested_at: datetime | None = moment()
    supplement_answered_at: datetime | None = moment()
    unit_since: datetime | None = moment()
    times_put_off: int | None = None


# By number within a code: the version that follows another one is the next of its code.
Index("ix_file_history_code", table_of(FileHistory).c.code, table_of(FileHistory).c.id)


T, E, D = FieldType, Time.EVENT, Time.DEADLINE


def _share(name: str, vi: str, en: str, share: Share) -> Field:
    """A part of working_days_late."""
    return Field(
        name,
        T.INTEGER,
        vi,
        en,
        derived=True,
        expression=lambda scope: share(scope, scope.column("due_day_no")),
        at_least=file_terms.due_before,
    )


_SHARES = (
    _share(
        "working_days_late_before_unit",
        "số ngày làm việc quá hạn trước khi chuyển đến đơn vị",
        "working days late before it came to the unit",
        file_terms.late_before_unit,
    ),
    _share(
        "working_days_late_with_unit",
        "số ngày làm việc quá hạn tại đơn vị",
        "working days late since the unit has it",
        file_terms.late_with_unit,
    ),
    _share(
        "working_days_late_with_citizen",
        "số ngày làm việc quá hạn trong thời gian chờ công dân bổ sung",
        "working days late on which the citizen was waited for",
        file_terms.late_with_citizen,
    ),
)
FILES = Dataset(
    name="files",
    vi="hồ sơ",
    en="files",
    table=files_table,
    key="code",
    stop_number=file_terms.stop_number,
    stop_day=file_terms.stop_day,
    watched=(
        "unit",
        "status",
        "due_at",
        "ended_at",
        "supplement_requests",
        "gone_at",
        "section",
        "supplement_requested_at",
        "supplement_answered_at",
    ),
    kept_too=("unit_since", "times_put_off"),
    unit_field="field",
    late_shares={
        "working_days_late_before_unit": file_terms.late_before_unit,
        "working_days_late_with_unit": file_terms.late_with_unit,
        "working_days_late_with_citizen": file_terms.late_with_citizen,
    },
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
        Field("field", T.TEXT, "lĩnh vực", "field of administration"),
        Field("new_due_at", T.MOMENT, "ngày hẹn trả mới", "date promised anew once the citizen has answered", D),
        Field("paid_online", T.BOOLEAN, "đã thanh toán trực tuyến", "paid online; empty: nothing was to be paid"),
        Field("late_cause", T.TEXT, "nguyên nhân chậm", "cause of the delay, as the source records it"),
        Field("extended_at", T.MOMENT, "thời điểm gia hạn", "time of the decision that put the due date off", E),
        Field(
            "times_put_off",
            T.INTEGER,
            "số lần hẹn lại",
            "how often the date was put off to a later day; not by the new date that follows the citizen's answer",
        ),
        Field(
            "apology_days_late",
            T.INTEGER,
            "số ngày (lịch) xin lỗi sau hạn",
            "calendar days after the due date that stood then, on which the apology was written",
            derived=True,
            expression=file_terms.apology_days_late,
        ),
        Field("is_open", T.BOOLEAN, "chưa kết thúc", "not ended", derived=True, expression=file_terms.is_open),
        Field(
            "waiting_for_citizen",
            T.BOOLEAN,
            "đang chờ công dân bổ sung",
            "supplement asked and not answered",
            derived=True,
            expression=file_terms.waiting,
        ),
        Field(
            "is_overdue",
            T.BOOLEAN,
            "đã quá hạn",
            "the due day (or minute) is over and it has not ended, or ended after it",
            derived=True,
            expression=file_terms.is_overdue,
            at_least=file_terms.due_by_now,
            due_number="due_day_no",
        ),
        Field(
            "days_late",
            T.INTEGER,
            "số ngày (lịch) quá hạn",
            "calendar days after the due date",
            derived=True,
            expression=file_terms.days_late,
            due_number="due_day_no",
        ),
        Field(
            "working_days_late",
            T.INTEGER,
            "số ngày làm việc quá hạn",
            "working days after the due date, up to the end, the pause or today",
            derived=True,
            expression=file_terms.working_days_late,
            at_least=file_terms.due_before,
            due_number="due_day_no",
        ),
        Field(
            "working_days_left",
            T.INTEGER,
            "số ngày làm việc còn lại",
            "working days until the due date; 0 on the day itself and after it; null once ended",
            derived=True,
            expression=file_terms.working_days_left,
            at_most=file_terms.due_within,
            due_number="due_day_no",
        ),
        *_SHARES,
    ),
)
