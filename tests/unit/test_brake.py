"""The brake's judgement over numbers alone: what is held, what joins a hold, and what a quiet office may find."""

import pytest

from alertd.alerts.counted import usual
from alertd.brake.judge import Because, Limits, Measured, joins, judge


def measured(
    today: int = 0, *, counted: int | None = None, usual: float = 20, heads: int = 0, before: int = 0
) -> Measured:
    return Measured(today if counted is None else counted, today, usual, heads, before)


def judged(given: Measured) -> tuple[Because, ...]:
    return judge(given, Limits.of(given, max_new=5.0, max_heads=30))


@pytest.mark.parametrize(
    ("today", "usually", "held"),
    [(100, 20, False), (101, 20, True), (50, 0, False), (51, 0, True), (51, 10, True), (50, 9.5, False)],
)
def test_five_times_the_usual_number_passes_and_one_more_is_held_a_quiet_office_counting_as_ten(
    today: int, usually: float, held: bool
) -> None:
    assert (judged(measured(today, usual=usually)) == (Because.ALERTS,)) is held


def test_thirty_heads_more_than_on_the_last_day_pass_and_one_more_is_held() -> None:
    assert judged(measured(1, heads=36, before=6)) == ()
    assert judged(measured(1, heads=37, before=6)) == (Because.HEADS,)


def test_both_reasons_are_named() -> None:
    assert judged(measured(500, heads=150, before=6)) == (Because.ALERTS, Because.HEADS)


def test_a_cycle_that_found_nothing_new_holds_nothing_whatever_the_day_was_like() -> None:
    assert judged(measured(500, counted=0, heads=150)) == ()


def test_a_few_more_join_the_hold_that_waits_and_a_new_wave_is_a_hold_of_its_own() -> None:
    few, wave = measured(120, counted=3), measured(320, counted=200)
    assert joins(few, Limits.of(few, max_new=5.0, max_heads=30))
    assert not joins(wave, Limits.of(wave, max_new=5.0, max_heads=30))


def test_one_bad_day_does_not_make_the_next_one_usual() -> None:
    assert usual([20_000, 12, 9, 11]) == 11.5
    assert usual([]) == 0
