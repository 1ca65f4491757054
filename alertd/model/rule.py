"""A rule as every stage knows it: what it is called, what it rests on, who hears of it, when. Its condition stays in rules/."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from alertd.model.dataset import Dataset, Field
from alertd.model.duration import Duration
from alertd.model.words import Level, Send


class Addressee(StrEnum):
    """Whose matter a finding is."""

    UNIT_HEAD = "unit_head"
    OFFICE = "office"
    OWNER_OF_ANNOUNCING = "owner of announcing"
    OWNER_OF_PUBLISHING = "owner of publishing"
    UNIT = "unit"  # the unit that `To.unit` names


@dataclass(frozen=True, slots=True)
class To:
    kind: Addressee
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal text and the days (inclusive) on which it holds."""

    text: str
    since: date | None = None
    until: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Rule:
    """``version`` is the hash of its content, ``text`` its YAML as read from ``file``. ``fields`` are the dataset's, as this
    rule sees them: a `deadline` of its own changes what lateness counts from. ``shows``: the names of the facts that
    lists and notices give, each once: those of the conditions and the measure, its own `show`, the dataset's defaults.
    ``send`` holds every level that can occur. ``act_within``: by when, counted from the notice, it has to be acted on.
    ``at_most``: of how many records a local day it tells one reader by messages; the rest goes into his digest."""

    id: str
    version: str
    file: str
    text: str = field(repr=False)
    dataset: Dataset = field(repr=False)
    fields: Mapping[str, Field] = field(repr=False)
    title: Mapping[str, str]
    to: To
    send: Mapping[Level, Send]
    template: str
    measure: str = ""  # the field that it counts by, as written; empty: none
    shows: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    action: Mapping[str, str] = field(default_factory=dict)
    act_within: Duration | None = None
    repeat: Duration | None = None
    at_most: int | None = None

    def name(self, language: str) -> str:
        """Its title in the language, else in any language it has."""
        return self.title.get(language) or next(iter(self.title.values()), self.id)

    def do(self, language: str) -> str:
        """What has to be done, in the language; empty where the rule does not say it."""
        return self.action.get(language) or next(iter(self.action.values()), "")


@dataclass(frozen=True)
class RuleSet:
    """All rules of one moment, by id. ``set_aside``: id → why it cannot run; its alerts stay as they are. ``unread``: why the
    folder could not be read at all; then nothing is known of any rule, and all alerts stay as they are. ``owners``: to whom
    the files belong, where they were just read."""

    rules: Mapping[str, Rule]
    version: str
    set_aside: Mapping[str, str] = field(default_factory=dict)
    unread: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def voices(self) -> Mapping[str, str]:
        """Of the rules whose dataset says so (`Dataset.apart`), under which of them a record is told: one line is enough for those
        that give the same facts by the same template, and any other would leave out what it says."""
        first: dict[tuple[str, str, frozenset[str]], str] = {}
        apart = (rule for name, rule in sorted(self.rules.items()) if rule.dataset.apart)
        return {
            rule.id: first.setdefault((rule.dataset.name, rule.template, frozenset(rule.shows)), rule.id)
            for rule in apart
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one run of all rules came to; the findings themselves are in the table of findings. ``faults``: rule → what
    went wrong while it ran (it resolves nothing then)."""

    ran: tuple[str, ...]
    faults: Mapping[str, str]
    findings: int


_ON_THE_WAY = "~"  # begins no rule's name


def one_by_one(renames: Mapping[str, str]) -> list[tuple[str, str]]:
    """Rules that get other names, in an order in which no new name is still in use; where names are exchanged, one of them goes
    by a name that nobody has."""
    left, steps = dict(renames), []
    while left:
        free = [old for old, new in left.items() if new not in left]
        old = min(free or left)
        new = left.pop(old)
        if not free:
            left[f"{_ON_THE_WAY}{old}"] = new
            new = f"{_ON_THE_WAY}{old}"
        steps.append((old, new))
    return steps


def real_name(old: str) -> str:
    """What a rule was called, of one that is on its way to its new name."""
    return old.removeprefix(_ON_THE_WAY)
