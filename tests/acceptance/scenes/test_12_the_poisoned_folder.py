"""The poisoned folder, the walking key: a file that was made to deceive is refused once and aloud, what alertd knows stays in
its house, and doctor names each door that stands open."""

import io
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from alertd.demo.bot_api import TOKEN
from tests.acceptance.golden import golden
from tests.acceptance.test_stories import OFFICE, OVERDUE
from tests.acceptance.world import World, states

SCENE = "12_the_poisoned_folder"
DROP = """\
[[sources]]
name = "drop folder"
dataset = "files"
kind = "spreadsheet"
path = "inbox/*"
pick = "name"
as_of = "filename"
stale_after = "5 working days"
[sources.fields]
code = "Mã hồ sơ"
unit = "Đơn vị"
due_at = "Hạn trả"
"""
HEADER = "Mã hồ sơ,Đơn vị,Hạn trả\n"
FIRST = HEADER + "".join(f"D-{number},H26.1,2026-09-28\n" for number in range(1, 5))
SECOND = FIRST + "D-5,H26.1,2026-09-29\n"
THIRD = SECOND.replace("D-5,H26.1,2026-09-29\n", "D-5,H26.1,2026-10-28\n")
POISON = HEADER + "P-1,H26.2,2026-01-05\n"  # accuses somebody else, and forgets all that is late


class Inbox:
    """The drop folder; each file came a minute after the one before, long enough ago to be whole."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.folder = world.folder / "inbox"
        self.folder.mkdir()
        self.at = 1_700_000_000

    def drop(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.stamp(path)

    def stamp(self, path: Path) -> Path:
        self.at += 60
        os.utime(path, (self.at, self.at), follow_symlinks=False)
        return path

    def odd(self, make: Callable[[Path], object], name: str) -> None:
        make(self.folder / name)
        self.stamp(self.folder / name)

    def source(self) -> dict[str, Any]:
        listed = self.world.alertd("sources", "list", "--json", at=True).json
        found: dict[str, Any] = next(each for each in listed if each["name"] == "drop folder")
        return found


def workbook(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet("a").write_row(0, 0, HEADER.strip().split(","))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def outside(path: Path) -> None:
    path.symlink_to("../contacts.csv")


POISONED: dict[str, Callable[[Inbox], object]] = {
    "dated 9999": lambda inbox: inbox.drop("ho-so-9999-12-31.csv", POISON),
    "used twice": lambda inbox: inbox.drop("ho-so-2026-10-06.csv", FIRST),
    "with macros": lambda inbox: inbox.drop("ho-so-2026-10-06.xlsm", POISON),
    "with hidden macros": lambda inbox: inbox.drop("ho-so-2026-10-06-b.xlsx", workbook({"xl/vbaProject.bin": b"x"})),
    "a zip bomb": lambda inbox: inbox.drop("ho-so-2026-10-06-c.xlsx", workbook({"xl/a.png": bytes(70_000_000)})),
    "a link out of the folder": lambda inbox: inbox.odd(outside, "ho-so-2026-10-06-d.csv"),
    "a pipe": lambda inbox: inbox.odd(os.mkfifo, "ho-so-2026-10-06-e.csv"),
}


def told(world: World) -> list[str]:
    return [text for text in world.texts_to(OFFICE) if "drop folder" in text]


def poisoned(world: World, language: str) -> Inbox:
    world.configure(more=DROP, site=f'language = "{language}"')
    world.file("H26.1-260901-0009", "2026-11-02")
    world.rule("overdue", OVERDUE)
    inbox = Inbox(world)
    inbox.drop("ho-so-2026-10-02.csv", FIRST)
    assert world.once("2026-10-05 08:00").code == 0
    inbox.drop("ho-so-2026-10-05.csv", SECOND)
    assert world.once("2026-10-05 08:15").code == 0
    return inbox


def poison(world: World, inbox: Inbox) -> list[str]:
    """All of it, one after the other; what the office heard."""
    before = states(world.alerts())
    assert set(before) == {f"D-{number}" for number in range(1, 6)}
    heard = []
    for number, (name, make) in enumerate(POISONED.items()):
        known = len(told(world))
        make(inbox)
        assert world.once(f"2026-10-05 09:{number * 6:02}").code == 1, name
        if number < 2:  # failed, or not believed: the second time nothing new is said
            assert world.once(f"2026-10-05 09:{number * 6 + 5:02}").code == 1, name
        assert inbox.source()["last_poll"]["state"] in ("failed", "not_believed"), name
        assert states(world.alerts()) == before, name
        new = told(world)[known:]
        assert len(new) == 1, (name, new)
        heard += new
    return heard


def test_each_poisoned_file_is_told_once_and_changes_nothing_and_the_next_good_one_is_taken(world: World) -> None:
    inbox = poisoned(world, "vi")
    heard = poison(world, inbox)
    golden(SCENE, "office.vi", "\n----\n".join(heard))
    inbox.drop("ho-so-2026-10-06-f.csv", THIRD)
    assert world.once("2026-10-05 10:30").code == 0
    assert inbox.source()["last_poll"]["state"] == "believed"
    assert {key for key, state in states(world.alerts()).items() if state == "open"} == {f"D-{n}" for n in range(1, 5)}
    assert not any("P-1" in str(mail.message) for mail in world.mail.mails)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_english_office_reads_the_same_in_english(world: World) -> None:
    golden(SCENE, "office.en", "\n----\n".join(poison(world, poisoned(world, "en"))))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_old_list_that_is_true_again_is_let_in_once_by_name_and_reason(world: World) -> None:
    inbox = poisoned(world, "vi")
    inbox.drop("ho-so-2026-10-06.csv", FIRST)
    ran = world.alertd("sources", "poll", "drop folder", "--json", at=True)
    assert (ran.code, ran.json["reason"]) == (1, "returned")
    assert world.alertd("sources", "accept", "drop folder", "--reason", "hồ sơ D-5 nhập nhầm", at=True).code == 0
    assert world.alertd("sources", "poll", "drop folder", "--json", at=True).json["state"] == "believed"
    accepted = [row for row in world.alertd("audit", "list", "--json").json if row["action"] == "source.accepted"]
    assert "ho-so-2026-10-06.csv" in accepted[0]["detail"]["let_in"]
    inbox.drop("ho-so-2026-10-06-b.csv", SECOND)
    assert world.alertd("sources", "poll", "drop folder", "--json", at=True).json["reason"] == "returned"


# --- doctor ------------------------------------------------------------------------------------------------------------
OTHERS = """\
[[sources]]
name = "documents"
dataset = "files"
kind = "database"
url = "sqlite:///documents.db"
query = "select ma, han, ho_ten, so_dien_thoai from van_ban"
[sources.fields]
code = "ma"
due_at = "han"
section = "ho_ten"
"""


def open_house(world: World) -> None:
    """Everything that can stand open does."""
    world.configure(more=DROP + OTHERS)
    world.file("H26.1-260901-0009", "2026-11-02")
    world.rule("overdue", OVERDUE)
    inbox = Inbox(world)
    inbox.drop("ho-so-2026-10-02.csv", FIRST)
    for name in ("ho-so-9999-12-31.csv", "ho-so-2026-10-01.xlsm"):
        inbox.at -= 1_000
        inbox.drop(name, POISON)
    with closing(sqlite3.connect(world.folder / "documents.db")) as documents, documents:
        documents.execute("create table van_ban (ma text, han text, ho_ten text, so_dien_thoai text)")
        documents.execute("insert into van_ban values ('VB-1', '2026-10-20', 'Nguyễn Văn A', '0912345678')")
    assert world.once("2026-10-05 08:00").code == 0
    (world.folder / "kept").mkdir()
    assert world.alertd("db", "backup", str(world.folder / "kept" / "alertd.db")).code == 0
    (world.folder / "templates").mkdir(exist_ok=True)
    (world.folder / "alertd.env").write_text("TOKEN=x", encoding="utf-8")
    for name, mode in {
        "config.toml": 0o646,
        "contacts.csv": 0o666,
        "rules": 0o777,
        "templates": 0o777,
        "alertd.db": 0o644,
        "alertd.env": 0o644,
        "inbox": 0o777,
        "kept": 0o777,
        "kept/alertd.db": 0o644,
        "documents.db": 0o600,
    }.items():
        (world.folder / name).chmod(mode)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_doctor_names_each_door_that_stands_open_with_its_cure(world: World) -> None:
    open_house(world)
    ran = world.alertd("doctor", at=True)
    assert ran.code == 1
    text = ran.out.replace(str(world.folder), "<folder>")
    golden(SCENE, "doctor", text[text.index("FAULT") :])  # the worst stands last
    found = [each for each in world.alertd("doctor", "--json", at=True).json if each["state"] == "fault"]
    assert all(each["cure"] for each in found), found
    assert len(found) == text.count("FAULT") >= 12


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_key_that_others_can_read_opens_nothing_and_doctor_says_so(world: World) -> None:
    key = world.folder / "token"
    key.write_text("424242:a-key-that-walks", encoding="utf-8")
    key.chmod(0o644)
    config = world.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('{ env = "ALERTD_TEST_TOKEN" }', '{ file = "token" }'))
    ran = world.once("2026-10-05 08:00")
    assert ran.code == 2
    assert "the secret file token can be read or written by others; chmod 600 token" in ran.err
    seen = world.alertd("doctor", "--json", at=True)
    assert seen.code == 1
    assert [each["cure"] for each in seen.json if "token" in each["what"]] == ["chmod 600 token"]
    assert "a-key-that-walks" not in ran.out + ran.err + seen.out + seen.err
    key.chmod(0o600)
    assert world.alertd("doctor", "--json", at=True).code in (0, 1)  # it looks at everything again


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_no_key_stands_in_anything_that_a_run_writes(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """Wrong logins, broken servers, messages that fail: each of them would like to quote the key."""
    caplog.set_level("DEBUG")
    keys = {
        "FEED_KEY": "feed-key-5c0f",
        "GATE_KEY": "gate-key-91ab",
        "DOCS": "postgresql+psycopg://a:docs-key-77@127.0.0.1:1/d",
    }
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    locked = DROP.replace("drop folder", "locked").replace(
        'kind = "spreadsheet"', f'kind = "http"\nurl = "{world.feed.url("/k")}"'
    )
    locked = locked.replace(
        'path = "inbox/*"\npick = "name"\nas_of = "filename"',
        'auth = { kind = "bearer", token = { env = "FEED_KEY" } }',
    )
    docs = OTHERS.replace('"sqlite:///documents.db"', '{ env = "DOCS" }')
    gate = '[http]\nurl = "http://127.0.0.1:1/x"\nheaders = { Authorization = { env = "GATE_KEY" } }\n'
    world.configure(more=locked + docs + gate)
    world.feed.serve("/k", [], login={"Authorization": "Bearer other"})
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    said = [world.once("2026-10-05 08:00")]
    world.bot.stop()
    world.mail.stop()
    said += [world.once("2026-10-05 09:00")]
    for words in (
        ["doctor"],
        ["doctor", "--json"],
        ["check", "--json"],
        ["status", "--json"],
        ["audit", "list", "--json"],
    ):
        said.append(world.alertd(*words, at=words[0] in ("doctor", "status")))
    said += [world.alertd("notices", "list", "--json"), world.alertd("sources", "list", "--json")]
    assert world.alertd("db", "backup", str(world.folder / "copy.db")).code in (0, 2)
    written = b"\n".join(path.read_bytes() for path in world.folder.rglob("*") if path.is_file())
    everything = "".join(ran.out + ran.err for ran in said) + caplog.text + written.decode("latin-1")
    for key in ("feed-key-5c0f", "gate-key-91ab", "docs-key-77", TOKEN, TOKEN.partition(":")[2]):
        assert key not in everything
    assert "ALERTD_TEST_STORE" in everything  # it was looked through
