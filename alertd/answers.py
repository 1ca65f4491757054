"""One thing that somebody wrote or pressed, handled in a transaction of its own, and the replies to it, said as soon as the server
takes them; what nobody foresaw in it is passed over."""

import logging
from collections.abc import Sequence

from sqlmodel import Session

from alertd.alerts import acknowledge, disputes
from alertd.alerts.disputes import Raised, Terms
from alertd.channels.base import Inbox
from alertd.contacts import inbox, unsaid
from alertd.contacts.turn import Disputed
from alertd.errors import AlertdError, Refused
from alertd.model.asof import AsOf
from alertd.model.clock import Clock
from alertd.model.message import Incoming, Reply, Scope, Unsaid
from alertd.model.words import ChannelName
from alertd.notices import limiter
from alertd.notices.policy import Policy
from alertd.settings.shapes import Settings
from alertd.site import Site
from alertd.store.database import Store

log = logging.getLogger(__name__)


def answered(site: Site, incoming: Incoming) -> tuple[Reply, ...]:
    """Do what it asks, and give the replies; none where it was handled before, or cannot be."""
    at = AsOf(site.clock.now(), site.calendar)
    try:
        return _handle(site, incoming, at)
    except AlertdError:
        raise
    except Exception as error:  # noqa: BLE001 - one message that nobody foresaw must not keep all others, and the cycle, waiting
        with site.store.write() as session:
            inbox.pass_over(session, incoming, type(error).__name__, at, language=site.language)
        return ()


def _handle(site: Site, incoming: Incoming, at: AsOf) -> tuple[Reply, ...]:
    with site.store.write() as session:
        titles = {name: rule.name(site.language) for name, rule in site.rules.set.rules.items()}
        handled = inbox.handle(session, incoming, site.directory, at, language=site.language, titles=titles)
        if (wanted := handled.acknowledge) is not None:
            acknowledge.acknowledge_notice(session, wanted.notice_id, by=wanted.name, at=at)
        replies = handled.replies
        if handled.dispute is not None and not _raised(session, site, handled.dispute, at):
            replies = (handled.dispute.late,)
        site.readers.note(session, handled.changes, at)
    return replies


def _raised(session: Session, site: Site, wanted: Disputed, at: AsOf) -> bool:
    """False where somebody else was first."""
    raised = Raised(wanted.name, wanted.person, wanted.notice)
    try:
        disputes.dispute(session, wanted.alert, raised, reason=wanted.reason, at=at, terms=terms_of(site.settings))
    except Refused:  # before anything was written
        return False
    return True


def terms_of(settings: Settings) -> Terms:
    """How long what may take, as the site has it."""
    own = settings.disputes
    return Terms(own.quiet, own.corrected_within, own.longest_exclusion)


def say(store: Store, box: Inbox, replies: Sequence[Reply], clock: Clock, policy: Policy) -> None:
    """Send them; what the server does not take now is kept, and nobody waits for it here."""
    for reply in replies:
        left = box.reply(reply)
        if left is not None:
            now = clock.pace()
            with store.write() as session:
                _keep(session, left, since=now, now=now, policy=policy)


def say_waiting(store: Store, box: Inbox, clock: Clock, policy: Policy) -> float | None:
    """Send what a server would not take before and may take now; gives the seconds (real time) until the next of the others, None
    where none waits. For whoever holds the inbox."""
    with store.read() as session:
        ready = unsaid.ready(session, clock.pace())
    closed = set[tuple[ChannelName, int | None]]()
    for waiting in ready:
        to = waiting.reply.to
        if closed & {(to.channel, None), (to.channel, to.chat_id)}:
            continue
        if clock.pace() - waiting.since > policy.give_up_after.total_seconds():
            log.warning("an answer is given up: the server has not taken it for %s", policy.give_up_after)
            left = None
        else:
            left = box.reply(waiting.reply)
        now = clock.pace()
        with store.write() as session:
            unsaid.let_go(session, [waiting.number])
            if left is not None:
                until = _keep(session, left, since=waiting.since, now=now, policy=policy)
                whole = left.scope is Scope.CHANNEL
                closed.add((to.channel, None if whole else to.chat_id))
                unsaid.put_off(session, to.channel, None if whole else to.chat_id, until)
    with store.read() as session:
        following = unsaid.next_at(session)
    return None if following is None else max(following - clock.pace(), 0.0)


def _keep(session: Session, left: Unsaid, *, since: float, now: float, policy: Policy) -> float:
    """Until when it waits, and with it all that goes through what the server has closed."""
    to = left.reply.to
    until = now + (left.after or policy.back_off)
    unsaid.keep(session, left.reply, since=since, next_at=until)
    if left.after:
        whole = left.scope is Scope.CHANNEL
        rate = policy.shared(to.channel) if whole else policy.own(to.channel, str(to.chat_id))
        limiter.hold(session, {rate.scope: until})
    return until
