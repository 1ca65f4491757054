"""What the office hears when somebody's contact changes: one line each, in Vietnamese and English."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from alertd.contacts.bindings import Change, ChangeKind
from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.directory import Directory
from alertd.store import troubles

# Anybody can do these as often as he likes.
_BY_STRANGERS = (ChangeKind.GUESSED, ChangeKind.GROUP)
_ONCE = timedelta(days=1)
_WORDS: Mapping[str, Mapping[ChangeKind, str]] = {
    "vi": {
        ChangeKind.INVITED: "{name} ({unit}) được mời nhận thông báo qua Telegram",
        ChangeKind.NOT_INVITED: "Chưa gửi được thư mời Telegram cho {name} ({unit}); đề nghị mời lại: alertd contacts invite",
        ChangeKind.ENROLLED: "{name} ({unit}) đã liên kết Telegram bằng liên kết gửi qua thư điện tử (tài khoản {detail})",
        ChangeKind.TWICE: "{name} ({unit}): liên kết được mở bằng tài khoản {detail}, đã liên kết với người khác; đang chờ "
        "Văn phòng xác nhận (alertd contacts confirm)",
        ChangeKind.PENDING: "{name} ({unit}) đã liên kết Telegram (tài khoản {detail}), đang chờ Văn phòng xác nhận "
        "(alertd contacts confirm)",
        ChangeKind.CONFIRMED: "Liên kết Telegram của {name} ({unit}) đã được xác nhận",
        ChangeKind.REVOKED: "Liên kết Telegram của {name} ({unit}) đã bị thu hồi",
        ChangeKind.REPLACED: "Liên kết Telegram cũ của {name} ({unit}) được thay bằng liên kết mới",
        ChangeKind.NOT_NAMED: "{name} không còn là đầu mối của {unit}; liên kết Telegram đã kết thúc",
        ChangeKind.SHIFTED: "Liên kết Telegram của {name} được chuyển sang {unit}, đơn vị đang phụ trách",
        ChangeKind.READDRESSED: "{name} ({unit}) có địa chỉ thư điện tử mới {detail}; liên kết Telegram được giữ. Nếu là người "
        "khác trùng họ tên: alertd contacts revoke",
        ChangeKind.MUTED: "{name} ({unit}) chọn nhận thông báo qua thư điện tử thay cho Telegram",
        ChangeKind.UNMUTED: "{name} ({unit}) nhận lại thông báo qua Telegram",
        ChangeKind.BLOCKED: "{name} ({unit}) đã chặn bot Telegram; thông báo chuyển sang kênh khác",
        ChangeKind.UNBLOCKED: "{name} ({unit}) đã bỏ chặn bot Telegram",
        ChangeKind.LEAKED: "Liên kết mời {name} ({unit}) bị gửi vào một nhóm; người mở liên kết phải được Văn phòng xác nhận",
        ChangeKind.REPLAYED: "Liên kết mời {name} ({unit}) đã dùng lại được mở từ tài khoản {detail}; không có thông tin nào được "
        "gửi. Nếu liên kết do người khác dùng trước: alertd contacts revoke",
        ChangeKind.GUESSED: "Tài khoản {detail} thử nhiều mã liên kết sai và bị chặn trong một giờ; không có thông tin nào "
        "được gửi",
        ChangeKind.GROUP: "Bot bị thêm vào nhóm {detail} và đã rời; muốn cho nhóm xem số lượng: alertd contacts group",
        ChangeKind.GROUP_CONFIRMED: "Nhóm {detail} được xem số lượng việc đang mở của {unit}",
    },
    "en": {
        ChangeKind.INVITED: "{name} ({unit}) was invited to Telegram",
        ChangeKind.NOT_INVITED: "The invitation to Telegram for {name} ({unit}) did not go out; try again: alertd contacts invite",
        ChangeKind.ENROLLED: "{name} ({unit}) is bound to Telegram by a link that was mailed (account {detail})",
        ChangeKind.TWICE: "{name} ({unit}): the link was opened by the account {detail}, which is somebody else's already; it "
        "waits for the office (alertd contacts confirm)",
        ChangeKind.PENDING: "{name} ({unit}) is bound to Telegram (account {detail}) and waits for the office (alertd contacts "
        "confirm)",
        ChangeKind.CONFIRMED: "The Telegram binding of {name} ({unit}) is confirmed",
        ChangeKind.REVOKED: "The Telegram binding of {name} ({unit}) was revoked",
        ChangeKind.REPLACED: "An older Telegram binding of {name} ({unit}) was replaced by a new one",
        ChangeKind.NOT_NAMED: "{name} is no longer named for {unit}; the Telegram binding has ended",
        ChangeKind.SHIFTED: "The Telegram binding of {name} now stands for {unit}, the unit that is left to that person",
        ChangeKind.READDRESSED: "{name} ({unit}) has the new e-mail address {detail}; the Telegram binding is kept. If this is "
        "another person of the same name: alertd contacts revoke",
        ChangeKind.MUTED: "{name} ({unit}) chose e-mail instead of Telegram",
        ChangeKind.UNMUTED: "{name} ({unit}) takes notices by Telegram again",
        ChangeKind.BLOCKED: "{name} ({unit}) blocked the Telegram bot; notices go by another channel",
        ChangeKind.UNBLOCKED: "{name} ({unit}) unblocked the Telegram bot",
        ChangeKind.LEAKED: "The link of {name} ({unit}) was shown in a group; whoever opens it has to be confirmed by the office",
        ChangeKind.REPLAYED: "The used link of {name} ({unit}) was opened again by the account {detail}; nothing was sent. If "
        "somebody else used it first: alertd contacts revoke",
        ChangeKind.GUESSED: "The account {detail} tried many wrong links and is shut out for an hour; nothing was sent",
        ChangeKind.GROUP: "The bot was put into the group {detail} and left it; to let it see counts: alertd contacts group",
        ChangeKind.GROUP_CONFIRMED: "The group {detail} may see the counts of {unit}",
    },
}


def sentence(change: Change, unit_name: str, language: str) -> tuple[str, str]:
    """Subject and line of a change, for the office. ``unit_name``: the unit as people call it."""
    words = _WORDS.get(language, _WORDS["en"])
    return _subject(change), words[change.kind].format(name=change.name, unit=unit_name, detail=change.detail)


def note(session: Session, changed: Sequence[Change], directory: Directory, *, language: str, now: datetime) -> None:
    """Keep the changes for the office, which hears of each once; of what strangers do at most once a day."""
    found = [each for each in changed if each.kind not in _BY_STRANGERS or not _heard(session, each, now)]
    lines = [sentence(change, directory.name_of(change.unit), language) for change in found]
    troubles.note(session, lines, now=now)


def _heard(session: Session, change: Change, now: datetime) -> bool:
    c = table_of(Trouble).c
    said = select(c.id).where(c.subject == _subject(change), c.since > now - _ONCE).limit(1)
    return session.connection().execute(said).first() is not None


def _subject(change: Change) -> str:
    return f"inbox:{change.kind}" if change.kind in _BY_STRANGERS else f"contact:{change.unit}"
