"""What people send becomes bindings, answers and requests, and a reply each; every update once. It knows no network."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import RowMapping, and_, delete, select, update
from sqlmodel import Session

from alertd.contacts import causes, disputing, press
from alertd.contacts.answers import keep_answer
from alertd.contacts.bindings import BindingState, Change, ChangeKind, active, changed
from alertd.contacts.enrol import Enrolment, enrol
from alertd.contacts.flood import Counted, count, too_many
from alertd.contacts.groups import in_group
from alertd.contacts.phrases import say
from alertd.contacts.status import status
from alertd.contacts.turn import Handled, Turn
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Directory
from alertd.model.message import Incoming, IncomingKind, Reply
from alertd.model.notices import notices_table
from alertd.model.people import AddressDown, Answer, Binding, InboxState
from alertd.model.words import ChannelName
from alertd.store import audit, troubles
from alertd.store.dialect import Dialect

_n = notices_table.c
_bindings, _states, _answers, _down = table_of(Binding), table_of(InboxState), table_of(Answer), table_of(AddressDown)
_b = _bindings.c
_LOST = {
    "vi": "Một tin nhắn gửi cho bot không xử lý được và bị bỏ qua (số {number}: {why})",
    "en": "A message to the bot cannot be handled and is passed over (number {number}: {why})",
}


def offset(session: Session, channel: ChannelName) -> int:
    """The number of the first update that is not handled yet; 0 at the very beginning."""
    found = session.connection().execute(select(_states.c.offset).where(_states.c.channel == channel.value)).scalar()
    return int(found or 0)


def handle(
    session: Session,
    incoming: Incoming,
    directory: Directory,
    at: AsOf,
    *,
    language: str,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Handled:
    """Handle one update in the caller's transaction; one that was handled before gives nothing. ``language``: the site's, for
    those whom contacts.csv gives none; ``titles``: of rules, by their ids."""
    if not _first_time(session, incoming):
        return Handled()
    if incoming.private and incoming.chat_id != incoming.user_id:
        return Handled()  # the server never sends such a one
    bound = _bound(session, incoming)
    turn = Turn(session, incoming, directory, at, _language(directory, bound, language), bound, titles)
    return _ACTS[incoming.kind](turn) if incoming.private else in_group(turn)


def _bound(session: Session, incoming: Incoming) -> RowMapping | None:
    """The chat's binding, a confirmed one before one that waits, the newest first; a group is bound as itself."""
    user = incoming.user_id if incoming.private else incoming.chat_id
    mine = and_(_b.user_id == user, _b.chat_id == incoming.chat_id, _b.channel == incoming.channel.value)
    confirmed = BindingState.CONFIRMED.value
    return max(active(session, mine), key=lambda row: (row["state"] == confirmed, row["id"]), default=None)


def pass_over(session: Session, incoming: Incoming, why: str, at: AsOf, *, language: str) -> None:
    """Go past an update that cannot be handled, so that nothing waits behind it for ever; the office hears that it is lost."""
    if _first_time(session, incoming):
        what = _LOST[language].format(number=incoming.update_id, why=why)
        troubles.note(session, [(f"inbox:{incoming.channel.value}", what)], now=at.now)


def _first_time(session: Session, incoming: Incoming) -> bool:
    """Move the offset past this update; False where it is past it already (two processes, or a crash before confirming)."""
    connection, following = session.connection(), incoming.update_id + 1
    make: Any = Dialect(connection.engine).insert(_states).values(channel=incoming.channel.value, offset=following)
    moved = connection.execute(
        make.on_conflict_do_update(
            index_elements=[_states.c.channel], set_={"offset": following}, where=_states.c.offset < following
        ).returning(_states.c.offset)
    )
    return moved.first() is not None


def _language(directory: Directory, bound: RowMapping | None, language: str) -> str:
    found = [c.language for c in directory.contacts if bound and c.person == bound["person"] and c.language]
    return found[0] if found else language


def _start(turn: Turn) -> Handled:
    if turn.incoming.text:
        outcome, invitation, changes = enrol(turn.session, turn.incoming, turn.directory, turn.at)
        given = {"name": invitation["name"], "unit": turn.unit_name(invitation)} if invitation is not None else {}
        replies = (
            () if outcome is Enrolment.SILENT else (Reply(turn.incoming, say(outcome.value, turn.language, **given)),)
        )
        return Handled(replies, tuple(changes))
    row = turn.confirmed
    if row is None:
        return _unconfirmed(turn)
    if row["muted"]:
        return Handled((turn.reply("resumed"),), (_mute(turn, row, ChangeKind.UNMUTED),))
    return Handled((turn.reply("already", name=row["name"], unit=turn.unit_name(row)),))


def _unconfirmed(turn: Turn) -> Handled:
    """Somebody whom nobody stands behind: he gets no data and changes nothing, and no more answers than a person needs."""
    if too_many(turn.session, Counted.STRANGER, turn.incoming.user_id, turn.at.now):
        return Handled()
    count(turn.session, Counted.STRANGER, turn.incoming.user_id, turn.at.now)
    row = turn.bound
    return Handled(
        (turn.reply("stranger") if row is None else turn.reply("pending", name=row["name"], unit=turn.unit_name(row)),)
    )


def _stop(turn: Turn) -> Handled:
    row = turn.confirmed
    if row is None:
        return _unconfirmed(turn)
    mail = any(c.email for c in turn.directory.contacts if c.person == row["person"])
    said = turn.reply("stopped" if mail else "stopped_no_mail")
    changes = () if row["muted"] else (_mute(turn, row, ChangeKind.MUTED),)
    return Handled((said,), changes)


def _mute(turn: Turn, row: RowMapping, kind: ChangeKind) -> Change:
    person = and_(_b.person == row["person"], _b.channel == row["channel"], _b.state != BindingState.ENDED.value)
    muted = kind is ChangeKind.MUTED
    turn.session.connection().execute(update(_bindings).where(person).values(muted=muted))
    _audit(turn, row, kind)
    return changed(row, kind)


def _status(turn: Turn) -> Handled:
    row = turn.confirmed
    if row is None:
        return _unconfirmed(turn)
    return Handled((Reply(turn.incoming, status(turn.session, turn.directory, row["person"], turn.at, turn.language)),))


def _help(turn: Turn) -> Handled:
    return Handled((turn.reply("help"),)) if turn.confirmed is not None else _unconfirmed(turn)


def _text(turn: Turn) -> Handled:
    """What he was asked for, or an answer: that is kept and handed to the office. The words of strangers are not: nobody could
    say whose they are."""
    row = turn.confirmed
    if row is None:
        return _unconfirmed(turn)
    handled = disputing.written(turn)
    if handled is not None:
        return handled
    keep_answer(turn, row)
    files = causes.heard(turn, row)
    return Handled((turn.reply("cause", count=files) if files else turn.reply("kept"),))


def _press(turn: Turn) -> Handled:
    if disputing.is_meant(turn.incoming.text):
        return disputing.pressed(turn)
    text, acknowledge = press.pressed(turn.session, turn.incoming, turn.at, turn.language)
    left = () if acknowledge is None else acknowledge.left
    return Handled((Reply(turn.incoming, text, edit=acknowledge is not None, left=left),), (), acknowledge)


def _blocked(turn: Turn) -> Handled:
    if turn.bound is None:
        return Handled()  # a chat to which nothing goes
    connection, incoming = turn.session.connection(), turn.incoming
    down: dict[str, Any] = {"channel": incoming.channel.value, "address": str(incoming.chat_id)}
    down |= {"since": turn.at.now, "detail": "blocked by the user"}
    connection.execute(Dialect(connection.engine).insert(_down).on_conflict_do_nothing(), [down])
    return _membership(turn, ChangeKind.BLOCKED)


def _unblocked(turn: Turn) -> Handled:
    same = and_(_down.c.channel == turn.incoming.channel.value, _down.c.address == str(turn.incoming.chat_id))
    turn.session.connection().execute(delete(_down).where(same))
    return _membership(turn, ChangeKind.UNBLOCKED)


def _membership(turn: Turn, kind: ChangeKind) -> Handled:
    row = turn.confirmed
    if row is None:
        return Handled()
    _audit(turn, row, kind)
    return Handled(changes=(changed(row, kind),))


def _joined(_: Turn) -> Handled:
    return Handled()  # of groups alone


def _audit(turn: Turn, row: RowMapping, kind: ChangeKind) -> None:
    detail = {"binding": row["id"], "person": row["person"]}
    subject = f"unit:{row['unit']}"
    audit.record(
        turn.session, at=turn.at.now, actor=row["name"], action=f"binding.{kind}", subject=subject, detail=detail
    )


_ACTS: Mapping[IncomingKind, Callable[[Turn], Handled]] = {
    IncomingKind.START: _start,
    IncomingKind.STOP: _stop,
    IncomingKind.STATUS: _status,
    IncomingKind.HELP: _help,
    IncomingKind.TEXT: _text,
    IncomingKind.PRESS: _press,
    IncomingKind.BLOCKED: _blocked,
    IncomingKind.UNBLOCKED: _unblocked,
    IncomingKind.JOINED: _joined,
}
