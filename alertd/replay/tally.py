"""The messages of a replay counted: per head, per day, per rule and per way, with the busiest of each. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from alertd.replay.outcome import Message, Replayed


@dataclass(frozen=True, slots=True)
class Head:
    """One person and his messages. ``name`` and ``unit``: as in the first of them; ``news``: those that tell of something."""

    person: str
    name: str
    unit: str
    days: Mapping[date, int]
    messages: int
    news: int


@dataclass(frozen=True, slots=True)
class Tally:
    """``days``: every day of the period, also those without a message; ``heads``: the busiest first; ``rules``: rule → how
    many messages tell of it; ``told``: rule → of how many alerts they tell; ``channels`` and ``kinds``: way and kind →
    messages."""

    messages: int
    days: Mapping[date, int]
    heads: tuple[Head, ...]
    rules: Mapping[str, int]
    told: Mapping[str, int]
    channels: Mapping[str, int]
    kinds: Mapping[str, int]

    @property
    def busiest_day(self) -> tuple[date, int] | None:
        """The first of the days with the most messages; None where there is no message."""
        if not self.messages:
            return None
        day = max(self.days, key=lambda each: (self.days[each], -each.toordinal()))
        return day, self.days[day]

    @property
    def busiest_head_day(self) -> tuple[Head, date, int] | None:
        """The most that one head gets on one day."""
        cells = [(head, day, count) for head in self.heads for day, count in head.days.items()]
        return max(cells, key=lambda cell: (cell[2], -cell[1].toordinal()), default=None)


def days_of(since: date, until: date) -> Iterator[date]:
    """Both included."""
    for offset in range((until - since).days + 1):
        yield since + timedelta(days=offset)


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())


def tally(replayed: Replayed) -> Tally:
    messages = replayed.messages
    days = dict.fromkeys(days_of(replayed.since, replayed.until), 0)
    days.update(Counter(message.day for message in messages))
    rules: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for message in messages:
        rules.update(rule for rule, count in message.tells.items() if count)
        told.update({rule: count for rule, count in message.tells.items() if count})
    return Tally(
        messages=len(messages),
        days=dict(sorted(days.items())),
        heads=tuple(sorted(_heads(messages), key=lambda head: (-head.messages, head.unit, head.person))),
        rules=dict(sorted(rules.items())),
        told=dict(sorted(told.items())),
        channels=_counted(message.channel for message in messages),
        kinds=_counted(message.kind.value for message in messages),
    )


def is_news(message: Message) -> bool:
    """Whether it tells of anything for the first time, as worse, or again."""
    return any(message.tells.values())


def _heads(messages: Iterable[Message]) -> Iterator[Head]:
    by_person: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_person[message.person].append(message)
    for person, own in by_person.items():
        first = min(own, key=lambda message: message.at)
        days = Counter(message.day for message in own)
        news = sum(map(is_news, own))
        yield Head(person, first.name, first.unit, dict(sorted(days.items())), len(own), news)


def _counted(words: Iterable[str]) -> dict[str, int]:
    """The commonest first."""
    return dict(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))
