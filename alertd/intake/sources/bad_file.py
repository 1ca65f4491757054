"""What is said of a file that is not taken: what, where and the cure, in both languages, one pair of sentences per case."""

from collections.abc import Mapping

from alertd.errors import SourceFailed

_DIVIDE = ("divide it, or raise max_bytes", "đề nghị chia nhỏ tệp, hoặc tăng max_bytes")

# Word → reason of the poll, English, Vietnamese.
_SAID: Mapping[str, tuple[str, str, str]] = {
    "none": (
        "unreachable",
        "no file {pattern} (of .csv, .csv.gz, .xlsx); see whether the drop still arrives, or correct path",
        "không có tệp .csv, .csv.gz hoặc .xlsx nào theo mẫu {pattern}; đề nghị kiểm tra việc gửi tệp, hoặc sửa path",
    ),
    "none_dated": (
        "unreachable",
        "no file {pattern} with a date in its name (of .csv, .csv.gz, .xlsx); name it like ho-so-2024-09-02.csv",
        "không có tệp nào theo mẫu {pattern} ghi ngày trong tên; đề nghị đặt tên dạng ho-so-2024-09-02.csv",
    ),
    "leaves": (
        "refused",
        "path {pattern!r} leaves the folder of config.toml by '..'; write the whole path, from / on",
        "path {pattern!r} ra ngoài thư mục của config.toml bằng '..'; đề nghị ghi đường dẫn đầy đủ, bắt đầu từ /",
    ),
    "outside": (
        "refused",
        "{file} leads by a link out of {home}; copy the file there, or write the path of its true folder",
        "{file} là liên kết dẫn ra ngoài thư mục {home}; đề nghị chép tệp thật vào thư mục này",
    ),
    "borrowed": (
        "refused",
        "{file} is a second name (hard link) of somebody else's file; copy the file itself into {home}",
        "{file} là tên thứ hai (liên kết cứng) của tệp do người khác sở hữu; đề nghị chép tệp thật vào thư mục {home}",
    ),
    "no_file": (
        "not_data",
        "{file} is no file but {what}; take it away, or drop the list itself",
        "{file} không phải là tệp mà là {what_vi}; đề nghị bỏ ra khỏi thư mục, hoặc gửi chính danh sách",
    ),
    "kind": (
        "not_data",
        "{file}: a file of this kind is not read; save it as .xlsx (without macros) or CSV UTF-8",
        "{file}: loại tệp này không được đọc; đề nghị lưu lại thành .xlsx (không có macro) hoặc CSV UTF-8",
    ),
    "day_ahead": (
        "future",
        "{file} is dated {day} by its name, which is still to come; name it by the day of its list",
        "{file} ghi ngày {day} trong tên, là ngày chưa đến; đề nghị đặt lại tên theo ngày lập danh sách",
    ),
    "stamp_ahead": (
        "future",
        "{file} was last written at {at}, which is still to come; set the clock of its machine right, and drop it again",
        "{file} có thời điểm ghi là {at}, chưa đến; đề nghị chỉnh đồng hồ của máy ghi tệp rồi gửi lại",
    ),
    "undated": (
        "not_data",
        '{file}: no date in the name (as_of = "filename"); name it like ho-so-2024-09-02.csv',
        '{file}: tên tệp không ghi ngày (as_of = "filename"); đề nghị đặt tên dạng ho-so-2024-09-02.csv',
    ),
    "unreadable": (
        "unreachable",
        "{file} cannot be read ({said}); see to its rights",
        "{file} không đọc được ({said}); đề nghị kiểm tra quyền đọc của tệp",
    ),
    "being_written": (
        "incomplete",
        "{file} is still being written; it is read at the next poll",
        "{file} đang được ghi; sẽ được đọc ở lần sau",
    ),
    "written_meanwhile": (
        "incomplete",
        "{file} was written to while it was read; it is read at the next poll",
        "{file} bị ghi thêm trong lúc đang đọc; sẽ được đọc ở lần sau",
    ),
    # of a CSV
    "no_utf8": (
        "not_data",
        "{file}: no UTF-8 at {place}; in Excel, save as 'CSV UTF-8'",
        "{file}: không phải UTF-8 ở {place}; đề nghị lưu bằng Excel theo kiểu “CSV UTF-8”",
    ),
    "no_text": (
        "not_data",
        "{file}: no text but zero bytes in line {line}; in Excel, save as 'CSV UTF-8'",
        "{file}: không phải văn bản, có byte 0 ở dòng {line}; đề nghị lưu bằng Excel theo kiểu “CSV UTF-8”",
    ),
    "no_gzip": (
        "not_data",
        "{file}: its name says gzip, but it is none or is damaged; drop it again",
        "{file}: tên là gzip nhưng nội dung không phải hoặc đã hỏng; đề nghị gửi lại",
    ),
    "half_gzip": (
        "incomplete",
        "{file}: the gzip breaks off; it is read again at the next poll",
        "{file}: tệp gzip bị đứt đoạn; sẽ được đọc lại ở lần sau",
    ),
    "packed_twice": (
        "not_data",
        "{file}: what is packed in it is packed once more; pack the CSV itself",
        "{file}: bên trong tệp nén lại là một tệp nén; đề nghị nén chính tệp CSV",
    ),
    "packed": (
        "not_data",
        "{file}: its content is packed; name it .csv.gz, or drop the CSV itself",
        "{file}: nội dung là tệp nén; đề nghị đặt tên .csv.gz, hoặc gửi chính tệp CSV",
    ),
    "half_csv": (
        "incomplete",
        "{file} breaks off in its last line; it is read again at the next poll",
        "{file} bị đứt ở dòng cuối; sẽ được đọc lại ở lần sau",
    ),
    "open_quote": (
        "incomplete",
        "{file}: a quote that begins in line {first} is open until line {last}, over whole rows; close it, or take it out",
        "{file}: dấu nháy mở ở dòng {first} không đóng cho đến dòng {last}, chứa cả dòng khác; đề nghị đóng hoặc bỏ dấu đó",
    ),
    "long_cell": (
        "too_large",
        "{file}: {said}; is a quote left open, or an image in a cell?",
        "{file}: có ô hoặc dòng quá dài ({said}); đề nghị kiểm tra dấu nháy chưa đóng, hoặc ảnh nằm trong ô",
    ),
    "blank": (
        "too_large",
        "{file} has more than {limit} empty rows; delete them, or drop the list anew",
        "{file} có hơn {limit} dòng trống; đề nghị xóa các dòng này, hoặc gửi lại danh sách",
    ),
    "too_large": (
        "too_large",
        f"{{file}} is larger than {{limit}} bytes (unpacked); {_DIVIDE[0]}",
        f"{{file}} lớn hơn {{limit}} byte (sau khi giải nén); {_DIVIDE[1]}",
    ),
    "bomb": (
        "too_large",
        "{file} unpacks to more than {ratio} times its size, as no list does; find out who dropped it, and take it away",
        "{file} khi giải nén lớn gấp hơn {ratio} lần, không giống một danh sách thật; đề nghị xác định người gửi và bỏ tệp này",
    ),
    # of a workbook
    "macros": (
        "not_data",
        "{file} holds macros; save it as .xlsx without them",
        "{file} có chứa macro; đề nghị lưu lại thành .xlsx không có macro",
    ),
    "unpacks": (
        "too_large",
        f"{{file}} unpacks to more than {{limit}} bytes; {_DIVIDE[0]}",
        f"{{file}} khi giải nén lớn hơn {{limit}} byte; {_DIVIDE[1]}",
    ),
    "lies": (
        "not_data",
        "{file} is packed in a way that no Excel writes ({what}); save it anew as .xlsx",
        "{file} được đóng gói không như Excel ({what}); đề nghị lưu lại thành .xlsx",
    ),
    "columns": (
        "too_large",
        "{file} has {columns} columns, at most {limit} are read; delete the far cells",
        "{file} có {columns} cột, chỉ đọc tối đa {limit} cột; đề nghị xóa các ô ở xa",
    ),
    "cells": (
        "too_large",
        "{file} has {rows} rows of {columns} columns, more than {limit} cells; delete the far cells, divide it, or drop CSV",
        "{file} có {rows} dòng và {columns} cột, quá {limit} ô; đề nghị xóa các ô ở xa, chia nhỏ tệp, hoặc gửi CSV",
    ),
    "texts": (
        "too_large",
        "{file} repeats its texts to more than {limit} bytes; divide it, or drop CSV",
        "{file} lặp lại các đoạn văn bản đến hơn {limit} byte; đề nghị chia nhỏ tệp, hoặc gửi CSV",
    ),
    "no_sheet": (
        "not_data",
        "{file}: no sheet can be read ({said}); save it anew as .xlsx",
        "{file}: không đọc được trang tính nào ({said}); đề nghị lưu lại thành .xlsx",
    ),
    "hidden": (
        "schema",
        "{file} has no sheet that can be seen; name one with sheet",
        "{file} không có trang tính nào hiển thị; đề nghị chỉ định bằng sheet",
    ),
    "half_xlsx": (
        "incomplete",
        "{file} breaks off; it is read again at the next poll",
        "{file} bị đứt đoạn; sẽ được đọc lại ở lần sau",
    ),
    "password": (
        "not_data",
        "{file} has a password; save it without one",
        "{file} có đặt mật khẩu; đề nghị lưu lại không có mật khẩu",
    ),
    "old_xls": (
        "not_data",
        "{file} is an old .xls by its content, or has a password; save it as .xlsx without a password",
        "{file} thực chất là tệp .xls kiểu cũ, hoặc có mật khẩu; đề nghị lưu lại thành .xlsx không có mật khẩu",
    ),
    "no_workbook": (
        "not_data",
        "{file} is no Excel workbook; save it as .xlsx",
        "{file} không phải là tệp Excel; đề nghị lưu lại thành .xlsx",
    ),
}


def bad(word: str, **facts: str) -> SourceFailed:
    """The failure of that word; numbers come as text."""
    reason, english, vietnamese = _SAID[word]
    return SourceFailed(reason, english.format_map(facts), vi=vietnamese.format_map(facts))
