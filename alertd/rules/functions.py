"""The functions that a condition may call: only what means the same on both databases, each with its documentation."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from alertd.model.dataset import Field, Scope, Time
from alertd.rules.condition_types import Called


@dataclass(frozen=True, slots=True)
class Function:
    name: Called
    usage: str
    vi: str
    en: str


FUNCTIONS: dict[Called, Function] = {
    function.name: function
    for function in (
        Function(
            Called.COALESCE,
            "coalesce(field, value, …)",
            "giá trị đầu tiên không trống",
            "the first of its values that is not null; all of one type",
        ),
        Function(Called.ABS, "abs(number)", "giá trị tuyệt đối", "the number without its sign"),
        Function(
            Called.WORKING_DAYS_SINCE,
            "working_days_since(field)",
            "số ngày làm việc kể từ ngày của trường đến hôm nay (ngày đầu không tính)",
            "working days after the field's day up to and including today; negative while it lies ahead",
        ),
        Function(
            Called.WORKING_DAYS_UNTIL,
            "working_days_until(field)",
            "số ngày làm việc từ hôm nay đến ngày của trường",
            "working days after today up to and including the field's day; negative once it has passed",
        ),
    )
}
COUNTING = (Called.WORKING_DAYS_SINCE, Called.WORKING_DAYS_UNTIL)


def day_number(field: Field, scope: Scope) -> ColumnElement[Any]:
    """The stored count of working days of the field's day; null before the event happened."""
    if field.time is Time.EVENT:
        return scope.event(field.number, of=field.name)
    return scope.column(field.number)
