"""The pace as arithmetic: turns, without store and clock."""

import pytest

from alertd.notices.limiter import Rate, Wanted, schedule

BOT = Rate("telegram", 0.1)


def chat(name: str, count: int = 1, interval: float = 1.0) -> Wanted:
    return Wanted(Rate(name, interval), count)


def turns(wanted: list[Wanted], free: dict[str, float] | None = None, horizon: float = 100.0) -> list[float]:
    return schedule(BOT, wanted, free or {}, now=0.0, horizon=horizon)[0]


def test_messages_go_one_by_one_at_a_steady_pace_and_never_in_a_burst() -> None:
    assert turns([chat("a"), chat("b"), chat("c")]) == pytest.approx([0.0, 0.1, 0.2])


def test_an_idle_hour_saves_up_nothing() -> None:
    assert turns([chat("a"), chat("b")], {"telegram": -3600.0}) == pytest.approx([0.0, 0.1])


def test_a_chat_that_has_to_wait_does_not_hold_up_the_others() -> None:
    assert turns([chat("a"), chat("a"), chat("b"), chat("c")]) == pytest.approx([0.0, 1.0, 0.1, 0.2])


def test_a_message_in_three_parts_takes_three_places() -> None:
    assert turns([chat("a", 3), chat("b"), chat("a")]) == pytest.approx([0.0, 0.3, 3.0])


def test_nothing_goes_before_a_hold_of_the_whole_channel() -> None:
    assert turns([chat("a"), chat("b")], {"telegram": 7.0}) == pytest.approx([7.0, 7.1])


def test_a_turn_beyond_the_horizon_is_told_and_not_reserved() -> None:
    found, moved = schedule(BOT, [chat("a"), chat("b")], {"a": 60.0}, now=0.0, horizon=5.0)
    assert found == pytest.approx([60.0, 0.0])
    assert moved == pytest.approx({"b": 1.0, "telegram": 0.1})


def test_a_hold_beyond_the_horizon_reserves_nothing_at_all() -> None:
    assert schedule(BOT, [chat("a")], {"telegram": 60.0}, now=0.0, horizon=5.0) == ([60.0], {})
