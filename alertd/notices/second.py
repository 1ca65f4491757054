"""The second channel: a warning to which nobody gave a sign goes once more, by the person's next way, at the next opening."""

import json
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, exists, insert, literal, or_, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.message import Button, Message
from alertd.model.notices import NoticeAlert, NoticeFile, notices_table
from alertd.model.people import Answer
from alertd.model.reach import Recipient, Way
from alertd.model.words import AlertState, ChannelName, Level, NoticeKind, NoticeState, Reason
from alertd.notices.filters import moment
from alertd.notices.put import Draft, put
from alertd.notices.stamp import above, unstamped
from alertd.notices.words import WAY
from alertd.notices.writer import Desk
from alertd.store import audit, seals

_n, _a = notices_table.c, alerts_table.c
_links, _files, _answers = table_of(NoticeAlert), table_of(NoticeFile), table_of(Answer)
_AGE = 5  # working days: what is older stands in the city's digest, and is no news by another way
_MOST = 500  # in one cycle
_UNANSWERED = (AlertState.OPEN.value, AlertState.DISPUTED.value)  # a dispute never stops an escalation
_AGAIN = {
    "vi": "Gửi lại qua kênh thứ hai vì chưa có phản hồi đối với thông báo số {number} (gửi qua {way} lúc {at}).",
    "en": "Sent again by a second channel: there was no sign of life after notice no. {number} (by {way}, {at}).",
}


def send_again(session: Session, desk: Desk, at: AsOf, cycle_id: int | None) -> int:
    """Write a copy of each notice with a warning or worse that is silent since before the last opening; gives how many. Not in
    a rehearsal, not outside office hours, not where nothing of it stands open, and never twice."""
    if desk.rehearsal or not at.calendar.is_open_at(at.now):
        return 0
    rows = session.connection().execute(_silent(at)).mappings().all()
    found = [(row, way) for row in rows if (way := _next_way(desk, row)) is not None]
    if not found:
        return 0
    drafts = {row["id"]: _draft(desk, at, row, way) for row, way in found}
    ids = put(session, list(drafts.values()), at, cycle_id)
    pairs = {first: ids[draft.once] for first, draft in drafts.items() if draft.once in ids}
    _link(session, pairs)
    _attach(session, pairs, at)
    return len(pairs)


def _silent(at: AsOf) -> Any:
    """The first of each pair only; an answer, an acknowledgement or a press since, of whatever notice, is a sign of life."""
    opening = at.calendar.last_opening(at.now)
    oldest = at.calendar.shift_working_days(at.now, -_AGE)
    other, copy = notices_table.alias("other"), notices_table.alias("copy")
    signs: list[ColumnElement[bool]] = [
        exists().where(other.c.person == _n.person, other.c.confirmed_at >= _n.sent_at),
        exists().where(_answers.c.person == _n.person, _answers.c.at >= _n.sent_at),
        exists().where(_links.c.notice_id == _n.id, _a.id == _links.c.alert_id, _a.acknowledged_at >= _n.sent_at),
    ]
    return (
        select(notices_table)
        .where(
            _n.sent_at >= oldest,
            # strictly before: the opening at which it went out is not the next one
            _n.sent_at < opening,
            _n.kind == NoticeKind.ALERT.value,
            _n.state == NoticeState.SENT.value,
            _n.meant_for == "",
            _n.confirmed_at.is_(None),
            _n.copy_of.is_(None),
            ~exists().where(copy.c.copy_of == _n.id),
            _stands(),
            ~or_(*signs),
        )
        .order_by(_n.id)
        .limit(_MOST)
    )


def _stands() -> ColumnElement[bool]:
    """What made it a warning is open and one still, and no later message has told this person of it again, as a reminder or
    because it is worse: one is enough, and that one has a second channel of its own."""
    newer, again = notices_table.alias("newer"), _links.alias("again")
    told_anew = (
        exists()
        .where(
            again.c.alert_id == _a.id,
            newer.c.id == again.c.notice_id,
            newer.c.id > _n.id,
            newer.c.person == _n.person,
            newer.c.kind == NoticeKind.ALERT.value,
        )
        .correlate(alerts_table, notices_table)  # said in so many words: SQLAlchemy finds it one level deep only
    )
    return exists().where(
        _links.c.notice_id == _n.id,
        _links.c.level >= int(Level.WARNING),
        _a.id == _links.c.alert_id,
        _a.state.in_(_UNANSWERED),
        _a.level >= int(Level.WARNING),
        ~told_anew,
    )


def _next_way(desk: Desk, row: RowMapping) -> Way | None:
    """Another channel by which the person can be reached today; a person who is no longer named has none."""
    ways = desk.reach.ways.get(row["person"], ())
    return next((way for way in ways if way.channel.value != row["channel"]), None)


def _draft(desk: Desk, at: AsOf, row: RowMapping, way: Way) -> Draft:
    language = row["language"] if row["language"] in _AGAIN else "en"
    first = Message(
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        chat=tuple(json.loads(row["chat"])),
        short=row["short"],
        silent=row["silent"],
        bulk=row["bulk"],
        thread=row["thread"],
        language=row["language"],
        buttons=tuple(
            Button(*each) for each in json.loads(row["buttons"])
        ),  # they name the first: either confirms both
    )
    sent = moment(at.calendar.local(row["sent_at"]), language=language)
    by = WAY[language][ChannelName(row["channel"])]
    line = _AGAIN[language].format(number=row["id"], way=by, at=sent)
    plain = unstamped(first, row["id"], row["code"]) if row["code"] else first
    return Draft(
        kind=NoticeKind.ALERT,
        to=_recipient(desk, row, way),
        message=above(plain, line),
        once=f"second:{row['id']}",
        unit=row["unit"],
        urgency=row["urgency"],
        rule_versions=json.loads(row["rule_versions"]),
        copy_of=row["id"],
        reason=Reason.UNANSWERED.value,
    )


def _recipient(desk: Desk, row: RowMapping, way: Way) -> Recipient:
    """The same person, by that way and those after it, but not by the one that was silent."""
    contact = next(each for each in desk.reach.directory.contacts if each.person == row["person"])
    others = [each for each in desk.reach.ways[row["person"]] if each.channel.value != row["channel"]]
    return Recipient(contact, tuple(others[others.index(way) :]), row["unit"] or contact.unit)


def _link(session: Session, pairs: dict[int, int]) -> None:
    """What the first told of, the copy tells of."""
    connection, c = session.connection(), _links.c
    told = connection.execute(select(_links).where(c.notice_id.in_(list(pairs)))).mappings().all()
    rows = [{**each, "notice_id": pairs[each["notice_id"]]} for each in told]
    if rows:
        connection.execute(insert(_links), rows)


def _attach(session: Session, pairs: dict[int, int], at: AsOf) -> None:
    """The lists go with it; one notice after another, or all of a city's would be in memory at once."""
    connection, c = session.connection(), _files.c
    with_files = connection.execute(select(c.notice_id).where(c.notice_id.in_(list(pairs))).distinct()).scalars().all()
    sealed: dict[str, list[str]] = {}
    for first in sorted(with_files):
        sealed[str(pairs[first])] = [
            seals.as_attached(row.name, row.media_type, row.content)
            for row in connection.execute(select(_files).where(c.notice_id == first).order_by(c.id))
        ]
        copied = select(literal(pairs[first]), c.name, c.media_type, c.sha256, c.content).where(c.notice_id == first)
        names = ["notice_id", "name", "media_type", "sha256", "content"]
        connection.execute(insert(_files).from_select(names, copied.order_by(c.id)))
    if sealed:
        audit.record(session, at=at.now, actor="alertd", action=seals.ATTACHED, subject="outbox", detail=sealed)
