"""The whole list behind a message as a spreadsheet: read as a stream, one sheet per rule, nothing in it that computes."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from alertd.model import called
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.message import Attachment
from alertd.model.notices import NoticeFile
from alertd.model.record_name import has_words
from alertd.model.rule import Rule
from alertd.model.words import Level
from alertd.notices import behind as files
from alertd.notices import items, labels
from alertd.notices.clean import one_line
from alertd.notices.filters import level, period, value
from alertd.notices.letter import Section
from alertd.notices.writer import Desk
from alertd.store import audit, seals

MOST_ROWS = 20_000  # of one attachment; the list says how many there are in all
MOST_DAILY = 1_000  # of one that goes out every morning: a row costs 0.1 ms, while nobody else can write
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL = 500  # characters; a cell is to be read, not to be mined
_OF_FILE = ("period", "code", "procedure", "due", "ended", "late")  # columns beside the unit
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_files = table_of(NoticeFile)
Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """``note``: a line above the head, where the rows are not all there are. Rows hold texts, numbers, days and moments."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who gets a list of at most so many rows with which notices. ``extra``: sheets before those of the rules."""

    number: int
    notices: tuple[int, ...]
    language: str
    unit: str
    sections: tuple[Section, ...]
    extra: tuple[Sheet, ...] = ()
    most: int = MOST_ROWS


Enclosure = tuple[tuple[int, ...], Attachment]  # what goes with these notices


def attach(session: Session, desk: Desk, at: AsOf, wanted: Sequence[Wanted], besides: Iterable[Enclosure] = ()) -> None:
    """Write every list into the outbox, one workbook at a time in memory; a statement per rule, not per recipient. ``besides``:
    what else is attached; all of it is sealed together."""
    if not wanted and not besides:
        return
    numbers = [each.number for each in wanted]
    used = {section.rule for each in wanted for section in each.sections}
    streams = {
        name: _Stream(items.stream(session, rule, at, numbers, max(each.most for each in wanted)))
        for name, rule in desk.rules.rules.items()
        if name in used
    }
    behind = {
        name: _Stream(files.stream(session, rule, at, numbers))
        for name, rule in desk.rules.rules.items()
        if name in used and files.counted(rule) is not None
    }
    sealed: dict[str, list[str]] = {}
    for each in sorted(wanted, key=lambda each: each.number):
        file = Attachment(
            _file_name(each, at.today), MEDIA_TYPE, workbook(_sheets(desk, at, each, streams, behind), at.now)
        )
        session.connection().execute(insert(_files), [_row(file, notice) for notice in each.notices])
        sealed |= _sealed(file, each.notices, sealed)
    for notices, file in besides:
        session.connection().execute(insert(_files), [_row(file, notice) for notice in notices])
        sealed |= _sealed(file, notices, sealed)
    audit.record(session, at=at.now, actor="alertd", action=seals.ATTACHED, subject="outbox", detail=sealed)


def workbook(sheets: Iterable[Sheet], made: datetime) -> bytes:
    """The same bytes for the same content. Every text is written as a text, so that none is taken for a formula."""
    written = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with Workbook(written, options) as book:
        book.set_properties({"created": made.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#E8EDF2", "text_wrap": True, "valign": "top"})
        formats: dict[type, Format] = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format(_MOMENT),
        }
        taken: set[str] = set()
        for sheet in sheets:
            _fill(book, sheet, _sheet_name(sheet.name, taken), head, formats)
        if not taken:
            book.add_worksheet()
    return written.getvalue()


_MOMENT = {"num_format": "dd/mm/yyyy hh:mm"}


class _Stream:
    """Rows in the order of the recipients' numbers, given out recipient by recipient."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, number: int) -> Iterator[Row]:
        while self._next is not None and self._next["number"] <= number:
            row, self._next = self._next, next(self._rows, None)
            if row["number"] == number:
                yield row


def _sheets(
    desk: Desk, at: AsOf, wanted: Wanted, streams: Mapping[str, _Stream], behind: Mapping[str, _Stream]
) -> Iterator[Sheet]:
    yield from wanted.extra
    left = wanted.most
    for section in wanted.sections:
        rule, shown = desk.rules.rules[section.rule], min(section.listed, left)
        words = labels.COLUMNS[wanted.language]
        note = words["cut"].format(shown=shown, total=section.listed) if shown < section.listed else ""
        rows = _lines(desk, at, rule, streams[rule.id].of(wanted.number), wanted.language)
        yield Sheet(section.title, _head(rule, wanted.language), _first(rows, shown), note)
        left -= shown
        if rule.id in behind:
            found = [_file(desk, at, row, wanted.language) for row in behind[rule.id].of(wanted.number)]
            note = words["cut"].format(shown=left, total=len(found)) if left < len(found) else ""
            name = f"{words['files']} – {section.title}"
            yield Sheet(name, [words[each] for each in ("unit", *_OF_FILE)], found[:left], note)
            left -= min(left, len(found))


def _first(rows: Iterator[list[Any]], most: int) -> Iterator[list[Any]]:
    """Up to ``most``; the others are read and left, so that the stream stands at the next recipient."""
    for place, row in enumerate(rows):
        if place < most:
            yield row


def _head(rule: Rule, language: str) -> list[str]:
    words = labels.COLUMNS[language]
    fields = [rule.fields[name] for name in _columns(rule)]
    named = [field.vi if language == "vi" else field.en for field in fields]
    if has_words(rule.dataset.name):
        named = [
            words["record"] if field.name == rule.dataset.key else name
            for field, name in zip(fields, named, strict=True)
        ]
    return [words["level"], words["unit"], *named, words["also"], words["named"]]


def _columns(rule: Rule) -> list[str]:
    return [name for name in rule.shows if name != "unit"]


def _lines(desk: Desk, at: AsOf, rule: Rule, rows: Iterator[Row], language: str) -> Iterator[list[Any]]:
    columns = _columns(rule)
    directory, known = desk.reach.directory, desk.rules.rules
    for row in rows:
        also = [known[other].name(language) for other in row["rules"].split("\n") if other != rule.id]
        facts = [_shown(row[f"fact_{name}"], at, language) for name in columns]
        if has_words(rule.dataset.name) and rule.dataset.key in columns:
            facts[columns.index(rule.dataset.key)] = desk.named(rule.dataset.name, row["key"], language)
        word = level(Level(row["level"]).word, language=language)
        named = row["unit_named"] if not row["unit"] else ""
        yield [word, directory.name_of(row["unit"]), *facts, "; ".join(also), named or ""]


def _file(desk: Desk, at: AsOf, row: Row, language: str) -> list[Any]:
    """One that a figure counts, by `_OF_FILE`."""
    ended = _shown(row["ended_at"], at, language)
    named = (
        period(row["period"], language=language),
        row["code"],
        row["procedure"],
        _shown(row["due_at"], at, language),
    )
    return [desk.reach.directory.name_of(row["unit"]), *named, ended, max(0, row["late"])]


def _shown(fact: Any, at: AsOf, language: str) -> Any:
    if isinstance(fact, datetime):
        return at.calendar.local(fact)
    if isinstance(fact, bool) or (
        isinstance(fact, str) and (fact in called.WORDS[language] or fact in called.CODES[language])
    ):
        return value(fact, language=language)
    return fact


def _fill(book: Workbook, sheet: Sheet, name: str, head: Format, formats: Mapping[type, Format]) -> None:
    page = book.add_worksheet(name)
    page.set_column(0, max(len(sheet.head) - 1, 0), 20)
    top = 0
    if sheet.note:
        page.write_string(0, 0, sheet.note)
        top = 1
    for column, text in enumerate(sheet.head):
        page.write_string(top, column, one_line(text, _CELL), head)
    page.freeze_panes(top + 1, 0)
    for line, row in enumerate(sheet.rows, top + 1):
        for column, cell in enumerate(row):
            _write(page, line, column, cell, formats)


def _write(page: Any, line: int, column: int, cell: Any, formats: Mapping[type, Format]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date) and cell.year < 1900:  # a spreadsheet knows no such day
        page.write_string(line, column, f"{cell:%d/%m}/{cell.year:04}")
    elif isinstance(cell, datetime):
        page.write_datetime(line, column, cell.replace(tzinfo=None), formats[datetime])
    elif isinstance(cell, date):
        page.write_datetime(line, column, cell, formats[date])
    elif isinstance(cell, int | float):
        page.write_number(line, column, cell)
    else:
        page.write_string(line, column, one_line(str(cell), _CELL))


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, no two alike, none that a spreadsheet refuses."""
    base = _NO_SHEET_NAME.sub(" ", one_line(name)).strip()[:27].strip() or "1"
    found, number = base, 1
    while found.casefold() in taken or found.casefold() == "history":
        number += 1
        found = f"{base} {number}"
    taken.add(found.casefold())
    return found


def _sealed(file: Attachment, notices: Sequence[int], known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    seal = seals.as_attached(file.name, file.media_type, file.content)
    return {str(notice): [*known.get(str(notice), ()), seal] for notice in notices}


def _file_name(wanted: Wanted, day: date) -> str:
    """ASCII alone: mail programs and phones differ about everything else."""
    plain = (
        unicodedata.normalize("NFD", wanted.unit.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    )
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")
    name = labels.COLUMNS[wanted.language]["file"]
    return f"{name}{'-' if slug else ''}{slug}-{day:%Y%m%d}.xlsx"


def _row(file: Attachment, notice: int) -> dict[str, Any]:
    digest = hashlib.sha256(file.content).hexdigest()
    return {
        "notice_id": notice,
        "name": file.name,
        "media_type": file.media_type,
        "sha256": digest,
        "content": file.content,
    }
