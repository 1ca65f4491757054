"""Draw form 04 (văn bản xin lỗi) as alertd ships it: ``python -m alertd.paper.form_04 templates/form_04.docx``.

The page follows Nghị định 30/2020/NĐ-CP, what the letter says the apology of Nghị định 61/2018/NĐ-CP (form 04) and Nghị định
118/2025/NĐ-CP: which file, since when, why it is late, and a new date. Fields stand in double braces (paper/form.py); after
that Word is the place to change it.
"""

import io
import sys
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from alertd.paper.page import BOTH, CENTER, LEFT, SMALL, blank, columns, fill, paragraph, underline, write

_NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_TITLE = ("PHIẾU XIN LỖI", "VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ")
_BODY = (
    "Ngày {{ received_on }}, {{ unit }} tiếp nhận giải quyết hồ sơ mã số {{ code }} của Ông/Bà/Tổ chức.",
    "Thủ tục hành chính đề nghị giải quyết: {{ procedure_name }} (mã thủ tục: {{ procedure }}).",
    "Thời gian hẹn trả kết quả giải quyết hồ sơ: ngày {{ due_on }}.",
    "Tuy nhiên, đến nay {{ unit }} chưa trả kết quả giải quyết hồ sơ của Ông/Bà/Tổ chức đúng hẹn. Lý do: {{ reason }}.",
    "Sự chậm trễ này đã gây phiền hà, tốn kém thời gian, công sức của Ông/Bà/Tổ chức.",
    "{{ unit }} xin lỗi Ông/Bà/Tổ chức và xin hẹn trả kết quả giải quyết hồ sơ vào ngày {{ new_due_on }}.",
    "Mọi vướng mắc, đề nghị Ông/Bà/Tổ chức liên hệ: {{ contact }}.",
    "Rất mong nhận được sự thông cảm của Ông/Bà/Tổ chức.",
)
# Parts of python-docx's own blank document that no letter needs.
_NOT_NEEDED = ("thumbnail", "stylesWithEffects", "webSettings", "customXml", "numbering", "theme", "fontTable")


def form_04() -> bytes:
    document = blank("Mẫu số 04: Văn bản xin lỗi và hẹn lại ngày trả kết quả", "vi")
    number = paragraph(document, "Mẫu số 04", LEFT, italic=True, size=SMALL)
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _letterhead(document)
    for text in _TITLE:
        paragraph(document, text, CENTER, bold=True, size=Pt(14))
    to = paragraph(document, "Kính gửi: Ông/Bà/Tổ chức ……………………………………", CENTER)
    to.paragraph_format.space_before = to.paragraph_format.space_after = Pt(10)
    for text in _BODY:
        said = paragraph(document, text, BOTH, indent=True)
        said.paragraph_format.space_after = Pt(6)
    _signature(document)
    _lean(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _letterhead(document: Document) -> None:
    table = columns(document, (68, 92), 1, lined=False)
    left, right = table.rows[0].cells
    fill(left, ("{%p if parent_upper %}", "{{ parent_upper }}", "{%p endif %}"), CENTER, size=Pt(12))
    unit = left.add_paragraph()
    unit.alignment = CENTER
    write(unit, "{{ unit_upper }}", bold=True, size=Pt(12))
    number = left.add_paragraph()
    number.alignment = CENTER
    number.paragraph_format.space_before = Pt(6)
    write(number, "Số: …………/PXL", size=Pt(12))
    fill(right, (_NATION[0],), CENTER, bold=True, size=Pt(12))
    motto = right.add_paragraph()
    motto.alignment = CENTER
    write(motto, _NATION[1], bold=True, size=Pt(13))
    motto.paragraph_format.left_indent = motto.paragraph_format.right_indent = Pt(30)
    underline(motto)
    date = right.add_paragraph()
    date.alignment = CENTER
    date.paragraph_format.space_before = Pt(6)
    write(date, "{{ place }}, ngày …… tháng …… năm {{ year }}", italic=True)
    space = paragraph(document, "")
    space.paragraph_format.space_after = Pt(6)


def _signature(document: Document) -> None:
    paragraph(document, "")
    table = columns(document, (70, 90), 1, lined=False)
    left, right = table.rows[0].cells
    fill(left, ("Nơi nhận:",), LEFT, bold=True, italic=True, size=Pt(12))
    for line in ("- Như trên;", "- Bộ phận Một cửa;", "- Lưu: VT, hồ sơ."):
        write(left.add_paragraph(), line, size=SMALL)
    fill(right, ("{{ signer_title }}",), CENTER, bold=True)
    sign = right.add_paragraph()
    sign.alignment = CENTER
    write(sign, "(Ký, ghi rõ họ tên và đóng dấu)", italic=True, size=SMALL)
    for text in ("", "", "", "{{ signer }}"):
        where = right.add_paragraph()
        where.alignment = CENTER
        write(where, text, bold=True)


def _lean(document: Document) -> None:
    """Without what python-docx brings along: it would be copied into every letter, and a citizen would read when and by which
    program it was made."""
    properties = document.core_properties
    properties.author = properties.comments = ""
    for told in list(properties._element):
        if told.tag.endswith(("}created", "}modified", "}revision", "}lastModifiedBy")):
            properties._element.remove(told)
    for owner in (document.part.package, document.part):
        for key, relation in list(owner.rels.items()):
            if any(name in relation.reltype for name in _NOT_NEEDED):
                del owner.rels[key]
    used = {paragraph.style.style_id for paragraph in document.paragraphs if paragraph.style is not None}
    used |= {"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid"}
    styles: Any = document.styles.element
    for style in list(styles):
        if style.tag.endswith("}latentStyles") or (style.tag.endswith("}style") and style.styleId not in used):
            styles.remove(style)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(form_04())
