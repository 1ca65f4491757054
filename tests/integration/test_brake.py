"""A held cycle on both databases: what is marked, who hears, how it ends, and that two who decide at once decide once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import func, insert, select, update

from alertd.alerts import counted
from alertd.brake import cycle as brake
from alertd.brake.decide import Decision, Wanted, decide
from alertd.errors import Refused
from alertd.model.alerts import AlertEvent, Cycle, Trouble, alerts_table
from alertd.model.base import table_of
from alertd.model.words import CycleState, Level
from alertd.notices.digest import preview_digest
from alertd.notices.tell import tell
from alertd.store import site
from alertd.store.audit import verify
from alertd.store.database import Store
from tests.notice_city import CALENDAR, LAN, MINH, NOW, OFFICE, City, at

CRITICAL = Level.CRITICAL
RELEASED: Final = CycleState.RELEASED
DISCARDED: Final = CycleState.DISCARDED
_events, _cycles, _troubles = table_of(AlertEvent), table_of(Cycle), table_of(Trouble)


@pytest.fixture
def city(store: Store) -> City:
    """A city in mode trial in which a cycle ran on Friday and told one head of one alert."""
    city = City(store, mode="trial")
    known = city.finds("H26.1-260901-9999", CRITICAL)
    assert ran(city, [known], NOW - timedelta(days=3)) == (1, None)
    return city


def ran(city: City, news: list[int], moment: datetime = NOW, **guard: Any) -> tuple[int, int | None]:
    """A cycle that makes news of these alerts, from the judgement on; its number, and which cycle holds them."""
    with city.store.write() as session:
        connection = session.connection()
        made = insert(_cycles).values(now=moment, day=CALENDAR.today(moment)).returning(_cycles.c.id)
        cycle = int(connection.execute(made).scalar_one())
        rows = [{"alert_id": alert, "cycle_id": cycle, "at": moment, "what": "opened", "level": 3} for alert in news]
        if rows:
            connection.execute(insert(_events), rows)
        desk, now = city.desk(moment), at(moment)
        limits = desk.settings.guard.model_copy(update=guard)
        desk = replace(desk, settings=desk.settings.model_copy(update={"guard": limits}))
        brake.tidy(session, now, "vi")
        hold = brake.judge_cycle(session, desk, now, cycle)
        tell(session, desk, now, cycle)
        if hold is not None:
            brake.keep_back(session, desk, now, cycle, hold)
    return cycle, hold


def many(city: City, count: int = 60, first: int = 0, *, urgent: bool = True) -> list[int]:
    """New alerts, for two heads in turn."""
    level = CRITICAL if urgent else Level.WARNING
    return [
        city.finds(f"H26.{1 + n % 2}-261001-{n:04}", level, unit=f"H26.{1 + n % 2}")
        for n in range(first, first + count)
    ]


def decided(city: City, cycle: int, wanted: Wanted, moment: datetime = NOW, **given: Any) -> Decision:
    with city.store.write() as session:
        return decide(session, wanted, cycle, by="Phòng", reason="đã xem", at=at(moment), language="vi", **given)


def state_of(city: City, cycle: int) -> Any:
    with city.store.read() as session:
        return session.connection().execute(select(_cycles).where(_cycles.c.id == cycle)).one()


def marked(city: City) -> int:
    with city.store.read() as session:
        return int(
            session.connection().execute(select(func.count()).where(alerts_table.c.held_by.is_not(None))).scalar_one()
        )


def held(city: City) -> list[Any]:
    return [notice for notice in city.notices() if notice.state == "held"]


def test_the_first_day_of_a_trial_is_what_it_is(store: Store) -> None:
    city = City(store, mode="trial")
    assert ran(city, many(city))[1] is None
    assert marked(city) == 0
    assert {notice.state for notice in city.notices()} == {"pending"}


def test_the_first_day_in_earnest_is_held_unless_the_backlog_was_taken_as_known(store: Store) -> None:
    city = City(store, mode="live")
    cycle, hold = ran(city, many(city))
    assert hold == cycle
    assert marked(city) == 60
    with store.write() as session:
        site.keep_fact(session, brake.LIVE_SINCE, json.dumps({"at": NOW.isoformat()}))
    assert ran(city, many(city, first=100), NOW + timedelta(minutes=5))[1] is None


def test_the_day_of_the_baseline_is_not_taken_for_a_usual_one(store: Store) -> None:
    city = City(store, mode="live")
    with store.write() as session:
        site.keep_fact(session, brake.LIVE_SINCE, json.dumps({"at": NOW.isoformat()}))
    ran(city, [])
    assert ran(city, many(city), NOW + timedelta(days=1))[1] is None  # nobody knows yet what is usual
    assert (
        ran(city, many(city, 301, first=100), NOW + timedelta(days=2))[1] is not None
    )  # five times sixty, and one more


def test_what_is_held_is_told_to_nobody_and_stands_in_the_outbox_as_it_would_go_out(city: City) -> None:
    cycle, hold = ran(city, many(city))
    assert hold == cycle
    assert marked(city) == 60
    lan, minh = held(city)
    assert (lan.recipient, minh.recipient) == (LAN.name, MINH.name)
    assert {(notice.reason, notice.held_by) for notice in (lan, minh)} == {("brake", cycle)}
    assert lan.subject == "🔴 Hồ sơ quá hạn: 31 — Phường Một"  # what was known before is counted as always
    assert "🔴 Hồ sơ quá hạn: 30 — Phường Hai" in minh.subject
    (office,) = [notice for notice in city.notices() if notice.kind == "system"]
    assert office.state == "pending"
    assert f"alertd notices release --cycle {cycle}" in office.text
    assert city.alert("H26.1-261001-0000").told_at is None


def test_what_was_known_is_told_as_always_beside_it(city: City) -> None:
    again = ran(city, many(city), NOW)[1]
    assert again is not None
    later = NOW + timedelta(hours=1)
    new = city.finds("H26.1-261005-7777", CRITICAL)
    assert ran(city, [new], later)[1] is None
    (told,) = [notice for notice in city.notices() if notice.created_at == later]
    assert (told.state, "H26.1-261005-7777" in told.text) == ("pending", True)
    assert "H26.1-261001-0000" not in told.text
    assert "2 hồ sơ quá hạn" in told.text  # the one known and the new one; none of those that are held


def test_a_digest_says_that_figures_wait_and_does_not_say_that_nothing_is_open(city: City) -> None:
    ran(city, many(city))
    with city.store.read() as session:
        shown = {each.unit: each.message for each in preview_digest(session, city.desk(), at())}
    assert "đang chờ Văn phòng xác nhận số liệu" in shown["H26.1"].text
    assert "1 hồ sơ" in shown["H26.1"].text
    assert "không có việc" not in shown["H26.2"].text + shown["H26.2"].subject
    assert "số liệu chờ xác nhận" in shown["H26.2"].subject


def test_a_hold_is_told_to_the_office_once_and_what_is_little_more_joins_it(city: City) -> None:
    known = many(city, 50)
    assert ran(city, known)[1] is None
    _, hold = ran(city, many(city, 3, first=100), NOW + timedelta(minutes=5))
    assert hold is not None
    assert ran(city, many(city, 2, first=200), NOW + timedelta(minutes=10))[1] == hold
    assert len([notice for notice in city.notices() if notice.kind == "system"]) == 1
    assert (marked(city), len(held(city))) == (5, 4)
    with city.store.read() as session:
        said = session.connection().execute(select(_troubles.c.what, _troubles.c.told_at)).all()
    assert [("5 cảnh báo" in row.what, row.told_at is not None) for row in said] == [(True, True)]


def test_the_samples_of_a_hold_are_called_as_people_know_them(city: City) -> None:
    known = many(city)
    readings = {"dataset": "index_readings", "key": "2026-09/H26.1/" + alerts_table.c.key}
    with city.store.write() as session:
        session.connection().execute(update(alerts_table).where(alerts_table.c.id.in_(known)).values(readings))
    assert ran(city, known)[1] is not None
    (said,) = [notice.text for notice in city.notices() if notice.kind == "system"]
    assert ") Chỉ số tháng 9/2026: H26." in said
    assert "2026-09/" not in said


def test_a_second_wave_is_a_hold_of_its_own(city: City) -> None:
    _, first = ran(city, many(city))
    cycle, second = ran(city, many(city, 70, first=500), NOW + timedelta(minutes=5))
    assert second == cycle != first
    assert len([notice for notice in city.notices() if notice.kind == "system"]) == 2


def test_release_lets_all_of_it_go_and_what_was_told_is_not_told_again(city: City) -> None:
    cycle, _ = ran(city, many(city))
    done = decided(city, cycle, RELEASED)
    assert (done.alerts, done.messages, done.left, done.already) == (60, 2, 0, False)
    assert (marked(city), held(city)) == (0, [])
    alert = city.alert("H26.1-261001-0000")
    assert (alert.told_at, alert.told_level) == (NOW, int(CRITICAL))
    before = len(city.notices())
    assert ran(city, [], NOW + timedelta(minutes=5))[1] is None
    assert len(city.notices()) == before
    row = state_of(city, cycle)
    assert (row.state, row.decided_by, row.decided_why) == ("released", "Phòng", "đã xem")
    with city.store.read() as session:
        assert list(verify(session)) == []


def test_the_day_begins_anew_after_a_release_and_the_next_one_finds_it_usual(city: City) -> None:
    cycle, _ = ran(city, many(city))
    decided(city, cycle, RELEASED, NOW + timedelta(minutes=1))
    assert ran(city, many(city, 2, first=300), NOW + timedelta(minutes=5))[1] is None
    with city.store.read() as session:
        tomorrow = CALENDAR.today(NOW + timedelta(days=1))
        assert list(counted.earlier_days(session, tomorrow).values()) == [62, 1]


def test_what_is_released_by_night_waits_for_the_opening_unless_it_is_urgent(city: City) -> None:
    cycle, _ = ran(city, many(city, urgent=False))
    night = NOW + timedelta(hours=14)
    decided(city, cycle, RELEASED, night)
    opening = NOW + timedelta(hours=23, minutes=30)
    assert {(n.urgency, n.not_before) for n in city.notices() if n.held_by == cycle} == {(1, opening)}
    urgent, _ = ran(city, many(city, first=500), night + timedelta(minutes=5))
    decided(city, urgent, RELEASED, night + timedelta(minutes=6))
    assert {(n.urgency, n.not_before) for n in city.notices() if n.held_by == urgent} == {(0, None)}


def test_discarded_alerts_end_and_their_messages_are_never_sent(city: City) -> None:
    cycle, _ = ran(city, many(city))
    done = decided(city, cycle, DISCARDED)
    assert (done.alerts, done.messages) == (60, 2)
    alert = city.alert("H26.1-261001-0000")
    assert (alert.state, alert.reason, alert.held_by) == ("withdrawn", "discarded", cycle)
    assert city.alert("H26.1-260901-9999").state == "open"
    assert {(n.state, n.reason) for n in city.notices() if n.held_by == cycle} == {("withdrawn", "discarded")}
    with city.store.read() as session:
        assert list(verify(session)) == []
        assert list(counted.earlier_days(session, CALENDAR.today(NOW + timedelta(days=1))).values()) == [0, 1]


def test_a_second_decision_says_what_was_decided_and_changes_nothing(city: City) -> None:
    cycle, _ = ran(city, many(city))
    decided(city, cycle, DISCARDED)
    for wanted in (RELEASED, DISCARDED):
        again = decided(city, cycle, wanted, NOW + timedelta(hours=1))
        assert (again.already, again.state, again.by, again.at) == (True, DISCARDED, "Phòng", NOW)
    assert city.alert("H26.1-261001-0000").state == "withdrawn"


def test_a_cycle_that_was_never_held_cannot_be_decided_about(city: City) -> None:
    with pytest.raises(Refused, match="cycle 1 was not held"):
        decided(city, 1, RELEASED)


def test_two_who_decide_at_the_same_time_decide_once(city: City) -> None:
    cycle, _ = ran(city, many(city))
    wants: list[Wanted] = [RELEASED, DISCARDED]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda wanted: decided(city, cycle, wanted), wants))
    assert sorted(each.already for each in done) == [False, True]
    first = next(each for each in done if not each.already)
    assert {each.state for each in done} == {first.state}
    assert {n.state for n in city.notices() if n.held_by == cycle} == {
        "pending" if first.state is RELEASED else "withdrawn"
    }


def test_a_notice_that_names_what_has_ended_is_not_sent_but_written_anew(city: City) -> None:
    cycle, _ = ran(city, many(city))
    city.end("H26.1-261001-0000", NOW)
    later = NOW + timedelta(minutes=5)
    ran(city, [], later)
    done = decided(city, cycle, RELEASED, later)
    assert (done.alerts, done.messages, done.stale) == (59, 1, 1)
    assert [(n.recipient, n.state) for n in city.notices() if n.held_by == cycle] == [
        (LAN.name, "superseded"),
        (MINH.name, "pending"),
    ]
    assert ran(city, [], NOW + timedelta(minutes=10))[1] is None
    new = city.notices()[-1]
    assert (new.recipient, new.state, "H26.1-261001-0000" in new.text) == (LAN.name, "pending", False)


def test_so_is_one_that_names_what_has_become_less(city: City) -> None:
    numbers = many(city)
    cycle, _ = ran(city, numbers)
    with city.store.write() as session:
        session.connection().execute(update(alerts_table).where(alerts_table.c.id == numbers[0]).values(level=1))
    done = decided(city, cycle, RELEASED, NOW + timedelta(minutes=5))
    assert (done.alerts, done.stale) == (60, 1)


def test_one_person_alone_can_be_let_go(city: City) -> None:
    cycle, _ = ran(city, many(city))
    done = decided(city, cycle, RELEASED, person=LAN.person)
    assert (done.alerts, done.messages, done.left) == (30, 1, 30)
    assert [notice.recipient for notice in held(city)] == [MINH.name]
    assert state_of(city, cycle).state == "held"
    done = decided(city, cycle, DISCARDED, person=MINH.person)
    assert (done.alerts, done.left) == (30, 0)
    assert state_of(city, cycle).state == "discarded"


def test_what_ends_while_it_is_held_is_never_told_and_the_hold_is_over_when_nothing_is_left(city: City) -> None:
    cycle, _ = ran(city, many(city))
    for n in range(0, 60, 2):
        city.end(f"H26.1-261001-{n:04}", NOW)
    ran(city, [], NOW + timedelta(minutes=5))
    assert [notice.recipient for notice in held(city)] == [MINH.name]
    for n in range(1, 60, 2):
        city.end(f"H26.2-261001-{n:04}", NOW)
    ran(city, [], NOW + timedelta(minutes=10))
    assert held(city) == []
    assert state_of(city, cycle).state == "over"
    assert decided(city, cycle, RELEASED).state is CycleState.OVER
    with city.store.read() as session:
        c = _troubles.c
        rows = session.connection().execute(select(c.subject, c.until, c.over_told_at)).all()
        assert [(row.subject, row.until is not None, row.over_told_at) for row in rows] == [
            (f"cycle:{cycle}", True, None)
        ]
        text = "".join(each.message.text for each in preview_digest(session, city.desk(), at(NOW + timedelta(days=1))))
    assert "H26.1-261001-0000" not in text


def test_too_many_heads_at_once_are_held_as_well(store: Store) -> None:
    people = tuple(replace(LAN, unit=f"H26.{n}", name=f"Người {n}", email=f"n{n}@h.vn") for n in (1, 2, 3))
    city = City(store, mode="trial", people=(*people, OFFICE))
    ran(city, [], NOW - timedelta(days=3))
    news = [city.finds(f"H26.{n}-261001-0001", CRITICAL, unit=f"H26.{n}") for n in (1, 2, 3)]
    cycle, hold = ran(city, news, max_heads=2)
    assert hold == cycle
    numbers = json.loads(state_of(city, cycle).brake)
    assert (numbers["heads"], numbers["heads_before"], numbers["heads_limit"]) == (3, 0, 2)
    assert (numbers["too_many_heads"], numbers["too_many_alerts"]) == (True, False)
    assert "3; ngày gần nhất có gửi: 0; trên 2 thì giữ lại" in city.notices()[-1].text


def test_an_office_that_cannot_be_reached_is_told_later(store: Store) -> None:
    city = City(store, mode="trial", people=(LAN, MINH))
    ran(city, [city.finds("H26.1-260901-9999", CRITICAL)], NOW - timedelta(days=3))
    ran(city, many(city))
    with store.read() as session:
        rows = session.connection().execute(select(_troubles.c.subject, _troubles.c.told_at)).all()
    assert [("cycle:" in row.subject, row.told_at) for row in rows] == [(True, None)]
