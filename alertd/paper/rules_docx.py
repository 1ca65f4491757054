"""The annex of rules as a Word document that the head of the office can sign: title block, list, each rule, signature."""

import io

from docx.document import Document
from docx.shared import Pt

from alertd.paper.annex import Annex, RuleOnPaper
from alertd.paper.page import (
    BOTH,
    CENTER,
    LEFT,
    SMALL,
    blank,
    columns,
    fill,
    footer,
    heading,
    paragraph,
    underline,
    whole,
    write,
)
from alertd.paper.words import WORDS


def rules_docx(annex: Annex) -> bytes:
    says = WORDS[annex.language]
    document = blank(says["title"], annex.language)
    _letterhead(document, annex)
    for key in ("annex", "title"):
        paragraph(document, says[key], CENTER, bold=True, size=Pt(14))
    paragraph(document, says["decision"], CENTER, italic=True)
    for fact in annex.facts:
        paragraph(document, fact, BOTH, indent=True)
    _list(document, annex)
    heading(document, says["content"], 1)
    for rule in annex.rules:
        _rule(document, rule)
    if not annex.rules:
        paragraph(document, says["no_rules"])
    if annex.aside:
        _aside(document, annex)
    _signature(document, annex)
    footer(document, says["footer"].format(version=annex.version))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _letterhead(document: Document, annex: Annex) -> None:
    """The body on the left, the state on the right, each over a line."""
    says = WORDS[annex.language]
    table = columns(document, (58, 102), 1, lined=False)
    left, right = table.rows[0].cells
    fill(left, (annex.site.upper(),), CENTER, size=Pt(13))
    body = left.add_paragraph()
    body.alignment = CENTER
    write(body, annex.office.upper(), bold=True)
    fill(right, (says["state"],), CENTER, bold=True, size=Pt(12))
    motto = right.add_paragraph()
    motto.alignment = CENTER
    write(motto, says["motto"], bold=True, size=Pt(13))
    for where, width in ((body, 20), (motto, 15)):
        where.paragraph_format.left_indent = where.paragraph_format.right_indent = Pt(width)
        underline(where)
    paragraph(document, "")


def _list(document: Document, annex: Annex) -> None:
    says = WORDS[annex.language]
    heading(document, says["list"], 1)
    table = columns(document, (12, 64, 40, 44), 1 + len(annex.rules), lined=True)
    for cell, key in zip(table.rows[0].cells, ("number", "name", "id", "to"), strict=True):
        fill(cell, (says[key],), CENTER, bold=True)
    for row, rule in zip(table.rows[1:], annex.rules, strict=True):
        for cell, text in zip(row.cells, (str(rule.number), rule.name, rule.id, rule.to), strict=True):
            fill(cell, (text,), LEFT)
    whole(table)


def _rule(document: Document, rule: RuleOnPaper) -> None:
    heading(document, f"{rule.number}. {rule.name} ({rule.id})", 2)
    said = paragraph(document, rule.sentence, BOTH, indent=True)
    said.paragraph_format.keep_with_next = True
    table = columns(document, (42, 118), len(rule.rows), lined=True)
    for row, (name, lines) in zip(table.rows, rule.rows, strict=True):
        fill(row.cells[0], (name,), LEFT, bold=True)
        fill(row.cells[1], lines, LEFT)
    whole(table)


def _aside(document: Document, annex: Annex) -> None:
    says = WORDS[annex.language]
    heading(document, says["aside"], 1)
    table = columns(document, (50, 110), 1 + len(annex.aside), lined=True)
    for cell, key in zip(table.rows[0].cells, ("id", "why"), strict=True):
        fill(cell, (says[key],), CENTER, bold=True)
    for row, texts in zip(table.rows[1:], annex.aside, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            fill(cell, (text,), LEFT)
    whole(table)


def _signature(document: Document, annex: Annex) -> None:
    says = WORDS[annex.language]
    paragraph(document, "")
    table = columns(document, (70, 90), 1, lined=False)
    left, right = table.rows[0].cells
    fill(left, (says["copies"],), LEFT, bold=True, italic=True, size=Pt(12))
    for line in says["copies_to"].splitlines():
        write(left.add_paragraph(), line, size=SMALL)
    fill(right, (annex.signer_title.upper(),), CENTER, bold=True)
    sign = right.add_paragraph()
    sign.alignment = CENTER
    write(sign, says["sign"], italic=True)
    for text in ("", "", "", annex.signer):
        where = right.add_paragraph()
        where.alignment = CENTER
        write(where, text, bold=True)
    whole(table)
