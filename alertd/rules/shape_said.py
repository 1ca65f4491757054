"""What is said of a key whose value is not of the shape that it should have; in both languages. No logic but that of words."""

import re
from typing import Any

from alertd.errors import Said
from alertd.rules.wrong import Wrong, wrong

_SLASHED = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*")
_LONGEST = 60  # characters of a value that a message repeats


def short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# --- texts -----------------------------------------------------------------------------------------------------------
EMPTY_TEXT = wrong(
    "an empty text",
    "để trống",
    "write it, or leave the key out",
    "đề nghị viết nội dung, hoặc bỏ khóa này",
)


def too_long(length: int, most: int) -> Wrong:
    return wrong(
        f"{length} characters",
        f"dài {length} ký tự",
        f"at most {most} are kept; shorten it",
        f"đề nghị rút gọn còn tối đa {most} ký tự",
    )


def unreadable(sign: str) -> Wrong:
    return wrong(
        f"an unreadable character (U+{ord(sign):04X})",
        f"ký tự không đọc được (U+{ord(sign):04X})",
        "take it out",
        "đề nghị xóa ký tự này",
    )


# --- periods and days ------------------------------------------------------------------------------------------------
def no_duration(value: Any) -> Wrong:
    name = f"{short(value)!r} is not" if isinstance(value, str) else "not"
    name_vi = f"{short(value)!r} không phải" if isinstance(value, str) else "không phải"
    return wrong(
        f"{name} a duration",
        f"{name_vi} là một khoảng thời gian",
        "write a whole number and its unit, as in 2 working days, 12h or 30d",
        "đề nghị viết một số nguyên và đơn vị: 2 working days (ngày làm việc), 12h (giờ) hoặc 30d (ngày)",
    )


def no_time(value: str) -> Wrong:
    return wrong(
        f"{value} is no time at all",
        f"{value} là khoảng thời gian bằng không",
        "write at least 1",
        "đề nghị viết ít nhất là 1",
    )


NO_BUDGET = wrong(
    "not a budget",
    "không phải là một hạn mức",
    "write a whole number of records from 1 on and the words, as in 5 a day per head",
    "đề nghị viết một số nguyên từ 1 trở lên và đúng cụm từ sau: 5 a day per head (5 hồ sơ mỗi ngày cho mỗi thủ trưởng)",
)


def no_day_as_text(value: str) -> Wrong:
    day = meant_day(value)
    return wrong(
        f"{short(value)!r} is no day",
        f"{short(value)!r} không phải là ngày",
        f"write {day or 'YYYY-MM-DD'}",
        f"đề nghị viết {day or 'theo thứ tự năm-tháng-ngày, ví dụ 2025-07-01'}",
    )


def meant_day(text: str) -> str:
    """``01/07/2025`` is the first of July, as the country writes it; empty where it is no day so either."""
    found = _SLASHED.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or not 1 <= int(found[1]) <= 31:
        return ""
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"


# --- keys ------------------------------------------------------------------------------------------------------------
def no_mapping(noun: Said, begin: Said) -> Wrong:
    return Wrong(Said(f"a {noun} is a mapping of keys and values", f"{noun.vi} phải gồm các dòng khóa: giá trị"), begin)


def unknown_key(name: str, cure: Said) -> Wrong:
    return Wrong(Said(f"unknown key {short(name)!r}", f"không có khóa {short(name)!r}"), cure)


def missing(name: str, cure: Said | None) -> Wrong:
    return Wrong(
        Said(f"{name} is missing", f"thiếu khóa {name}"), cure or Said(f"write {name}: …", f"đề nghị viết {name}: …")
    )


def no_word(value: Any, words: list[str], cure: Said | None) -> Wrong:
    last = f"{', '.join(words[:-1])} or {words[-1]}", f"{', '.join(words[:-1])} hoặc {words[-1]}"
    fallback = Said(f"one of {last[0]}", f"đề nghị dùng một trong các từ: {last[1]}")
    value = short(value) if isinstance(value, str) else value
    return Wrong(Said(f"unknown word {value!r}", f"không có từ {value!r} ở đây"), cure or fallback)


def no_name(value: Any, slug: str) -> Wrong:
    example = f", as in {slug}" if slug else ""
    example_vi = f", ví dụ {slug}" if slug else ""
    value = short(str(value))
    return wrong(
        f"{value!r} is no name of a rule",
        f"{value!r} không dùng làm tên được",
        f"use a-z, 0-9, - and _, at most 64 of them{example}",
        f"chỉ dùng a-z không dấu, 0-9, - và _, tối đa 64 ký tự{example_vi}",
    )


EMPTY_LIST = wrong(
    "an empty list",
    "danh sách trống",
    "write a line, or leave the key out",
    "đề nghị viết ít nhất một dòng, hoặc bỏ khóa này",
)


# --- values ----------------------------------------------------------------------------------------------------------
EXPECTED = {
    "union_tag": Said("a text", "một đoạn chữ"),
    "string": Said("a text", "một đoạn chữ"),
    "int": Said("a whole number", "một số nguyên"),
    "bool": Said("true or false", "true hoặc false"),
    "date": Said("a day (YYYY-MM-DD)", "một ngày (năm-tháng-ngày)"),
    "list": Said("a list (a line with - for each)", "một danh sách (mỗi mục một dòng bắt đầu bằng -)"),
    "dict": Said("a mapping (key: value)", "nhóm khóa (khóa: giá trị)"),
    "model": Said("a mapping (key: value)", "nhóm khóa (khóa: giá trị)"),
}
TEXT = EXPECTED["string"]
SOMETHING_ELSE = Said("something else", "một giá trị khác")


CURES = {
    TEXT: Said(
        "write one text, in quotes where it begins with [ or {",
        "đề nghị viết một đoạn chữ, bắt đầu bằng [ hoặc { thì đặt trong dấu nháy",
    ),
    EXPECTED["int"]: Said(
        "write digits without quotes, as in 5", "đề nghị viết bằng chữ số, không đặt trong dấu nháy, ví dụ 5"
    ),
    EXPECTED["bool"]: Said(
        "write true or false without quotes", "đề nghị viết true hoặc false, không đặt trong dấu nháy"
    ),
    EXPECTED["date"]: Said("write it as in 2025-07-01", "đề nghị viết theo mẫu 2025-07-01"),
    EXPECTED["list"]: Said("begin each line with -", "đề nghị bắt đầu mỗi dòng bằng -"),
    EXPECTED["dict"]: Said(
        "write key: value, each on a line of its own", "đề nghị viết khóa: giá trị, mỗi khóa một dòng"
    ),
}


def empty(expected: Said, name: str, sample: Said | None) -> Wrong:
    cure = sample or Said(f"expected {expected}, or leave the key out", f"cần {expected.vi}, hoặc bỏ khóa này")
    return Wrong(Said(f"{name} is empty", f"khóa {name} để trống"), cure)


def read_as(written: str, kind: Said, quoted: str) -> Wrong:
    """YAML took a text for something else."""
    return wrong(
        f"{written} is read as {kind}",
        f"YAML hiểu {written} là {kind.vi}",
        f"put it in quotes: {quoted}",
        f"đề nghị đặt trong dấu nháy: {quoted}",
    )


NUMBER_LOSING_ZEROS = Said("a number, which loses its zeros", "một số và làm mất các số 0")
NUMBER = Said("a number", "một số")
YES_NO = Said("yes or no", "đúng/sai")
DAY = Said("a day", "một ngày")


def read_as_keys(written: str, quoted: str) -> Wrong:
    more = f": {quoted}" if quoted else ""
    return wrong(
        f"{written} is read as keys and values",
        f"YAML hiểu {written} là khóa và giá trị",
        f"put the whole text in quotes{more}",
        f"đề nghị đặt toàn bộ phần chữ trong dấu nháy{more}",
    )


def pair(written: str, quoted: str) -> Wrong:
    return wrong(
        f"{written} is read as a key and its value",
        f"YAML hiểu {written} là một khóa và giá trị",
        f"put the whole text in quotes: {quoted}",
        f"đề nghị đặt toàn bộ phần chữ trong dấu nháy: {quoted}",
    )


def pair_in_condition(written: str, name: str, value: str) -> Wrong:
    """``status: processing`` where a condition is meant."""
    mended = f"{name} = '{value}'" if name.isidentifier() else "status = 'done'"
    return wrong(
        f"{written} is read as a key and its value",
        f"YAML hiểu {written} là một khóa và giá trị",
        f"write a condition: {mended}; one that holds a colon stands in quotes as a whole",
        f"đề nghị viết điều kiện: {mended}; điều kiện có dấu hai chấm thì đặt cả dòng trong dấu nháy kép",
    )


def instead(written: str, expected: Said, sample: Said | None) -> Wrong:
    cure = sample or Said("see docs/rules.md", "đề nghị xem cách viết tại docs/rules.md")
    return Wrong(
        Said(f"{written} stands where {expected} is expected", f"{written} đứng ở chỗ cần {expected.vi}"), cure
    )


def odd_number(written: str, value: int) -> Wrong:
    return wrong(
        f"{written} is an unusual way to write {value}",
        f"{written} là cách viết khác thường của số {value}",
        f"write {value}",
        f"đề nghị viết {value}",
    )


def cut_by_comment(comment: str) -> Wrong:
    return wrong(
        f"{comment} is a comment in YAML and does not belong to the text",
        f"YAML coi {comment} là ghi chú, không thuộc phần chữ đứng trước",
        "put the whole text in quotes; or, for a comment, write a space after #",
        "đề nghị đặt toàn bộ phần chữ trong dấu nháy; nếu đúng là ghi chú thì thêm dấu cách sau #",
    )
