"""Rows of the dataset index_readings: one reading each, whose code is made of period, unit, indicator and time. Pure.

What cannot be right (a score above its maximum, a period that has not begun, an indicator that nobody knows) is kept as the
source gives it, and told; so is a unit that units.csv does not know.
"""

import re
from datetime import date
from typing import Any

from alertd.intake.columns import Columns
from alertd.intake.rows import HEAD, Dated, Row, Surroundings
from alertd.intake.times import Instant
from alertd.intake.values import LONGEST_CODE, Expected, Unreadable, plain_text, shown
from alertd.model.index_words import INDICATORS, known
from alertd.model.period import Period, period_of

# How people write a period besides (9/2024, Q3/2024, 2024-9), and what Excel makes of 2024-09.
_TURNED = re.compile(r"(?P<part>Q[1-4]|\d{1,2})/(?P<year>20\d\d)")
_BARE = re.compile(r"(?P<year>20\d\d)-(?P<part>\d)")
_NO_TIME_BEFORE = date(1900, 1, 1).toordinal()
_NAMED = ("period", "unit", "indicator")


class IndexRows(Dated):
    """Order of ``row``'s values: `columns`."""

    columns: tuple[str, ...] = (
        *HEAD,
        "item",
        "period",
        "indicator",
        "numerator",
        "denominator",
        "ratio",
        "score",
        "maximum",
        "rank",
        "computed_at",
        "quality",
    )

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        columns, fields = Columns(around.settings), around.settings.fields
        self._named = [columns.of(name) for name in _NAMED]
        self._name = columns.of("unit_name") if "unit_name" in fields else None
        self._computed = columns.of("computed_at") if "computed_at" in fields else None
        self._words = around.settings.values.get("unit") or {}
        self._today = around.site.calendar.today(around.now)
        self._days: dict[Period, Instant] = {}

    def code(self, values: list[Any]) -> str:
        """``period/unit/indicator@time``: the unit's code where it is known, the time in UTC; that of the reading where the
        source gives none. Raises Unreadable."""
        period, unit, indicator = (values[position] for position in self._named)
        span = _span(period)
        if span is None:
            raise Unreadable("period", period, Expected.PERIOD)
        word = _indicator(plain_text(indicator) or "")
        if not word:
            raise Unreadable("indicator", indicator, Expected.CODE)
        named, name = self._worded(unit), None if self._name is None else plain_text(values[self._name])
        code = self._unit(named, name, span)[0]
        item = f"{span.text}/{code or named or ''}/{word}"
        if len(item) > LONGEST_CODE:
            raise Unreadable("indicator", item, Expected.CODE)
        return f"{item}@{self._time(values)}"

    def row(self, given: list[Any], code: str, raw_hash: int) -> Row:
        _, unit, _, numerator, denominator, ratio, score, maximum, rank, _, quality, name = given
        item, _, at = code.rpartition("@")
        period, word = item.partition("/")[0], _indicator(given[2] or "")
        span = period_of(period)
        assert span is not None  # `code` has looked
        if maximum is None and (found := INDICATORS.get(word)):
            maximum = found.maximum * 100
        unit_code, missing = self._unit(unit, name, span)
        problems = self._around.problems
        if missing is not None:
            told = f"{shown(unit)} ({shown(name)})" if name and unit and name != unit else shown(unit or name)
            problems.append(("unit", told, missing))
        if word not in INDICATORS:
            problems.append(("indicator", word, Expected.INDICATOR))
        if span.first > self._today:
            problems.append(("period", period, Expected.BEGUN))
        if score is not None and maximum is not None and score > maximum:
            problems.append(("score", f"{item}: {decimal(score)} > {decimal(maximum)}", Expected.MAXIMUM))
        self._noted((at,))
        return (
            code,
            unit_code,
            None if unit_code else unit,
            self._around.hashed(raw_hash),
            at,
            at,
            item,
            period,
            word,
            numerator,
            denominator,
            ratio,
            score,
            maximum,
            rank,
            at,
            quality,
        )

    def _time(self, values: list[Any]) -> str:
        if self._computed is None:
            return self._around.now_text
        value = values[self._computed]
        try:
            found = self._around.times.read(value)
        except ValueError:
            raise Unreadable("computed_at", value, Expected.TIME) from None
        return found[0] if found and found[1].ordinal >= _NO_TIME_BEFORE else self._around.now_text

    def _worded(self, value: Any) -> str | None:
        text = plain_text(value)
        return None if text is None else self._words.get(text, text)

    def _unit(self, unit: str | None, name: str | None, span: Period) -> tuple[str | None, Expected | None]:
        """The unit's code, or why there is none. A name that several units had is that of the one on the period's last day."""
        on = self._days.get(span)
        if on is None:
            on = self._days[span] = self._around.now_text, self._around.times.day(min(span.last, self._today)), False
        code, missing = self._around.unit_reader.read(unit, on)
        if code is None and name and name != unit:
            by_name, _ = self._around.unit_reader.read(self._words.get(name, name), on)
            if by_name is not None:
                return by_name, None
        return code, missing


def decimal(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}"


def _span(value: Any) -> Period | None:
    """The period that a value means, as sources and people write it."""
    if isinstance(value, date):  # and a moment, which is one
        return period_of(f"{value:%Y-%m}") if value.day == 1 else None
    text = (plain_text(value) or "").upper().replace(" ", "")
    if found := _TURNED.fullmatch(text) or _BARE.fullmatch(text):
        text = f"{found['year']}-{found['part'].zfill(2)}"
    return period_of(text)


def _indicator(text: str) -> str:
    found = known(text)
    return found.code if found else text.strip().upper()
