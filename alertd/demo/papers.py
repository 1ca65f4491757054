"""Draw what the city owes on paper: procedures to announce and publish, and the catalogue with its gaps. Days, no hours.

Legal texts and decisions are made up.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from alertd.demo.days import MORNINGS, Days
from alertd.demo.units import Procedure

COUNT = 120  # duties on the first morning
Cell = str | date | None
HEADER = (
    "Mã TTHC",
    "Tên TTHC",
    "Lĩnh vực",
    "Cơ quan chủ trì",
    "Văn bản QPPL",
    "Ngày ban hành",
    "Ngày hiệu lực",
    "Rút gọn",
    "Số QĐ công bố",
    "Ngày ký QĐ",
    "Ngày công bố",
    "Ngày công khai",
)
COLUMNS = ("ma", "ten", "linh_vuc", "don_vi", "day_du", "muc_do", "phi")

_MINISTRIES = {
    "H26.S01": "BNV",
    "H26.S02": "BTP",
    "H26.S04": "BTC",
    "H26.S05": "BCT",
    "H26.S08": "BXD",
    "H26.S12": "BVHTTDL",
    "H26.S13": "BVHTTDL",
    "H26.S14": "BKHCN",
    "H26.S15": "BGDĐT",
    "H26.S16": "BYT",
    "H26.S17": "BNG",
    "H26.S18": "BXD",
    "H26.S19": "BNNMT",
    "H26.S20": "BDTTG",
    "H26.B03": "BTC",
    "H26.B04": "TTCP",
}


@dataclass(frozen=True, slots=True)
class Course:
    """How one decision went, in working days from the first morning; None: not within these days."""

    issued: int
    in_force: int
    decided: int | None
    announced: int | None
    published: int | None
    fast: bool = False


# One decision each; what is left of the list went well, or was late some time ago.
_STORIES = (
    Course(-70, -6, None, None, None),  # in force, and nobody has announced it
    Course(-45, 2, 1, 1, None),  # late; signed on the second day
    Course(-50, 4, -2, 0, 2),  # signed, announced too late, on the first day
    Course(-40, 25, -9, -8, 0),  # published too late, on the first day
    Course(-60, 30, -14, -14, None),  # not published at all
    Course(-38, 21, -4, -4, None),  # due for publication on the second day, and not published
    Course(-38, 24, -3, -2, 1),  # published one day before it is due
    Course(-4, 6, -3, None, None, fast=True),  # fast track: three days to announce, two to publish
    Course(0, 40, None, None, None),  # a text that comes out on the first day
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One procedure under one legal text and one decision."""

    procedure: Procedure
    unit: str  # its full name
    legal_text: str
    issued: date
    in_force: date
    fast: bool
    decision: str
    decided: date | None
    announced: date | None
    published: date | None

    def known(self, day: date) -> bool:
        return self.issued < day

    def row(self, day: date) -> tuple[Cell, ...]:
        """As of the morning of ``day``."""
        decided = _before(self.decided, day)
        return (
            self.procedure.code,
            self.procedure.name,
            self.procedure.field,
            self.unit,
            self.legal_text,
            self.issued,
            self.in_force,
            "có" if self.fast else "không",
            self.decision if decided else None,
            decided,
            _before(self.announced, day),
            _before(self.published, day),
        )


def duties(procedures: Sequence[Procedure], names: Mapping[str, str], days: Days, rng: random.Random) -> list[Duty]:
    """COUNT of them on the first morning, and those that come after it. ``names``: the units' by their code."""
    drawn, known = list[tuple[Course, list[Procedure]]](), 0
    stories, groups = iter(_STORIES), _groups(procedures, rng)
    while known < COUNT:
        course, group = next(stories, None) or _usual(rng), next(groups)
        if course.issued < 0:
            group = group[: COUNT - known]
            known += len(group)
        drawn.append((course, group))
    texts = _ranks([course.issued for course, _ in drawn])
    decisions = _ranks([course.issued if course.decided is None else course.decided for course, _ in drawn])
    return [
        duty
        for (course, group), text, decision in zip(drawn, texts, decisions, strict=True)
        for duty in _decided(group, names, course, days, text, decision)
    ]


def _ranks(moments: Sequence[int]) -> list[int]:
    """The place of each in the order of time."""
    order = sorted(range(len(moments)), key=lambda i: moments[i])
    return [order.index(i) for i in range(len(moments))]


def misread(duty: Duty, day: date) -> tuple[Cell, ...]:
    """A row as somebody typed it, with a day that no month has."""
    *kept, _ = duty.row(day)
    return (*kept, "31/02/2026")


def catalogue(procedures: Iterable[Procedure], day: date) -> list[tuple[str | int, ...]]:
    """One row per procedure, in the order of `COLUMNS`. A few lack a part; the last of those is completed on the first day."""
    lacking = [procedure.code for procedure in procedures][7::12]
    if day > MORNINGS[0].date():
        lacking.pop()
    return [
        (each.code, each.name, each.field, each.unit, "không" if each.code in lacking else "có", each.level, each.fee)
        for each in procedures
    ]


def _groups(procedures: Sequence[Procedure], rng: random.Random) -> Iterator[list[Procedure]]:
    """The procedures of one field, up to four at a time, field after field without end."""
    by_field: defaultdict[str, list[Procedure]] = defaultdict(list)
    for procedure in procedures:
        by_field[procedure.field].append(procedure)
    fields = list(by_field.values())
    rng.shuffle(fields)
    for turn in count():
        group = fields[turn % len(fields)]
        start = turn // len(fields) * 4 % len(group)
        yield (group[start:] + group[:start])[:4]


def _usual(rng: random.Random) -> Course:
    decided = -12 - int(170 * rng.random())
    announced = decided + int(2 * rng.random())
    published = decided + (1 + int(5 * rng.random()) if rng.random() < 0.93 else 6 + int(4 * rng.random()))
    return Course(
        decided - 20 - int(40 * rng.random()), announced + 6 + int(30 * rng.random()), decided, announced, published
    )


def _decided(
    group: list[Procedure], names: Mapping[str, str], course: Course, days: Days, text: int, decision: int
) -> Iterator[Duty]:
    """``text``, ``decision``: which in the order of time they are, so that no two have one number."""

    def day(number: int) -> date:
        return days.date(days.today + number)

    issued = day(course.issued)
    for procedure in group:
        yield Duty(
            procedure=procedure,
            unit=names[procedure.unit],
            legal_text=_legal_text(text, issued, group[0]),
            issued=issued,
            in_force=day(course.in_force),
            fast=course.fast,
            decision=f"{1804 + 67 * decision}/QĐ-UBND",
            decided=None if course.decided is None else day(course.decided),
            announced=None if course.announced is None else day(course.announced),
            published=None if course.published is None else day(course.published),
        )


def _legal_text(number: int, issued: date, procedure: Procedure) -> str:
    if number % 3 == 0:
        return f"Nghị định {104 + number}/{issued.year}/NĐ-CP"
    return f"Thông tư {11 + number}/{issued.year}/TT-{_MINISTRIES[procedure.unit]}"


def _before(event: date | None, day: date) -> date | None:
    return event if event is not None and event < day else None
