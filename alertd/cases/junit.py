"""Results as JUnit's XML, which every build server reads: a suite per file, a case per test, a failure per difference. Pure."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from alertd.cases.run import Result
from alertd.errors import Fault


def junit(results: Sequence[Result], faults: Sequence[Fault], language: str) -> str:
    """The whole document. A fault of a file is an error of a case of its own: what could not be read has tested nothing."""
    root = ET.Element("testsuites", name="alertd rules test")
    by_file: dict[str, ET.Element] = {}
    for result in results:
        suite = _suite(root, by_file, result.case.file)
        case = ET.SubElement(
            suite,
            "testcase",
            classname=result.case.rule,
            name=_xml(result.case.name),
            file=result.case.file,
            line=str(result.case.line),
        )
        for failed in result.failed:
            kind = "error" if failed.why else "failure"
            lines = [
                f"{result.case.file}:{each.line}: {each.name} ({each.record}): expected {each.expected}, got {each.got}"
                for each in failed.differences
            ]
            message = failed.why or "; ".join(
                f"{each.name}: expected {each.expected}, got {each.got}" for each in failed.differences
            )
            found = ET.SubElement(case, kind, message=_xml(f"{failed.now:%Y-%m-%d %H:%M}: {message}"))
            found.text = _xml("\n".join(lines or [failed.why]))
    for fault in faults:
        if not fault.warning:
            case = ET.SubElement(
                _suite(root, by_file, fault.file), "testcase", classname="file", name=_xml(fault.place)
            )
            ET.SubElement(case, "error", message=_xml(fault.said(language)))
    for suite in (*by_file.values(), root):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            suite.set(name, str(sum(1 for _ in suite.iter(tag))))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, by_file: dict[str, ET.Element], file: str) -> ET.Element:
    if file not in by_file:
        by_file[file] = ET.SubElement(root, "testsuite", name=_xml(file))
    return by_file[file]


def _xml(text: str) -> str:
    """XML has no place for control characters, nor for halves of letters."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
