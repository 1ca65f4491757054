"""What was expected beside what came: the differences, each with its line in the file. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from alertd.cases.case import Check, Of
from alertd.cases.observe import Observed
from alertd.model.words import Level

NONE = "none"
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})")
_AROUND = 400  # characters of a notice that a person reads in a terminal


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came otherwise. ``name``: the key, with the field of a fact; ``record``: its letter."""

    name: str
    record: str
    expected: str
    got: str
    line: int


def differences(checks: tuple[Check, ...], seen: Mapping[str, Observed], zone: ZoneInfo) -> list[Difference]:
    found = []
    for check in checks:
        observed = seen.get(check.record, Observed())
        got = _got(check, observed, zone)
        if not _same(check, got, observed):
            name = f"{check.of}.{check.field}" if check.field else check.of.value
            found.append(Difference(name, check.record, shown(check.value, zone), shown(got, zone), check.line))
    return found


def _got(check: Check, seen: Observed, zone: ZoneInfo) -> Any:
    match check.of:
        case Of.ALERT:
            return seen.level
        case Of.UNIT:
            return seen.unit
        case Of.TO:
            return seen.to
        case Of.MEASURE:
            return seen.measure
        case Of.TOLD:
            return seen.told
        case Of.ENDS:
            return seen.ended
        case Of.FACT:
            value = None if seen.facts is None else seen.facts[check.field]
            return as_written(value, zone, like=str(check.value))
        case Of.SAYS | Of.SAYS_NOT:
            return " ".join((seen.text or "").split())
        case _:
            assert_never(check.of)


def _same(check: Check, got: Any, seen: Observed) -> bool:
    match check.of:
        case Of.SAYS:
            return check.value in got
        case Of.SAYS_NOT:
            return check.value not in got
        case Of.UNIT | Of.TO | Of.TOLD | Of.MEASURE if seen.level is None:
            return False  # nothing stands, so nobody hears of it
        case _:
            return bool(got == check.value)


def as_written(value: Any, zone: ZoneInfo, *, like: str = "") -> str:
    """A fact as a clerk writes it; of a moment only the day, where what it is compared with names no time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return local.date().isoformat() if len(like) == len("2026-10-08") else local.replace(tzinfo=None).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def shown(value: Any, zone: ZoneInfo) -> str:
    if value is None or value == "":
        return NONE
    if isinstance(value, Level):
        return value.word
    text = as_written(value, zone)
    if found := _MOMENT.fullmatch(text):
        return found[1] if found[2] == "00:00:00" else f"{found[1]} {found[2].removesuffix(':00')}"
    return text if len(text) <= _AROUND else text[: _AROUND - 1] + "…"
