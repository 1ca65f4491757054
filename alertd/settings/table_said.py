"""What is wrong with a row of the site's tables, as ``what; cure``, English and Vietnamese. Words only."""

from collections.abc import Collection
from datetime import date

from alertd.errors import Said
from alertd.model.words import Role
from alertd.settings.complaint import did_you_mean

NO_UNIT = Said(
    "no unit in it; write a row for each unit, or restore the file from a copy",
    "không có đơn vị nào; đề nghị viết mỗi đơn vị một dòng, hoặc khôi phục tệp từ bản sao",
)


def not_found(section: str) -> Said:
    return Said(
        f"not found; create it, or take its line out of [{section}]",
        f"không tìm thấy tệp; đề nghị tạo tệp, hoặc bỏ dòng nêu tên tệp trong [{section}]",
    )


def second_unit(code: str, line: int) -> Said:
    return Said(
        f"a second unit {code!r}, the first is in line {line}; give each its own code",
        f"mã đơn vị {code!r} đã có ở dòng {line}; đề nghị đặt mã riêng cho từng đơn vị",
    )


def unknown_parent(code: str, known: Collection[str]) -> Said:
    meant = did_you_mean(code, known, 5)
    return Said(f"unknown parent {code!r}; {meant}", f"không có đơn vị cấp trên {code!r}; {meant.vi}")


def above_itself(code: str) -> Said:
    return Said(
        f"{code!r} stands above itself; correct its parent",
        f"đơn vị {code!r} là cấp trên của chính mình; đề nghị sửa cột parent",
    )


def same_name(name: str, other: str) -> Said:
    return Said(
        f"{name!r} is the name of {other!r} too, on the same days; write both in full; as it stands it means neither",
        f"{name!r} cũng là tên của đơn vị {other!r} trong cùng thời gian; đề nghị viết đầy đủ cả hai tên, nếu không thì không "
        "xác định được là đơn vị nào",
    )


def unknown_unit(column: str, code: str, known: Collection[str]) -> Said:
    meant = did_you_mean(code, known, 5)
    return Said(f"unknown {column} {code!r}; {meant}", f"{column}: không có đơn vị {code!r}; {meant.vi}")


def unknown_role(role: str) -> Said:
    meant = did_you_mean(role, tuple(Role))
    return Said(f"unknown role {role!r}; {meant}", f"không có vai trò {role!r}; {meant.vi}")


def no_address(email: str) -> Said:
    return Said(
        f"email: {email!r} is no address; write one alone, like an@hanoi.example",
        f"email: {email!r} không phải là địa chỉ; đề nghị chỉ viết một địa chỉ, như an@hanoi.example",
    )


def unknown_language(language: str) -> Said:
    return Said(
        f"unknown language {language!r}; write vi or en, or leave it empty for the site's",
        f"không có ngôn ngữ {language!r}; đề nghị viết vi hoặc en, hoặc để trống để dùng ngôn ngữ chung",
    )


def second_head(role: Role, unit: str, name: str) -> Said:
    vi = {Role.HEAD: "người đứng đầu", Role.ACTING: "người phụ trách"}.get(role, str(role))
    return Said(
        f"a second {role} of {unit!r} on the same days, besides {name}; give them days that do not meet; until then the first "
        "who can be reached hears",
        f"đơn vị {unit!r} có thêm một {vi} trong cùng thời gian, ngoài {name}; đề nghị ghi thời gian không trùng nhau; đến khi đó "
        "người đầu tiên liên lạc được sẽ nhận thông báo",
    )


def circular(unit: str, heir: str) -> Said:
    return Said(
        f"circular: {heir!r} becomes {unit!r} again; delete the row of the unit that lives on: it has no successor",
        f"kế thừa vòng tròn: {heir!r} lại trở thành {unit!r}; "
        "đề nghị xóa dòng của đơn vị còn hoạt động: đơn vị đó không có đơn vị kế thừa",
    )


def unknown_stage(stage: str, known: Collection[str]) -> Said:
    meant = did_you_mean(stage, known)
    return Said(f"unknown stage {stage!r}; {meant}", f"không có giai đoạn {stage!r}; {meant.vi}")


def second_owner(unit: str) -> Said:
    return Said(
        f"{unit!r} owns this too, on the same days; end one of the two; until then the office hears",
        f"đơn vị {unit!r} cũng phụ trách việc này trong cùng thời gian; đề nghị kết thúc một trong hai; đến khi đó Văn phòng nhận "
        "thông báo",
    )


def no_period(text: str) -> Said:
    return Said(
        f"period: {text!r} is no period; write 2026-11, 2026-Q4 or 2026, in a cell of text",
        f"period: {text!r} không phải là kỳ; đề nghị viết 2026-11, 2026-Q4 hoặc 2026, trong ô kiểu văn bản",
    )


def second_target(unit: str, period: str, line: int) -> Said:
    whose, vi = (f"of {unit!r}", f"của đơn vị {unit!r}") if unit else ("of all units", "của tất cả đơn vị")
    return Said(
        f"a second target {whose} for {period}, the first is in line {line} and stands; keep one",
        f"chỉ tiêu {vi} cho kỳ {period} đã có ở dòng {line}, dòng đó được dùng; đề nghị chỉ giữ một dòng",
    )


def no_share(text: str) -> Said:
    return Said(
        f"online: {text!r} is no share; write per cent, such as 80 or 82.5",
        f"online: {text!r} không phải là tỷ lệ; đề nghị viết số phần trăm, như 80 hoặc 82.5",
    )


def beyond_the_whole(text: str) -> Said:
    return Said(
        f"online: {text} lies outside 0 to 100 per cent; correct it",
        f"online: {text} nằm ngoài khoảng từ 0 đến 100%; đề nghị sửa lại",
    )


def share_as_fraction(text: str) -> Said:
    return Said(
        f"online: {text} is less than 1 per cent; write per cent, such as 60 for 0.6",
        f"online: {text} nhỏ hơn 1%; đề nghị viết số phần trăm, như 60 thay cho 0,6",
    )


def unknown_office(code: str, known: Collection[str]) -> Said:
    meant = did_you_mean(code, known, 5)
    return Said(f"office.unit: unknown unit {code!r}; {meant}", f"office.unit: không có đơn vị {code!r}; {meant.vi}")


def many_offices(count: int, taken: str) -> Said:
    return Said(
        f"office.unit: {count} units could be the office, {taken!r} is taken; name it under [office]",
        f"office.unit: có {count} đơn vị có thể là Văn phòng, hệ thống tạm lấy {taken!r}; đề nghị nêu rõ trong [office]",
    )


def is_empty(column: str) -> Said:
    return Said(f"{column} is empty; fill it in", f"{column} để trống; đề nghị điền vào")


def no_date(column: str, text: str) -> Said:
    return Said(
        f"{column}: {text!r} is no date; write 2025-07-01 or 01/07/2025",
        f"{column}: {text!r} không phải là ngày; đề nghị viết 01/07/2025 hoặc 2025-07-01",
    )


def wrong_way_round(first: str, begin: date, last: str, end: date) -> Said:
    return Said(
        f"{first} {begin} lies after {last} {end}; swap them",
        f"{first} {begin:%d/%m/%Y} sau {last} {end:%d/%m/%Y}; đề nghị đổi chỗ hai ngày",
    )


def not_csv(error: object) -> Said:
    return Said(
        f"not readable as CSV from here on ({error}); check the quotes; later rows are not read",
        f"từ dòng này không đọc được theo dạng CSV ({error}); đề nghị kiểm tra dấu ngoặc kép; các dòng sau không được đọc",
    )


def nothing_in_it(columns: Collection[str]) -> Said:
    head = ",".join(columns)
    return Said(f"empty; begin with the line {head}", f"tệp không có nội dung; đề nghị viết dòng đầu là {head}")


def unreadable(why: str | None) -> Said:
    return Said(
        f"cannot be read ({why}); create it, or `alertd init` writes an example",
        f"không đọc được ({why}); đề nghị tạo tệp, lệnh `alertd init` tạo tệp mẫu",
    )


NOT_UTF8 = Said('not UTF-8; save it as "CSV UTF-8"', 'tệp không phải UTF-8; đề nghị lưu dạng "CSV UTF-8"')


def unknown_column(name: str, known: Collection[str]) -> Said:
    meant = did_you_mean(name, known)
    return Said(
        f"unknown column {name!r} is not read; {meant}", f"không có cột {name!r}, cột này không được đọc; {meant.vi}"
    )


def missing_columns(names: Collection[str], known: Collection[str]) -> Said:
    named, head = ", ".join(names), ",".join(known)
    return Said(f"column {named} is missing; the first line is {head}", f"thiếu cột {named}; dòng đầu phải là {head}")


def doubled_columns(names: Collection[str]) -> Said:
    named = ", ".join(names)
    return Said(f"column {named} stands there twice; keep one", f"cột {named} có hai lần; đề nghị chỉ giữ một")


def too_many_cells(cells: int, columns: int) -> Said:
    return Said(
        f"{cells} cells under {columns} columns; put a cell that holds a comma into quotes",
        f"có {cells} ô dưới {columns} cột; đề nghị đặt ô có dấu phẩy trong ngoặc kép",
    )


def control_character(column: str) -> Said:
    return Said(
        f"a line break or control character in {column or 'a cell'}; write it on one line",
        f"có ngắt dòng hoặc ký tự điều khiển trong {column or 'một ô'}; đề nghị viết trên một dòng",
    )
