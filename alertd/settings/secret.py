"""Secrets by reference: ``{ env = "NAME" }`` or ``{ file = "PATH" }``. The value never stands in a repr, a log or an error."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from alertd.errors import Said

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CREDENTIALS = "CREDENTIALS_DIRECTORY"  # systemd: LoadCredential=
_LONGEST = 64 * 1024  # bytes


class Secret:
    """A secret that was read at start. ``str()`` of it is its reference.

    No dataclass: pydantic and whatever else walks through fields would write the value out.
    """

    __slots__ = ("_reveal", "reference")

    def __init__(self, reference: str, value: str) -> None:
        self.reference = reference
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        return self._reveal()

    def __str__(self) -> str:
        return self.reference

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self.reference, self.reveal()) == (other.reference, other.reveal())

    def __hash__(self) -> int:
        return hash((self.reference, self.reveal()))


def read_secret(raw: object, folder: Path) -> Secret:
    """Read what the reference names. Raises ValueError with the cure; the value itself is never part of the message."""
    if not isinstance(raw, dict) or len(raw) != 1 or not {"env", "file"} >= set(raw):
        raise _refused(
            'a secret is written as { env = "NAME" } or { file = "PATH" }, never in config.toml itself',
            'mật khẩu, mã truy cập phải viết dạng { env = "NAME" } hoặc { file = "PATH" }, không ghi trực tiếp trong config.toml',
        )
    kind, name = next(iter(raw.items()))
    if not isinstance(name, str) or not name:
        raise _refused(f"{kind} needs a name in quotes", f"{kind} cần một tên đặt trong ngoặc kép")
    if kind == "env":
        value = os.environ.get(name, "").strip()
        if not value:
            raise _refused(
                f"the environment variable {name} is not set; set it for the user that runs alertd",
                f"biến môi trường {name} chưa được đặt; đề nghị đặt cho tài khoản chạy alertd",
            )
        place = Said(f"the environment variable {name}", f"biến môi trường {name}")
        return _one_line(Secret(f"env:{name}", value), place)
    value = _read(name, folder)
    place = _file(name)
    if not value:
        raise _refused(f"{place} is empty", f"{place.vi} không có nội dung")
    return _one_line(Secret(f"file:{name}", value), place)


def _refused(en: str, vi: str) -> ValueError:
    return ValueError(Said(en, vi))


def _file(name: str) -> Said:
    return Said(f"the secret file {name}", f"tệp bí mật {name}")


def secret_path(name: str, folder: Path) -> Path:
    """Where the file lies: from the folder of config.toml, or among the credentials that systemd hands over."""
    first, slash, rest = name.partition("/")
    if slash and first == f"${_CREDENTIALS}":
        return Path(os.environ.get(_CREDENTIALS, "/nowhere")) / rest
    return folder / name


def _read(name: str, folder: Path) -> str:
    path = secret_path(name, folder)
    try:
        # Opened once, then looked at: what stands behind the name cannot change in between. A pipe is not waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _refuse_open(name, path, os.fstat(handle), folder)
            return os.read(handle, _LONGEST).decode("utf-8").strip()
        finally:
            os.close(handle)
    except OSError as error:
        raise _refused(
            f"{_file(name)} cannot be read ({error.strerror}); create it with mode 600",
            f"không đọc được {_file(name).vi} ({error.strerror}); đề nghị tạo tệp với quyền 600",
        ) from None
    except UnicodeDecodeError:
        raise _refused(
            f"{_file(name)} is not UTF-8 text; write the secret alone into it",
            f"{_file(name).vi} không phải văn bản UTF-8; đề nghị chỉ ghi mật khẩu hoặc mã truy cập vào tệp",
        ) from None


def _refuse_open(name: str, path: Path, seen: os.stat_result, folder: Path) -> None:
    """A secret that others can read is none; one that others can write lets them say whom alertd trusts."""
    file = _file(name)
    if not stat.S_ISREG(seen.st_mode):
        raise _refused(
            f"{file} is no file; write the secret alone into one of mode 600",
            f"{file.vi} không phải là tệp; đề nghị chỉ ghi mật khẩu hoặc mã truy cập vào một tệp có quyền 600",
        )
    if not _handed_over(path):
        trusted = {os.geteuid(), 0, folder.stat().st_uid}
        if seen.st_uid not in trusted:
            raise _refused(
                f"{file} belongs to somebody else (user {seen.st_uid}), who can change it; chown it to the user that runs alertd, "
                "and chmod 600",
                f"{file.vi} thuộc về người khác (user {seen.st_uid}), người đó sửa được; đề nghị chown cho tài khoản chạy alertd "
                "và chmod 600",
            )
        if path.resolve().parent.stat().st_mode & stat.S_IWOTH:
            cure = f"chmod o-w {path.resolve().parent}"
            raise _refused(
                f"{file} lies in a folder where everybody can put another in its place; {cure}",
                f"{file.vi} nằm trong thư mục mà ai cũng thay tệp khác vào được; đề nghị {cure}",
            )
    if seen.st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~(stat.S_IRGRP if _lent_to_us(path, seen) else 0):
        raise _refused(
            f"{file} can be read or written by others; chmod 600 {name}",
            f"{file.vi} người khác đọc hoặc ghi được; đề nghị chmod 600 {name}",
        )


def _handed_over(path: Path) -> bool:
    """Whether systemd has put it there, for this service alone."""
    given = os.environ.get(_CREDENTIALS)
    return bool(given) and path.resolve().is_relative_to(Path(str(given)).resolve())


def _lent_to_us(path: Path, seen: os.stat_result) -> bool:
    """A file that the administrator keeps, and lends to the group of the service (root:alertd, 640; a pod's fsGroup), or that
    systemd hands over."""
    ours = {os.getegid(), *os.getgroups()} - {0}
    return _handed_over(path) or (seen.st_uid == 0 and seen.st_gid in ours)


def _one_line(secret: Secret, place: Said) -> Secret:
    """A line break inside a secret would add a header of its own, and the library that refuses it quotes the secret."""
    if _CONTROL.search(secret.reveal()):
        raise _refused(
            f"{place} holds more than one line; write the secret alone into it",
            f"{place.vi} có nhiều hơn một dòng; đề nghị chỉ ghi mật khẩu hoặc mã truy cập vào đó",
        )
    return secret
