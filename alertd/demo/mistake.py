"""What a mistake in the one-stop system looks like: after an update, one due date a unit has slipped into the past."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from alertd.demo.days import stamp

_BACK = timedelta(days=60)
_IN_HAND = ("2", "4")
_WRITTEN = "%Y%m%d%H%M%S"


def slipped(records: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The same records, of each unit one that is not late with a due date sixty days too early."""
    at, units, found = stamp(now), set[str](), []
    for record in records:
        due, unit = record["NgayHenTra"], record["DonViXuLy"]
        if unit not in units and record["TrangThaiHoSo"] in _IN_HAND and due > at:
            units.add(unit)
            early = datetime.strptime(due, _WRITTEN) - _BACK  # noqa: DTZ007 - a local time, as the system writes it
            found.append(record | {"NgayHenTra": early.strftime(_WRITTEN)})
        else:
            found.append(record)
    return found
