"""alertd changes: list, show."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import RowMapping

from alertd.cli.common import AsJson, Config, Now, show_json, show_table
from alertd.cli.site import open_site
from alertd.cli.source_view import local
from alertd.derive.evidence import change, changes, files_of
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.notices.clean import one_line

app = typer.Typer(
    add_completion=False, help="Changes of due dates and ends that have to be explained.", no_args_is_help=True
)


@app.command("list")
def list_changes(
    unit: Annotated[str, typer.Option(metavar="CODE", help="Of this unit.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also those that are explained by now.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 100,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """The newest first, with before and after; of many files at once one row."""
    with open_site(config, now) as site:
        with site.store.read() as session:
            found = changes(session, unit=unit, every=every, limit=limit)
        zone = site.settings.site.timezone
    if as_json:
        show_json([_as_json(row, zone) for row in found])
        return
    shown = [
        (
            row["code"],
            row["unit"] or "",
            row["files"],
            local(row["before_at"], zone),
            local(row["after_at"], zone),
            local(row["seen_at"], zone),
            row["explained_by"] or "",
        )
        for row in found
    ]
    columns = ("code", "unit", "files", "before", "after", "seen", "explained by")
    show_table("Changes", columns, shown, empty="nothing has to be explained")


@app.command()
def show(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help='Of a change, as list shows it: "poll 12/due_moved_later".')
    ],
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Everything about one change; of many files at once each of them, and what explains it by now."""
    code = code.encode(errors="replace").decode().strip()
    with open_site(config, now) as site:
        with site.store.rehearse() as session:
            found = change(session, code)
            if found is None:
                raise Refused(f"no change has the code {one_line(code, 80)!r}; see `alertd changes list --all`")
            at = AsOf(site.clock.now(), site.calendar)
            files = files_of(session, found, at, site.settings.changes.late_entry) if found["file"] is None else []
        zone = site.settings.site.timezone
    document = {name: value for name, value in _as_json(found, zone).items() if not name.endswith("version")}
    if as_json:
        show_json(document | {"listed": [_as_json(row, zone) for row in files]})
        return
    for name, value in document.items():
        if value is not None:
            print(f"{name}: {value}")
    if found["file"] is None:
        rows = [
            (
                row["file"],
                row["file_before"] or "",
                row["unit"] or "",
                local(row["before_at"], zone),
                local(row["after_at"], zone),
                row["why"] or "",
            )
            for row in files
        ]
        empty = "the versions of its files are not on record"
        show_table("Files", ("file", "code before", "unit", "before", "after", "explained by"), rows, empty=empty)


def _as_json(row: RowMapping, zone: ZoneInfo) -> dict[str, Any]:
    return {
        name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
