"""A change of the rules of a live site: seen at once, shown with what it would send, released by another person; a mapping too."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alertd import go_live, pipeline, wiring
from alertd.errors import CannotRun, Misconfigured, Refused
from alertd.model.clock import Clock
from alertd.model.words import Reason
from alertd.repair import rules_apply, rules_release
from alertd.rules import releases, waiting
from alertd.rules.releases import Entry, How
from alertd.rules.waiting import Sight
from alertd.settings.load import load_settings
from alertd.site import Site
from alertd.store import lock
from tests.acceptance.world import UNITS, World, overdue

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = "2026-10-05 08:00"
ON_ONE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)  # the statements are tried on both elsewhere
MODERATE = "reminder: 1, warning: 5, critical: 30"
RULE = overdue(MODERATE, "reminder: digest, warning: office_hours, critical: at_once")
LOWER = RULE.replace("warning: 5", "warning: 2")


@contextmanager
def alertd(world: World, at: str) -> Iterator[Site]:
    """The whole alertd at a moment that a story chooses, as a process on the machine."""
    now = datetime.fromisoformat(at).replace(tzinfo=HANOI)
    clock = Clock(lambda: now, now.timestamp, lambda _seconds: None)
    site, _ = wiring.build(load_settings(world.folder / "config.toml"), clock)
    try:
        yield site
    finally:
        site.close()


@pytest.fixture
def live(world: World) -> World:
    """Six files of each of two heads, three working days late, known since the first day."""
    world.configure(mode="live")
    world.rule("overdue", RULE)
    for number in range(6):
        for unit in ("H26.1", "H26.2"):
            world.file(f"{unit}-260901-{number:04}", "2026-09-30", unit)
    with alertd(world, NOW) as site:
        go_live.poll_what_was_never_read(site)
        go_live.begin(site, by="Chánh Văn phòng")
        pipeline.run_deliveries(site)
    return world


def releases_of(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.alertd("rules", "history", "--json").json
    return found


def written(world: World) -> list[dict[str, Any]]:
    return [notice for notice in world.notices() if notice["kind"] == "alert"]


def test_a_change_waits_until_another_person_releases_it_with_its_numbers_shown(live: World) -> None:
    live.rule("overdue", LOWER)
    with alertd(live, "2026-10-05 09:00") as site:
        done = pipeline.run_cycle(site)
        assert done is not None
        assert (done.notices, done.office) == (0, 1)
    (office,) = [each for each in live.notices() if each["kind"] == "system"]
    assert "Có thay đổi quy tắc chờ ban hành" in live.alertd("notices", "show", str(office["id"])).out
    with alertd(live, "2026-10-05 09:30") as site:
        before = live.alertd("audit", "list", "--json").json
        shown = rules_release.look(site)
        assert shown is not None
        assert (shown.messages, shown.without.messages, [head.unit for head in shown.new_heads]) == (
            2,
            0,
            ["H26.1", "H26.2"],
        )
        assert (shown.change.changed, shown.number) == (("overdue",), None)
        author = shown.sight.authors[0]
        with pytest.raises(Refused, match="somebody else has to release it"):
            rules_release.release(site, by=f" {author.upper()} ", version=shown.version)
        with pytest.raises(Refused, match="it was changed meanwhile"):
            rules_release.release(site, by="minh", version="0123456789abcdef")
        assert live.alertd("audit", "list", "--json").json == before
        assert pipeline.run_cycle(site).notices == 0  # type: ignore[union-attr]
        released = rules_release.release(site, by="minh", version=shown.version)
        assert released is not None
        assert released.number is not None
    assert written(live) == []
    with alertd(live, "2026-10-05 10:00") as site:
        done = pipeline.run_cycle(site)
        assert done is not None
        assert done.notices == shown.messages
        assert done.reconciled.counts == {"worse": 12}
        version = site.rules.set.rules["overdue"].version
    told = [live.alertd("notices", "show", str(each["id"]), "--json").json for each in written(live)]
    assert {tuple(each["rule_versions"]) for each in told} == {(version,)}
    first = releases_of(live)[-1]["rules"]["overdue"]
    (city,) = [str(each["id"]) for each in live.notices() if each["kind"] == "office"]
    assert live.alertd("notices", "show", city, "--json").json["rule_versions"] == [first]
    row = live.alertd("audit", "list", "--json", "--action", "rules.released").json[0]
    assert (row["actor"], row["detail"]["changed_by"], row["detail"]["messages"]) == ("minh", [author], 2)
    assert live.alertd("audit", "verify").code == 0


@ON_ONE
def test_a_release_may_take_what_it_finds_at_once_as_known(live: World) -> None:
    live.rule("overdue", LOWER)
    with alertd(live, "2026-10-05 09:00") as site:
        with site.store.write() as session:  # of a machine that is no more
            waiting.keep(session, Sight("gone:/rules", "beef", site.clock.now(), waiting=True, owners=(), named=()))
        shown = rules_release.release(site, by="minh", quiet=True)
        assert shown is not None
        with site.store.read() as session:
            assert not any(sight.waiting for sight in waiting.sights(session))
        assert (shown.messages, shown.changed.of("overdue", Reason.BASELINE)) == (0, 12)
    with alertd(live, "2026-10-05 09:30") as site:
        assert pipeline.run_cycle(site).notices == 0  # type: ignore[union-attr]
    assert {alert["level"] for alert in live.alerts()} == {"warning"}


@ON_ONE
def test_a_release_waits_for_a_cycle_that_ends_and_not_for_one_that_goes_on(live: World) -> None:
    live.rule("overdue", LOWER)
    with alertd(live, "2026-10-05 09:00") as site, ExitStack() as cycle:
        cycle.enter_context(lock.held(site.store, "cycle"))
        with pytest.raises(CannotRun, match="a cycle is running"):
            rules_release.look(site)
        ends = replace(site.clock, sleep=lambda _seconds: cycle.close())
        assert rules_release.look(replace(site, clock=ends)) is not None


@ON_ONE
def test_a_set_with_faults_cannot_be_released(live: World) -> None:
    live.rule("broken", RULE.replace("is_open", "is_opn"))
    with (
        alertd(live, "2026-10-05 09:00") as site,
        pytest.raises(Misconfigured, match=r"(?s)is_opn.*cannot be released"),
    ):
        rules_release.release(site, by="minh")


@ON_ONE
def test_an_empty_folder_cannot_be_released(live: World) -> None:
    (live.folder / "rules" / "overdue.yaml").unlink()
    with alertd(live, "2026-10-05 09:00") as site, pytest.raises(Refused, match="holds no rule at all"):
        rules_release.look(site)


@ON_ONE
def test_a_rule_whose_unit_is_there_at_last_can_be_released_as_it_is(world: World) -> None:
    world.configure(mode="live")
    world.rule("overdue", RULE)
    world.rule("to-one", RULE.replace("unit_head", "H26.9").replace("Hồ sơ quá hạn", "Báo cáo"))
    world.file("H26.1-260901-0001", "2026-09-30")
    with alertd(world, NOW) as site:
        go_live.poll_what_was_never_read(site)
        go_live.begin(site, by="Chánh Văn phòng")
    world.table("units", f"{UNITS}H26.9,Sở Mới,department,H26,,\n")
    with alertd(world, "2026-10-05 09:00") as site:
        pipeline.run_cycle(site)
        shown = rules_release.release(site, by="minh")
        assert shown is not None
        assert shown.changed.begun("to-one") == 1
    with alertd(world, "2026-10-05 09:30") as site:
        done = pipeline.run_cycle(site)
        assert done is not None
        assert (dict(site.rules.set.set_aside), done.reconciled.counts) == ({}, {"opened": 1})
        assert rules_release.look(site) is None


@ON_ONE
def test_whoever_works_under_another_account_is_known_by_it_too(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    live.rule("overdue", LOWER)
    owner = (live.folder / "rules" / "overdue.yaml").owner()
    monkeypatch.setenv("SUDO_USER", "lan")
    ran = live.alertd("rules", "release", "--yes", "--language", "en")
    assert (ran.code, f"changed by: {owner}" in ran.err) == (2, True)
    assert live.alertd("rules", "release", "--yes", "--by", "Minh").code == 0


@ON_ONE
def test_a_removed_rule_withdraws_its_alerts_and_tells_no_head_that_anything_is_done(live: World) -> None:
    live.rule("second", RULE.replace("Hồ sơ quá hạn", "Quy tắc thứ hai").replace("is_open", "is_open, unit = 'H26.1'"))
    with alertd(live, "2026-10-05 09:00") as site:
        rules_release.release(site, by="minh")
        pipeline.run_cycle(site)
    with alertd(live, "2026-10-06 07:30") as site:
        pipeline.run_cycle(site)
    (live.folder / "rules" / "second.yaml").unlink()
    with alertd(live, "2026-10-06 08:00") as site:
        shown = rules_release.release(site, by="minh")
        assert shown is not None
        assert (shown.change.removed, shown.changed.ended("second"), shown.messages) == (("second",), 6, 0)
        pipeline.run_cycle(site)
    gone = [alert for alert in live.alerts() if alert["rule"] == "second"]
    assert {(alert["state"], alert["resolved_at"] is not None) for alert in gone} == {("withdrawn", True)}
    assert "quy tắc không còn áp dụng" in live.alertd("explain", "H26.1-260901-0000").out
    with alertd(live, "2026-10-07 07:30") as site:
        pipeline.run_cycle(site)
    digest = [each for each in live.notices() if each["kind"] == "digest" and each["unit"] == "H26.1"]
    text = live.alertd("notices", "show", str(max(each["id"] for each in digest))).out
    assert "H26.1-260901-0000" in text
    assert not any(word in text for word in ("giải quyết xong", "Đã giải quyết", "đã xử lý"))


def test_a_renamed_rule_keeps_its_alerts_and_tells_nobody_anew(live: World) -> None:
    live.rule("overdue", LOWER)
    with alertd(live, "2026-10-05 09:00") as site:
        rules_release.release(site, by="minh")
        pipeline.run_cycle(site)
    told = len(written(live))
    before = {alert["key"]: (alert["id"], alert["opened_at"], alert["state"]) for alert in live.alerts()}
    (live.folder / "rules" / "overdue.yaml").unlink()
    live.rule("late", LOWER.replace("Hồ sơ quá hạn", "Hồ sơ trễ hạn"))
    with alertd(live, "2026-10-06 09:00") as site:
        shown = rules_release.release(site, by="minh", quiet=False)
        assert shown is not None
        assert (shown.renamed, shown.messages) == ({"overdue": "late"}, 0)
        done = pipeline.run_cycle(site)
        assert done is not None
        assert (done.notices, done.reconciled.counts["rule_renamed"]) == (0, 12)  # type: ignore[index]
    assert {alert["rule"] for alert in live.alerts()} == {"late"}
    assert {alert["key"]: (alert["id"], alert["opened_at"], alert["state"]) for alert in live.alerts()} == before
    assert len(written(live)) == told
    digests = [each for each in live.notices() if each["kind"] == "digest" and each["unit"] == "H26.1"]
    text = live.alertd("notices", "show", str(max(each["id"] for each in digests))).out
    assert "mới" not in text.partition("Hồ sơ trễ hạn")[2].partition("\n")[0]
    assert live.alertd("audit", "verify").code == 0


@ON_ONE
def test_what_is_typed(live: World) -> None:
    live.rule("overdue", LOWER)
    live.rule("second", RULE)
    listed = {each["id"]: each for each in live.alertd("rules", "list", "--json").json}
    assert (listed["overdue"]["state"], listed["overdue"]["waiting"]) == ("in force", "changed")
    assert (listed["second"]["state"], listed["second"]["waiting"]) == ("waiting", "added")
    ran = live.alertd("rules", "diff")
    assert "levels.warning: 5 → 2" in ran.out
    assert "-levels: {reminder: 1, warning: 5, critical: 30}" in ran.out
    ran = live.alertd("rules", "release", "--language", "en")
    assert (ran.code, "nothing was released; somebody else than its author" in ran.out) == (0, True)
    ran = live.alertd("rules", "propose", "--by", "Lan", "--json")
    assert (ran.code, ran.json["changed_by"][0]) == (0, "Lan")
    ran = live.alertd("rules", "release", "--yes", "--by", "lan")
    assert (ran.code, "lan là người sửa quy tắc" in ran.err) == (2, True)
    with alertd(live, "2026-10-05 09:00") as site, site.store.write() as session:  # a rehearsal has tried it
        tried = site.in_force.draft(site.clock, site.known).book.set
        releases.enter(session, tried, Entry(How.AT_ONCE), site.clock.now())
    ran = live.alertd("rules", "release", "--yes", "--by", "Minh", "--reason", "CV 12", "--json")
    assert (ran.code, ran.json["released"], ran.json["changed"]) == (0, True, ["overdue"])
    assert live.alertd("rules", "release").out.startswith("Thư mục quy tắc đúng với bộ đang có hiệu lực")
    (newest, _tried, first) = live.alertd("rules", "history", "--json").json
    assert (newest["how"], newest["released_by"], newest["reason"]) == ("released", "Minh", "CV 12")
    assert (newest["added"], newest["changed"], newest["version"]) == (["second"], ["overdue"], ran.json["version"])
    assert (first["how"], first["released_by"]) == ("go_live", "Chánh Văn phòng")
    assert "levels.warning: 5 → 2" in live.alertd("rules", "history", "overdue").out
    found = live.alertd("rules", "diff", first["version"], newest["version"], "--json").json
    assert [(each["rule"], each["kind"]) for each in found["rules"]] == [("overdue", "changed"), ("second", "added")]
    ran = live.alertd("rules", "diff", "beef", "folder")
    assert (ran.code, "không có phiên bản 'beef'" in ran.err) == (2, True)


def test_a_mapping_is_shown_with_what_it_moves_and_then_applied_in_one_piece(world: World) -> None:
    world.rule("overdue", RULE)
    for number in range(30):
        world.file(f"H26.1-260901-{number:04}", "2026-09-21", HanThat="2026-09-21" if number < 24 else "2026-12-01")
        world.file(
            f"H26.2-260901-{number:04}", "2026-12-01", "H26.2", HanThat="2026-09-21" if number < 3 else "2026-12-01"
        )
    assert world.once(NOW).code == 0
    config = world.folder / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('due_at = "NgayHenTra"', 'due_at = "HanThat"'), "utf-8"
    )
    world.at("2026-10-05 09:00")
    audit, sources = world.alertd("audit", "list").out, world.alertd("sources", "list", "--json").json
    shown = world.alertd("rules", "apply", "--dry-run", "--json", at=True).json
    assert [each["fields"] for each in shown["sources"]] == [{"due_at": 9}]
    assert (shown["opened"], shown["ended"], shown["messages"], shown["applied"]) == (3, 6, 1, False)
    assert [head["unit"] for head in shown["heads"]] == ["H26.2"]
    assert (world.alertd("audit", "list").out, world.alertd("sources", "list", "--json").json) == (audit, sources)
    assert world.alertd("rules", "apply", "--apply", at=True).code == 2
    done = world.alertd("rules", "apply", "--apply", "--reason", "Cột hạn trả sai", "--json", at=True).json
    assert (done["opened"], done["ended"], done["messages"], done["applied"]) == (3, 6, 1, True)
    states = [alert["state"] for alert in world.alerts()]
    assert (states.count("open"), states.count("withdrawn")) == (27, 6)
    assert len([each for each in written(world) if each["unit"] == "H26.2"]) == 1
    (row,) = world.alertd("audit", "list", "--json", "--action", "rules.applied").json
    assert (row["reason"], row["detail"]["sources"]) == ("Cột hạn trả sai", {"one-stop": {"due_at": 9}})
    assert "nguồn dữ liệu được đọc lại theo cấu hình mới" in world.alertd("explain", "H26.1-260901-0029", at=True).out
    assert world.alertd("rules", "apply", at=True).out.startswith("Không có gì thay đổi")
    assert world.once("2026-10-05 09:30").code == 0
    assert world.alertd("audit", "verify").code == 0


@ON_ONE
def test_a_mapping_that_is_not_believed_is_not_applied_and_leaves_nothing(world: World) -> None:
    world.rule("overdue", RULE)
    for number in range(60):
        world.file(f"H26.1-260901-{number:04}", "2026-12-01")
    world.once(NOW)
    config = world.folder / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('due_at = "NgayHenTra"', 'due_at = "KhongCo"'), "utf-8"
    )
    world.at("2026-10-05 09:00")
    ran = world.alertd("rules", "apply", "--json", at=True)
    assert (ran.code, list(ran.json["not_believed"])) == (1, ["one-stop"])
    with alertd(world, "2026-10-05 09:10") as site, pytest.raises(Refused, match="is not believed as it is read now"):
        rules_apply.apply(site, by="Lan", reason="sai cột")
    with alertd(world, "2026-10-05 09:20") as site, site.store.read() as session:
        polls = session.connection().exec_driver_sql("select count(*) from polls").scalar()
        staged = session.connection().exec_driver_sql("select count(*) from stage_files").scalar()
    assert (polls, staged) == (1, 0)
