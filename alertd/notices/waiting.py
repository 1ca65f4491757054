"""Why nobody was told of an alert yet, and why a message has not arrived: counted, for those who ask. It reads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session

from alertd.model.alerts import Trouble, alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import Attempt, notices_table
from alertd.model.rule import RuleSet
from alertd.model.words import ChannelName, Level, NoticeState, Send
from alertd.notices import news
from alertd.notices.trouble import NOBODY
from alertd.settings.shapes import Digest

_a, _n, _t, _tries = alerts_table.c, notices_table.c, table_of(Trouble).c, table_of(Attempt).c
_NEWS = or_(news.NEVER_TOLD, news.WORSE)
_MOST = 5  # reasons that are given


class Wait(StrEnum):
    """What an alert waits for before somebody hears of it."""

    NO_CHANNEL = "no_channel"
    NOBODY = "nobody"  # can be reached, not even the office
    HELD = "held"  # by the brake, until the office decides
    NOT_BELIEVED = "not_believed"  # its source is in doubt
    RULE_SET_ASIDE = "rule_set_aside"
    OFFICE_HOURS = "office_hours"
    DIGEST = "digest"
    KEPT = "kept"  # for the digest: its reader has had his messages, knows the record, or the rule its budget
    CYCLE = "cycle"  # the next one tells it
    BASELINE = "baseline"  # nothing: it was taken as known, and stands in digests


@dataclass(frozen=True, slots=True)
class Asked:
    """By what it is judged. ``believed``: the sources that are; ``digest``: when digests go out."""

    rules: RuleSet
    at: AsOf
    channels: Collection[ChannelName]
    believed: Collection[str]
    digest: Digest

    def until(self, wait: Wait) -> datetime | None:
        """The moment for which it waits (local), where it waits for one."""
        if wait is Wait.OFFICE_HOURS:
            return self.at.calendar.local(self.at.calendar.next_opening(self.at.now))
        return next_digest(self.digest, self.at) if wait in (Wait.DIGEST, Wait.KEPT) else None


def waiting(session: Session, asked: Asked) -> dict[Wait, int]:
    """How many standing alerts are news of which nobody has heard, by what they wait for; one statement, and one look."""
    columns: list[ColumnElement[Any]] = [_a.rule, _a.level, *_flags(asked)]
    statement = select(*columns, func.count()).where(standing(_a.state), _NEWS).group_by(*columns)
    found: dict[Wait, int] = {}
    nobody: bool | None = None
    rows: Any = session.connection().execute(statement)
    for rule, level, held, kept, doubted, by_night, count in rows:
        wait = _wait(asked, rule, Level(level), held=held, kept=kept, doubted=doubted, by_night=by_night)
        if wait is Wait.CYCLE:
            nobody = _nobody(session) if nobody is None else nobody
            wait = Wait.NOBODY if nobody else wait
        found[wait] = found.get(wait, 0) + int(count)
    return {wait: found[wait] for wait in Wait if wait in found}


def any_news(session: Session) -> bool:
    """Whether there is any such alert at all."""
    found = select(_a.id).where(standing(_a.state), _NEWS).limit(1)
    return session.connection().execute(found).first() is not None


def why_untold(session: Session, asked: Asked, alerts: Sequence[int]) -> dict[int, Wait]:
    """Of these alerts, those that stand and of which nobody has heard, each with what it waits for."""
    flags = _flags(asked)
    baseline = and_(_a.told_level.is_not(None), _a.told_at.is_(None), ~news.WORSE)
    which = and_(_a.id.in_(alerts), standing(_a.state), or_(_NEWS, baseline))
    rows: Any = session.connection().execute(select(_a.id, baseline, _a.rule, _a.level, *flags).where(which))
    found: dict[int, Wait] = {}
    for number, known, rule, level, held, kept, doubted, by_night in rows:
        wait = _wait(asked, rule, Level(level), held=held, kept=kept, doubted=doubted, by_night=by_night)
        found[number] = Wait.BASELINE if known else wait
    if Wait.CYCLE in found.values() and _nobody(session):
        return {number: Wait.NOBODY if wait is Wait.CYCLE else wait for number, wait in found.items()}
    return found


def _flags(asked: Asked) -> list[ColumnElement[bool]]:
    """Held by the brake, kept for the digest, in doubt, told at night at all."""
    kept = func.coalesce(news.KEPT, False)
    doubted = func.coalesce(news.unbelieved(asked.believed), False)
    return [_a.held_by.is_not(None), kept, doubted, news.BY_DATA]


def _wait(asked: Asked, rule: str, level: Level, *, held: bool, kept: bool, doubted: bool, by_night: bool) -> Wait:
    if not asked.channels:
        return Wait.NO_CHANNEL
    if held:
        return Wait.HELD
    known = asked.rules.rules.get(rule)
    if known is None or level not in known.send:
        return Wait.RULE_SET_ASIDE
    if doubted:
        return Wait.NOT_BELIEVED
    send = known.send[level]
    if kept:
        return Wait.KEPT
    if send is Send.DIGEST:
        return Wait.DIGEST
    if news.is_open(asked.at) or (send is Send.AT_ONCE and by_night):
        return Wait.CYCLE
    return Wait.OFFICE_HOURS


def _nobody(session: Session) -> bool:
    is_open = exists().where(_t.subject == NOBODY, _t.until.is_(None))
    return bool(session.connection().execute(select(is_open)).scalar_one())


def next_digest(settings: Digest, at: AsOf) -> datetime:
    """When the next digests go out (local)."""
    local, calendar = at.calendar.local(at.now), at.calendar
    day = at.today if local.time().replace(tzinfo=None) < settings.at else at.today + timedelta(days=1)
    if settings.days == "working":
        day = calendar.next_working(day)
    return datetime.combine(day, settings.at, calendar.zone)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Messages that have not arrived, by what was seen at their last try."""

    channel: str
    detail: str
    count: int


def undelivered(session: Session) -> list[Undelivered]:
    """What was tried and waits for another try, the most frequent reason first."""
    again = _n.state.in_([NoticeState.RETRY.value, NoticeState.UNCERTAIN.value])
    last = and_(_tries.notice_id == _n.id, _tries.number == _n.attempts, _tries.detail != "")
    count = func.count()
    statement = (
        select(_tries.channel, _tries.detail, count)
        .join_from(notices_table, table_of(Attempt), last)
        .where(again)
        .group_by(_tries.channel, _tries.detail)
        .order_by(count.desc(), _tries.channel, _tries.detail)
        .limit(_MOST)
    )
    return [Undelivered(row[0], row[1], int(row[2])) for row in session.connection().execute(statement)]
