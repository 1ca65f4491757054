"""alertd audit: list and verify."""

import json
import re
from datetime import date, datetime, time
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from alertd.check import audit as look
from alertd.cli.common import AsJson, Config, moment, open_store_alone, show_json, show_table
from alertd.cli.progress import progress
from alertd.settings.shapes import Settings
from alertd.store import audit

app = typer.Typer(add_completion=False, help="Who decided or did what, when, and why.", no_args_is_help=True)

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{32,64})")  # the digest shows half of the hash


@app.command("list")
def list_rows(
    subject: Annotated[str, typer.Option(help="Of subjects that begin like this: source:, notice:12.")] = "",
    actor: Annotated[str, typer.Option(help="Of this person, or of alertd itself.")] = "",
    action: Annotated[str, typer.Option(help="Of actions that begin like this: contact, notice.retry.")] = "",
    since: Annotated[
        str, typer.Option(metavar="DAY", help="From this day on: 2026-10-05, or a time with offset.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="The newest so many; they stand in their order.")] = 50,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """The newest rows of the audit, the newest last."""
    with open_store_alone(config) as (settings, store):
        begin = _begin(since, settings) if since else None
        with store.read() as session:
            rows = look.listed(session, subject=subject, actor=actor, action=action, since=begin, limit=limit)
    zone = settings.site.timezone
    if as_json:
        show_json([_as_json(row, row.at.astimezone(zone)) for row in rows])
        return
    shown = [
        (row.seq, f"{row.at.astimezone(zone):%d/%m/%Y %H:%M:%S}", row.actor, row.action, row.subject, row.reason)
        for row in rows
    ]
    show_table("Audit", ("no.", "at", "who", "did", "what", "why"), shown, empty="nothing like this is on record")


@app.command()
def verify(
    noted: Annotated[
        str, typer.Option("--head", metavar="NO:HASH", help="What a city digest shows: the chain has to hold that row.")
    ] = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Walk the whole chain and look at what it seals: was any row, notice, list or alert event changed, removed or put in?"""
    expected = _noted(noted) if noted else None
    with open_store_alone(config) as (_, store), store.read() as session:
        rows, (last, hash_) = look.length(session), audit.head(session)
        with progress("verifying", rows) as bar:
            breaks = [(found.seq, found.what) for found in audit.verify(session, contents=True, walked=bar.step)]
        if expected is not None:
            breaks += _against(expected, look.hash_of(session, expected[0]), last)
    if as_json:
        found = [{"row": seq, "what": what} for seq, what in breaks]
        show_json({"rows": rows, "head": f"{last}:{hash_}", "breaks": found})
    else:
        for seq, what in breaks:
            print(f"row {seq}: {what}" if seq else what)
        print(
            f"{len(breaks)} breaks in {rows} rows"
            if breaks
            else f"the chain holds: {rows} rows, and all that they seal"
        )
        print(f"head {last}:{hash_} (note it elsewhere, and give it to --head later)")
    if breaks:
        raise typer.Exit(1)


def _against(noted: tuple[int, str], found: str | None, last: int) -> list[tuple[int, str]]:
    """What is wrong where the chain is compared with a row that was noted elsewhere."""
    seq, beginning = noted
    if found is None:
        return [
            (seq, f"was noted, and is not there: the chain was cut off, or is another one (its newest row is {last})")
        ]
    if not found.startswith(beginning):
        return [(seq, "is not the row that was noted: the chain was rewritten, or is another one")]
    return []


def _begin(since: str, settings: Settings) -> datetime:
    try:
        day = date.fromisoformat(since)
    except ValueError:
        return moment(since)
    return moment(datetime.combine(day, time(), settings.site.timezone).isoformat())


def _noted(noted: str) -> tuple[int, str]:
    found = _HEAD.fullmatch(noted.strip().lower())
    if found is None:
        raise typer.BadParameter("write it as the city digest or `alertd audit verify` showed it: 12:9f86d081…, whole")
    return int(found[1]), found[2]


def _as_json(row: Row[Any], at: datetime) -> dict[str, Any]:
    document = {"seq": row.seq, "at": at.isoformat(), "actor": row.actor, "action": row.action}
    return document | {
        "subject": row.subject,
        "reason": row.reason,
        "detail": json.loads(row.detail),
        "hash": row.hash,
        "previous": row.previous,
    }
