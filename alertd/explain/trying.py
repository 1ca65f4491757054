"""What a draft of a rule finds now, beside the rule in force of the same name: counts, samples, and what narrowly misses.

The findings are those of the very statements that a cycle runs, in the table of findings of this connection; nothing is written.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, literal, null, or_, select, true, update
from sqlmodel import Session

from alertd.errors import Refused
from alertd.explain.records import records
from alertd.explain.trial import Compared, Miss, Sample, Trial
from alertd.explain.verdicts import Verdict, verdicts
from alertd.model.alerts import findings_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Field, Scope
from alertd.model.rule import RuleSet
from alertd.model.words import Level
from alertd.rules.compile import measured, reached
from alertd.rules.condition_sql import conjuncts, sql
from alertd.rules.condition_types import Logic, Node
from alertd.rules.evaluate import find
from alertd.rules.rulebook import CompiledRule, Rulebook

SQL = ColumnElement[Any]
_f = findings_table.c
_FORCE = "in force"  # no rule can be called so
_PARTS = 50  # of a condition that are looked at one by one
Asked = Sequence[tuple[Field, Sequence[Node]]]


def trial(
    session: Session,
    draft: CompiledRule,
    force: CompiledRule | None,
    at: AsOf,
    *,
    language: str,
    unit: str = "",
    samples: int = 5,
    asked: Asked = (),
) -> Trial:
    """``unit``: among its records alone; ``asked``: fields of which the empty ones are counted, each
    among the records for which these parts hold. Raises Refused where a rule
    cannot be run on the records at hand."""
    trying = _Trying(session, draft, at, language, unit, samples)
    other = force if force is not None and force.rule.version != draft.rule.version else None
    if other is not None and other.rule.dataset is not draft.rule.dataset:
        other = None
    if other is not None:
        _run(session, other, at, trying.of)
        session.connection().execute(update(findings_table).values(rule=_FORCE))
    _run(session, draft, at, trying.of, add=other is not None)
    count, empty, misses = trying.all_records(asked)
    return Trial(
        draft,
        force,
        at,
        count,
        trying.found(),
        trying.compared() if other is not None else None,
        trying.samples(_f.rule == draft.rule.id),
        trying.apart(draft.rule.id, _FORCE) if other is not None else (),
        trying.apart(_FORCE, draft.rule.id) if other is not None else (),
        misses,
        empty,
    )


def judge(session: Session, draft: CompiledRule, keys: Sequence[str], at: AsOf, language: str) -> dict[str, Verdict]:
    """The draft's verdict on records, part by part, by their code."""
    book = Rulebook(RuleSet({draft.rule.id: draft.rule}, ""), {draft.rule.id: draft}, language)
    known = records(session, draft.rule.dataset, keys, at)
    judged = verdicts(session, book, draft.rule.dataset, known, at, language)
    return {key: found[0] for key, found in judged.items() if found}


def _run(session: Session, rule: CompiledRule, at: AsOf, of: Select[tuple[str]] | None, *, add: bool = False) -> None:
    faults = find(session, [rule], at, of=of, add=add).faults
    if faults:
        raise Refused(f"{rule.rule.file} cannot be run on the records at hand: {faults[rule.rule.id]}")


class _Trying:
    """The questions that are asked of the records, and of the table of findings."""

    def __init__(self, session: Session, draft: CompiledRule, at: AsOf, language: str, unit: str, samples: int) -> None:
        self._session, self._draft, self._at, self._language = session, draft, at, language
        self._unit, self._samples = unit, samples
        self._dataset = draft.rule.dataset
        self._scope = Scope(self._dataset.table, at.live)

    @property
    def of(self) -> Select[tuple[str]] | None:
        """The keys of the unit's records; None: of all."""
        if not self._unit:
            return None
        key = self._dataset.table.c[self._dataset.key]
        return select(key).where(self._dataset.present(self._scope), *self._mine())

    def _mine(self) -> list[SQL]:
        return [self._dataset.table.c.unit == self._unit] if self._unit else []

    def _rows(self, statement: Select[Any]) -> Sequence[Any]:
        return self._session.connection().execute(statement, self._at.parameters).all()

    def found(self) -> dict[tuple[str | None, int], int]:
        mine = select(_f.unit, _f.level, func.count()).where(_f.rule == self._draft.rule.id)
        return {(unit, level): count for unit, level, count in self._rows(mine.group_by(_f.unit, _f.level))}

    def compared(self) -> Compared:
        of_draft, of_force = (
            func.max(case((_f.rule == rule, _f.level), else_=0)) for rule in (self._draft.rule.id, _FORCE)
        )
        each = select(_f.key, func.max(_f.unit).label("unit"), of_draft.label("d"), of_force.label("f"))
        pair = each.group_by(_f.key).subquery().c
        kinds = {
            "none": and_(pair.d == 0, pair.f == 0),
            "new": pair.f == 0,
            "gone": pair.d == 0,
            "worse": pair.d > pair.f,
            "milder": pair.d < pair.f,
        }
        kind = case(*((holds, literal(name)) for name, holds in kinds.items()), else_=literal("same")).label("kind")
        counts: dict[str, dict[str | None, int]] = {name: {} for name in (*kinds, "same")}
        counted = select(kind, pair.unit, func.count()).group_by(kind, pair.unit)
        for name, unit, count in self._rows(counted):
            counts[name][unit] = count
        return Compared(*(counts[name] for name in ("new", "gone", "worse", "milder", "same")))

    def samples(self, *which: SQL) -> tuple[Sample, ...]:
        """The worst first."""
        chosen = select(_f.key, _f.unit, _f.level).where(_f.level > 0, *which)
        ordered = chosen.order_by(_f.level.desc(), func.coalesce(_f.measure, 0).desc(), _f.key).limit(self._samples)
        return self._judged([(row.key, row.unit, Level(row.level)) for row in self._rows(ordered)])

    def apart(self, one: str, other: str) -> tuple[Sample, ...]:
        """The worst that one of the two finds, and the other does not."""
        also = findings_table.alias("also").c
        both = select(also.key).where(also.rule == other, also.level > 0)
        return self.samples(_f.rule == one, _f.key.not_in(both))

    def _judged(self, rows: Sequence[tuple[str, str | None, Level | None]]) -> tuple[Sample, ...]:
        if not rows:
            return ()
        judged = judge(self._session, self._draft, [key for key, _, _ in rows], self._at, self._language)
        return tuple(Sample(key, unit, level, judged[key]) for key, unit, level in rows if key in judged)

    def all_records(self, asked: Asked) -> tuple[int, dict[str, tuple[int, int]], tuple[Miss, ...]]:
        """In one pass over the dataset: how many records there are, how many of them have no value in a field, and how many miss
        by a single part."""
        nodes, terms = self._parts()
        missed = _missed(terms).label("missed")
        unknown = or_(*(term.is_(None) for term in terms), literal(value=False)).label("unknown")
        counted = select(missed, unknown, func.count().label("records"), *self._emptiness(asked))
        statement = counted.where(self._dataset.present(self._scope), *self._mine()).group_by(missed, unknown)
        rows = self._session.connection().execute(statement, self._at.parameters).mappings().all()
        counts, empties = Counter[int | None](), Counter[int | None]()
        for row in rows:
            counts[row["missed"]] += row["records"]
            empties[row["missed"]] += row["records"] if row["unknown"] else 0
        near = self._near(missed) if any(place is not None for place in counts) else {}
        misses = [
            Miss(node, counts[place], empties[place], near.get(place, ()))
            for place, node in enumerate(nodes)
            if counts[place]
        ]
        totals = {
            field.name: (
                sum(row[f"empty_{field.name}"] for row in rows),
                sum(row[f"among_{field.name}"] for row in rows),
            )
            for field, _ in asked
        }
        empty = {name: (none, among) for name, (none, among) in totals.items() if none}
        return sum(counts.values()), empty, tuple(sorted(misses, key=lambda miss: miss.count))

    def _parts(self) -> tuple[list[Node | None], list[SQL]]:
        """What must all hold: the parts of `when`, and (None) that a level is reached. Of very many the last stand together."""
        zone = self._at.calendar.zone
        nodes: list[Node] = [part for line in self._draft.when for part in conjuncts(line.node)]
        if len(nodes) > _PARTS:
            nodes = [*nodes[: _PARTS - 1], Logic("and", tuple(nodes[_PARTS - 1 :]))]
        terms = [sql(node, self._scope, zone) for node in nodes]
        level = reached(self._draft, self._scope, zone)
        return (list(nodes), terms) if level is None else ([*nodes, None], [*terms, level])

    def _emptiness(self, asked: Asked) -> Iterator[SQL]:
        zone = self._at.calendar.zone
        for field, parts in asked:
            among = and_(true(), *(sql(part, self._scope, zone) for part in parts))
            empty = and_(among, field.sql(self._scope).is_(None))
            yield func.count(case((among, 1))).label(f"among_{field.name}")
            yield func.count(case((empty, 1))).label(f"empty_{field.name}")

    def _near(self, missed: SQL) -> dict[int, tuple[Sample, ...]]:
        """For each part the worst of those that miss by it alone."""
        c, measure = self._dataset.table.c, measured(self._draft, self._scope, self._at.calendar.zone)
        each = select(c[self._dataset.key].label("key"), c.unit, missed, measure.label("measure"))
        each = each.where(self._dataset.present(self._scope), *self._mine(), missed.is_not(None))
        one = each.subquery().c
        worst = (func.coalesce(one.measure, 0).desc(), one.key)
        place = func.row_number().over(partition_by=one.missed, order_by=worst).label("place")
        ranked = select(one.key, one.unit, one.missed, place).subquery()
        chosen = select(ranked).where(ranked.c.place <= self._samples).order_by(ranked.c.missed, ranked.c.place)
        rows = self._rows(chosen)
        judged = {sample.key: sample for sample in self._judged([(row.key, row.unit, None) for row in rows])}
        found: dict[int, tuple[Sample, ...]] = {}
        for row in rows:
            if row.key in judged:
                found[row.missed] = (*found.get(row.missed, ()), judged[row.key])
        return found


def _missed(terms: Sequence[SQL]) -> SQL:
    """The place of the one term that does not hold; null where all hold, or more than one does not. Each is looked at once."""
    if not terms:
        return null()
    marks: list[ColumnElement[Any]] = [
        case((term, literal(0, BigInteger)), else_=literal(1 << place, BigInteger)) for place, term in enumerate(terms)
    ]
    together = marks[0]
    for mark in marks[1:]:
        together = together + mark
    return case({1 << place: place for place in range(len(terms))}, value=together, else_=null())
