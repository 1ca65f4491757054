"""alertd rules check."""

from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.cases.load import faults_in
from alertd.cases.read import Around
from alertd.check.site import in_order
from alertd.cli.at_hand import NoData, faults_at_hand
from alertd.cli.check import today_of
from alertd.cli.common import AsJson, Config, load
from alertd.cli.faults_view import AsFormat, InLanguage, chosen, counted, show_faults
from alertd.errors import Fault
from alertd.rules.load import load_drafts
from alertd.rules.rulebook import Rulebook
from alertd.rules.sense import expired
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory


def check_rules(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE|FOLDER", help="These drafts instead of the site's rules.", show_default=False),
    ] = None,
    config: Config = None,
    language: InLanguage = None,
    form: AsFormat = None,
    as_json: AsJson = False,
    no_data: NoData = False,
) -> None:
    """Find the faults in the rules and their tests, all at once."""
    settings = load(config)
    said_in = language.value if language else settings.site.language
    book, faults = _rules(settings, files or [])
    faults = in_order(
        [
            *faults,
            *expired(book, today_of(settings)),
            *faults_at_hand(settings, book, said_in, no_data=no_data),
        ],
        Path.cwd(),
    )
    show_faults(faults, said_in, chosen(form, as_json=as_json), _closing(book, faults, said_in))
    if any(not fault.warning for fault in faults):
        raise typer.Exit(1)


def _rules(settings: Settings, files: list[Path]) -> tuple[Rulebook, list[Fault]]:
    """As the daemon reads them, with the faults of their tests; faults of units and people are told by `alertd check`."""
    directory, _ = load_directory(settings)
    templates = wiring.templates_of(settings)
    if not files:
        book, faults = wiring.rules_of(settings, directory, templates)
        around = Around(book, directory, calendar_of(settings))
        return book, [*faults, *faults_in(settings.path(settings.rules.folder), around)]
    return load_drafts(files, language=settings.site.language, units=directory.names, templates=templates.names())


def _closing(book: Rulebook, faults: list[Fault], language: str) -> str:
    """How many rules run, how many are set aside, and how many complaints there are."""
    fine, aside = len(book.compiled), len(book.set.set_aside)
    if language == "vi":
        said = f"{fine} quy tắc hợp lệ, {aside} quy tắc chưa dùng được"
    else:
        said = f"{fine} rule{' is' if fine == 1 else 's are'} in order, {aside} set aside"
    return f"{said}; {counted(faults, language)}" if faults else said
