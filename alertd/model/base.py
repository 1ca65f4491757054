"""What every table shares: the metadata with its naming convention, and moments that are always aware and in UTC."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

# Stored as text of one width on SQLite (so that text order is time order) and as timestamptz on PostgreSQL, whose
# sessions run in UTC: the same string can be written to both without a conversion (see `moment_text`).
_SQLITE_FORMAT = "%(year)04d-%(month)02d-%(day)02d %(hour)02d:%(minute)02d:%(second)02d"


class Moment(TypeDecorator[datetime]):
    """A moment in time, to the second. In: aware, any zone. Out: aware, UTC. A naive datetime is a programming error."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sqlite.DATETIME(storage_format=_SQLITE_FORMAT))  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive moment {value!r}: every moment in alertd is aware")
        value = value.astimezone(UTC).replace(microsecond=0)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment_text(moment: datetime) -> str:
    """The moment as both databases store it, for bulk writes that bypass SQLAlchemy's types (intake)."""
    # isoformat writes the year 1 with four digits, strftime does not
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat(" ")


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a model: sets are handled in SQL, so statements are written over tables, not objects."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


# SQLite numbers rows by itself only for a column that is exactly INTEGER PRIMARY KEY.
BIG_ID = BigInteger().with_variant(Integer(), "sqlite")


def row_id() -> Any:
    """A row's own number, given by the database."""
    return Field(default=None, primary_key=True, sa_type=BIG_ID)


def moment(*, nullable: bool = True, index: bool = False) -> Any:
    """A column that holds a moment."""
    return Field(default=None, sa_type=Moment, nullable=nullable, index=index)
