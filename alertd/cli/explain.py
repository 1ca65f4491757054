"""alertd explain."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from alertd.cli.common import AsJson, Config, Language, Now, moment, show_json
from alertd.cli.fitting import fitting
from alertd.cli.site import open_site
from alertd.explain.document import document
from alertd.explain.explanation import Explanation, Look, explain_found, meant
from alertd.explain.explanation import explain as explanations
from alertd.explain.page import page
from alertd.explain.records import kept_since
from alertd.explain.versions import in_force, rules_then
from alertd.explain.voice import Voice
from alertd.replay.then import as_then
from alertd.site import Site

app = typer.Typer(add_completion=False)


@app.command()
def explain(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="Code of a file, a task, a procedure or any record; or an alert's number."),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="TIME",
            help="As it was at that moment, or will be if nothing changes: 2026-10-05 (the end of the day), 2026-10-05T08:00.",
        ),
    ] = None,
    days: Annotated[bool, typer.Option("--days", help="Show every day of a long count.")] = False,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Why a record did or did not alert, how its due date counts, and who was told what, when and how."""
    key = key.encode(errors="replace").decode().strip()  # a terminal may hand over what is no UTF-8
    with open_site(config, now) as site:
        zone = site.settings.site.timezone
        said_in = (language or Language(site.settings.site.language)).value
        moment_asked = None if at is None else moment_of(at, zone)
        found = explained(site, key, moment_asked, said_in)
        if as_json:
            show_json({"key": key, "records": [document(each) for each in found]})
            return
        voice = Voice(said_in, zone, site.directory)
        print("\n\n".join("\n".join(fitting(page(each, voice, every_day=days))) for each in found))


def explained(site: Site, key: str, at: datetime | None, language: str) -> list[Explanation]:
    now = site.clock.now()
    if at is not None and at < now.replace(microsecond=0):
        return _as_it_was(site, key, at, now, language)
    with site.store.read() as session:
        if at is None:
            return explanations(session, site, key, now, language)
        found = meant(session, key)
        looks = {code: Look(now) for _, codes in found for code in codes}
        return explain_found(session, site, found, at, looks, language=language)


def _as_it_was(site: Site, key: str, at: datetime, now: datetime, language: str) -> list[Explanation]:
    """The records as they were known then, judged by the rules that ran then, where that is known."""
    with site.store.read() as session:
        found = meant(session, key)
        then = rules_then(session, at, site.settings.path(site.settings.rules.folder), site.language)
        book = then.book or site.rules
        versions = in_force(session, book.set.rules.values(), at)
        since = {dataset.name: kept_since(session, dataset, codes) for dataset, codes in found}
    found_then: list[Explanation] = []
    for dataset, codes in found:
        looks = {
            code: Look(now, since[dataset.name].get(code), then.book is not None, then.cycle_at, then.version, versions)
            for code in codes
        }
        with as_then(site, dataset, codes, at) as past, past.store.read() as session:
            ran = replace(past, rules=book)
            found_then += explain_found(session, ran, [(dataset, codes)], at, looks, language=language)
    return found_then


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A moment; without an offset in the site's zone, a day alone is its last second. Raises BadParameter."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return moment(text)  # which says how it is written
    if read.tzinfo is None:
        if len(text.strip()) <= len("2026-10-05"):
            read = datetime.combine(date(read.year, read.month, read.day), time()) + timedelta(days=1, seconds=-1)
        read = read.replace(tzinfo=zone)
    return moment(read.isoformat())
