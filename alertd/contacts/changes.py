"""What the office hears when somebody's contact changes: one line each, in Vietnamese and English."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from alertd.contacts.bindings import Change, ChangeKind
from alertd.model.directory import Directory
from alertd.store import troubles

_WORDS: Mapping[str, Mapping[ChangeKind, str]] = {
    "vi": {
        ChangeKind.INVITED: "{name} ({unit}) được mời nhận thông báo qua Telegram",
        ChangeKind.ENROLLED: "{name} ({unit}) đã liên kết Telegram bằng liên kết gửi qua thư điện tử",
        ChangeKind.PENDING: "{name} ({unit}) đã liên kết Telegram, đang chờ Văn phòng xác nhận (alertd contacts confirm)",
        ChangeKind.CONFIRMED: "Liên kết Telegram của {name} ({unit}) đã được xác nhận",
        ChangeKind.REVOKED: "Liên kết Telegram của {name} ({unit}) đã bị thu hồi",
        ChangeKind.REPLACED: "Liên kết Telegram cũ của {name} ({unit}) được thay bằng liên kết mới",
        ChangeKind.NOT_NAMED: "{name} không còn là đầu mối của {unit}; liên kết Telegram đã kết thúc",
        ChangeKind.MUTED: "{name} ({unit}) chọn nhận thông báo qua thư điện tử thay cho Telegram",
        ChangeKind.UNMUTED: "{name} ({unit}) nhận lại thông báo qua Telegram",
        ChangeKind.BLOCKED: "{name} ({unit}) đã chặn bot Telegram; thông báo chuyển sang kênh khác",
        ChangeKind.UNBLOCKED: "{name} ({unit}) đã bỏ chặn bot Telegram",
    },
    "en": {
        ChangeKind.INVITED: "{name} ({unit}) was invited to Telegram",
        ChangeKind.ENROLLED: "{name} ({unit}) is bound to Telegram by a link that was mailed",
        ChangeKind.PENDING: "{name} ({unit}) is bound to Telegram and waits for the office (alertd contacts confirm)",
        ChangeKind.CONFIRMED: "The Telegram binding of {name} ({unit}) is confirmed",
        ChangeKind.REVOKED: "The Telegram binding of {name} ({unit}) was revoked",
        ChangeKind.REPLACED: "An older Telegram binding of {name} ({unit}) was replaced by a new one",
        ChangeKind.NOT_NAMED: "{name} is no longer named for {unit}; the Telegram binding has ended",
        ChangeKind.MUTED: "{name} ({unit}) chose e-mail instead of Telegram",
        ChangeKind.UNMUTED: "{name} ({unit}) takes notices by Telegram again",
        ChangeKind.BLOCKED: "{name} ({unit}) blocked the Telegram bot; notices go by another channel",
        ChangeKind.UNBLOCKED: "{name} ({unit}) unblocked the Telegram bot",
    },
}


def sentence(change: Change, unit_name: str, language: str) -> tuple[str, str]:
    """Subject and line of a change, for the office. ``unit_name``: the unit as people call it."""
    words = _WORDS.get(language, _WORDS["en"])
    return f"contact:{change.unit}", words[change.kind].format(name=change.name, unit=unit_name)


def note(session: Session, changed: Sequence[Change], directory: Directory, *, language: str, now: datetime) -> None:
    """Keep the changes for the office, which hears of each once."""
    lines = [sentence(change, directory.name_of(change.unit), language) for change in changed]
    troubles.note(session, lines, now=now)
