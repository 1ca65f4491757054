"""When each level of a rule holds: steps of its measure, a condition each, or one level for all that it finds."""

import itertools
from collections.abc import Mapping
from typing import Any

from alertd.model.words import Level
from alertd.rules.lines import Lines
from alertd.rules.rulebook import LevelStep
from alertd.rules.yaml_text import Document

_LARGEST = 1_000_000_000
_FALLING = "a measure that falls as things get worse needs conditions: warning: working_days_left <= 1"


def read_levels(document: Document, values: Mapping[str, Any], lines: Lines) -> tuple[LevelStep, ...]:
    """The levels, the worst first. What is wrong is added to the faults of ``lines``."""
    if "levels" not in values or "level" not in values:  # its shape is wrong already
        return ()
    levels, level = values["levels"], values["level"]
    if (levels is None) == (level is None):
        what = "levels is missing" if levels is None else "both levels and level"
        cure = "write levels: {reminder: 1, warning: 5}, or level: warning" if levels is None else "keep one of them"
        lines.faults.append(document.fault(() if levels is None else ("level",), what, cure))
        return ()
    if level is not None:
        return (LevelStep(Level.of(level)),)
    written = [(each, getattr(levels, each.word)) for each in sorted(Level, reverse=True)]
    found = [step for each, value in written if value is not None for step in _step(document, lines, each, value)]
    if all(value is None for _, value in written):
        lines.faults.append(document.fault(("levels",), "no level at all", "write at least one, as in {warning: 1}"))
    _check_steps(document, values, lines, found)
    return tuple(found)


def _step(document: Document, lines: Lines, level: Level, value: int | str) -> list[LevelStep]:
    path = ("levels", level.word)
    if isinstance(value, str):
        return [LevelStep(level, condition=each) for each in lines.read(path, value)]
    if abs(value) > _LARGEST:
        lines.faults.append(document.fault(path, f"{value} is no step", f"at most {_LARGEST}"))
        return []
    return [LevelStep(level, step=value)]


def _check_steps(document: Document, values: Mapping[str, Any], lines: Lines, found: list[LevelStep]) -> None:
    steps = [step for step in found if step.step is not None]
    if steps and "measure" in values and values["measure"] is None:
        what = "a number is a step of the measure, and the rule has none"
        cure = "add measure: working_days_late, or write a condition"
        lines.faults.append(document.fault(("levels", steps[0].level.word), what, cure))
    for worse, milder in itertools.pairwise(steps):
        if worse.step is not None and milder.step is not None and worse.step <= milder.step:
            what = f"{worse.level.word} begins at {worse.step}, {milder.level.word} at {milder.step}"
            cure = f"let steps rise with their levels; {_FALLING}"
            lines.faults.append(document.fault(("levels", worse.level.word), what, cure))
