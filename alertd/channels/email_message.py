"""A message as a mail: headers, the two bodies, attachments. Pure; it opens no connection."""

import hashlib
import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any

from alertd.channels.base import repeat_line
from alertd.model.message import Message, Outgoing, mail_mark


class _Letters(EmailPolicy):
    """Writes names and subjects beyond ASCII as encoded words throughout.

    The library's own folding encodes word by word and loses the blank between a plain word and an encoded one in some
    of the Pythons that we run on: "Phường Ba Đình" arrives as "Phường BaĐình" (3.11.7).
    """

    def fold(self, name: str, value: Any) -> str:
        return _encoded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _encoded(name, value).encode("ascii") or super().fold_binary(name, value)


# Bodies as quoted-printable or base64, so that a server without 8BITMIME takes them too.
_POLICY = _Letters(linesep="\r\n", max_line_length=78, cte_type="7bit")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_BREAKS_A_HEADER = re.compile(r"[\r\n\x00]")


class BadAddress(ValueError):
    """Not an address to which a mail can go."""


def address_of(text: str, name: str = "") -> Address:
    """Raises BadAddress. Letters outside ASCII are refused: few servers take them (SMTPUTF8)."""
    local, _, domain = text.rpartition("@")
    if _BREAKS_A_HEADER.search(text + name) or not (local and domain and text.isascii()) or " " in text:
        raise BadAddress(f"{text!r} is no mail address")
    try:
        return Address(name, addr_spec=text)
    except (ValueError, IndexError) as error:  # IndexError: what the parser of the standard library raises on "a@"
        raise BadAddress(f"{text!r} is no mail address ({error})") from None
    except Exception as error:  # its parse errors derive from Exception alone
        if type(error).__module__.startswith("email."):
            raise BadAddress(f"{text!r} is no mail address") from None
        raise


def sender_of(text: str) -> Address:
    """``alertd <alertd@example.gov.vn>`` or the bare address. Raises BadAddress."""
    name, address = parseaddr(text)
    return address_of(address, name)


def mail_of(outgoing: Outgoing, *, sender: Address, now: datetime) -> EmailMessage:
    """One mail to one recipient. Raises BadAddress for the recipient, ValueError for CR or LF in any header's value.

    Message-ID depends on the notice's number and text alone: a mail that is sent again is the same mail, and one of another
    store, whose numbers begin anew, is not taken for it.
    """
    message = outgoing.message
    for value in (message.subject, message.language, *(a.name for a in message.attachments)):
        if _BREAKS_A_HEADER.search(value):
            raise ValueError(f"a line break in a header: {value!r}")
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = address_of(outgoing.address, outgoing.name)
    mail["Subject"] = message.subject
    mail["Date"] = now
    mail["Message-ID"] = f"<{mail_mark(outgoing.number, message)}@{sender.domain}>"
    if message.thread:
        # the root of the thread need not exist as a mail: readers group by the id alone
        root = f"<thread.{_digest(message.thread)}@{sender.domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.bulk:
        mail["List-Id"] = f"alertd <alertd.{sender.domain}>"
        mail["List-Unsubscribe"] = f"<mailto:{sender.addr_spec}?subject=unsubscribe>"
    if outgoing.possible_repeat:
        mail["X-Alertd-Possible-Repeat"] = "yes"
    _fill(mail, message, repeat_line(message.language) if outgoing.possible_repeat else "")
    mail["Content-Language"] = message.language  # last: filling moves or drops every Content-* header
    return mail


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _fill(mail: EmailMessage, message: Message, above: str) -> None:
    """What the page shows by its name (``cid:NAME``) goes beside the page, so that nothing is loaded from elsewhere."""
    mail.set_content(f"{above}\n\n{message.text}" if above else message.text)
    page: Any = None
    if message.html:
        mail.add_alternative(_marked(message.html, above), subtype="html")
        page = mail.get_payload(1)
    for attachment in message.attachments:
        main, _, sub = attachment.media_type.partition("/")
        kind: dict[str, Any] = {"maintype": main, "subtype": sub or "octet-stream", "filename": attachment.name}
        if page is not None and f'"cid:{attachment.name}"' in message.html:
            page.add_related(attachment.content, cid=f"<{attachment.name}>", disposition="inline", **kind)
        else:
            mail.add_attachment(attachment.content, **kind)


def _marked(page: str, above: str) -> str:
    if not above:
        return page
    line = f"<p>{above}</p>"
    body = _BODY.search(page)
    return page[: body.end()] + line + page[body.end() :] if body else line + page


def _encoded(name: str, value: Any) -> str:
    """The whole header line of a From, To or Subject beyond ASCII; empty for all others."""
    if str(value).isascii() or name not in ("From", "To", "Subject"):
        return ""
    if name == "Subject":
        return f"{name}: {_words(name, str(value))}\r\n"
    address: Address = value.addresses[0]
    return f"{name}: {_words(name, address.display_name)}\r\n <{address.addr_spec}>\r\n"


def _words(name: str, text: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")
