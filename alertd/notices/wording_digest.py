"""The daily digests put into words: a head's, and the city's for the office. Which sentences stand where; no figures are made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alertd.notices.document import Block, Document, Group, Table
from alertd.notices.letter import Section
from alertd.notices.wording import Speaker, document, doubts, lines, section_block, sources, summary, tasks, todo
from alertd.notices.wording_disputes import disputes
from alertd.notices.wording_outlook import outlook

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


def digest(speak: Speaker) -> Document:
    """I. in sum; II. what to do today; III. what was dealt with; IV. what will be due soon."""
    letter = speak.letter
    if not letter.sections:
        return document(speak, numbered(speak, [("nothing", _nothing(speak)), _ended(speak)]))
    sections = letter.sections
    after = (
        *waiting(speak, sections),
        *sources(speak, sections),
        *lines(speak.say("held") if letter.more["held"] else ""),
    )
    overview = Block("", letter.level, table=summary(speak, sections), after=after)
    return document(
        speak,
        numbered(speak, [("summary", overview), ("today", _today(speak)), _ended(speak), ("ahead", _ahead(speak))]),
    )


def _nothing(speak: Speaker) -> Block:
    """Nothing is open; or nobody knows, because what there is waits for the office, or because a source is in doubt."""
    more = speak.letter.more
    said = lines(speak.say("held" if more["held"] else "nothing_open"))
    doubts = [speak.say("doubt", source=source) for source in more["doubts"]] if more["unknown"] else []
    return Block("", "", said, after=lines(*doubts))


def waiting(speak: Speaker, sections: Sequence[Section]) -> tuple[str, ...]:
    """What time alone has found while a source was in doubt."""
    return lines(
        *[
            speak.say("waiting", section=section, reason=doubts(speak, section))
            for section in sections
            if section.waiting
        ]
    )


def numbered(speak: Speaker, given: Iterable[tuple[str, Block]]) -> list[Block]:
    """Blocks that say anything, under numbered headings: the blocks ``heading_…`` of the message's template."""
    full = [(name, block) for name, block in given if block.lines or block.groups or block.table or block.after]
    return [
        replace(block, title=speak.joined([f"{_ROMAN[place]}.", speak.say(f"heading_{name}")], " "))
        for place, (name, block) in enumerate(full)
    ]


def _today(speak: Speaker) -> Block:
    letter = speak.letter
    left = sum(section.listed for section in letter.sections if not section.ahead) - min(speak.most, len(letter.tasks))
    if not letter.tasks:
        return Block("", "")
    worded = {task.section.rule: task.section for task in letter.tasks[: speak.most]}
    doubtful = any(section.doubtful for section in worded.values())
    basis = dict.fromkeys(text for section in worded.values() for text in section.basis)
    return Block(
        "",
        letter.level,
        lines(kept(speak), speak.say("list_in_doubt") if doubtful else ""),
        tasks(speak, letter.tasks),
        more=lines(speak.say("more_tasks", count=left) if left > 0 else ""),
        todo=tuple(dict.fromkeys(speak.joined(todo(speak, section), " ") for section in worded.values())),
        after=lines(speak.say("basis", section=replace(letter.sections[0], basis=tuple(basis))) if basis else ""),
    )


def kept(speak: Speaker) -> str:
    """What is told only now, because the reader had had his share of a day."""
    return speak.say("kept") if speak.letter.more["kept"] else ""


def _ahead(speak: Speaker) -> Block:
    letter = speak.letter
    left = sum(section.listed for section in letter.sections if section.ahead) - min(speak.most, len(letter.ahead))
    return Block(
        "",
        "reminder",
        groups=tasks(speak, letter.ahead),
        more=lines(speak.say("more_tasks", count=left) if letter.ahead and left > 0 else ""),
    )


def _ended(speak: Speaker) -> tuple[str, Block]:
    said = [speak.say("ended", ended=replace(ended, items=ended.items[: speak.most])) for ended in speak.letter.ended]
    return "ended", Block("", "", lines(*said))


def city(speak: Speaker) -> Document:
    """In sum; what came to the office itself; units ranked; the outlook; who is silent or out of reach; data; answers; delivery."""
    letter = speak.letter
    more = letter.more
    after = (*waiting(speak, more["summary"]), *sources(speak, more["summary"]))
    overview = Block("", letter.level, table=summary(speak, more["summary"]), after=after)
    own = [section_block(speak, section) for section in letter.sections]
    first = numbered(
        speak,
        [
            ("summary", overview),
            ("ranking", Block("", "", ranked_in_doubt(speak), table=_ranking(speak, more["ranking"]))),
            *outlook(speak),
            ("disputes", disputes(speak)),
            ("silent", _rows(speak, "silent", more["silent_rows"], more["silent"])),
            ("orphan", _rows(speak, "orphan", more["orphan_rows"], more["orphans"])),
            ("unheard", _rows(speak, "unheard", more["unheard_rows"], more["unheard"])),
            ("data", _data(speak, more)),
            ("answers", _answers(speak, more["answer_rows"])),
            ("delivery", Block("", "", lines(speak.say("delivery"), speak.say("audit")))),
        ],
    )
    if own:
        heading = Block(speak.say("heading_own"), letter.level, lines(speak.say("own"), kept(speak)))
        first = [first[0], heading, *own, *first[1:]]
    return document(speak, first)


def ranked_in_doubt(speak: Speaker) -> tuple[str, ...]:
    """That the ranking is not of today, where a source is in doubt."""
    more = speak.letter.more
    doubtful = any(section.doubtful for section in more["summary"])
    return lines(speak.say("list_in_doubt") if doubtful and more["ranking"] else "")


def _data(speak: Speaker, more: Mapping[str, Any]) -> Block:
    """Health of the sources, what is out of order, rejected rows with examples."""
    health = lines(*[speak.say("source_row", row=row) for row in more["source_rows"]])
    groups, left = [], 0
    for name in ("trouble", "reject"):
        rows = more[f"{name}_rows"]
        shown = rows[: 3 * speak.most]  # a mail program cuts what is too long
        left += len(rows) - len(shown)
        if said := lines(*[speak.say(f"{name}_row", row=row) for row in shown]):
            groups.append(Group(speak.say(f"group_{name}s"), (), said))
    return Block("", "", health, tuple(groups), more=lines(speak.say("more_rows", count=left) if left else ""))


def _answers(speak: Speaker, rows: Sequence[Mapping[str, Any]]) -> Block:
    """All of them: each is a person who waits for a reply."""
    items = tuple(speak.joined([speak.say("answer_row", row=row)]) for row in rows if speak.most)
    return Block("", "", groups=(Group("", (), items),) if items else ())


def _rows(speak: Speaker, name: str, rows: Sequence[Mapping[str, Any]], total: int) -> Block:
    items = tuple(speak.joined([speak.say(f"{name}_row", row=row)]) for row in rows[: speak.most])
    left = total - len(items)
    groups = (Group("", (), items),) if items else ()
    return Block("", "", groups=groups, more=lines(speak.say("more_rows", count=left) if left > 0 else ""))


def _ranking(speak: Speaker, rows: Sequence[Mapping[str, Any]]) -> Table | None:
    if not rows:
        return None
    columns = ("unit", "total", "critical", "silent")
    shown = rows[: 3 * speak.most]
    return Table(
        tuple(speak.say(f"rank_head_{column}") for column in columns),
        tuple(tuple(speak.say(f"rank_cell_{column}", row=row) for column in columns) for row in shown),
        tuple(speak.say("rank_row", row=row) for row in shown),
    )
