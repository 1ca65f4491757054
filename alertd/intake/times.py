"""Their times as instants: UTC text, local day with its numbers, whether the office had closed. Pure, and fast on purpose.

A poll reads millions of times, nearly all with another second. So a text is taken apart: its day and hour are looked up as
one (few distinct ones), its minutes and seconds as another; only what was never seen is parsed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from alertd.intake.formats import Format
from alertd.model.calendar import WorkingCalendar
from alertd.settings.source_shapes import Times

_MOST = 100_000  # entries of a cache; more means that it does not help
_ISO_CUT = 13  # 2024-09-18T17
_ISO_WHOLE = 19
_ISO_TAIL = re.compile(r"(?::\d\d){1,2}")
_ISO_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)?")
# Dates as people type them into sheets: 2/9/2024, 02.09.2024 08:15, 02-09-2024 08:15:00
_TYPED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - local, as Excel counts
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119: smaller and larger numbers are years, months, money
_NO_YEAR = 1900  # an earlier one is how systems write "none" (0001-01-01, 1753-01-01, 1899-12-30)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A local day with all that records keep of one."""

    ordinal: int
    text: str
    number: int
    due_day: int  # the ordinal of the effective due day
    due_number: int
    received: int  # the number of day zero
    received_late: int  # the same for what comes in after closing time


# UTC as both databases store it, the local day, and whether the office had closed by then. A plain tuple: made by the million.
Instant = tuple[str, Day, bool]
NEVER = Day(1, "0001-01-01", 0, 1, 0, 0, 0)
_ANCIENT: Instant = ("0001-01-01 00:00:00", NEVER, False)
# prefix of the UTC text up to the minutes, local day, closed (None: depends on the minute), local hour as text
Hour = tuple[str, Day, bool | None, str]


class TimeReader:
    """Reads the times of one source. ``end_of_day``: a day without a time means its last second, not its first.

    ``hours`` and ``tails`` hold what was read once: a text's first ``cut`` characters and the rest of it. The reader of a
    field looks there first (values.time_reader), for a call more would cost as much as the time itself.
    """

    def __init__(
        self, times: Times, calendar: WorkingCalendar, *, spreadsheet: bool = False, end_of_day: bool = False
    ) -> None:
        self._calendar = calendar
        self._site = calendar.zone
        self._zone = times.timezone or calendar.zone
        self._format = Format(times.format) if times.format != "iso" else None
        self._iso = self._format is None
        self.cut = self._format.cut if self._format else _ISO_CUT
        self._day_first = times.day_first
        self._spreadsheet = spreadsheet
        self._end_of_day = end_of_day
        self.closing = f"{calendar.hours[-1][1]:%H:%M:%S}" if calendar.hours else "24"
        self.hours: dict[str, Hour] = {}
        self.tails: dict[str, str] = {}
        self._whole: dict[Any, Instant] = {}
        self._days: dict[date, Day] = {}

    @property
    def example(self) -> str:
        """How a time of this source looks, for messages."""
        if self._format is not None:
            return self._format.sample
        if not self._spreadsheet:
            return "2024-09-18T17:00:00"
        return "18/09/2024 17:00" if self._day_first else "09/18/2024 17:00"

    def read(self, value: Any) -> Instant | None:
        """None for nothing; an instant on `NEVER` for a year before 1900. Raises ValueError for what is no time."""
        if value.__class__ is str and self._iso and len(value) > _ISO_WHOLE:  # with a zone of its own
            hour = self.hours.get(value[:_ISO_CUT] + value[_ISO_WHOLE:])
            minutes = self.tails.get(value[_ISO_CUT:_ISO_WHOLE])
            if hour is not None and minutes is not None:
                prefix, day, closed, at = hour
                return prefix + minutes, day, at + minutes > self.closing if closed is None else closed
        return self._slowly(value)

    def day(self, day: date) -> Day:
        """What records keep of a local day."""
        found = self._days.get(day)
        if found is None:
            calendar = self._calendar
            rolled = calendar.rolled_number(day)
            found = self._days[day] = Day(
                day.toordinal(),
                day.isoformat(),
                calendar.number(day),
                calendar.effective_due(day).toordinal(),
                calendar.due_number(day),
                rolled,
                rolled + calendar.is_working(day),
            )
        return found

    def instant(self, moment: datetime) -> Instant:
        """An aware moment as an instant."""
        local = moment.astimezone(self._site)
        utc = moment.astimezone(UTC).isoformat(" ")[:19]
        return utc, self.day(local.date()), local.isoformat()[11:19] > self.closing

    def _slowly(self, value: Any) -> Instant | None:
        if value.__class__ is str:
            value = value.strip()
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float | date):
            raise ValueError("no time")  # its place and cure are added by the one who knows the field
        key = (value.__class__, value)  # 1 == 1.0 == True
        found = self._whole.get(key)
        if found is None:
            found = self._parsed(value)
            if len(self._whole) >= _MOST:
                self._whole.clear()
            self._whole[key] = found
        return found

    def _parsed(self, value: Any) -> Instant:
        read, dated = self._understood(value)
        if read.year < _NO_YEAR:
            return _ANCIENT
        if dated:  # a day is the site's, whatever zone the source's times are in
            at = time(23, 59, 59) if self._end_of_day else time()
            moment = datetime.combine(read.date(), at, self._site)
        else:
            moment = read if read.tzinfo is not None else read.replace(tzinfo=self._zone)
        try:
            instant = self.instant(moment)
        except OverflowError:
            raise ValueError("beyond the years that can be counted") from None
        if isinstance(value, str) and not dated:
            self._remember(value, moment)
        return instant

    def _remember(self, text: str, moment: datetime) -> None:
        """Day and hour, minutes and seconds apart, where any two of them make a time."""
        if self._iso:
            key, tail = text[:_ISO_CUT] + text[_ISO_WHOLE:], text[_ISO_CUT:_ISO_WHOLE]
            whole = text[10:11] in ("T", " ") and _ISO_TAIL.fullmatch(tail) and _ISO_ZONE.fullmatch(text[_ISO_WHOLE:])
            if not whole or (len(text) > _ISO_WHOLE) != (moment.tzinfo is not self._zone):
                return
        else:
            key, tail = text[: self.cut], text[self.cut :]
            if not tail or self._format is None or len(text) != len(self._format.sample) or not text.isascii():
                return
        hour = self._hour(moment)
        if hour is not None:
            if len(self.hours) >= _MOST:
                self.hours.clear()
            self.hours[key] = hour
            self.tails[tail] = f"{moment:%M:%S}"

    def _hour(self, moment: datetime) -> Hour | None:
        """None where the hour is not one hour of UTC and of one local day (zones off by half an hour, clocks changed)."""
        first = moment.replace(minute=0, second=0)
        start = first.astimezone(UTC)
        here = start.astimezone(self._site)
        if first.utcoffset() != moment.replace(minute=59, second=59).utcoffset() or start.minute or here.minute:
            return None
        if here.utcoffset() != (start + timedelta(seconds=3599)).astimezone(self._site).utcoffset():
            return None
        at = here.isoformat()[11:14]
        opened, closed = at + "00:00" > self.closing, at + "59:59" > self.closing
        return start.isoformat(" ")[:14], self.day(here.date()), opened if opened == closed else None, at

    def _understood(self, value: Any) -> tuple[datetime, bool]:
        """The time as it is written, aware where it says so, and whether it is a day alone. Raises ValueError."""
        if isinstance(value, datetime):
            if self._spreadsheet:
                return _rounded(value), value.time() == time()
            return value.replace(microsecond=0), False
        if isinstance(value, date):
            return datetime.combine(value, time()), True
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        try:
            return self._from_text(str(value))
        except ValueError:
            serial = self._serial(value)
            if serial is None:
                raise
            return serial, serial.time() == time()

    def _from_text(self, text: str) -> tuple[datetime, bool]:
        if self._format is not None:
            return self._format.read(text), not self._format.has_time
        typed = _TYPED.fullmatch(text) if self._spreadsheet else None
        if typed is None:
            return datetime.fromisoformat(text).replace(microsecond=0), len(text) <= 10 and ":" not in text
        first, second, year, *at = typed.groups()
        day, month = (first, second) if self._day_first else (second, first)
        hour, minute, seconds = (int(part or 0) for part in at)
        return datetime(int(year), int(month), int(day), hour, minute, seconds), at[0] is None  # noqa: DTZ001

    def _serial(self, value: Any) -> datetime | None:
        """A day as Excel counts them, where a sheet holds the bare number."""
        if not self._spreadsheet:
            return None
        try:
            days = float(value)
        except ValueError:
            return None
        within = _EXCEL_DAYS.start <= days < _EXCEL_DAYS.stop
        return _rounded(_EXCEL_DAY_ZERO + timedelta(days=days)) if within else None


def _rounded(moment: datetime) -> datetime:
    """To the second: Excel keeps a time as a fraction of a day, 08:15 as 08:14:59.999997."""
    try:
        return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:
        return moment.replace(microsecond=0)
