"""The made-up units and people of tests: one with a head, another one, one that ended, one without a head, the office. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from alertd.cases.shape import NONE, UnitShape
from alertd.model.directory import Contact, Directory, Owner, Successor, UnitRow
from alertd.model.words import Role

UNIT, OTHER, ENDED, NO_HEAD, OFFICE = "UNIT-1", "UNIT-2", "UNIT-ENDED", "UNIT-NO-HEAD", "OFFICE"
NO_OWNER = "NO-OWNER"  # a field of administration for which nobody announces or publishes
_ENDED_ON = date(2020, 6, 30)
_UNITS = (
    UnitRow(UNIT, "UBND phường Một", "ward"),
    UnitRow(OTHER, "UBND phường Hai", "ward"),
    UnitRow(ENDED, "UBND quận Ba", "district", valid_to=_ENDED_ON),
    UnitRow(NO_HEAD, "UBND phường Bốn", "ward"),
    UnitRow(OFFICE, "Văn phòng UBND Thành phố", "office"),
)
_HEADS = {
    UNIT: ("Nguyễn Văn Một", "Chủ tịch"),
    OTHER: ("Trần Thị Hai", "Chủ tịch"),
    OFFICE: ("Lê Văn Năm", "Chánh Văn phòng"),
}
# Who announces is not who publishes, so that a rule that asks for the wrong one of the two is seen. A field that is called as a
# unit is owned by it.
_STAGES = {"announce": UNIT, "publish": OTHER}
CODES: Mapping[str, str] = {
    UNIT: "has a head; every record has it that names no other",
    OTHER: "another one with a head; it publishes procedures, as UNIT-1 announces them",
    ENDED: "has ended, and nobody has taken over",
    NO_HEAD: "nobody is named as its head",
    OFFICE: "the city office",
}


def people(further: Mapping[str, UnitShape], named: Iterable[str], site: Directory) -> Directory:
    """All units that a file may name. ``further``: its own; ``named``: codes that the rules name; those and all of the site's have
    their name and days, and a made-up head."""
    rows = {row.code: row for row in _UNITS}
    rows |= {code: UnitRow(code, code) for code in named}
    rows |= {row.code: replace(row, parent="") for row in site.units if row.code not in rows or row.code in set(named)}
    heads = {
        code: ("Phạm Văn Sáu", "Thủ trưởng đơn vị")
        for code in rows
        if code not in _HEADS and code not in (ENDED, NO_HEAD)
    }
    heads |= _HEADS
    for code, unit in further.items():
        ends = unit.until
        rows[code] = UnitRow(code, unit.name or code, valid_to=ends)
        if unit.head is None:
            heads.setdefault(code, ("Phạm Văn Sáu", "Thủ trưởng đơn vị"))
        elif unit.head == NONE:
            heads.pop(code, None)
        else:
            heads[code] = (unit.head, "Thủ trưởng đơn vị")
    contacts = tuple(_head(code, name, title) for code, (name, title) in heads.items())
    took_over = (
        Successor(code, "", unit.successor, unit.until + timedelta(days=1) if unit.until else None)
        for code, unit in further.items()
        if unit.successor
    )
    return Directory(tuple(rows.values()), contacts, tuple(took_over), tuple(_owners(rows)), OFFICE)


def speaking(directory: Directory, language: str) -> Directory:
    """The same people, written to in one language."""
    return replace(directory, contacts=tuple(replace(each, language=language) for each in directory.contacts))


def _head(code: str, name: str, title: str) -> Contact:
    return Contact(code, Role.HEAD, name, title, email=f"{code.casefold()}@test.invalid")


def _owners(codes: Iterable[str]) -> Iterable[Owner]:
    for stage, unit in _STAGES.items():
        yield Owner("", stage, unit)
        yield from (Owner(code, stage, code) for code in codes)
        yield from (Owner(NO_OWNER, stage, other) for other in (UNIT, OTHER))  # two: nobody knows which
