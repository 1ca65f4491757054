"""Read units, contacts, successors and owners into the Directory; a row that cannot be believed is set aside and reported."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from alertd.errors import Fault
from alertd.model.directory import Contact, Directory, Owner, Successor, UnitRow, fold_name, same_name
from alertd.model.words import Role
from alertd.settings.complaint import did_you_mean
from alertd.settings.csv_table import BadCell, Columns, CsvTable, Row
from alertd.settings.shapes import Settings

UNITS = Columns(("code", "name"), ("kind", "parent", "valid_from", "valid_to"))
CONTACTS = Columns(("unit", "role", "name"), ("title", "email", "language", "from", "to", "phone"))
SUCCESSORS = Columns(("unit", "successor"), ("field", "from"))
OWNERS = Columns(("stage", "unit"), ("field", "from", "to"))

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_LANGUAGES = ("", "vi", "en")
_STAGES = ("announce", "publish")
_OFFICE_KIND = "office"

_T = TypeVar("_T")
Doubt = tuple[int, str, str]  # line, what, cure: of a row that is taken in all the same


def load_directory(settings: Settings) -> tuple[Directory, list[Fault]]:
    """The units and people, and every fault of their tables in the order of the tables. A fault without ``warning``
    set a row aside, or a whole table where its header or encoding is at fault."""
    tables, faults, doubts = settings.units, list[Fault](), list[Doubt]()
    table = CsvTable(settings.path(tables.file), UNITS, faults)
    units = _units(table)
    codes = {unit.code for unit in units}
    if not codes:  # every other row would be reported for its unit
        if all(fault.warning for fault in faults):
            table.fault(0, "no unit in it", "write a row for each unit, or restore the file from a copy")
        return Directory(()), faults

    def read(path: Path | None, columns: Columns, make: Callable[[Row], _T]) -> tuple[_T, ...]:
        if path is None:
            return ()
        table = CsvTable(settings.path(path), columns, faults)
        if not table.path.exists():
            table.fault(0, "not found", "create it, or take its line out of [units]", warning=True)
            return ()
        made = tuple(table.read(make))
        for line, what, cure in doubts:
            table.fault(line, what, cure, warning=True)
        doubts.clear()
        return made

    before = len(faults)
    contacts = read(tables.contacts, CONTACTS, lambda row: _contact(row, codes))
    whole = tables.contacts is None or (bool(contacts) and all(fault.warning for fault in faults[before:]))
    successors = read(tables.successors, SUCCESSORS, _successor_rows(codes))
    owners = read(tables.owners, OWNERS, _owner_rows(codes, doubts))
    office = _office(settings, units, faults)
    return Directory(tuple(units), contacts, successors, owners, office, whole), faults


def _units(table: CsvTable) -> list[UnitRow]:
    lines: dict[str, int] = {}

    def make(row: Row) -> UnitRow:
        code = row.needed("code")
        if code in lines:
            raise BadCell(f"a second unit {code!r}, the first is in line {lines[code]}; give each its own code")
        begin, end = row.span("valid_from", "valid_to")
        unit = UnitRow(code, row.needed("name"), row.text("kind"), row.text("parent"), begin, end)
        lines[code] = row.line
        return unit

    units = table.read(make)
    parents = {unit.code: unit.parent for unit in units}
    for place, unit in enumerate(units):
        # The unit itself stays, or all of its records would be nobody's.
        if unit.parent and unit.parent not in parents:
            table.fault(lines[unit.code], f"unknown parent {unit.parent!r}", did_you_mean(unit.parent, parents, 5))
        elif _above_itself(unit.code, parents):
            table.fault(lines[unit.code], f"{unit.code!r} stands above itself", "correct its parent")
        else:
            continue
        units[place] = replace(unit, parent="")
        parents[unit.code] = ""
    _same_names(units, lines, table)
    return units


def _same_names(units: list[UnitRow], lines: dict[str, int], table: CsvTable) -> None:
    """A source that names a unit by a name of two means neither: it has to be said before records go to the office."""
    known: dict[str, list[UnitRow]] = {}
    for unit in units:
        namesakes = known.setdefault(fold_name(unit.name), [])
        for other in namesakes:
            if _overlap(unit, other):
                what = f"{unit.name!r} is the name of {other.code!r} too, on the same days"
                cure = "write both in full; as it stands it means neither"
                table.fault(lines[unit.code], what, cure, warning=True)
        namesakes.append(unit)


def _overlap(one: UnitRow | Owner, two: UnitRow | Owner) -> bool:
    """Whether there is a day on which both are valid."""
    begins = max(one.valid_from or date.min, two.valid_from or date.min)
    return begins <= min(one.valid_to or date.max, two.valid_to or date.max)


def _above_itself(code: str, parents: dict[str, str]) -> bool:
    seen = set[str]()
    above = parents[code]
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _known_unit(row: Row, name: str, codes: Collection[str]) -> str:
    code = row.needed(name)
    if code not in codes:
        raise BadCell(f"unknown {name} {code!r}; {did_you_mean(code, codes, 5)}")
    return code


def _contact(row: Row, codes: Collection[str]) -> Contact:
    unit = _known_unit(row, "unit", codes)
    role, email, language = row.needed("role").lower(), row.text("email"), row.text("language").lower()
    if role not in tuple(Role):
        raise BadCell(f"unknown role {role!r}; {did_you_mean(role, tuple(Role))}")
    if email and not _EMAIL.fullmatch(email):
        raise BadCell(f"email: {email!r} is no address; write one alone, like an@hanoi.example")
    if language not in _LANGUAGES:
        raise BadCell(f"unknown language {language!r}; write vi or en, or leave it empty for the site's")
    begin, end = row.span("from", "to")
    name, title, phone = row.needed("name"), row.text("title"), row.text("phone")
    return Contact(unit, Role(role), name, title, email, language, phone, begin, end)


def _successor_rows(codes: Collection[str]) -> Callable[[Row], Successor]:
    """Rows that lead back to their own unit, in one field of administration, are set aside: succession has to end."""
    taken: list[Successor] = []

    def make(row: Row) -> Successor:
        unit, heir = _known_unit(row, "unit", codes), _known_unit(row, "successor", codes)
        successor = Successor(unit, row.text("field"), heir, row.day("from"))
        if unit in _heirs(heir, successor.field, taken):
            raise BadCell(f"circular: {heir!r} becomes {unit!r} again; a unit that lives on has no successor")
        taken.append(successor)
        return successor

    return make


def _heirs(unit: str, field: str, taken: list[Successor]) -> set[str]:
    """The unit and all that it becomes, over rows that can hold for the same field."""
    found, ahead = set[str](), {unit}
    while ahead:
        found |= ahead
        ahead = {
            row.successor for row in taken if row.unit in ahead and (not field or not row.field or row.field == field)
        } - found
    return found


def _owner_rows(codes: Collection[str], doubts: list[Doubt]) -> Callable[[Row], Owner]:
    taken: list[Owner] = []

    def make(row: Row) -> Owner:
        stage = row.needed("stage").lower()
        if stage not in _STAGES:
            raise BadCell(f"unknown stage {stage!r}; {did_you_mean(stage, _STAGES)}")
        owner = Owner(row.text("field"), stage, _known_unit(row, "unit", codes), *row.span("from", "to"))
        for other in taken:
            same = owner.stage == other.stage and same_name(owner.field, other.field)
            if same and owner.unit != other.unit and _overlap(owner, other):
                what = f"{other.unit!r} owns this too, on the same days"
                doubts.append((row.line, what, "end one of the two; until then the office hears"))
        taken.append(owner)
        return owner

    return make


def _office(settings: Settings, units: list[UnitRow], faults: list[Fault]) -> str:
    """The unit that [office] names, else the one of kind office, else the root of the tree."""
    codes = [unit.code for unit in units]
    named = settings.office.unit
    if named in codes:
        return named
    if named and codes:
        what = f"office.unit: unknown unit {named!r}"
        faults.append(Fault(str(settings.file), 0, 0, what, did_you_mean(named, codes, 5)))
    for candidates in (
        [unit.code for unit in units if unit.kind.casefold() == _OFFICE_KIND],
        [unit.code for unit in units if not unit.parent],
    ):
        if candidates:
            if len(candidates) > 1 and not named:
                what = f"office.unit: {len(candidates)} units could be the office, {candidates[0]!r} is taken"
                faults.append(Fault(str(settings.file), 0, 0, what, "name it under [office]", warning=True))
            return candidates[0]
    return ""
