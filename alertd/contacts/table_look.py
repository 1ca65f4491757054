"""A look at the site's tables: what is in force after it, what is doubted, and what the office is to hear. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from alertd.contacts import table_words
from alertd.contacts.doubt import BELIEVED, Doubted, Verdict, judge
from alertd.contacts.table_changes import what_changed
from alertd.errors import Fault
from alertd.model.directory import Directory
from alertd.settings.shapes import Settings
from alertd.settings.table_files import TableFile
from alertd.settings.tables import Tables, read_tables


@dataclass(frozen=True)
class Known:
    """What the store holds of the tables. ``believed``: hashes by name; ``sights``: what this machine saw last of each (hash,
    why it was not believed); ``open``: subjects of the troubles with tables that stand."""

    host: str
    believed: Mapping[str, str]
    sights: Mapping[str, tuple[str, str]]
    open: frozenset[str]

    @property
    def hashes(self) -> frozenset[str]:
        """Of contents that were looked at before."""
        return frozenset({*self.believed.values(), *(sha for sha, _ in self.sights.values())})

    def settled(self, files: Sequence[TableFile], version: str) -> bool:
        """Whether there is nothing to do: every file is as it was believed, and so is what the caller has."""
        hashes = {file.name: file.sha256 for file in files}
        same = all(self.believed.get(name) == sha for name, sha in hashes.items())
        seen = all(self.sights.get(name) == (sha, "") for name, sha in hashes.items())
        return same and seen and not self.open and version == version_of(hashes)


@dataclass(frozen=True, slots=True)
class Judged:
    """A table's file. ``news``: its content is taken in now; ``stale``: it has not changed on this machine, and another one
    has brought a newer one."""

    file: TableFile
    verdict: Verdict = BELIEVED
    news: bool = False
    stale: bool = False

    def seen_before(self, known: Known) -> bool:
        """Whether this machine saw the file like this the last time; what is being written is not looked at."""
        reason = self.verdict.reason
        return reason is Doubted.WRITTEN or known.sights.get(self.file.name) == (self.file.sha256, reason or "")


@dataclass(frozen=True)
class Look:
    """The tables in force after a look at the files. ``before``: the directory as it was, None at the very first."""

    settings: Settings
    known: Known
    judged: tuple[Judged, ...]
    contents: Mapping[str, bytes]
    before: Directory | None = None
    reason: str = ""  # of a person who accepts a shrinkage
    by: str = ""

    @cached_property
    def tables(self) -> Tables:
        return read_tables(self.settings, self.contents)

    @property
    def directory(self) -> Directory:
        return self.tables.directory

    @property
    def version(self) -> str:
        return version_of({name: hashlib.sha256(content).hexdigest() for name, content in self.contents.items()})

    def changes(self, name: str) -> list[str]:
        """What the new content of a table changes, in the office's words."""
        file = next(each.file for each in self.judged if each.file.name == name)
        language = self.settings.site.language
        before = self.before or Directory(())
        lines = what_changed(name, before, self.directory, language)
        return [table_words.changed(file, line, language) for line in lines]

    @property
    def doubted(self) -> list[Judged]:
        """The tables of which the file's content is not in force."""
        return [each for each in self.judged if each.verdict.reason is not None or each.stale]

    def doubts(self) -> list[Fault]:
        """The same for the one who types a command."""
        found = []
        for each in self.doubted:
            if each.stale:
                said = table_words.differs(each.file, self.known.host, "en")
            else:
                said = table_words.not_believed(each.file, each.verdict, "en")
            found.append(Fault(str(each.file.path), 0, 0, said, warning=True))
        return found

    @cached_property
    def troubles(self) -> tuple[dict[str, str], set[str]]:
        """What is wrong with the tables, by subject, and the subjects of what is over."""
        wanted = dict(line for each in self.judged for line in self._wrong(each))
        return wanted, {subject for each in self.judged for subject in self._over(each, wanted)}

    @property
    def to_be_written(self) -> bool:
        wanted, over = self.troubles
        changed = any(each.news or not each.seen_before(self.known) for each in self.judged)
        return changed or bool(over or wanted.keys() - self.known.open)

    def _wrong(self, each: Judged) -> Iterator[tuple[str, str]]:
        """The office hears of each doubt once; two machines that have the same one say it once."""
        language, file, reason = self.settings.site.language, each.file, each.verdict.reason
        if reason is not None and reason is not Doubted.WRITTEN:
            yield _subject(file.name, reason, file.sha256), table_words.not_believed(file, each.verdict, language)
        if each.stale:
            host = self.known.host
            yield f"table:{file.name}:differs@{host}", table_words.differs(file, host, language)
        if lines := self.tables.aside.get(file.name):
            yield f"table:{file.name}:aside", table_words.set_aside(file, lines, language)

    def _over(self, each: Judged, wanted: Collection[str]) -> set[str]:
        """A machine ends what it has itself begun; one that brings a new content, or looks for the first time, ends all that
        stands of the table."""
        name, host = each.file.name, self.known.host
        if each.verdict.reason is Doubted.WRITTEN:
            return set()
        stands = {subject for subject in self.known.open if subject.startswith(f"table:{name}:")}
        aside = f"table:{name}:aside"
        sha, reason = self.known.sights.get(name, ("", ""))
        if not sha:
            return stands - {*wanted}
        mine = {_subject(name, reason, sha), f"table:{name}:differs@{host}", aside}
        if each.news:
            mine |= {subject for subject in stands if "@" not in subject}
        ended = (mine & stands) - {*wanted}
        return ended | ({aside} & stands if each.news else set())  # of other lines than before


def version_of(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


@dataclass
class Judging:
    """One table after the other, units first: a new head can stand in for a unit that came with him."""

    settings: Settings
    known: Known
    contents: dict[str, bytes]
    day: date
    accepted: frozenset[str] = field(default_factory=frozenset)

    def judge(self, file: TableFile) -> Judged:
        believed = self.known.believed.get(file.name)
        if believed is None:
            return self._first(file)
        if file.content is not None and file.sha256 == believed:
            return Judged(file)
        if file.content is not None and self.known.sights.get(file.name) == (file.sha256, ""):
            return Judged(file, stale=True)
        before = read_tables(self.settings, self.contents)
        changed = self.contents | ({file.name: file.content} if file.content is not None else {})
        after = read_tables(self.settings, changed)
        accepted = file.name in self.accepted
        max_drop = self.settings.units.max_drop
        verdict = judge(file, before, after, day=self.day, max_drop=max_drop, accepted=accepted)
        if verdict.reason is None:
            self.contents = changed
        return Judged(file, verdict, news=verdict.reason is None)

    def _first(self, file: TableFile) -> Judged:
        """There is nothing to compare it with, and nothing to fall back on: it is used as far as it can be read."""
        if file.content is None:
            reason = Doubted.UNREADABLE if file.error else Doubted.MISSING
            return Judged(file, Verdict(reason, {"what": file.error}))
        self.contents = self.contents | {file.name: file.content}
        broken = read_tables(self.settings, self.contents).broken.get(file.name)
        if broken is not None:
            return Judged(file, Verdict(Doubted(broken[0].value), {"what": broken[1]}))
        return Judged(file, news=True)


def _subject(name: str, reason: str, sha256: str) -> str:
    return f"table:{name}:{reason}:{sha256[:8]}"
