"""What somebody meant whose words no command takes."""

import sys
from pathlib import Path

import pytest

from alertd.cli import COMMANDS, hints


@pytest.mark.parametrize(
    ("word", "meant"), [("statsu", "status"), ("alert", "alerts"), ("rule", "rules"), ("Check", "check"), ("xyzzy", "")]
)
def test_the_nearest_command_is_named(word: str, meant: str) -> None:
    assert hints.nearest(word, COMMANDS) == (f" Did you mean {meant!r}?" if meant else "")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--config", "một site/config.toml", "check"], "alertd check --config 'một site/config.toml'"),
        (["--json", "alerts", "list"], "alertd alerts list --json"),
        (["--config", "X"], "a command comes first"),
        (["-h"], ""),
        (["check", "--config", "X"], ""),
        ([], ""),
    ],
)
def test_options_before_the_command_are_put_after_it(words: list[str], hint: str) -> None:
    assert hint in hints.misplaced(words, COMMANDS)
    assert bool(hints.misplaced(words, COMMANDS)) is bool(hint)


def test_an_option_without_its_dashes_is_known() -> None:
    assert hints.undashed(["run", "once"], ["--once", "--json"]) == "did you mean: alertd run --once"
    assert hints.undashed(["run", "twice"], ["--once"]) == ""


def test_the_program_is_named_so_that_it_can_be_typed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "một hai"
    folder.mkdir()
    own = folder / "alertd"
    own.write_text("", encoding="utf-8")
    own.chmod(0o700)
    monkeypatch.setattr(sys, "argv", [str(own)])
    monkeypatch.setenv("PATH", "/nowhere")
    assert hints.program() == f"'{own}'"
    monkeypatch.setenv("PATH", str(folder))
    assert hints.program() == "alertd"
