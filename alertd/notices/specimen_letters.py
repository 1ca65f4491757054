"""Whole messages of every kind, made up: as they commonly are, at their worst, with all that may be missing left out, empty."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from alertd.model.reach import Instead
from alertd.model.rule import Rule
from alertd.notices import specimen, specimen_bulletin, specimen_outlook
from alertd.notices.clean import one_line
from alertd.notices.letter import Ended, Item, Letter, Person, Section, Task

DEFAULT = "default"
_MANY, _UNITS, _MOST = 500, 60, 999_999_999
_AHEAD = "due_soon"


class Case(StrEnum):
    """With what a template is tried."""

    SAMPLE = "sample"
    WORST = "worst"  # 500 records of 60 units, the longest names, the largest numbers, the farthest days
    EMPTY = "empty"  # records of which nothing is known but their code
    NOTHING = "nothing"  # no records at all


# Without a blank at which to break the line, with letters of two and of three code points, and what HTML and Markdown live by.
_LONG = unicodedata.normalize("NFD", "PhườngNguyễnThịMinhKhai") + "<b>&amp;\"'</b>*_[x](y)`~🏛" + "ĐườngTrườngSa" * 20
LONGEST = one_line(_LONG)  # as every text from outside comes to a template
_FAR = datetime(9999, 12, 31, 23, 59, tzinfo=specimen.NOW.tzinfo)
_EARLY = datetime(1, 1, 1, 7, 0, tzinfo=specimen.NOW.tzinfo)

# Rows of a kind, and how many of them a message takes in at most.
_ROWS = {
    **dict.fromkeys(("dispute_rows", "uncorrected_rows", "settled_rows", "rate_rows", "outcome_rows"), 200),
    **dict.fromkeys(("ranking", "orphan_rows", "unheard_rows"), _MANY),
    **dict.fromkeys(("silent_rows", "trouble_rows"), 200),
    **dict.fromkeys(("begun_rows", "over_rows", "noted_rows"), 10),
    "answer_rows": 30,
    "result_rows": _UNITS,
    "reject_rows": 60,
    "source_rows": 20,
    "rule_rows": 30,
    "unit_rows": 5,
    "sample_rows": 3,
}
_OUTCOMES = ("corrected", "rejected", "excluded", "ended")  # of disputes
_TEXTS = {
    "vi": {
        "text": "Hồ sơ đã có văn bản gia hạn số 45/UBND-VP",
        "why": "Đã đối chiếu với hệ thống một cửa",
        "by": "Lê Thị Hoa",
        "what": "Nguồn one-stop không trả lời",
        "expected": "ngày, dạng dd/MM/yyyy",
        "place": "dòng 12",
        "title": "Hồ sơ quá hạn",
        "value": "31/02/2026",
    },
    "en": {
        "text": "The file was extended by letter 45/UBND-VP",
        "why": "Compared with the one-stop system",
        "by": "Lê Thị Hoa",
        "what": "the source one-stop does not answer",
        "expected": "a day, dd/MM/yyyy",
        "place": "line 12",
        "title": "Overdue files",
        "value": "31/02/2026",
    },
}


def letter_of(kind: str, language: str, case: Case, template: str = DEFAULT, rule: Rule | None = None) -> Letter:
    """A message of a kind. ``template``: of its sections; ``rule``: whose words they have, where there is one."""
    base = specimen.letter(language)
    sections = tuple(_of_rule(each, rule, template, language, case) for each in _sections(language, case))
    tasks = tuple(Task(section, item) for section in sections if not section.ahead for item in section.items)
    ahead = tuple(Task(section, item) for section in sections if section.ahead for item in section.items)
    made = replace(
        base,
        kind=kind,
        meant=None,
        sections=sections,
        tasks=tasks,
        ahead=ahead if kind == "digest" else (),
        ended=_ended(base, case),
        attached=case is Case.WORST,
        more={**base.more, **_more(language, case), "summary": sections},
    )
    return _worst_people(made) if case is Case.WORST else made


def _of_rule(section: Section, rule: Rule | None, template: str, language: str, case: Case) -> Section:
    if rule is None:
        return replace(section, template=template)
    named = replace(section, template=template, rule=rule.id, dataset=rule.dataset.name)
    if case is Case.WORST:
        return named
    basis = tuple(each.text for each in rule.basis if each.valid_on(specimen.NOW.date()))
    return replace(named, title=one_line(rule.name(language)), action=rule.do(language).strip(), basis=basis)


@lru_cache
def _sections(language: str, case: Case) -> tuple[Section, ...]:
    full, missing, *_ = specimen.values(language)
    match case:
        case Case.SAMPLE:
            return (_consistent(full["section"], full["item"]),)
        case Case.EMPTY:
            return (replace(missing["section"], total=1, waiting=0, listed=1, parts=(_part(missing, total=1),)),)
        case Case.NOTHING:
            return ()
        case Case.WORST:
            late = _worst(full["section"], full["item"])
            return (late, replace(late, level="reminder", ahead=True, parts=late.parts[:2]))


_FACTS = {"procedure": "1.004220", "section": "Phòng Kinh tế", "name": "Cấp giấy phép xây dựng", "field": "Xây dựng"}


def _part(values: Mapping[str, Any], **given: Any) -> Any:
    return replace(values["part"], reason="", former=False, **given)


def _consistent(section: Section, item: Item) -> Section:
    """Three records of one unit, nothing of the exception."""
    plain = replace(
        item,
        named="",
        came=None,
        came_late=0,
        shares=None,
        paused=False,
        paused_since=None,
        disputed=None,
        provisional=False,
    )
    codes = [f"H26.15-261001-000{number}" for number in (1, 2, 3)]
    items = tuple(
        replace(
            plain,
            key=code,
            place=place,
            also=item.also if place == 1 else (),
            facts={**item.facts, **_FACTS, "code": code},
        )
        for place, code in enumerate(codes, 1)
    )
    part = replace(section.parts[0], reason="", former=False, items=items)
    return replace(section, parts=(part,), waiting=0, elsewhere=0, act_by=date(2026, 10, 7), act_by_provisional=False)


def _worst(section: Section, item: Item) -> Section:
    """Every text the longest, every number the largest; 500 records of 60 units."""
    facts = {name: _largest(value) for name, value in item.facts.items()}
    shares = replace(item.shares, before=_MOST, own=_MOST, citizen=_MOST) if item.shares else None
    shown = tuple(replace(fact, label=LONGEST[:60], value=_FAR) for fact in item.shown) * 6
    bad = replace(
        item,
        key=LONGEST,
        unit=LONGEST,
        named=LONGEST,
        measure=_MOST,
        facts=facts,
        shown=shown,
        also=(LONGEST,) * 9,
        came=_EARLY,
        came_late=_MOST,
        shares=shares,
    )
    each = -(-_MANY // _UNITS)
    parts = tuple(
        replace(
            section.parts[0],
            unit=f"H26.{unit}",
            name=LONGEST,
            total=_MOST,
            due=_MOST,
            reason=list(Instead)[unit % len(Instead)].value,
            items=tuple(
                replace(bad, alert=n, place=n) for n in range(unit * each + 1, min(_MANY, (unit + 1) * each) + 1)
            ),
        )
        for unit in range(_UNITS)
    )
    return replace(
        section,
        total=_MOST,
        change=_MOST,
        new=_MOST,
        worse=_MOST,
        repeat=_MOST,
        handed=_MOST,
        elsewhere=_MOST,
        waiting=_MOST,
        title=LONGEST,
        parts=parts,
        levels=dict.fromkeys(section.levels, _MOST),
        listed=_MANY,
        since=_EARLY,
        action=LONGEST * 3,
        act_by=_FAR.date(),
        basis=(LONGEST,) * 5,
        sources=tuple(replace(source, name=LONGEST, as_of=_EARLY) for source in section.sources) * 5,
        by_source={LONGEST: _MOST},
        split=replace(section.split, **dict.fromkeys(section.split.parts, _MOST)) if section.split else None,
    )


def _largest(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int():
            return _MOST
        case datetime():
            return _FAR
        case date():
            return _FAR.date()
        case str():
            return LONGEST
        case _:
            return value


def _ended(base: Letter, case: Case) -> tuple[Ended, ...]:
    match case:
        case Case.NOTHING | Case.EMPTY:
            return ()
        case Case.SAMPLE:
            return tuple(replace(each, moved=False) for each in base.ended)
        case Case.WORST:
            places = ((LONGEST, _FAR),) * _MANY
            return tuple(replace(each, title=LONGEST, total=_MOST, items=places) for each in base.ended) * 9


def _more(language: str, case: Case) -> dict[str, Any]:
    """What only some kinds of message say: rows, and how many there are."""
    full, missing, *_ = specimen.values(language)
    count = {Case.SAMPLE: 3, Case.WORST: _MANY, Case.EMPTY: 1, Case.NOTHING: 0}[case]
    row: dict[str, Any] = (missing if case is Case.EMPTY else full)["row"] | {"reason": Instead.NO_HEAD.value}
    if case is Case.SAMPLE:
        row |= _TEXTS[language] | {"name": "Phường Một", "unit": "Phường Một", "source": "one-stop", "field": "due_at"}
        row |= {"code": "H26.15-261001-0001", "notice": 1234, "doubt": "", "until": specimen.NOW}
    if case is Case.WORST:
        words = ("reason", "doubt", "dataset", "told", "level", "outcome", "end")
        row = {name: value if name in words else _largest(value) for name, value in row.items()}
        row |= {"fields": [LONGEST] * 9, "rows": [LONGEST] * 9}
    rows = (row,) * count
    cut = {name: one_line(value, 60) if isinstance(value, str) else value for name, value in row.items()}
    corrected = {**row, "rows": rows[:2] if case is Case.SAMPLE else rows}
    more: dict[str, Any] = {name: rows[:most] for name, most in _ROWS.items()}
    short = cut | {"text": row["text"], "why": row["why"]}
    more |= {name: (short,) * len(more[name]) for name in ("dispute_rows", "uncorrected_rows", "rate_rows")}
    for name in ("outcome_rows", "settled_rows"):
        more[name] = tuple(short | {"outcome": _OUTCOMES[n % len(_OUTCOMES)]} for n in range(len(more[name])))
    more["reject_rows"] = (cut,) * len(more["reject_rows"])
    more |= {"corrected": (corrected,) * min(count, 30), "held": case is Case.WORST, "unknown": ""}
    more |= dict.fromkeys(("units", "silent", "unheard", "orphans", "begun", "over", "noted", "answered"), count)
    more |= {"disputes": count, "bulletin": (full if count > 1 else missing)["letter"].more["bulletin"]}
    more |= {"account": LONGEST if case is Case.WORST else "@nguyenlan", "kept": _MOST if case is Case.WORST else 0}
    more |= specimen_outlook.more(specimen.NOW, full["source"], count, _MOST if case is Case.WORST else None)
    if case is Case.WORST:
        more["bulletin"] = specimen_bulletin.largest(more["bulletin"], _MOST, LONGEST)
        more |= dict.fromkeys(("total", "sent", "failed", "waiting", "seq", *specimen.HELD), _MOST)
    return more


def _worst_people(letter: Letter) -> Letter:
    who = Person(LONGEST, LONGEST, LONGEST, "0" * 20, f"{'a' * 64}@{'b' * 180}.vn")
    return replace(
        letter, to=who, office=who, meant=who, unit=LONGEST, site=LONGEST, url="https://" + "x" * 150, now=_FAR
    )
