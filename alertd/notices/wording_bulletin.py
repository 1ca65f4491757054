"""The monthly bulletin put into words: that a draft or an edition is there, a unit's own files, a unit's result."""

from alertd.notices.document import Block, Document, Group
from alertd.notices.wording import Speaker, document, lines


def draft(speak: Speaker) -> Document:
    """The headline figures, what a reader has to know of them, how to look and how to release."""
    about = lines(speak.say("figures"), speak.say("reservations"))
    return document(speak, [Block("", "", about, todo=lines(speak.say("look"), speak.say("release")))])


def released(speak: Speaker) -> Document:
    """The same of what is printed."""
    return document(speak, [Block("", "", lines(speak.say("figures"), speak.say("reservations"), speak.say("files")))])


def rows(speak: Speaker) -> Document:
    """The figures of each of the reader's units, what is asked for by when, and where the figures come from."""
    one, several = _units(speak)
    asked = lines(speak.say("asked"), speak.say("files"))
    return document(speak, [Block("", "", one, several, todo=asked, after=_sources(speak))])


def result(speak: Speaker) -> Document:
    """A line or two for each unit, beside the city's."""
    one, several = _units(speak)
    return document(speak, [Block("", "", one, several, more=lines(speak.say("whole_city")))])


def _units(speak: Speaker) -> tuple[tuple[str, ...], tuple[Group, ...]]:
    """Every unit is named: a reader answers for few, and the office for those without a head. One alone is no list."""
    given = speak.letter.more["result_rows"][: speak.units]
    items = tuple(speak.joined([speak.say("result_row", row=row)]) for row in given)
    hidden = len(speak.letter.more["result_rows"]) - len(given)
    more = lines(speak.say("more_rows", count=hidden)) if hidden else ()
    if len(items) == 1:
        return items, ()
    return (), (Group("", more, items),) if items else ()


def _sources(speak: Speaker) -> tuple[str, ...]:
    known = speak.letter.more["figure_sources"]
    return lines(*[speak.say("doubt" if source.doubt else "source", source=source) for source in known])
