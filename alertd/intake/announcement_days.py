"""The days by which a procedure has to be announced and published: from the periods in [announcements] and the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from alertd.model.calendar import WorkingCalendar
from alertd.model.duration import Duration, Unit
from alertd.model.procedures import announcements_table
from alertd.settings.shapes import Announcements

_c = announcements_table.c


@dataclass(frozen=True, slots=True)
class LawDays:
    """Days are local dates; the day from which a period counts is not counted itself."""

    periods: Announcements
    calendar: WorkingCalendar

    def announce(self, in_force: date | None, promulgated: date | None, *, fast: bool | None) -> date | None:
        """Before the text takes effect; fast track: after it was issued. The stricter reading of a period that ends on a day
        off: what has to be done before is not moved to the next working day."""
        if fast and promulgated is not None:
            return self._due(promulgated, self.periods.announce_after_fast)
        if in_force is None:
            return None
        return shifted(in_force, self.periods.announce_before, self.calendar, -1)

    def publish(self, decided: date | None, *, fast: bool | None) -> date | None:
        """After signing."""
        within = self.periods.publish_within_fast if fast else self.periods.publish_within
        return self._due(decided, within) if decided is not None else None

    def _due(self, since: date, within: Duration) -> date:
        """A period that ends on a day off ends on the next working day, where the site's calendar says so."""
        return self.calendar.effective_due(shifted(since, within, self.calendar, 1))


def renew(session: Session, law: LawDays) -> int:
    """Work the stored due days out anew after the calendar has changed; gives how many announcements have another one. A
    city has some thousands of them, each with arithmetic of its own, so they pass through Python."""
    names = ("in_force_on", "promulgated_on", "decided_on", "fast_track", "announce_due_on", "publish_due_on")
    connection = session.connection()
    changed = []
    for row in connection.execute(select(_c.id, *(_c[name] for name in names))).all():
        announce = law.announce(row.in_force_on, row.promulgated_on, fast=row.fast_track)
        publish = law.publish(row.decided_on, fast=row.fast_track)
        if (announce, publish) != (row.announce_due_on, row.publish_due_on):
            number = law.calendar.number
            changed.append(
                {
                    "b_id": row.id,
                    "b_announce": announce,
                    "b_publish": publish,
                    "b_announce_no": number(announce) if announce else None,
                    "b_publish_no": number(publish) if publish else None,
                }
            )
    if changed:
        values: dict[str, Any] = {
            "announce_due_on": bindparam("b_announce"),
            "publish_due_on": bindparam("b_publish"),
            "announce_due_no": bindparam("b_announce_no"),
            "publish_due_no": bindparam("b_publish_no"),
        }
        connection.execute(update(announcements_table).where(_c.id == bindparam("b_id")).values(values), changed)
    return len(changed)


def shifted(day: date, within: Duration, calendar: WorkingCalendar, sign: int) -> date:
    """The day that lies ``within`` after (before, for -1) ``day``, which is not counted itself. Working time in working days
    (hours rounded up to whole ones), anything else in days (rounded up)."""
    if within.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(day, sign * within.amount)
    if within.unit is Unit.WORKING_HOURS:
        return calendar.add_working_days(day, sign * -(-within.amount * 3600 // _open_seconds(calendar)))
    try:
        return day + timedelta(days=sign * -(-within.seconds() // 86400))
    except OverflowError:
        return date.min if sign < 0 else date.max


def _open_seconds(calendar: WorkingCalendar) -> int:
    """Seconds of office hours in a working day."""
    return sum((b.hour - a.hour) * 3600 + (b.minute - a.minute) * 60 for a, b in calendar.hours) or 86400
