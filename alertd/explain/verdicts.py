"""What each rule says of a record: whether it finds it, and which part of its condition does not hold and with which values.

The verdict is that of the very statement that a cycle runs, narrowed to the record; the parts are asked for beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, Select, and_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from alertd.explain.records import Record
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, Scope
from alertd.model.disputes import disputes_table, in_exclusion
from alertd.model.duration import Unit
from alertd.model.rule import Rule
from alertd.model.words import Level
from alertd.rules.compile import excluded, findings_select, kept_select, measured
from alertd.rules.condition_sql import conjuncts, sql
from alertd.rules.condition_types import Compare, Kind, Literal, Node, fields_in
from alertd.rules.deadline import due_number
from alertd.rules.rulebook import CompiledRule, Condition, Deadline, Rulebook
from alertd.rules.speak_condition import said, value_of

_d = disputes_table.c


class Outcome(StrEnum):
    ALERTS = "alerts"
    EXCLUDED = "excluded"  # its condition holds, and so does an `except`
    NO_LEVEL = "no_level"  # its condition holds, and no level is reached
    NOT_MET = "not_met"
    KEPT = "kept"  # its condition no longer holds, but what ends the alert does not hold yet
    NOT_ASKED = "not_asked"  # rules do not see the record at this moment
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that must all hold. ``holds``: None where a value is missing, which counts as no. ``values``: of the
    fields in it. ``level``: of a level's own condition."""

    text: str
    holds: bool | None
    values: Mapping[str, Any]
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """An `except` that holds for the record, until the end of which day (None: for good), and why. ``by``: it is no `except`, but
    the office's decision about a dispute: who proposed and who confirmed it."""

    text: str
    reason: str
    until: date | None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnDue:
    """The due date that a rule gives the record by its own `deadline`, and the number of its day. ``begun``: the field from
    which it counts working days, and the column with the number of that day; empty where it counts others."""

    day: date
    number: int
    begun: str = ""
    begun_number: str = ""


@dataclass(frozen=True)
class Verdict:
    """``parts``: those of `when`, then of the levels, the worst first. ``exclusions``: those that hold. ``measured``: what the
    rule measures, in words; ``measure``: None where it measures nothing, or a value is missing. ``kept_until``: for KEPT, what
    ends the alert; ``why``: for FAILED."""

    rule: Rule
    outcome: Outcome
    parts: tuple[Part, ...] = ()
    exclusions: tuple[Excluded, ...] = ()
    level: Level | None = None
    measure: int | None = None
    measured: str = ""
    due: OwnDue | None = None
    kept_until: str = ""
    why: str = ""


def verdicts(
    session: Session, book: Rulebook, dataset: Dataset, records: Mapping[str, Record], at: AsOf, language: str
) -> dict[str, tuple[Verdict, ...]]:
    """The verdicts of all rules of the dataset, by the record's code; one statement for each rule. ``language``: of their parts."""
    found: dict[str, list[Verdict]] = {key: [] for key in records}
    decided = _decided(session, dataset, list(records), at)
    ids = [record.row_id for record in records.values() if record.row_id is not None]
    for compiled in book.compiled.values():
        if compiled.rule.dataset is not dataset:
            continue
        try:
            with session.begin_nested():
                rows = _rows(session, compiled, ids, at)
        except (SQLAlchemyError, ArithmeticError, RecursionError) as error:
            complaint = str(getattr(error, "orig", None) or error) or type(error).__name__
            for key in records:
                found[key].append(Verdict(compiled.rule, Outcome.FAILED, why=complaint.splitlines()[0]))
            continue
        for key, record in records.items():
            row = rows.get(record.row_id) if record.present else None
            by_office = decided.get((compiled.rule.id, key))
            asked = Verdict(compiled.rule, Outcome.NOT_ASKED)
            found[key].append(asked if row is None else _verdict(compiled, row, language, by_office))
    return {key: tuple(each) for key, each in found.items()}


def _decided(session: Session, dataset: Dataset, keys: Sequence[str], at: AsOf) -> dict[tuple[str, str], Excluded]:
    """The exclusions that the office has decided after disputes and that hold at the moment, by rule and code."""
    in_force = and_(
        in_exclusion(_d.state, _d.remedy), _d.confirmed_at <= at.now, _d.exclude_until >= at.today, _d.key.in_(keys)
    )
    rows = session.connection().execute(
        select(disputes_table).where(in_force, _d.dataset == dataset.name).order_by(_d.exclude_until, _d.id)
    )
    return {
        (row.rule, row.key): Excluded("", row.decided_why, row.exclude_until, (row.decided_by, row.confirmed_by))
        for row in rows
    }


def _rows(session: Session, compiled: CompiledRule, ids: Sequence[int], at: AsOf) -> dict[int | None, RowMapping]:
    rows = session.connection().execute(_statement(compiled, ids, at), at.parameters).mappings()
    return {row["id"]: row for row in rows}


def _statement(compiled: CompiledRule, ids: Sequence[int], at: AsOf) -> Select[Any]:
    zone, table = at.calendar.zone, compiled.rule.dataset.table
    scope = Scope(table, at.live)
    mine = table.c.id.in_(ids)
    finding = findings_select(compiled, live=at.live, zone=zone).where(mine).subquery()
    columns = [table.c.id, finding.c.level.label("found"), measured(compiled, scope, zone).label("measure")]
    joined = table.outerjoin(finding, finding.c.record_id == table.c.id)
    kept = kept_select(compiled, live=at.live, zone=zone)
    if kept is not None:
        keeping = kept.where(mine).subquery()
        columns.append(keeping.c.level.label("kept"))
        joined = joined.outerjoin(keeping, keeping.c.record_id == table.c.id)
    if compiled.deadline is not None:
        columns.append(due_number(compiled.deadline, scope).label("due_number"))
        columns.append(compiled.rule.fields["due_on"].sql(scope).label("due_on"))
    nodes = [*_parts(compiled), *(step.condition.node for step in compiled.levels if step.condition is not None)]
    columns += [sql(node, scope, zone).label(f"part_{place}") for place, node in enumerate(nodes)]
    columns += [
        excluded(exclusion, scope, zone).label(f"except_{place}") for place, exclusion in enumerate(compiled.exclusions)
    ]
    names = dict.fromkeys(name for node in nodes for name in fields_in(node))
    columns += [compiled.rule.fields[name].sql(scope).label(f"field_{name}") for name in names]
    return select(*columns).select_from(joined).where(mine)


def _parts(compiled: CompiledRule) -> list[Node]:
    return [part for line in compiled.when for part in conjuncts(line.node)]


def _verdict(compiled: CompiledRule, row: RowMapping, language: str, office: Excluded | None) -> Verdict:
    parts = [_part(node, f"part_{place}", row, language) for place, node in enumerate(_parts(compiled))]
    outcome, level = _outcome(row, parts)
    exclusions = [
        Excluded(_lines(each.when, language), each.reason, each.until)
        for place, each in enumerate(compiled.exclusions)
        if row[f"except_{place}"]
    ]
    if office is not None:
        exclusions.append(office)
    own = None
    if compiled.deadline is not None and row["due_number"] is not None:
        own = _own(compiled.deadline, row)
    return Verdict(
        compiled.rule,
        outcome,
        parts=(*parts, *_levels(compiled, row, len(parts), language)),
        exclusions=tuple(exclusions) if outcome is Outcome.EXCLUDED else (),
        level=level,
        measure=row["measure"],
        measured=value_of(compiled.measure.node, language) if compiled.measure is not None else "",
        due=own,
        kept_until=_lines(compiled.ends_when, language) if outcome is Outcome.KEPT else "",
    )


def _own(deadline: Deadline, row: RowMapping) -> OwnDue:
    start, periods = deadline.counted_from, [deadline.within, *(period for _, period in deadline.within_if)]
    if any(period.unit is not Unit.WORKING_DAYS for period in periods):
        return OwnDue(row["due_on"], row["due_number"])
    return OwnDue(row["due_on"], row["due_number"], start.name, start.number)


def _outcome(row: RowMapping, parts: Sequence[Part]) -> tuple[Outcome, Level | None]:
    if row["found"] is not None:
        return (Outcome.ALERTS, Level(row["found"])) if row["found"] else (Outcome.EXCLUDED, None)
    if row.get("kept") is not None:
        return (Outcome.KEPT, Level(row["kept"])) if row["kept"] else (Outcome.EXCLUDED, None)
    return (Outcome.NO_LEVEL if all(part.holds for part in parts) else Outcome.NOT_MET), None


def _lines(lines: Sequence[Condition], language: str) -> str:
    return "; ".join(said(line.node, language) for line in lines)


def _levels(compiled: CompiledRule, row: RowMapping, place: int, language: str) -> Iterator[Part]:
    for step in compiled.levels:
        if step.condition is not None:
            yield _part(step.condition.node, f"part_{place}", row, language, step.level)
            place += 1
        elif step.step is not None:
            yield _step(compiled, step.level, step.step, row["measure"], language)


def _step(compiled: CompiledRule, level: Level, step: int, measure: int | None, language: str) -> Part:
    assert compiled.measure is not None  # what a step is a step of
    reached = None if measure is None else measure >= step
    node = Compare(">=", compiled.measure.node, Literal(Kind.INTEGER, step))
    return Part(said(node, language), reached, {compiled.rule.measure: measure}, level)


def _part(node: Node, column: str, row: RowMapping, language: str, level: Level | None = None) -> Part:
    holds = row[column]
    values = {name: row[f"field_{name}"] for name in fields_in(node)}
    return Part(said(node, language), None if holds is None else bool(holds), values, level)
