"""alertd index."""

import shutil
import sys
from datetime import datetime
from typing import Annotated

import typer

from alertd.alerts.cycles import last_cycle
from alertd.cli.common import (
    AsJson,
    Config,
    Language,
    Now,
    clock_from,
    open_store_alone,
    printable,
    show_json,
    show_table,
)
from alertd.cli.fitting import fitting
from alertd.errors import Refused, Said, in_language
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.period import Period, period_of
from alertd.reports import index_ahead, index_page
from alertd.reports.index import Report, city_of, index_report, newest_period
from alertd.reports.index_document import document
from alertd.reports.readings import units_read
from alertd.rules.evaluate import live_mode
from alertd.settings.calendar import calendar_of
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory
from alertd.store.calendar import current
from alertd.store.database import Store

app = typer.Typer(add_completion=False)
_WIDE = 100  # columns that the table needs


@app.command()
def index(
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of this unit; by default of the whole city, for its office.")
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(metavar="PERIOD", help="2026-10, 2026-Q4 or 2026; by default the newest that was read."),
    ] = None,
    units: Annotated[bool, typer.Option("--units", help="Also every unit's groups and total, as a table.")] = False,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """The index (Decision 766) of the city or a unit: scores, changes, points lost, what can still be won, a forecast."""
    span = None if period is None else _span(period)
    with open_store_alone(config) as (settings, store):
        said_in = (language or Language(settings.site.language)).value
        directory = load_directory(settings)[0]
        city = city_of(settings, directory)
        of = _unit(unit, city, directory, said_in)
        moment = _moment(settings, store, now)
        with store.read() as session:
            at = AsOf(moment, current(session, calendar_of(settings)), live=live_mode(session, moment))
            shown = span or newest_period(session, of, at)
            found = index_report(session, settings, directory, at, of, shown, city=city)
            read = units_read(session) if found.computed_at is None else []
    voice = index_page.Voice(said_in, settings.site.timezone, directory)
    if as_json:
        show_json(document(found, settings.site.timezone))
    else:
        _show(found, voice, read, units=units)
    if found.computed_at is None:
        raise typer.Exit(1)


def _span(text: str) -> Period:
    found = period_of(text.strip().upper())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no period; write 2026-10, 2026-Q4 or 2026", param_hint="--period")
    return found


def _unit(asked: str | None, city: str, directory: Directory, language: str) -> str:
    """Raises Refused."""
    known = directory.by_code
    if asked is not None and asked not in known and asked != city:
        said = Said(
            f"there is no unit {asked} in units.csv; {did_you_mean(asked, known, 5)}",
            f"không có đơn vị {asked} trong units.csv; {in_language(did_you_mean(asked, known, 5), 'vi')}",
        )
        raise Refused(in_language(said, language))
    if not (asked or city):
        said = Said(
            "no unit stands for the whole city; name it in [index] unit, give one unit of units.csv the kind city, or ask for a "
            "unit with --unit",
            "chưa rõ đơn vị nào là toàn thành phố; đề nghị ghi mã vào [index] unit, đặt kind = city cho một đơn vị trong "
            "units.csv, hoặc chọn đơn vị bằng --unit",
        )
        raise Refused(in_language(said, language))
    return asked or city


def _moment(settings: Settings, store: Store, now: str | None) -> datetime:
    """The real time; in a trial, whose clock is made up, that of the last cycle."""
    if now is None and settings.site.mode == "trial":
        with store.read() as session:
            last = last_cycle(session)
        if last is not None:
            return last
    return clock_from(now).now()


def _show(found: Report, voice: index_page.Voice, read: list[str], *, units: bool) -> None:
    _lines(index_page.head(found, voice))
    if found.computed_at is None:
        _lines(index_page.nothing(found, voice, read))
    else:
        print()
        if sys.stdout.isatty() and shutil.get_terminal_size().columns < _WIDE:
            _lines(index_page.stacked(found, voice))
        else:
            show_table("", voice.say("columns").split("|"), list(index_page.rows(found, voice)))
        print()
        _lines(index_page.checks(found, voice))
    for part in (index_page.winnable, index_ahead.last_moment, index_ahead.expected):
        print()
        _lines(part(found, voice))
    if units and found.rows:
        print()
        title = voice.say("units", period=found.span.named(voice.language))
        show_table(title, index_page.unit_columns(voice), list(index_page.unit_rows(found, voice)))


def _lines(lines: index_page.Lines) -> None:
    for line in fitting(printable(line) for line in lines):
        print(line)
