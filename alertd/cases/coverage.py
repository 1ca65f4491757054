"""What of a rule one moment of a test has tried: from what happened to the records in the store, never from what a test says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select

from alertd.cases.bench import Found
from alertd.cases.edges import Edge, Plan, except_target, level_target, within_target
from alertd.cases.observe import Observed
from alertd.model.alerts import findings_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.reach import Instead
from alertd.model.words import Level
from alertd.rules.compile import excluded, matched
from alertd.rules.deadline import due_number
from alertd.rules.functions import day_number
from alertd.rules.rulebook import CompiledRule

_f = findings_table.c
_HEARD: dict[str, Edge] = {
    Instead.UNIT_ENDED.value: Edge.UNIT_ENDED,
    Instead.NO_HEAD.value: Edge.NO_HEAD,
    Instead.NO_OWNER.value: Edge.NO_OWNER,
}
_DUE, _EXCEPT, _WITHIN = "due_", "except_", "within_"
_OWN, _START = "due_own", "start_own"


@dataclass(frozen=True)
class Looking:
    """``weekend``: the weekdays that are off in every week, Monday is 0: a day off on one of them is no holiday."""

    weekend: frozenset[int]

    def __call__(self, found: Found, seen: Mapping[str, Observed]) -> frozenset[str]:
        plan = Plan(found.compiled)
        mine = self.each(found)
        touched = {target for key in found.keys.values() for target in mine.get(key, ())}
        for each in seen.values():
            if each.level is not None and each.instead in _HEARD:
                touched.add(_HEARD[each.instead].value)
        return frozenset(touched) & frozenset(plan.targets)

    def each(self, found: Found) -> dict[str, frozenset[str]]:
        """The same of each record by its own code, whoever hears of it."""
        plan = Plan(found.compiled)
        rows = found.session.connection().execute(statement(plan, found.at), found.at.parameters).mappings()
        return {row["key"]: frozenset(touched_by(plan, row, found.at, self.weekend)) for row in rows}


def statement(plan: Plan, at: AsOf) -> Any:
    """Every record that rules see, with what the rule found of it (the table of findings holds that) and by what."""
    compiled = plan.compiled
    dataset, zone = compiled.rule.dataset, at.calendar.zone
    scope = Scope(dataset.table, at.live)
    key = dataset.table.c[dataset.key]
    columns: list[ColumnElement[Any]] = [
        dataset.table.c.id.label("id"),
        key.label("key"),
        _f.level.label("level"),
        matched(compiled, scope, zone).label("matched"),
    ]
    columns += [
        excluded(each, scope, zone).label(f"{_EXCEPT}{place}") for place, each in enumerate(compiled.exclusions)
    ]
    columns += [scope.column(number).label(f"{_DUE}{number}") for number in plan.may_lack]
    columns += [day_number(field, scope).label(f"{_DUE}{number}") for number, field in plan.counted_fields.items()]
    if "waiting_for_citizen" in dataset.fields:
        columns.append(dataset.fields["waiting_for_citizen"].sql(scope).label("waiting"))
    if compiled.deadline is not None:
        columns.append(due_number(compiled.deadline, scope).label(_OWN))
        columns.append(day_number(compiled.deadline.counted_from, scope).label(_START))
        columns += [field.sql(scope).label(f"{_WITHIN}{field.name}") for field, _ in compiled.deadline.within_if]
    mine = (_f.rule == compiled.rule.id) & (_f.record_id == dataset.table.c.id)
    return select(*columns).select_from(dataset.table.outerjoin(findings_table, mine)).where(dataset.present(scope))


def touched_by(plan: Plan, row: RowMapping, at: AsOf, weekend: frozenset[int]) -> set[str]:
    """What one record has tried, whoever hears of it."""
    return {
        *_outcome(plan.compiled, row),
        *_deadline(plan, row),
        *(edge.value for edge in _days(plan, row, at, weekend)),
    }


def _outcome(compiled: CompiledRule, row: RowMapping) -> Iterator[str]:
    if row["level"] is None:
        yield Edge.NOTHING.value
    elif row["level"]:
        yield level_target(Level(row["level"]).word)
        if not row["matched"]:
            yield Edge.KEPT.value
    else:
        yield from (except_target(place) for place in range(len(compiled.exclusions)) if row[f"{_EXCEPT}{place}"])
    if row.get("waiting"):
        yield Edge.PAUSED.value


def _deadline(plan: Plan, row: RowMapping) -> Iterator[str]:
    """Of `within_if` the first that holds counts, where there is a day from which to count."""
    if plan.compiled.deadline is None or row[_START] is None:
        return
    for field, _ in plan.compiled.deadline.within_if:
        if row[f"{_WITHIN}{field.name}"]:
            yield within_target(field.name)
            return


def _days(plan: Plan, row: RowMapping, at: AsOf, weekend: frozenset[int]) -> Iterator[Edge]:
    dues = [row[f"{_DUE}{number}"] for number in plan.due_fields]
    if plan.counts_by_deadline:
        dues.append(row[_OWN])
    starts = [row[f"{_DUE}{number}"] for number in plan.counted_fields]
    if plan.counts_by_deadline:
        starts.append(row[_START])
    lacking = [row[f"{_DUE}{number}"] for number in plan.may_lack] + (starts[-1:] if plan.counts_by_deadline else [])
    if any(number is None for number in lacking):
        yield Edge.NO_DUE_DATE
    today = at.calendar.number(at.today)
    if at.calendar.is_working(at.today) and today in dues:
        yield Edge.DUE_TODAY
    known = [number for number in (*dues, *starts) if number is not None]
    if known and _holiday_within(at, [at.calendar.day_of(number) for number in known], weekend):
        yield Edge.HOLIDAY


def _holiday_within(at: AsOf, days: Sequence[date], weekend: frozenset[int]) -> bool:
    """Whether a day off that is no weekend lies between the first and the last of them and today."""
    first, last = min(*days, at.today), max(*days, at.today)
    first = max(first, last - timedelta(days=3_660))  # what is ten years late counts no further
    span = (date.fromordinal(number) for number in range(first.toordinal() + 1, last.toordinal()))
    return any(not at.calendar.is_working(day) and day.weekday() not in weekend for day in span)


@dataclass(frozen=True)
class Covered:
    """One rule: what its tests have tried of it, what they have not, and what does not apply to it."""

    plan: Plan
    tests: int
    touched: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(target for target in self.plan.targets if target not in self.touched)
