"""A rule's budget (`at_most`): how many records a day it may tell one reader of by messages; the rest waits for his next digest.

The worst come first. The office hears once a day of each rule that finds more than its budget: it may be set too sharp.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, case, delete, distinct, func, select
from sqlmodel import Session

from alertd.model.alerts import Trouble, alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table, routes_table, telling_table
from alertd.model.rule import RuleSet
from alertd.model.words import NoticeKind
from alertd.notices.filters import number
from alertd.notices.gather import LISTED
from alertd.notices.share import UNREAD, keep_rows, list_again
from alertd.notices.writer import Desk
from alertd.store import troubles

_n, _l, _a, _r, _t = notices_table.c, table_of(NoticeAlert).c, alerts_table.c, routes_table.c, telling_table.c
_troubles = table_of(Trouble).c
_BEYOND = {
    "vi": "Quy tắc “{title}” ({id}) vượt hạn mức {most} hồ sơ mỗi ngày cho một người nhận: {kept} hồ sơ của {readers} người nhận "
    "chuyển sang bản tin hằng ngày; đề nghị xem lại ngưỡng của quy tắc (alertd rules noise)",
    "en": "The rule “{title}” ({id}) finds more than its budget of {most} records a day per head: {kept} records of {readers} "
    "heads go into their digests; see whether it is set too sharp (alertd rules noise)",
}


def limits(rules: RuleSet) -> dict[str, int]:
    """The rules with a budget."""
    return {name: rule.at_most for name, rule in rules.rules.items() if rule.at_most is not None}


def keep_beyond(session: Session, desk: Desk, at: AsOf) -> None:
    """Of what was gathered to be told now, whatever exceeds the budget of its rule goes with the next digest."""
    most = limits(desk.rules)
    if not most:
        return
    connection = session.connection()
    beyond = _beyond(most, at).subquery().c
    counted = select(beyond.rule, func.count(distinct(beyond.alert_id)), func.count(distinct(beyond.number)))
    kept = {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(counted.group_by(beyond.rule))}
    if not kept:
        return
    which = _t.alert_id.in_(select(beyond.alert_id))
    keep_rows(session, which)
    connection.execute(delete(telling_table).where(which))
    list_again(session)
    _tell_office(session, desk, at, kept)


def _beyond(most: Mapping[str, int], at: AsOf) -> Select[Any]:
    """Reader, rule and alert of everything gathered that comes after the budget is spent, the worst being told first."""
    worst = func.row_number().over(partition_by=[_t.number, _t.rule], order_by=[_t.level.desc(), _t.alert_id])
    ranked = (
        select(_t.number, _t.rule, _t.alert_id, worst.label("place"))
        .where(_t.why != LISTED, _t.rule.in_(list(most)))
        .subquery()
    )
    readers = select(_r.number, _r.person, _r.meant_for).distinct().subquery()
    spent = _spent(most, at)
    same = and_(
        spent.c.person == readers.c.person,
        spent.c.meant_for == readers.c.meant_for,
        spent.c.rule == ranked.c.rule,
    )
    left = case(dict(most), value=ranked.c.rule, else_=0) - func.coalesce(spent.c.records, 0)
    joined = ranked.join(readers, readers.c.number == ranked.c.number).outerjoin(spent, same)
    chosen = select(ranked.c.number, ranked.c.rule, ranked.c.alert_id).select_from(joined)
    return chosen.where(ranked.c.place > left)


def _spent(most: Mapping[str, int], at: AsOf) -> Any:
    """How many records of each rule each reader was told of by messages on this local day."""
    today = and_(_n.created_at >= at.calendar.midnight(at.today), _n.created_at <= at.now)
    told = and_(
        today, _n.kind == NoticeKind.ALERT.value, _n.state.not_in(UNREAD), _n.copy_of.is_(None), _n.digest_on.is_(None)
    )
    links = table_of(NoticeAlert)
    return (
        select(_n.person, _n.meant_for, _a.rule, func.count(distinct(_a.id)).label("records"))
        .select_from(
            notices_table.join(links, _l.notice_id == _n.id).join(alerts_table, _a.id == _l.alert_id),
        )
        .where(told, _l.why != LISTED, _a.rule.in_(list(most)))
        .group_by(_n.person, _n.meant_for, _a.rule)
        .subquery()
    )


def _tell_office(session: Session, desk: Desk, at: AsOf, kept: Mapping[str, tuple[int, int]]) -> None:
    subjects = {f"budget:{rule}": rule for rule in kept}
    since = at.calendar.midnight(at.today)
    heard = select(_troubles.subject).where(_troubles.subject.in_(list(subjects)), _troubles.since >= since)
    known = set(session.connection().execute(heard).scalars())
    language = desk.settings.site.language
    notes = []
    for subject, rule in sorted(subjects.items()):
        if subject not in known:
            records, readers = kept[rule]
            said = _BEYOND[language].format(
                title=desk.rules.rules[rule].name(language),
                id=rule,
                most=number(desk.rules.rules[rule].at_most or 0, language=language),
                kept=number(records, language=language),
                readers=number(readers, language=language),
            )
            notes.append((subject, said))
    troubles.note(session, notes, now=at.now)
