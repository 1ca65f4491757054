"""What is said of a name that a condition cannot use: a field, a function, a word of SQL, a unit; in both languages."""

from collections.abc import Collection, Mapping, Sequence

from alertd.errors import Said
from alertd.model.dataset import Field
from alertd.model.datasets import DATASETS
from alertd.rules.deadline import ADDED
from alertd.rules.functions import FUNCTIONS
from alertd.rules.nearest import listed, meant, nearest
from alertd.rules.shape_said import short
from alertd.rules.wrong import Wrong, wrong

_ALL_FIELDS = "alertd rules fields"
_WITH_DEADLINE = frozenset(field.name for field in ADDED)
_OWN_WORDS = {
    "và": "and", "hoặc": "or", "hay": "or", "không": "not", "trong": "in", "giữa": "between", "trống": "is null",
}  # fmt: skip
_YES = {
    "yes": "true",
    "no": "false",
    "on": "true",
    "off": "false",
    "có": "true",
    "đúng": "true",
    "sai": "false",
    "y": "true",
    "n": "false",
}


_LIKE = Said("use like, as in section like 'Phòng%'", "đề nghị dùng like, ví dụ section like 'Phòng%'")
_AS_IT_STANDS = Said(
    "large and small letters differ; write the text as it stands in the data, or several of them: unit in ('A', 'a')",
    "có phân biệt chữ hoa, chữ thường; đề nghị viết đúng như trong dữ liệu, hoặc liệt kê các cách viết: unit in ('A', 'a')",
)
_ONE_RECORD = Said(
    "a condition looks at one record; nothing is counted or summed over several",
    "điều kiện chỉ xét một bản ghi, không đếm hoặc cộng nhiều bản ghi",
)
_COUNT_DAYS = Said(
    "count days with working_days_since(field) or working_days_until(field)",
    "đề nghị đếm ngày bằng working_days_since(trường) hoặc working_days_until(trường)",
)
_OTHER_FUNCTIONS = {
    **dict.fromkeys(
        ("regexp", "regexp_like", "regexp_matches", "rlike", "match", "contains", "instr", "substr"), _LIKE
    ),
    **dict.fromkeys(("lower", "upper", "trim", "unaccent"), _AS_IT_STANDS),
    **dict.fromkeys(("count", "sum", "avg", "min", "max"), _ONE_RECORD),
    **dict.fromkeys(("datediff", "date_diff", "dateadd", "date_add", "age", "julianday"), _COUNT_DAYS),
}


def function(name: str, fields: Collection[str]) -> Wrong:
    what = Said(f"function {name!r} is not allowed", f"không có hàm {name!r}")
    if name in fields:
        cure = f"{name} is a field; leave the bracket out", f"{name} là một trường; bỏ dấu ngoặc"
        return Wrong(what, Said(*cure))
    if name in ("today", "now", "date", "current_date"):
        return Wrong(what, Said("write today or now, without brackets", "đề nghị viết today hoặc now, không có ngoặc"))
    if name.lower() in _OTHER_FUNCTIONS:
        return Wrong(what, _OTHER_FUNCTIONS[name.lower()])
    if near := nearest(name, FUNCTIONS):
        return Wrong(what, meant(near))
    names = ", ".join(FUNCTIONS)
    return Wrong(what, Said(f"allowed are {names}", f"chỉ có các hàm: {names}"))


def sql_word(name: str) -> Wrong:
    cure = {
        "ilike": ("use like; large and small letters differ", "đề nghị dùng like; có phân biệt chữ hoa, chữ thường"),
        "select": (
            "a condition looks at one record, not at other tables",
            "điều kiện chỉ xét một bản ghi, không tra bảng khác",
        ),
        "isnull": ("write is null", "đề nghị viết is null"),
        "notnull": ("write is not null", "đề nghị viết is not null"),
        "xor": ("write (a and not b) or (b and not a)", "đề nghị viết (a and not b) or (b and not a)"),
    }.get(name.lower(), ("", ""))
    more = "see `alertd rules fields` for what can", "lệnh `alertd rules fields` liệt kê những gì dùng được"
    en, vi = (f"{cure[0]}; {more[0]}", f"{cure[1]}; {more[1]}") if cure[0] else more
    return wrong(f"{name!r} cannot stand in a condition", f"điều kiện không dùng được {name!r}", en, vi)


def dotted(name: str, rest: str, fields: Collection[str]) -> Wrong:
    """``files.unit``: a table in front of a field."""
    alone = rest if rest in fields else nearest(rest, fields) or rest
    return wrong(
        f"unknown field {name!r}" if name not in DATASETS else f"{name}.{rest} names a table",
        f"không có trường {name!r}" if name not in DATASETS else f"{name}.{rest} có tên bảng đứng trước",
        f"a field stands alone: {alone}",
        f"đề nghị chỉ viết tên trường: {alone}",
    )


def unknown_field(name: str, fields: Mapping[str, Field], bare: str = "") -> Wrong:
    """``bare``: the whole word as it is written, where a value is expected and a text without quotes may be meant."""
    return Wrong(Said(f"unknown field {short(name)!r}", f"không có trường {short(name)!r}"), _meant(name, fields, bare))


def _meant(name: str, fields: Mapping[str, Field], bare: str) -> Said:
    word = name.lower()
    if word in _OWN_WORDS:
        return Said(f"write {_OWN_WORDS[word]}", f"đề nghị viết {_OWN_WORDS[word]}")
    if word in _YES:
        return _yes_no(_YES[word])
    others = [dataset.name for dataset in DATASETS.values() if name in dataset.fields]
    if others and not bare:
        return _elsewhere(others)
    if name in _WITH_DEADLINE:
        return Said(
            "only a rule with a deadline has it; add a line such as "
            "deadline: {counted_from: submitted_at, within: 5 working days}",
            "chỉ có trong quy tắc có khóa deadline; đề nghị thêm một dòng, ví dụ "
            "deadline: {counted_from: submitted_at, within: 5 working days}",
        )
    listed_word = any(name in field.words for field in fields.values())
    near = "" if listed_word else nearest(name, fields, names_of(fields.values()))
    if bare and not near:
        return Said(
            f"if it is a text, put it in single quotes: '{short(bare)}'",
            f"nếu là chữ thì đặt trong dấu nháy đơn: '{short(bare)}'",
        )
    return meant(near) if near else listed(fields, _ALL_FIELDS)


def names_of(fields: Collection[Field]) -> dict[str, str]:
    """What people call a field, in either language, by which it is called in rules."""
    named: dict[str, str] = {}
    for field in fields:
        named.setdefault(field.vi, field.name)
        named.setdefault(field.en, field.name)
    for field in fields:  # a table calls the moment of an event its day
        named.setdefault(field.vi.replace("thời điểm ", "ngày "), field.name)
    return named


def _elsewhere(others: Sequence[str]) -> Said:
    where = ", ".join(others)
    return Said(
        f"it is a field of {where}, and this rule looks at another dataset; write dataset: {others[0]}, or take a field that "
        f"`{_ALL_FIELDS}` lists for its own",
        f"đây là trường của bộ dữ liệu {where}, còn quy tắc này xét bộ dữ liệu khác; đề nghị sửa thành dataset: {others[0]}, hoặc "
        f"dùng trường khác (lệnh `{_ALL_FIELDS}` liệt kê đủ)",
    )


def _yes_no(word: str) -> Said:
    return Said(
        f"write {word}; or the field by itself, with not in front for its contrary",
        f"đề nghị viết {word}; hoặc chỉ viết tên trường, thêm not đứng trước nếu muốn nói ngược lại",
    )


def no_unit(code: str, codes: Collection[str], names: Mapping[str, str]) -> Wrong:
    """``names``: codes by full names."""
    what = Said(f"no unit has the code {short(code)!r}", f"không có đơn vị nào mang mã {short(code)!r}")
    if len(code) <= 200 and (near := nearest(code, codes, names)):
        return Wrong(what, meant(near))
    return Wrong(what, Said("see units.csv", "đề nghị xem các mã trong units.csv"))
