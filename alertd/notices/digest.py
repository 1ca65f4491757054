"""The daily digests: one per head and local day at the set hour, and the city's for the office. Each once, by a unique key."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.message import Message
from alertd.model.notices import notices_table
from alertd.model.words import NoticeKind, NoticeState
from alertd.notices import gather
from alertd.notices.audience import Audience, audiences, destination, numbered, numbers_of
from alertd.notices.daily import Daily
from alertd.notices.retract import supersede
from alertd.notices.tell import BATCH, batches
from alertd.notices.writer import Desk

_n = notices_table.c


@dataclass(frozen=True, slots=True)
class Preview:
    """A digest that was not written: to whom it would go, and what it would say."""

    recipient: str
    unit: str
    kind: NoticeKind
    message: Message


def write_digests(session: Session, desk: Desk, at: AsOf, cycle_id: int | None) -> int:
    """Write the digests that are due by now and not yet made on this local day; gives how many."""
    if not is_time(desk, at):
        return 0
    chosen = _Choice(session, desk, at, _made(session, _monday(at.today)))
    daily = Daily(session, desk, at, chosen.since)
    readers = chosen.audiences(daily)
    if not readers:
        return 0
    daily.gather(numbers_of(readers))
    linked: dict[int, int] = {}
    shown: list[tuple[int, int, int]] = []
    written = 0
    for batch in batches(readers, BATCH):
        made = daily.write(daily.pages(batch), cycle_id)
        linked |= made.linked
        shown += made.shown
        written += made.written
    gather.link(session, linked)
    gather.link_listed(session, shown)
    gather.mark_told(session, at.now)
    daily.failures.tell(session, at)
    supersede(session, now=at.now)
    return written


def preview_digest(session: Session, desk: Desk, at: AsOf, unit: str | None = None) -> list[Preview]:
    """The digests that would go out now, whether made today or not; of one unit, or of all. Writes nothing but temporary
    tables, so a reading session will do."""
    chosen = _Choice(session, desk, at, frozenset())
    daily = Daily(session, desk, at, chosen.since)
    readers = numbered(each for each in chosen.audiences(daily) if unit is None or _of_unit(desk, each, unit))
    daily.gather(numbers_of(readers))
    found = []
    for batch in batches(readers, BATCH):
        for page in daily.pages(batch):
            real = page.audience.recipient
            found.append(Preview(real.contact.name, real.unit, page.kind, daily.rendered(page).message))
    return found


def is_time(desk: Desk, at: AsOf) -> bool:
    """Whether the hour of today's digests has come."""
    local, settings = at.calendar.local(at.now), desk.settings.digest
    is_day = settings.days == "daily" or at.calendar.is_working(at.today)
    return is_day and local.time().replace(tzinfo=None) >= settings.at


def last_time(session: Session, desk: Desk, at: AsOf) -> datetime:
    """When the digests of an earlier day that went out last were written: what happened since is new in today's. Where none
    ever did, the hour of the digest before today's."""
    sent = (_n.digest_on < at.today) & (_n.state == NoticeState.SENT.value)
    day = select(func.max(_n.digest_on)).where(sent).scalar_subquery()
    written = select(func.max(_n.created_at)).where(_n.digest_on == day, _n.state == NoticeState.SENT.value)
    found: datetime | None = session.connection().execute(written).scalar()
    return found if found is not None else _hour_before(desk, at)


def _hour_before(desk: Desk, at: AsOf) -> datetime:
    day = at.today - timedelta(days=1)
    if desk.settings.digest.days == "working":
        day = at.calendar.day_of(at.calendar.rolled_number(at.today) - 1)
    return datetime.combine(day, desk.settings.digest.at, at.calendar.zone)


def _made(session: Session, since: date) -> frozenset[str]:
    """The keys of the digests made since that day."""
    kinds = [NoticeKind.DIGEST.value, NoticeKind.OFFICE.value]
    found = select(_n.once).where(_n.digest_on >= since, _n.kind.in_(kinds), _n.once.is_not(None))
    return frozenset(session.connection().execute(found).scalars())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _of_unit(desk: Desk, audience: Audience, unit: str) -> bool:
    """Whether this person answers for the unit."""
    recipient = desk.reach.answering(unit)
    return recipient is not None and recipient.person == audience.person


@dataclass
class _Choice:
    """Who gets a digest. ``made``: the keys (each with its day) of those since Monday."""

    session: Session
    desk: Desk
    at: AsOf
    made: frozenset[str]
    since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.since = last_time(self.session, self.desk, self.at)

    def audiences(self, daily: Daily) -> tuple[Audience, ...]:
        """Those of whom something stands, those with nothing open who are to hear so, and the office."""
        office = self.desk.reach.office()
        heard = audiences(self.desk, daily.groups, lambda audience: daily.once(audience) not in self.made)
        chosen = list(heard.audiences)
        if office is not None and office.person not in heard.people:
            audience = Audience(0, office, office)
            chosen += [audience] if daily.once(audience) not in self.made else []
        return numbered([*chosen, *self._empty(daily, heard.people)])

    def _empty(self, daily: Daily, busy: frozenset[str]) -> list[Audience]:
        """Heads with nothing open: as often as the settings say, and in any case when something was dealt with. Nobody, while
        that is not known for certain."""
        how_often = self.desk.settings.digest.when_empty
        if how_often == "never" or not self._certain():
            return []
        reach, office = self.desk.reach, self.desk.reach.office()
        told = {once.split(":", 2)[2] for once in self.made}
        found: dict[str, Audience] = {}
        for unit in reach.directory.units:
            recipient = reach.answering(unit.code) if unit.valid_on(reach.day) else None
            to = destination(self.desk, recipient)
            if recipient is None or to is None or recipient.instead or recipient.person in busy | found.keys():
                continue
            audience = Audience(0, recipient, to)
            if daily.once(audience) in self.made:
                continue
            wanted = how_often == "daily" or recipient.person not in told or recipient.person in daily.ended
            is_office = office is not None and recipient.person == office.person
            if wanted and not is_office:
                found[recipient.person] = audience
        return [found[person] for person in sorted(found)]

    def _certain(self) -> bool:
        """Whether what is not found is not there: every source can be believed, and every rule is read."""
        rules = self.desk.rules
        return not (rules.unread or rules.set_aside) and all(each.fresh for each in self.desk.freshness.values())
