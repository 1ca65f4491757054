"""The release of a change of the rules on a live site: what it would send, without a trace; and the release itself, by another
person than the one who made the change."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from alertd.errors import Fault, Misconfigured, Refused, Said, in_language
from alertd.repair.alone import alone
from alertd.repair.effect import Effect, Reader, next_cycle
from alertd.rules import kept, releases, waiting
from alertd.rules.folder import place, read_folder
from alertd.rules.in_force import Draft
from alertd.rules.load import version_of_set
from alertd.rules.releases import Entry, How, Released
from alertd.rules.waiting import Change, Sight
from alertd.site import Site, as_believed
from alertd.store import audit, troubles

_RELEASED = {
    "vi": "Thay đổi quy tắc đã được {by} ban hành lúc {at} (người sửa: {who}): {what}",
    "en": "The change of the rules was released by {by} at {at} (changed by {who}): {what}",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A change that waits. ``renamed``: old name → new; ``quiet``: what its new rules find at once is to be a baseline.
    ``without``: what the next cycle does as it is, ``changed``: with the change. ``number``: of the release, once it is done."""

    before: Released
    version: str
    sight: Sight
    change: Change
    renamed: Mapping[str, str]
    quiet: bool
    without: Effect
    changed: Effect
    draft: Draft = field(repr=False)
    number: int | None = None

    @property
    def messages(self) -> int:
        """That the next cycle sends."""
        return self.changed.messages

    @property
    def new_heads(self) -> Sequence[Reader]:
        """Those who would not hear anything without the change."""
        before = {reader.person for reader in self.without.readers}
        new = (reader for reader in self.changed.readers if reader.person not in before)
        return sorted(new, key=lambda reader: (reader.unit, reader.name))


def look(site: Site, *, version: str = "", quiet: bool | None = None) -> Look | None:
    """What the change in the folder would do; None: it holds the set in force. Writes nothing. ``version``: the one that is
    meant. Raises Refused where there is nothing that could be released, Misconfigured where it has faults."""
    with alone(site, polls=False):
        return _look(site, version, quiet)


def release(
    site: Site, *, by: str, version: str = "", quiet: bool | None = None, reason: str = "", also: Sequence[str] = ()
) -> Look | None:
    """The same, and bring it into force: one transaction, one row of the audit. Raises Refused also for whoever made the change
    (``also``: other names of the one who releases), and where the folder or the set in force is another one by now."""
    with alone(site, polls=False):
        site = as_believed(site)
        shown = _look(site, version, quiet)
        if shown is None:
            return None
        refuse_author(shown.sight, by, also)
        return _release(site, shown, by, reason)


def refuse_author(sight: Sight, by: str, also: Sequence[str] = ()) -> None:
    """Raises Refused for one of those who made the change, under any of his names."""
    if not {_plain(name) for name in (by, *also)} & {_plain(name) for name in sight.authors}:
        return
    who = ", ".join(sight.authors)
    raise Refused(
        Said(
            f"{by} made this change, so somebody else has to release it (changed by: {who}); he runs `alertd rules release "
            f"{sight.version} --yes`, or names himself with --by. If somebody else made it, say so first: `alertd rules propose "
            "--by NAME`",
            f"{by} là người sửa quy tắc nên phải do người khác ban hành (người sửa: {who}). Người đó chạy `alertd rules release "
            f"{sight.version} --yes`, hoặc ghi tên mình bằng --by. Nếu người sửa là người khác, khai trước bằng `alertd rules "
            "propose --by TÊN`",
        )
    )


def propose(site: Site, *, by: str) -> Sight:
    """Say whose the change in the folder is. Whoever said so before stays named. Raises Refused where nothing waits."""
    with site.store.read() as session:
        before = _in_force(session, site)
    draft = _draft(site)
    with site.store.write() as session:
        releases.serialised(session)
        now = site.clock.now()
        sight = waiting.looked_at(session, place(site.in_force.folder), draft.folder, now)
        if not sight.waiting:
            raise Refused(_NOTHING)
        sight = replace(sight, named=tuple(dict.fromkeys((*sight.named, by))))
        _note(session, site, sight, waiting.change(before, draft.folder), draft, now)
        audit.record(
            session,
            at=now,
            actor=by,
            action="rules.proposed",
            subject="rules",
            detail={"version": sight.version, "owners": list(sight.owners)},
        )
        return sight


_NOTHING = Said(
    "the folder of rules holds the set in force; there is nothing to release",
    "thư mục quy tắc đúng với bộ đang có hiệu lực; không có gì để ban hành",
)


_EMPTY = Said(
    "the folder of rules holds no rule at all; such a set cannot be released. See that its files are where config.toml says",
    "thư mục quy tắc không có quy tắc nào nên không ban hành được; đề nghị kiểm tra lại thư mục ghi trong config.toml",
)


def _look(site: Site, version: str, quiet: bool | None) -> Look | None:
    with site.store.read() as session:
        before = _in_force(session, site)
    draft = _draft(site)
    with site.store.read() as session:
        sight = waiting.looked_at(session, place(site.in_force.folder), draft.folder, site.clock.now())
    # a rule that was set aside may be in order by now without another letter in it: its unit is there at last
    if draft.folder.version == before.version and not before.set_aside.keys() & draft.book.set.rules.keys():
        return None
    _refuse_another(draft.folder.version, version)
    if faults := [fault for fault in draft.faults if not fault.warning]:
        raise Misconfigured([*faults, _cannot(site)])
    if not draft.book.set.rules:
        raise Refused(_EMPTY)
    if not sight.waiting:  # it lay there before the set in force was released: somebody wants it back
        sight = replace(sight, waiting=True, owners=draft.folder.owners(before.rules))
    asked = site.settings.guard.new_rules == "quiet" if quiet is None else quiet
    with site.store.rehearse() as session:
        renamed = kept.renamed(session, kept.ran_last(session) or before.rules, draft.book.set)
        without = next_cycle(session, site)
    with site.store.rehearse() as session:
        releases.enter(session, draft.book.set, Entry(How.RELEASED, quiet=asked), site.clock.now())
        changed = next_cycle(session, replace(site, rules=draft.book))
    what = waiting.change(before, draft.folder)
    return Look(before, draft.folder.version, sight, what, renamed, asked, without, changed, draft)


def _release(site: Site, shown: Look, by: str, reason: str) -> Look:
    rules, now = shown.draft.book.set, site.clock.now()
    with site.store.write() as session:
        releases.serialised(session)
        before = releases.in_force(session)
        read = version_of_set({name: rule.version for name, rule in rules.rules.items()})
        for version in (read_folder(site.in_force.folder).version, read):
            _refuse_another(version, shown.version)
        if before is None or before.number != shown.before.number:
            raise Refused(
                Said(
                    "another set was released meanwhile; look at the change again: `alertd rules release`",
                    "trong lúc đó đã có bộ quy tắc khác được ban hành; xem lại thay đổi bằng `alertd rules release`",
                )
            )
        entry = Entry(
            How.RELEASED,
            changed_by=shown.sight.authors,
            changed_at=shown.sight.since,
            released_by=by,
            reason=reason,
            quiet=shown.quiet,
            messages=shown.messages,
            heads=len(shown.new_heads),
        )
        number = releases.enter(session, rules, entry, now)
        audit.record(
            session,
            at=now,
            actor=by,
            action="rules.released",
            subject="rules",
            reason=reason,
            detail={
                "changed_by": list(shown.sight.authors),
                "from": shown.before.version,
                "version": shown.version,
                **kept.changed(shown.before.rules, {name: rule.version for name, rule in rules.rules.items()}),
                **({"renamed": dict(shown.renamed)} if shown.renamed else {}),
                "quiet": shown.quiet,
                "messages": shown.messages,
                "heads": len(shown.new_heads),
            },
        )
        _over(session, site, shown, by, now)
        return replace(shown, number=number)


def _over(session: Session, site: Site, shown: Look, by: str, now: datetime) -> None:
    """Nothing waits any more; the office that has heard of the change hears of its release."""
    language, zone = site.language, site.settings.site.timezone
    said = _RELEASED[language].format(
        by=by,
        at=now.astimezone(zone).strftime("%H:%M, %d/%m/%Y"),
        who=", ".join(shown.sight.authors) or "-",
        what=waiting.listed(shown.change, language),
    )
    for sight in waiting.sights(session):
        subject = f"{waiting.SUBJECT}{sight.host}"
        if sight.version == shown.version and sight.waiting:
            troubles.over(session, [subject], now=now, what=said)
            waiting.keep(session, replace(sight, waiting=False, owners=(), named=()))
        elif sight.waiting:  # whoever still has another change says so anew; of a machine that is no more nothing waits
            troubles.over(session, [subject, f"{subject}:unread"], now=now)
            waiting.keep(session, replace(sight, waiting=False))


def _in_force(session: Session, site: Site) -> Released:
    if site.settings.site.mode != "live":
        raise Refused(
            Said(
                f"in mode {site.settings.site.mode} the rules run as they are saved; a release is needed in mode live alone",
                f"ở chế độ {site.settings.site.mode} quy tắc được áp dụng ngay khi lưu; chỉ chế độ live mới cần ban hành",
            )
        )
    released = releases.in_force(session)
    if released is None:
        raise Refused(
            Said(
                "no set was ever released here; `alertd go-live --yes` releases the first, or the first cycle takes it over",
                "chưa có bộ quy tắc nào được ban hành; `alertd go-live --yes` ban hành bộ đầu tiên, hoặc lượt xét đầu tiên "
                "tiếp nhận bộ đó",
            )
        )
    return released


def _draft(site: Site) -> Draft:
    draft = site.in_force.draft(site.clock, site.known)
    if why := draft.book.set.unread or draft.folder.unread:
        vi = in_language(why, "vi")
        raise Refused(Said(f"the folder of rules cannot be read: {why}", f"không đọc được thư mục quy tắc: {vi}"))
    return draft


def _refuse_another(found: str, meant: str) -> None:
    if meant and not (len(meant) >= _SHORT and found.startswith(meant)):
        raise Refused(
            Said(
                f"the folder holds set {found}, not {meant}: it was changed meanwhile. Look at it again: `alertd rules release`",
                f"thư mục quy tắc đang là bộ {found}, không phải {meant}: đã có người sửa. Xem lại bằng `alertd rules release`",
            )
        )


_SHORT = 6  # characters of a version that are enough to name it


def _cannot(site: Site) -> Fault:
    folder = str(site.in_force.folder)
    return Fault(
        folder,
        0,
        0,
        Said("a set with faults cannot be released", "bộ quy tắc còn lỗi nên chưa ban hành được"),
        Said("mend them; until then the set in force goes on", "sửa lỗi; trong lúc đó bộ đang có hiệu lực vẫn áp dụng"),
    )


def _note(session: Session, site: Site, sight: Sight, what: Change, draft: Draft, now: datetime) -> None:
    speech = waiting.Speech(site.language, site.settings.site.timezone)
    waiting.note(session, sight, what, list(draft.book.set.set_aside), speech, now)


def _plain(name: str) -> str:
    """As names are compared: neither capitals nor spaces tell people apart."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
