"""Whether a cycle is held: a pure judgement over its numbers, with the reasons by name."""

from dataclasses import dataclass
from enum import StrEnum

LEAST = 10  # the usual number of a quiet office: five times nothing would hold everything


class Because(StrEnum):
    """Why a cycle is held."""

    ALERTS = "too_many_alerts"
    HEADS = "too_many_heads"


@dataclass(frozen=True, slots=True)
class Measured:
    """``counted``: alerts that the cycle opened, opened again, made worse or moved; ``today``: with those of the day's earlier
    cycles; ``usual``: the median of earlier days. ``heads``: who would hear of something new by a message on this day;
    ``heads_before``: who did on the last day on which anybody did."""

    counted: int
    today: int
    usual: float
    heads: int
    heads_before: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a day may bring, from [guard]."""

    alerts: float
    heads: int

    @classmethod
    def of(cls, measured: Measured, *, max_new: float, max_heads: int) -> "Limits":
        return cls(max_new * max(measured.usual, LEAST), measured.heads_before + max_heads)


def judge(measured: Measured, limits: Limits) -> tuple[Because, ...]:
    """Empty: it goes on as always. A cycle that found nothing new holds nothing back."""
    if not measured.counted:
        return ()
    found = []
    if measured.today > limits.alerts:
        found.append(Because.ALERTS)
    if measured.heads > limits.heads:
        found.append(Because.HEADS)
    return tuple(found)


def joins(measured: Measured, limits: Limits) -> bool:
    """Whether a cycle that is held belongs to a hold of the same day that waits still: it exceeds with it, not by itself."""
    return measured.counted <= limits.alerts
