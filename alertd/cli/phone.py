"""A chat message as a telephone shows it: a bubble of its width, bold and links as they look, and its length beneath."""

from html.parser import HTMLParser

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from alertd.check.lengths import TELEGRAM_TAKES
from alertd.notices import chat
from alertd.notices.filters import number

WIDTH = 40  # signs in a line of a bubble
_STYLES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strike",
    "code": "cyan",
    "pre": "cyan",
    "a": "underline blue",
}
_MARKS = {"b": "*", "i": "_", "code": "`", "pre": "`", "s": "~"}  # as people type them where nothing can be shown bold


class _Reader(HTMLParser):
    """Telegram's HTML into text with styles. ``marks``: emphasis by signs; ``links``: where the links lead, in turn."""

    def __init__(self, *, marks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links, self._marks = Text(), list[str](), marks
        self._open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mark(tag)
        self._open.append((tag, len(self.text)))
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, begun = self._open.pop()
            if tag in _STYLES:
                self.text.stylize(_STYLES[tag], begun)
            if tag == "a":
                self.text.append(f" [{len(self.links)}]")
            self._mark(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def _mark(self, tag: str) -> None:
        if self._marks and tag in _MARKS:
            self.text.append(_MARKS[tag])


def show_bubbles(
    console: Console, parts: tuple[str, ...], *, time: str, button: str, counted: str, language: str
) -> None:
    """``time``: as it stands in the corner of a bubble; ``counted``: the line beneath, with ``{length}``, ``{most}``, ``{place}``
    and ``{parts}``."""
    for place, part in enumerate(parts, 1):
        _bubble(console, part, time)
        if button and place == len(parts):
            console.print(Text(f"  [ {button} ]", style="bold"))
        length, most = (number(count, language=language) for count in (chat.length(part), TELEGRAM_TAKES))
        said = counted.format(length=length, most=most, place=place, parts=len(parts))
        console.print(Text(f"  {said}", style="dim"))
        console.print()


def _bubble(console: Console, part: str, time: str) -> None:
    reader = _Reader(marks=not console.is_terminal)
    reader.feed(part)
    reader.close()
    console.print("╭" + "─" * (WIDTH + 2) + "╮")
    for line in reader.text.wrap(console, WIDTH):
        line.rstrip()
        console.print(Text("│ ").append_text(line).append(" " * max(0, WIDTH - cell_len(line.plain))).append(" │"))
    console.print("╰" + "─" * max(0, WIDTH - len(time)) + f" {time} ╯" if time else "╰" + "─" * (WIDTH + 2) + "╯")
    for place, link in enumerate(reader.links, 1):
        console.print(Text(f"  [{place}] {link}", style="dim"), soft_wrap=True)
