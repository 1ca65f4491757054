"""When each level of a rule holds: steps of its measure, a condition each, or one level for all that it finds."""

import itertools
from collections.abc import Mapping
from typing import Any

from alertd.model.words import Level
from alertd.rules import rule_said as say
from alertd.rules.lines import Lines
from alertd.rules.rulebook import LevelStep
from alertd.rules.shape_said import odd_number
from alertd.rules.yaml_text import Document

_LARGEST = 1_000_000_000


def read_levels(document: Document, values: Mapping[str, Any], lines: Lines) -> tuple[LevelStep, ...]:
    """The levels, the worst first. What is wrong is added to the faults of ``lines``."""
    if "levels" not in values or "level" not in values:  # its shape is wrong already
        return ()
    levels, level = values["levels"], values["level"]
    if (levels is None) == (level is None):
        missing = levels is None
        fault = document.fault((), *say.NO_LEVELS) if missing else document.fault_at_key(("level",), *say.BOTH_LEVELS)
        lines.faults.append(fault)
        return ()
    if level is not None:
        return (LevelStep(Level.of(level)),)
    written = [(each, getattr(levels, each.word)) for each in sorted(Level, reverse=True)]
    found = [step for each, value in written if value is not None for step in _step(document, lines, each, value)]
    if all(value is None for _, value in written):
        lines.faults.append(document.fault(("levels",), *say.NO_LEVEL_AT_ALL))
    _check_steps(document, values, lines, found)
    return tuple(found)


def _step(document: Document, lines: Lines, level: Level, value: int | str) -> list[LevelStep]:
    path = ("levels", level.word)
    if isinstance(value, str):
        return [LevelStep(level, condition=each) for each in lines.read(path, value)]
    if abs(value) > _LARGEST:
        lines.faults.append(document.fault(path, *say.no_step(value, _LARGEST)))
        return []
    if (written := document.written(path)) != str(value):  # 010, 0x10, 1_000
        lines.faults.append(document.fault(path, *odd_number(written, value)))
    return [LevelStep(level, step=value)]


def _check_steps(document: Document, values: Mapping[str, Any], lines: Lines, found: list[LevelStep]) -> None:
    steps = [step for step in found if step.step is not None]
    if steps and "measure" in values and values["measure"] is None:
        lines.faults.append(document.fault(("levels", steps[0].level.word), *say.NO_MEASURE))
    for worse, milder in itertools.pairwise(steps):
        if worse.step is not None and milder.step is not None and worse.step <= milder.step:
            falling = say.not_rising(worse.level.word, worse.step, milder.level.word, milder.step)
            lines.faults.append(document.fault(("levels", worse.level.word), *falling))
