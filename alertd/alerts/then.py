"""Facts of many alerts in one statement, each as of a moment of its own: the clock is read from a row instead of a parameter."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session

from alertd.model.alerts import moments_table
from alertd.model.asof import AsOf
from alertd.model.base import moment_text
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Dataset, Scope
from alertd.store.dialect import Dialect

_m = moments_table.c


class Then(Scope):
    """A dataset's rows beside `moments_table`: every expression is read as of the moment in the same row."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset.table, live=False)

    @property
    def now(self) -> ColumnElement[Any]:
        return _m.at

    @property
    def today(self) -> ColumnElement[Any]:
        return _m.today

    @property
    def today_day(self) -> ColumnElement[Any]:
        return _m.today_day

    @property
    def today_no(self) -> ColumnElement[Any]:
        return _m.today_no


def fill_moments(session: Session, moments: Iterable[datetime], calendar: WorkingCalendar) -> None:
    """Put each moment once, with its local day, into this connection's table of moments, in the place of those before."""
    connection = session.connection()
    connection.execute(delete(moments_table))  # no TRUNCATE: PostgreSQL refuses it where a transaction only reads
    rows = []
    for moment in {moment.replace(microsecond=0) for moment in moments}:
        clock = AsOf(moment, calendar).parameters
        rows.append((moment_text(moment), clock["today"].isoformat(), clock["today_day"], clock["today_no"]))
    columns = ("at", "today", "today_day", "today_no")
    Dialect(connection.engine).bulk_insert(connection, moments_table, columns, rows)
