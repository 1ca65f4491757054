"""The button of receipt: whether the presser may, and what happened already; the acknowledging itself is the alerts' own."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, String, and_, cast, func, or_, select, update
from sqlmodel import Session

from alertd.contacts.bindings import BindingState
from alertd.contacts.phrases import clock_time, say
from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.message import Button, Incoming
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.people import Binding
from alertd.model.words import LIVE_STATES
from alertd.store import audit, seals

_n, _a, _b, _l = notices_table.c, alerts_table.c, table_of(Binding).c, table_of(NoticeAlert).c
_DATA = re.compile(r"ack:(\d{1,18})")
# Nobody has seen a notice that never left.
_GONE_OUT = ("sending", "sent", "retry", "uncertain")
_LIVE = {state.value for state in LIVE_STATES}


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person says that he has received a notice: its open alerts are to be acknowledged in his name. ``left``: the buttons of
    the notice that stay."""

    notice_id: int
    person: str
    name: str
    unit: str
    at: datetime
    left: tuple[Button, ...] = ()


def pressed(session: Session, incoming: Incoming, at: AsOf, language: str) -> tuple[str, Acknowledge | None]:
    """The answer to the press, and the request if there is anything left to acknowledge."""
    found = _DATA.fullmatch(incoming.text)
    row = notice_of(session, int(found[1]), incoming) if found else None
    if row is None:
        return say("stale", language), None
    if row["name"] is None:
        return say("not_yours", language), None
    sign(session, row["id"], at.now, by=row["name"])
    alerts = session.connection().execute(
        select(_a.state, _a.acknowledged_at, _a.acknowledged_by, _a.resolved_at, _a.changed_at)
        .join(table_of(NoticeAlert), _l.alert_id == _a.id)
        .where(_l.notice_id == row["id"])
    )
    instead = _instead(alerts.mappings().all(), at, language)
    if instead:
        return instead, None
    return say("acknowledged", language), Acknowledge(
        row["id"], row["person"], row["name"], row["unit"] or row["of_unit"], at.now, _others(row["buttons"], incoming)
    )


def _others(buttons: str, incoming: Incoming) -> tuple[Button, ...]:
    """Of a list of labels and data all but the one that was pressed."""
    return tuple(Button(label, data) for label, data in json.loads(buttons) if data != incoming.text)


def sign(session: Session, notice: int, now: datetime, *, by: str) -> None:
    """The person gave a sign of life about a notice; the first one counts, for what was sent again by another way as well."""
    named = notices_table.alias("named")
    first = select(func.coalesce(named.c.copy_of, named.c.id)).where(named.c.id == notice).scalar_subquery()
    silent = and_(or_(_n.id == first, _n.copy_of == first), _n.confirmed_at.is_(None))
    signed = update(notices_table).where(silent).values(confirmed_at=now).returning(_n.id)
    ids = sorted(session.connection().execute(signed).scalars())
    if ids:
        audit.record(session, at=now, actor=by, action=seals.CONFIRMED, subject=f"notice:{notice}", detail={"ids": ids})


def notice_of(session: Session, notice: int, incoming: Incoming) -> RowMapping | None:
    """The notice, with the presser's name if it was he to whom it went; None where nobody can have seen it."""
    # the same person under another address has the chat to which it went
    in_his_chat = and_(_n.channel == _b.channel, _n.address == cast(_b.chat_id, String), _n.recipient == _b.name)
    mine = and_(
        or_(_b.person == _n.person, in_his_chat),
        _b.user_id == incoming.user_id,
        _b.chat_id == incoming.chat_id,
        _b.channel == incoming.channel.value,
        _b.state == BindingState.CONFIRMED.value,
    )
    joined = notices_table.outerjoin(table_of(Binding), mine)
    columns = select(_n.id, _n.person, _n.unit, _n.buttons, _b.name, _b.person.label("by"), _b.unit.label("of_unit"))
    return (
        session.connection()
        .execute(columns.select_from(joined).where(_n.id == notice, _n.state.in_(_GONE_OUT)).limit(1))
        .mappings()
        .first()
    )


def _instead(alerts: Sequence[RowMapping], at: AsOf, language: str) -> str:
    """What happened before the press; empty where something still waits for it (or the notice is about no alert)."""
    if not alerts or any(alert["state"] in _LIVE and alert["acknowledged_at"] is None for alert in alerts):
        return ""
    zone = at.calendar.zone
    known = [alert for alert in alerts if alert["state"] in _LIVE]
    if known:
        last = max(known, key=lambda alert: alert["acknowledged_at"])
        shown = clock_time(last["acknowledged_at"].astimezone(zone), language)
        return say("acknowledged_before", language, by=last["acknowledged_by"] or "—", at=shown)
    ended = max(alert["resolved_at"] or alert["changed_at"] for alert in alerts)
    return say("closed", language, at=clock_time(ended.astimezone(zone), language))
