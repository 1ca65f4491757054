"""The formulas of the index: a score from numerator and denominator, a ratio, sums, and what more of either would give. Pure.

Source of all of them: Bộ chỉ số phục vụ người dân, doanh nghiệp, ban hành kèm theo Quyết định 766/QĐ-TTg ngày 23/6/2022, as the
national portal counts by it. Scores and maxima are whole hundredths of a point, ratios hundredths of a per cent: no sum is off
by a rounding. What cannot be known (a denominator of 0, an empty value) is None, and never 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

FULL = 100.0  # per cent from which on an indicator has its maximum, where [index] thresholds names no other


@dataclass(frozen=True, slots=True)
class Scale:
    """How one indicator is scored. ``maximum``: hundredths of a point. ``threshold``: the per cent that gives all of them."""

    maximum: int
    threshold: float = FULL


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator as the portal counted it: how many of how many."""

    numerator: int
    denominator: int

    def plus(self, *, both: int = 0, numerator: int = 0, denominator: int = 0) -> "Counted":
        """With so many more of each; ``both`` come into the two together. Never more of them than there are."""
        whole = self.denominator + both + denominator
        return replace(self, numerator=min(self.numerator + both + numerator, whole), denominator=whole)


def score_of(counted: Counted, scale: Scale) -> int | None:
    """``maximum`` from the threshold on, else ``numerator ÷ denominator × maximum ÷ threshold``, to the nearest hundredth; None
    for a denominator of 0, of which the portal gives none either.

    Source: Quyết định 766/QĐ-TTg, phần cách tính điểm của từng chỉ số thành phần. 2.1 (Tiến độ giải quyết): on time ÷ received ×
    20, 73.86% -> 14.77; PUBLIC_UPDATE_ON_TIME: 65 of 78 -> 3.33 of 4; PUBLIC_CONTENT_FULL: 78 of 80 -> 1.95 of 2."""
    if counted.denominator <= 0 or counted.numerator < 0:
        return None
    return _scored(Fraction(counted.numerator, counted.denominator), scale)


def score_of_ratio(ratio: int, scale: Scale) -> int:
    """The same of a ratio (hundredths of a per cent), where the portal tells no numerator: 73.86% of 20 -> 14.77."""
    return _scored(Fraction(ratio, 100_00), scale)


def ratio_of(counted: Counted) -> int | None:
    """``numerator ÷ denominator`` in hundredths of a per cent, to the nearest, as the portal shows it; None for 0."""
    if counted.denominator <= 0:
        return None
    return _nearest(Fraction(counted.numerator, counted.denominator) * 100_00)


def sum_of(scores: Iterable[int | None]) -> int | None:
    """A group is the plain sum of its indicators, the total of its six groups. What is unknown adds nothing, as with the portal:
    null + null + 1.96 + 6 -> 7.96. None where nothing is known.

    Source: Quyết định 766/QĐ-TTg, tổng điểm của Bộ chỉ số (100 điểm, 6 nhóm)."""
    known = [score for score in scores if score is not None]
    return sum(known) if known else None


def gain(before: Counted, after: Counted, scale: Scale) -> int | None:
    """Points (hundredths) by which the score is another one; negative: lower. 65 of 78 -> 65 of 84: 3.33 -> 3.10. None where
    either is unknown."""
    one, other = score_of(before, scale), score_of(after, scale)
    return None if one is None or other is None else other - one


def threshold_of(code: str, thresholds: Mapping[str, float]) -> float:
    return thresholds.get(code, FULL)


def _scored(share: Fraction, scale: Scale) -> int:
    reached = min(Fraction(1), share * 100 / Fraction(str(scale.threshold)))
    return _nearest(reached * scale.maximum)


def _nearest(value: Fraction) -> int:
    """Half a hundredth counts as a whole one, as the portal shows it; Python's own round would go to the even one."""
    return int(value + Fraction(1, 2))
