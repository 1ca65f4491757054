"""One administration with all that its alertd works with, as it is in force now: people believed, rules released, days counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from alertd.channels.base import Channel, Inbox
from alertd.channels.return_box import ReturnBox
from alertd.contacts import refresh
from alertd.intake.site import IntakeSite
from alertd.model.apologies import Drafting
from alertd.model.calendar import WorkingCalendar
from alertd.model.clock import Clock
from alertd.model.directory import Directory
from alertd.model.outlook import Looking
from alertd.model.source import Source
from alertd.model.words import ChannelName
from alertd.notices.policy import Policy
from alertd.notices.templates import Templates
from alertd.readers import Readers
from alertd.rules.in_force import Known, RulesInForce
from alertd.rules.rulebook import Rulebook
from alertd.settings.shapes import Settings
from alertd.store import calendar as calendars
from alertd.store.database import Store


@dataclass(frozen=True)
class Site:
    """`wiring` builds it. ``worker`` names this process among those that share the store; ``close`` gives back what was
    opened."""

    settings: Settings
    store: Store
    calendar: WorkingCalendar
    directory: Directory
    rules: Rulebook
    templates: Templates
    sources: Mapping[str, Source]
    channels: Mapping[ChannelName, Channel]
    inbox: Inbox | None
    returns: ReturnBox | None  # where mail servers report what was not delivered
    reading: IntakeSite
    policy: Policy
    clock: Clock
    worker: str
    tables: str  # the version of units.csv and the tables beside it that ``directory`` is of
    in_force: RulesInForce  # which ``rules`` are those, unless somebody has put others in their place
    close: Callable[[], None] = field(repr=False)
    drafting: Drafting | None = None  # what fills the form of apologies
    looking: Looking | None = None  # what works out the outlook of the city's digest
    derives: bool = True  # a cycle works out what follows from the records; not where a part of them alone is at hand

    @property
    def language(self) -> str:
        """In which the office is spoken to."""
        return self.settings.site.language

    @property
    def known(self) -> Known:
        """What rules may name."""
        return Known(self.directory.names, self.templates.names())

    @property
    def readers(self) -> Readers:
        """Who reads what, by the site's people."""
        return Readers(self.settings, self.directory, self.rules.set, self.templates, tuple(self.channels))


def as_believed(site: Site) -> Site:
    """The site with units and people as they are believed now, and with the rules in force: tables and rules are looked at
    anew, each under its guard."""
    look = refresh.refresh(site.store, site.settings, site.calendar, site.clock, version=site.tables)
    if look is not None and look.directory.units:
        reading = replace(site.reading, directory=look.directory)
        site = replace(site, directory=look.directory, reading=reading, tables=look.version)
    return _as_ruled(site)


def _as_ruled(site: Site) -> Site:
    """Rules that somebody tries in their place stay as they are."""
    if not site.in_force.gave(site.rules, site.store):
        return site
    rules = site.in_force.now(site.store, site.clock, site.known)
    return site if rules is site.rules else replace(site, rules=rules)


def as_counted(session: Session, site: Site) -> Site:
    """The site with the calendar by which the store counts now: another process may have repaired it since this one began."""
    return with_calendar(site, calendars.current(session, site.calendar))


def with_calendar(site: Site, calendar: WorkingCalendar) -> Site:
    """The site, counting by other days."""
    if calendar is site.calendar:
        return site
    return replace(site, calendar=calendar, reading=replace(site.reading, calendar=calendar))
