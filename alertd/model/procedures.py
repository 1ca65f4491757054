"""Procedures (TTHC): the duty to announce and publish them (dataset ``announcements``), and the catalogue (``procedures``)."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Index, func

from alertd.model.base import table_of
from alertd.model.dataset import ORIGIN, Dataset, Field, FieldType, Scope, Time, today_day, today_number
from alertd.model.records import Record


class Announcement(Record, table=True):
    """A duty: one row per procedure, legal text and decision; ``code`` is the three joined by ``/``."""

    __tablename__ = "announcements"

    procedure: str
    name: str | None = None
    field: str | None = None
    legal_text: str | None = None
    in_force_on: date | None = None
    promulgated_on: date | None = None
    fast_track: bool | None = None
    decision: str | None = None
    decided_on: date | None = None
    announced_on: date | None = None
    published_on: date | None = None
    # derived at intake, from the periods in [announcements] and the calendar
    announce_due_on: date | None = None
    publish_due_on: date | None = None
    announce_due_no: int | None = None
    publish_due_no: int | None = None
    in_force_no: int | None = None
    promulgated_no: int | None = None
    decided_no: int | None = None
    announced_no: int | None = None
    published_no: int | None = None


class Procedure(Record, table=True):
    """A procedure as it stands in the national catalogue."""

    __tablename__ = "procedures"

    name: str | None = None
    field: str | None = None
    content_complete: bool | None = None
    online_level: int | None = None
    fee: str | None = None


announcements_table, procedures_table = table_of(Announcement), table_of(Procedure)
for _table in (announcements_table, procedures_table):
    Index(f"uq_{_table.name}_source_code", _table.c.source, _table.c.code, unique=True)
    Index(f"ix_{_table.name}_code", _table.c.code)


def _late(due: str, done: str, done_on: str, scope: Scope) -> ColumnElement[Any]:
    """Working days after the due day until it was done or today; negative while there is time."""
    return func.coalesce(scope.event(done, of=done_on), scope.today_no) - scope.column(due)


T, E, D = FieldType, Time.EVENT, Time.DEADLINE
ANNOUNCEMENTS = Dataset(
    name="announcements",
    vi="TTHC phải công bố, công khai",
    en="announcements",
    table=announcements_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=("code", "procedure", "name", "field", "decision", "decided_on", "announce_due_on", "publish_due_on"),
    procedure_field="field",
    declared=(
        Field("code", T.TEXT, "mã (thủ tục/văn bản/quyết định)", "procedure/legal text/decision", derived=True),
        ORIGIN,
        Field("procedure", T.TEXT, "mã thủ tục", "code of the procedure"),
        Field("name", T.TEXT, "tên thủ tục", "its name"),
        Field("field", T.TEXT, "lĩnh vực", "field of administration"),
        Field("legal_text", T.TEXT, "văn bản quy phạm pháp luật", "legal text that regulates it"),
        Field(
            "in_force_on",
            T.DATE,
            "ngày văn bản có hiệu lực",
            "day on which the text takes effect",
            D,
            number="in_force_no",
        ),
        Field(
            "promulgated_on",
            T.DATE,
            "ngày ban hành văn bản",
            "day on which the text was issued",
            E,
            number="promulgated_no",
        ),
        Field("fast_track", T.BOOLEAN, "theo trình tự rút gọn", "fast track"),
        Field("decision", T.TEXT, "số quyết định công bố", "number of the announcing decision"),
        Field(
            "decided_on",
            T.DATE,
            "ngày ký quyết định công bố",
            "day on which the decision was signed",
            E,
            number="decided_no",
        ),
        Field("announced_on", T.DATE, "ngày công bố", "day of announcement", E, number="announced_no"),
        Field("published_on", T.DATE, "ngày công khai", "day of publication", E, number="published_no"),
        Field("unit", T.TEXT, "đơn vị chịu trách nhiệm", "unit that answers for it"),
        Field(
            "announce_due_on",
            T.DATE,
            "hạn công bố",
            "last day for announcing",
            D,
            derived=True,
            number="announce_due_no",
        ),
        Field(
            "publish_due_on",
            T.DATE,
            "hạn công khai",
            "last day for publishing",
            D,
            derived=True,
            number="publish_due_no",
        ),
        Field(
            "announce_working_days_late",
            T.INTEGER,
            "số ngày làm việc chậm công bố",
            "working days after the day by which it had to be announced; negative: still to go",
            derived=True,
            expression=lambda s: _late("announce_due_no", "announced_no", "announced_on", s),
            due_number="announce_due_no",
        ),
        Field(
            "publish_working_days_late",
            T.INTEGER,
            "số ngày làm việc chậm công khai",
            "working days after the day by which it had to be published; negative: still to go",
            derived=True,
            expression=lambda s: _late("publish_due_no", "published_no", "published_on", s),
            due_number="publish_due_no",
        ),
    ),
)

PROCEDURES = Dataset(
    name="procedures",
    vi="danh mục TTHC",
    en="procedures",
    table=procedures_table,
    key="code",
    stop_number=today_number,
    stop_day=today_day,
    shows=("code", "name", "field", "unit", "content_complete"),
    procedure_field="field",
    declared=(
        Field("code", T.TEXT, "mã thủ tục", "code of the procedure"),
        ORIGIN,
        Field("name", T.TEXT, "tên thủ tục", "its name"),
        Field("field", T.TEXT, "lĩnh vực", "field of administration"),
        Field("unit", T.TEXT, "đơn vị chịu trách nhiệm", "unit that answers for it"),
        Field("content_complete", T.BOOLEAN, "đủ nội dung", "all parts of its content are present"),
        Field("online_level", T.INTEGER, "mức dịch vụ công trực tuyến", "level of online service"),
        Field("fee", T.TEXT, "phí, lệ phí", "fee"),
    ),
)
