"""What is said of the text of a condition: its letters, brackets and signs; in both languages."""

from alertd.errors import Said
from alertd.rules.shape_said import short
from alertd.rules.wrong import Wrong, wrong

_SPLIT = (
    "split it into several lines of `when`",
    "đề nghị tách thành nhiều dòng trong `when`",
)
_QUOTES = (
    "put text in single quotes, and write a quote inside it twice: 'it''s'",
    "đề nghị đặt phần chữ trong dấu nháy đơn ' '; dấu nháy bên trong viết hai lần: 'it''s'",
)
_COMMENT = (
    "put it behind a # on a line of its own in the file",
    "đề nghị chuyển ghi chú thành một dòng riêng bắt đầu bằng # trong tệp",
)

# --- the whole -------------------------------------------------------------------------------------------------------
EMPTY = wrong(
    "the condition is empty",
    "điều kiện để trống",
    "write one, such as is_open",
    "đề nghị viết điều kiện, ví dụ is_open",
)
TOO_LONG_A_CHAIN = wrong("the condition is too long a chain", "điều kiện nối quá dài", *_SPLIT)
ONLY_A_COMMENT = wrong("nothing but a comment", "chỉ có ghi chú, không có điều kiện", *_COMMENT)
A_COMMENT = wrong("a comment inside a condition", "ghi chú nằm trong điều kiện", *_COMMENT)
OPEN_QUOTE = wrong("a text without its closing quote", "phần chữ thiếu dấu nháy đóng", *_QUOTES)
NO_FIELD = wrong(
    "names no field of the dataset",
    "điều kiện không nhắc đến trường dữ liệu nào",
    "compare a field with something, such as days_late > 5",
    "đề nghị so sánh một trường với một giá trị, ví dụ days_late > 5",
)


def too_long(length: int, most: int) -> Wrong:
    return wrong(
        f"the condition has {length} characters",
        f"điều kiện dài {length} ký tự",
        f"at most {most} are read; split it into several lines of `when`",
        f"tối đa {most} ký tự; đề nghị tách thành nhiều dòng trong `when`",
    )


def too_deep(most: int) -> Wrong:
    return wrong(f"nested deeper than {most}", f"lồng ngoặc quá {most} lớp", *_SPLIT)


def too_many_signs(count: int, most: int) -> Wrong:
    return wrong(
        f"{count} signs of arithmetic",
        f"có {count} phép tính",
        f"at most {most} are read",
        f"tối đa {most} phép tính",
    )


def unreadable(sign: str) -> Wrong:
    return wrong(
        f"an unreadable character (U+{ord(sign):04X})",
        f"ký tự không đọc được (U+{ord(sign):04X})",
        "take it out",
        "đề nghị xóa ký tự này",
    )


def unread_near(where: str) -> Wrong:
    return wrong(
        f"the condition cannot be read near {where!r}",
        f"không đọc được điều kiện ở gần {where!r}",
        "see docs/rules.md for how to write one",
        "đề nghị xem cách viết điều kiện tại docs/rules.md",
    )


# --- signs -----------------------------------------------------------------------------------------------------------
_ALLOWED = (
    "allowed are and or not ( ) = <> < <= > >= is null in between like + - * /",
    "chỉ dùng: and or not ( ) = <> < <= > >= is null in between like + - * /",
)
_CURES = {
    ";": ("make `when` a list of lines", "đề nghị viết `when` thành danh sách nhiều dòng"),
    "||": ("texts are not joined here; for a choice write or", "không ghép chữ ở đây; nếu là hoặc thì viết or"),
    "|": ("for a choice write or", "nếu là hoặc thì viết or"),
    "&&": ("write and", "đề nghị viết and"),
    "&": ("write and", "đề nghị viết and"),
    "==": ("write =", "đề nghị viết ="),
    "=>": ("write >=", "đề nghị viết >="),
    "!": ("write <> or not", "đề nghị viết <> hoặc not"),
    "%": ("remainders are not supported", "không hỗ trợ phép chia lấy dư"),
    "::": ("values have the type of their field; leave the cast out", "giá trị có kiểu của trường; bỏ phần đổi kiểu"),
    "~": ("use like", "đề nghị dùng like"),
    "≥": ("write >=", "đề nghị viết >="),
    "≤": ("write <=", "đề nghị viết <="),
    "≠": ("write <>", "đề nghị viết <>"),
    "–": ("write an ordinary -", "đề nghị viết dấu trừ thường -"),
    "—": ("write an ordinary -", "đề nghị viết dấu trừ thường -"),
    "×": ("write *", "đề nghị viết *"),
    ":": ("write = for a comparison", "so sánh thì viết ="),
    "\u00a0": ("replace it by an ordinary space", "đề nghị thay bằng dấu cách thường"),
}  # fmt: skip


def sign(written: str) -> Wrong:
    """One that has no place in a condition."""
    cure = _CURES.get(written) or next((said for each, said in _CURES.items() if written[0] == each), _ALLOWED)
    if any(quote in written for quote in "“”‘’„‚`´'"):  # of a word processor, or with a letter in front (N'…')
        cure = _QUOTES
    shown = short(written) if written.isprintable() else f"U+{ord(written[0]):04X}"
    return wrong(f"{shown!r} cannot stand in a condition", f"điều kiện không dùng được {shown!r}", *cure)


def curly_quotes(written: str, straight: str) -> Wrong:
    return wrong(
        f"{written} is in quotes of a word processor",
        f"{written} dùng dấu nháy cong của phần mềm soạn thảo",
        f"write straight ones: {straight}",
        f"đề nghị viết dấu nháy thẳng: {straight}",
    )


def double_quotes(written: str) -> Wrong:
    inner = written[1:-1] if len(written) > 1 and written.endswith('"') else written[1:]
    straight = "'" + inner.replace("'", "''") + "'"
    return wrong(
        f"{short(written)} is in double quotes",
        f"{short(written)} đặt trong dấu nháy kép",
        f"put text in single quotes: {straight}",
        f"đề nghị đặt phần chữ trong dấu nháy đơn: {straight}",
    )


def no_text(written: str) -> Wrong:
    return wrong(f"{short(written)} is not a text", f"{short(written)} không phải là chữ", *_QUOTES)


# --- order -----------------------------------------------------------------------------------------------------------
OPEN_BRACKET = wrong("a ( is opened and not closed", "dấu ( mở mà không đóng", "close it with )", "đề nghị thêm dấu )")
STRAY_BRACKET = wrong(
    "a ) closes nothing",
    "dấu ) không đóng dấu nào",
    "take it out, or open a ( in front",
    "đề nghị bỏ dấu này, hoặc thêm dấu ( phía trước",
)
STRAY_COMMA = wrong(
    "a comma outside of brackets",
    "dấu phẩy nằm ngoài dấu ngoặc",
    "join conditions by and, or make `when` a list of lines",
    "đề nghị nối các điều kiện bằng and, hoặc viết `when` thành danh sách nhiều dòng",
)
EMPTY_BRACKETS = wrong(
    "nothing stands between the brackets",
    "trong dấu ngoặc không có gì",
    "write a value, or take them out",
    "đề nghị viết giá trị vào, hoặc bỏ dấu ngoặc",
)


def ends_after(word: str) -> Wrong:
    return wrong(
        f"something is missing after {word}",
        f"thiếu giá trị sau {word}",
        "write what it is compared or joined with",
        "đề nghị viết tiếp vế còn lại",
    )


def begins_with(word: str) -> Wrong:
    return wrong(
        f"nothing stands in front of {word}",
        f"thiếu vế đứng trước {word}",
        f"write it, or take {word} out",
        f"đề nghị viết thêm vế trước, hoặc bỏ {word}",
    )


def two_signs(one: str, two: str) -> Wrong:
    joined = {"=<": "<=", "=>": ">=", "==": "=", "><": "<>"}.get(one + two, "")
    return wrong(
        f"{two} stands directly behind {one}",
        f"{two} đứng ngay sau {one}",
        f"write {joined}" if joined else "take one of them out, or write a value between them",
        f"đề nghị viết {joined}" if joined else "đề nghị bỏ bớt một dấu, hoặc viết giá trị vào giữa",
    )


def two_values(one: str, two: str, joined: str) -> Wrong:
    """``joined``: the sign that was probably left out."""
    return wrong(
        f"no sign stands between {short(one)} and {short(two)}",
        f"giữa {short(one)} và {short(two)} thiếu dấu nối",
        f"write {joined} between them",
        f"đề nghị viết {joined} vào giữa",
    )


def mixed(readings: tuple[str, str]) -> Wrong:
    return wrong(
        "and and or are mixed without brackets",
        "and và or đi với nhau mà không có dấu ngoặc",
        f"put brackets around what belongs together: {readings[0]}; or {readings[1]}",
        f"đề nghị đặt ngoặc cho phần đi với nhau: {readings[0]}; hoặc {readings[1]}",
    )


# --- what YAML left of it --------------------------------------------------------------------------------------------
COMMA = Said(
    "in [ … ] and { … } a comma ends the value; write it on a line of its own, or in quotes",
    "trong [ … ] và { … }, dấu phẩy kết thúc giá trị; đề nghị viết điều kiện thành một dòng riêng hoặc đặt trong dấu nháy kép",
)
HASH = Said(
    "a # after a space begins a comment in YAML; put the whole line in quotes",
    "dấu # sau dấu cách bắt đầu ghi chú trong YAML; đề nghị đặt cả dòng trong dấu nháy kép",
)
