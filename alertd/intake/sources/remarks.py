"""What was repaired, shortened or left out while a source was read: counted by kind, with the first example of each."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """How one of its kind, and several, are said."""

    one: str
    many: str


SHORTENED_CODE = Kind("code shortened by Excel was repaired", "codes shortened by Excel were repaired")
TOO_LONG = Kind("value was too long and is cut", "values were too long and are cut")
NOT_A_RECORD = Kind("item is no record", "items are no records")
TOO_MANY_CELLS = Kind(
    "row has more cells than the header and is not read", "rows have more cells than the header and are not read"
)
UNDATED = Kind(
    "file without a date in its name was passed over", "files without a date in their names were passed over"
)
PASSED_OVER = Kind("older file cannot be taken and was passed over", "older files cannot be taken and were passed over")


@dataclass(slots=True)
class Remarks:
    """One line per kind in a poll, however often it occurs."""

    _counts: dict[Kind, int] = field(default_factory=dict)
    _examples: dict[Kind, str] = field(default_factory=dict)

    def add(self, kind: Kind, example: str) -> None:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._examples.setdefault(kind, example)

    def lines(self) -> list[str]:
        """``12 codes shortened by Excel were repaired, e.g. row 5: 1.00422 → 1.004220``"""
        return [
            f"{count:,} {kind.many}, e.g. {self._examples[kind]}"
            if count > 1
            else f"1 {kind.one}: {self._examples[kind]}"
            for kind, count in self._counts.items()
        ]
