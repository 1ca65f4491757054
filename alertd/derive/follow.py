"""All that follows from the records, brought up to what was read since: before each cycle, in its transaction.

Each derivation knows by itself whether anything that it follows from has changed; where nothing has, it costs a look.
"""

from collections.abc import Mapping

from sqlmodel import Session

from alertd.derive import changes, gaps, index, periods
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.freshness import Freshness
from alertd.settings.shapes import Settings


def follow(
    session: Session, settings: Settings, directory: Directory, at: AsOf, fresh: Mapping[str, Freshness]
) -> None:
    """In the caller's transaction; he holds the lock of the cycle. ``fresh``: how far each source is believed now."""
    index.follow(session, settings, at, settings.index.city(directory))
    gaps.follow(session, settings, at, fresh)
    periods.follow(session, settings, at)
    changes.follow(session, settings, at)
