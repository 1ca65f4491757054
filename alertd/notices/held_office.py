"""What the office hears of a held cycle: how much, whose, three samples, what it may come from, and what to type."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import Session

from alertd.model.alerts import Cycle, alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.record_name import record_name
from alertd.model.words import Level, NoticeKind, Reason
from alertd.notices.clean import one_line
from alertd.notices.compose import Composer
from alertd.notices.drafted import drafted
from alertd.notices.filters import number
from alertd.notices.put import URGENT, put
from alertd.notices.writer import Desk

_a, _y = alerts_table.c, table_of(Cycle).c
_SAMPLES, _UNITS = 3, 5
_WHY = {
    "vi": {
        Reason.OPENED: "mới phát sinh",
        Reason.REOPENED: "phát sinh trở lại",
        Reason.WORSE: "nặng hơn",
        Reason.MOVED: "mới chuyển đến",
    },
    "en": {Reason.OPENED: "new", Reason.REOPENED: "there again", Reason.WORSE: "worse", Reason.MOVED: "moved there"},
}


def tell_office(session: Session, desk: Desk, at: AsOf, hold: int, brake: Mapping[str, Any], messages: int) -> bool:
    """One message, at once. False: nobody in the office can be reached. ``brake``: the numbers by which it is held."""
    office = desk.reach.office()
    if office is None:
        return False
    language = desk.language(office.contact)
    more = {**brake, "cycle": hold, "messages": messages, **_rows(session, desk, hold, language)}
    letter = Composer(desk, at, ()).letter("held", office, None, more=more)
    drafts = drafted(
        session, desk, at, letter, office, kind=NoticeKind.SYSTEM, about="held", once=f"hold:{hold}", urgency=URGENT
    )
    put(session, drafts, at, hold)
    return True


def _rows(session: Session, desk: Desk, hold: int, language: str) -> dict[str, Any]:
    held = and_(_a.held_by == hold, standing(_a.state))
    counted = (_a.rule, _a.unit, _a.source)
    before = select(func.max(_y.now)).where(_y.id < hold).scalar_subquery()
    critical = func.sum(case((_a.level == int(Level.CRITICAL), 1), else_=0))
    changed = func.sum(case((_a.record_changed_at > before, 1), else_=0))
    statement = select(*counted, func.count(), critical, changed).where(held).group_by(*counted)
    tables: tuple[dict[str, Counter[str]], ...] = ({}, {}, {})
    for *keys, total, worst, touched in session.connection().execute(statement):
        for table, key in zip(tables, keys, strict=True):
            row = table.setdefault(key or "", Counter())
            row.update(total=int(total), critical=int(worst), changed=int(touched or 0))
    rules, units, sources = tables
    known, name_of = desk.rules.rules, desk.reach.directory.name_of
    titles = {rule: known[rule].name(language) if rule in known else rule for rule in rules}
    return {
        "total": sum(row["total"] for row in rules.values()),
        "rule_rows": [{"name": one_line(titles[rule]), **row} for rule, row in _most(rules)],
        "units": len(units),
        "unit_rows": [{"name": one_line(name_of(unit)), **row} for unit, row in _most(units)[:_UNITS]],
        "source_rows": [{"source": one_line(source), **row} for source, row in _most(sources)],
        "sample_rows": _samples(session, desk, held, language),
    }


def _most(table: Mapping[str, Counter[str]]) -> list[tuple[str, Counter[str]]]:
    return sorted(table.items(), key=lambda each: (-each[1]["total"], each[0]))


def _samples(session: Session, desk: Desk, held: ColumnElement[bool], language: str) -> list[dict[str, Any]]:
    """The worst, of as many units as there are."""
    order = [_a.level.desc(), _a.measure.desc().nulls_last(), _a.key]
    place = func.row_number().over(partition_by=_a.unit, order_by=order).label("place")
    found = select(_a.dataset, _a.key, _a.unit, _a.rule, _a.level, _a.measure, _a.reason, place).where(held).subquery()
    f = found.c
    first = [f.place, f.level.desc(), f.measure.desc().nulls_last(), f.key]
    rows = session.connection().execute(select(found).order_by(*first).limit(_SAMPLES))
    made = []
    for row in rows:
        rule = desk.rules.rules.get(row.rule)
        measured = rule.fields.get(rule.measure) if rule is not None else None
        label = "" if measured is None else (measured.vi if language == "vi" else measured.en).partition(",")[0]
        value = "" if row.measure is None or not label else f"{label}: {number(row.measure, language=language)}"
        made.append(
            {
                "code": one_line(record_name(row.dataset, row.key, language)),
                "unit": one_line(desk.reach.directory.name_of(row.unit)),
                "title": one_line(rule.name(language) if rule is not None else row.rule),
                "level": Level(row.level).word,
                "what": _why(row.reason, language),
                "value": one_line(value),
            }
        )
    return made


def _why(reason: str, language: str) -> str:
    known = _WHY[language]
    return next((said for why, said in known.items() if why.value == reason), "")


_HELD = {
    "vi": "Chu kỳ số {cycle} (lúc {time}) đang được giữ lại: {count} cảnh báo chưa gửi cho ai, chờ Văn phòng quyết định "
    "bằng lệnh: alertd notices release --cycle {cycle}, hoặc alertd notices discard --cycle {cycle}",
    "en": "Cycle {cycle} (at {time}) is held: {count} alerts are told to nobody until the office decides: "
    "alertd notices release --cycle {cycle}, or alertd notices discard --cycle {cycle}",
}
_OVER = {
    "vi": "Chu kỳ số {cycle} được giữ lại: toàn bộ cảnh báo không còn căn cứ nên đã tự rút, không gửi cho ai",
    "en": "Held cycle {cycle}: none of its alerts is true any more, they are withdrawn and nobody was told",
}
_REHEARSED = {
    "vi": "Chu kỳ số {cycle} được giữ lại trong đợt diễn tập: đã khép lại cùng đợt diễn tập, không gửi cho ai; việc nào còn căn cứ "
    "được xét lại như mới phát sinh",
    "en": "Held cycle {cycle} was one of the rehearsal and has ended with it, nobody was told; what still stands is looked at "
    "as new",
}
_DECIDED = {
    "vi": {
        "released": "Chu kỳ số {cycle} được giữ lại: {by} đã cho gửi {count} cảnh báo, {messages} thông báo{why}",
        "discarded": "Chu kỳ số {cycle} được giữ lại: {by} đã bỏ {count} cảnh báo, {messages} thông báo{why}",
    },
    "en": {
        "released": "Held cycle {cycle}: {by} released {count} alerts, {messages} messages{why}",
        "discarded": "Held cycle {cycle}: {by} discarded {count} alerts, {messages} messages{why}",
    },
}


def sentence(language: str, hold: int, at: datetime, alerts: int) -> str:
    """That a cycle is held, as it stands in the list of what is out of order. ``at`` in the site's zone."""
    count = number(alerts, language=language)
    return _HELD[language].format(cycle=hold, time=f"{at:%H:%M %d/%m/%Y}", count=count)


def over(language: str, hold: int) -> str:
    """That a hold has ended by itself."""
    return _OVER[language].format(cycle=hold)


def rehearsed(language: str, hold: int) -> str:
    """That a hold has ended because its rehearsal is over."""
    return _REHEARSED[language].format(cycle=hold)


def decided(language: str, decision: str, hold: int, *, by: str, alerts: int, messages: int, why: str) -> str:
    """What somebody decided about it, for the office to hear once."""
    numbers = {"count": number(alerts, language=language), "messages": number(messages, language=language)}
    said = f" ({one_line(why)})" if why else ""
    return _DECIDED[language][decision].format(cycle=hold, by=one_line(by), why=said, **numbers)
