"""The smaller messages put into words: what the office hears of alertd's own troubles, a correction, the sample notice."""

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


def correction(speak: Speaker) -> Document:
    """What earlier messages said that was not so, a block for each of them and each rule in it."""
    blocks = []
    for told in speak.letter.more["corrected"]:
        rows = told["rows"][: speak.most]
        hidden = len(told["rows"]) - len(rows)
        items = tuple(speak.joined([speak.say("corrected_row", row=row)]) for row in rows)
        more = lines(speak.say("more_rows", count=hidden)) if hidden else ()
        more += lines(speak.say("too_high", row=told)) if told["too_high"] else ()
        title = speak.joined([speak.say("heading_corrected", row=told)])
        blocks.append(Block(title, "", groups=(Group("", (), items),), more=more))
    blocks.append(Block("", "", lines(speak.say("regret"))))
    return document(speak, blocks)


def sample(speak: Speaker) -> Document:
    """Nothing but that it arrived, and what to do with real ones."""
    return document(speak, [Block("", "", lines(speak.say("explained")))])


def linked(speak: Speaker) -> Document:
    """Which account was bound in the reader's name, and what to do where it is not his."""
    return document(speak, [Block("", "", lines(speak.say("linked")))])
