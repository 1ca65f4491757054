"""Which units a section of a message names, where it tells of more of them than it has lines."""

from dataclasses import replace

from alertd.notices import specimen
from alertd.notices.letter import Part
from alertd.notices.render import Manner, render
from tests.notice_city import SHIPPED_TEMPLATES as TEMPLATES

LINES = 3


def said(parts: tuple[Part, ...]) -> str:
    made = specimen.letter("vi")
    section = replace(made.sections[0], parts=parts, listed=len(parts), elsewhere=0)
    return render(TEMPLATES, replace(made, meant=None, sections=(section,)), Manner(LINES)).message.text


def part(number: int, place: int, reason: str = "") -> Part:
    item = replace(specimen.letter("vi").sections[0].items[0], key=f"record-{place}-", place=place)
    return Part(f"H26.{number}", f"Phường {number:03}", 1, 1, {}, (item,), reason)


def test_of_many_units_the_worst_records_are_shown_wherever_they_stand_and_no_heading_stands_empty() -> None:
    text = said(tuple(part(number, 100 - number) for number in range(1, 100)))
    assert [f"record-{place}-" in text for place in range(1, 5)] == [True, True, True, False]
    assert [f"> Phường {number:03}" in text for number in (1, 97, 98, 99)] == [False, True, True, True]
    assert "và 96 đơn vị khác." in text


def test_why_the_office_hears_of_a_unit_is_said_all_the_same() -> None:
    text = said((*(part(number, number) for number in range(1, 9)), part(9, 9, "no_head")))
    assert "> Phường 009" in text
    assert "Gửi Văn phòng vì đơn vị hiện không có người đứng đầu" in text
    assert "> Phường 008" not in text


def test_of_as_many_units_as_lines_each_is_named() -> None:
    text = said(tuple(part(number, number + 5) for number in range(1, LINES + 1)))
    assert all(f"> Phường {number:03}" in text for number in range(1, LINES + 1))
