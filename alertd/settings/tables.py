"""Read the site's tables (units, people, targets) into the Directory; a row that cannot be believed is set aside and reported."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from alertd.errors import Fault, Said
from alertd.model.directory import Contact, Directory, Owner, Successor, UnitRow, fold_name, same_name
from alertd.model.words import Role
from alertd.settings import table_said as said
from alertd.settings.complaint import what_and_cure
from alertd.settings.csv_table import BadCell, Broken, Columns, CsvTable, Row
from alertd.settings.shapes import Settings
from alertd.settings.target_rows import TARGETS, target_rows

UNITS = Columns(("code", "name"), ("kind", "parent", "valid_from", "valid_to"))
CONTACTS = Columns(("unit", "role", "name"), ("title", "email", "language", "from", "to", "phone"))
SUCCESSORS = Columns(("unit", "successor"), ("field", "from"))
OWNERS = Columns(("stage", "unit"), ("field", "from", "to"))
COLUMNS = {"units": UNITS, "contacts": CONTACTS, "successors": SUCCESSORS, "owners": OWNERS, "targets": TARGETS}

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_LANGUAGES = ("", "vi", "en")
_STAGES = ("announce", "publish")
_OFFICE_KIND = "office"

_T = TypeVar("_T")
Doubt = tuple[int, str, Said]  # line, cell, what and cure: of a row that is taken in all the same


@dataclass(frozen=True)
class Tables:
    """All tables as read. ``faults``: of all, in the order of the tables; one without ``warning`` set a row aside, or a whole
    table. ``broken``: by table, what keeps it from being read as a whole; ``aside``: by table, the lines set aside."""

    directory: Directory
    faults: list[Fault]
    broken: Mapping[str, tuple[Broken, str]] = field(default_factory=dict)
    aside: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def table_files(settings: Settings) -> dict[str, Path]:
    """The tables that the config names, each with its file; units first, which all others name."""
    named = settings.units
    files = {"units": named.file, "contacts": named.contacts, "successors": named.successors, "owners": named.owners}
    files["targets"] = settings.online.targets
    return {name: settings.path(path) for name, path in files.items() if path is not None}


def load_directory(settings: Settings) -> tuple[Directory, list[Fault]]:
    """The units and people as the files are now, and every fault of their tables."""
    tables = read_tables(settings)
    return tables.directory, tables.faults


def read_tables(settings: Settings, contents: Mapping[str, bytes] | None = None) -> Tables:
    """The tables by their bytes in ``contents``; those that are not in it, from their files."""
    reading = _Reading(table_files(settings), contents or {})
    table, units = reading.table("units"), list[UnitRow]()
    units = _units(table)
    reading.ended("units", table)
    codes = {unit.code for unit in units}
    if not codes:  # every other row would be reported for its unit
        if all(fault.warning for fault in reading.faults):
            table.fault(0, said.NO_UNIT)
        return Tables(Directory(()), reading.faults, reading.broken, reading.aside)
    doubts = list[Doubt]()
    contacts = reading.rows("contacts", _contact_rows(codes, doubts), doubts)
    successors = reading.rows("successors", _successor_rows(codes), doubts)
    owners = reading.rows("owners", _owner_rows(codes, doubts), doubts)
    targets = reading.rows("targets", target_rows(codes), doubts)
    damaged = "contacts" in reading.broken or "contacts" in reading.aside
    whole = settings.units.contacts is None or (bool(contacts) and not damaged)
    office = _office(settings, units, reading.faults)
    directory = Directory(tuple(units), contacts, successors, owners, office, whole, targets)
    return Tables(directory, reading.faults, reading.broken, reading.aside)


@dataclass
class _Reading:
    """The tables on their way from bytes to rows."""

    files: Mapping[str, Path]
    contents: Mapping[str, bytes]
    faults: list[Fault] = field(default_factory=list)
    broken: dict[str, tuple[Broken, str]] = field(default_factory=dict)
    aside: dict[str, tuple[int, ...]] = field(default_factory=dict)
    before: int = 0

    def table(self, name: str) -> CsvTable:
        self.before = len(self.faults)
        return CsvTable(self.files[name], COLUMNS[name], self.faults, self.contents.get(name))

    def rows(self, name: str, make: Callable[[Row], _T], doubts: list[Doubt]) -> tuple[_T, ...]:
        """What ``make`` gives for each row; ``doubts``: what it has to say of rows that are taken in."""
        if name not in self.files:
            return ()
        table = self.table(name)
        if table.content is None and not table.path.exists():
            self.broken[name] = (Broken.MISSING, "")
            table.fault(0, said.not_found("online" if name == "targets" else "units"), warning=True)
            return ()
        made = tuple(table.read(make))
        self.ended(name, table)
        for line, cell, told in doubts:
            table.fault(line, told, warning=True, cell=cell)
        doubts.clear()
        return made

    def ended(self, name: str, table: CsvTable) -> None:
        wrong = tuple(dict.fromkeys(fault.line for fault in self.faults[self.before :] if not fault.warning))
        if table.broken:
            self.broken[name] = table.broken[0]
        elif wrong:
            self.aside[name] = wrong


def _units(table: CsvTable) -> list[UnitRow]:
    lines: dict[str, int] = {}

    def make(row: Row) -> UnitRow:
        code = row.needed("code")
        if code in lines:
            row.complain("code", said.second_unit(code, lines[code]))
        begin, end = row.span("valid_from", "valid_to")
        unit = UnitRow(code, row.needed("name"), row.text("kind"), row.text("parent"), begin, end)
        row.whole()
        lines[code] = row.line
        return unit

    units = table.read(make)
    parents = {unit.code: unit.parent for unit in units}
    for place, unit in enumerate(units):
        # The unit itself stays, or all of its records would be nobody's.
        if unit.parent and unit.parent not in parents:
            table.fault(lines[unit.code], said.unknown_parent(unit.parent, parents), cell="parent")
        elif _above_itself(unit.code, parents):
            table.fault(lines[unit.code], said.above_itself(unit.code), cell="parent")
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
                table.fault(lines[unit.code], said.same_name(unit.name, other.code), warning=True, cell="name")
        namesakes.append(unit)


def _overlap(one: UnitRow | Owner | Contact, two: UnitRow | Owner | Contact) -> bool:
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
    if code and code not in codes:
        row.complain(name, said.unknown_unit(name, code, codes))
    return code


def _contact(row: Row, codes: Collection[str]) -> Contact:
    unit = _known_unit(row, "unit", codes)
    role, email, language = row.needed("role").lower(), row.text("email"), row.text("language").lower()
    if role and role not in tuple(Role):
        row.complain("role", said.unknown_role(role))
    if email and not _EMAIL.fullmatch(email):
        row.complain("email", said.no_address(email))
    if language not in _LANGUAGES:
        row.complain("language", said.unknown_language(language))
    begin, end = row.span("from", "to")
    name, title, phone = row.needed("name"), row.text("title"), row.text("phone")
    row.whole()
    return Contact(unit, Role(role), name, title, email, language, phone, begin, end)


def _contact_rows(codes: Collection[str], doubts: list[Doubt]) -> Callable[[Row], Contact]:
    """Two of one role on the same days are both taken in; who of them hears has to be said."""
    taken: dict[tuple[str, Role], list[Contact]] = {}

    def make(row: Row) -> Contact:
        contact = _contact(row, codes)
        others = taken.setdefault((contact.unit, contact.role), [])
        if contact.role in (Role.HEAD, Role.ACTING) and (both := [one for one in others if _overlap(one, contact)]):
            doubts.append((row.line, "role", said.second_head(contact.role, contact.unit, both[0].name)))
        others.append(contact)
        return contact

    return make


def _successor_rows(codes: Collection[str]) -> Callable[[Row], Successor]:
    """Rows that lead back to their own unit, in one field of administration, are set aside: succession has to end."""
    taken: list[Successor] = []

    def make(row: Row) -> Successor:
        unit, heir = _known_unit(row, "unit", codes), _known_unit(row, "successor", codes)
        successor = Successor(unit, row.text("field"), heir, row.day("from"))
        row.whole()
        if unit in _heirs(heir, successor.field, taken):
            raise BadCell(said.circular(unit, heir))
        taken.append(successor)
        return successor

    return make


def _heirs(unit: str, field: str, taken: list[Successor]) -> set[str]:
    """The unit and all that it becomes, over rows that can hold for the same field."""
    found, ahead = set[str](), {unit}
    while ahead:
        found |= ahead
        ahead = {
            row.successor
            for row in taken
            if row.unit in ahead and (not field or not row.field or same_name(row.field, field))
        } - found
    return found


def _owner_rows(codes: Collection[str], doubts: list[Doubt]) -> Callable[[Row], Owner]:
    taken: list[Owner] = []

    def make(row: Row) -> Owner:
        stage = row.needed("stage").lower()
        if stage and stage not in _STAGES:
            row.complain("stage", said.unknown_stage(stage, _STAGES))
        owner = Owner(row.text("field"), stage, _known_unit(row, "unit", codes), *row.span("from", "to"))
        row.whole()
        for other in taken:
            same = owner.stage == other.stage and same_name(owner.field, other.field)
            if same and owner.unit != other.unit and _overlap(owner, other):
                doubts.append((row.line, "unit", said.second_owner(other.unit)))
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
        faults.append(_of_config(settings, said.unknown_office(named, codes)))
    for candidates in (
        [unit.code for unit in units if unit.kind.casefold() == _OFFICE_KIND],
        [unit.code for unit in units if not unit.parent],
    ):
        if candidates:
            if len(candidates) > 1 and not named:
                told = said.many_offices(len(candidates), candidates[0])
                faults.append(_of_config(settings, told, warning=True))
            return candidates[0]
    return ""


def _of_config(settings: Settings, told: Said, *, warning: bool = False) -> Fault:
    what, cure = what_and_cure(told)
    return Fault(str(settings.file), 0, 0, what, cure, warning=warning)
