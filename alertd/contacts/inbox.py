"""What people send becomes bindings, answers and requests, and a reply each; every update once. It knows no network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, delete, insert, select, update
from sqlmodel import Session

from alertd.contacts import press
from alertd.contacts.bindings import BindingState, Change, ChangeKind, active, changed
from alertd.contacts.enrol import Enrolment, enrol
from alertd.contacts.phrases import say
from alertd.contacts.press import Acknowledge
from alertd.contacts.status import status
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.directory import Directory
from alertd.model.message import Incoming, IncomingKind, Reply
from alertd.model.notices import notices_table
from alertd.model.people import AddressDown, Answer, Binding, InboxState
from alertd.model.words import ChannelName, NoticeState
from alertd.store import audit, troubles
from alertd.store.dialect import Dialect

_n = notices_table.c
_bindings, _states, _answers, _down = table_of(Binding), table_of(InboxState), table_of(Answer), table_of(AddressDown)
_b = _bindings.c
_LOST = {
    "vi": "Một tin nhắn gửi cho bot không xử lý được và bị bỏ qua (số {number}: {why})",
    "en": "A message to the bot cannot be handled and is passed over (number {number}: {why})",
}


@dataclass(frozen=True, slots=True)
class Handled:
    """What is to be sent back, what the office is to hear, and what the alerts are to be told."""

    replies: tuple[Reply, ...] = ()
    changes: tuple[Change, ...] = ()
    acknowledge: Acknowledge | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One update being handled. ``bound``: the newest active binding of this user in this chat's channel."""

    session: Session
    incoming: Incoming
    directory: Directory
    at: AsOf
    language: str
    bound: RowMapping | None

    def reply(self, key: str, **given: object) -> Reply:
        return Reply(self.incoming, say(key, self.language, **given))

    def unit_name(self, row: RowMapping) -> str:
        return self.directory.name_of(row["unit"])


def offset(session: Session, channel: ChannelName) -> int:
    """The number of the first update that is not handled yet; 0 at the very beginning."""
    found = session.connection().execute(select(_states.c.offset).where(_states.c.channel == channel.value)).scalar()
    return int(found or 0)


def handle(session: Session, incoming: Incoming, directory: Directory, at: AsOf, *, language: str) -> Handled:
    """Handle one update in the caller's transaction; one that was handled before gives nothing. ``language``: the site's, for
    those whom contacts.csv gives none."""
    if not _first_time(session, incoming):
        return Handled()
    mine = and_(_b.user_id == incoming.user_id, _b.channel == incoming.channel.value)
    rows = active(session, mine)
    bound = rows[-1] if rows else None
    turn = _Turn(session, incoming, directory, at, _language(directory, bound, language), bound)
    return _ACTS[incoming.kind](turn)


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


def _start(turn: _Turn) -> Handled:
    if turn.incoming.text:
        outcome, invitation, changes = enrol(turn.session, turn.incoming, turn.directory, turn.at)
        given = {"name": invitation["name"], "unit": turn.unit_name(invitation)} if invitation is not None else {}
        leave = outcome is Enrolment.NOT_PRIVATE
        return Handled((Reply(turn.incoming, say(outcome.value, turn.language, **given), leave=leave),), tuple(changes))
    if turn.bound is None or not turn.incoming.private:
        return _help(turn)
    if turn.bound["muted"]:
        return Handled((turn.reply("resumed"),), (_mute(turn, turn.bound, ChangeKind.UNMUTED),))
    key = "already" if turn.bound["state"] == BindingState.CONFIRMED.value else "pending"
    return Handled((turn.reply(key, name=turn.bound["name"], unit=turn.unit_name(turn.bound)),))


def _stop(turn: _Turn) -> Handled:
    if turn.bound is None:
        return Handled((turn.reply("stranger"),))
    mail = any(c.email for c in turn.directory.contacts if c.person == turn.bound["person"])
    said = turn.reply("stopped" if mail else "stopped_no_mail")
    changes = () if turn.bound["muted"] else (_mute(turn, turn.bound, ChangeKind.MUTED),)
    return Handled((said,), changes)


def _mute(turn: _Turn, row: RowMapping, kind: ChangeKind) -> Change:
    person = and_(_b.person == row["person"], _b.channel == row["channel"], _b.state != BindingState.ENDED.value)
    muted = kind is ChangeKind.MUTED
    turn.session.connection().execute(update(_bindings).where(person).values(muted=muted))
    _audit(turn, row, kind)
    return changed(row, kind)


def _status(turn: _Turn) -> Handled:
    if turn.bound is None or turn.bound["state"] != BindingState.CONFIRMED.value or not turn.incoming.private:
        return Handled((turn.reply("stranger"),))
    text = status(turn.session, turn.directory, turn.bound["person"], turn.at, turn.language)
    return Handled((Reply(turn.incoming, text),))


def _help(turn: _Turn) -> Handled:
    return Handled((turn.reply("help" if turn.bound is not None else "stranger"),))


def _text(turn: _Turn) -> Handled:
    """Kept and handed to the office; the words of strangers are not: nobody could say whose they are."""
    if not turn.incoming.private:
        return Handled()
    row = turn.bound
    if row is None or row["state"] != BindingState.CONFIRMED.value:
        key = "stranger" if row is None else "pending"
        given = {} if row is None else {"name": row["name"], "unit": turn.unit_name(row)}
        return Handled((turn.reply(key, **given),))
    connection = turn.session.connection()
    sent = and_(_n.person == row["person"], _n.state == NoticeState.SENT.value)
    last = connection.execute(select(_n.id).where(sent).order_by(_n.sent_at.desc(), _n.id.desc()).limit(1)).scalar()
    connection.execute(
        insert(_answers).values(
            at=turn.at.now,
            channel=turn.incoming.channel.value,
            user_id=turn.incoming.user_id,
            person=row["person"],
            name=row["name"],
            unit=row["unit"],
            notice_id=last,
            text=turn.incoming.text,
        )
    )
    if last is not None:
        press.sign(turn.session, last, turn.at.now)
    return Handled((turn.reply("kept"),))


def _press(turn: _Turn) -> Handled:
    text, acknowledge = press.pressed(turn.session, turn.incoming, turn.at, turn.language)
    return Handled((Reply(turn.incoming, text, edit=acknowledge is not None),), (), acknowledge)


def _blocked(turn: _Turn) -> Handled:
    connection, incoming = turn.session.connection(), turn.incoming
    row = {"channel": incoming.channel.value, "address": str(incoming.chat_id)}
    down = {
        **row,
        "since": turn.at.now,
        "detail": "blocked by the user" if incoming.private else "put out of the group",
    }
    connection.execute(Dialect(connection.engine).insert(_down).on_conflict_do_nothing(), [down])
    return _membership(turn, ChangeKind.BLOCKED)


def _unblocked(turn: _Turn) -> Handled:
    same = and_(_down.c.channel == turn.incoming.channel.value, _down.c.address == str(turn.incoming.chat_id))
    turn.session.connection().execute(delete(_down).where(same))
    return _membership(turn, ChangeKind.UNBLOCKED)


def _membership(turn: _Turn, kind: ChangeKind) -> Handled:
    if turn.bound is None or not turn.incoming.private:
        return Handled()
    _audit(turn, turn.bound, kind)
    return Handled(changes=(changed(turn.bound, kind),))


def _joined(turn: _Turn) -> Handled:
    """Nobody confirms groups, so the bot leaves them all: lists of a unit are not for whoever is in a group."""
    return Handled((Reply(turn.incoming, leave=True),))


def _audit(turn: _Turn, row: RowMapping, kind: ChangeKind) -> None:
    detail = {"binding": row["id"], "person": row["person"]}
    subject = f"unit:{row['unit']}"
    audit.record(
        turn.session, at=turn.at.now, actor=row["name"], action=f"binding.{kind}", subject=subject, detail=detail
    )


_ACTS: Mapping[IncomingKind, Callable[[_Turn], Handled]] = {
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
