"""Where each field stands in their record: the values that are taken out, and the lists that are counted or opened. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from alertd.intake.values import Expected, Problems, Read, shown
from alertd.model.source import Raw
from alertd.settings.source_shapes import FieldFrom, SourceSettings


class Columns:
    """The mapped columns of a source, each once, in one order. ``of`` gives the position of a field's value."""

    def __init__(self, settings: SourceSettings) -> None:
        self._fields = settings.taken
        self.names = tuple(dict.fromkeys(theirs.name for theirs in settings.taken.values()))
        self._dotted = any("." in name for name in self.names)
        self._picks = [pick(name) for name in self.names]

    def values(self, raw: Raw) -> list[Any]:
        """One value per column, None where the record has none."""
        if self._dotted:
            return [take(raw) for take in self._picks]
        get = raw.get
        return [get(name) for name in self.names]

    def of(self, field: str) -> int:
        return self.names.index(self._fields[field].name)

    def absent(self, raw: Raw) -> set[str]:
        """Columns that this record does not have at all."""
        return {name for name in self.names if name not in raw and name.split(".")[0] not in raw}


def pick(name: str) -> Callable[[Raw], Any]:
    """What stands at ``name`` in a record; ``a.b`` reaches into objects. None for nothing."""
    parts = name.split(".")

    def dig(raw: Raw) -> Any:
        if name in raw:  # a dot may be part of a name
            return raw[name]
        found: Any = raw
        for part in parts:
            if not isinstance(found, Mapping):
                return None
            found = found.get(part)
        return found

    return dig if len(parts) > 1 else lambda raw: raw.get(name)


def unfolded(theirs: FieldFrom, field: str, read: Read, problems: Problems) -> Read:
    """The reader of a field that may stand in a list inside the record."""
    if theirs.column:
        return read
    if theirs.count:
        return _counted(field, problems)
    position, part = (0 if theirs.first else -1), pick(theirs.field)

    def item(value: Any) -> Any:
        if not value:
            return read(None)
        if not isinstance(value, list) or not isinstance(value[position], Mapping):
            problems.append((field, shown(value), Expected.LIST))
            return read(None)
        return read(part(value[position]))

    return item


def _counted(field: str, problems: Problems) -> Read:
    def count(value: Any) -> int | None:
        if isinstance(value, list):
            return len(value)
        if not value:
            return 0
        problems.append((field, shown(value), Expected.LIST))
        return None

    return count
