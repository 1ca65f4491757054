"""The life of one file from the first to the last day, and what the one-stop system says of it at a moment. Nothing is drawn here.

A record has the names and forms of the national sync record (DongBoHoSoMC): every scalar a string, "" for nothing.
PhongBanXuLy and NgayBatDau stand in its progress call; NgayXinLoi and NguyenNhanTre are the city's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from alertd.demo.units import Procedure

ONLINE, COUNTER, POST = "2", "1", "3"
REFUSED, WITHDRAWN, STOPPED, DONE = "3", "7", "8", "9"
NO_DAY = "00010101000000"  # how some systems write "none"

# What somebody wrote of why a file is late; of most nobody did. By the file's code.
_CAUSES = (
    "Chờ ý kiến cơ quan phối hợp",
    "Thiếu cán bộ, nhiều hồ sơ",
    "Chờ xác minh, kiểm tra thực địa",
    "Hồ sơ phức tạp, nguồn gốc đất chưa rõ",
    "Chờ thông báo thuế",
    "Lỗi phần mềm một cửa",
    *("",) * 9,
)

_EMPTY: dict[str, Any] = {
    "MaLinhVuc": "",
    "ChuHoSo": "NGUYEN VAN A",
    "LoaiDoiTuong": "1",
    "MaDoiTuong": "",
    "ThongTinKhac": "",
    "Email": "",
    "Fax": "",
    "SoDienThoai": "",
    "TrichYeuHoSo": "",
    "ThongTinTra": "",
    "HinhThuc": "0",
    "GhiChu": "",
    "NoiNopHoSo": "1",
    "HoSoCoThanhPhanSoHoa": "1",
    "TaiKhoanDuocXacThucVoiVNeID": "1",
    "DuocThanhToanTrucTuyen": "1",
    "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "***"}],
    "TaiLieuNop": [],
    "DanhSachLePhi": [],
    "DanhSachTepDinhKemKhac": [],
    "DanhSachGiayToKetQua": [],
    "DSKetNoiCSDL": [],
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is handled: the unit's code and its full name as the system writes it, and the section."""

    unit: str
    name: str
    agency: str  # what the file's code begins with
    section: str
    procedure: Procedure


@dataclass(frozen=True, slots=True)
class Supplement:
    """A request to the citizen; the due date moves when the citizen has answered."""

    asked: str
    answered: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """Every event of a file, those to come included; "" = never."""

    place: Place
    channel: str
    submitted: str
    accepted: str = ""
    due: str = ""
    supplements: tuple[Supplement, ...] = ()
    payment: str = ""
    paid: str = ""
    apology: str = ""
    ended: str = ""
    end: str = DONE
    returned: str = ""
    moved: str = ""
    moved_to: Place | None = None

    def record(self, code: str, now: str) -> dict[str, Any]:
        """As of ``now``, which is not before the file was submitted."""
        place = self.moved_to if self.moved_to is not None and self.moved <= now else self.place
        accepted, ended = _by(self.accepted, now), _by(self.ended, now)
        asked = [each for each in self.supplements if each.asked <= now]
        return {
            "MaHoSo": code,
            "MaTTHC": place.procedure.code,
            "TenTTHC": place.procedure.name,
            "TenLinhVuc": place.procedure.field,
            "KenhThucHien": self.channel,
            **_EMPTY,
            "NgayNopHoSo": self.submitted,
            "NgayTiepNhan": accepted,
            "NgayHenTra": self._due(asked, now) if accepted else "",
            "TrangThaiHoSo": self._status(asked, now),
            "NgayTra": _by(self.returned, now),
            "NgayKetThucXuLy": ended,
            "NgayTuChoi": ended if self.end == REFUSED else "",
            "DonViXuLy": place.name,
            "PhongBanXuLy": place.section,
            "NgayBatDau": self.moved if place is self.moved_to else accepted,
            "NgayXinLoi": _by(self.apology, now),
            "NguyenNhanTre": self._cause(code, self._due(asked, now), ended or now) if accepted else "",
            "DanhSachHoSoBoSung": list(self._requests(asked, now)),
        }

    def _cause(self, code: str, due: str, until: str) -> str:
        late = "0002" < due < until and self.end == DONE
        return _CAUSES[crc32(code.encode()) % len(_CAUSES)] if late else ""

    def _due(self, asked: list[Supplement], now: str) -> str:
        moved = [each.due for each in asked if _by(each.answered, now)]
        return moved[-1] if moved else self.due

    def _status(self, asked: list[Supplement], now: str) -> str:
        if _by(self.returned, now):
            return "10"
        if _by(self.ended, now):
            return self.end
        if asked and not _by(asked[-1].answered, now):
            return "5"
        if _by(self.payment, now) and not _by(self.paid, now):
            return "6"
        if _by(self.accepted, now):
            return "2" if int(now[:8]) - int(self.accepted[:8]) <= 1 else "4"  # taken in, not yet in hand
        return "1"

    def _requests(self, asked: list[Supplement], now: str) -> Iterator[dict[str, Any]]:
        due = self.due
        for number, each in enumerate(asked, 1):
            answered = _by(each.answered, now)
            yield {
                "HoSoBoSungId": number,
                "NguoiYeuCauBoSung": "",
                "NoiDungBoSung": "Bổ sung thành phần hồ sơ theo quy định",
                "NgayBoSung": each.asked,
                "NguoiTiepNhanBoSung": "",
                "ThongTinTiepNhan": "",
                "NgayTiepNhanBoSung": answered,
                "TrangThaiBoSung": "1" if answered else "0",
                "NgayHenTraTruoc": due,
                "NgayHenTraMoi": each.due if answered else "",
            }
            due = each.due


def _by(event: str, now: str) -> str:
    """The event if it has happened."""
    return event if event <= now else ""
