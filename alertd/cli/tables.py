"""alertd contacts accept."""

from typing import Annotated

import typer

from alertd.cli.common import Config, Now, who
from alertd.cli.site import open_site
from alertd.contacts import refresh


def accept(
    reason: Annotated[str, typer.Option(help="Why so many are truly gone; it stays in the audit.")],
    config: Config = None,
    now: Now = None,
) -> None:
    """Take in once what the guard does not believe of the tables: a true shrinkage, with its reason."""
    if not reason.strip():
        raise typer.BadParameter("write why so many are truly gone", param_hint="--reason")
    with open_site(config, now, writes=True) as site:
        lines = refresh.accept(site.store, site.settings, site.calendar, site.clock, reason=reason.strip(), by=who())
    for line in lines:
        print(line)
