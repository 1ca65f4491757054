"""What notices are written with, for the commands that write one or show what would be written."""

from sqlmodel import Session

from alertd.contacts.reach import reach
from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.notices.writer import Desk
from alertd.pipeline import Site


def desk_of(site: Site, session: Session, at: AsOf) -> Desk:
    people = reach(session, site.directory, at, channels=site.channels)
    fresh = freshness(session, site.settings.sources, at)
    return Desk(site.settings, site.rules.set, site.templates, people, fresh)
