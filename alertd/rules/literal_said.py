"""What is said of a value as written in a condition: words of a list, numbers, days and moments; in both languages."""

from alertd.errors import Said
from alertd.model.called import WORDS
from alertd.model.dataset import Field
from alertd.rules.condition_types import Kind
from alertd.rules.nearest import listed, meant, nearest
from alertd.rules.shape_said import meant_day, short
from alertd.rules.value_said import KINDS
from alertd.rules.wrong import Wrong, wrong


def no_word(text: str, field: Field) -> Wrong:
    what = Said(
        f"{short(text)!r} is no {field.en} ({field.name})",
        f"{field.vi} ({field.name}) không có giá trị {short(text)!r}",
    )
    words = [str(word) for word in field.words]
    near = nearest(text, words, {WORDS["vi"][word]: word for word in words if word in WORDS["vi"]})
    return Wrong(what, meant(near) if near else listed(words))


def text_with(kind: Kind, text: str) -> Wrong:
    """A field of numbers, or of yes and no, beside a text."""
    said = KINDS[kind]
    name = f"a {said}" if kind is not Kind.BOOLEAN else "a yes/no value"
    what = Said(f"{name} is compared with the text '{short(text)}'", f"so sánh {said.vi} với chữ '{short(text)}'")
    if kind is Kind.BOOLEAN:
        return Wrong(
            what, Said("write true or false without quotes", "đề nghị viết true hoặc false, không đặt trong dấu nháy")
        )
    number = text.strip() if text.strip().replace(".", "", 1).isdigit() else ""
    more = f": {number}" if number else ""
    return Wrong(
        what, Said(f"write the number without quotes{more}", f"đề nghị viết số, không đặt trong dấu nháy{more}")
    )


def no_date(text: str, first: int, last: int) -> Wrong:
    day = meant_day(text)
    what = Said(f"{short(text)!r} is no date", f"{short(text)!r} không phải là ngày")
    if day and first <= int(day[:4]) <= last:
        return Wrong(what, Said(f"write '{day}'", f"đề nghị viết '{day}'"))
    return Wrong(
        what,
        Said(
            f"write 'YYYY-MM-DD', between {first} and {last}",
            f"đề nghị viết 'năm-tháng-ngày', ví dụ '2026-09-02', trong khoảng {first}–{last}",
        ),
    )


def no_moment(text: str) -> Wrong:
    what = Said(f"{short(text)!r} is no moment", f"{short(text)!r} không phải là thời điểm")
    if day := meant_day(text):
        return Wrong(what, Said(f"write '{day}'", f"đề nghị viết '{day}'"))
    return Wrong(
        what,
        Said(
            "write 'YYYY-MM-DD', or 'YYYY-MM-DDThh:mm:ss' with or without an offset",
            "đề nghị viết 'năm-tháng-ngày', ví dụ '2026-09-02', hoặc thêm giờ: '2026-09-02T08:00:00'",
        ),
    )


def text_alone(text: str) -> Wrong:
    return wrong(
        f"the text '{short(text)}' stands alone",
        f"chữ '{short(text)}' đứng một mình",
        "compare a field with it; a field stands without quotes",
        "đề nghị so sánh một trường với chữ này; tên trường không đặt trong dấu nháy",
    )


def no_number(text: str) -> Wrong:
    return wrong(
        f"{short(text)} is not a number that can be compared",
        f"{short(text)} không phải là số so sánh được",
        "write digits, up to 1000000000",
        "đề nghị viết bằng chữ số, tối đa 1000000000",
    )
