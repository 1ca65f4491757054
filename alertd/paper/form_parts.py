"""A Word file that an office hands in as a form, taken apart: its parts, or why it is not used. Nothing of it is run."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

MOST = 5_000_000  # bytes of the file
_MOST_PARTS, _MOST_UNPACKED = 400, 30_000_000
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OLD_WORD = b"\xd0\xcf\x11\xe0"  # .doc, and a .docx under a password
_ACTIVE = re.compile(r"vba|macro|activex|oleobject|embeddings/|attachedtoolbars", re.IGNORECASE)
_OUTSIDE = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_FIELDS = re.compile(rb"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|DATABASE)\b")
TEXT_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")


class Unusable(Exception):
    """The form cannot be used. ``why``: one of a few words (paper/form.py says them); ``detail``: what was seen."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}")
        self.why, self.detail = why, detail


@dataclass(frozen=True)
class Parts:
    """``words``: parts with text, which are filled; ``others``: copied as they are; in the order of the archive."""

    words: dict[str, str]
    others: dict[str, bytes]
    order: tuple[str, ...]


def parts_of(path: Path) -> Parts:
    """Raises Unusable: not a Word file, too large, or one that does something when it is opened."""
    try:
        size = path.stat().st_size
        if size > MOST:
            raise Unusable("large", f"{size:,}")
        with path.open("rb") as file:
            if file.read(4) == _OLD_WORD:
                raise Unusable("old")
        with zipfile.ZipFile(path) as archive:
            content = _content(archive)
    except OSError as error:
        raise Unusable("unreadable", error.strerror or type(error).__name__) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unusable("no_word", str(error)) from error
    _harmless(content)
    words = {name: _text(name, data) for name, data in content.items() if TEXT_PARTS.fullmatch(name)}
    others = {name: data for name, data in content.items() if name not in words}
    return Parts(words, others, tuple(content))


def _content(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > _MOST_PARTS:
        raise Unusable("large", f"{len(entries):,}")
    found: dict[str, bytes] = {}
    left = _MOST_UNPACKED
    for entry in entries:
        with archive.open(entry) as part:
            data = part.read(left + 1)  # what the archive says of its sizes is not believed
        left -= len(data)
        if left < 0:
            raise Unusable("large", f"> {_MOST_UNPACKED:,}")
        if entry.filename in found:
            raise Unusable("no_word", entry.filename)
        found[entry.filename] = data
    return found


def _harmless(content: dict[str, bytes]) -> None:
    types = content.get("[Content_Types].xml", b"")
    if "word/document.xml" not in content:
        raise Unusable("no_word", "word/document.xml")
    for name in content:
        if _ACTIVE.search(name):
            raise Unusable("active", name)
    if b"macroEnabled" in types:
        raise Unusable("active", "macroEnabled")
    if _MAIN not in types:
        raise Unusable("no_word", "[Content_Types].xml")
    for name, data in content.items():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in data.upper():
            raise Unusable("active", f"{name}: DOCTYPE")
        if name.endswith(".rels") and any(not _LINK.search(found) for found in _OUTSIDE.findall(data)):
            raise Unusable("outside", name)
        if TEXT_PARTS.fullmatch(name) and (field := _FIELDS.search(data)) and b"instrText" in data:
            raise Unusable("active", f"{name}: {field[0].decode()}")


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable("no_word", f"{name}: {error.reason}") from error
