"""What a message says, before it is put into words: frozen values, all that templates see. Moments are in the site's zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a message is to, was meant for, or whom to call."""

    name: str
    title: str = ""
    unit: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from. ``doubt``: a Doubt; while there is one, no figure is printed as current."""

    name: str
    as_of: datetime | None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a record as a list shows it."""

    name: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True)
class Item:
    """A record. ``facts`` by the field's name; ``shown``: those of them with a value that a plain list gives, beside the code.
    ``also``: titles of other rules that hold for it; ``named``: the unit as the source wrote it, where it is none of ours;
    ``provisional``: a deadline of it lies beyond the confirmed calendar; ``why``: a Reason, or listed; ``place``: its rank among
    those of its section, the worst is 1. ``came``: since when its unit has it, where it has moved there, ``came_late``: by how
    many working days it was late then."""

    alert: int
    key: str
    level: str
    unit: str
    measure: int | None
    why: str
    facts: Mapping[str, Any]
    place: int = 1
    shown: tuple[Fact, ...] = ()
    also: tuple[str, ...] = ()
    named: str = ""
    provisional: bool = False
    came: datetime | None = None
    came_late: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A unit within a section. ``reason``: why the office hears instead of its head (an Instead; empty: it does not);
    ``former``: the unit has ended, the recipient answers for what it left."""

    unit: str
    name: str
    total: int
    due: int
    levels: Mapping[str, int]
    items: tuple[Item, ...] = ()
    reason: str = ""
    former: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What one rule found. ``total``: all that stands; ``new``, ``worse``, ``repeat``: what is told now, by its reason;
    ``listed``: the records that this section shows (a list may be cut), ``elsewhere``: those that another one shows.
    ``change`` against the last notice; None: there was none, or nobody knows. ``since``: its moment. ``act_by``: the day."""

    rule: str
    title: str
    template: str
    dataset: str
    level: str
    total: int
    levels: Mapping[str, int]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    change: int | None = None
    since: datetime | None = None
    new: int = 0
    worse: int = 0
    repeat: int = 0
    listed: int = 0
    elsewhere: int = 0
    action: str = ""
    act_by: date | None = None
    act_by_provisional: bool = False
    basis: tuple[str, ...] = ()
    ahead: bool = False

    @property
    def doubtful(self) -> bool:
        return any(source.doubt for source in self.sources)

    @property
    def told(self) -> int:
        return self.new + self.worse + self.repeat

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for part in self.parts for item in part.items)

    @property
    def as_of(self) -> datetime | None:
        """The age of its oldest data; None: unknown."""
        moments = [source.as_of for source in self.sources if source.as_of is not None]
        return min(moments) if moments and len(moments) == len(self.sources) else None


@dataclass(frozen=True, slots=True)
class Task:
    """A line of a digest: a record, and the section whose template words it."""

    section: Section
    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """Records under one rule that have been dealt with, or (``moved``) are another unit's now; ``items``: some of them, with
    the day."""

    title: str
    dataset: str
    total: int
    items: tuple[tuple[str, datetime | date | None], ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one person. ``meant``: in a rehearsal, the head whom it would have reached. ``attached``: the whole list
    goes along. ``more``: what only some kinds of message have, by name."""

    kind: str
    language: str
    to: Person
    unit: str
    now: datetime
    site: str
    url: str
    office: Person
    sections: tuple[Section, ...] = ()
    meant: Person | None = None
    attached: bool = False
    confirmed_until: date | None = None
    tasks: tuple[Task, ...] = ()
    ahead: tuple[Task, ...] = ()
    ended: tuple[Ended, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """The worst of its sections'."""
        found = [section.level for section in self.sections]
        return next((level for level in ("critical", "warning", "reminder") if level in found), "")

    @property
    def provisional(self) -> bool:
        """A deadline in it lies where nobody has confirmed the calendar."""
        return any(s.act_by_provisional or any(item.provisional for item in s.items) for s in self.sections)
