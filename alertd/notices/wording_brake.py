"""The messages of a beginning and of a held cycle put into words: which sentences stand where; no figures are made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from alertd.notices.document import Block, Document, Group
from alertd.notices.letter import Task
from alertd.notices.wording import Speaker, document, lines, section_block, sources, summary, tasks, todo
from alertd.notices.wording_digest import numbered

_HELD = ("rules", "units", "samples", "causes")
_TODO = ("look", "release", "discard", "wait")
_ROWS = {"rules": "rule_rows", "units": "unit_rows", "samples": "sample_rows", "causes": "source_rows"}


def held(speak: Speaker) -> Document:
    """What is held, whose, samples, causes, and what to type."""
    more = speak.letter.more
    blocks = [(name, _list(speak, f"{name}_row", more[_ROWS[name]])) for name in _HELD]
    left = more["units"] - len(more["unit_rows"])
    if left > 0:
        blocks[1] = ("units", _list(speak, "units_row", more["unit_rows"], more=speak.say("more_units", count=left)))
    todo = Block("", "", lines(*[speak.say(f"todo_{name}") for name in _TODO]))
    return document(speak, numbered(speak, [*blocks, ("todo", todo)]))


def go_live(speak: Speaker) -> Document:
    """What stands, in sum; the worst of it; what happens from now on."""
    letter = speak.letter
    overview = Block("", letter.level, table=summary(speak, letter.sections), after=sources(speak, letter.sections))
    blocks = [("summary", overview), ("worst", _worst(speak, letter.tasks)), ("ahead", _worst(speak, letter.ahead))]
    return document(speak, numbered(speak, [*blocks, ("from_now", Block("", "", lines(speak.say("from_now"))))]))


def _worst(speak: Speaker, given: Sequence[Task]) -> Block:
    of = {task.section.rule: task.section for task in given}
    left = sum(section.listed for section in of.values()) - min(speak.most, len(given))
    asked = tuple(
        dict.fromkeys(speak.joined(todo(speak, section), " ") for section in of.values() if not section.ahead)
    )
    more = lines(speak.say("more_tasks", count=left) if given and left > 0 else "")
    basis = tuple(dict.fromkeys(text for section in of.values() for text in section.basis if not section.ahead))
    ground = speak.say("basis", section=replace(given[0].section, basis=basis)) if basis else ""
    level = speak.letter.level if asked else ""
    return Block("", level, groups=tasks(speak, given), more=more, todo=asked, after=lines(ground))


def go_live_city(speak: Speaker) -> Document:
    """What stands in the whole city, where most of it does, who cannot be reached, and what came to the office itself."""
    letter, more = speak.letter, speak.letter.more
    overview = Block("", letter.level, table=summary(speak, more["summary"]), after=sources(speak, more["summary"]))
    shown = more["ranking"][: speak.most]
    ranking = _list(speak, "rank_row", shown, more=_left(speak, more["ranking"], shown))
    silent = more["unheard_rows"][: speak.most]
    unheard = _list(speak, "unheard_row", silent, more=_left(speak, more["unheard_rows"], silent))
    blocks = numbered(speak, [("summary", overview), ("ranking", ranking), ("unheard", unheard)])
    own = [section_block(speak, section) for section in letter.sections]
    return document(speak, [*blocks, *([Block(speak.say("heading_own"), ""), *own] if own else [])])


def _left(speak: Speaker, rows: Sequence[Mapping[str, Any]], shown: Sequence[Mapping[str, Any]]) -> str:
    return speak.say("more_units", count=len(rows) - len(shown)) if len(rows) > len(shown) else ""


def _list(speak: Speaker, block: str, rows: Sequence[Mapping[str, Any]], *, more: str = "") -> Block:
    items = tuple(speak.joined([speak.say(block, row=row)]) for row in rows)
    return Block("", "", groups=(Group("", (), items),) if items else (), more=lines(more))
