"""The rules on paper, read back with Word's own library: every rule with its ground, the hash on each page, both languages."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.shared import Pt
from docx.table import Table

from alertd.errors import Said
from alertd.model.words import Level
from alertd.paper.annex import InForce, Source, annex
from alertd.paper.rules_docx import rules_docx
from alertd.paper.sent import Month, Sent
from alertd.rules.load import load_rules
from alertd.rules.rulebook import Rulebook
from alertd.rules.speak import speak
from tests.notice_city import SHIPPED, SHIPPED_TEMPLATES, ZONE

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=ZONE)
MONTH = Month(
    date(2026, 10, 1), 1234, {"overdue-files": Sent(1200, 30, 5000, {Level.CRITICAL: 2000, Level.WARNING: 3000})}
)


@cache
def book() -> Rulebook:
    found, _ = load_rules(SHIPPED.parent / "rules", language="vi", units={}, templates=SHIPPED_TEMPLATES.names())
    return found


def source(**given: object) -> Source:
    made = Source(
        book=book(),
        site="Thành phố Hà Nội",
        office="Văn phòng UBND Thành phố",
        signer="Phạm Văn Phòng",
        signer_title="Chánh Văn phòng",
        now=NOW,
        in_force=InForce(datetime(2026, 10, 1, 8, 0, tzinfo=ZONE), "Trần Minh"),
        tests={"overdue-files": ["Quá hạn năm ngày thì cảnh báo", "Đến hạn hôm nay thì thôi"]},
        month=MONTH,
    )
    return replace(made, **given)  # type: ignore[arg-type]


def written(language: str = "vi", **given: object) -> Document:
    return docx.Document(io.BytesIO(rules_docx(annex(source(**given), language))))


def texts(document: Document) -> Iterator[str]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from (paragraph.text for row in part.rows for cell in row.cells for paragraph in cell.paragraphs)
        else:
            yield part.text


def rows_of(document: Document, name: str) -> dict[str, str]:
    """The table below the heading that ends with ``(name)``."""
    found = False
    for part in document.iter_inner_content():
        if isinstance(part, Table) and found:
            return {row.cells[0].text: row.cells[1].text for row in part.rows}
        found = found or (not isinstance(part, Table) and part.text.endswith(f"({name})"))
    raise AssertionError(name)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_stands_in_it_with_its_sentence_its_ground_and_its_version(language: str) -> None:
    document = written(language)
    text = "\n".join(texts(document))
    assert len(book().compiled) >= 10
    for compiled in book().compiled.values():
        assert speak(compiled, language) in text
        assert compiled.rule.version in text
        assert compiled.rule.name(language) in text
        rows = rows_of(document, compiled.rule.id)
        basis = rows["Căn cứ pháp lý" if language == "vi" else "Legal ground"]
        assert all(each.text in basis for each in compiled.rule.basis)


def test_each_page_names_the_set_and_counts_pages() -> None:
    document = written()
    version = book().set.version
    assert len(version) == 16
    (section,) = document.sections
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith(f"Bộ quy tắc {version} – trang ")
    codes = [each.text for each in footer._p.iter() if each.tag.endswith("}instrText")]
    assert codes == [" PAGE ", " NUMPAGES "]
    assert section.different_first_page_header_footer is False


def test_the_page_is_as_the_decree_asks_for_it() -> None:
    document = written()
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.right_margin, section.left_margin)
    assert [round(each.mm) for each in margins if each] == [20, 20, 20, 30]
    size = (section.page_width, section.page_height)
    assert [round(each.mm) for each in size if each] == [210, 297]
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(13))
    text = list(texts(document))
    assert text[:4] == [
        "THÀNH PHỐ HÀ NỘI",
        "VĂN PHÒNG UBND THÀNH PHỐ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert "(Kèm theo Quyết định số ……/QĐ-…… ngày …… tháng …… năm …… của ……)" in text
    assert text[-1] == "Phạm Văn Phòng"
    assert "CHÁNH VĂN PHÒNG" in text


def test_what_a_rule_asks_sent_and_is_tested_by_is_a_table() -> None:
    rows = rows_of(written(), "overdue-files")
    assert rows["Căn cứ pháp lý"].splitlines() == [
        "Nghị định 118/2025/NĐ-CP (từ ngày 01/07/2025)",
        "Nghị định 61/2018/NĐ-CP (đến hết ngày 30/06/2025) – hết hiệu lực tại ngày in",
    ]
    assert rows["Ngưỡng và cách báo"].splitlines()[1] == "cảnh báo: từ 5 ngày làm việc quá hạn; gửi trong giờ làm việc"
    assert rows["Báo cho"] == "thủ trưởng đơn vị"
    assert rows["Nhắc lại"] == "sau 2 ngày làm việc nếu chưa có phản hồi"
    assert rows["Việc phải làm"].endswith("(thời hạn: 2 ngày làm việc)")
    assert rows["Kiểm thử"] == "2 trường hợp: Quá hạn năm ngày thì cảnh báo; Đến hạn hôm nay thì thôi"
    assert rows["Đã gửi tháng 10/2026"] == (
        "1.200 thông báo về 5.000 cảnh báo (nghiêm trọng 2.000, cảnh báo 3.000); trong đó 30 thông báo diễn tập, chỉ gửi Văn phòng"
    )
    other = rows_of(written("en"), "no-due-date")
    assert other["Tests"] == "There are none"
    assert other["Sent in 10/2026"] == "No notice was sent"


def test_it_says_who_released_the_set_or_that_nobody_did() -> None:
    assert "Có hiệu lực từ 08:00 ngày 01/10/2026; người ban hành: Trần Minh." in list(texts(written()))
    folder = "\n".join(texts(written(in_force=None, month=None)))
    assert "bộ quy tắc này chưa được ban hành" in folder
    assert "Chưa có số liệu" in folder


def test_a_rule_that_does_not_run_stands_in_it_with_the_reason() -> None:
    aside = {"broken": Said("broken.yaml:3: unknown field 'x'", "broken.yaml:3: không có trường 'x'")}
    faulty = replace(book(), set=replace(book().set, set_aside=aside))
    assert "broken.yaml:3: không có trường 'x'" in list(texts(written(book=faulty)))
    assert "broken.yaml:3: unknown field 'x'" in list(texts(written("en", book=faulty)))
    empty = replace(book(), compiled={}, set=replace(book().set, rules={}))
    assert "Chưa có quy tắc nào." in list(texts(written(book=empty)))


def test_what_xml_does_not_take_does_not_break_it() -> None:
    hostile = source(office="Văn phòng \x00\x0b <b>&amp; \ud83c", tests={"overdue-files": ["<w:p/>" * 3]})
    page = rules_docx(annex(hostile, "vi"))
    assert "<w:p/><w:p/>" in rows_of(docx.Document(io.BytesIO(page)), "overdue-files")["Kiểm thử"]
    with ZipFile(io.BytesIO(page)) as parts:
        assert parts.testzip() is None
