"""Records that turn on what a rule looks at: each field that it names, at what it asks for and just beside it. Pure."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from alertd.cases.given import defaults
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Field, FieldType
from alertd.model.dataset import Time as Timed
from alertd.rules.condition_types import Literal, Node, children
from alertd.rules.rulebook import CompiledRule

MOST = 450  # records that are tried at once
_STEPS = (0, 1, 2, 3, 4, 5, 6, 10, 11, 20)  # working days from today, either way
_ASKED = ((FieldType.WORD,), (FieldType.WORD, FieldType.TEXT))
_PLAIN = {"status": ("processing", "registered"), "channel": ("counter", "online")}
# By what a field that is worked out follows from others.
_BEHIND: Mapping[str, tuple[str, ...]] = {
    "is_open": ("ended_at",),
    "waiting_for_citizen": ("supplement_requested_at",),
    "is_overdue": ("due_at",),
    "days_late": ("due_at",),
    "working_days_late": ("due_at", "supplement_requested_at"),
    "working_days_left": ("due_at",),
    "working_days_late_with_unit": ("due_at", "unit_since"),
    "working_days_late_before_unit": ("due_at", "unit_since"),
    "working_days_late_with_citizen": ("due_at", "supplement_requested_at", "supplement_answered_at"),
    "announce_due_on": ("in_force_on", "fast_track"),
    "announce_working_days_late": ("in_force_on", "announced_on"),
    "publish_due_on": ("decided_on", "fast_track"),
    "publish_working_days_late": ("decided_on", "published_on"),
}


def made_up(
    compiled: CompiledRule, names: Sequence[str], nodes: Sequence[Node], now: datetime, calendar: WorkingCalendar
) -> list[dict[str, str]]:
    """Up to `MOST` different records, the plainest first. ``names``: the fields on which it turns; ``nodes``: its trees."""
    dataset = compiled.rule.dataset
    given = {field.name: field for field in dataset.given}
    behind = [other for name in names for other in ((name,) if name in given else _BEHIND.get(name, ()))]
    if compiled.deadline is not None:
        behind.insert(0, compiled.deadline.counted_from.name)
        behind += [field.name for field, _ in compiled.deadline.within_if]
    literals: list[object] = [step.step for step in compiled.levels if step.step is not None]
    literals += [node.value for root in nodes for node in _walk(root) if isinstance(node, Literal)]
    if "waiting_for_citizen" in dataset.fields:
        behind.append("supplement_requested_at")
    fields = [given[name] for name in dict.fromkeys(behind) if name in given and name != "unit"]
    pools = [list(dict.fromkeys(_values(field, literals, now, calendar, defaults(dataset, "A")))) for field in fields]
    # from three beginnings: as a record is by itself, as the rule asks for it by its words, and by its texts too
    plain = [0 for _ in pools]
    words, texts = (
        [int(field.type in kinds and len(pool) > 1) for field, pool in zip(fields, pools, strict=True)]
        for kinds in _ASKED
    )
    begins = dict.fromkeys(map(tuple, (plain, words, texts)))
    places = [place for begin in begins for place in _places(pools, begin)]
    return [
        {field.name: pool[index] for field, pool, index in zip(fields, pools, place, strict=True)}
        for place in dict.fromkeys(places)
    ]


def _places(pools: Sequence[Sequence[str]], begin: Sequence[int]) -> list[tuple[int, ...]]:
    """Places in the pools that differ from the beginning in two fields at most, the nearest first; a third of `MOST` of them."""
    found = [tuple(begin)]
    for changed in (1, 2):
        some: list[tuple[int, ...]] = []
        for chosen in itertools.combinations(range(len(pools)), changed):
            ranges = [range(len(pool)) if place in chosen else (begin[place],) for place, pool in enumerate(pools)]
            some += (place for place in itertools.product(*ranges))
        found += sorted(some, key=sum)
    return list(dict.fromkeys(found))[: MOST // 3]


def _values(
    field: Field, literals: Sequence[object], now: datetime, calendar: WorkingCalendar, plain: Mapping[str, str]
) -> Iterator[str]:
    """The value that it has by default comes first."""
    yield plain.get(field.name, "")
    match field.type:
        case FieldType.WORD:
            yield from (str(each) for each in literals if each in field.words)
            yield from _PLAIN.get(field.name, ())
            yield ""
        case FieldType.BOOLEAN:
            yield from ("true", "false")
        case FieldType.INTEGER:
            for number in sorted(
                {int(each) for each in literals if isinstance(each, int) and not isinstance(each, bool)}
            ):
                yield from (str(number), str(number - 1), str(number + 1))
        case FieldType.DECIMAL:
            for limit in sorted(float(each) for each in literals if isinstance(each, int | float)):
                yield from (str(limit), f"{limit - 0.01:.2f}", f"{limit + 0.01:.2f}")
        case FieldType.MOMENT | FieldType.DATE:
            today = calendar.number(now.date())
            ahead = (1, -1) if field.time is Timed.DEADLINE else (-1,)
            for days in _STEPS:
                for sign in ahead:
                    yield calendar.day_of(max(1, today + sign * days)).isoformat()
            yield (now.date() - timedelta(days=1)).isoformat()
        case FieldType.TEXT:
            yield from (str(each) for each in literals if isinstance(each, str))


def _walk(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending += children(node)
