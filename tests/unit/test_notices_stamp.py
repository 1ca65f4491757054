"""The number and the code under every form of a message, and how what somebody typed is read."""

import pytest

from alertd.model.message import Message
from alertd.notices.chat import MOST, length, pack
from alertd.notices.stamp import LETTERS, above, code_of, draw, shown, stamp, stamped, unstamped

CODE = "K7QM2XHD"
VI = "Thông báo số 1234 · mã kiểm tra K7QM-2XHD"
MESSAGE = Message("s", "text\n", "<html><BODY class=a>\n<p>x</p></BODY></html>", ("(1/2)\na", "(2/2)\nb"), "Ngắn.")


def test_every_form_bears_the_stamp() -> None:
    made = stamped(MESSAGE, 1234, CODE)
    assert made.text == f"text\n{VI}\n"
    assert made.html.index(VI) < made.html.index("</BODY>")
    assert made.chat == ("(1/2)\na", f"(2/2)\nb\n<i>{VI}</i>")
    assert made.short == "Ngắn. Số 1234, mã K7QM-2XHD"
    assert made.subject == "s"


def test_it_is_in_the_language_of_the_message_and_english_needs_no_wide_letters() -> None:
    made = stamped(Message("s", "t", short="Files: 3.", language="en"), 12, CODE)
    assert made.text == "t\nNotice no. 12 · code K7QM-2XHD\n"
    assert made.short == "Files: 3. No. 12, code K7QM-2XHD"
    assert made.short.isascii()
    assert stamp(12, CODE, "fr") == stamp(12, CODE, "en")


def test_a_form_that_is_empty_stays_so() -> None:
    made = stamped(Message("s", "t"), 1, CODE)
    assert (made.html, made.chat, made.short) == ("", (), "")


def test_a_page_without_an_end_and_one_with_two_get_it_once() -> None:
    assert stamped(Message("s", "t", "<p>x</p>"), 1, CODE).html.count("K7QM-2XHD") == 1
    page = stamped(Message("s", "t", "<body></body><!-- </body> --></body>"), 1, CODE).html
    assert page.count("K7QM-2XHD") == 1
    assert page.rindex("K7QM-2XHD") > page.index("-->")


def test_a_short_text_that_is_full_goes_without() -> None:
    assert stamped(Message("s", "t", short="x" * 290), 1, CODE).short == "x" * 290


def test_a_full_part_of_a_chat_has_room_for_it() -> None:
    parts = stamped(Message("s", "t", chat=pack("\n".join(["<b>dòng</b>"] * 3000))), 10**15, CODE).chat
    assert len(parts) > 1
    assert max(map(length, parts)) <= MOST
    full = stamped(Message("s", "t", chat=pack("x" * 10_000)), 10**15, CODE).chat
    assert length(full[-1]) <= MOST


def test_a_part_that_has_no_room_gets_it_in_one_of_its_own() -> None:
    assert len(stamped(Message("s", "t", chat=("x" * 4090,)), 1, CODE).chat) == 2


def test_what_is_taken_off_again_is_the_message_before() -> None:
    made = unstamped(stamped(MESSAGE, 1234, CODE), 1234, CODE)
    assert made == MESSAGE
    assert unstamped(stamped(Message("s", "t\n", chat=("x" * 4090,)), 1, CODE), 1, CODE).chat == ("x" * 4090,)


def test_a_line_above_stands_above_every_form() -> None:
    made = above(MESSAGE, "Gửi lại.")
    assert made.text == "Gửi lại.\n\ntext\n"
    assert made.html.index("Gửi lại.") < made.html.index("<p>x</p>")
    assert made.chat == ("<b>Gửi lại.</b>\n\n(1/2)\na", "(2/2)\nb")
    assert made.short == "Gửi lại. Ngắn."


def test_a_code_begins_with_a_letter_and_holds_no_two_signs_that_look_alike() -> None:
    drawn = {draw() for _ in range(500)}
    assert len(drawn) == 500
    assert all(code[0] in LETTERS and len(code) == 8 for code in drawn)
    assert not set("".join(drawn)) & set("01OIL5SBUVZ")


@pytest.mark.parametrize("typed", ["K7QM-2XHD", "k7qm2xhd", " K7QM 2XHD ", "K7QM–2XHD", "k7qm\u20112xhd\n"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert code_of(typed) == CODE
    assert shown(CODE) == "K7QM-2XHD"


@pytest.mark.parametrize("typed", ["", "1234", "23467892", "K7QM-2XH", "K7QM-2XHDD", "O7QM-2XHD", "K7QM-2XH'"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert code_of(typed) is None
