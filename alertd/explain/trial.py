"""What a trial of a draft came to: counts by unit and level, the comparison with the rule in force, samples, narrow misses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alertd.explain.verdicts import Verdict
from alertd.model.asof import AsOf
from alertd.model.words import Level
from alertd.rules.condition_types import Node
from alertd.rules.rulebook import CompiledRule

By = Mapping[str | None, int]


@dataclass(frozen=True, slots=True)
class Compared:
    """The draft beside the rule in force, by unit: found by the draft alone, by the other alone, by both at another level or the
    same."""

    new: By
    gone: By
    worse: By
    milder: By
    same: By


@dataclass(frozen=True, slots=True)
class Sample:
    """One record with its level (None: it is not found) and the draft's verdict on it, part by part."""

    key: str
    unit: str | None
    level: Level | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Miss:
    """Records for which every part holds but this one. ``node``: None where it is that no level is reached; ``empty``: so many of
    them because a value is missing."""

    node: Node | None
    count: int
    empty: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class Trial:
    """``records``: how many the draft was tried on; ``found``: by unit and level (0: taken out by an `except`). ``force``: the
    rule in force; ``compared``: None where there is none, or where it is the same text. ``empty``: fields that it compares,
    with how many records have none, of how many that the rest of its condition takes in."""

    draft: CompiledRule
    force: CompiledRule | None
    at: AsOf
    records: int
    found: Mapping[tuple[str | None, int], int]
    compared: Compared | None
    worst: tuple[Sample, ...]
    new: tuple[Sample, ...]
    gone: tuple[Sample, ...]
    misses: tuple[Miss, ...]
    empty: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def of_level(self, level: int) -> int:
        return sum(count for (_, each), count in self.found.items() if each == level)

    @property
    def alerts(self) -> int:
        return sum(count for (_, level), count in self.found.items() if level)

    @property
    def unreached(self) -> tuple[Level, ...]:
        """Levels of the draft that nothing has, the mildest first; none where it finds nothing at all."""
        if not self.alerts:
            return ()
        return tuple(sorted(step.level for step in self.draft.levels if not self.of_level(step.level)))

    @property
    def units(self) -> tuple[str | None, ...]:
        """All that have a finding of either rule, those with the most of the draft's first."""
        counts: dict[str | None, int] = {}
        for (unit, level), count in self.found.items():
            counts[unit] = counts.get(unit, 0) + (count if level else 0)
        for unit in (*self.compared.new, *self.compared.gone) if self.compared is not None else ():
            counts.setdefault(unit, 0)
        return tuple(sorted(counts, key=lambda unit: (-counts[unit], unit or "")))
