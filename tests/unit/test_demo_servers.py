"""What the make-believe servers refuse, as the real ones do."""

import pytest

from alertd.demo.bot_limits import Limits
from alertd.demo.chat_html import CannotParse, parsed


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<b>một</b> &amp; <a href='https://x.example'>hai</a>", "một & hai"),
        ("<b><i>x</i></b>&lt;script&gt;", "x<script>"),
        ("a &nbsp; b & c", "a &nbsp; b & c"),
        ("&#225;&#xe1;", "áá"),
    ],
)
def test_good_html_is_read_as_text(text: str, seen: str) -> None:
    assert parsed(text) == seen


@pytest.mark.parametrize("text", ["<b>x", "x</b>", "<b><i>x</b></i>", "<script>x</script>", "5 < 6", "<br>", "<b"])
def test_bad_html_cannot_be_parsed(text: str) -> None:
    with pytest.raises(CannotParse):
        parsed(text)


def test_the_bot_has_its_rate_and_no_more() -> None:
    limits = Limits(2.0, None, None)
    assert [limits.refuse(chat, 0.0) for chat in (1, 2, 3)] == [0, 0, 1]
    assert limits.refuse(4, 0.5) == 0


def test_a_chat_takes_one_a_second_and_a_group_twenty_a_minute() -> None:
    limits = Limits(None, 1.0, 20.0)
    assert [limits.refuse(1, 0.0), limits.refuse(1, 0.5), limits.refuse(2, 0.5), limits.refuse(1, 1.0)] == [0, 1, 0, 0]
    assert [limits.refuse(-1, 0.0) for _ in range(21)] == [0] * 20 + [3]
