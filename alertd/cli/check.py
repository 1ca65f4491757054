"""alertd check."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from alertd import wiring
from alertd.check.salvage import settings_and_faults
from alertd.check.site import in_order, misfits
from alertd.cli.common import AsJson, Config, clock_from, config_path, show_json
from alertd.errors import CannotRun, Fault, Misconfigured
from alertd.settings.load import warnings_of
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

app = typer.Typer(add_completion=False)


@app.command()
def check(config: Config = None, as_json: AsJson = False) -> None:
    """Find the faults in settings, units, rules and templates, all at once."""
    faults = faults_of(config_path(config))
    wrong = sum(not fault.warning for fault in faults)
    if as_json:
        show_json([asdict(fault) for fault in faults])
    else:
        _show(faults, wrong)
    if wrong:
        raise typer.Exit(1)


def faults_of(path: Path) -> list[Fault]:
    """Every complaint about the site, sorted; neither the store nor the network is touched."""
    settings, faults, whole = settings_and_faults(path)
    directory, in_tables = load_directory(settings)
    templates = wiring.templates_of(settings)
    rules, in_rules = wiring.rules_of(settings, directory, templates)
    faults += [*in_tables, *in_rules, *templates.check()]
    if whole:
        faults += [*warnings_of(settings), *_channels(settings), *misfits(settings, directory, rules)]
    return in_order(faults, Path.cwd())


def _channels(settings: Settings) -> Sequence[Fault]:
    """What the ways out say when they are set up, before anything is connected."""
    try:
        channels, _ = wiring.channels_of(settings, clock_from(None))
    except Misconfigured as error:
        return error.faults
    except CannotRun as error:
        what, _, cure = str(error).partition("; ")
        return [Fault(str(settings.file), 0, 0, what, cure)]
    for channel in channels.values():
        channel.close()
    return []


def _show(faults: Sequence[Fault], wrong: int) -> None:
    for fault in faults:
        print(f"{fault} (warning)" if fault.warning else fault)
    warnings = len(faults) - wrong
    counted = [
        f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((wrong, "fault"), (warnings, "warning"))
    ]
    print(", ".join(counted) if faults else "no faults: settings, units, rules and templates are in order")
