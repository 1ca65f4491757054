"""`alertd rules test` and `alertd rules schema` as somebody types them who has just changed a number."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from alertd import cli

LATE = "rules/overdue-files.yaml"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    assert cli.run(["init", str(tmp_path)]) == 0
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / "rules" / "tests").iterdir():
        if path.stem != "overdue-files":
            path.unlink()
    capsys.readouterr()
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_threshold_is_shown_with_its_line_and_its_reason(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["rules", "test", "overdue-files", "--require-coverage"]) == 0
    assert "Đã thử đủ các trường hợp của 1 quy tắc." in capsys.readouterr().out
    change(site / LATE, "critical: 10", "critical: 11")
    assert cli.run(["rules", "test", "overdue-files", "--junit", "out.xml"]) == 1
    said = capsys.readouterr().out
    assert "✗ overdue-files: Từ nhắc việc lên cảnh báo" in said
    assert "rules/tests/overdue-files.yaml:27: bước 4, 14/10/2026 08:00" in said
    assert "      - phải là critical\n      + kết quả warning\n" in said
    assert "(working_days_late = 10)" in said
    assert "overdue-files: 15 kiểm thử\n  chưa thử (`alertd rules test --suggest overdue-files`" in said
    assert "    level critical: hồ sơ ở mức nghiêm trọng\n" in said
    assert ET.parse(site / "out.xml").getroot().get("failures") == "1"


def test_a_test_that_tests_nothing_is_a_failure(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "rules" / "tests" / "overdue-files.yaml").write_text(
        "rule: overdue-files\ntests:\n  - name: nothing\n    at: 2026-10-05\n    record: {due_at: today}\n",
        encoding="utf-8",
    )
    assert cli.run(["rules", "test", "--language", "en"]) == 1
    said = capsys.readouterr()
    assert "overdue-files.yaml:3:5: nothing is expected here, so nothing is tested" in said.out
    assert cli.run(["rules", "test", "--run", "no such words", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["tests"] == []
    assert cli.run(["rules", "test", "overdue-fils"]) == 2
    assert "có phải là 'overdue-files'?" in capsys.readouterr().err
    assert cli.run(["rules", "test", "nowhere.yaml"]) == 2


def test_what_lacks_is_proposed_as_text_that_can_be_run(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["rules", "test", "--suggest", "incomplete-content", "--language", "en"]) == 0
    text = capsys.readouterr().out
    assert "CONFIRM: tries level reminder; from a made-up record" in text
    (site / "rules" / "tests" / "incomplete-content.yaml").write_text(text, encoding="utf-8")
    assert cli.run(["rules", "test", "incomplete-content", "--require-coverage", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["failed"], said["faults"], said["coverage"][0]["not_tried"]) == (0, [], [])


def test_a_schema_is_shown_with_the_units_of_the_site_and_written_beside_the_rules(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["rules", "schema"]) == 0
    assert "H26.08" in json.loads(capsys.readouterr().out)["properties"]["to"]["anyOf"][0]["enum"]
    assert (site / "rules" / ".schema" / "test.schema.json").is_file()
    assert cli.run(["rules", "schema", "--write", "new/.schema"]) == 0
    assert {path.name for path in (site / "new" / ".schema").iterdir()} == {
        f"{name}.schema.json" for name in ("rule", "test", "units")
    }
