"""Why a snapshot is not believed, in Vietnamese and English: what was seen, before and now, and the cure."""

from collections.abc import Mapping, Sequence

from alertd.intake.states import State
from alertd.intake.words import shown_count

# By the word that stands in the poll's row.
_DOUBTS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "incomplete": "dữ liệu nhận về không đầy đủ ({what}). Đề nghị đơn vị quản lý nguồn kiểm tra; lần đọc sau sẽ thử lại",
        "missing_column": "không còn cột {what}: {before} bản ghi có giá trị trước đó, nay {after} bản ghi bị mất. Đề nghị sửa"
        " [sources.fields] theo tên cột mới, hoặc đề nghị nguồn cung cấp lại; nếu nguồn không còn cung cấp cột này, bỏ dòng đó"
        " trong [sources.fields]",
        "emptied_column": "cột {what} bỗng dưng trống: {before} bản ghi có giá trị trước đó, nay {after} bản ghi bị mất. Đề nghị"
        " kiểm tra nguồn, units.csv và [sources.fields]; nếu nguồn không còn cung cấp cột này, bỏ dòng đó trong [sources.fields]",
        "unreadable": "{after} trên {before} dòng không đọc được mã hoặc thời gian. Đề nghị kiểm tra [sources.times] và"
        " [sources.fields]; các dòng lỗi đầu tiên xem bằng: alertd status",
        "stale": "dữ liệu có thời điểm {what}, cũ hơn mức cho phép ({limit}). Đề nghị kiểm tra việc cập nhật của nguồn, hoặc"
        " sửa stale_after",
        "undated": "không xác định được dữ liệu của thời điểm nào. Đề nghị kiểm tra as_of của nguồn",
        "silent": "không có sự kiện mới nào kể từ {what}, lâu hơn mức cho phép ({limit}). Đề nghị kiểm tra việc cập nhật của"
        " nguồn, hoặc sửa sign_of_life",
        "never_alive": "không bản ghi nào có sự kiện đã xảy ra, nên không biết nguồn còn được cập nhật hay không. Đề nghị kiểm"
        " tra các cột thời gian trong [sources.fields], hoặc bỏ sign_of_life",
        # what may be true
        "returned": "tệp {what} chính là danh sách đã đọc lúc {at}, sau đó đã được thay bằng danh sách mới hơn. Đề nghị gửi danh"
        ' sách mới nhất; nếu danh sách thực sự trở lại như cũ, chạy: alertd sources accept "{source}" --reason "…"',
        "empty": "danh sách trống, trong khi trước đó có {before} bản ghi",
        "first_empty": "lần đọc đầu tiên không có bản ghi nào. Đề nghị kiểm tra địa chỉ và [sources.fields]; nếu nguồn thực sự"
        ' chưa có dữ liệu, chạy: alertd sources accept "{source}" --reason "…"',
        "shrunk": "danh sách giảm từ {before} còn {after} bản ghi ({share}%, mức cho phép {limit}%)",
        "unit_shrunk": "số bản ghi của {what} giảm từ {before} còn {after} ({share}%, mức cho phép {limit}%)",
        "grew": "danh sách bỗng dưng có thêm {after} bản ghi mới, trong khi trước đó có {before} bản ghi ({share}%, mức cho phép"
        " {limit}%)",
        "unit_grew": "{what} bỗng dưng có thêm {after} bản ghi mới, trong khi trước đó có {before} bản ghi ({share}%, mức cho"
        " phép {limit}%)",
        "emptied": "cột {what} bỗng dưng mất giá trị ở {after} trên {before} bản ghi ({share}%, mức cho phép {limit}%)",
        "unit_emptied": "cột {what} của {unit} bỗng dưng mất giá trị ở {after} trên {before} bản ghi ({share}%, mức cho phép"
        " {limit}%)",
        "filled": "cột {what} bỗng dưng có giá trị ở {after} bản ghi trước đó để trống, trên {before} bản ghi ({share}%, mức"
        " cho phép {limit}%)",
        "shifted": "{after} trên {before} bản ghi cùng lúc {moved} ({share}%, mức cho phép {limit}%)",
        "unit_shifted": "{after} trên {before} bản ghi của {what} cùng lúc {moved} ({share}%, mức cho phép {limit}%)",
    },
    "en": {
        "incomplete": "the data came in part only ({what}). See to the source; it is read again at the next poll",
        "missing_column": "the column {what} is not there any more: of {before} records with a value {after} lost it. Put its"
        " new name into [sources.fields], or have the source give it again; if it no longer does, take the line out of"
        " [sources.fields]",
        "emptied_column": "the column {what} is suddenly empty: of {before} records with a value {after} lost it. See to the"
        " source, units.csv and [sources.fields]; if the source no longer gives it, take its line out of [sources.fields]",
        "unreadable": "in {after} of {before} rows the code or a time cannot be read. Check [sources.times] and"
        " [sources.fields]; alertd status shows the first of them",
        "stale": "the data are of {what}, older than allowed ({limit}). See whether the source is still updated, or change"
        " stale_after",
        "undated": "it cannot be told how old the data are. Check as_of of the source",
        "silent": "nothing new has happened since {what}, longer than allowed ({limit}). See whether the source is still"
        " updated, or change sign_of_life",
        "never_alive": "no record has an event that has happened, so nobody can tell whether the source is still updated. Check"
        " the columns of times in [sources.fields], or leave sign_of_life out",
        "returned": "the file {what} is the list that was read on {at} and was replaced by a newer one since. Drop the newest"
        ' list; if it really is as it was then, run: alertd sources accept "{source}" --reason "…"',
        "empty": "the list is empty where it had {before} records",
        "first_empty": "the first reading has no record at all. Check the address and [sources.fields]; if the source really has"
        ' none yet, run: alertd sources accept "{source}" --reason "…"',
        "shrunk": "the list shrank from {before} to {after} records ({share}%, at most {limit}% are believed)",
        "unit_shrunk": "the records of {what} shrank from {before} to {after} ({share}%, at most {limit}% are believed)",
        "grew": "the list suddenly has {after} new records where it had {before} ({share}%, at most {limit}% are believed)",
        "unit_grew": "{what} suddenly has {after} new records where it had {before} ({share}%, at most {limit}% are believed)",
        "emptied": "the column {what} suddenly lost its value in {after} of {before} records ({share}%, at most {limit}% are"
        " believed)",
        "unit_emptied": "the column {what} of {unit} suddenly lost its value in {after} of {before} records ({share}%, at most"
        " {limit}% are believed)",
        "filled": "the column {what} suddenly has a value in {after} records that had none, of {before} ({share}%, at most"
        " {limit}% are believed)",
        "shifted": "{after} of {before} records {moved} ({share}%, at most {limit}% are believed)",
        "unit_shifted": "{after} of {before} records of {what} {moved} ({share}%, at most {limit}% are believed)",
    },
}
_OTHERS = {"vi": "; tương tự ở {count} đơn vị khác", "en": "; likewise in {count} other units"}
_MORE = {"vi": "; và {count} dấu hiệu khác", "en": "; and {count} more signs"}
_IF_TRUE = {
    "vi": '. Nếu đúng như vậy, chạy: alertd sources accept "{source}" --reason "…"; nếu không, đề nghị kiểm tra nguồn',
    "en": '. If that is right, run: alertd sources accept "{source}" --reason "…"; if not, see to the source',
}
_NAMED = 3  # findings in one sentence

_ALL_MOVED = {"vi": "chuyển từ “{was}” sang “{now}”", "en": "went from “{was}” to “{now}” at once"}
_MOST_MOVED = {
    "vi": "đổi trạng thái, phần lớn ({count}) từ “{was}” sang “{now}”",
    "en": "changed their state at once, most of them ({count}) from “{was}” to “{now}”",
}
_MADE_LATE = {"vi": ", làm {count} bản ghi trở thành quá hạn", "en": ", which makes {count} of them overdue"}
_STATES: Mapping[str, Mapping[str, Mapping[State, str]]] = {
    "vi": {
        "files": {
            State.RUNNING: "đang xử lý",
            State.WAITING: "chờ công dân bổ sung",
            State.ENDED: "đã kết thúc",
        },
        "announcements": {State.RUNNING: "chưa công bố, công khai", State.ENDED: "đã công bố, công khai"},
        "procedures": {State.RUNNING: "chưa đủ nội dung", State.ENDED: "đủ nội dung"},
        "assignments": {State.RUNNING: "chưa hoàn thành", State.ENDED: "đã hoàn thành"},
        "index_readings": {State.RUNNING: "có số liệu"},
    },
    "en": {
        "files": {State.RUNNING: "in progress", State.WAITING: "waiting for the citizen", State.ENDED: "ended"},
        "announcements": {State.RUNNING: "not announced or published", State.ENDED: "announced and published"},
        "procedures": {State.RUNNING: "incomplete", State.ENDED: "complete"},
        "assignments": {State.RUNNING: "not done", State.ENDED: "done"},
        "index_readings": {State.RUNNING: "read"},
    },
}
_LATE = {"vi": ("trong hạn", "quá hạn"), "en": ("in time", "overdue")}


def doubt(word: str, language: str, facts: Mapping[str, str]) -> str:
    """What was seen (and, where it cannot be true, the cure); no full stop."""
    return _DOUBTS[language][word].format_map(facts)


def other_units(count: int, language: str) -> str:
    return _OTHERS[language].format(count=shown_count(count, language)) if count else ""


def may_be_true(findings: Sequence[str], source: str, language: str) -> str:
    """The findings as one sentence, with what to do where they are right."""
    rest = len(findings) - _NAMED
    more = _MORE[language].format(count=rest) if rest > 0 else ""
    return "; ".join(findings[:_NAMED]) + more + _IF_TRUE[language].format(source=source)


def state_name(state: State, dataset: str, language: str) -> str:
    return _STATES[language][dataset][state]


def late_name(language: str, *, late: bool) -> str:
    return _LATE[language][late]


def moved(was: str, now: str, count: int, of: int, late: int, language: str) -> str:
    """``count`` of the ``of`` records that moved went the named way; ``late``: how many of all become overdue by it."""
    said = (_ALL_MOVED if count == of else _MOST_MOVED)[language]
    made_late = _MADE_LATE[language].format(count=shown_count(late, language)) if late else ""
    return said.format(was=was, now=now, count=shown_count(count, language)) + made_late
