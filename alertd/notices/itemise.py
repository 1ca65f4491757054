"""A row of a record becomes an item: its facts on one line each and in the site's zone, what else is known of it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from alertd.model.asof import AsOf
from alertd.model.dataset import Field, FieldType, Time
from alertd.model.disputes import DisputeState
from alertd.model.facts import facts_of
from alertd.model.record_name import record_name
from alertd.model.rule import Rule
from alertd.model.words import Level, Reason
from alertd.notices.clean import one_line
from alertd.notices.days import paused, shares_of
from alertd.notices.letter import Behind, Fact, Item, Shares
from alertd.notices.writer import Desk

_MOST_FACTS = 6  # that a plain list gives of a record
Row = Mapping[Any, Any]


def item_of(desk: Desk, at: AsOf, rule: Rule, row: Row, language: str) -> Item:
    """``row``: one of notices/items.py. Labels of facts are in the language."""
    facts = {name: _value(fact, at) for name, fact in facts_of(row, rule.shows).items()}
    deadlines = [facts[name] for name in facts if rule.fields[name].time is Time.DEADLINE and facts[name]]
    shown = [
        Fact(name, rule.fields[name].vi if language == "vi" else rule.fields[name].en, facts[name])
        for name in rule.shows
        if name not in (rule.dataset.key, "code", "unit") and _says_something(rule.fields[name], facts[name])
    ]
    others = [desk.rules.rules[other] for other in row["rules"].split("\n") if other != rule.id]
    return Item(
        alert=row["alert_id"],
        key=one_line(record_name(rule.dataset.name, row["key"], language)),
        level=Level(row["level"]).word,
        unit=one_line(desk.reach.directory.name_of(row["unit"])),
        measure=None if row["measure"] is None else int(row["measure"]),
        why=row["why"],
        facts=facts,
        place=row["place"],
        shown=tuple(shown[:_MOST_FACTS]),
        also=tuple(sorted({one_line(other.name(language)) for other in others})),
        named=one_line(row["unit_named"] or "") if not row["unit"] else "",
        provisional=any(at.calendar.is_provisional(_day(deadline)) for deadline in deadlines),
        **_arrival(row, at, shares_of(desk, at, rule, row)),
        **paused(rule, row, at),
        **_disputed(row, at),
        **_behind(row, at),
    )


def _disputed(row: Row, at: AsOf) -> dict[str, Any]:
    since = row["disputed_raised_at"]
    return (
        {}
        if since is None
        else {"disputed": at.calendar.local(since), "upheld": row["disputed_state"] == DisputeState.UPHELD}
    )


def _behind(row: Row, at: AsOf) -> dict[str, Any]:
    files = row.get("behind", ())
    local = at.calendar.local
    named = tuple(
        Behind(
            one_line(file["code"]),
            None if file["due_at"] is None else local(file["due_at"]),
            None if file["ended_at"] is None else local(file["ended_at"]),
            file["late"],
        )
        for file in files
    )
    return {"behind": named, "behind_more": row["behind_total"] - len(named)} if named else {}


def _arrival(row: Row, at: AsOf, shares: Shares | None) -> dict[str, Any]:
    """Since when the unit has it, where it has just come; whose the days late are, where that says more."""
    came = row["unit_since"]
    if row["why"] != Reason.MOVED or came is None:
        return {"shares": shares}
    late = 0 if row["due_day_no"] is None else at.calendar.number(at.calendar.today(came)) - row["due_day_no"]
    told = shares if shares is not None and (shares.own or shares.citizen) else None
    return {"came": at.calendar.local(came), "came_late": max(0, late), "shares": told}


def _says_something(field: Field, fact: Any) -> bool:
    """A yes or no is what the rule asked for, so it is the same for all; a count that was derived and is 0 is no news."""
    if field.type is FieldType.BOOLEAN or (field.derived and fact == 0):
        return False
    return fact not in (None, "")


def _value(fact: Any, at: AsOf) -> Any:
    """Fit for a template: a moment in the site's zone, a text on one line."""
    if isinstance(fact, datetime):
        return at.calendar.local(fact)
    return one_line(fact) if isinstance(fact, str) else fact


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
