"""Drafts of form 04 that go with a notice: for which late files, what each says, and the attachment. Each once for each reader.

A draft is for a file that a rule of [apologies] rules tells the reader of; it goes by mail, or by a chat that takes files. The
form itself is filled elsewhere (Desk.drafting); where it cannot be, the notice goes without, and the office hears why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import RowMapping, Select, case, exists, func, select
from sqlmodel import Session

from alertd.errors import Said, in_language
from alertd.model.alerts import alerts_table
from alertd.model.apologies import drafts_table
from alertd.model.asof import AsOf
from alertd.model.files import FILES, files_table
from alertd.model.message import Attachment
from alertd.model.notices import notices_table, telling_table
from alertd.model.words import ChannelName
from alertd.notices.audience import Audience
from alertd.notices.form_words import bundle, columns, form_of
from alertd.notices.letter import Enclosed
from alertd.notices.put import Draft, by_mail, with_list
from alertd.notices.share import UNREAD, key_of
from alertd.notices.writer import Desk
from alertd.store import troubles
from alertd.store.dialect import Dialect, binary_text

_t, _a, _f, _d = telling_table.c, alerts_table.c, files_table.c, drafts_table.c
_AT_ONCE = 1_000  # letters that are filled at a time
_FAILED = {
    "vi": "Biểu mẫu {name} không dùng được: {why}; thông báo đã gửi không kèm dự thảo văn bản xin lỗi",
    "en": "The form {name} cannot be used: {why}; notices went out without drafts of apologies",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """The drafts of one reader: what the notice says of them, the alerts that they are for, and, where they were made, the file."""

    reader: str
    said: Enclosed
    alerts: tuple[int, ...]
    file: Attachment | None


def drafted(session: Session, desk: Desk, at: AsOf, readers: Sequence[Audience]) -> dict[int, Drafted]:
    """By the reader's number, from what was gathered; nothing where the form cannot be used, which the office hears."""
    settings = desk.settings.apologies
    rules = [rule for rule in settings.rules if rule in desk.rules.rules and desk.rules.rules[rule].dataset is FILES]
    readers = [reader for reader in readers if _takes_files(desk, reader)]
    if not (settings.drafts and rules and readers):
        return {}
    chosen: dict[int, list[RowMapping]] = {}
    for row in _chosen(session, at, rules, readers, settings.most):
        chosen.setdefault(row["number"], []).append(row)
    readers = [reader for reader in readers if reader.number in chosen]
    if desk.drafting is None:
        return {reader.number: _drafted(reader, chosen[reader.number], None) for reader in readers}
    found: dict[int, Drafted] = {}
    for some in _portions(readers, chosen):
        letters = {
            r.number: [form_of(desk.settings, desk.reach.directory, at, row) for row in chosen[r.number]] for r in some
        }
        made = desk.drafting([letter for mine in letters.values() for letter in mine])
        if isinstance(made, Said):
            return _without(session, desk, at, made)
        ready = iter(made)
        for reader in some:
            mine, unit = letters[reader.number], desk.reach.directory.name_of(reader.recipient.unit)
            file = bundle(mine, list(islice(ready, len(mine))), unit, at.today)
            found[reader.number] = _drafted(reader, chosen[reader.number], file)
    if found:
        troubles.over(session, [_subject(desk)], now=at.now)
    return found


def _drafted(reader: Audience, rows: Sequence[RowMapping], file: Attachment | None) -> Drafted:
    said = Enclosed(len(rows), rows[0]["total"] - len(rows))
    return Drafted(_reader(reader), said, tuple(row["alert_id"] for row in rows), file)


def _portions(readers: Sequence[Audience], chosen: Mapping[int, Sequence[RowMapping]]) -> Iterator[list[Audience]]:
    """Readers with so many files together that one process fills them at once."""
    some: list[Audience] = []
    for reader in readers:
        if some and sum(len(chosen[each.number]) for each in (*some, reader)) > _AT_ONCE:
            yield some
            some = []
        some.append(reader)
    if some:
        yield some


def carried(desk: Desk, draft: Draft, said: Enclosed | None, *, summary: bool) -> list[Draft]:
    """The message, and a mail of the same where the drafts cannot go with it."""
    return with_list(draft, summary=summary or (said is not None and not _carries(desk, draft)))


def kept(
    session: Session, desk: Desk, drafts: Sequence[Draft], enclosed: Mapping[int, Drafted], ids: Mapping[str, int]
) -> list[tuple[tuple[int, ...], Attachment]]:
    """Note for which alerts drafts went to whom; gives each attachment with the notices that carry it."""
    of = {found.reader: found for found in enclosed.values()}
    files: dict[str, list[int]] = {}
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for draft in drafts:
        reader = f"{draft.to.person}|{draft.meant_for}"
        number, found = ids.get(draft.once), of.get(reader)
        if number is None or found is None:
            continue
        for alert in found.alerts:
            rows.setdefault((alert, reader), {"alert_id": alert, "person": reader, "notice_id": number})
        if found.file is not None and _carries(desk, draft):
            files.setdefault(reader, []).append(number)
    if rows:
        insert: Any = Dialect(session.connection().engine).insert(drafts_table)
        again = insert.on_conflict_do_update(
            index_elements=[_d.alert_id, _d.person], set_={"notice_id": insert.excluded.notice_id}
        )
        session.connection().execute(again, list(rows.values()))
    return [(tuple(numbers), file) for reader, numbers in files.items() if (file := of[reader].file) is not None]


def _chosen(
    session: Session, at: AsOf, rules: Sequence[str], readers: Sequence[Audience], most: int
) -> Sequence[RowMapping]:
    """The worst files of each reader of which he has no draft yet; ``total``: how many there are."""
    ranked = _ranked(rules, readers).subquery()
    statement = (
        select(ranked.c.number, ranked.c.alert_id, ranked.c.total, *columns(at))
        .select_from(ranked.join(alerts_table, _a.id == ranked.c.alert_id).join(files_table, _f.id == _a.record_id))
        .where(ranked.c.place <= most)
        .order_by(ranked.c.number, ranked.c.place)
    )
    return session.connection().execute(statement, at.parameters).mappings().all()


def _ranked(rules: Sequence[str], readers: Sequence[Audience]) -> Select[Any]:
    keys = {reader.number: _reader(reader) for reader in readers}
    has = exists(
        select(_d.alert_id)
        .join(notices_table, notices_table.c.id == _d.notice_id)
        .where(
            _d.alert_id == _t.alert_id,
            _d.person == case(keys, value=_t.number),
            notices_table.c.state.not_in(UNREAD),
        )
        .correlate(telling_table)
    )
    order = [_t.level.desc(), _f.due_day_no, binary_text(_t.key)]
    return (
        select(
            _t.number,
            _t.alert_id,
            func.count().over(partition_by=_t.number).label("total"),
            func.row_number().over(partition_by=_t.number, order_by=order).label("place"),
        )
        .select_from(telling_table.join(alerts_table, _a.id == _t.alert_id).join(files_table, _f.id == _a.record_id))
        .where(_t.rule.in_(rules), _t.number.in_(list(keys)), ~has)
    )


def _reader(reader: Audience) -> str:
    """Whom a draft went to, and in a rehearsal whom it was meant for."""
    return "|".join(key_of(reader))


def _takes_files(desk: Desk, reader: Audience) -> bool:
    return bool(by_mail(reader.to.ways)) or _into_chat(desk, reader.to.ways[0].channel)


def _carries(desk: Desk, draft: Draft) -> bool:
    way = (draft.ways or draft.to.ways)[0].channel
    return way is ChannelName.EMAIL or _into_chat(desk, way)


def _into_chat(desk: Desk, channel: ChannelName) -> bool:
    return channel is ChannelName.TELEGRAM and desk.settings.telegram.attachments


def _without(session: Session, desk: Desk, at: AsOf, why: Said) -> dict[int, Drafted]:
    language = desk.settings.site.language
    said = _FAILED[language].format(name=desk.settings.apologies.form, why=in_language(why, language))
    troubles.tell(session, [(_subject(desk), said)], now=at.now)
    return {}


def _subject(desk: Desk) -> str:
    return f"form:{desk.settings.apologies.form}"
