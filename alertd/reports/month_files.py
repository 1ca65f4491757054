"""The files of a month record by record, unit by unit, as the bulletin counts them and as the portal's copy shows them. A stream.

No citizen's data: codes, procedures, days, states. Both verdicts go by one rule (derive/period_files.py): late is what ended, or
waits for the citizen, or is open, after the due day moved to a working day.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select
from sqlmodel import Session

from alertd.model import file_terms
from alertd.model.asof import AsOf
from alertd.model.bulletins import MonthFile, Standing
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.model.period import Period
from alertd.model.sync_sides import Copy, Pair
from alertd.store.dialect import binary_text

SQL = ColumnElement[Any]
_AT_ONCE = 1000  # rows that are in memory
_f = files_table.c


def month_files(
    session: Session, at: AsOf, month: Period, readers: Mapping[str, int], pair: Pair | None
) -> Iterator[MonthFile]:
    """Of the units in ``readers`` (unit → its reader's number), by number and unit, what is late first. One statement."""
    if not readers:
        return
    scope = Scope(files_table, at.live)
    number = case(dict(readers), value=_f.unit)
    city = _standing(scope)
    ends = (scope.event(name) for name in ("ended_at", "returned_at", "assumed_end_at"))
    there = None if pair is None else Copy(pair.portal, "there", live=at.live)
    rows: Any = files_table
    portal: dict[str, SQL] = dict.fromkeys(("portal", "due_there", "ended_there"), null())
    if there is not None:
        rows = files_table.outerjoin(there.rows, and_(there.c.source == there.side.source, there.c.code == _f.code))
        here = func.coalesce(there.is_here, False)
        portal = {
            "portal": case((here, _standing(there.scope)), else_=Standing.ABSENT.value),
            "due_there": case((here, there.c.due_at), else_=null()),
            "ended_there": case((here, there.ended_at), else_=null()),
        }
    statement = (
        select(
            number.label("number"),
            *(_f[name] for name in ("unit", "code", "procedure", "received_day", "due_at", "status", "section")),
            case((file_terms.is_open(scope), null()), else_=func.coalesce(*ends)).label("ended_at"),
            city.label("city"),
            *(column.label(name) for name, column in portal.items()),
        )
        .select_from(rows)
        .where(
            FILES.present(scope),
            _f.received_day.between(month.first.toordinal(), month.last.toordinal()),
            _f.unit.in_(sorted(readers)),
        )
        .order_by(number, binary_text(_f.unit), case((city == Standing.LATE.value, 0), else_=1), binary_text(_f.code))
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.connection().execute(statement, at.parameters):
        yield MonthFile(
            int(row.number),
            row.unit,
            row.code,
            row.procedure,
            date.fromordinal(row.received_day),
            row.due_at,
            row.ended_at,
            row.status,
            row.section,
            Standing(row.city),
            None if row.portal is None else Standing(row.portal),
            row.due_there,
            row.ended_there,
        )


def _standing(scope: Scope) -> SQL:
    due = scope.column("due_day_no")
    is_open = func.coalesce(file_terms.is_open(scope), False)
    return case(
        (due.is_(None), Standing.NO_DUE.value),
        (due < file_terms.stop_number(scope), Standing.LATE.value),
        (or_(is_open, is_open.is_(None)), Standing.RUNNING.value),
        else_=Standing.ON_TIME.value,
    )
