"""Text from outside is made fit for one line: no control or direction marks, no line breaks, not too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.notices.clean import LONGEST, one_line


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("Phường  Một\t", "Phường Một"),
        ("a\r\nBcc: x@y", "a Bcc: x@y"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("a\u200bb\ufeffc", "abc"),
        ("x\x00y\x1b[31m", "x y [31m"),
        ("👩\u200d⚖️ giữ nguyên", "👩\u200d⚖️ giữ nguyên"),
        ("half \ud83d a character", "half � a character"),
        ("", ""),
    ],
)
def test_marks_that_hide_or_turn_text_are_gone(given_text: str, shown: str) -> None:
    assert one_line(given_text) == shown


def test_a_long_text_ends_with_an_ellipsis() -> None:
    assert one_line("đ" * 5000) == "đ" * (LONGEST - 1) + "…"
    assert one_line("a b", 2) == "a…"


@given(st.text(max_size=300))
def test_whatever_comes_in_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= LONGEST
    assert "\n" not in line
    assert "\r" not in line
    line.encode()
