"""What notices are written with, for the commands that write one or show what would be written."""

from sqlmodel import Session

from alertd.contacts.reach import reach
from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.model.words import ChannelName
from alertd.notices.writer import Desk
from alertd.site import Site


def desk_of(site: Site, session: Session, at: AsOf, *, as_if: bool = False) -> Desk:
    """``as_if``: where no channel is set up, as if all were, to look at what would be said."""
    channels = tuple(ChannelName) if as_if and not site.channels else tuple(site.channels)
    people = reach(session, site.directory, at, channels=channels)
    fresh = freshness(session, site.settings.sources, at)
    return Desk(site.settings, site.rules.set, site.templates, people, fresh, looking=site.looking)
