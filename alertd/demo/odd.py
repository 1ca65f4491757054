"""The records with which a real system surprises: what cannot be read, or not be placed. A handful, on every day."""

from typing import Any

_CORRECTED = "20261007"  # from this day on somebody has corrected the impossible date


def odd_records(listed: list[dict[str, Any]], now: str) -> list[dict[str, Any]]:
    """Copies of the first record listed, each with one thing wrong; the last has a code that the list has already."""
    if not listed:
        return []
    still_open = {
        "DonViXuLy": "Sở Nông nghiệp và Môi trường",
        "PhongBanXuLy": "",
        "NgayBatDau": "20260928100000",
        "TrangThaiHoSo": "4",
        "NgayNopHoSo": "20260928091500",
        "NgayTiepNhan": "20260928100000",
        "NgayHenTra": "20261009170000",
        "NgayKetThucXuLy": "",
        "NgayTra": "",
        "NgayTuChoi": "",
        "NgayXinLoi": "",
        "NguyenNhanTre": "",
        "DanhSachHoSoBoSung": [],
    }
    due = "20261012170000" if now[:8] >= _CORRECTED else "20260231170000"
    wrong: tuple[dict[str, Any], ...] = (
        {"MaHoSo": "H26.19-260928-9001", "NgayHenTra": due},  # 31 February
        {"MaHoSo": "H26.19-260928-9002", "DonViXuLy": "UBND phường Trung Tâm"},  # there is none
        {"MaHoSo": "H26.19-260928-9003", "DonViXuLy": "Ba Đình"},  # a district that ended, or a ward
        {"MaHoSo": "H26.19-260928-9004", "DonViXuLy": ""},
        {"MaHoSo": "H26.19-260928-9005", "TrangThaiHoSo": "11"},  # states end at 10
        {"MaHoSo": ""},
        listed[0],
    )
    return [{**listed[0], **still_open, **each} for each in wrong]
