"""The index of Decision 766/QĐ-TTg (2022): its groups and indicators, with their maxima and the formula of each. Facts only.

Source of groups, maxima and formulas: Bộ chỉ số phục vụ người dân, doanh nghiệp, ban hành kèm theo Quyết định 766/QĐ-TTg ngày
23/6/2022, as the national portal publishes it. Maxima are whole points; a reading carries its own, and that one counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

TOTAL = "TOTAL"


class ReadingKind(StrEnum):
    TOTAL = "total"
    GROUP = "group"
    INDICATOR = "indicator"
    UNKNOWN = "unknown"  # a code that alertd does not know: kept, shown, reported once


class Series(StrEnum):
    """Periods of one length are a series of their own."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Indicator:
    """``maximum``: points. ``province_only``: it exists for the province, not for the units below it."""

    code: str
    kind: ReadingKind
    group: str  # of a group its own code, of the total empty
    maximum: int
    vi: str
    en: str
    province_only: bool = False


_G, _I = ReadingKind.GROUP, ReadingKind.INDICATOR
_ALL = (
    Indicator(TOTAL, ReadingKind.TOTAL, "", 100, "Tổng điểm", "Total"),
    Indicator("CKMB", _G, "CKMB", 18, "Công khai, minh bạch", "Transparency"),
    Indicator("TDGQ", _G, "TDGQ", 20, "Tiến độ giải quyết", "Progress"),
    Indicator("ONLINE", _G, "ONLINE", 12, "Dịch vụ công trực tuyến", "Online service"),
    Indicator("TTTT", _G, "TTTT", 10, "Thanh toán trực tuyến", "Online payment"),
    Indicator("MDHL", _G, "MDHL", 18, "Mức độ hài lòng", "Satisfaction"),
    Indicator("MDSH", _G, "MDSH", 22, "Số hóa hồ sơ", "Digitisation"),
    Indicator("PUBLISH_ON_TIME", _I, "CKMB", 6, "TTHC công bố đúng hạn", "Announced on time", province_only=True),
    Indicator(
        "PUBLIC_UPDATE_ON_TIME", _I, "CKMB", 4, "TTHC công khai đúng hạn", "Published on time", province_only=True
    ),
    Indicator("PUBLIC_CONTENT_FULL", _I, "CKMB", 2, "TTHC công khai đủ nội dung", "Published with all content"),
    Indicator("DOSSIER_SYNC", _I, "CKMB", 6, "Hồ sơ đồng bộ lên Cổng DVCQG", "Files synchronised to the portal"),
    Indicator(
        "ORIGINAL_RESULT_AVAILABLE", _I, "MDSH", 6, "Hồ sơ trả kết quả điện tử", "Files with an electronic result"
    ),
    Indicator("SO_HOA_GIAY_TO_GIAI_QUYET", _I, "MDSH", 4, "Hồ sơ số hóa giấy tờ", "Files whose papers are digitised"),
    Indicator(
        "REUSED_DIGITIZED_DATA", _I, "MDSH", 2, "Khai thác, sử dụng lại dữ liệu số hóa", "Digitised data used again"
    ),
    Indicator(
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
        _I,
        "MDSH",
        4,
        "Đồng bộ kho dữ liệu cá nhân",
        "Synchronised personal store",
    ),
    Indicator(
        "CITIZEN_DATA_CONNECTED_DOSSIER",
        _I,
        "MDSH",
        2,
        "Hồ sơ kết nối dữ liệu dân cư",
        "Files with connected citizen data",
    ),
    Indicator(
        "CITIZEN_DATA_CONNECTED_FORMALITY",
        _I,
        "MDSH",
        2,
        "TTHC kết nối dữ liệu dân cư",
        "Procedures with connected citizen data",
    ),
    Indicator("ELECTRONIC_CERTIFIED_COPY", _I, "MDSH", 2, "Chứng thực bản sao điện tử", "Electronic certified copies"),
    Indicator(
        "DOSSIER_RECEIVING_SATISFACTION",
        _I,
        "MDHL",
        6,
        "Hài lòng về tiếp nhận, giải quyết",
        "Satisfied with the handling",
    ),
    Indicator(
        "PETITION_PROCESSING_ON_TIME", _I, "MDHL", 6, "Phản ánh, kiến nghị xử lý đúng hạn", "Petitions handled on time"
    ),
    Indicator(
        "PETITION_HANDLING_SATISFACTION",
        _I,
        "MDHL",
        6,
        "Hài lòng về xử lý phản ánh",
        "Satisfied with petition handling",
    ),
)
INDICATORS: Mapping[str, Indicator] = {each.code: each for each in _ALL}
GROUPS: tuple[str, ...] = tuple(each.code for each in _ALL if each.kind is _G)
PROVINCE_ONLY: tuple[Indicator, ...] = tuple(each for each in _ALL if each.province_only)
# Of each group the points that exist for the province alone: no unit below it can have them.
OF_THE_PROVINCE: Mapping[str, int] = {
    group: sum(each.maximum for each in PROVINCE_ONLY if each.group == group) for group in GROUPS
}
# What the portal's flags on the quality of its data mean; one that is not known stands as it is.
QUALITY: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "TEMP_NATIONAL_REPORT_DENOMINATOR": "mẫu số là số tạm",
        "NO_NATIONAL_REPORT_DATA": "chưa có số liệu báo cáo",
    },
    "en": {
        "TEMP_NATIONAL_REPORT_DENOMINATOR": "the denominator is provisional",
        "NO_NATIONAL_REPORT_DATA": "no reported figures yet",
    },
}
# Names of the same groups in the older reply and in the national record.
ALIASES: Mapping[str, str] = {"CLGQ": "ONLINE", "TONG_SCORE": TOTAL, "TOTALSCORE": TOTAL}


def known(code: str) -> Indicator | None:
    """The indicator of a code as the portal writes it, in any case; None for one that alertd does not know."""
    word = code.strip().upper()
    return INDICATORS.get(ALIASES.get(word, word))
