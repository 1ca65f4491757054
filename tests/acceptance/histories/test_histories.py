"""Ten thousand lives of files, looked at for three weeks over the holidays by a source that fails and lies: what alertd finds and
tells is what a slow, plain reading of the rules says."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from alertd.demo.feed import FaultKind
from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import Level, NoticeKind
from alertd.settings.shipped import shipped
from alertd.store.database import Store, open_store
from tests.acceptance.histories.life import OFF, WORKED, lives, moments
from tests.acceptance.histories.plain import ASKED, OVERDUE, REMINDER, SOON, Plain, works
from tests.acceptance.world import PEOPLE, UNITS, World

LIVES, SEED = 10_000, 1
ANSWERS = {"true": 80, "fails": 6, "garbage": 3, "half": 5, "empty": 3, "blank": 3}  # of the source, in a hundred
SHARES = ("working_days_late_before_unit", "working_days_late_with_unit", "working_days_late_with_citizen")
LOOKED = (datetime(2026, 4, 29, 7, 31), datetime(2026, 5, 4, 14))  # on the way
HEADS = {"H26.1": "an@hanoi.example", "H26.2": "binh@hanoi.example", "H26.3": "carter@hanoi.example"}
HEADS |= {"H26.4": "chi@hanoi.example", "H26.5": "dung@hanoi.example"}
OFFICE = "vanphong@hanoi.example"
MORE_UNITS = """\
H26.5,UBND phường Cũ,ward,H26,2025-07-01,2026-04-29
H26.6,UBND phường Hòa Bình,ward,H26,2025-07-01,
"""
MORE_PEOPLE = f"""\
H26.4,head,Phạm Thị Chi,Chủ tịch UBND phường,{HEADS["H26.4"]},,,
H26.5,head,Vũ Văn Dũng,Chủ tịch UBND phường,{HEADS["H26.5"]},,,
"""
ENDED = datetime(2026, 4, 30)  # H26.4 answers for H26.5 from then on
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_a, _n, _l, _e = alerts_table.c, notices_table.c, table_of(NoticeAlert).c, table_of(AlertEvent).c


@contextmanager
def city(folder: Path, store_url: str) -> Iterator[tuple[World, Store]]:
    """Six units, one that ends on the way, one without a head; the three rules on open files that alertd ships."""
    days = f'[calendar]\ncountry = ""\ndays_off = {[str(day) for day in OFF]}\ndays_worked = {[str(d) for d in WORKED]}'
    with World(folder, store_url, more=days) as world:
        config = folder / "config.toml"
        text = config.read_text(encoding="utf-8").replace('"9" = "done"', '"9" = "done"\n"8" = "stopped"')
        text = text.replace('contacts = "contacts.csv"', 'contacts = "contacts.csv"\nsuccessors = "successors.csv"')
        config.write_text(text, encoding="utf-8")
        (folder / "units.csv").write_text(UNITS + MORE_UNITS, encoding="utf-8")
        (folder / "contacts.csv").write_text(PEOPLE + MORE_PEOPLE, encoding="utf-8")
        (folder / "successors.csv").write_text("unit,field,successor,from\nH26.5,,H26.4,2026-04-30\n", encoding="utf-8")
        for rule in (OVERDUE, SOON, ASKED):
            text = (shipped("rules") / f"{rule}.yaml").read_text(encoding="utf-8")
            text = text.replace("show: [apology_at]", f"show: [{', '.join(SHARES)}]")
            (folder / "rules" / f"{rule}.yaml").write_text(text, encoding="utf-8")
        address = store_url if "postgresql" in store_url else f"sqlite:///{folder / 'alertd.db'}"
        store = open_store(address)
        try:
            yield world, store
        finally:
            store.close()


def serve(world: World, listed: list[dict[str, Any]], how: str) -> bool:
    """What the source answers next; True: the whole truth."""
    if how == "fails":
        world.feed.fail("/ho-so", FaultKind.STATUS, status=500)
    elif how == "garbage":
        world.feed.fail("/ho-so", FaultKind.HTML)
    given = {
        "half": listed[: len(listed) // 2],
        "empty": [],
        "blank": [record | {"NgayHenTra": ""} for record in listed],
    }.get(how, listed)
    world.feed.serve("/ho-so", lambda: given)
    return how == "true"


def stored(store: Store) -> dict[tuple[str, str], tuple[str, str, int, str]]:
    with store.read() as session:
        rows = session.connection().execute(
            select(_a.rule, _a.key, _a.state, _a.reason, _a.level, _a.unit, _a.opened_at)
        )
        return {(row.rule, row.key): (row.state, row.reason, row.level, row.unit) for row in rows}


def answering(unit: str, now: datetime) -> str:
    if unit == "H26.5" and now >= ENDED:
        unit = "H26.4"
    return HEADS.get(unit, OFFICE)


def test_what_is_found_and_told_is_what_the_plain_rules_say(tmp_path: Path, store_url: str) -> None:
    random, plain, files = Random(-SEED), Plain(), lives(SEED, LIVES)
    with city(tmp_path, store_url) as (world, store):
        for number, now in enumerate(moments()):
            listed = [record for life in files if (record := life.at(now)) is not None]
            how = random.choices(tuple(ANSWERS), tuple(ANSWERS.values()))[0] if number else "true"
            believed = serve(world, listed, how)
            ran = world.once(f"{now:%Y-%m-%d %H:%M}")
            assert ran.code == (0 if believed else 1), ran.out + ran.err
            if believed:
                plain.read(listed, now)
            plain.cycle(now, fresh=believed)
            meant = {which: (a.state, a.reason, a.level, a.unit) for which, a in plain.alerts.items()}
            found = stored(store)
            differ = {which: (meant.get(which), found.get(which)) for which in meant | found}
            assert {which: pair for which, pair in differ.items() if pair[0] != pair[1]} == {}, now
            if believed and works(now.date()):
                everybody_heard(store, plain, now, digest=now.hour == 7)
            if now in LOOKED:
                the_same_days(world, plain, now)
        the_same_days(world, plain, now)
        every_notice_is_accounted_for(world, store)


def everybody_heard(store: Store, plain: Plain, now: datetime, *, digest: bool) -> None:
    """In office hours what is a warning or worse has been told; after a digest everything has, to who answers for it."""
    with store.read() as session:
        rows = session.connection().execute(select(_a.rule, _a.key, _a.told_level, _a.told_at))
        told = {(row.rule, row.key): row.told_level for row in rows}
    for rule, code, alert in plain.standing():
        if digest or alert.level > REMINDER:
            assert (told[rule, code] or 0) >= alert.level, (now, rule, code, alert)


def the_same_days(world: World, plain: Plain, now: datetime) -> None:
    """Of every overdue file, as the list of alerts gives it: how many, how bad, and whose they are."""
    found = {
        alert["key"]: (
            alert["facts"]["working_days_late"],
            alert["level"],
            tuple(alert["facts"][name] for name in SHARES),
        )
        for alert in world.alerts("--rule", OVERDUE, "--state", "open")
    }
    meant = {
        code: (plain.copies[code].late(now.date()), Level(alert.level).word, plain.copies[code].shares(now.date()))
        for rule, code, alert in plain.standing()
        if rule == OVERDUE
    }
    assert {
        code: (meant.get(code), found.get(code)) for code in meant | found if meant.get(code) != found.get(code)
    } == {}
    parts = [share for _, _, share in meant.values() if share]
    assert all(any(share[place] for share in parts) for place in range(3))  # or nothing is compared


def every_notice_is_accounted_for(world: World, store: Store) -> None:
    """Each was sent, replaced or withdrawn; what was sent is what the mail server got; nobody heard of another's file."""
    links = (
        select(_n.address, _n.created_at, _l.alert_id)
        .select_from(table_of(NoticeAlert))
        .join(notices_table, _n.id == _l.notice_id)
        .where(_n.kind != NoticeKind.OFFICE.value)
    )
    with store.read() as session:
        notices = session.connection().execute(select(_n.address, _n.state)).all()
        told = session.connection().execute(links).all()
        events = session.connection().execute(select(_e.alert_id, _e.at, _e.unit).order_by(_e.id)).all()
    assert {notice.state for notice in notices} <= {"sent", "superseded", "withdrawn"}
    sent = Counter(notice.address for notice in notices if notice.state == "sent")
    assert sent == Counter(address for mail in world.mail.mails for address in mail.recipients)
    assert set(sent) == {*HEADS.values(), OFFICE}
    assert len(told) > LIVES / 4
    units = defaultdict(list)
    for event in events:
        units[event.alert_id].append((event.at, event.unit))
    for row in told:
        unit = [unit for at, unit in units[row.alert_id] if at <= row.created_at][-1]
        when = row.created_at.astimezone(HANOI).replace(tzinfo=None)
        assert row.address == answering(unit, when), row
