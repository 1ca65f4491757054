"""alertd calendar: check, show, and repair."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from alertd.check import calendar as look
from alertd.check.health import Seen
from alertd.cli.common import AsJson, Config, Now, clock_from, load, show_json, show_table
from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar
from alertd.settings.calendar import SpecialDay, calendar_of, calendar_sources

app = typer.Typer(add_completion=False, help="Working days and days off.", no_args_is_help=True)

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@app.command()
def check(config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """How far the calendar is confirmed, and which of the config's own days say nothing new."""
    settings = load(config)
    today = clock_from(now).now().astimezone(settings.site.timezone).date()
    seen: list[Seen] = [look.confirmed(settings, today), *look.own_days(settings, today)]
    if as_json:
        show_json([{"state": each.health, "what": each.what, "cure": each.cure} for each in seen])
        return
    for each in seen:
        print(f"{each.health}: {each.what}" + (f"; {each.cure}" if each.cure else ""))


@app.command()
def show(
    year: Annotated[int, typer.Argument(min=FIRST_DAY.year, max=LAST_DAY.year, help="The year.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Days off and days worked of a year that are not as their weekday says, and who says so."""
    settings = load(config)
    calendar, days = calendar_of(settings), calendar_sources(settings, year)
    if as_json:
        show_json({"year": year, "days": [_as_json(day) for day in days], "working_days": _by_month(calendar, year)})
        return
    rows = [
        (day.day.strftime("%d/%m/%Y"), _WEEKDAYS[day.day.weekday()], day.kind, day.name, day.origin, _doubt(day))
        for day in days
    ]
    show_table(f"Calendar {year}", ("day", "", "", "name", "by", ""), rows)
    counts = _by_month(calendar, year)
    print(f"\nworking days: {sum(counts)}; by month: {' '.join(map(str, counts))}")


def _doubt(day: SpecialDay) -> str:
    if day.remembered:
        return "by hearsay"
    return "" if day.confirmed else "provisional"


def _as_json(day: SpecialDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "kind": day.kind,
        "name": day.name,
        "by": day.origin,
        "confirmed": day.confirmed,
        "hearsay": day.remembered,
    }


def _by_month(calendar: WorkingCalendar, year: int) -> list[int]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    counts = Counter(day.month for day in days if calendar.is_working(day))
    return [counts[month] for month in range(1, 13)]


@app.command()
def repair(
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")] = False,
    by: Annotated[str, typer.Option(help="Who says so; by default the user at the keyboard.")] = "",
    reason: Annotated[str, typer.Option(help="Why: the decision that made the day off, or worked.")] = "",
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """A past day turned out to be off, or worked: show what moves (due dates, alerts, messages that were wrong), then apply it."""
    # Late: the whole site is needed for this one alone.
    from alertd.cli.calendar_repair import repair_calendar

    repair_calendar(config, now, apply=apply, by=by, reason=reason, as_json=as_json)
