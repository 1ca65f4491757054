"""One poll of one source, in its order: read, normalise, stage, judge, merge. Nothing else is decided here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from alertd.errors import AlertdError, Refused, SourceFailed
from alertd.intake import guard, ledger, outcome, run, stage
from alertd.intake.guard import Measured
from alertd.intake.ledger import Counts, Ended
from alertd.intake.measure import NOTHING_LOST, losses
from alertd.intake.outcome import Read
from alertd.intake.reading import Reader, Reading
from alertd.intake.run import Run
from alertd.intake.site import IntakeSite
from alertd.intake.stage import Stage, Staged
from alertd.model.datasets import DATASETS
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
    """Let the next snapshot of the source in whatever it lost, once; nothing else about it is let through. Raises Refused
    for a source that was never read, and for no reason."""
    if not reason.strip():
        raise Refused("why has the source truly lost so much? Give a reason: it stays in the audit")
    if not ledger.accept_next(session, source_name, reason.strip()):
        raise Refused(f"no source named {source_name!r} has been read yet; see `alertd sources list`")
    audit.record(
        session, at=now, actor=by, action="source.accept", subject=f"source:{source_name}", reason=reason.strip()
    )


def _read_and_judge(this: Run, source: Source) -> Ended:
    try:
        snapshot = source.open({} if this.anew else this.known.marks, this.now)
        seen = _onto_the_stage(this, snapshot)
    except SourceFailed as error:
        return outcome.failed(this, error)
    except AlertdError:
        raise
    except Exception as error:  # noqa: BLE001 - what nobody foresaw in one source's data must not stop the others
        _log.info("poll of %s", this.source, exc_info=True)
        return outcome.failed(this, SourceFailed("fault", f"{_UNFORESEEN} ({type(error).__name__}: {error!s:.200})"))
    if snapshot.unchanged and this.known.poll is not None:
        return outcome.confirmed(this, snapshot)
    with this.store.write() as session:
        staged = stage.settle(session, this.dataset, this.poll)
    for code, times in staged.repeated:
        this.rejects.repeated(code, times)
    measured = _measure(this, snapshot, seen, staged)
    read = Read(snapshot, measured, staged, guard.judge(measured, this.judge, this.now))
    if read.verdict.reason is not None:
        return outcome.refused(this, read)
    ended = outcome.merged(this, read)
    _tidy(this, ended)
    return ended


def _onto_the_stage(this: Run, snapshot: Snapshot) -> Reading:
    place = Stage(this.store, this.dataset, this.source, this.poll)
    return Reader(place, this.normaliser, this.rejects, fresh=this.anew).read(snapshot)


def _measure(this: Run, snapshot: Snapshot, seen: Reading, staged: Staged) -> Measured:
    lost = NOTHING_LOST
    if not this.first:
        stored = STAGES[this.dataset].c
        fields = [name for name in this.settings.fields if name in stored and name != "code"]
        whole = this.settings.covers == "all"
        with this.store.read() as session:
            lost = losses(session, this.dataset, this.source, this.poll, staged, whole=whole, fields=fields)
    known = this.known
    return Measured(
        complete=snapshot.complete,
        notes=tuple(snapshot.notes),
        rows=seen.rows,
        rejected=this.rejects.dropped,
        listed=staged.listed,
        before=known.records if known.poll is not None and known.dataset == this.dataset else None,
        losses=lost,
        absent=tuple(sorted(seen.absent)),
        as_of=this.age(snapshot, seen.rows),
        newest=this.newest,
    )


def _tidy(this: Run, ended: Ended) -> None:
    """What need not be part of the merge: the next poll would clear the stage as well."""
    with this.store.write() as session:
        stage.clear(session, this.dataset, this.poll)
        if ended.counts.new + ended.counts.changed >= _LARGE:
            this.store.dialect.refresh_statistics(session.connection(), DATASETS[this.dataset].table)
