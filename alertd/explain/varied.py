"""Records with one value changed, side by side in a table of this connection's own, judged by the very conditions that rules run.

What a changed value implies (open or not, day numbers, days of the law) is derived by intake itself, as if a source had given
it. Nothing is kept: the table is gone when the block ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, MetaData, RowMapping, Table, select
from sqlmodel import Session

from alertd.explain.candidates import Candidate, How
from alertd.explain.records import Copy
from alertd.intake.normalise import Normaliser
from alertd.intake.site import IntakeSite
from alertd.intake.values import Unreadable
from alertd.model.asof import AsOf
from alertd.model.base import moment_text
from alertd.model.dataset import Dataset, FieldType, Scope
from alertd.model.datasets import DATASETS
from alertd.rules.compile import may_end, measured, verdict
from alertd.rules.rulebook import CompiledRule
from alertd.settings.source_shapes import SourceSettings
from alertd.store.dialect import Dialect

_PLAIN = (FieldType.TEXT, FieldType.INTEGER, FieldType.DECIMAL)  # nothing is derived from these


def _beside(dataset: Dataset) -> Table:
    columns = [Column(column.name, column.type) for column in dataset.table.columns]
    return Table(f"varied_{dataset.name}", MetaData(), *columns, prefixes=["TEMPORARY"])


_TABLES = {
    name: _beside(dataset) for name, dataset in DATASETS.items()
}  # made once, so that statements over them are too


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as a number: 0 for none (or excluded), else the level. ``ends``: an alert that stands would end with it."""

    level: int
    measure: int | None
    ends: bool


class Varied:
    """The rows that `varied` has laid out. ``cases``: by number, whose record it is and what was changed."""

    def __init__(
        self, session: Session, dataset: Dataset, table: Table, cases: Mapping[int, tuple[str, Candidate]]
    ) -> None:
        self._session, self._dataset, self._table, self.cases = session, dataset, table, cases

    def judge(self, compiled: CompiledRule, at: AsOf) -> dict[int, Judged]:
        """What the rule says of each case; one statement."""
        scope, zone = Scope(self._table, live=False), at.calendar.zone
        statement = select(
            self._table.c.id,
            verdict(compiled, scope, zone).label("level"),
            measured(compiled, scope, zone).label("measure"),
            may_end(compiled, scope, zone).label("ends"),
        )
        rows = self._session.connection().execute(statement, at.parameters)
        return {row.id: Judged(row.level or 0, row.measure, bool(row.ends)) for row in rows}


@contextmanager
def varied(
    session: Session,
    dataset: Dataset,
    tried: Sequence[tuple[Copy, Sequence[Candidate]]],
    keys: Sequence[str],
    site: IntakeSite,
    at: AsOf,
) -> Iterator[Varied]:
    """``tried``: the copies that rules see with what is changed in each, beside ``keys``, the codes of their records."""
    connection = session.connection()
    table = _TABLES[dataset.name]
    table.create(connection)
    cases: dict[int, tuple[str, Candidate]] = {}
    rows = []
    stored = _stored(session, dataset, keys)
    for key, (copy, candidates) in zip(keys, tried, strict=True):
        derive = _Derive(dataset, copy, stored[key], site, at)
        for candidate in candidates:
            row = derive.row(candidate)
            if row is not None:
                number = len(cases) + 1
                cases[number] = (key, candidate)
                rows.append(tuple(_text(value) for value in (row | {"id": number}).values()))
    Dialect(connection.engine).bulk_insert(connection, table, [column.name for column in table.columns], rows)
    yield Varied(session, dataset, table, cases)
    table.drop(connection)  # after a failure the transaction takes it back


def _stored(session: Session, dataset: Dataset, keys: Sequence[str]) -> dict[str, RowMapping]:
    c = dataset.table.c
    chosen = select(dataset.table).where(c.code.in_(keys), c.preferred.is_(True))
    return {row["code"]: row for row in session.connection().execute(chosen).mappings()}


class _Derive:
    """From a change of one given value to the row that would be stored: what intake derives otherwise from it than from the
    values as they are is laid over the stored row."""

    def __init__(self, dataset: Dataset, copy: Copy, stored: RowMapping, site: IntakeSite, at: AsOf) -> None:
        self._dataset, self._copy, self._stored = dataset, copy, dict(stored)
        self._given = {name: _as_given(value) for name, value in copy.given.items()}
        self._code = str(stored["code"])
        if dataset.follows:  # no source gives it, and nothing is derived from it
            return
        by_minute = bool(stored.get("by_minute"))
        self._normaliser = Normaliser(_settings(dataset, copy.source, by_minute=by_minute), site, at.now)
        self._as_is = self._derived(self._given)

    def row(self, candidate: Candidate) -> dict[str, Any] | None:
        field = self._dataset.fields[candidate.field]
        if self._dataset.follows or field.type in _PLAIN:
            return self._stored | {candidate.field: field.stored(candidate.value)}
        changes = dict(candidate.given) or {candidate.field: candidate.value}
        given = self._given | {name: _as_given(value) for name, value in changes.items()}
        if candidate.field == "due_at" and candidate.how is not How.MISSING:
            given["new_due_at"] = None  # which would take its place
        changed = self._derived(given)
        if changed is None or self._as_is is None:
            return None
        return self._stored | {name: value for name, value in changed.items() if value != self._as_is[name]}

    def _derived(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        values = self._normaliser.columns.values(given)
        try:
            row = self._normaliser.row(values, self._code, 0)
        except Unreadable:
            return None
        finally:
            self._normaliser.problems.clear()
        found = dict(zip(self._normaliser.row_columns, row, strict=True))
        for own in ("raw_hash", "unit", "unit_named"):
            found.pop(own)
        return found


def _settings(dataset: Dataset, source: str, *, by_minute: bool) -> SourceSettings:
    """A source that gives every field in our words."""
    return SourceSettings.model_validate(
        {
            "name": source,
            "dataset": dataset.name,
            "kind": "http",
            "url": "http://127.0.0.1/",
            "fields": {field.name: field.name for field in dataset.given},
            "due_by": "minute" if by_minute else "day",
        }
    )


def _as_given(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value
