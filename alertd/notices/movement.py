"""Why a figure has changed since a notice: newly late, finished, moved in or out, and by rule, calendar or source. It reads.

Every event of a cycle that began or ended an alert, or gave it to another unit, counts once and in one way, so that the parts
make up the difference of the totals. What is left then is not in any record: that somebody answers for other units than before, or
that the office held figures back or let them go (``scope``).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, null, select, true
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, Cycle, alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.dataset import Dataset, Scope
from alertd.model.datasets import DATASETS
from alertd.model.words import Cause, Reason
from alertd.notices.ended import end_of
from alertd.notices.letter import Split
from alertd.notices.route import Router
from alertd.notices.writer import Desk

_a, _e, _y = alerts_table.c, table_of(AlertEvent).c, table_of(Cycle).c


class Part(StrEnum):
    """The ways in which a figure changes, as the fields of a Split are called."""

    LATE = "late"
    FINISHED = "finished"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    PASSED = "passed"
    EXCLUDED = "excluded"
    RULE = "rule"
    CALENDAR = "calendar"
    SOURCE = "source"


_BEGINS = {
    Cause.RULE.value: Part.RULE,
    Cause.CALENDAR.value: Part.CALENDAR,
    Cause.SET_BACK.value: Part.SOURCE,
}
_ENDS = {
    Reason.GONE.value: Part.SOURCE,
    Reason.MOVED_ON.value: Part.PASSED,
    Reason.EXCLUDED.value: Part.EXCLUDED,
    Reason.RULE_CHANGED.value: Part.RULE,
    Reason.RULE_REMOVED.value: Part.RULE,
    Reason.CALENDAR_CHANGED.value: Part.CALENDAR,
    Reason.MAPPING_CHANGED.value: Part.SOURCE,
}
_COUNTED = (Reason.OPENED.value, Reason.REOPENED.value, Reason.MOVED.value, Reason.RESOLVED.value, *_ENDS)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One sum: after a cycle, of a person (empty: of all), of a rule."""

    cycle: int
    person: str
    rule: str


class Movements:
    """What has happened since each of these cycles, to whom it matters today. ``held``: what is held back counts too."""

    def __init__(self, session: Session, desk: Desk, at: AsOf, cycles: Collection[int], *, held: bool = False) -> None:
        self._router, self._rules = Router(desk.reach), desk.rules.rules
        self._sums: dict[_Asked, Counter[Part]] = defaultdict(Counter)
        self._units: dict[_Asked, Counter[str]] = defaultdict(Counter)  # the same events, by unit
        connection = session.connection()
        self._known = frozenset(connection.execute(select(_y.id).where(_y.id.in_(sorted(cycles)))).scalars())
        if not self._known:
            return
        for dataset in DATASETS.values():
            rules = [name for name, rule in self._rules.items() if rule.dataset.name == dataset.name]
            if rules:
                for row in connection.execute(_statement(dataset, at, rules, self._known, held=held), at.parameters):
                    self._add(row)

    def split(
        self,
        cycle: int | None,
        person: str,
        rule: str,
        before: Mapping[str, int],
        now: Mapping[str, int],
        inherited: Collection[str] = (),
    ) -> Split | None:
        """How a change came about; None where nobody wrote down what has happened since. ``person`` empty: for all; ``before``
        and ``now``: how many stand, by unit; ``inherited``: units that have ended, and whose files are this person's."""
        if cycle is None or cycle not in self._known:
            return None
        asked = _Asked(cycle, person, rule)
        sums, units = self._sums.get(asked, Counter[Part]()), self._units.get(asked, Counter[str]())
        parts = {part.value: abs(count) if part in _ONE_WAY else count for part, count in sums.items()}
        # what stood there already, came by no event and was not counted before
        taken_over = sum(max(0, now[unit] - units[unit]) for unit in inherited if unit in now and unit not in before)
        scope = sum(now.values()) - sum(before.values()) - sum(sums.values()) - taken_over
        return Split(**parts, taken_over=taken_over, scope=scope)

    def _add(self, row: Any) -> None:
        if row.what == Reason.MOVED:
            before, after = self._person(row, row.unit_before), self._person(row, row.unit)
            self._count(row, before, row.unit_before, None if before == after else Part.MOVED_OUT, -row.total)
            self._count(row, after, row.unit, None if before == after else Part.MOVED_IN, row.total)
            return
        part, sign = _part(row.what, row.cause, has_end=bool(row.has_end))
        for person in (self._person(row, row.unit), ""):
            self._count(row, person, row.unit, part, sign * row.total)

    def _person(self, row: Any, unit: str) -> str | None:
        recipient = self._router.recipient(self._rules[row.rule], unit, row.field)
        return None if recipient is None else recipient.person

    def _count(self, row: Any, person: str | None, unit: str, part: Part | None, count: int) -> None:
        """``part`` None: from one unit of his to another, which changes no sum."""
        if person is None:
            return
        asked = _Asked(row.since, person, row.rule)
        self._units[asked][unit] += count
        if part is not None:
            self._sums[asked][part] += count


_ONE_WAY = (Part.LATE, Part.FINISHED, Part.MOVED_IN, Part.MOVED_OUT, Part.PASSED, Part.EXCLUDED)


def _part(what: str, cause: str | None, *, has_end: bool) -> tuple[Part, int]:
    if what == Reason.RESOLVED:
        return (Part.FINISHED, -1) if has_end else (Part.SOURCE, -1)
    if what in _ENDS:
        return _ENDS[what], -1
    # what a record says again after it had said otherwise is its source's doing
    again = Part.SOURCE if what == Reason.REOPENED and cause == Cause.DATA else Part.LATE
    return _BEGINS.get(cause or "", again), 1


def _statement(
    dataset: Dataset, at: AsOf, rules: Collection[str], cycles: Collection[int], *, held: bool
) -> Select[Any]:
    """Events that changed a figure, counted. Those of alerts that are held back, or were thrown away, changed none."""
    record = dataset.table
    field = func.coalesce(record.c[dataset.field_column], "") if dataset.field_column else literal("")
    _, ended = end_of(dataset, Scope(record, at.live))
    has_end = case((and_(_e.what == Reason.RESOLVED.value, ended), 1), else_=0)
    found = (
        select(
            _y.id.label("since"),
            _a.rule,
            field.label("field"),
            _e.what,
            _e.cause,
            func.coalesce(_e.unit, "").label("unit"),
            case((_e.what == Reason.MOVED.value, func.coalesce(_e.unit_before, "")), else_=null()).label("unit_before"),
            has_end.label("has_end"),
        )
        .select_from(
            table_of(Cycle)
            .join(table_of(AlertEvent), _e.cycle_id > _y.id)
            .join(alerts_table, _a.id == _e.alert_id)
            .outerjoin(record, record.c.id == _a.record_id)
        )
        .where(
            _y.id.in_(sorted(cycles)),
            _e.what.in_(_COUNTED),
            func.coalesce(_e.cause, "") != Cause.OFFICE.value,
            _a.rule.in_(sorted(rules)),
            true() if held else _a.held_by.is_(None),
            _a.reason != Reason.DISCARDED.value,
        )
        .subquery()
    )
    return select(*found.c, func.count().label("total")).group_by(*found.c)
