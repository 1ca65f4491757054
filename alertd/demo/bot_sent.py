"""What the make-believe bot server keeps of each message, and how it looks in a folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as a chat shows it. ``text`` is what was sent, ``seen`` what is read after parsing."""

    message_id: int
    chat_id: int
    text: str
    seen: str
    parse_mode: str = ""
    silent: bool = False
    preview: bool = True
    buttons: tuple[tuple[str, str], ...] = ()  # label, data
    document: str = ""
    content: bytes = b""
    at: float = 0.0  # monotonic seconds


def buttons_of(parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = json.loads(parameters.get("reply_markup", "{}")).get("inline_keyboard", [])
    return tuple((button["text"], button.get("callback_data", "")) for row in rows for button in row)


def write(folder: Path, sent: Sent) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{sent.message_id:05d}-{sent.chat_id}"
    if sent.document:
        (folder / f"{stem}-{Path(sent.document).name}").write_bytes(sent.content)
        return
    below = "".join(f"\n[{label}]" for label, _ in sent.buttons)
    (folder / f"{stem}.txt").write_text(sent.seen + below + "\n", encoding="utf-8")
