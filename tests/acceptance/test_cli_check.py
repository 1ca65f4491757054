"""check and doctor, as a person types them: every complaint at once with its cure, and what can be reached."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alertd.demo.feed import FaultKind
from tests.acceptance.world import World

RULE = """\
title: {vi: Hồ sơ quá hạn, en: Overdue files}
basis: [{text: Nghị định 118/2025/NĐ-CP}]
dataset: files
when: [is_open, due_at is not null]
measure: working_days_late
levels: {reminder: 1}
to: unit_head
send: {reminder: digest}
template: overdue_files
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[World]:
    """A world whose store nobody opens."""
    with World(tmp_path, "sqlite:///alertd.db") as world:
        yield world


def test_check_says_all_complaints_at_once_and_touches_neither_store_nor_network(site: World) -> None:
    site.rule("good", RULE)
    site.rule("bad", RULE.replace("due_at is not null", "due_date is not null"))
    with (site.folder / "contacts.csv").open("a", encoding="utf-8") as contacts:
        contacts.write("H26.77,head,Ai Đó,,ai@hanoi.example,,,\n")
    ran = site.alertd("check", "--language", "en")
    assert ran.code == 1
    said = ran.out.splitlines()
    assert any("bad.yaml:" in line and "due_date" in line and "due_at" in line for line in said), ran.out
    assert any("contacts.csv:6:1: unknown unit 'H26.77'; did you mean" in line for line in said), ran.out
    assert said[-1].startswith("2 faults")
    found = site.alertd("check", "--json").json
    assert {tuple(sorted(each)) for each in found} == {("col", "cure", "file", "length", "line", "warning", "what")}
    assert sum(not each["warning"] for each in found) == 2
    site.configure(more="[digest]\nlines = 0\nat = 7\nwhere = 1\n")
    whats = [each["what"] for each in site.alertd("check", "--json").json if not each["warning"]]
    assert len(whats) == 5, whats  # those of config.toml do not hide those of the tables and rules
    assert not (site.folder / "alertd.db").exists()
    assert site.feed.asked == []
    assert site.bot.calls == []


def test_check_ends_with_0_where_there_are_only_warnings_and_with_2_without_a_config(site: World) -> None:
    site.rule("good", RULE)
    ran = site.alertd("check", "--language", "en")
    assert (ran.code, ran.out.startswith("no faults")) == (0, True), ran.out
    site.rule("greedy", RULE.replace("due_at is not null", "apology_at is null"))
    hungry = RULE.replace("dataset: files", "dataset: procedures").replace(
        "[is_open, due_at is not null]", "fee is null"
    )
    site.rule(
        "hungry", hungry.replace("measure: working_days_late\n", "").replace("reminder: 1}", "reminder: fee is null}")
    )
    ran = site.alertd("check", "--language", "en")
    assert ran.code == 0, ran.out
    assert "no source brings procedures, so hungry will find nothing" in ran.out
    assert re.search(r"greedy\.yaml:5:17: no source of files maps apology_at, which this rule reads", ran.out), ran.out
    assert ran.out.endswith("0 faults, 2 warnings\n")
    (site.folder / "config.toml").write_text("[units\n", encoding="utf-8")
    ran = site.alertd("check")
    assert (ran.code, ran.out) == (2, "")
    assert "config.toml:1" in ran.err
    (site.folder / "config.toml").unlink()
    ran = site.alertd("check", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "alertd init" in ran.err


def test_doctor_reaches_everything_and_says_what_it_could_not_reach_with_the_cure(world: World) -> None:
    world.rule("good", RULE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once("2026-10-05 08:00")
    ran = world.alertd("doctor", "--json", at=True)
    seen = {each["subject"]: each for each in ran.json}
    assert [name for name, each in seen.items() if each["state"] == "fault"] == [], ran.out
    assert ran.code == 0
    assert "1 records on the first page" in seen["source one-stop"]["what"]
    assert "@" in seen["bot"]["what"]
    assert "ready" in seen["mail server"]["what"]
    assert seen["heads"]["state"] == "warning"
    assert "H26.4 UBND phường Cửa Nam (nobody is named)" in seen["heads"]["what"]
    world.feed.fail("/ho-so", FaultKind.HTML)
    world.mail.stop()
    world.configure(mail=str(world.mail.port), bot=world.bot.root + "/elsewhere")
    ran = world.alertd("doctor", at=True)
    assert ran.code == 1
    faults = [line for line in ran.out.splitlines() if line.startswith("FAULT")]
    assert [line.split()[1] for line in faults] == ["source", "bot", "mail"], ran.out
    assert ran.out.count("→") >= 3


def test_doctor_reaches_the_mail_server_although_the_bot_cannot_be_used(
    site: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.rule("good", RULE)
    monkeypatch.setenv("ALERTD_TEST_TOKEN", "no token of any bot")
    ran = site.alertd("doctor", "--json", at=True)
    assert ran.code == 1
    seen = {each["subject"]: each for each in ran.json}
    assert "channels" not in seen
    assert seen["bot"]["state"] == "fault"
    assert "token" in seen["bot"]["what"]
    assert seen["bot"]["cure"]
    assert seen["mail server"]["state"] == "ok"
    assert seen["config"]["what"].startswith("1 fault: ")
    assert ":0" not in seen["config"]["what"]
    assert "no token of any bot" not in ran.out


def test_doctor_before_the_first_run_makes_no_store_and_knows_the_heads_by_the_tables(site: World) -> None:
    site.rule("good", RULE)
    seen = {each["subject"]: each for each in json.loads(site.alertd("doctor", "--json", at=True).out)}
    assert "not there yet" in seen["store"]["what"]
    assert seen["office"]["state"] == "ok"
    assert not (site.folder / "alertd.db").exists()


def test_check_shows_the_line_with_a_mark_in_the_language_that_is_asked_for_and_annotates_for_github(
    site: World,
) -> None:
    site.rule("bad", RULE.replace("due_at is not null", "due_date is not null"))
    ran = site.alertd("check", "--no-data")
    assert (
        "bad.yaml:5:17: không có trường 'due_date'; có phải là 'due_at'?\n    5 | when: [is_open, due_date" in ran.out
    )
    assert "\n      |                 ^^^^^^^^\n" in ran.out
    assert ran.out.endswith("1 lỗi, 0 cảnh báo\n")
    ran = site.alertd("rules", "check", "--language", "en", "--format", "github", "--no-data")
    assert (ran.code, ran.out.count("\n")) == (1, 1)
    assert ran.out.startswith("::error file=")
    assert ran.out.endswith("line=5,col=17,endColumn=25::unknown field 'due_date'; did you mean 'due_at'?\n")
    draft = site.folder / "draft of mine.yaml"
    draft.write_text("id: late\n" + RULE, encoding="utf-8")
    ran = site.alertd("rules", "check", str(draft), "--language", "en", "--no-data")
    assert (ran.code, ran.out) == (0, "1 rule is in order, 0 set aside\n")
