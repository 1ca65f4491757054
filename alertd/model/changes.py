"""Changes of watched fields that have to be explained (thay đổi cần giải thích), never called more than that; the dataset
``changes``. Worked out by derive/changes.py from the versions that are kept of each file."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from alertd.model.base import moment, table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Time, today_day, today_number
from alertd.model.records import Record
from alertd.model.words import Explanation, WatchedChange


class Change(Record, table=True):
    """``code``: ``file/kind/time``, or ``poll n/kind`` for what one import changed of many files at once."""

    __tablename__ = "field_changes"

    kind: str
    file: str | None = None  # empty for a mass change
    file_before: str | None = None  # came_back: the code under which it stood before
    procedure: str | None = None
    section: str | None = None
    before_at: datetime | None = (
        moment()
    )  # the value of the field before: an end, or a due date; empty: it had not ended
    after_at: datetime | None = moment()
    due_at: datetime | None = moment()  # of an end: the due date that it is measured by
    open_at: datetime | None = moment()  # of an end that appeared: when the source last gave the file as open
    seen_at: datetime = moment(nullable=False)  # when alertd read it
    seen_day_no: int | None = None
    poll: int | None = Column(default=None, sa_type=BigInteger)
    files: int = 1  # how many files it is about
    explained_at: datetime | None = moment()  # when alertd read what explains it; empty: it stands
    explained_by: str | None = None
    # the versions in file_history that it was read from, first and last
    version: int | None = Column(default=None, sa_type=BigInteger)
    last_version: int | None = Column(default=None, sa_type=BigInteger)


field_changes_table = table_of(Change)
_c = field_changes_table.c
Index("uq_field_changes_source_code", _c.source, _c.code, unique=True)
Index("ix_field_changes_code", _c.code)
# Few: what nothing on record has explained yet.
_STANDING = _c.explained_at.is_(None)
Index("ix_field_changes_standing", _c.file, postgresql_where=_STANDING, sqlite_where=_STANDING)


class CameBack(SQLModel, table=True):
    """One of the files that one import brought back with new codes, where they were so many that one change is about all of them.
    ``change``: its code; ``before_at``, ``after_at``: the due date under the first code and under the new one."""

    __tablename__ = "came_back_files"

    source: str = Column(primary_key=True)
    file: str = Column(primary_key=True)
    file_before: str
    change: str
    before_at: datetime | None = moment()
    after_at: datetime | None = moment()


came_back_table = table_of(CameBack)
Index("ix_came_back_files_change", came_back_table.c.source, came_back_table.c.change)


T, E, D = FieldType, Time.EVENT, Time.DEADLINE
CHANGES = Dataset(
    name="changes",
    vi="thay đổi cần giải thích",
    en="changes to be explained",
    table=field_changes_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=(
        "code",
        "unit",
        "kind",
        "file",
        "file_before",
        "before_at",
        "after_at",
        "open_at",
        "due_at",
        "procedure",
        "section",
        "seen_at",
        "files",
    ),
    follows=("files",),
    declared=(
        Field("code", T.TEXT, "mã (hồ sơ/loại/thời điểm)", "file/kind/time", derived=True),
        ORIGIN,
        Field("unit", T.TEXT, "đơn vị xử lý", "unit that handles the file"),
        Field("kind", T.WORD, "loại thay đổi", "what changed", words=tuple(WatchedChange)),
        Field("file", T.TEXT, "mã hồ sơ", "code of the file; empty for many at once"),
        Field("file_before", T.TEXT, "mã hồ sơ trước đó", "code under which it stood before"),
        Field("procedure", T.TEXT, "mã thủ tục", "code of the procedure"),
        Field("section", T.TEXT, "phòng, bộ phận", "section"),
        Field("before_at", T.MOMENT, "giá trị trước", "value before", D),
        Field("after_at", T.MOMENT, "giá trị sau", "value after", D),
        Field("seen_at", T.MOMENT, "thời điểm ghi nhận", "time at which it was seen", E, number="seen_day_no"),
        Field("files", T.INTEGER, "số hồ sơ", "number of files"),
        Field("due_at", T.MOMENT, "ngày hẹn trả", "of an end: the due date that it is measured by", D),
        Field("open_at", T.MOMENT, "lần cuối còn đang xử lý", "when the source last gave the file as open", D),
        Field("explained_at", T.MOMENT, "thời điểm giải thích", "time at which an explanation was read", E),
        Field("explained_by", T.WORD, "giải thích bằng", "what explains it", words=tuple(Explanation)),
    ),
)
