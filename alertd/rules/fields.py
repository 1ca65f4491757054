"""What a rule may name, as rows for people: fields of a dataset and functions, from their own declarations."""

from collections.abc import Iterable
from dataclasses import dataclass

from alertd.model.dataset import Dataset, Field, Time
from alertd.rules.condition_types import KIND_OF
from alertd.rules.functions import FUNCTIONS, Function


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """``time``: event (reads as empty before it happened), deadline (never hidden), or empty. ``derived``: alertd computes it.
    ``counted``: a deadline may count from it, and working_days_since and working_days_until take it."""

    name: str
    type: str
    vi: str
    en: str
    time: str
    words: tuple[str, ...]
    derived: bool
    counted: bool


def field_docs(dataset: Dataset) -> tuple[FieldDoc, ...]:
    return docs_of(dataset.declared)


def docs_of(fields: Iterable[Field]) -> tuple[FieldDoc, ...]:
    return tuple(
        FieldDoc(
            field.name,
            KIND_OF[field.type].value,
            field.vi,
            field.en,
            _time(field.time),
            tuple(map(str, field.words)),
            field.derived,
            bool(field.number),
        )
        for field in fields
    )


def function_docs() -> tuple[Function, ...]:
    return tuple(FUNCTIONS.values())


def _time(time: Time | None) -> str:
    return "" if time is None else time.value
