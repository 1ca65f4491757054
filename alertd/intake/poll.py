"""One poll of one source, in its order: read, normalise, stage, judge, merge. Nothing else is decided here."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from alertd.errors import AlertdError, Refused, SourceFailed
from alertd.intake import guard, ledger, outcome, run, stage
from alertd.intake.belief import NO_DIFFERENCE, Doubted, Measured, Verdict
from alertd.intake.doubts import doubt
from alertd.intake.ledger import Counts, Ended
from alertd.intake.measure import Measure
from alertd.intake.outcome import Read
from alertd.intake.reading import Reader, Reading
from alertd.intake.run import Run
from alertd.intake.site import IntakeSite
from alertd.intake.stage import Stage, Staged
from alertd.intake.values import Expected
from alertd.intake.words import shown_time
from alertd.model.datasets import TAKEN_IN
from alertd.model.polls import STAGES
from alertd.model.source import Snapshot, Source
from alertd.model.words import PollState
from alertd.settings.source_shapes import SourceSettings
from alertd.store import audit
from alertd.store.database import Store

_log = logging.getLogger(__name__)
_UNFORESEEN = "a fault of alertd's own over these data; hand the text and the data to those who look after alertd"
# From so many written records on, the database is told anew how its table looks.
_LARGE = 10_000


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to. ``reason`` is one word, ``detail`` a sentence with the cure; both empty where it is believed."""

    poll: int
    source: str
    state: PollState
    reason: str
    detail: str
    counts: Counts

    @property
    def believed(self) -> bool:
        return self.state in (PollState.BELIEVED, PollState.UNCHANGED)

    def __str__(self) -> str:
        if not self.believed:
            return f"{self.state.value} ({self.reason}): {self.detail}"
        c = self.counts
        return (
            f"{self.state.value}: {c.records} records, {c.new} new, {c.changed} changed, {c.unchanged} unchanged,"
            f" {c.gone} gone, {c.rejected} rejected, {c.duplicates} duplicates"
        )


def poll(
    store: Store,
    source: Source,
    settings: SourceSettings,
    site: IntakeSite,
    *,
    now: datetime,
    clock: Callable[[], datetime],
) -> Polled:
    """Read a source once. The caller holds the source's lock: one poll of it at a time. A source that fails is a result;
    raises CannotRun where the store is unwell. Killed at any point, it leaves what is believed whole."""
    this = run.begin(store, settings, site, now.astimezone(UTC).replace(microsecond=0), clock)
    ended = _read_and_judge(this, source)
    return Polled(this.poll, settings.name, ended.state, ended.reason, ended.detail, ended.counts)


def accept(session: Session, source_name: str, *, reason: str, by: str, now: datetime) -> None:
    """Let the next snapshot of the source in, once, however much it lost, brought or changed; nothing that cannot be true is
    let through. Raises Refused for a source that was never read, and for no reason."""
    if not reason.strip():
        raise Refused("why is it true that so much has changed? Give a reason: it stays in the audit")
    if not ledger.accept_next(session, source_name, reason.strip()):
        raise Refused(f"no source named {source_name!r} has been read yet; see `alertd sources list`")
    audit.record(
        session, at=now, actor=by, action="source.accept", subject=f"source:{source_name}", reason=reason.strip()
    )


def _read_and_judge(this: Run, source: Source) -> Ended:
    try:
        opened = open_source(this, source)
    except SourceFailed as error:
        return outcome.failed(this, error)
    if opened.returned and not this.known.accept_next:
        return outcome.returned(this, opened.snapshot, opened.returned)
    if opened.snapshot.unchanged and this.known.poll is not None:
        return outcome.confirmed(this, opened.snapshot)
    read = judged(this, opened)
    if read.verdict.reason is not None:
        return outcome.refused(this, read)
    ended = outcome.merged(this, read)
    tidy(this, ended.counts)
    return ended


@dataclass(frozen=True)
class Opened:
    """A snapshot whose rows lie on the stage. ``returned``: why it is an old one that came back; none of it was read then,
    unless somebody said that it is true."""

    snapshot: Snapshot
    seen: Reading
    returned: str


def open_source(this: Run, source: Source) -> Opened:
    """Raises SourceFailed, also for what nobody foresaw in one source's data: it must not stop the others."""
    try:
        snapshot = source.open({} if this.anew else this.known.marks, this.now)
        returned = _returned(this, snapshot)
        if returned and not this.known.accept_next:
            snapshot.close()
            return Opened(snapshot, Reading(), returned)
        return Opened(snapshot, _onto_the_stage(this, snapshot), returned)
    except AlertdError:
        raise
    except Exception as error:
        _log.info("poll of %s", this.source, exc_info=True)
        said = f"{_UNFORESEEN} ({type(error).__name__}: {error!s:.200})"
        raise SourceFailed("fault", said) from error


def judged(this: Run, opened: Opened) -> Read:
    """What lies on the stage, measured beside what is stored, with the guard's word about it."""
    snapshot, seen, returned = opened.snapshot, opened.seen, opened.returned
    with this.store.write() as session:
        if (log := this.index_log) is not None and not this.first:
            log.keep_new(session)
        staged = stage.settle(session, this.dataset, this.poll)
        sums = log.wrong_sums(session) if log is not None else ()
    for code, times in staged.repeated:
        this.rejects.repeated(code, times)
    for line in sums:
        this.rejects.remark("", "", [("score", line, Expected.SUM)])
    measured = _measure(this, snapshot, seen, staged)
    verdict = guard.judge(measured, this.judge, this.now)
    if returned and verdict.reason is None:  # somebody said that it is as it was
        verdict = Verdict(detail=f"{returned}; {verdict.detail}" if verdict.detail else returned, needed=True)
    return Read(snapshot, measured, staged, verdict)


def _returned(this: Run, snapshot: Snapshot) -> str:
    """Why an old file that comes back under a new name is not the newest list; empty where it is none."""
    if not snapshot.content:
        return ""
    with this.store.read() as session:
        at = ledger.replaced(session, this.source, snapshot.content, this.known.poll)
    if at is None:
        return ""
    facts = {"what": snapshot.marks["file"], "at": shown_time(at, this.site.zone), "source": this.source}
    return doubt(Doubted.RETURNED.value, this.site.language, facts)


def _onto_the_stage(this: Run, snapshot: Snapshot) -> Reading:
    place = Stage(this.store, this.dataset, this.source, this.poll)
    return Reader(place, this.normaliser, this.rejects, fresh=this.anew).read(snapshot)


def _measure(this: Run, snapshot: Snapshot, seen: Reading, staged: Staged) -> Measured:
    known, found = this.known, NO_DIFFERENCE
    if not this.first and (log := this.index_log) is not None:
        with this.store.read() as session:
            found = log.differences(session)
    elif not this.first:
        stored, whole = STAGES[this.dataset].c, this.settings.covers == "all"
        measure = Measure(
            dataset=this.dataset,
            source=this.source,
            poll=this.poll,
            at=this.at,
            whole=whole,
            fields=[name for name in this.settings.taken if name in stored and name != "code"],
            gains=whole and not this.anew,
            believed_at=known.at,
        )
        with this.store.read() as session:
            found = measure.differences(session, staged)
    return Measured(
        complete=snapshot.complete,
        notes=tuple(snapshot.notes),
        rows=seen.rows,
        rejected=this.rejects.dropped,
        listed=staged.listed,
        before=known.records if known.poll is not None and known.dataset == this.dataset else None,
        differences=found,
        absent=tuple(sorted(seen.absent)),
        as_of=this.age(snapshot, seen.rows, same=not staged.fresh),
        newest=this.newest,
        anew=this.anew,
        days=1 if known.at is None else max(1, math.ceil((this.now - known.at) / timedelta(days=1))),
    )


def tidy(this: Run, counts: Counts) -> None:
    """What need not be part of the merge: the next poll would clear the stage as well."""
    with this.store.write() as session:
        stage.clear(session, this.dataset, this.poll)
        if counts.new + counts.changed >= _LARGE:
            this.store.dialect.refresh_statistics(session.connection(), TAKEN_IN[this.dataset].table)
