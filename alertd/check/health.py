"""One thing that was looked at: how it is, what was seen, and the cure where it is not well."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    OK = "ok"
    WARNING = "warning"  # it works, but hardly as it was meant, or not for long
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Seen:
    """``subject`` names what was looked at: ``source one-stop``, ``store``. A cure stands only where something is to be done."""

    subject: str
    health: Health
    what: str
    cure: str = ""


def ok(subject: str, what: str) -> Seen:
    return Seen(subject, Health.OK, what)


def warning(subject: str, what: str, cure: str) -> Seen:
    return Seen(subject, Health.WARNING, what, cure)


def fault(subject: str, what: str, cure: str = "") -> Seen:
    """Where ``what`` is a message that names its cure already (``what; cure``), the two are parted."""
    if not cure:
        what, _, cure = what.partition("; ")
    return Seen(subject, Health.FAULT, what, cure)


def any_fault(seen: Iterable[Seen]) -> bool:
    return any(each.health is Health.FAULT for each in seen)
