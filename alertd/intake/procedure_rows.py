"""Rows of the datasets announcements and procedures: the code made of three, and the days that the law gives. Pure."""

from datetime import date
from typing import Any

from alertd.intake.announcement_days import LawDays
from alertd.intake.columns import Columns
from alertd.intake.rows import HEAD, UNDATED, Dated, Row, Surroundings
from alertd.intake.times import Day, Instant
from alertd.intake.values import LONGEST_CODE, Expected, Unreadable, plain_text
from alertd.model.base import moment_text

_PARTS = ("procedure", "legal_text", "decision")


class AnnouncementRows(Dated):
    """Order of ``row``'s values: `columns`."""

    columns: tuple[str, ...] = (
        *HEAD,
        "procedure",
        "name",
        "field",
        "legal_text",
        "in_force_on",
        "promulgated_on",
        "fast_track",
        "decision",
        "decided_on",
        "announced_on",
        "published_on",
        "announce_due_on",
        "publish_due_on",
        "announce_due_no",
        "publish_due_no",
        "in_force_no",
        "promulgated_no",
        "decided_no",
        "announced_no",
        "published_no",
    )

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._calendar = around.site.calendar
        self._law = LawDays(around.site.announcements, around.site.calendar)
        columns = Columns(around.settings)
        self._parts = [columns.of(name) for name in _PARTS]

    def code(self, values: list[Any]) -> str:
        """``procedure/legal text/decision``; parts may be empty, not all of them. Raises Unreadable."""
        parts = [plain_text(values[position]) or "" for position in self._parts]
        code = "/".join(parts)
        if not any(parts) or len(code) > 3 * LONGEST_CODE:
            raise Unreadable("code", code, Expected.CODE)
        return code

    def row(self, given: list[Any], code: str, raw_hash: int) -> Row:
        procedure, name, field, legal_text, in_force, promulgated, fast_track, decision, decided = given[:9]
        announced, published, unit = given[9:]
        code_of_unit, unit_named = self._around.unit(unit, decided or promulgated or in_force)
        first, last = self._events(promulgated, decided, announced, published)
        announce = self._day(self._law.announce(_date(in_force), _date(promulgated), fast=fast_track))
        publish = self._day(self._law.publish(_date(decided), fast=fast_track))
        return (
            code,
            code_of_unit,
            unit_named,
            self._around.hashed(raw_hash),
            first,
            last,
            procedure or "",
            name,
            field,
            legal_text,
            in_force and in_force[1].text,
            promulgated and promulgated[1].text,
            fast_track,
            decision,
            decided and decided[1].text,
            announced and announced[1].text,
            published and published[1].text,
            announce and announce.text,
            publish and publish.text,
            announce and announce.number,
            publish and publish.number,
            in_force and in_force[1].number,
            promulgated and promulgated[1].number,
            decided and decided[1].number,
            announced and announced[1].number,
            published and published[1].number,
        )

    def _day(self, due: date | None) -> Day | None:
        return None if due is None else self._around.times.day(due)

    def _events(self, *events: Instant | None) -> tuple[str | None, str | None]:
        """The first and the last, as the moments at which their days begin."""
        days = (date.fromordinal(event[1].ordinal) for event in events if event is not None)
        return self._noted(moment_text(self._calendar.midnight(day)) for day in days)


class ProcedureRows:
    """Order of ``row``'s values: `columns`. The catalogue knows no events."""

    columns: tuple[str, ...] = (
        *UNDATED,
        "name",
        "field",
        "content_complete",
        "online_level",
        "fee",
    )

    def __init__(self, around: Surroundings) -> None:
        self.newest = self.latest = ""
        self.code = around.code
        self._around = around

    def row(self, given: list[Any], code: str, raw_hash: int) -> Row:
        _, name, field, unit, complete, level, fee = given
        code_of_unit, unit_named = self._around.unit(unit, None)
        return code, code_of_unit, unit_named, self._around.hashed(raw_hash), name, field, complete, level, fee


def _date(of: Instant | None) -> date | None:
    return None if of is None else date.fromordinal(of[1].ordinal)
