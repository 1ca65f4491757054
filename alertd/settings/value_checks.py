"""What is asked of an address over http and of a fixed time, in whichever table of config.toml they stand. Nothing is opened."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from alertd.errors import Said
from alertd.model.duration import Duration
from alertd.settings.address import holds_password, is_loopback, plain
from alertd.settings.complaint import Complaint, KeyPath
from alertd.settings.secret import Secret

PASSWORD_IN_ADDRESS = Said("a password in the address", "địa chỉ có chứa mật khẩu")
WHOLE_ADDRESS = Said(
    'write url = { env = "NAME" } and keep the whole address there',
    'đề nghị viết url = { env = "NAME" } và để toàn bộ địa chỉ trong biến môi trường đó',
)


def address_complaints(url: str | Secret, path: KeyPath, *, secret: bool, cure: str) -> Iterator[Complaint]:
    """``secret``: one travels along; an address that is one itself may hold a password. ``cure``: of a password in it."""
    written = plain(url)
    try:
        parts = urlsplit(written)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host:
        what = Said("not an address of the form https://host/path", "không phải là địa chỉ dạng https://host/path")
        yield Complaint(path, what, Said("write it in full", "đề nghị viết đầy đủ"))
    if isinstance(url, str) and holds_password(written):
        yield Complaint(path, PASSWORD_IN_ADDRESS, cure)
    if secret and scheme == "http" and not is_loopback(host):
        what = Said(
            f"a secret would travel over plain http to {host}",
            f"mật khẩu hoặc mã truy cập sẽ được gửi đến {host} bằng http không mã hóa",
        )
        yield Complaint(path, what, Said("use https", "đề nghị dùng https"))


def fixed_time_complaints(duration: Duration, path: KeyPath) -> Iterator[Complaint]:
    if duration.in_working_time or not duration.amount:
        what = Said(
            f"{str(duration)!r} is no fixed time above 0",
            f"{str(duration)!r} không phải là thời gian cố định lớn hơn 0",
        )
        yield Complaint(path, what, Said("use s, m, h or d", "đề nghị dùng s, m, h hoặc d"))
