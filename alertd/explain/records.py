"""What each source says of a record, how it was before, and which values rules see."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.dataset import Dataset, Scope
from alertd.model.files import FileHistory

_history = table_of(FileHistory)
_PREFIX = "seen_"


@dataclass(frozen=True, slots=True)
class Copy:
    """One source's copy. ``given``: its values by field, as they stand; ``preferred``: the one that rules see."""

    source: str
    preferred: bool
    gone_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime
    unit_named: str | None
    given: Mapping[str, Any]
    version_since: datetime
    assumed_end_at: datetime | None = None  # it has ended, and nobody says when


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of the watched fields, and from when to when it was known."""

    source: str
    known_from: datetime
    known_to: datetime
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """``seen``: every field as rules see it at the moment, null where it has not happened by then; None: rules see no copy.
    ``present``: False where its first event lies after the moment, so that it does not exist yet. ``numbers``: the stored day
    numbers by column, and ``stop``, the one up to which lateness counts; ``stop_day`` is the day of that."""

    key: str
    copies: tuple[Copy, ...]
    versions: tuple[Version, ...]
    row_id: int | None = None
    present: bool = False
    seen: Mapping[str, Any] | None = None
    numbers: Mapping[str, int | None] | None = None
    stop_day: date | None = None


def records(session: Session, dataset: Dataset, keys: Collection[str], at: AsOf) -> dict[str, Record]:
    """The records by their code: three statements, however many they are. A code without any copy has an empty one."""
    copies: dict[str, list[RowMapping]] = defaultdict(list)
    c = dataset.table.c
    chosen = (
        select(dataset.table).where(c.code.in_(keys)).order_by(c.preferred.desc(), c.gone_at.is_not(None), c.source)
    )
    for row in session.connection().execute(chosen).mappings():
        copies[row["code"]].append(row)
    seen = _seen(session, dataset, keys, at)
    versions = _versions(session, dataset, keys)
    numbers = [field.number for field in dataset.declared if field.number]
    found = {}
    for key in keys:
        record = Record(key, tuple(_copy(dataset, row) for row in copies[key]), tuple(versions.get(key, ())))
        if key in seen:
            row = seen[key]
            record = Record(
                key,
                record.copies,
                record.versions,
                row_id=row["id"],
                present=bool(row["present"]),
                seen={name: row[f"{_PREFIX}{name}"] for name in dataset.fields},
                numbers={"stop": row["stop"], **{name: row[name] for name in numbers}},
                stop_day=date.fromordinal(row["stop_day"]),
            )
        found[key] = record
    return found


def kept_since(session: Session, dataset: Dataset, keys: Collection[str]) -> dict[str, datetime]:
    """By code since when alertd knows the record: the copy that rules see, else the first of all."""
    c = dataset.table.c
    chosen = select(c.code, c.first_seen_at).where(c.code.in_(keys)).order_by(c.preferred.desc(), c.first_seen_at)
    found: dict[str, datetime] = {}
    for row in session.connection().execute(chosen):
        found.setdefault(row.code, row.first_seen_at)
    return found


def _copy(dataset: Dataset, row: RowMapping) -> Copy:
    given = {field.name: field.plain(row[field.name]) for field in dataset.given if field.name in row}
    return Copy(
        row["source"],
        bool(row["preferred"]),
        row["gone_at"],
        row["first_seen_at"],
        row["changed_at"],
        row["unit_named"],
        given,
        row["version_since"],
        row.get("assumed_end_at"),
    )


def _seen(session: Session, dataset: Dataset, keys: Collection[str], at: AsOf) -> dict[str, RowMapping]:
    """The copy that rules see, through the very expressions that rules are made of."""
    scope = Scope(dataset.table, live=at.live)
    c = dataset.table.c
    columns = [field.sql(scope).label(f"{_PREFIX}{field.name}") for field in dataset.declared]
    stored = [c[field.number] for field in dataset.declared if field.number]
    statement = select(
        c.id,
        c.code,
        dataset.present(scope).label("present"),
        dataset.stop_number(scope).label("stop"),
        dataset.stop_day(scope).label("stop_day"),
        *stored,
        *columns,
    ).where(c.code.in_(keys), c.preferred.is_(True))
    rows = session.connection().execute(statement, at.parameters).mappings()
    return {row["code"]: row for row in rows}


def _versions(session: Session, dataset: Dataset, keys: Collection[str]) -> dict[str, list[Version]]:
    if not dataset.watched:
        return {}
    c = _history.c
    rows = (
        session.connection().execute(select(_history).where(c.code.in_(keys)).order_by(c.known_from, c.id)).mappings()
    )
    found: dict[str, list[Version]] = defaultdict(list)
    for row in rows:
        fields = {name: row[name] for name in (*dataset.watched, *dataset.kept_too)}
        found[row["code"]].append(Version(row["source"], row["known_from"], row["known_to"], fields))
    return found
