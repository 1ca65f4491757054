"""Which alerts a recipient is told of, as sets in SQL: counted by rule, unit and field, gathered, and marked as told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, case, func, insert, or_, select, true, update
from sqlalchemy import false as never
from sqlmodel import Session

from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.datasets import DATASETS
from alertd.model.notices import NoticeAlert, routes_table, telling_table
from alertd.model.rule import Rule, RuleSet
from alertd.model.words import AlertState, Reason, Send
from alertd.store.dialect import Dialect

LISTED = "listed"  # shown, or counted, to somebody who was told of it before

_a, _r, _t = alerts_table.c, routes_table.c, telling_table.c
_links = table_of(NoticeAlert)
_OPEN = _a.state == AlertState.OPEN.value
# What a person has taken note of is not told again: it is open again as soon as it is worse. What he disputes is the office's.
_WORSE = and_(_a.level > _a.told_level, _OPEN)
_NEVER_TOLD = and_(_a.told_level.is_(None), _OPEN)
_BEGINNINGS = (Reason.OPENED.value, Reason.REOPENED.value, Reason.MOVED.value)
# Why it is told now. An alert that was never told says by its own reason how its present life began.
_WHY = case(
    (and_(_a.told_level.is_(None), _a.reason.in_(_BEGINNINGS)), _a.reason),
    (_a.told_level.is_(None), Reason.OPENED.value),
    (_a.level > _a.told_level, Reason.WORSE.value),
    else_=Reason.REPEAT.value,
)


class Place(NamedTuple):
    """What decides who hears: a rule, a unit and a field of administration. Empty texts stand for none."""

    rule: str
    unit: str
    field: str


class Group(NamedTuple):
    """Standing alerts of one place, level and source: all of them, those to be told now, those new since a moment."""

    place: Place
    level: int
    source: str
    total: int
    due: int
    new: int


class Tally(NamedTuple):
    """Gathered alerts of one recipient, rule, unit, level and reason; ``listed``: how many are shown under this rule."""

    rule: str
    unit: str
    level: int
    why: str
    total: int
    listed: int


def placed() -> tuple[FromClause, ColumnElement[str], ColumnElement[str]]:
    """Alerts joined with their records' field of administration: the join, the unit, the field."""
    joined: FromClause = alerts_table
    fields: list[ColumnElement[str]] = []
    for dataset in DATASETS.values():
        if dataset.procedure_field:
            row = dataset.table.c
            joined = joined.outerjoin(dataset.table, and_(_a.dataset == dataset.name, row.id == _a.record_id))
            fields.append(row[dataset.procedure_field])
    return joined, func.coalesce(_a.unit, ""), func.coalesce(*fields, "")


def due_now(rules: RuleSet, at: AsOf) -> ColumnElement[bool]:
    """That an alert is to be told by a message of its own: at once, or because the office is open."""
    is_open = at.calendar.is_open_at(at.now)
    clauses = []
    for rule in rules.rules.values():
        now = [send is Send.AT_ONCE or (send is Send.OFFICE_HOURS and is_open) for send in rule.send.values()]
        levels = [int(level) for level, told in zip(rule.send, now, strict=True) if told]
        if levels:
            when = or_(_NEVER_TOLD, _WORSE, _to_be_repeated(rule, at))
            clauses.append(and_(_a.rule == rule.id, _a.level.in_(levels), when))
    return or_(*clauses) if clauses else never()


def _to_be_repeated(rule: Rule, at: AsOf) -> ColumnElement[bool]:
    if rule.repeat is None:
        return never()
    return and_(_OPEN, _a.told_at <= rule.repeat.before(at.now, at.calendar))


def due_in_digest(rules: RuleSet) -> ColumnElement[bool]:
    """That an alert is told by the next digest, and by nothing else."""
    clauses = []
    for rule in rules.rules.values():
        levels = [int(level) for level, send in rule.send.items() if send is Send.DIGEST]
        if levels:
            clauses.append(and_(_a.rule == rule.id, _a.level.in_(levels)))
    return and_(or_(_NEVER_TOLD, _WORSE), or_(*clauses)) if clauses else never()


def anything(session: Session, due: ColumnElement[bool]) -> bool:
    """Whether there is anything to tell at all; most cycles end here."""
    found = select(_a.id).where(standing(_a.state), due).limit(1)
    return session.connection().execute(found).first() is not None


def groups(session: Session, rules: RuleSet, due: ColumnElement[bool], since: datetime) -> list[Group]:
    """Everything that stands under these rules, counted; one statement. ``since``: from when on it counts as new."""
    joined, unit, field = placed()
    columns = (_a.rule, unit, field, _a.level, _a.source)
    statement = (
        select(*columns, func.count(), _count(due), _count(_a.opened_at > since))
        .select_from(joined)
        .where(standing(_a.state), _a.rule.in_(list(rules.rules)))
        .group_by(*columns)
    )
    rows = session.connection().execute(statement)
    return [Group(Place(*row[:3]), int(row[3]), row[4], int(row[5]), int(row[6]), int(row[7])) for row in rows]


def _count(which: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((which, 1), else_=0))


def gather(
    session: Session,
    numbers: Mapping[Place, int],
    due: ColumnElement[bool],
    *,
    order: Sequence[str],
    listed_too: bool,
) -> None:
    """Fill the tables of routes and of what is told. ``numbers``: the recipient of each place; ``order``: the rules, the one
    that shows a record first where levels are equal; ``listed_too``: what stands and is not due goes along."""
    connection = session.connection()
    dialect = Dialect(connection.engine)
    for table in (routes_table, telling_table):
        dialect.empty(connection, table)
    if not numbers:
        return
    connection.execute(insert(routes_table), [{**at._asdict(), "number": number} for at, number in numbers.items()])
    joined, unit, field = placed()
    # asked per alert: as a join it would be free to read all alerts of a rule for each of its routes
    to = select(_r.number).where(_r.rule == _a.rule, _r.unit == unit, _r.field == field)
    why = case((due, _WHY), else_=LISTED) if listed_too else _WHY
    found = (
        select(
            to.scalar_subquery().label("number"),
            _a.id.label("alert_id"),
            _a.rule,
            unit.label("unit"),
            _a.dataset,
            _a.key,
            _a.level,
            why.label("why"),
        )
        .select_from(joined)
        .where(standing(_a.state), _a.rule.in_(list(order)), true() if listed_too else due)
        .subquery()
    )
    f = found.c
    record = [f.number, f.dataset, f.key]
    rank = case({rule: place for place, rule in enumerate(order)}, value=f.rule, else_=len(order))
    worst = func.row_number().over(partition_by=record, order_by=[f.level.desc(), rank, f.rule])
    rules = func.aggregate_strings(f.rule, "\n").over(partition_by=record)
    rows = select(*f, case((worst == 1, 1), else_=0), rules).where(f.number.is_not(None))
    connection.execute(insert(telling_table).from_select([column.name for column in telling_table.columns], rows))
    dialect.refresh_statistics(connection, telling_table)


def tallies(session: Session) -> dict[int, list[Tally]]:
    """What was gathered, counted, by the recipient's number."""
    columns = (_t.number, _t.rule, _t.unit, _t.level, _t.why)
    rows = session.connection().execute(select(*columns, func.count(), func.sum(_t.listed)).group_by(*columns))
    found: dict[int, list[Tally]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Tally(row[1], row[2], row[3], row[4], int(row[5]), int(row[6])))
    return found


def link(session: Session, notices: Mapping[int, int]) -> None:
    """Write which alerts each notice tells of, what is told by it; ``notices``: number → id."""
    connection = session.connection()
    if not notices:
        return
    rows = [{"b_number": number, "b_id": notice} for number, notice in notices.items()]
    to = update(routes_table).where(_r.number == bindparam("b_number")).values(notice_id=bindparam("b_id"))
    connection.execute(to, rows)
    pairs = select(_r.number, _r.notice_id).where(_r.notice_id.is_not(None)).distinct().subquery()
    told = (
        select(pairs.c.notice_id, _t.alert_id, _t.why, _t.level)
        .join_from(telling_table, pairs, pairs.c.number == _t.number)
        .where(_t.why != LISTED)
    )
    connection.execute(insert(_links).from_select(["notice_id", "alert_id", "why", "level"], told))


def link_listed(session: Session, shown: Collection[tuple[int, int, int]]) -> None:
    """Notice, alert, level of what a notice shows besides what it tells."""
    if shown:
        rows = [{"notice_id": n, "alert_id": a, "why": LISTED, "level": level} for n, a, level in shown]
        connection = session.connection()
        connection.execute(Dialect(connection.engine).insert(_links).on_conflict_do_nothing(), rows)


def mark_told(session: Session, now: datetime) -> None:
    """Everything that was gathered to be told, and is linked with a notice, counts as told at its present level."""
    routed = select(_r.number).where(_r.notice_id.is_not(None))
    told = select(_t.alert_id).where(_t.why != LISTED, _t.number.in_(routed))
    marked = update(alerts_table).where(_a.id.in_(told)).values(told_at=now, told_level=_a.level)
    session.connection().execute(marked)
