"""The demo hears how its own commands end: whoever runs it to see whether alertd works is told where one failed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from alertd.cli.demo import say_failed
from alertd.demo.play import Play


def play(folder: Path, *, failing: Sequence[str]) -> Play:
    """Its commands end well, but for those that begin with such words."""
    made = Play(folder, lambda words: 2 if words[0] in failing else 0)
    made.config = folder / "config.toml"
    return made


def test_a_command_of_the_demo_that_fails_is_kept_with_its_words(tmp_path: Path) -> None:
    made = play(tmp_path, failing=["bulletin"])
    assert len(list(made.reports())) == 2
    (failed,) = made.failed
    assert failed.startswith("exit code 2 in place of 0: alertd bulletin 2026-09 --out ")


def test_a_demo_of_which_every_command_ends_well_has_no_failures(tmp_path: Path) -> None:
    made = play(tmp_path, failing=[])
    assert len(list(made.reports())) == 2
    assert made.failed == []
    say_failed(made.failed)


def test_a_demo_with_a_failed_command_ends_with_exit_code_1_and_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        say_failed(["exit code 2 in place of 0: alertd bulletin 2026-09"])
    assert ended.value.exit_code == 1
    said = capsys.readouterr().err
    assert (
        said == "alertd: a command of the demo's own failed with exit code 2 in place of 0: alertd bulletin 2026-09\n"
    )
