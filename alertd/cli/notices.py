"""alertd notices: list, show, retry, release, discard."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from alertd.cli.common import AsJson, Config, Now, open_store_alone, show_json, show_table, to_minute, who
from alertd.cli.site import open_site
from alertd.model.words import NoticeKind, NoticeState
from alertd.notices import desk
from alertd.notices.list import notice, notices

app = typer.Typer(add_completion=False, help="The outbox and its log: who was told what.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The notice's number.")]
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
    for file in found["files"]:
        print(f"attached: {file['name']} ({file['sha256']})")


def _head(found: Mapping[str, Any]) -> list[tuple[str, object]]:
    names = ("kind", "unit", "recipient", "meant_for", "channel", "address", "state", "reason", "subject")
    times = ("created_at", "not_before", "sent_at", "confirmed_at")
    shown = [(name, found[name]) for name in names] + [(name, to_minute(found[name])) for name in times]
    return [(name.removesuffix("_at").replace("_", " "), value) for name, value in shown if value]


@app.command()
def retry(number: Number, reason: Because = "", config: Config = None, now: Now = None) -> None:
    """Send it again with the next delivery; its address counts as good again."""
    _act(config, now, lambda session, given: desk.retry(session, number, reason=reason, **given))
    print(f"notice {number} goes again with the next delivery")


@app.command()
def release(number: Number, reason: Because = "", config: Config = None, now: Now = None) -> None:
    """Let a notice go that is held."""
    _act(config, now, lambda session, given: desk.release(session, number, reason=reason, **given))
    print(f"notice {number} goes with the next delivery")


@app.command()
def discard(number: Number, reason: Because = "", config: Config = None, now: Now = None) -> None:
    """Never send it."""
    _act(config, now, lambda session, given: desk.discard(session, number, reason=reason, **given))
    print(f"notice {number} is not sent")


def _act(config: Path | None, now: str | None, act: Callable[[Session, dict[str, Any]], None]) -> None:
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        act(session, {"by": who(), "now": site.clock.now()})
