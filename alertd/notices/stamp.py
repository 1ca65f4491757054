"""The number and the code by which anybody can have a message checked: drawn, and stamped on every form of it. Pure."""

import re
import secrets
from dataclasses import replace

from alertd.model.message import Message
from alertd.notices.chat import length

# No two of these are taken for each other, in print, by hand or over the telephone: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
LETTERS = "ACDEFGHJKMNPQRTWXY"
_ALPHABET = "2346789" + LETTERS
_SIZE = 8
_CODE = re.compile(rf"[{LETTERS}][{_ALPHABET}]{{{_SIZE - 1}}}")
_CHAT = 4096  # visible characters that the bot server takes
_SHORT = 300

_STAMP = {"vi": "Thông báo số {number} · mã kiểm tra {code}", "en": "Notice no. {number} · code {code}"}
# A gateway counts letters: nothing here needs the wide alphabet that a message in English can do without.
_BRIEF = {"vi": "Số {number}, mã {code}", "en": "No. {number}, code {code}"}
_STYLE = "margin:8px auto;max-width:680px;padding:0 18px;color:#5a6672;font:13px 'Segoe UI',Roboto,Arial,sans-serif;"
_BEGIN_OF_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_END_OF_BODY = re.compile(r"</body\b", re.IGNORECASE)


def draw() -> str:
    """A new code. It begins with a letter, so none is taken for a number; nothing about the notice can be told from it, nor it
    from anything."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(_ALPHABET) for _ in range(_SIZE - 1))


def shown(code: str) -> str:
    """``K7QM-2XHD``; nothing of a notice that has none."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def code_of(text: str) -> str | None:
    """The code in what somebody typed, in capitals or not, with its dash or blanks or without; None where it is none."""
    found = re.sub(r"[\s\u2010-\u2015-]", "", text).upper()
    return found if _CODE.fullmatch(found) else None


def stamp(number: int, code: str, language: str) -> str:
    """The line as it stands in a message."""
    return _STAMP.get(language, _STAMP["en"]).format(number=number, code=shown(code))


def stamped(message: Message, number: int, code: str) -> Message:
    """The message with its stamp in every form in which it may go out."""
    line = stamp(number, code, message.language)
    brief = _BRIEF.get(message.language, _BRIEF["en"]).format(number=number, code=shown(code))
    short = f"{message.short} {brief}" if message.short else ""
    return replace(
        message,
        text=f"{message.text.rstrip()}\n{line}\n",
        html=_below(message.html, line) if message.html else "",
        chat=_in_chat(message.chat, line),
        short=short if len(short) <= _SHORT else message.short,
    )


def unstamped(message: Message, number: int, code: str) -> Message:
    """The message as it was before; what goes out again gets a stamp of its own."""
    line = stamp(number, code, message.language)
    brief = _BRIEF.get(message.language, _BRIEF["en"]).format(number=number, code=shown(code))
    parts = [part.removesuffix(f"<i>{line}</i>").rstrip("\n") for part in message.chat]
    return replace(
        message,
        text=message.text.removesuffix(f"{line}\n"),
        html=message.html.replace(_paragraph(line), "", 1),
        chat=tuple(part for part in parts if part),
        short=message.short.removesuffix(f" {brief}"),
    )


def above(message: Message, line: str) -> Message:
    """The message with a line over every form of it, before anything else is read."""
    body = _BEGIN_OF_BODY.search(message.html)
    place = body.end() if body else 0
    page = f'{message.html[:place]}\n<p style="{_STYLE}"><b>{line}</b></p>{message.html[place:]}'
    short = f"{line} {message.short}"
    return replace(
        message,
        text=f"{line}\n\n{message.text}",
        html=page if message.html else "",
        chat=(f"<b>{line}</b>\n\n{message.chat[0]}", *message.chat[1:]) if message.chat else (),
        short=short if message.short and len(short) <= _SHORT else message.short,
    )


def _paragraph(line: str) -> str:
    return f'<p style="{_STYLE}">{line}</p>\n'


def _below(page: str, line: str) -> str:
    """Before the end of the body; at the end of a page that has none."""
    ends = list(_END_OF_BODY.finditer(page))
    place = ends[-1].start() if ends else len(page)
    return page[:place] + _paragraph(line) + page[place:]


def _in_chat(parts: tuple[str, ...], line: str) -> tuple[str, ...]:
    """Under the last part, which has room for it (chat.py keeps it free); else as a part of its own."""
    if not parts:
        return ()
    last = f"{parts[-1]}\n<i>{line}</i>"
    if length(last) <= _CHAT:
        return (*parts[:-1], last)
    return (*parts, f"<i>{line}</i>")
