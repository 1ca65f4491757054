"""Reports of mail servers in all their forms, and what only looks like one."""

import pytest

from alertd.channels.returned import MOST, read_returned
from alertd.model.returned import ReturnKind
from tests.reports import plain, report

MARK = "notice.12.0123456789abcdef"
FAILED, DELAYED, OTHER = ReturnKind.FAILED, ReturnKind.DELAYED, ReturnKind.OTHER

QMAIL = """\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<an@hanoi.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {mark}
4.4.1 is what the mail itself says
"""
EXIM = """\
This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

  an@hanoi.example
    SMTP error from remote mail server after RCPT TO:<an@hanoi.example>:
    550 no such user here

------ This is a copy of the message, including all the headers. ------
Message-ID: {mark}
"""


# --- reports by the book ---------------------------------------------------------------------------------------------
def test_a_report_names_the_mail_the_address_and_why() -> None:
    found = read_returned(report(MARK))
    assert (found.kind, found.mark, found.address, found.status) == (FAILED, MARK, "an@hanoi.example", "5.1.1")
    assert found.detail == "550 5.1.1 <an@hanoi.example>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.2.2", FAILED),
        ("Failed", "5.0.0 (undefined)", FAILED),
        ("delayed", "4.4.1", DELAYED),
        ("failed", "4.4.7", DELAYED),  # given up for now: nothing is wrong with the address
        ("delivered", "2.0.0", ReturnKind.DELIVERED),
        ("relayed", "2.1.5", ReturnKind.DELIVERED),
        ("failed", "", FAILED),
        ("smashed", "9.9.9", OTHER),
    ],
)
def test_the_grade_of_a_report_tells_for_good_from_for_now(action: str, status: str, kind: ReturnKind) -> None:
    assert read_returned(report(MARK, action=action, status=status, said="no words")).kind is kind


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    block = b"Final-Recipient: rfc822; b@h.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; an"
    assert read_returned(report(MARK).replace(b"Final-Recipient: rfc822; an", block, 1)).kind is FAILED


def test_headers_alone_are_given_back_as_well() -> None:
    raw = report(MARK).replace(b"message/rfc822", b"text/rfc822-headers")
    assert read_returned(raw).mark == MARK


def test_whom_it_was_written_to_counts_before_whom_it_was_passed_on_to() -> None:
    raw = report(MARK, to="private@other.example")
    raw = raw.replace(b"Final-Recipient:", b"Original-Recipient: rfc822;an@hanoi.example\nFinal-Recipient:")
    assert read_returned(raw).address == "an@hanoi.example"


# --- other forms -----------------------------------------------------------------------------------------------------
def test_a_report_in_words_alone_is_read_by_its_code_above_the_copy() -> None:
    found = read_returned(plain(MARK, QMAIL))
    assert (found.kind, found.mark, found.status, found.address) == (FAILED, MARK, "5.1.1", "an@hanoi.example")
    assert "no mailbox here" in found.detail


def test_a_report_in_words_without_a_code_of_its_own_is_read_by_the_servers_reply() -> None:
    found = read_returned(plain(MARK, EXIM, X_Failed_Recipients="an@hanoi.example"))
    assert (found.kind, found.mark, found.address) == (FAILED, MARK, "an@hanoi.example")


def test_a_warning_that_it_is_tried_again_is_no_failure() -> None:
    text = "Warning: message {mark} delayed 24 hours; user unknown is not why. It will be retried."
    assert read_returned(plain(MARK, text)).kind is DELAYED


def test_a_mail_server_that_says_nothing_that_is_known_is_left_to_a_person() -> None:
    assert read_returned(plain(MARK, "About {mark}: hm.")).kind is OTHER


# --- what is none ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Subject": "Trả lời tự động: Hồ sơ quá hạn"},
        {"Subject": "Out of Office: files"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
    ],
)
def test_an_automatic_answer_is_no_report(headers: dict[str, str]) -> None:
    given = {"From": "An <an@hanoi.example>", "In_Reply_To": f"<{MARK}@hanoi.example>", "Subject": "Re: x"} | headers
    found = read_returned(plain(MARK, "I am away; 5.1.1 is my room.", **given))
    assert (found.kind, found.mark) == (ReturnKind.AUTO_REPLY, MARK)


def test_a_receipt_is_no_report() -> None:
    raw = report(MARK).replace(b"delivery-status; bou", b"disposition-notification; bou")
    raw = raw.replace(b"message/delivery-status", b"message/disposition-notification")
    assert read_returned(raw).kind is ReturnKind.AUTO_REPLY


def test_a_person_who_quotes_a_code_has_reported_nothing() -> None:
    raw = plain(MARK, "{mark}: 550 5.1.1 user unknown?", From="an@hanoi.example", Subject="Re: x")
    assert read_returned(raw).kind is OTHER


def test_spam_names_none_of_our_mails() -> None:
    found = read_returned(plain("notice.x", "Buy! {mark} 5.1.1"))
    assert (found.kind, found.mark) == (OTHER, "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 50,
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: multipart/mixed; boundary="x"\n\n--x',
        b"Content-Type: text/plain; charset=nonsense\nSubject: =?nonsense?q?=ff?=\n\n\xff",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Subject: a\n" + b"X: " + b"y" * 200_000 + b"\n\n",
    ],
)
def test_a_broken_mail_is_left_to_a_person(raw: bytes) -> None:
    found = read_returned(raw)
    assert found.kind in (OTHER, ReturnKind.AUTO_REPLY)
    assert found.detail.isprintable()
    assert "\x00" not in found.address


def test_of_a_huge_mail_the_beginning_is_read() -> None:
    raw = report(MARK) + b"x" * 10_000_000
    found = read_returned(raw)
    assert found.kind is FAILED
    assert found.key == read_returned(raw[:MOST]).key


def test_control_signs_of_a_terminal_do_not_come_through() -> None:
    assert read_returned(report(MARK, said="550 5.1.1 \x1b[31mred\x07")).detail == "550 5.1.1 [31mred"
