"""Draw the people of the make-believe city: heads, acting heads, deputies, liaisons. All of them are made up.

Given names are those of plants, weather and landscape, addresses are under hanoi.example: nobody is meant.
"""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from alertd.model.directory import Contact, UnitRow
from alertd.model.words import Role

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý", "Đinh", "Mai")
_MEN = ("Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân")
_WOMEN = ("Thị", "Thu", "Ngọc", "Thanh", "Bích", "Kim")
_GIVEN_MEN = ("Tùng", "Bách", "Lâm", "Sơn", "Hải", "Phong", "Thạch", "Khê", "Vinh", "Dũng", "Thông", "Nam")
_GIVEN_WOMEN = ("Mai", "Lan", "Cúc", "Trúc", "Sen", "Đào", "Liễu", "Quế", "Vân", "Tuyết", "Nguyệt", "Giang", "Sương")

_LEFT = date(2026, 9, 30)  # the last day of a head who has no successor yet
_TURNOVER = date(2026, 10, 6)  # on the second day another head takes over
_ACTING = date(2026, 9, 1)
_APPOINTED = date(2025, 7, 1)

_COMMUNES = ("ward", "commune")
# What stands before the unit's name in the head's and in the deputy's title; the head's in English.
_OFFICES = {
    "office": ("Chánh", "Phó Chánh", "Chief of Office"),
    "service_center": ("Giám đốc", "Phó Giám đốc", "Director"),
    "department": ("Giám đốc", "Phó Giám đốc", "Director"),
    "board": ("Trưởng", "Phó Trưởng", "Head of the Board"),
    "inspectorate": ("Chánh", "Phó Chánh", "Chief Inspector"),
    "agency": ("Giám đốc", "Phó Giám đốc", "Director"),
    "ward": ("Chủ tịch", "Phó Chủ tịch", "Chair of the People's Committee"),
    "commune": ("Chủ tịch", "Phó Chủ tịch", "Chair of the People's Committee"),
}
_LIAISON = "Công chức đầu mối kiểm soát thủ tục hành chính"
_ENGLISH = ("H26.S17", "H26.B03")  # and one ward


@dataclass(frozen=True, slots=True)
class _Cases:
    """Units whose people are not as usual."""

    nobody: str
    only_liaison: str
    left: str
    shared: tuple[str, str]  # one person answers for both
    acting: tuple[str, ...]
    turnover: str
    english: tuple[str, ...]


def people(units: Sequence[UnitRow], seed: int) -> list[Contact]:
    """The contacts of all units that are still valid, but for the city itself: it answers for no files of its own."""
    rng = random.Random(seed)
    valid = [unit for unit in units if unit.valid_to is None and unit.kind != "city"]
    cases = _cases([unit.code for unit in valid if unit.kind in _COMMUNES], rng)
    return _sharing([contact for unit in valid for contact in _of_unit(unit, cases, rng)], cases, valid)


def _cases(communes: Sequence[str], rng: random.Random) -> _Cases:
    drawn = rng.sample(communes, 10)
    return _Cases(
        nobody=drawn[0],
        only_liaison=drawn[1],
        left=drawn[2],
        shared=(drawn[3], drawn[4]),
        acting=(*drawn[5:8], "H26.S14"),
        turnover=drawn[8],
        english=(*_ENGLISH, drawn[9]),
    )


def _sharing(contacts: list[Contact], cases: _Cases, units: Sequence[UnitRow]) -> list[Contact]:
    """The head of the first shared unit answers for the second as well."""
    one, two = cases.shared
    head = next(contact for contact in contacts if contact.unit == one and contact.role is Role.HEAD)
    title = next(f"Phụ trách {unit.name}" for unit in units if unit.code == two)
    also = replace(head, unit=two, role=Role.ACTING, title=title)
    return [also if contact.unit == two and contact.role is Role.HEAD else contact for contact in contacts]


def _of_unit(unit: UnitRow, cases: _Cases, rng: random.Random) -> Iterator[Contact]:
    chief, deputy, english = _OFFICES[unit.kind]
    since = _APPOINTED if unit.kind in _COMMUNES else None
    title, language = (english, "en") if unit.code in cases.english else (f"{chief} {unit.name}", "")
    head = replace(_person(unit, Role.HEAD, title, rng), language=language, valid_from=since)
    if unit.code == cases.left:
        yield replace(head, valid_to=_LEFT)
        return
    if unit.code == cases.nobody:
        return
    if unit.code == cases.turnover:
        yield replace(head, valid_to=_TURNOVER - timedelta(days=1))
        yield replace(_person(unit, Role.HEAD, title, rng), valid_from=_TURNOVER)
    elif unit.code in cases.acting:
        yield replace(head, valid_to=_ACTING - timedelta(days=1))
        yield replace(_person(unit, Role.ACTING, f"{deputy} phụ trách {unit.name}", rng), valid_from=_ACTING)
    elif unit.code != cases.only_liaison:
        yield head
        if rng.random() < 0.25:
            yield _person(unit, Role.DEPUTY, f"{deputy} {unit.name}", rng)
    if rng.random() < 0.3 or unit.code == cases.only_liaison:
        yield _person(unit, Role.LIAISON, _LIAISON, rng)


def _person(unit: UnitRow, role: Role, title: str, rng: random.Random) -> Contact:
    middles, givens = rng.choice(((_MEN, _GIVEN_MEN), (_WOMEN, _GIVEN_WOMEN)))
    family, middle, given = rng.choice(_FAMILIES), rng.choice(middles), rng.choice(givens)
    place = unit.code.rpartition(".")[2].lower()
    address = f"{_plain(given)}.{_plain(family)}{_plain(middle)}.{place}@hanoi.example"
    return Contact(unit.code, role, f"{family} {middle} {given}", title, address)


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isascii())
