"""What words of closed lists and yes/no fields are called in notices and sentences, Vietnamese and English: one word, one name."""

from collections.abc import Mapping

from alertd.model.dataset import Field
from alertd.model.index_words import INDICATORS, QUALITY, ReadingKind, Series
from alertd.model.words import (
    AssignmentState,
    Explanation,
    Filed,
    FileStatus,
    GapCause,
    GapKind,
    Grain,
    PeriodKind,
    WatchedChange,
)

_VI: Mapping[str, str] = {
    FileStatus.REGISTERED: "mới đăng ký",
    FileStatus.ACCEPTED: "được tiếp nhận",
    FileStatus.REFUSED: "không được tiếp nhận",
    FileStatus.PROCESSING: "đang xử lý",
    FileStatus.SUPPLEMENT: "yêu cầu bổ sung",
    FileStatus.PAYMENT: "yêu cầu nghĩa vụ tài chính",
    FileStatus.WITHDRAWN: "công dân rút",
    FileStatus.STOPPED: "dừng xử lý",
    FileStatus.DONE: "đã xử lý xong",
    FileStatus.RETURNED: "đã trả kết quả",
    Filed.ONLINE: "trực tuyến",
    Filed.COUNTER: "trực tiếp",
    Filed.POST: "qua bưu chính",
    AssignmentState.NEW: "mới giao",
    AssignmentState.WORKING: "đang thực hiện",
    AssignmentState.GIVEN_BACK: "đã trả lại",
    AssignmentState.CANCELLED: "đã hủy",
    ReadingKind.TOTAL: "tổng điểm",
    ReadingKind.GROUP: "nhóm chỉ số",
    ReadingKind.INDICATOR: "chỉ số thành phần",
    ReadingKind.UNKNOWN: "chỉ số chưa rõ",
    GapKind.MISSING_THERE: "chưa có trên Cổng",
    GapKind.MISSING_HERE: "chưa có tại thành phố",
    GapKind.OTHER_END: "khác ngày kết thúc",
    GapKind.OTHER_DUE: "khác ngày hẹn trả",
    GapKind.OTHER_STATE: "khác trạng thái",
    GapCause.PAUSE_NOT_SENT: "Cổng chưa ghi nhận đúng việc tạm dừng",
    GapCause.END_NOT_SENT: "Cổng chưa ghi nhận kết thúc",
    GapCause.OTHER_DUE_DATE: "hai ngày hẹn trả khác nhau",
    GapCause.MINISTRY_SYSTEM: "giải quyết trên hệ thống của bộ",
    GapCause.UNKNOWN: "chưa rõ nguyên nhân",
    Grain.CITY: "toàn thành phố",
    Grain.UNIT: "đơn vị",
    Grain.FIELD: "lĩnh vực",
    Grain.PROCEDURE: "thủ tục",
    PeriodKind.MONTH: "tháng",
    PeriodKind.QUARTER: "quý",
    Series.YEAR: "năm",
    WatchedChange.END_MOVED_BACK: "ngày kết thúc lùi về trước",
    WatchedChange.DUE_MOVED_LATER: "ngày hẹn trả lùi về sau",
    WatchedChange.CAME_BACK: "xuất hiện lại với mã mới",
    Explanation.APOLOGY: "văn bản xin lỗi",
    Explanation.EXTENSION: "gia hạn",
    Explanation.ANSWERED: "công dân đã bổ sung",
    Explanation.PUT_BACK: "đã trở lại như trước",
}
# A word of one part says itself in English.
_EN: Mapping[str, str] = {
    AssignmentState.GIVEN_BACK: "given back",
    GapKind.MISSING_THERE: "missing on the portal",
    GapKind.MISSING_HERE: "missing in the city's system",
    GapKind.OTHER_END: "another end",
    GapKind.OTHER_DUE: "another due date",
    GapKind.OTHER_STATE: "another state",
    GapCause.PAUSE_NOT_SENT: "pause, or its end, not on the portal",
    GapCause.END_NOT_SENT: "end not on the portal",
    GapCause.OTHER_DUE_DATE: "another due date",
    GapCause.MINISTRY_SYSTEM: "handled in a ministry's system",
    GapCause.UNKNOWN: "cause unknown",
    WatchedChange.END_MOVED_BACK: "end moved back",
    WatchedChange.DUE_MOVED_LATER: "due date moved later",
    WatchedChange.CAME_BACK: "came back with a new code",
    Explanation.PUT_BACK: "put back as it was",
}
WORDS: Mapping[str, Mapping[str, str]] = {"vi": _VI, "en": _EN}
# Codes that mean the same wherever they stand.
CODES: Mapping[str, Mapping[str, str]] = {
    "vi": {**{code: each.vi for code, each in INDICATORS.items()}, **QUALITY["vi"]},
    "en": {**{code: each.en for code, each in INDICATORS.items()}, **QUALITY["en"]},
}

# What a yes/no field says of a record, and what its contrary says.
YES_NO: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "vi": {
        "is_open": ("chưa kết thúc", "đã kết thúc"),
        "waiting_for_citizen": ("đang chờ công dân bổ sung", "không chờ công dân bổ sung"),
        "is_overdue": ("đã quá hạn", "chưa quá hạn"),
        "fast_track": ("theo trình tự rút gọn", "không theo trình tự rút gọn"),
        "content_complete": ("đủ nội dung", "chưa đủ nội dung"),
        "paid_online": ("đã thanh toán trực tuyến", "không thanh toán trực tuyến"),
        "is_newest": ("thuộc kỳ mới nhất", "không thuộc kỳ mới nhất"),
        "is_closed": ("kỳ đã kết thúc", "kỳ chưa kết thúc"),
        "is_current": ("thuộc kỳ đang diễn ra hoặc vừa kết thúc", "thuộc kỳ cũ"),
        "is_lowest": ("là nhóm thấp nhất", "không phải nhóm thấp nhất"),
        "differs": ("còn chênh lệch", "không còn chênh lệch"),
        "is_due": ("đã quá thời hạn đồng bộ", "chưa quá thời hạn đồng bộ"),
        "late_here": ("quá hạn theo thành phố", "không quá hạn theo thành phố"),
        "late_there": ("quá hạn theo Cổng", "không quá hạn theo Cổng"),
        "is_running": ("kỳ đang diễn ra", "kỳ đã kết thúc"),
    },
    "en": {
        "is_open": ("is not ended", "is ended"),
        "waiting_for_citizen": ("is waiting for the citizen", "is not waiting for the citizen"),
        "is_overdue": ("is overdue", "is not overdue"),
        "fast_track": ("is on the fast track", "is not on the fast track"),
        "content_complete": ("has all of its content", "lacks content"),
        "paid_online": ("was paid online", "was not paid online"),
        "is_newest": ("is of the newest period", "is not of the newest period"),
        "is_closed": ("is of a period that has ended", "is of a period that has not ended"),
        "is_current": ("is of the running period or the last that ended", "is of an earlier period"),
        "is_lowest": ("is the lowest group", "is not the lowest group"),
        "differs": ("differs still", "differs no more"),
        "is_due": ("is past the time for synchronising", "is within the time for synchronising"),
        "late_here": ("is late by the city's dates", "is not late by the city's dates"),
        "late_there": ("is late by the portal's dates", "is not late by the portal's dates"),
        "is_running": ("is of a period that goes on", "is of a period that has ended"),
    },
}


def yes_no(field: Field, language: str, *, holds: bool) -> str:
    """What a yes/no field says of a record where it holds, or where it does not."""
    return YES_NO[language][field.holds or field.name][0 if holds else 1]
