"""What was received, done on time and filed online, by unit and period; the dataset ``unit_periods``.

One row per month and quarter, for the city, each unit, each field of administration in a unit, and each procedure across the
city: worked out by derive/periods.py from the files that rules see. Rates are per cent in hundredths, null where nothing is
known to divide by.
"""

from datetime import date

from sqlalchemy import Index

from alertd.model import file_terms
from alertd.model.base import table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Time, today_day, today_number
from alertd.model.records import Record
from alertd.model.words import Grain, PeriodKind


class UnitPeriod(Record, table=True):
    """``code``: ``2026-11/city``, ``2026-11/unit/H26.15``, ``2026-11/field/H26.15/Đất đai``, ``2026-Q4/procedure/1.004227``. A file
    belongs to the period in which it was received; as refused or withdrawn to that in which it was."""

    __tablename__ = "unit_periods"

    period: str  # 2026-11 | 2026-Q4
    kind: str  # month | quarter
    grain: str
    field: str | None = None
    procedure: str | None = None
    begins_on: date
    ends_on: date
    begins_no: int  # count of working days up to and including begins_on
    ends_no: int
    is_running: bool
    received: int
    channel_known: int  # files of which the source says how they were filed
    online: int  # filed online
    payable: int  # files of which the source says whether they were paid online
    paid_online: int
    ended: int
    working_days: int  # of those that ended, from receipt to end, in all
    on_time: int  # ended not after the due day
    late: int  # ended after it, or open after it
    supplement_known: int  # files whose source says of supplements at all
    supplemented: int  # asked for papers at least once
    supplemented_again: int  # more than once
    refused: int  # in the period, whenever they were received
    refused_near_due: int  # of them, on the due day, the working day before it, or after it
    withdrawn: int  # by citizens, in the period, whenever they were received
    withdrawn_late: int  # of them, after the due day
    average_working_days: int | None = None  # hundredths, from receipt to end, of those that ended
    online_rate: int | None = None
    paid_online_rate: int | None = None
    on_time_rate: int | None = None
    supplement_rate: int | None = None
    city_supplement_rate: int | None = None  # of the whole city in the same period
    online_target: int | None = None  # from the table of targets; of a field or procedure none
    online_short: int | None = None  # files filed online that are missing to the target, of those received so far
    online_short_at_pace: int | None = None  # the same at the period's end, if all goes on as so far


unit_periods_table = table_of(UnitPeriod)
_c = unit_periods_table.c
Index("uq_unit_periods_source_code", _c.source, _c.code, unique=True)
Index("ix_unit_periods_code", _c.code)
Index("ix_unit_periods_period", _c.period)


T, D = FieldType, Time.DEADLINE
UNIT_PERIODS = Dataset(
    name="unit_periods",
    vi="kết quả của đơn vị theo kỳ",
    en="results of units by period",
    table=unit_periods_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=("code", "unit", "period", "received", "online", "online_rate", "online_target", "on_time_rate"),
    follows=("files",),
    apart=True,
    unit_field="field",
    declared=(
        Field("code", T.TEXT, "mã (kỳ/đơn vị/lĩnh vực)", "period/grain/unit/field", derived=True),
        ORIGIN,
        Field("unit", T.TEXT, "đơn vị", "unit; empty for the city and for a procedure"),
        Field("period", T.TEXT, "kỳ", "period: 2026-11 or 2026-Q4"),
        Field("kind", T.WORD, "loại kỳ", "month or quarter", words=tuple(PeriodKind)),
        Field("grain", T.WORD, "phạm vi", "of the city, a unit, a unit's field, or a procedure", words=tuple(Grain)),
        Field("field", T.TEXT, "lĩnh vực", "field of administration"),
        Field("procedure", T.TEXT, "mã thủ tục", "code of the procedure"),
        Field("begins_on", T.DATE, "ngày bắt đầu kỳ", "first day of the period", D, number="begins_no"),
        Field("ends_on", T.DATE, "ngày kết thúc kỳ", "last day of the period", D, number="ends_no"),
        Field("is_running", T.BOOLEAN, "kỳ đang diễn ra", "the period has not ended"),
        Field("received", T.INTEGER, "số hồ sơ tiếp nhận", "files received"),
        Field(
            "channel_known",
            T.INTEGER,
            "số hồ sơ đã rõ hình thức nộp",
            "files of which the source says how they were filed",
        ),
        Field("online", T.INTEGER, "số hồ sơ trực tuyến", "files filed online"),
        Field(
            "payable", T.INTEGER, "số hồ sơ phải nộp phí", "files of which it is known whether they were paid online"
        ),
        Field("paid_online", T.INTEGER, "số hồ sơ thanh toán trực tuyến", "files paid online"),
        Field("ended", T.INTEGER, "số hồ sơ đã giải quyết", "files that ended"),
        Field("on_time", T.INTEGER, "số hồ sơ đúng hạn", "files that ended not after their due day"),
        Field("late", T.INTEGER, "số hồ sơ quá hạn", "files that ended after their due day, or are open after it"),
        Field(
            "supplement_known",
            T.INTEGER,
            "số hồ sơ đã rõ việc bổ sung",
            "files whose source says whether papers were asked for",
        ),
        Field("supplemented", T.INTEGER, "số hồ sơ phải bổ sung", "files for which papers were asked at least once"),
        Field("supplemented_again", T.INTEGER, "số hồ sơ bổ sung nhiều lần", "files asked for papers more than once"),
        Field("refused", T.INTEGER, "số hồ sơ từ chối", "files refused in the period, whenever they were received"),
        Field(
            "refused_near_due",
            T.INTEGER,
            "số hồ sơ từ chối sát hạn",
            "of them, on or next to their due day, or after it",
            files=file_terms.refused_near_due,
        ),
        Field("withdrawn", T.INTEGER, "số hồ sơ công dân rút", "files that citizens withdrew in the period"),
        Field(
            "withdrawn_late",
            T.INTEGER,
            "số hồ sơ rút sau hạn",
            "of them, after the due day",
            files=file_terms.withdrawn_late,
        ),
        Field("average_working_days", T.DECIMAL, "số ngày làm việc bình quân", "average working days to the end"),
        Field("online_rate", T.DECIMAL, "tỷ lệ trực tuyến (%)", "share filed online, per cent"),
        Field("paid_online_rate", T.DECIMAL, "tỷ lệ thanh toán trực tuyến (%)", "share paid online, per cent"),
        Field("on_time_rate", T.DECIMAL, "tỷ lệ đúng hạn (%)", "share of on time among on time and late, per cent"),
        Field("supplement_rate", T.DECIMAL, "tỷ lệ yêu cầu bổ sung (%)", "share asked for papers, per cent"),
        Field("city_supplement_rate", T.DECIMAL, "tỷ lệ bổ sung toàn thành phố (%)", "the same of the whole city"),
        Field("online_target", T.DECIMAL, "chỉ tiêu trực tuyến (%)", "target of the share filed online, per cent"),
        Field("online_short", T.INTEGER, "số hồ sơ trực tuyến còn thiếu", "online files missing to the target so far"),
        Field(
            "online_short_at_pace",
            T.INTEGER,
            "số hồ sơ trực tuyến thiếu đến cuối kỳ",
            "online files missing at the period's end at today's pace",
        ),
    ),
)
