"""How a poll ends: failed, confirmed, refused or merged; each is written down in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.errors import SourceFailed
from alertd.intake import guard, index_troubles, ledger, prefer, stage, twice, words
from alertd.intake.belief import Doubted, Measured, Verdict
from alertd.intake.ledger import Counts, Ended
from alertd.intake.merge import Merge, Moved
from alertd.intake.run import Run, later
from alertd.intake.stage import Staged
from alertd.model.datasets import TAKEN_IN
from alertd.model.source import Snapshot
from alertd.model.words import PollState

# What a source finds itself of data that it could read in part: a matter of belief, not of reach.
_OF_BELIEF = ("incomplete", "schema")
_NOTES, _NOTE = 50, 500  # notes of a poll, characters of each
_ENOUGH = 100  # records after which a column that none of them has is worth a note
_MOST_TOLD = 10  # different troubles of a source before it is in order again
_WITH_AN_END = ("files", "assignments")  # datasets whose records end, and may end by leaving the list
_FAILED = "failed"  # one trouble for all the ways not to be reached: they change from poll to poll, the cure does not


@dataclass(frozen=True, slots=True)
class Read:
    """A snapshot that was read to its end, and what the guard said of it."""

    snapshot: Snapshot
    measured: Measured
    staged: Staged
    verdict: Verdict

    def counts(self, moved: Moved) -> Counts:
        return Counts(
            records=self.measured.rows,
            new=moved.new,
            changed=moved.changed,
            unchanged=moved.unchanged,
            gone=moved.gone,
            rejected=self.measured.rejected,
            duplicates=self.staged.duplicates,
        )


def failed(run: Run, error: SourceFailed) -> Ended:
    """It did not answer, or not with data: nothing of it counts, the old records stay."""
    state = PollState.NOT_BELIEVED if error.reason in _OF_BELIEF else PollState.FAILED
    ended = Ended(state, error.reason, str(error))
    with run.store.write() as session:
        ledger.close(session, run.poll, ended, run.clock())
        _tell(session, run, ended, _word(run, error, state), error=error)
        stage.clear(session, run.dataset, run.poll)
    return ended


def _word(run: Run, error: SourceFailed, state: PollState) -> str:
    """A file that cannot be taken is a trouble of its own, each with its cure; but not without end."""
    if state is not PollState.FAILED:
        return error.reason
    told = error.vi and len(run.known.trouble.split()) < _MOST_TOLD
    return f"file-{crc32(error.vi.encode()):08x}" if told else _FAILED


def returned(run: Run, snapshot: Snapshot, why: str) -> Ended:
    """An old file under a new name: it was not read, and nothing of it counts."""
    ended = Ended(PollState.NOT_BELIEVED, Doubted.RETURNED.value, why)
    with run.store.write() as session:
        ledger.close(session, run.poll, ended, run.clock(), as_of=snapshot.as_of, content=snapshot.content)
        _tell(session, run, ended, ended.reason)
    return ended


def confirmed(run: Run, snapshot: Snapshot) -> Ended:
    """The source says that nothing is new: what is believed is as it was, only younger. No record is touched but those that
    the last snapshot did not list: they are missing for the second time."""
    as_of = run.age(snapshot, rows=run.known.records, same=True)
    verdict = guard.age(as_of, run.newest, run.judge, run.now, records=run.known.records)
    if verdict is not None and verdict.reason is not None:
        ended = Ended(PollState.NOT_BELIEVED, verdict.reason.value, verdict.detail)
        with run.store.write() as session:
            ledger.close(session, run.poll, ended, run.clock(), as_of=as_of, complete=True)
            _tell(session, run, ended, ended.reason)
        return ended
    records = run.known.records
    with run.store.write() as session:
        gone = _merge(run, missing=0).confirm(session)
        ended = Ended(PollState.UNCHANGED, counts=Counts(records=records, unchanged=records, gone=gone))
        ledger.close(session, run.poll, ended, run.clock(), as_of=as_of, complete=True)
        marks = snapshot.marks or run.known.marks
        ledger.believe(session, run.source, believed_at=run.now, as_of=as_of, marks=marks)
        if gone:
            ledger.believe(session, run.source, last_event_at=later(run.known.last_event_at, run.now))
        ledger.all_well(session, run.source, run.known.trouble, _well(run, as_of), run.now)
    return ended


def refused(run: Run, read: Read) -> Ended:
    """Not believed: nothing of it is merged. Its marks are forgotten, so that it is read again."""
    reason = read.verdict.reason
    ended = Ended(PollState.NOT_BELIEVED, reason.value if reason else "", read.verdict.detail, read.counts(Moved()))
    with run.store.write() as session:
        _close(session, run, read, ended)
        run.rejects.keep(session, run.poll, run.source, run.known.poll)
        _tell(session, run, ended, ended.reason)
        stage.clear(session, run.dataset, run.poll)
    return ended


def merged(run: Run, read: Read) -> Ended:
    """Believed: records, history, marks, counts and the end of a trouble in one transaction."""
    with run.store.write() as session:
        return merged_in(session, run, read)


def merged_in(session: Session, run: Run, read: Read) -> Ended:
    """The same in the caller's transaction."""
    because = run.known.accept_next if read.verdict.needed else ""
    merge = _merge(run, missing=read.measured.differences.missing)
    if run.known.poll is not None and run.known.dataset != run.dataset:
        prefer.retire(session, run.known.dataset, run.source, run.site.authorities, run.now)
    ledger.believe(session, run.source, ended_by_absence=merge.ends)
    if (log := run.index_log) is not None and run.anew and not run.first:
        log.heal(session, run.site.directory, run.site.calendar.today(run.now))
    moved = merge.run(session, read.staged)
    ended = Ended(PollState.BELIEVED, counts=read.counts(moved))
    _close(session, run, read, ended, because=because)
    ledger.believe(
        session,
        run.source,
        dataset=run.dataset,
        fingerprint=run.fingerprint,
        mapping=run.mapping,
        believed_poll=run.poll,
        believed_at=run.now,
        as_of=read.measured.as_of,
        records=read.staged.listed,
        last_event_at=_last_event(session, run, moved),
        newest_event_at=run.newest,
        marks=read.snapshot.marks,
    )
    before = index_troubles.told_before(session, run.source, run.known.poll) if run.index_log is not None else ()
    run.rejects.keep(session, run.poll, run.source, run.poll)
    if run.index_log is not None:
        index_troubles.tell(session, run.source, run.rejects.remarked(), run.site, run.now, before)
    twice.tell(session, run.source, run.dataset, read.staged, run.site, run.now)
    ledger.all_well(session, run.source, run.known.trouble, _well(run, read.measured.as_of), run.now)
    if run.known.accept_next:
        let_in = read.verdict.detail if read.verdict.needed else ""
        ledger.spend(session, run.source, run.known.accept_next, run.poll, let_in=let_in, now=run.now)
    return ended


def _merge(run: Run, *, missing: int) -> Merge:
    return Merge(
        dataset=run.dataset,
        source=run.source,
        poll=run.poll,
        at=run.at,
        first=run.first,
        missing=missing,
        whole=run.settings.covers == "all",
        ends=run.dataset in _WITH_AN_END and run.settings.missing_means == "ended",
        mapped=frozenset(run.settings.taken),
        alike=not run.remapped,
        authorities=run.site.authorities,
    )


def _close(session: Session, run: Run, read: Read, ended: Ended, *, because: str = "") -> None:
    ledger.close(
        session,
        run.poll,
        ended,
        run.clock(),
        as_of=read.measured.as_of,
        complete=read.measured.complete,
        notes=_notes(run, read),
        because=because,
        content=read.snapshot.content,
        remapped=run.remapped,
    )


def _notes(run: Run, read: Read) -> list[str]:
    """What the source repaired or cut, and which mapped columns it may not have: a wrong name, or nothing to say in them."""
    notes, measured = [note[:_NOTE] for note in read.snapshot.notes[:_NOTES]], read.measured
    if measured.absent and measured.rows >= _ENOUGH:
        notes.append(words.absent(measured.absent, run.site.language)[:_NOTE])
    return notes


def _tell(session: Session, run: Run, ended: Ended, word: str, *, error: SourceFailed | None = None) -> None:
    """``error``: the source's own, which is quoted in English where it does not speak the office's language."""
    own = error.vi if error is not None and run.site.language == "vi" else ""
    # where nothing happens any more the figures are of the last event, however often they were read since
    silent = ended.reason == Doubted.SILENT.value and run.newest is not None
    sentence = words.trouble(
        run.source,
        own or ended.detail,
        run.newest if silent else run.known.as_of,
        run.site.language,
        run.site.zone,
        failed=ended.state is PollState.FAILED,
        quoted=ended.reason if error is not None and not own else "",
    )
    ledger.tell(session, run.source, run.known.trouble, word, sentence, run.now)


def _well(run: Run, as_of: datetime | None) -> str:
    return words.believed_again(run.source, as_of or run.now, run.site.language, run.site.zone)


def _last_event(session: Session, run: Run, moved: Moved) -> datetime | None:
    """The bound below which rules may be evaluated live. What alertd dates itself (moved to another unit, ended by absence)
    happens now. One that lay ahead may have been taken back: only then all records are looked at."""
    bound = later(run.known.last_event_at, run.normaliser.latest)
    if bound is not None and bound > run.now:
        table = TAKEN_IN[run.dataset].table.c
        found = session.connection().execute(select(func.max(table.last_event_at)).where(table.source == run.source))
        bound = found.scalar()
    return later(bound, run.now) if moved.changed or moved.gone else bound
