"""Which alerts a recipient is told of, as sets in SQL: counted by rule, unit and field, gathered, and marked as told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, case, func, insert, or_, select, true, update
from sqlalchemy import false as never
from sqlmodel import Session

from alertd.model.alerts import alerts_table, standing
from alertd.model.base import table_of
from alertd.model.datasets import DATASETS
from alertd.model.notices import NoticeAlert, routes_table, telling_table
from alertd.model.rule import RuleSet
from alertd.model.words import Reason, Send
from alertd.notices.news import HANDED, KEPT, NEVER_TOLD, WORSE
from alertd.store.dialect import Dialect

LISTED = "listed"  # shown, or counted, to somebody who was told of it before

_a, _r, _t = alerts_table.c, routes_table.c, telling_table.c
_links = table_of(NoticeAlert)
# What a held cycle keeps back is told to nobody.
_FREE = _a.held_by.is_(None)
_BEGINNINGS = (Reason.OPENED.value, Reason.REOPENED.value, Reason.MOVED.value)
# Why it is told now. An alert that was never told says by its own reason how its present life began.
_WHY = case(
    (and_(_a.told_level.is_(None), _a.reason.in_(_BEGINNINGS)), _a.reason),
    (_a.told_level.is_(None), Reason.OPENED.value),
    (_a.level > _a.told_level, Reason.WORSE.value),
    (HANDED, Reason.HANDED.value),
    else_=Reason.REPEAT.value,
)


class Place(NamedTuple):
    """What decides who hears: a rule, a unit and a field of administration. Empty texts stand for none."""

    rule: str
    unit: str
    field: str


class Group(NamedTuple):
    """Standing alerts of one place, level and source: all of them, those to be told now, those new since a moment. ``waiting``,
    not among them: those that are no facts yet."""

    place: Place
    level: int
    source: str
    total: int
    due: int
    new: int
    waiting: int = 0


class Tally(NamedTuple):
    """Gathered alerts of one recipient, rule, unit, level and reason; ``listed``: how many are shown under this rule."""

    rule: str
    unit: str
    level: int
    why: str
    total: int
    listed: int


def placed(
    split: Collection[str] | None, alerts: FromClause = alerts_table
) -> tuple[FromClause, ColumnElement[str], ColumnElement[str]]:
    """Alerts joined with their records' field of administration: the join, the unit, the field. ``split``: the only units of
    whose files the field is asked for (None: of all); there are far more files than anything else."""
    joined = alerts
    fields: list[ColumnElement[str]] = []
    for dataset in DATASETS.values():
        if dataset.procedure_field:
            row = dataset.table.c
            joined = joined.outerjoin(dataset.table, and_(_a.dataset == dataset.name, row.id == _a.record_id))
            fields.append(row[dataset.procedure_field])
        elif dataset.unit_field and (split is None or split):
            row, mine = dataset.table.c, _a.dataset == dataset.name
            mine = mine if split is None else and_(mine, _a.unit.in_(sorted(split)))
            joined = joined.outerjoin(dataset.table, row.id == case((mine, _a.record_id)))
            fields.append(row[dataset.unit_field])
    return joined, func.coalesce(_a.unit, ""), func.coalesce(*fields, "")


def due_by_message(rules: RuleSet) -> ColumnElement[bool]:
    """That an alert is to be told for the first time, or as worse, by a message of its own, now or when the office opens."""
    clauses = []
    for rule in rules.rules.values():
        levels = [int(level) for level, send in rule.send.items() if send is not Send.DIGEST]
        if levels:
            clauses.append(and_(_a.rule == rule.id, _a.level.in_(levels)))
    return and_(or_(NEVER_TOLD, WORSE), ~KEPT, or_(*clauses)) if clauses else never()


def anything(session: Session, due: ColumnElement[bool], *, held: bool = False) -> bool:
    """Whether there is anything to tell at all; most cycles end here. ``held``: what is held is taken along."""
    found = select(_a.id).where(standing(_a.state), true() if held else _FREE, due).limit(1)
    return session.connection().execute(found).first() is not None


def groups(
    session: Session,
    rules: RuleSet,
    due: ColumnElement[bool],
    since: datetime,
    *,
    split: Collection[str] | None = (),
    waits: ColumnElement[bool] | None = None,
    held: bool = False,
) -> list[Group]:
    """Everything that stands under these rules, counted; one statement. ``since``: from when on it counts as new; ``split``: see
    `placed`; ``waits``: what is no fact yet; ``held``: what is held is taken along."""
    waiting = never() if waits is None else waits
    joined, unit, field = placed(split)
    columns = (_a.rule, unit, field, _a.level, _a.source)
    statement = (
        select(
            *columns,
            _count(~waiting),
            _count(due),
            _count(and_(_a.opened_at > since, ~waiting)),
            _count(waiting),
        )
        .select_from(joined)
        .where(standing(_a.state), true() if held else _FREE, _a.rule.in_(list(rules.rules)))
        .group_by(*columns)
    )
    rows = session.connection().execute(statement)
    return [Group(Place(*row[:3]), int(row[3]), row[4], *map(int, row[5:])) for row in rows]


def _count(which: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((which, 1), else_=0))


def gather(
    session: Session,
    numbers: Mapping[Place, int],
    due: ColumnElement[bool],
    *,
    order: Sequence[str],
    voices: Mapping[str, str],
    listed_too: bool,
    split: Collection[str] | None = (),
    waits: ColumnElement[bool] | None = None,
    readers: Mapping[int, tuple[str, str]] | None = None,
    held: bool = False,
) -> None:
    """Fill the tables of routes and of what is told. ``numbers``: the recipient of each place; ``order``: the rules, the one
    that shows a record first where levels are equal; ``voices``: the rule set's; ``listed_too``: what stands and is not due goes
    along, but for what ``waits``; ``readers``: the keys of each recipient's notices (person, meant for); ``held``: so does what
    is held."""
    connection = session.connection()
    dialect = Dialect(connection.engine)
    for table in (routes_table, telling_table):
        dialect.empty(connection, table)
    if not numbers:
        return
    known = readers or {}
    rows_of_routes = []
    for place, number in numbers.items():
        person, meant_for = known.get(number, ("", ""))
        rows_of_routes.append({**place._asdict(), "number": number, "person": person, "meant_for": meant_for})
    connection.execute(insert(routes_table), rows_of_routes)
    joined, unit, field = placed(split)
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
            case((KEPT, 1), else_=0).label("kept"),
        )
        .select_from(joined)
        .where(
            standing(_a.state),
            true() if held else _FREE,
            _a.rule.in_(list(order)),
            (true() if waits is None else ~waits) if listed_too else due,
        )
        .subquery()
    )
    f = found.c
    record = [f.number, f.dataset, f.key, *([case(dict(voices), value=f.rule, else_="")] if voices else [])]
    rank = case({rule: place for place, rule in enumerate(order)}, value=f.rule, else_=len(order))
    worst = func.row_number().over(partition_by=record, order_by=[f.level.desc(), rank, f.rule])
    rules = func.aggregate_strings(f.rule, "\n").over(partition_by=record)
    names = ("number", "alert_id", "rule", "unit", "dataset", "key", "level", "why")
    rows = select(*(f[name] for name in names), case((worst == 1, 1), else_=0), rules, f.kept).where(
        f.number.is_not(None)
    )
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
    marked = update(alerts_table).where(_a.id.in_(told)).values(told_at=now, told_level=_a.level, kept_level=None)
    session.connection().execute(marked)
