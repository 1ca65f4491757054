"""Each message of the page, folded under its recipient: when, by which way, of what, and its text as far as there is room. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from alertd.replay.outcome import Message
from alertd.replay.page_words import Voice
from alertd.replay.report import Report

_ROOM = 3_000_000  # characters of texts: a page that any browser opens and a mail still takes
_MOST = 10_000  # messages with a line of their own


@dataclass
class _Budget:
    """What is left of the room, and what was left out for want of it."""

    room: int
    lines: int
    texts_out: int = field(default=0)
    lines_out: int = field(default=0)

    def text(self, message: Message) -> str | None:
        """Its text, None where there is no room for it."""
        if len(message.text) > self.room:
            self.texts_out += 1
            return None
        self.room -= len(message.text)
        return message.text


def texts(report: Report, voice: Voice) -> Markup:
    """Those who are newly disturbed first: they are looked at whatever is left out."""
    budget = _Budget(_ROOM, _MOST)
    by_person: dict[str, list[Message]] = defaultdict(list)
    for message in sorted(report.after.messages, key=lambda message: message.at):
        by_person[message.person].append(message)
    folded = [_person(by_person[person], budget, voice) for person in _order(report)]
    notes = [voice.say("texts_note") if folded else voice.say("nothing_sent")]
    if folded and not report.texts:
        notes.append(voice.say("texts_not_asked"))
    if budget.texts_out:
        notes.append(voice.say("texts_cut", n=voice.number(budget.texts_out)))
    if budget.lines_out:
        notes.append(voice.say("lines_cut", n=voice.number(budget.lines_out)))
    said = Markup("").join(Markup('<p class="note">{}</p>').format(note) for note in notes)
    return Markup("<h2>{}</h2>{}{}").format(voice.say("texts"), said, Markup("").join(folded))


def _order(report: Report) -> Iterator[str]:
    first = set()
    if report.difference is not None:
        first = {head.person for head in report.difference.newly_disturbed}
        yield from (head.person for head in report.tally.heads if head.person in first)
    yield from (head.person for head in report.tally.heads if head.person not in first)


def _person(messages: Sequence[Message], budget: _Budget, voice: Voice) -> Markup:
    shown = messages[: budget.lines]
    budget.lines -= len(shown)
    budget.lines_out += len(messages) - len(shown)
    inner = Markup("").join(_message(message, budget, voice) for message in shown)
    first = messages[0]
    return Markup("<details><summary><b>{}</b>, {}: {}</summary>{}</details>").format(
        first.name, voice.unit(first.unit), voice.things("messages", len(messages)), inner
    )


def _message(message: Message, budget: _Budget, voice: Voice) -> Markup:
    way = (voice.channel(message.channel), voice.kind(message.kind))
    line = Markup("{} · {} · {} · {}").format(
        f"{voice.weekday(message.day)} {message.at:%H:%M}", *way, _tells(message, voice)
    )
    if not message.text:
        return Markup('<p class="message">{}</p>').format(line)
    text = budget.text(message)
    if text is None:
        return Markup('<p class="message">{} ({})</p>').format(line, voice.say("left_out"))
    subject = Markup("<b>{}</b>\n\n").format(message.subject) if message.subject else ""
    return Markup("<details><summary>{}</summary><pre>{}{}</pre></details>").format(line, subject, text)


def _tells(message: Message, voice: Voice) -> str:
    counts = [(rule, count) for rule, count in message.tells.items() if count]
    if not counts:
        return voice.say("tells_nothing")
    level = voice.level(message.level)
    said = ", ".join(voice.say("tells", rule=voice.rule(rule), n=voice.number(count)) for rule, count in counts)
    return f"{said} ({level})" if level else said
