"""When the bulletin of a month is due: the moment of its draft, and that at which each unit gets its own rows. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from alertd.model.calendar import WorkingCalendar
from alertd.model.duration import Duration
from alertd.model.period import Period, month_of


@dataclass(frozen=True, slots=True)
class Schedule:
    """``day``: working day of the month after; ``hour``: local time; ``before``: by so much units get their rows earlier. A month
    that is over a long time is nobody's news: the newest whose moment has come is due, and no older one."""

    calendar: WorkingCalendar
    day: int
    hour: time
    before: Duration

    def draft_at(self, month: Period) -> datetime:
        """The moment (UTC) of a month's draft, by the calendar as it is known now."""
        last_before = self.calendar.number(month.last)
        day = self.calendar.day_of(last_before + self.day)
        return datetime.combine(day, self.hour, self.calendar.zone).astimezone(UTC)

    def rows_at(self, month: Period) -> datetime:
        """The moment (UTC) from which on each unit gets its own rows; never before the month is over."""
        over = self.calendar.midnight(month.after.first)
        return max(over, min(self.before.before(self.draft_at(month), self.calendar), self.draft_at(month)))

    def drafted_by(self, now: datetime) -> Period:
        """The newest month whose draft is due by now."""
        last = month_of(self.calendar.today(now)).before
        return last if self.draft_at(last) <= now else last.before

    def shown_by(self, now: datetime) -> Period:
        """The newest month whose rows are due by now."""
        last = month_of(self.calendar.today(now)).before
        return last if self.rows_at(last) <= now else last.before
