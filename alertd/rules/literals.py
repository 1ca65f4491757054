"""A value as written in a condition: a number, or a text typed by what it is compared with (date, moment, word of a list)."""

import re
from datetime import date, datetime

from alertd.model.calendar import FIRST_DAY, LAST_DAY
from alertd.rules import literal_said as say
from alertd.rules.condition_types import Call, FieldRef, Kind, Literal, Node
from alertd.rules.wrong import Wrong

_FIRST, _LAST = FIRST_DAY.year, LAST_DAY.year  # beyond the calendar no day has a number
_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # Python reads weeks (2026-W01-1) and 20260101 too
_NUMBER = re.compile(r"\d{1,10}(\.\d{1,9})?")
_LARGEST = 1_000_000_000


def typed_literal(text: str, other: Node) -> Literal | Wrong:
    """The value, or what is wrong with it."""
    match other.kind:
        case Kind.TEXT:
            return Literal(Kind.TEXT, text)
        case Kind.WORD:
            return _word(text, other)
        case Kind.DATE:
            return _date(text)
        case Kind.MOMENT:
            return _moment(text)
        case Kind.INTEGER | Kind.DECIMAL | Kind.BOOLEAN:
            return say.text_with(other.kind, text)


def number_literal(text: str) -> Literal | None:
    """A number without its sign, up to 10^9 with nine decimals; None for one that the two databases might not read alike."""
    if not _NUMBER.fullmatch(text) or float(text) > _LARGEST:
        return None
    return Literal(Kind.DECIMAL, float(text)) if "." in text else Literal(Kind.INTEGER, int(text))


def _word(text: str, other: Node) -> Literal | Wrong:
    first = other.arguments[0] if isinstance(other, Call) else other
    if isinstance(first, FieldRef) and first.field.words and text not in first.field.words:
        return say.no_word(text, first.field)
    return Literal(Kind.WORD, text)


def _date(text: str) -> Literal | Wrong:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day.year <= _LAST:
        return say.no_date(text, _FIRST, _LAST)
    return Literal(Kind.DATE, day)


def _moment(text: str) -> Literal | Wrong:
    if _DAY.fullmatch(text):
        day = _date(text)
        return Literal(Kind.MOMENT, day.value) if isinstance(day, Literal) else day
    try:
        moment = datetime.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        moment = None
    if moment is None or len(text) < 16 or not _FIRST <= moment.year <= _LAST:
        return say.no_moment(text)
    return Literal(Kind.MOMENT, moment)
