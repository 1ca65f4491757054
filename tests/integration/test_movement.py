"""Why a figure has changed since the last message: every part by its name, together exactly the change; nothing while in doubt."""

import re
from dataclasses import replace
from datetime import date

import pytest

from alertd.model.directory import UnitRow
from alertd.model.freshness import Doubt
from alertd.model.words import Level, Reason, Role
from alertd.notices.city import ranking
from alertd.notices.digest import write_digests
from alertd.notices.tell import tell
from alertd.store.database import Store
from tests.integration.alerts_site import statements
from tests.integration.days_site import Days
from tests.notice_city import APOLOGY, LAN, MINH, NOW, OFFICE, OVERDUE, UNITS, City, at, fresh, local

REMINDER, WARNING, CRITICAL = Level.REMINDER, Level.WARNING, Level.CRITICAL


def code(number: int) -> str:
    return f"H26.1-261001-{number:04}"


@pytest.fixture
def days(store: Store) -> Days:
    """Four files of which the head heard on Monday at 08:00."""
    days = Days(City(store, rules=(OVERDUE,), digest={"when_empty": "never"}), local(5, 7))
    days.step()
    for number in range(4):
        days.file(code(number), WARNING)
    days.step(local(5, 8))
    days.now = local(5, 10)
    return days


def last(days: Days, person: str = LAN.person) -> str:
    text: str = [notice for notice in days.city.notices() if notice.person == person][-1].text
    return text


def told(days: Days) -> str:
    """The sentence of change in the next digest."""
    days.step(local(6, 7, 30))
    return last(days).split("so với 08:00 ngày 05/10/2026", 1)[1].split(")")[0]


def test_each_part_has_its_name_and_what_is_zero_is_left_out(days: Days) -> None:
    days.ends(code(0))
    for number in range(10, 13):
        days.file(code(number), REMINDER)
    days.file("from elsewhere", REMINDER, unit="H26.2")
    days.step()
    days.now = local(5, 15)
    days.file("from elsewhere", REMINDER, unit="H26.1")
    days.file(code(1), WARNING, unit="H26.2")
    days.step(local(5, 15))
    assert told(days) == ": mới quá hạn 3, đã xử lý 1, chuyển đến 1, chuyển đi 1"
    assert "tăng 2 so với" in last(days)
    assert "mới quá hạn 4, đã xử lý 1)" in last(days, OFFICE.person)  # within the city nothing moves


def test_what_has_no_end_date_was_not_dealt_with(days: Days) -> None:
    days.ends(code(0), ended=False)
    days.gone(code(1))
    del days.found[code(1)]
    assert told(days) == ": do nguồn dữ liệu điều chỉnh giảm 2"


def test_a_due_date_that_was_set_back_makes_nothing_newly_late(days: Days) -> None:
    for number, due in ((10, local(20, 17)), (11, None), (12, local(20, 17, month=9))):
        days.file(code(number), REMINDER)
        days.was_promised(code(number), due)
    days.step()
    # what had been corrected before the cycle of the last message is no reason of today's
    days.now = local(5, 15)
    days.file(code(13), REMINDER)
    days.was_promised(code(13), local(20, 17))
    days.ticks(code(13), None)
    days.step()
    days.ticks(code(13), REMINDER)
    assert told(days) == ": mới quá hạn 2, do nguồn dữ liệu điều chỉnh tăng 2"
    assert "do nguồn dữ liệu điều chỉnh tăng 2" in last(days, OFFICE.person)


def test_a_head_who_loses_a_file_through_two_of_his_units_hears_it_once(days: Days) -> None:
    days.city.people = (LAN, MINH, OFFICE, replace(LAN, unit="H26.3", role=Role.ACTING))
    for moment, unit in ((11, "H26.3"), (15, "H26.2")):
        days.now = local(5, moment)
        days.file(code(0), WARNING, unit=unit)
        days.step()
    days.file(code(1), WARNING, unit="H26.2")
    assert told(days) == ": chuyển đi 2"
    assert "(đã chuyển sang đơn vị khác): 2 hồ sơ (" in last(days)
    assert last(days).split("III.")[1].count(code(0)) == 1


def test_what_a_rule_or_the_calendar_has_changed_is_nobodys_merit(days: Days) -> None:
    days.file(code(10), REMINDER)
    days.ticks(code(10), None)
    days.step()
    days.ticks(code(10), REMINDER)
    days.city.rules = (replace(OVERDUE, version="another"),)
    days.ticks(code(0), None)
    days.step(local(5, 11))
    days.ticks(code(1), None)
    days.step(local(5, 12), because=Reason.CALENDAR_CHANGED)
    assert told(days) == ": do lịch làm việc thay đổi giảm 1"
    assert "giảm 1 so với" in last(days)


def test_events_that_cancel_are_said_where_they_tell_something(days: Days) -> None:
    days.ends(code(0))
    days.file(code(10), REMINDER)
    assert told(days) == ": mới quá hạn 1, đã xử lý 1"
    assert "không đổi so với" in last(days)


def test_other_units_to_answer_for_are_a_part_of_their_own(days: Days) -> None:
    days.file("of another", REMINDER, unit="H26.3")
    days.step(local(6, 7, 30))
    days.city.people = (LAN, MINH, OFFICE, replace(LAN, unit="H26.3", role=Role.ACTING))
    days.step(local(7, 7, 30))
    assert "(tăng 1 so với 07:30 ngày 06/10/2026: do phạm vi thống kê thay đổi tăng 1)" in last(days)


def test_a_figure_in_doubt_is_no_base_for_the_next(days: Days) -> None:
    days.city.freshness = fresh(local(5, 16), doubt=Doubt.FAILED)
    days.ticks(code(0), CRITICAL)
    days.step(local(6, 7, 30))
    assert "chưa xác định; số liệu cuối lúc 16:00 ngày 05/10/2026: 4 hồ sơ." in last(days)
    assert "so với" not in last(days)
    days.city.freshness = fresh(local(7, 7))
    days.file(code(10), REMINDER)
    days.ends(code(1))
    days.step(local(7, 7, 30))
    assert "(không đổi so với 08:00 ngày 05/10/2026: mới quá hạn 1, đã xử lý 1)" in last(days)


def test_of_two_sources_each_figure_stands_with_its_own_moment(store: Store) -> None:
    city = City(store, freshness=fresh(NOW))
    city.freshness["portal"] = replace(
        city.freshness["one-stop"], source="portal", doubt=Doubt.FAILED, as_of=local(4, 16)
    )
    city.finds("A", CRITICAL)
    city.finds("B", CRITICAL, source="portal")
    days = Days(city, NOW)
    with store.write() as session:
        tell(session, city.desk(), at(), 1)
    text = last(days)
    assert (
        "Số hồ sơ hiện nay: chưa xác định (nguồn portal không trả lời); số liệu cuối: "
        "1 hồ sơ theo one-stop lúc 08:00 ngày 05/10/2026; 1 hồ sơ theo portal lúc 16:00 ngày 04/10/2026." in text
    )


def test_no_figure_of_a_source_in_doubt_stands_anywhere_as_current(store: Store) -> None:
    city = City(store, chats={LAN.person: "1", OFFICE.person: "2"}, freshness=fresh(local(2, 16), doubt=Doubt.STALE))
    for number in range(230):
        city.finds(code(number), CRITICAL)
    with store.write() as session:
        tell(session, city.desk(), at(), 1)
        write_digests(session, city.desk(), at(), 1)
    for notice in city.notices():
        for text in (notice.subject, notice.short, notice.text, notice.html, notice.chat):
            for line in re.split(r"\n|\\\\n|</", text):
                assert not re.search(r"\b230\b", line) or "cuối" in line, line


def test_silence_means_that_it_is_as_was_heard_last(store: Store) -> None:
    city = City(store)
    days = Days(city, local(5, 7, 30))
    days.step()
    assert "Không có hồ sơ quá hạn hoặc việc nào khác đang mở tính đến 07:30 ngày 05/10/2026; số liệu lúc" in last(days)
    days.step(local(6, 7, 30))
    heads = [notice.digest_on.day for notice in city.notices() if notice.person == LAN.person]
    assert heads == [5]
    city.freshness = fresh(local(6, 16), doubt=Doubt.FAILED)
    days.step(local(7, 7, 30))
    assert "Chưa xác định được đơn vị có hồ sơ quá hạn" in last(days)
    assert "theo số liệu cuối lúc 16:00 ngày 06/10/2026: không có việc nào." in last(days)
    assert "Nguồn: one-stop, chưa xác định (nguồn không trả lời)" in last(days)
    days.step(local(8, 7, 30))
    city.freshness = fresh(local(9, 7))
    days.step(local(9, 7, 30))
    heads = [notice.digest_on.day for notice in city.notices() if notice.person == LAN.person]
    assert heads == [5, 7, 9]
    assert "Không có hồ sơ quá hạn" in last(days)


def test_once_all_digests_are_written_nothing_is_counted_and_nobody_is_missed(store: Store) -> None:
    city = City(store, rules=(OVERDUE, APOLOGY))
    days = Days(city, local(5, 7, 30))
    days.file(code(1), REMINDER)
    days.step()

    def looked() -> list[str]:
        with statements(store) as seen, store.write() as session:
            assert write_digests(session, city.desk(days.now), at(days.now), days.cycle) == 0
        return [statement for statement in seen if "count(" in statement.lower() or "sum(" in statement.lower()]

    days.now = local(5, 9)
    assert looked() == []
    days.file("of another", REMINDER, unit="H26.2")
    days.step(local(5, 10))
    assert [notice.digest_on.day for notice in city.notices() if notice.person == MINH.person] == [5]
    assert looked() == []


def test_units_of_one_name_are_told_apart_in_the_ranking_by_their_codes(store: Store) -> None:
    city = City(store)
    city.finds(code(1), CRITICAL)
    city.finds(code(2), CRITICAL, unit="H26.9")
    desk = city.desk()
    units = (*UNITS[:3], UnitRow("H26.9", "Phường Một", valid_to=date(2025, 6, 30)))
    directory = replace(desk.reach.directory, units=units)
    with store.read() as session:
        found = ranking(session, replace(desk, reach=replace(desk.reach, directory=directory)))
    assert [row["name"] for row in found] == ["Phường Một (H26.1)", "Phường Một (H26.9)"]


def test_the_ranking_says_which_figures_are_the_last_ones(store: Store) -> None:
    city = City(store, freshness=fresh(local(2, 16), doubt=Doubt.STALE), digest={"when_empty": "never"})
    city.finds(code(1), CRITICAL)
    with store.write() as session:
        write_digests(session, city.desk(), at(), 1)
    text = last(Days(city, NOW), OFFICE.person)
    assert "- Phường Một: chưa xác định; số liệu cuối: 1 tồn đọng, 1 nghiêm trọng" in text
