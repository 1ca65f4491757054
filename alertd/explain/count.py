"""How a due date counts, day by day: which days count, which do not, and why. Arithmetic on the site's calendar alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar


class DayWhy(StrEnum):
    """Why a day counts or does not."""

    COUNTED = "counted"
    MADE_UP = "made_up"  # a working day although its weekday is off: it counts
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    DUE = "due"  # the due day itself: day zero
    TODAY = "today"  # day zero of what is still to go
    PAUSED = "paused"  # the citizen is waited for
    MOVED = "moved"  # the day that was promised is a day off: the next working day stands for it
    BEGUN = "begun"  # the day from which a rule counts its own due date


class Stop(StrEnum):
    """Why the count goes no further."""

    TODAY = "today"
    WAITING = "waiting"
    ENDED = "ended"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Day:
    """``number``: how many days have counted with this one; None where it does not count. ``name``: of a holiday or a make-up
    day. ``provisional``: nobody has confirmed the calendar that far."""

    day: date
    why: DayWhy
    number: int | None = None
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """The count of one due date. ``field``: which; ``rule``: whose own deadline it is, empty for the dataset's. ``effective``: the
    due date, moved to a working day where it fell on a day off; ``until``: up to which day is counted; ``late``: working days
    after ``effective`` (negative: still to go); ``left``: the days listed are still to go. ``begun``: the field from which the
    rule counts its due date, ``path`` the days from there to it."""

    field: str
    due: date
    effective: date
    until: date
    late: int
    stop: Stop
    left: bool
    days: tuple[Day, ...]
    rule: str = ""
    begun: str = ""
    path: tuple[Day, ...] = ()


def count(
    calendar: WorkingCalendar,
    names: Mapping[date, str],
    *,
    field: str,
    due: date,
    due_number: int,
    stop_number: int,
    until: date,
    stop: Stop,
    today: date,
    rule: str = "",
) -> Count:
    """``due_number`` and ``stop_number`` (that of ``until``) are the store's own: the sum of the days is what rules see.
    ``names``: of the special days, holidays and make-up days alike."""
    effective = due if calendar.number(due) == due_number else calendar.day_of(due_number)
    last = today if stop is Stop.WAITING else until  # days of waiting are shown as what they are
    days: Iterator[Day] = iter(())
    left = stop is Stop.TODAY and today < effective
    if last > effective:
        days = _days(calendar, names, due, effective, last, stop_number, DayWhy.DUE)
    elif left:
        days = _days(calendar, names, today, today, effective, due_number, DayWhy.TODAY)
    return Count(field, due, effective, until, stop_number - due_number, stop, left, tuple(days), rule)


def path(
    calendar: WorkingCalendar, names: Mapping[date, str], begun: date, begun_number: int, due: date, due_number: int
) -> tuple[Day, ...]:
    """The days by which a due date was reached, from the day on which it began: that one (or the working day that stands for
    it, where it was too late in the day) is day zero."""
    zero = begun if calendar.number(begun) == begun_number else calendar.day_of(begun_number)
    return tuple(_days(calendar, names, begun, zero, due, due_number, DayWhy.BEGUN))


def _days(
    calendar: WorkingCalendar,
    names: Mapping[date, str],
    first: date,
    zero: date,
    until: date,
    limit: int,
    why_zero: DayWhy,
) -> Iterator[Day]:
    """From ``first`` to ``until``; days after ``zero`` are numbered, none whose number is beyond ``limit``."""
    day, last = max(first, FIRST_DAY), min(until, LAST_DAY)
    begun = calendar.number(zero)
    while day <= last:
        name, open_question = names.get(day, ""), calendar.is_provisional(day)
        if day == zero:
            yield Day(day, why_zero, name=name, provisional=open_question)
        elif day == first and day < zero:
            yield Day(day, DayWhy.MOVED, name=name, provisional=open_question)
        elif not calendar.is_working(day):
            yield Day(day, DayWhy.HOLIDAY if name else DayWhy.WEEKEND, name=name, provisional=open_question)
        elif calendar.number(day) > limit:
            yield Day(day, DayWhy.PAUSED, provisional=open_question)
        else:
            number = calendar.number(day) - begun
            yield Day(day, DayWhy.MADE_UP if name else DayWhy.COUNTED, number, name, open_question)
        day += timedelta(days=1)
