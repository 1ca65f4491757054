"""alertd index."""

import shutil
import sys
from typing import Annotated

import typer

from alertd.cli.common import AsJson, Config, Language, Now, show_json, show_table
from alertd.cli.reporting import Looking, look, period_given, print_lines
from alertd.errors import Refused, Said, in_language
from alertd.reports import index_ahead, index_page
from alertd.reports.index import Report, index_report, newest_period
from alertd.reports.index_document import document
from alertd.reports.readings import units_read

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
    span = period_given(period)
    with look(config, language, now) as looking:
        settings, directory, session, at = looking.settings, looking.directory, looking.session, looking.at
        city = settings.index.city(directory)
        of = _unit(unit, city, looking)
        found = index_report(session, settings, directory, at, of, span or newest_period(session, of, at), city=city)
        read = units_read(session) if found.computed_at is None else []
    voice = index_page.Voice(looking.language, settings.site.timezone, directory)
    if as_json:
        show_json(document(found, settings.site.timezone))
    else:
        _show(found, voice, read, units=units)
    if found.computed_at is None:
        raise typer.Exit(1)


def _unit(asked: str | None, city: str, looking: Looking) -> str:
    """Raises Refused."""
    if asked is not None and asked != city:
        looking.refuse_unknown(asked)
    if not (asked or city):
        said = Said(
            "no unit stands for the whole city; name it in [index] unit, give one unit of units.csv the kind city, or ask for a "
            "unit with --unit",
            "chưa rõ đơn vị nào là toàn thành phố; đề nghị ghi mã vào [index] unit, đặt kind = city cho một đơn vị trong "
            "units.csv, hoặc chọn đơn vị bằng --unit",
        )
        raise Refused(in_language(said, looking.language))
    return asked or city


def _show(found: Report, voice: index_page.Voice, read: list[str], *, units: bool) -> None:
    print_lines(index_page.head(found, voice))
    if found.computed_at is None:
        print_lines(index_page.nothing(found, voice, read))
    else:
        print()
        if sys.stdout.isatty() and shutil.get_terminal_size().columns < _WIDE:
            print_lines(index_page.stacked(found, voice))
        else:
            show_table("", voice.say("columns").split("|"), list(index_page.rows(found, voice)))
        print()
        print_lines(index_page.checks(found, voice))
    for part in (index_page.winnable, index_ahead.last_moment, index_ahead.expected):
        print()
        print_lines(part(found, voice))
    if units and found.rows:
        print()
        title = voice.say("units", period=found.span.named(voice.language))
        show_table(title, index_page.unit_columns(voice), list(index_page.unit_rows(found, voice)))
        print_lines([index_page.unit_legend(voice)])
