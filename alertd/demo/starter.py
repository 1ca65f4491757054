"""Write the small site that `alertd init` begins with: tables, config, and a sample around a day. Nothing is overwritten."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from alertd.demo.days import ZONE
from alertd.demo.units import DATA
from alertd.model.calendar import WorkingCalendar, working_calendar
from alertd.settings.shipped import shipped

_TABLES = ("config.toml", "units.csv", "contacts.csv", "successors.csv", "owners.csv", "targets.csv")
_FILES = (
    "Mã hồ sơ",
    "Mã TTHC",
    "Đơn vị xử lý",
    "Phòng, bộ phận",
    "Trạng thái",
    "Hình thức nộp",
    "Ngày nộp",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc",
    "Số lần bổ sung",
    "Ngày yêu cầu bổ sung",
    "Ngày công dân bổ sung",
    "Ngày xin lỗi",
)
_ANNOUNCEMENTS = (
    "Mã TTHC",
    "Tên TTHC",
    "Lĩnh vực",
    "Cơ quan chủ trì",
    "Văn bản QPPL",
    "Ngày hiệu lực",
    "Rút gọn",
    "Số QĐ công bố",
    "Ngày ký QĐ",
    "Ngày công bố",
    "Ngày công khai",
)
_BUILDING, _LAND = "Hoạt động xây dựng", "Đất đai"
_DESKS = {
    "H26.08": ("Sở Xây dựng", "Phòng Quản lý xây dựng", "1.009974", 20),
    "H26.19": ("Sở Nông nghiệp và Môi trường", "Phòng Quản lý môi trường", "1.010727", 20),
    "H26.101": ("UBND phường Ba Đình", "Phòng Kinh tế, Hạ tầng và Đô thị", "1.009994", 15),
    "H26.102": ("UBND xã Hòa Lạc", "Văn phòng HĐND và UBND", "1.004873", 3),
}


@dataclass(frozen=True, slots=True)
class _File:
    """Days are working days from today. ``due`` None: none was promised."""

    desk: str
    due: int | None
    state: str = "Đang xử lý"
    ended: int | None = None
    asked: int | None = None
    answered: int | None = None
    times: int = 0
    apology: int | None = None
    accepted: bool = True


_ONLINE, _COUNTER = "Trực tuyến", "Trực tiếp"
_SAMPLE = (
    *(_File("H26.08", due) for due in (-23, -12, -7, -3, -1, 0, 1, 4, 9)),
    _File("H26.08", -6, apology=-6),
    _File("H26.08", -2, "Yêu cầu bổ sung", asked=-1, times=1),
    _File("H26.08", 5, "Yêu cầu bổ sung", asked=-2, times=1),
    _File("H26.08", 6, asked=-12, answered=-9, times=2),
    _File("H26.08", None),
    *(_File("H26.19", due) for due in (-15, -5, -1, 0, 2, 7)),
    _File("H26.19", -9, apology=-10),
    _File("H26.19", 3, "Yêu cầu nghĩa vụ tài chính"),
    _File("H26.19", 8, "Yêu cầu bổ sung", asked=-1, times=2),
    *(_File("H26.101", due) for due in (-4, -2, 0, 1, 2, 5)),
    _File("H26.101", None, "Mới đăng ký", accepted=False),
    _File("H26.101", -3, "Đã xử lý xong", ended=-1),
    *(_File("H26.102", due) for due in (-1, 0, 2)),
    *(_File("H26.19", due, "Đã trả kết quả", ended=due - 1) for due in (-2, -8)),
    *(_File("H26.101", due, "Đã trả kết quả", ended=due) for due in (-5, -1)),
    *(_File("H26.102", due, "Đã trả kết quả", ended=due - 1) for due in (-6, -3, -1)),
    _File("H26.08", 2, "Công dân rút hồ sơ", ended=-4),
)


def write_starter(folder: Path, today: date) -> list[Path]:
    """What was written; what is there already is left as it is. ``rules/`` and ``templates/`` are the caller's."""
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    calendar = working_calendar(zone=ZONE)
    texts = {Path(name): (DATA / "starter" / name).read_text(encoding="utf-8") for name in _TABLES}
    texts[Path("config.example.toml")] = shipped("config.example.toml").read_text(encoding="utf-8")
    texts[Path("inbox", "ho-so.csv")] = _csv(_FILES, _files(today, calendar))
    texts[Path("inbox", "cong-bo.csv")] = _csv(_ANNOUNCEMENTS, _announcements(today, calendar))
    return [folder / name for name, text in texts.items() if _written(folder / name, text)]


def _written(path: Path, text: str) -> bool:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def _files(today: date, calendar: WorkingCalendar) -> Iterable[list[str]]:
    for number, each in enumerate(_SAMPLE, 1):
        name, section, procedure, promised = _DESKS[each.desk]

        def at(days: int | None, time: str) -> str:
            return "" if days is None else f"{calendar.add_working_days(today, days):%d/%m/%Y} {time}"

        begun = -3 if each.due is None else each.due - promised
        begun = min(begun, *(day for day in (each.asked, each.ended) if day is not None), -1)
        filed = calendar.add_working_days(today, begun)
        yield [
            f"{each.desk}-{filed:%y%m%d}-{number:04}",
            procedure,
            name,
            section,
            each.state,
            _COUNTER if number % 3 == 0 and each.accepted else _ONLINE,
            at(begun, f"08:{number:02}"),
            at(begun, f"09:{number:02}") if each.accepted else "",
            at(each.due, "17:00"),
            at(each.ended, "15:30"),
            str(each.times),
            at(each.asked, "10:00"),
            at(each.answered, "14:00"),
            at(each.apology, "09:00"),
        ]


def _announcements(today: date, calendar: WorkingCalendar) -> Iterable[list[str]]:
    """Not announced in time; not published in time; due for publication; all well."""

    def day(days: int | None) -> str:
        return "" if days is None else f"{calendar.add_working_days(today, days):%d/%m/%Y}"

    year = (today - timedelta(days=90)).year
    build, land = f"Thông tư 12/{year}/TT-BXD", f"Nghị định 45/{year}/NĐ-CP"
    rows = (
        ("1.009974", "Cấp giấy phép xây dựng mới", _BUILDING, "Sở Xây dựng", build, 2, "", None, None, None),
        ("1.009994", "Cấp giấy phép xây dựng nhà ở riêng lẻ", _BUILDING, "Sở Xây dựng", build, 2, "", None, None, None),
        ("1.004227", "Đăng ký biến động đất đai", _LAND, "Sở Nông nghiệp và Môi trường", land, 20, "612", -9, -9, None),
        (
            "1.012784",
            "Tách thửa hoặc hợp thửa đất",
            _LAND,
            "Sở Nông nghiệp và Môi trường",
            land,
            20,
            "640",
            -4,
            -4,
            None,
        ),
        ("1.012786", "Cấp lại Giấy chứng nhận", _LAND, "Sở Nông nghiệp và Môi trường", land, 20, "587", -20, -20, -17),
    )
    for code, name, field, unit, text, in_force, decision, decided, announced, published in rows:
        number = f"{decision}/QĐ-UBND" if decision else ""
        dates = (day(decided), day(announced), day(published))
        yield [code, name, field, unit, text, day(in_force), "không", number, *dates]
