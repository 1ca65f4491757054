"""What each rule told in a month: notices that were sent, the alerts in them, by level. Three statements; reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import Level, NoticeState
from alertd.notices.gather import LISTED

_n, _l, _a = notices_table.c, table_of(NoticeAlert).c, alerts_table.c


@dataclass(frozen=True, slots=True)
class Sent:
    """Of one rule. ``rehearsed``: of the notices, those that went to the office in a head's place."""

    notices: int = 0
    rehearsed: int = 0
    alerts: int = 0
    levels: Mapping[Level, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Month:
    """``first``: its first day; ``notices``: of all rules, each once; ``rules``: by the rule's name."""

    first: date
    notices: int
    rules: Mapping[str, Sent]


def last_month(session: Session, at: AsOf) -> Month:
    """The whole calendar month before this one, in the site's zone."""
    this = at.today.replace(day=1)
    first = (this - timedelta(days=1)).replace(day=1)
    return _month(session, first, at.calendar.midnight(first), at.calendar.midnight(this))


def _month(session: Session, first: date, begin: datetime, end: datetime) -> Month:
    connection = session.connection()
    told = (
        _n.state == NoticeState.SENT.value,
        _n.sent_at >= begin,
        _n.sent_at < end,
        _n.copy_of.is_(None),  # the same notice by a second channel
        _l.why != LISTED,
    )
    joined = notices_table.join(table_of(NoticeAlert), _l.notice_id == _n.id).join(alerts_table, _a.id == _l.alert_id)
    # a notice is counted under each rule that it tells of
    rehearsed = func.count(case((_n.meant_for != "", _n.id)).distinct())
    counted = (_a.rule, func.count(_n.id.distinct()), rehearsed, func.count(_a.id.distinct()))
    per_rule: Any = connection.execute(select(*counted).select_from(joined).where(*told).group_by(_a.rule))
    by_level = (_a.rule, _l.level, func.count(_a.id.distinct()))
    levels: dict[str, dict[Level, int]] = {}
    grouped = select(*by_level).select_from(joined).where(*told).group_by(_a.rule, _l.level).order_by(_l.level.desc())
    for rule, level, alerts in connection.execute(grouped):
        levels.setdefault(rule, {})[Level(level)] = int(alerts)
    rules = {rule: Sent(int(n), int(r), int(alerts), levels.get(rule, {})) for rule, n, r, alerts in per_rule}
    every = select(func.count(_n.id.distinct())).select_from(joined).where(*told)
    return Month(first, int(connection.execute(every).scalar_one()), rules)
