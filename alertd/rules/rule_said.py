"""What is said of a rule as a whole: what it names, its levels, its deadline, its folder, its sense; in both languages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from alertd.errors import Said
from alertd.model.duration import Duration
from alertd.rules.nearest import did_you_mean, meant, nearest
from alertd.rules.shape_said import short
from alertd.rules.wrong import Wrong, wrong

_FIELDS = "alertd rules fields"
_LANGUAGES = {"vi": Said("Vietnamese", "tiếng Việt"), "en": Said("English", "tiếng Anh")}


# --- the folder ------------------------------------------------------------------------------------------------------
def no_folder(why: str | None) -> Wrong:
    """``why``: of the system; None: there is none."""
    cure = (
        "make it, or name another in [rules] folder; `alertd init` writes rules",
        "đề nghị tạo thư mục, hoặc chỉ thư mục khác tại [rules] folder; lệnh `alertd init` tạo sẵn các quy tắc",
    )
    if why is None:
        return wrong("there is no such folder", "không có thư mục này", *cure)
    return wrong(f"cannot be read ({why})", f"không đọc được ({why})", *cure)


NO_SUCH_FILE = wrong(
    "there is no such file",
    "không có tệp này",
    "check the name and the folder",
    "đề nghị kiểm tra lại tên tệp và thư mục",
)
OTHER_ENDING = wrong(
    "is no rule: the files of rules end in .yaml",
    "không phải tệp quy tắc: tên tệp quy tắc có đuôi .yaml",
    "name a file of that kind, or a folder with some",
    "đề nghị ghi tên tệp có đuôi .yaml, hoặc thư mục chứa các tệp đó",
)
NO_RULE = wrong(
    "no rule (*.yaml) in it",
    "thư mục không có quy tắc nào (*.yaml)",
    "`alertd init` writes some",
    "lệnh `alertd init` tạo sẵn các quy tắc",
)


def misnamed(stem: str) -> Wrong:
    return wrong(
        "is not read: rules end in .yaml",
        "tệp không được đọc: tên tệp quy tắc phải kết thúc bằng .yaml",
        f"name it {stem}.yaml, or take it out of the folder",
        f"đề nghị đổi tên thành {stem}.yaml, hoặc đưa ra khỏi thư mục",
    )


def same_id(name: str, other: str, stem: str) -> Wrong:
    return wrong(
        f"rule {name!r} stands in {other} too",
        f"quy tắc {name!r} cũng có trong tệp {other}",
        f"call this one {stem!r}, or delete one",
        f"đề nghị đặt id của quy tắc này là {stem!r}, hoặc xóa một trong hai tệp",
    )


def other_name(name: str, stem: str) -> Wrong:
    return wrong(
        f"id {short(name)!r} is not the file's name",
        f"id {short(name)!r} khác tên tệp",
        f"write id: {stem}, or name the file {short(name)}.yaml",
        f"đề nghị viết id: {stem}, hoặc đổi tên tệp thành {short(name)}.yaml",
    )


# --- what it names ---------------------------------------------------------------------------------------------------
def dataset(name: str, known: Collection[str]) -> Wrong:
    return Wrong(
        Said(f"unknown dataset {short(name)!r}", f"không có bộ dữ liệu {short(name)!r}"), did_you_mean(name, known)
    )


def addressee(to: str, words: Collection[str], units: Collection[str], names: Mapping[str, str]) -> Wrong:
    what = Said(f"nobody is called {short(to)!r}", f"không có nơi nhận {short(to)!r}")
    if near := nearest(to, [*words, *units], names):
        return Wrong(what, meant(near))
    listed = ", ".join(words)
    return Wrong(what, Said(f"one of {listed}, or a unit's code", f"đề nghị dùng một trong: {listed}, hoặc mã đơn vị"))


def template(name: str, known: Sequence[str]) -> Wrong:
    return Wrong(Said(f"unknown template {short(name)!r}", f"không có mẫu {short(name)!r}"), did_you_mean(name, known))


# --- texts -----------------------------------------------------------------------------------------------------------
def no_text(key: str) -> Wrong:
    return wrong(f"{key} has no text", f"{key} chưa có nội dung", "write {vi: …, en: …}", "đề nghị viết {vi: …, en: …}")


def no_text_in(key: str, language: str) -> Wrong:
    name = _LANGUAGES[language]
    return wrong(
        f"{key} has no text in {language}, the language of the site",
        f"{key} chưa có nội dung {name.vi}, ngôn ngữ của cơ quan",
        "add it; until then the other one stands in notices",
        "đề nghị bổ sung; trước khi bổ sung, thông báo dùng nội dung của ngôn ngữ kia",
    )


ENDS_BEFORE = wrong(
    "ends before it begins",
    "ngày hết hiệu lực trước ngày bắt đầu",
    "swap from and until",
    "đề nghị đổi chỗ from và until",
)

# --- the deadline ----------------------------------------------------------------------------------------------------


def nothing_to_count_from(name: str) -> Wrong:
    return wrong(
        f"{name} has no day from which to count",
        f"bộ dữ liệu {name} không có ngày nào để tính hạn",
        "leave the deadline out",
        "đề nghị bỏ khóa deadline",
    )


def not_counted_from(name: str, known: Collection[str], names: Mapping[str, str]) -> Wrong:
    return Wrong(
        Said(f"nothing is counted from {short(name)!r}", f"không tính hạn được từ {short(name)!r}"),
        did_you_mean(name, known, names),
    )


def no_flag(name: str, known: Collection[str]) -> Wrong:
    return Wrong(
        Said(f"{short(name)!r} is no yes/no field", f"{short(name)!r} không phải là trường đúng/sai"),
        did_you_mean(name, known),
    )


def no_whole_days(period: Duration) -> Wrong:
    return wrong(
        f"a deadline counts whole days, not {period.unit}",
        "hạn tính theo ngày, không tính theo giờ hoặc phút",
        "write n working days or nd; 8 working hours are 1 working day",
        "đề nghị viết n working days (ngày làm việc) hoặc nd (ngày); 8 giờ làm việc là 1 working day",
    )


def too_long(period: Duration) -> Wrong:
    return wrong(
        f"{period} is more than a hundred years",
        f"{period} dài hơn một trăm năm",
        "write the number of the law",
        "đề nghị viết số ngày theo quy định",
    )


def too_often(period: Duration) -> Wrong:
    return wrong(
        f"repeats every {period}",
        f"nhắc lại sau mỗi {period} là quá dày",
        "write at least 1h; 2 working days is usual",
        "đề nghị viết ít nhất 1h (một giờ); thường dùng 2 working days",
    )


# --- levels ----------------------------------------------------------------------------------------------------------
NO_LEVELS = wrong(
    "levels is missing",
    "thiếu khóa levels",
    "write levels: {reminder: 1, warning: 5}, or level: warning",
    "đề nghị viết levels: {reminder: 1, warning: 5}, hoặc level: warning",
)
BOTH_LEVELS = wrong("both levels and level", "có cả levels và level", "keep one of them", "đề nghị giữ lại một")
NO_LEVEL_AT_ALL = wrong(
    "no level at all",
    "levels không có mức nào",
    "write at least one, as in {warning: 1}",
    "đề nghị viết ít nhất một mức, ví dụ {warning: 1}",
)
NO_MEASURE = wrong(
    "a number is a step of the measure, and the rule has none",
    "số ở mức là ngưỡng của measure, mà quy tắc không có measure",
    "add measure: working_days_late, or write a condition",
    "đề nghị thêm measure: working_days_late, hoặc viết điều kiện thay cho số",
)


def no_step(value: int, most: int) -> Wrong:
    return wrong(
        f"{short(str(value))} is no step",
        f"{short(str(value))} không dùng làm ngưỡng được",
        f"at most {most}",
        f"tối đa {most}",
    )


def not_rising(worse: str, high: int, milder: str, low: int) -> Wrong:
    return wrong(
        f"{worse} begins at {high}, {milder} at {low}",
        f"mức {worse} bắt đầu từ {high}, mức {milder} từ {low}",
        "let steps rise with their levels; a measure that falls as things get worse needs conditions: "
        "warning: working_days_left <= 1",
        "mức nặng hơn phải có ngưỡng lớn hơn; nếu số càng nhỏ càng xấu thì viết điều kiện: warning: working_days_left <= 1",
    )


# --- warnings --------------------------------------------------------------------------------------------------------
NO_BASIS = wrong(
    "no legal basis",
    "quy tắc chưa ghi căn cứ pháp lý",
    "add it, as in basis: [Nghị định 118/2025/NĐ-CP]; notices and an inspector ask for it",
    "đề nghị thêm, ví dụ basis: [Nghị định 118/2025/NĐ-CP]; thông báo và đoàn kiểm tra cần căn cứ này",
)


def basis_over(last: date) -> Wrong:
    return wrong(
        f"no text of the basis holds after {last:%d/%m/%Y}",
        f"căn cứ pháp lý đã hết hiệu lực từ sau ngày {last:%d/%m/%Y}",
        "add the text that took its place, with from:",
        "đề nghị bổ sung văn bản thay thế, kèm from:",
    )


def same_rule(other: str) -> Wrong:
    return wrong(
        f"finds the same records as {other}, at the same levels, for the same people",
        f"trùng với quy tắc {other}: cùng đối tượng, cùng mức, cùng nơi nhận",
        "delete one of the two; a head would hear everything twice",
        "đề nghị xóa một trong hai; nếu không thủ trưởng sẽ nhận mọi nội dung hai lần",
    )


def level_never(level: str, why: Said) -> Wrong:
    return wrong(
        f"no record can reach {level}: {why}",
        f"không bản ghi nào đạt được mức {level}: {why.vi}",
        "change one of the two conditions, or take the level out",
        "đề nghị sửa một trong hai điều kiện, hoặc bỏ mức này",
    )


def never(why: Said) -> Wrong:
    return wrong(
        f"this can never hold: {why}",
        f"điều kiện này không bao giờ đúng: {why.vi}",
        "change one of the two",
        "đề nghị sửa một trong hai điều kiện",
    )


def contradiction(one: str, two: str) -> Said:
    return Said(f"{short(one)} and {short(two)} exclude each other", f"{short(one)} và {short(two)} loại trừ nhau")


def always_worse(level: str, worse: str, by: str) -> Wrong:
    """``by``: the line of `when` that makes it so, where one alone does."""
    return wrong(
        f"every record that reaches {level} reaches {worse} as well"
        + (f", because of when: {short(by)}" if by else ""),
        f"mọi bản ghi đạt mức {level} đều đạt mức {worse}" + (f", do điều kiện {short(by)} ở when" if by else ""),
        f"change one of the two{', or that condition' if by else ''}, or take {level} out",
        f"đề nghị sửa một trong hai{', hoặc sửa điều kiện đó' if by else ''}, hoặc bỏ mức {level}",
    )
