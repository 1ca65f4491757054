"""When a replay looks, and on which of its days the brake would have held."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from alertd.errors import in_language
from alertd.model.calendar import working_calendar
from alertd.model.files import FILES
from alertd.model.words import Level, NoticeKind
from alertd.replay.held import Usual, held
from alertd.replay.looks import evening, looks
from alertd.replay.outcome import Message
from alertd.replay.said import reconstructed
from alertd.settings.shapes import Guard, Settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = working_calendar(zone=HANOI)
DAYS = [date(2026, 10, day) for day in (5, 6, 7)]
GUARD = Guard(max_new=5.0, max_heads=2)


def settings() -> Settings:
    given = {
        "units": {"file": "units.csv"},
        "sources": [{"name": "s", "dataset": "files", "kind": "http", "url": "http://127.0.0.1/"}],
    }
    return Settings.model_construct(
        **{name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()} | given
    )


def told(day: date, *people: str, kind: NoticeKind = NoticeKind.ALERT) -> list[Message]:
    at = datetime.combine(day, time(7, 30), HANOI)
    return [Message(at, kind, person, person, "H26.1", "email", {"late": 1}, Level.WARNING) for person in people]


def test_it_looks_at_each_day_at_the_times_asked_for_each_once() -> None:
    asked = (time(13), time(7, 30), time(13))
    found = looks(settings(), CALENDAR, DAYS[0], DAYS[1], asked)
    assert [f"{look:%d %H:%M %z}" for look in found] == [
        "05 07:30 +0700",
        "05 13:00 +0700",
        "06 07:30 +0700",
        "06 13:00 +0700",
    ]


def test_what_stands_at_the_last_second_of_the_day_before_is_no_news() -> None:
    assert evening(CALENDAR, DAYS[0]) == datetime(2026, 10, 4, 23, 59, 59, tzinfo=HANOI)


def test_a_day_far_beyond_the_usual_would_have_been_held_and_the_first_of_all_is_judged_by_nothing() -> None:
    counted = dict(zip(DAYS, (400, 12, 3000), strict=True))
    assert held(counted, [], Usual(), GUARD) == (DAYS[2],)
    assert held(counted, [], Usual(days=(10, 12)), GUARD) == (DAYS[0], DAYS[2])


def test_a_day_that_disturbs_many_more_heads_than_the_last_on_which_any_were_told_would_have_been_held() -> None:
    messages = [
        *told(DAYS[0], "a"),
        *told(DAYS[2], "a", "b", "c", "d"),
        *told(DAYS[1], "a", "b", "c", "d", "e", kind=NoticeKind.DIGEST),
    ]
    assert held(dict.fromkeys(DAYS, 5), messages, Usual(days=(5,), heads=1), GUARD) == (DAYS[2],)
    assert held(dict.fromkeys(DAYS, 0), messages, Usual(days=(5,), heads=1), GUARD) == (), "nothing new, nothing held"


def test_what_is_not_counted_is_said_in_both_languages() -> None:
    at = looks(settings(), CALENDAR, DAYS[0], DAYS[0], (time(7, 30),))
    without, counted = (reconstructed([FILES], DAYS[0], DAYS[0], at, lists=lists) for lists in (False, True))
    (missing,) = set(without) - set(counted)
    assert missing.startswith("The mail that carries a list")
    assert in_language(missing, "vi").startswith("Chưa tính thư riêng kèm danh sách")


def test_a_time_before_everything_was_followed_is_named_with_its_last_day() -> None:
    at = looks(settings(), CALENDAR, DAYS[0], DAYS[0], (time(7, 30),))
    assert reconstructed([FILES], DAYS[2], DAYS[0], at)[0].startswith("Before 07/10/2026")
    assert not reconstructed([FILES], DAYS[0], DAYS[0], at)[0].startswith("Before")


def test_what_the_city_digest_is_without_is_said() -> None:
    at = looks(settings(), CALENDAR, DAYS[0], DAYS[0], (time(7, 30),))
    (said,) = [each for each in reconstructed([FILES], DAYS[0], DAYS[0], at) if "30 days" in each]
    assert "The city digests of a replay are without the index, sync with the portal" in said
    assert "không có các mục Bộ chỉ số 766" in in_language(said, "vi")
