"""Which columns look, by their names, as if they held what identifies a citizen. Pure; a guess, for people to judge."""

import re
import unicodedata
from collections.abc import Iterable

from alertd.settings.source_shapes import SourceSettings

# Folded and run together: HoTen, "Họ và tên", so_dien_thoai.
_PERSONAL = re.compile(
    r"hoten|hovaten|chuhoso|tenchu|nguoinop|nguoiyeucau|tencongdan|cccd|cmnd|chungminh|cancuoc|dinhdanh|hochieu|dienthoai|sdt"
    r"|didong|ngaysinh|namsinh|noisinh|quequan|thuongtru|tamtru|fullname|applicant|citizen|identitycard|nationalid|passport"
    r"|phone|mobile|birth|homeaddress"
)


def personal(names: Iterable[str]) -> list[str]:
    return [name for name in names if _PERSONAL.search(_folded(name))]


def mapped_personal(settings: SourceSettings) -> list[str]:
    """``section = HoTen`` for each field that is filled from such a column, or from such a part of a list."""
    return [
        f"{ours} = {theirs.name}" + (f".{theirs.field}" if theirs.field else "")
        for ours, theirs in settings.taken.items()
        if personal((theirs.name, theirs.field))
    ]


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d")).casefold()
    return "".join(sign for sign in plain if sign.isalnum() and sign.isascii())
