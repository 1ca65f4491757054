"""What alertd answers in a chat, and the mail of an invitation: official and short, in Vietnamese and English."""

from collections.abc import Mapping
from datetime import datetime

from alertd.model.words import Level

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "enrolled": "Đã liên kết: {name}, {unit}. Từ nay thông báo của đơn vị được gửi vào cuộc trò chuyện này. "
        "Gửi /help để xem hướng dẫn.",
        "pending": "Đã ghi nhận: {name}, {unit}. Liên kết đang chờ Văn phòng xác nhận; khi được xác nhận, thông báo sẽ được "
        "gửi vào đây.",
        "already": "Cuộc trò chuyện này đã được liên kết: {name}, {unit}.",
        "wrong_token": "Liên kết không đúng. Đề nghị liên hệ Văn phòng để nhận liên kết mới.",
        "used_token": "Liên kết này đã được sử dụng. Đề nghị liên hệ Văn phòng để nhận liên kết mới.",
        "expired_token": "Liên kết này đã hết hạn. Đề nghị liên hệ Văn phòng để nhận liên kết mới.",
        "revoked_token": "Liên kết này đã bị thu hồi. Đề nghị liên hệ Văn phòng để nhận liên kết mới.",
        "not_private": "Liên kết chỉ dùng trong cuộc trò chuyện riêng với bot.",
        "stranger": "Cuộc trò chuyện này chưa được liên kết với đơn vị nào. Đề nghị mở liên kết do Văn phòng gửi.",
        "stopped": "Từ nay thông báo được gửi qua thư điện tử; trách nhiệm giải quyết không thay đổi. Văn phòng đã được báo. "
        "Gửi /start để nhận lại tại đây.",
        "stopped_no_mail": "Đã ghi nhận và báo Văn phòng. Chưa có địa chỉ thư điện tử nên thông báo vẫn được gửi vào đây.",
        "resumed": "Thông báo lại được gửi vào cuộc trò chuyện này. Văn phòng đã được báo.",
        "help": "/status – số việc đang mở của đơn vị\n/stop – nhận thông báo qua thư điện tử\n/start – nhận lại tại đây\n"
        "Trả lời (reply) đúng thông báo hồ sơ quá hạn – ghi nhận nguyên nhân chậm\n"
        "Mọi tin nhắn khác được chuyển đến Văn phòng.",
        "no_words": "(ảnh hoặc tệp, không có lời)",
        "cause": "Đã ghi nhận nguyên nhân chậm của {count} hồ sơ và chuyển Văn phòng.",
        "kept": "Đã nhận ý kiến của đồng chí và chuyển Văn phòng.",
        "status_none": "{unit}: không có việc nào đang mở.",
        "status": "{unit}: {total} việc đang mở ({levels}).",
        "status_no_unit": "Hôm nay đồng chí không được ghi là đầu mối của đơn vị nào.",
        "acknowledged": "Đã ghi nhận: đồng chí đã nhận thông báo.",
        "acknowledged_before": "Đã được {by} xác nhận lúc {at}.",
        "closed": "Các việc trong thông báo này đã khép lại lúc {at}.",
        "not_yours": "Thông báo này được gửi cho người khác; không ghi nhận.",
        "stale": "Nút này không còn hiệu lực.",
        "dispute_which": "Đề nghị chọn nội dung có số liệu chưa đúng.",
        "dispute_choose": "Thông báo số {notice}: số liệu nào chưa đúng?",
        "dispute_which_code": "Thông báo số {notice} có {count} nội dung. Đề nghị trả lời tin này bằng mã của nội dung có số liệu "
        "chưa đúng.",
        "dispute_or_choose": "Nội dung không có mã: đề nghị chọn dưới đây.",
        "dispute_page_before": "◂ Trang {page}/{pages}",
        "dispute_page_after": "Trang {page}/{pages} ▸",
        "dispute_please": "Đề nghị ghi rõ nội dung chưa đúng.",
        "dispute_why": "{code}: đề nghị trả lời tin này, ghi rõ số liệu nào chưa đúng và căn cứ (số, ngày văn bản). Không ghi họ "
        "tên, số điện thoại, số định danh của công dân.",
        "dispute_no_reason": "{code}: chưa ghi nhận vì chưa có lý do. Đề nghị trả lời tin này, ghi rõ số liệu nào chưa đúng.",
        "dispute_no_code": "Không có mã này trong thông báo; ý kiến của đồng chí đã được chuyển Văn phòng. Nếu cần phản ánh số "
        "liệu, đề nghị gửi lại đúng mã.",
        "dispute_raised": "Đã ghi nhận phản ánh về {code}: “{reason}”. Văn phòng sẽ trả lời đồng chí; trong khi chờ, việc giải "
        "quyết vẫn thực hiện theo quy định.",
        "dispute_masked": "Số điện thoại, số định danh, địa chỉ thư trong nội dung đã được che.",
        "dispute_before": "{by} đã phản ánh lúc {at}; đang chờ Văn phòng trả lời.",
        "dispute_over": "Nội dung này đã khép lại hoặc không còn thuộc đơn vị; không cần phản ánh.",
        "dispute_late": "{code}: chưa ghi nhận, vì nội dung này vừa khép lại hoặc đã có phản ánh.",
        "invitation_subject": "Mời nhận thông báo qua Telegram: {unit}",
        "invitation": "Kính gửi: Đồng chí {name}, {unit}\n\nĐể nhận thông báo của đơn vị qua Telegram, đề nghị mở liên kết sau "
        "trên điện thoại của mình:\n\n{link}\n\nLiên kết dùng một lần, có hiệu lực đến {until}. Không chuyển tiếp liên kết này.",
    },
    "en": {
        "enrolled": "Bound: {name}, {unit}. Notices for the unit come into this chat from now on. Send /help for help.",
        "pending": "Noted: {name}, {unit}. The office has to confirm it; after that notices come into this chat.",
        "already": "This chat is bound already: {name}, {unit}.",
        "wrong_token": "The link is wrong. Please ask the office for a new one.",
        "used_token": "This link has been used. Please ask the office for a new one.",
        "expired_token": "This link has expired. Please ask the office for a new one.",
        "revoked_token": "This link has been revoked. Please ask the office for a new one.",
        "not_private": "The link works in a private chat with the bot only.",
        "stranger": "This chat is not bound to a unit. Please open the link that the office sent.",
        "stopped": "Notices go by e-mail from now on; the duty stays the same. The office has been told. "
        "Send /start to get them here again.",
        "stopped_no_mail": "Noted, and the office has been told. There is no e-mail address, so notices still come here.",
        "resumed": "Notices come into this chat again. The office has been told.",
        "help": "/status – what is open in your unit\n/stop – get notices by e-mail\n/start – get them here again\n"
        "A reply to a notice of late files – noted as the cause of the delay\n"
        "Any other message is handed to the office.",
        "no_words": "(a picture or a file, without words)",
        "cause": "The cause of delay of {count} file(s) has been noted and handed to the office.",
        "kept": "Your answer has been received and handed to the office.",
        "status_none": "{unit}: nothing is open.",
        "status": "{unit}: {total} open ({levels}).",
        "status_no_unit": "Today you are not named for any unit.",
        "acknowledged": "Noted: you have received this notice.",
        "acknowledged_before": "Acknowledged by {by} at {at}.",
        "closed": "What this notice told of was closed at {at}.",
        "not_yours": "This notice went to somebody else; nothing was noted.",
        "stale": "This button is no longer of use.",
        "dispute_which": "Please choose what is wrong.",
        "dispute_choose": "Notice {notice}: which figure is wrong?",
        "dispute_which_code": "Notice {notice} names {count} records. Please answer this message with the code of the one that is "
        "wrong.",
        "dispute_or_choose": "What has no code is to be chosen below.",
        "dispute_page_before": "◂ page {page}/{pages}",
        "dispute_page_after": "page {page}/{pages} ▸",
        "dispute_please": "Please say what is wrong.",
        "dispute_why": "{code}: please answer this message and say which figure is wrong, and by which paper (number, day). No "
        "citizen's name, telephone or identity number.",
        "dispute_no_reason": "{code}: nothing was noted without a reason. Please answer this message and say what is wrong.",
        "dispute_no_code": "No record of this notice has that code; your words were handed to the office. To dispute a figure, "
        "please send the code again.",
        "dispute_raised": "Noted, what is wrong with {code}: “{reason}”. The office will answer you; meanwhile the duty stays the "
        "same.",
        "dispute_masked": "Telephone numbers, identity numbers and mail addresses in it were taken out.",
        "dispute_before": "Disputed by {by} at {at}; the office has not answered yet.",
        "dispute_over": "This is closed, or another unit's by now; there is nothing to dispute.",
        "dispute_late": "{code}: nothing was noted, for it was closed or disputed a moment ago.",
        "invitation_subject": "Invitation to notices by Telegram: {unit}",
        "invitation": "Dear {name}, {unit}\n\nTo receive the notices of your unit by Telegram, please open this link on your own "
        "telephone:\n\n{link}\n\nThe link works once, until {until}. Do not pass it on.",
    },
}
_LEVELS: Mapping[str, Mapping[Level, str]] = {
    "vi": {Level.CRITICAL: "nghiêm trọng", Level.WARNING: "cảnh báo", Level.REMINDER: "nhắc việc"},
    "en": {Level.CRITICAL: "critical", Level.WARNING: "warning", Level.REMINDER: "reminder"},
}


def say(key: str, language: str, **given: object) -> str:
    """The phrase in the language, or in English where there is none."""
    return _TEXTS.get(language, _TEXTS["en"])[key].format(**given)


def standing(unit: str, counts: Mapping[Level, int], language: str) -> str:
    """One line on what is open in a unit, the worst level first."""
    words = _LEVELS.get(language, _LEVELS["en"])
    if not counts:
        return say("status_none", language, unit=unit)
    levels = ", ".join(f"{counts[level]} {words[level]}" for level in sorted(counts, reverse=True))
    return say("status", language, unit=unit, total=sum(counts.values()), levels=levels)


def clock_time(moment: datetime, language: str) -> str:
    """A moment (already in the site's zone) as people write it: ``10:12 ngày 05/10/2026``."""
    return moment.strftime("%H:%M ngày %d/%m/%Y" if language == "vi" else "%H:%M on %d/%m/%Y")


def invitation(language: str, *, name: str, unit: str, link: str, until: datetime) -> tuple[str, str]:
    """Subject and text of the mail that carries a link. ``until``: in the site's zone."""
    shown = clock_time(until, language)
    text = say("invitation", language, name=name, unit=unit, link=link, until=shown)
    return say("invitation_subject", language, unit=unit), text
