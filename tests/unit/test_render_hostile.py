"""Whatever stands in the data and whatever the office writes into a template: a message comes out that every way out takes."""

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alertd.demo.chat_html import parsed
from alertd.model.message import Message
from alertd.notices.chat import length
from alertd.notices.clean import one_line
from alertd.notices.filters import Form
from alertd.notices.letter import Letter
from alertd.notices.render import KINDS, MOST_HTML, MOST_PARTS, Manner, render
from alertd.notices.specimen_letters import Case, letter_of
from alertd.notices.template_faults import bad_tags
from alertd.notices.templates import LANGUAGES, Templates
from tests.notice_city import SHIPPED, SHIPPED_TEMPLATES

SECTIONS = sorted(SHIPPED_TEMPLATES.names())
ODD = (
    "", " ", "<b>", "</b>", "<script>alert(1)</script>", "&amp;", "&#0;", "a & b < c", "\"'", "{{ 7*7 }}", "{% raw %}",
    "{#", "*_[x](y)`~", "e\u0301\u0323" * 40, "\u202eabc\u202c", "\u200b\u200c\u200d\ufeff", "\u2028\u2029\x85",
    "\r\nBcc: x@y", "\x1b[31m", "\x00", "😀" * 30, "Nguyễn" * 60, "x" * 4_000, "ß" * 500, "\U0001f468\u200d\U0001f469",
    "=1+1", "﷽" * 50,
)  # fmt: skip
words = st.one_of(st.sampled_from(ODD), st.text(max_size=30), st.lists(st.sampled_from(ODD), max_size=4).map("".join))
facts = st.one_of(st.none(), words.map(one_line), st.integers(-(10**12), 10**12), st.booleans())


@st.composite
def letters(draw: st.DrawFn, kind: str, language: str, template: str, counts: tuple[int, ...] = (1, 2, 40)) -> Letter:
    """A letter of a kind with records that no source would give: the texts come as every text from outside comes, on one line."""
    made = letter_of(kind, language, draw(st.sampled_from((Case.SAMPLE, Case.EMPTY, Case.NOTHING))), template)
    odd = [one_line(each) for each in draw(st.lists(words, min_size=3, max_size=3))]
    given_facts: dict[str, Any] = draw(
        st.dictionaries(st.sampled_from(("section", "procedure", "name", "field", "status")), facts)
    )
    count = draw(st.sampled_from(counts))

    def spoilt(section: Any) -> Any:
        parts = tuple(
            replace(
                part,
                name=odd[0],
                items=tuple(
                    replace(item, key=f"{odd[1]}{place}", facts={**item.facts, **_fitting(item.facts, given_facts)})
                    for place, item in enumerate((part.items * count)[:count] if part.items else ())
                ),
            )
            for part in section.parts
        )
        return replace(section, title=odd[2], action=odd[0], basis=(odd[1],), parts=parts)

    return replace(made, unit=odd[1], sections=tuple(map(spoilt, made.sections)))


def _fitting(have: Any, given_facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given_facts.items() if name in have}


def fits(message: Message) -> None:
    assert len(message.chat) <= MOST_PARTS
    for part in message.chat:
        assert length(part) <= 4_096
        assert "<script" not in part
        parsed(part)
    assert len(message.html.encode()) <= MOST_HTML
    assert "<script" not in message.html
    assert bad_tags("x", Form.HTML, message.html, "") is None
    assert not any(unicodedata.category(sign) == "Cc" for sign in message.subject + message.short)
    for text in (message.text, message.subject, message.short, *message.chat):
        assert text.encode()
        assert "\0" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "template"), [*(("alert", each) for each in SECTIONS), *((kind, "default") for kind in KINDS)]
)
def test_any_records_in_any_message_fit_every_way_out(kind: str, template: str, language: str) -> None:
    @given(letter=letters(kind, language, template), mail=st.booleans())
    @settings(max_examples=3, deadline=None, derandomize=True, database=None)
    def whatever(letter: Letter, mail: bool) -> None:
        done = render(SHIPPED_TEMPLATES, letter, Manner(10, mail=mail))
        assert done.failed is None
        fits(done.message)

    whatever()


@given(letter=letters("digest", "vi", "overdue_files", (500,)))
@settings(max_examples=3, deadline=None, derandomize=True)
def test_five_hundred_odd_records_fit_every_way_out(letter: Letter) -> None:
    fits(render(SHIPPED_TEMPLATES, letter, Manner(100)).message)


def test_a_whole_letter_as_a_text_is_no_longer_than_it_is() -> None:
    """Each of its tasks knows its section: as a text, every one of them would hold all of them."""
    letter = letter_of("digest", "vi", Case.WORST, "overdue_files")
    assert len(str(letter.tasks)) < 3 * len(str(letter.sections))


SPOILT = {
    "brackets within brackets": "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
    "signs in front of signs": "{{ " + "-" * 5_000 + "1 }}",
    "blocks within blocks": "{% if 1 %}" * 2_000 + "{% endif %}" * 2_000,
    "loops within loops": "{% for a in 'x' %}" * 30 + "{% endfor %}" * 30,
    "a sum without end": "{{ " + "+".join(["1"] * 5_000) + " }}",
    "lists within lists": "{{ " + "[" * 500 + "]" * 500 + " }}",
    "cases without end": "{% if 0 %}" + "{% elif 0 %}" * 3_000 + "{% endif %}",
    "half a character": "{{ '\\ud800' }}",
    "a null character": "{{ '\\x00' }}",
    "a null character as it is": "a\x00b",
    "a filter that reaches for attributes": "{{ section | attr('__init__') | attr('__globals__') }}",
    "an item that is an attribute": "{{ section['__class__'] }}",
    "what stands behind a block": "{{ self._TemplateReference__context }}",
    "a block that calls itself": "{{ self.title() }}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a change of what is shared": "{{ letter.more.clear() }}",
    "a passage that is not there": "{{ super() }}",
    "a loop that sorts much": "{% for a in 'x' * 9000 %}{% if ('x' * 9000) | sort %}{% endif %}{% endfor %}",
    "a loop that looks for tags": "{% for a in 'x' * 9000 %}{% if ('<a' * 4000) | striptags %}{% endif %}{% endfor %}",
    "a loop of maps": "{% for a in 'x' * 300 %}{% if ('x' * 9999) | map('upper') | list | join %}{% endif %}{% endfor %}",
    "division by zero": "{{ 1 % 0 }}",
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_template_that_does_harm_is_a_fault_and_the_shipped_words_go_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "overdue_files.txt").write_text(
        f"{{% block title %}}{SPOILT[name]}{{% endblock %}}", encoding="utf-8"
    )
    letter = letter_of("alert", "vi", Case.SAMPLE, "overdue_files")
    done = render(Templates(tmp_path, SHIPPED), letter, Manner(10))
    shipped = render(SHIPPED_TEMPLATES, letter, Manner(10))
    assert (done.message, shipped.failed) == (shipped.message, None)
    assert done.failed is not None
    (fault, *_) = Templates(tmp_path, SHIPPED).check(shipped=False)
    assert not fault.warning
    assert fault.said("en") != fault.said("vi")
