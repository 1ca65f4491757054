"""alertd go-live."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from alertd import go_live as first_day
from alertd.cli.common import AsJson, Config, Now, show_json, show_table, who
from alertd.cli.site import open_site
from alertd.cli.source_view import iso, local, poll_line
from alertd.go_live import FirstDay
from alertd.intake.poll import Polled
from alertd.model.words import PollState
from alertd.site import Site

app = typer.Typer(add_completion=False)

_LARGEST = 10


@app.command("go-live")
def go_live(
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it: take what stands as known, and tell each head once.")
    ] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="In whose name; by default the user at the keyboard.")] = "",
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show what the first day would send; with --yes take the backlog as the baseline and begin."""
    with open_site(config, now, writes=True) as site:
        if yes:
            first_day.refused(site)
        polls = first_day.poll_what_was_never_read(site)
        found = first_day.begin(site, by=by or who()) if yes else first_day.look(site)
    failed = [poll for poll in polls if poll.state in (PollState.FAILED, PollState.NOT_BELIEVED)]
    if as_json:
        show_json(_as_json(site, found, done=yes))
    else:
        _show(site, found, polls, done=yes)
    if failed:
        raise typer.Exit(1)


def _show(site: Site, found: FirstDay, polls: Sequence[Polled], *, done: bool) -> None:
    for poll in polls:
        print(poll_line(poll))
    if done:
        print(
            f"done: {found.total:,} alerts are taken as known, {found.messages:,} messages wait in the outbox and go with the "
            "next delivery; from now on messages tell of what is new or worse, the backlog stands in the digests"
        )
    else:
        if found.begun is not None:
            print(f"it was done already: {local(found.begun.at, site.settings.site.timezone)}, by {found.begun.by}\n")
        ways = ", ".join(f"{count:,} by {way}" for way, count in found.channels.items()) or "none"
        print(
            f"The first day would take {found.total:,} alerts as known and send one summary each to {len(found.heads):,} heads,"
        )
        print(f"and an overview to the office. Messages: {ways}. Nothing was written or sent.\n")
    _tables(site, found)
    if found.unheard:
        print(f"\n{found.unheard:,} alerts could be told to nobody, not even to the office")
    if found.obstacles:
        print("\nIn the way of a good first day:")
        for each in found.obstacles:
            print(f"- {each.what}\n  → {each.cure}")
    if not done:
        _sample(found)
        _next(found)


def _tables(site: Site, found: FirstDay) -> None:
    rules = site.rules.set.rules
    rows = [
        (rule, rules[rule].name("en") if rule in rules else "", *(levels.get(word, 0) for word in _LEVELS))
        for rule, levels in found.alerts.items()
    ]
    show_table("Alerts that stand", ("rule", "title", *_LEVELS), rows)
    print()
    heads = [
        (each.alerts, each.unit, site.directory.name_of(each.unit), each.name, each.channel) for each in found.heads
    ]
    show_table("Summaries, the largest first", ("alerts", "unit", "", "head", "by"), heads[:_LARGEST])
    if len(heads) > _LARGEST:
        print(f"and {len(heads) - _LARGEST:,} more heads")


_LEVELS = ("critical", "warning", "reminder")


def _sample(found: FirstDay) -> None:
    if found.sample is not None:
        print(f"\nA summary as it would go out:\n\nTo: {found.sample.recipient} ({found.sample.unit})")
        print(f"Subject: {found.sample.subject}\n\n{found.sample.text}")


def _next(found: FirstDay) -> None:
    if found.begun is not None:
        return
    first = 'set mode = "live" under [site] in config.toml, then ' if found.mode == "rehearsal" else ""
    print(f"To begin: {first}alertd go-live --yes")


def _as_json(site: Site, found: FirstDay, *, done: bool) -> dict[str, Any]:
    begun = found.begun
    return {
        "done": done,
        "mode": found.mode,
        "begun": None if begun is None else {"at": iso(begun.at, site.settings.site.timezone), "by": begun.by},
        "total": found.total,
        "alerts": {rule: dict(levels) for rule, levels in found.alerts.items()},
        "heads": len(found.heads),
        "messages": dict(found.channels),
        "written": found.messages,
        "largest": [asdict(each) for each in found.heads[:_LARGEST]],
        "unheard": found.unheard,
        "obstacles": [asdict(each) for each in found.obstacles],
        "sample": None if found.sample is None else asdict(found.sample),
    }
