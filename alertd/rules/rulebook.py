"""All rules of a site, read and checked: each with the trees of its conditions. Values only, nothing is run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from alertd.model.dataset import Field
from alertd.model.duration import Duration
from alertd.model.rule import Rule, RuleSet
from alertd.model.words import Level
from alertd.rules.condition_types import Node


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, or a measure, as written and as read."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class LevelStep:
    """When a level holds: from ``step`` of the measure on; where ``condition`` holds; always, where both are None."""

    level: Level
    step: int | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An `except`: records for which the rule does not count, why, and on which days (inclusive)."""

    when: tuple[Condition, ...]
    reason: str
    since: date | None = None
    until: date | None = None

    @property
    def text(self) -> str:
        return "; ".join(line.text for line in self.when)

    def valid_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date of the rule's own: ``within`` after the day of ``counted_from``; of ``within_if`` the first yes/no field
    that holds counts instead. Each is in working days or in days (d)."""

    counted_from: Field
    within: Duration
    within_if: tuple[tuple[Field, Duration], ...] = ()


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """A rule with its checked trees. Every line of ``when`` must hold; ``levels`` stand with the worst first; ``ends_when``
    is empty where an alert ends as soon as the rule no longer finds the record. Equal only to itself, so that a statement is
    made once for each."""

    rule: Rule
    when: tuple[Condition, ...]
    levels: tuple[LevelStep, ...]
    measure: Condition | None = None
    exclusions: tuple[Exclusion, ...] = ()
    ends_when: tuple[Condition, ...] = ()
    deadline: Deadline | None = None


@dataclass(frozen=True, eq=False)
class Rulebook:
    """``set`` is what every stage knows, ``compiled`` what is run, by id. ``language``: of what the office is told of rules."""

    set: RuleSet
    compiled: Mapping[str, CompiledRule]
    language: str
