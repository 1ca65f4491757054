"""What the records at hand say of the rules: how many each finds and at which levels, which of its parts hold for none, how often
a field that it compares is empty. Only reads, in sets: a statement per rule, and one per group of rules on the same records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, select, true
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from alertd.check.compared import compared_fields, takes_in
from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, Field, Scope
from alertd.rules.compile import findings_select, measured
from alertd.rules.condition_sql import conjuncts, predicates, sql
from alertd.rules.condition_types import Node
from alertd.rules.rulebook import CompiledRule
from alertd.store.unwell import cure_for

SQL = ColumnElement[Any]
_a = alerts_table.c

# Of fewer records nothing is said: none of them, or one in a hundred, is chance then.
FEW = 20
_SHOWN = 200  # characters of what a database says


@dataclass(frozen=True, slots=True)
class Empty:
    """A field that a rule compares: empty in ``empty`` of the ``of`` records that the rest of its condition takes in
    (``narrowed``: which is not all of them)."""

    field: Field
    empty: int
    of: int
    narrowed: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Of a rule that finds nothing: by part of `when` how many records it holds for alone, how many all parts together, and
    the largest measure among those (None: it measures nothing, or it is empty for all of them)."""

    alone: tuple[tuple[Node, int], ...]
    together: int
    largest: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One rule and the records at hand. ``levels``: how many it finds, by level; 0: taken out by an `except`. ``before``: this
    very text has found something in its life. ``parts``: only where it never did. ``why``: it cannot be run on them."""

    rule: CompiledRule
    records: int
    levels: Mapping[int, int]
    empty: tuple[Empty, ...] = ()
    before: bool = False
    parts: Parts | None = None
    why: str = ""

    @property
    def found(self) -> int:
        return sum(self.levels.values())


def look(session: Session, rules: Iterable[CompiledRule], at: AsOf) -> tuple[Seen, ...]:
    """Every rule whose dataset has records enough, in the order given."""
    given = tuple(rules)
    datasets = {rule.rule.dataset.name: rule.rule.dataset for rule in given}
    records = {name: _records(session, dataset, at) for name, dataset in datasets.items()}
    asked = [rule for rule in given if records[rule.rule.dataset.name] >= FEW]
    empty = _emptiness(session, asked, at)
    found = {rule.rule.id: _ask(session, _levels(rule, at), at) for rule in asked}
    before = _found_before(session, [rule for rule in asked if found[rule.rule.id] == []])
    return tuple(
        _seen(session, rule, at, records[rule.rule.dataset.name], found[rule.rule.id], before, empty) for rule in asked
    )


def _seen(
    session: Session,
    rule: CompiledRule,
    at: AsOf,
    records: int,
    found: Sequence[RowMapping] | str,
    before: set[str],
    empty: Mapping[str, tuple[Empty, ...]],
) -> Seen:
    mine, once = empty.get(rule.rule.id, ()), rule.rule.id in before
    if isinstance(found, str):
        return Seen(rule, records, {}, mine, once, why=found)
    if found or once:
        return Seen(rule, records, {row["level"]: row["count"] for row in found}, mine, once)
    nodes = _parts_of(rule)
    rows = _ask(session, _apart(rule, nodes, at), at)
    if isinstance(rows, str):
        return Seen(rule, records, {}, mine, why=rows)
    alone = tuple((node, rows[0][f"part_{place}"]) for place, node in enumerate(nodes))
    return Seen(rule, records, {}, mine, parts=Parts(alone, rows[0]["together"], rows[0]["largest"]))


def _ask(session: Session, statement: Select[Any], at: AsOf) -> Sequence[RowMapping] | str:
    """The rows, or why the statement of a rule cannot be run, as evaluate would say it. Raises what an unwell store raises."""
    try:
        with session.begin_nested():
            return session.connection().execute(statement, at.parameters).mappings().all()
    except (SQLAlchemyError, ArithmeticError, RecursionError) as error:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or cure_for(error)):
            raise
        said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
        return said.splitlines()[0][:_SHOWN]


def _records(session: Session, dataset: Dataset, at: AsOf) -> int:
    scope = Scope(dataset.table, at.live)
    counted = select(func.count()).select_from(dataset.table).where(dataset.present(scope))
    return int(session.connection().execute(counted, at.parameters).scalar_one())


def _levels(rule: CompiledRule, at: AsOf) -> Select[Any]:
    found = findings_select(rule, live=at.live, zone=at.calendar.zone).subquery()
    return select(found.c.level, func.count().label("count")).group_by(found.c.level)


def _found_before(session: Session, rules: Sequence[CompiledRule]) -> set[str]:
    """Those of which an alert stands or stood by their present text: a rule that finds nothing today is no fault then."""
    versions = [rule.rule.version for rule in rules]
    if not versions:
        return set()
    known = select(_a.rule).distinct().where(_a.rule_version.in_(versions))
    return set(session.connection().execute(known).scalars())


def _emptiness(session: Session, rules: Sequence[CompiledRule], at: AsOf) -> dict[str, tuple[Empty, ...]]:
    """One pass for all rules whose conditions take in the same records. A group that cannot be counted says nothing."""
    groups: dict[tuple[str, tuple[Node, ...]], dict[str, list[Field]]] = {}
    datasets = {rule.rule.dataset.name: rule.rule.dataset for rule in rules}
    for rule in rules:
        for field in compared_fields(rule):
            key = (rule.rule.dataset.name, takes_in(rule, field))
            groups.setdefault(key, {}).setdefault(rule.rule.id, []).append(field)
    found: dict[str, list[Empty]] = {}
    for (name, base), wanted in groups.items():
        fields = list(dict.fromkeys(field for each in wanted.values() for field in each))
        rows = _ask(session, _empty(datasets[name], base, fields, at), at)
        if isinstance(rows, str):
            continue
        (row,) = rows
        for rule_id, mine in wanted.items():
            counts = [Empty(field, row[f"empty_{fields.index(field)}"], row["records"], bool(base)) for field in mine]
            found.setdefault(rule_id, []).extend(each for each in counts if each.empty)
    return {rule_id: tuple(each) for rule_id, each in found.items()}


def _empty(dataset: Dataset, base: Sequence[Node], fields: Sequence[Field], at: AsOf) -> Select[Any]:
    scope = Scope(dataset.table, at.live)
    terms = [term for part in base for term in predicates(part, scope, at.calendar.zone)]
    columns: list[SQL] = [func.count().label("records")]
    columns += [
        func.count(case((field.sql(scope).is_(None), 1))).label(f"empty_{place}") for place, field in enumerate(fields)
    ]
    counted: Select[Any] = select(*columns).select_from(dataset.table)
    return counted.where(dataset.present(scope), *terms)


def _parts_of(rule: CompiledRule) -> tuple[Node, ...]:
    return tuple(part for line in rule.when for part in conjuncts(line.node))


def _apart(rule: CompiledRule, nodes: Sequence[Node], at: AsOf) -> Select[Any]:
    """Each part by itself, and all of them, in one pass over the dataset."""
    dataset, zone = rule.rule.dataset, at.calendar.zone
    scope = Scope(dataset.table, at.live)
    holds: list[SQL] = [sql(node, scope, zone) for node in nodes]
    together = and_(true(), *holds)
    columns: list[SQL] = [func.count(case((each, 1))).label(f"part_{place}") for place, each in enumerate(holds)]
    columns.append(func.count(case((together, 1))).label("together"))
    columns.append(func.max(case((together, measured(rule, scope, zone)))).label("largest"))
    counted: Select[Any] = select(*columns).select_from(dataset.table)
    return counted.where(dataset.present(scope))
