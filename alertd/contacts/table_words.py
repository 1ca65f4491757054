"""What the office reads of its tables: why a content is not believed, and what a believed one changed. Vietnamese and English."""

from collections.abc import Mapping

from alertd.contacts.doubt import Doubted, Verdict
from alertd.settings.table_files import TableFile

_DOUBTS: Mapping[str, Mapping[Doubted, str]] = {
    "vi": {
        Doubted.WRITTEN: "tệp đang được ghi; hệ thống đọc lại ở lần sau",
        Doubted.MISSING: "không tìm thấy tệp; đề nghị khôi phục từ bản sao",
        Doubted.UNREADABLE: "không mở được tệp ({what}); đề nghị cấp quyền đọc cho hệ thống",
        Doubted.ENCODING: "tệp không phải UTF-8; đề nghị lưu dạng CSV UTF-8",
        Doubted.QUOTES: "dấu ngoặc kép sai từ dòng {what}, phần sau không đọc được; đề nghị sửa tệp",
        Doubted.COLUMNS: "thiếu hoặc trùng cột {what} ở dòng đầu; đề nghị sửa dòng đầu",
        Doubted.EMPTY: "tệp không còn dòng nào; đề nghị khôi phục từ bản sao",
        Doubted.CUT: "dòng cuối bị cắt (“{what}”); đề nghị chép lại toàn bộ tệp",
        Doubted.SHRUNK: "chỉ còn {after}/{before} dòng đọc được; nếu đúng: {accept}, nếu không: sửa tệp",
        Doubted.HEADS_LOST: "{after}/{before} đơn vị cùng lúc không còn người đứng đầu ({what}); nếu đúng: {accept}, nếu không: "
        "sửa tệp",
        Doubted.ADDRESSES_LOST: "{after}/{before} người cùng lúc không còn địa chỉ ({what}); nếu đúng: {accept}, nếu không: "
        "sửa tệp",
    },
    "en": {
        Doubted.WRITTEN: "the file is being written; it is read at the next look",
        Doubted.MISSING: "the file is not there; restore it from a copy",
        Doubted.UNREADABLE: "the file cannot be opened ({what}); give alertd the right to read it",
        Doubted.ENCODING: "the file is not UTF-8; save it as CSV UTF-8",
        Doubted.QUOTES: "the quotes are wrong from line {what} on, nothing after it can be read; correct the file",
        Doubted.COLUMNS: "column {what} is missing in the first line, or stands there twice; correct the first line",
        Doubted.EMPTY: "no row is left in the file; restore it from a copy",
        Doubted.CUT: "the last line is cut (“{what}”); copy the whole file again",
        Doubted.SHRUNK: "only {after} of {before} rows can be read; if that is true: {accept}, else correct the file",
        Doubted.HEADS_LOST: "{after} of {before} units lost their head at once ({what}); if that is true: {accept}, else correct "
        "the file",
        Doubted.ADDRESSES_LOST: "{after} of {before} people lost their address at once ({what}); if that is true: {accept}, else "
        "correct the file",
    },
}
_NOT_BELIEVED = {
    "vi": "{file} chưa được tin dùng, bản trước vẫn được dùng: {why}",
    "en": "{file} is not believed, the content before it stays in use: {why}",
}
_ASIDE = {
    "vi": "{file}: {count} dòng không đọc được và được để riêng (dòng {lines}); `alertd check` nêu cách sửa",
    "en": "{file}: {count} rows cannot be read and are set aside (line {lines}); `alertd check` says how to correct them",
}
_DIFFERS = {
    "vi": "{file} trên máy {host} khác bản đang dùng, được đọc trên máy khác; đề nghị chép cùng một tệp đến cả hai máy",
    "en": "{file} on the machine {host} differs from the one in use, which another machine read; copy one file to both",
}
_CHANGED = {"vi": "{file} đã thay đổi: {what}", "en": "{file} has changed: {what}"}
_ACCEPT = 'alertd contacts accept --reason "…"'
_LINES = 8


def not_believed(file: TableFile, verdict: Verdict, language: str) -> str:
    assert verdict.reason is not None
    why = _DOUBTS[language][verdict.reason].format(accept=_ACCEPT, **verdict.facts)
    return _NOT_BELIEVED[language].format(file=file.path.name, why=why)


def set_aside(file: TableFile, lines: tuple[int, ...], language: str) -> str:
    shown = ", ".join(str(line) for line in lines[:_LINES]) + ("…" if len(lines) > _LINES else "")
    return _ASIDE[language].format(file=file.path.name, count=len(lines), lines=shown)


def differs(file: TableFile, host: str, language: str) -> str:
    return _DIFFERS[language].format(file=file.path.name, host=host)


def changed(file: TableFile, what: str, language: str) -> str:
    return _CHANGED[language].format(file=file.path.name, what=what)
