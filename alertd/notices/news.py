"""What is news, and when it may be told: never what a source in doubt let pass by time alone, by night only what a record says."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_
from sqlalchemy import false as never

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import Moment
from alertd.model.disputes import PENDING, disputes_table
from alertd.model.duration import Duration, Unit
from alertd.model.rule import Rule, RuleSet
from alertd.model.words import AlertState, Cause, Send

# By which a job of every morning may come too early: its machine's clock was set right meanwhile.
EARLY = timedelta(seconds=5)

_a, _d = alerts_table.c, disputes_table.c
OPEN = _a.state == AlertState.OPEN.value
DISPUTED = _a.state == AlertState.DISPUTED.value
# What a person has taken note of is not told again: it is open again as soon as it is worse. A dispute stops nothing but being
# repeated to him who raised it (`quiet`).
UNANSWERED = or_(OPEN, DISPUTED)
WORSE = and_(_a.level > _a.told_level, UNANSWERED)
NEVER_TOLD = and_(_a.told_level.is_(None), UNANSWERED)
# Somebody else heard of it: its unit has another head since.
HANDED = and_(_a.told_level.is_not(None), _a.told_at < _a.handed_at, UNANSWERED)
# Its reader has had his share of the day; what has become worse since is told all the same.
KEPT = and_(_a.kept_level.is_not(None), _a.level <= _a.kept_level)
_DATA = (Cause.DATA.value, Cause.SET_BACK.value)
BY_DATA = func.coalesce(_a.cause, Cause.DATA.value).in_(_DATA)


def is_open(at: AsOf) -> bool:
    """Whether the office is open, or will be in a moment."""
    return at.calendar.is_open_at(at.now) or at.calendar.is_open_at(at.now + EARLY)


def unbelieved(believed: Collection[str]) -> ColumnElement[bool]:
    """That an alert came to be as it is by time alone, while nobody knows what its source would say today."""
    return and_(~BY_DATA, _a.source.not_in(sorted(believed)))


def waits(believed: Collection[str]) -> ColumnElement[bool]:
    """The same of an alert of which nobody was told yet: it is no fact, and stands in no figure."""
    return and_(unbelieved(believed), _a.told_level.is_(None))


def due_now(rules: RuleSet, at: AsOf, believed: Collection[str]) -> ColumnElement[bool]:
    """That an alert is to be told by a message of its own: at once where a record says something new, else because the office
    is open."""
    opened = is_open(at)
    now = (Send.AT_ONCE, Send.OFFICE_HOURS) if opened else (Send.AT_ONCE,)
    clauses = []
    for rule in rules.rules.values():
        levels = [int(level) for level, send in rule.send.items() if send in now]
        if levels:
            when = (
                or_(NEVER_TOLD, WORSE, HANDED, _to_be_repeated(rule, at))
                if opened
                else and_(BY_DATA, or_(NEVER_TOLD, WORSE))
            )
            clauses.append(and_(_a.rule == rule.id, _a.level.in_(levels), when))
    return and_(or_(*clauses), ~KEPT, ~unbelieved(believed)) if clauses else never()


def due_in_digest(rules: RuleSet, believed: Collection[str]) -> ColumnElement[bool]:
    """That an alert is told by the next digest, and by nothing else."""
    clauses = []
    for rule in rules.rules.values():
        levels = [int(level) for level, send in rule.send.items() if send is Send.DIGEST]
        if levels:
            clauses.append(and_(_a.rule == rule.id, _a.level.in_(levels)))
    by_level = and_(or_(NEVER_TOLD, WORSE), or_(*clauses)) if clauses else never()
    return and_(or_(by_level, and_(KEPT, UNANSWERED)), ~unbelieved(believed))


def _to_be_repeated(rule: Rule, at: AsOf) -> ColumnElement[bool]:
    if rule.repeat is None:
        return never()
    return and_(or_(OPEN, and_(DISPUTED, ~quiet(at))), _a.told_at <= repeat_since(rule.repeat, at))


def quiet(at: AsOf) -> ColumnElement[bool]:
    """That an alert is disputed by the head who answers for it, and not repeated to him yet; another head hears of it."""
    his = or_(_a.handed_at.is_(None), _a.handed_at <= _d.raised_at)
    mine = and_(_d.alert_id == _a.id, PENDING, _d.quiet_until > literal(at.now, Moment), his)
    return exists().where(mine).correlate(alerts_table)


def repeat_since(repeat: Duration, at: AsOf) -> datetime:
    """What was told by then is told again. Working days are counted as the law counts: told on Monday, told again two working
    days later on Wednesday, from the opening on; told after closing time or on a day off, as if on the next working day."""
    calendar = at.calendar
    if repeat.unit is not Unit.WORKING_DAYS or not repeat.amount:
        return repeat.before(at.now, calendar) + EARLY
    day = calendar.day_of(max(1, calendar.number(at.today) - repeat.amount))
    return calendar.closing(day)
