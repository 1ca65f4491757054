"""A replay as one HTML page: nothing from elsewhere, no script, readable on a telephone and on paper. Everything is escaped."""

from collections.abc import Iterator

from markupsafe import Markup

from alertd.replay import page_tables
from alertd.replay.compare import Change
from alertd.replay.page_chart import by_weeks, chart
from alertd.replay.page_heat import heat
from alertd.replay.page_style import CSS
from alertd.replay.page_texts import texts
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
from alertd.reports.page_frame import framed


def page(report: Report, voice: Voice) -> str:
    """The whole page."""
    title = voice.say("title" if report.drafts else "title_plain")
    body = Markup("\n").join([_header(report, voice, title), *_parts(report, voice)])
    return framed(body, language=voice.language, title=title, site=report.site, css=CSS)


def _header(report: Report, voice: Voice, title: str) -> Markup:
    said = [
        *said_first(report, voice),
        said_of_exactness(report, voice),
        voice.say("made", at=voice.moment(report.made)),
    ]
    lines = Markup("").join(Markup("<p>{}</p>").format(line) for line in said)
    troubles = Markup("").join(
        Markup('<p class="warn">{}</p>').format(line) for line in said_of_troubles(report, voice)
    )
    return Markup("<header><p>{}</p><h1>{}</h1>{}{}</header>{}").format(
        report.site, title, lines, _how(report, voice), troubles
    )


def _how(report: Report, voice: Voice) -> Markup:
    """What the figures stand on, open, so that it is printed too."""
    items = Markup("").join(Markup("<li>{}</li>").format(each) for each in reconstructed(report, voice.language))
    if not items:
        return Markup("")
    return Markup('<details open class="note"><summary>{}</summary><ul>{}</ul></details>').format(
        voice.say("how"), items
    )


def _parts(report: Report, voice: Voice) -> Iterator[Markup]:
    found = report.difference
    yield Markup("<h2>{}</h2>{}").format(voice.say("summary"), _cards(report, voice))
    if found is not None and found.before.messages:
        yield from (Markup("<p>{}</p>").format(line) for line in said_of_sameness(report, voice))
    if not report.tally.messages and (found is None or not found.messages.before):
        yield Markup("<p>{}</p>").format(voice.say("nobody"))
    else:
        yield Markup('<h2>{}</h2><figure class="chart scroll">{}</figure>').format(
            voice.say("chart_weeks" if by_weeks(report) else "chart"), chart(report, voice)
        )
        yield page_tables.days(report, voice)
    if report.after.found or report.tally.rules or (found is not None and found.rules):
        yield page_tables.rules(report, voice)
    if found is not None:
        yield page_tables.heads(found, voice)
        yield page_tables.records(found, voice)
    if report.tally.messages or (found is not None and found.messages.before):
        yield heat(report, voice)
        yield texts(report, voice)


def _cards(report: Report, voice: Voice) -> Markup:
    return Markup('<dl class="cards">{}</dl>').format(
        Markup("").join(
            Markup('<div class="card"><dt>{}</dt><dd>{}</dd></div>').format(voice.say(name), value)
            for name, value in _figures(report, voice)
        )
    )


def _figures(report: Report, voice: Voice) -> Iterator[tuple[str, Markup]]:
    found, counts = report.difference, report.tally
    if found is None:
        yield "key_messages", _one(voice.number(counts.messages))
        yield "key_heads", _one(voice.number(len(counts.heads)))
    else:
        said = voice.say("more_fewer", more=voice.number(found.more), fewer=voice.number(found.fewer))
        yield "key_messages", _two(found.messages, voice, said)
        yield "key_heads", _two(found.disturbed, voice)
        yield "key_newly", _one(voice.number(len(found.newly_disturbed)))
        yield "key_peace", _one(voice.number(len(found.left_in_peace)))
    if counts.busiest_day is not None:
        day, count = counts.busiest_day
        yield "key_busiest_day", _one(voice.number(count), voice.weekday(day))
    if counts.busiest_head_day is not None:
        head, day, count = counts.busiest_head_day
        yield "key_busiest_head", _one(voice.number(count), f"{head.name}, {voice.unit(head.unit)}, {voice.day(day)}")
    held = Change(0, len(set(report.after.held))) if found is None else found.held
    yield "key_held", _one(voice.number(held.after)) if found is None else _two(held, voice)
    if counts.messages:
        yield "by_channel", Markup("<small>{}</small>").format(said_of_channels(report, voice))
        yield "by_kind", Markup("<small>{}</small>").format(said_of_kinds(report, voice))


def _one(number: str, said: str = "") -> Markup:
    return Markup("{}{}").format(number, Markup("<small>{}</small>").format(said) if said else "")


def _two(change: Change, voice: Voice, said: str = "") -> Markup:
    more = page_tables.change_of(change, voice) if change.change else ""
    small = [Markup("<small>{}</small>").format(each) for each in (more, said) if each]
    return Markup("{} → {}{}").format(voice.number(change.before), voice.number(change.after), Markup("").join(small))
