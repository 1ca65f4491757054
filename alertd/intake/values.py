"""Readers of one value each: their text, word, number or time → ours. Pure; what cannot be read is said, not raised past it.

A reader is built once per mapped field and called by the million. It leaves what it could not read, and took for nothing, in
`Problems`; only a time that is none makes it raise.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from alertd.intake.times import Instant, TimeReader

Read = Callable[[Any], Any]

LONGEST = 1_000  # characters of a text that are kept; the longest names of procedures have about 500
LONGEST_CODE = 200
_SHOWN = 200  # characters of a value in a message
_MOST = 50_000  # distinct values that are remembered
_INTEGER = 2**31  # what a column of numbers holds on both databases
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")  # 2.4E+11
_UNKNOWN = object()
_YES_NO: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}


class Expected(StrEnum):
    """What should have stood there; `words` has the sentence in each language."""

    CODE = "code"
    PERIOD = "period"
    TIME = "time"
    YEAR = "year"
    UNIT = "unit"
    ONE_UNIT = "one_unit"
    WORD = "word"
    NUMBER = "number"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    TEXT = "text"
    SHORT = "short"
    LIST = "list"
    ONCE = "once"
    # of the index: what is kept as it is, and told
    INDICATOR = "indicator"
    BEGUN = "begun"
    MAXIMUM = "maximum"
    SUM = "sum"


Problem = tuple[str, str, Expected]  # our field, the value as shown, what was expected
Problems = list[Problem]


class Unreadable(Exception):
    """A code or a time that cannot be read: the row is kept apart."""

    def __init__(self, field: str, value: Any, expected: Expected) -> None:
        self.field = field
        self.value = shown(value)
        self.expected = expected
        super().__init__(field)


def shown(value: Any) -> str:
    """A value for a message: short, on one line."""
    text = "" if value is None else clean(str(value)[: _SHOWN * 2])
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def clean(text: str) -> str:
    """On one line, its letters composed (NFC, as rules are written), and free of what a database does not take: control
    characters, halves of letters, NUL."""
    text = text[: LONGEST * 4]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text.strip()
    kept = "".join(c if c.isprintable() else "" if unicodedata.category(c) in ("Cs", "Cf") else " " for c in text)
    return " ".join(kept.split())


def plain_text(value: Any) -> str | None:
    """The text of a single value; None for nothing, and for what is no single value."""
    if value.__class__ is str:
        return clean(value) or None
    if value is None or isinstance(value, list | dict):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return clean(str(value)) or None


def code_reader(field: str) -> Read:
    """Raises Unreadable for no code, and for one of which a spreadsheet or a float has kept the first digits alone: others
    would look the same."""

    def read(value: Any) -> str:
        if value.__class__ is str and value.isascii() and value.isprintable() and len(value) <= LONGEST_CODE:
            text: str | None = value.strip()
        else:
            text = plain_text(value)
        if not text or len(text) > LONGEST_CODE or ("+" in text and _ROUNDED.fullmatch(text)):
            raise Unreadable(field, value, Expected.CODE)
        return text

    return read


def text_reader(field: str, words: Mapping[str, str], problems: Problems) -> Read:
    def read(value: Any) -> str | None:
        plain = value.__class__ is str and value.isprintable() and len(value) <= LONGEST
        composed = plain and unicodedata.is_normalized("NFC", value)
        text = value.strip() or None if composed else plain_text(value)
        if text is None:
            if isinstance(value, list | dict) and value:
                problems.append((field, shown(value), Expected.TEXT))
            return None
        if len(text) > LONGEST:
            problems.append((field, shown(text), Expected.SHORT))
            text = text[: LONGEST - 1] + "…"
        return words.get(text, text) if words else text

    return read


def word_reader(field: str, words: Mapping[str, str], known: Collection[str], problems: Problems) -> Read:
    """Their word → ours; a word of ours is taken as well. Unknown: nothing, and a problem."""
    meant = {fold(word): word for word in known} | {fold(theirs): ours for theirs, ours in words.items()}
    seen: dict[Any, Any] = {}

    def read(value: Any) -> str | None:
        try:
            found = seen.get(value, seen)
        except TypeError:  # a list or an object
            found = _UNKNOWN
        if found is seen:
            text = plain_text(value)
            found = None if text is None else meant.get(fold(text), _UNKNOWN)
            if len(seen) < _MOST:
                seen[value] = found
        if found is _UNKNOWN:
            problems.append((field, shown(value), Expected.WORD))
            return None
        return None if found is None else str(found)

    return read


def yes_no_reader(field: str, words: Mapping[str, str], problems: Problems) -> Read:
    meant = dict(_YES_NO) | {fold(theirs): _YES_NO[ours] for theirs, ours in words.items()}

    def read(value: Any) -> bool | None:
        if value.__class__ is bool:
            return bool(value)
        text = plain_text(value)
        if text is None and not isinstance(value, list | dict):
            return None
        found = meant.get(fold(text or ""))
        if found is None:
            problems.append((field, shown(value), Expected.YES_NO))
        return found

    return read


def number_reader(field: str, words: Mapping[str, str], problems: Problems) -> Read:
    def read(value: Any) -> int | None:
        if value.__class__ is int and -_INTEGER < value < _INTEGER:
            return int(value)
        text = plain_text(value)
        if text is None and not isinstance(value, list | dict):
            return None
        try:
            number = int(words.get(text or "", text or ""))
        except ValueError:
            number = _INTEGER
        if not -_INTEGER < number < _INTEGER:
            problems.append((field, shown(value), Expected.NUMBER))
            return None
        return number

    return read


def decimal_reader(field: str, words: Mapping[str, str], problems: Problems) -> Read:
    """A number with decimals → whole hundredths, halves to even. ``19.05``, ``19,05`` and ``1.234,5`` are read; of several
    signs the last one parts the decimals."""

    def read(value: Any) -> int | None:
        text = plain_text(value)
        if text is None and not isinstance(value, list | dict):
            return None
        found = _hundredths(words.get(text or "", text or ""))
        if found is None or value.__class__ is bool:
            problems.append((field, shown(value), Expected.DECIMAL))
            return None
        return found

    return read


def _hundredths(text: str) -> int | None:
    whole, sign, decimals = text.rpartition("," if text.rfind(",") > text.rfind(".") else ".")
    plain = f"{whole.replace('.', '').replace(',', '')}.{decimals}" if sign else text
    try:
        number = Decimal(plain) * 100
        return int(number.to_integral_value()) if abs(number) < _INTEGER else None
    except ArithmeticError:  # no number, NaN, or infinite
        return None


def time_reader(field: str, times: TimeReader, earliest: int, *, deadline: bool, problems: Problems) -> Read:
    """Instants. A year before that of the ordinal ``earliest`` is how systems write "none": of a deadline it says no more
    than an empty cell (no due date is a finding of its own), of an event it is reported."""

    hours, tails, cut, closing = times.hours, times.tails, times.cut, times.closing

    def read(value: Any) -> Instant | None:
        if value is None or value == "":
            return None
        if value.__class__ is str:
            hour, minutes = hours.get(value[:cut]), tails.get(value[cut:])
            if hour is not None and minutes is not None:
                prefix, day, closed, at = hour
                if day.ordinal >= earliest:
                    return prefix + minutes, day, at + minutes > closing if closed is None else closed
        try:
            found = times.read(value)
        except ValueError:
            raise Unreadable(field, value, Expected.TIME) from None
        if found is not None and found[1].ordinal < earliest:
            if not deadline:
                problems.append((field, shown(value), Expected.YEAR))
            return None
        return found

    return read


def fold(text: str) -> str:
    """A word as it is compared: composed, without regard to case and space."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
