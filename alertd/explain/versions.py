"""Which rules ran at a moment, compiled anew from the texts that were kept; and since when a text of a rule is in force."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.alerts import Cycle, RuleVersion
from alertd.model.base import table_of
from alertd.model.rule import Rule
from alertd.rules import releases
from alertd.rules.load import load_texts
from alertd.rules.rulebook import Rulebook

_v, _y = table_of(RuleVersion).c, table_of(Cycle).c


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of a rule's text, and since when it runs; None: it has not run yet."""

    version: str
    since: datetime | None


@dataclass(frozen=True)
class RulesThen:
    """The rules of an earlier moment. ``book``: None where nobody can say which texts ran; ``cycle_at``: when the last cycle
    before it ran, None where there was none; ``version``: of the set by which it ran."""

    book: Rulebook | None
    cycle_at: datetime | None
    version: str = ""


def in_force(session: Session, rules: Iterable[Rule], at: datetime | None = None) -> dict[str, InForce]:
    """By the rule's id; ``at``: these are rules that ran then."""
    versions = {rule.version: rule.id for rule in rules}
    found = {name: InForce(version, None) for version, name in versions.items()}
    chosen = select(_v.version, _v.first_seen_at, _v.runs_since).where(_v.version.in_(list(versions)))
    for row in session.connection().execute(chosen):
        since: datetime | None = row.runs_since
        if at is not None and (since is None or since > at):  # it ran then, and has begun anew since
            since = row.first_seen_at if row.first_seen_at <= at else None
        found[versions[row.version]] = InForce(row.version, since)
    return found


def rules_then(session: Session, at: datetime, folder: Path, language: str) -> RulesThen:
    """The rules that the last cycle up to ``at`` ran. A text that this program no longer reads is set aside, and says so; units
    and templates of then are not asked after. ``folder``: where they would stand."""
    last = select(_y.now, _y.rule_set).where(_y.now <= at).order_by(_y.now.desc(), _y.id.desc()).limit(1)
    cycle = session.connection().execute(last).first()
    if cycle is None:
        return RulesThen(None, None)
    sets = [each for each in releases.history(session) if each.at <= cycle.now]
    ran = next((each for each in sets if each.version == cycle.rule_set), None)
    if ran is None and sets and sets[0].how is releases.How.AT_ONCE:
        ran = sets[0]  # of a file that was broken before and after, only what is wrong in it has changed
    texts = {} if ran is None else releases.texts_of(session, ran)
    if ran is None or texts.keys() != ran.rules.keys():
        return RulesThen(None, cycle.now, cycle.rule_set)
    book = load_texts(folder, texts, language=language, units=(), templates=())
    known = replace(book.set, set_aside={**ran.set_aside, **book.set.set_aside}, version=ran.version)
    return RulesThen(replace(book, set=known), cycle.now, ran.version)
