"""The package as a wheel: all that a site needs travels in it, and it runs far from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_what_a_site_needs_and_works_outside_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(ROOT)], check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("alertd-*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}

    def alertd(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "alertd", *words]
        return subprocess.run(
            command, check=False, cwd=tmp_path, env=environment, text=True, capture_output=True, timeout=60
        )

    where = [sys.executable, "-c", "import alertd; print(alertd.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, text=True, capture_output=True, check=True)
    assert found.stdout.startswith(str(installed))
    assert alertd("init", "site").returncode == 0
    checked = alertd("check", "--config", "site/config.toml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    ran = alertd("run", "--once", "--config", "site/config.toml")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "findings" in ran.stdout
    assert len(list((tmp_path / "site" / "rules").glob("*.yaml"))) == len(list((ROOT / "rules").glob("*.yaml")))
