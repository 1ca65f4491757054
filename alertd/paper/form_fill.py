"""Fill an office's Word form for many files, in a process of its own: ``python -m alertd.paper.form_fill``.

It reads JSON from stdin (``form``: the path; ``letters``: texts by field), and writes an archive of one .docx a letter, or
JSON that says why the form cannot be used, and ends with 3. docxtpl makes a template of Word's own XML, once; each letter is
then that template filled by the sandbox of notices, so that a form can do no more than they can.
"""

import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError
from lxml import etree

from alertd.notices.sandbox import Sandbox
from alertd.paper.form_parts import Parts, Unusable, parts_of

resource: Any = None
with suppress(ImportError):  # there is none on Windows
    resource = import_module("resource")

FAULTY = 3  # the exit code
_MOST = 10_000_000  # characters of a part that is filled
_SECONDS, _MEMORY = 100, 2 * 1024**3  # of the whole process
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same letter
Fields = Mapping[str, str]


class Form:
    """Raises Unusable."""

    def __init__(self, path: Path) -> None:
        self._parts: Parts = parts_of(path)
        environment = Sandbox(undefined=StrictUndefined, autoescape=True)
        environment.globals.clear()
        word = DocxTemplate(str(path))
        self._templates: dict[str, Template] = {}
        for name, xml in self._parts.words.items():
            if "{{" in xml or "{%" in xml or "{#" in xml or "{<" in xml:
                try:
                    self._templates[name] = environment.from_string(word.patch_xml(_in_lines(xml)))
                except TemplateSyntaxError as error:
                    raise Unusable("syntax", error.message or "") from error
                except (RecursionError, SyntaxError) as error:
                    raise Unusable("syntax", type(error).__name__) from error

    def filled(self, fields: Fields) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self._parts.order:
                archive.writestr(_entry(name), self._part(name, fields))
        return made.getvalue()

    def _part(self, name: str, fields: Fields) -> bytes:
        if name not in self._templates:
            return self._parts.others[name] if name in self._parts.others else self._parts.words[name].encode()
        xml = _rendered(self._templates[name], fields)
        try:
            etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise Unusable("broken", f"{name}: {error.msg}") from error
        return xml.encode()


def _in_lines(xml: str) -> str:
    """As docxtpl does: a paragraph a line, so that Jinja's numbers of lines mean something."""
    return xml.replace("<w:p ", "\n<w:p ").replace("<w:p>", "\n<w:p>")


def _rendered(template: Template, fields: Fields) -> str:
    parts: list[str] = []
    left = _MOST
    try:
        for part in template.generate(**fields):
            parts.append(part)
            left -= len(part)
            if left < 0:
                break
    except UndefinedError as error:
        raise Unusable("field", str(error)) from error
    except Exception as error:  # a template of an office can do anything wrong, and each is told the same way
        raise Unusable("fails", str(error) or type(error).__name__) from error
    if left < 0:
        raise Unusable("long", f"{_MOST:,}")
    return "".join(parts)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def text_of(content: bytes) -> str:
    """What a person reads in a .docx: paragraphs and cells of its body. Raises Unusable where Word's library cannot open it."""
    try:
        body = docx.Document(io.BytesIO(content)).element.body
    except Exception as error:  # whatever a file can be
        raise Unusable("broken", str(error) or type(error).__name__) from error
    texts = ("".join(part.text or "" for part in line.iter(qn("w:t"))) for line in body.iter(qn("w:p")))
    return "\n".join(text for text in texts if text)


def fill(path: Path, letters: Sequence[Fields]) -> list[bytes]:
    """Raises Unusable; also where a letter would not say which file it is about, or could not be opened."""
    form = Form(path)
    made = [form.filled(letter) for letter in letters]
    for content, letter in list(zip(made, letters, strict=True))[:1]:
        if letter["code"] not in text_of(content):
            raise Unusable("no_code")
    return made


def _limit() -> None:
    """Whatever a form makes of it, it ends. Where there are no such limits, the caller's patience is one."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> int:
    _limit()
    asked: Any = json.load(sys.stdin)
    out = sys.stdout.buffer
    try:
        made = fill(Path(asked["form"]), asked["letters"])
    except (Unusable, MemoryError) as error:
        known = error if isinstance(error, Unusable) else Unusable("large", "memory")
        out.write(json.dumps({"why": known.why, "detail": known.detail[:300]}).encode())
        return FAULTY
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, content in enumerate(made):
            archive.writestr(_entry(f"{place}.docx"), content, zipfile.ZIP_STORED)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
