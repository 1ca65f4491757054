"""The past once more: records as they were, and the pipeline's own stages over them, look by look, under a made-up clock.

It reads one view of the site's store and writes nothing there. What it cannot know it says (`said`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from alertd import pipeline
from alertd.alerts import baseline
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset
from alertd.model.datasets import DATASETS
from alertd.model.words import ChannelName
from alertd.notices.baseline import Summaries
from alertd.replay import read, said, small, told
from alertd.replay.could import candidates
from alertd.replay.held import Usual, counted_by_day, held, usual_before
from alertd.replay.lives import Lives
from alertd.replay.looks import evening, looks
from alertd.replay.outcome import Replayed
from alertd.replay.scene import Scene, believe, chats_of, expect_many, scene
from alertd.replay.script import Script
from alertd.rules.rulebook import Rulebook
from alertd.seen import close, see
from alertd.site import Site, as_counted
from alertd.store.scratch import scratch_store

Progress = Callable[[int, int], None]


def _unseen(_done: int, _total: int) -> None:
    """Nobody watches."""


def replay(
    site: Site,
    book: Rulebook,
    *,
    since: date,
    until: date,
    texts: bool = False,
    at: Sequence[time] = (),
    progress: Progress = _unseen,
    thorough: bool = False,
) -> Replayed:
    """What the rules of ``book`` would have told from the first to the last day, both included. ``at``: times of day at which it
    looks, other than the site's own; ``texts``: with what each message says; ``progress`` is told how many looks of how many are
    done; ``thorough``: records that no rule could find are brought in too, which changes nothing but the time that it takes."""
    book, left_out = _replayable(book)
    with site.store.read() as session:
        counted = as_counted(session, site)
    moments = looks(site.settings, counted.calendar, since, until, at)
    with _laid_out(counted, book, [evening(counted.calendar, since), *moments], texts=texts, thorough=thorough) as play:
        first = play.begin()
        faults = dict(book.set.set_aside)
        for number, moment in enumerate(moments, 1):
            progress(number - 1, len(moments))
            faults |= play.look(number, moment)
        progress(len(moments), len(moments))
        with play.scene.site.store.read() as session:
            messages = told.messages(session, counted.calendar, evening(counted.calendar, since), texts=texts)
            return Replayed(
                version=book.set.version,
                since=since,
                until=until,
                looks=len(moments),
                messages=messages,
                found=told.found(session, counted.calendar, first),
                exact_from=play.exact,
                reconstructed=said.reconstructed(
                    play.datasets,
                    play.exact,
                    since,
                    moments,
                    left_out=left_out,
                    lists=texts or ChannelName.TELEGRAM not in site.channels,
                ),
                held=held(counted_by_day(session, first), messages, play.usual, site.settings.guard),
                faults=faults,
            )


def _replayable(book: Rulebook) -> tuple[Rulebook, list[str]]:
    """The rules over records, of which versions are kept; and those over what follows from all of them (derive/), which a
    replay of a part does not lay out."""
    left_out = sorted(name for name, compiled in book.compiled.items() if compiled.rule.dataset.follows)
    if not left_out:
        return book, []
    kept = {name: rule for name, rule in book.set.rules.items() if name not in left_out}
    compiled = {name: rule for name, rule in book.compiled.items() if name not in left_out}
    return replace(book, set=replace(book.set, rules=kept), compiled=compiled), left_out


@dataclass
class _Play:
    """``exact``, ``usual``: as read of the site's own store."""

    scene: Scene
    datasets: list[Dataset]
    exact: date | None = None
    usual: Usual = field(default_factory=Usual)
    scripts: list[Script] = field(default_factory=list)

    def begin(self) -> int:
        """What stands on the evening before is known to everybody, and each has had a digest of it; gives the number of its
        cycle."""
        site = self.scene.site
        with site.store.write() as session:
            self.scene.move(session, self.scene.now)
            for script in self.scripts:
                script.play(session, 0)
                site.store.dialect.refresh_statistics(session.connection(), script.dataset.table)
            seen = see(session, site)
            baseline.take_all(session, seen.cycle, seen.at.now)
            close(session, seen, Summaries(session, seen.desk, seen.at).write(seen.cycle))
            self.scene.took(session)
        self.scene.deliver()
        return seen.cycle

    def look(self, number: int, moment: datetime) -> dict[str, str]:
        """One cycle and its deliveries; gives the rules that failed, and why."""
        with self.scene.site.store.write() as session:
            self.scene.move(session, moment)
            for script in self.scripts:
                script.play(session, number)
            cycled, _ = pipeline.cycle(session, self.scene.site)
            self.scene.took(session)
        self.scene.deliver()
        return dict(cycled.evaluation.faults)


@contextmanager
def _laid_out(
    site: Site, book: Rulebook, moments: Sequence[datetime], *, texts: bool, thorough: bool
) -> Iterator[_Play]:
    """Everything that is read of the site's store, in one view of it that is given back before the first look."""
    named = {compiled.rule.dataset.name for compiled in book.compiled.values()}
    with scratch_store(site.calendar) as store:
        made = scene(site, book, store, moments[0], texts=texts)
        play = _Play(made, [dataset for dataset in DATASETS.values() if dataset.name in named])
        with site.store.read() as session, store.write() as into:
            small.take_over_people(session, into)
            believe(session, into, moments[0])
            expect_many(into)
            made.chats = chats_of(into)
            first = min(moment.time() for moment in moments[1:])
            play.exact = said.exact_from(session, play.datasets, site.calendar, first)
            play.usual = usual_before(session, AsOf(moments[1], site.calendar))
            begun, known = read.first_polls(session), Lives(site, site.calendar, read.ending(session))
            for dataset in play.datasets:
                rules = [compiled for compiled in book.compiled.values() if compiled.rule.dataset.name == dataset.name]
                chosen = None if thorough else candidates(rules, dataset, site.calendar, moments[0], moments[-1])
                lives = read.lives(session, dataset, read.codes(session, dataset, chosen), begun)
                script = Script(dataset, site.reading.authorities)
                script.write(into, lives, known, [known.at(moment) for moment in moments])
                play.scripts.append(script)
        yield play
