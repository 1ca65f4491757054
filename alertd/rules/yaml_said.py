"""What is said of a file that YAML cannot read, or reads as something else than was meant; in both languages. No logic."""

from alertd.errors import Said
from alertd.rules.file_kind import FileKind
from alertd.rules.wrong import Wrong, wrong

_IN_QUOTES = ("put the value in single quotes", "đề nghị đặt cả giá trị trong dấu nháy đơn ' '")


def in_quotes(text: str) -> str:
    """A text as it stands in single quotes."""
    return "'" + text.replace("'", "''") + "'"


# --- the file --------------------------------------------------------------------------------------------------------
NO_FILE = wrong(
    "not a file",
    "không phải là tệp",
    "take it out of the folder, or give it another name",
    "đề nghị đưa ra khỏi thư mục hoặc đổi tên",
)
NOT_UTF8 = wrong(
    "not UTF-8",
    "tệp không ở bảng mã UTF-8",
    "save it as UTF-8 (in Notepad: Save as, Encoding)",
    "đề nghị lưu lại tệp ở bảng mã UTF-8 (Notepad: Save as, mục Encoding)",
)


def unread(why: str | None) -> Wrong:
    return wrong(
        f"cannot be read ({why})",
        f"không đọc được ({why})",
        "check its owner and mode",
        "đề nghị kiểm tra quyền đọc tệp",
    )


def too_large(kind: FileKind) -> Wrong:
    size = kind.most_bytes // 1024
    return Wrong(
        Said(
            f"larger than {size} KiB, which no {kind.noun} is",
            f"lớn hơn {size} KiB, quá lớn đối với một {kind.noun.vi}",
        ),
        kind.smaller,
    )


def too_much(kind: FileKind) -> Wrong:
    return Wrong(
        Said(
            f"more, or deeper nested, than a {kind.noun} can be",
            f"nhiều nội dung hoặc lồng nhau quá sâu đối với một {kind.noun.vi}",
        ),
        kind.smaller,
    )


def empty_file(noun: Said) -> Wrong:
    return wrong(
        "the file is empty",
        "tệp không có nội dung",
        f"write a {noun}, or delete the file",
        f"đề nghị viết {noun.vi} hoặc xóa tệp",
    )


def no_yaml(why: str) -> Wrong:
    return wrong(
        f"no valid YAML: {why}",
        f"không đúng cú pháp YAML: {why}",
        "compare it with a rule that alertd ships",
        "đề nghị đối chiếu với một quy tắc có sẵn của alertd",
    )


def unreadable(sign: str) -> Wrong:
    return wrong(
        f"an unreadable character (U+{ord(sign):04X})",
        f"ký tự không đọc được (U+{ord(sign):04X})",
        "take it out, and save the file as UTF-8",
        "đề nghị xóa ký tự này và lưu tệp ở bảng mã UTF-8",
    )


def odd_space(sign: str) -> Wrong:
    return wrong(
        f"an invisible character (U+{ord(sign):04X}) in front of the line; YAML is indented by ordinary spaces",
        f"ký tự ẩn (U+{ord(sign):04X}) ở đầu dòng; YAML chỉ thụt dòng bằng dấu cách thường",
        "delete it, and type spaces",
        "đề nghị xóa ký tự này rồi gõ dấu cách",
    )


# --- signs that mean something in YAML -------------------------------------------------------------------------------
def reference(sign: str, name: str) -> Wrong:
    return wrong(
        f"{sign} is a reference in YAML ({sign}{name})",
        f"dấu {sign} ở đầu giá trị là tham chiếu trong YAML ({sign}{name})",
        "write the value out, a text in quotes",
        "đề nghị viết đầy đủ giá trị; nếu là chữ thì đặt trong dấu nháy",
    )


def tag(written: str) -> Wrong:
    return wrong(
        f"{written} is a tag in YAML",
        f"dấu ! ở đầu giá trị là nhãn trong YAML ({written})",
        f"in a condition write not {written.lstrip('!')}; else put the value in quotes",
        f"trong điều kiện, đề nghị viết not {written.lstrip('!')}; trường hợp khác thì đặt giá trị trong dấu nháy",
    )


SECOND_DOCUMENT = wrong(
    "a second document begins here (---)",
    "dấu --- bắt đầu một tài liệu thứ hai trong cùng tệp",
    "delete this line, or take what follows into a file of its own",
    "đề nghị xóa dòng này, hoặc chuyển phần sau sang tệp riêng",
)

DIRECTIVE = wrong(
    "a line that begins with % is an instruction to YAML itself, which a file of this kind does not need",
    "dòng bắt đầu bằng % là chỉ thị cho chính YAML, tệp này không dùng đến",
    "delete this line",
    "đề nghị xóa dòng này",
)
TAB = wrong(
    "a tab; YAML is indented by spaces alone",
    "ký tự tab; YAML chỉ thụt dòng bằng dấu cách",
    "replace it by two spaces",
    "đề nghị thay bằng hai dấu cách",
)
BEGINS = {
    sign: wrong(
        f"{sign} cannot begin a value in YAML", f"giá trị trong YAML không được bắt đầu bằng {sign}", *_IN_QUOTES
    )
    for sign in "%@`>|"
}


def block(sign: str, rest: str) -> Wrong:
    """``> 5`` or ``| is_open``: taken for the head of a text over several lines."""
    return wrong(
        f"{sign} begins a block of text in YAML",
        f"dấu {sign} ở đầu giá trị được YAML hiểu là mở đầu một đoạn văn bản",
        *(
            (
                f"put the condition in quotes, with its field in front: 'working_days_late {rest}'",
                f"đề nghị đặt điều kiện trong dấu nháy, có tên trường đứng trước: 'working_days_late {rest}'",
            )
            if sign == ">"
            else _IN_QUOTES
        ),
    )


# --- what does not fit together --------------------------------------------------------------------------------------
def second_colon(value: str) -> Wrong:
    quoted = f": {in_quotes(value)}" if value else ""
    return wrong(
        "a second colon makes this a key and its value in YAML",
        "dấu hai chấm thứ hai khiến YAML hiểu phần đứng trước là một khóa",
        f"put the value in single quotes{quoted}",
        f"đề nghị đặt cả giá trị trong dấu nháy đơn{quoted}",
    )


def no_space(key: str, value: str) -> Wrong:
    return wrong(
        "no space behind the colon",
        "thiếu dấu cách sau dấu hai chấm",
        f"write {key}: {value}",
        f"đề nghị viết {key}: {value}",
    )


NO_COLON = wrong(
    "a line without a colon",
    "dòng thiếu dấu hai chấm",
    "write key: value, and indent what belongs to the line above",
    "đề nghị viết khóa: giá trị (có dấu cách sau dấu hai chấm); nếu thuộc dòng trên thì thụt vào",
)
INDENTED = wrong(
    "the indentation does not fit the lines above",
    "thụt đầu dòng không khớp với các dòng trên",
    "begin all lines of one list or key alike",
    "các dòng của cùng một danh sách hoặc một khóa phải thụt vào như nhau",
)
LIST_IN_LINE = wrong(
    "a list cannot begin behind other words on a line",
    "danh sách không được bắt đầu ngay sau chữ khác trên cùng một dòng",
    "begin a line of its own with -, or put the text in quotes",
    "đề nghị xuống dòng rồi mới viết -, hoặc đặt phần chữ trong dấu nháy",
)
COMMA = wrong(
    "in { … } and [ … ] a comma or a closing quote ends the value before this",
    "trong { … } và [ … ], dấu phẩy hoặc dấu nháy đóng kết thúc giá trị đứng trước chỗ này",
    "put the whole value in double quotes: \"unit in ('a', 'b')\", or give each key a line of its own",
    "đề nghị đặt cả giá trị trong dấu nháy kép: \"unit in ('a', 'b')\", hoặc viết mỗi khóa một dòng",
)
OPEN_QUOTE = wrong(
    "a quote is opened and not closed",
    "dấu nháy mở mà không đóng",
    "close it; a quote inside is written twice: 'it''s'",
    "đề nghị thêm dấu nháy đóng; dấu nháy bên trong viết hai lần: 'it''s'",
)
OPEN_LIST = wrong(
    "a [ is opened and not closed",
    "dấu [ mở mà không đóng",
    "close it with ], or write a line with - for each",
    "đề nghị thêm dấu ], hoặc viết mỗi mục một dòng bắt đầu bằng -",
)
OPEN_MAPPING = wrong(
    "a { is opened and not closed",
    "dấu { mở mà không đóng",
    "close it with }, or write a line for each key",
    "đề nghị thêm dấu }, hoặc viết mỗi khóa một dòng",
)
ESCAPE = wrong(
    "in double quotes a backslash begins an escape, and this is none",
    "trong dấu nháy kép, dấu \\ mở đầu một ký hiệu đặc biệt, và ký hiệu này không có",
    "use single quotes, or write the backslash twice",
    "đề nghị dùng dấu nháy đơn, hoặc viết hai dấu \\",
)


def no_value(sign: str) -> Wrong:
    return wrong(
        f"{sign} stands where a value is expected",
        f"{sign} đứng ở chỗ cần một giá trị",
        f"write the value in front of it, take {sign} out, or put the whole text in quotes",
        f"đề nghị viết giá trị đứng trước, bỏ {sign}, hoặc đặt cả phần chữ trong dấu nháy",
    )


# --- what is read, but hardly meant ----------------------------------------------------------------------------------
NO_KEY = wrong(
    "a list or mapping stands where the name of a key is expected",
    "danh sách hoặc nhóm khóa đứng ở chỗ của tên khóa",
    "write key: value",
    "đề nghị viết khóa: giá trị",
)


def twice(name: str, line: int) -> Wrong:
    return wrong(
        f"{name!r} stands twice, first in line {line}",
        f"khóa {name!r} xuất hiện hai lần, lần đầu ở dòng {line}",
        "keep one of them",
        "đề nghị giữ lại một",
    )


def no_day(text: str, day: str = "") -> Wrong:
    """``day``: what was meant, where it can be told."""
    return wrong(
        f"{text} is no day",
        f"{text} không phải là ngày",
        f"write {day or 'YYYY-MM-DD'}",
        f"đề nghị viết {day or 'NĂM-THÁNG-NGÀY, ví dụ 2025-07-01'}",
    )


def no_number(text: str) -> Wrong:
    return wrong(
        f"{text} is no number",
        f"{text} không phải là số",
        "write digits, or put a text in quotes",
        "đề nghị viết bằng chữ số; nếu là chữ thì đặt trong dấu nháy",
    )
