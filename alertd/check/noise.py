"""What the messages of the last weeks led to, per rule and head: answered or not, followed by an end or not. Reads.

A notice is answered by a press, by a written answer, or where one of the alerts that it told is acknowledged or disputed
after it. A matter (an alert that its head was told of) has ended where its record was settled or is gone, not where the rule
alone let go of it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
)
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.people import Answer
from alertd.model.words import Reason
from alertd.notices.gather import LISTED
from alertd.store.dialect import epoch_second

FEWEST = 10  # notices: of fewer nothing can be said of a rule
_SHARE = 10  # of so many notices, or matters, not even one: then it leads to nothing
_n, _l, _a = notices_table.c, table_of(NoticeAlert).c, alerts_table.c
_e, _answers = table_of(AlertEvent).c, table_of(Answer).c
_ANSWERS = (Reason.ACKNOWLEDGED.value, Reason.DISPUTED.value)
_ENDS = (Reason.RESOLVED.value, Reason.GONE.value)


@dataclass(frozen=True, slots=True)
class Counts:
    """``notices`` that were sent, of them ``answered``; ``matters`` that they told of, of them ``ended`` since; ``judged``: told
    long enough ago to have ended in time, of them ``in_time``. ``hours``: from notice to end, the median; None: none ended."""

    notices: int = 0
    answered: int = 0
    matters: int = 0
    ended: int = 0
    judged: int = 0
    in_time: int = 0
    hours: float | None = None

    @property
    def leads_to_nothing(self) -> bool:
        """Hardly anybody answers, and hardly anything ends in time; and enough was sent to say so."""
        if self.notices < FEWEST or not self.judged:
            return False
        return self.answered * _SHARE < self.notices and self.in_time * _SHARE < self.judged


@dataclass(frozen=True, slots=True)
class HeadNoise:
    person: str
    name: str
    unit: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class RuleNoise:
    """``heads``: who was told by it, the most notices first."""

    rule: str
    counts: Counts
    heads: tuple[HeadNoise, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """Of the local days from ``since`` on. ``within``: days in which a matter should end. ``rules``: the most notices first,
    also those that sent none. ``rehearsed``: notices that went to the office in the place of a head, and are not counted."""

    since: date
    within: int
    rules: tuple[RuleNoise, ...]
    rehearsed: int


def noise(session: Session, at: AsOf, *, days: int, within: int, rules: Collection[str]) -> Noise:
    """``rules``: those that are in force; three statements, whatever there is."""
    since = at.today - timedelta(days=days)
    begin = at.calendar.midnight(since)
    told = _told(begin, at.now)
    heads = _notices_by_head(session, told, begin)
    matters = _matters(session, _ends(told), at.now - timedelta(days=within), within)
    by_rule: dict[str, list[HeadNoise]] = defaultdict(list)
    for (rule, person), row in heads.items():
        of = matters[rule, person]
        counts = Counts(row.notices, row.answered, of.matters, of.ended, of.judged, of.in_time, of.hours)
        by_rule[rule].append(HeadNoise(person, row.name, row.unit or "", counts))
    middles: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (rule, _), of in matters.items():
        middles[rule].append(of.middle)
    found = [_rule(rule, by_rule.get(rule, ()), middles.get(rule, ())) for rule in {*by_rule, *rules}]
    found.sort(key=lambda each: (-each.counts.notices, each.rule))
    return Noise(since, within, tuple(found), _rehearsed(session, begin, at.now))


def _rule(rule: str, heads: Sequence[HeadNoise], middles: Sequence[tuple[int, int]]) -> RuleNoise:
    of = [head.counts for head in heads]
    count, seconds = sum(count for count, _ in middles), sum(seconds for _, seconds in middles)
    counts = Counts(
        notices=sum(each.notices for each in of),
        answered=sum(each.answered for each in of),
        matters=sum(each.matters for each in of),
        ended=sum(each.ended for each in of),
        judged=sum(each.judged for each in of),
        in_time=sum(each.in_time for each in of),
        hours=seconds / count / 3600 if count else None,
    )
    order = sorted(heads, key=lambda head: (-head.counts.notices, head.counts.answered, head.unit, head.person))
    return RuleNoise(rule, counts, tuple(order))


def _sent(begin: datetime, now: datetime) -> ColumnElement[bool]:
    """What goes once more by a second channel is the same notice; what a clock that was ahead has sent is none yet."""
    return and_(_n.created_at >= begin, _n.created_at <= now, _n.sent_at.is_not(None), _n.copy_of.is_(None))


def _told(begin: datetime, now: datetime) -> CTE:
    """Each notice with each alert that was news in it, and its rule."""
    links = table_of(NoticeAlert).join(notices_table, _n.id == _l.notice_id).join(alerts_table, _a.id == _l.alert_id)
    return (
        select(_n.id, _n.person, _n.recipient, _n.unit, _n.sent_at, _n.confirmed_at, _a.rule, _l.alert_id)
        .select_from(links)
        .where(_sent(begin, now), _n.meant_for == "", _l.why != LISTED)
        .cte("told")
    )


def _notices_by_head(session: Session, told: CTE, begin: datetime) -> Mapping[tuple[str, str], Any]:
    t, named = told.c, notices_table.alias("named")
    # an answer names the notice that its writer got last, which may be the second of a pair
    replied = (
        select(func.coalesce(named.c.copy_of, named.c.id))
        .join(table_of(Answer), _answers.notice_id == named.c.id)
        .where(_answers.at >= begin)
    )
    acted = exists().where(_e.alert_id == t.alert_id, _e.what.in_(_ANSWERS), _e.at >= t.sent_at)
    answered = case((or_(t.confirmed_at.is_not(None), t.id.in_(replied), acted), 1), else_=0)
    each = (
        select(
            t.rule,
            t.person,
            func.max(t.recipient).label("name"),
            func.max(t.unit).label("unit"),
            func.max(answered).label("answered"),
        )
        .group_by(t.rule, t.person, t.id)
        .subquery()
    )
    e = each.c
    rows = session.connection().execute(
        select(
            e.rule,
            e.person,
            func.max(e.name).label("name"),
            func.max(e.unit).label("unit"),
            func.count().label("notices"),
            func.sum(e.answered).label("answered"),
        ).group_by(e.rule, e.person)
    )
    return {(row.rule, row.person): row for row in rows}


def _ends(told: CTE) -> CTE:
    """Each matter with when its head was told of it first, and how many seconds later it ended."""
    t = told.c
    first = (
        select(t.rule, t.person, t.alert_id, func.min(t.sent_at).label("sent_at"))
        .group_by(t.rule, t.person, t.alert_id)
        .subquery("first")
    )
    f = first.c
    ended = (
        select(func.min(_e.at))
        .where(_e.alert_id == f.alert_id, _e.what.in_(_ENDS), _e.at >= f.sent_at)
        .correlate(first)
        .scalar_subquery()
    )
    return select(f.rule, f.person, f.sent_at, (epoch_second(ended) - epoch_second(f.sent_at)).label("took")).cte(
        "ends"
    )


@dataclass(frozen=True, slots=True)
class _Matters:
    """Of one rule and head. ``middle``: of all that the rule told, those of his whose time is the median, or one of the two
    beside it: their seconds."""

    matters: int
    ended: int
    judged: int
    in_time: int
    hours: float | None
    middle: tuple[int, int]  # how many, and their seconds together


def _matters(session: Session, ends: CTE, long_ago: datetime, within: int) -> dict[tuple[str, str], _Matters]:
    c = ends.c
    own, whole = _places(ends, c.rule, c.person), _places(ends, c.rule)
    ranked = select(c.rule, c.person, c.sent_at, c.took, own.label("own"), whole.label("whole")).subquery()
    r = ranked.c
    old, middle = r.sent_at <= long_ago, and_(r.whole == 1, r.took.is_not(None))
    statement: Select[Any] = select(
        r.rule,
        r.person,
        func.count(),
        func.count(r.took),
        func.sum(case((old, 1), else_=0)),
        func.sum(case((and_(old, r.took <= within * 86400), 1), else_=0)),
        func.avg(case((r.own == 1, r.took))),
        func.sum(case((middle, 1), else_=0)),
        func.sum(case((middle, r.took), else_=0)),
    ).group_by(r.rule, r.person)
    found = {}
    for row in session.connection().execute(statement):
        found[row[0], row[1]] = _Matters(
            matters=int(row[2]),
            ended=int(row[3]),
            judged=int(row[4]),
            in_time=int(row[5]),
            hours=None if row[6] is None else float(row[6]) / 3600,
            middle=(int(row[7]), int(row[8])),
        )
    return found


def _places(ends: CTE, *by: ColumnElement[Any]) -> ColumnElement[int]:
    """1 for the one in the middle, or the two, of those that have ended; 0 or null for all others."""
    took = ends.c.took
    place = func.row_number().over(partition_by=[*by, took.is_(None)], order_by=took)
    of = func.count(took).over(partition_by=list(by))
    return case((and_(took.is_not(None), place * 2 >= of, place * 2 <= of + 2), 1), else_=0)


def _rehearsed(session: Session, begin: datetime, now: datetime) -> int:
    links = table_of(NoticeAlert).join(notices_table, _n.id == _l.notice_id)
    statement = (
        select(func.count(distinct(_n.id)))
        .select_from(links)
        .where(_sent(begin, now), _n.meant_for != "", _l.why != LISTED)
    )
    return int(session.connection().execute(statement).scalar_one())
