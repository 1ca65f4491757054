"""When: the jobs of a running alertd, what happens to a late one, signals, and a clean stop. The sole user of APScheduler."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from alertd import pipeline
from alertd.errors import AlertdError, SourceFailed
from alertd.pipeline import Site

log = logging.getLogger(__name__)

# Late is late, not never: a run that could not begin in time begins when it can (APScheduler's own grace is one second), and
# what was missed several times runs once.
JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
_LONG_POLL = 20.0  # seconds that one request waits for somebody to write
_INBOX_PAUSE = 30.0  # seconds after a bot server that did not answer


class Daemon:
    """Runs until `stop`. ``rebuild`` gives a new Site from the files as they are now; it raises AlertdError where they
    cannot be used, and the old one goes on."""

    def __init__(self, site: Site, rebuild: Callable[[], Site]) -> None:
        self._site = site
        self._rebuild = rebuild
        self._stopping = threading.Event()
        self._reloading = threading.Event()
        self._woken = threading.Event()
        self._delivering = threading.Lock()
        self._scheduler: BackgroundScheduler | None = None

    def run(self) -> None:
        """Blocks until SIGTERM, SIGINT or `stop`; what is in flight is finished, the rest stays claimable."""
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)
        self._begin()
        log.info("alertd runs: %d sources, mode %s", len(self._site.sources), self._site.settings.site.mode)
        while not self._stopping.is_set():
            self._woken.wait()
            self._woken.clear()
            if self._reloading.is_set() and not self._stopping.is_set():
                self._reloading.clear()
                self._reload()
        self._end()
        log.info("alertd has stopped")

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    def _on_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stop()

    def _on_reload(self, _signal: int, _frame: FrameType | None) -> None:
        self._reloading.set()
        self._woken.set()

    def _begin(self) -> None:
        site, run = self._site, self._site.settings.run
        threads = len(site.sources) + 6  # a thread for every job, so that a slow source delays no other
        scheduler = BackgroundScheduler(
            timezone=site.settings.site.timezone,
            job_defaults=JOB_DEFAULTS,
            executors={"default": JobThreads(threads)},
        )
        zone = site.settings.site.timezone
        now = datetime.now(zone)
        for source in site.settings.sources:
            every = IntervalTrigger(seconds=source.every.seconds(), timezone=zone)
            scheduler.add_job(self._poll, every, [source.name], id=f"poll:{source.name}", next_run_time=now)
        cycle = IntervalTrigger(seconds=run.every.seconds(), timezone=zone)
        scheduler.add_job(self._cycle, cycle, id="cycle", next_run_time=now)
        at = site.settings.digest.at
        scheduler.add_job(self._cycle, CronTrigger(hour=at.hour, minute=at.minute, timezone=zone), id="digest")
        for opening, _ in site.settings.calendar.office_hours:
            trigger = CronTrigger(hour=opening.hour, minute=opening.minute, second=5, timezone=zone)
            scheduler.add_job(self._cycle, trigger, id=f"opening:{opening:%H%M}")
        deliver = IntervalTrigger(seconds=run.deliver_every.seconds(), timezone=zone)
        scheduler.add_job(self._deliver, deliver, id="deliver", next_run_time=now)
        if site.inbox is not None:
            scheduler.add_job(self._receive, IntervalTrigger(seconds=1, timezone=zone), id="inbox", next_run_time=now)
        scheduler.start()
        self._scheduler = scheduler

    def _end(self) -> None:
        """Wait for what is in flight: first for the messages on their way, then the long poll of the bot server is cut short
        by closing its line, then for polls and cycle."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.pause()
            with self._delivering:
                for channel in self._site.channels.values():
                    channel.close()
            scheduler.shutdown(wait=True)
        self._site.close()

    def _reload(self) -> None:
        try:
            fresh = self._rebuild()
        except AlertdError as error:
            log.error("reload refused, the old configuration goes on:\n%s", error)  # noqa: TRY400 - said to a person
            return
        self._end()
        self._site = fresh
        self._begin()
        log.info("reloaded")

    def _poll(self, source: str) -> None:
        self._guarded(f"poll of {source}", lambda: pipeline.poll(self._site, source))

    def _cycle(self) -> None:
        self._guarded("cycle", lambda: pipeline.run_cycle(self._site))

    def _deliver(self) -> None:
        with self._delivering:
            self._guarded("delivery", lambda: pipeline.run_deliveries(self._site, self._stopping))

    def _receive(self) -> None:
        try:
            pipeline.run_inbox(self._site, _LONG_POLL)
        except SourceFailed as error:
            log.warning("inbox: %s", error)
            self._stopping.wait(_INBOX_PAUSE)
        except AlertdError as error:
            log.error("inbox: %s", error)  # noqa: TRY400 - said to a person
            self._stopping.wait(_INBOX_PAUSE)

    def _guarded(self, what: str, work: Callable[[], object]) -> None:
        """A job that fails is said and tried again at its next time; the other jobs go on."""
        if self._stopping.is_set():
            return
        try:
            done = work()
        except AlertdError as error:
            log.error("%s: %s", what, error)  # noqa: TRY400 - said to a person
        except Exception:
            log.exception("%s failed; it is tried again at its next time", what)
        else:
            if done is not None:
                log.info("%s: %s", what, done)
