"""Which rules run for the first time with the meaning that they have: other words or another way of telling are none."""

import json
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import exists, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import RuleVersion
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.rule import Evaluation, RuleSet
from alertd.rules.yaml_text import read_text

_versions = table_of(RuleVersion)
_v = _versions.c
# Keys that change what is said, and when, not what is found and whose matter it is.
_WORDING = frozenset(("title", "basis", "send", "repeat", "template", "show", "action", "act_within", "at_most"))


def first_runs(session: Session, rules: RuleSet) -> frozenset[str]:
    """The rules that mean something else than when they last ran without a fault, or never ran. One that goes back to what it
    meant before is among them: what it finds again is news to nobody."""
    ran = select(_v.rule, _v.version, _v.text).where(_v.runs_since.is_not(None), _v.rule.in_(list(rules.rules)))
    last: dict[str, tuple[str, str]] = {}
    for row in session.connection().execute(ran.order_by(_v.runs_since, _v.version)):
        last[row.rule] = (row.version, row.text)
    found = []
    for name, rule in rules.rules.items():
        version, text = last.get(name, ("", ""))
        if rule.version != version and (not version or meaning(rule.text) != meaning(text)):
            found.append(name)
    return frozenset(found)


def note_ran(session: Session, rules: RuleSet, evaluation: Evaluation, at: AsOf) -> None:
    """Keep since when each rule runs as it does."""
    ran = [rules.rules[name].version for name in evaluation.ran if name in rules.rules]
    newer = _versions.alias("newer").c
    other = exists().where(newer.rule == _v.rule, newer.version != _v.version, newer.runs_since >= _v.runs_since)
    begins = update(_versions).where(_v.version.in_(ran), or_(_v.runs_since.is_(None), other))
    session.connection().execute(begins.values(runs_since=at.now))


def meaning(text: str, *, named: bool = True) -> str:
    """What a rule's text means, as a text that is the same for the same meaning; without the name it has, if not ``named``."""
    document, _ = read_text(text, "")
    if document is None or not isinstance(document.value, dict):
        return text
    kept = {name: value for name, value in document.value.items() if name not in _WORDING and (named or name != "id")}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)


def same_meaning(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Of two sets of texts: which rules are which under a new name. One that two could be, or that could be two, is none; nor is
    a name another rule's as long as its own rule has not gone on under one: it has changed."""
    were, are = ({name: meaning(text, named=False) for name, text in each.items()} for each in (before, after))
    then = {name: said for name, said in were.items() if are.get(name) != said}
    now = {name: said for name, said in are.items() if were.get(name) != said}
    old, new = (Counter(each.values()) for each in (then, now))
    called = {said: name for name, said in now.items()}
    found = {name: called[said] for name, said in sorted(then.items()) if old[said] == new[said] == 1}
    while stays := {
        name
        for name, other in found.items()
        if (name in are and name not in found.values()) or (other in were and other not in found)
    }:
        found = {name: other for name, other in found.items() if name not in stays}
    return found
