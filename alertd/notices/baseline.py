"""The first day: one summary of the backlog to each head in the place of an alert a file, and the overview for the office."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.notices import notices_table
from alertd.model.words import Level
from alertd.notices import gather
from alertd.notices.audience import Audience, audiences, numbered
from alertd.notices.daily import Daily, Page
from alertd.notices.daily_put import put_digests
from alertd.notices.letter import Section
from alertd.notices.retract import supersede
from alertd.notices.tell import BATCH, batches
from alertd.notices.writer import Desk

_a, _n = alerts_table.c, notices_table.c


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets a summary, by which way, of how many alerts."""

    name: str
    unit: str
    channel: str
    alerts: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One whole summary as it would go out."""

    recipient: str
    unit: str
    subject: str
    text: str


def by_rule(session: Session) -> dict[str, dict[str, int]]:
    """What stands, by rule and level; the worst level first."""
    counted = select(_a.rule, _a.level, func.count()).where(standing(_a.state)).group_by(_a.rule, _a.level)
    rows = session.connection().execute(counted.order_by(_a.rule, _a.level.desc()))
    found: dict[str, dict[str, int]] = {}
    for rule, level, count in rows:
        found.setdefault(rule, {})[Level(level).word] = int(count)
    return found


class Summaries:
    """The summaries of everything that stands, once it is taken as the baseline; the digest of the day is one with it."""

    def __init__(self, session: Session, desk: Desk, at: AsOf) -> None:
        self.session, self.desk, self.at = session, desk, at
        self._daily = _Daily(session, desk, at, at.now)
        heard = audiences(desk, self._daily.groups, lambda audience: bool(audience.groups))
        self.unheard = sum(group.total for group in self._daily.groups) - sum(map(_alerts, heard.audiences))
        chosen = list(heard.audiences)
        office = desk.reach.office()
        if office is not None and office.person not in heard.people:
            chosen.append(Audience(0, office, office))
        self._readers = numbered(chosen)
        self._daily.heads = len(self.heads)
        self._daily.gather(self._readers)

    @property
    def heads(self) -> list[Reader]:
        """The office not among them; those with the most first."""
        found = [self._reader(audience) for audience in self._readers if not self._daily.is_city(audience)]
        return sorted(found, key=lambda reader: (-reader.alerts, reader.unit))

    @property
    def channels(self) -> dict[str, int]:
        """How many messages go by which way first, that to the office with them."""
        counts = Counter(self._reader(audience).channel for audience in self._readers)
        return dict(sorted(counts.items()))

    def sample(self) -> Sample | None:
        """The summary of the head with the most; the office's where there is no head."""
        of_heads = [audience for audience in self._readers if not self._daily.is_city(audience)]
        chosen = max(of_heads or self._readers, key=_alerts, default=None)
        if chosen is None:
            return None
        (page,) = self._daily.pages([chosen])
        message = self._daily.rendered(page).message
        return Sample(chosen.recipient.contact.name, chosen.recipient.unit, message.subject, message.text)

    def write(self, cycle: int) -> int:
        """Put them into the outbox; gives how many messages."""
        linked: dict[int, int] = {}
        shown: list[tuple[int, int, int]] = []
        written = 0
        for batch in batches(self._readers, BATCH):
            made = put_digests(self._daily, batch, cycle)
            linked |= made.linked
            shown += made.shown
            written += made.written
        gather.link(self.session, linked)
        gather.link_listed(self.session, shown)
        self._daily.failures.tell(self.session, self.at)
        supersede(self.session, now=self.at.now)
        return written

    def _reader(self, audience: Audience) -> Reader:
        to = audience.recipient
        return Reader(to.contact.name, to.unit, audience.to.ways[0].channel.value, _alerts(audience))


def _alerts(audience: Audience) -> int:
    return sum(group.total for group in audience.groups)


class _Daily(Daily):
    """The digests of the day in other words: of what stands, not of what has changed. ``heads``: who gets one."""

    heads = 0

    def once(self, audience: Audience) -> str:
        """The key of the day's digest, so that there is no second one; another where that went out before."""
        key = super().once(audience)
        return f"go-live:{self.at.today.isoformat()}:{audience.person}" if key in self._made else key

    def pages(self, batch: Sequence[Audience]) -> list[Page]:
        return [self._in_other_words(page) for page in super().pages(batch)]

    def _in_other_words(self, page: Page) -> Page:
        letter = page.letter
        more: dict[str, Any] = {**letter.more, "total": _alerts(page.audience), "heads": self.heads}
        kind = "go_live"
        if self.is_city(page.audience):
            kind, more["total"] = "go_live_city", sum(group.total for group in self.groups)
            more["summary"] = _bare(letter.more["summary"])
            more["answer_rows"] = []  # it says nothing of answers; they stay for the next digest
        return replace(page, letter=replace(letter, kind=kind, sections=_bare(letter.sections), ended=(), more=more))

    @cached_property
    def _made(self) -> frozenset[str]:
        there = select(_n.once).where(_n.digest_on == self.at.today, _n.once.is_not(None))
        return frozenset(self.session.connection().execute(there).scalars())


def _bare(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Without what has changed: nothing was told before."""
    return tuple(replace(section, change=None, since=None, new=0) for section in sections)
