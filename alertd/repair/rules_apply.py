"""What a change of a mapping, or of rules that have not run yet, moves: shown without a trace, then done in one transaction.

Sources whose mapping in config.toml is another than the one by which their records were read are read anew onto the stage; what
is believed of them is merged, and a cycle runs over it, all of it rolled back unless it is to stand. In mode live a change of
rules needs its release first: what counts is the set in force.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC

from sqlmodel import Session

from alertd import pipeline
from alertd.errors import CannotRun, Refused, Said
from alertd.intake.anew import Anew, Moves, changed_mappings, read_anew
from alertd.model.words import Reason
from alertd.readers import invite
from alertd.repair.alone import alone
from alertd.repair.effect import Effect, Reader, next_cycle
from alertd.rules import kept
from alertd.site import Site, as_believed, as_counted
from alertd.store import audit


@dataclass(frozen=True, slots=True)
class Applied:
    """``moves``: by source, what its mapping moves; ``doubts``: source → why it is not believed as it is read now. ``rules``:
    added, changed, removed since the last cycle. ``without``: what the next cycle does as things are, ``after``: with the
    change. ``cycle``: the one that did it, once it is done."""

    moves: Sequence[Moves]
    doubts: Mapping[str, str]
    rules: Mapping[str, Sequence[str]]
    without: Effect
    after: Effect
    cycle: int | None = None

    def __bool__(self) -> bool:
        return bool(self.moves or self.doubts or self.rules)

    @property
    def new_heads(self) -> Sequence[Reader]:
        before = {reader.person for reader in self.without.readers}
        return sorted(
            (reader for reader in self.after.readers if reader.person not in before), key=lambda each: each.name
        )

    @property
    def opened(self) -> int:
        return sum(self.after.begun(rule) - self.without.begun(rule) for rule in self.after.alerts)

    @property
    def withdrawn(self) -> int:
        return sum(self.after.ended(rule) - self.without.ended(rule) for rule in self.after.alerts)


def look(site: Site) -> Applied:
    """What it would move. Nothing of it stays. Raises SourceFailed where a source cannot be read as its mapping says."""
    site = _at_one_moment(site)
    with alone(site), _read(site) as sources:
        return _look(site, sources)


def apply(site: Site, *, by: str, reason: str) -> Applied:
    """The same, and do it: one transaction, one row of the audit. Raises Refused where a source is not believed."""
    if not reason.strip():
        raise CannotRun(
            Said(
                'say why, for the audit: --reason "Cột hạn trả đã đổi tên"',
                'xin ghi lý do để lưu nhật ký: --reason "Cột hạn trả đã đổi tên"',
            )
        )
    site = _at_one_moment(as_believed(site))
    with alone(site), _read(site) as sources:
        shown = _look(site, sources)
        if shown.doubts or not shown:
            _refuse(shown.doubts)
            return shown
        with site.store.write() as session:
            moves = [each.merge(session) for each in sources]
            done, seen = pipeline.cycle(session, site, Reason.MAPPING_CHANGED)
            shown = replace(shown, moves=moves, cycle=done.cycle)
            _record(session, site, shown, by, reason.strip())
        for each, moved in zip(sources, moves, strict=True):
            each.done(moved)
    invite(site.store, site.settings, site.channels, site.inbox, seen.shifts, seen.desk.reach, seen.at)
    return shown


def _at_one_moment(site: Site) -> Site:
    """What is read anew is known by the moment at which that was."""
    now = site.clock.now().astimezone(UTC).replace(microsecond=0)
    return replace(site, clock=replace(site.clock, now=lambda: now))


@contextmanager
def _read(site: Site) -> Iterator[list[Anew]]:
    """The sources to be read anew, on the stage; what was not committed leaves nothing there."""
    with site.store.read() as session:
        reading = as_counted(session, site).reading
        names = changed_mappings(session, site.settings.sources, reading)
    sources: list[Anew] = []
    try:
        for settings in site.settings.sources:
            if settings.name in names:
                source, now = site.sources[settings.name], site.clock.now
                sources.append(read_anew(site.store, source, settings, reading, now=now(), clock=now))
        yield sources
    finally:
        for each in sources:
            each.undo()


def _look(site: Site, sources: Sequence[Anew]) -> Applied:
    with site.store.rehearse() as session:
        ran, rules = kept.ran_last(session), kept.composition(site.rules.set)
        changed = {} if site.rules.set.unread or not ran else kept.changed(ran, rules)
        differs = {kind: sorted(names) for kind, names in changed.items() if kind != "set_aside"}
        folder, language = site.in_force.folder, site.language
        book = kept.book_that_ran(session, folder, language=language, known=site.known) if differs else site.rules
        without = next_cycle(session, replace(site, rules=book))
    with site.store.rehearse() as session:
        moves = [each.merge(session) for each in sources if not each.doubt]
        after = next_cycle(session, site, Reason.MAPPING_CHANGED)
    doubts = {each.source: each.doubt for each in sources if each.doubt}
    return Applied(moves, doubts, differs, without, after)


def _refuse(doubts: Mapping[str, str]) -> None:
    for source, why in doubts.items():
        raise Refused(
            Said(
                f"source {source} is not believed as it is read now: {why}. Correct the mapping; if it is true: `alertd sources "
                f'accept {source} --reason "…"`, then again',
                f"nguồn {source} đọc theo cấu hình mới chưa đủ tin cậy: {why}. Xin sửa lại phần khai báo; nếu đúng là như vậy: "
                f'`alertd sources accept {source} --reason "…"`, rồi chạy lại',
            )
        )


def _record(session: Session, site: Site, shown: Applied, by: str, reason: str) -> None:
    by_reason: dict[str, int] = {}
    for counts in shown.after.alerts.values():
        for why, count in counts.items():
            by_reason[Reason(why).value] = by_reason.get(Reason(why).value, 0) + count
    audit.record(
        session,
        at=site.clock.now(),
        actor=by,
        action="rules.applied",
        subject="rules",
        reason=reason,
        detail={
            "version": site.rules.set.version,
            "rules": {kind: list(names) for kind, names in shown.rules.items()},
            "sources": {each.source: dict(each.fields) for each in shown.moves},
            "alerts": by_reason,
            "messages": shown.after.messages,
            "heads": len(shown.new_heads),
            "cycle": shown.cycle,
        },
    )
