"""What is to be said of the site's calendar: how far it is confirmed, and which of its own days say nothing new."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.check.health import Seen, ok, warning
from alertd.model.base import table_of
from alertd.model.calendar import FIRST_DAY, LAST_DAY
from alertd.model.files import FileCopy
from alertd.settings.calendar import DayKind, SpecialDay, calendar_sources
from alertd.settings.kinds import WEEKDAYS
from alertd.settings.shapes import Settings

SUBJECT = "calendar"
_SOON = timedelta(days=60)  # the decree on the next year's days off comes out in November or December
_files = table_of(FileCopy).c


def confirmed(settings: Settings, today: date) -> Seen:
    """How far somebody has confirmed the calendar."""
    until = settings.calendar.confirmed_until
    following = until.year if until < date(until.year, 12, 31) else until.year + 1
    cure = (
        f"compare `alertd calendar show {following}` with what was decided, write what differs into days_off and "
        f'days_worked, then set confirmed_until = "{following}-12-31" under [calendar]'
    )
    if until < today:
        return warning(SUBJECT, f"confirmed only until {until}: every day since is provisional", cure)
    if until - today < _SOON:
        return warning(SUBJECT, f"confirmed until {until}, days after it are provisional", cure)
    return ok(SUBJECT, f"confirmed until {until}")


def due_beyond(session: Session, settings: Settings) -> Iterator[Seen]:
    """A warning where open files are due on days that nobody has confirmed."""
    until = settings.calendar.confirmed_until
    beyond = select(func.count()).where(
        _files.preferred.is_(True), _files.is_open.is_(True), _files.due_day > until.toordinal()
    )
    count = session.connection().execute(beyond).scalar_one()
    if count:
        what = f"{count} open files are due after {until}, on days that nobody has confirmed"
        yield warning(SUBJECT, what, "confirm the calendar that far; until then notices mark those days as provisional")


def own_days(settings: Settings, today: date) -> Iterator[Seen]:
    """Days of the config that change nothing, and days that alertd knows by hearsay."""
    own = settings.calendar
    bare = settings.model_copy(update={"calendar": own.model_copy(update={"days_off": (), "days_worked": ()})})
    years = sorted({day.year for day in (*own.days_off, *own.days_worked)} | {today.year, today.year + 1})
    known = {each.day: each for year in years for each in calendar_sources(bare, year)}
    weekend = {WEEKDAYS.index(day) for day in own.weekend}
    for name, kind, days in (("days_off", DayKind.OFF, own.days_off), ("days_worked", DayKind.WORKED, own.days_worked)):
        for day in sorted(set(days)):
            if said := _nothing_new(day, kind, known.get(day), weekend):
                yield warning(SUBJECT, f"{name}: {day} {said}", "take it out, unless it is there to confirm the day")
    stated = {*own.days_off, *own.days_worked}
    for each in known.values():
        if each.remembered and each.day not in stated and each.day >= today:
            name = "days_off" if each.kind is DayKind.OFF else "days_worked"
            what = f"{each.day} ({each.name}) stands there by hearsay"
            yield warning(SUBJECT, what, f'compare it with what was decided, and write "{each.day}" into {name}')


def _nothing_new(day: date, kind: DayKind, known: SpecialDay | None, weekend: set[int]) -> str:
    if not FIRST_DAY <= day <= LAST_DAY:
        return f"lies outside the calendar ({FIRST_DAY.year} to {LAST_DAY.year})"
    if known is not None and known.kind is kind and not known.remembered:
        return f"is one already: {known.name}"
    if known is None and (kind is DayKind.OFF) == (day.weekday() in weekend):
        return "falls on a weekend" if kind is DayKind.OFF else "is a working day anyway"
    return ""
