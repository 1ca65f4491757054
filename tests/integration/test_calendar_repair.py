"""The calendar by which the store counts, where a config says otherwise of days that have passed; on both databases."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from alertd.intake.announcement_days import LawDays, renew
from alertd.intake.poll import poll
from alertd.intake.site import IntakeSite
from alertd.model.calendar import WorkingCalendar, working_calendar
from alertd.model.procedures import announcements_table
from alertd.store.calendar import agreed, current, kept, sync
from alertd.store.database import Store
from tests.integration.intake_site import ANNOUNCED, HANOI, MONDAY, Made, settings_of, site_of

TODAY = date(2026, 10, 6)
PLAIN = working_calendar(zone=HANOI)
_c = announcements_table.c


def off(*days: date) -> WorkingCalendar:
    return working_calendar(zone=HANOI, days_off=days)


def counted(store: Store, wanted: WorkingCalendar) -> tuple[WorkingCalendar, tuple[date, ...]]:
    with store.write() as session:
        calendar, waiting = agreed(session, wanted, TODAY)
        sync(session, calendar)
        return calendar, waiting


def test_a_new_store_takes_every_day_as_the_config_has_it(store: Store) -> None:
    wanted = off(TODAY, TODAY - timedelta(days=1))
    assert counted(store, wanted) == (wanted, ())


def test_today_and_days_that_have_passed_wait_and_days_to_come_do_not(store: Store) -> None:
    counted(store, PLAIN)
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    calendar, waiting = counted(store, off(yesterday, TODAY, tomorrow))
    assert waiting == (yesterday, TODAY)
    assert [calendar.is_working(day) for day in (yesterday, TODAY, tomorrow)] == [True, True, False]
    assert counted(store, off(yesterday, TODAY, tomorrow)) == (calendar, waiting), "the second time as the first"
    assert counted(store, off(tomorrow))[1] == (), "taken back, nothing waits"


def test_a_process_that_runs_counts_by_what_another_has_repaired(store: Store) -> None:
    counted(store, PLAIN)
    repaired = off(TODAY)
    with store.write() as session:
        sync(session, repaired)
    with store.read() as session:
        assert current(session, PLAIN) == repaired
        assert current(session, repaired) is repaired
        assert kept(session, PLAIN) == repaired


def test_an_empty_store_has_no_calendar_of_its_own(store: Store) -> None:
    with store.read() as session:
        assert kept(session, PLAIN) is None
        assert current(session, PLAIN) is PLAIN


def announcement(number: int, signed: date, fast: str = "") -> dict[str, Any]:
    made = dict.fromkeys(ANNOUNCED.values(), "") | {"TTHC": f"1.{number:06}", "QuyetDinh": f"{number}/QĐ-UBND"}
    return made | {
        "Ky": signed.isoformat(),
        "HieuLuc": (signed + timedelta(days=30)).isoformat(),
        "BanHanh": (signed - timedelta(days=3)).isoformat(),
        "RutGon": fast,
    }


def days(store: Store) -> list[tuple[Any, ...]]:
    names = ("announce_due_on", "publish_due_on", "announce_due_no", "publish_due_no")
    with store.read() as session:
        return [
            tuple(row) for row in session.connection().execute(select(*(_c[name] for name in names)).order_by(_c.code))
        ]


def test_renewed_days_of_the_law_are_those_of_the_next_reading(store: Store) -> None:
    settings = settings_of(dataset="announcements", fields=ANNOUNCED, values={"fast_track": {"x": "true"}})
    source = Made([announcement(n, date(2026, 9, 1) + timedelta(days=n), "x" if n % 3 else "") for n in range(40)])
    before = replace(site_of(), calendar=PLAIN)
    after = replace(before, calendar=off(date(2026, 9, 9), date(2026, 10, 5), TODAY))

    def read(site: IntakeSite, now: datetime) -> None:
        with store.write() as session:
            sync(session, site.calendar)
        assert poll(store, source, settings, site, now=now, clock=lambda: now).believed

    read(before, MONDAY)
    first = days(store)
    with store.write() as session:
        sync(session, after.calendar)
        changed = renew(session, LawDays(after.announcements, after.calendar))
    renewed = days(store)
    assert 0 < changed <= len(source.records)
    assert renewed != first
    read(after, MONDAY + timedelta(hours=1))
    assert days(store) == renewed
