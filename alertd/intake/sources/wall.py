"""What stands in the way of data: a login page, a captcha, a refusal as JSON. Named with its cure, never climbed. Pure."""

import re
from enum import StrEnum
from typing import Any

from alertd.errors import SourceFailed

LOOK = 65_536  # bytes of a page that are looked at
_SHOWN = 160  # characters of what the server says

_CAPTCHA = re.compile(
    r"captcha|turnstile|cf-chl|challenge-platform|verify (?:that )?you are (?:a )?human|are you a robot"
    r"|mã xác nhận|mã bảo mật|không phải (?:là )?(?:robot|người máy)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"type\s*=\s*[\"']?password|đăng nhập|unauthori[sz]|unauthenticated|forbidden|not.?logged|login|log.?in|session|token"
    r"|phiên (?:làm việc|đăng nhập)|xác thực|\b(?:401|403)\b",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"type\s*=\s*[\"']?password|đăng nhập", re.IGNORECASE)
# What replies say of themselves where all is well; with anything else their numbers are not taken.
_WELL = frozenset(("ok", "success", "0", "00", "200"))


class Wall(StrEnum):
    """One word for the poll's row."""

    LOGIN = "login"
    CAPTCHA = "captcha"


WALLS = tuple(wall.value for wall in Wall)


def wall_in_page(start: bytes) -> Wall | None:
    """Of the beginning of an HTML page."""
    text = start[:LOOK].decode("utf-8", "replace")
    if _CAPTCHA.search(text):
        return Wall.CAPTCHA
    return Wall.LOGIN if _PASSWORD.search(text) else None


def refuse_an_error(document: Any, place: str) -> None:
    """Raises SourceFailed where the reply itself says, by its ``code``, that it is none; ``place`` says which request it was."""
    if not isinstance(document, dict):
        return
    code = document.get("code", document.get("error_code"))
    if code is None or str(code).casefold() in _WELL:
        return
    told = " ".join(str(part)[:_SHOWN] for part in (code, document.get("message")) if part is not None)
    if _CAPTCHA.search(told):
        raise behind(Wall.CAPTCHA, place, told)
    if _LOGIN.search(told):
        raise behind(Wall.LOGIN, place, told)
    raise SourceFailed(
        "refused",
        f"{place}: the reply says {told!r} instead of OK; check url, parameters, body and the period that is asked for",
        vi=f"{place}: nguồn trả lời {told!r} thay vì OK; đề nghị kiểm tra url, parameters, body và kỳ số liệu được hỏi",
    )


def behind(wall: Wall, place: str, told: str = "") -> SourceFailed:
    """``told``: what the server says besides."""
    said = f" ({told})" if told else ""
    if wall is Wall.CAPTCHA:
        return SourceFailed(
            wall.value,
            f"{place}: asks for a captcha{said}; alertd never works around one: ask those who run it for the agreed account"
            " or address, and write it into url and [sources.auth]",
            vi=f"{place}: nguồn yêu cầu nhập mã xác nhận captcha{said}; alertd không bao giờ vượt qua mã này: đề nghị cơ quan quản"
            " lý nguồn cấp tài khoản hoặc địa chỉ kết nối đã thỏa thuận, rồi khai vào url và [sources.auth]",
        )
    return SourceFailed(
        wall.value,
        f"{place}: shows a login page or refuses the login{said}; check [sources.auth], or ask those who run it for the agreed"
        " account",
        vi=f"{place}: nguồn yêu cầu đăng nhập{said}; đề nghị kiểm tra [sources.auth], hoặc đề nghị cơ quan quản lý nguồn cấp"
        " tài khoản đã thỏa thuận",
    )
