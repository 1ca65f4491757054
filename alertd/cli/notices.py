"""alertd notices: list, show, retry, release, discard."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from alertd.alerts import holds
from alertd.brake.decide import Decision, Wanted, decide, hold_of, speaks_for_its_cycle
from alertd.cli.common import AsJson, Config, Now, open_store_alone, show_json, show_table, to_minute, who
from alertd.cli.site import open_site
from alertd.model.asof import AsOf
from alertd.model.words import CycleState, NoticeKind, NoticeState
from alertd.notices import desk
from alertd.notices.list import notice, notices

app = typer.Typer(add_completion=False, help="The outbox and its log: who was told what.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The notice's number.")]
Some = Annotated[int | None, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The notice's number.")]
Cycle = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=2**63 - 1, help="A held cycle, or a repair's, by its number."),
]
Only = Annotated[bool, typer.Option("--only", help="Of a held cycle: what is for this person alone.")]
Name = Annotated[str, typer.Option("--by", metavar="NAME", help="In whose name; by default the user at the keyboard.")]
Because = Annotated[str, typer.Option(help="Why, for the audit.")]


@app.command("list")
def list_notices(
    state: Annotated[list[NoticeState] | None, typer.Option(help="In this state; can be given again.")] = None,
    kind: Annotated[list[NoticeKind] | None, typer.Option(help="Of this kind; can be given again.")] = None,
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="About this unit.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Lines of the table at most, the newest; --json lists all.")] = 200,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """All notices, or those asked for, the oldest first."""
    with open_store_alone(config) as (settings, store), store.read() as session:
        found = notices(session, settings.site.timezone, states=state or (), kinds=kind or (), unit=unit)
    if as_json:
        show_json(found)
        return
    columns = ("id", "kind", "unit", "to", "channel", "address", "state", "tries", "made", "sent", "subject")
    show_table("Notices", columns, [_row(each) for each in found[-limit:]], empty="nothing like this")
    if len(found) > limit:
        print(f"… and {len(found) - limit} older; --limit shows them, --state, --kind and --unit choose")


def _row(found: Mapping[str, Any]) -> tuple[object, ...]:
    state = found["state"] + (f" ({found['reason'].replace('_', ' ')})" if found["reason"] else "")
    state += ", bounced" if found["bounced_at"] else ""
    to = found["recipient"] + (f" (for {found['meant_for']})" if found["meant_for"] else "")
    times = (to_minute(found["created_at"]), to_minute(found["sent_at"]))
    about = (found["id"], found["kind"], found["unit"], to, found["channel"], found["address"])
    return (*about, state, found["attempts"], *times, found["subject"])


@app.command()
def show(number: Number, config: Config = None, as_json: AsJson = False) -> None:
    """One notice: its text as it went out, each try to deliver it, and what it told of."""
    with open_store_alone(config) as (settings, store), store.read() as session:
        found = notice(session, number, settings.site.timezone)
    if as_json:
        show_json(found)
        return
    show_table(f"Notice {number}", ("", ""), list(_head(found)))
    print(f"\n{found['text']}\n")
    tries = [
        (
            each["number"],
            to_minute(each["started_at"]),
            each["channel"],
            each["address"],
            each["result"],
            each["detail"],
        )
        for each in found["tries"]
    ]
    show_table("Tries", ("no.", "at", "channel", "address", "result", "detail"), tries)
    print()
    told = [(each["alert"], each["rule"], each["level"], each["why"], each["key"]) for each in found["told"]]
    show_table("Told of", ("alert", "rule", "level", "why", "record"), told)
    for mail in found["returned"]:
        print(f"returned {to_minute(mail['at'])}: {mail['kind'].replace('_', ' ')}: {mail['detail']}")
    for file in found["files"]:
        print(f"attached: {file['name']} ({file['sha256']})")


def _head(found: Mapping[str, Any]) -> list[tuple[str, object]]:
    names = (
        "kind",
        "unit",
        "recipient",
        "meant_for",
        "channel",
        "address",
        "state",
        "reason",
        "subject",
        "code",
        "copy_of",
        "held_by",
    )
    times = ("created_at", "not_before", "sent_at", "confirmed_at", "bounced_at")
    shown = [(name, found[name]) for name in names] + [(name, to_minute(found[name])) for name in times]
    shown.append(("bounce", found["bounce"]))
    if found["state"] == NoticeState.HELD and found["held_by"]:
        shown.append(
            ("waits for", f"alertd notices release --cycle {found['held_by']}, or discard --cycle {found['held_by']}")
        )
    return [(name.removesuffix("_at").replace("_", " "), value) for name, value in shown if value]


@app.command()
def retry(number: Number, reason: Because = "", config: Config = None, now: Now = None) -> None:
    """Send it again with the next delivery; its address counts as good again."""
    _act(config, now, lambda session, given: desk.retry(session, number, reason=reason, **given))
    print(f"notice {number} goes again with the next delivery")


@app.command()
def release(
    number: Some = None,
    cycle: Cycle = None,
    only: Only = False,
    by: Name = "",
    reason: Because = "",
    config: Config = None,
    now: Now = None,
) -> None:
    """Let a held notice go, with all that its cycle holds."""
    _decide(config, now, CycleState.RELEASED, (number, cycle), only=only, by=by, reason=reason)


@app.command()
def discard(
    number: Some = None,
    cycle: Cycle = None,
    only: Only = False,
    by: Name = "",
    reason: Because = "",
    config: Config = None,
    now: Now = None,
) -> None:
    """Never send it; of a held notice: nor anything else that its cycle holds, whose alerts stay quiet."""
    _decide(config, now, CycleState.DISCARDED, (number, cycle), only=only, by=by, reason=reason)


def _decide(
    config: Path | None,
    now: str | None,
    wanted: Wanted,
    named: tuple[int | None, int | None],
    *,
    only: bool,
    by: str,
    reason: str,
) -> None:
    number, cycle = named
    if (number is None) == (cycle is None) or (only and number is None):
        raise typer.BadParameter("name a notice by its number, or a cycle by --cycle; --only goes with a notice")
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        at = AsOf(site.clock.now(), site.calendar)
        known = None if number is None else hold_of(session, number)
        hold = cycle if known is None else known.hold
        given = {"by": by or who(), "reason": reason}
        act = desk.release if wanted is CycleState.RELEASED else desk.discard
        if number is not None and (known is None or not speaks_for_its_cycle(session, known, only=only)):
            act(session, number, now=at.now, **given)
            print(
                f"notice {number} {'goes with the next delivery' if wanted is CycleState.RELEASED else 'is not sent'}"
            )
            return
        assert hold is not None  # one of the two was named
        if cycle is not None and (drafts := desk.drafts(session, cycle)):
            for draft in drafts:
                act(session, draft, now=at.now, **given)
            go = "go with the next delivery" if wanted is CycleState.RELEASED else "are not sent"
            print(f"cycle {cycle}: {len(drafts):,} corrections {go}")
            if holds.found(session, cycle) is None:
                return
        person = known.person if known is not None and only else None
        language = site.settings.site.language
        done = decide(session, wanted, hold, at=at, language=language, person=person, **given)
        print(_said(done, site.settings.site.timezone))
    if done.already and done.state is not wanted:
        raise typer.Exit(1)


def _said(done: Decision, zone: ZoneInfo) -> str:
    if done.already:
        why = f": {done.why}" if done.why else ""
        ended = "was over by itself" if done.state is CycleState.OVER else f"was {done.state} by {done.by}"
        return f"cycle {done.cycle} {ended} at {done.at.astimezone(zone):%d/%m/%Y %H:%M}{why}; nothing was done now"
    left = f"; {done.left:,} alerts of the cycle wait still" if done.left else ""
    if done.state is CycleState.RELEASED:
        anew = (
            f"; {done.stale:,} that are not true any more as they are written are written anew by the next cycle"
            if done.stale
            else ""
        )
        go = f"{done.alerts:,} alerts are let go, {done.messages:,} messages go with the next delivery"
        return f"cycle {done.cycle}: {go}{anew}{left}"
    return (
        f"cycle {done.cycle}: {done.messages:,} messages are not sent; {done.alerts:,} alerts are withdrawn, and stay quiet "
        f"while their records are the same (`alertd alerts reopen ID` brings one back){left}"
    )


def _act(config: Path | None, now: str | None, act: Callable[[Session, dict[str, Any]], None]) -> None:
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        act(session, {"by": who(), "now": site.clock.now()})
