"""Levels tick at midnight, messages do not: what waits for the opening, what waits for the digest, and that nothing is lost."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from alertd.explain.phrases import PHRASES
from alertd.model.asof import AsOf
from alertd.model.calendar import working_calendar
from alertd.model.freshness import Doubt
from alertd.model.polls import Poll
from alertd.model.words import ChannelName, Level, Role
from alertd.notices import news
from alertd.notices.waiting import Asked, Wait, why_untold
from alertd.store.database import Store
from tests.integration.days_site import Days
from tests.notice_city import APOLOGY, LAN, MINH, OFFICE, OVERDUE, ZONE, City, at, fresh, local

REMINDER, WARNING, CRITICAL = Level.REMINDER, Level.WARNING, Level.CRITICAL
A, B, C, D, E = (f"H26.1-261001-000{number}" for number in range(1, 6))


@pytest.fixture
def days(store: Store) -> Days:
    """Friday afternoon, with the backlog of which everybody was told."""
    days = Days(City(store, rules=(OVERDUE, APOLOGY), digest={"when_empty": "never"}), local(2, 16))
    days.step()
    return days


def kinds(days: Days, since: int = 0, person: str = LAN.person) -> list[str]:
    return [notice.kind for notice in days.city.notices()[since:] if notice.person == person]


def test_what_time_alone_makes_critical_at_midnight_is_told_at_the_opening(days: Days) -> None:
    days.file(A, WARNING)
    days.step()
    before = len(days.city.notices())
    days.ticks(A, CRITICAL)
    assert days.until(local(5, 7, 15), timedelta(hours=1)) == []
    assert days.city.alert(A).cause == "time"
    assert days.step(local(5, 7, 30)) >= 2
    assert kinds(days, before) == ["alert", "digest"]
    assert [why for notice, key, why in days.city.links() if key == A and why != "listed"] == ["opened", "worse"]


def test_what_a_record_says_at_night_goes_at_once(days: Days) -> None:
    days.now = local(4, 2)
    days.file(A, CRITICAL)
    assert days.step(local(4, 2)) == 1
    assert days.city.alert(A).cause == "data"
    assert days.step(local(4, 2, 15)) == 0


def test_rows_of_a_poll_that_ran_beside_the_cycle_before_are_new(days: Days) -> None:
    days.now = local(4, 1, 59)
    days.file(A, CRITICAL)
    held_back = days.found.pop(A)  # its poll is not merged yet
    days.step(local(4, 2))
    with days.city.store.write() as session:
        session.add(
            Poll(
                source="one-stop",
                dataset="files",
                started_at=local(4, 1, 59),
                ended_at=local(4, 2, 1),
                state="believed",
            )
        )
    days.found[A] = held_back
    assert days.step(local(4, 2, 15)) == 1


def waits(days: Days, *codes: str) -> dict[str, Wait]:
    desk, alerts = days.city.desk(days.now), {days.city.alert(code).id: code for code in codes}
    asked = Asked(desk.rules, at(days.now), [ChannelName.EMAIL], desk.believed, desk.settings.digest)
    with days.city.store.read() as session:
        return {alerts[alert]: wait for alert, wait in why_untold(session, asked, list(alerts)).items()}


def test_nobody_hears_of_what_a_source_in_doubt_let_pass_and_that_is_said(days: Days) -> None:
    days.file(A, WARNING)
    days.step()
    days.city.freshness = fresh(local(2, 16), doubt=Doubt.STALE)
    days.ticks(A, CRITICAL)
    days.file(B, WARNING)
    days.ticks(B, None)
    days.step(local(5, 7))
    days.ticks(B, CRITICAL)
    days.step(local(5, 8))
    assert waits(days, A, B) == {A: Wait.NOT_BELIEVED, B: Wait.NOT_BELIEVED}


def test_every_wait_has_its_words() -> None:
    assert all(f"waits_{wait}" in phrases for wait in Wait for phrases in PHRASES.values())


@pytest.mark.parametrize(
    ("night", "opening"),
    [
        (local(3, 0, 15), local(5, 7, 30)),  # a weekend
        (local(17, 0, 15, month=2), local(23, 7, 30, month=2)),  # Tết
        (local(10, 0, 15, month=1), local(10, 7, 30, month=1)),  # a Saturday that is worked
        (local(2, 0, 15, month=1), local(5, 7, 30, month=1)),  # the Friday after New Year
    ],
)
def test_the_opening_is_the_next_of_the_calendar(night: datetime, opening: datetime) -> None:
    off = [date(2026, 1, 1), date(2026, 1, 2), *(date(2026, 2, day) for day in range(16, 21))]
    calendar = working_calendar(zone=ZONE, days_off=off, days_worked=[date(2026, 1, 10)])
    assert not news.is_open(AsOf(night, calendar))
    assert calendar.next_opening(night) == opening
    assert news.is_open(AsOf(opening, calendar))


def test_what_was_dealt_with_before_the_opening_is_not_told_as_late_but_as_dealt_with(days: Days) -> None:
    days.file(A, WARNING)
    days.file(B, WARNING)
    days.step()
    days.now = local(5, 0, 0)
    for code in (A, B):
        days.ticks(code, CRITICAL)
    days.step(local(5, 0, 15))
    days.now = local(5, 7, 0)
    days.ends(A)
    days.step(local(5, 7, 5))
    before = len(days.city.notices())
    days.step(local(5, 7, 30))
    alert, digest = (n for n in days.city.notices()[before:] if n.person == LAN.person)
    assert A not in alert.text
    assert "1 hồ sơ quá hạn chưa giải quyết (giảm 1 so với 16:00 ngày 02/10/2026: đã xử lý 1)" in alert.text
    assert A in digest.text.split("Đã xử lý", 1)[1]


def test_a_daemon_that_was_off_for_three_days_catches_up_in_one_message(days: Days) -> None:
    days.file(A, WARNING)
    days.step()
    before = len(days.city.notices())
    days.ticks(A, CRITICAL)
    days.now = local(8, 9, 50)
    days.file(B, CRITICAL)
    assert days.step(local(8, 10)) >= 2
    assert kinds(days, before) == ["alert", "digest"]
    assert days.step(local(8, 10, 15)) == 0


def test_a_job_of_every_morning_that_starts_a_second_early_is_not_a_day_late(days: Days) -> None:
    days.file(A, CRITICAL)
    days.step()
    before = len(days.city.notices())
    days.step(local(6, 7, 29) + timedelta(seconds=59))  # told on Friday: again on Tuesday
    assert kinds(days, before) == ["alert", "digest"]
    days.step(local(8, 7, 29) + timedelta(seconds=58))
    assert kinds(days, before) == ["alert", "digest"] * 2


def test_the_fourth_message_of_a_day_waits_for_the_next_digest_which_says_so(days: Days) -> None:
    days.step(local(5, 7, 30))
    for hour, code in enumerate((A, B, C, D, E), 9):
        days.now = local(5, hour)
        days.file(code, CRITICAL)
        days.step(local(5, hour))
    assert days.messages()[LAN.person, "2026-10-05"] == 3
    assert [days.city.alert(code).told_level for code in (A, B, C, D, E)] == [3, 3, None, None, None]
    assert days.city.alert(D).kept_level == 3
    assert waits(days, C, A) == {C: Wait.KEPT}
    days.step(local(6, 7, 30))
    (digest,) = (n for n in days.city.notices() if n.person == LAN.person and str(n.digest_on) == "2026-10-06")
    assert "Trong đó 3 hồ sơ được giữ lại cho bản tin này: mỗi ngày không gửi quá 3 thông báo" in digest.text
    assert {key for notice, key, why in days.city.links() if notice == digest.id and why == "opened"} == {C, D, E}
    assert days.untold() == []
    assert days.city.alert(D).kept_level is None


def test_what_is_kept_and_becomes_worse_is_told_with_the_share_of_the_next_day(days: Days) -> None:
    days.city.digest |= {"max_messages": 1}
    days.file(B, REMINDER)
    days.step(local(5, 8))
    days.now = local(5, 9)
    days.file(A, WARNING)
    days.step(local(5, 9))
    assert days.city.alert(A).kept_level == 2
    days.city.digest |= {"max_messages": 3}
    days.now = local(6, 2)
    days.file(A, CRITICAL)
    days.step(local(6, 2))
    assert days.city.alert(A).told_level == 3


def test_a_record_is_told_once_a_day_whatever_the_rules_unless_it_is_worse(days: Days) -> None:
    days.now = local(5, 9)
    days.file(A, WARNING)
    days.step(local(5, 9))
    days.now = local(5, 10)
    days.file(A, WARNING, rule=APOLOGY.id)
    assert days.step(local(5, 10)) == 0
    days.now = local(5, 11)
    days.file(A, CRITICAL, rule=APOLOGY.id)
    assert days.step(local(5, 11)) == 1
    assert days.untold() == []


def test_in_a_rehearsal_each_head_has_his_own_share(store: Store) -> None:
    days = Days(City(store, mode="rehearsal", digest={"when_empty": "never", "max_messages": 2}), local(5, 8))
    for unit in ("H26.1", "H26.2"):
        days.file(f"{unit}-1", CRITICAL, unit=unit)
    days.step()
    days.now = local(5, 9)
    for unit in ("H26.1", "H26.2"):
        days.file(f"{unit}-2", CRITICAL, unit=unit)
    days.step(local(5, 9))
    assert {(who, count) for (who, _), count in days.messages().items() if who != OFFICE.person} == {
        (LAN.person, 2),
        (MINH.person, 2),
    }


def test_what_a_source_in_doubt_let_pass_by_time_alone_is_no_fact(days: Days) -> None:
    days.file(A, WARNING)
    days.step()
    days.city.freshness = fresh(local(2, 16), doubt=Doubt.STALE)
    days.ticks(A, CRITICAL)
    days.file(C, WARNING)
    days.ticks(C, None)
    days.step(local(4, 1))
    days.ticks(C, WARNING)
    days.step(local(5, 0, 15))
    before = len(days.city.notices())
    days.step(local(5, 7, 30))
    text = "".join(n.text for n in days.city.notices()[before:] if n.person == LAN.person)
    assert "chuyển mức nặng hơn" not in text
    assert C not in text
    assert "Ngoài số trên, 1 hồ sơ theo lịch đã đến mức phải nhắc nhưng chưa xác định được" in text
    assert days.city.alert(C).told_level is None
    days.city.freshness = fresh(local(5, 8))
    days.step(local(5, 8))
    assert days.city.alert(C).told_level == 2
    assert days.city.alert(A).told_level == 3


def test_no_head_gets_more_than_his_share_and_everything_due_is_told(store: Store) -> None:
    chance = random.Random(1)
    two = replace(MINH, unit="H26.3", role=Role.ACTING)
    city = City(store, rules=(OVERDUE, APOLOGY), people=(LAN, MINH, OFFICE, two))
    days, units, number = Days(city, local(4, 22)), ("H26.1", "H26.2", "H26.3", None), 0
    while days.now < local(6, 8):
        days.now += timedelta(minutes=15)
        if chance.random() < 0.25:
            number += 1
            rule = chance.choice((OVERDUE.id, APOLOGY.id))
            days.file(f"F-{number:04}", Level(chance.randint(1, 3)), unit=chance.choice(units), rule=rule)
        living = [code for code, file in days.found.items() if file.levels]
        if living and chance.random() < 0.4:
            _change(days, chance, chance.choice(living), units)
        if days.now.astimezone(ZONE).time() == time():
            for code, file in days.found.items():
                for rule, level in file.levels.items():
                    days.ticks(code, Level(min(3, level + 1)), rule=rule)
        if chance.random() < 0.03:
            city.freshness = fresh(days.now, doubt=chance.choice((None, None, Doubt.STALE)))
        days.step()
        if news.is_open(at(days.now)) and at(days.now).calendar.local(days.now).hour < 8:
            assert days.untold() == [], days.now  # the digests are out
    assert max(days.messages().values()) == 3
    assert not any("phạm vi thống kê" in notice.text for notice in city.notices())


def _change(days: Days, chance: random.Random, code: str, units: tuple[str | None, ...]) -> None:
    file = days.found[code]
    rule = chance.choice(sorted(file.levels))
    match chance.randint(1, 5):
        case 1:
            days.ends(code)
        case 2:
            days.ends(code, ended=False)
        case 3:
            days.gone(code)
            del days.found[code]
        case 4:
            days.file(code, Level(file.levels[rule]), unit=chance.choice(units), rule=rule)
        case 5:
            days.file(code, Level(chance.randint(1, 3)), unit=file.unit, rule=rule)
