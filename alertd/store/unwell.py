"""What an unwell store looks like in the driver's words, and what a person can do about it."""

import re

from alertd.errors import Said

_FULL = Said(
    "free some space; nothing was changed, the work goes on by itself then",
    "đề nghị giải phóng dung lượng; dữ liệu chưa thay đổi, sau đó hệ thống tự chạy tiếp",
)
_LOGIN = Said("check user and password in [store] url", "đề nghị kiểm tra tài khoản và mật khẩu trong [store] url")
_SERVER = Said("start it, or correct [store] url", "đề nghị khởi động máy chủ, hoặc sửa [store] url")
_AGAIN = Said("see that the server runs; alertd tries again", "đề nghị kiểm tra máy chủ; hệ thống sẽ thử lại")

# SQLite's words, then PostgreSQL's, then those of libpq while it connects. The first that fits counts.
_SIGNS = tuple(
    (re.compile(sign), what, cure)
    for sign, what, cure in (
        (
            "database is locked",
            Said("locked by another process", "đang bị tiến trình khác khóa"),
            Said(
                "end the other alertd, or wait until it is done",
                "đề nghị dừng tiến trình alertd kia, hoặc chờ đến khi xong",
            ),
        ),
        (
            "readonly database",
            Said("it is read-only", "chỉ được đọc"),
            Said(
                "give the user that runs alertd write access to the file and to its folder",
                "đề nghị cấp quyền ghi tệp và thư mục cho tài khoản chạy alertd",
            ),
        ),
        ("disk is full|no space left|could not extend file", Said("its disk is full", "đĩa đã đầy"), _FULL),
        (
            "disk i/o error",
            Said("its disk cannot be written or read", "không ghi hoặc đọc được đĩa"),
            Said(
                "look for a full or failing disk, or a limit on size",
                "đề nghị kiểm tra đĩa đầy, đĩa hỏng hoặc giới hạn dung lượng",
            ),
        ),
        (
            "unable to open database",
            Said("it cannot be opened", "không mở được"),
            Said(
                "create its folder, and let the user that runs alertd write there",
                "đề nghị tạo thư mục và cấp quyền ghi cho tài khoản chạy alertd",
            ),
        ),
        (
            "not a database",
            Said("its file is not a database", "tệp không phải là cơ sở dữ liệu"),
            Said(
                "restore a backup, or name another file in [store] url",
                "đề nghị khôi phục từ bản sao lưu, hoặc nêu tệp khác trong [store] url",
            ),
        ),
        (
            "disk image is malformed",
            Said("its file is damaged", "tệp bị hỏng"),
            Said("restore a backup with `alertd db restore`", "đề nghị khôi phục bằng lệnh `alertd db restore`"),
        ),
        (
            '(?:database|role) "[^"]*" does not exist',
            Said("the database or its user does not exist", "không có cơ sở dữ liệu hoặc tài khoản này"),
            Said("create it, or correct [store] url", "đề nghị tạo mới, hoặc sửa [store] url"),
        ),
        (
            "permission denied",
            Said("its user may not do this", "tài khoản không có quyền"),
            Said(
                "make the user in [store] url the owner of the database",
                "đề nghị đặt tài khoản trong [store] url làm chủ sở hữu cơ sở dữ liệu",
            ),
        ),
        (
            "read-only transaction",
            Said("it takes no writes (a stand-by?)", "máy chủ không nhận ghi (máy dự phòng?)"),
            Said("name the primary server in [store] url", "đề nghị nêu máy chủ chính trong [store] url"),
        ),
        (
            "terminating connection|server closed the connection|the connection is (?:closed|lost)|consuming input failed",
            Said("the connection to it broke", "mất kết nối"),
            _AGAIN,
        ),
        (
            "too many clients|too many connections|remaining connection slots",
            Said("it has no free connection", "hết kết nối"),
            Said(
                "raise max_connections, or end other clients",
                "đề nghị tăng max_connections, hoặc ngắt các kết nối khác",
            ),
        ),
        (
            "is starting up|is shutting down|in recovery mode",
            Said("it is starting or stopping", "đang khởi động hoặc đang dừng"),
            _AGAIN,
        ),
        (
            "authentication failed|no password supplied|no pg_hba.conf",
            Said("it refused the login", "từ chối đăng nhập"),
            _LOGIN,
        ),
        (
            "could not translate host|service not known|failed to resolve",
            Said("its server is not known by that name", "không tìm thấy máy chủ theo tên này"),
            Said("correct [store] url", "đề nghị sửa [store] url"),
        ),
        (
            "connection (?:refused|failed|timeout)|timeout expired|no route to host|network is unreachable",
            Said("its server does not answer", "máy chủ không trả lời"),
            _SERVER,
        ),
    )
)


def cure_for(error: BaseException) -> Said | None:
    """``what; cure`` in words for an operator; None where the fault is alertd's own. Takes the driver's error, or the one
    that SQLAlchemy made of it."""
    said = str(getattr(error, "orig", None) or error).casefold()
    for sign, what, cure in _SIGNS:
        if sign.search(said):
            return Said(f"{what}; {cure}", f"{what.vi}; {cure.vi}")
    return None
