"""What `init` writes, from an empty folder to the first notices, as processes of their own: the first ten minutes."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def alertd(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """As a person types it, standing in the folder."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "alertd", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_what_init_writes_is_in_order_and_runs_as_it_is(tmp_path: Path) -> None:
    made = alertd(tmp_path, "init", "new/site")
    assert made.returncode == 0, made.stderr
    assert "alertd run --once" in made.stdout
    site = tmp_path / "new" / "site"
    names = {path.name for path in site.iterdir()}
    tables = {"units.csv", "contacts.csv", "successors.csv", "owners.csv", "targets.csv"}
    assert names == tables | {"config.toml", "config.example.toml", "rules", "templates", "inbox"}

    checked = alertd(site, "check", "--json")
    assert checked.returncode == 0, checked.stderr
    assert [each for each in json.loads(checked.stdout) if not each["warning"]] == []

    ran = alertd(site, "run", "--once", "--json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = json.loads(ran.stdout)
    assert [poll["state"] for poll in said["polls"]] == ["believed", "believed"]
    assert said["cycle"]["counts"]["opened"] > 20
    assert [poll["rejected"] for poll in said["polls"]] == [0, 0]

    status = alertd(site, "status", "--json")
    assert status.returncode == 0, status.stdout
    assert json.loads(status.stdout)["needs_a_person"] == []


def test_init_overwrites_nothing_and_says_what_it_kept(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mine", encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "overdue-files.yaml").write_text("mine too", encoding="utf-8")
    made = alertd(tmp_path, "init")
    assert made.returncode == 0, made.stderr
    assert "kept  config.toml" in made.stdout
    assert "kept  rules/ (1 file)" in made.stdout
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "rules" / "overdue-files.yaml").read_text(encoding="utf-8") == "mine too"
    (tmp_path / "file").touch()
    refused = alertd(tmp_path, "init", "file/site")
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_command_without_a_site_says_how_to_make_one(tmp_path: Path) -> None:
    for words in (["run", "--once"], ["doctor"]):
        ran = alertd(tmp_path, *words)
        assert ran.returncode == 2, words
        assert "config.toml not found" in ran.stderr
        assert "alertd init" in ran.stderr
    assert list(tmp_path.iterdir()) == []
