"""In which order: poll, run_cycle, run_deliveries, run_inbox. Four clocks drive them; each is guarded by a lock of its own.

poll → normalise → stage → guard → merge │ evaluate → reconcile → tell → digests → outbox ┊ deliver → the head's phone
                                            ↑ enrol, acknowledge, dispute  ←  run_inbox  ←  /start, buttons, replies
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from alertd import due
from alertd.alerts import acknowledge, cycles, lifecycle
from alertd.alerts.lifecycle import Reconciled
from alertd.channels.base import Channel, Inbox
from alertd.contacts import bindings, changes, inbox, reach
from alertd.contacts.bindings import Change
from alertd.errors import AlertdError, SourceFailed
from alertd.intake import freshness
from alertd.intake import poll as intake
from alertd.intake.poll import Polled
from alertd.intake.site import IntakeSite
from alertd.model.asof import AsOf
from alertd.model.calendar import WorkingCalendar
from alertd.model.clock import Clock
from alertd.model.directory import Directory
from alertd.model.message import Incoming, Reply
from alertd.model.reach import Reach
from alertd.model.rule import Evaluation
from alertd.model.source import Source
from alertd.model.words import ChannelName
from alertd.notices import deliver, digest, office, tell
from alertd.notices.policy import Policy
from alertd.notices.templates import Templates
from alertd.rules import evaluate
from alertd.rules.rulebook import Rulebook
from alertd.settings.shapes import Settings
from alertd.store import lock
from alertd.store.database import Store


@dataclass(frozen=True)
class Site:
    """One administration with all that its alertd works with; `wiring` builds it. ``worker`` names this process among
    those that share the store; ``close`` gives back what was opened."""

    settings: Settings
    store: Store
    calendar: WorkingCalendar
    directory: Directory
    rules: Rulebook
    templates: Templates
    sources: Mapping[str, Source]
    channels: Mapping[ChannelName, Channel]
    inbox: Inbox | None
    reading: IntakeSite
    policy: Policy
    clock: Clock
    worker: str
    close: Callable[[], None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cycled:
    """What a cycle came to, for one line in the log."""

    cycle: int
    evaluation: Evaluation
    reconciled: Reconciled
    notices: int
    digests: int
    office: int

    def __str__(self) -> str:
        done = self.evaluation
        counts = [f"{count} {reason.value}" for reason, count in sorted(self.reconciled.counts.items()) if count]
        sent = f"{self.notices} notices, {self.digests} digests, {self.office} to the office"
        faults = [f"rule {rule} failed: {what}" for rule, what in done.faults.items()]
        return "; ".join((f"no. {self.cycle}: {done.findings} findings", *counts, sent, *faults))


@dataclass(frozen=True, slots=True)
class Once:
    """What `run_once` came to. ``unanswered``: why the inbox could not be read; empty: it could."""

    polls: Sequence[Polled]
    cycle: Cycled | None
    delivered: deliver.Delivered
    unanswered: str


def poll(site: Site, source: str, *, if_due: bool = False) -> Polled | None:
    """Read one source: stage its pages, let the guard judge them, merge what is believed. None: another process is at it,
    or, with ``if_due``, some process has read it not longer ago than its interval."""
    settings = next(found for found in site.settings.sources if found.name == source)
    with lock.held(site.store, f"poll:{source}") as mine:
        if not mine or (if_due and not due.poll_is_due(site.store, settings, site.clock.now())):
            return None
        return intake.poll(
            site.store, site.sources[source], settings, site.reading, now=site.clock.now(), clock=site.clock.now
        )


def run_cycle(site: Site, *, if_due: bool = False) -> Cycled | None:
    """Find, reconcile, tell: one transaction over the last believed snapshots. None: another process is at it, or, with
    ``if_due``, one ran not longer ago than the interval, and no moment of the day has come since."""
    with lock.held(site.store, "cycle") as mine:
        if not mine or (if_due and not due.cycle_is_due(site.store, site.settings, site.calendar, site.clock.now())):
            return None
        with site.store.write() as session:
            now = site.clock.now()
            at = AsOf(now, site.calendar, evaluate.live_mode(session, now))
            cycle = cycles.begin(session, at, site.rules.set)
            evaluate.keep_versions(session, site.rules.set, now)
            fresh = freshness.freshness(session, site.settings.sources, at)
            people = _reachable(session, site, at)

            evaluation = evaluate.evaluate(session, site.rules, at)
            reconciled = lifecycle.reconcile(session, site.rules.set, evaluation, fresh, at, cycle)

            desk = tell.Desk(site.settings, site.rules.set, site.templates, people, fresh)
            told = tell.tell(session, desk, at, cycle)
            digests = digest.write_digests(session, desk, at, cycle)
            warned = office.tell_office(session, desk, at, cycle)
            cycles.close(session, cycle, evaluation, reconciled.counts, told.notices + digests + warned, now)
        return Cycled(cycle, evaluation, reconciled, told.notices, digests, warned)


def run_once(site: Site) -> Once:
    """Everything once, in its order: what people wrote, every source, one cycle, deliveries until nothing is sendable now.
    A source or bot server that fails does not stop the rest."""
    try:
        run_inbox(site)
        unanswered = ""
    except SourceFailed as error:
        unanswered = str(error)
    polls = [done for name in site.sources if (done := poll(site, name)) is not None]
    return Once(polls, run_cycle(site), run_deliveries(site), unanswered)


def run_deliveries(site: Site, stop: threading.Event | None = None) -> deliver.Delivered:
    """Send what may go now. Safe in several processes at once: each claims its own."""
    with site.store.write() as session:
        _end_stale(session, site, AsOf(site.clock.now(), site.calendar))
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
        received = site.inbox.receive(offset, wait=wait)
        for incoming in received:
            for reply in _handled_or_passed_over(site, incoming):
                site.inbox.reply(reply)
        return len(received)


def _handled_or_passed_over(site: Site, incoming: Incoming) -> tuple[Reply, ...]:
    at = AsOf(site.clock.now(), site.calendar)
    try:
        return _handle(site, incoming, at)
    except AlertdError:
        raise
    except Exception as error:  # noqa: BLE001 - one message that nobody foresaw must not keep all others, and the cycle, waiting
        with site.store.write() as session:
            why = type(error).__name__
            inbox.pass_over(session, incoming, why, at, language=site.settings.site.language)
        return ()


def _handle(site: Site, incoming: Incoming, at: AsOf) -> tuple[Reply, ...]:
    with site.store.write() as session:
        handled = inbox.handle(session, incoming, site.directory, at, language=site.settings.site.language)
        if (wanted := handled.acknowledge) is not None:
            acknowledge.acknowledge_notice(session, wanted.notice_id, by=wanted.name, at=at)
        _note(session, site, handled.changes, at)
    return handled.replies


def _reachable(session: Session, site: Site, at: AsOf) -> Reach:
    """Who can be reached now; bindings of people who are no longer named end first."""
    _end_stale(session, site, at)
    return reach.reach(session, site.directory, at, channels=site.channels)


def _end_stale(session: Session, site: Site, at: AsOf) -> None:
    _note(session, site, bindings.end_stale(session, site.directory, at), at)


def _note(session: Session, site: Site, changed: Sequence[Change], at: AsOf) -> None:
    changes.note(session, changed, site.directory, language=site.settings.site.language, now=at.now)
