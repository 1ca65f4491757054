"""What somebody meets who follows the README: each command says what it waits for, what went wrong, and what can be typed."""

import shutil
import signal
from pathlib import Path

import pytest

from tests.acceptance.test_cli_check import RULE
from tests.acceptance.test_cli_daemon import PACE, daemon
from tests.acceptance.test_cli_init import alertd as typed
from tests.acceptance.test_stories import OVERDUE
from tests.acceptance.world import World

AN = "an@hanoi.example"
CODE, OTHER = "H26.1-260901-0001", "H26.2-260901-0002"
NO_CHANNEL = "no channel is set up, so nobody is told of "


def silent(world: World) -> None:
    """Take the channels out of the config."""
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    begin, end = text.index("[telegram]"), text.index("[office]")
    config.write_text(text[:begin] + text[end:], encoding="utf-8")


def in_english(world: World) -> None:
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[site]\n", '[site]\nlanguage = "en"\n', 1), encoding="utf-8")


# --- why nobody is told ----------------------------------------------------------------------------------------------
def test_without_a_channel_every_command_says_that_nobody_is_told_and_what_to_set(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(CODE, "2026-09-28")
    silent(world)
    ran = world.once("2026-10-05 08:00")
    assert (ran.code, NO_CHANNEL + "1 alert; set [email] host" in ran.out) == (0, True), ran.out
    assert world.alertd("run", "--once", "--json", at=True).json["untold"] == [
        {"reason": "no_channel", "alerts": 1, "until": None}
    ]
    assert NO_CHANNEL + "1 alert" in world.alertd("status", at=True).out
    shown = world.alertd("alerts", "show", "1", at=True).out
    assert "nobody was told" in shown
    assert NO_CHANNEL + "the alert" in shown
    page = world.alertd("explain", CODE, at=True).out
    assert "Chưa thông báo cho ai. Chưa có kênh gửi nào" in page
    refused = world.alertd("contacts", "test", "H26.1", at=True)
    assert (refused.code, "no channel is set up, so nothing can be sent; set [email]" in refused.err) == (2, True)
    in_english(world)
    assert "Nobody was told. No channel is set up" in world.alertd("explain", CODE, at=True).out
    (record,) = world.alertd("explain", CODE, "--json", at=True).json["records"]
    assert [alert["waits_for"] for alert in record["alerts"]] == ["no_channel"]


def test_on_a_day_off_in_the_evening_and_over_lunch_what_may_wait_names_the_next_opening(world: World) -> None:
    world.rule("overdue", OVERDUE.replace("at_once", "office_hours"))
    world.file(CODE, "2026-09-28")
    ran = world.once("2026-10-10 10:00")  # a Saturday
    assert "- 1 alert waits until 07:30 on 12/10/2026, when the office opens" in ran.out, ran.out
    assert "waits until 07:30 on 12/10/2026" in world.alertd("status", at=True).out
    assert "the alert waits until 07:30 on 12/10/2026" in world.alertd("alerts", "show", "1", at=True).out
    page = world.alertd("explain", CODE, at=True).out
    assert "Chưa thông báo cho ai. Chờ giờ làm việc: 07:30 12/10/2026." in page
    in_english(world)
    assert "It waits for office hours: 07:30 12/10/2026." in world.alertd("explain", CODE, at=True).out
    world.once("2026-10-12 07:30")
    world.file(OTHER, "2026-09-28", unit="H26.2")
    ran = world.once("2026-10-12 12:00")
    assert "1 alert waits until 13:00 on 12/10/2026, when the office opens" in ran.out
    ran = world.once("2026-10-12 13:00")
    assert "when the office opens" not in ran.out
    assert "when the office opens" not in world.alertd("status", at=True).out
    world.file("H26.3-260901-0003", "2026-09-28", unit="H26.3")
    assert "1 alert waits until 07:30 on 13/10/2026" in world.once("2026-10-12 18:00").out


def test_what_goes_with_the_next_digest_says_so(world: World) -> None:
    world.rule("later", RULE)
    world.file("H26.1-260901-0009", "2026-12-31")
    world.once("2026-10-09 08:00")  # a Friday, whose digests are made
    world.file(CODE, "2026-09-28")
    ran = world.once("2026-10-09 09:00")
    assert "1 alert goes with the next digest, 07:30 on 12/10/2026" in ran.out, ran.out
    page = world.alertd("explain", CODE, at=True).out
    assert "Chưa thông báo cho ai. Sẽ đưa vào bản tin kế tiếp: 07:30 12/10/2026." in page
    world.once("2026-10-12 07:30")
    assert "Chưa thông báo" not in world.alertd("explain", CODE, at=True).out


# --- what has not arrived --------------------------------------------------------------------------------------------
def test_a_mail_server_that_nobody_reaches_is_named_and_status_asks_for_a_person(world: World) -> None:
    world.rule("overdue", OVERDUE)
    for unit in ("H26.1", "H26.2", "H26.3"):
        world.file(f"{unit}-260901-0001", "2026-09-28", unit=unit)
    world.configure(mail="1")  # nobody listens there
    ran = world.once("2026-10-05 08:00")
    assert ran.code == 0  # what is not delivered yet is no fault of the run
    (line,) = [line for line in ran.out.splitlines() if "to be sent again by e-mail" in line]
    assert line.startswith("- ")
    assert "127.0.0.1" in line
    again = world.alertd("run", "--once", "--json", at=True).json["undelivered"]
    assert again[0]["channel"] == "email"
    assert again[0]["notices"] >= 4
    status = world.alertd("status", "--json", at=True)
    assert status.code == 1
    assert any("127.0.0.1" in need for need in status.json["needs_a_person"]), status.json["needs_a_person"]
    assert status.json["undelivered"][0]["notices"] >= 4
    world.configure()
    world.once("2026-10-05 09:00")
    assert world.alertd("status", "--json", at=True).json["needs_a_person"] == []
    assert "to be sent again" not in world.alertd("status", at=True).out


# --- lists -----------------------------------------------------------------------------------------------------------
def test_the_list_begins_with_what_stands_the_worst_first_whatever_the_rules_are_called(world: World) -> None:
    world.rule("a-soon", RULE)
    world.rule("z-worst", OVERDUE)
    world.file(CODE, "2026-09-28")
    world.file(OTHER, "2026-09-28", unit="H26.2")
    world.once("2026-10-05 08:00")
    world.end(OTHER, "2026-10-05T08:10:00")
    world.once("2026-10-05 08:30")
    lines = [line.split() for line in world.alertd("alerts", "list", at=True).out.splitlines()[2:]]
    assert [(line[2], line[3]) for line in lines] == [
        ("open", "z-worst"),
        ("open", "a-soon"),
        ("resolved", "z-worst"),
        ("resolved", "a-soon"),
    ]
    cut = world.alertd("alerts", "list", "--limit", "1", at=True).out
    assert "z-worst" in cut
    assert "… and more" in cut
    number = next(alert["id"] for alert in world.alerts() if alert["key"] == OTHER)
    page = world.alertd("explain", str(number), at=True)
    assert (page.code, OTHER in page.out) == (0, True)
    assert world.alertd("explain", "4711", at=True).code == 2


# --- the store's file ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_daemon_whose_store_is_taken_away_says_it_once_and_does_nothing_meanwhile(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(CODE, "2026-09-28")
    world.configure(mode="live", more=PACE)
    with daemon(world) as running:
        begun = "".join(running.seen)
        assert "alertd.db is new and empty" in begun
        assert "the first cycle comes in 1 s, then one every 1s; Ctrl-C or SIGTERM ends it" in begun
        running.says("cycle: no. 1")
        with daemon(world) as second:
            assert "another alertd runs on this store already" in "".join(second.seen)
            assert second.ends() == 0
        for path in world.folder.glob("alertd.db*"):
            path.unlink()
        said = running.says("cycle: store")
        assert "its file was removed while alertd had it open" in said
        shutil.copy(world.folder / "config.toml", world.folder / "alertd.db")  # another file, of whatever kind
        assert "was replaced by another one" in running.says("cycle: store")
        assert running.ends(signal.SIGINT) == 0
    everything = "".join(running.seen) + "".join(iter(lambda: running.lines.get(timeout=1), ""))
    assert "Traceback" not in everything
    assert everything.count("cycle: store") == 2  # one for each thing that happened
    assert not list(world.folder.glob("alertd.db-wal"))


# --- what is typed ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_what_alertd_prints_can_be_typed_and_what_is_mistyped_is_understood(world: World, tmp_path: Path) -> None:
    world.rule("overdue", OVERDUE)
    made = typed(tmp_path, "init", "site một")
    assert "  cd 'site một'\n" in made.stdout
    (line,) = [line for line in made.stdout.splitlines() if "alertd check" in line]
    assert not line.strip().startswith("alertd")  # it is not on that PATH
    site = tmp_path / "site một"
    ran = typed(site, "run", "--once")
    assert ran.returncode == 0, ran.stderr
    assert NO_CHANNEL in ran.stdout
    assert "is new and empty" in ran.stderr
    assert "is new and empty" not in typed(site, "run", "--once").stderr
    copied = typed(site, "db", "backup", "copy.db")
    assert "site một/alertd.db: copied to copy.db" in copied.stdout
    assert typed(tmp_path, "status", "--config", "site một").returncode == 0  # a folder means the config in it
    assert typed(tmp_path, "--version").stdout == typed(tmp_path, "version").stdout
    for words, said in (
        (["statsu"], "Did you mean 'status'?"),
        (["--config", "X", "check"], "alertd check --config X"),
        (["run", "once"], "did you mean: alertd run --once"),
    ):
        refused = typed(tmp_path, *words)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
