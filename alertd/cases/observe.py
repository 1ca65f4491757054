"""What came of the records of a test at a moment: the alert, who hears of it and how, the facts, the notice's text. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from alertd.cases.bench import Found
from alertd.cases.people import OFFICE as UNIT_OF_OFFICE
from alertd.model.alerts import alerts_table
from alertd.model.dataset import Scope
from alertd.model.facts import fact_columns, facts_of
from alertd.model.notices import notices_table
from alertd.model.reach import Recipient
from alertd.model.words import LIVE_STATES, Level, Send
from alertd.notices import digest, tell
from alertd.notices.route import Router
from alertd.rules.compile import measured

_a, _n = alerts_table.c, notices_table.c
OFFICE, NOBODY = "office", "nobody"


@dataclass(frozen=True)
class Observed:
    """``level`` None: nothing stands; ``ended``: why what stood has ended. ``to``: the unit whose head hears, office or nobody;
    ``instead``: why the office does. ``facts``: every field of the rule, as it sees the record; none where it sees no record."""

    level: Level | None = None
    unit: str | None = None
    measure: int | None = None
    to: str = NOBODY
    instead: str = ""
    told: Send | None = None
    ended: str = ""
    facts: Mapping[str, Any] | None = None
    text: str | None = None


def observe(found: Found, names: Mapping[str, list[str]], *, texts: bool) -> dict[str, Observed]:
    """By the record's letter. ``names``: the facts that are asked for; ``texts``: what its reader is written is asked for too."""
    alerts = _alerts(found)
    rows = _rows(found, sorted({name for each in names.values() for name in each}))
    router = Router(found.desk.reach)
    made = {}
    for letter, key in found.keys.items():
        alert, row = alerts.get(key), rows.get(key)
        facts = None if row is None else facts_of(row, names.get(letter, ()))
        seen = Observed(facts=facts)
        if alert is not None and alert["state"] in LIVE_STATES:
            rule = found.compiled.rule
            field = "" if row is None else row.get("field_column") or ""
            recipient = router.recipient(rule, alert["unit"] or "", field)
            level = Level(alert["level"])
            text = _text(found, recipient, rule.send[level]) if texts else None
            seen = Observed(
                level=level,
                unit=alert["unit"],
                measure=row["measured"] if row is not None else alert["measure"],
                to=_to(recipient),
                instead=recipient.instead.value if recipient and recipient.instead else "",
                told=rule.send[level],
                facts=facts,
                text=text,
            )
        elif alert is not None:
            seen = Observed(ended=alert["reason"], facts=facts)
        made[letter] = seen
    return made


def _alerts(found: Found) -> dict[str, RowMapping]:
    rows = found.session.connection().execute(select(alerts_table).where(_a.rule == found.compiled.rule.id)).mappings()
    return {row["key"]: row for row in rows}


def _rows(found: Found, names: list[str]) -> dict[str, RowMapping]:
    rule, dataset = found.compiled.rule, found.compiled.rule.dataset
    scope = Scope(dataset.table, found.at.live)
    columns = fact_columns(rule, scope, names)
    columns.append(measured(found.compiled, scope, found.at.calendar.zone).label("measured"))
    if dataset.field_column:
        columns.append(scope.column(dataset.field_column).label("field_column"))
    key = dataset.table.c[dataset.key]
    statement = select(key.label("key"), *columns).where(key.in_(list(found.keys.values())), dataset.present(scope))
    rows = found.session.connection().execute(statement, found.at.parameters).mappings()
    return {row["key"]: row for row in rows}


def _to(recipient: Recipient | None) -> str:
    if recipient is None:
        return NOBODY
    return OFFICE if recipient.instead or recipient.unit == UNIT_OF_OFFICE else recipient.unit


def _text(found: Found, recipient: Recipient | None, told: Send) -> str:
    """What the reader is written: his digest of this moment, or a message of its own, as if the office were open."""
    if recipient is None:
        return ""
    if told is Send.DIGEST:
        previews = digest.preview_digest(found.session, found.desk, found.at)
        mine = [
            each.message for each in previews if (each.recipient, each.unit) == (recipient.contact.name, recipient.unit)
        ]
        return "\n".join(f"{message.subject}\n{message.text}" for message in mine)
    return _message(found.session, found, recipient)


def _message(session: Session, found: Found, recipient: Recipient) -> str:
    written = session.begin_nested()
    try:
        tell.write_due(session, found.desk, found.at, found.cycle, _a.rule == found.compiled.rule.id)
        rows = session.connection().execute(
            select(_n.subject, _n.text).where(_n.person == recipient.person, _n.cycle_id == found.cycle)
        )
        return "\n".join(f"{row.subject}\n{row.text}" for row in rows)
    finally:
        written.rollback()
