"""A page as Nghị định 30/2020/NĐ-CP asks for it: A4, its margins, Times New Roman, and the number of pages in the footer."""

from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT, BODY, SMALL = "Times New Roman", Pt(13), Pt(11)
LEFT, CENTER, BOTH = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
WIDTH = Mm(160)  # of what is written: 210 less 30 and 20


def blank(title: str, language: str) -> Document:
    """An empty document, set up."""
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = title, "alertd"
    made.core_properties.language = "vi-VN" if language == "vi" else "en-GB"
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.footer_distance = Mm(10)
    style: Any = made.styles["Normal"]
    style.font.name, style.font.size = FONT, BODY
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.space_after = Pt(4)
    return made


def write(where: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: Any = None) -> Paragraph:
    run = where.add_run(_clean(text))
    run.bold, run.italic = bold or None, italic or None
    if size is not None:
        run.font.size = size
    return where


def paragraph(document: Document, text: str, align: Any = BOTH, *, indent: bool = False, **how: Any) -> Paragraph:
    made = write(document.add_paragraph(), text, **how)
    made.alignment = align
    if indent:
        made.paragraph_format.first_line_indent = Cm(1)
    return made


def heading(document: Document, text: str, level: int) -> Paragraph:
    """One that a reader's list of headings knows, in the document's own font."""
    made = document.add_paragraph(style=f"Heading {level}")
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(10), Pt(4)
    run = made.add_run(_clean(text))
    run.font.name, run.font.size, run.bold = FONT, BODY, True
    run.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    return made


def columns(document: Document, widths: tuple[float, ...], rows: int, *, lined: bool) -> Table:
    """A table of columns, their widths in millimetres. ``lined``: with its lines."""
    made: Table = document.add_table(rows, len(widths), style="Table Grid" if lined else None)
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for place, width in enumerate(widths):
        made.columns[place].width = Mm(width)
        for cell in made.columns[place].cells:
            cell.width = Mm(width)
    return made


def fill(cell: _Cell, lines: tuple[str, ...], align: Any = LEFT, **how: Any) -> None:
    """A paragraph a line; the first one is there already."""
    for place, line in enumerate(lines):
        where = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        where.alignment, where.paragraph_format.space_after = align, Pt(2)
        write(where, line, **how)


def whole(table: Table) -> None:
    """No row of it is split between pages; its first one is repeated on each."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0 and len(table.columns) > 2:
            properties.append(OxmlElement("w:tblHeader"))


def underline(where: Paragraph, inches: int = 8) -> None:
    """A thin line beneath, as under the name of a body."""
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", str(inches)), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    where._p.get_or_add_pPr().append(border)


def footer(document: Document, text: str) -> None:
    """``text`` and then x/y, on every page."""
    where = document.sections[0].footer.paragraphs[0]
    where.alignment = CENTER
    write(where, text, size=SMALL)
    _field(where, "PAGE")
    write(where, "/", size=SMALL)
    _field(where, "NUMPAGES")


def _field(where: Paragraph, name: str) -> None:
    """Word counts it when it shows the page."""
    run = where.add_run()
    run.font.size = SMALL
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("text", "1"), ("end", "")):
        if kind == "text":
            run.add_text(text)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)


def _clean(text: str) -> str:
    """What XML does not take goes."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
