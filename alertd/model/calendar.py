"""The working calendar as arithmetic: every day has the count of working days up to and including it.

Days are local dates of the site's zone. ``number(d)`` is the count of working days from the first day of the calendar
to ``d``; the working days after ``a`` up to and including ``b`` are ``number(b) - number(a)``, weekends, holidays and
make-up Saturdays included, without a loop. Outside the range (1990-2100) the nearest end stands.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)

OfficeHours = tuple[tuple[time, time], ...]
DEFAULT_HOURS: OfficeHours = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days and office hours of one site. Build it with `working_calendar`."""

    zone: ZoneInfo
    working: bytes  # one byte a day from FIRST_DAY on, 1 = working day
    numbers: "array[int]"
    hours: OfficeHours
    roll_forward: bool
    confirmed_until: date

    def with_days(self, working: bytes) -> "WorkingCalendar":
        """The same with other working days: one byte a day from FIRST_DAY on."""
        return replace(self, working=working, numbers=array("l", accumulate(working)))

    def _index(self, day: date) -> int:
        return min(max(day.toordinal() - FIRST_DAY.toordinal(), 0), len(self.working) - 1)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def today(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The moment (UTC) at which the local day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def is_working(self, day: date) -> bool:
        return self.working[self._index(day)] == 1

    def is_provisional(self, day: date) -> bool:
        """True where nobody has confirmed the calendar up to this day."""
        return day > self.confirmed_until

    def number(self, day: date) -> int:
        return self.numbers[self._index(day)]

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        found = self.working.find(1, self._index(day))
        return day if found == self._index(day) or found < 0 else FIRST_DAY + timedelta(days=found)

    def rolled_number(self, day: date) -> int:
        """``number`` of the day, or of the next working day where it is a day off."""
        return self.number(day) + (0 if self.is_working(day) else 1)

    def effective_due(self, due: date) -> date:
        """The due date, moved to the next working day where it falls on a day off (Civil Code 2015, Art. 148)."""
        return self.next_working(due) if self.roll_forward else due

    def due_number(self, due: date) -> int:
        return self.number(self.effective_due(due))

    def day_of(self, number: int) -> date:
        """The working day that carries this number."""
        return FIRST_DAY + timedelta(days=min(bisect_left(self.numbers, number), len(self.numbers) - 1))

    def working_days_late(self, due: date, until: date) -> int:
        """Working days after the effective due date, up to and including ``until``; 0 where that is not after it."""
        return max(0, self.number(until) - self.due_number(due))

    def received_number(self, moment: datetime) -> int:
        """The number of day zero: what is received after closing time or on a day off counts from the next working day."""
        local = self.local(moment)
        number = self.rolled_number(local.date())
        # moments are stored to the second, so closing time lasts until the next second begins
        if self.is_working(local.date()) and self.hours and local.time().replace(microsecond=0) > self.hours[-1][1]:
            number += 1
        return number

    def add_working_days(self, day: date, days: int) -> date:
        """The working day that lies ``days`` working days after ``day`` (before it, where negative); day zero not counted."""
        return self.day_of(self.rolled_number(day) + days)

    def is_open_at(self, moment: datetime) -> bool:
        local = self.local(moment)
        return self.is_working(local.date()) and any(start <= local.time() < end for start, end in self.hours)

    def next_opening(self, moment: datetime) -> datetime:
        """``moment`` if the office is open then, else the moment (UTC) of the next opening."""
        local = self.local(moment)
        day = local.date()
        if self.is_working(day):
            for start, end in self.hours:
                if local.time() < end:
                    return max(moment, self._at(day, start))
        return self._at(self.next_working(day + timedelta(days=1)), self.hours[0][0])

    def closing(self, day: date) -> datetime:
        """The moment (UTC) at which the office closes on that day."""
        return self._at(day, self.hours[-1][1] if self.hours else time.max)

    def last_opening(self, moment: datetime) -> datetime:
        """The start (UTC) of the newest session of office hours that has begun by ``moment``."""
        local = self.local(moment)
        day = local.date()
        if self.is_working(day):
            begun = [start for start, _ in self.hours if start <= local.time()]
            if begun:
                return self._at(day, begun[-1])
        before = self.day_of(max(1, self.number(day - timedelta(days=1))))
        return self._at(before, self.hours[-1][0])

    def shift_working_days(self, moment: datetime, days: int) -> datetime:
        """The same time of day, ``days`` working days later (earlier, where negative)."""
        local = self.local(moment)
        day = self.day_of(max(1, self.number(local.date()) + days))
        return self._at(day, local.time())

    def shift_working_seconds(self, moment: datetime, seconds: int) -> datetime:
        """Walk through office hours: ``seconds`` of open office later (earlier, where negative). Never past the range."""
        back = seconds < 0
        left = timedelta(seconds=min(abs(seconds), len(self.working) * 86400))  # more than all of its days
        # in UTC: the arithmetic of a zone's own times leaves out the hour by which its clocks are changed
        day, limit = self.today(moment), moment.astimezone(UTC)
        while FIRST_DAY <= day <= LAST_DAY:
            spans = [(self._at(day, a), self._at(day, b)) for a, b in self.hours] if self.is_working(day) else []
            for start, end in reversed(spans) if back else spans:
                start, end = (start, min(end, limit)) if back else (max(start, limit), end)
                if end <= start:
                    continue
                if end - start >= left:
                    return end - left if back else start + left
                left -= end - start
            day += timedelta(days=-1 if back else 1)
        return self.midnight(FIRST_DAY if back else LAST_DAY)

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def working_calendar(
    *,
    zone: ZoneInfo,
    weekend: Iterable[int] = (5, 6),
    days_off: Iterable[date] = (),
    days_worked: Iterable[date] = (),
    hours: OfficeHours = DEFAULT_HOURS,
    roll_forward: bool = True,
    confirmed_until: date = LAST_DAY,
) -> WorkingCalendar:
    """Count the working days once. ``weekend`` holds weekdays as in ``date.weekday()`` (Monday is 0); a day in
    ``days_worked`` is a working day whatever else says that it is off."""
    off_weekdays = set(weekend)
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    # date.fromordinal(1) is a Monday, so (ordinal - 1) % 7 is the weekday
    working = bytearray(0 if (n - 1) % 7 in off_weekdays else 1 for n in range(first, last + 1))
    for day in days_off:
        if FIRST_DAY <= day <= LAST_DAY:
            working[day.toordinal() - first] = 0
    for day in days_worked:
        if FIRST_DAY <= day <= LAST_DAY:
            working[day.toordinal() - first] = 1
    return WorkingCalendar(zone, bytes(working), array("l", accumulate(working)), hours, roll_forward, confirmed_until)
