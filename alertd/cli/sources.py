"""alertd sources: list, poll and accept."""

from typing import Annotated

import typer

from alertd import pipeline
from alertd.check.status import sources as all_sources
from alertd.cli.common import AsJson, Config, Now, clock_from, open_store_alone, show_json, show_table, who
from alertd.cli.site import open_site
from alertd.cli.source_view import COLUMNS, poll_json, poll_line, source_json, source_row
from alertd.errors import CannotRun
from alertd.intake import poll as intake
from alertd.model.asof import AsOf
from alertd.model.words import PollState
from alertd.settings.calendar import calendar_of
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings

app = typer.Typer(add_completion=False, help="The systems that alertd reads.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The source's name in config.toml.")]


@app.command("list")
def list_sources(config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """Every source with its state: how old its data are, what the last poll brought, why it is in doubt."""
    with open_store_alone(config) as (settings, store):
        at = AsOf(clock_from(now).now(), calendar_of(settings))
        with store.read() as session:
            found = all_sources(session, settings, at)
    zone = settings.site.timezone
    if as_json:
        show_json([source_json(source, zone) for source in found])
        return
    show_table("Sources", COLUMNS, [source_row(source, zone) for source in found])
    for source in found:
        if source.freshness.doubt is not None and source.freshness.detail:
            print(f"{source.name}: {source.freshness.detail}")
        if source.accept_next:
            print(f"{source.name}: the next poll is taken in whatever it lost ({source.accept_next})")


@app.command()
def poll(name: Name, config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """Read one source now, due or not."""
    with open_site(config, now, writes=True) as site:
        _check(site.settings, name)
        done = pipeline.poll(site, name)
    if done is None:
        raise CannotRun(f"another process is reading {name} at this moment; see `alertd sources list`")
    if as_json:
        show_json(poll_json(done))
    else:
        print(poll_line(done))
    if done.state in (PollState.FAILED, PollState.NOT_BELIEVED):
        raise typer.Exit(1)


@app.command()
def accept(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why the source has truly lost so much; it stays in the audit.")],
    config: Config = None,
    now: Now = None,
) -> None:
    """Take in once what the guard does not believe: a true shrinkage, with its reason."""
    if not reason.strip():
        raise typer.BadParameter("write why the source has truly lost so much", param_hint="--reason")
    with open_store_alone(config, now, writes=True) as (settings, store):
        _check(settings, name)
        with store.write() as session:
            intake.accept(session, name, reason=reason.strip(), by=who(), now=clock_from(now).now())
    print(f"{name}: the next poll is taken in, whatever it lost; `alertd sources poll {name}` reads it now")


def _check(settings: Settings, name: str) -> None:
    names = [source.name for source in settings.sources]
    if name not in names:
        raise CannotRun(f"no source is named {name!r}; {did_you_mean(name, names)}")
