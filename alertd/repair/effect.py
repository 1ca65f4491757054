"""What a cycle would do with the rules and records as they are in a transaction that is rolled back: alerts, messages, readers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session

from alertd.brake import cycle as brake
from alertd.brake import new_rules
from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import notices_table
from alertd.model.words import NoticeKind, Reason
from alertd.notices import tell
from alertd.seen import see
from alertd.site import Site

_a, _e, _n = alerts_table.c, table_of(AlertEvent).c, notices_table.c
_LIST = ":list"  # ends the key of a list that goes by mail beside its message: no message of its own
_BEGUN = (Reason.OPENED, Reason.REOPENED)
_ENDED = (
    Reason.RESOLVED,
    Reason.MOVED_ON,
    Reason.GONE,
    Reason.EXCLUDED,
    Reason.RULE_CHANGED,
    Reason.RULE_REMOVED,
    Reason.CALENDAR_CHANGED,
    Reason.MAPPING_CHANGED,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who would get a message."""

    person: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Effect:
    """``alerts``: by rule and reason. ``messages``: that would go out by the time at which the office is open (``by``);
    ``readers``: to whom; ``held``: the brake would hold what is new."""

    alerts: Mapping[str, Mapping[Reason, int]]
    messages: int
    readers: frozenset[Reader]
    held: bool
    by: datetime

    def begun(self, rule: str) -> int:
        return sum(self.alerts.get(rule, {}).get(why, 0) for why in _BEGUN)

    def ended(self, rule: str) -> int:
        return sum(self.alerts.get(rule, {}).get(why, 0) for why in _ENDED)

    def of(self, rule: str, why: Reason) -> int:
        return self.alerts.get(rule, {}).get(why, 0)


def next_cycle(session: Session, site: Site, because: Reason | None = None) -> Effect:
    """Run the stages up to the messages. What waits for the office's hours counts as at its next opening."""
    seen = see(session, site, because)
    new_rules.begin_quietly(session, seen.desk, seen.at, seen.cycle, seen.quiet)
    hold = brake.judge_cycle(session, seen.desk, seen.at, seen.cycle)
    opening = seen.at.calendar.next_opening(seen.at.now)
    at = seen.at if opening == seen.at.now else AsOf(opening, seen.at.calendar, seen.at.live)
    tell.tell(session, seen.desk, at, seen.cycle)
    if hold is not None:
        brake.keep_back(session, seen.desk, at, seen.cycle, hold)
    return replace(told(session, seen.cycle, opening), held=hold is not None)


def told(session: Session, cycle: int, by: datetime) -> Effect:
    """What a cycle came to, as it stands in the tables."""
    connection = session.connection()
    alerts: dict[str, Counter[Reason]] = {}
    events = (
        select(_a.rule, _e.what, func.count().label("alerts"))
        .join(alerts_table, _a.id == _e.alert_id)
        .where(_e.cycle_id == cycle)
        .group_by(_a.rule, _e.what)
    )
    for row in connection.execute(events):
        alerts.setdefault(row.rule, Counter())[Reason(row.what)] = row.alerts
    message = (_n.cycle_id == cycle) & (_n.kind == NoticeKind.ALERT.value)
    message &= or_(_n.once.is_(None), ~_n.once.endswith(_LIST))
    by_person = select(_n.person, func.max(_n.recipient).label("name"), func.max(_n.unit).label("unit"), func.count())
    rows = connection.execute(by_person.where(message).group_by(_n.person)).all()
    readers = frozenset(Reader(row.person, row.name, row.unit or "") for row in rows)
    return Effect(alerts, sum(row[3] for row in rows), readers, held=False, by=by)
