"""What a replay of the past comes to: the messages that would have gone out, and when each record would have been found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from alertd.model.words import Level, NoticeKind

Found = tuple[str, str]  # a rule and the key of a record


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. ``at``: when it would have gone out, in the site's zone; ``person``: his key, the same in every
    replay; ``tells``: rule → of how many alerts it tells for the first time, as worse or again (empty: of none, as in a digest
    with nothing new); ``level``: the worst of these; ``subject``, ``text``: empty where they were not asked for."""

    at: datetime
    kind: NoticeKind
    person: str
    name: str
    unit: str
    channel: str
    tells: Mapping[str, int]
    level: Level | None = None
    subject: str = ""
    text: str = ""

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class Replayed:
    """``since`` and ``until``: local days, both included; ``looks``: moments that were looked at. ``exact_from``: the first
    day of which everything was kept as it was known then; ``reconstructed``: in words, in both languages (`Said`), what is not so
    before it. ``found``: the day on which each alert would have been opened first. ``held``: days on which the brake would have
    kept messages back until the office has looked. ``faults``: rule → why it did not run."""

    version: str
    since: date
    until: date
    looks: int
    messages: tuple[Message, ...]
    found: Mapping[Found, date]
    exact_from: date | None = None
    reconstructed: tuple[str, ...] = ()
    held: tuple[date, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
