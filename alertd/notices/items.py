"""The records behind what is told, the worst first: some for a message, all of them as a stream for a list."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, null, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.disputes import PENDING, disputes_table
from alertd.model.facts import fact_columns
from alertd.model.notices import telling_table
from alertd.model.rule import Rule
from alertd.notices import behind, days
from alertd.store.dialect import binary_text

_a, _d, _t = alerts_table.c, disputes_table.c, telling_table.c
_AT_ONCE = 1000  # rows of a list that are in memory


def worst(session: Session, rule: Rule, at: AsOf, numbers: Sequence[int], most: int) -> Sequence[days.Row]:
    """Up to ``most`` records that the rule shows to each recipient, with their facts as of now, and what they were before."""
    statement = _ranked(rule, at, numbers, most)
    rows = session.connection().execute(statement, at.parameters).mappings()
    return behind.with_files(session, rule, at, days.with_versions(session, rule.dataset, rows), most)


def stream(session: Session, rule: Rule, at: AsOf, numbers: Sequence[int], most: int) -> Iterator[RowMapping]:
    """The same, in the order of the recipients' numbers, without holding all of it."""
    statement = _ranked(rule, at, numbers, most).execution_options(yield_per=_AT_ONCE)
    yield from session.connection().execute(statement, at.parameters).mappings()


def worse_is_less(rule: Rule) -> bool:
    """Whether small values of its measure are the bad ones (working days left)."""
    measured = rule.fields.get(rule.measure)
    return measured is not None and measured.at_most is not None


def _ranked(rule: Rule, at: AsOf, numbers: Sequence[int], most: int) -> Select[Any]:
    record = rule.dataset.table
    scope = Scope(record, at.live)
    measured = rule.fields.get(rule.measure)
    # the stored measure is as old as the level; where no field says it anew, what was found first is the worse
    measure: ColumnElement[Any] = measured.sql(scope) if measured is not None else _a.measure
    by = measure.asc() if worse_is_less(rule) else measure.desc()
    order = [_t.level.desc(), by.nulls_last(), _a.opened_at, binary_text(_t.key)]
    columns = (_t.number, _t.alert_id, _t.unit, _t.key, _t.level, _t.why, _t.rules, _a.record_id, _a.source)
    ranked = (
        select(
            *columns,
            measure.label("measure"),
            func.row_number().over(partition_by=_t.number, order_by=order).label("place"),
        )
        .select_from(
            telling_table.join(alerts_table, _a.id == _t.alert_id).outerjoin(record, record.c.id == _a.record_id)
        )
        .where(_t.rule == rule.id, _t.listed == 1, _t.number.in_(numbers))
        .subquery()
    )
    # where it has been in another unit: what its new head has to know
    moved = [record.c[name] if name in record.c else null().label(name) for name in ("unit_since", "due_day_no")]
    return (
        select(
            *ranked.c,
            record.c.unit_named.label("unit_named"),
            *moved,
            *_disputed(ranked.c.alert_id),
            *days.columns(rule.dataset, scope),
            *fact_columns(rule, scope),
        )
        .select_from(ranked.outerjoin(record, record.c.id == ranked.c.record_id))
        .where(ranked.c.place <= most)
        .order_by(ranked.c.number, ranked.c.place)
    )


def _disputed(alert: ColumnElement[int]) -> Iterator[ColumnElement[Any]]:
    """Since when its unit says that the figure is wrong, and what the office holds of it (a DisputeState); nulls where nobody says
    so, or it is decided and done."""
    for name in ("raised_at", "state"):
        # the newest, where an older one waits for its source still
        last = select(_d[name]).where(_d.alert_id == alert, PENDING).order_by(_d.id.desc()).limit(1)
        yield last.scalar_subquery().label(f"disputed_{name}")
