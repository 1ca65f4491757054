"""What intake says to people, in the site's language: what should have stood somewhere, what is told of a source."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from alertd.intake.values import Expected
from alertd.model.duration import Duration, Unit

_EXPECTED: Mapping[str, Mapping[Expected, str]] = {
    "vi": {
        Expected.CODE: "mã hồ sơ hoặc mã thủ tục (không để trống, không quá 200 ký tự, không bị làm tròn như 2,4E+11)",
        Expected.PERIOD: "kỳ số liệu, ghi như 2024-09, 2024-Q3 hoặc 2024",
        Expected.TIME: "thời gian có thật, ghi như {example}",
        Expected.YEAR: "năm từ 1900 trở đi; coi như để trống",
        Expected.UNIT: "mã hoặc tên đầy đủ của đơn vị trong units.csv; coi như chưa rõ đơn vị",
        Expected.ONE_UNIT: "tên chỉ một đơn vị có vào ngày đó; coi như chưa rõ đơn vị, đề nghị ghi mã",
        Expected.WORD: "từ có trong [sources.values]; coi như để trống",
        Expected.NUMBER: "số nguyên; coi như để trống",
        Expected.DECIMAL: "số; coi như để trống",
        Expected.YES_NO: "true hoặc false, hoặc từ có trong [sources.values]; coi như để trống",
        Expected.TEXT: "một giá trị đơn; coi như để trống",
        Expected.SHORT: "không quá 1.000 ký tự; phần sau bị cắt",
        Expected.LIST: "danh sách các mục; coi như để trống",
        Expected.ONCE: "mỗi mã một dòng trong một lần đọc; dòng cuối được tính",
        Expected.INDICATOR: "mã chỉ số có trong Bộ chỉ số 766; giữ nguyên như nguồn ghi",
        Expected.BEGUN: "kỳ số liệu đã bắt đầu; giữ nguyên như nguồn ghi",
        Expected.MAXIMUM: "điểm không vượt điểm tối đa; giữ nguyên như nguồn ghi",
        Expected.SUM: "tổng điểm bằng tổng điểm sáu nhóm; giữ nguyên như nguồn ghi",
    },
    "en": {
        Expected.CODE: "a code (not empty, at most 200 characters, not rounded like 2.4E+11)",
        Expected.PERIOD: "a period, written like 2024-09, 2024-Q3 or 2024",
        Expected.TIME: "a time that exists, written like {example}",
        Expected.YEAR: "a year from 1900 on; taken for empty",
        Expected.UNIT: "a unit's code or full name as in units.csv; taken for unknown",
        Expected.ONE_UNIT: "a name that one unit alone had on that day; taken for unknown, better write its code",
        Expected.WORD: "a word of [sources.values]; taken for empty",
        Expected.NUMBER: "a whole number; taken for empty",
        Expected.DECIMAL: "a number; taken for empty",
        Expected.YES_NO: "true or false, or a word of [sources.values]; taken for empty",
        Expected.TEXT: "a single value; taken for empty",
        Expected.SHORT: "at most 1,000 characters; the rest is cut off",
        Expected.LIST: "a list of items; taken for empty",
        Expected.ONCE: "one row per code in a reading; the last one counts",
        Expected.INDICATOR: "a code of the index; kept as it is",
        Expected.BEGUN: "a period that has begun; kept as it is",
        Expected.MAXIMUM: "a score that is not above its maximum; kept as it is",
        Expected.SUM: "a total that is the sum of its six groups; kept as it is",
    },
}

_TROUBLE: Mapping[str, tuple[str, str, str]] = {
    # not believed; failed; what is used meanwhile
    "vi": (
        "Nguồn dữ liệu “{source}” chưa được tin dùng: {what}.",
        "Nguồn dữ liệu “{source}” không đọc được: {what}.",
        "Số liệu cũ được giữ nguyên{since}.",
    ),
    "en": (
        "The source “{source}” is not believed: {what}.",
        "The source “{source}” cannot be read: {what}.",
        "The old data stay as they are{since}.",
    ),
}
_AGAIN = {
    "vi": "Nguồn dữ liệu “{source}” đã được tin dùng trở lại, dữ liệu lúc {at}.",
    "en": "The source “{source}” is believed again, data as of {at}.",
}
_SINCE = {"vi": " (dữ liệu lúc {at})", "en": " (data as of {at})"}
_FAILED: Mapping[str, str] = {
    "unreachable": "không kết nối được",
    "timeout": "không trả lời kịp",
    "refused": "bị từ chối",
    "redirect": "bị chuyển sang địa chỉ khác",
    "not_data": "nội dung nhận được không phải dữ liệu",
    "incomplete": "dữ liệu bị đứt đoạn",
    "schema": "cấu trúc dữ liệu khác với cấu hình",
    "future": "dữ liệu ghi thời điểm chưa đến",
    "login": "nguồn yêu cầu đăng nhập",
    "captcha": "nguồn yêu cầu nhập mã xác nhận",
    "too_large": "dữ liệu lớn quá mức cho phép",
    "fault": "alertd gặp lỗi khi đọc dữ liệu này",
}
_ABSENT = {
    "vi": "không bản ghi nào có cột {columns} nêu trong [sources.fields]",
    "en": "no record has the column {columns} that [sources.fields] names",
}
_UNITS: Mapping[Unit, str] = {
    Unit.SECONDS: "giây",
    Unit.MINUTES: "phút",
    Unit.HOURS: "giờ",
    Unit.DAYS: "ngày",
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.WORKING_HOURS: "giờ làm việc",
}


def expected(what: Expected, language: str, example: str) -> str:
    """``example``: how a time of this source looks."""
    return _EXPECTED[language][what].replace("{example}", example)


def absent(columns: Iterable[str], language: str) -> str:
    """A note on mapped columns that no record of a snapshot had."""
    return _ABSENT[language].format(columns=", ".join(columns))


def trouble(
    source: str, what: str, as_of: datetime | None, language: str, zone: ZoneInfo, *, failed: bool, quoted: str = ""
) -> str:
    """The sentence that the office hears. ``failed``: there was nothing to judge; ``quoted``: the word of the poll's row where
    ``what`` is said by the source itself, which speaks English."""
    refused, unread, kept = _TROUBLE[language]
    what = what.rstrip(".")
    if language == "vi" and quoted in _FAILED:
        what = f"{_FAILED[quoted]} ({what})"
    since = _SINCE[language].format(at=shown_time(as_of, zone)) if as_of else ""
    return f"{(unread if failed else refused).format(source=source, what=what)} {kept.format(since=since)}"


def believed_again(source: str, as_of: datetime, language: str, zone: ZoneInfo) -> str:
    """The sentence that the office hears when a trouble of the source is over."""
    return _AGAIN[language].format(source=source, at=shown_time(as_of, zone))


def shown_time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"


def shown_count(number: int, language: str) -> str:
    return f"{number:,}".replace(",", ".") if language == "vi" else f"{number:,}"


def shown_share(share: float, language: str) -> str:
    """A share of 0 to 1 as percent with at most one digit behind the mark."""
    text = f"{share * 100:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language == "vi" else text


def shown_duration(duration: Duration, language: str) -> str:
    return f"{duration.amount} {_UNITS[duration.unit]}" if language == "vi" else str(duration)
