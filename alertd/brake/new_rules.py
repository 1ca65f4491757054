"""A rule that is new, or means something else now, begins quietly: what its first run finds is a baseline, told to nobody."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlmodel import Session

from alertd.alerts import baseline
from alertd.model.alerts import AlertEvent, Cycle, alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.words import Reason
from alertd.notices import held
from alertd.notices.filters import number
from alertd.notices.writer import Desk
from alertd.rules import releases
from alertd.settings.shapes import Settings
from alertd.store import troubles

_a, _e, _y = alerts_table.c, table_of(AlertEvent).c, table_of(Cycle).c
_SAID = {
    "vi": "Quy tắc “{title}” ({id}) mới áp dụng hoặc đã thay đổi: {count} cảnh báo, thuộc {heads} người nhận, được ghi nhận "
    "làm hiện trạng và chỉ nêu trong bản tin; từ nay việc mới hoặc nặng hơn được thông báo như thường lệ",
    "en": "The rule “{title}” ({id}) is new or means something else now: {count} alerts of {heads} people are taken as known "
    "and stand in digests alone; what is new or worse from now on is told as always",
}


def is_quiet(session: Session, settings: Settings, cycle: int) -> bool:
    """Whether a rule begins quietly: in mode live as its release says, else by the settings; never in the first cycle of all."""
    if settings.site.mode == "live":
        released = releases.in_force(session)
        asked = released is not None and released.quiet
    else:
        asked = settings.guard.new_rules == "quiet"
    if not asked:
        return False
    earlier = exists().where(_y.id < cycle)
    return bool(session.connection().execute(select(earlier)).scalar_one())


def begin_quietly(session: Session, desk: Desk, at: AsOf, cycle: int, rules: Collection[str]) -> int:
    """Take what this cycle makes news of under these rules as a baseline, and note it for the office; gives how many alerts."""
    found = baseline.take_new(session, cycle, rules, at.now)
    language = desk.settings.site.language
    notes = []
    for rule, count in found.items():
        taken = select(_e.alert_id).where(_e.cycle_id == cycle, _e.what == Reason.BASELINE.value)
        heads = len(held.persons(session, desk, at, (_a.rule == rule) & _a.id.in_(taken)))
        title = desk.rules.rules[rule].name(language)
        numbers = {"count": number(count, language=language), "heads": number(heads, language=language)}
        notes.append((f"rule:{rule}:first-run", _SAID[language].format(title=title, id=rule, **numbers)))
    troubles.note(session, notes, now=at.now)
    return sum(found.values())
