"""alertd db clock: the way out where a clock that was ahead has written to the store."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alertd.cli.common import clock_from, open_store_alone, show_json, show_table, who
from alertd.errors import CannotRun
from alertd.model.asof import AsOf
from alertd.repair.clock import PutRight, put_right
from alertd.settings.calendar import calendar_of


def put_clock_right(config: Path | None, now: str | None, *, yes: bool, reason: str, as_json: bool) -> None:
    """Show, or do. Raises CannotRun where it is to be done and nobody says why."""
    if yes and not reason.strip():
        raise CannotRun('say why, for the audit: --reason "the machine started with a wrong clock on 5 October"')
    with open_store_alone(config, now, writes=yes) as (settings, store):
        clock = clock_from(now)
        at = AsOf(clock.now(), calendar_of(settings))
        with store.write() if yes else store.rehearse() as session:
            done = put_right(session, at, pace=clock.pace(), by=who(), reason=reason.strip())
    zone = settings.site.timezone
    if as_json:
        show_json(_as_json(done, zone, yes=yes))
        return
    print(f"the clock shows {at.now.astimezone(zone):%d/%m/%Y %H:%M}")
    if done is None:
        print("nothing in the store lies ahead of it: there is nothing to put right")
    else:
        _show(done, zone, yes=yes)


def _show(done: PutRight, zone: ZoneInfo, *, yes: bool) -> None:
    if done.last is not None:
        print(f"the last cycle ran at {done.last.astimezone(zone):%d/%m/%Y %H:%M}, which is still to come")
    title = "Rows with a moment ahead of the clock, which is now" if yes else "Rows with a moment ahead of the clock"
    show_table(title, ("table", "rows"), sorted(done.rows.items()))
    for count, what in (
        (done.withdrawn, "notices were written then and not sent: they are withdrawn, as a wrong clock accuses people"),
        (done.again, "alerts of which they told are told anew, where they are true"),
        (done.digests, "digests no longer count as made for their day"),
        (done.sent, "notices have gone out: they stay on record as they are"),
    ):
        if count:
            print(f"{count:,} {what}")
    if yes:
        print(
            "done, and on record (`alertd audit list --action clock.put_right`); the next cycle decides by this clock"
        )
    else:
        print(
            "nothing was changed. Make sure that the clock is right now (timedatectl), stop alertd, then: "
            'alertd db clock --yes --reason "…"'
        )


def _as_json(done: PutRight | None, zone: ZoneInfo, *, yes: bool) -> dict[str, Any] | None:
    if done is None:
        return None
    moments = {"first_cycle": done.first, "last_cycle": done.last}
    return {
        **{name: moment and moment.astimezone(zone).isoformat() for name, moment in moments.items()},
        "rows": dict(done.rows),
        "withdrawn": done.withdrawn,
        "told_again": done.again,
        "digests": done.digests,
        "sent": done.sent,
        "done": yes,
    }
