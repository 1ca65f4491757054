"""The moments at which a replay looks: those of each day at which a running alertd would have acted. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from alertd import due
from alertd.model.calendar import WorkingCalendar
from alertd.settings.shapes import Settings


def looks(
    settings: Settings, calendar: WorkingCalendar, since: date, until: date, at: Sequence[time] = ()
) -> list[datetime]:
    """Every day, in order; ``at``: other times of day than those at which digests go out and the office opens."""
    times = sorted(set(at)) or due.moments(settings)
    return [datetime.combine(day, clock, calendar.zone) for day in days(since, until) for clock in times]


def evening(calendar: WorkingCalendar, since: date) -> datetime:
    """The last second of the day before: what stands by then is no news."""
    return calendar.midnight(since) - timedelta(seconds=1)


def days(since: date, until: date) -> Iterator[date]:
    """Both included."""
    for offset in range((until - since).days + 1):
        yield since + timedelta(days=offset)
