"""The values of a test's record: checked against the fields of its dataset, and written as a source would give them. Pure."""

import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from alertd.cases.people import UNIT
from alertd.cases.read_said import no_unit
from alertd.cases.shape import NONE
from alertd.cases.when import NoTime, written_of
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Dataset, Field, FieldType
from alertd.rules.nearest import did_you_mean
from alertd.rules.wrong import Wrong, wrong

# What a record has that its test says nothing of; everything else is empty. A {letter} is the record's own.
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "files": {"code": "{letter}", "unit": UNIT, "status": "processing", "channel": "counter"},
    "announcements": {
        "procedure": "1.000001",
        "name": "Thủ tục thử",
        "field": "Lĩnh vực thử",
        "legal_text": "Nghị định thử",
        "decision": "{letter}",
        "unit": UNIT,
    },
    "procedures": {"code": "{letter}", "name": "Thủ tục thử", "field": "Lĩnh vực thử", "unit": UNIT},
    "assignments": {"code": "{letter}", "unit": UNIT, "giver": "Văn phòng thử", "state": "working"},
    "index_readings": {
        "code": "{letter}",
        "unit": UNIT,
        "period": "2026-09",
        "series": "month",
        "indicator": "TOTAL",
        "kind": "total",
        "is_newest": "true",
    },
    "sync_gaps": {"code": "{letter}", "unit": UNIT, "kind": "missing_there", "cause": "unknown", "is_open": "true"},
    "unit_periods": {
        "code": "{letter}",
        "unit": UNIT,
        "period": "2026-09",
        "kind": "month",
        "grain": "unit",
        "is_running": "true",
    },
    "changes": {"code": "{letter}", "unit": UNIT, "kind": "end_moved_back", "file": "{letter}", "files": "1"},
}
_UNITS = ("unit", "receiving_unit")
_LARGEST = 1_000_000
_LONGEST = 500


def defaults(dataset: Dataset, letter: str) -> dict[str, str]:
    return {name: value.format(letter=letter) for name, value in DEFAULTS[dataset.name].items()}


def wrong_field(dataset: Dataset, name: str) -> Wrong | None:
    """Why a record cannot have the field; None: it can."""
    if name == "code":
        return wrong(
            "a test gives the code itself",
            "mã do phần kiểm thử tự đặt",
            "leave it out; call several records A, B in records:",
            "bỏ dòng này; nhiều bản ghi thì đặt tên A, B trong records:",
        )
    given = {field.name: field for field in dataset.given}
    if name in given:
        return None
    if name in dataset.fields or name == "due_on":
        return wrong(
            f"{name} is worked out, no source gives it",
            f"{name} do hệ thống tự tính, nguồn dữ liệu không cung cấp",
            "give the days from which it follows; under facts: say what it must be",
            "ghi các ngày dùng để tính; giá trị phải có thì ghi ở facts:",
        )
    cure = did_you_mean(name, given, {field.vi: field.name for field in given.values()})
    return Wrong(_unknown_field(name), cure)


def _unknown_field(name: str) -> Any:
    return wrong(f"unknown field {name!r}", f"không có trường {name!r}").what


def written(field: Field, value: Any, now: datetime, calendar: WorkingCalendar, units: Collection[str]) -> str | Wrong:
    """The value as a source would write it, or what is wrong with it. ``units``: the codes that there are."""
    if value is None or value == NONE:
        return ""
    match field.type:
        case FieldType.BOOLEAN:
            return (
                str(value).lower()
                if isinstance(value, bool)
                else _expected(field, value, "true or false", "true hoặc false")
            )
        case FieldType.DECIMAL:
            number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
            return str(value) if number else _expected(field, value, "a number", "số")
        case FieldType.INTEGER:
            whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
            return str(value) if whole else _expected(field, value, "a whole number", "số nguyên")
        case FieldType.MOMENT | FieldType.DATE:
            return _time(field, value, now, calendar)
        case FieldType.WORD if value not in field.words:
            found = wrong(f"unknown word {value!r} for {field.name}", f"{field.name} không có giá trị {value!r}")
            return Wrong(found.what, did_you_mean(str(value), field.words))
    if not isinstance(value, str):
        return _not_text(value)
    text = " ".join(value.split())
    if len(text) > _LONGEST or not text.isprintable():
        return wrong(
            "a text that no field has",
            "nội dung không trường nào có được",
            f"write at most {_LONGEST} readable characters",
            f"viết tối đa {_LONGEST} ký tự đọc được",
        )
    if field.name in _UNITS and text not in units:
        return no_unit(text, units)
    return text


def _time(field: Field, value: Any, now: datetime, calendar: WorkingCalendar) -> str | Wrong:
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        return _expected(field, value, "a day, such as 2026-10-08 or 3 working days ago", "ngày, ví dụ 2026-10-08")
    try:
        found = written_of(value, now, calendar)
    except NoTime as error:
        return error.found
    return found[:10] if field.type is FieldType.DATE else found


def _expected(field: Field, value: Any, en: str, vi: str) -> Wrong:
    shown = str(value)[:60]
    return wrong(
        f"{shown!r} stands where {field.name} needs {en}",
        f"{field.name} phải là {vi}, không phải {shown!r}",
        f"write {en}; none where it is empty",
        f"viết {vi}; nếu trống thì viết none",
    )


def _not_text(value: Any) -> Wrong:
    if isinstance(value, bool | int | float | date) and not (isinstance(value, float) and math.isnan(value)):
        return wrong(
            f"{value} is read as a number, a day or yes/no, not as a text",
            f"{value} được đọc là số, ngày hoặc có/không, không phải chữ",
            f"put it in quotes: '{value}'",
            f"đặt trong dấu nháy: '{value}'",
        )
    return wrong(
        "a list or mapping stands where a value is expected",
        "danh sách hoặc cặp khóa đứng ở chỗ của một giá trị",
        "write one value, a text in quotes; none where it is empty",
        "viết một giá trị, nếu là chữ thì đặt trong dấu nháy; nếu trống thì viết none",
    )
