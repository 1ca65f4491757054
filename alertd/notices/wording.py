"""A letter put into words, block by block, as a document: which sentences stand where. The words are those of the templates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from alertd.notices.document import Block, Document, Group, Table
from alertd.notices.filters import Form
from alertd.notices.letter import Item, Letter, Part, Section, Task
from alertd.notices.templates import MESSAGES, Voice


@dataclass(frozen=True)
class Speaker:
    """A voice that speaks about one letter. ``most``: items of a list at most; ``units``: parts of a section at most."""

    voice: Voice
    letter: Letter
    most: int
    units: int

    def say(self, block: str, **values: Any) -> str:
        """A block of the message itself."""
        return self.voice.say(f"{MESSAGES}/{self.letter.kind}", block, {"letter": self.letter, **values})

    def of(self, section: Section, block: str, **values: Any) -> str:
        """A block of the rule's own template."""
        return self.voice.say(section.template, block, {"letter": self.letter, "section": section, **values})

    def item(self, section: Section, item: Item) -> str:
        """One line: the record as the rule's template words it, and what else is known of it."""
        said = [self.of(section, "item", item=item, facts=item.facts)]
        if item.named:
            said.append(self.say("named", section=section, item=item, facts=item.facts))
        if item.came:
            said.append(self.say("came", section=section, item=item, facts=item.facts))
        if item.shares:
            said.append(self.say("shares", section=section, item=item, facts=item.facts))
        if item.paused:
            said.append(self.say("paused", section=section, item=item, facts=item.facts))
        if item.disputed:
            said.append(self.say("disputed", section=section, item=item, facts=item.facts))
        if item.behind:
            said.append(self.say("behind", section=section, item=item, facts=item.facts))
        if item.also:
            said.append(self.say("also", section=section, item=item, facts=item.facts))
        return self.joined(said)

    def joined(self, said: Iterable[str], mark: str = " · ") -> str:
        """One line of several; what is escaped stays so."""
        return self._glued([self._glued(text.splitlines(), " ") for text in said if text], mark)

    def _glued(self, parts: list[str], mark: str) -> str:
        return mark.join(parts) if self.voice.form is Form.TEXT else Markup(mark).join(parts)  # noqa: S704 - our own marks


def lines(*said: str) -> tuple[str, ...]:
    """All lines of what was said; what is empty leaves none."""
    return tuple(line for text in said for line in text.splitlines() if line)


def document(speak: Speaker, blocks: Iterable[Block]) -> Document:
    """What stands around the blocks of every message."""
    letter = speak.letter
    rehearsal = speak.say("rehearsal") if letter.meant else ""
    subject = speak.say("subject")
    if letter.meant:
        subject = speak.joined([speak.say("rehearsal_subject"), subject], " ")
    provisional = speak.say("provisional") if letter.provisional else ""
    return Document(
        subject=subject,
        banner=lines(rehearsal),
        title=speak.say("title"),
        level=letter.level,
        greeting=speak.say("greeting"),
        intro=lines(speak.say("intro"), speak.say("drafts") if letter.drafts else ""),
        blocks=tuple(blocks),
        closing=lines(provisional, speak.say("contact"), speak.say("signature")),
    )


def alert(speak: Speaker) -> Document:
    """A message about alerts: a block per rule, the worst first."""
    return document(speak, [section_block(speak, section) for section in speak.letter.sections])


def section_block(speak: Speaker, section: Section) -> Block:
    """One rule: the count and its change, the worst records by unit, what to do by when, legal basis and source."""
    groups: list[Group] = []
    shown = 0
    named = _named(speak, section)
    for part in named:
        items = [item for item in part.items if item.place <= speak.most]
        title, above = _part(speak, section, part)
        groups.append(Group(title, above, tuple(speak.item(section, item) for item in items), shown + 1))
        shown += len(items)
    more = section.listed - shown if speak.most else 0
    hidden = len(section.parts) - len(named)
    return Block(
        title=speak.of(section, "title"),
        level=section.level,
        lines=lines(
            figure(speak, section),
            speak.say("list_in_doubt") if section.doubtful and section.items else "",
            speak.say("waiting", section=section, reason=doubts(speak, section)) if section.waiting else "",
            speak.say("told", section=section) if section.handed or 0 < section.told < section.total else "",
            speak.say("elsewhere", section=section) if section.elsewhere else "",
        ),
        groups=tuple(group for group in groups if group.title or group.lines or group.items),
        more=lines(
            speak.say("more_units", section=section, count=hidden) if hidden > 0 else "",
            speak.say("more", section=section, count=more) if more > 0 else "",
        ),
        todo=todo(speak, section),
        after=lines(speak.say("basis", section=section) if section.basis else "", *sources(speak, [section])),
    )


def _named(speak: Speaker, section: Section) -> Sequence[Part]:
    """The units that a section names: all, or, where they are more than there are lines, those of which a record is shown, and
    those of which is said why the reader hears of them."""

    def shown(part: Part) -> bool:
        return any(item.place <= speak.most for item in part.items)

    parts = section.parts
    if speak.most and len(parts) > speak.most and any(map(shown, parts)):
        said = (part for part in parts if (part.reason or part.former) and not shown(part))
        parts = (*filter(shown, parts), *said)
    return parts[: speak.units]


def figure(speak: Speaker, section: Section) -> str:
    """The count first; of a source in doubt no figure is given as current, whatever the rule's template says."""
    if section.doubtful:
        return speak.say("figure_in_doubt", section=section, reason=doubts(speak, section))
    change = speak.say("change", section=section, split=split(speak, section)) if section.change is not None else ""
    levels = speak.say("levels", section=section) if len(section.levels) > 1 else ""
    return speak.of(section, "figure", change=change, levels=levels)


def doubts(speak: Speaker, section: Section) -> str:
    """Why nobody knows the figure of now."""
    return speak.joined([speak.say("doubt_reason", source=source) for source in section.sources if source.doubt], "; ")


def split(speak: Speaker, section: Section) -> str:
    """How a change came about, part by part; nothing where it is not known."""
    if section.split is None:
        return ""
    parts = section.split.parts
    said = [speak.of(section, "newly", count=parts.pop("late"))] if "late" in parts else []
    return speak.joined(
        [*said, *(speak.say(f"split_{name}", section=section, count=parts[name]) for name in parts)], ", "
    )


def todo(speak: Speaker, section: Section) -> tuple[str, ...]:
    """What is asked for, and by when."""
    by = speak.say("deadline", section=section) if section.act_by else ""
    return lines(speak.of(section, "todo"), by)


def _part(speak: Speaker, section: Section, part: Part) -> tuple[str, tuple[str, ...]]:
    """The heading of a unit, and why the reader hears of it; nothing where it is the reader's only unit."""
    only = len(section.parts) == 1 and not part.reason and not part.former
    if only and part.name in ("", speak.letter.unit):  # an owner's records need not name a unit
        return "", ()
    reason = speak.say("reason", part=part) if part.reason else ""
    former = speak.say("former", part=part) if part.former else ""
    return speak.say("part", section=section, part=part), lines(reason, former)


def sources(speak: Speaker, sections: Iterable[Section]) -> tuple[str, ...]:
    """Where the figures come from and when they were read, each source once."""
    known = dict.fromkeys(source for section in sections for source in section.sources)
    return lines(*[speak.say("doubt" if source.doubt else "source", source=source) for source in known])


def summary(speak: Speaker, sections: Sequence[Section]) -> Table:
    """A row per rule: how many, how that has changed, how many are new; a column of which nothing is known is left out."""
    names = ("matter", "total", "change", "new")
    splits = [split(speak, section) for section in sections]
    rows = [
        [speak.say(f"cell_{name}", section=section, split=how) for name in names]
        for section, how in zip(sections, splits, strict=True)
    ]
    used = [place for place, _ in enumerate(names) if any(row[place] for row in rows)]
    return Table(
        tuple(speak.say(f"head_{names[place]}") for place in used),
        tuple(tuple(row[place] for place in used) for row in rows),
        tuple(speak.say("row", section=section, split=how) for section, how in zip(sections, splits, strict=True)),
        frozenset(place for place, name in enumerate(used) if names[name] in ("matter", "change")),
    )


def tasks(speak: Speaker, given: Sequence[Task]) -> tuple[Group, ...]:
    """Records of several rules in one list, numbered through; where there are several, each run of one rule under its name."""
    shown = given[: speak.most]
    several = len({task.section.rule for task in given}) > 1
    units = bool({task.item.unit for task in given} - {"", speak.letter.unit})
    groups: list[Group] = []
    for _, run in groupby(enumerate(shown, 1), key=lambda numbered: numbered[1].section.rule):
        numbered = list(run)
        first, task = numbered[0]
        said = []
        for _, each in numbered:
            where = speak.say("where", section=each.section, item=each.item, facts=each.item.facts) if units else ""
            said.append(speak.joined([speak.item(each.section, each.item), where]))
        groups.append(Group(speak.of(task.section, "title") if several else "", (), tuple(said), first))
    return tuple(groups)
