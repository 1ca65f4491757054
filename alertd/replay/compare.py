"""How two replays of the same days differ: messages more and fewer, heads newly disturbed, records found earlier or later. Pure.

What is compared is counted, never guessed: a head is a person, a found record is a rule with a record's key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from alertd.replay.outcome import Found, Replayed
from alertd.replay.tally import Head, Tally, days_of, tally


@dataclass(frozen=True, slots=True)
class Change:
    """A number before and after."""

    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class HeadChange:
    """One person. ``messages``: all that he gets; ``news``: those that tell of something; ``days``: each day on which he gets
    a message in either replay; ``more`` and ``fewer``: over these days, so that a message that comes a day later is one of
    each."""

    person: str
    name: str
    unit: str
    messages: Change
    news: Change
    days: Mapping[date, Change]

    @property
    def more(self) -> int:
        return sum(max(0, day.change) for day in self.days.values())

    @property
    def fewer(self) -> int:
        return sum(max(0, -day.change) for day in self.days.values())

    @property
    def newly_disturbed(self) -> bool:
        """He got no message before and gets one now; or before only such as tell of nothing, and now one that does."""
        return _begins(self.messages) or _begins(self.news)

    @property
    def left_in_peace(self) -> bool:
        return _ends(self.messages) or _ends(self.news)


@dataclass(frozen=True, slots=True)
class FoundChange:
    """A record that a rule finds on another day. ``days``: how many later; negative: earlier."""

    rule: str
    key: str
    before: date
    after: date

    @property
    def days(self) -> int:
        return (self.after - self.before).days


@dataclass(frozen=True, slots=True)
class RuleChange:
    """``messages``: that tell of it; ``told``: of how many alerts; ``found``: records that it finds; ``earlier`` and so on: of
    these, how many on another day, newly, or not any more."""

    rule: str
    messages: Change
    told: Change
    found: Change
    earlier: int
    later: int
    newly: int
    no_more: int


@dataclass(frozen=True)
class Difference:
    """``heads``: all who get a message in either replay, those whose messages change most first; ``days``: every day of both
    periods. ``newly_found`` and ``no_more``: rule and key, with the day."""

    before: Tally = field(repr=False)
    after: Tally = field(repr=False)
    messages: Change
    disturbed: Change  # heads who get a message
    days: Mapping[date, Change]
    heads: tuple[HeadChange, ...]
    rules: tuple[RuleChange, ...]
    channels: Mapping[str, Change]
    held: Change  # days on which the brake would hold
    earlier: tuple[FoundChange, ...]  # the most days first
    later: tuple[FoundChange, ...]
    newly_found: tuple[tuple[Found, date], ...]
    no_more: tuple[tuple[Found, date], ...]

    @property
    def more(self) -> int:
        return sum(head.more for head in self.heads)

    @property
    def fewer(self) -> int:
        return sum(head.fewer for head in self.heads)

    @property
    def newly_disturbed(self) -> tuple[HeadChange, ...]:
        return tuple(head for head in self.heads if head.newly_disturbed)

    @property
    def left_in_peace(self) -> tuple[HeadChange, ...]:
        return tuple(head for head in self.heads if head.left_in_peace)


def difference(before: Replayed, after: Replayed) -> Difference:
    """Both over the same days; where they are not, each day of either counts."""
    first, second = tally(before), tally(after)
    moved = [
        FoundChange(rule, key, day, after.found[rule, key])
        for (rule, key), day in before.found.items()
        if (rule, key) in after.found and after.found[rule, key] != day
    ]
    earlier = tuple(sorted((each for each in moved if each.days < 0), key=lambda each: (each.days, *_place(each))))
    later = tuple(sorted((each for each in moved if each.days > 0), key=lambda each: (-each.days, *_place(each))))
    newly, no_more = _only_in(after.found, before.found), _only_in(before.found, after.found)
    days = days_of(min(before.since, after.since), max(before.until, after.until))
    return Difference(
        before=first,
        after=second,
        messages=Change(first.messages, second.messages),
        disturbed=Change(len(first.heads), len(second.heads)),
        days={day: Change(first.days.get(day, 0), second.days.get(day, 0)) for day in days},
        heads=_heads(first, second),
        rules=_rules(before, after, (first, second), (earlier, later, newly, no_more)),
        channels=_both(first.channels, second.channels),
        held=Change(len(set(before.held)), len(set(after.held))),
        earlier=earlier,
        later=later,
        newly_found=newly,
        no_more=no_more,
    )


_Moved = tuple[
    tuple[FoundChange, ...],
    tuple[FoundChange, ...],
    tuple[tuple[Found, date], ...],
    tuple[tuple[Found, date], ...],
]


def _heads(first: Tally, second: Tally) -> tuple[HeadChange, ...]:
    before, after = ({head.person: head for head in side.heads} for side in (first, second))
    heads = [_head(before.get(person), after.get(person)) for person in before | after]
    return tuple(sorted(heads, key=lambda head: (-(head.more + head.fewer), head.unit, head.person)))


def _head(before: Head | None, after: Head | None) -> HeadChange:
    known = after or before
    assert known is not None
    old, new = (each.days if each else {} for each in (before, after))
    return HeadChange(
        person=known.person,
        name=known.name,
        unit=known.unit,
        messages=Change(before.messages if before else 0, after.messages if after else 0),
        news=Change(before.news if before else 0, after.news if after else 0),
        days={day: Change(old.get(day, 0), new.get(day, 0)) for day in sorted(old.keys() | new.keys())},
    )


def _rules(before: Replayed, after: Replayed, tallies: tuple[Tally, Tally], moved: _Moved) -> tuple[RuleChange, ...]:
    first, second = tallies
    earlier, later, newly, no_more = moved
    found = _both(_by_rule(before.found), _by_rule(after.found))
    names = sorted({*first.rules, *second.rules, *found})
    nothing = Change(0, 0)
    counts = [
        _by_rule((each.rule, each.key) for each in earlier),
        _by_rule((each.rule, each.key) for each in later),
        _by_rule(each for each, _ in newly),
        _by_rule(each for each, _ in no_more),
    ]
    messages, told = _both(first.rules, second.rules), _both(first.told, second.told)
    return tuple(
        RuleChange(
            name,
            messages.get(name, nothing),
            told.get(name, nothing),
            found.get(name, nothing),
            *(count.get(name, 0) for count in counts),
        )
        for name in names
    )


def _by_rule(found: Iterable[Found]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for rule, _ in found:
        counts[rule] = counts.get(rule, 0) + 1
    return counts


def _both(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, Change]:
    return {
        name: Change(before.get(name, 0), after.get(name, 0))
        for name in [*after, *(other for other in before if other not in after)]
    }


def _only_in(these: Mapping[Found, date], those: Mapping[Found, date]) -> tuple[tuple[Found, date], ...]:
    return tuple(sorted((found, day) for found, day in these.items() if found not in those))


def _place(each: FoundChange) -> tuple[str, str]:
    return each.rule, each.key


def _begins(count: Change) -> bool:
    return count.before == 0 and count.after > 0


def _ends(count: Change) -> bool:
    return count.before > 0 and count.after == 0
