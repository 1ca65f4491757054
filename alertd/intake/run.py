"""A poll under way: who is read, with what, and what was believed when it began."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from alertd.intake import index_log, ledger, prefer
from alertd.intake.belief import Judge
from alertd.intake.fingerprint import fingerprint, mapping_fingerprint
from alertd.intake.index_log import IndexLog
from alertd.intake.ledger import Believed
from alertd.intake.normalise import Normaliser
from alertd.intake.rejects import Rejects
from alertd.intake.site import IntakeSite
from alertd.model.asof import AsOf
from alertd.model.datasets import TAKEN_IN
from alertd.model.source import Snapshot
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store


@dataclass(frozen=True)
class Run:
    """``first``: nothing of the source is stored; ``anew``: what is stored was read in another way, or not at all, so that
    neither its hashes nor the source's marks count. ``clock`` says when the poll ends."""

    store: Store
    settings: SourceSettings
    site: IntakeSite
    poll: int
    now: datetime
    clock: Callable[[], datetime]
    known: Believed
    fingerprint: str
    mapping: str
    first: bool
    normaliser: Normaliser
    rejects: Rejects

    @property
    def source(self) -> str:
        return self.settings.name

    @property
    def dataset(self) -> str:
        return self.settings.dataset

    @property
    def anew(self) -> bool:
        return self.first or self.known.fingerprint != self.fingerprint

    @property
    def remapped(self) -> bool:
        """What is stored was read by another mapping: what changes now may be the mapping's doing."""
        return not self.first and self.known.mapping not in ("", self.mapping)

    @property
    def index_log(self) -> IndexLog | None:
        """Where what is read are readings, which are only ever added."""
        return (
            IndexLog(self.source, self.poll, self.now, self.site.calendar) if self.dataset == index_log.NAME else None
        )

    @property
    def at(self) -> AsOf:
        return AsOf(self.now, self.site.calendar)

    @property
    def judge(self) -> Judge:
        return Judge(
            self.settings,
            self.site.calendar,
            self.site.language,
            self.site.directory,
            accepted=bool(self.known.accept_next),
        )

    @property
    def newest(self) -> datetime | None:
        """The newest event of the source that has happened, as far as it was ever read."""
        return later(self.known.newest_event_at, self.normaliser.newest)

    def age(self, snapshot: Snapshot, rows: int, *, same: bool) -> datetime | None:
        """How old the data are, by the source's policy: None where nobody can say. What the source does not say this time is
        as it was. A time ahead counts as now, but only when it is first read: the ``same`` data grow older."""
        policy, known = self.settings.as_of, self.known.as_of
        if policy == "poll":
            return self.now
        if policy == "newest":
            return self.newest or (None if rows else self.now)
        by_field = isinstance(policy, dict) and "field" in policy
        told = (self.normaliser.as_of if by_field else snapshot.as_of) or known
        if told is None or told <= self.now:
            return told
        return known if same and known is not None else self.now


def begin(
    store: Store, settings: SourceSettings, site: IntakeSite, now: datetime, clock: Callable[[], datetime]
) -> Run:
    """Open the row of the poll, and clear away what a dead one left."""
    normaliser = Normaliser(settings, site, now)
    table = TAKEN_IN[settings.dataset].table.c
    with store.write() as session:
        number, known = ledger.begin(session, settings.name, settings.dataset, now)
        prefer.heal(session, settings.dataset, site.authorities)
        stored = session.connection().execute(select(exists().where(table.source == settings.name))).scalar()
    return Run(
        store=store,
        settings=settings,
        site=site,
        poll=number,
        now=now,
        clock=clock,
        known=known,
        fingerprint=fingerprint(settings, site),
        mapping=mapping_fingerprint(settings, site),
        first=not stored,
        normaliser=normaliser,
        rejects=Rejects(site.language, normaliser.example),
    )


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other
