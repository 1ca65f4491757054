"""What is said of the values of a condition: their types, and the signs and functions that take them; in both languages."""

from collections.abc import Collection, Sequence

from alertd.errors import Said
from alertd.rules.condition_types import NUMBERS, TEXTS, Called, Kind
from alertd.rules.functions import FUNCTIONS
from alertd.rules.shape_said import short
from alertd.rules.wrong import Wrong, wrong

KINDS = {
    Kind.TEXT: Said("text", "chữ"),
    Kind.WORD: Said("word", "từ trong danh mục"),
    Kind.INTEGER: Said("whole number", "số nguyên"),
    Kind.DECIMAL: Said("number", "số"),
    Kind.BOOLEAN: Said("yes/no", "giá trị đúng/sai"),
    Kind.MOMENT: Said("moment", "thời điểm"),
    Kind.DATE: Said("date", "ngày"),
}


# --- a comparison ----------------------------------------------------------------------------------------------------
def unlike(one: Kind, two: Kind, written: str, words: Sequence[str] = ()) -> Wrong:
    """``written``: what stands on the right of a value of kind ``one``; ``words``: those that it can be."""
    first, second = KINDS[one], KINDS[two]
    return Wrong(
        Said(f"a {first} is compared with a {second}", f"so sánh {first.vi} với {second.vi}"),
        _cure_of_kinds({one, two}, one, written, words),
    )


def _cure_of_kinds(kinds: set[Kind], one: Kind, written: str, words: Sequence[str]) -> Said:
    if kinds == {Kind.DATE, Kind.MOMENT} and written in ("today", "now"):
        other = "now" if written == "today" else "today"
        return Said(f"write {other}", f"đề nghị viết {other}")
    if kinds == {Kind.DATE, Kind.MOMENT}:
        return Said("compare a date with today, a moment with now", "ngày so sánh với today, thời điểm so sánh với now")
    if Kind.BOOLEAN in kinds:
        return Said(
            "write each comparison by itself, and join them by and",
            "đề nghị viết từng phép so sánh riêng, nối với nhau bằng and",
        )
    if kinds & set(NUMBERS) and one in TEXTS and words:
        return Said(
            f"write one of {', '.join(words)} in quotes",
            f"đề nghị viết một trong các từ sau trong dấu nháy: {', '.join(words)}",
        )
    if kinds & set(NUMBERS) and kinds & set(TEXTS):
        text = f"'{short(written)}'" if one in TEXTS and written else "'1.004220'"
        return Said(f"put quotes around the text: {text}", f"đề nghị đặt phần chữ trong dấu nháy: {text}")
    if kinds & set(NUMBERS):
        return Said(
            "count with working_days_since(field), as in working_days_since(submitted_at) > 5",
            "đề nghị đếm ngày bằng working_days_since(trường), ví dụ working_days_since(submitted_at) > 5",
        )
    return Said("compare a field with a value of its own type", "đề nghị so sánh trường với giá trị cùng kiểu")


def with_null(value: str, op: str) -> Wrong:
    """``value``: what is compared with null, by ``op``."""
    en, vi = "write is null or is not null", "đề nghị viết is null hoặc is not null"
    if value and op in ("=", "<>"):
        mended = f"{value} is {'not ' if op == '<>' else ''}null"
        en, vi = f"write {mended}", f"đề nghị viết {mended}"
    return wrong("a comparison with null never holds", "so sánh với null không bao giờ đúng", en, vi)


TWO_TEXTS = wrong(
    "two texts are compared with each other",
    "so sánh hai đoạn chữ với nhau",
    "compare a field with a text; a field stands without quotes",
    "đề nghị so sánh một trường với một đoạn chữ; tên trường không đặt trong dấu nháy",
)
TWO_YES_NO = wrong(
    "two yes/no values are compared with each other",
    "so sánh hai giá trị đúng/sai với nhau",
    "use and, or, not",
    "đề nghị dùng and, or, not",
)


def no_order(op: str) -> Wrong:
    return wrong(
        f"yes/no values are not ordered, {op} cannot stand between them",
        f"giá trị đúng/sai không có thứ tự, không dùng được {op}",
        "use = or <>",
        "đề nghị dùng = hoặc <>",
    )


def no_yes_no(kind: Kind, written: str) -> Wrong:
    cure = {
        Kind.INTEGER: (f"compare it with something: {written} >= 1", f"đề nghị so sánh với một số: {written} >= 1"),
        Kind.DECIMAL: (f"compare it with something: {written} >= 1", f"đề nghị so sánh với một số: {written} >= 1"),
        Kind.MOMENT: (
            f"compare it with something: {written} < now, or {written} is null",
            f"đề nghị viết: {written} < now, hoặc {written} is null",
        ),
        Kind.DATE: (
            f"compare it with something: {written} < today, or {written} is null",
            f"đề nghị viết: {written} < today, hoặc {written} is null",
        ),
    }.get(
        kind,
        (
            f"compare it with something: {written} = '…', or {written} is null",
            f"đề nghị viết: {written} = '…', hoặc {written} is null",
        ),
    )
    if not written.isidentifier():
        cure = ("compare it with something", "đề nghị so sánh với một giá trị")
    return wrong(
        f"a {KINDS[kind]} stands where a yes/no is needed",
        f"{KINDS[kind].vi} đứng ở chỗ cần một điều kiện đúng/sai",
        *cure,
    )


def chained(readings: str) -> Wrong:
    return wrong(
        "a comparison is compared again",
        "một phép so sánh lại được so sánh tiếp",
        f"write each comparison by itself, and join them by and: {readings}",
        f"đề nghị viết từng phép so sánh riêng, nối bằng and: {readings}",
    )


# --- is, in, between, like -------------------------------------------------------------------------------------------
IS_WITHOUT_NULL = wrong(
    "is stands before null only",
    "is chỉ đứng trước null",
    "write a yes/no field by itself, or not in front of it; else =",
    "trường đúng/sai viết một mình hoặc thêm not đứng trước; trường khác dùng dấu =",
)


def is_yes_no(field: str, *, holds: bool) -> Wrong:
    """``is_open is true``."""
    mended = field if holds else f"not {field}"
    return Wrong(IS_WITHOUT_NULL.what, Said(f"write {mended}", f"đề nghị viết {mended}"))


VALUE_IS_NULL = wrong(
    "a value as written is never null",
    "giá trị đã viết ra thì không thể trống",
    "name a field",
    "đề nghị viết tên trường",
)


def in_without_list(value: str) -> Wrong:
    example = f"in ({value})" if value else "in ('a', 'b')"
    return wrong(
        "in needs a list",
        "sau in phải là danh sách",
        f"write it in brackets: {example}",
        f"đề nghị viết danh sách trong ngoặc: {example}",
    )


LIST_OF_FIELDS = wrong(
    "a list holds values as written only",
    "danh sách chỉ gồm giá trị viết sẵn",
    "write each value out, a text in quotes",
    "đề nghị viết rõ từng giá trị, chữ đặt trong dấu nháy",
)
YES_NO_IN_LIST = wrong(
    "a yes/no value is not looked up in a list",
    "giá trị đúng/sai không dùng với in",
    "write it by itself, or not in front of it",
    "đề nghị viết một mình, hoặc thêm not đứng trước",
)
NO_ORDER_BETWEEN = wrong(
    "between needs values that are ordered",
    "between cần các giá trị có thứ tự",
    "write field between 1 and 5",
    "đề nghị viết: trường between 1 and 5",
)
NO_LIKE = wrong(
    "like compares a text field with a pattern",
    "like so sánh một trường chữ với một mẫu",
    "write field like 'H26.%'",
    "đề nghị viết: trường like 'H26.%'",
)
HALF_ESCAPE = wrong(
    "the pattern ends in the middle of an escape",
    "mẫu kết thúc bằng một dấu \\ lẻ",
    "write \\\\ for a backslash",
    "đề nghị viết \\\\ nếu muốn tìm dấu \\",
)


# --- arithmetic and functions ----------------------------------------------------------------------------------------
BY_ZERO = wrong(
    "what is divided by 0 is empty, so this never holds",
    "chia cho 0 luôn cho kết quả trống nên điều kiện không bao giờ đúng",
    "divide by another number",
    "đề nghị chia cho một số khác 0",
)
TOO_MANY = wrong(
    "too many multiplications and divisions",
    "quá nhiều phép nhân, chia",
    "at most 8 stand in one condition",
    "mỗi điều kiện tối đa 8 phép",
)
ONE_VALUE = wrong(
    "coalesce needs at least two values",
    "coalesce cần ít nhất hai giá trị",
    f"write {FUNCTIONS[Called.COALESCE].usage}",
    f"đề nghị viết {FUNCTIONS[Called.COALESCE].usage}",
)


def no_arithmetic(op: str, kind: Kind) -> Wrong:
    what = Said(
        f"{op} works on numbers, not on a {KINDS[kind]}",
        f"{op} chỉ dùng cho số, không dùng cho {KINDS[kind].vi}",
    )
    if kind in (Kind.DATE, Kind.MOMENT):
        return Wrong(
            what,
            Said(
                "count days with working_days_since(field), as in working_days_since(submitted_at) > 5",
                "đề nghị đếm ngày bằng working_days_since(trường), ví dụ working_days_since(submitted_at) > 5",
            ),
        )
    return Wrong(what, Said("name a field that counts", "đề nghị dùng một trường kiểu số"))


def no_measure(kind: Kind) -> Wrong:
    return wrong(
        f"a measure is a whole number, this is a {KINDS[kind]}",
        f"measure phải là số nguyên, đây là {KINDS[kind].vi}",
        "name a field that counts, such as working_days_late",
        "đề nghị dùng một trường đếm được, ví dụ working_days_late",
    )


def counts_from_a_day(name: str, counted: Collection[str]) -> Wrong:
    names = ", ".join(counted)
    return wrong(
        f"{name} counts from the day of one field",
        f"{name} đếm từ ngày của một trường",
        f"possible are {names}",
        f"dùng được: {names}",
    )


def cannot_stand(what: str) -> Wrong:
    return wrong(
        f"{what} cannot stand here",
        f"{what} không dùng được ở đây",
        "see docs/rules.md for what can",
        "đề nghị xem cách viết tại docs/rules.md",
    )
