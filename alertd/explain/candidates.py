"""Which other value of which single field is worth trying, to see what would change a verdict. Pure: nothing is evaluated here."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from alertd.explain.records import Copy
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, Field, FieldType, Time
from alertd.model.words import FileStatus
from alertd.rules.condition_types import Between, Compare, In, Like, Literal, Node, children, fields_in
from alertd.rules.rulebook import CompiledRule

FAR = 60  # working days in which a date is looked for, back and ahead
_FIRST = time(8)  # of an event that nobody gave a time


class How(StrEnum):
    """What is done to the field."""

    VALUE = "value"
    NOW = "now"  # it happens at the moment that is looked at
    MISSING = "missing"
    ANOTHER = "another"  # any text that no rule names


@dataclass(frozen=True, slots=True)
class Candidate:
    """``distance``: how small the change is, beside others of the same field. ``given``: what a source would give otherwise,
    where that is not the field itself."""

    field: str
    how: How
    value: Any
    distance: int
    given: tuple[tuple[str, Any], ...] = ()


# What has ended is open again only where all that says so is gone: one change for a reader, three columns for a source.
_NOT_ENDED = (("ended_at", None), ("returned_at", None), ("status", FileStatus.PROCESSING.value))


def candidates(
    dataset: Dataset, copy: Copy, seen: Mapping[str, Any], rules: Collection[CompiledRule], at: AsOf
) -> Iterator[Candidate]:
    """For every field that a source gives, each value that may make a difference to one of the rules. ``seen``: the record as
    rules see it."""
    written = _written(rules)
    if copy.given.keys() >= dict(_NOT_ENDED).keys() and seen["is_open"] is False:
        yield Candidate("is_open", How.VALUE, True, 1, _NOT_ENDED)
    for field in dataset.given:
        if field.name == dataset.key:
            continue
        now = copy.given[field.name]
        for found in _of(field, now, written.get(field.name, frozenset()), at):
            if found.value != now:
                yield found
        if now is not None:
            yield Candidate(field.name, How.MISSING, None, 10 * FAR)


def _of(field: Field, now: Any, written: frozenset[Any], at: AsOf) -> Iterator[Candidate]:
    match field.type:
        case FieldType.MOMENT | FieldType.DATE:
            yield from _times(field, now, at)
        case FieldType.INTEGER | FieldType.DECIMAL:
            yield from _numbers(field, now, written)
        case FieldType.BOOLEAN:
            for place, value in enumerate((True, False)):
                yield Candidate(field.name, How.VALUE, value, place)
        case FieldType.WORD:
            for place, word in enumerate(field.words):
                yield Candidate(field.name, How.VALUE, str(word), place)
        case FieldType.TEXT:
            texts = sorted(each for each in written if isinstance(each, str))
            for place, text in enumerate(texts):
                yield Candidate(field.name, How.VALUE, text, place)
            if texts:
                yield Candidate(field.name, How.ANOTHER, "?", len(texts))


def _numbers(field: Field, now: Any, written: frozenset[Any]) -> Iterator[Candidate]:
    """The least steps around each number that a rule names."""
    places = 2 if field.type is FieldType.DECIMAL else 0
    step = 10**-places
    numbers = {
        round(number + sign * step, places) for number in written if _number(number, places) for sign in (-1, 0, 1)
    }
    for number in sorted(each for each in numbers if each >= 0 or places):
        yield Candidate(field.name, How.VALUE, number, int(abs(number - (now or 0))))


def _number(value: Any, places: int) -> bool:
    return _whole(value) or (places > 0 and isinstance(value, float))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _times(field: Field, now: Any, at: AsOf) -> Iterator[Candidate]:
    """An event may happen now. A day from which something counts is looked for around today, near ones first."""
    is_date, event = field.type is FieldType.DATE, field.time is Time.EVENT
    if event:
        yield Candidate(field.name, How.NOW, at.today if is_date else at.now.replace(microsecond=0), 1)
    if not field.number:
        return
    calendar, today = at.calendar, at.today
    held = _day(now, at) or today
    for step in range(-FAR, 1 if event else FAR + 1):
        day = calendar.day_of(max(1, calendar.number(today) + step))
        distance = abs(calendar.number(day) - calendar.number(held)) + 1
        if day == held:
            continue
        yield Candidate(field.name, How.VALUE, day if is_date else _moment(day, now, at, event=event), distance)


def _day(value: Any, at: AsOf) -> date | None:
    return at.calendar.today(value) if isinstance(value, datetime) else value


def _moment(day: date, now: datetime | None, at: AsOf, *, event: bool) -> datetime:
    """That day at the same time of day; never later than now for what has happened."""
    clock = at.calendar.local(now).time() if now is not None else (_FIRST if event else time())
    moment = at.calendar.midnight(day) + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    return min(moment, at.now.replace(microsecond=0)) if event else moment


def _written(rules: Collection[CompiledRule]) -> Mapping[str, frozenset[Any]]:
    """By field the values that rules compare it with, steps of a measure included."""
    found: dict[str, set[Any]] = defaultdict(set)
    for compiled in rules:
        for node in trees(compiled):
            _values_beside(node, found)
        if compiled.measure is not None:
            steps = {step.step for step in compiled.levels if step.step is not None}
            for name in fields_in(compiled.measure.node):
                found[name] |= steps
    return {name: frozenset(values) for name, values in found.items()}


def trees(compiled: CompiledRule) -> Iterator[Node]:
    """Every condition of a rule: what it finds, its levels, its exclusions, what ends it."""
    yield from (line.node for line in (*compiled.when, *compiled.ends_when))
    yield from (step.condition.node for step in compiled.levels if step.condition is not None)
    yield from (line.node for exclusion in compiled.exclusions for line in exclusion.when)


def _values_beside(node: Node, found: dict[str, set[Any]]) -> None:
    if isinstance(node, Compare | In | Between | Like):
        values = {literal.value for literal in _literals(node)}
        if isinstance(node, Like):
            values.add(node.pattern.strip("%"))
        for name in fields_in(node):
            found[name] |= values
        return
    for child in children(node):
        _values_beside(child, found)


def _literals(node: Node) -> Iterator[Literal]:
    if isinstance(node, Literal):
        yield node
        return
    for child in children(node):
        yield from _literals(child)
