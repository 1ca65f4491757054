"""A value as written in a condition: a number, or a text typed by what it is compared with (date, moment, word of a list)."""

import re
from datetime import date, datetime

from alertd.model.calendar import FIRST_DAY, LAST_DAY
from alertd.rules.condition_types import Call, FieldRef, Kind, Literal, Node
from alertd.rules.nearest import did_you_mean

_FIRST, _LAST = FIRST_DAY.year, LAST_DAY.year  # beyond the calendar no day has a number
_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # Python reads weeks (2026-W01-1) and 20260101 too
_NUMBER = re.compile(r"\d{1,10}(\.\d{1,9})?")
_LARGEST = 1_000_000_000


def typed_literal(text: str, other: Node) -> tuple[Literal | None, str, str]:
    """``(literal, "", "")``, or None with what is wrong and the cure."""
    match other.kind:
        case Kind.TEXT:
            return Literal(Kind.TEXT, text), "", ""
        case Kind.WORD:
            return _word(text, other)
        case Kind.DATE:
            return _date(text)
        case Kind.MOMENT:
            return _moment(text)
        case Kind.INTEGER | Kind.DECIMAL:
            return None, f"a {other.kind} is compared with the text '{text}'", "write the number without quotes"
        case Kind.BOOLEAN:
            return None, f"a yes/no value is compared with the text '{text}'", "write true or false without quotes"


def number_literal(text: str) -> Literal | None:
    """A number without its sign, up to 10^9 with nine decimals; None for one that the two databases might not read alike."""
    if not _NUMBER.fullmatch(text) or float(text) > _LARGEST:
        return None
    return Literal(Kind.DECIMAL, float(text)) if "." in text else Literal(Kind.INTEGER, int(text))


def _word(text: str, other: Node) -> tuple[Literal | None, str, str]:
    first = other.arguments[0] if isinstance(other, Call) else other
    words = first.field.words if isinstance(first, FieldRef) else ()
    if words and text not in words:
        name = first.field.name if isinstance(first, FieldRef) else ""
        return None, f"{name} is never '{text}'", did_you_mean(text, words)
    return Literal(Kind.WORD, text), "", ""


def _date(text: str) -> tuple[Literal | None, str, str]:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day.year <= _LAST:
        return None, f"'{text}' is no date", f"write 'YYYY-MM-DD', between {_FIRST} and {_LAST}"
    return Literal(Kind.DATE, day), "", ""


def _moment(text: str) -> tuple[Literal | None, str, str]:
    if _DAY.fullmatch(text):
        day, what, cure = _date(text)
        return (Literal(Kind.MOMENT, day.value) if day else None), what, cure
    try:
        moment = datetime.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        moment = None
    if moment is None or len(text) < 16 or not _FIRST <= moment.year <= _LAST:
        return None, f"'{text}' is no moment", "write 'YYYY-MM-DD', or 'YYYY-MM-DDThh:mm:ss' with or without an offset"
    return Literal(Kind.MOMENT, moment), "", ""
