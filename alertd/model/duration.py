"""Durations as people write them: a number and s, m, h, d, or ``n working days`` / ``n working hours``."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from alertd.errors import Said
from alertd.model.calendar import WorkingCalendar

# Python refuses to read a number of more than 4,300 digits, in words that no operator would understand.
_TEXT = re.compile(r"^\s*(\d{1,15})\s*(s|m|h|d|working days?|working hours?)\s*$")


class Unit(StrEnum):
    SECONDS = "s"
    MINUTES = "m"
    HOURS = "h"
    DAYS = "d"
    WORKING_DAYS = "working days"
    WORKING_HOURS = "working hours"


_SECONDS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: 86400}


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time in the unit in which it was written; calendar units have no upper bound."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """``15m``, ``36500d``, ``1 working day``, ``4 working hours``. Raises ValueError with the cure."""
        found = _TEXT.match(text)
        if found is None:
            raise ValueError(
                Said(
                    f"{text!r} is not a duration; write a whole number and s, m, h or d, or 'n working days', 'n working hours'",
                    f"{text!r} không phải là khoảng thời gian; đề nghị viết số nguyên kèm s, m, h hoặc d, hoặc "
                    "'n working days' (ngày làm việc), 'n working hours' (giờ làm việc)",
                )
            )
        word = found[2]
        return cls(int(found[1]), Unit(word if len(word) == 1 else word.rstrip("s") + "s"))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}" if len(self.unit) == 1 else f"{self.amount} {self.unit}"

    @property
    def in_working_time(self) -> bool:
        return self.unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS)

    def seconds(self) -> int:
        """Seconds of a calendar duration. Raises ValueError for one in working time."""
        if self.in_working_time:
            raise ValueError(f"'{self}' has no fixed length; use s, m, h or d here")
        return self.amount * _SECONDS[self.unit]

    def span(self) -> timedelta:
        """A calendar duration as a timedelta; one of more than 10,000 years is as long as that. Raises ValueError for one
        in working time."""
        return min(timedelta(days=3_652_500), timedelta(seconds=min(self.seconds(), 315_576_000_000)))

    def after(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """The moment that lies this long after ``moment``; of working days: the same time of day, so many of them later."""
        if self.unit is Unit.WORKING_DAYS:
            return calendar.shift_working_days(moment, self.amount)
        if self.unit is Unit.WORKING_HOURS:
            return calendar.shift_working_seconds(moment, self.amount * 3600)
        try:
            return moment.astimezone(UTC) + self.span()
        except OverflowError:
            return datetime.max.replace(microsecond=0, tzinfo=UTC)

    def before(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """The moment that lies this long before ``moment`` (never before the year 1)."""
        if self.unit is Unit.WORKING_DAYS:
            return calendar.shift_working_days(moment, -self.amount)
        if self.unit is Unit.WORKING_HOURS:
            return calendar.shift_working_seconds(moment, -self.amount * 3600)
        try:
            return moment.astimezone(UTC) - self.span()
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)
