"""The index (Bộ chỉ số 766): every reading ever taken, and the dataset ``index_readings``, the newest of each item.

A reading is one value of one unit and indicator for one period, as computed at one moment. Readings are only ever added
(`IndexLog`); rules see per unit, indicator and period the newest one beside those with which it may be compared
(`IndexReading`, worked out by derive/index.py). Numbers with two decimals are stored as whole hundredths.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Index, Integer, and_, case, cast, func, or_
from sqlmodel import Field as Column

from alertd.model.base import moment, table_of
from alertd.model.dataset import (
    ORIGIN,
    Dataset,
    Expression,
    Field,
    FieldType,
    Scope,
    Time,
    from_hundredths,
    today_day,
    today_number,
)
from alertd.model.index_words import ReadingKind, Series
from alertd.model.records import Record


class IndexLog(Record, table=True):
    """One reading; ``code`` = ``period/unit/indicator@computed_at``, ``item`` the part before the ``@``."""

    __tablename__ = "index_log"

    item: str
    period: str  # 2024-09 | 2024-Q3 | 2024
    indicator: str
    numerator: int | None = Column(default=None, sa_type=BigInteger)
    denominator: int | None = Column(default=None, sa_type=BigInteger)
    ratio: int | None = None  # hundredths of a per cent
    score: int | None = None  # hundredths of a point
    maximum: int | None = None  # hundredths of a point
    rank: int | None = None
    computed_at: datetime = moment(nullable=False)
    quality: str | None = None  # the portal's dataQualityStatus


class IndexReading(Record, table=True):
    """The newest reading of an item, and what it is compared with; ``code`` is the item."""

    __tablename__ = "index_readings"

    named: str | None = None  # what its source wrote, where that is no unit of ours
    period: str
    series: str
    indicator: str
    kind: str
    group: str | None = None
    numerator: int | None = Column(default=None, sa_type=BigInteger)
    denominator: int | None = Column(default=None, sa_type=BigInteger)
    ratio: int | None = None
    score: int | None = None
    maximum: int | None = None
    rank: int | None = None
    computed_at: datetime | None = moment()
    quality: str | None = None
    is_newest: bool = False  # its period is the last of its series of which the unit has a reading
    is_closed: bool = False  # the period had ended when it was computed
    later_closed: int = 0  # periods after it that had ended when they were computed; 2: two or more
    days_old: int = 0  # days of and after the period up to the one on which it was computed; on its first day 1
    # the same item before: the reading before this one, the last of a day ago, the first after the period's end
    score_before: int | None = None
    score_day_ago: int | None = None
    first_closed_score: int | None = None
    # the period before, read when it was as old as this one is now
    score_last_period: int | None = None
    rank_last_period: int | None = None
    is_lowest: bool = False  # of the unit's groups in this period the one with the smallest share of its maximum
    # of maximum and score what does not count for the unit: of which nothing is known, or what exists for the province alone
    maximum_aside: int = 0
    score_aside: int = 0


index_log_table, index_readings_table = table_of(IndexLog), table_of(IndexReading)
for _table in (index_log_table, index_readings_table):
    Index(f"uq_{_table.name}_source_code", _table.c.source, _table.c.code, unique=True)
    Index(f"ix_{_table.name}_code", _table.c.code)
Index("ix_index_log_item", *(index_log_table.c[name] for name in ("item", "source", "computed_at")))
Index("ix_index_log_changed_at", index_log_table.c.changed_at)
Index("ix_index_log_computed_at", index_log_table.c.computed_at)


def _current(scope: Scope) -> ColumnElement[Any]:
    """Of a period that runs while its figures are the newest; of one that is over until a later one is over."""
    over = and_(scope.column("is_closed").is_(True), scope.column("later_closed") == 0)
    return case((or_(scope.column("is_newest").is_(True), over), True), else_=False)


def difference(one: str, other: str) -> Expression:
    """Of two stored columns of hundredths, taken before either becomes a fraction: exact on both databases."""
    return lambda scope: from_hundredths(scope.column(one) - scope.column(other))


# Who reads each day by the clock reads some minutes earlier or later.
DAY_AGO = timedelta(days=1) - timedelta(minutes=30)


def counted(column: Callable[[str], ColumnElement[Any]]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Score and maximum (hundredths) of what counts for the unit. The maximum is null where nothing does: the portal gives 0
    points for 0 of 0, which says nothing of the unit; neither does what exists for the province alone."""
    score = cast(column("score"), BigInteger) - column("score_aside")
    maximum = cast(column("maximum"), BigInteger) - column("maximum_aside")
    known = and_(func.coalesce(column("denominator"), 1) > 0, maximum > 0)
    return score, case((known, maximum))


def _share(scope: Scope) -> ColumnElement[Any]:
    """Per cent that the score is of its maximum, to the nearest hundredth; null where either is unknown."""
    score, maximum = counted(scope.column)
    # whole numbers divide alike on both databases (towards 0)
    divided = (score * 20_000 + maximum).op("/", precedence=8, return_type=BigInteger())  # binds as * does
    return from_hundredths(divided(maximum * 2))


def _missing(scope: Scope) -> ColumnElement[Any]:
    score, maximum = counted(scope.column)
    # whole numbers divide alike on both databases (towards 0)
    return cast(((maximum - score) * 100).op("/", return_type=BigInteger())(maximum), Integer)


def _lost(scope: Scope) -> ColumnElement[Any]:
    score, maximum = counted(scope.column)
    return from_hundredths(maximum - score)


T, E = FieldType, Time.EVENT
# What a source gives: the fields of a reading.
_READING = (
    Field("period", T.TEXT, "kỳ", "period: 2024-09, 2024-Q3 or 2024"),
    Field("unit", T.TEXT, "đơn vị", "unit"),
    Field("indicator", T.TEXT, "mã chỉ số", "code of the indicator; also of a group or the total"),
    Field("numerator", T.INTEGER, "tử số", "numerator"),
    Field("denominator", T.INTEGER, "mẫu số", "denominator"),
    Field("ratio", T.DECIMAL, "tỷ lệ (%)", "ratio, per cent"),
    Field("score", T.DECIMAL, "điểm", "score, points; empty: unknown, which is not 0"),
    Field("maximum", T.DECIMAL, "điểm tối đa", "highest score that can be reached"),
    Field("rank", T.INTEGER, "thứ hạng", "rank"),
    Field("computed_at", T.MOMENT, "thời điểm tính", "time at which it was computed", E),
    Field("quality", T.TEXT, "ghi chú chất lượng số liệu", "data quality, as the portal flags it"),
)
INDEX_LOG = Dataset(
    name="index_readings",
    vi="các lần đọc Bộ chỉ số 766",
    en="readings of the index",
    table=index_log_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=("code", "unit", "indicator", "score"),
    declared=(
        Field("code", T.TEXT, "mã", "period/unit/indicator@time", derived=True),
        ORIGIN,
        *_READING,
        Field("unit_name", T.TEXT, "tên đơn vị", "the unit's full name, looked up where units.csv has no such code"),
    ),
)
INDEX_READINGS = Dataset(
    name="index_readings",
    vi="Bộ chỉ số 766",
    en="readings of the index",
    table=index_readings_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=("code", "unit", "period", "indicator", "score", "maximum", "rank", "computed_at"),
    apart=True,
    follows=("index_readings",),
    declared=(
        Field("code", T.TEXT, "mã (kỳ/đơn vị/chỉ số)", "period/unit/indicator", derived=True),
        ORIGIN,
        *_READING,
        Field("kind", T.WORD, "loại chỉ số", "kind of indicator; total, group or indicator", words=tuple(ReadingKind)),
        Field("group", T.TEXT, "nhóm chỉ số", "code of the group"),
        Field("series", T.WORD, "loại kỳ", "kind of period; month, quarter or year", words=tuple(Series)),
        Field("named", T.TEXT, "đơn vị ghi trong nguồn", "unit as the source wrote it, where it is none of ours"),
        Field("is_newest", T.BOOLEAN, "thuộc kỳ mới nhất", "of the unit's newest period"),
        Field("is_closed", T.BOOLEAN, "kỳ đã kết thúc khi tính", "the period had ended when it was computed"),
        Field(
            "later_closed",
            T.INTEGER,
            "số kỳ sau đó đã có kết quả",
            "number of later periods with a result; 2: two or more",
        ),
        Field("days_old", T.INTEGER, "số ngày từ đầu kỳ", "days since the period began; up to when it was computed"),
        Field(
            "is_current",
            T.BOOLEAN,
            "kỳ đang diễn ra hoặc vừa kết thúc",
            "of the period that runs, or of the last one that is over",
            derived=True,
            expression=_current,
        ),
        Field("is_lowest", T.BOOLEAN, "là nhóm thấp nhất", "the unit's group with the smallest share of its maximum"),
        Field("score_before", T.DECIMAL, "điểm lần đọc trước", "score at the reading before"),
        Field("score_day_ago", T.DECIMAL, "điểm một ngày trước", "score a day ago"),
        Field("first_closed_score", T.DECIMAL, "điểm công bố lần đầu", "score when first read after the period's end"),
        Field(
            "score_last_period",
            T.DECIMAL,
            "điểm kỳ trước (cùng thời điểm)",
            "score of the period before, read when it was as old as this one",
        ),
        Field("rank_last_period", T.INTEGER, "thứ hạng kỳ trước", "rank in the period before, at the same age"),
        Field(
            "fell_by",
            T.DECIMAL,
            "số điểm giảm so với kỳ trước",
            "points lost against the period before, at the same age; negative: gained",
            derived=True,
            expression=difference("score_last_period", "score"),
        ),
        Field(
            "rank_fell_by",
            T.INTEGER,
            "số bậc giảm so với kỳ trước",
            "ranks lost against the period before, at the same age; negative: gained",
            derived=True,
            expression=lambda scope: scope.column("rank") - scope.column("rank_last_period"),
        ),
        Field(
            "restated_by",
            T.DECIMAL,
            "số điểm điều chỉnh sau khi kỳ kết thúc",
            "points by which it was restated since it was first read after the period's end",
            derived=True,
            expression=difference("score", "first_closed_score"),
        ),
        Field(
            "points_lost",
            T.DECIMAL,
            "số điểm bị mất so với tối đa",
            "points missing to the maximum of what counts for the unit; empty where nothing does",
            derived=True,
            expression=_lost,
        ),
        Field(
            "maximum_aside",
            T.DECIMAL,
            "điểm tối đa không tính",
            "of the maximum what does not count for the unit: nothing is known of it, or it exists for the province alone",
        ),
        Field("score_aside", T.DECIMAL, "điểm không tính", "of the score what does not count for the unit"),
        Field(
            "maximum_counted",
            T.DECIMAL,
            "điểm tối đa được tính",
            "highest score of what counts for the unit; empty where nothing does",
            derived=True,
            expression=lambda scope: from_hundredths(counted(scope.column)[1]),
        ),
        Field(
            "percent_missing",
            T.INTEGER,
            "tỷ lệ còn thiếu (%)",
            "what is missing to the maximum that counts, in whole per cent of it; empty where nothing was counted",
            derived=True,
            expression=_missing,
        ),
        Field(
            "share",
            T.DECIMAL,
            "tỷ lệ đạt so với tối đa (%)",
            "score as a share of the maximum that counts, per cent; empty where nothing was counted",
            derived=True,
            expression=_share,
        ),
    ),
)
