"""The two sources that [sync] names, as model/sync_terms.py compares them."""

from collections.abc import Mapping
from datetime import datetime

from alertd.model.calendar import WorkingCalendar
from alertd.model.sync_sides import Pair, Side
from alertd.settings.shapes import Settings
from alertd.settings.source_shapes import SourceSettings


def is_compared(settings: Settings) -> bool:
    """Whether [sync] names two sources."""
    return bool(settings.sync.city and settings.sync.portal)


def pair_of(settings: Settings, first_read: Mapping[str, datetime], calendar: WorkingCalendar) -> Pair:
    """``first_read``: when each source was first believed; one that never was is not among them. `is_compared` holds."""
    sync = settings.sync
    since = None if sync.since is None else calendar.midnight(sync.since)
    sources = {source.name: source for source in settings.sources}
    city, portal = (_side(sources[name], first_read.get(name), since) for name in (sync.city, sync.portal))
    return Pair(city, portal, tuple(sorted(set(sync.ministry_procedures))))


def _side(source: SourceSettings, first_read: datetime | None, since: datetime | None) -> Side:
    whole = source.covers == "all"
    return Side(
        source=source.name,
        whole=whole,
        ends=whole and source.missing_means == "ended",
        by_minute=source.due_by == "minute",
        gives=frozenset(source.fields),
        known_from=None if first_read is None else since or first_read,
    )
