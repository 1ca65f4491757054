"""Write the parts of the documents that can drift from what they describe: the map of modules, the commands, the settings."""

import ast
import re
import sys
from functools import partial
from pathlib import Path

from alertd.cases.reference import parts as case_parts
from alertd.cases.schema import FOLDER as SCHEMAS
from alertd.cases.schema import as_text, schemas
from alertd.notices.templates import Templates
from alertd.rules.reference import parts as rule_parts

ROOT = Path(__file__).parents[1]
RULES = ROOT / "rules"
_MARK = "<!-- generated: {name} -->\n"
_END = "<!-- end -->"


def modules() -> str:
    """Every module of the package with the first sentence of its docstring."""
    lines = ["| module | duty |", "|---|---|"]
    for path in sorted((ROOT / "alertd").rglob("*.py")):
        if "versions" in path.parts:
            continue
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = " ".join(words.split("\n\n")[0].split())
        sentence = re.split(r"(?<=[.;:]) (?=[A-Z])", first)[0]
        shown = sentence.replace("|", "&#124;")
        lines.append(f"| `{path.relative_to(ROOT / 'alertd')}` | {shown} |")
    return "\n".join(lines) + "\n"


def filled(text: str, name: str, content: str) -> str:
    """The document with the part ``name`` written anew."""
    head, mark, rest = text.partition(_MARK.format(name=name))
    if not mark:
        return text
    _, end, tail = rest.partition(_END)
    return f"{head}{mark}{content}{end}{tail}"


PARTS = {"modules": modules} | {name: partial(str, text) for name, text in (rule_parts() | case_parts()).items()}


def documents() -> dict[Path, str]:
    """Every document that has a generated part, and the schemas that editors read, as they should be."""
    found = {}
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        for name, make in PARTS.items():
            text = filled(text, name, make()) if _MARK.format(name=name) in text else text
        found[path] = text
    names = Templates(ROOT / "templates", ROOT / "templates").names()
    made = schemas(templates=names)
    return found | {RULES / SCHEMAS / f"{name}.schema.json": as_text(schema) for name, schema in made.items()}


def main() -> None:
    for path, text in documents().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"written: {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
