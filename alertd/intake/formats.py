"""A declared format of times, taken apart: where each part stands, and where the hour ends. Pure."""

import re
from datetime import datetime

_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_PART = re.compile(r"%(.)|([^%])", re.DOTALL)
_TIME_OF_DAY = re.compile(r"%[HIcXTRr]")
WHOLE = 1_000_000  # longer than any text: it is not taken apart


class Format:
    """``cut``: how many characters hold day and hour, where only minutes and seconds follow, else WHOLE."""

    def __init__(self, written: str) -> None:
        self._written = written
        self.sample = datetime(2024, 9, 18, 17, 0, 0).strftime(written)  # noqa: DTZ001 - a text is written
        self.has_time = bool(_TIME_OF_DAY.search(written))
        parts = _PART.findall(written)
        fixed = all(directive in _WIDTHS for directive, literal in parts if not literal)
        self._pattern = _pattern(parts) if fixed and {"Y", "m", "d"} <= {part for part, _ in parts} else None
        self.cut = _cut(parts) if self._pattern else WHOLE

    def read(self, text: str) -> datetime:
        """Naive, or aware where the format has a zone. Raises ValueError."""
        found = self._pattern.fullmatch(text) if self._pattern else None
        if found is not None:
            parts = {"H": 0, "M": 0, "S": 0} | {name: int(digits) for name, digits in found.groupdict().items()}
            return datetime(parts["Y"], parts["m"], parts["d"], parts["H"], parts["M"], parts["S"])  # noqa: DTZ001
        if self.sample.isdigit() and len(text) != len(self.sample):
            raise ValueError("digits missing")  # strptime would deal them out as it likes
        return datetime.strptime(text, self._written).replace(microsecond=0)  # noqa: DTZ007 - the caller adds the zone


def _pattern(parts: list[tuple[str, str]]) -> "re.Pattern[str] | None":
    """Ten times as fast as strptime, for texts of the full width."""
    names = [directive for directive, _ in parts if directive]
    if len(set(names)) != len(names):
        return None
    pieces = (f"(?P<{name}>[0-9]{{{_WIDTHS[name]}}})" if name else re.escape(literal) for name, literal in parts)
    return re.compile("".join(pieces))


def _cut(parts: list[tuple[str, str]]) -> int:
    at, cut, seen = 0, 0, ""
    for directive, literal in parts:
        at += _WIDTHS[directive] if directive else len(literal)
        if directive in ("Y", "m", "d", "H") and directive:
            if "M" in seen or "S" in seen:
                return WHOLE
            cut = at
        seen += directive
    return cut if set("YmdH") <= set(seen) else WHOLE
