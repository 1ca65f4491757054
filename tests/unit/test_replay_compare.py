"""Two replays beside each other: who hears more, who hears less, what is found on another day; and all of it counted."""

from dataclasses import replace
from datetime import date, time, timedelta

from alertd.model.words import NoticeKind
from alertd.replay.compare import Change, difference
from alertd.replay.outcome import Replayed
from alertd.replay.tally import tally
from tests.replayed_city import LATE, SINCE, SOON, city, message, replayed

MON, TUE, WED = (SINCE + timedelta(days=offset) for offset in range(3))


def test_the_same_replay_twice_differs_in_nothing() -> None:
    same = difference(city(9, 12), city(9, 12))
    assert (same.more, same.fewer, same.newly_disturbed, same.left_in_peace) == (0, 0, (), ())
    assert (same.earlier, same.later, same.newly_found, same.no_more) == ((), (), (), ())
    assert same.messages.before == same.messages.after > 0


def test_messages_are_compared_head_by_head_and_day_by_day() -> None:
    before = replayed(message(MON, "1"), message(TUE, "1"), message(MON, "2"))
    after = replayed(message(TUE, "1"), message(WED, "1"), message(MON, "2"), message(MON, "2", time=time(9)))
    found = difference(before, after)
    # one that comes a day later is one fewer and one more
    assert (found.messages, found.more, found.fewer) == (Change(3, 4), 2, 1)
    first = next(head for head in found.heads if head.person == "1")
    assert (first.more, first.fewer, first.messages.change) == (1, 1, 0)
    assert first.days == {MON: Change(1, 0), TUE: Change(1, 1), WED: Change(0, 1)}
    assert found.days[MON] == Change(2, 2)
    assert len(found.days) == 7, "days without a message are days too"


def test_who_heard_nothing_before_and_hears_now_is_newly_disturbed() -> None:
    found = difference(replayed(message(MON, "1")), replayed(message(MON, "2")))
    assert [head.person for head in found.newly_disturbed] == ["2"]
    assert [head.person for head in found.left_in_peace] == ["1"]
    assert found.disturbed == Change(1, 1)


def test_a_digest_that_tells_nothing_does_not_hide_that_somebody_is_newly_disturbed() -> None:
    quiet = message(MON, "1", kind=NoticeKind.DIGEST, tells={}, level=None)
    found = difference(replayed(quiet), replayed(quiet, message(TUE, "1")))
    assert [head.person for head in found.newly_disturbed] == ["1"]
    assert [head.person for head in difference(replayed(message(TUE, "1")), replayed(quiet)).left_in_peace] == ["1"]
    zero = message(MON, "1", tells={LATE: 0})
    assert difference(replayed(zero), replayed(message(MON, "1"))).newly_disturbed, (
        "a rule with a count of 0 is no news"
    )


def test_records_are_found_earlier_later_newly_or_not_any_more() -> None:
    before = {(LATE, "a"): WED, (LATE, "b"): MON, (LATE, "c"): TUE, (LATE, "same"): MON, (SOON, "x"): MON}
    after = {(LATE, "a"): MON, (LATE, "b"): TUE, (LATE, "d"): WED, (LATE, "same"): MON, (SOON, "y"): MON}
    found = difference(replayed(found=before), replayed(found=after))
    assert [(each.key, each.days) for each in found.earlier] == [("a", -2)]
    assert [(each.key, each.days) for each in found.later] == [("b", 1)]
    assert found.newly_found == (((SOON, "y"), MON), ((LATE, "d"), WED))
    assert found.no_more == (((SOON, "x"), MON), ((LATE, "c"), TUE))
    late = next(rule for rule in found.rules if rule.rule == LATE)
    assert (late.found, late.earlier, late.later, late.newly, late.no_more) == (Change(4, 4), 1, 1, 1, 1)


def test_the_furthest_moved_stand_first() -> None:
    before = {(LATE, key): WED + timedelta(days=4) for key in "abc"}
    after = {(LATE, "a"): WED, (LATE, "b"): MON, (LATE, "c"): WED + timedelta(days=3)}
    found = difference(replayed(found=before), replayed(found=after))
    assert [each.key for each in found.earlier] == ["b", "a", "c"]


def test_rules_are_counted_by_messages_and_by_alerts() -> None:
    after = replayed(message(MON, "1", tells={LATE: 3, SOON: 1}), message(TUE, "1", tells={LATE: 2}))
    rules = {rule.rule: rule for rule in difference(replayed(), after).rules}
    assert (rules[LATE].messages, rules[LATE].told) == (Change(0, 2), Change(0, 5))
    assert (rules[SOON].messages, rules[SOON].told) == (Change(0, 1), Change(0, 1))


def test_days_on_which_the_brake_would_hold_are_counted_once_each() -> None:
    assert difference(replayed(), replayed(held=(MON, TUE, TUE))).held == Change(0, 2)


def test_the_busiest_day_and_head_are_found() -> None:
    counted = tally(
        replayed(
            message(TUE, "1"), message(TUE, "2", channel="telegram"), message(WED, "2"), message(WED, "2", time=time(9))
        )
    )
    assert counted.busiest_day == (TUE, 2), "of equal days the first"
    assert counted.busiest_head_day is not None
    head, day, count = counted.busiest_head_day
    assert (head.person, day, count) == ("2", WED, 2)
    assert [head.person for head in counted.heads] == ["2", "1"]
    assert counted.channels == {"email": 3, "telegram": 1}


def test_a_time_without_messages_has_no_busiest_day() -> None:
    nothing = tally(replayed())
    assert (nothing.busiest_day, nothing.busiest_head_day, nothing.heads) == (None, None, ())
    assert list(nothing.days.values()) == [0] * 7


def test_one_person_with_two_units_is_one_head() -> None:
    counted = tally(replayed(message(MON, "1"), message(TUE, "1", unit="H26.2")))
    assert [(head.unit, head.messages) for head in counted.heads] == [("H26.1", 2)]


def test_periods_that_differ_are_compared_over_the_days_of_both() -> None:
    longer: Replayed = replace(replayed(message(MON, "1")), until=date(2026, 9, 30))
    assert len(difference(replayed(), longer).days) == 30
