"""What was changed afterwards in the one-stop system: ends that lie earlier than they did, one due date that lies later."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

Record = dict[str, Any]

_SECOND_DAY, _THIRD_DAY = "20261006", "20261007"
_FIRST_MORNING = "20261005080000"  # what had happened by then is what is changed
_AT_ONCE = 24  # by one import
_WRITTEN = "%Y%m%d%H%M%S"
_LATER = timedelta(days=14)


def moved(listed: Sequence[Record], now: str) -> list[Record]:
    """The same records, as of ``now``. From the second day on many files of one unit have ended in time, and one is due later;
    from the third day on two more have ended in time."""
    changes: list[tuple[str, int, Callable[[Record], bool], Callable[[Record], Record]]] = []
    if now >= _SECOND_DAY:
        changes += [("Sở Tài chính", _AT_ONCE, _ended_late, _in_time), ("Sở Công Thương", 1, _can_be_put_off, _put_off)]
    if now >= _THIRD_DAY:
        changes += [("Sở Nội vụ", 2, _ended_late, _in_time)]
    found = list(listed)
    for unit, count, wanted, changed in changes:
        places = (i for i, record in enumerate(found) if record["DonViXuLy"] == unit and wanted(record))
        for i in list(islice(places, count)):
            found[i] = changed(found[i])
    return found


def _ended_late(record: Record) -> bool:
    ended, due = record["NgayKetThucXuLy"], record["NgayHenTra"]
    return (
        record["TrangThaiHoSo"] in ("9", "10")
        and ended < _FIRST_MORNING
        and record["NgayTiepNhan"][:8] < due[:8] < ended[:8]
    )


def _in_time(record: Record) -> Record:
    return record | {"NgayKetThucXuLy": f"{record['NgayHenTra'][:8]}155000"}


def _can_be_put_off(record: Record) -> bool:
    plain = not (record["NgayXinLoi"] or record["DanhSachHoSoBoSung"])
    return (
        record["TrangThaiHoSo"] == "4"
        and plain
        and record["NgayTiepNhan"] < "20261002"
        and record["NgayHenTra"] > "20261012"
    )


def _put_off(record: Record) -> Record:
    due = datetime.strptime(record["NgayHenTra"], _WRITTEN) + _LATER  # noqa: DTZ007 - a local time, as the system writes it
    return record | {"NgayHenTra": due.strftime(_WRITTEN)}
