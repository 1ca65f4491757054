"""Whether a poll or a cycle is due, by what the store says of the last one, whichever process did it."""

from datetime import datetime, time, timedelta

from alertd.alerts import cycles
from alertd.intake.due import last_poll, met_a_wall
from alertd.model.calendar import WorkingCalendar
from alertd.model.duration import Duration
from alertd.settings.shapes import Settings
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store

_SKEW = timedelta(minutes=1)  # by which the clocks of two machines may differ
_WALL = Duration.parse("1h")  # at least, after a login page or a captcha: who asks again and again is locked out
_EARLY = timedelta(seconds=2)  # a look that comes a moment before its time would else wait for the next one


def poll_is_due(store: Store, source: SourceSettings, now: datetime) -> bool:
    """The source was not read for as long as its interval; for an hour at least where it asked for a login or a captcha."""
    with store.read() as session:
        last, walled = last_poll(session, source.name), met_a_wall(session, source.name)
    every = max(source.every, _WALL, key=Duration.span) if walled else source.every
    return _due(now, last, every)


def cycle_is_due(store: Store, settings: Settings, calendar: WorkingCalendar, now: datetime) -> bool:
    """None ran for as long as the interval, or one of the day's `moments` has come since the last."""
    with store.read() as session:
        last = cycles.last_cycle(session)
    local = calendar.local(now)
    begun = [datetime.combine(local.date(), at, local.tzinfo) for at in moments(settings) if at <= local.time()]
    missed = last is not None and any(last < at for at in begun)
    return missed or _due(now, last, settings.run.every)


def next_cycle(store: Store, settings: Settings, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    """When the next one is due, if nothing happens before; None: now."""
    if cycle_is_due(store, settings, calendar, now):
        return None
    with store.read() as session:
        last = cycles.last_cycle(session)
    return now if last is None else last + settings.run.every.span()


def moments(settings: Settings) -> list[time]:
    """The times of day (local) at which a cycle has something to do that cannot wait: digests, and what the opening brings."""
    return sorted({settings.digest.at, *(opening for opening, _ in settings.calendar.office_hours)})


def _due(now: datetime, last: datetime | None, every: Duration) -> bool:
    """A little early rather than late by a whole look; a clock that was set back makes everything due."""
    return last is None or not -_SKEW <= now - last < every.span() - _EARLY
