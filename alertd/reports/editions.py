"""The editions of the bulletin: a draft may be made anew, what a named person released stays as it was printed.

The one thing in this room that is written; every step stands in the audit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from alertd.errors import Refused, Said
from alertd.model.bulletins import EditionState, bulletins_table
from alertd.model.period import Period
from alertd.reports.bulletin import Bulletin, read
from alertd.store import audit

_b = bulletins_table.c


@dataclass(frozen=True, slots=True)
class Edition:
    """As it stands in the store. ``bulletin`` is what it says."""

    number: int
    state: EditionState
    made_at: datetime
    made_by: str
    released_at: datetime | None
    released_by: str
    reason: str
    content: str
    bulletin: Bulletin


def editions(session: Session, month: Period) -> list[Edition]:
    """Of the month, the newest first; drafts that were made anew are left out."""
    rows = session.connection().execute(
        select(bulletins_table).where(_b.month == month.text).order_by(_b.edition.desc(), _b.id.desc())
    )
    found = [
        Edition(
            row.edition,
            EditionState(row.state),
            row.made_at,
            row.made_by,
            row.released_at,
            row.released_by,
            row.reason,
            row.content,
            read(row.document),
        )
        for row in rows
    ]
    return [each for each in found if each.state is not EditionState.REPLACED or each.released_at is not None]


def draft(session: Session, month: Period) -> Edition | None:
    return next((each for each in editions(session, month) if each.state is EditionState.DRAFT), None)


def released(session: Session, month: Period) -> Bulletin | None:
    """What was printed last of the month."""
    found = _printed(session, month)
    return None if found is None else found.bulletin


def _printed(session: Session, month: Period) -> Edition | None:
    return next((each for each in editions(session, month) if each.state is EditionState.RELEASED), None)


def decided_since(session: Session, month: Period, begins: datetime) -> datetime:
    """From when on what is decided of the month's figures belongs into its next edition: since the one before was drawn up (between
    that and its release it was not printed); for the first, since a bulletin of any month was, or the month began (``begins``),
    whichever is earlier."""
    before = released(session, month)
    if before is not None:
        return before.made_at
    drawn = select(func.max(_b.made_at)).where(_b.released_at.is_not(None))
    last: datetime | None = session.connection().execute(drawn).scalar()
    return begins if last is None else min(begins, last)


def next_number(session: Session, month: Period) -> int:
    """The number that the next edition has: one more than the last that was released."""
    printed = select(func.max(_b.edition)).where(_b.month == month.text, _b.released_at.is_not(None))
    return int(session.connection().execute(printed).scalar() or 0) + 1


def keep_draft(session: Session, bulletin: Bulletin, *, by: str) -> bool:
    """Put it in the place of the month's draft; False where that says the same already."""
    connection = session.connection()
    mine = (_b.month == bulletin.month) & (_b.state == EditionState.DRAFT.value)
    if connection.execute(select(_b.content).where(mine)).scalar() == bulletin.content:
        return False
    connection.execute(update(bulletins_table).where(mine).values(state=EditionState.REPLACED.value))
    connection.execute(
        insert(bulletins_table).values(
            month=bulletin.month,
            edition=bulletin.edition,
            state=EditionState.DRAFT.value,
            document=bulletin.json(),
            content=bulletin.content,
            made_at=bulletin.made_at,
            made_by=by,
        )
    )
    audit.record(
        session,
        at=bulletin.made_at,
        actor=by or "alertd",
        action="bulletin.draft",
        subject=f"bulletin:{bulletin.month}",
        detail={"edition": bulletin.edition, "content": bulletin.content},
    )
    return True


def release(session: Session, month: Period, *, by: str, reason: str, now: datetime, content: str = "") -> Edition:
    """Release the month's draft as a named person. ``content``: of the draft that was looked at; another one is refused, and
    what is released by it already stays as it is: who was cut off may say the same again."""
    mine = draft(session, month)
    if mine is None:
        done = _printed(session, month)
        if done is not None and content and done.content.startswith(content):
            return done
        raise Refused(_no_draft(month, done))
    if content and not mine.content.startswith(content):
        raise Refused(
            Said(
                f"the draft of {month} is another one than {content} by now; look at it again",
                f"bản dự thảo {month.named('vi')} đã khác bản {content}; đề nghị xem lại",
            )
        )
    connection = session.connection()
    older = (_b.month == month.text) & (_b.state == EditionState.RELEASED.value)
    connection.execute(update(bulletins_table).where(older).values(state=EditionState.REPLACED.value))
    now = now.replace(microsecond=0)  # as the store keeps moments: who asks again is told the same
    printed = replace(mine.bulletin, released_at=now, released_by=by)
    this = (_b.month == month.text) & (_b.state == EditionState.DRAFT.value)
    values = {
        "state": EditionState.RELEASED.value,
        "released_at": now,
        "released_by": by,
        "reason": reason,
        "document": printed.json(),
    }
    connection.execute(update(bulletins_table).where(this).values(**values))
    audit.record(
        session,
        at=now,
        actor=by,
        action="bulletin.released",
        subject=f"bulletin:{month}",
        reason=reason,
        detail={"edition": mine.number, "content": mine.content},
    )
    return replace(mine, state=EditionState.RELEASED, released_at=now, released_by=by, reason=reason, bulletin=printed)


def _no_draft(month: Period, done: Edition | None) -> Said:
    vi, en = f"chưa có bản dự thảo {month.named('vi')}", f"there is no draft of {month}"
    make = f"`alertd bulletin {month} --draft`"
    if done is None:
        return Said(f"{en}; make one with {make}", f"{vi}; tạo bằng {make}")
    write = f"`alertd bulletin {month}`"
    return Said(
        f"{en}: edition {done.number} was released by {done.released_by}; {write} writes its files, {make} begins the next edition",
        f"{vi}: lần công bố thứ {done.number} đã do {done.released_by} phát hành; xuất tệp bằng {write}, lập lần công bố sau "
        f"bằng {make}",
    )


def listed(session: Session) -> Sequence[tuple[str, int, str, datetime, str]]:
    """Period, edition, state, when it was made, and who released it; the newest first."""
    rows = session.connection().execute(
        select(_b.month, _b.edition, _b.state, _b.made_at, _b.released_by).order_by(_b.month.desc(), _b.id.desc())
    )
    return [(row.month, row.edition, row.state, row.made_at, row.released_by) for row in rows]
