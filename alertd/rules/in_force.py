"""The rules by which a process works at this moment: in a rehearsal or trial what the folder says, in mode live what was released.

The folder is looked at cheaply, and read only where a file has changed; a set is compiled once for what it says and for the
units and templates that there are.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from alertd.errors import Fault, Said, in_language
from alertd.model.clock import Clock
from alertd.rules import releases, waiting
from alertd.rules.folder import Marks, RuleFolder, place, read_folder, settled_marks
from alertd.rules.load import load_rules, load_texts
from alertd.rules.releases import Released
from alertd.rules.rulebook import Rulebook
from alertd.rules.waiting import Speech
from alertd.store.database import Store

_log = logging.getLogger(__name__)
_LOST = Said("its text is not in the store; release it anew", "không còn nội dung trong kho dữ liệu; cần ban hành lại")


@dataclass(frozen=True)
class Known:
    """What a rule may name: units, with how they are called, and templates."""

    units: Mapping[str, str]
    templates: Collection[str]


@dataclass(frozen=True)
class Draft:
    """The folder as it was read, and what came of its rules among these units and templates, with all their faults."""

    marks: Marks
    folder: RuleFolder
    book: Rulebook
    known: Known
    faults: Sequence[Fault]


@dataclass(frozen=True)
class _Kept:
    """A released set as it was compiled."""

    number: int
    known: Known
    book: Rulebook


class RulesInForce:
    """One for a process and its config. Safe in several threads."""

    def __init__(self, folder: Path, *, live: bool, speech: Speech) -> None:
        self._path, self._live, self._speech = folder, live, speech
        self._host = place(folder)
        self._lock = Lock()
        self._draft: Draft | None = None
        self._kept: _Kept | None = None
        self._store: Store | None = None
        self._gave: WeakSet[Rulebook] = WeakSet()

    def gave(self, book: Rulebook, store: Store) -> bool:
        """Whether these rules are those in force of this store, and not somebody's draft, or for a store of his own."""
        return store is self._store and book in self._gave

    @property
    def folder(self) -> Path:
        return self._path

    def draft(self, clock: Clock, known: Known) -> Draft:
        """What the folder holds, in force or not. No store is needed."""
        with self._lock:
            return self._look(clock, known)

    def now(self, store: Store, clock: Clock, known: Known, *, note: bool = True) -> Rulebook:
        """The rules in force. ``note``: what has changed in the folder is written down, for its release and for the office."""
        with self._lock:
            read, self._store = self._look(clock, known), store
            book = self._released(store, clock, read, note=note) if self._live else read.book
            self._gave.add(book)
            return book

    def _look(self, clock: Clock, known: Known) -> Draft:
        last = self._draft
        found = settled_marks(self._path, last.marks if last else (), clock=clock.pace, sleep=clock.sleep)
        if last is not None and found and last.marks == found and last.known == known:
            return last
        folder = read_folder(self._path)
        book, faults = load_rules(
            self._path, language=self._speech.language, units=known.units, templates=known.templates
        )
        if not book.set.unread and not folder.unread:
            owners = {name: file.owner for name, file in folder.files.items()}
            book = replace(book, set=replace(book.set, version=folder.version, owners=owners))
        read = Draft(found, folder, book, known, faults)
        if last is not None and last.folder.version != folder.version:
            self._say(read)
        self._draft = read
        return read

    def _say(self, read: Draft) -> None:
        if why := read.book.set.unread or read.folder.unread:
            _log.warning("rules: the folder cannot be read, what was in force goes on: %s", why)
            return
        _log.info(
            "rules: the folder has changed (set %s); %s",
            read.folder.version,
            "it waits for `alertd rules release`" if self._live else "it runs from now on",
        )
        for rule, why in read.book.set.set_aside.items():
            _log.warning("rules: %s is set aside: %s", rule, why)

    def _released(self, store: Store, clock: Clock, read: Draft, *, note: bool) -> Rulebook:
        with store.read() as session:
            released = releases.in_force(session)
            if released is None:
                return read.book
            kept = self._kept
            if kept is None or (kept.number, kept.known) != (released.number, read.known):
                texts = releases.texts_of(session, released)
                kept = _Kept(released.number, read.known, self._compile(released, texts, read.known))
        self._kept = kept
        if note:
            self._note(store, clock, released, read)
        return kept.book

    def _compile(self, released: Released, texts: dict[str, str], known: Known) -> Rulebook:
        language = self._speech.language
        book = load_texts(self._path, texts, language=language, units=known.units, templates=known.templates)
        aside: dict[str, str] = {name: _broken(why) for name, why in released.set_aside.items()}
        aside |= {name: _LOST for name in released.rules if name not in texts}
        aside |= book.set.set_aside
        return replace(book, set=replace(book.set, version=released.version, set_aside=aside))

    def _note(self, store: Store, clock: Clock, released: Released, read: Draft) -> None:
        """What one look finds is written by it; the next ones find it written."""
        now, host, folder = clock.now(), self._host, read.folder
        unread = read.book.set.unread or folder.unread
        with store.read() as session:
            told = waiting.told_unread(session, host)
            sight = None if unread else waiting.looked_at(session, host, folder, now)
            news: Any = sight is not None and sight != waiting.sight_of(session, host)
        if bool(unread) == told and not news:
            return
        with store.write() as session:
            releases.serialised(session)
            waiting.unread(session, host, unread, self._speech, now)
            if not unread:
                sight = waiting.looked_at(session, host, folder, now)
                faults = list(read.book.set.set_aside)
                waiting.note(session, sight, waiting.change(released, folder), faults, self._speech, now)


def _broken(why: str) -> Said:
    return Said(
        f"it was not in order when this set came into force; once it is mended, release it: `alertd rules release` ({why})",
        "chưa đúng khi bộ quy tắc này có hiệu lực; sửa xong thì ban hành bằng `alertd rules release` "
        f"({in_language(why, 'vi')})",
    )
