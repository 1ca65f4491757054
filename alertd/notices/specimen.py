"""Made-up values of every kind that a template can meet, and what each block may know: for checks, previews and tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from alertd.model.dataset import Field, FieldType
from alertd.model.datasets import DATASETS
from alertd.model.freshness import Doubt
from alertd.model.reach import Instead
from alertd.notices import specimen_bulletin, specimen_outlook
from alertd.notices.document import Block, Document, Group, Table
from alertd.notices.letter import (
    Behind,
    Enclosed,
    Ended,
    Fact,
    Item,
    Letter,
    Part,
    Person,
    Section,
    Shares,
    Source,
    Split,
    Task,
)

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

# What a block may use beside ``letter``; one that is not named here, nor by its ending, may use ``letter`` alone.
_SECTION, _PART, _ITEM = ("section",), ("section", "part"), ("section", "item", "facts")
KNOWN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("title", "todo", "told", "elsewhere", "basis"), _SECTION),
    **dict.fromkeys(("figure_in_doubt", "waiting"), (*_SECTION, "reason")),
    **dict.fromkeys(("row", "change"), (*_SECTION, "split")),
    **dict.fromkeys(("item", "also", "named", "came", "shares", "paused", "disputed", "behind", "where"), _ITEM),
    **dict.fromkeys(("reason", "former"), ("part",)),
    **dict.fromkeys(("source", "doubt", "doubt_reason"), ("source",)),
    **dict.fromkeys(("more_tasks", "more_rows"), ("count",)),
    **dict.fromkeys(("more", "more_units", "newly"), ("section", "count")),
    "figure": ("section", "change", "levels"),
    **dict.fromkeys(("levels", "deadline"), _SECTION),
    "part": _PART,
    "ended": ("ended",),
    **dict.fromkeys(("heading_corrected", "too_high"), ("row",)),
}


def known(block: str, values: Mapping[str, Any], *, message: bool = False) -> dict[str, Any]:
    """The values that this block gets. ``message``: of a message, not of a rule's template (both have a title)."""
    names = KNOWN.get(block, ())
    if block.startswith("cell_"):
        names = (*_SECTION, "split")
    elif block.startswith("split_"):
        names = (*_SECTION, "count")
    elif block.endswith("_row") or block.startswith(("rank_cell_", "score_cell_")):
        names = ("row",)
    if message and block == "title":
        names = ()
    found = {name: values[name] for name in ("letter", *names)}
    if block.startswith("rehearsal"):
        found["letter"] = replace(values["letter"], meant=values["letter"].to)
    if block == "change":  # said only where there is one
        found["section"] = replace(values["section"], change=values["section"].change or 0)
    return found


@lru_cache
def values(language: str) -> tuple[dict[str, Any], ...]:
    """Every variable of every block: with all there can be of a file, with all that can be missing left out, with the files that a
    figure counts, and for each reason."""
    made = [_values(language, "", full=True), _values(language, "", full=False)]
    made.append(made[0] | {"item": _figure(made[0]["item"])})
    for reason in Instead:
        row = made[0]["row"] | {"reason": reason.value}
        made.append(made[0] | {"part": replace(made[0]["part"], reason=reason.value), "row": row})
    return tuple(made)


def letter(language: str, *, full: bool = True) -> Letter:
    """A message with two sections; the same for all kinds."""
    made: Letter = values(language)[0 if full else 1]["letter"]
    return made


def frame(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a frame gets."""
    group = Group("Phường Một", ("2 hồ sơ",), ("H26.1-261001-0001", "H26.1-261001-0002"), first=1)
    table = Table(("A", "B"), (("a", "1"),), ("a: 1",))
    block = Block("I. Tổng hợp", "critical", ("12 hồ sơ",), (group,), table, ("và 3",), ("Đề nghị",), ("Nguồn",))
    document = Document("subject", ("banner",), "title", "critical", "greeting", ("intro",), (block,), ("closing",))
    return {"letter": given["letter"], "document": document}


def _values(language: str, reason: str, *, full: bool) -> dict[str, Any]:
    item = _item(full=full)
    part = Part("H26.1", "Phường Một", 12, 3, {"critical": 12}, (item,), reason, former=full)
    source = Source("one-stop", NOW if full else None, "" if full else Doubt.STALE.value)
    section = Section(
        rule="overdue-files",
        title="Hồ sơ quá hạn",
        template="default",
        dataset="files",
        level="critical",
        total=12,
        levels={"critical": 2, "warning": 4, "reminder": 6} if full else {},
        parts=(part,),
        sources=(source,),
        change=3 if full else None,
        since=NOW if full else None,
        new=2 if full else 0,
        worse=1 if full else 0,
        repeat=1 if full else 0,
        listed=9,
        elsewhere=3 if full else 0,
        action="Giải quyết dứt điểm" if full else "",
        act_by=date(2027, 1, 4) if full else None,
        act_by_provisional=full,
        basis=("Nghị định 118/2025/NĐ-CP",) if full else (),
        split=Split(late=4, finished=1) if full else None,
        waiting=2,
        by_source={"one-stop": 12},
    )
    head = Person("Nguyễn Thị Lan", "Chủ tịch" if full else "", "Phường Một", "0901" if full else "", "lan@h.vn")
    places = (("H26.1-261001-0009", NOW), ("H26.1-261001-0010", None)) if full else ()
    ended = Ended("Hồ sơ quá hạn", "files", 4, places, moved=full)
    made = Letter(
        kind="alert",
        language=language,
        to=head,
        unit="Phường Một",
        now=NOW,
        site="Thành phố Hà Nội",
        url="https://alertd.example" if full else "",
        office=replace(head, name="Văn phòng"),
        sections=(section, replace(section, ahead=True)) if full else (),
        meant=head if full else None,
        attached=full,
        drafts=Enclosed(12, 38) if full else None,
        confirmed_until=date(2026, 12, 31),
        tasks=(Task(section, item),) if full else (),
        ended=(ended,) if full else (),
        more=dict.fromkeys(MORE, 3 if full else 0)
        | {"head": "0" * 64, "since": NOW}
        | _doubt(source, full=full)
        | _days(full=full)
        | _held(full=full)
        | specimen_bulletin.more(NOW, source, full=full)
        | specimen_outlook.letter(NOW, full=full),
    )
    row = dict.fromkeys(ROW, "—") | {
        "total": 12,
        "critical": 3,
        "silent": 2,
        "both": 1,
        "rejected": 2,
        "since": NOW,
        "at": NOW,
    }
    row |= specimen_outlook.row(full=full) | specimen_bulletin.row(full=full)
    row |= {"ended": NOW.date() if full else None, "fields": ["Đất đai"] if full else [], "heirs": 2 if full else 0}
    row |= {"changed": 12 if full else 0, "too_high": 5, "dataset": "files", "rows": ["—"] if full else []}
    row |= {"title": "Hồ sơ quá hạn", "told": "critical", "level": "reminder" if full else ""}
    row |= {
        "alert": 12,
        "days": 3 if full else 0,
        "day": NOW.date() if full else None,
        "by": "Lê Thị Hoa" if full else "",
    }
    row |= {
        "outcome": "proposed" if full else "open",
        "end": "moved" if full else "",
        "why": "—",
        "records": 3,
        "of": 120,
        "rate": 2.5 if full else None,
    }
    row |= {"until": NOW if full else None, "reason": reason, "doubt": source.doubt, "as_of": source.as_of}
    return {
        "letter": made,
        "section": section,
        "part": part,
        "item": item,
        "facts": item.facts,
        "source": source,
        "ended": ended,
        "row": row,
        "count": 5,
        "change": "tăng 3" if full else "",
        "levels": "2 mức nghiêm trọng" if full else "",
        "split": "mới quá hạn 4, đã xử lý 1" if full else "",
        "reason": "nguồn one-stop không trả lời",
    }


# Of the messages about a held cycle and a beginning.
HELD = ("cycle", "messages", "today", "usual", "limit", "heads", "heads_before", "heads_limit", "unheard_heads")
# Names that a letter of a kind of its own brings along, and those of a row of the city's digest.
MORE = (
    "total",
    "sent",
    "failed",
    "waiting",
    "seq",
    "silent",
    "unheard",
    "orphans",
    "begun",
    "over",
    "noted",
    "kept",
    "most",
    "limited",
    "account",
    "waits",
    "answered",
    "disputes",
    *HELD,
)
ROW = ("name", "unit", "text", "what", "source", "value", "expected", "code", "field", "place", "notice")


def _days(*, full: bool) -> dict[str, list[date]]:
    """That turned out to be off, or worked."""
    return {
        "off": [date(2026, 10, 2), date(2026, 10, 5)] if full else [],
        "worked": [] if full else [date(2026, 10, 3)],
    }


def _doubt(source: Source, *, full: bool) -> dict[str, Any]:
    """Whether it is known that nothing is open."""
    return {"unknown": "" if full else "sources", "as_of": source.as_of, "doubts": () if full else (source,)}


def _held(*, full: bool) -> dict[str, bool]:
    """Why a cycle is held."""
    return {"too_many_alerts": full, "too_many_heads": full, "held": full}


def _item(*, full: bool) -> Item:
    facts: dict[str, Any] = {}
    for dataset in DATASETS.values():
        facts |= {field.name: _fact(field) if full else None for field in dataset.declared}
    facts["due_on"] = NOW.date() if full else None  # of rules with a deadline of their own
    facts["code"] = "H26.15-261001-0001"
    return Item(
        alert=1,
        key="H26.15-261001-0001",
        level="critical",
        unit="Phường Một",
        measure=12 if full else None,
        why="opened",
        facts=facts,
        shown=(Fact("due_at", "ngày hẹn trả", NOW),) if full else (),
        also=("Quá hạn chưa xin lỗi",) if full else (),
        named="Phường Mốt" if full else "",
        provisional=full,
        came=NOW if full else None,
        came_late=3 if full else 0,
        shares=Shares(11, 1, 2) if full else None,
        paused=full,
        paused_since=NOW if full else None,
        disputed=NOW if full else None,
        upheld=full,
    )


def _figure(item: Item) -> Item:
    """One that counts files: it has them, and nothing of what a file has."""
    files = (Behind("H26.15-261001-0002", NOW, NOW, 2), Behind("H26.15-261001-0003", NOW, None, 0))
    return replace(
        item, came=None, came_late=0, shares=None, paused=False, paused_since=None, behind=files, behind_more=7
    )


def _fact(field: Field) -> Any:
    match field.type:
        case FieldType.MOMENT:
            return NOW
        case FieldType.DATE:
            return NOW.date()
        case FieldType.INTEGER:
            return 3
        case FieldType.DECIMAL:
            return 57.06
        case FieldType.BOOLEAN:
            return True
        case FieldType.WORD:
            return field.words[0]
        case FieldType.TEXT:
            return field.vi
