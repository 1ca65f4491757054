"""What has moved to another unit since a moment, by the head who had it before: he hears that it is no longer his. It reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, Cycle, alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.rule import Addressee
from alertd.model.words import Reason
from alertd.notices.ended import Told
from alertd.notices.gather import placed
from alertd.notices.letter import Ended
from alertd.notices.route import Router
from alertd.notices.writer import Desk

_a, _e, _c = alerts_table.c, table_of(AlertEvent).c, table_of(Cycle).c


def handed_over(
    session: Session, desk: Desk, at: AsOf, since: datetime, order: Sequence[str], most: int
) -> dict[str, tuple[Ended, ...]]:
    """By person: each rule with how many records have left him for another head, and up to ``most`` of them. One statement.
    What the office heard of instead of a head is its own in any case."""
    rules = [rule for rule in order if desk.rules.rules[rule].to.kind is Addressee.UNIT_HEAD]
    if not rules:
        return {}
    router, moved, lost = Router(desk.reach), Told(), Told()
    several: set[tuple[str, str]] = set()  # whoever has lost a record through two of his units has lost one
    for row in session.connection().execute(_statement(since, rules, most)):
        rule = desk.rules.rules[row.rule]
        before, after = router.recipient(rule, row.unit_before, row.field), router.recipient(rule, row.unit, row.field)
        if before is None or before.instead or (after is not None and after.person == before.person):
            continue
        if row.several:
            if (before.person, row.key) in several:
                continue
            several.add((before.person, row.key))
        # its source names no unit that is known: nobody has said that it was handed over
        told = moved if row.unit else lost
        told.add(before.person, row, at.calendar.local(row.at))
    found = moved.ended(desk, rules, most, moved=True)
    for person, rows in lost.ended(desk, rules, most, moved=True, lost=True).items():
        found[person] = (*found.get(person, ()), *rows)
    return found


def _statement(since: datetime, rules: Sequence[str], most: int) -> Select[Any]:
    """A record once for each unit that it has left, under its worst rule, and not where it is back there."""
    first = select(func.min(_c.id)).where(_c.now > since).scalar_subquery()
    rank = case({rule: place for place, rule in enumerate(rules)}, value=_a.rule, else_=len(rules))
    happened = table_of(AlertEvent).join(alerts_table, _a.id == _e.alert_id)
    joined, unit, field = placed(None, happened)
    worst = [_a.level.desc(), rank, _e.id.desc()]
    once = func.row_number().over(partition_by=[_a.key, _e.unit_before], order_by=worst)
    columns = (_a.rule, _e.unit_before, unit.label("unit"), field.label("field"), _a.key, _e.at, once.label("once"))
    left = (
        select(*columns)
        .select_from(joined)
        .where(_e.cycle_id >= first, _e.what == Reason.MOVED.value, _e.unit_before != unit)
        .where(_a.held_by.is_(None), _a.rule.in_(list(rules)))
        .subquery()
    )
    several = func.count().over(partition_by=[left.c.key])
    left = (
        select(*left.c, case((several > 1, left.c.key), else_="").label("several")).where(left.c.once == 1).subquery()
    )
    m = left.c
    # a record that has left several units is a group of its own
    group = [m.rule, m.unit_before, m.unit, m.field, m.several]
    ranked = select(
        *group,
        m.key,
        m.at,
        func.count().over(partition_by=group).label("total"),
        func.row_number().over(partition_by=group, order_by=[m.at.desc(), m.key]).label("place"),
    ).subquery()
    return (
        select(ranked)
        .where(ranked.c.place <= most)
        .order_by(*[ranked.c[column.name] for column in group], ranked.c.place)
    )
