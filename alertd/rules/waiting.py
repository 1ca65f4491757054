"""A change of the folder of rules that waits for its release on a live site: noted once per folder, told to the office once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import in_language
from alertd.model.base import table_of
from alertd.model.rule_sets import RuleFolderRow
from alertd.rules import releases
from alertd.rules.folder import RuleFolder
from alertd.rules.releases import Released
from alertd.store import troubles
from alertd.store.dialect import Dialect

_folders = table_of(RuleFolderRow)
_f = _folders.c
SUBJECT = "rules:"  # with the place after it
_NAMES = 8  # rules that a sentence names

_SAID = {
    "vi": "Có thay đổi quy tắc chờ ban hành (máy {host}, từ {since}, người sửa: {who}): {what}. Đến khi ban hành vẫn áp dụng bộ "
    "quy tắc đang có hiệu lực. Xem nội dung bằng `alertd rules diff`, số thông báo bằng `alertd rules release`; người ban hành "
    "phải khác người sửa",
    "en": "A change of the rules waits for its release (machine {host}, since {since}, changed by {who}): {what}. Until then the "
    "set in force goes on. See what it is with `alertd rules diff`, what it would send with `alertd rules release`; somebody "
    "else than its author releases it",
}
_UNREAD = {
    "vi": "Không đọc được thư mục quy tắc (máy {host}): {why}. Vẫn áp dụng bộ quy tắc đang có hiệu lực",
    "en": "The folder of rules cannot be read (machine {host}): {why}. The set in force goes on",
}
_OVER = {
    "vi": "Không còn thay đổi quy tắc nào chờ ban hành: thư mục quy tắc khớp với bộ đang có hiệu lực",
    "en": "No change of the rules waits any more: the folder agrees with the set in force",
}
_WHAT = {
    "vi": {"added": "mới: {0}", "changed": "sửa: {0}", "removed": "bỏ: {0}", "more": "và {0} quy tắc khác"},
    "en": {"added": "new: {0}", "changed": "changed: {0}", "removed": "removed: {0}", "more": "and {0} more"},
}
_FAULTS = {"vi": "; có lỗi, chưa ban hành được: {0}", "en": "; with faults, cannot be released: {0}"}
_SOMEBODY = {"vi": "không rõ", "en": "not known"}


@dataclass(frozen=True, slots=True)
class Change:
    """How a folder differs from the set in force, by the names of rules."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of one folder. ``host``: machine and path; ``since``: when its content was first seen there; ``authors``:
    who made the change, who said so before those to whom the files belong."""

    host: str
    version: str
    since: datetime
    waiting: bool
    owners: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.named, *self.owners)))


@dataclass(frozen=True, slots=True)
class Speech:
    """In which words and times of day the office hears of it."""

    language: str
    zone: ZoneInfo


def change(before: Released, folder: RuleFolder) -> Change:
    """Rules that were set aside before have no text to compare with: they count as changed where they are there."""
    now, then = folder.versions, before.rules
    known = then.keys() | before.set_aside.keys()
    return Change(
        added=tuple(sorted(now.keys() - known)),
        changed=tuple(sorted(name for name in now.keys() & known if now[name] != then.get(name))),
        removed=tuple(sorted(known - now.keys())),
    )


def sights(session: Session) -> list[Sight]:
    """What every machine's folder held when it was looked at last."""
    rows = session.connection().execute(select(_folders).order_by(_f.host))
    return [
        Sight(
            row.host, row.version, row.since, row.waiting, tuple(json.loads(row.owners)), tuple(json.loads(row.named))
        )
        for row in rows
    ]


def sight_of(session: Session, host: str) -> Sight | None:
    return next((each for each in sights(session) if each.host == host), None)


def looked_at(session: Session, host: str, folder: RuleFolder, now: datetime) -> Sight:
    """What is to be known of this machine's folder, by what it holds now. It waits where it is another set than the one in
    force; one that was in force earlier, and has lain there since, is not a change but behind. Reads only."""
    before, known = releases.in_force(session), sight_of(session, host)
    same = known is not None and known.version == folder.version
    since = known.since if known is not None and same else now
    if before is None or before.version == folder.version:
        return Sight(host, folder.version, since, waiting=False, owners=(), named=())
    old = known is None or (same and not known.waiting)
    if old and releases.was_in_force(session, folder.version):
        return Sight(host, folder.version, since, waiting=False, owners=(), named=())
    named = known.named if known is not None else ()
    return Sight(host, folder.version, since, waiting=True, owners=folder.owners(before.rules), named=named)


def note(session: Session, sight: Sight, what: Change, faults: Sequence[str], say: Speech, now: datetime) -> None:
    """Keep a sight, and let the office hear of a change once; of what it has become since it reads in `status`."""
    before = sight_of(session, sight.host)
    keep(session, sight)
    subject = f"{SUBJECT}{sight.host}"
    if sight.waiting:
        sentence = _sentence(sight, what, faults, say)
        troubles.reword(session, subject, sentence)
        troubles.tell(session, [(subject, sentence)], now=now)
    elif before is None or before.waiting or before.version != sight.version:
        troubles.over(session, [subject], now=now, what=_OVER[say.language])


def unread(session: Session, host: str, why: str, say: Speech, now: datetime) -> None:
    """The folder cannot be read: that changes nothing, and the office hears it once."""
    subject = f"{SUBJECT}{host}:unread"
    if not why:
        troubles.over(session, [subject], now=now)
    else:
        troubles.tell(
            session, [(subject, _UNREAD[say.language].format(host=host, why=in_language(why, say.language)))], now=now
        )


def told_unread(session: Session, host: str) -> bool:
    """Whether it is open that the folder on this machine cannot be read."""
    return bool(troubles.standing(session, f"{SUBJECT}{host}:unread"))


def keep(session: Session, sight: Sight) -> None:
    values = {
        "version": sight.version,
        "since": sight.since,
        "waiting": sight.waiting,
        "owners": json.dumps(sight.owners, ensure_ascii=False),
        "named": json.dumps(sight.named, ensure_ascii=False),
    }
    connection = session.connection()
    make = Dialect(connection.engine).insert(_folders).values(host=sight.host, **values)
    connection.execute(make.on_conflict_do_update(index_elements=[_f.host], set_=values))


def listed(what: Change, language: str) -> str:
    """``changed: overdue-files; new: due-soon``."""
    words = _WHAT[language]
    parts: Mapping[str, Sequence[str]] = {"added": what.added, "changed": what.changed, "removed": what.removed}
    said = []
    for kind, names in parts.items():
        if names:
            shown = [*names[:_NAMES], *([words["more"].format(len(names) - _NAMES)] if len(names) > _NAMES else [])]
            said.append(words[kind].format(", ".join(shown)))
    return "; ".join(said)


def _sentence(sight: Sight, what: Change, faults: Sequence[str], say: Speech) -> str:
    since = sight.since.astimezone(say.zone).strftime("%d/%m/%Y %H:%M")
    who = ", ".join(sight.authors) or _SOMEBODY[say.language]
    said = listed(what, say.language)
    if faults:
        said += _FAULTS[say.language].format(", ".join(sorted(faults)[:_NAMES]))
    return _SAID[say.language].format(host=sight.host, since=since, who=who, what=said)
