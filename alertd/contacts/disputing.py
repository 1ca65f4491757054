"""The button by which a head says that a figure is wrong: which record, then why, in his own words; the dispute is the alerts' own.

What he was asked stands in the store, so that another process may read the answer. Nobody but whom the notice went to gets
as far as to be asked.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, delete, exists, select

from alertd.contacts import press
from alertd.contacts.answers import keep_answer
from alertd.contacts.phrases import clock_time, say
from alertd.contacts.turn import Disputed, Handled, Turn
from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.disputes import PENDING, DisputeAsk, disputes_table
from alertd.model.masked import masked
from alertd.model.message import Button, Reply
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.record_name import has_words, record_name
from alertd.model.words import LIVE_STATES, AlertState, Reason
from alertd.store.dialect import Dialect

_asks, _events = table_of(DisputeAsk), table_of(AlertEvent)
_a, _d, _e, _l, _n, _q = alerts_table.c, disputes_table.c, _events.c, table_of(NoticeAlert).c, notices_table.c, _asks.c
_DATA = re.compile(r"dis:(\d{1,18})(?::(?:(\d{1,18})|p(\d{1,4})))?")
_FEW = 8  # records that are offered as buttons at a time; of more he writes the code, or turns the page where they go by words
_LABEL = 60  # characters of a button
_PLAIN = timedelta(hours=1)  # so long any message is taken for the answer
_QUOTED = timedelta(days=3)  # so long one that quotes the question
_LETTERS = 3  # of a reason, at least
_FREE = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
Row = Mapping[Any, Any]


def is_meant(data: str) -> bool:
    """Whether a pressed button is this one."""
    return data.startswith("dis:")


def pressed(turn: Turn) -> Handled:
    """Ask for the record where there are several, and for the reason where there is one; or say what happened instead."""
    found = _DATA.fullmatch(turn.incoming.text)
    notice = press.notice_of(turn.session, int(found[1]), turn.incoming) if found else None
    if found is None or notice is None:
        return Handled((turn.reply("stale"),))
    if notice["name"] is None:
        return Handled((turn.reply("not_yours"),))
    press.sign(turn.session, notice["id"], turn.at.now, by=notice["name"])
    records = _records(turn, notice["id"])
    free = [each for each in records if each["state"] in _FREE]
    if found[2] is not None:
        asked = [each for each in free if each["id"] == int(found[2])]
        if not asked:
            return Handled((Reply(turn.incoming, _instead(turn, [r for r in records if r["id"] == int(found[2])])),))
        return _ask_reason(turn, notice["id"], asked[0])
    if not free:
        return Handled((Reply(turn.incoming, _instead(turn, records)),))
    if found[3] is not None:
        return _turn_page(turn, notice["id"], free, int(found[3]))
    if len(free) == 1:
        return _ask_reason(turn, notice["id"], free[0])
    return _ask_record(turn, notice["id"], free)


def written(turn: Turn) -> Handled | None:
    """What he wrote, where it answers what he was asked; None where it is an answer like any other."""
    asked = _asked(turn)
    if asked is None:
        return None
    notice = press.notice_of(turn.session, asked["notice_id"], turn.incoming)
    if notice is None or notice["name"] is None:  # the notice has gone to somebody else since
        _forget(turn)
        return None
    records = _records(turn, asked["notice_id"])
    reason = turn.incoming.text.strip()
    if asked["alert_id"] is not None:
        mine = [each for each in records if each["id"] == asked["alert_id"]]
    else:
        code, _, reason = reason.partition(" ")
        mine = [each for each in records if each["key"].casefold() == code.strip(".,:;").casefold()]
        if not mine:
            return _no_such(turn)
        mine = [each for each in mine if each["state"] in _FREE] or mine
        if len(mine) > 1 and mine[0]["state"] in _FREE:
            return _ask_record(turn, notice["id"], mine)
    if not mine or mine[0]["state"] not in _FREE:
        _forget(turn)
        return Handled((Reply(turn.incoming, _instead(turn, mine)),))
    if asked["alert_id"] is None and not reason.strip():
        return _ask_reason(turn, notice["id"], mine[0])
    return _raise(turn, notice, mine[0], reason.strip())


def _raise(turn: Turn, notice: Row, alert: Row, reason: str) -> Handled:
    if sum(sign.isalpha() for sign in reason) < _LETTERS:
        _remember(turn, notice["id"], alert["id"])
        again = say("dispute_no_reason", turn.language, code=_name(turn, alert))
        return Handled((Reply(turn.incoming, again, asks=True),))
    _forget(turn)
    kept = masked(" ".join(reason.split()), alert["key"])
    said = say("dispute_raised", turn.language, code=_name(turn, alert), reason=kept)
    if kept != " ".join(reason.split()):
        said += "\n" + say("dispute_masked", turn.language)
    late = Reply(turn.incoming, say("dispute_late", turn.language, code=_name(turn, alert)))
    wanted = Disputed(alert["id"], notice["id"], notice["by"], notice["name"], reason, late)
    return Handled((Reply(turn.incoming, said),), dispute=wanted)


def _no_such(turn: Turn) -> Handled:
    """No record of the notice is called so: whatever he wrote, the office gets it."""
    row = turn.confirmed
    if row is not None:
        keep_answer(turn, row)
    return Handled((turn.reply("dispute_no_code"),))


def _ask_record(turn: Turn, notice: int, free: Sequence[Row]) -> Handled:
    offered = _offered(free)
    if len(offered) < len(free):
        _remember(turn, notice, None)
        said = say("dispute_which_code", turn.language, notice=notice, count=len(free))
        if not offered:
            return Handled((Reply(turn.incoming, say("dispute_which", turn.language), said=said, asks=True),))
        said += " " + say("dispute_or_choose", turn.language)
    else:
        _forget(turn)
        said = say("dispute_choose", turn.language, notice=notice)
    buttons = _page(turn, notice, free, 1)
    if not turn.incoming.reply_to:  # he wrote the code
        return Handled((Reply(turn.incoming, said, buttons=buttons),))
    return Handled((Reply(turn.incoming, say("dispute_which", turn.language), said=said, buttons=buttons),))


def _offered(free: Sequence[Row]) -> Sequence[Row]:
    """What stands on buttons: a few, else those whose codes nobody writes."""
    return free if len(free) <= _FEW else [each for each in free if has_words(each["dataset"])]


def _page(turn: Turn, notice: int, free: Sequence[Row], number: int) -> tuple[Button, ...]:
    """The buttons of one page, and those that turn it. A number that there is no longer stands for the last."""
    offered = _offered(free)
    pages = max(1, -(-len(offered) // _FEW))
    number = min(max(number, 1), pages)
    shown = offered[(number - 1) * _FEW : number * _FEW]
    turned = {"dispute_page_before": number - 1, "dispute_page_after": number + 1}
    others = [
        Button(say(words, turn.language, page=page, pages=pages), f"dis:{notice}:p{page}")
        for words, page in turned.items()
        if 1 <= page <= pages
    ]
    return (*(Button(_label(turn, each, free), f"dis:{notice}:{each['id']}") for each in shown), *others)


def _turn_page(turn: Turn, notice: int, free: Sequence[Row], number: int) -> Handled:
    """The buttons of the question are exchanged in place."""
    left = _page(turn, notice, free, number)
    return Handled((Reply(turn.incoming, say("dispute_which", turn.language), edit=True, left=left),))


def _label(turn: Turn, alert: Row, free: Sequence[Row]) -> str:
    """The record; where several rules tell of it, also which one."""
    twice = sum(each["key"] == alert["key"] for each in free) > 1
    name = _name(turn, alert)
    label = f"{name} · {turn.titles.get(alert['rule'], alert['rule'])}" if twice else name
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"


def _name(turn: Turn, alert: Row) -> str:
    """What the record is called in the notice that told of it."""
    return record_name(alert["dataset"], alert["key"], turn.language, turn.directory)


def _ask_reason(turn: Turn, notice: int, alert: Row) -> Handled:
    _remember(turn, notice, alert["id"])
    said = say("dispute_why", turn.language, code=_name(turn, alert))
    if not turn.incoming.reply_to:  # he wrote the code
        return Handled((Reply(turn.incoming, said, asks=True),))
    return Handled((Reply(turn.incoming, say("dispute_please", turn.language), said=said, asks=True),))


def _records(turn: Turn, notice: int) -> Sequence[Row]:
    """The alerts that the notice told of or showed, in its order, in the life and the unit in which it did; each with the dispute
    about it, where there is one."""
    moved_since = exists().where(
        _e.alert_id == _l.alert_id, _e.what == Reason.MOVED.value, _e.at > _n.created_at, _n.id == _l.notice_id
    )
    joined = (
        table_of(NoticeAlert)
        .join(notices_table, _n.id == _l.notice_id)
        .join(alerts_table, _a.id == _l.alert_id)
        .outerjoin(disputes_table, (_d.alert_id == _a.id) & PENDING)
    )
    same = (_a.opened_at <= _n.created_at) & ~moved_since.correlate(table_of(NoticeAlert), notices_table)
    columns = (
        *(_a.id, _a.rule, _a.dataset, _a.key, _a.state, _a.resolved_at, _a.changed_at),
        *(_d.raised_at, _d.raised_by, same.label("same")),
    )
    statement = (
        select(*columns)
        .select_from(joined)
        .where(_l.notice_id == notice, _a.held_by.is_(None))
        .order_by(_l.level.desc(), _a.key, _a.id, _d.id)
    )
    rows = turn.session.connection().execute(statement).mappings().all()
    gone = {"state": AlertState.RESOLVED.value}
    return [{**row} if row["same"] else {**row} | gone for row in rows]


def _instead(turn: Turn, records: Sequence[Row]) -> str:
    """What happened before: disputed already, or over."""
    zone = turn.at.calendar.zone
    raised = [each for each in records if each["raised_at"] is not None and each["state"] in LIVE_STATES]
    if raised:
        last = max(raised, key=lambda each: each["raised_at"])
        at = clock_time(last["raised_at"].astimezone(zone), turn.language)
        return say("dispute_before", turn.language, by=last["raised_by"], at=at)
    return say("dispute_over", turn.language)


def _asked(turn: Turn) -> RowMapping | None:
    """What he was asked and has not answered, as far as what he wrote can be the answer."""
    mine = (_q.channel == turn.incoming.channel.value) & (_q.user_id == turn.incoming.user_id)
    found = select(_asks, _a.key, _a.dataset).outerjoin(alerts_table, _a.id == _q.alert_id).where(mine)
    row = turn.session.connection().execute(found).mappings().first()
    if row is None:
        return None
    since, quoted = turn.at.now - row["asked_at"], turn.incoming.quoted
    if not quoted:
        return row if since <= _PLAIN else None
    return row if since <= _QUOTED and quoted.startswith(_question(turn, row)) else None


def _question(turn: Turn, row: RowMapping) -> str:
    """How the question began; a notice that is quoted has the code somewhere in it as well."""
    if row["key"] is not None:
        return f"{_name(turn, row)}: "
    return say("dispute_which_code", turn.language, notice=row["notice_id"], count="\0").partition("\0")[0]


def _remember(turn: Turn, notice: int, alert: int | None) -> None:
    connection, incoming = turn.session.connection(), turn.incoming
    values = {"notice_id": notice, "alert_id": alert, "asked_at": turn.at.now}
    key = {"channel": incoming.channel.value, "user_id": incoming.user_id}
    made = Dialect(connection.engine).insert(_asks).values(**key, **values)
    connection.execute(made.on_conflict_do_update(index_elements=[_q.channel, _q.user_id], set_=values))


def _forget(turn: Turn) -> None:
    mine = (_q.channel == turn.incoming.channel.value) & (_q.user_id == turn.incoming.user_id)
    turn.session.connection().execute(delete(_asks).where(mine))
