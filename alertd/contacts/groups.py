"""What is done and said in groups: the bot leaves each that nobody confirmed; a confirmed one hears counts when it asks."""

from alertd.contacts.bindings import Change, ChangeKind, account
from alertd.contacts.enrol import enrol
from alertd.contacts.phrases import say
from alertd.contacts.status import status_of
from alertd.contacts.turn import Handled, Turn
from alertd.model.message import IncomingKind, Reply


def in_group(turn: Turn) -> Handled:
    """An update of a group, a supergroup or a channel. Nobody there is answered as the person that he is elsewhere."""
    kind = turn.incoming.kind
    if kind in (IncomingKind.BLOCKED, IncomingKind.UNBLOCKED):
        return Handled()  # out of it already, or its members are none of ours
    if kind is IncomingKind.PRESS:
        return Handled((turn.reply("stale"),))  # always answered, or the button goes on turning
    if kind is IncomingKind.START and turn.incoming.text:
        return _token(turn)
    if turn.confirmed is None:
        return _leave(turn)
    if kind is IncomingKind.STATUS:
        unit = str(turn.confirmed["unit"])
        return Handled((Reply(turn.incoming, status_of(turn.session, turn.directory, [unit], turn.language)),))
    return Handled()


def _token(turn: Turn) -> Handled:
    """A link that is opened in a group: everybody there has seen it."""
    outcome, _, changes = enrol(turn.session, turn.incoming, turn.directory, turn.at)
    said = say(outcome.value, turn.language)
    return Handled((Reply(turn.incoming, said, leave=turn.confirmed is None),), tuple(changes))


def _leave(turn: Turn) -> Handled:
    left = Reply(turn.incoming, leave=True)
    if turn.incoming.kind is not IncomingKind.JOINED:
        return Handled((left,))
    group = account(turn.incoming.account, turn.incoming.chat_id)
    return Handled((left,), (Change(ChangeKind.GROUP, "", "", group),))
