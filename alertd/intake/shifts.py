"""What changed at once and would be unbelievable: records that left or came, cells emptied or filled, states and lateness. Pure.

Each finding may be true, so somebody can accept it. A small unit changes by a third in a day, and an end that its own recent
time proves is what everybody wants; so much of it is believed. What nobody can do to a third of a city in a quarter of an
hour (reopen files, end them without a time, make them late or not late by another due date) is not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from alertd.intake import doubts, states
from alertd.intake.belief import Doubted, Judge, Measured, Move, Part
from alertd.intake.measure import UNIT_FROM
from alertd.intake.states import State
from alertd.intake.words import shown_count, shown_share

# From so many on, values that most records lose are suspicious even where few had one: fewer are reopened in a morning.
_FEW_CELLS = 5
_MOST = 0.5
# A small list, or a ward on Monday morning, may well double.
_RISE_FROM = 100
# From so many on, nobody ends a third of all that is listed between two polls, and a column is not filled by people.
_MANY = 200
# Of a source that lists only what changed all listed records have changed; of fewer the share says nothing.
_CHANGES_FROM = 100


@dataclass(frozen=True, slots=True)
class Finding:
    reason: Doubted
    text: str


def findings(measured: Measured, by: Judge) -> Iterator[Finding]:
    """All of them: who accepts a snapshot should know what he accepts. Of a unit only what does not hold of the whole."""
    whole = by.settings.covers == "all"
    if whole:
        yield from _left(measured, by)
        yield from _came(measured, by)
    elif (
        by.settings.reply != "records" and measured.listed == 0
    ):  # whoever asks for a period gets figures, or something is wrong
        word = "first_empty" if measured.before is None else "empty"
        yield _finding(Doubted.EMPTY, by, word, before=shown_count(measured.before or 0, by.language))
    yield from _emptied(measured, by)
    shifted = list(_shifted(measured, by))
    yield from shifted
    if whole and not measured.anew and not any(each.reason is Doubted.SHIFTED for each in shifted):
        yield from _filled(measured, by)


def too_many(count: int, of: int, share: float) -> bool:
    return count > of * share + 1e-9  # 0.29 × 100 is 28.999999999999996


def _left(measured: Measured, by: Judge) -> Iterator[Finding]:
    """Only a source that lists every live record can have too few of them."""
    before, after, limit = measured.before, measured.listed, by.settings.max_drop
    if after == 0 and before != 0:
        word = "first_empty" if before is None else "empty"
        yield _finding(Doubted.EMPTY, by, word, before=shown_count(before or 0, by.language))
    elif before and too_many(before - after, before, limit):
        yield _counted(Doubted.SHRUNK, by, before - after, before, limit, after=shown_count(after, by.language))
    else:
        yield from _of_units(
            Doubted.UNIT_SHRUNK,
            measured,
            by,
            limit,
            lambda part: (part.before - part.after, part.before) if part.before >= UNIT_FROM else None,
            lambda part: {"after": shown_count(part.after, by.language)},
        )


def _came(measured: Measured, by: Judge) -> Iterator[Finding]:
    """New codes, whether or not as many others have left: codes written in another way look like that as well."""
    before, limit, new = measured.before, by.settings.max_rise, measured.differences.whole.new
    if before is None:
        return
    if before >= _RISE_FROM and too_many(new, before, limit):
        yield _counted(Doubted.GREW, by, new, before, limit)
    else:
        yield from _of_units(
            Doubted.UNIT_GREW,
            measured,
            by,
            limit,
            lambda part: (part.new, part.before) if part.before >= _RISE_FROM else None,
        )


def _emptied(measured: Measured, by: Judge) -> Iterator[Finding]:
    limit, said = by.settings.max_shift, set[str]()
    for name, count, had in _cells(measured.differences.whole, by):
        if any(
            (name, count) == found[:2] for part in measured.differences.units.values() for found in _cells(part, by)
        ):
            continue  # all of it in one unit: then it is said of that unit, not of the city
        said.add(name)
        yield _counted(Doubted.EMPTIED, by, count, had, limit, what=_column(by, name))
    worst: dict[str, list[tuple[float, int, int, str]]] = {}
    for unit, part in measured.differences.units.items():
        for name, count, had in _cells(part, by):
            if name not in said:
                worst.setdefault(name, []).append((count / had, count, had, unit))
    for name, units in worst.items():
        _, count, had, unit = max(units)
        facts = {"what": _column(by, name), "unit": by.directory.name_of(unit)}
        yield _counted(Doubted.UNIT_EMPTIED, by, count, had, limit, others=len(units) - 1, **facts)


def _cells(part: Part, by: Judge) -> Iterator[tuple[str, int, int]]:
    """Fields that too many records would lose: field, how many lose it, how many had it."""
    if part.compared < _enough(by):
        return
    for name, count in part.lost.items():
        had = part.had[name]
        many = had >= UNIT_FROM and too_many(count, had, by.settings.max_shift)
        if many or (count >= _FEW_CELLS and too_many(count, had, max(_MOST, by.settings.max_shift))):
            yield name, count, had


def _filled(measured: Measured, by: Judge) -> Iterator[Finding]:
    part, limit = measured.differences.whole, by.settings.max_shift * measured.days
    for name, count in part.gained.items():
        if part.compared >= _MANY and too_many(count, part.compared, limit):
            yield _counted(Doubted.FILLED, by, count, part.compared, limit, what=_column(by, name))


def _shifted(measured: Measured, by: Judge) -> Iterator[Finding]:
    whole, share = measured.differences.whole, by.settings.max_shift
    # After an outage of days as many days' work has been done; what nobody can do is not done in a week either.
    for moves, limit in ((_unlikely(whole), share), (_any(whole, by), share * measured.days)):
        count = sum(moves.values())
        if whole.compared >= _enough(by) and too_many(count, whole.compared, limit):
            if any(_unit_shift(part, by) == (count, part.compared) for part in measured.differences.units.values()):
                break  # all of it in one unit
            yield _counted(Doubted.SHIFTED, by, count, whole.compared, limit, moved=_moved(moves, by))
            return
    yield from _of_units(
        Doubted.UNIT_SHIFTED,
        measured,
        by,
        share,
        lambda part: _unit_shift(part, by),
        lambda part: {"moved": _moved(_unlikely(part), by)},
    )


def _unit_shift(part: Part, by: Judge) -> tuple[int, int] | None:
    return (sum(_unlikely(part).values()), part.compared) if part.compared >= _enough(by) else None


def _enough(by: Judge) -> int:
    return UNIT_FROM if by.settings.covers == "all" or by.of_the_index else _CHANGES_FROM


def _unlikely(part: Part) -> Counter[Move]:
    return Counter({move: count for move, count in part.moves.items() if _is_unlikely(move)})


def _is_unlikely(move: Move) -> bool:
    """Reopened (by its state, or by its word alone), ended without proof, late or not late all at once."""
    ended, ends = move.before is State.ENDED, move.after is State.ENDED
    if ended != ends:
        return ended or not move.dated
    if move.late_before != move.late_after:
        return True
    was, would = states.of_word(move.word_before), states.of_word(move.word_after)
    return was is State.ENDED and would not in (State.ENDED, None)


def _any(part: Part, by: Judge) -> Counter[Move]:
    """Everything that changes, of many records; none where only what changed is listed."""
    if by.settings.covers != "all" or part.compared < _MANY:
        return Counter()
    return Counter(
        {move: count for move, count in part.moves.items() if _is_unlikely(move) or move.before != move.after}
    )


def _moved(moves: Mapping[Move, int], by: Judge) -> str:
    """The way that most of them go, in words."""
    ways: Counter[tuple[str, str]] = Counter()
    for move, count in moves.items():
        ways[_way(move, by)] += count
    (was, now), count = ways.most_common(1)[0]
    late = sum(count for move, count in moves.items() if move.late_after and not move.late_before)
    if now == doubts.late_name(by.language, late=True):
        late = 0
    return doubts.moved(was, now, count, sum(moves.values()), late, by.language)


def _way(move: Move, by: Judge) -> tuple[str, str]:
    dataset, language = by.settings.dataset, by.language
    if move.before is not move.after:
        before, after = move.before, move.after
    elif move.late_before != move.late_after:
        return doubts.late_name(language, late=move.late_before), doubts.late_name(language, late=move.late_after)
    else:
        before = states.of_word(move.word_before) or move.before
        after = states.of_word(move.word_after) or move.after
    return doubts.state_name(before, dataset, language), doubts.state_name(after, dataset, language)


def _of_units(
    reason: Doubted,
    measured: Measured,
    by: Judge,
    limit: float,
    count: Callable[[Part], tuple[int, int] | None],
    facts: Callable[[Part], dict[str, str]] = lambda _: {},
) -> Iterator[Finding]:
    """One finding for all units that hold too many; the worst is named. ``count``: how many of how many, None for too few."""
    bad = []
    for unit, part in measured.differences.units.items():
        found = count(part)
        if found is not None and too_many(*found, limit):
            bad.append((found[0] / found[1], unit, found))
    if bad:
        _, unit, (number, of) = max(bad)
        more = facts(measured.differences.units[unit])
        yield _counted(reason, by, number, of, limit, others=len(bad) - 1, what=by.directory.name_of(unit), **more)


def _column(by: Judge, field: str) -> str:
    return f"{by.settings.fields[field].name} ({field})"


def _counted(reason: Doubted, by: Judge, count: int, of: int, limit: float, others: int = 0, **facts: str) -> Finding:
    said: dict[str, str] = {
        "before": shown_count(of, by.language),
        "after": shown_count(count, by.language),
        "share": shown_share(count / of, by.language),
        "limit": shown_share(limit, by.language),
        **facts,
    }
    found = _finding(reason, by, reason.value, **said)
    return Finding(reason, found.text + doubts.other_units(others, by.language))


def _finding(reason: Doubted, by: Judge, word: str, **facts: str) -> Finding:
    return Finding(reason, doubts.doubt(word, by.language, {"source": by.settings.name, **facts}))
