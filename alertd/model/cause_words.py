"""Which kind a cause of delay is of, by the words in it. Pure.

The kinds are those that heads name most; an office that uses other words lists them in [apologies] causes.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from alertd.model.apologies import CauseKind

Words = Mapping[CauseKind, Sequence[str]]

SHIPPED: Words = {
    CauseKind.STAFF: (
        *("thiếu người", "thiếu cán bộ", "thiếu nhân sự", "thiếu công chức", "thiếu biên chế", "nghỉ phép", "nghỉ ốm"),
        *("quá tải", "nhiều hồ sơ", "khối lượng hồ sơ", "chưa bàn giao", "đi công tác"),
    ),
    CauseKind.OPINION: (
        *("chờ ý kiến", "lấy ý kiến", "xin ý kiến", "cho ý kiến", "chờ phối hợp", "cơ quan phối hợp"),
        *("chờ văn bản trả lời", "chờ trả lời", "chờ thẩm định", "chờ xác nhận", "liên thông"),
    ),
    CauseKind.PAPERS: (
        *(
            "thiếu giấy tờ",
            "thiếu thành phần hồ sơ",
            "thành phần hồ sơ",
            "chờ bổ sung",
            "công dân bổ sung",
            "hồ sơ phức tạp",
        ),
        *("nguồn gốc đất", "sai thông tin", "chưa hợp lệ"),
    ),
    CauseKind.SURVEY: ("đo đạc", "xác minh", "kiểm tra thực địa", "thực địa", "niêm yết", "trích lục"),
    CauseKind.FINANCE: (
        "nghĩa vụ tài chính",
        "cơ quan thuế",
        "chờ thuế",
        "thông báo thuế",
        "nộp thuế",
        "nộp phí",
        "lệ phí",
    ),
    CauseKind.SYSTEM: (
        *("lỗi hệ thống", "lỗi phần mềm", "lỗi mạng", "mất mạng", "lỗi đồng bộ", "chưa đồng bộ", "phần mềm"),
        *("đường truyền", "chữ ký số", "mất điện"),
    ),
    CauseKind.ENTRY: (
        *("quên kết thúc", "chưa kết thúc trên", "chưa cập nhật", "chậm cập nhật", "quên cập nhật", "đã trả kết quả"),
        *("đã giải quyết xong", "thao tác", "nhập nhầm", "nhập sai"),
    ),
    CauseKind.DISASTER: ("thiên tai", "bão số", "do bão", "mưa bão", "lũ lụt", "ngập lụt", "dịch bệnh", "hỏa hoạn"),
}
_CALLED: Mapping[str, Mapping[CauseKind, str]] = {
    "vi": {
        CauseKind.STAFF: "thiếu nhân lực, quá tải",
        CauseKind.OPINION: "chờ ý kiến cơ quan khác",
        CauseKind.PAPERS: "hồ sơ thiếu, phức tạp",
        CauseKind.SURVEY: "chờ đo đạc, xác minh",
        CauseKind.FINANCE: "chờ nghĩa vụ tài chính",
        CauseKind.SYSTEM: "lỗi hệ thống",
        CauseKind.ENTRY: "chậm cập nhật trên hệ thống",
        CauseKind.DISASTER: "thiên tai, dịch bệnh",
        CauseKind.OTHER: "khác",
    },
    "en": {
        CauseKind.STAFF: "too few people, too much work",
        CauseKind.OPINION: "waits for another body",
        CauseKind.PAPERS: "papers missing, a difficult file",
        CauseKind.SURVEY: "waits for a survey or a check",
        CauseKind.FINANCE: "waits for taxes and fees",
        CauseKind.SYSTEM: "fault of a system",
        CauseKind.ENTRY: "done, entered late",
        CauseKind.DISASTER: "disaster, epidemic",
        CauseKind.OTHER: "other",
    },
}


def called(kind: CauseKind, language: str) -> str:
    return _CALLED.get(language, _CALLED["en"])[kind]


def kind_of(text: str, own: Words | None = None) -> CauseKind:
    """The kind whose words stand first in the text; a word counts with its marks, or, in a text without any marks, without.
    ``own``: the site's words for a kind, in the place of the shipped ones."""
    said = _folded(text)
    plain = _unmarked(said)
    found = [
        (place, kind)
        for kind, words in {**SHIPPED, **(own or {})}.items()
        for word in words
        if (place := _place(word, said, bare=plain == said)) is not None
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else CauseKind.OTHER


def _place(word: str, said: str, *, bare: bool) -> int | None:
    wanted = _unmarked(_folded(word)) if bare else _folded(word)
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", said) if wanted else None
    return found.start() if found else None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _unmarked(text: str) -> str:
    """As people write on a telephone: without tones and marks."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
