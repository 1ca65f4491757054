"""The daily digests: one per head and local day at the set hour, and the city's for the office. Each once, by a unique key."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.message import Message
from alertd.model.notices import notices_table
from alertd.model.words import NoticeKind, NoticeState
from alertd.notices import gather
from alertd.notices.audience import Audience, audiences, destination, numbered
from alertd.notices.complete import Written, all_written, is_quiet, written
from alertd.notices.daily import Daily
from alertd.notices.daily_put import put_digests
from alertd.notices.news import EARLY
from alertd.notices.outlook import inlined
from alertd.notices.retract import supersede
from alertd.notices.share import digest_day
from alertd.notices.tell import BATCH, batches
from alertd.notices.templates import TemplateFailed
from alertd.notices.writer import Desk

_n = notices_table.c


@dataclass(frozen=True, slots=True)
class Preview:
    """A message that was not written: to whom it would go, and what it would say. ``summary``: the chat has the counts alone;
    ``failed``: the template that could not be used."""

    recipient: str
    unit: str
    kind: NoticeKind
    message: Message
    summary: bool = False
    failed: TemplateFailed | None = None


def write_digests(session: Session, desk: Desk, at: AsOf, cycle_id: int | None) -> int:
    """Write the digests that are due by now and not yet made on this local day; gives how many."""
    if not is_time(desk, at):
        return 0
    known = written(session, at.today)
    if all_written(session, desk, at, known):
        return 0
    chosen = _Choice(session, desk, at, known)
    daily = Daily(session, desk, at, chosen.since)
    readers = chosen.audiences(daily)
    if not readers:
        return 0
    daily.gather(readers)
    linked: dict[int, int] = {}
    shown: list[tuple[int, int, int]] = []
    count = 0
    for batch in batches(readers, BATCH):
        made = put_digests(daily, batch, cycle_id)
        linked |= made.linked
        shown += made.shown
        count += made.written
    gather.link(session, linked)
    gather.link_listed(session, shown)
    gather.mark_told(session, at.now)
    daily.failures.tell(session, at)
    supersede(session, now=at.now)
    return count


def preview_digest(session: Session, desk: Desk, at: AsOf, unit: str | None = None) -> list[Preview]:
    """The digests that would go out now, whether made today or not; of one unit, or of all. Writes nothing but temporary
    tables, so a reading session will do."""
    chosen = _Choice(session, desk, at, Written())
    daily = Daily(session, desk, at, chosen.since)
    readers = numbered(each for each in chosen.audiences(daily) if unit is None or _of_unit(desk, each, unit))
    daily.gather(readers)
    found = []
    for batch in batches(readers, BATCH):
        for page in daily.pages(batch):
            real = page.audience.recipient
            done = daily.rendered(page)
            message = replace(done.message, html=inlined(done.message.html, page.letter.more))
            found.append(Preview(real.contact.name, real.unit, page.kind, message, done.summary, done.failed))
    return found


def is_time(desk: Desk, at: AsOf) -> bool:
    """Whether the hour of today's digests has come, or comes in a moment."""
    local, then = at.calendar.local(at.now), at.calendar.local(at.now + EARLY)
    at_hour = local.time() if then.date() != local.date() else then.time()
    return digest_day(desk, at) and at_hour >= desk.settings.digest.at


def last_time(session: Session, desk: Desk, at: AsOf) -> datetime:
    """When the first digest was written of the last earlier day on which any went out: what happened since is new in today's.
    Of who got his later that day something may be told twice, and nothing of anybody is left out. Where none ever went out,
    the hour of the digest before today's."""
    sent = (_n.digest_on < at.today) & (_n.state == NoticeState.SENT.value)
    day = select(func.max(_n.digest_on)).where(sent).scalar_subquery()
    written = select(func.min(_n.created_at)).where(_n.digest_on == day, _n.state == NoticeState.SENT.value)
    found: datetime | None = session.connection().execute(written).scalar()
    return found if found is not None else _hour_before(desk, at)


def _hour_before(desk: Desk, at: AsOf) -> datetime:
    day = at.today - timedelta(days=1)
    if desk.settings.digest.days == "working":
        day = at.calendar.day_of(at.calendar.rolled_number(at.today) - 1)
    return datetime.combine(day, desk.settings.digest.at, at.calendar.zone)


def _of_unit(desk: Desk, audience: Audience, unit: str) -> bool:
    """Whether this person answers for the unit."""
    recipient = desk.reach.answering(unit)
    return recipient is not None and recipient.person == audience.person


@dataclass
class _Choice:
    """Who gets a digest. ``known``: those of this week."""

    session: Session
    desk: Desk
    at: AsOf
    known: Written
    since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.since = last_time(self.session, self.desk, self.at)

    def audiences(self, daily: Daily) -> tuple[Audience, ...]:
        """Those of whom something stands, those with nothing open who are to hear so, and the office."""
        office = self.desk.reach.office()
        heard = audiences(self.desk, daily.groups, lambda audience: audience.person not in self.known.today)
        chosen = list(heard.audiences)
        if office is not None and office.person not in heard.people | self.known.today:
            chosen.append(Audience(0, office, office))
        return numbered([*chosen, *self._empty(daily, heard.people)])

    def _empty(self, daily: Daily, busy: frozenset[str]) -> list[Audience]:
        """Heads with nothing open: as often as the settings say, and in any case when something was dealt with, or when what
        they heard last holds no more; where it is not known for certain, they hear that."""
        handed = {person for person, told in daily.ended.items() if any(each.moved for each in told)}
        never = self.desk.settings.digest.when_empty == "never"
        if never and not handed:
            return []
        reach, office = self.desk.reach, self.desk.reach.office()
        others = busy | self.known.today | ({office.person} if office is not None else set())
        found: dict[str, Audience] = {}
        for unit in reach.directory.units:
            recipient = reach.answering(unit.code) if unit.valid_on(reach.day) else None
            to = destination(self.desk, recipient)
            if recipient is None or to is None or recipient.instead or recipient.person in others | found.keys():
                continue
            quiet = is_quiet(self.desk, recipient.person, self.known)
            # that something was handed over is told once, whatever else is said of nothing
            if not quiet or recipient.person in (handed if never else daily.ended.keys() | daily.held):
                found[recipient.person] = Audience(0, recipient, to)
        return [found[person] for person in sorted(found)]
