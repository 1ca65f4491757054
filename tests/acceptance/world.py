"""A small site in a folder with a feed, a bot server and a mail server on loopback, driven by the commands a person types."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from alertd import cli, wiring
from alertd.demo.bot_api import TOKEN, BotApi
from alertd.demo.feed import Feed
from alertd.demo.mail_sink import MailSink
from alertd.errors import AlertdError
from alertd.settings.calendar import calendar_of
from alertd.settings.load import load_settings
from tests.stores import with_days

ZONE = "+07:00"
PEOPLE = """\
unit,role,name,title,email,language,from,to
H26.VP,head,Trần Thị Văn Phòng,Chánh Văn phòng,vanphong@hanoi.example,,,
H26.1,head,Nguyễn Văn An,Giám đốc Sở,an@hanoi.example,,,
H26.2,head,Lê Thị Bình,Chủ tịch UBND phường,binh@hanoi.example,,,
H26.3,head,John Carter,Director,carter@hanoi.example,en,,
"""
UNITS = """\
code,name,kind,parent,valid_from,valid_to
H26,UBND Thành phố Hà Nội,city,,,
H26.VP,Văn phòng UBND Thành phố,office,H26,,
H26.1,Sở Xây dựng,department,H26,,
H26.2,UBND phường Ba Đình,ward,H26,2025-07-01,
H26.3,Sở Ngoại vụ,department,H26,,
H26.4,UBND phường Cửa Nam,ward,H26,2025-07-01,
"""
# What the city's source calls our fields, and its words.
READS = """\
times = {{ format = "iso", timezone = "Asia/Ho_Chi_Minh" }}
[sources.fields]
code = "MaHoSo"
unit = "DonVi"
status = "TrangThai"
procedure = "MaTTHC"
accepted_at = "NgayTiepNhan"
due_at = "NgayHenTra"
ended_at = "NgayKetThuc"
supplement_requests = {{ count = "BoSung" }}
supplement_requested_at = {{ last = "BoSung", field = "NgayYeuCau" }}
supplement_answered_at = {{ last = "BoSung", field = "NgayBoSung" }}
section = "Phong"
[sources.values.status]
"4" = "processing"
"5" = "supplement"
"""
CONFIG = (
    """\
[site]
name = "Thành phố Hà Nội"
mode = "{mode}"
{site}

[store]
url = {store}

[units]
file = "units.csv"
contacts = "contacts.csv"

[rules]
folder = "rules"

[[sources]]
name = "one-stop"
dataset = "files"
kind = "http"
url = "{feed}"
records = "data"
stale_after = "2h"
retries = 0
timeout = "3s"
{source}
"""
    + READS
    + """\
"9" = "done"

[telegram]
token = {{ env = "ALERTD_TEST_TOKEN" }}
base_url = "{bot}"
per_chat_second = 50.0

[email]
host = "127.0.0.1"
port = {mail}
security = "none"
sender = "alertd <alertd@hanoi.example>"

[office]
unit = "H26.VP"

[bulletin]
day = {bulletin}
{more}
"""
)


def overdue(
    levels: str = "reminder: 1, warning: 3, critical: 10",
    send: str = "reminder: digest, warning: office_hours, critical: at_once",
    *,
    measure: str = "working_days_late",
    repeat: str = "",
) -> str:
    """The rule that most stories need, as an office writes it."""
    return f"""\
title: {{vi: Hồ sơ quá hạn, en: Overdue files}}
basis: [{{text: Nghị định 118/2025/NĐ-CP}}]
dataset: files
when: [is_open, due_at is not null]
measure: {measure}
levels: {{{levels}}}
to: unit_head
send: {{{send}}}
{f"repeat: {repeat}" if repeat else ""}
template: overdue_files
"""


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class World:
    """``at`` moves the clock (local time, ``2026-10-05 08:00``); every command that takes a time gets it."""

    folder: Path
    store_url: str
    mode: str = "trial"
    more: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    time: str = "2026-10-05 08:00"
    _counted: bool = False

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as started:
            self.feed = started.enter_context(Feed())
            self.bot = started.enter_context(BotApi())
            self.mail = started.enter_context(MailSink())
            self._started = started.pop_all()
        os.environ["ALERTD_TEST_TOKEN"] = TOKEN
        self.feed.serve("/ho-so", lambda: list(self.files.values()))
        (self.folder / "rules").mkdir(exist_ok=True)
        (self.folder / "units.csv").write_text(UNITS, encoding="utf-8")
        (self.folder / "contacts.csv").write_text(PEOPLE, encoding="utf-8")
        self.configure()
        return self

    def __exit__(self, *_: object) -> None:
        self._started.close()

    def configure(self, **changed: str | int) -> None:
        """Write config.toml anew."""
        # an address with a password stands in no config
        os.environ["ALERTD_TEST_STORE"] = self.store_url
        given = {
            "mode": self.mode,
            "store": '{ env = "ALERTD_TEST_STORE" }',
            "feed": self.feed.url("/ho-so"),
            "bot": self.bot.root,
            "mail": self.mail.port,
            "more": self.more,
            "site": "",
            "source": "",
            "bulletin": 0,
        } | changed
        (self.folder / "config.toml").write_text(CONFIG.format(**given), encoding="utf-8")

    def table(self, name: str, text: str) -> None:
        """Write a table anew, as if some time ago: one written this very second is looked at twice."""
        path = self.folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (path.stat().st_mtime - 60,) * 2)

    def rule(self, name: str, text: str) -> None:
        (self.folder / "rules" / f"{name}.yaml").write_text(f"id: {name}\n{text}", encoding="utf-8")

    def file(self, code: str, due: str | None = None, unit: str = "H26.1", **given: Any) -> None:
        """A record of the feed, or a change of one that is there. ``due``: ``2026-10-02`` or with a time."""
        record = self.files.setdefault(code, {"MaHoSo": code, "DonVi": unit, "TrangThai": "4", "MaTTHC": "1.004227"})
        if due is not None:
            record["NgayHenTra"] = due
            record.setdefault("NgayTiepNhan", "2026-09-01T08:00:00")
        record |= given

    def end(self, code: str, at: str) -> None:
        self.files[code] |= {"NgayKetThuc": at, "TrangThai": "9"}

    def at(self, time: str) -> Self:
        self.time = time
        return self

    @property
    def now(self) -> str:
        return f"{self.time.replace(' ', 'T')}{ZONE}"

    def alertd(self, *words: str, at: bool = False) -> Ran:
        """A command, in this process: the same entry as the installed program, without its start."""
        given = [*words, "--config", str(self.folder / "config.toml"), *(("--now", self.now) if at else ())]
        if at:
            self._count_days()
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run(given)
        return Ran(code, out.getvalue(), err.getvalue())

    def _count_days(self) -> None:
        """What the first command would do of itself: the days of the config's calendar come into the empty store."""
        if self._counted or not ("postgresql" in self.store_url or (self.folder / "alertd.db").exists()):
            return
        self._counted = True
        with contextlib.suppress(AlertdError):  # what is wrong is for the command to say
            settings = load_settings(self.folder / "config.toml")
            with contextlib.closing(wiring.store_of(settings)) as store:
                with_days(store, calendar_of(settings))

    def once(self, time: str = "") -> Ran:
        """`run --once`, by default at the time that was set last."""
        if time:
            self.at(time)
        return self.alertd("run", "--once", at=True)

    def process(self, *words: str, **how: Any) -> subprocess.Popen[str]:
        """The same as a process of its own."""
        given = [sys.executable, "-m", "alertd", *words, "--config", str(self.folder / "config.toml")]
        return subprocess.Popen(given, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)

    def alerts(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.alertd("alerts", "list", "--json", *words).json
        return found

    def notices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.alertd("notices", "list", "--json").json
        return found

    def mails_to(self, address: str) -> list[Any]:
        return [mail.message for mail in self.mail.mails if mail.recipients == (address,)]

    def texts_to(self, address: str) -> list[str]:
        """The plain bodies of all mails to an address, subject first."""
        found = []
        for mail in self.mails_to(address):
            body = mail.get_body(("plain",))
            found.append(f"{mail['Subject']}\n{body.get_content() if body else ''}")
        return found

    def enrol(self, unit: str, user: int) -> None:
        """Invite the head of a unit by a link that is handed over, follow it, read the inbox, and confirm it."""
        invited = self.alertd("contacts", "invite", unit, "--json", at=True).json
        self.bot.message(user, f"/start {invited['token']}")
        self.once()
        assert self.alertd("contacts", "confirm", unit, at=True).code == 0

    def moment(self) -> datetime:
        return datetime.fromisoformat(self.now)


def states(alerts: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {alert["key"]: alert["state"] for alert in alerts}
