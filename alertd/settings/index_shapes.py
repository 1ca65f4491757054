"""What a source of the index is asked for: which periods, and how one stands in an address, a parameter or a body. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from alertd.model.index import INDEX_LOG
from alertd.model.period import Period, month_of, period_of
from alertd.settings.kinds import Shape
from alertd.settings.secret import Secret

Reply = Literal["records", "index_rows", "index_evaluation"]
INDEX_REPLIES = ("index_rows", "index_evaluation")
# Under these names a reply of the index gives what it holds: [sources.fields] is written by alertd itself.
GIVEN: Mapping[str, str] = {field.name: field.name for field in INDEX_LOG.given}
PLACEHOLDERS = ("period", "year", "quarter", "month", "month_number", "first_day", "last_day")

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class IndexAsked(Shape):
    running: Literal["", "month", "quarter", "year"] = Field(
        "", description="The period that runs today is asked for: month | quarter | year; empty: only those in periods."
    )
    before: int = Field(1, ge=0, le=24, description="So many closed ones before it, for they are restated.")
    periods: tuple[str, ...] = Field((), description="Fixed periods, asked for at each poll: 2024-09, 2024-Q3 or 2024.")
    only: tuple[str, ...] = Field(
        (), description="Units of the reply that are read, by their code or name there; empty: all."
    )
    group: str = Field(
        "",
        description="index_evaluation: the group that a reply is about where it does not show: CKMB, TDGQ, ONLINE, …",
    )
    computed_at: str = Field(
        "",
        description="Where the time of computing stands in the reply (a.b); empty: none, the time of reading counts.",
    )

    def spans(self, today: date) -> list[Period]:
        """Each once: the running one, those before it, the fixed ones."""
        found: list[Period] = []
        if self.running:
            found.append(_running(self.running, today))
            for _ in range(self.before):
                found.append(found[-1].before)
        found += [span for text in self.periods if (span := period_of(text)) is not None]
        return list(dict.fromkeys(found))

    def lengths(self) -> set[int]:
        """Months of the periods that are asked for."""
        fixed = {span.length for text in self.periods if (span := period_of(text)) is not None}
        return fixed | ({_MONTHS[self.running]} if self.running else set())


def words_of(span: Period) -> dict[str, str]:
    """Of each placeholder that means something for the period what stands in its place."""
    first, last = span.first, span.last
    words = {
        "period": span.text,
        "year": f"{first:%Y}",
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }
    if span.length <= 3:
        words["quarter"] = str((first.month + 2) // 3)
    if span.length == 1:
        words |= {"month": f"{first:%m}", "month_number": str(first.month)}
    return words


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """A text, or all texts in lists and objects, with the placeholders filled in and secrets revealed; other braces stay."""
    match value:
        case Secret():
            return value.reveal()
        case str():
            return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), value)
        case dict():
            return {name: filled(item, words) for name, item in value.items()}
        case list() | tuple():
            return [filled(item, words) for item in value]
        case _:
            return value


def placeholders(value: Any) -> Iterator[str]:
    """The names in braces in a text, or in all texts in lists and objects."""
    match value:
        case str():
            yield from _PLACEHOLDER.findall(value)
        case dict():
            for item in value.values():
                yield from placeholders(item)
        case list() | tuple():
            for item in value:
                yield from placeholders(item)


def secrets_in(value: Any) -> Iterator[Secret]:
    match value:
        case Secret():
            yield value
        case dict():
            for item in value.values():
                yield from secrets_in(item)
        case list() | tuple():
            for item in value:
                yield from secrets_in(item)


def of_the_index(raw: Any) -> Any:
    """A raw [[sources]] with what needs not be written: the fields of a reply that alertd knows; and of readings, which are
    only ever added, that absence means nothing whatever ``covers`` says."""
    if not isinstance(raw, dict):
        return raw
    known = dict(raw)
    if raw.get("reply") in INDEX_REPLIES:
        known.setdefault("fields", dict(GIVEN))
    if raw.get("dataset") == INDEX_LOG.name and raw.get("covers", "all") == "all":
        known["covers"] = "changes"
    return known


def _running(kind: str, today: date) -> Period:
    months = _MONTHS[kind]
    month = month_of(today).first
    return Period(date(month.year, month.month - (month.month - 1) % months, 1), months)
