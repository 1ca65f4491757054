"""What was dealt with since a moment, by the person who answered for it. Only what has an end of its own counts. It reads."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, null, or_, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, Scope
from alertd.model.datasets import DATASETS
from alertd.model.words import AlertState, Reason
from alertd.notices.clean import one_line
from alertd.notices.letter import Ended
from alertd.notices.route import Router
from alertd.notices.writer import Desk

_a = alerts_table.c
# The events that end a record, in the order in which they count. Where a dataset has none of its own, its alert was resolved
# by the record's own new row.
_ENDS: Mapping[str, Sequence[str]] = {"files": ("ended_at", "returned_at"), "assignments": ("done_at",)}


def ended(
    session: Session, desk: Desk, at: AsOf, since: datetime, order: Sequence[str], most: int
) -> dict[str, tuple[Ended, ...]]:
    """By person: each rule with how many records were dealt with, and up to ``most`` of them. One statement per dataset."""
    if not order:
        return {}
    router, told = Router(desk.reach), Told()
    for dataset in DATASETS.values():
        statement = _statement(dataset, at, since, order, most)
        for row in session.connection().execute(statement, at.parameters):
            recipient = router.recipient(desk.rules.rules[row.rule], row.unit, row.field)
            if recipient is not None:
                day = at.calendar.local(row.ended) if isinstance(row.ended, datetime) else row.ended
                told.add(recipient.person, row, day)
    return told.ended(desk, order, most)


class Told:
    """Records by the person who hears of them and by rule: how many there are, and some of them."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, tuple[int, list[tuple[str, date | None]]]]] = {}

    def add(self, person: str, row: Row[Any], day: date | None) -> None:
        """``row``: a record, with its rank among those of its place (``place``) and how many they are (``total``)."""
        by_rule = self._found.setdefault(person, {})
        total, items = by_rule.get(row.rule, (0, []))
        more = row.total if row.place == 1 else 0
        by_rule[row.rule] = (total + more, [*items, (one_line(row.key), day)])

    def ended(
        self, desk: Desk, order: Sequence[str], most: int, *, moved: bool = False, lost: bool = False
    ) -> dict[str, tuple[Ended, ...]]:
        """The titles are put into the reader's language by whoever knows him: here stands the rule's id."""
        rules = desk.rules.rules
        return {
            person: tuple(
                Ended(rule, rules[rule].dataset.name, total, tuple(items[:most]), moved, lost)
                for rule in order
                if rule in by_rule
                for total, items in (by_rule[rule],)
            )
            for person, by_rule in self._found.items()
        }


def _statement(dataset: Dataset, at: AsOf, since: datetime, order: Sequence[str], most: int) -> Select[Any]:
    record = dataset.table
    end, has_ended = end_of(dataset, Scope(record, at.live))
    field = func.coalesce(record.c[dataset.field_column], "") if dataset.field_column else func.coalesce(null(), "")
    rank = case({rule: place for place, rule in enumerate(order)}, value=_a.rule, else_=len(order))
    once = func.row_number().over(partition_by=_a.key, order_by=[_a.level.desc(), rank, _a.rule])
    unit = func.coalesce(_a.unit, "").label("unit")
    done = (
        select(_a.rule, unit, field.label("field"), _a.key, _a.resolved_at, end.label("ended"), once.label("once"))
        .select_from(alerts_table.join(record, record.c.id == _a.record_id))
        .where(
            _a.dataset == dataset.name,
            _a.rule.in_(list(order)),
            _a.state == AlertState.RESOLVED.value,
            or_(_a.held_by.is_(None), _a.told_level.is_not(None)),  # what was held and never told is not told of now
            _a.resolved_at > since,
            has_ended,
        )
        .subquery()
    )
    d = done.c
    group = [d.rule, d.unit, d.field]
    placed = (
        select(
            *group,
            d.key,
            d.ended,
            func.count().over(partition_by=group).label("total"),
            func.row_number().over(partition_by=group, order_by=[d.resolved_at.desc(), d.key]).label("place"),
        )
        .where(d.once == 1)
        .subquery()
    )
    return select(placed).where(placed.c.place <= most).order_by(placed.c.unit, placed.c.field, placed.c.place)


def end_of(dataset: Dataset, scope: Scope) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """The moment of the end (null where only the alert knows it), and that it has come."""
    events = [dataset.fields[name].sql(scope) for name in _ENDS.get(dataset.name, ())]
    if not events:
        return _a.resolved_at, _a.reason == Reason.RESOLVED.value
    known = or_(false(), *[event.is_not(None) for event in events])
    # SQLite's coalesce takes no single value
    return func.coalesce(*events, null()), and_(known)
