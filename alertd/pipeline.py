"""In which order: poll, run_cycle, run_deliveries, run_inbox, run_bounces; each has a clock of its own, and a lock.

poll → normalise → stage → guard → merge │ derive → evaluate → reconcile → tell → digests → outbox ┊ deliver → the head's phone
                                            ↑ enrol, acknowledge, dispute  ←  run_inbox  ←  /start, buttons, replies
                                            ↑ another way, another address  ←  run_bounces  ←  reports of mail servers
"""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from sqlmodel import Session

from alertd import due
from alertd.alerts.lifecycle import Reconciled
from alertd.answers import answered, say, say_waiting
from alertd.brake import cycle as brake
from alertd.brake import new_rules
from alertd.channels.returned import read_returned
from alertd.contacts import inbox, reach
from alertd.errors import SourceFailed
from alertd.intake import poll as intake
from alertd.intake.poll import Polled
from alertd.model.asof import AsOf
from alertd.model.rule import Evaluation
from alertd.model.words import ChannelName, Reason
from alertd.notices import deliver, digest, office, outcomes, returns, second, tell
from alertd.publishing import publish
from alertd.readers import invite
from alertd.seen import Seen, close, see
from alertd.site import Site, as_believed, as_counted
from alertd.store import lock


@dataclass(frozen=True, slots=True)
class Cycled:
    """What a cycle came to, for one line in the log."""

    cycle: int
    evaluation: Evaluation
    reconciled: Reconciled
    notices: int
    digests: int
    office: int
    held: int | None = None  # the cycle with which its new alerts wait for the office
    published: int = 0  # messages about the bulletin

    def __str__(self) -> str:
        done = self.evaluation
        counts = [f"{count} {reason.value}" for reason, count in sorted(self.reconciled.counts.items()) if count]
        sent = f"{self.notices} notices, {self.digests} digests, {self.office} to the office"
        bulletin = [f"{self.published} about the bulletin"] if self.published else []
        faults = [f"rule {rule} failed: {what}" for rule, what in done.faults.items()]
        held = [] if self.held is None else [f"held: what is new waits with cycle {self.held} for the office"]
        return "; ".join((f"no. {self.cycle}: {done.findings} findings", *counts, sent, *bulletin, *held, *faults))


@dataclass(frozen=True, slots=True)
class Once:
    """What `run_once` came to. ``unanswered``: why the inbox could not be read, ``unread``: why the reports of mail servers could
    not; empty: they could."""

    polls: Sequence[Polled]
    cycle: Cycled | None
    delivered: deliver.Delivered
    unanswered: str
    unread: str = ""


def poll(site: Site, source: str, *, if_due: bool = False) -> Polled | None:
    """Read one source: stage its pages, let the guard judge them, merge what is believed. None: another process is at it,
    or, with ``if_due``, some process has read it not longer ago than its interval."""
    settings = next(found for found in site.settings.sources if found.name == source)
    with lock.held(site.store, f"poll:{source}") as mine:
        if not mine or (if_due and not due.poll_is_due(site.store, settings, site.clock.now())):
            return None
        site = as_believed(site)
        with site.store.read() as session:
            reading = as_counted(session, site).reading
        return intake.poll(
            site.store, site.sources[source], settings, reading, now=site.clock.now(), clock=site.clock.now
        )


def run_cycle(site: Site, *, if_due: bool = False) -> Cycled | None:
    """Find, reconcile, tell: one transaction over the last believed snapshots. None: another process is at it, or, with
    ``if_due``, one ran not longer ago than the interval, and no moment of the day has come since."""
    with lock.held(site.store, "cycle") as mine:
        if not mine or (if_due and not due.cycle_is_due(site.store, site.settings, site.calendar, site.clock.now())):
            return None
        site = as_believed(site)
        with site.store.write() as session:
            done, seen = cycle(session, site)
        invite(site.store, site.settings, site.channels, site.inbox, seen.shifts, seen.desk.reach, seen.at)
        return done


def cycle(session: Session, site: Site, because: Reason | None = None) -> tuple[Cycled, Seen]:
    """The stages of a cycle in the caller's transaction; he holds the lock, and invites new heads when it is committed.
    ``because``: what else than records and time has changed."""
    seen = see(session, site, because)
    at, number, desk = seen.at, seen.cycle, seen.desk
    new_rules.begin_quietly(session, desk, at, number, seen.quiet)
    hold = brake.judge_cycle(session, desk, at, number)

    told = tell.tell(session, desk, at, number)
    again = second.send_again(session, desk, at, number)
    warned = 0 if hold is None else brake.keep_back(session, desk, at, number, hold)
    digests = digest.write_digests(session, desk, at, number)
    published = publish(session, site, desk, at, number, held=hold is not None)
    warned += office.tell_office(session, desk, at, number)
    warned += outcomes.tell_outcomes(session, desk, at, number)
    close(session, seen, told.notices + again + digests + published + warned)
    done = Cycled(number, seen.evaluation, seen.reconciled, told.notices + again, digests, warned, hold, published)
    return done, seen


def run_once(site: Site) -> Once:
    """Everything once, in its order: what people wrote, every source, one cycle, deliveries until nothing is sendable now.
    A source or bot server that fails does not stop the rest."""
    unanswered, unread = _fault_of(lambda: run_inbox(site)), _fault_of(lambda: run_bounces(site))
    polls = [done for name in site.sources if (done := poll(site, name)) is not None]
    return Once(polls, run_cycle(site), run_deliveries(site), unanswered, unread)


def _fault_of(work: Callable[[], object]) -> str:
    try:
        work()
    except SourceFailed as error:
        return str(error)
    return ""


def run_deliveries(site: Site, stop: threading.Event | None = None) -> deliver.Delivered:
    """Send what may go now. Safe in several processes at once: each claims its own."""
    site = as_believed(site)
    with site.store.write() as session:
        site.readers.settle(session, AsOf(site.clock.now(), site.calendar))
    return deliver.deliver(
        site.store,
        site.channels,
        clock=site.clock.now,
        pace_clock=site.clock.pace,
        sleep=site.clock.sleep,
        random=random.random,
        worker=site.worker,
        policy=site.policy,
        stop=stop,
    )


def run_inbox(site: Site, wait: float = 0.0) -> int | None:
    """Take what people wrote and pressed since the last time, each update once; gives how many, None where another process
    is at it. ``wait``: seconds for the first. Raises SourceFailed where the bot server does not answer."""
    if site.inbox is None:
        return 0
    with lock.held(site.store, "inbox") as mine:
        if not mine:
            return None
        with site.store.read() as session:
            offset = inbox.offset(session, ChannelName.TELEGRAM)
        box, clock, policy = site.inbox, site.clock, site.policy
        following = say_waiting(site.store, box, clock, policy)
        # in whole seconds, rounded up: else polls that do not wait would follow one another until it is time
        received = box.receive(offset, wait=wait if following is None else min(wait, ceil(following)))
        site = as_believed(site) if received else site
        for incoming in received:
            say(site.store, box, answered(site, incoming), clock, policy)
        return len(received)


def run_bounces(site: Site) -> returns.Collected | None:
    """Take what mail servers report of mails that went out, each report once; None where another process is at it. Raises
    SourceFailed where the mailbox or folder cannot be read."""
    box = site.returns
    if box is None:
        return returns.Collected({})
    with lock.held(site.store, "bounces") as mine:
        if not mine:
            return None
        site = as_believed(site)
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.read() as session:
            ways = reach.reach(session, site.directory, at, channels=site.channels).ways
        return returns.collect(site.store, box, read=read_returned, ways=ways, at=at, language=site.language)
