"""alertd check."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import typer

from alertd import wiring
from alertd.cases.load import faults_in
from alertd.cases.read import Around
from alertd.check import templates as trying
from alertd.check.salvage import settings_and_faults
from alertd.check.site import in_order, located, misfits
from alertd.cli.at_hand import NoData, faults_at_hand
from alertd.cli.common import AsJson, Config, clock_from, config_path
from alertd.cli.faults_view import AsFormat, Format, InLanguage, chosen, counted, show_faults
from alertd.errors import CannotRun, Fault, Misconfigured
from alertd.rules.rulebook import Rulebook
from alertd.rules.sense import expired
from alertd.settings.calendar import calendar_of
from alertd.settings.complaint import what_and_cure
from alertd.settings.load import warnings_of
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

app = typer.Typer(add_completion=False)
_LINES = 10  # of a list, where the settings do not say it

_IN_ORDER = {
    "vi": "không có lỗi: cấu hình, đơn vị, quy tắc và mẫu đều hợp lệ",
    "en": "no faults: settings, units, rules and templates are in order",
}


@app.command()
def check(
    config: Config = None,
    language: InLanguage = None,
    form: AsFormat = None,
    as_json: AsJson = False,
    no_data: NoData = False,
) -> None:
    """Find the faults in settings, units, rules, their tests and templates, all at once."""
    how = chosen(form, as_json=as_json)
    try:
        settings, faults, rules = _of_site(config_path(config))
    except Misconfigured as error:  # config.toml cannot be read at all, so nobody knows the site's language
        faults, said_in = in_order(error.faults, Path.cwd()), language.value if language else "en"
        if how is Format.JSON:  # there is no document
            how = Format.TEXT
        show_faults(faults, said_in, how, counted(faults, said_in), sys.stderr)
        raise typer.Exit(2) from None
    said_in = language.value if language else settings.site.language
    if rules is not None:
        faults += faults_at_hand(settings, rules, said_in, no_data=no_data)
    faults = in_order(faults, Path.cwd())
    show_faults(faults, said_in, how, counted(faults, said_in) if faults else _IN_ORDER[said_in])
    if any(not fault.warning for fault in faults):
        raise typer.Exit(1)


def faults_of(path: Path) -> list[Fault]:
    """Every complaint about the site, sorted; neither the store nor the network is touched."""
    return in_order(_of_site(path)[1], Path.cwd())


def today_of(settings: Settings) -> date:
    return clock_from(None).now().astimezone(settings.site.timezone).date()


def _of_site(path: Path) -> tuple[Settings, list[Fault], Rulebook | None]:
    """Settings, every complaint about the site, and the rules; None where the config is not whole, so that there is no store."""
    settings, faults, whole = settings_and_faults(path)
    directory, in_tables = load_directory(settings)
    templates = wiring.templates_of(settings)
    rules, in_rules = wiring.rules_of(settings, directory, templates)
    lines = settings.digest.lines if whole else _LINES
    faults += [
        *in_tables,
        *in_rules,
        *expired(rules, today_of(settings)),
        *trying.faults_of(templates, rules.set.rules, lines),
        *wiring.form_faults(settings),
    ]
    if whole:
        faults += [*warnings_of(settings), *_channels(settings), *misfits(settings, directory, rules)]
        faults += faults_in(settings.path(settings.rules.folder), Around(rules, directory, calendar_of(settings)))
    return settings, list(located(settings, faults)), rules if whole else None


def _channels(settings: Settings) -> Sequence[Fault]:
    """What the ways out say when they are set up, before anything is connected."""
    try:
        channels, _ = wiring.channels_of(settings, clock_from(None))
    except Misconfigured as error:
        return error.faults
    except CannotRun as error:
        return [Fault(str(settings.file), 0, 0, *what_and_cure(error.args[0]))]
    for channel in channels.values():
        channel.close()
    return []
