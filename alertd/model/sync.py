"""Files of which the city's system and the national portal say different things; the dataset ``sync_gaps``.

One row per file that the two copies differ about, or once did: worked out by derive/gaps.py from the copies of the two sources
that ``[sync]`` names (model/sync_terms.py). A gap that has closed keeps its row with ``is_open`` false; one that closed before it
counted (``is_due``) leaves none.
"""

from datetime import datetime

from sqlalchemy import Index, and_

from alertd.model.base import moment, table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Time, today_day, today_number
from alertd.model.records import Record
from alertd.model.words import FileStatus, GapCause, GapKind


class SyncGap(Record, table=True):
    """``code`` is the file's. ``since``: when the difference began: the acceptance or end that the other side lacks, else when it
    was first seen. ``seen_at``: when alertd first saw the difference. ``late_*``: whether the file is late by that side's own
    dates, as of the last look at it. ``source``: of the side that lacks what the other has."""

    __tablename__ = "sync_gaps"

    procedure: str | None = None
    section: str | None = None
    kind: str
    cause: str
    since: datetime | None = moment()
    since_day_no: int | None = None
    seen_at: datetime | None = moment()
    is_open: bool
    is_due: bool  # both systems were read again since, after [sync] within had passed: it is no mere delay
    status_here: str | None = None
    status_there: str | None = None
    due_here: datetime | None = moment()
    due_there: datetime | None = moment()
    ended_here: datetime | None = moment()
    ended_there: datetime | None = moment()
    late_here: bool | None = None
    late_there: bool | None = None


sync_gaps_table = table_of(SyncGap)
_c = sync_gaps_table.c
Index("uq_sync_gaps_source_code", _c.source, _c.code, unique=True)
Index("ix_sync_gaps_code", _c.code)
# Rules read what stands; what does not count yet is few at any time.
_OPEN = and_(_c.preferred.is_(True), _c.is_open.is_(True))
Index("ix_sync_gaps_open", _c.kind, _c.cause, _c.unit, postgresql_where=_OPEN, sqlite_where=_OPEN)
_WAITING = and_(_c.is_open.is_(True), _c.is_due.is_(False))
Index("ix_sync_gaps_waiting", _c.seen_at, postgresql_where=_WAITING, sqlite_where=_WAITING)


T, D = FieldType, Time.DEADLINE
SYNC_GAPS = Dataset(
    name="sync_gaps",
    vi="hồ sơ lệch dữ liệu với Cổng DVCQG",
    en="files that differ from the portal's",
    table=sync_gaps_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=("code", "unit", "procedure", "kind", "cause", "since", "status_here", "status_there"),
    follows=("files",),
    declared=(
        Field("code", T.TEXT, "mã hồ sơ", "code of the file", derived=True),
        ORIGIN,
        Field("unit", T.TEXT, "đơn vị xử lý", "unit that handles it"),
        Field("procedure", T.TEXT, "mã thủ tục", "code of the procedure"),
        Field("section", T.TEXT, "phòng, bộ phận", "section"),
        Field("kind", T.WORD, "loại chênh lệch", "kind of difference", words=tuple(GapKind)),
        Field("cause", T.WORD, "nguyên nhân", "cause, as far as the data show it", words=tuple(GapCause)),
        Field(
            "since", T.MOMENT, "thời điểm bắt đầu chênh lệch", "beginning of the difference", D, number="since_day_no"
        ),
        Field("is_open", T.BOOLEAN, "còn chênh lệch", "they differ still", holds="differs"),
        Field(
            "is_due",
            T.BOOLEAN,
            "đã quá thời hạn đồng bộ",
            "both systems were read again after the time within which they have to agree ([sync] within), and they differ",
        ),
        Field("status_here", T.WORD, "trạng thái tại thành phố", "state in the city's system", words=tuple(FileStatus)),
        Field("status_there", T.WORD, "trạng thái trên Cổng", "state on the portal", words=tuple(FileStatus)),
        Field("due_here", T.MOMENT, "hẹn trả tại thành phố", "due date in the city's system", D),
        Field("due_there", T.MOMENT, "hẹn trả trên Cổng", "due date on the portal", D),
        Field("ended_here", T.MOMENT, "kết thúc tại thành phố", "end in the city's system", D),
        Field("ended_there", T.MOMENT, "kết thúc trên Cổng", "end on the portal", D),
        Field("late_here", T.BOOLEAN, "quá hạn theo thành phố", "late by the city's dates"),
        Field("late_there", T.BOOLEAN, "quá hạn theo Cổng", "late by the portal's dates"),
    ),
)
