"""alertd calendar repair: what a past day that turned out to be off, or worked, moves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alertd.cli.common import show_json, show_table, who
from alertd.cli.progress import progress
from alertd.cli.site import open_site
from alertd.errors import CannotRun
from alertd.model.words import Level, Reason
from alertd.repair.calendar import Moved, repair
from alertd.settings.calendar import calendar_of

_DRAFTS = 2  # corrections that are shown whole


def repair_calendar(config: Path | None, now: str | None, *, apply: bool, by: str, reason: str, as_json: bool) -> None:
    """Show, or apply. Raises CannotRun where it is to be applied and nobody says why."""
    if apply and not reason.strip():
        raise CannotRun('say why, for the audit: --reason "Công văn 123/UBND-NC"')
    with open_site(config, now, writes=apply) as site, progress("messages already sent, by both calendars") as bar:
        moved = repair(
            site,
            calendar_of(site.settings),
            apply=apply,
            by=by or who(),
            reason=reason.strip(),
            progress=bar.reach,
        )
    if as_json:
        show_json(_as_json(moved))
    elif moved is None:
        print("the store counts by the days of config.toml; there is nothing to repair")
    else:
        _show(moved)


def _show(moved: Moved) -> None:
    for kind, days in (("off", moved.off), ("worked", moved.worked)):
        if days:
            print(f"turned out to be {kind}: {', '.join(f'{day:%d/%m/%Y}' for day in days)}")
    assigned = f"{moved.assignments:,} assignments, " if moved.assignments else ""
    print(f"due dates that move: {moved.due:,} open files, {assigned}{moved.announcements:,} announcements")
    if moved.due_rows:
        rows = [(row.code, row.unit, f"{row.before:%d/%m/%Y}", f"{row.after:%d/%m/%Y}") for row in moved.due_rows]
        show_table("Examples", ("file", "unit", "due until now", "due from now on"), rows)
    changes = [(rule, *_counted(counts)) for rule, counts in sorted(moved.alerts.items())]
    show_table("Alerts", ("rule", "withdrawn", "eased", "worse", "opened"), changes, empty="none moves")
    if moved.held is not None:
        print("they are far more than usual: the brake holds them until the office releases or discards them")
    messages = len({each.notice for each in moved.wrong} | {each.notice for each in moved.too_high})
    numbers = sum(each.records for each in moved.too_high)
    print(
        f"messages already sent that were wrong: {messages:,}, in {len(moved.wrong):,} statements and {numbers:,} numbers of days"
    )
    if moved.unsent:
        print(
            f"messages not sent yet that {'were' if moved.cycle else 'are'} taken back, to be written anew: {moved.unsent:,}"
        )
    for draft in moved.drafts[:_DRAFTS]:
        print(f"\n{'-' * 78}\nTo: {draft.to.contact.name}\nSubject: {draft.message.subject}\n\n{draft.message.text}")
    if len(moved.drafts) > _DRAFTS:
        print(f"\n… and {len(moved.drafts) - _DRAFTS:,} more corrections like these (--json has them all)")
    if moved.cycle is None:
        print("\nnothing was changed; do it with: alertd calendar repair --apply --reason …")
    elif moved.notices:
        first, last = moved.notices[0], moved.notices[-1]
        print(
            f"\ndone, in cycle {moved.cycle}. {len(moved.notices):,} corrections wait in the outbox (no. {first} to {last}); "
            f"read them with alertd notices show ID, and let one go with alertd notices release ID, all with --cycle {moved.cycle}"
        )
    else:
        print(f"\ndone, in cycle {moved.cycle}")


def _counted(counts: Mapping[Reason, int]) -> tuple[int, ...]:
    ended = sum(counts.get(why, 0) for why in (Reason.CALENDAR_CHANGED, Reason.MOVED_ON, Reason.RESOLVED, Reason.GONE))
    begun = counts.get(Reason.OPENED, 0) + counts.get(Reason.REOPENED, 0)
    return ended, counts.get(Reason.EASED, 0), counts.get(Reason.WORSE, 0), begun


def _as_json(moved: Moved | None) -> dict[str, Any] | None:
    if moved is None:
        return None
    return {
        "off": moved.off,
        "worked": moved.worked,
        "due_dates": {
            "files": moved.due,
            "assignments": moved.assignments,
            "announcements": moved.announcements,
            "examples": [
                {"code": row.code, "unit": row.unit or None, "before": row.before, "after": row.after}
                for row in moved.due_rows
            ],
        },
        "alerts": {rule: {why.value: n for why, n in counts.items()} for rule, counts in moved.alerts.items()},
        "wrong": [
            {
                "notice": each.notice,
                "unit": each.unit or None,
                "rule": each.rule,
                "key": each.key,
                "told": Level(each.told).word,
                "level": Level(each.level).word if each.level else None,
            }
            for each in moved.wrong
        ],
        "too_high": [
            {"notice": each.notice, "unit": each.unit or None, "rule": each.rule, "records": each.records}
            for each in moved.too_high
        ],
        "unsent": moved.unsent,
        "held": moved.held is not None,
        "corrections": [
            {
                "recipient": draft.to.contact.name,
                "unit": draft.unit,
                "subject": draft.message.subject,
                "text": draft.message.text,
            }
            for draft in moved.drafts
        ],
        "notices": list(moved.notices),
        "cycle": moved.cycle,
    }
