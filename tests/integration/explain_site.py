"""A site in a folder for `explain` and trials of rules: its sources are files, its clock is told."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from alertd import pipeline, wiring
from alertd.explain.explanation import Explanation, explain
from alertd.explain.page import page
from alertd.explain.voice import Voice
from alertd.model.clock import Clock
from alertd.settings.load import load_settings
from alertd.site import Site
from alertd.store.database import Store, open_store

CONFIG = """\
[site]
mode = "trial"
[store]
url = { env = "ALERTD_TEST_STORE" }
[calendar]
country = ""
days_off = [2026-09-02]
days_worked = [2026-09-05]
[units]
file = "units.csv"
contacts = "contacts.csv"
[email]
host = "127.0.0.1"
port = 1
security = "none"
sender = "alertd <a@hanoi.example>"
[office]
unit = "H26.VP"
[[sources]]
name = "one-stop"
dataset = "files"
kind = "spreadsheet"
path = "one-stop.csv"
authority = 10
[sources.fields]
code = "ma"
unit = "donvi"
status = "trangthai"
due_at = "hen"
ended_at = "ketthuc"
supplement_requested_at = "yeucau"
supplement_answered_at = "bosung"
accepted_at = "tiepnhan"
[[sources]]
name = "portal"
dataset = "files"
kind = "spreadsheet"
path = "portal.csv"
max_drop = 1.0
[sources.fields]
code = "ma"
unit = "donvi"
due_at = "hen"
[[sources]]
name = "publishing"
dataset = "announcements"
kind = "spreadsheet"
path = "publishing.csv"
[sources.fields]
procedure = "tthc"
legal_text = "vanban"
decision = "quyetdinh"
decided_on = "ngayky"
published_on = "congkhai"
unit = "donvi"
[[sources]]
name = "catalogue"
dataset = "procedures"
kind = "spreadsheet"
path = "catalogue.csv"
[sources.fields]
code = "tthc"
name = "ten"
content_complete = "du"
"""
TABLES = {
    "units.csv": "code,name,kind\nH26.VP,Văn phòng UBND,office\nH26.1,Sở Xây dựng,department\nH26.2,Phường Hai,ward\n",
    "contacts.csv": "unit,role,name,email\nH26.VP,head,Văn phòng,vp@h.example\nH26.1,head,Nguyễn Thị Lan,lan@h.example\n",
    "one-stop.csv": """\
ma,donvi,trangthai,hen,ketthuc,yeucau,bosung,tiepnhan
H26.1-260801-0001,H26.1,processing,2026-08-28,,,,2026-08-03
H26.1-260801-0002,H26.1,supplement,2026-08-28,,2026-09-01,,2026-08-03
H26.1-260801-0003,H26.1,done,2026-08-28,2026-09-03,,,2026-08-03
H26.1-260801-0004,H26.1,processing,2026-09-11,,,,2026-08-03
H26.2-260801-0005,H26.2,processing,2026-08-28,,,,2026-08-03
H26.1-260801-0006,H26.1,processing,,,,,2026-08-03
H26.1-260801-0007,Sở Lạ,processing,2026-08-29,,,,2026-08-03
H26.1-241201-0011,H26.1,processing,2025-01-10,,,,2024-12-02
""",
    "portal.csv": "ma,donvi,hen\nH26.1-260801-0001,H26.2,2026-09-30\nH26.1-260801-0008,H26.1,2026-08-28\n",
    "publishing.csv": """\
tthc,vanban,quyetdinh,ngayky,congkhai,donvi
1.004227,NĐ 1,12/QĐ,2026-08-24,,H26.1
1.004227,NĐ 2,13/QĐ,2026-08-24,2026-08-26,H26.1
""",
    "catalogue.csv": "tthc,ten,du\n1.004227,Cấp phép xây dựng,false\n",
}
OVERDUE = """\
title: {vi: Hồ sơ quá hạn, en: Overdue files}
basis: [Nghị định 118/2025/NĐ-CP]
dataset: files
when: [is_open and due_at is not null, not waiting_for_citizen]
measure: working_days_late
levels: {reminder: 1, warning: 5, critical: 10}
except:
  - {when: unit = 'H26.2', reason: Bão số 5, until: 2026-12-05}
to: unit_head
send: {reminder: at_once, warning: at_once, critical: at_once}
template: overdue_files
"""
WORSE = OVERDUE.replace("reminder: 1, ", "").replace(
    "except:\n  - {when: unit = 'H26.2', reason: Bão số 5, until: 2026-12-05}\n", ""
)
SLOW = """\
title: Tiếp nhận chậm
basis: [Nghị định 118/2025/NĐ-CP]
dataset: files
when: is_open
deadline: {counted_from: accepted_at, within: 20 working days}
measure: working_days_late
levels: {warning: 1}
to: office
template: default
"""
UNPUBLISHED = """\
title: TTHC chậm công khai
basis: [Nghị định 118/2025/NĐ-CP]
dataset: announcements
when: published_on is null
measure: publish_working_days_late
levels: {warning: 1}
to: unit_head
template: default
"""
INCOMPLETE = """\
title: TTHC chưa đủ nội dung
basis: [Nghị định 118/2025/NĐ-CP]
dataset: procedures
when: content_complete = false
level: reminder
to: office
template: default
"""
RULES = {"overdue": OVERDUE, "worse": WORSE, "slow": SLOW, "unpublished": UNPUBLISHED, "incomplete": INCOMPLETE}
NOW = "2026-09-07T08:00+07:00"  # a Monday; 2 September is a holiday, Saturday 5 September is worked


class Office:
    """A site in a folder: its sources are files, its clock is told."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder, store
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        (folder / "rules").mkdir(exist_ok=True)
        for name, table in TABLES.items():
            (folder / name).write_text(table, encoding="utf-8")
        for name, body in RULES.items():
            self.rule(name, body)

    def rule(self, name: str, body: str) -> None:
        (self.folder / "rules" / f"{name}.yaml").write_text(f"id: {name}\n{body}", encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    @contextmanager
    def open(self, now: str) -> Iterator[Site]:
        os.environ["ALERTD_TEST_STORE"] = self.store.url.render_as_string(hide_password=False)
        clock = Clock(lambda: datetime.fromisoformat(now), lambda: 0.0, lambda _: None)
        site, _ = wiring.build(load_settings(self.folder / "config.toml"), clock)
        try:
            yield site
        finally:
            site.close()

    def works(self, now: str = NOW) -> None:
        """Polls of all sources and a cycle."""
        with self.open(now) as site:
            for source in site.sources:
                pipeline.poll(site, source)
            pipeline.run_cycle(site)

    def explains(self, key: str, now: str = NOW) -> list[Explanation]:
        with self.open(now) as site, site.store.read() as session:
            return explain(session, site, key, site.clock.now())

    def says(self, key: str, now: str = NOW, *, every_day: bool = False) -> str:
        with self.open(now) as site:
            voice = Voice(site.settings.site.language, site.settings.site.timezone, site.directory)
            with site.store.read() as session:
                found = explain(session, site, key, site.clock.now())
        return "\n".join(line for each in found for line in page(each, voice, every_day=every_day))


@contextmanager
def own_office(request: pytest.FixtureRequest, folder: Path, name: str) -> Iterator[Office]:
    """One that is only read, in a database of its own: other tests empty the one that they share."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            store = open_store(f"sqlite:///{folder / 'alertd.db'}")
        else:
            shared = make_url(request.getfixturevalue("postgres"))
            admin = create_engine(shared, isolation_level="AUTOCOMMIT")
            stack.callback(admin.dispose)
            own = shared.set(database=f"{shared.database}_{name}")
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {own.database}"))
                connection.execute(text(f"CREATE DATABASE {own.database}"))
            store = open_store(own)
        stack.callback(store.close)
        made = Office(folder, store)
        made.works()
        yield made
