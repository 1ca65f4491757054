"""The sets of rules that were in force, as the store keeps them: read, and added to in the caller's transaction."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select
from sqlmodel import Session

from alertd.errors import Said, in_language
from alertd.model.alerts import RuleVersion
from alertd.model.base import table_of
from alertd.model.rule import RuleSet
from alertd.model.rule_sets import RuleSetRow
from alertd.rules.load import version_of_set
from alertd.store.dialect import Dialect

_LOCK = 768  # one process at a time brings a set into force
_sets, _versions = table_of(RuleSetRow), table_of(RuleVersion)
_s, _v = _sets.c, _versions.c


class How(StrEnum):
    """How a set came into force."""

    AT_ONCE = "at_once"  # in a rehearsal or a trial: what is saved runs
    FIRST = "first"  # a live site began without a release
    GO_LIVE = "go_live"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Released:
    """A set that came into force. ``rules``: name → version of its text; ``set_aside``: name → why it could not run then.
    ``changed_by``: who made the change, ``changed_at``: when alertd first saw it."""

    number: int
    version: str
    at: datetime
    how: How
    rules: Mapping[str, str]
    set_aside: Mapping[str, str]
    changed_by: Sequence[str]
    changed_at: datetime | None
    released_by: str
    reason: str
    quiet: bool
    messages: int
    heads: int


@dataclass(frozen=True, slots=True)
class Entry:
    """With what a set comes into force."""

    how: How
    changed_by: Sequence[str] = ()
    changed_at: datetime | None = None
    released_by: str = ""
    reason: str = ""
    quiet: bool = False
    messages: int = 0
    heads: int = 0


def in_force(session: Session) -> Released | None:
    """The set by which a live site works; None: none was ever released."""
    return _newest(session, _s.how != How.AT_ONCE.value)


def history(session: Session) -> list[Released]:
    """Every set that came into force, the newest first."""
    return [_released(row) for row in session.connection().execute(select(_sets).order_by(_s.id.desc()))]


def was_in_force(session: Session, version: str) -> bool:
    """Whether a set of this content was ever in force on a live site."""
    found = select(_s.id).where(_s.version == version, _s.how != How.AT_ONCE.value).limit(1)
    return session.connection().execute(found).first() is not None


def texts(session: Session, versions: Collection[str]) -> dict[str, str]:
    """Texts of rules by their versions, as far as they are known."""
    found = select(_v.version, _v.text).where(_v.version.in_(sorted(versions)))
    return {row.version: row.text for row in session.connection().execute(found)}


def texts_of(session: Session, released: Released) -> dict[str, str]:
    """Texts of a set, by rule."""
    known = texts(session, released.rules.values())
    return {name: known[version] for name, version in released.rules.items() if version in known}


def versions_of(session: Session, rule: str) -> list[Row[Any]]:
    """Every text that a rule ever had, the oldest first: version, text, since when it is known."""
    rows = select(_v.version, _v.text, _v.first_seen_at, _v.runs_since).where(_v.rule == rule)
    return list(session.connection().execute(rows.order_by(_v.first_seen_at, _v.version)))


def serialised(session: Session) -> Session:
    """The session, alone among those that bring sets into force."""
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)
    return session


def keep_texts(session: Session, rules: RuleSet, now: datetime) -> None:
    """Keep the text of every rule that was never seen like this."""
    connection = session.connection()
    rows = [
        {"version": rule.version, "rule": rule.id, "text": rule.text, "first_seen_at": now}
        for rule in rules.rules.values()
    ]
    if rows:
        connection.execute(Dialect(connection.engine).insert(_versions).on_conflict_do_nothing(), rows)


def enter(session: Session, rules: RuleSet, entry: Entry, now: datetime) -> int:
    """Bring a set into force from now on; gives its number. Whoever calls it writes the audit."""
    keep_texts(session, rules, now)
    aside = {name: [str(why), in_language(why, "vi")] for name, why in rules.set_aside.items()}
    versions = {name: rule.version for name, rule in rules.rules.items()}
    values = {
        "version": rules.version or version_of_set(versions),
        "at": now,
        "how": entry.how.value,
        "rules": json.dumps(versions, sort_keys=True),
        "set_aside": json.dumps(aside, sort_keys=True, ensure_ascii=False),
        "changed_by": json.dumps(list(entry.changed_by), ensure_ascii=False),
        "changed_at": entry.changed_at,
        "released_by": entry.released_by,
        "reason": entry.reason,
        "quiet": entry.quiet,
        "messages": entry.messages,
        "heads": entry.heads,
    }
    made = session.connection().execute(insert(_sets).values(values).returning(_s.id))
    return int(made.scalar_one())


def _newest(session: Session, *where: Any) -> Released | None:
    row = session.connection().execute(select(_sets).where(*where).order_by(_s.id.desc()).limit(1)).first()
    return None if row is None else _released(row)


def _released(row: Row[Any]) -> Released:
    return Released(
        number=row.id,
        version=row.version,
        at=row.at,
        how=How(row.how),
        rules=json.loads(row.rules),
        set_aside={name: Said(*why) for name, why in json.loads(row.set_aside).items()},
        changed_by=tuple(json.loads(row.changed_by)),
        changed_at=row.changed_at,
        released_by=row.released_by,
        reason=row.reason,
        quiet=row.quiet,
        messages=row.messages,
        heads=row.heads,
    )
