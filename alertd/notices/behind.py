"""The files that a figure counts, the worst first: a few for the line that tells of it, all of them for a list. Reads only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Expression, Scope
from alertd.model.files import FILES, files_table
from alertd.model.notices import telling_table
from alertd.model.rule import Rule
from alertd.store.dialect import binary_text

_a, _t, _f = alerts_table.c, telling_table.c, files_table.c
_OF = ("unit", "field", "procedure")  # whose the figure is; of whom it says nothing it counts all
Row = Mapping[Any, Any]


def counted(rule: Rule) -> Expression | None:
    """Which files the rule's measure counts in its period; None: it counts none by their codes."""
    measured = rule.fields.get(rule.measure)
    return None if measured is None else measured.files


def with_files(session: Session, rule: Rule, at: AsOf, rows: Sequence[Row], most: int) -> Sequence[Row]:
    """The rows of a message, each with up to ``most`` of its files and the number of all (``behind``, ``behind_total``)."""
    numbers = sorted({row["number"] for row in rows})
    found: dict[tuple[int, int], list[RowMapping]] = {}
    for each in _files(session, rule, at, numbers, most):
        found.setdefault((each["number"], each["alert_id"]), []).append(each)
    return [_beside(row, found.get((row["number"], row["alert_id"]), ())) for row in rows] if found else rows


def _beside(row: Row, files: Sequence[RowMapping]) -> Row:
    return {**row, "behind": files, "behind_total": files[0]["total"] if files else 0}


def stream(session: Session, rule: Rule, at: AsOf, numbers: Sequence[int]) -> Iterator[RowMapping]:
    """All of them, in the order of the recipients' numbers."""
    yield from _files(session, rule, at, numbers, None)


def _files(session: Session, rule: Rule, at: AsOf, numbers: Sequence[int], most: int | None) -> Iterable[RowMapping]:
    which = counted(rule)
    if which is None or not numbers:
        return ()
    spans = _spans(session, rule, numbers)
    if not spans:
        return ()
    statement = _statement(rule, at, which, numbers, spans)
    return session.connection().execute(_first(statement, most), at.parameters).mappings()


def _spans(session: Session, rule: Rule, numbers: Sequence[int]) -> Sequence[Any]:
    """The periods that are told of, by their first and last days; few."""
    record = rule.dataset.table.c
    days = select(record.begins_on, record.ends_on).select_from(_told(rule)).where(*_mine(rule, numbers)).distinct()
    return session.connection().execute(days).all()


def _told(rule: Rule) -> Any:
    record = rule.dataset.table
    return telling_table.join(alerts_table, _a.id == _t.alert_id).join(record, record.c.id == _a.record_id)


def _mine(rule: Rule, numbers: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    return _t.rule == rule.id, _t.listed == 1, _t.number.in_(numbers)


def _statement(rule: Rule, at: AsOf, which: Expression, numbers: Sequence[int], spans: Sequence[Any]) -> Select[Any]:
    record, scope = rule.dataset.table.c, Scope(files_table, at.live)
    within = [
        and_(
            record.begins_on == first, record.ends_on == last, _f.ended_day.between(first.toordinal(), last.toordinal())
        )
        for first, last in spans
    ]
    of_whom = [or_(record[name].is_(None), _f[name] == record[name]) for name in _OF]
    late = _f.ended_day_no - _f.due_day_no
    order = (late.desc(), binary_text(_f.code))
    return (
        select(
            *(_t.number, _t.alert_id, _t.unit, record.period),
            *(_f.code, _f.procedure, _f.due_at, late.label("late")),
            func.coalesce(_f.ended_at, _f.returned_at, _f.assumed_end_at).label("ended_at"),
            func.row_number().over(partition_by=(_t.number, _t.alert_id), order_by=order).label("place"),
            func.count().over(partition_by=(_t.number, _t.alert_id)).label("total"),
        )
        .select_from(_told(rule).join(files_table, and_(or_(*within), *of_whom)))
        .where(*_mine(rule, numbers), FILES.present(scope), which(scope))
    )


def _first(statement: Select[Any], most: int | None) -> Select[Any]:
    each = statement.subquery()
    chosen = select(each).order_by(each.c.number, each.c.unit, each.c.period, each.c.alert_id, each.c.place)
    return chosen if most is None else chosen.where(each.c.place <= most)
