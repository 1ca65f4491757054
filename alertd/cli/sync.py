"""alertd sync."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated

import typer

from alertd.cli.common import (
    AsJson,
    Config,
    Language,
    Now,
    show_json,
    show_table,
)
from alertd.cli.reporting import look, period_given, print_lines
from alertd.errors import CannotRun, Said, in_language
from alertd.intake.freshness import freshness
from alertd.model.period import month_of
from alertd.model.words import GapCause
from alertd.reports import sync_page as page
from alertd.reports.sync import pair_in, sync_report
from alertd.reports.sync_files import DifferentFile, Packet, different_files, packets

app = typer.Typer(add_completion=False)
_COMPUTES = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


@app.command()
def sync(
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="Of this unit's files alone.")] = None,
    period: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="2026-10, 2026-Q4 or 2026; by default this month.")
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the records to be sent to the portal again.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write these, and the files of each cause, as CSV into this folder."),
    ] = None,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """The city's and the portal's "on time" side by side, their gap by cause, and what has to be sent to the portal again."""
    asked = period_given(period)
    with look(config, language, now) as looking:
        settings, session, at = looking.settings, looking.session, looking.at
        if unit is not None:
            looking.refuse_unknown(unit)
        span = asked or month_of(at.today)
        pair = pair_in(session, settings, at)
        fresh = freshness(session, settings.sources, at)
        found = sync_report(session, settings, at, span, unit=unit, fresh=fresh)
        if pair is None or found is None:
            raise CannotRun(in_language(_NOT_SET, looking.language))
        voice = page.Voice(looking.language, settings.site.timezone, looking.directory)
        sent = packets(session, pair, at, span, unit=unit)
        again = Counter((each.sends, each.cause) for each in _written(sent, csv_file, out, voice))
        if out is not None:
            _write_files(different_files(session, pair, at, span, unit=unit), out, voice)
    if as_json:
        show_json(page.document(found, settings.site.timezone, again))
        return
    print_lines(page.head(found, voice))
    print()
    show_table("", *page.figures(found, voice))
    print()
    print_lines([page.gap(found, voice)])
    if found.differ:
        show_table("", *page.bars(found, voice, again))
        print()
    print_lines(page.notes(found, voice, again))


_NOT_SET = Said(
    '[sync] names no sources, so nothing is compared; write city = "…" and portal = "…", the names of the two sources of files',
    '[sync] chưa khai báo nguồn nên chưa so sánh được; đề nghị viết city = "…" và portal = "…" là tên hai nguồn hồ sơ',
)


def _written(sent: Iterator[Packet], file: Path | None, folder: Path | None, voice: page.Voice) -> Iterator[Packet]:
    """The records as they come, written where somebody wants them."""
    paths = [path for path in (file, folder and folder / "resend.csv") if path is not None]
    with ExitStack() as opened:
        sheets = [csv.writer(opened.enter_context(_open(path))) for path in paths]
        for sheet in sheets:
            sheet.writerow(page.PACKET_COLUMNS)
        for each in sent:
            for sheet in sheets:
                sheet.writerow(_harmless(page.packet_row(each, voice.zone)))
            yield each


def _write_files(files: Iterable[DifferentFile], folder: Path, voice: page.Voice) -> None:
    """One list for each cause, also where it is empty: an old one must not stay for a new one."""
    with ExitStack() as opened:
        sheets = {cause: csv.writer(opened.enter_context(_open(folder / f"{cause.value}.csv"))) for cause in GapCause}
        for sheet in sheets.values():
            sheet.writerow(page.file_columns(voice))
        for file in files:
            sheets[file.cause].writerow(_harmless(page.file_row(file, voice)))


def _open(path: Path) -> IO[str]:
    """With a mark by which spreadsheets know UTF-8. Raises CannotRun."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}; name another one") from error


def _harmless(cells: Sequence[str]) -> list[str]:
    """Nothing that a source wrote computes in a spreadsheet."""
    return [f"'{cell}" if cell.startswith(_COMPUTES) else cell for cell in cells]
