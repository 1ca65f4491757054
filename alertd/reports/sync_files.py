"""The files behind each bar of the waterfall, and the records that the city has to send to the portal again. Reads, as a stream.

A resend cures what the city has on record and the portal's copy does not show: an end, a pause and its end, a due date. What is
missing altogether, or differs for a cause that is not known, is looked into before anything is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.period import Period
from alertd.model.sync_sides import Pair
from alertd.model.words import GapCause, GapKind
from alertd.reports.sync_count import Counted
from alertd.store.dialect import binary_text

CURED = (GapCause.END_NOT_SENT, GapCause.PAUSE_NOT_SENT, GapCause.OTHER_DUE_DATE)
_AT_ONCE = 1000  # rows that are in memory


class Sends(StrEnum):
    """Which record of a file is sent again."""

    END = "end"
    PAUSE = "pause"  # the request for a supplement
    PAUSE_END = "pause_end"  # the citizen's answer
    DUE_DATE = "due_date"


@dataclass(frozen=True, slots=True)
class DifferentFile:
    """A file that the two systems count otherwise. ``on_time_*``: None where that system does not count it in the period."""

    code: str
    unit: str | None
    procedure: str | None
    section: str | None
    cause: GapCause
    kind: GapKind | None
    status_here: str | None
    status_there: str | None
    due_here: datetime | None
    due_there: datetime | None
    ended_here: datetime | None
    ended_there: datetime | None
    on_time_here: bool | None
    on_time_there: bool | None


@dataclass(frozen=True, slots=True)
class Packet:
    """One record of one file: ``value`` is the time that it tells. ``in_figure``: by it the portal's figure changes. ``cause``: of
    which bar it is."""

    code: str
    unit: str | None
    procedure: str | None
    sends: Sends
    value: datetime | None
    in_figure: bool
    cause: GapCause


def different_files(
    session: Session, pair: Pair, at: AsOf, span: Period, *, unit: str | None = None
) -> Iterator[DifferentFile]:
    """Of all bars, by cause and code."""
    files = Counted(pair, span, at, unit)
    here, there, compared = files.here, files.there, files.compared
    cause = files.cause.label("cause")
    statement = (
        select(
            compared.codes.c.code,
            compared.of("unit").label("unit"),
            compared.of("procedure").label("procedure"),
            compared.of("section").label("section"),
            cause,
            compared.kind.label("kind"),
            case((here.is_here, here.c.status)).label("status_here"),
            case((there.is_here, there.c.status)).label("status_there"),
            case((here.is_here, here.c.due_at)).label("due_here"),
            case((there.is_here, there.c.due_at)).label("due_there"),
            case((here.is_here, here.ended_at)).label("ended_here"),
            case((there.is_here, there.ended_at)).label("ended_there"),
            case((files.counts_here, files.on_time_here)).label("on_time_here"),
            case((files.counts_there, files.on_time_there)).label("on_time_there"),
        )
        .select_from(compared.joined)
        .where(files.of_unit, files.differs, ~files.left_out)
        .order_by(cause, binary_text(compared.codes.c.code))
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.connection().execute(statement, at.parameters).mappings():
        yield DifferentFile(**(dict(row) | _words(row)))


def packets(session: Session, pair: Pair, at: AsOf, span: Period, *, unit: str | None = None) -> Iterator[Packet]:
    """What has to be sent again for the period's files, whether it changes the figure or not, by code; of one file in the order in
    which the portal has to get it."""
    files = Counted(pair, span, at, unit)
    here, there, compared = files.here, files.there, files.compared
    kind = compared.kind.label("kind")
    unseen = and_(compared.both, compared.pause_not_sent)
    statement = (
        select(
            compared.codes.c.code,
            compared.of("unit").label("unit"),
            compared.of("procedure").label("procedure"),
            compared.cause(compared.kind).label("cause"),
            unseen.label("unseen"),
            there.waits.label("waits_there"),
            here.asked_at.label("asked_at"),
            here.answered_at.label("answered_at"),
            here.ended_at.label("ended_at"),
            here.c.due_at.label("due_at"),
            case((files.differs, True), else_=False).label("in_figure"),
        )
        .select_from(compared.joined)
        .where(files.of_unit, or_(files.counts_here, files.counts_there), compared.both, kind.is_not(None))
        .order_by(binary_text(compared.codes.c.code))
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.connection().execute(statement, at.parameters):
        if row.cause in CURED:
            for sends, value in _records(row):
                yield Packet(row.code, row.unit, row.procedure, sends, value, bool(row.in_figure), GapCause(row.cause))


def _records(row: Any) -> Iterator[tuple[Sends, datetime | None]]:
    """A pause that the portal does not show goes before what follows from it."""
    if row.unseen:
        yield Sends.PAUSE, row.asked_at
    answered = row.answered_at is not None and row.asked_at is not None and row.answered_at >= row.asked_at
    if answered and (row.unseen or row.waits_there):
        yield Sends.PAUSE_END, row.answered_at
    if row.cause == GapCause.END_NOT_SENT:
        yield Sends.END, row.ended_at
    elif row.cause == GapCause.OTHER_DUE_DATE or (row.unseen and answered):  # with the answer the date was set anew
        yield Sends.DUE_DATE, row.due_at


def _words(row: Any) -> dict[str, Any]:
    flags = {name: None if row[name] is None else bool(row[name]) for name in ("on_time_here", "on_time_there")}
    return {"cause": GapCause(row["cause"]), "kind": GapKind(row["kind"]) if row["kind"] else None} | flags
