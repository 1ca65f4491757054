"""How each rule stands for `alertd rules list`: in force, waiting for its release, about to be removed, set aside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alertd import wiring
from alertd.cli.common import clock_from
from alertd.cli.rules_words import WORDS
from alertd.errors import in_language
from alertd.rules import releases, waiting
from alertd.rules.folder import place
from alertd.rules.in_force import Known
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

IN_FORCE, WAITING, ASIDE = "in force", "waiting", "set aside"


@dataclass(frozen=True, slots=True)
class RuleState:
    """``waiting``: what waits for its release in the folder: added, changed or removed; ``version``: its version there."""

    state: str
    compiled: CompiledRule | None = None
    why: str = ""
    waiting: str = ""
    version: str = ""
    since: str = ""
    by: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"state": self.state, "why": self.why}
        if self.waiting:
            found |= {"waiting": self.waiting, "waiting_version": self.version or None, "waiting_since": self.since}
            found |= {"changed_by": list(self.by)}
        return found

    def said(self, language: str) -> str:
        words, who = WORDS[language], ", ".join(self.by) or WORDS[language]["unknown"]
        since = self.since[:16].replace("T", " ")
        if self.why:
            return words["aside"].format(why=in_language(self.why, language))
        if self.waiting == "removed":
            return words["waits_removed"].format(since=since, who=who)
        if self.waiting == "changed":
            return words["waits_changed"].format(version=self.version, since=since, who=who)
        return words["waiting"].format(since=since, who=who) if self.waiting else words["in_force"]


def states(settings: Settings) -> Mapping[str, RuleState]:
    """Every rule that is in force or in the folder, by name. Reads only."""
    directory, _ = load_directory(settings)
    templates = wiring.templates_of(settings)
    if settings.site.mode != "live":
        book, _ = wiring.rules_of(settings, directory, templates)
        return dict(_of(book))
    clock, in_force, store = clock_from(None), wiring.in_force_of(settings), wiring.store_of(settings)
    known = Known(directory.names, templates.names())
    try:
        draft, book = in_force.draft(clock, known), in_force.now(store, clock, known, note=False)
        with store.read() as session:
            before = releases.in_force(session)
            sight = waiting.looked_at(session, place(in_force.folder), draft.folder, clock.now())
    finally:
        store.close()
    if before is None or not sight.waiting or draft.book.set.unread:
        return dict(_of(book))
    what = waiting.change(before, draft.folder)
    since = sight.since.astimezone(settings.site.timezone).isoformat()
    found = dict(_of(book))
    kinds = {"added": what.added, "changed": what.changed, "removed": what.removed}
    for kind, names in kinds.items():
        for name in names:
            old, new = found.get(name), draft.book.compiled.get(name)
            found[name] = RuleState(
                state=WAITING if old is None else old.state,
                compiled=new if old is None else old.compiled,
                why=draft.book.set.set_aside.get(name, "" if old is None else old.why),
                waiting=kind,
                version=draft.folder.versions.get(name, ""),
                since=since,
                by=sight.authors,
            )
    return found


def _of(book: Rulebook) -> Iterator[tuple[str, RuleState]]:
    yield from ((name, RuleState(IN_FORCE, compiled)) for name, compiled in book.compiled.items())
    yield from ((name, RuleState(ASIDE, why=why)) for name, why in book.set.set_aside.items())
