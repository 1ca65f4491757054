"""The words and the rules as an office looks at them before it signs: templates previewed and tried, the annex of rules."""

from pathlib import Path

import docx

from tests.acceptance.world import World, overdue


def test_templates_are_previewed_with_made_up_and_then_with_real_data(world: World, tmp_path: Path) -> None:
    world.rule("overdue", overdue())
    world.file("H26.1-0001", due="2026-09-21T10:00:00", unit="H26.1")
    before = world.alertd("templates", "preview", "overdue_files", "--sample", "--language", "en", at=True)
    assert "H26.15-261001-0001" in before.out
    assert "sample data" in before.err
    world.once()
    shown = world.alertd("templates", "preview", "overdue_files", "--unit", "H26.1", "--channel", "telegram", at=True)
    assert "H26.1-0001" in shown.out
    assert "phần 1/1" in shown.out
    assert "Nguyễn Văn An (H26.1)" in shown.err
    page = tmp_path / "page.html"
    world.alertd("templates", "preview", "digest", "--unit", "H26.1", "--format", "html", "--out", str(page), at=True)
    assert "H26.1-0001" in page.read_text("utf-8")
    missing = world.alertd("templates", "preview", "overdue_filez")
    assert (missing.code, "did you mean 'overdue_files'?" in missing.err) == (2, True)


def test_templates_are_tried_and_the_faulty_one_is_named_with_its_place(world: World) -> None:
    listed = world.alertd("templates", "list", "--json").json
    assert {"name": "messages/digest", "kind": "message", "changed": [], "rules": []} in listed
    folder = world.folder / "templates" / "vi"
    folder.mkdir(parents=True)
    (folder / "overdue_files.txt").write_text("{% block title %}{{ section.titel }}{% endblock %}", "utf-8")
    ran = world.alertd("templates", "check", "overdue_files", "--language", "vi")
    assert ran.code == 1
    assert "overdue_files.txt:1:29" in ran.out
    assert "có phải là 'title'?" in ran.out
    assert "chỉ số lượng; danh sách gửi qua thư" in ran.out
    assert "overdue_files.txt:1:29" in world.alertd("check").out


def test_the_rules_in_force_are_put_on_paper_for_signature(world: World) -> None:
    world.rule("overdue", overdue())
    out = world.folder / "annex.docx"
    ran = world.alertd("rules", "read", "--all", "--format", "docx", "--out", str(out), at=True)
    assert ran.code == 0, ran.err
    document = docx.Document(str(out))
    version = document.sections[0].footer.paragraphs[0].text.split()[3]
    assert version in ran.out
    assert "1. Hồ sơ quá hạn (overdue)" in [paragraph.text for paragraph in document.paragraphs]
    assert world.alertd("rules", "read", "overdue", "--format", "docx").code == 2
