"""Whether a notice that somebody holds is one of ours, and still says what it said: its row against what the audit seals."""

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, RowMapping, and_, or_, select
from sqlmodel import Session

from alertd.channels.base import repeat_line
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.notices import NoticeFile, notices_table
from alertd.notices.chat import visible
from alertd.notices.list import Json, notice
from alertd.notices.stamp import code_of
from alertd.store import audit, seals
from alertd.store.seals import ATTACHED, BOUNCED, CONFIRMED, SETTLED, WRITTEN, Seals

_n, _rows, _files = notices_table.c, table_of(AuditRow), table_of(NoticeFile)
_a = _rows.c
_LONGEST = 18  # digits of a number that a database takes


@dataclass(frozen=True, slots=True)
class Genuine:
    """``notice``: as `notices show` has it, None where nothing is known by that code or number. ``faults``: what is not as it
    was sealed. ``seal``: the number of the audit row that sealed it when it was written; 0: none."""

    notice: Json | None
    faults: tuple[str, ...] = ()
    seal: int = 0

    @property
    def unchanged(self) -> bool:
        return self.notice is not None and not self.faults


def genuine(session: Session, asked: str, zone: ZoneInfo) -> Genuine:
    """``asked``: a code as it was typed, or a notice's number."""
    row = _row(session, asked)
    if row is None:
        return Genuine(None)
    kept, broken = _seals(session, row)
    number = int(row["id"])
    faults = [*broken, *(what for _, what in seals.faults_of(row, kept)), *_file_faults(session, number, kept)]
    written = kept.written.get(number)
    return Genuine(notice(session, number, zone), tuple(faults), written.row if written else 0)


def _row(session: Session, asked: str) -> RowMapping | None:
    code, plain = code_of(asked), asked.strip().lstrip("#")
    if code is not None:
        which = _n.code == code
    elif plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST:
        which = _n.id == int(plain)
    else:
        return None
    return session.connection().execute(select(notices_table).where(which)).mappings().first()


def _seals(session: Session, row: RowMapping) -> tuple[Seals, list[str]]:
    """What the chain seals of one notice, and which of those rows do not hold in it. They are looked for by its number alone:
    whatever stands in the notice may have been changed."""
    kept, broken = Seals(), []
    number = str(row["id"])
    keyed = and_(_a.action.in_((WRITTEN, ATTACHED, SETTLED)), _a.detail.contains(f'"{number}"'))
    listed = and_(_a.action.in_((BOUNCED, CONFIRMED)), _a.detail.contains(number))
    found = select(_rows).where(or_(keyed, listed)).order_by(_a.seq)
    for sealing in session.connection().execute(found).all():
        try:
            mine = seals.only(row["id"], sealing.action, sealing.detail)
            if mine is None:
                continue
            broken += list(kept.take(sealing.seq, sealing.at, sealing.action, mine))
        except (AttributeError, KeyError, TypeError, ValueError):
            broken.append(f"row {sealing.seq} of the audit holds what alertd never wrote")
            continue
        if not _stands(session, sealing):
            broken.append(f"row {sealing.seq} of the audit, which seals it, was changed; see `alertd audit verify`")
    return kept, broken


def _stands(session: Session, row: Row[Any]) -> bool:
    """By its own hash, and by those of the rows on its two sides."""
    sides = session.connection().execute(
        select(_a.seq, _a.hash, _a.previous).where(_a.seq.in_([row.seq - 1, row.seq + 1]))
    )
    beside = {side.seq: side for side in sides}
    before, after = beside.get(row.seq - 1), beside.get(row.seq + 1)
    return (
        audit.is_whole(row)
        and row.previous == (before.hash if before is not None else audit.GENESIS)
        and (after is None or after.previous == row.hash)
    )


def _file_faults(session: Session, number: int, kept: Seals) -> Iterator[str]:
    files = session.connection().execute(select(_files).where(_files.c.notice_id == number)).all()
    found = sorted(seals.as_attached(file.name, file.media_type, file.content) for file in files)
    sealed = kept.attached.get(number)
    if found != (sealed.value if sealed is not None else []):
        yield f"the attachments of notice {number} were changed, removed or added to"


def difference(notice: Json, held: str) -> list[str]:
    """How a text that somebody holds differs from what went out, in whichever form it is most alike; nothing where it is the
    same but for blanks and line breaks, and for what a mail program or a chat shows above it."""
    theirs = [line for line in _lines(held) if line != repeat_line(notice["language"])]
    forms = _forms(notice)
    if any(theirs == form for form in forms):
        return []
    nearest = max(forms, key=lambda form: difflib.SequenceMatcher(a=form, b=theirs, autojunk=False).ratio())
    return [line for line in difflib.ndiff(nearest, theirs) if line[:2] in ("- ", "+ ")]


def _forms(notice: Json) -> list[list[str]]:
    text, chat = _lines(notice["text"]), _lines("\n".join(visible(part) for part in notice["chat"]))
    subject = _lines(notice["subject"])
    return [form for form in (text, [*subject, *text], chat, _lines(notice["short"])) if form]


def _lines(text: str) -> list[str]:
    """Without empty lines, and each without blanks at its ends and between its words."""
    folded: Sequence[str] = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    return [line for line in folded if line]
