"""What of a digest's letter is shown by its code: the worst of all as one list, and the ranking of units as a sheet. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from alertd.model.words import Level
from alertd.notices import labels
from alertd.notices.gather import LISTED
from alertd.notices.letter import Letter, Section, Task
from alertd.notices.spreadsheet import Sheet


def tasks_of(sections: Sequence[Section], most: int) -> tuple[Task, ...]:
    """The worst of all, each record once."""
    found = [
        (-Level.of(item.level), place, item.place, Task(section, item))
        for place, section in enumerate(sections)
        for item in section.items
    ]
    return tuple(task for *_, task in sorted(found, key=lambda each: each[:3])[:most])


def is_cut(sections: Sequence[Section], tasks: Sequence[Task]) -> bool:
    """Whether a digest with these tasks shows less than there is."""
    listed = sum(section.listed for section in sections)
    return listed > len(tasks) or any(task.item.behind_more for task in tasks)


def shown_of(letter: Letter) -> list[tuple[int, int]]:
    """Alert and level of what a reader sees by its code and was told before."""
    tasks = [task.item for task in (*letter.tasks, *letter.ahead)]
    items = (
        tasks
        if letter.kind in ("digest", "go_live")
        else [item for section in letter.sections for item in section.items]
    )
    return [(item.alert, int(Level.of(item.level))) for item in items if item.why == LISTED]


def ranked(rows: Sequence[Mapping[str, Any]], language: str) -> tuple[Sheet, ...]:
    words = labels.COLUMNS[language]
    head = (words["unit"], words["open"], words["critical"], words["silent"])
    # what is not known is no number, so that nobody adds it up
    last = words["last"]
    figures = ("total", "critical", "silent")
    lines = [
        [row["name"], *(last.format(row[name]) if row["doubt"] else row[name] for name in figures)] for row in rows
    ]
    return (Sheet(words["units"], head, lines),)
