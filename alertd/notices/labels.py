"""The few words that stand in data and figures, in Vietnamese and English; sentences stand in templates/. Pure."""

from collections.abc import Mapping

LEVELS: Mapping[str, Mapping[str, str]] = {
    "vi": {"critical": "nghiêm trọng", "warning": "cảnh báo", "reminder": "nhắc việc"},
    "en": {"critical": "critical", "warning": "warning", "reminder": "reminder"},
}

ICONS: Mapping[str, str] = {"critical": "🔴", "warning": "🟠", "reminder": "🟡"}

# One and many; Vietnamese makes no difference.
THINGS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "vi": {
        "files": ("hồ sơ", "hồ sơ"),
        "announcements": ("thủ tục", "thủ tục"),
        "procedures": ("thủ tục", "thủ tục"),
        "assignments": ("nhiệm vụ", "nhiệm vụ"),
        "index_readings": ("chỉ số", "chỉ số"),
        "sync_gaps": ("hồ sơ lệch dữ liệu", "hồ sơ lệch dữ liệu"),
        "unit_periods": ("trường hợp", "trường hợp"),
        "changes": ("thay đổi", "thay đổi"),
        "": ("việc", "việc"),
    },
    "en": {
        "files": ("file", "files"),
        "announcements": ("procedure", "procedures"),
        "procedures": ("procedure", "procedures"),
        "assignments": ("assignment", "assignments"),
        "index_readings": ("index figure", "index figures"),
        "sync_gaps": ("file that differs", "files that differ"),
        "unit_periods": ("period's result", "results of periods"),
        "changes": ("change to be explained", "changes to be explained"),
        "": ("matter", "matters"),
    },
}

YES_NO: Mapping[str, tuple[str, str]] = {"vi": ("có", "không"), "en": ("yes", "no")}

CHANGED: Mapping[str, tuple[str, str, str]] = {
    "vi": ("tăng {}", "giảm {}", "không đổi"),
    "en": ("up by {}", "down by {}", "unchanged"),
}

MOMENT: Mapping[str, str] = {"vi": "{time} ngày {day}", "en": "{time} on {day}"}

AND_MORE_UNITS: Mapping[str, str] = {"vi": "và {count} đơn vị khác", "en": "and {count} more units"}

# Whether a unit's name goes on from a person's title: Giám đốc Sở | Xây dựng.
TITLE_RUNS_ON: Mapping[str, bool] = {"vi": True, "en": False}

# Headings of the list that goes along as a spreadsheet.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "level": "Mức",
        "unit": "Đơn vị",
        "record": "Nội dung",
        "named": "Đơn vị ghi trong nguồn",
        "also": "Đồng thời",
        "period": "Kỳ",
        "code": "Mã hồ sơ",
        "procedure": "Mã thủ tục",
        "due": "Hẹn trả",
        "ended": "Kết thúc",
        "late": "Số ngày làm việc sau hạn",
        "files": "Hồ sơ",
        "cut": "Danh sách gồm {shown} dòng đầu trong tổng số {total}.",
        "file": "danh-sach",
        "units": "Đơn vị",
        "open": "Tồn đọng",
        "critical": "Nghiêm trọng",
        "silent": "Chưa phản hồi",
        "last": "chưa xác định; số liệu cuối {}",
    },
    "en": {
        "level": "Level",
        "unit": "Unit",
        "record": "Record",
        "named": "Unit as the source wrote it",
        "also": "Also",
        "period": "Period",
        "code": "File",
        "procedure": "Procedure",
        "due": "Due",
        "ended": "Ended",
        "late": "Working days after the due day",
        "files": "Files",
        "cut": "The list holds the first {shown} of {total} lines.",
        "file": "list",
        "units": "Units",
        "open": "Open",
        "critical": "Critical",
        "silent": "Unanswered",
        "last": "not known; last figure {}",
    },
}
