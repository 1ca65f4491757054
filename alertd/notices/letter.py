"""What a message says, before it is put into words: frozen values, all that templates see. Moments are in the site's zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
class Shares:
    """Whose the working days late of a record are: other units' (``before`` it came), the reader's unit's, the citizen's while a
    supplement was waited for. ``yours``: the reader is the unit's head; ``back``: the unit had it before and got it again."""

    before: int
    own: int
    citizen: int = 0
    yours: bool = True
    back: bool = False

    @property
    def total(self) -> int:
        return self.before + self.own + self.citizen


@dataclass(frozen=True, slots=True)
class Behind:
    """A file that a figure counts. ``late``: working days from the due day to the end; less than 1: not after it."""

    code: str
    due: datetime | None
    ended: datetime | None
    late: int


@dataclass(frozen=True, slots=True)
class Item:
    """A record. ``facts`` by the field's name; ``shown``: those of them with a value that a plain list gives, beside the code.
    ``also``: titles of other rules that hold for it; ``named``: the unit as the source wrote it, where it is none of ours;
    ``provisional``: a deadline of it lies beyond the confirmed calendar; ``why``: a Reason, or listed; ``place``: its rank among
    those of its section, the worst is 1. ``came``: since when its unit has it, where it has moved there, ``came_late``: by how
    many working days it was late then. ``shares``: whose the days late are, where they are not all the unit's;
    ``paused``: it is late, and a supplement is waited for. ``disputed``: since when its unit says that the figure is wrong,
    ``upheld``: the office agrees, and its source is to be corrected. ``behind``: files that its figure counts, the worst first,
    ``behind_more``: how many more there are."""

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
    shares: Shares | None = None
    paused: bool = False
    paused_since: datetime | None = None
    disputed: datetime | None = None
    upheld: bool = False
    behind: tuple[Behind, ...] = ()
    behind_more: int = 0


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
class Split:
    """How a figure has changed: ``late`` - ``finished`` + ``moved_in`` - ``moved_out`` + ``taken_over`` (left by a unit that has
    ended) - ``passed`` (it is another rule's by time alone) - ``excluded`` (by an exception of the rule, or by the office after a
    dispute) + what ``rule``, ``calendar``, ``source`` and ``scope`` (what is the reader's to answer for, or held back by the
    office) came to, which can be less than nothing."""

    late: int = 0
    finished: int = 0
    moved_in: int = 0
    moved_out: int = 0
    taken_over: int = 0
    passed: int = 0
    excluded: int = 0
    rule: int = 0
    calendar: int = 0
    source: int = 0
    scope: int = 0

    @property
    def total(self) -> int:
        less = self.finished + self.moved_out + self.passed + self.excluded
        return self.late + self.moved_in + self.taken_over - less + self.rule + self.calendar + self.source + self.scope

    @property
    def parts(self) -> dict[str, int]:
        """What is not zero, by name, in the order in which it is said."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: count for name, count in found.items() if count}


@dataclass(frozen=True, slots=True)
class Section:
    """What one rule found. ``total``: all that stands; ``new``, ``worse``, ``repeat``, ``handed`` (open when the reader took
    charge): what is told now, by its reason; ``listed``: the records that this section shows (a list may be cut),
    ``elsewhere``: those that another one shows.
    ``change`` against the last notice; None: there was none, or nobody knows. ``since``: its moment; ``split``: how it came about,
    where that is known. ``waiting``, not in ``total``: what time alone has found while its source is in doubt. ``by_source``: the
    total by the source's name. ``act_by``: the day."""

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
    handed: int = 0
    listed: int = 0
    elsewhere: int = 0
    action: str = ""
    act_by: date | None = None
    act_by_provisional: bool = False
    basis: tuple[str, ...] = ()
    ahead: bool = False
    split: Split | None = None
    waiting: int = 0
    by_source: Mapping[str, int] = field(default_factory=dict)

    @property
    def doubtful(self) -> bool:
        return any(source.doubt for source in self.sources)

    @property
    def told(self) -> int:
        return self.new + self.worse + self.repeat + self.handed

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for part in self.parts for item in part.items)

    def is_cut(self, most: int) -> bool:
        """Whether it shows less than there is, where it shows so many records."""
        return self.listed > most or any(item.behind_more for item in self.items)

    @property
    def as_of(self) -> datetime | None:
        """The age of its oldest data; None: unknown."""
        moments = [source.as_of for source in self.sources if source.as_of is not None]
        return min(moments) if moments and len(moments) == len(self.sources) else None


@dataclass(frozen=True, slots=True)
class Task:
    """A line of a digest: a record, and the section whose template words it."""

    section: Section = field(repr=False)  # as a text, each of hundreds would hold all of them
    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """Records under one rule that have been dealt with, or (``moved``) are another unit's now; ``items``: what some of them are
    called, with the day. ``lost``: whose they are now is not known, their source names no unit."""

    title: str
    dataset: str
    total: int
    items: tuple[tuple[str, datetime | date | None], ...] = ()
    moved: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Drafts of apologies that go with a message; ``more``: files whose draft comes with a later one; ``here``: they are
    attached to this very message, else they go by mail."""

    count: int
    more: int = 0
    here: bool = True


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
    drafts: Enclosed | None = None

    @property
    def level(self) -> str:
        """The worst of its sections'."""
        found = [section.level for section in self.sections]
        return next((level for level in ("critical", "warning", "reminder") if level in found), "")

    @property
    def provisional(self) -> bool:
        """A deadline in it lies where nobody has confirmed the calendar."""
        return any(s.act_by_provisional or any(item.provisional for item in s.items) for s in self.sections)
