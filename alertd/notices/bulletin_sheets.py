"""The files of a month as a workbook for their unit: a sheet a unit, record by record, with both verdicts. Nothing computes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from alertd.model import called
from alertd.model.asof import AsOf
from alertd.model.bulletins import MonthFile, Standing
from alertd.model.message import Attachment
from alertd.notices.spreadsheet import MEDIA_TYPE, MOST_ROWS, Sheet, workbook
from alertd.notices.writer import Desk

_NO_NAME = re.compile(r"[^A-Za-z0-9.]+")
_FILE = {"vi": "ho-so", "en": "files"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "code": "Mã hồ sơ",
        "procedure": "Mã thủ tục",
        "received": "Ngày tiếp nhận",
        "due": "Hẹn trả",
        "ended": "Kết thúc",
        "status": "Trạng thái",
        "section": "Phòng, bộ phận",
        "city": "Theo dữ liệu Thành phố",
        "portal": "Theo dữ liệu Cổng quốc gia",
        "due_there": "Hẹn trả (Cổng)",
        "ended_there": "Kết thúc (Cổng)",
        "differs": "Hai kết quả khác nhau",
        "yes": "x",
        "cut": "Danh sách gồm {shown} dòng đầu trong tổng số {total} hồ sơ; hồ sơ quá hạn xếp trước.",
    },
    "en": {
        "code": "Code",
        "procedure": "Procedure",
        "received": "Received",
        "due": "Due",
        "ended": "Ended",
        "status": "State",
        "section": "Section",
        "city": "By the city's data",
        "portal": "By the national portal's data",
        "due_there": "Due (portal)",
        "ended_there": "Ended (portal)",
        "differs": "The two results differ",
        "yes": "x",
        "cut": "The list holds the first {shown} of {total} files; what is late comes first.",
    },
}
_STANDING: Mapping[str, Mapping[Standing, str]] = {
    "vi": {
        Standing.ON_TIME: "đúng hạn",
        Standing.LATE: "quá hạn",
        Standing.RUNNING: "đang giải quyết, còn hạn",
        Standing.NO_DUE: "không có ngày hẹn trả",
        Standing.ABSENT: "không có trên Cổng",
    },
    "en": {
        Standing.ON_TIME: "on time",
        Standing.LATE: "late",
        Standing.RUNNING: "open, not late yet",
        Standing.NO_DUE: "no due date",
        Standing.ABSENT: "not on the portal",
    },
}
_OWN = ("code", "procedure", "received", "due", "ended", "status", "section", "city")
_THERE = ("portal", "due_there", "ended_there", "differs")


@dataclass(frozen=True, slots=True)
class Called:
    """In which language, of which month, and whether the portal's copies are compared."""

    language: str
    month: str
    portal: bool


def book(desk: Desk, at: AsOf, of: Called, units: Mapping[str, int], files: Iterable[MonthFile]) -> Attachment:
    """``files`` by unit, as a stream; ``units``: how many each has."""
    words = _WORDS[of.language]
    head = [words[name] for name in (*_OWN, *(_THERE if of.portal else ()))]

    def sheets() -> Iterator[Sheet]:
        for unit, mine in groupby(files, key=lambda file: file.unit):
            total = units.get(unit, 0)
            cut = words["cut"].format(shown=MOST_ROWS, total=total) if total > MOST_ROWS else ""
            rows = (_row(file, at, of) for file in islice(mine, MOST_ROWS))
            yield Sheet(desk.reach.directory.name_of(unit), head, rows, cut)

    return Attachment(_name(of.month, units, of.language), MEDIA_TYPE, workbook(sheets(), at.now))


def _row(file: MonthFile, at: AsOf, of: Called) -> list[Any]:
    def local(value: Any) -> Any:
        return None if value is None else at.calendar.local(value)

    language, words = of.language, called.WORDS[of.language]
    own: list[Any] = [
        file.code,
        file.procedure,
        file.received,
        local(file.due_at),
        local(file.ended_at),
        words.get(file.status or "", file.status),
        file.section,
        _STANDING[language][file.city],
    ]
    if not of.portal or file.portal is None:
        return own
    differs = _WORDS[language]["yes"] if _told(file.portal) and file.portal is not file.city else ""
    return [*own, _STANDING[language][file.portal], local(file.due_there), local(file.ended_there), differs]


def _told(standing: Standing) -> bool:
    """That it says anything that could be compared; what is not listed need not be missing (`alertd sync` says which is)."""
    return standing is not Standing.ABSENT


def _name(month: str, units: Mapping[str, int], language: str) -> str:
    """ASCII alone, as in all that is attached."""
    first = _NO_NAME.sub("-", next(iter(units), "")).strip("-")
    more = f"-va-{len(units) - 1}" if len(units) > 1 else ""
    return f"{_FILE[language]}-{month}-{first}{more if language == 'vi' else more.replace('va', 'and')}.xlsx"
