"""Rules that are changed under a running alertd: which text runs on a live site and in a trial, on every machine."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import in_language
from alertd.model.alerts import RuleVersion, Trouble
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.clock import Clock
from alertd.rules import releases, waiting
from alertd.rules.folder import read_folder
from alertd.rules.in_force import Known, RulesInForce
from alertd.rules.kept import keep_versions
from alertd.rules.releases import Entry, How
from alertd.rules.waiting import Speech
from alertd.store.database import Store

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
SPEECH = Speech("vi", HANOI)
KNOWN = Known({"H26.1": "Sở Xây dựng"}, ())
RULE = """\
title: Hồ sơ quá hạn
basis: [Nghị định 118/2025/NĐ-CP]
dataset: files
when: is_open
measure: working_days_late
levels: {reminder: 1, warning: 5, critical: 10}
to: unit_head
send: {reminder: digest, warning: digest, critical: digest}
template: overdue_files
"""


class Machine:
    """A machine with a folder of its own and a process of alertd on it."""

    def __init__(self, store: Store, folder: Path, *, live: bool = True) -> None:
        folder.mkdir(exist_ok=True)
        self.store, self.folder, self.live, self.now, self.naps = store, folder, live, NOW, 0
        self.start()

    def start(self) -> None:
        self.rules = RulesInForce(self.folder, live=self.live, speech=SPEECH)

    def write(self, name: str, text: str = RULE, *, seconds_ago: float = 60) -> None:
        path = self.folder / f"{name}.yaml"
        path.write_text(f"id: {name}\n{text}", encoding="utf-8")
        at = path.stat().st_mtime - seconds_ago
        os.utime(path, (at, at))

    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: datetime.now(UTC).timestamp(), self._nap)

    def _nap(self, _seconds: float) -> None:
        self.naps += 1

    def runs(self) -> dict[str, str]:
        """By rule, from which day on it warns."""
        book = self.rules.now(self.store, self.clock(), KNOWN)
        warns = {name: [step.step for step in each.levels if step.level == 2] for name, each in book.compiled.items()}
        return {name: str(steps[0]) for name, steps in warns.items()} | dict.fromkeys(book.set.set_aside, "set aside")

    def cycle(self) -> Mapping[str, str]:
        """What a cycle notes of its rules."""
        book = self.rules.now(self.store, self.clock(), KNOWN)
        with self.store.write() as session:
            return keep_versions(session, book.set, self.now, live=self.live)

    def release(self, by: str = "minh") -> None:
        draft = self.rules.draft(self.clock(), KNOWN)
        with self.store.write() as session:
            releases.enter(session, draft.book.set, Entry(How.RELEASED, released_by=by), self.now)


@pytest.fixture
def machine(store: Store, tmp_path: Path) -> Machine:
    """Live, with one rule in force."""
    made = Machine(store, tmp_path / "rules")
    made.write("overdue")
    made.cycle()
    return made


def rows(store: Store, table: Any) -> list[Any]:
    with store.read() as session:
        return list(session.connection().execute(select(table_of(table))).mappings())


def changed(text: str = RULE, warning: int = 3) -> str:
    return text.replace("warning: 5", f"warning: {warning}")


# --- what runs -------------------------------------------------------------------------------------------------------
def test_the_first_set_of_a_live_site_is_taken_over_with_its_reason(machine: Machine) -> None:
    with machine.store.read() as session:
        released = releases.in_force(session)
    assert released is not None
    assert (released.how, released.released_by, released.reason) == (
        How.FIRST,
        "",
        "the first set of this live site: none was released before",
    )
    (row,) = rows(machine.store, AuditRow)
    assert (row["action"], row["reason"]) == ("rules.released", released.reason)
    machine.cycle()
    assert len(rows(machine.store, AuditRow)) == 1


def test_an_empty_folder_is_not_taken_over_as_the_first_set(store: Store, tmp_path: Path) -> None:
    machine = Machine(store, tmp_path / "rules")
    machine.cycle()
    assert rows(store, AuditRow) == []
    machine.write("overdue")
    machine.cycle()
    assert machine.runs() == {"overdue": "5"}
    with store.read() as session:
        assert [each.how for each in releases.history(session)] == [How.FIRST]


def test_what_was_not_in_order_in_the_first_set_says_so_in_both_languages(store: Store, tmp_path: Path) -> None:
    machine = Machine(store, tmp_path / "rules")
    machine.write("overdue")
    machine.write("for-one", RULE.replace("unit_head", "H26.9"))
    machine.cycle()
    (why,) = machine.rules.now(store, machine.clock(), KNOWN).set.set_aside.values()
    assert "once it is mended, release it" in str(why)
    assert "sửa xong thì ban hành" in in_language(why, "vi")
    assert "không có nơi nhận 'H26.9'" in in_language(why, "vi")


def test_a_saved_change_waits_on_a_live_site_and_runs_once_it_is_released(machine: Machine) -> None:
    machine.write("overdue", changed())
    machine.write("second", changed(warning=4))
    assert machine.runs() == {"overdue": "5"}
    machine.release()
    assert machine.runs() == {"overdue": "3", "second": "4"}


def test_in_a_trial_a_saved_change_runs_at_once_and_a_broken_one_is_set_aside(store: Store, tmp_path: Path) -> None:
    machine = Machine(store, tmp_path / "rules", live=False)
    machine.write("overdue")
    machine.cycle()
    machine.write("overdue", changed(), seconds_ago=50)
    assert machine.runs() == {"overdue": "3"}
    machine.write("overdue", "nonsense", seconds_ago=40)
    assert machine.runs() == {"overdue": "set aside"}
    machine.cycle()
    with store.read() as session:
        assert [each.how for each in releases.history(session)] == [How.AT_ONCE] * 2
        assert releases.in_force(session) is None


def test_a_second_machine_and_a_restart_run_the_released_set_whatever_their_folders_say(
    machine: Machine, tmp_path: Path
) -> None:
    machine.write("overdue", changed())
    machine.release()
    other = Machine(machine.store, tmp_path / "other")
    other.write("something-else")
    machine.write("overdue", changed(warning=2))
    machine.start()
    assert machine.runs() == other.runs() == {"overdue": "3"}


def test_a_release_of_another_process_is_seen_at_the_next_look(machine: Machine) -> None:
    other = Machine(machine.store, machine.folder)
    assert other.runs() == machine.runs() == {"overdue": "5"}
    machine.write("overdue", changed())
    machine.release()
    assert other.runs() == {"overdue": "3"}


def test_a_release_that_is_cut_off_leaves_the_old_set(machine: Machine) -> None:
    machine.write("overdue", changed())
    draft = machine.rules.draft(machine.clock(), KNOWN)
    with machine.store.rehearse() as session:
        releases.enter(session, draft.book.set, Entry(How.RELEASED), NOW)
    machine.start()
    assert machine.runs() == {"overdue": "5"}


def test_a_rule_that_breaks_by_a_unit_that_is_gone_is_set_aside_and_its_set_is_no_other(machine: Machine) -> None:
    machine.write("for-one", RULE.replace("unit_head", "H26.1"))
    machine.release()
    assert machine.runs() == {"overdue": "5", "for-one": "5"}
    gone = Known({"H26.2": "Sở khác"}, ())
    book = machine.rules.now(machine.store, machine.clock(), gone)
    assert (set(book.compiled), set(book.set.set_aside)) == ({"overdue"}, {"for-one"})
    assert not sight(machine).waiting


def test_rules_are_compiled_once_as_long_as_nothing_changes(machine: Machine) -> None:
    clock = machine.clock()
    first = machine.rules.now(machine.store, clock, KNOWN)
    assert machine.rules.now(machine.store, clock, KNOWN) is first
    assert machine.rules.gave(first, machine.store)
    assert machine.naps == 0


def test_a_file_that_was_just_written_is_waited_for(machine: Machine) -> None:
    machine.runs()
    machine.write("overdue", changed(), seconds_ago=0)
    machine.runs()
    assert machine.naps == 1


def test_a_folder_that_cannot_be_read_changes_nothing_and_the_office_hears_it_once(machine: Machine) -> None:
    away = machine.folder.rename(machine.folder.with_name("away"))
    for _ in range(3):
        assert machine.runs() == {"overdue": "5"}
    (trouble,) = rows(machine.store, Trouble)
    assert trouble["what"].startswith("Không đọc được thư mục quy tắc")
    away.rename(machine.folder)
    assert machine.runs() == {"overdue": "5"}
    (trouble,) = rows(machine.store, Trouble)
    assert trouble["until"] is not None


# --- what waits ------------------------------------------------------------------------------------------------------
def sight(machine: Machine) -> waiting.Sight:
    with machine.store.read() as session:
        (found,) = waiting.sights(session)
    return found


def test_a_change_is_kept_with_its_author_and_its_moment_and_told_to_the_office_once(machine: Machine) -> None:
    machine.write("overdue", changed())
    for _ in range(3):
        machine.runs()
        machine.now += timedelta(minutes=5)
    known = sight(machine)
    assert (known.waiting, known.since, known.authors) == (True, NOW, ((machine.folder / "overdue.yaml").owner(),))
    (trouble,) = rows(machine.store, Trouble)
    assert trouble["what"].startswith("Có thay đổi quy tắc chờ ban hành")
    assert "sửa: overdue. " in trouble["what"]
    machine.write("overdue", changed(warning=2))
    machine.write("broken", "nonsense")
    machine.runs()
    (trouble,) = rows(machine.store, Trouble)
    assert "mới: broken; sửa: overdue; có lỗi, chưa ban hành được: broken" in trouble["what"]


def test_two_folders_on_one_machine_do_not_take_turns(machine: Machine, tmp_path: Path) -> None:
    other = Machine(machine.store, tmp_path / "other")
    other.write("overdue", changed())
    for _ in range(3):
        machine.runs()
        other.runs()
    (trouble,) = rows(machine.store, Trouble)
    assert (trouble["until"], str(other.folder) in trouble["what"]) == (None, True)


def test_a_change_that_is_taken_back_waits_no_more(machine: Machine) -> None:
    machine.write("overdue", changed())
    machine.runs()
    machine.write("overdue")
    machine.runs()
    assert not sight(machine).waiting
    (trouble,) = rows(machine.store, Trouble)
    assert trouble["until"] is not None


def test_a_folder_that_was_left_behind_is_no_change_and_one_that_is_put_back_is(
    machine: Machine, tmp_path: Path
) -> None:
    machine.runs()
    machine.now -= timedelta(minutes=5)
    with (
        machine.store.write() as session
    ):  # another machine, whose clock is behind, holds the new text, and it is released there
        other = Machine(machine.store, tmp_path / "other")
        other.write("overdue", changed())
        book = other.rules.draft(other.clock(), KNOWN).book
        releases.enter(session, book.set, Entry(How.RELEASED), machine.now)
    assert machine.runs() == {"overdue": "3"}
    assert not sight(machine).waiting
    machine.now += timedelta(minutes=5)
    machine.write("overdue", changed(warning=3))
    machine.runs()
    machine.write("overdue", seconds_ago=30)
    machine.runs()
    assert sight(machine).waiting


def test_who_said_that_a_change_is_his_stays_named_until_it_is_over(machine: Machine) -> None:
    machine.write("overdue", changed())
    machine.runs()
    with machine.store.write() as session:
        known = waiting.sights(session)[0]
        waiting.keep(session, waiting.Sight(known.host, known.version, known.since, True, known.owners, ("Lan",)))
    machine.write("overdue", changed(warning=2))
    machine.runs()
    assert sight(machine).authors[0] == "Lan"
    machine.release()
    machine.runs()
    assert sight(machine).authors == ()


# --- renames ---------------------------------------------------------------------------------------------------------
def ran(session: Session, machine: Machine) -> None:
    """Note that the rules in force have run."""
    session.connection().execute(table_of(RuleVersion).update().values(runs_since=machine.now))


def test_a_rule_with_another_name_and_the_same_meaning_is_known_as_the_same(store: Store, tmp_path: Path) -> None:
    machine = Machine(store, tmp_path / "rules", live=False)
    machine.write("overdue")
    assert machine.cycle() == {}
    with store.write() as session:
        ran(session, machine)
    (machine.folder / "overdue.yaml").rename(machine.folder / "late.yaml")
    assert machine.runs() == {
        "late": "set aside",
        "overdue": "set aside",
    }  # its id says otherwise: nothing ends by that
    assert machine.cycle() == {}
    machine.write("late", RULE.replace("title: Hồ sơ quá hạn", "title: Hồ sơ trễ hạn"))
    assert machine.cycle() == {"overdue": "late"}
    machine.write("late", RULE)
    assert machine.cycle() == {}


def test_a_rule_that_means_something_else_under_another_name_is_not_the_same(store: Store, tmp_path: Path) -> None:
    machine = Machine(store, tmp_path / "rules", live=False)
    machine.write("overdue")
    machine.cycle()
    with store.write() as session:
        ran(session, machine)
    (machine.folder / "overdue.yaml").unlink()
    machine.write("late", changed())
    assert machine.cycle() == {}


def test_the_version_of_a_folder_is_that_of_its_rules_however_they_are_saved(machine: Machine) -> None:
    plain = machine.rules.draft(machine.clock(), KNOWN)
    assert plain.folder.version == releases_version(machine)
    path = machine.folder / "overdue.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read_folder(machine.folder).version == plain.folder.version
    path.write_bytes(b"\xff\xfe broken")
    assert read_folder(machine.folder).version != plain.folder.version


def releases_version(machine: Machine) -> str:
    with machine.store.read() as session:
        found = releases.in_force(session)
    assert found is not None
    return found.version
