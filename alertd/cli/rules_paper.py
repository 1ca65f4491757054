"""What the annex of rules is made of: the set in force, its release, its tests, what it sent; without a store, the folder."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from alertd import wiring
from alertd.cases.load import files_in, load_cases
from alertd.cases.read import Around
from alertd.cli.site import open_site
from alertd.model.asof import AsOf
from alertd.model.calendar import WorkingCalendar
from alertd.model.directory import Directory
from alertd.paper.annex import InForce, Source
from alertd.paper.sent import last_month
from alertd.rules import releases
from alertd.rules.rulebook import Rulebook
from alertd.settings.address import store_url
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory
from alertd.store.database import Store


def source_of(stack: ExitStack, settings: Settings, config: Path | None, now: str | None, at: datetime) -> Source:
    """``stack`` keeps the store open meanwhile. A look makes no store where there is none."""
    if not _has_store(settings):
        directory, _ = load_directory(settings)
        book, _ = wiring.rules_of(settings, directory, wiring.templates_of(settings))
        return _source(settings, book, directory, calendar_of(settings), at)
    site = stack.enter_context(open_site(config, now))
    session = stack.enter_context(site.store.read())
    found = releases.in_force(session) if settings.site.mode == "live" else None
    in_force = None if found is None else InForce(site.calendar.local(found.at), found.released_by)
    made = _source(settings, site.rules, site.directory, site.calendar, at)
    return replace(made, in_force=in_force, month=last_month(session, AsOf(at, site.calendar)))


def _source(
    settings: Settings, book: Rulebook, directory: Directory, calendar: WorkingCalendar, at: datetime
) -> Source:
    heads = directory.heads(directory.office, calendar.today(at)) if directory.office else []
    return Source(
        book=book,
        site=settings.site.name,
        office=directory.name_of(directory.office) if directory.office else "",
        signer=heads[0].name if heads else "",
        signer_title=heads[0].title if heads else "",
        now=calendar.local(at),
        in_force=None,
        tests=_tests(settings, book, directory, calendar),
        month=None,
    )


def _tests(
    settings: Settings, book: Rulebook, directory: Directory, calendar: WorkingCalendar
) -> Mapping[str, Sequence[str]]:
    """The names of the tests beside the rules, by rule; of a file with a fault none."""
    paths, _ = files_in(settings.path(settings.rules.folder))
    cases, _ = load_cases(paths, Around(book, directory, calendar))
    found: dict[str, list[str]] = {}
    for case in cases:
        found.setdefault(case.rule, []).append(case.name)
    return found


def _has_store(settings: Settings) -> bool:
    unopened = Store(store_url(settings))
    try:
        return unopened.file is None or unopened.file.exists()
    finally:
        unopened.close()
