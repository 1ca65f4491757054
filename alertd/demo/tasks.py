"""Draw the documents and tasks that the city's document system gave to its units: some late, some put off twice, some untouched."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alertd.demo.days import Days
from alertd.model.directory import UnitRow

COLUMNS = (
    *("so_ky_hieu", "don_vi", "noi_giao", "ngay_giao", "ngay_nhan", "han"),
    *("gia_han_den", "so_lan_gia_han", "ngay_xong", "trang_thai"),
)
_COUNT = 90
_GIVER = "Văn phòng UBND Thành phố Hà Nội"
_KINDS = ("UBND-KSTTHC", "UBND-NC", "UBND-KT", "UBND-ĐT", "UBND-TH")


@dataclass(frozen=True, slots=True)
class Task:
    """Days are working days from the first morning. ``extended``: to which days, one after the other."""

    code: str
    unit: str  # its full name
    assigned: int
    due: int
    accepted: int | None = None
    extended: tuple[int, ...] = ()
    done: int | None = None


def tasks(units: Sequence[UnitRow], late: Sequence[str], seed: int) -> list[Task]:
    """``late``: codes of units that keep hardly a promise."""
    rng = random.Random(f"tasks {seed}")
    able = [unit for unit in units if unit.valid_to is None and unit.kind not in ("city", "office")]
    bad = [unit for unit in able if unit.code in late]
    drawn = []
    for number in range(_COUNT):
        unit = rng.choice(bad if number % 6 == 0 else able)
        assigned = -4 - int(40 * rng.random())
        taken = rng.choice((5, 7, 10, 15, 20))
        due = assigned + taken
        accepted = None if number % 15 == 7 else assigned + int(2 * rng.random())
        extended: tuple[int, ...] = ()
        if accepted is not None and number % 11 == 3:
            extended = (due + 5, due + 10)
        elif accepted is not None and number % 9 == 4:
            extended = (due + 5,)
        last = extended[-1] if extended else due
        punctual = unit not in bad and rng.random() < 0.86
        done = max(assigned + 1, last - int(3 * rng.random())) if punctual else last + 2 + int(25 * rng.random())
        code = f"{2400 + 7 * number}/{rng.choice(_KINDS)}"
        drawn.append(Task(code, unit.name, assigned, due, accepted, extended, None if accepted is None else done))
    return drawn


def task_rows(drawn: Sequence[Task], days: Days, day: date) -> list[tuple[str | int | None, ...]]:
    """As of the morning of ``day``, in the order of `COLUMNS`; local times."""
    today = days.number(day) - days.today

    def at(number: int | None, time: str) -> str | None:
        return None if number is None else f"{days.date(days.today + number)} {time}"

    rows: list[tuple[str | int | None, ...]] = []
    for task in drawn:
        done = task.done if task.done is not None and task.done < today else None
        # an extension is asked for on the day before the day that it moves
        dates = (task.due, *task.extended)
        put_off = [to for before, to in zip(dates, task.extended, strict=False) if before <= today]
        if task.assigned >= today:
            continue
        state = "Hoàn thành" if done is not None else "Mới giao" if task.accepted is None else "Đang xử lý"
        rows.append(
            (
                *(task.code, task.unit, _GIVER),
                *(at(task.assigned, "09:00"), at(task.accepted, "15:00"), at(task.due, "17:00")),
                *(at(put_off[-1] if put_off else None, "17:00"), len(put_off), at(done, "16:00"), state),
            )
        )
    return rows
