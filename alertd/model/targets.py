"""What has to be reached in a period, how much of it has passed, and what is missing. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from alertd.model.calendar import WorkingCalendar
from alertd.model.period import Period


@dataclass(frozen=True, slots=True)
class Passed:
    """Working days of a period: those up to and including a day, and all. Never less than one of each: what was received in a
    period that began with days off was received at some pace."""

    so_far: int
    all: int


def passed(period: Period, day: date, calendar: WorkingCalendar) -> Passed:
    before = calendar.number(period.first - timedelta(days=1))
    whole = max(1, calendar.number(period.last) - before)
    until = calendar.number(min(day, period.last))
    return Passed(min(max(1, until - before), whole), whole)


# --- what has to be reached ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Target:
    """The share of files filed online that a unit (empty: every unit) has to reach in a period or a year; hundredths of a per
    cent."""

    unit: str
    period: str
    online: int


@dataclass(frozen=True, slots=True)
class Targets:
    """By unit and period."""

    rows: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, targets: Iterable[Target]) -> "Targets":
        return cls({(each.unit, each.period): each.online for each in targets})

    def online(self, unit: str, period: Period) -> int | None:
        """The target that holds: the unit's own before that of all units, and of each the nearest period (the month, its
        quarter, its year)."""
        names = dict.fromkeys((period.text, period.quarter.text, f"{period.first.year:04}"))
        for whose in dict.fromkeys((unit, "")):
            for name in names:
                if (whose, name) in self.rows:
                    return self.rows[whose, name]
        return None


def short(target: int, known: int, online: int) -> int:
    """Files filed online that are missing to the target, of those received so far; 0 where it is reached. ``known``: files of
    which it is known how they were filed."""
    missing = target * known - 10_000 * online
    return max(0, -(-missing // 10_000))


def short_at_pace(target: int, known: int, online: int, gone: Passed) -> int:
    """The same at the period's end, if files come in, online and otherwise, as they did on its working days so far."""
    missing = (target * known - 10_000 * online) * gone.all
    return max(0, -(-missing // (10_000 * gone.so_far)))
