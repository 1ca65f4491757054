"""A chat text is packed by whole lines: nothing is lost, no tag is cut, no part is too long for the bot server."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alertd.demo.chat_html import parsed
from alertd.notices.chat import MOST, BadChat, length, pack, visible

_WORDS = st.text(alphabet="aăđộ 🔴x", min_size=1, max_size=400).map(str.strip).filter(bool)
_LINE = st.one_of(
    _WORDS,
    _WORDS.map(lambda words: f"<b>{words}</b> và <code>{words}</code>"),
    _WORDS.map(lambda words: f"&lt;{words}&gt; &amp; “{words}”"),
)
_TEXT = st.lists(_LINE, min_size=1, max_size=80).map("\n".join)


@given(_TEXT)
@settings(max_examples=60, deadline=None)
def test_every_part_is_short_enough_and_the_server_can_parse_it(text: str) -> None:
    for part in pack(text):
        assert length(part) <= MOST
        parsed(part)


@given(_TEXT)
@settings(max_examples=60, deadline=None)
def test_no_line_is_lost_or_torn_apart(text: str) -> None:
    packed = [line for part in pack(text) for line in part.split("\n")]
    kept = [line for line in packed if not (line.startswith("(") and line.endswith(")") and "/" in line)]
    assert kept == [line.rstrip() for line in text.split("\n")]


def test_several_parts_say_which_of_how_many_they_are() -> None:
    parts = pack("\n".join(["x" * 1000] * 9))
    assert [part.split("\n")[0] for part in parts] == ["(1/3)", "(2/3)", "(3/3)"]


def test_a_single_part_has_no_number() -> None:
    assert pack("một dòng") == ("một dòng",)


def test_lines_within_one_tag_stay_together() -> None:
    quote = "<blockquote>" + "\n".join(["y" * 900] * 3) + "</blockquote>"
    parts = pack("\n".join(["x" * 2000, quote]))
    assert [quote in part for part in parts] == [False, True]


def test_a_part_has_no_more_tags_than_the_server_shows() -> None:
    parts = pack("\n".join(["<b>a</b> <code>b</code>"] * 100))
    assert all(part.count("<b>") + part.count("<code>") <= 90 for part in parts)


def test_a_line_that_no_part_can_hold_loses_its_tags_and_is_cut() -> None:
    (part,) = pack(f"<b>{'đ<i>x</i>&amp;' * 3000}</b>")
    assert length(part) <= MOST
    assert "<" not in part
    assert part.endswith("…")


def test_letters_beyond_the_first_plane_count_twice_as_the_server_counts_them() -> None:
    assert length("🔴<b>a</b>") == 3


@pytest.mark.parametrize(
    "text",
    [
        "<b>open",
        "closed</b>",
        "<b><i>crossed</b></i>",
        "<script>alert(1)</script>",
        '<b onclick="x">a</b>',
        '<a href="x" id="y">a</a>',
        "1 < 2",
    ],
)
def test_what_the_server_would_refuse_is_refused_here(text: str) -> None:
    with pytest.raises(BadChat):
        pack(text)


def test_escaped_numbers_become_what_the_server_knows_by_name() -> None:
    (part,) = pack('&#34;Bà&#39;s&#34; <a href="https://x">nguồn</a>')
    assert part == '&quot;Bà\'s&quot; <a href="https://x">nguồn</a>'
    assert visible(part) == '"Bà\'s" nguồn'
