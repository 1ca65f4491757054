"""The office's own templates: taken block by block, reported when wrong, and never the reason that nobody hears."""

from dataclasses import replace
from pathlib import Path

import pytest

from alertd.notices import specimen
from alertd.notices.letter import Letter
from alertd.notices.render import Manner, Rendered, render
from alertd.notices.templates import Templates
from tests.notice_city import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vi" / "messages").mkdir(parents=True)
    (tmp_path / "en").mkdir()
    return tmp_path


def letter(template: str = "overdue_files", **given: object) -> Letter:
    made = specimen.letter("vi")
    return replace(made, meant=None, sections=(replace(made.sections[0], template=template, **given),))  # type: ignore[arg-type]


def rendered(folder: Path, told: Letter | None = None) -> Rendered:
    return render(Templates(folder, SHIPPED), told or letter(), Manner(10))


def test_a_block_of_the_office_is_said_and_the_others_stay(folder: Path) -> None:
    (folder / "vi" / "overdue_files.txt").write_text("{% block title %}HỒ SƠ TRỄ HẠN{% endblock %}")
    done = rendered(folder)
    assert done.failed is None
    assert "HỒ SƠ TRỄ HẠN" in done.message.text
    assert "hẹn trả 05/10/2026" in done.message.text


def test_a_template_of_its_own_can_be_named_by_a_rule(folder: Path) -> None:
    (folder / "vi" / "riêng.txt").write_text("{% block item %}» {{ item.key }}{% endblock %}")
    templates = Templates(folder, SHIPPED)
    assert "riêng" in templates.names()
    assert "1) » H26.15-261001-0001" in render(templates, letter("riêng"), Manner(10)).message.text


def test_a_file_from_an_editor_that_writes_a_mark_at_its_beginning_is_read(folder: Path) -> None:
    (folder / "vi" / "overdue_files.txt").write_text("\ufeff{% block title %}TRỄ{% endblock %}", "utf-8")
    assert "🔴 TRỄ" in rendered(folder).message.text


BROKEN = {
    "{% block title %}{{ section.titel }}{% endblock %}": "titel",
    "{% block title %}\n\n{{ 1 / 0 }}{% endblock %}": "zero",
    "{% block title %}{{ section.title": "end of",
    "{% block title %}{{ ''.__class__.__mro__ }}{% endblock %}": "unsafe",
    "{% block item %}{{ facts.nonsense }}{% endblock %}": "nonsense",
    "{% block title %}{{ section.title | nosuch }}{% endblock %}": "nosuch",
    "{% block title %}{% for n in range(9999999999) %}x{% endfor %}{% endblock %}": "'range' is undefined",
}


@pytest.mark.parametrize(("source", "said"), BROKEN.items())
def test_a_template_that_fails_gives_way_to_the_shipped_one(folder: Path, source: str, said: str) -> None:
    (folder / "vi" / "overdue_files.txt").write_text(source)
    done = rendered(folder)
    assert done.failed is not None
    assert done.failed.name == "vi/overdue_files"
    assert said in done.failed.what
    assert "12 hồ sơ quá hạn chưa giải quyết" in done.message.text


def test_a_template_that_fails_for_one_unit_serves_the_others(folder: Path) -> None:
    (folder / "vi" / "overdue_files.txt").write_text("{% block title %}{{ 12 // section.change }}{% endblock %}")
    assert rendered(folder, letter(change=3)).failed is None
    assert rendered(folder, letter(change=0)).failed is not None


def test_a_shipped_template_that_does_not_suit_the_rule_gives_way_to_the_plainest(folder: Path) -> None:
    told = letter("overdue_files")
    items = tuple(replace(item, facts={"code": item.key}) for item in told.sections[0].items)
    part = replace(told.sections[0].parts[0], items=items)
    done = rendered(folder, letter("overdue_files", parts=(part,)))
    assert done.failed is not None
    assert "12 hồ sơ" in done.message.text


def test_a_frame_that_a_chat_cannot_read_gives_way_too(folder: Path) -> None:
    (folder / "frame.chat").write_text("<table>{{ document.title }}</table>")
    done = rendered(folder)
    assert done.failed is not None
    assert done.message.chat[0].startswith("🔴 <b>")


def test_faults_are_told_with_file_and_line(folder: Path) -> None:
    file = folder / "vi" / "overdue_files.txt"
    file.write_text("{% block title %}\n\n{{ section.titel }}{% endblock %}")
    (fault,) = Templates(folder, SHIPPED).check()
    assert (fault.file, fault.line, fault.warning) == (str(file), 3, False)
    assert "titel" in fault.what


@pytest.mark.parametrize(("source", "said"), [*list(BROKEN.items())[:4], *list(BROKEN.items())[5:]])
def test_every_kind_of_fault_is_found_before_anything_is_sent(folder: Path, source: str, said: str) -> None:
    (folder / "vi" / "overdue_files.txt").write_text(source)
    (fault,) = Templates(folder, SHIPPED).check()
    assert said in fault.what


def test_a_value_that_a_block_does_not_get_is_found(folder: Path) -> None:
    (folder / "vi" / "overdue_files.txt").write_text("{% block figure %}{{ item.key }}{% endblock %}")
    (fault,) = Templates(folder, SHIPPED).check()
    assert "'item' is undefined" in fault.what


def test_a_value_that_can_be_missing_is_tried_as_missing(folder: Path) -> None:
    (folder / "vi" / "overdue_files.txt").write_text("{% block todo %}{{ section.act_by.year }}{% endblock %}")
    (fault,) = Templates(folder, SHIPPED).check()
    assert "year" in fault.what


def test_a_file_that_nothing_reads_is_reported(folder: Path) -> None:
    (folder / "vi" / "messages" / "alrt.txt").write_text("x")
    (folder / "fr").mkdir()
    (folder / "fr" / "default.txt").write_text("x")
    faults = Templates(folder, SHIPPED).check()
    assert [fault.warning for fault in faults] == [True, True]


def test_a_file_that_is_not_utf_8_is_reported_and_not_used(folder: Path) -> None:
    (folder / "vi" / "overdue_files.txt").write_bytes(
        "{% block title %}HỒ SƠ{% endblock %}".encode("cp1258", "replace")
    )
    (fault,) = Templates(folder, SHIPPED).check()
    assert "utf-8" in fault.what
    assert rendered(folder).failed is not None


def test_the_folder_need_not_be_there() -> None:
    templates = Templates(Path("/nowhere/at/all"), SHIPPED)
    assert templates.check() == []
    assert render(templates, letter(), Manner(10)).failed is None
