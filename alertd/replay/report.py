"""What the page and the terminal tell of a replay, and by which names: the replay, the one it is compared with, the site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from alertd.errors import in_language
from alertd.model.words import NoticeKind
from alertd.replay.compare import Difference, difference
from alertd.replay.outcome import Replayed
from alertd.replay.page_words import Voice
from alertd.replay.tally import Tally, tally

_DAYS_SAID = 12


@dataclass(frozen=True)
class Report:
    """``before``: the replay with which it is compared; ``made``: in the site's zone; ``off``: days of the period on which the
    office is closed; ``drafts``: ids of the rules that are tried, ``only``: nothing else was replayed; ``texts``: they were
    asked for; ``channels``: the site has a way to send anything."""

    after: Replayed
    before: Replayed | None
    site: str
    made: datetime
    off: frozenset[date]
    drafts: tuple[str, ...] = ()
    only: bool = False
    texts: bool = field(default=False)
    channels: bool = True

    @cached_property
    def tally(self) -> Tally:
        return tally(self.after)

    @cached_property
    def difference(self) -> Difference | None:
        return None if self.before is None else difference(self.before, self.after)


def said_first(report: Report, voice: Voice) -> Iterator[str]:
    """Of what all this is: period, rules, looks."""
    after, before = report.after, report.before
    length = (after.until - after.since).days + 1
    yield voice.say(
        "period", since=voice.day(after.since), until=voice.day(after.until), days=voice.things("days", length)
    )
    if report.drafts:
        yield voice.say("drafts", rules=", ".join(map(voice.rule, report.drafts)))
    if report.only:
        yield voice.say("only")
    if before is None:
        yield voice.say("version", after=after.version)
    else:
        yield voice.say("versions", before=before.version, after=after.version)
    yield voice.say("looks", looks=voice.number(after.looks))


def said_of_sameness(report: Report, voice: Voice) -> Iterator[str]:
    """Where no message changes: whether anything else does, and why there is nothing."""
    found = report.difference
    if report.before is None or found is None or found.more or found.fewer or not report.channels:
        return
    if report.before.version == report.after.version:
        yield voice.say("same_text")
    else:
        elsewhere = any((found.earlier, found.later, found.newly_found, found.no_more))
        yield voice.say("same_told" if elsewhere else "same")


def said_of_exactness(report: Report, voice: Voice) -> str:
    """From which day on it is exact: of both replays, the later."""
    days = [side.exact_from for side in (report.before, report.after) if side is not None]
    known = [day for day in days if day is not None]
    if len(known) < len(days) or max(known) > report.after.until:
        return voice.say("exact_never")
    if max(known) <= report.after.since:
        return voice.say("exact_all")
    return voice.say("exact", day=voice.day(max(known)))


def reconstructed(report: Report, language: str) -> list[str]:
    """What was reconstructed, and assumed, in either replay; each once."""
    sides = [side for side in (report.before, report.after) if side is not None]
    return list(dict.fromkeys(in_language(each, language) for side in sides for each in side.reconstructed))


def said_of_troubles(report: Report, voice: Voice) -> Iterator[str]:
    """Rules that did not run, days on which the brake would hold."""
    before = report.before
    if not report.channels:
        yield voice.say("no_channel")
    for rule, why in report.after.faults.items():
        yield voice.say("fault", rule=voice.rule(rule), why=in_language(why, voice.language))
    if before is not None:
        for rule, why in before.faults.items():
            yield voice.say("fault_before", rule=voice.rule(rule), why=in_language(why, voice.language))
    if report.after.held:
        yield voice.say("held_days", days=_days(report.after.held, voice))
    if before is not None and before.held:
        yield voice.say("held_days_before", days=_days(before.held, voice))


def said_of_channels(report: Report, voice: Voice) -> str:
    """Telegram: 40, e-mail: 3"""
    return ", ".join(f"{voice.channel(way)}: {voice.number(count)}" for way, count in report.tally.channels.items())


def said_of_kinds(report: Report, voice: Voice) -> str:
    return ", ".join(f"{voice.kind(NoticeKind(kind))}: {voice.number(n)}" for kind, n in report.tally.kinds.items())


def _days(days: Iterable[date], voice: Voice) -> str:
    """Not more of them than somebody reads."""
    all_of_them = sorted(set(days))
    said = ", ".join(map(voice.day, all_of_them[:_DAYS_SAID]))
    more = len(all_of_them) - _DAYS_SAID
    return f"{said}, … (+{voice.number(more)})" if more > 0 else said
