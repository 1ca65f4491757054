"""A file of YAML → plain values, with the place of every key, value and character in it. Says what YAML made of a text.

Anchors, aliases and tags are refused, depth and size are bounded before anything is built, so no file costs more than it is
long. What is wrong comes as faults; nothing is raised.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, DocumentStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from alertd.errors import Fault
from alertd.rules import yaml_said as say
from alertd.rules.file_kind import RULE, FileKind
from alertd.rules.wrong import fault_in
from alertd.rules.yaml_traps import syntax_fault

Path_ = tuple[str | int, ...]
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?P<sign>%)")
_NO_CHARACTER = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # written as an escape; no database takes them
_MOST_DIGITS = 400  # of a number: Python writes none of more than 4,300
_ODD_SPACE = re.compile("^[ ]*[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]", re.MULTILINE)
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Document:
    """``value``: what the file says, in dicts, lists and scalars. ``nodes`` and ``keys``: what stands there, by path."""

    file: str
    text: str
    value: Any
    nodes: dict[Path_, Node] = field(repr=False)
    keys: dict[Path_, Node] = field(repr=False)

    def fault(self, path: Path_, what: str, cure: str = "", *, warning: bool = False) -> Fault:
        """At a value; where there is none, at the beginning of what should hold it."""
        node = self._node(path)
        start = node.start_mark.index
        return self.fault_at(
            start, node.end_mark.index - start if path in self.nodes and path else 0, what, cure, warning=warning
        )

    def fault_at_key(self, path: Path_, what: str, cure: str = "", *, warning: bool = False) -> Fault:
        if path not in self.keys:
            return self.fault(path, what, cure, warning=warning)
        start, end = self.keys[path].start_mark.index, self.keys[path].end_mark.index
        return self.fault_at(start, end - start, what, cure, warning=warning)

    def fault_inside(
        self, path: Path_, offset: int, what: str, cure: str = "", *, length: int = 0, warning: bool = False
    ) -> Fault:
        """At characters of a text value, as they stand in the file."""
        node = self._node(path)
        start = self._index(node, offset)
        if start is None:
            return self.fault(path, what, cure, warning=warning)
        last = self._index(node, offset + length - 1) if length > 1 else start
        return self.fault_at(start, (start if last is None else last) - start + 1, what, cure, warning=warning)

    def fault_at(self, index: int, length: int, what: str, cure: str = "", *, warning: bool = False) -> Fault:
        """At characters of the file itself."""
        return fault_in(self.text, self.file, index, length, (what, cure), warning=warning)

    def written(self, path: Path_) -> str:
        """A value as it is written, shortened, on one line."""
        node = self._node(path)
        text = " ".join(self.text[node.start_mark.index : node.end_mark.index].split())
        return text if len(text) <= 60 else text[:59] + "…"

    def is_in_brackets(self, path: Path_) -> bool:
        """Whether it stands in [ … ] or { … }, where a comma ends a value."""
        above = self.nodes.get(path[:-1])
        return bool(above is not None and getattr(above, "flow_style", False))

    def rest_of_line(self, path: Path_) -> str:
        """What follows a value on its line."""
        end = self._node(path).end_mark.index
        return self.text[end : self.text.find("\n", end) % (len(self.text) + 1)]

    def cut_texts(self, keys: Collection[str]) -> Iterator[tuple[Path_, str]]:
        """Texts under these keys without quotes behind which something like ``#1`` stands, and that: YAML drops it."""
        for path, node in self.nodes.items():
            if path and path[0] in keys and isinstance(node, ScalarNode) and node.style is None:
                rest = self.rest_of_line(path).strip()
                if len(rest) > 1 and rest[0] == "#" and not rest[1].isspace() and rest[1] != "#":
                    yield path, rest

    def _node(self, path: Path_) -> Node:
        while path and path not in self.nodes:
            path = path[:-1]
        return self.nodes[path]

    def _index(self, node: Node, offset: int) -> int | None:
        """Where a character of a value stands in the file. YAML folds lines, drops indentation and doubles quotes: the visible
        characters are met one by one. None where it is written as an escape."""
        if not isinstance(node, ScalarNode):
            return None
        at: int = node.start_mark.index
        end: int = node.end_mark.index
        if node.style in ("|", ">"):
            at = self.text.find("\n", at)
        elif node.style in ("'", '"'):
            at += 1
        for char in node.value[:offset]:
            if not char.isspace():
                at = self.text.find(char, at, end) + 1
                if not at:
                    return None
        while at < end and self.text[at].isspace() and not node.value[offset : offset + 1].isspace():
            at += 1
        return at


def read_yaml(path: Path, kind: FileKind = RULE) -> tuple[Document | None, list[Fault]]:
    """The document of a file, or None and why not."""
    text, fault = _text(path, kind)
    if text is None:
        return None, [fault] if fault else []
    return read_text(text, str(path), kind)


def read_text(text: str, file: str, kind: FileKind = RULE) -> tuple[Document | None, list[Fault]]:
    """The same of a text. Its letters are composed (NFC), as those of the data are: texts are compared by their bytes."""
    text = unicodedata.normalize("NFC", text)
    try:
        fault = _odd_sign(text, file) or _hostile(text, file, kind)
        root = None if fault else _parser().compose(text)
    except MarkedYAMLError as error:
        return None, [syntax_fault(text, file, error)]
    except ReaderError as error:
        return None, [fault_in(text, file, error.position, 1, say.unreadable(text[error.position]))]
    except (YAMLError, ValueError, OverflowError) as error:
        return None, [Fault(file, 1, 0, *say.no_yaml(str(error)))]
    if fault:
        return None, [fault]
    if root is None:
        return None, [Fault(file, 1, 1, *say.empty_file(kind.noun))]
    nodes: dict[Path_, Node] = {}
    keys: dict[Path_, Node] = {}
    faults: list[Fault] = []
    document = Document(file, text, None, nodes, keys)
    value = _Builder(document, faults).build(root, ())
    return (None, faults) if faults else (Document(file, text, value, nodes, keys), [])


def _parser() -> YAML:
    """The one in Python, which keeps places; the round-trip kind would put marks of its own into folded texts."""
    return YAML(typ="safe", pure=True)


def _text(path: Path, kind: FileKind) -> tuple[str | None, Fault | None]:
    file = str(path)
    try:
        if not path.is_file():
            return None, Fault(file, 0, 0, *say.NO_FILE)
        with path.open("rb") as opened:
            read = opened.read(kind.most_bytes + 1)
        if len(read) > kind.most_bytes:
            return None, Fault(file, 0, 0, *say.too_large(kind))
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, Fault(file, line, 0, *say.NOT_UTF8)
    except OSError as error:
        return None, Fault(file, 0, 0, *say.unread(error.strerror))
    return text.replace("\r\n", "\n").replace("\r", "\n"), None


def _odd_sign(text: str, file: str) -> Fault | None:
    """An invisible character from a word processor in front of a line, which YAML takes for a letter; a directive, such as
    %YAML 1.1, which would make a yes/no of the word no; the number of a character that there is not."""
    if found := _ODD_SPACE.search(text):
        return fault_in(text, file, found.end() - 1, 1, say.odd_space(found[0][-1]))
    if found := _DIRECTIVE.match(text):
        return fault_in(text, file, found.start("sign"), 1, say.DIRECTIVE)
    if found := _NO_CHARACTER.search(text):
        return fault_in(text, file, found.start(), len(found[0]), say.ESCAPE)
    return None


def _hostile(text: str, file: str, kind: FileKind) -> Fault | None:
    """What is refused before anything is built from it: the events come one by one, and hold nothing."""
    depth = nodes = documents = 0
    for event in _parser().parse(text):
        start = event.start_mark.index
        nodes += isinstance(event, NodeEvent)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            return fault_in(text, file, start, 1 + len(event.anchor), say.reference(text[start], event.anchor))
        if (tag := getattr(event, "ctag", None)) and str(tag) not in ("!", "None"):
            written = text[start:].split(None, 1)[0][:60]
            return fault_in(text, file, start, len(written), say.tag(written))
        if depth > kind.most_deep or nodes > kind.most_nodes:
            return fault_in(text, file, start, 1, say.too_much(kind))
        if documents > 1:
            return fault_in(text, file, start, 3, say.SECOND_DOCUMENT)
    return None


class _Builder:
    def __init__(self, document: Document, faults: list[Fault]) -> None:
        self._document = document
        self._faults = faults

    def build(self, node: Node, path: Path_) -> Any:
        self._document.nodes[path] = node
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)  # there is no other kind
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = self._plain(key, path) if isinstance(key, ScalarNode) else None
            here = (*path, str(name))
            if name is None:
                self._document.nodes[here] = self._document.keys[here] = key
                self._faults.append(self._document.fault(here, *say.NO_KEY))
            elif name in found:
                line = self._document.keys[here].start_mark.line + 1
                self._document.keys[here] = key
                self._faults.append(self._document.fault_at_key(here, *say.twice(name, line)))
            else:
                self._document.keys[here] = key
                found[name] = self.build(value, here)
        return found

    def _plain(self, node: ScalarNode, path: Path_) -> str:
        """The text of a key or value, without what cannot be kept."""
        text = str(node.value)
        if odd := _NO_TEXT.search(text):
            self._faults.append(self._document.fault(path, *say.unreadable(odd[0])))
            return _NO_TEXT.sub("", text)
        return text

    def _scalar(self, node: ScalarNode, path: Path_) -> Any:
        text, kind = self._plain(node, path), str(node.tag).removeprefix(_TAG)
        if node.style is not None or kind == "str":
            return text
        if kind in ("int", "float") and len(text) > _MOST_DIGITS:
            self._faults.append(self._document.fault(path, *say.no_number(text)))
            return text
        try:
            match kind:
                case "null":
                    return None
                case "bool":
                    return text.lower() == "true"
                case "int":
                    return int(text.replace("_", ""), 0 if text.lower().startswith(("0x", "0o", "0b")) else 10)
                case "float":
                    return float(text.replace("_", ""))
                case "timestamp":
                    return date.fromisoformat(text)
        except ValueError:
            found = say.no_day(text) if kind == "timestamp" else say.no_number(text)
            self._faults.append(self._document.fault(path, *found))
        return text
