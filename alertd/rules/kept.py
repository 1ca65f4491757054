"""Keep of a cycle by which set its rules ran: texts, what differs from the set before, who changed it, which rules were renamed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.alerts import RuleVersion
from alertd.model.base import table_of
from alertd.model.rule import RuleSet
from alertd.rules import releases
from alertd.rules.first_runs import same_meaning
from alertd.rules.in_force import Known
from alertd.rules.load import load_texts
from alertd.rules.releases import Entry, How
from alertd.rules.rulebook import Rulebook
from alertd.store import audit, site

_v = table_of(RuleVersion).c
_FACT = "rule_set"  # the fact that names the rules that ran last, each with its version
_FIRST = "the first set of this live site: none was released before"


def keep_versions(
    session: Session, rules: RuleSet, now: datetime, *, live: bool = False, quiet: bool = True
) -> Mapping[str, str]:
    """Note by which texts the rules run; gives those that are called otherwise now: old name → new. Where the set is another
    than the last one: an audit row, unless its release has written one. ``live``: a set needs a release; the first may do
    without, with that for a reason, and is ``quiet`` or not."""
    if rules.unread:  # that tells nothing of what stands in it
        return {}
    text = json.dumps(composition(rules), sort_keys=True)
    known = site.read_fact(session, _FACT)
    first = live and releases.in_force(session) is None
    if first and not (rules.rules or rules.set_aside):  # a folder that is still to be filled is no set to be held to
        return {}
    if known == text and not first:
        return {}
    before: dict[str, str] = json.loads(known) if known else {}
    changes = changed(before, composition(rules))
    renames = renamed(session, before, rules)
    if first or not live:
        how = How.FIRST if live else How.AT_ONCE
        entry = Entry(how, _owners(rules, before), now, reason=_FIRST if first else "", quiet=first and quiet)
        releases.enter(session, rules, entry, now)
    if first or not (live and _is_released(session, rules)):
        audit.record(
            session,
            at=now,
            actor="alertd",
            action="rules.released" if first else "rules.changed",
            subject="rules",
            reason=_FIRST if first else "",
            detail={"version": rules.version, **changes, **({"renamed": renames} if renames else {})},
        )
    site.keep_fact(session, _FACT, text)
    return renames


def ran_last(session: Session) -> Mapping[str, str]:
    """The rules of the last cycle, each with its version; empty for one that was set aside."""
    known = site.read_fact(session, _FACT)
    return json.loads(known) if known else {}


def book_that_ran(session: Session, folder: Path, *, language: str, known: Known) -> Rulebook:
    """The rules of the last cycle, from the texts that are kept; those that could not run, or whose texts are lost, are set
    aside."""
    ran = ran_last(session)
    kept = releases.texts(session, [version for version in ran.values() if version])
    texts = {name: kept[version] for name, version in ran.items() if version in kept}
    book = load_texts(folder, texts, language=language, units=known.units, templates=known.templates)
    aside = {name: "it did not run in the last cycle" for name in ran if name not in texts}
    return replace(book, set=replace(book.set, set_aside=aside | dict(book.set.set_aside)))


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Collection[str]]:
    """How two sets differ, by the names of rules; an empty version is that of one that is set aside."""
    both = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    kinds = {
        "added": after.keys() - before.keys(),
        "removed": before.keys() - after.keys(),
        "set_aside": {name for name, version in after.items() if not version},
        "changed": {name for name in both if after[name]},
    }
    return {kind: sorted(names) for kind, names in kinds.items() if names}


def renamed(session: Session, before: Mapping[str, str], rules: RuleSet) -> dict[str, str]:
    """Rules of ``before`` that mean something else now, or are there no more, while another means the same: old name → new."""
    texts = _texts_that_ran(session, [name for name in before if name not in rules.set_aside])
    return same_meaning(texts, {name: rule.text for name, rule in rules.rules.items()})


def _texts_that_ran(session: Session, names: Collection[str]) -> dict[str, str]:
    """The text by which each rule ran last; a rule that never ran has no alerts either."""
    rows = select(_v.rule, _v.text).where(_v.rule.in_(sorted(names)), _v.runs_since.is_not(None))
    found = session.connection().execute(rows.order_by(_v.runs_since, _v.version))
    return {row.rule: row.text for row in found}


def _is_released(session: Session, rules: RuleSet) -> bool:
    """Whether every rule runs as it was released: one that is set aside meanwhile is worth a row of its own."""
    released = releases.in_force(session)
    return released is not None and released.version == rules.version and released.rules.keys() == rules.rules.keys()


def _owners(rules: RuleSet, before: Mapping[str, str]) -> tuple[str, ...]:
    new = [name for name, rule in rules.rules.items() if before.get(name) != rule.version]
    return tuple(dict.fromkeys(rules.owners[name] for name in sorted(new) if name in rules.owners))


def composition(rules: RuleSet) -> dict[str, str]:
    """A set by the names of its rules: each with its version, empty for one that is set aside."""
    return dict.fromkeys(rules.set_aside, "") | {name: rule.version for name, rule in rules.rules.items()}
