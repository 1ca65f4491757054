"""A figure is said to be wrong: raised by a head, upheld or rejected by the office, an exclusion confirmed by a second person.

The alert stays and is marked; only being repeated to that head stops, and for a limited time. Whether the record or the head is
right is decided by people; each step is an event of the alert and a row of the audit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update
from sqlmodel import Session

from alertd.alerts.dispute_figures import figures
from alertd.alerts.moves import move
from alertd.alerts.turn import take_turn
from alertd.errors import Refused, Said
from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.directory import fold_name
from alertd.model.disputes import OPEN, PENDING, DisputeState, Remedy, disputes_table, in_exclusion
from alertd.model.duration import Duration
from alertd.model.masked import masked
from alertd.model.words import AlertState, Reason
from alertd.store import audit

_a, _d = alerts_table.c, disputes_table.c
_LETTERS = 3  # a reason has at least so many
_LONGEST = 1_000  # characters of a reason


@dataclass(frozen=True, slots=True)
class Terms:
    """How long what may take (settings [disputes]). ``longest``: of an exclusion, in calendar days."""

    quiet: Duration
    corrected_within: Duration
    longest: int


@dataclass(frozen=True, slots=True)
class Raised:
    """Who says it: by name, by his key where he is known by it, and under which notice he pressed the button."""

    by: str
    person: str = ""
    notice: int | None = None


def is_reason(text: str) -> bool:
    """Whether these words can say what is wrong."""
    return sum(sign.isalpha() for sign in text) >= _LETTERS


def dispute(session: Session, alert: int, raised: Raised, *, reason: str, at: AsOf, terms: Terms) -> str:
    """Open or acknowledged → disputed; gives the reason as it is kept: without what may identify a citizen. Raises Refused.

    Raised once more in the same life of the alert by the same unit, it is not quiet for longer than by the first time.
    """
    reason = reason.strip()
    if not is_reason(reason):
        raise Refused(
            Said(
                f"a dispute needs a reason: what is wrong with alert {alert}?",
                f"cần ghi rõ nội dung phản ánh: cảnh báo số {alert} sai ở chỗ nào?",
            )
        )
    take_turn(session)
    connection = session.connection()
    about = connection.execute(select(_a.key, _a.dataset, _a.record_id).where(_a.id == alert)).first()
    key, dataset, record = about if about is not None else ("", "", None)
    kept = _words(reason, key)
    values = {"state": AlertState.DISPUTED.value}
    row = move(session, alert, (AlertState.OPEN, AlertState.ACKNOWLEDGED), values, Reason.DISPUTED, raised.by, at, kept)
    before = select(func.min(_d.quiet_until)).where(
        _d.alert_id == alert, _d.raised_at >= row["opened_at"], _d.unit.is_not_distinct_from(row["unit"])
    )
    quiet = connection.execute(before).scalar() or terms.quiet.after(at.now, at.calendar)
    connection.execute(
        insert(disputes_table).values(
            alert_id=alert,
            **{name: row[name] for name in ("rule", "dataset", "key", "unit", "level")},
            raised_at=at.now,
            raised_by=raised.by,
            person=raised.person,
            notice_id=raised.notice,
            reason=kept,
            figures=figures(session, dataset, record),
            quiet_until=quiet,
            state=DisputeState.OPEN.value,
            **_UNDECIDED,
        )
    )
    return kept


_UNDECIDED: Mapping[str, Any] = {
    "remedy": "",
    "decided_by": "",
    "decided_why": "",
    "confirmed_by": "",
    "ended_why": "",
}


def uphold(session: Session, alert: int, *, by: str, reason: str, at: AsOf, terms: Terms) -> datetime:
    """The office agrees, and the figure is to be corrected at its source: the alert ends by the source's own row. Gives the
    moment from which on the office hears that it has not been. Raises Refused."""
    row, why = _asked(session, alert, PENDING, reason)
    correct_by = terms.corrected_within.after(at.now, at.calendar)
    detail = {"dispute": row["id"], "remedy": Remedy.CORRECTED.value, "correct_by": correct_by.isoformat()}
    move(session, alert, (AlertState.DISPUTED,), {}, Reason.UPHELD, by, at, why, detail=detail)
    values = {
        "state": DisputeState.UPHELD.value,
        "remedy": Remedy.CORRECTED.value,
        **_decided(by, why, at),
        "correct_by": correct_by,
        # what the office holds to be wrong is not put to the head again meanwhile
        "quiet_until": max(row["quiet_until"], correct_by),
    }
    _write(session, row, values)
    return correct_by


def propose_exclusion(
    session: Session, alert: int, until: date, *, by: str, reason: str, at: AsOf, terms: Terms
) -> None:
    """The office agrees, and the record is to be excluded from the rule up to and including this day (local); a second person
    has to confirm it. Raises Refused."""
    row, why = _asked(session, alert, PENDING, reason)
    last = at.today + timedelta(days=terms.longest)
    if not at.today <= until <= last:
        raise Refused(
            Said(
                f"an exclusion ends on a day from {at.today:%d/%m/%Y} to {last:%d/%m/%Y}, not on {until:%d/%m/%Y}; see "
                "[disputes] longest_exclusion",
                f"ngày hết hạn loại trừ phải từ {at.today:%d/%m/%Y} đến {last:%d/%m/%Y}, không phải {until:%d/%m/%Y}; xem "
                "[disputes] longest_exclusion",
            )
        )
    values = {
        "state": DisputeState.OPEN.value,
        "remedy": Remedy.EXCLUDED.value,
        **_decided(by, why, at),
        "correct_by": None,
        "exclude_until": until,
    }
    _write(session, row, values)
    detail = {"dispute": row["id"], "exclude_until": until.isoformat()}
    _record(session, alert, "alert.exclusion_proposed", by, why, detail, at)


def confirm(session: Session, alert: int, *, by: str, at: AsOf, also: Sequence[str] = ()) -> date:
    """A second person confirms the exclusion that waits; gives its last day. From the next cycle on the alert is withdrawn.
    Raises Refused for whoever proposed it or raised the dispute. ``also``: other names of the one who confirms."""
    take_turn(session)
    row = _row(session, alert, OPEN)
    until: date | None = row["exclude_until"] if row is not None else None
    if row is None or until is None:
        raise Refused(
            Said(
                f"no exclusion of alert {alert} waits for a second person; see `alertd alerts disputes`",
                f"cảnh báo số {alert} không có đề nghị loại trừ nào chờ xác nhận; xem `alertd alerts disputes`",
            )
        )
    first = (row["decided_by"], row["raised_by"])
    if {fold_name(name) for name in (by, *also)} & {fold_name(name) for name in first}:
        raise Refused(
            Said(
                f"{by} proposed this exclusion or raised the dispute, so somebody else has to confirm it (--by NAME)",
                f"{by} là người đề nghị loại trừ hoặc người phản ánh nên phải do người khác xác nhận (--by TÊN)",
            )
        )
    if until < at.today:
        raise Refused(
            Said(
                f"the exclusion was to end on {until:%d/%m/%Y}, which is past; propose it again: `alertd alerts uphold`",
                f"đề nghị loại trừ chỉ đến ngày {until:%d/%m/%Y}, đã qua; đề nghị lại bằng `alertd alerts uphold`",
            )
        )
    detail = {"dispute": row["id"], "remedy": Remedy.EXCLUDED.value, "exclude_until": until.isoformat()}
    detail |= {"proposed_by": row["decided_by"]}
    move(session, alert, (AlertState.DISPUTED,), {}, Reason.UPHELD, by, at, row["decided_why"], detail=detail)
    quiet = max(row["quiet_until"], at.calendar.midnight(until + timedelta(days=1)))
    values = {"state": DisputeState.UPHELD.value, "confirmed_at": at.now, "confirmed_by": by, "quiet_until": quiet}
    _write(session, row, values)
    return until


def reject(session: Session, alert: int, *, by: str, reason: str, at: AsOf) -> None:
    """The office holds that the figure is right: the alert is open again. An exclusion that is in force ends, and the next cycle
    finds what is true. Raises Refused."""
    take_turn(session)
    row = _row(session, alert, PENDING) or _row(session, alert, in_exclusion(_d.state, _d.remedy))
    in_force = row is not None and row["state"] == DisputeState.UPHELD and row["remedy"] == Remedy.EXCLUDED
    if not in_force:
        row, why = _asked(session, alert, PENDING, reason)
        values = {"state": AlertState.OPEN.value, "acknowledged_at": None, "acknowledged_by": ""}
        detail = {"dispute": row["id"]}
        move(session, alert, (AlertState.DISPUTED,), values, Reason.REJECTED, by, at, why, detail=detail)
    else:
        assert row is not None
        why = _reason(reason, alert, row["key"])
        _record(session, alert, "alert.exclusion_ended", by, why, {"dispute": row["id"]}, at)
    _write(session, row, {"state": DisputeState.REJECTED.value, **_decided(by, why, at)})


def _decided(by: str, why: str, at: AsOf) -> dict[str, Any]:
    decided = {"decided_at": at.now, "decided_by": by, "decided_why": why, "told_at": None}
    return {**decided, "exclude_until": None, "confirmed_at": None, "confirmed_by": ""}


def _asked(session: Session, alert: int, which: ColumnElement[bool], reason: str) -> tuple[RowMapping, str]:
    """The dispute about which the office decides, and its reason as it is kept. Raises Refused."""
    take_turn(session)
    row = _row(session, alert, which)
    if row is None:
        state = session.connection().execute(select(_a.state).where(_a.id == alert)).scalar()
        if state is None:
            raise Refused(
                Said(
                    f"there is no alert {alert}; see `alertd alerts disputes`",
                    f"không có cảnh báo số {alert}; xem `alertd alerts disputes`",
                )
            )
        raise Refused(
            Said(
                f"alert {alert} is {state}, and no dispute about it waits; see `alertd alerts disputes`",
                f"cảnh báo số {alert} không có phản ánh nào chờ xử lý; xem `alertd alerts disputes`",
            )
        )
    return row, _reason(reason, alert, row["key"])


def _row(session: Session, alert: int, which: ColumnElement[bool]) -> RowMapping | None:
    found = select(disputes_table).where(_d.alert_id == alert, which).order_by(_d.id.desc()).limit(1)
    return session.connection().execute(found).mappings().first()


def _reason(reason: str, alert: int, key: str) -> str:
    if not is_reason(reason):
        raise Refused(
            Said(
                f"a decision about the dispute of alert {alert} needs its reason: the head reads it",
                f"cần ghi rõ lý do trả lời phản ánh về cảnh báo số {alert}; người phản ánh sẽ đọc nội dung này",
            )
        )
    return _words(reason, key)


def _words(text: str, key: str) -> str:
    return masked(" ".join(text.split()), key)[:_LONGEST]


def _write(session: Session, row: RowMapping, values: Mapping[str, Any]) -> None:
    """The turn is held, so the row is as it was read."""
    session.connection().execute(update(disputes_table).where(_d.id == row["id"]).values(values))


def _record(session: Session, alert: int, action: str, by: str, why: str, detail: Mapping[str, Any], at: AsOf) -> None:
    audit.record(session, at=at.now, actor=by, action=action, subject=f"alert:{alert}", reason=why, detail=detail)
