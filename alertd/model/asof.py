"""The moment at which everything is looked at, with what the statements need of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alertd.model.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class AsOf:
    """A moment and the site's calendar. ``live`` = no event in the store lies after it, so plain predicates are exact."""

    now: datetime
    calendar: WorkingCalendar
    live: bool = True

    @property
    def today(self) -> date:
        return self.calendar.today(self.now)

    @property
    def parameters(self) -> dict[str, Any]:
        """What a Scope's expressions are bound to."""
        today = self.today
        return {
            "now": self.now,
            "today": today,
            "today_day": today.toordinal(),
            "today_no": self.calendar.number(today),
        }
