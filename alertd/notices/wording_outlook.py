"""The outlook of the city put into words: index, sync, changes to be explained, the last days. Which sentences stand where."""

from collections.abc import Mapping, Sequence
from typing import Any

from alertd.notices.document import Block, Group, Table
from alertd.notices.wording import Speaker, lines

_COLUMNS = ("name", "score", "day", "period")


def outlook(speak: Speaker) -> list[tuple[str, Block]]:
    """Each section under its name; one of which nothing is known says nothing."""
    found = speak.letter.more["outlook"]
    nothing = Block("", "")
    return [
        ("days", _days(speak) if found.days else nothing),
        ("index", _index(speak) if found.index else nothing),
        ("gaps", _gaps(speak) if found.gaps else nothing),
        ("changes", _changes(speak) if found.changes else nothing),
    ]


def _days(speak: Speaker) -> Block:
    more = speak.letter.more
    chart = more["chart"]
    return Block("", "", lines(speak.say("days")), after=_doubts(speak, "days"), picture=chart.name if chart else "")


def _index(speak: Speaker) -> Block:
    more = speak.letter.more
    rows: Sequence[Any] = more["score_rows"]
    table = Table(
        tuple(speak.say(f"score_head_{column}") for column in _COLUMNS),
        tuple(tuple(speak.say(f"score_cell_{column}", row=row) for column in _COLUMNS) for row in rows),
        tuple(speak.say("score_row", row=row) for row in rows),
    )
    items = tuple(speak.joined([speak.say("winning_row", row=row)]) for row in more["winning_rows"])
    groups = (Group(speak.say("group_winnings"), (), items),) if items else ()
    estimate = lines(speak.say("winning_note")) if items else ()
    return Block("", "", lines(speak.say("index")), groups, table, after=(*estimate, *_doubts(speak, "index")))


def _gaps(speak: Speaker) -> Block:
    more = speak.letter.more
    groups = tuple(
        Group(speak.say(f"group_gap_{name}s"), (), _counted(speak, "gap_row", more[f"gap_{name}_rows"]))
        for name in ("kind", "cause")
        if more[f"gap_{name}_rows"]
    )
    return Block("", "", lines(speak.say("gaps")), groups, after=_doubts(speak, "gaps"))


def _changes(speak: Speaker) -> Block:
    items = _counted(speak, "change_row", speak.letter.more["change_rows"])
    groups = (Group("", (), items),) if items else ()
    return Block("", "", lines(speak.say("changes")), groups)


def _counted(speak: Speaker, block: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(speak.joined([speak.say(block, row=row)]) for row in rows)


def _doubts(speak: Speaker, section: str) -> tuple[str, ...]:
    """That the figures are the last known, and why."""
    doubts = speak.letter.more["outlook_doubts"][section]
    if not doubts:
        return ()
    return lines(speak.say("last_known"), *[speak.say("doubt", source=source) for source in doubts])
