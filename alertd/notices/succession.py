"""Which units may answer today for what stands under a unit, whatever the field: itself, or all that it became. Pure."""

from datetime import date

from alertd.model.directory import Directory


def heirs(directory: Directory, unit: str, day: date) -> set[str]:
    """The units valid on ``day`` that follow ``unit``; itself while it lasts; empty where nobody knows."""
    found, seen, ahead = set[str](), set[str](), {unit}
    while ahead:
        seen |= ahead
        lasting = {code for code in ahead if (row := directory.by_code.get(code)) and _lasts(row.valid_to, day)}
        found |= lasting
        ended = ahead - lasting
        ahead = {
            row.successor
            for row in directory.successors
            if row.unit in ended and (row.since is None or row.since <= day)
        } - seen
    return found


def _lasts(until: date | None, day: date) -> bool:
    return until is None or day <= until
