"""The gap between two "on time" figures, explained step by step: what each cause takes away. Pure; exact in fractions.

The waterfall begins at the city's figure and lets one cause after the other count as the portal counts it; what a step takes
away is its bar, so the bars sum to the gap exactly. In which order the causes come (`ORDER`) decides how what two of them
share is divided; each file has one cause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from alertd.model.words import GapCause

ORDER = (
    GapCause.END_NOT_SENT,
    GapCause.PAUSE_NOT_SENT,
    GapCause.OTHER_DUE_DATE,
    GapCause.MINISTRY_SYSTEM,
    GapCause.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """Files received in the period that have a due date, and those of them that are on time: ended, paused or open not after it."""

    received: int
    on_time: int

    @property
    def rate(self) -> Fraction | None:
        """On time ÷ received; None where nothing was received."""
        return Fraction(self.on_time, self.received) if self.received else None

    @property
    def hundredths(self) -> int | None:
        """The rate as it is printed: hundredths of a per cent."""
        return None if self.rate is None else _rounded(self.rate)


@dataclass(frozen=True, slots=True)
class Shift:
    """Files of one cause that the two systems count otherwise: how many, and by how much the portal's counts are higher."""

    files: int
    received: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Bar:
    """``points``: by what share (of 1) the cause lowers the portal's figure; below 0 it raises it. ``hundredths``: the same as it
    is printed, in hundredths of a percentage point, so that the printed bars sum to the printed gap."""

    cause: GapCause
    files: int
    points: Fraction
    hundredths: int


def waterfall(city: Figure, portal: Figure, shifts: Mapping[GapCause, Shift]) -> tuple[Bar, ...]:
    """A bar for each cause in its order, also where it takes nothing away; none where one of the figures is not known."""
    if city.rate is None or portal.rate is None:
        return ()
    received, on_time, rate = city.received, city.on_time, city.rate
    points: list[Fraction] = []
    for cause in ORDER:
        shift = shifts.get(cause)
        if shift is not None:
            received, on_time = received + shift.received, on_time + shift.on_time
        # while nothing is left to divide by, what has gone is told with the next step
        after = Fraction(on_time, received) if received else rate
        points.append(rate - after)
        rate = after
    if rate != portal.rate:
        raise ValueError(f"the shifts lead from {city} to {rate}, not to {portal}")
    printed = _shared_out(points, _rounded(city.rate) - _rounded(portal.rate))
    files = [shifts[cause].files if cause in shifts else 0 for cause in ORDER]
    return tuple(Bar(*each) for each in zip(ORDER, files, points, printed, strict=True))


def _rounded(share: Fraction) -> int:
    """In hundredths of a per cent, a half upwards."""
    return int((share * 20_000 + 1) // 2)


def _shared_out(points: Sequence[Fraction], whole: int) -> list[int]:
    """Each in hundredths of a point, rounded so that they sum to ``whole``: what is left goes where most was cut off. A bar of
    nothing stays nothing."""
    exact = [each * 10_000 for each in points]
    floors = [int(each // 1) for each in exact]
    left = whole - sum(floors)
    order = sorted(
        (place for place, each in enumerate(exact) if each), key=lambda place: (floors[place] - exact[place], place)
    )
    for turn in range(abs(left)):
        if order:
            floors[order[turn % len(order)]] += 1 if left > 0 else -1
    return floors
