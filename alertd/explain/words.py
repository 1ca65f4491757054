"""The words of an explanation, in Vietnamese and English: every state, reason and kind of day as an office says it."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from alertd.explain.copies import Standing
from alertd.explain.count import DayWhy, Stop
from alertd.model.freshness import Doubt
from alertd.model.ledger import Holder
from alertd.model.message import Result
from alertd.model.words import AlertState, ChannelName, Level, NoticeKind, NoticeState, Reason
from alertd.notices.verdict import Why

# By the enum first: members of two of them can be one and the same text, and so one key.
Words = Mapping[type[Enum], Mapping[Any, str]]
_VI: Words = {
    Level: {
        Level.REMINDER: "nhắc việc",
        Level.WARNING: "cảnh báo",
        Level.CRITICAL: "nghiêm trọng",
    },
    AlertState: {
        AlertState.OPEN: "đang mở",
        AlertState.ACKNOWLEDGED: "đã xác nhận",
        AlertState.DISPUTED: "đơn vị đang phản ánh số liệu",
        AlertState.RESOLVED: "đã khép lại",
        AlertState.WITHDRAWN: "đã rút",
    },
    Reason: {
        Reason.OPENED: "mới phát sinh",
        Reason.WORSE: "mức tăng lên",
        Reason.EASED: "mức giảm xuống",
        Reason.REPEAT: "nhắc lại",
        Reason.REOPENED: "phát sinh trở lại",
        Reason.MOVED: "chuyển đơn vị",
        Reason.HANDED: "đơn vị có người phụ trách mới",
        Reason.RESOLVED: "đã giải quyết",
        Reason.MOVED_ON: "chuyển giai đoạn theo thời gian",
        Reason.GONE: "nguồn dữ liệu không còn ghi nhận",
        Reason.EXCLUDED: "thuộc trường hợp loại trừ",
        Reason.RULE_REMOVED: "quy tắc không còn áp dụng",
        Reason.RULE_CHANGED: "quy tắc đã thay đổi",
        Reason.RULE_RENAMED: "quy tắc đổi tên, cảnh báo được giữ nguyên",
        Reason.BASELINE: "ghi nhận làm hiện trạng ban đầu",
        Reason.UNTOLD: "kết thúc diễn tập, coi như chưa thông báo",
        Reason.DISCARDED: "Văn phòng đã bỏ",
        Reason.RELEASED: "Văn phòng đã cho gửi",
        Reason.CALENDAR_CHANGED: "lịch làm việc đã thay đổi",
        Reason.MAPPING_CHANGED: "nguồn dữ liệu được đọc lại theo cấu hình mới",
        Reason.ACKNOWLEDGED: "đơn vị đã xác nhận",
        Reason.DISPUTED: "đơn vị phản ánh số liệu",
        Reason.UPHELD: "Văn phòng chấp nhận phản ánh",
        Reason.REJECTED: "Văn phòng không chấp nhận phản ánh",
        Reason.UNANSWERED: "chưa có phản hồi",
        Reason.OUTSIDE_HOURS: "ngoài giờ làm việc",
        Reason.NOT_BELIEVED: "dữ liệu chưa đủ tin cậy",
        Reason.SILENCED: "đang tạm ngừng thông báo",
        Reason.IN_DIGEST: "đưa vào bản tin",
        Reason.NO_CONTACT: "không có địa chỉ nhận",
    },
    NoticeKind: {
        NoticeKind.ALERT: "Thông báo",
        NoticeKind.DIGEST: "Bản tin",
        NoticeKind.OFFICE: "Thông báo Văn phòng",
        NoticeKind.SYSTEM: "Thông báo của hệ thống",
    },
    NoticeState: {
        NoticeState.PENDING: "chờ gửi",
        NoticeState.HELD: "đang giữ lại",
        NoticeState.SENDING: "đang gửi",
        NoticeState.SENT: "đã gửi",
        NoticeState.RETRY: "chờ gửi lại",
        NoticeState.UNCERTAIN: "không rõ đã đến hay chưa",
        NoticeState.WITHDRAWN: "đã rút, không gửi",
        NoticeState.SUPERSEDED: "được thay bằng thông báo mới hơn",
        NoticeState.DEAD: "không gửi được",
    },
    ChannelName: {
        ChannelName.TELEGRAM: "Telegram",
        ChannelName.EMAIL: "thư điện tử",
        ChannelName.HTTP: "cổng nhắn tin",
    },
    Result: {
        Result.ACCEPTED: "máy chủ đã nhận",
        Result.RETRY: "chưa đến, sẽ gửi lại",
        Result.UNCERTAIN: "không rõ đã đến hay chưa",
        Result.ADDRESS_REFUSED: "địa chỉ bị từ chối",
        Result.CONTENT_REFUSED: "nội dung bị từ chối",
    },
    Why: {
        Why.NONE: "",
        Why.PACE: "chờ đến lượt gửi",
        Why.UNREACHABLE: "không kết nối được máy chủ",
        Why.BACK_OFF: "máy chủ hẹn gửi lại sau",
        Why.MAY_HAVE_ARRIVED: "không rõ đã đến hay chưa",
        Why.CHAT_MOVED: "cuộc trò chuyện đã chuyển địa chỉ",
        Why.ADDRESS_REFUSED: "địa chỉ bị từ chối",
        Why.CONTENT_REFUSED: "nội dung bị từ chối",
        Why.NO_CONTACT: "không còn địa chỉ nào nhận được",
        Why.GIVEN_UP: "đã thử nhiều lần không thành",
        Why.TOO_OLD: "đã quá hạn gửi",
        Why.RESOLVED: "việc đã giải quyết trước khi gửi",
        Why.NEWER: "đã có bản tin mới hơn",
        Why.DISCARDED: "Văn phòng đã bỏ",
        Why.MISADDRESSED: "người nhận thôi phụ trách; đã chuyển người đang phụ trách",
        Why.BOUNCED: "thư bị trả lại",
        Why.ANSWERED: "người nhận đã phản hồi",
        Why.BRAKE: "giữ lại, chờ Văn phòng quyết định",
        Why.MISCOUNTED: "tính theo lịch làm việc trước khi điều chỉnh",
        Why.DRAFT: "bản nháp, chờ Văn phòng duyệt",
    },
    Doubt: {
        Doubt.NEVER_READ: "chưa đọc được lần nào",
        Doubt.FAILED: "lần đọc gần nhất không thành",
        Doubt.NOT_BELIEVED: "lần đọc gần nhất chưa đủ tin cậy",
        Doubt.STALE: "dữ liệu đã cũ",
        Doubt.NO_SIGN_OF_LIFE: "nguồn không có phát sinh mới",
    },
    Holder: {
        Holder.SECTION: "phòng đang giữ",
        Holder.UNIT: "đơn vị, ngoài phòng đó",
        Holder.OTHER_UNIT: "đơn vị khác",
        Holder.CITIZEN: "công dân (chờ bổ sung)",
    },
    DayWhy: {
        DayWhy.COUNTED: "ngày làm việc",
        DayWhy.MADE_UP: "ngày làm việc",
        DayWhy.WEEKEND: "ngày nghỉ hằng tuần, không tính",
        DayWhy.HOLIDAY: "ngày nghỉ, không tính",
        DayWhy.DUE: "ngày đến hạn, không tính",
        DayWhy.TODAY: "hôm nay, không tính",
        DayWhy.PAUSED: "chờ công dân bổ sung, không tính",
        DayWhy.MOVED: "ngày đã hẹn, chuyển sang ngày làm việc kế tiếp",
        DayWhy.BEGUN: "ngày bắt đầu, không tính",
    },
    Stop: {
        Stop.TODAY: "tính đến hết ngày {day}",
        Stop.WAITING: "dừng tính từ ngày {day} vì chờ công dân bổ sung hồ sơ",
        Stop.ENDED: "tính đến khi kết thúc xử lý",
        Stop.DONE: "tính đến ngày hoàn thành {day}",
    },
    Standing: {
        Standing.ONLY: "vì chỉ nguồn này ghi nhận",
        Standing.HIGHEST: "vì nguồn này có mức ưu tiên cao nhất",
        Standing.FIRST_BY_NAME: "vì các nguồn có mức ưu tiên bằng nhau và nguồn này đứng trước theo tên",
        Standing.OTHERS_GONE: "vì các nguồn khác không còn ghi nhận",
        Standing.LOWER: "vì có nguồn được ưu tiên hơn",
        Standing.LATER_BY_NAME: "vì nguồn kia có mức ưu tiên bằng nguồn này và đứng trước theo tên",
        Standing.GONE: "vì nguồn không còn ghi nhận",
        Standing.UNSETTLED: "mức ưu tiên vừa thay đổi, sẽ chọn lại ở lần đọc nguồn tiếp theo",
    },
}
_EN: Words = {
    Level: {level: level.word for level in Level},
    AlertState: {state: state.value for state in AlertState},
    Reason: {reason: reason.value.replace("_", " ") for reason in Reason},
    NoticeKind: {
        NoticeKind.ALERT: "Notice",
        NoticeKind.DIGEST: "Digest",
        NoticeKind.OFFICE: "Notice to the office",
        NoticeKind.SYSTEM: "Notice of the system",
    },
    NoticeState: {state: state.value for state in NoticeState},
    ChannelName: {
        ChannelName.TELEGRAM: "Telegram",
        ChannelName.EMAIL: "e-mail",
        ChannelName.HTTP: "gateway",
    },
    Result: {
        Result.ACCEPTED: "accepted by the server",
        Result.RETRY: "did not arrive, is sent again",
        Result.UNCERTAIN: "not known whether it arrived",
        Result.ADDRESS_REFUSED: "the address was refused",
        Result.CONTENT_REFUSED: "the content was refused",
    },
    Why: {why: why.value.replace("_", " ") for why in Why},
    Doubt: {
        Doubt.NEVER_READ: "never read",
        Doubt.FAILED: "the last reading failed",
        Doubt.NOT_BELIEVED: "the last reading was not believed",
        Doubt.STALE: "the data are old",
        Doubt.NO_SIGN_OF_LIFE: "nothing new has come in",
    },
    Holder: {
        Holder.SECTION: "the section that has it",
        Holder.UNIT: "the unit otherwise",
        Holder.OTHER_UNIT: "other units",
        Holder.CITIZEN: "the citizen (supplement)",
    },
    DayWhy: {
        DayWhy.COUNTED: "working day",
        DayWhy.MADE_UP: "working day",
        DayWhy.WEEKEND: "weekend, does not count",
        DayWhy.HOLIDAY: "day off, does not count",
        DayWhy.DUE: "the due day, does not count",
        DayWhy.TODAY: "today, does not count",
        DayWhy.PAUSED: "the citizen is waited for, does not count",
        DayWhy.MOVED: "the day itself, moved on to the next working day",
        DayWhy.BEGUN: "the day from which it counts",
    },
    Stop: {
        Stop.TODAY: "up to and including {day}",
        Stop.WAITING: "stopped from {day} on: the citizen is waited for",
        Stop.ENDED: "up to the end of the work on it",
        Stop.DONE: "up to {day}, when it was done",
    },
    Standing: {
        Standing.ONLY: "the only one that lists it",
        Standing.HIGHEST: "its source has the highest authority",
        Standing.FIRST_BY_NAME: "its source comes first by name among those of equal authority",
        Standing.OTHERS_GONE: "the other sources no longer list it",
        Standing.LOWER: "another source has more authority",
        Standing.LATER_BY_NAME: "another source of equal authority comes first by name",
        Standing.GONE: "its source no longer lists it",
        Standing.UNSETTLED: "authorities have changed; it is chosen anew when a source is next read",
    },
}
WORDS: Mapping[str, Words] = {"vi": _VI, "en": _EN}


def word(member: Enum, language: str) -> str:
    """A state, a reason or a kind of day in the language."""
    return WORDS[language][type(member)][member]
