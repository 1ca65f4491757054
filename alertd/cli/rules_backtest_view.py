"""A replay as the terminal shows it: the sum, whom it would disturb, each day, and from which day on it is exact."""

from collections.abc import Iterator

from alertd.cli.common import printable, show_table
from alertd.replay.compare import Change, HeadChange
from alertd.replay.outcome import Message
from alertd.replay.page_words import Voice
from alertd.replay.report import (
    Report,
    reconstructed,
    said_first,
    said_of_channels,
    said_of_exactness,
    said_of_kinds,
    said_of_sameness,
    said_of_troubles,
)

_HEADS = 20  # rows
_TEXTS = 3  # messages that are shown whole


def show(report: Report, voice: Voice, *, texts: bool) -> None:
    """``texts``: a few messages whole."""
    _say(said_first(report, voice))
    print()
    _say(_sums(report, voice))
    _say(said_of_troubles(report, voice))
    if report.tally.messages or (report.before is not None and report.before.messages):
        print()
        _heads(report, voice)
        print()
        _days(report, voice)
    if report.difference is not None and report.difference.rules:
        print()
        _rules(report, voice)
    print()
    if texts:
        _texts(report, voice)
    print(said_of_exactness(report, voice))
    items = reconstructed(report, voice.language)
    if items:
        print(f"{voice.say('how')}:")
        _say(f"- {each}" for each in items)


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        print(printable(line))


def _sums(report: Report, voice: Voice) -> Iterator[str]:
    found, counts = report.difference, report.tally
    if found is None:
        yield f"{voice.things('messages', counts.messages)}, {voice.things('heads', len(counts.heads))}"
    else:
        yield f"{voice.say('key_messages')}: {_two(found.messages, voice)}"
        said = voice.say("more_fewer", more=voice.number(found.more), fewer=voice.number(found.fewer))
        yield f"  {said}. {voice.say('shifted_note')}"
        yield f"{voice.say('key_heads')}: {_two(found.disturbed, voice)}"
        newly, peace = len(found.newly_disturbed), len(found.left_in_peace)
        yield f"  {voice.say('key_newly')}: {voice.number(newly)}; {voice.say('key_peace')}: {voice.number(peace)}"
        moved = ((name, len(getattr(found, name))) for name in ("earlier", "later", "newly_found", "no_more"))
        yield f"{voice.say('key_found')}: " + "; ".join(f"{voice.say(name)} {voice.number(n)}" for name, n in moved)
    if counts.messages:
        yield f"{voice.say('by_channel')}: {said_of_channels(report, voice)}"
        yield f"{voice.say('by_kind')}: {said_of_kinds(report, voice)}"
    if counts.busiest_day is not None:
        day, count = counts.busiest_day
        yield f"{voice.say('key_busiest_day')}: {voice.weekday(day)} ({voice.things('messages', count)})"
    if counts.busiest_head_day is not None:
        head, day, count = counts.busiest_head_day
        yield f"{voice.say('key_busiest_head')}: " + voice.say(
            "one_person_day", name=f"{head.name}, {voice.unit(head.unit)}", day=voice.day(day), n=voice.number(count)
        )
    yield from said_of_sameness(report, voice)


def _two(change: Change, voice: Voice) -> str:
    """627 → 1.724 (+1.097)"""
    return f"{voice.number(change.before)} → {voice.number(change.after)} ({voice.change(change.change)})"


def _heads(report: Report, voice: Voice) -> None:
    found = report.difference
    title = voice.say("by_head")
    if found is None:
        columns = [voice.say(f"col_{name}") for name in ("head", "unit", "messages", "news", "most")]
        heads = report.tally.heads
        rows = [
            (
                head.name,
                voice.unit(head.unit),
                voice.number(head.messages),
                voice.number(head.news),
                voice.number(max(head.days.values())),
            )
            for head in heads[:_HEADS]
        ]
        show_table(title, columns, rows)
        _more(len(heads), voice)
        return
    columns = [voice.say("col_head"), voice.say("col_unit"), *map(voice.say, ("before", "after", "change")), ""]
    chosen = _worst(found.heads)
    shown = [
        (
            head.name,
            voice.unit(head.unit),
            voice.number(head.messages.before),
            voice.number(head.messages.after),
            voice.change(head.messages.change),
            _mark(head, voice),
        )
        for head in chosen[:_HEADS]
    ]
    show_table(title, columns, shown)
    _more(len(chosen), voice)


def _worst(heads: tuple[HeadChange, ...]) -> list[HeadChange]:
    """Who is newly disturbed, then those with the greatest change."""
    return sorted(heads, key=lambda head: (not head.newly_disturbed, -abs(head.messages.change), -head.messages.after))


def _mark(head: HeadChange, voice: Voice) -> str:
    if head.newly_disturbed:
        return voice.say("newly")
    return voice.say("peace") if head.left_in_peace else ""


def _more(count: int, voice: Voice) -> None:
    if count > _HEADS:
        print(voice.say("more_rows", n=voice.number(count - _HEADS)))


def _days(report: Report, voice: Voice) -> None:
    found = report.difference
    off = {day: voice.say("day_off") for day in report.off}
    held = dict.fromkeys(report.after.held, voice.say("col_held"))
    days = report.tally.days
    if found is None:
        columns = [voice.say("col_day"), voice.say("col_messages"), "", ""]
        rows = [(voice.weekday(day), voice.number(n), off.get(day, ""), held.get(day, "")) for day, n in days.items()]
        show_table(voice.say("chart"), columns, rows)
        return
    columns = [voice.say("col_day"), *map(voice.say, ("before", "after", "change")), "", ""]
    changed = [
        (
            voice.weekday(day),
            voice.number(change.before),
            voice.number(change.after),
            voice.change(change.change),
            off.get(day, ""),
            held.get(day, ""),
        )
        for day, change in found.days.items()
    ]
    show_table(voice.say("chart"), columns, changed)


def _rules(report: Report, voice: Voice) -> None:
    found = report.difference
    assert found is not None
    names = ("rule", "messages", "told", "found", "earlier", "later", "newly", "no_more")
    rows = [
        (
            voice.rule(rule.rule),
            *(_two(change, voice) for change in (rule.messages, rule.told, rule.found)),
            *(voice.number(count) for count in (rule.earlier, rule.later, rule.newly, rule.no_more)),
        )
        for rule in found.rules
    ]
    show_table(voice.say("by_rule"), [voice.say(f"col_{name}") for name in names], rows)


def _texts(report: Report, voice: Voice) -> None:
    """A few of them, of those who are newly disturbed first; the page and --json have all."""
    newly = {head.person for head in report.difference.newly_disturbed} if report.difference is not None else set()
    chosen = sorted(
        report.after.messages, key=lambda message: (message.person not in newly, not message.text, message.at)
    )
    for message in chosen[:_TEXTS]:
        print(printable(_text(message, voice)))
    if len(chosen) > _TEXTS:
        print(voice.say("texts_elsewhere", n=voice.number(len(chosen) - _TEXTS)) + "\n")


def _text(message: Message, voice: Voice) -> str:
    about = (
        f"{voice.weekday(message.day)} {message.at:%H:%M}, {voice.channel(message.channel)}, {voice.kind(message.kind)}"
    )
    to = f"{message.name}, {voice.unit(message.unit)}"
    return f"{'-' * 78}\n{to}\n{about}\n{message.subject}\n\n{message.text}\n"
