"""What can be wrong with a test, said in both languages side by side. Values only."""

from collections.abc import Collection

from alertd.rules.nearest import did_you_mean
from alertd.rules.wrong import Wrong, wrong


def no_unit(code: str, known: Collection[str]) -> Wrong:
    """With the nearest code that there is, and how a test makes up a unit of its own."""
    meant = did_you_mean(code, known)
    end = "" if meant.endswith("?") else ";"
    own = f"units: {{{code}: {{name: …}}}}"
    return wrong(
        f"no unit has the code {code!r}",
        f"không có đơn vị mang mã {code!r}",
        f"{meant}{end} for a unit of the test's own write at the top of the file {own}",
        f"{meant.vi}{end} nếu là đơn vị chỉ dùng để kiểm thử thì khai báo ở đầu tệp: {own}",
    )


def several(name: str) -> Wrong:
    return wrong(
        f"{name}: is said of one record, and this test has several",
        f"{name}: chỉ dùng khi có một bản ghi, kiểm thử này có nhiều",
        "write alerts: {A: warning, B: none}, or a test for each record",
        "viết alerts: {A: warning, B: none}, hoặc mỗi bản ghi một kiểm thử",
    )


def standing(name: str) -> Wrong:
    return wrong(
        f"{name}: beside alert: none says nothing, for nobody is told of what does not stand",
        f"{name}: không có nghĩa khi alert: none, vì không có cảnh báo thì không ai được báo",
        "leave it out, or write the level that is expected",
        "bỏ dòng này, hoặc ghi mức cảnh báo phải có",
    )


def unsaid(letter: str) -> Wrong:
    return wrong(
        f"what is expected of record {letter!r} is not said",
        f"chưa ghi kết quả phải có của bản ghi {letter!r}",
        f"add {letter}: none, or its level",
        f"thêm {letter}: none, hoặc mức của nó",
    )


NO_RECORD = wrong(
    "a test without a record tests nothing",
    "kiểm thử không có bản ghi thì không kiểm thử gì",
    "write record: {due_at: 2026-10-05} with the fields that matter",
    "viết record: {due_at: 2026-10-05} với các trường cần thiết",
)
NO_EXPECTATION = wrong(
    "nothing is expected here, so nothing is tested",
    "chưa ghi kết quả phải có nên không kiểm thử gì",
    "write alert: none, or alert: and the level",
    "viết alert: none, hoặc alert: và mức cảnh báo",
)
NO_MOMENT = wrong(
    "at is missing",
    "thiếu khóa at",
    "write the moment: at: 2026-10-08 08:00",
    "viết thời điểm: at: 2026-10-08 08:00",
)
NOT_LATER = wrong(
    "this moment is not later than the one before",
    "thời điểm này không muộn hơn thời điểm trước",
    "write the steps in the order of time",
    "viết các bước theo thứ tự thời gian",
)
BOTH = wrong(
    "both record and records",
    "vừa có record vừa có records",
    "keep record for one, records for several",
    "một bản ghi thì dùng record, nhiều bản ghi thì dùng records",
)
GONE_BEFORE = wrong(
    "a record is gone that was never there",
    "bản ghi chưa từng có thì không thể mất",
    "begin the test with the record, and let it be gone in a step",
    "bắt đầu bằng bản ghi có thật, rồi ghi gone ở một bước sau",
)
NO_VALUES = wrong(
    "a record is a mapping of fields and values",
    "bản ghi gồm các trường và giá trị",
    "write {due_at: 2026-10-05}, or gone",
    "viết {due_at: 2026-10-05}, hoặc gone",
)
ENDS_WITH_NONE = wrong(
    "what has ended does not stand",
    "cảnh báo đã kết thúc thì không còn hiệu lực",
    "write alert: none beside it",
    "viết thêm alert: none",
)
NO_TEXT = wrong(
    "an empty text stands in every notice",
    "nội dung trống thì thông báo nào cũng có",
    "write the words that must stand in it",
    "viết những từ phải có trong thông báo",
)
