"""Rows of the dataset assignments: whether it is open, how often it was extended at least, its day numbers. Pure."""

from typing import Any

from alertd.intake.rows import HEAD, Dated, Row, Surroundings
from alertd.intake.times import Instant
from alertd.model.words import AssignmentState

_ENDED = frozenset((AssignmentState.DONE.value, AssignmentState.GIVEN_BACK.value, AssignmentState.CANCELLED.value))


class AssignmentRows(Dated):
    """Order of ``row``'s values: `columns`. Days off move the due day as they do for files."""

    columns: tuple[str, ...] = (
        *HEAD,
        "title",
        "giver",
        "assigned_at",
        "accepted_at",
        "due_at",
        "extended_to",
        "extensions",
        "done_at",
        "state",
        "is_open",
        "assumed_done_at",
        "due_day_no",
        "assigned_day_no",
        "accepted_day_no",
        "done_day_no",
    )

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.code = around.code
        self._titles = around.settings.public_titles
        self._counted = "extensions" in around.settings.fields
        self._now = around.times.instant(around.now)

    def row(self, given: list[Any], code: str, raw_hash: int) -> Row:
        _, title, giver, unit, assigned, accepted, due, extended, extensions, done, state = given
        code_of_unit, unit_named = self._around.unit(unit, assigned or accepted or due)
        first, last_of_all = self._noted(event[0] for event in (assigned, accepted, done) if event is not None)
        counted: Instant | None = extended or due
        end, assumed = done, None
        if done is None and state in _ENDED:
            # Done, nobody says when: not before its last event. One that was known as open ends when it is read as done (see
            # merge).
            last = [event for event in (assigned, accepted) if event is not None and event[0] <= self._now[0]]
            assumed = end = max(last, default=self._now)
        if not self._counted:
            extensions = int(extended is not None and (due is None or extended[1].due_day > due[1].due_day))
        return (
            code,
            code_of_unit,
            unit_named,
            self._around.hashed(raw_hash),
            first,
            last_of_all,
            title if self._titles else None,
            giver,
            assigned and assigned[0],
            accepted and accepted[0],
            due and due[0],
            extended and extended[0],
            extensions,
            done and done[0],
            state,
            end is None,
            assumed and assumed[0],
            counted and counted[1].due_number,
            assigned and assigned[1].number,
            accepted and accepted[1].number,
            end and end[1].number,
        )
