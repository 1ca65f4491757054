"""A bulletin as a workbook: the same printed figures, a sheet per section; numbers as numbers, what is hidden as a star."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from alertd.reports.bulletin import Bulletin, IndexLine, Row
from alertd.reports.bulletin_voice import HIDDEN, Voice
from alertd.reports.ranking import bound, by_overdue, compared
from alertd.reports.say import NONE

_COUNTS = ("received", "ended", "on_time", "late", "overdue", "online", "publish_due", "publish_on_time")
_RATES = ("on_time_rate", "online_rate", "online_target", "average_working_days")
_OF_THE_CITY = ("on_time_rate", "online_rate", "average_working_days")
_NAME_WIDTH, _WIDTH = 42, 14  # characters


def workbook(bulletin: Bulletin, voice: Voice) -> bytes:
    """The .xlsx file. No formula stands in it, and no text can become one."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": voice.say("title", month=voice.month(bulletin)), "author": bulletin.site})
        book.set_properties({"created": bulletin.made_at.astimezone(voice.zone).replace(tzinfo=None)})
        sheets = _Sheets(book)
        city = [[voice.say(name), _cell(bulletin.city, name, voice)] for name in (*_COUNTS, *_OF_THE_CITY)]
        sheets.add(voice.say("city"), [voice.say("figure"), voice.say("value")], city)
        for group in ("departments", "communes"):
            if rows := [row for row in bulletin.rows if row.group == group]:
                sheets.add(voice.say(group), *_results(rows, voice))
        printed, others = by_overdue(bulletin.rows)
        head = [voice.say("unit"), voice.say("overdue"), *voice.say("ages").split("|")]
        sheets.add(voice.say("overdue"), head, [_ages(row) for row in (*printed, *others)])
        index_head = [voice.say(word) for word in ("indicator", "score", "maximum", "change", "computed")]
        sheets.add(voice.say("index"), index_head, [_index(line, voice) for line in bulletin.index])
        causes = [[voice.cause(each.name), HIDDEN if voice.few(each.count) else each.count] for each in bulletin.causes]
        sheets.add(voice.say("cause"), [voice.say("cause"), voice.say("files")], causes)
        changes_head = [voice.say(word) for word in ("unit", "figure", "before", "after")]
        changes = [[each.name, *voice.amended(each)] for each in bulletin.amended]
        sheets.add(voice.say("amended"), changes_head, changes)
        notes = [voice.state(bulletin), voice.say("edition", edition=bulletin.edition), *voice.notes(bulletin)]
        if not compared(bulletin.rows):
            notes.append(voice.say("not_compared"))
        sheets.add(voice.say("notes"), [voice.say("title", month=voice.month(bulletin))], [[note] for note in notes])
    return out.getvalue()


def _results(rows: Sequence[Row], voice: Voice) -> tuple[list[str], list[list[Any]]]:
    head = [voice.say(word) for word in ("rank", "unit", "move", *_COUNTS, *_RATES, "notes")]
    moves = compared(rows)
    body = [
        [
            row.rank if row.rank is not None else NONE,
            row.name,
            voice.move(row) if moves else NONE,
            *(_cell(row, name, voice) for name in (*_COUNTS, *_RATES)),
            voice.marks(row),
        ]
        for row in rows
    ]
    return head, body


def _cell(row: Row, name: str, voice: Voice) -> Any:
    if not row.shows(name):
        return HIDDEN
    if bound(row, name, voice.hide_below) is not None:
        return voice.cell(row, name)
    return row.open_overdue if name == "overdue" else getattr(row, name)


def _ages(row: Row) -> list[Any]:
    whole = row.open_overdue if row.shows("overdue") else HIDDEN
    return [row.name, whole, *(row.overdue if row.shows("ages") else (HIDDEN for _ in row.overdue))]


def _index(line: IndexLine, voice: Voice) -> list[Any]:
    name = line.vi if voice.language == "vi" else line.en
    return [name, line.score, line.maximum, line.change, voice.moment(line.computed_at)]


class _Sheets:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._bold: Format = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        self._number: Format = book.add_format({"num_format": "#,##0"})
        self._rate: Format = book.add_format({"num_format": "#,##0.00"})
        self._right: Format = book.add_format({"align": "right"})

    def add(self, name: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A sheet is printed on pages one wide, its head on each."""
        sheet = self._book.add_worksheet(name[:31].replace("/", "-"))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head, self._bold)
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, float):
                    sheet.write_number(number, place, value, self._rate)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value, self._number)
                elif value is not None:
                    sheet.write_string(number, place, str(value), self._right if value == HIDDEN else None)
        for place in range(len(head)):
            longest = max((len(str(row[place] or "")) for row in rows if place < len(row)), default=0)
            sheet.set_column(
                place, place, min(max(longest + 2, _WIDTH if place else 8), 100 if len(head) == 1 else _NAME_WIDTH)
            )
