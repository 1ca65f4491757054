"""Which unit a source means, looked up once per distinct text: only an ambiguous name is asked for day by day."""

from collections import Counter
from datetime import date

from alertd.intake.times import Instant
from alertd.intake.values import Expected
from alertd.model.directory import Directory, fold_name

_MOST = 50_000  # distinct texts that are remembered

Found = tuple[str | None, Expected | None]
_WHY: dict[str, Expected] = {"empty": Expected.UNIT, "unknown": Expected.UNIT, "ambiguous": Expected.ONE_UNIT}


class UnitReader:
    def __init__(self, directory: Directory, today: date) -> None:
        """``today``: the day of records that carry none."""
        names = Counter(fold_name(unit.name) for unit in directory.units)
        self._shared = {name for name, count in names.items() if count > 1}
        self._directory = directory
        self._today = today
        self._found: dict[str, Found | None] = {}  # None: a name that several units have or had
        self._on: dict[tuple[str, int], Found] = {}

    def read(self, text: str | None, on: Instant | None) -> Found:
        """The unit's code; or None, and what would have been expected. ``on``: the record's day."""
        if text is None:
            return None, Expected.UNIT
        try:
            found = self._found[text]
        except KeyError:
            found = self._first(text)
        return found if found is not None else self._dated(text, on)

    def _first(self, text: str) -> Found | None:
        known = text in self._directory.by_code or fold_name(text) not in self._shared
        found = self._matched(text, self._today) if known else None
        if len(self._found) < _MOST:
            self._found[text] = found
        return found

    def _dated(self, text: str, on: Instant | None) -> Found:
        day = date.fromordinal(on[1].ordinal) if on else self._today
        key = (text, day.toordinal())
        found = self._on.get(key)
        if found is None:
            found = self._matched(text, day)
            if len(self._on) < _MOST:
                self._on[key] = found
        return found

    def _matched(self, text: str, day: date) -> Found:
        code, why = self._directory.match(text, day)
        return (code, None) if code is not None else (None, _WHY[why])
