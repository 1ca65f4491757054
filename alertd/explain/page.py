"""An explanation as lines that an office clerk reads: data, days, rules, alerts, and who was told."""

from collections.abc import Iterator

from alertd.explain.explanation import Explanation
from alertd.explain.page_data import data_lines
from alertd.explain.page_days import count_lines
from alertd.explain.page_ledger import ledger_lines
from alertd.explain.page_look import look_lines
from alertd.explain.page_rules import rule_lines
from alertd.explain.page_told import told_lines
from alertd.explain.voice import Voice


def page(found: Explanation, voice: Voice, *, every_day: bool = False) -> Iterator[str]:
    """``every_day``: no day of a long count is folded away."""
    yield _printable(f"{voice.name(found.dataset).upper()}: {found.key}")
    yield voice.say("asked", time=voice.time(found.at.now), day=voice.day(found.at.today))
    yield from look_lines(found, voice)
    sections = (
        ("data", data_lines(found, voice)),
        ("count", count_lines(found, voice, every_day=every_day)),
        ("ledger", ledger_lines(found, voice)),
        ("rules", rule_lines(found, voice)),
        ("told", told_lines(found, voice)),
    )
    filled = [(heading, lines) for heading, section in sections if (lines := list(section))]
    for number, (heading, lines) in enumerate(filled, 1):
        yield ""
        yield f"{number}. {voice.say(heading)}"
        yield from (f"   {_printable(line)}" for line in lines)


def _printable(line: str) -> str:
    """What came from outside must not move the cursor of the terminal that shows it."""
    return "".join(character if character.isprintable() else " " for character in line)
