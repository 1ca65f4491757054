"""Alerts as scripts read them, on both databases: the values of the list, facts as of their moments, and one alert in full."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from alertd.alerts.acknowledge import acknowledge
from alertd.alerts.list import Wanted, listed, shown
from alertd.errors import Refused
from alertd.model.alerts import alerts_table
from alertd.model.base import table_of
from alertd.model.notices import Notice, NoticeAlert
from alertd.model.procedures import ANNOUNCEMENTS, announcements_table
from alertd.store.database import Store
from tests.integration.alerts_site import CALENDAR, OVERDUE, SOON, City, rule, statements

KEY, OTHER = "H26.1-260928-0001", "H26.1-260928-0002"
DUE = datetime(2026, 9, 30, 10, 0, tzinfo=UTC)  # a Wednesday; Monday 5 Oct is 3 working days late


def due(at: datetime) -> dict[str, Any]:
    """What intake stores of a due time."""
    day = CALENDAR.today(at)
    return {"due_at": at, "due_day": day.toordinal(), "due_day_no": CALENDAR.number(day)}


@pytest.fixture
def city(store: Store) -> City:
    city = City(store)
    city.record(KEY, status="processing", section="Một cửa", procedure="1.004227", **due(DUE))
    city.cycle({OVERDUE: {KEY: 1}})
    return city


def listing(city: City, **wanted: Any) -> list[dict[str, Any]]:
    with city.store.read() as session:
        found = list(listed(session, city.rule_set, city.at, Wanted(**wanted)))
    assert json.loads(json.dumps(found)) == found
    return found


def test_an_alert_is_listed_in_the_words_that_scripts_rely_on(city: City) -> None:
    assert listing(city) == [
        {
            "id": city.alert(KEY)["id"],
            "rule": "overdue-files",
            "dataset": "files",
            "key": KEY,
            "unit": "H26.1",
            "level": "reminder",
            "state": "open",
            "opened_at": "2026-10-05T08:15:00+07:00",
            "last_seen_at": "2026-10-05T08:15:00+07:00",
            "acknowledged_at": None,
            "resolved_at": None,
            "facts": {
                "code": KEY,
                "unit": "H26.1",
                "due_at": "2026-09-30T17:00:00+07:00",
                "working_days_late": 3,
                "status": "processing",
                "section": "Một cửa",
                "procedure": "1.004227",
            },
        }
    ]


def test_nothing_is_an_empty_list(store: Store) -> None:
    assert listing(City(store)) == []


def test_facts_are_those_of_the_last_cycle_in_which_the_rule_ran(city: City) -> None:
    city.later(days=1)
    city.cycle({OVERDUE: {KEY: 1}})
    ran = city.now
    city.later(days=1)
    city.cycle(faults=[OVERDUE])
    (alert,) = listing(city)
    assert alert["last_seen_at"] == ran.astimezone(CALENDAR.zone).isoformat()
    assert alert["facts"]["working_days_late"] == 4
    assert city.life(KEY) == ["opened"]


def test_an_event_that_came_after_the_last_look_is_not_known_yet(city: City) -> None:
    city.rules[OVERDUE] = rule(OVERDUE, shows=("code", "is_open", "ended_at"))
    ended = city.now + timedelta(minutes=1)
    city.record(KEY, is_open=False, ended_at=ended, ended_day=ended.toordinal(), ended_day_no=1, stop_day_no=1)
    assert listing(city)[0]["facts"] == {"code": KEY, "is_open": True, "ended_at": None}
    city.cycle()
    facts = listing(city)[0]["facts"]
    assert facts == {"code": KEY, "is_open": False, "ended_at": ended.astimezone(CALENDAR.zone).isoformat()}


def test_facts_of_what_has_ended_are_those_of_its_end(city: City) -> None:
    city.record(OTHER, **due(DUE))
    city.cycle({OVERDUE: {KEY: 1, OTHER: 1}})
    city.record(KEY, section="other", changed_at=city.now + timedelta(minutes=1))
    seen = city.now
    city.cycle({OVERDUE: {OTHER: 1}})
    ended = city.now
    city.later(days=20)
    city.cycle({OVERDUE: {OTHER: 3}})
    by_key = {alert["key"]: alert for alert in listing(city)}
    assert by_key[KEY]["resolved_at"] == ended.astimezone(CALENDAR.zone).isoformat()
    assert by_key[KEY]["last_seen_at"] == seen.astimezone(CALENDAR.zone).isoformat()
    assert by_key[KEY]["facts"]["working_days_late"] == 3
    assert by_key[OTHER]["last_seen_at"] == city.now.astimezone(CALENDAR.zone).isoformat()
    assert by_key[OTHER]["facts"]["working_days_late"] == 17


def test_a_list_can_be_narrowed(city: City) -> None:
    city.record(OTHER, unit=None)
    city.cycle({OVERDUE: {KEY: 1, OTHER: 3}, SOON: {OTHER: 1}})
    with city.store.write() as session:
        acknowledge(session, city.alert(KEY)["id"], by="Lan", at=city.at)

    def keys(**wanted: Any) -> list[tuple[str, str]]:
        return [(alert["rule"], alert["key"]) for alert in listing(city, **wanted)]

    assert keys() == [(SOON, OTHER), (OVERDUE, OTHER), (OVERDUE, KEY)]  # the worst of a rule first
    assert keys(rule=SOON) == [(SOON, OTHER)]
    assert keys(unit="H26.1") == [(OVERDUE, KEY)]
    assert keys(state="acknowledged") == [(OVERDUE, KEY)]
    assert keys(state="open", rule=OVERDUE) == [(OVERDUE, OTHER)]
    assert keys(unit="H26.99") == []
    assert listing(city, unit="H26.1")[0]["acknowledged_at"] == "2026-10-05T08:30:00+07:00"


def test_of_a_rule_that_is_gone_or_set_aside_the_defaults_are_shown(city: City) -> None:
    city.rules[OVERDUE] = rule(OVERDUE, shows=("code", "kind"))
    assert set(listing(city)[0]["facts"]) == {"code", "kind"}
    city.set_aside = {OVERDUE: "unknown field"}
    del city.rules[OVERDUE]
    assert listing(city)[0]["facts"]["working_days_late"] == 3
    city.set_aside = {}
    city.cycle()
    (alert,) = listing(city)
    assert (alert["state"], alert["facts"]["section"]) == ("withdrawn", "Một cửa")
    assert alert["last_seen_at"] == "2026-10-05T08:15:00+07:00"


def test_of_a_record_whose_row_has_vanished_every_fact_is_unknown(city: City) -> None:
    with city.store.write() as session:
        session.connection().execute(alerts_table.update().values(record_id=10**12))
    assert set(listing(city)[0]["facts"].values()) == {None}


def test_a_duty_to_publish_shows_days_as_days(store: Store) -> None:
    city = City(store)
    city.rules = {
        "late": rule("late", dataset=ANNOUNCEMENTS, shows=("code", "publish_due_on", "publish_working_days_late"))
    }
    given = {"source": "s", "code": "1.1/2/3", "procedure": "1.1", "raw_hash": 1, "missed": 0, "preferred": True}
    given |= {"first_seen_at": city.now, "version_since": city.now, "changed_at": city.now}
    decided = date(2026, 9, 28)
    given |= {"publish_due_on": decided, "publish_due_no": CALENDAR.number(decided), "published_on": date(2026, 10, 6)}
    given |= {"published_no": CALENDAR.number(date(2026, 10, 6))}
    basic = {
        "rule": "late",
        "rule_version": "1",
        "dataset": "announcements",
        "key": "1.1/2/3",
        "source": "s",
        "level": 2,
    }
    basic |= {"state": "open", "reason": "opened", "acknowledged_by": "", "times_opened": 1}
    with store.write() as session:
        connection = session.connection()
        number = connection.execute(
            insert(announcements_table).values(given).returning(announcements_table.c.id)
        ).scalar()
        moments = {"opened_at": city.now, "changed_at": city.now}
        connection.execute(insert(alerts_table).values(**basic, **moments, record_id=number))
    (alert,) = listing(city)
    assert alert["facts"] == {"code": "1.1/2/3", "publish_due_on": "2026-09-28", "publish_working_days_late": 5}


def test_one_alert_is_shown_with_all_that_happened_to_it(city: City) -> None:
    with city.store.write() as session:
        basic: dict[str, Any] = {"recipient": "Lan", "person": "p", "channel": "email", "address": "a@b.vn"}
        notice = Notice(
            kind="alert", created_at=city.now, subject="s", text="t", state="sent", sent_at=city.now, **basic
        )
        session.add(notice)
        session.flush()
        number = city.alert(KEY)["id"]
        link = {"notice_id": notice.id, "alert_id": number, "why": "opened", "level": 1}
        session.connection().execute(insert(table_of(NoticeAlert)), link)
        acknowledge(session, number, by="Lan", at=city.at)
    city.cycle({OVERDUE: {KEY: 2}})
    with city.store.read() as session:
        found = shown(session, city.rule_set, city.at, number)
    assert json.loads(json.dumps(found)) == found
    assert (found["rule_version"], found["reason"], found["times_opened"]) == ("overdue-files@1", "worse", 1)
    assert [(event["what"], event["level"], event["actor"]) for event in found["events"]] == [
        ("opened", "reminder", ""),
        ("acknowledged", "reminder", "Lan"),
        ("worse", "warning", ""),
    ]
    (told,) = found["notices"]
    assert (told["recipient"], told["state"], told["why"], told["level"]) == ("Lan", "sent", "opened", "reminder")
    assert told["sent_at"] == "2026-10-05T08:15:00+07:00"
    assert found["facts"]["code"] == KEY


def test_an_unknown_alert_is_refused_with_the_cure(city: City) -> None:
    with pytest.raises(Refused, match="there is no alert 99; see `alertd alerts list`"), city.store.read() as session:
        shown(session, city.rule_set, city.at, 99)


def test_a_list_takes_as_many_statements_for_many_alerts_and_many_ends_as_for_few(store: Store) -> None:
    city, counts = City(store), []
    keys = [f"H26.1-260928-{number:04}" for number in range(12)]
    for key in keys:
        city.record(key, **due(DUE))
    city.cycle({OVERDUE: dict.fromkeys(keys, 1)})
    for left in range(11, 0, -1):
        city.cycle({OVERDUE: dict.fromkeys(keys[:left], 1)})
        with statements(store) as seen:
            assert len(listing(city)) == 12
        counts.append(len(seen))
    assert len(set(counts)) == 1
