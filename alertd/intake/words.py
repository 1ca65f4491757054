"""What intake says to people, in the site's language: what should have stood somewhere, why a snapshot is not believed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from alertd.intake.values import Expected
from alertd.model.duration import Duration, Unit

_EXPECTED: Mapping[str, Mapping[Expected, str]] = {
    "vi": {
        Expected.CODE: "mã hồ sơ hoặc mã thủ tục (không để trống, không quá 200 ký tự, không bị làm tròn như 2,4E+11)",
        Expected.TIME: "thời gian có thật, ghi như {example}",
        Expected.YEAR: "năm từ 1900 trở đi; coi như để trống",
        Expected.UNIT: "mã hoặc tên đầy đủ của đơn vị trong units.csv; coi như chưa rõ đơn vị",
        Expected.ONE_UNIT: "tên chỉ một đơn vị có vào ngày đó; coi như chưa rõ đơn vị, đề nghị ghi mã",
        Expected.WORD: "từ có trong [sources.values]; coi như để trống",
        Expected.NUMBER: "số nguyên; coi như để trống",
        Expected.YES_NO: "true hoặc false, hoặc từ có trong [sources.values]; coi như để trống",
        Expected.TEXT: "một giá trị đơn; coi như để trống",
        Expected.SHORT: "không quá 1.000 ký tự; phần sau bị cắt",
        Expected.LIST: "danh sách các mục; coi như để trống",
        Expected.ONCE: "mỗi mã một dòng trong một lần đọc; dòng cuối được tính",
    },
    "en": {
        Expected.CODE: "a code (not empty, at most 200 characters, not rounded like 2.4E+11)",
        Expected.TIME: "a time that exists, written like {example}",
        Expected.YEAR: "a year from 1900 on; taken for empty",
        Expected.UNIT: "a unit's code or full name as in units.csv; taken for unknown",
        Expected.ONE_UNIT: "a name that one unit alone had on that day; taken for unknown, better write its code",
        Expected.WORD: "a word of [sources.values]; taken for empty",
        Expected.NUMBER: "a whole number; taken for empty",
        Expected.YES_NO: "true or false, or a word of [sources.values]; taken for empty",
        Expected.TEXT: "a single value; taken for empty",
        Expected.SHORT: "at most 1,000 characters; the rest is cut off",
        Expected.LIST: "a list of items; taken for empty",
        Expected.ONCE: "one row per code in a reading; the last one counts",
    },
}

# By the word that stands in the poll's row: what is wrong, and the cure.
_DOUBTS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "incomplete": "dữ liệu nhận về không đầy đủ ({what}). Đề nghị đơn vị quản lý nguồn kiểm tra; lần đọc sau sẽ thử lại",
        "empty": "danh sách trống, trong khi trước đó có {before} bản ghi. Nếu đúng như vậy, chạy: alertd sources accept"
        ' "{source}" --reason "…"; nếu không, đề nghị kiểm tra nguồn',
        "first_empty": "lần đọc đầu tiên không có bản ghi nào. Đề nghị kiểm tra địa chỉ và [sources.fields]; nếu nguồn thực sự"
        ' chưa có dữ liệu, chạy: alertd sources accept "{source}" --reason "…"',
        "shrunk": "danh sách giảm từ {before} còn {after} bản ghi ({share} %, mức cho phép {limit} %). Nếu đúng như vậy, chạy:"
        ' alertd sources accept "{source}" --reason "…"; nếu không, đề nghị kiểm tra nguồn',
        "unit_shrunk": "số bản ghi của {what} giảm từ {before} còn {after} ({share} %, mức cho phép {limit} %). Nếu đúng như"
        ' vậy, chạy: alertd sources accept "{source}" --reason "…"; nếu không, đề nghị kiểm tra nguồn',
        "missing_column": "không còn cột {what}: {before} bản ghi có giá trị trước đó, nay {after} bản ghi bị mất. Đề nghị sửa"
        " [sources.fields] theo tên cột mới, hoặc đề nghị nguồn cung cấp lại; nếu nguồn không còn cung cấp cột này, bỏ dòng đó"
        " trong [sources.fields]",
        "emptied_column": "cột {what} bỗng dưng trống: {before} bản ghi có giá trị trước đó, nay {after} bản ghi bị mất. Đề nghị"
        " kiểm tra nguồn, units.csv và [sources.fields]; nếu nguồn không còn cung cấp cột này, bỏ dòng đó trong [sources.fields]",
        "unreadable": "{after} trên {before} dòng không đọc được mã hoặc thời gian. Đề nghị kiểm tra [sources.times] và"
        " [sources.fields]; các dòng lỗi đầu tiên xem bằng: alertd status",
        "stale": "dữ liệu có thời điểm {what}, cũ hơn mức cho phép ({limit}). Đề nghị kiểm tra việc cập nhật của nguồn, hoặc"
        " sửa stale_after",
        "undated": "không xác định được dữ liệu của thời điểm nào. Đề nghị kiểm tra as_of của nguồn",
        "silent": "không có sự kiện mới nào kể từ {what}, lâu hơn mức cho phép ({limit}). Đề nghị kiểm tra việc cập nhật của"
        " nguồn, hoặc sửa sign_of_life",
    },
    "en": {
        "incomplete": "the data came in part only ({what}). See to the source; it is read again at the next poll",
        "empty": "the list is empty where it had {before} records. If that is right, run: alertd sources accept"
        ' "{source}" --reason "…"; if not, see to the source',
        "first_empty": "the first reading has no record at all. Check the address and [sources.fields]; if the source really has"
        ' none yet, run: alertd sources accept "{source}" --reason "…"',
        "shrunk": "the list shrank from {before} to {after} records ({share} %, at most {limit} % are believed). If that is"
        ' right, run: alertd sources accept "{source}" --reason "…"; if not, see to the source',
        "unit_shrunk": "the records of {what} shrank from {before} to {after} ({share} %, at most {limit} % are believed). If"
        ' that is right, run: alertd sources accept "{source}" --reason "…"; if not, see to the source',
        "missing_column": "the column {what} is not there any more: of {before} records with a value {after} lost it. Put its"
        " new name into [sources.fields], or have the source give it again; if it no longer does, take the line out of"
        " [sources.fields]",
        "emptied_column": "the column {what} is suddenly empty: of {before} records with a value {after} lost it. See to the"
        " source, units.csv and [sources.fields]; if the source no longer gives it, take its line out of [sources.fields]",
        "unreadable": "in {after} of {before} rows the code or a time cannot be read. Check [sources.times] and"
        " [sources.fields]; alertd status shows the first of them",
        "stale": "the data are of {what}, older than allowed ({limit}). See whether the source is still updated, or change"
        " stale_after",
        "undated": "it cannot be told how old the data are. Check as_of of the source",
        "silent": "nothing new has happened since {what}, longer than allowed ({limit}). See whether the source is still"
        " updated, or change sign_of_life",
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
_SINCE = {"vi": " (dữ liệu lúc {at})", "en": " (data as of {at})"}
_FAILED: Mapping[str, str] = {
    "unreachable": "không kết nối được",
    "timeout": "không trả lời kịp",
    "refused": "bị từ chối",
    "redirect": "bị chuyển sang địa chỉ khác",
    "not_data": "nội dung nhận được không phải dữ liệu",
    "incomplete": "dữ liệu bị đứt đoạn",
    "schema": "cấu trúc dữ liệu khác với cấu hình",
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


def doubt(word: str, language: str, facts: Mapping[str, str]) -> str:
    """Why a snapshot is not believed, and the cure; no full stop."""
    return _DOUBTS[language][word].format_map(facts)


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
