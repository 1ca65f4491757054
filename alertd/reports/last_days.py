"""The last days of the city in two lines: what was open and overdue at the end of each, and what became overdue on it.

Two sums over day numbers, whatever the number of files; by the day numbers that intake keeps, so by working days, as rules do.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.files import files_table

_f = files_table.c
DAYS = 30


@dataclass(frozen=True, slots=True)
class LastDays:
    """A number per working day, the oldest first; the last is today as far as it is known."""

    days: tuple[date, ...]
    overdue: tuple[
        int, ...
    ]  # open after their due day at the end of the day; what waits for the citizen from before it is not
    became: tuple[int, ...]  # on the day they had become overdue


def last_days(session: Session, at: AsOf, days: int = DAYS) -> LastDays:
    """Of the last ``days`` calendar days, those that are worked. A file is overdue from the working day after its due day until
    it ends, or until the citizen is waited for."""
    calendar = at.calendar
    span = [at.today - timedelta(days=back) for back in reversed(range(days))]
    worked = tuple(day for day in span if calendar.is_working(day))
    numbers = [calendar.number(day) for day in worked]
    if not numbers:
        return LastDays((), (), ())
    last = numbers[-1]
    known = _f.preferred.is_(True) & _f.due_day_no.is_not(None)
    late = known & (_f.due_day_no < last) & or_(_f.stop_day_no.is_(None), _f.stop_day_no > _f.due_day_no)
    begun = _count(session, _f.due_day_no, late)
    ended = _count(session, _f.stop_day_no, late & (_f.stop_day_no <= last))
    overdue = tuple(
        sum(count for due, count in begun.items() if due < number)
        - sum(count for stop, count in ended.items() if stop <= number)
        for number in numbers
    )
    became = tuple(begun.get(number - 1, 0) for number in numbers)
    return LastDays(worked, overdue, became)


def _count(session: Session, number: ColumnElement[Any], which: ColumnElement[bool]) -> dict[int, int]:
    rows = session.connection().execute(select(number, func.count()).where(which).group_by(number))
    return {int(day): int(count) for day, count in rows}
