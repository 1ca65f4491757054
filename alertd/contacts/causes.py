"""A head's answer to a notice of late files is what he says of the cause: kept with the files that it is about.

A cause is the answer to the very message (a reply), in a chat that is confirmed; an answer to a question about a figure is a
dispute and never comes here. Whatever it is, the office gets the words as well.
"""

import re
from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from alertd.contacts.turn import Turn
from alertd.model.alerts import alerts_table, standing
from alertd.model.apologies import CauseWay
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import NoticeState
from alertd.store import causes

_n, _a, _f, _l = notices_table.c, alerts_table.c, files_table.c, table_of(NoticeAlert).c
_RECENT = 10  # notices of a person among which a part without its stamp is looked for
# The line that every message ends with (notices/stamp.py), as a chat quotes it.
_STAMP = re.compile(r"(?:Thông báo số|Notice no\.) (\d{1,18}) · \D{1,20}([0-9A-Z]{4})-([0-9A-Z]{4})\s*$")


def heard(turn: Turn, person: RowMapping) -> int:
    """Keep what was written as the cause of the late files that the answered notice told of, or of those that it names; gives of
    how many. 0: it is no answer to such a notice, or all its files have causes of their own. ``person``: the confirmed binding."""
    words = turn.incoming.text.strip()
    notice = _answered(turn, person) if turn.incoming.quoted and words else None
    if notice is None:
        return 0
    found = _shares(turn.session, words, _late(turn.session, notice, turn.at))
    for said, about in found:
        causes.keep(
            turn.session,
            [int(row["id"]) for row in about],
            said,
            unit=person["unit"],
            by=person["name"],
            person=person["person"],
            way=CauseWay.CHAT,
            at=turn.at,
            notice=notice,
        )
    return len({row["key"] for _, about in found for row in about})


def _shares(session: Session, words: str, alerts: Sequence[RowMapping]) -> list[tuple[str, Sequence[RowMapping]]]:
    """Which words are of which files: line by line where each line names some, else all of it of those that it names; and where it
    names none, of those of which nobody has given a cause of their own."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    by_line: list[tuple[str, Sequence[RowMapping]]]
    by_line = [(line, [row for row in alerts if _names(line, row["key"])]) for line in lines]
    if all(rows for _, rows in by_line):
        return by_line
    about: Sequence[RowMapping] = [row for row in alerts if _names(words, row["key"])]
    if not about:
        said = causes.of_records(session, FILES.name, {row["key"] for row in alerts})
        last = {key: each[-1] for key, each in said.items()}
        own = {key for key, each in last.items() if each["way"] == CauseWay.COMMAND or _names(each["text"], key)}
        about = [row for row in alerts if row["key"] not in own]
    return [(words, about)] if about else []


def _names(words: str, code: str) -> bool:
    """Whether the code stands there, and not as the beginning of a longer one."""
    return re.search(re.escape(code) + r"(?!\d)", words, re.IGNORECASE) is not None


def _answered(turn: Turn, person: RowMapping) -> int | None:
    """His notice to which he replied: by the line under it, or, of one that is sent in parts, the last that holds the words."""
    stamp = _STAMP.search(turn.incoming.quoted)
    mine = (_n.person == person["person"]) & (_n.state == NoticeState.SENT.value)
    connection = turn.session.connection()
    if stamp is not None:
        found = select(_n.id).where(mine, _n.id == int(stamp[1]), _n.code == stamp[2] + stamp[3])
        return connection.execute(found).scalar()
    first = next((line.strip() for line in turn.incoming.quoted.splitlines() if line.strip()), "")
    recent = select(_n.id, _n.text).where(mine).order_by(_n.sent_at.desc(), _n.id.desc()).limit(_RECENT)
    plain = " ".join(first.split())
    return next((row.id for row in connection.execute(recent) if plain and plain in " ".join(row.text.split())), None)


def _late(session: Session, notice: int, at: AsOf) -> Sequence[RowMapping]:
    """Standing alerts of the notice about files that are late, whatever rule found them."""
    late = FILES.fields["working_days_late"].sql(Scope(files_table, at.live))
    statement = (
        select(_a.id, _a.key)
        .join(table_of(NoticeAlert), _l.alert_id == _a.id)
        .join(files_table, _f.id == _a.record_id)
        .where(_l.notice_id == notice, _a.dataset == FILES.name, standing(_a.state), late > 0)
        .order_by(_a.id)
    )
    return session.connection().execute(statement, at.parameters).mappings().all()
