"""What is wrong with a template, as a fault that a clerk can act on: the place down to the character, what, and the cure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from alertd.errors import Fault, Said
from alertd.notices import chat
from alertd.notices.filters import Form

_CURE = Said(
    "docs/templates.md lists what a template may use; until then the text that alertd ships goes out",
    "xem docs/templates.md về những gì mẫu được dùng; trong lúc chờ sửa, thông báo gửi theo mẫu của hệ thống",
)
_ATTRIBUTE = re.compile(r"^'?(?:[\w.]*\.)?(?P<owner>\w+)(?: object)?'? has no attribute '(?P<name>[^']*)'$")
# What Jinja says, and the same for the office; what is not here stands in English behind a Vietnamese beginning.
_VI: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"^'([^']*)' is undefined$", "không có giá trị nào tên là '{0}'"),
        (r" has no attribute '([^']*)'$", "không có thuộc tính '{0}'"),
        (r"^access to attribute '([^']*)' .*unsafe", "không được truy cập thuộc tính '{0}'"),
        (r"^No filter named '([^']*)'", "không có bộ lọc nào tên là '{0}'"),
        (r"^No test named '([^']*)'", "không có phép thử nào tên là '{0}'"),
        (r"division|modulo by zero", "chia cho số không"),
        (r"^Encountered unknown tag '([^']*)'", "không có thẻ lệnh nào tên là '{0}'"),
        (
            r"^(?:Unexpected end of template|unexpected end of template|unexpected 'end of)",
            "mẫu kết thúc khi chưa đóng hết thẻ",
        ),
        (r"^loops go round more than ([\d,]+) times", "các vòng lặp chạy quá {0} lượt"),
        (r"^a loop must not call itself", "vòng lặp không được tự gọi lại chính nó"),
        (r"^a template takes in no other file", "mẫu không được lấy nội dung của tệp khác"),
        (r"^gives more than ([\d,]+) characters", "tạo ra hơn {0} ký tự"),
        (r"^a text that is put together has at most ([\d,]+)", "đoạn ghép dài quá {0} ký tự"),
        (r"^powers \(\*\*\)", "thông báo không dùng phép lũy thừa (**)"),
        (r"^(.) is for numbers", "phép {0} chỉ dùng cho số; một đoạn chữ lặp lại tối đa 10.000 ký tự"),
        (r"^maximum recursion depth exceeded", "các phần của mẫu gọi lẫn nhau không dừng hoặc lồng nhau quá sâu"),
        (r"^too many statically nested blocks", "các khối lệnh lồng nhau quá sâu"),
        (r"^gives an unreadable character \((U\+\w+)\)", "tạo ra ký tự không đọc được ({0})"),
        (r"^'utf-8' codec can't decode", "tệp không ghi theo bảng mã UTF-8; lưu lại tệp với bảng mã UTF-8"),
        (r"^no template has a block '([^']*)'", "không mẫu nào có khối '{0}'"),
        (r"^is missing$", "không tìm thấy tệp"),
    )
)


def fault_of(file: str, line: int, what: str, given: Mapping[str, Any] | None = None) -> Fault:
    """The fault of a template that cannot be read or used. ``given``: what the block gets, for a better cure."""
    word, cure = _meant(what, given or {})
    at, col = _place(file, line, word)
    return Fault(file, at, col, Said(what, _vi(what)), cure or _CURE, length=len(word) if col else 0)


def bad_tags(file: str, form: Form, said: str, block: str) -> Fault | None:
    """What was said, where a chat or a mail program could not read it. ``block``: by which it was said; empty: a frame."""
    found = next(_complaints(said, form), None)
    if found is None:
        return None
    what, tag = found
    at, col = _place(file, _begins(file, block), tag)
    cure = _TAGS if form is Form.CHAT else _CLOSED
    return Fault(file, at, col, what, cure, length=len(tag) if col else 0)


_TAGS = Said(
    f"Telegram knows {' '.join(sorted(chat.ALLOWED))} alone; for emphasis use the filters b, i, mono, and write &lt; for <",
    f"Telegram chỉ nhận các thẻ {' '.join(sorted(chat.ALLOWED))}; muốn nhấn mạnh, dùng bộ lọc b, i, mono; viết &lt; thay cho dấu <",
)
_CLOSED = Said(
    "close every tag in the block that opens it, the inner one first; for emphasis use the filters b, i, mono",
    "đóng mọi thẻ ngay trong khối đã mở thẻ, thẻ bên trong trước; muốn nhấn mạnh, dùng bộ lọc b, i, mono",
)


def _complaints(said: str, form: Form) -> Iterator[tuple[Said, str]]:
    if form is Form.CHAT:
        try:
            chat.filled(said)
        except chat.BadChat as error:
            quoted = re.search(r"</?[a-zA-Z][^<>]*>", str(error))
            tag = quoted[0] if quoted else "<"
            yield (
                Said(
                    f"a chat cannot read this: {error}",
                    f"Telegram không đọc được: thẻ {tag} không hợp lệ hoặc chưa đóng",
                ),
                tag,
            )
    elif form is Form.HTML:
        reader = _Reader()
        reader.feed(said)
        reader.close()
        for name in [*reader.wrong, *(f"<{name}" for name in reader.opened)]:
            yield (
                Said(
                    f"not well-formed as a mail: {name} has no counterpart",
                    f"thư HTML sai cấu trúc: {name} không có thẻ tương ứng",
                ),
                name,
            )


class _Reader(HTMLParser):
    """Keeps account of tags that are open. ``wrong``: ends of what was not open."""

    _ALONE = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.opened: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - as the parser's
        if tag not in self._ALONE:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.opened and self.opened[-1] == tag:
            self.opened.pop()
        elif tag not in self._ALONE:
            self.wrong.append(f"</{tag}")


def _vi(what: str) -> str:
    for pattern, text in _VI:
        if found := pattern.search(what):
            return text.format(*found.groups())
    return f"mẫu viết sai cú pháp ({what})"


def _meant(what: str, given: Mapping[str, Any]) -> tuple[str, Said | None]:
    """The word at fault, and what was meant by it."""
    if found := re.match(r"^'([^']*)' is undefined$", what):
        got = ", ".join(given)
        has = Said(f"this block gets {got}", f"khối này được dùng: {got}") if given else None
        return found[1], _near(found[1], list(given)) or has
    if found := _ATTRIBUTE.match(what):
        return found["name"], _near(found["name"], _names(found["owner"], given))
    quoted = re.findall(r"'([^']+)'", what)
    return (quoted[0] if quoted else ""), None


def _near(word: str, known: list[str]) -> Said | None:
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return Said(f"did you mean {near[0]!r}?", f"có phải là {near[0]!r}?") if near else None


def _names(owner: str, given: Mapping[str, Any]) -> list[str]:
    """Of what the values of this kind are made."""
    found: list[str] = []
    for value in given.values():
        if type(value).__name__ != owner:
            continue
        if isinstance(value, Mapping):
            found += map(str, value)
        elif is_dataclass(value):
            found += [each.name for each in fields(value)]
            found += [name for name, each in vars(type(value)).items() if isinstance(each, property)]
    return found


def _place(file: str, line: int, word: str) -> tuple[int, int]:
    """Line and column of the word: in this line, else where it comes first behind it; the line alone where it is not there."""
    if not word:
        return line, 0
    sought = re.compile(rf"(?<!\w){re.escape(word)}" if word[0].isalnum() else re.escape(word))
    for number, text in enumerate(_text(file), 1):
        if number >= line and (found := sought.search(text)):
            return number, found.start() + 1
    return line, 0


def _begins(file: str, block: str) -> int:
    """The line of the block."""
    head = re.compile(rf"{{%[-+]?\s*block\s+{re.escape(block)}\b") if block else None
    return next((number for number, text in enumerate(_text(file), 1) if head and head.search(text)), 1)


def _text(file: str) -> list[str]:
    try:
        return Path(file).read_text("utf-8-sig").splitlines()
    except (OSError, ValueError):  # what is no UTF-8 is told as such
        return []
