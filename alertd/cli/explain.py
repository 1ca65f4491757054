"""alertd explain."""

from typing import Annotated

import typer

from alertd.cli.common import AsJson, Config, Now, show_json
from alertd.cli.site import open_site
from alertd.explain.document import document
from alertd.explain.explanation import explain as explanations
from alertd.explain.page import page
from alertd.explain.voice import Voice

app = typer.Typer(add_completion=False)


@app.command()
def explain(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="Code of a file, announcement or procedure; or an alert's number.")
    ],
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Why a record did or did not alert, how its due date counts, and who was told what, when and how."""
    key = key.encode(errors="replace").decode().strip()  # a terminal may hand over what is no UTF-8
    with open_site(config, now) as site:
        with site.store.read() as session:
            found = explanations(session, site, key, site.clock.now())
        if as_json:
            show_json({"key": key, "records": [document(each) for each in found]})
            return
        voice = Voice(site.settings.site.language, site.settings.site.timezone, site.directory)
        print("\n\n".join("\n".join(page(each, voice)) for each in found))
