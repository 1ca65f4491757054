"""A checked tree in the words of an office clerk, Vietnamese or English: what a record must be or have. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_never

from alertd.model.called import WORDS, yes_no
from alertd.model.dataset import Field, Time
from alertd.rules.condition_types import (
    Arithmetic,
    Between,
    Call,
    Called,
    Clock,
    Compare,
    FieldRef,
    In,
    IsNull,
    Kind,
    Like,
    Literal,
    Logic,
    Node,
    Not,
)

_NUMBERS = {
    "vi": {
        "=": "bằng {}",
        "<>": "khác {}",
        "<": "dưới {}",
        "<=": "không quá {}",
        ">": "trên {}",
        ">=": "từ {} trở lên",
    },
    "en": {"=": "{}", "<>": "not {}", "<": "below {}", "<=": "at most {}", ">": "above {}", ">=": "at least {}"},
}
_TIMES = {
    "vi": {"=": "là {}", "<>": "khác {}", "<": "trước {}", "<=": "đến hết {}", ">": "sau {}", ">=": "từ {} trở đi"},
    "en": {"=": "{}", "<>": "not {}", "<": "before {}", "<=": "no later than {}", ">": "after {}", ">=": "{} or later"},
}
_TEXTS = {
    "vi": {"=": "là {}", "<>": "không phải là {}", "<": "đứng trước {}", "<=": "không đứng sau {}", ">": "đứng sau {}",
           ">=": "không đứng trước {}"},
    "en": {"=": "{}", "<>": "not {}", "<": "before {} in order", "<=": "not after {} in order", ">": "after {} in order",
           ">=": "not before {} in order"},
}  # fmt: skip
_ORDERS = {Kind.MOMENT: _TIMES, Kind.DATE: _TIMES, Kind.TEXT: _TEXTS, Kind.WORD: _TEXTS}
_SAYS = {
    "vi": {
        "has": "có {}", "lacks": "không có {}", "not_yet": "chưa có {}", "not": "không thuộc trường hợp ({})",
        "and": "và", "or": "hoặc", "compare": "có {} {}", "between": "có {} từ {} đến {}", "in": "có {} thuộc: {}",
        "not_in": "có {} không thuộc: {}", "like": "có {} theo mẫu {}", "not_like": "có {} không theo mẫu {}",
        "begins": "có {} bắt đầu bằng {}", "not_begins": "có {} không bắt đầu bằng {}",
        "holds": "có {} chứa {}", "not_holds": "có {} không chứa {}",
        "today": "hôm nay", "now": "thời điểm xét", "first": "giá trị đầu tiên có được trong ({})",
        "abs": "giá trị tuyệt đối của {}", "since": "số ngày làm việc từ {} đến nay", "until": "số ngày làm việc đến {}",
        "true": "có", "false": "không",
    },
    "en": {
        "has": "has a {}", "lacks": "has no {}", "not_yet": "has no {}", "not": "is not one that ({})",
        "and": "and", "or": "or", "compare": "has the {} {}", "between": "has the {} between {} and {}",
        "in": "has as its {} one of: {}", "not_in": "has as its {} none of: {}", "like": "has a {} like {}",
        "not_like": "has no {} like {}", "begins": "has a {} that begins with {}",
        "not_begins": "has a {} that does not begin with {}", "holds": "has a {} that holds {}",
        "not_holds": "has a {} that does not hold {}",
        "today": "today", "now": "this moment", "first": "first that is given of ({})",
        "abs": "size of {}", "since": "number of working days since the {}",
        "until": "number of working days until the {}", "true": "yes", "false": "no",
    },
}  # fmt: skip

_CALLED = {
    Called.COALESCE: "first",
    Called.ABS: "abs",
    Called.WORKING_DAYS_SINCE: "since",
    Called.WORKING_DAYS_UNTIL: "until",
}


def said(node: Node, language: str, *, negated: bool = False) -> str:
    """What holds for a record where the condition holds (with ``negated``, where it does not)."""
    says = _SAYS[language]
    match node:
        case Not(part):
            return said(part, language, negated=not negated)
        case FieldRef(field):
            return yes_no(field, language, holds=not negated)
        case Compare(op, FieldRef(field), Literal(Kind.BOOLEAN, value)):
            return yes_no(field, language, holds=negated == ((op == "=") != value))
        case IsNull(value):
            lacks = "not_yet" if isinstance(value, FieldRef) and value.field.time is Time.EVENT else "lacks"
            return says["has" if negated else lacks].format(value_of(value, language))
        case In(value, items):
            listed = ", ".join(value_of(item, language) for item in items)
            return says["not_in" if negated else "in"].format(value_of(value, language), listed)
        case Like(value, pattern):
            return _like(value, pattern, language, negated=negated)
        case _ if negated:
            return says["not"].format(said(node, language))
        case Logic(op, parts):
            return joined([_bracketed(part, language) for part in parts], says[op])
        case Compare(op, left, right):
            order = _ORDERS.get(left.kind, _NUMBERS)[language][op]
            return says["compare"].format(value_of(left, language), order.format(value_of(right, language)))
        case Between(value, low, high):
            return says["between"].format(*(value_of(part, language) for part in (value, low, high)))
        case Literal() | Clock() | Arithmetic() | Call():
            return says["has"].format(value_of(node, language))
        case _:
            assert_never(node)


def value_of(node: Node, language: str) -> str:
    """A value by its name, or as an official writes it."""
    says = _SAYS[language]
    match node:
        case FieldRef(field):
            return name_of(field, language)
        case Literal():
            return literal_of(node, language)
        case Clock(kind):
            return says["today"] if kind is Kind.DATE else says["now"]
        case Arithmetic(op, left, right):
            return f"({value_of(left, language)} {op} {value_of(right, language)})"
        case Call(name, arguments):
            told = ", ".join(value_of(argument, language) for argument in arguments)
            return says[_CALLED[name]].format(told)
        case _:
            return f"({said(node, language)})"


def name_of(field: Field, language: str) -> str:
    """A field's name without its explanation."""
    return field.vi if language == "vi" else field.en.split(",")[0].split(";")[0]


def literal_of(node: Literal, language: str) -> str:
    value = node.value
    if isinstance(value, bool):
        return _SAYS[language]["true" if value else "false"]
    if isinstance(value, datetime):
        text = f"{value:%d/%m/%Y %H:%M}"
        return f"{text} (UTC{value:%z})" if value.tzinfo else text
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        word = WORDS[language].get(str(value)) if node.kind is Kind.WORD else None
        return word or f"“{value}”"
    return number_of(value, language)


def number_of(value: float, language: str) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.9f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def joined(parts: Sequence[str], word: str) -> str:
    """``a, b và c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _bracketed(part: Node, language: str) -> str:
    text = said(part, language)
    return f"({text})" if isinstance(part, Logic) else text


def _like(value: Node, pattern: str, language: str, *, negated: bool) -> str:
    """The two patterns that people write by what they mean: ``abc%`` and ``%abc%``."""
    key, text = "like", pattern
    plain = pattern.strip("%")
    if plain and not set(plain) & {"%", "_", "\\"}:
        if pattern == f"{plain}%":
            key, text = "begins", plain
        elif pattern == f"%{plain}%":
            key, text = "holds", plain
    key = f"not_{key}" if negated else key
    return _SAYS[language][key].format(value_of(value, language), f"“{text}”")
