"""A rule's budget: the worst records by message, the rest in the digest, and the office told once a day."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.words import Level
from alertd.store.database import Store
from tests.integration.days_site import Days
from tests.notice_city import LAN, OVERDUE, City, local

WARNING, CRITICAL = Level.WARNING, Level.CRITICAL
KNOWN = "H26.1-260901-0001"
CODES = [f"H26.1-261001-{number:04}" for number in range(1, 8)]


@pytest.fixture
def days(store: Store) -> Days:
    """Monday morning, the digests are out; a head may be told of two records a day by messages of this rule."""
    days = Days(City(store, rules=(replace(OVERDUE, at_most=2),), digest={"when_empty": "never"}), local(5, 9))
    for code, unit in ((KNOWN, "H26.1"), ("H26.2-261001-0001", "H26.2")):
        days.file(code, Level.REMINDER, unit=unit)
    days.step()
    return days


def told(days: Days, why: str = "opened") -> list[str]:
    return [key for _, key, reason in days.city.links() if reason == why and key in CODES]


def lines(days: Days) -> list[str]:
    with days.city.store.read() as session:
        subject = table_of(Trouble).c.subject
        chosen = select(table_of(Trouble).c.what).where(subject.startswith("budget:"))
        return list(session.connection().execute(chosen).scalars())


def test_the_worst_are_told_by_message_and_the_rest_by_the_digest(days: Days) -> None:
    for code in CODES[:3]:
        days.file(code, WARNING)
    days.file(CODES[3], CRITICAL)
    days.step(local(5, 10))
    assert told(days) == [CODES[0], CODES[3]]
    days.step(local(6, 7, 30))
    assert sorted(told(days)) == CODES[:4]
    digest = next(n for n in days.city.notices()[::-1] if n.person == LAN.person and n.digest_on)
    assert "2 hồ sơ được giữ lại cho bản tin này" in digest.text
    assert "không vượt hạn mức của từng quy tắc" in digest.text


def test_what_was_spent_in_the_morning_is_not_there_in_the_afternoon_but_again_next_day(days: Days) -> None:
    days.file(CODES[0], WARNING)
    days.step(local(5, 10))
    days.file(CODES[1], WARNING)
    days.file(CODES[2], WARNING)
    days.step(local(5, 14))
    assert told(days) == CODES[:2]
    days.step(local(6, 7, 30))
    days.file(CODES[3], WARNING)
    days.step(local(6, 9))
    assert told(days) == CODES[:4]


def test_each_head_has_a_budget_of_his_own(days: Days) -> None:
    for code in CODES[:2]:
        days.file(code, WARNING)
    for code in CODES[2:4]:
        days.file(code, WARNING, unit="H26.2")
    days.step(local(5, 10))
    assert sorted(told(days)) == CODES[:4]
    assert lines(days) == []


def test_the_office_hears_once_a_day_which_rule_finds_too_much(days: Days) -> None:
    for code in CODES[:4]:
        days.file(code, WARNING)
    days.step(local(5, 10))
    days.file(CODES[4], WARNING)
    days.step(local(5, 11))
    assert lines(days) == [
        (
            "Quy tắc “Hồ sơ quá hạn” (overdue-files) vượt hạn mức 2 hồ sơ mỗi ngày cho một người nhận: 2 hồ sơ của 1 người nhận "
            "chuyển sang bản tin hằng ngày; đề nghị xem lại ngưỡng của quy tắc (alertd rules noise)"
        )
    ]
    days.step(local(6, 7, 30))
    for code in CODES[5:7]:
        days.file(code, WARNING)
    days.file("H26.1-261002-0001", WARNING)
    days.step(local(6, 10))
    assert len(lines(days)) == 2


def test_what_gets_worse_while_it_is_kept_is_told_within_the_budget_of_that_day(days: Days) -> None:
    for code in CODES[:3]:
        days.file(code, WARNING)
    days.step(local(5, 10))
    days.file(CODES[2], CRITICAL)
    days.step(local(5, 11))
    assert told(days) == CODES[:2]  # spent, whatever comes
    days.step(local(6, 7, 30))
    assert sorted(told(days)) == CODES[:3]
