"""Disputes put into words: the block of the city's digest, and the message by which a unit hears the office's answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from alertd.notices.document import Block, Document, Group
from alertd.notices.wording import Speaker, document, lines

_OUTCOMES = ("rejected", "corrected", "excluded", "ended")


def answered(speak: Speaker) -> Document:
    """What the office decided about what the unit said to be wrong, outcome by outcome."""
    blocks = []
    for outcome in _OUTCOMES:
        rows = [row for row in speak.letter.more["outcome_rows"] if row["outcome"] == outcome]
        if rows:
            items = tuple(speak.joined([speak.say("outcome_row", row=row)]) for row in rows[: speak.most])
            left = len(rows) - len(items)
            more = lines(speak.say("more_rows", count=left)) if left else ()
            blocks.append(Block(speak.say(f"heading_{outcome}"), "", groups=(Group("", (), items),), more=more))
    return document(speak, blocks)


def disputes(speak: Speaker) -> Block:
    """What waits for the office, what its source has not corrected in time, what was decided, how often each unit disputes."""
    more = speak.letter.more
    groups, left = [], more["disputes"] - len(more["dispute_rows"])
    for name in ("dispute", "uncorrected", "settled", "rate"):
        rows: Sequence[Mapping[str, Any]] = more[f"{name}_rows"]
        items = tuple(speak.joined([speak.say(f"{name}_row", row=row)]) for row in rows[: speak.most])
        left += len(rows) - len(items)
        if items:
            groups.append(Group(speak.say(f"group_{name}s"), (), items))
    after = lines(speak.say("answer_disputes")) if more["dispute_rows"] else ()
    return Block(
        "", "", groups=tuple(groups), more=lines(speak.say("more_rows", count=left) if left else ""), after=after
    )
