"""alertd digest."""

import sys
from typing import Annotated

import typer

from alertd.cli.common import AsJson, Config, Now, show_json
from alertd.cli.desk import desk_of
from alertd.cli.site import open_site
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.notices.digest import Preview, preview_digest
from alertd.settings.complaint import did_you_mean

app = typer.Typer(add_completion=False)


@app.command()
def digest(
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="Of the head who answers for this unit.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show the digests that would go out now; nothing is written or sent."""
    with open_site(config, now) as site:
        codes = site.directory.by_code
        if unit is not None and unit not in codes:
            raise Refused(f"there is no unit {unit} in units.csv; {did_you_mean(unit, codes, 5)}")
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.read() as session:
            found = preview_digest(session, desk_of(site, session, at, as_if=True), at, unit)
        if not site.channels:
            print("no channel is set up, so nobody gets it yet", file=sys.stderr)
    if as_json:
        show_json([_as_json(preview) for preview in found])
        return
    print(f"\n\n{'=' * 78}\n\n".join(_shown(preview) for preview in found) or "no digest would go out now")


def _as_json(preview: Preview) -> dict[str, str]:
    message = preview.message
    return {
        "recipient": preview.recipient,
        "unit": preview.unit,
        "kind": preview.kind.value,
        "subject": message.subject,
        "text": message.text,
    }


def _shown(preview: Preview) -> str:
    return f"To: {preview.recipient} ({preview.unit})\nSubject: {preview.message.subject}\n\n{preview.message.text}"
