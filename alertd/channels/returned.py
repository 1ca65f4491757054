"""What a mail server's report says: RFC 3464, and the common forms that name our Message-ID without it. Pure; never raises."""

import email.policy
import hashlib
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser

from alertd.channels.base import one_line
from alertd.model.returned import Returned, ReturnKind

MOST = 1_000_000  # bytes of a mail that are read: what a report says stands before the mail that it gives back
_MARK = re.compile(r"<?(notice\.\d{1,18}\.[0-9a-f]{16})@[A-Za-z0-9.-]+>?")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.-])([45])\d\d(?=[ -])")  # an SMTP reply code
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
_SERVER = re.compile(r"mailer-?daemon|postmaster|mail delivery (?:sub)?system|bounce", re.IGNORECASE)
_AUTO = re.compile(
    r"out of (?:the )?office|automatic reply|auto-?reply|autoreply|trả lời tự động|vắng mặt|nghỉ phép|vacation",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(
    r"user unknown|unknown user|no such (?:user|mailbox|recipient)|does not exist|doesn't exist|mailbox (?:unavailable|not found)"
    r"|address rejected|recipient rejected|invalid recipient|account (?:is )?disabled|permanent(?:ly)? (?:error|failure|failed)"
    r"|không tồn tại|bị từ chối vĩnh viễn",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"delayed|will (?:keep trying|retry|be retried)|still trying|temporar|warning: message|try again|bị trì hoãn|tạm thời",
    re.IGNORECASE,
)
_GIVEN_BACK_BELOW = re.compile(r"-{3,} ?(?:this is a copy|original message|below this line is a copy)", re.IGNORECASE)
_BLOCKS = ("message/delivery-status", "message/global-delivery-status")
_GIVEN_BACK = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


def read_returned(raw: bytes) -> Returned:
    """``raw``: the mail, or its first `MOST` bytes."""
    key = hashlib.sha256(raw[:MOST]).hexdigest()
    try:
        return _read(key, raw[:MOST])
    except Exception as error:  # noqa: BLE001 - the parser of the standard library meets mails that nobody foresaw
        return Returned(key, ReturnKind.OTHER, detail=f"cannot be read ({type(error).__name__})")


def _read(key: str, raw: bytes) -> Returned:
    # compat32 takes any header as it is; the newer policies raise on broken ones
    mail = BytesParser(policy=email.policy.compat32).parsebytes(raw)
    parts = list(mail.walk())
    subject, sender = _header(mail, "Subject"), _header(mail, "From")
    mark = _named(mail, parts)
    detail = one_line(_plain(f"{sender}: {subject}"))
    blocks = list(_blocks(parts))
    if blocks:
        return _report(key, mark, blocks, detail)
    if _is_receipt(mail) or _is_automatic(mail, subject, sender):
        return Returned(key, ReturnKind.AUTO_REPLY, mark, detail=detail)
    if mark and _is_from_server(mail, sender):
        return _free_form(key, mark, mail, parts, detail)
    return Returned(key, ReturnKind.OTHER, mark, detail=detail)


def _report(key: str, mark: str, blocks: list[Message], detail: str) -> Returned:
    """RFC 3464: one block for each recipient; ours have one. The worst counts."""
    found = [(_kind(block), block) for block in blocks]
    order = [ReturnKind.FAILED, ReturnKind.DELAYED, ReturnKind.DELIVERED, ReturnKind.OTHER]
    kind, block = min(found, key=lambda each: order.index(each[0]))
    recipient = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
    said = _header(block, "Diagnostic-Code").partition(";")[2].strip() or detail
    status = _status(_header(block, "Status")) or _status(said)
    shown = one_line(_plain(said if status in said else f"{status} {said}"))
    return Returned(key, kind, mark, _address(recipient), status, shown)


def _kind(block: Message) -> ReturnKind:
    action = _header(block, "Action").lower()
    if action in ("delivered", "relayed", "expanded"):
        return ReturnKind.DELIVERED
    status = _status(_header(block, "Status")) or _status(_header(block, "Diagnostic-Code"))
    reply = _REPLY.search(_header(block, "Diagnostic-Code"))
    grade = status[:1] or (reply[1] if reply else "")
    if action == "delayed" or grade == "4":
        return ReturnKind.DELAYED
    return ReturnKind.FAILED if action == "failed" and grade in ("5", "") else ReturnKind.OTHER


def _free_form(key: str, mark: str, mail: Message, parts: list[Message], detail: str) -> Returned:
    """Words of a mail server (qmail, Exim, old Exchange …): a code where there is one, else what they are known to say."""
    said = "\n".join(_text(part) for part in parts if part.get_content_type() in ("text/plain", "text/html"))
    # what is given back may hold anything; a report says what is the matter above it
    said = _GIVEN_BACK_BELOW.split(said, maxsplit=1)[0]
    status = _status(said)
    reply = _REPLY.search(said)
    grade = status[:1] or (reply[1] if reply else "")
    if not grade:
        # a delay first: what is only late often quotes the words of a failure
        grade = "4" if _LATER.search(said) else "5" if _FOR_GOOD.search(said) else ""
    kind = {"5": ReturnKind.FAILED, "4": ReturnKind.DELAYED, "2": ReturnKind.DELIVERED}.get(grade, ReturnKind.OTHER)
    recipient = _address(_header(mail, "X-Failed-Recipients")) or _address(said)
    line = next((line for line in said.splitlines() if (status and status in line) or _FOR_GOOD.search(line)), "")
    return Returned(key, kind, mark, recipient, status, one_line(_plain(line)) or detail)


def _named(mail: Message, parts: list[Message]) -> str:
    """The Message-ID of ours that it reports on: of the mail that is given back, else named in its own headers or words."""
    for part in parts:
        if part is not mail and part.get("Message-ID") and (found := _MARK.search(str(part.get("Message-ID")))):
            return found[1]
    for part in parts:
        if part.get_content_type() in _GIVEN_BACK and (found := _MARK.search(_text(part))):
            return found[1]
    own = " ".join(_header(mail, name) for name in ("In-Reply-To", "References", "X-Original-Message-ID"))
    texts = (_text(part) for part in parts if part.get_content_maintype() == "text")
    for text in (own, *texts):
        if found := _MARK.search(text):
            return found[1]
    return ""


def _blocks(parts: list[Message]) -> Iterator[Message]:
    """Those about a recipient; the first block is about the report itself."""
    for part in parts:
        if part.get_content_type() in _BLOCKS:
            held = part.get_payload()
            inner = held if isinstance(held, list) else []
            yield from (block for block in inner if isinstance(block, Message) and block.get("Final-Recipient"))
            if not any(isinstance(block, Message) and block.get("Final-Recipient") for block in inner):
                yield from (block for block in inner if isinstance(block, Message) and block.get("Action"))


def _is_receipt(mail: Message) -> bool:
    return "disposition-notification" in str(mail.get_param("report-type", "") or "")


def _is_automatic(mail: Message, subject: str, sender: str) -> bool:
    """By its headers (RFC 3834), or what its subject says; a mail server's own report says "auto-replied" too."""
    if _SERVER.search(sender):
        return False
    marked = _header(mail, "Auto-Submitted").lower().startswith(("auto-replied", "auto-generated", "auto-notified"))
    old = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    return marked or old or "auto" in _header(mail, "Precedence").lower() or bool(_AUTO.search(subject))


def _is_from_server(mail: Message, sender: str) -> bool:
    empty = _header(mail, "Return-Path").strip() in ("<>", "")
    given = mail.get("Return-Path") is not None and empty
    return bool(given or mail.get("X-Failed-Recipients") or _SERVER.search(sender))


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return found[0] if found else ""


def _address(text: str) -> str:
    found = _ADDRESS.search(text.partition(";")[2] or text)
    return _plain(found[0])[:254] if found else ""


def _header(part: Message, name: str) -> str:
    """Its words; letters that are not encoded as they should be are taken for UTF-8."""
    raw = next((str(value) for key, value in part.raw_items() if key.lower() == name.lower()), "")
    value = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value


def _text(part: Message) -> str:
    """The words of a part, whatever its letters are said to be."""
    held = part.get_payload(decode=True)
    if isinstance(held, bytes):
        try:
            return held.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            return held.decode("utf-8", "replace")
    inner = part.get_payload()
    return "\n".join(str(each) for each in inner) if isinstance(inner, list) else str(inner or "")


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
