"""Read a source anew because its mapping has changed: onto the stage first, then, in the caller's transaction, what that moves and
the merge. Nothing of it stays where that transaction is rolled back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, select
from sqlmodel import Session

from alertd.intake import ledger, outcome, run
from alertd.intake.fingerprint import fingerprint
from alertd.intake.ledger import Counts
from alertd.intake.outcome import Read
from alertd.intake.poll import judged, open_source, tidy
from alertd.intake.run import Run
from alertd.intake.site import IntakeSite
from alertd.model.base import table_of
from alertd.model.datasets import TAKEN_IN
from alertd.model.polls import STAGES, SourceState
from alertd.model.source import Source
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store

_s = table_of(SourceState).c
# What alertd itself knows of a record, where its source does not say it.
_CONTINUED = {"unit_since", "first_due_at", "extensions"}
NEW = "(new)"  # in place of a field: records that were not stored


@dataclass(frozen=True, slots=True)
class Moves:
    """What another reading of a source says of records that are stored: by field, of how many it says something else;
    ``counts``: of the merge."""

    source: str
    fields: Mapping[str, int]
    counts: Counts


@dataclass(frozen=True)
class Anew:
    """A source that lies on the stage as its mapping is now. ``doubt``: why the guard does not believe it; empty: it does."""

    run: Run
    read: Read

    @property
    def source(self) -> str:
        return self.run.source

    @property
    def doubt(self) -> str:
        return self.read.verdict.detail if self.read.verdict.reason is not None else ""

    def merge(self, session: Session) -> Moves:
        """Take it in, in the caller's transaction; gives what that moves."""
        fields = _differences(session, self.run)
        ended = outcome.merged_in(session, self.run, self.read)
        return Moves(self.source, fields, ended.counts)

    def done(self, moves: Moves) -> None:
        """It was committed."""
        tidy(self.run, moves.counts)

    def undo(self) -> None:
        """It was a look: no trace of it stays."""
        with self.run.store.write() as session:
            ledger.forget(session, self.run.dataset, self.run.poll)


def changed_mappings(session: Session, sources: Sequence[SourceSettings], site: IntakeSite) -> list[str]:
    """Sources whose records were read in another way than they would be now; one that was never read is none."""
    known = {row.source: row.fingerprint for row in session.connection().execute(select(_s.source, _s.fingerprint))}
    return [
        source.name for source in sources if known.get(source.name) and known[source.name] != fingerprint(source, site)
    ]


def read_anew(
    store: Store,
    source: Source,
    settings: SourceSettings,
    site: IntakeSite,
    *,
    now: datetime,
    clock: Callable[[], datetime],
) -> Anew:
    """Read it onto the stage, and let the guard judge it. Raises SourceFailed, with nothing left behind."""
    this = run.begin(store, settings, site, now.astimezone(UTC).replace(microsecond=0), clock)
    try:
        return Anew(this, judged(this, open_source(this, source)))
    except BaseException:
        with store.write() as session:
            ledger.forget(session, this.dataset, this.poll)
        raise


def _differences(session: Session, this: Run) -> dict[str, int]:
    """One statement: of the records that are stored and came anew, how many say something else in each field."""
    dataset = TAKEN_IN[this.dataset]
    stored, staged = dataset.table.c, STAGES[this.dataset].c
    kept = {"code", *(_CONTINUED - set(this.settings.fields))}
    names = [name for name in dataset.fields if name in stored and name in staged and name not in kept]
    differs = {name: case((stored[name].is_distinct_from(staged[name]), 1), else_=0) for name in names}
    pairs = and_(
        staged.poll_id == this.poll,
        staged.fresh.is_(True),
        stored.source == this.source,
        stored.code == staged.code,
        stored.gone_at.is_(None),
    )
    columns: list[Any] = [func.sum(each).label(name) for name, each in differs.items()]
    row = session.connection().execute(select(*columns).where(pairs)).mappings().one()
    new = exists().where(stored.source == this.source, stored.code == staged.code)
    count = (
        select(func.count()).select_from(STAGES[this.dataset]).where(staged.poll_id == this.poll, staged.fresh, ~new)
    )
    found = {name: int(row[name] or 0) for name in names}
    found[NEW] = int(session.connection().execute(count).scalar_one())
    return {name: number for name, number in found.items() if number}
