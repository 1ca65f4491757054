"""When: the jobs of a running alertd, what happens to a late one, signals, and a clean stop. The sole user of APScheduler."""

import logging
import signal
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from alertd import due, pipeline
from alertd.errors import AlertdError
from alertd.site import Site

log = logging.getLogger(__name__)
_T = TypeVar("_T")

# Late is late, not never: a run that could not begin in time begins when it can (APScheduler's own grace is one second), and
# what was missed several times runs once.
JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOOK = 30.0  # seconds at most between two looks whether a poll or a cycle is due: another process may have done it, or died
_FIRST_CYCLE = (
    10.0  # seconds for the first polls to come in, or the first cycle would find nothing and the next be minutes away
)
_LONG_POLL = 20.0  # seconds that one request waits for somebody to write
_INBOX_PAUSE = 30.0  # seconds after a bot server that did not answer, or while another process receives
_MOST_POLLS = 24  # side by side; each holds two connections to the store
_DELIVERY_ENDS, _JOBS_END = 45.0, 5.0  # seconds that a stop waits; what is cut off then is rolled back, or sent again


class Daemon:
    """Runs until a signal ends it. ``rebuild`` gives a new Site from the files as they are now; it raises AlertdError where they
    cannot be used, and the old one goes on."""

    def __init__(self, site: Site, rebuild: Callable[[], Site]) -> None:
        self._jobs = _Jobs(site)
        self._rebuild = rebuild

    def run(self) -> bool:
        """Blocks until SIGTERM or SIGINT; what is in flight is finished, the rest stays claimable. SIGHUP reloads. False: a job
        still waits for a server that does not answer; nothing is lost if the process ends. For the main thread."""
        # Blocked in this thread and in all that it starts, the signals wait for sigwait. A handler of Python's own would run
        # only when a thread that sleeps in a lock wakes up, which can be never.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        self._jobs.begin()
        site = self._jobs.site
        mode, outlook = site.settings.site.mode, self._jobs.outlook()
        log.info(
            "alertd runs: %d sources, mode %s; %s; Ctrl-C or SIGTERM ends it, SIGHUP reads its files anew",
            len(site.sources),
            mode,
            outlook,
        )
        while signal.sigwait(_SIGNALS) == signal.SIGHUP:
            self._reload()
        ended = self._jobs.end()
        log.info("alertd has stopped")
        return ended

    def _reload(self) -> None:
        try:
            site = self._rebuild()
        except AlertdError as error:
            log.error("reload refused, the old configuration goes on:\n%s", error)  # noqa: TRY400 - said to a person
            return
        except Exception:
            log.exception("reload failed, the old configuration goes on")
            return
        self._jobs.end()
        self._jobs = _Jobs(site)
        self._jobs.begin()
        log.info("reloaded: %d sources, mode %s", len(site.sources), site.settings.site.mode)


class _Jobs:
    """The jobs of one Site, from `begin` to `end`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._halt = threading.Event()
        self._running: Counter[str] = Counter()
        self._said: dict[str, str] = {}
        self._changed = threading.Condition()
        self._scheduler = BackgroundScheduler(
            timezone=site.settings.site.timezone,
            job_defaults=JOB_DEFAULTS,
            # a thread for every job, so that a slow source delays no other
            executors={"default": JobThreads(min(len(site.sources), _MOST_POLLS) + 7)},
        )

    def outlook(self) -> str:
        """When the first cycle comes."""
        settings, site = self.site.settings, self.site
        every = f"one every {settings.run.every}"
        try:
            at = due.next_cycle(site.store, settings, site.calendar, site.clock.now())
        except AlertdError as error:
            return str(error)
        if at is None:
            return f"the first cycle comes in {min(settings.run.every.seconds(), _FIRST_CYCLE):.0f} s, then {every}"
        return f"the next cycle comes at {site.calendar.local(at):%H:%M}, then {every}"

    def begin(self) -> None:
        settings, zone = self.site.settings, self.site.settings.site.timezone
        now = datetime.now(zone)

        def every(
            seconds: float,
            job: Callable[..., None],
            *words: str,
            id: str,  # noqa: A002 - APScheduler's
            wait: float = 0.0,
        ) -> None:
            trigger = IntervalTrigger(seconds=seconds, timezone=zone)
            first = now + timedelta(seconds=wait)
            self._scheduler.add_job(job, trigger, words, id=id, next_run_time=first)

        for source in settings.sources:
            every(min(source.every.seconds(), _LOOK), self._poll, source.name, id=f"poll:{source.name}")
        look = min(settings.run.every.seconds(), _LOOK)
        every(look, self._cycle, id="cycle", wait=min(look, _FIRST_CYCLE))
        every(settings.run.deliver_every.seconds(), self._deliver, id="deliver")
        if self.site.returns is not None:
            every(settings.email.bounces.every.seconds(), self._bounces, id="bounces")
        for at in due.moments(settings):  # to the second, where the look every half minute would be late
            trigger = CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=zone)
            self._scheduler.add_job(self._cycle, trigger, id=f"cycle:{at:%H%M%S}")
        if self.site.inbox is not None:
            self._scheduler.add_job(self._receive, id="inbox")
        self._scheduler.start()

    def end(self) -> bool:
        """Wait for what is in flight: first for the messages on their way, then the long poll of the bot server is cut short
        by closing its line, then for polls and cycle. False: a job did not end, and still uses the site."""
        self._halt.set()
        self._scheduler.pause()
        self._wait_for("delivery", _DELIVERY_ENDS)
        for channel in self.site.channels.values():
            channel.close()
        left = self._wait_for("", _JOBS_END)
        self._scheduler.shutdown(wait=not left)
        if left:
            log.warning("still waiting for a server, and left behind: %s", ", ".join(left))
        else:
            self.site.close()
        return not left

    def _wait_for(self, job: str, seconds: float) -> list[str]:
        """Until no job of that name runs (any at all, where it is empty), but not longer; gives those that still do."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._running[job] if job else self._running.total()), seconds)
            return sorted(name for name, count in self._running.items() if count)

    def _poll(self, source: str) -> None:
        self._guarded(f"poll of {source}", lambda: pipeline.poll(self.site, source, if_due=True))

    def _cycle(self) -> None:
        self._guarded("cycle", lambda: pipeline.run_cycle(self.site, if_due=True))

    def _deliver(self) -> None:
        self._guarded("delivery", lambda: pipeline.run_deliveries(self.site, self._halt))

    def _bounces(self) -> None:
        self._guarded("reports of mail servers", lambda: pipeline.run_bounces(self.site))

    def _receive(self) -> None:
        """One long poll after the other: an interval would fire, and be skipped with a warning, while one waits."""
        while not self._halt.is_set():
            if self._guarded("inbox", lambda: pipeline.run_inbox(self.site, _LONG_POLL)) is None:
                self._halt.wait(_INBOX_PAUSE)

    def _guarded(self, what: str, work: Callable[[], _T | None]) -> _T | None:
        """What the work came to, with a line in the log if it came to anything; None where another process is at it. A job
        that fails is said and tried again at its next time; the other jobs go on."""
        with self._changed:
            if self._halt.is_set():
                return None
            self._running[what] += 1
        try:
            done = work()
        except AlertdError as error:
            self._say(what, str(error))
            return None
        except Exception:
            if not self._halt.is_set():  # else: its line was closed under it
                log.exception("%s failed; it is tried again at its next time", what)
            return None
        finally:
            with self._changed:
                self._running[what] -= 1
                self._changed.notify_all()
        if self._said.pop(what, ""):
            log.info("%s: it works again", what)
        if done:
            log.info("%s: %s", what, done)
        return done

    def _say(self, what: str, why: str) -> None:
        """Once, until it works again or fails for another reason: what is said every few seconds hides all else."""
        if self._said.get(what) != why:
            self._said[what] = why
            log.error("%s: %s", what, why)
