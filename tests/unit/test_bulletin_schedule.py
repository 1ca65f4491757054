"""When the bulletin's draft is made and units get their files: working days of the site's calendar, months that change."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from alertd.model.calendar import WorkingCalendar, working_calendar
from alertd.model.duration import Duration
from alertd.model.period import period_of
from alertd.reports.schedule import Schedule

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NEW_YEAR = working_calendar(zone=ZONE, days_off=[date(2027, 1, 1)])


def plan(calendar: WorkingCalendar = NEW_YEAR, *, day: int = 5, before: str = "2 working days") -> Schedule:
    return Schedule(calendar, day, time(7, 30), Duration.parse(before))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def moments(schedule: Schedule, month: str) -> tuple[str, str]:
    found = period_of(month)
    assert found is not None
    return tuple(
        f"{each.astimezone(ZONE):%Y-%m-%d %H:%M}" for each in (schedule.rows_at(found), schedule.draft_at(found))
    )  # type: ignore[return-value]


def test_the_fifth_working_day_is_counted_over_weekends_and_holidays_and_the_year() -> None:
    assert moments(plan(), "2026-09") == ("2026-10-05 07:30", "2026-10-07 07:30")
    assert moments(plan(), "2026-12") == ("2027-01-06 07:30", "2027-01-08 07:30")  # 1 January is off


def test_a_day_off_that_becomes_known_later_moves_both() -> None:
    calendar = working_calendar(zone=ZONE, days_off=[date(2026, 10, 2)])
    assert moments(plan(calendar), "2026-09") == ("2026-10-06 07:30", "2026-10-08 07:30")


def test_rows_never_come_before_the_month_is_over_nor_after_the_draft() -> None:
    assert moments(plan(day=1), "2026-09") == ("2026-10-01 00:00", "2026-10-01 07:30")
    assert moments(plan(before="0 working days"), "2026-09") == ("2026-10-07 07:30", "2026-10-07 07:30")


def test_due_is_the_newest_month_whose_moment_has_come() -> None:
    for now, shown, drafted in (
        ("2027-01-06 07:29", "2026-11", "2026-11"),
        ("2027-01-06 07:30", "2026-12", "2026-11"),
        ("2027-01-08 07:29", "2026-12", "2026-11"),
        ("2027-01-08 07:30", "2026-12", "2026-12"),
        ("2027-01-31 23:59", "2026-12", "2026-12"),
    ):
        assert (str(plan().shown_by(at(now))), str(plan().drafted_by(at(now)))) == (shown, drafted), now
