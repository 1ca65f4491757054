"""A message as a mail: headers, bodies, attachments."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from alertd.channels.email_message import BadAddress, address_of, mail_of, sender_of
from alertd.model.message import Attachment, Message, Outgoing

NOW = datetime(2026, 10, 6, 0, 30, tzinfo=UTC)
SENDER = sender_of("Cảnh báo TTHC <alertd@hanoi.example>")


def written(message: Message, *, name: str = "Đồng chí Nguyễn Văn A", repeat: bool = False) -> EmailMessage:
    outgoing = Outgoing(17, "head@hanoi.example", name, message, possible_repeat=repeat)
    return message_from_bytes(mail_of(outgoing, sender=SENDER, now=NOW).as_bytes(), policy=SMTP)


def test_the_text_stands_before_the_html_and_attachments_around_both() -> None:
    sheet = Attachment("hồ sơ quá hạn.xlsx", "application/vnd.ms-excel", b"PK\x03\x04")
    mail = written(Message("Hồ sơ quá hạn", "chữ", html="<p>chữ</p>", attachments=(sheet,)))
    assert mail.get_content_type() == "multipart/mixed"
    inner, attached = mail.iter_parts()
    assert [part.get_content_type() for part in inner.iter_parts()] == ["text/plain", "text/html"]
    assert attached.get_filename() == "hồ sơ quá hạn.xlsx"
    assert attached.get_content() == b"PK\x03\x04"


def test_a_picture_that_the_page_shows_stands_beside_it_and_is_loaded_from_nowhere() -> None:
    chart, other = Attachment("chart.png", "image/png", b"\x89PNG"), Attachment("other.png", "image/png", b"x")
    page = '<p><img src="cid:chart.png" alt=""></p>'
    mail = written(Message("s", "t", html=page, attachments=(chart, other)))
    body, attached = mail.iter_parts()
    assert attached.get_filename() == "other.png"
    plain, related = body.iter_parts()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    shown, picture = related.iter_parts()
    assert shown.get_content().strip() == page
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<chart.png>", "inline")
    assert picture.get_content() == b"\x89PNG"
    assert written(Message("s", "t", html="<p>x</p>", attachments=(chart,))).get_content_type() == "multipart/mixed"


def test_a_message_without_html_is_a_plain_mail() -> None:
    assert written(Message("s", "t")).get_content_type() == "text/plain"


def test_the_same_notice_has_the_same_message_id_when_it_is_sent_again() -> None:
    first, again = written(Message("s", "t")), written(Message("s", "t"), repeat=True)
    assert first["Message-ID"] == again["Message-ID"]
    assert re.fullmatch(r"<notice\.17\.[0-9a-f]{16}@hanoi\.example>", first["Message-ID"])
    assert written(Message("s", "another text"))["Message-ID"] != first["Message-ID"]  # of a store that began anew
    assert (first["X-Alertd-Possible-Repeat"], again["X-Alertd-Possible-Repeat"]) == (None, "yes")


def test_a_possible_repeat_says_so_above_both_bodies() -> None:
    mail = written(Message("s", "việc", html="<html><body class='x'><p>việc</p></body></html>"), repeat=True)
    text, page = (part.get_content() for part in mail.iter_parts())
    assert text.startswith("(có thể bạn nhận lại tin này)")
    assert "<body class='x'><p>(có thể bạn nhận lại tin này)</p><p>việc" in page


def test_mails_of_one_thread_refer_to_one_root() -> None:
    one, other = written(Message("s", "t", thread="H26.15/overdue-files")), written(Message("s", "t", thread="else"))
    assert (
        one["References"]
        == one["In-Reply-To"]
        == written(Message("x", "y", thread="H26.15/overdue-files"))["References"]
    )
    assert one["References"] != other["References"]


def test_no_robot_answers_and_no_list_headers_on_a_single_notice() -> None:
    mail = written(Message("s", "t", language="en"))
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (mail["List-Id"], mail["Content-Language"]) == (None, "en")


def test_a_digest_carries_list_headers() -> None:
    mail = written(Message("s", "t", bulk=True))
    assert mail["List-Id"] == "alertd <alertd.hanoi.example>"
    assert mail["List-Unsubscribe"] == "<mailto:alertd@hanoi.example?subject=unsubscribe>"


def test_names_subjects_and_dates_survive_the_way() -> None:
    mail = written(Message("🔴 HỒ SƠ QUÁ HẠN — Phường Ba Đình " * 4, "t"))
    assert mail["To"].addresses[0].display_name == "Đồng chí Nguyễn Văn A"
    assert mail["Subject"] == ("🔴 HỒ SƠ QUÁ HẠN — Phường Ba Đình " * 4)
    assert mail["Date"].datetime == NOW


def test_every_line_of_a_mail_is_ascii_and_short_enough_for_any_server() -> None:
    message = Message("ậ" * 300, "Ậ" * 5000 + "\n.\n😀", html="<p>" + "ữ" * 5000 + "</p>")
    content = mail_of(Outgoing(1, "a@b.example", "", message), sender=SENDER, now=NOW).as_bytes()
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert content.endswith(b"\r\n")


@pytest.mark.parametrize(
    "message",
    [
        Message("one\r\nBcc: other@x.example", "t"),
        Message("s", "t", language="vi\nX: y"),
        Message("s", "t", attachments=(Attachment("a\r\nb", "text/csv", b""),)),
    ],
)
def test_a_line_break_in_a_header_is_refused(message: Message) -> None:
    with pytest.raises(ValueError, match="line break"):
        written(message)


@pytest.mark.parametrize(
    "address", ["", "nobody", "@x.example", "a@", "a b@x.example", "a@x.example\r\nX: y", "ậ@x.example"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        address_of(address)


def test_a_line_break_in_a_name_is_refused() -> None:
    with pytest.raises(BadAddress):
        written(Message("s", "t"), name="A\r\nBcc: x@y.example")
