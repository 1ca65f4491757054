"""How long a message is for who gets it: characters, parts in a chat, segments of a text message, the longest line. Pure."""

from dataclasses import dataclass

from alertd.errors import Said
from alertd.model.message import Message
from alertd.model.words import ChannelName
from alertd.notices import chat

TELEGRAM_TAKES = 4096  # characters of one message, by the server's own count
MAIL = 100  # kB, from which on mail programs cut
# The letters that a telephone sends in 7 bits; those of the second row take two places.
_SEVEN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Size:
    """``characters`` that the reader sees; ``parts``: messages of a chat, segments of a text message, 1 for a mail; ``fine``:
    nothing is lost or split; ``verdict``: what becomes of it."""

    characters: int
    parts: int
    fine: bool
    verdict: Said


def size(message: Message, channel: ChannelName, *, summary: bool) -> Size:
    """``summary``: the chat has the counts alone."""
    match channel:
        case ChannelName.TELEGRAM:
            return _in_chat(message.chat, summary=summary)
        case ChannelName.EMAIL:
            return _by_mail(message)
        case ChannelName.HTTP:
            return _by_gateway(message.short)


def segments(text: str) -> int:
    """Segments in which a gateway sends it: 160 or 153 letters of 7 bits, else (Vietnamese with its marks) 70 or 67."""
    if all(letter in _SEVEN or letter in _TWICE for letter in text):
        length, alone, each = len(text) + sum(letter in _TWICE for letter in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)


def longest_line(text: str) -> int:
    return max((len(line) for line in text.splitlines()), default=0)


def is_cut(text: str) -> bool:
    """One line that was too long and ends with an ellipsis."""
    return text.endswith("…")


def _in_chat(parts: tuple[str, ...], *, summary: bool) -> Size:
    characters = sum(map(chat.length, parts))
    if summary:
        return Size(
            characters, len(parts), False, Said("counts alone; the list by mail", "chỉ số lượng; danh sách gửi qua thư")
        )
    if len(parts) > 1:
        return Size(characters, len(parts), False, Said(f"split into {len(parts)}", f"tách {len(parts)} tin"))
    return Size(characters, len(parts), True, Said("fine", "đạt"))


def _by_mail(message: Message) -> Size:
    kilobytes = len(message.html.encode()) / 1000
    characters = len(message.text)
    if kilobytes > MAIL:
        said = Said(f"too large: {kilobytes:.0f} kB", f"quá lớn: {kilobytes:.0f} kB")
        return Size(characters, 1, False, said)
    if is_cut(message.subject):
        return Size(characters, 1, False, Said("the subject is cut", "tiêu đề bị cắt"))
    return Size(characters, 1, True, Said(f"fine, {kilobytes:.0f} kB", f"đạt, {kilobytes:.0f} kB"))


def _by_gateway(short: str) -> Size:
    count = segments(short)
    if is_cut(short):
        return Size(len(short), count, False, Said("cut", "bị cắt"))
    return Size(len(short), count, True, Said("fine", "đạt"))
