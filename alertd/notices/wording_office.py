"""The smaller messages put into words: what the office hears of alertd's own troubles, and the sample notice."""

from alertd.notices.document import Block, Document, Group
from alertd.notices.wording import Speaker, document, lines


def office(speak: Speaker) -> Document:
    """What is new, what is over, what was noted; each once."""
    more = speak.letter.more
    blocks = []
    for name in ("begun", "over", "noted"):
        rows = more[f"{name}_rows"]
        if rows:
            items = tuple(speak.joined([speak.say(f"{name}_row", row=row)]) for row in rows)
            blocks.append(Block(speak.say(f"heading_{name}"), "", groups=(Group("", (), items),)))
    return document(speak, blocks)


def sample(speak: Speaker) -> Document:
    """Nothing but that it arrived, and what to do with real ones."""
    return document(speak, [Block("", "", lines(speak.say("explained")))])
