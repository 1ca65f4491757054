"""alertd rules backtest: the past once more with other rules, and how many messages that would have been."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.cli.common import AsJson, Config, Language, Now, show_json
from alertd.cli.faults_view import Format, counted, show_faults
from alertd.cli.progress import progress
from alertd.cli.rules_backtest_view import show
from alertd.cli.site import open_site
from alertd.errors import CannotRun, Said, in_language
from alertd.replay.document import document
from alertd.replay.outcome import Replayed
from alertd.replay.page import page
from alertd.replay.page_words import Voice
from alertd.replay.period import first_day, last_whole_day
from alertd.replay.replay import replay
from alertd.replay.report import Report
from alertd.replay.tally import days_of
from alertd.rules.drafts import only_rules, read_drafts, with_drafts
from alertd.rules.rulebook import Rulebook
from alertd.site import Site

_BEFORE = 30  # days before the last one, by default
_FEW = 400  # heads times days: so few messages that their texts go into the page unasked
_DAY = "2026-10-05, 05/10/2026"


class Against(StrEnum):
    LIVE = "live"


@dataclass(frozen=True)
class _Tried:
    """``before``: what it is compared with, None where that was not asked for; ``drafts``: ids of the rules that are tried."""

    after: Rulebook
    before: Rulebook | None
    drafts: tuple[str, ...]


def backtest(
    drafts: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DRAFT",
            help="Files of rules, or folders of such; each takes the place of the rule in force with its id, or joins them. "
            "Without any: the rules folder as it stands.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=f"First day ({_DAY}); by default 30 days before --to.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Last day, in the past; by default yesterday.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="So many days up to --to, instead of --from.")] = None,
    against: Annotated[
        Against | None, typer.Option(help="Compare with the rules in force, and show the difference.")
    ] = None,
    only: Annotated[
        bool,
        typer.Option(
            "--only",
            help="Replay the drafts alone. By default they run among all rules: these share messages and a head's day.",
        ),
    ] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a page, to look at or print.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="With the text of each message.")] = False,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="HH:MM", help="Look at this time of day; may be given again. Default: the site's own."
        ),
    ] = None,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Replay the past with drafts of rules: which messages each head would have got, on which day. Nothing is sent or changed."""
    if only and not drafts:
        raise typer.BadParameter("--only is for drafts; name one or more files of rules")
    clocks = tuple(_clock(text) for text in at or ())
    _refuse_page(html)
    with open_site(config, now) as site:
        said_in = (language or Language(site.language)).value
        period = _period(site, since, until, days, said_in)
        tried = _tried(site, drafts or [], compare=against is not None, only=only, language=said_in, as_json=as_json)
        report = _replayed(
            site, tried, period, clocks, texts=texts or (html is not None and _few(site, period)), only=only
        )
        voice = _voice(site, tried, said_in)
    if html is not None:
        _write(html, page(report, voice))
    if as_json:
        show_json(document(report, said_in))
    else:
        show(report, voice, texts=texts)
        if html is not None:
            print(voice.say("page_written", file=html))
    if report.after.faults.keys() & set(tried.drafts):
        raise typer.Exit(1)


def _tried(site: Site, paths: Sequence[Path], *, compare: bool, only: bool, language: str, as_json: bool) -> _Tried:
    """Raises Exit(1) where a draft has a fault: they are said, all at once."""
    live = site.rules
    if not paths:
        folder, _ = wiring.rules_of(site.settings, site.directory, site.templates)
        return _Tried(folder, live if compare else None, ())
    known = site.known
    book, faults = read_drafts(paths, language=site.language, units=known.units, templates=known.templates)
    if faults and not as_json:
        show_faults(faults, language, Format.TEXT, counted(faults, language), sys.stderr)
    if any(not fault.warning for fault in faults):
        if as_json:
            show_json({"faults": [fault.as_json(language) for fault in faults]})
        raise typer.Exit(1)
    names = tuple(book.compiled)
    if only:
        return _Tried(book, only_rules(live, names) if compare else None, names)
    return _Tried(with_drafts(live, book), live if compare else None, names)


def _replayed(
    site: Site, tried: _Tried, period: tuple[date, date], at: Sequence[time], *, texts: bool, only: bool
) -> Report:
    since, until = period

    def run(book: Rulebook, what: str) -> Replayed:
        with progress(what) as bar:
            return replay(site, book, since=since, until=until, texts=texts, at=at, progress=bar.reach)

    after = run(tried.after, "after" if tried.before is not None else "replay")
    before = None
    if tried.before is not None:
        # one text, one outcome
        before = after if _same(tried.before, tried.after) else run(tried.before, "before")
    calendar = site.calendar
    off = frozenset(day for day in days_of(since, until) if not calendar.is_working(day))
    made = calendar.local(site.clock.now())
    name = site.settings.site.name
    ways = site.settings
    channels = bool(ways.telegram.token or ways.email.host or ways.http.url)
    return Report(after, before, name, made, off, drafts=tried.drafts, only=only, texts=texts, channels=channels)


def _same(one: Rulebook, other: Rulebook) -> bool:
    return _versions(one) == _versions(other) and dict(one.set.set_aside) == dict(other.set.set_aside)


def _versions(book: Rulebook) -> dict[str, str]:
    return {name: rule.version for name, rule in book.set.rules.items()}


def _voice(site: Site, tried: _Tried, language: str) -> Voice:
    books = [book for book in (tried.before, tried.after) if book is not None]
    titles = {name: rule.name(language) for book in books for name, rule in book.set.rules.items()}
    return Voice(language, {unit.code: unit.name for unit in site.directory.units}, titles)


def _few(site: Site, period: tuple[date, date]) -> bool:
    since, until = period
    return len(site.directory.units) * ((until - since).days + 1) <= _FEW


# --- the days --------------------------------------------------------------------------------------------------------
def _period(site: Site, since: str | None, until: str | None, days: int | None, language: str) -> tuple[date, date]:
    """Raises BadParameter for what is no day, CannotRun for days that nobody can replay, and where there are no records."""
    if since is not None and days is not None:
        raise CannotRun(in_language(_TWICE, language))
    newest = last_whole_day(site.calendar.today(site.clock.now()))
    last = newest if until is None else _day(until, "--to")
    if last > newest:
        raise CannotRun(in_language(_not_over(last, newest), language))
    first = _day(since, "--from") if since is not None else last - timedelta(days=_BEFORE if days is None else days - 1)
    if first > last:
        raise CannotRun(in_language(_turned(first, last), language))
    with site.store.read() as session:
        known = first_day(session, site.calendar)
    if known is None:
        raise CannotRun(in_language(_NO_RECORDS, language))
    if last < known:
        raise CannotRun(in_language(_too_early(last, known), language))
    return first, last


_NO_RECORDS = Said(
    "the store holds no record to replay; read the sources first: alertd run --once",
    "kho dữ liệu chưa có hồ sơ nào để thử; đề nghị đọc các nguồn trước: alertd run --once",
)
_TWICE = Said(
    "--from and --days say the same thing; leave one out",
    "--from và --days cùng chỉ ngày đầu; đề nghị bỏ một trong hai",
)


def _not_over(last: date, newest: date) -> Said:
    return Said(
        f"--to {last:%d/%m/%Y} is not over yet; the newest day that is over is {newest:%d/%m/%Y}",
        f"--to {last:%d/%m/%Y} chưa kết thúc; ngày gần nhất đã kết thúc là {newest:%d/%m/%Y}",
    )


def _turned(first: date, last: date) -> Said:
    return Said(
        f"--from {first:%d/%m/%Y} comes after --to {last:%d/%m/%Y}; change one of them",
        f"--from {first:%d/%m/%Y} sau --to {last:%d/%m/%Y}; đề nghị sửa một trong hai",
    )


def _too_early(last: date, known: date) -> Said:
    return Said(
        f"no record is as old as {last:%d/%m/%Y}; the first day of which one is known is {known:%d/%m/%Y}: write --to with "
        "a day from then on, or wait until that day is over",
        f"chưa có hồ sơ nào tính đến ngày {last:%d/%m/%Y}; ngày đầu tiên có hồ sơ là {known:%d/%m/%Y}: đề nghị ghi --to từ ngày "
        "đó trở đi, hoặc chờ hết ngày đó",
    )


def _day(text: str, option: str) -> date:
    """2026-10-05 or 05/10/2026. Raises BadParameter."""
    given = text.strip()
    parts = given.split("/")
    iso = "-".join(reversed(parts)) if len(parts) == 3 else given  # day, month, year
    try:
        year, month, day = (int(part) for part in iso.split("-"))
        return date(year, month, day)
    except ValueError:
        raise typer.BadParameter(f"{option} {text!r} is no day; write one like {_DAY}") from None


def _clock(text: str) -> time:
    try:
        hour, minute = (int(part) for part in text.split(":"))
        return time(hour, minute)
    except ValueError:
        raise typer.BadParameter(f"--at {text!r} is no time of day; write one like 07:30") from None


# --- the page --------------------------------------------------------------------------------------------------------
def _refuse_page(file: Path | None) -> None:
    """Before the work, which may take minutes. Raises BadParameter."""
    if file is None:
        return
    if file.is_dir():
        raise typer.BadParameter(f"--html {file} is a folder; name a file in it: {file / 'backtest.html'}")
    if not file.parent.is_dir():
        raise typer.BadParameter(f"--html {file}: there is no folder {file.parent}; make it, or name another")


def _write(file: Path, text: str) -> None:
    try:
        # a name from outside may hold half a letter, which no file takes
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise CannotRun(f"--html {file} cannot be written ({error.strerror}); name another file") from error
