"""A file of YAML → plain values, with the place of every key, value and character in it. Says what YAML made of a text.

Anchors, aliases and tags are refused, depth and size are bounded before anything is built, so no file costs more than it is
long. What is wrong comes as faults; nothing is raised.
"""

import unicodedata
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
from alertd.rules.yaml_traps import syntax_fault

MAX_BYTES = 64 * 1024  # a rule has some 2,000
MAX_DEPTH = 8
MAX_NODES = 2_000

Path_ = tuple[str | int, ...]
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
        """At a value; where there is none, at what should hold it."""
        line, col = self._start(self._node(path))
        return Fault(self.file, line, col, what, cure, warning)

    def fault_at_key(self, path: Path_, what: str, cure: str = "", *, warning: bool = False) -> Fault:
        line, col = self._start(self.keys.get(path) or self._node(path))
        return Fault(self.file, line, col, what, cure, warning)

    def fault_inside(self, path: Path_, offset: int, what: str, cure: str = "") -> Fault:
        """At a character of a text value, as it stands in the file."""
        line, col = self._inside(self._node(path), offset)
        return Fault(self.file, line, col, what, cure)

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

    def _node(self, path: Path_) -> Node:
        while path and path not in self.nodes:
            path = path[:-1]
        return self.nodes[path]

    def _start(self, node: Node) -> tuple[int, int]:
        return node.start_mark.line + 1, node.start_mark.column + 1

    def _inside(self, node: Node, offset: int) -> tuple[int, int]:
        """YAML folds lines, drops indentation and doubles quotes: the visible characters are met one by one."""
        if not isinstance(node, ScalarNode):
            return self._start(node)
        at, end = node.start_mark.index, node.end_mark.index
        if node.style in ("|", ">"):
            at = self.text.find("\n", at)
        elif node.style in ("'", '"'):
            at += 1
        for char in node.value[:offset]:
            if not char.isspace():
                at = self.text.find(char, at, end) + 1
                if not at:  # written as an escape
                    return self._start(node)
        while at < end and self.text[at].isspace() and not node.value[offset : offset + 1].isspace():
            at += 1
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)


def read_yaml(path: Path) -> tuple[Document | None, list[Fault]]:
    """The document of a file, or None and why not."""
    text, fault = _text(path)
    if text is None:
        return None, [fault] if fault else []
    return read_text(text, str(path))


def read_text(text: str, file: str) -> tuple[Document | None, list[Fault]]:
    """The same of a text. Its letters are composed (NFC), as those of the data are: texts are compared by their bytes."""
    text = unicodedata.normalize("NFC", text)
    try:
        fault = _hostile(text, file)
        root = None if fault else _parser().compose(text)
    except MarkedYAMLError as error:
        return None, [syntax_fault(text, file, error)]
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return None, [Fault(file, line, 0, "an unreadable character", "take it out, and save the file as UTF-8")]
    except (YAMLError, ValueError) as error:
        return None, [Fault(file, 1, 0, f"no valid YAML: {error}", "compare it with a rule that alertd ships")]
    if fault:
        return None, [fault]
    if root is None:
        return None, [Fault(file, 1, 1, "the file is empty", "write a rule, or delete the file")]
    nodes: dict[Path_, Node] = {}
    keys: dict[Path_, Node] = {}
    faults: list[Fault] = []
    document = Document(file, text, None, nodes, keys)
    value = _Builder(document, faults).build(root, ())
    return (None, faults) if faults else (Document(file, text, value, nodes, keys), [])


def _parser() -> YAML:
    """The one in Python, which keeps places; the round-trip kind would put marks of its own into folded texts."""
    return YAML(typ="safe", pure=True)


def _text(path: Path) -> tuple[str | None, Fault | None]:
    file = str(path)
    try:
        if not path.is_file():
            return None, Fault(file, 0, 0, "not a file", "take it out of the folder, or give it another name")
        with path.open("rb") as opened:
            read = opened.read(MAX_BYTES + 1)
        if len(read) > MAX_BYTES:
            cure = "one rule per file; take data out of it"
            return None, Fault(file, 0, 0, f"larger than {MAX_BYTES // 1024} KiB, which no rule is", cure)
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, Fault(file, line, 0, "not UTF-8", "save it as UTF-8")
    except OSError as error:
        return None, Fault(file, 0, 0, f"cannot be read ({error.strerror})", "check its owner and mode")
    return text.replace("\r\n", "\n").replace("\r", "\n"), None


def _hostile(text: str, file: str) -> Fault | None:
    """What is refused before anything is built from it: the events come one by one, and hold nothing."""
    depth = nodes = documents = 0
    for event in _parser().parse(text):
        line, col = event.start_mark.line + 1, event.start_mark.column + 1
        nodes += isinstance(event, NodeEvent)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            mark = "*" if isinstance(event, AliasEvent) else "&"
            return Fault(file, line, col, f"{mark} is a reference in YAML", "write the value out, a text in quotes")
        if (tag := getattr(event, "ctag", None)) and str(tag) not in ("!", "None"):
            return Fault(
                file, line, col, f"{tag} is a tag in YAML", "put the value in quotes; in a condition write not"
            )
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            return Fault(file, line, col, "more, or deeper nested, than a rule can be", "write one rule per file")
        if documents > 1:
            return Fault(file, line, col, "a second document begins here (---)", "write one rule per file")
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
            name = key.value if isinstance(key, ScalarNode) else None
            here = (*path, str(name))
            if name is None:
                self._document.nodes[here] = self._document.keys[here] = key
                what = "a list or mapping stands where the name of a key is expected"
                self._faults.append(self._document.fault(here, what, "write key: value"))
            elif name in found:
                line = self._document.keys[here].start_mark.line + 1
                self._document.keys[here] = key
                what = f"{name!r} stands twice, first in line {line}"
                self._faults.append(self._document.fault_at_key(here, what, "keep one of them"))
            else:
                self._document.keys[here] = key
                found[name] = self.build(value, here)
        return found

    def _scalar(self, node: ScalarNode, path: Path_) -> Any:
        text, kind = str(node.value), str(node.tag).removeprefix(_TAG)
        if node.style is not None or kind == "str":
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
            what, cure = (
                (f"{text} is no day", "write YYYY-MM-DD") if kind == "timestamp" else (f"{text} is no number", "")
            )
            self._faults.append(self._document.fault(path, what, cure))
        return text
