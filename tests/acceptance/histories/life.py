"""Lives of files, made up by chance from a seed: how each looks in the source's list at a moment. It knows no rule."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

FIRST, LAST = date(2026, 4, 20), date(2026, 5, 8)  # a Monday, and a Friday after the holidays
OFF = (date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1))
WORKED = (date(2026, 5, 2),)  # a Saturday
# As the source writes them: a code, or a full name; H26.5 ends on the way, H26.6 has no head.
SPELLED = {
    "H26.1": "H26.1",
    "H26.2": "UBND phường Ba Đình",
    "H26.3": "Sở  ngoại vụ",
    "H26.4": "H26.4",
    "H26.5": "H26.5",
    "H26.6": "UBND phường Hoà Bình",
}
_LISTED_AFTER_END = timedelta(days=2)


@dataclass
class Life:
    """``changes``: what becomes of the record from when on. ``hidden``: when the source does not list it."""

    code: str
    changes: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    hidden: list[tuple[datetime, datetime]] = field(default_factory=list)

    def at(self, moment: datetime) -> dict[str, Any] | None:
        """The record as the source gives it; None where it does not list it."""
        if moment < self.changes[0][0] or any(begin <= moment < end for begin, end in self.hidden):
            return None
        record: dict[str, Any] = {"MaHoSo": self.code}
        for since, change in self.changes:
            if since <= moment:
                record |= change
        record["BoSung"] = [
            {
                "NgayYeuCau": _text(asked),
                "NgayBoSung": _text(answered) if answered is not None and answered <= moment else "",
            }
            for asked, answered in self.asked
            if asked <= moment
        ]
        return record


def lives(seed: int, count: int) -> list[Life]:
    random = Random(seed)
    return [_life(random, number) for number in range(count)]


def moments() -> Iterator[datetime]:
    """When the city looks: at the opening and in the afternoon, on days off once."""
    day = FIRST
    while day <= LAST:
        working = (day.weekday() < 5 and day not in OFF) or day in WORKED
        for hour, minute in ((7, 31), (14, 0)) if working else ((10, 0),):
            yield datetime(day.year, day.month, day.day, hour, minute)
        day += timedelta(days=1)


def _life(random: Random, number: int) -> Life:
    span = (LAST - FIRST).days + 14
    born = datetime(2026, 4, 6, 8) + timedelta(days=random.randrange(span), minutes=random.randrange(540))
    code = f"H26-{born:%y%m%d}-{number:05}"
    due = born + timedelta(days=random.choice((2, 3, 4, 5, 6, 8, 10)))
    unit = random.choice(tuple(SPELLED))
    first = {"DonVi": SPELLED[unit], "TrangThai": "4", "NgayTiepNhan": _text(born), "NgayHenTra": _due(due)}
    if random.random() < 0.03:
        first["NgayHenTra"] = random.choice(("", "0001-01-01T00:00:00"))
    life = Life(code, [(born, first | {"NgayKetThuc": "", "MaTTHC": "1.004227", "Phong": "Phòng Một"})])
    moment = born
    for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
        moment += timedelta(hours=random.randrange(8, 70))
        due = _something(random, life, moment, due)
    if random.random() < 0.9:
        _end(random, life, max(moment, due + timedelta(hours=random.randrange(-40, 150))))
    if random.random() < 0.05:
        begin = born + timedelta(hours=random.randrange(20, 200))
        life.hidden.append((begin, begin + timedelta(hours=random.choice((5, 12, 30, 80, 10_000)))))
    life.changes.sort(key=lambda change: change[0])
    return life


def _something(random: Random, life: Life, moment: datetime, due: datetime) -> datetime:
    """It moves, papers are asked for and brought, the date is set anew; gives the date promised from then on."""
    what = random.random()
    if what < 0.35:
        change = {"DonVi": SPELLED[random.choice(tuple(SPELLED))], "Phong": random.choice(("Phòng Hai", "Phòng Ba"))}
        life.changes.append((moment, change))
    elif what < 0.8:
        answered = moment + timedelta(hours=random.randrange(6, 90)) if random.random() < 0.8 else None
        life.asked.append((moment, answered))
        life.changes.append((moment, {"TrangThai": "5"}))
        if answered is not None:
            life.changes.append((answered, {"TrangThai": "4"}))
            if random.random() < 0.6:
                due = answered + timedelta(days=random.choice((2, 4, 6)))
                life.changes.append((answered, {"NgayHenTra": _due(due)}))
    else:
        due = moment + timedelta(days=random.choice((-3, 1, 3)))
        life.changes.append((moment, {"NgayHenTra": _due(due)}))
    return due


def _end(random: Random, life: Life, moment: datetime) -> None:
    """Done, with a time that may have been set back; or stopped, without one. Then it leaves the list."""
    if random.random() < 0.9:
        told = moment - timedelta(hours=random.choice((0, 0, 0, 20, 60)))
        life.changes.append((moment, {"TrangThai": "9", "NgayKetThuc": _text(max(told, life.changes[0][0]))}))
    else:
        life.changes.append((moment, {"TrangThai": "8"}))
    life.hidden.append((moment + _LISTED_AFTER_END, datetime.max))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _due(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}T17:00:00"
