"""What the results by period must be: counted file by file in plain Python from the records as a source lists them. It shares no
code with alertd, and knows weekends alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

Figures = dict[str, Any]
GIVEN_UP = ("refused", "refused_near_due", "withdrawn", "withdrawn_late")  # counted in the period in which it happened
NAMES = (
    *("received", "channel_known", "online", "payable", "paid_online", "ended", "working_days", "on_time", "late"),
    *("supplement_known", "supplemented", "supplemented_again", *GIVEN_UP),
)


def plain(
    records: Iterable[Mapping[str, Any]], now: datetime, targets: Mapping[tuple[str, str], float]
) -> dict[str, Figures]:
    """By code. ``now``: local; ``targets``: per cent by unit and period, for quarters and all units (``""``)."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for record in records:
        counts = _counts(record, now)
        given_up = {name: counts.pop(name, 0) for name in GIVEN_UP}
        ended = _when(record["KetThuc"], now) if given_up["refused"] or given_up["withdrawn"] else None
        for moment, found in ((_received(record, now), counts), (ended, given_up)):
            for period in _periods(moment):
                for whose in _whose(record):
                    mine = sums[period, whose]
                    for name, value in (dict.fromkeys(NAMES, 0) | found).items():
                        mine[name] += value
    return {
        f"{period}/{whose}": _figures(period, whose, dict(counts), sums, now, targets)
        for (period, whose), counts in sums.items()
    }


def _figures(period: str, whose: str, counts: Figures, sums: Any, now: datetime, targets: Any) -> Figures:
    city = sums[period, "city"]
    found = counts | {
        "average_working_days": _rate(counts["working_days"], counts["ended"], 1),
        "online_rate": _rate(counts["online"], counts["channel_known"]),
        "paid_online_rate": _rate(counts["paid_online"], counts["payable"]),
        "on_time_rate": _rate(counts["on_time"], counts["on_time"] + counts["late"]),
        "supplement_rate": _rate(counts["supplemented"], counts["received"]),
        "city_supplement_rate": _rate(city["supplemented"], city["received"]),
        "is_running": now.date() <= _days(period)[-1],
    }
    grain, _, unit = whose.partition("/")
    first = _days(period)[0]
    target = None
    for asked in (period, f"{first.year}-Q{(first.month + 2) // 3}") if grain in ("city", "unit") else ():
        target = targets.get((unit, asked)) if target is None else target
    for asked in (period, f"{first.year}-Q{(first.month + 2) // 3}") if grain in ("city", "unit") else ():
        target = targets.get(("", asked)) if target is None else target
    found |= {"online_target": target, "online_short": None, "online_short_at_pace": None}
    if target is not None and counts["channel_known"]:
        missing = target * counts["channel_known"] / 100 - counts["online"]
        days = [day for day in _days(period) if day.weekday() < 5]
        pace = len(days) / max(1, len([day for day in days if day <= now.date()]))
        found["online_short"] = _up(missing)
        found["online_short_at_pace"] = _up(missing * pace)
    return found


def _up(number: float) -> int:
    whole = int(number)
    return max(0, whole if number - whole < 1e-9 else whole + 1)


def _rate(part: int, whole: int, by: int = 100) -> float | None:
    return None if not whole else int(part * by * 100 / whole + 0.5 + 1e-9) / 100


def _days(period: str) -> list[date]:
    year, _, rest = period.partition("-")
    months = [int(rest[1]) * 3 - 2 + more for more in range(3)] if rest[0] == "Q" else [int(rest)]
    first = date(int(year), months[0], 1)
    return [day for more in range(93) if (day := first + timedelta(days=more)).month in months]


def _when(text: str, now: datetime) -> datetime | None:
    """None for what is still to come."""
    found = datetime.fromisoformat(text) if text else None
    return found if found is not None and found <= now else None


def _received(record: Mapping[str, Any], now: datetime) -> datetime | None:
    return _when(record["TiepNhan"], now) or _when(record["Nop"], now)


def _periods(moment: datetime | None) -> Iterator[str]:
    if moment is not None:
        yield f"{moment:%Y-%m}"
        yield f"{moment.year}-Q{(moment.month + 2) // 3}"


def _whose(record: Mapping[str, Any]) -> Iterator[str]:
    yield "city"
    if record["DonVi"]:
        yield f"unit/{record['DonVi']}"
        if record["LinhVuc"]:
            yield f"field/{record['DonVi']}/{record['LinhVuc']}"
    if record["TTHC"]:
        yield f"procedure/{record['TTHC']}"


def _between(after: date, until: date) -> int:
    """Working days after a day up to and including another one."""
    return sum((after + timedelta(days=more)).weekday() < 5 for more in range(1, (until - after).days + 1))


def _next_working(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _zero(received: datetime) -> date:
    day = received.date()
    if day.weekday() < 5 and received.time() > time(17):
        day += timedelta(days=1)
    return _next_working(day)


def _counts(record: Mapping[str, Any], now: datetime) -> dict[str, int]:
    received = _received(record, now)
    if received is None:
        return {}
    ended, asked = _when(record["KetThuc"], now), [_when(each["Ngay"], now) for each in record["BoSung"]]
    waits = ended is None and bool(asked) and not record["BoSung"][-1]["TraLoi"]
    stop = ended or (asked[-1] if waits else None) or now
    due = _next_working(datetime.fromisoformat(record["HenTra"]).date()) if record["HenTra"] else None
    late = due is not None and _between(due, stop.date()) > 0
    near = due is not None and ended is not None and (late or _between(ended.date(), due) <= 1)
    refused, withdrawn = (
        ended is not None and record["TrangThai"] == "3",
        ended is not None and record["TrangThai"] == "7",
    )
    return {
        "received": 1,
        "channel_known": bool(record["Kenh"]),
        "online": record["Kenh"] == "2",
        "payable": record["ThanhToan"] != "",
        "paid_online": record["ThanhToan"] == "1",
        "ended": ended is not None,
        "working_days": _between(_zero(received), ended.date()) if ended else 0,
        "on_time": ended is not None and due is not None and not late,
        "late": late,
        "supplement_known": 1,
        "supplemented": bool(asked),
        "supplemented_again": len(asked) > 1,
        "refused": refused,
        "refused_near_due": refused and near,
        "withdrawn": withdrawn,
        "withdrawn_late": withdrawn and late,
    }
