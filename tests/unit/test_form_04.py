"""Form 04: what the shipped one says once it is filled, and the many ways in which an office's own one can be wrong."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import docx
import pytest

from alertd.model.apologies import BLANK
from alertd.paper import form
from alertd.paper.form_04 import form_04
from alertd.paper.form_fill import Form, fill, text_of
from alertd.paper.form_parts import Unusable

SHIPPED = Path(__file__).parents[2] / "templates" / "form_04.docx"
DOCUMENT = "word/document.xml"
SAMPLE = asdict(form.SAMPLE)


def changed(path: Path, **parts: Callable[[bytes], bytes] | bytes) -> Path:
    """The shipped form with parts that are others, or further ones; ``__`` stands for the slash and ``_xml`` for .xml."""
    with zipfile.ZipFile(SHIPPED) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for key, part in parts.items():
        name = DOCUMENT if key == "document" else key.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin")
        content[name] = part(content[name]) if callable(part) else part
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def saying(path: Path, text: str) -> Path:
    """A form of one paragraph, as an office might type it."""
    made = docx.Document()
    made.add_paragraph(text)
    made.save(str(path))
    return path


def why(path: Path) -> str:
    with pytest.raises(Unusable) as found:
        fill(path, [SAMPLE])
    return found.value.why


def test_the_shipped_form_names_the_file_its_days_the_reason_and_leaves_the_name_blank() -> None:
    (letter,) = fill(SHIPPED, [SAMPLE])
    said = text_of(letter)
    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND THÀNH PHỐ HÀ NỘI\nUBND PHƯỜNG BA ĐÌNH",
        "Hà Nội, ngày …… tháng …… năm 2026",
        "Kính gửi: Ông/Bà/Tổ chức ……",
        "Ngày 05/10/2026, UBND phường Ba Đình tiếp nhận giải quyết hồ sơ mã số H26.21-261005-0003 của Ông/Bà/Tổ chức",
        "đất <thử & sai> (mã thủ tục: 1.004227)",
        "hẹn trả kết quả giải quyết hồ sơ: ngày 20/10/2026",
        "Lý do: chờ ý kiến của cơ quan phối hợp.",
        "vào ngày 27/10/2026",
        "CHỦ TỊCH",
        "Lê Thị Bình",
    ):
        assert text in said, text
    assert "{{" not in said
    assert "{%" not in said
    with zipfile.ZipFile(io.BytesIO(letter)) as archive:
        properties = archive.read("docProps/core.xml").decode()
    for told in ("alertd", "python", "2013"):  # what a citizen can read of how it was made
        assert told not in properties


def test_without_a_body_above_the_unit_its_name_stands_first() -> None:
    said = text_of(fill(SHIPPED, [SAMPLE | {"parent_upper": ""}])[0]).splitlines()
    assert said[1] == "UBND PHƯỜNG BA ĐÌNH"


def test_what_nobody_knows_stays_a_blank() -> None:
    unknown = replace(form.SAMPLE, reason=BLANK, new_due_on=BLANK, procedure_name=BLANK)
    said = text_of(fill(SHIPPED, [asdict(unknown)])[0])
    assert f"Lý do: {BLANK}." in said
    assert f"vào ngày {BLANK}." in said


def test_the_shipped_form_is_what_its_script_draws(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.docx"
    drawn.write_bytes(form_04())
    assert text_of(drawn.read_bytes()) == text_of(SHIPPED.read_bytes())


def test_the_same_letter_is_the_same_bytes() -> None:
    made = Form(SHIPPED)
    assert made.filled(SAMPLE) == made.filled(SAMPLE) == fill(SHIPPED, [SAMPLE])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hồ sơ {{ code }} của {{ applicant }}", "field"),
        ("Hồ sơ {{ code", "syntax"),
        ("Hồ sơ {{ code }}{% for n in range(9999999999) %}x{% endfor %}", "field"),
        ("Hồ sơ {{ code }}" + "{% for a in code %}" * 4 + "x" + "{% endfor %}" * 4, "fails"),
        ("Hồ sơ {{ code }}{{ 'x' * 10000000000 }}", "fails"),
        ("Hồ sơ {{ code.__class__.__mro__ }}{{ code }}", "fails"),
        ("Hồ sơ {{ code }}{% include 'x' %}", "syntax"),
        ("Kính gửi Ông/Bà, hồ sơ bị chậm", "no_code"),
    ],
)
def test_a_field_that_is_wrong_or_hostile_is_found(tmp_path: Path, text: str, expected: str) -> None:
    assert why(saying(tmp_path / "own.docx", text)) == expected


def test_a_condition_that_begins_in_a_table_and_ends_outside_is_found(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_table(1, 1).cell(0, 0).text = "{{ code }} {% if section %}"
    made.add_paragraph("{{ section }}{% endif %}")
    made.save(str(tmp_path / "own.docx"))
    empty = SAMPLE | {"section": ""}
    with pytest.raises(Unusable, match="broken"):
        fill(tmp_path / "own.docx", [empty])


def test_a_field_that_word_has_split_into_runs_is_filled(tmp_path: Path) -> None:
    made = docx.Document()
    line = made.add_paragraph("Hồ sơ ")
    for part, bold in (("{{ co", True), ("de", False), (" }}", True)):
        line.add_run(part).bold = bold
    made.save(str(tmp_path / "own.docx"))
    assert text_of(fill(tmp_path / "own.docx", [SAMPLE])[0]) == f"Hồ sơ {SAMPLE['code']}"


def test_what_is_no_harmless_word_document_is_not_used(tmp_path: Path) -> None:
    at = tmp_path / "own.docx"
    outside = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://elsewhere.example/t.dotm" TargetMode="External"/></Relationships>'
    )
    found = {
        "missing": why(tmp_path / "none.docx"),
        "text": why(_written(at, b"Hello")),
        "doc": why(_written(at, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)),
        "large": why(_written(at, b"PK" + b"\0" * 6_000_000)),
        "macro": why(changed(at, word__vbaProject_bin=b"x")),
        "object": why(changed(at, word__embeddings__oleObject1_bin=b"x")),
        "template": why(changed(at, **{"word/_rels/settings.xml.rels": outside})),
        "entities": why(changed(at, document=lambda xml: xml.replace(b"<w:document", b"<!DOCTYPE x><w:document", 1))),
        "field": why(changed(at, document=lambda xml: xml + b"<w:instrText> DDEAUTO c:\\x </w:instrText>")),
        "bomb": why(changed(at, word__media__image1_bin=b"\0" * 40_000_000)),
        "types": why(
            changed(at, **{"[Content_Types].xml": lambda xml: xml.replace(b"document.main", b"template.main")})
        ),
    }
    assert found == {
        "missing": "unreadable",
        "text": "no_word",
        "doc": "old",
        "large": "large",
        "macro": "active",
        "object": "active",
        "template": "outside",
        "entities": "active",
        "field": "active",
        "bomb": "large",
        "types": "no_word",
    }


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_link_in_the_form_is_harmless(tmp_path: Path) -> None:
    link = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        b'Target="https://hanoi.example" TargetMode="External"/></Relationships>'
    )
    assert fill(changed(tmp_path / "own.docx", **{"word/_rels/footnotes.xml.rels": link}), [SAMPLE])


def test_every_reason_is_said_in_both_languages_with_a_cure() -> None:
    raised = {
        "unreadable",
        "no_word",
        "old",
        "large",
        "active",
        "outside",
        "syntax",
        "field",
        "fails",
        "long",
        "broken",
    }
    assert raised | {"no_code", "endless"} == set(form._SAID)
    for what, cure in form._SAID.values():
        assert what.vi != str(what)
        assert cure.vi != str(cure)


def test_a_process_of_its_own_fills_the_form_and_says_what_is_wrong(tmp_path: Path) -> None:
    made = form.drafting(SHIPPED)([form.SAMPLE, replace(form.SAMPLE, code="H26.21-261005-0004")])
    assert [SAMPLE["code"] in text_of(made[0]), "H26.21-261005-0004" in text_of(made[1])] == [True, True]  # type: ignore[arg-type]
    (fault,) = form.faults_of(saying(tmp_path / "own.docx", "{{ code }} {{ ho_ten }}"))
    assert fault.said("vi") == (
        f"{tmp_path / 'own.docx'}: có trường không tồn tại: 'ho_ten' is undefined; các trường dùng được: {', '.join(form.NAMES)}"
    )
    assert not zipfile.is_zipfile(io.BytesIO(b""))
