"""A replay of a month predicts what a daemon has told in it: the same messages, word for word, on both databases."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from alertd import go_live, pipeline
from alertd.model.alerts import alerts_table
from alertd.model.base import metadata, table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.people import Binding
from alertd.notices.gather import LISTED
from alertd.replay.outcome import Message
from alertd.replay.replay import replay
from alertd.store.database import Store
from tests.acceptance.histories.life import lives
from tests.acceptance.world import PEOPLE
from tests.integration.replay_site import City, city, days, local

FIRST, LAST = local("2026-04-20 00:00"), local("2026-05-20 00:00")
LOOKS = ((7, 30), (13, 0))
BETWEEN = ((6, 55), (16, 40))  # when the source is read
FILES_OF_THE_CITY = 150
SUCCESSION = PEOPLE.replace(
    "H26.1,head,Nguyễn Văn An,Giám đốc Sở,an@hanoi.example,,,",
    "H26.1,head,Nguyễn Văn An,Giám đốc Sở,an@hanoi.example,,,2026-04-28\n"
    "H26.1,head,Đỗ Thị Mai,Giám đốc Sở,mai@hanoi.example,,2026-04-29,",
)
RULES = dict.fromkeys(("overdue-files", "due-soon", "second-supplement", "late-no-apology"), "")
CHATS = {"H26.2": "Lê Thị Bình", "H26.VP": "Trần Thị Văn Phòng"}  # the others have their mail alone
_a, _n, _l = alerts_table.c, notices_table.c, table_of(NoticeAlert).c
# A number and a code that are drawn for each message.
# The head of the audit chain, in the city's digest.
_SEAL = re.compile(r"[^\n]* \d+:[0-9a-f]{32} [^\n]*\n")
_STAMP = re.compile(r"[^\n]* [0-9A-Z]{4}-[0-9A-Z]{4}\n")
Told = tuple[datetime, str, str, str, tuple[tuple[str, int], ...]]


def bind(seen: City) -> None:
    """Two people hear in a chat, and by mail where they give no sign."""
    people = {contact.name: contact.person for contact in seen.site.directory.contacts}
    rows = [
        {"channel": "telegram", "user_id": place, "chat_id": place, "unit": unit, "person": people[name], "name": name}
        | {"state": "confirmed", "made_at": seen.now, "confirmed_at": seen.now, "confirmed_by": "test"}
        for place, (unit, name) in enumerate(CHATS.items(), 1)
    ]
    with seen.site.store.write() as session:
        session.connection().execute(insert(table_of(Binding)), rows)


def lived(seen: City) -> None:
    """A month of a daemon, from its first day on; the backlog is taken as known on the evening before."""
    files = lives(11, FILES_OF_THE_CITY)
    seen.lists(files, FIRST - timedelta(seconds=1))
    seen.poll()
    go_live.begin(seen.site, by="test")
    pipeline.run_deliveries(seen.site)
    for day in days(FIRST, LAST):
        times = sorted({*((clock, True) for clock in LOOKS), *((clock, False) for clock in BETWEEN)})
        for (hour, minute), is_look in times:
            now = day.replace(hour=hour, minute=minute)
            seen.lists(files, now)
            seen.poll()
            if is_look:
                seen.looks(now)


def told(store: Store) -> list[Told]:
    """What went out after the first evening."""
    with store.read() as session:
        connection = session.connection()
        # a message whose list, or whose drafts, go by mail is one
        sent = (_n.state == "sent") & (_n.created_at > FIRST) & _n.once.not_like("%:list")
        rows = connection.execute(select(notices_table).where(sent).order_by(_n.id)).mappings().all()
        links: Any = connection.execute(
            select(_l.notice_id, _a.rule)
            .join_from(table_of(NoticeAlert), alerts_table, _a.id == _l.alert_id)
            .where(_l.why != LISTED)
        )
        tells: dict[int, Counter[str]] = {}
        for notice, rule in links:
            tells.setdefault(notice, Counter())[rule] += 1
    return sorted(
        (row["sent_at"], row["kind"], row["person"], row["channel"], tuple(sorted(tells.get(row["id"], {}).items())))
        for row in rows
    )


def predicted(messages: Iterable[Message]) -> list[Told]:
    return sorted((m.at, m.kind.value, m.person, m.channel, tuple(sorted(m.tells.items()))) for m in messages)


def texts(store: Store) -> Counter[tuple[str, str]]:
    with store.read() as session:
        rows = session.connection().execute(
            select(_n.subject, _n.text).where(_n.state == "sent", _n.created_at > FIRST, _n.once.not_like("%:list"))
        )
        return Counter((subject, _unstamped(text)) for subject, text in rows)


def _unstamped(text: str) -> str:
    assert _STAMP.search(text)
    return _SEAL.sub("", _STAMP.sub("", text))


def copies(store: Store) -> int:
    with store.read() as session:
        statement = select(func.count()).where(_n.copy_of.is_not(None), _n.state == "sent")
        return int(session.connection().execute(statement).scalar_one())


def counts(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.read() as session:
        connection = session.connection()
        tables = metadata.sorted_tables
        return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def test_what_a_replay_predicts_is_what_was_sent(store: Store, tmp_path: Path) -> None:
    with city(tmp_path, store, RULES, people=SUCCESSION) as seen:
        bind(seen)
        lived(seen)
        before = counts(store)
        done = replay(seen.site, seen.site.rules, since=FIRST.date(), until=LAST.date(), texts=True)
        assert predicted(done.messages) == told(store)
        assert Counter((m.subject, _unstamped(m.text)) for m in done.messages) == texts(store)
        assert {m.name for m in done.messages if m.unit == "H26.1"} == {"Nguyễn Văn An", "Đỗ Thị Mai"}
        ways = Counter((m.kind.value, m.channel) for m in done.messages)
        assert (
            min(ways["alert", "telegram"], ways["alert", "email"], ways["digest", "telegram"], ways["digest", "email"])
            > 9
        )
        assert copies(store) > 0  # by a second channel, where nobody gave a sign
        assert done.exact_from == FIRST.date()
        assert (done.faults, done.held) == ({}, ())
        assert counts(store) == before
        quick = replay(seen.site, seen.site.rules, since=FIRST.date(), until=LAST.date())
        assert predicted(quick.messages) == predicted(done.messages)
        assert quick.found == done.found
        assert not any(m.text for m in quick.messages)
