"""Records of a test whose dataset follows from others: its rows as they would have been worked out, from the test's words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from alertd.derive.draw import columns_of
from alertd.model.asof import AsOf
from alertd.model.base import moment_text, table_of
from alertd.model.dataset import Dataset, FieldType
from alertd.model.polls import SourceState
from alertd.settings.source_shapes import SourceSettings
from alertd.store.dialect import Dialect

SOURCE = "test"
_states = table_of(SourceState)
# A count of which the test says nothing is 0 where the table has no room for an unknown one.
_ZERO: Mapping[FieldType, Any] = {
    FieldType.INTEGER: 0,
    FieldType.DECIMAL: 0,
    FieldType.BOOLEAN: False,
    FieldType.TEXT: "",
    FieldType.WORD: "",
}


def drawn_row(dataset: Dataset, given: Mapping[str, str], at: AsOf) -> tuple[Any, ...]:
    """In the order of `columns_of`; moments and days as text. Texts of the test are read as a source's would be."""
    values: dict[str, Any] = {"source": SOURCE}
    numbers: dict[str, Any] = {}
    for field in dataset.declared:
        if field.name in given:
            values[field.name] = _stored(field.type, given[field.name], at)
            if field.number and given[field.name]:
                numbers[field.number] = at.calendar.number(_day(given[field.name], at))
    values |= numbers
    table = dataset.table
    row = []
    for name in columns_of(dataset):
        value = values.get(name)
        if value is None and not table.c[name].nullable:
            field_type = dataset.fields[name].type if name in dataset.fields else FieldType.INTEGER
            value = at.today.isoformat() if field_type is FieldType.DATE else _ZERO.get(field_type, moment_text(at.now))
        row.append(value)
    return tuple(row)


def believe_now(session: Session, source: SourceSettings, now: datetime) -> None:
    """The source has just been read, so that what time alone ends may end."""
    connection = session.connection()
    values = {"dataset": source.dataset, "believed_at": now, "as_of": now}
    made = Dialect(connection.engine).insert(_states).values(source=source.name, **values)
    connection.execute(made.on_conflict_do_update(index_elements=[_states.c.source], set_=values))


def _stored(kind: FieldType, text: str, at: AsOf) -> Any:
    if text == "":
        return None
    match kind:
        case FieldType.BOOLEAN:
            return text == "true"
        case FieldType.INTEGER:
            return int(text)
        case FieldType.DECIMAL:
            return round(float(text) * 100)
        case FieldType.MOMENT:
            return moment_text(_moment(text, at))
        case _:
            return text


def _moment(text: str, at: AsOf) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=at.calendar.zone)


def _day(text: str, at: AsOf) -> date:
    return _moment(text, at).date()
