"""A message fits every way out, and what stands in the data is shown and never executed."""

from dataclasses import replace

import pytest

from alertd.demo.chat_html import parsed
from alertd.notices import specimen
from alertd.notices.chat import MOST, length
from alertd.notices.letter import Item, Letter, Part
from alertd.notices.render import MOST_HTML, Manner, render
from tests.notice_city import SHIPPED_TEMPLATES as TEMPLATES


def letter(items: int, *, parts: int = 1, width: int = 20, template: str = "overdue_files") -> Letter:
    """A letter about so many records, spread over so many units."""
    made = specimen.letter("vi")
    sample = replace(made.sections[0].items[0], also=(), named="", came=None, shares=None, paused=False, disputed=None)
    found: list[Part] = []
    place = 0
    for number in range(parts):
        rows: list[Item] = []
        for _ in range(items // parts):
            place += 1
            facts = dict(sample.facts) | {"section": "đ" * width}
            rows.append(replace(sample, key=f"H26.{place:05}", facts=facts, place=place))
        found.append(replace(made.sections[0].parts[0], name=f"Phường {number}", items=tuple(rows)))
    section = replace(made.sections[0], template=template, parts=tuple(found), listed=items, elsewhere=0)
    return replace(made, meant=None, sections=(section,))


def test_items_are_numbered_through_and_none_is_lost() -> None:
    text = render(TEMPLATES, letter(30, parts=3), Manner(100)).message.text
    assert [f"{n}) H26.{n:05}" in text for n in range(1, 31)] == [True] * 30
    assert "khác" not in text.split("Đề nghị")[0]


def test_a_list_is_cut_at_its_worst_lines_and_says_how_many_more() -> None:
    text = render(TEMPLATES, letter(30), Manner(10)).message.text
    assert "10) H26.00010" in text
    assert "H26.00011" not in text
    assert "và 20 hồ sơ khác (danh sách đầy đủ trong tệp kèm theo)." in text


def test_the_chat_names_no_attachment_that_it_does_not_have() -> None:
    chat = "\n".join(render(TEMPLATES, letter(30), Manner(10)).message.chat)
    assert "và 20 hồ sơ khác." in chat
    assert "tệp kèm theo" not in chat
    assert "tệp kèm theo" in "\n".join(render(TEMPLATES, letter(30), Manner(10, documents=True)).message.chat)


def test_a_long_list_goes_into_several_messages() -> None:
    done = render(TEMPLATES, letter(90), Manner(100))
    assert 2 <= len(done.message.chat) <= 4
    assert not done.summary
    assert sum(part.count("<code>") for part in done.message.chat) == 90


@pytest.mark.parametrize(("mail", "said"), [(True, "thư điện tử"), (False, "liên hệ đầu mối")])
def test_past_four_messages_the_chat_gets_a_summary(mail: bool, said: str) -> None:
    done = render(TEMPLATES, letter(100, width=150), Manner(100, mail=mail))
    assert done.summary
    assert len(done.message.chat) == 1
    assert "12 hồ sơ" in done.message.chat[0]
    assert "<code>" not in done.message.chat[0]
    assert said in done.message.chat[0]


def test_even_a_summary_of_hundreds_of_units_stays_within_four_messages() -> None:
    made = letter(400, parts=400)
    sections = tuple(replace(made.sections[0], rule=str(n), title=f"Mục {n}") for n in range(12))
    done = render(TEMPLATES, replace(made, sections=sections), Manner(10))
    assert len(done.message.chat) <= 4
    assert all(length(part) <= MOST for part in done.message.chat)
    for part in done.message.chat:
        parsed(part)


def test_the_mail_stays_under_what_mail_programs_cut() -> None:
    made = letter(400, parts=400, width=300)
    sections = tuple(replace(made.sections[0], rule=str(n)) for n in range(12))
    page = render(TEMPLATES, replace(made, sections=sections), Manner(100)).message.html
    assert len(page.encode()) <= MOST_HTML
    assert page.rstrip().endswith("</html>")


HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "=cmd|' /C calc'!A0",
    'a & b < c > d "e"',
    "🔥👩\u200d⚖️",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_stands_in_the_data_is_shown_as_it_is(value: str) -> None:
    made = letter(1)
    item = replace(made.sections[0].items[0], key=value)
    part = replace(made.sections[0].parts[0], items=(item,), name=value)
    message = render(TEMPLATES, replace(made, sections=(replace(made.sections[0], parts=(part,)),)), Manner(10)).message
    assert value in message.text
    assert all(value in parsed(part) for part in message.chat)
    assert "<script" not in message.html
    assert "49" not in message.html.replace("#7a6a00", "").split("</style>")[-1].split("1)")[1]


def test_a_line_break_never_reaches_a_header() -> None:
    message = render(TEMPLATES, replace(letter(1), unit="Phường\r\nBcc: x@y"), Manner(10)).message
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert len(message.subject) <= 180
