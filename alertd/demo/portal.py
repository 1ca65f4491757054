"""The national portal's copy of the city's files: as it got them, with what it never got. Nothing is drawn: which file it is that
goes wrong, is told by its code alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from alertd.demo.life import DONE, REFUSED, STOPPED, WITHDRAWN

Record = dict[str, Any]

MINISTRY = "2.001610"  # is handled in the system of a ministry
_SINCE = "20260901"  # of older files the portal lists what is open
_FIRST_DAY = "20261005"
_NOT_LATE = "20261012"
_ENDED = (REFUSED, WITHDRAWN, STOPPED, DONE, "10")
_PROCESSING, _WAITING, _UNPAID = "4", "5", "6"
_OPEN_AGAIN = {"TrangThaiHoSo": _PROCESSING, "NgayKetThucXuLy": "", "NgayTra": "", "NgayTuChoi": ""}
_WRITTEN = "%Y%m%d%H%M%S"
_OWN = ("NgayXinLoi", "NguyenNhanTre")  # of the city, and sent nowhere
_UNITS = 0.07  # of all units are careless about what they send


def portal_files(listed: Sequence[Record], careless: Sequence[str]) -> list[Record]:
    """``listed``: by the one-stop system. ``careless``: full names of units of which more goes wrong, besides
    those of a few more units."""
    sent = [_without_own(record) for record in listed if _is_listed(record)]
    found = [copy for record in sent if (copy := _copied(record, careless)) is not None]
    return [*found, *_known_there_alone(sent, careless)]


def _is_listed(record: Record) -> bool:
    if not record["NgayTiepNhan"]:
        return False
    ended = record["NgayKetThucXuLy"]
    return record["NgayTiepNhan"] >= _SINCE or not ended or ended >= _FIRST_DAY


def _without_own(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in _OWN}


def _copied(record: Record, careless: Sequence[str]) -> Record | None:
    """None: it was never sent."""
    code, unit = record["MaHoSo"], record["DonViXuLy"]
    if not (unit in careless or _share("unit", unit) < _UNITS):
        return record
    chance, ended = _share("file", code), record["TrangThaiHoSo"] in _ENDED
    if ended:
        lost = chance < 0.06 and record["NgayTiepNhan"] >= _SINCE
        return record | _OPEN_AGAIN if lost else record
    if record["TrangThaiHoSo"] == _WAITING:
        return record | {"TrangThaiHoSo": _PROCESSING, "DanhSachHoSoBoSung": []} if chance < 0.6 else record
    if record["DanhSachHoSoBoSung"] and chance < 0.3:
        return record | {"NgayHenTra": record["DanhSachHoSoBoSung"][0]["NgayHenTraTruoc"], "DanhSachHoSoBoSung": []}
    if chance < 0.03:
        return None
    if chance < 0.05 and record["NgayHenTra"] > _SINCE:
        return record | {"NgayHenTra": _week_earlier(record["NgayHenTra"])}
    if chance < 0.055 and record["TrangThaiHoSo"] != _UNPAID:
        return record | {"TrangThaiHoSo": WITHDRAWN, "NgayKetThucXuLy": max(record["NgayTiepNhan"], "20261002163000")}
    return record


def _known_there_alone(sent: Sequence[Record], careless: Sequence[str]) -> Iterator[Record]:
    """Some that were taken in at a ministry, and a few that the city should have."""
    ministry = [record for record in sent if record["MaTTHC"] == MINISTRY and record["NgayTiepNhan"] >= _SINCE]
    others = [
        each
        for each in sent
        if each["DonViXuLy"] in careless and each["NgayHenTra"] > _NOT_LATE and not each["NgayKetThucXuLy"]
    ]
    for number, record in enumerate([*ministry[:9], *others[:3]], 8101):
        yield record | _OPEN_AGAIN | {"MaHoSo": f"{record['MaHoSo'][:-4]}{number}", "DanhSachHoSoBoSung": []}


def _week_earlier(due: str) -> str:
    early = datetime.strptime(due, _WRITTEN) - timedelta(days=7)  # noqa: DTZ007 - a local time, as the system writes it
    return early.strftime(_WRITTEN)


def _share(what: str, name: str) -> float:
    """Between 0 and 1, and always the same of one name."""
    return crc32(f"{what} {name}".encode()) / 2**32
