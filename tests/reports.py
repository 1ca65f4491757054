"""Reports of mail servers, as tests write them: RFC 3464, and the forms of servers that do not keep to it."""

from textwrap import dedent


def report(
    mark: str, *, action: str = "failed", status: str = "5.1.1", to: str = "an@hanoi.example", **more: str
) -> bytes:
    """What Postfix sends back."""
    said = more.get("said", "550 5.1.1 <an@hanoi.example>: Recipient address rejected: User unknown")
    return dedent(f"""\
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.hanoi.example>
        To: alertd@hanoi.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        Message-ID: <{more.get("id", "1")}@mx.hanoi.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host mx.hanoi.example.

        --B
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.hanoi.example

        Final-Recipient: rfc822; {to}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; {said}

        --B
        Content-Type: message/rfc822

        From: alertd <alertd@hanoi.example>
        To: {to}
        Subject: =?utf-8?q?x?=
        Message-ID: <{mark}@hanoi.example>

        text
        --B--
        """).encode()


def plain(mark: str, text: str, **headers: str) -> bytes:
    """A mail of one part. ``headers``: with _ for -; those of a mail server unless they say otherwise."""
    given = {"From": "MAILER-DAEMON@mx.example", "Subject": "failure notice", "To": "alertd@hanoi.example"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text.format(mark=f'<{mark}@hanoi.example>')}\n".encode()
