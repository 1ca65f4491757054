"""How a fault is shown: the line, the mark below what is wrong, whatever stands in the line; what GitHub and scripts get."""

from pathlib import Path

import pytest

from alertd.cli.faults_view import annotation, as_text, counted, excerpt, lines_of
from alertd.errors import Fault, Said

WHAT, CURE = Said("wrong", "sai"), Said("mend it", "đề nghị sửa")


def shown(line: str, col: int, length: int, wide: int = 120) -> tuple[str, str]:
    """The line and the mark, without the gutter."""
    one, two, *_ = excerpt(Fault("x.yaml", 1, col, WHAT, length=length), [line], wide)
    return one[8:], two[8:]


def under(shown_: tuple[str, str]) -> str:
    """What stands above the mark, for lines of narrow letters."""
    line, mark = shown_
    return line[mark.index("^") : mark.rindex("^") + 1]


def test_the_mark_stands_under_what_is_wrong() -> None:
    assert shown("when: due_date is null", 7, 8) == ("when: due_date is null", "      ^^^^^^^^")


def test_letters_of_two_columns_of_none_and_tabs_keep_the_mark_in_its_place() -> None:
    assert shown("a: 日本 x", 7, 1) == ("a: 日本 x", "        ^")
    assert shown("a: e\u0323\u0302 x", 8, 1) == ("a: e\u0323\u0302 x", "     ^")
    assert shown("a:\tx", 4, 1) == ("a:    x", "      ^")
    assert shown("\tx", 1, 1) == ("    x", "^^^^")


def test_what_would_command_a_terminal_or_turn_the_line_is_shown_as_a_sign() -> None:
    assert shown("a: \x1b[31m\u202e\x00x", 11, 1) == ("a: �[31m��x", "          ^")
    (line, *_) = as_text([Fault("x.yaml", 0, 0, Said("a\x1b]0;b\x07c\nd", "-"))], "en", 80)
    assert line == "x.yaml: a ]0;b c d"


@pytest.mark.parametrize("at", [0, 30, 500, 990])
def test_a_long_line_is_cut_around_the_mark(at: int) -> None:
    line = "".join(chr(ord("a") + number % 26) for number in range(1_000))
    found = shown(line, at + 1, 5, wide=80)
    assert len(found[0]) <= 72
    assert under(found) == line[at : at + 5]


def test_a_mark_over_a_whole_long_line_ends_with_it() -> None:
    line, mark = shown("x" * 70_000, 1, 70_000, wide=80)
    assert (len(line), line[-1], len(mark)) == (72, "…", 72)


def test_a_place_behind_the_line_and_a_line_that_is_not_there_do_no_harm() -> None:
    assert shown("abc", 4, 0)[1] == "   ^"
    assert shown("abc", 40, 9)[1] == "   ^"
    assert excerpt(Fault("x.yaml", 9, 1, WHAT), ["abc"], 80) == []
    assert excerpt(Fault("x.yaml", 1, 0, WHAT), ["abc"], 80) == ["    1 | abc", ""]


def test_the_lines_are_those_that_the_reader_of_rules_counts(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("\ufeffa: Hồ\u0302 \u2028x\r\nb\rc".encode())
    assert lines_of(tmp_path / "a.yaml") == ["a: Hồ\u0302 \u2028x", "b", "c"]
    (tmp_path / "b.yaml").write_bytes("a: Ho\u0302\u0300".encode())
    assert lines_of(tmp_path / "b.yaml") == ["a: Hồ"]
    (tmp_path / "c.csv").write_bytes(b"\xff\xfea")
    assert lines_of(tmp_path / "c.csv") == ["��a"]
    assert lines_of(tmp_path / "none") == []
    assert lines_of(tmp_path) == []


def test_a_line_of_the_config_is_shown_without_what_may_be_a_secret(tmp_path: Path) -> None:
    secret = "hunter2"
    (tmp_path / "config.toml").write_text(
        f'[email]\npassword = "{secret}"\nport = 587\ntoken = {secret}\nauth = {{\n  "{secret}",\nurl = "x://a:{secret}@h"\n'
    )
    lines = lines_of(tmp_path / "config.toml")
    assert secret not in "".join(lines)
    assert lines[:3] == ["[email]", "password = …", "port = 587"]


def test_a_fault_is_said_in_the_language_with_its_word_for_a_warning() -> None:
    fault = Fault("x.yaml", 0, 0, WHAT, CURE, warning=True)
    assert list(as_text([fault], "en", 80)) == ["x.yaml: wrong; mend it (warning)"]
    assert list(as_text([fault], "vi", 80)) == ["x.yaml: sai; đề nghị sửa (cảnh báo)"]
    assert counted([fault, Fault("x", 0, 0, WHAT)], "en") == "1 fault, 1 warning"
    assert counted([], "en") == "0 faults, 0 warnings"
    assert counted([fault], "vi") == "0 lỗi, 1 cảnh báo"


def test_github_reads_its_own_signs_nowhere_but_where_they_are_meant() -> None:
    fault = Fault("a,b:c.yaml", 3, 5, Said("100 % of\nall: x,y", "-"), Said("::error::", "-"), length=4)
    assert annotation(fault, "en") == (
        "::error file=a%2Cb%3Ac.yaml,line=3,col=5,endColumn=9::100 %25 of%0Aall: x,y; ::error::"
    )
    assert annotation(Fault("x", 0, 0, WHAT, warning=True), "vi") == "::warning file=x::sai"
