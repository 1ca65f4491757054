"""The waterfall between two "on time" figures: its bars sum to the gap, exactly and as they are printed."""

import random
from fractions import Fraction

import pytest

from alertd.model.words import GapCause
from alertd.reports.sync_waterfall import ORDER, Figure, Shift, waterfall


def test_the_figures_of_the_city_and_the_portal_that_differ_by_a_quarter() -> None:
    """99.85% here, 73.86% there."""
    shifts = {GapCause.END_NOT_SENT: Shift(1_800, 0, -1_800), GapCause.UNKNOWN: Shift(799, 0, -799)}
    bars = waterfall(Figure(10_000, 9_985), Figure(10_000, 7_386), shifts)
    assert [(bar.cause, bar.files, bar.hundredths) for bar in bars if bar.files] == [
        (GapCause.END_NOT_SENT, 1_800, 1_800),
        (GapCause.UNKNOWN, 799, 799),
    ]
    assert sum(bar.points for bar in bars) == Fraction(9_985 - 7_386, 10_000)
    assert [bar.cause for bar in bars] == list(ORDER)


def test_a_cause_that_raises_the_portal_s_figure_has_a_bar_below_nothing() -> None:
    shifts = {GapCause.OTHER_DUE_DATE: Shift(2, 0, 2), GapCause.UNKNOWN: Shift(3, 0, -3)}
    bars = {bar.cause: bar.hundredths for bar in waterfall(Figure(10, 5), Figure(10, 4), shifts)}
    assert (bars[GapCause.OTHER_DUE_DATE], bars[GapCause.UNKNOWN], sum(bars.values())) == (-2_000, 3_000, 1_000)


def test_files_that_only_one_of_them_has_change_what_is_divided_by() -> None:
    bars = waterfall(Figure(4, 4), Figure(2, 1), {GapCause.UNKNOWN: Shift(3, -2, -3)})
    assert [bar.points for bar in bars] == [0, 0, 0, 0, Fraction(1, 2)]


def test_while_nothing_is_left_to_divide_by_the_next_step_tells_it() -> None:
    shifts = {GapCause.END_NOT_SENT: Shift(2, -2, -2), GapCause.UNKNOWN: Shift(4, 4, 1)}
    bars = waterfall(Figure(2, 2), Figure(4, 1), shifts)
    assert [bar.points for bar in bars] == [0, 0, 0, 0, Fraction(3, 4)]


def test_without_files_on_one_side_nothing_is_explained() -> None:
    assert waterfall(Figure(0, 0), Figure(4, 4), {GapCause.UNKNOWN: Shift(4, 4, 4)}) == ()


def test_shifts_that_do_not_lead_to_the_portal_s_figure_are_no_explanation() -> None:
    with pytest.raises(ValueError, match="lead from"):
        waterfall(Figure(4, 4), Figure(4, 3), {})


def test_the_printed_bars_sum_to_the_printed_gap_whatever_is_rounded() -> None:
    chance = random.Random(766)
    for _ in range(300):
        received = chance.randint(30, 5_000)
        city = Figure(received, chance.randint(0, received))
        shifts: dict[GapCause, Shift] = {}
        n, o = city.received, city.on_time
        for cause in ORDER:
            dn = chance.randint(-3, 3)
            do = chance.randint(max(-o, -20), min(n + dn - o, 20))
            shifts[cause] = Shift(30, dn, do)
            n, o = n + dn, o + do
        portal = Figure(n, o)
        bars = waterfall(city, portal, shifts)
        assert city.rate is not None
        assert portal.rate is not None
        assert sum(bar.points for bar in bars) == city.rate - portal.rate
        assert city.hundredths is not None
        assert portal.hundredths is not None
        assert sum(bar.hundredths for bar in bars) == city.hundredths - portal.hundredths
        assert all(abs(bar.points * 10_000 - bar.hundredths) < 2 for bar in bars)
