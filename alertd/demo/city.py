"""A make-believe city from a seed: what its systems list at a moment, on the first morning and on the days after."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from alertd.demo.days import MORNINGS, Days, stamp
from alertd.demo.fates import Fates
from alertd.demo.index import city_record, computed, unit_rows
from alertd.demo.life import Life, Place
from alertd.demo.moved import moved
from alertd.demo.odd import odd_records
from alertd.demo.papers import Cell, catalogue, duties, misread
from alertd.demo.portal import portal_files
from alertd.demo.tasks import task_rows, tasks
from alertd.demo.units import COMMUNE, Procedure, procedures, units
from alertd.model.directory import UnitRow

SEED = 766
SIZE = 20_000
_DAYS = 5  # on which new files arrive
_ARRIVALS = 0.016  # of all, a day

# Of all files on the first morning; the rest has ended.
_SHARES: dict[Callable[[Fates, Place], Life], float] = {
    Fates.overdue: 0.042,
    Fates.in_time: 0.100,
    Fates.waiting: 0.011,
    Fates.asked_twice: 0.0025,
    Fates.without_due_date: 0.0018,
    Fates.not_accepted: 0.004,
    Fates.paying: 0.004,
}
_BAD = 7  # units that keep hardly a promise
_BAD_SHARE = 0.45  # of what is overdue
# Units that ended with something left behind, and the section that had it.
_FORMER = {
    "H26.D005": "Phòng Tài nguyên và Môi trường",
    "H26.D016": "Phòng Tài nguyên và Môi trường",
    "H26.D268": "Phòng Tài nguyên và Môi trường",
    "H26.S09": "Phòng Quản lý đất đai",
    "H26.B05": "Phòng Đăng ký và Cấp giấy chứng nhận",
}
_LEFT = 6  # files each
# Files of a department, where a ward has one.
_VOLUME = {"H26.B06": 22, "H26.S04": 14, "H26.S08": 10, "H26.S19": 7, "H26.S01": 6, "H26.S16": 5, "H26.S05": 4}


class City:
    """``size``: files on the first morning (a few odd records besides). Same seed, same city.

    ``troubled``: the units that keep hardly a promise. A moment before the first morning or a week after the last shows
    little of interest.
    """

    def __init__(self, seed: int = SEED, size: int = SIZE) -> None:
        self.seed = seed
        self._rng = random.Random(seed)
        self._days = Days(self._rng)
        self._units = {unit.code: unit for unit in units()}
        self._procedures = procedures()
        desks = [unit for unit in self._units.values() if unit.valid_to is None and self._handled(unit)]
        small = [unit.code for unit in desks if unit.code not in _VOLUME]
        self.troubled = tuple(self._rng.sample(small, _BAD))
        self._trouble = self._drawn_trouble(desks)
        self._places = self._all_places(desks)
        self._files = self._coded(self._lives(size))
        names = {unit.code: unit.name for unit in self._units.values()}
        self._duties = duties(self._procedures, names, self._days, random.Random(seed))
        self._careless = tuple(names[code] for code in self.troubled[:3])
        self._last: tuple[str, list[dict[str, Any]]] = "", []
        self._tasks = tasks(list(self._units.values()), self.troubled, seed)

    def files(self, now: datetime) -> list[dict[str, Any]]:
        """What the one-stop system lists."""
        at = stamp(now)
        listed = self._listed(at)
        return [*listed, *odd_records(listed, at)]

    def portal(self, now: datetime) -> list[dict[str, Any]]:
        """What the national portal lists of the same files."""
        at = stamp(now)
        return portal_files(self._listed(at), self._careless)

    def index_of_units(self, month: str, now: datetime) -> list[dict[str, Any]]:
        """The index of every unit in a month (2026-09), as the portal's older call has it."""
        return unit_rows(list(self._units.values()), self._trouble, month, now)

    def index_of_city(self, month: str, now: datetime) -> dict[str, Any]:
        """The index of the city in a month, as the national record has it."""
        at = stamp(max(MORNINGS[0], computed(month, now)))
        begun = (each for each in self._files if each[1].accepted.startswith(month.replace("-", "")))
        return city_record([life.record(code, at) for code, life in begun if life.accepted <= at], month, now)

    def tasks(self, now: datetime) -> list[tuple[str | int | None, ...]]:
        """The rows of the document system."""
        return task_rows(self._tasks, self._days, _local(now))

    def announcements(self, now: datetime) -> list[tuple[Cell, ...]]:
        """The rows of the office's list, in the order of `papers.HEADER`: what had happened by the evening before. One cannot be
        read."""
        day = _local(now)
        known = [duty for duty in self._duties if duty.known(day)]
        return [*(duty.row(day) for duty in known[:-1]), *(misread(duty, day) for duty in known[-1:])]

    def catalogue(self, now: datetime) -> list[tuple[str | int, ...]]:
        """The rows of the catalogue of procedures."""
        return catalogue(self._procedures, _local(now))

    def _listed(self, at: str) -> list[dict[str, Any]]:
        """Several ask for the same moment one after the other."""
        if self._last[0] != at:
            self._last = at, moved([life.record(code, at) for code, life in self._files if life.submitted <= at], at)
        return self._last[1]

    def _drawn_trouble(self, desks: list[UnitRow]) -> dict[str, float]:
        drawn = {unit.code: 0.0 if self._rng.random() < 0.45 else 0.1 + 0.2 * self._rng.random() for unit in desks}
        drawn.update({code: 0.8 + 0.2 * self._rng.random() for code in self.troubled})
        return drawn | dict.fromkeys(_FORMER, 0.0)

    def _handled(self, unit: UnitRow) -> list[Procedure]:
        desk = COMMUNE if unit.kind in ("ward", "commune") else unit.code
        return [procedure for procedure in self._procedures if procedure.desk == desk]

    def _all_places(self, desks: list[UnitRow]) -> dict[str, list[Place]]:
        places: dict[str, list[Place]] = {}
        for number, unit in enumerate(desks, 101):
            agency = f"H26.{unit.code[-2:]}" if unit.kind == "department" else f"H26.{number}"
            places[unit.code] = [_place(unit, agency, procedure) for procedure in self._handled(unit)]
        land = next(procedure for procedure in self._procedures if procedure.code == "1.003003")
        for number, (code, section) in enumerate(_FORMER.items(), 15):
            old = _place(self._units[code], f"000.00.{number}.H26", land)
            places[code] = [replace(old, section=section)]
        return places

    def _lives(self, size: int) -> Iterator[Life]:
        fates = Fates(self._rng, self._days, self._trouble)
        former = [(self._places[code][0], self._units[code].valid_to) for code in _FORMER for _ in range(_LEFT)]
        left = [fates.left_behind(place, until) for place, until in former[:size] if until is not None]
        yield from left
        drawn = len(left)
        anywhere = self._picker(dict.fromkeys(self._places, 1.0))
        for draw, share in _SHARES.items():
            late = draw is Fates.overdue
            pick = self._overdue_picker() if late else anywhere
            count = min(round(size * share), size - drawn)
            # what takes longer is open longer, so there is more of it among the open
            places = (max(pick(), pick(), pick(), key=lambda place: place.procedure.days) for _ in range(count))
            lives = [draw(fates, place) for place in places]
            yield from self._moved(lives) if late else lives
            drawn += count
        for _ in range(size - drawn):
            yield fates.closed(anywhere())
        for number in range(_DAYS):
            for _ in range(round(size * _ARRIVALS)):
                yield fates.arriving(anywhere(), self._days.today + number)

    def _picker(self, weights: Mapping[str, float]) -> Callable[[], Place]:
        """Draws a unit by its volume times its weight, and one of its procedures."""
        codes = [code for code in weights if code not in _FORMER]
        volumes = list(accumulate(_VOLUME.get(code, 1.0 if ".X" in code else 1.5) * weights[code] for code in codes))

        def pick() -> Place:
            places = self._places[self._rng.choices(codes, cum_weights=volumes)[0]]
            return places[int(self._rng.random() * len(places))]

        return pick

    def _overdue_picker(self) -> Callable[[], Place]:
        bad = self._picker(dict.fromkeys(self.troubled, 1.0))
        others = self._picker({code: share for code, share in self._trouble.items() if code not in self.troubled})
        return lambda: bad() if self._rng.random() < _BAD_SHARE else others()

    def _moved(self, lives: list[Life]) -> list[Life]:
        """On the first day and on the second a late file of a ward is handed to the department that answers for it."""
        found = (i for i, life in enumerate(lives) if life.place.procedure.desk == COMMUNE and ".X" in life.place.unit)
        for day, i in zip((0, 1), found, strict=False):
            life, number = lives[i], self._days.today + day
            to = _place(self._units[life.place.procedure.unit], life.place.agency, life.place.procedure)
            ended = self._days.late(number + 12)
            lives[i] = replace(life, moved=self._days.office(number), moved_to=to, ended=ended, returned="")
        return lives

    def _coded(self, lives: Iterator[Life]) -> list[tuple[str, Life]]:
        """In the order of filing, numbered by unit and day."""
        numbers: defaultdict[str, int] = defaultdict(int)
        coded = []
        for life in sorted(lives, key=lambda life: life.submitted):
            head = f"{life.place.agency}-{life.submitted[2:8]}"
            numbers[head] += 1
            coded.append((f"{head}-{numbers[head]:04}", life))
        return coded


def _place(unit: UnitRow, agency: str, procedure: Procedure) -> Place:
    # the system writes the tone mark in the older place: one unit all the same
    name = unit.name.replace("Hòa", "Hoà")
    section = procedure.section
    if unit.kind == "commune":
        section = section.replace("Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng Kinh tế")
    return Place(unit.code, name, agency, section, procedure)


def _local(now: datetime) -> date:
    return now.astimezone(MORNINGS[0].tzinfo).date()
