"""The daemon as a process: ready, working, reloading, refusing a broken config, ending cleanly with nothing lost."""

import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
levels: {critical: 1}
to: unit_head
send: {critical: at_once}
template: overdue_files
"""
PACE = '[run]\nevery = "1s"\ndeliver_every = "1s"\n'
_PATIENCE = 30.0  # seconds; what is waited for comes within one or two


class Running:
    """A daemon, and the lines that it writes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.seen: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.put(line)
        self.lines.put("")  # it has ended

    def says(self, words: str) -> str:
        """The next line that holds these words."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                line = ""
            assert line, f"never said {words!r}, but:\n{''.join(self.seen)}"
            self.seen.append(line)
            if words in line:
                return line

    def ends(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(_PATIENCE)
        self._reader.join()
        return code

    def clean_up(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def daemon(world: World, *words: str) -> Iterator[Running]:
    running = Running(world.process("run", *words))
    try:
        running.says("alertd runs: ")
        yield running
    finally:
        running.clean_up()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came"
        threading.Event().wait(0.02)


def test_a_daemon_finds_and_tells_reloads_what_is_good_and_keeps_the_old_where_it_is_not(world: World) -> None:
    world.more = PACE
    world.configure()
    world.rule("overdue", RULE)
    world.file("H26.1-260901-0001", "2026-09-28")
    with daemon(world, "--now", world.now) as running:
        running.says("poll of one-stop: believed")
        running.says("1 opened")
        until(lambda: any("H26.1-260901-0001" in text for text in world.texts_to("an@hanoi.example")))

        world.rule("second", RULE.replace("due_at is", "due_date is"))
        running.process.send_signal(signal.SIGHUP)
        running.says("reload refused")
        running.says("due_date")
        world.configure(mode="lief")
        running.process.send_signal(signal.SIGHUP)
        running.says("reload refused")
        assert running.process.poll() is None

        (world.folder / "rules" / "second.yaml").unlink()
        world.configure(more=PACE + '[digest]\nat = "08:30"\n')
        running.process.send_signal(signal.SIGHUP)
        running.says("reloaded: 1 sources")
        assert running.ends() == 0
        assert "alertd has stopped" in running.lines.get() or "stopped" in "".join(_rest(running))
    assert world.alertd("audit", "verify").code == 0


def test_a_stop_finishes_what_is_in_flight_and_leaves_the_rest_claimable(world: World) -> None:
    world.more = PACE
    world.configure()
    world.rule("overdue", RULE)
    for unit in ("H26.1", "H26.2", "H26.3"):
        world.file(f"{unit}-260901-0001", "2026-09-28", unit=unit)
    world.mail.latency = 0.3
    with daemon(world, "--now", world.now) as running:
        until(lambda: world.mail.connections > 0)
        assert running.ends(signal.SIGINT) == 0
    states = {notice["state"] for notice in world.notices()}
    assert states <= {"sent", "pending"}, states
    world.once("2026-10-05 08:20")
    sent = [mail.message["Message-ID"] for mail in world.mail.mails]
    assert len(sent) == len(set(sent))
    assert {notice["state"] for notice in world.notices()} == {"sent"}


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_two_daemons_on_one_store_do_every_duty_once(world: World) -> None:
    world.more = PACE
    world.configure()
    world.rule("overdue", RULE)
    for unit in ("H26.1", "H26.2", "H26.3"):
        world.file(f"{unit}-260901-0001", "2026-09-28", unit=unit)
    with daemon(world, "--now", world.now) as one, daemon(world, "--now", world.now) as two:
        until(lambda: len([mail for mail in world.mail.mails if b"H26." in mail.raw]) >= 3)
        until(lambda: world.alertd("status", "--json").json["last_cycle"]["id"] >= 6)
        assert (one.ends(), two.ends()) == (0, 0)
    assert len(world.feed.asked) == 1
    sent = [mail.message["Message-ID"] for mail in world.mail.mails]
    assert len(sent) == len(set(sent)) == len(world.notices())
    for address in ("an@hanoi.example", "binh@hanoi.example", "carter@hanoi.example"):
        subjects = [mail["Subject"] for mail in world.mails_to(address)]
        assert len(subjects) == len(set(subjects))
    assert "Traceback" not in "".join(one.seen + two.seen)


def test_a_source_that_says_nothing_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    with World(tmp_path, "sqlite:///alertd.db", more=PACE) as world:
        config = tmp_path / "config.toml"
        config.write_text(
            config.read_text(encoding="utf-8").replace('timeout = "3s"', 'timeout = "1h"'), encoding="utf-8"
        )
        world.feed.fail("/ho-so", FaultKind.SILENT)
        with daemon(world, "--now", world.now) as running:
            until(lambda: len(world.feed.asked) > 0)
            assert running.ends() == 0


def _rest(running: Running) -> Iterator[str]:
    while not running.lines.empty():
        yield running.lines.get()
