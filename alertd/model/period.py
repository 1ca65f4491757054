"""A month, quarter or year as days: 2024-09, 2024-Q3, 2024; which one it is, the one before, and when that was as old. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from alertd.model.calendar import WorkingCalendar

_WRITTEN = re.compile(r"(?P<year>20\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?")
_ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, quarter or year: so many months (``length``) from the local day ``first`` on; ``last`` is its last day."""

    first: date
    length: int  # months: 1 | 3 | 12

    @property
    def last(self) -> date:
        return _months_later(self.first, self.length) - timedelta(days=1)

    @property
    def before(self) -> "Period":
        """The one of the same length that ends the day before this one begins."""
        return Period(_months_later(self.first, -self.length), self.length)

    @property
    def after(self) -> "Period":
        """The one of the same length that begins the day after this one ends."""
        return Period(_months_later(self.first, self.length), self.length)

    @property
    def quarter(self) -> "Period":
        """The one in which it begins."""
        return Period(_months_later(self.first, -((self.first.month - 1) % 3)), 3)

    @property
    def months(self) -> tuple["Period", ...]:
        """Those of which it is made; of a month itself."""
        return tuple(Period(_months_later(self.first, more), 1) for more in range(self.length))

    @property
    def text(self) -> str:
        """``2024-09``, ``2024-Q3``, ``2024``."""
        if self.length == 1:
            return f"{self.first.year}-{self.first.month:02}"
        return f"{self.first.year}-Q{self._quarter}" if self.length == 3 else f"{self.first.year}"

    def __str__(self) -> str:
        return self.text

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3

    def named(self, language: str) -> str:
        """``tháng 9/2024``, ``quý III/2024``, ``năm 2024``."""
        year = self.first.year
        if self.length == 1:
            return f"tháng {self.first.month}/{year}" if language == "vi" else f"{self.first:%B} {year}"
        if self.length == 3:
            quarter = _ROMAN[self._quarter]
            return f"quý {quarter}/{year}" if language == "vi" else f"quarter {quarter} of {year}"
        return f"năm {year}" if language == "vi" else f"{year}"

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def runs_on(self, day: date) -> bool:
        """It has not ended by then."""
        return day <= self.last

    def is_over(self, moment: datetime, calendar: WorkingCalendar) -> bool:
        return calendar.today(moment) > self.last

    def as_old_before(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """The moment (UTC) at which the period before was as old as this one is at ``moment``: as long after its first day while
        this one runs (never past its end), and as long after its end once this one is over."""
        earlier = self.before
        end, end_before = calendar.midnight(self.last + _DAY), calendar.midnight(earlier.last + _DAY)
        if moment >= end:
            return end_before + (moment - end)
        since = moment - calendar.midnight(self.first)
        return min(calendar.midnight(earlier.first) + since, end_before - timedelta(seconds=1))

    def as_old_within(
        self, moment: datetime, calendar: WorkingCalendar, days: int
    ) -> tuple[datetime, datetime, datetime]:
        """From when to when the period before was as old, give or take so many days, with that moment between. While this one runs,
        only while that one ran; once it is over, only after that one was."""
        target, within = self.as_old_before(moment, calendar), timedelta(days=days)
        opens, began = calendar.midnight(self.first), self.began_before(moment, calendar)
        high = target + within
        return max(target - within, began), target, high if began == opens else min(high, opens - timedelta(seconds=1))

    def began_before(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """From when on a figure of the period before may be compared with one of this one at ``moment``: from its end once this one
        is over, and while this one runs from its beginning."""
        return calendar.midnight(self.first if self.is_over(moment, calendar) else self.before.first)


_DAY = timedelta(days=1)


@lru_cache(maxsize=512)  # asked of each of 100,000 items, which are of a few dozen periods
def period_of(text: str) -> Period | None:
    """Of ``2024-09``, ``2024-Q3`` or ``2024``; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, month, quarter = int(found["year"]), found["month"], found["quarter"]
    if month:
        return Period(date(year, int(month), 1), 1)
    return Period(date(year, 3 * int(quarter) - 2, 1), 3) if quarter else Period(date(year, 1, 1), 12)


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), 1)


def _months_later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
