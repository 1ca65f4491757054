"""Read a folder of rules: all faults of all files at once; a broken rule is set aside while the others run."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from alertd.errors import Fault
from alertd.model.rule import RuleSet
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.yaml_text import Document, read_yaml

_SUFFIX = ".yaml"


@dataclass(frozen=True)
class _File:
    """What one file came to. ``id``: the one it names, empty where none can be read."""

    path: Path
    id: str
    document: Document | None
    compiled: CompiledRule | None
    faults: list[Fault]


def load_rules(
    folder: Path, *, language: str, units: Collection[str], templates: Collection[str]
) -> tuple[Rulebook, list[Fault]]:
    """Every ``*.yaml`` of the folder is a rule. ``language``: of the site; ``units``: codes that a rule may name;
    ``templates``: names likewise (either empty: not checked). The broken ones stand in ``set_aside``, by file name and id."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        why = (
            "there is no such folder" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        )
        fault = Fault(str(folder), 0, 0, why, "make it, or name another in [rules] folder; `alertd init` writes rules")
        return Rulebook(RuleSet({}, "", unread=str(fault)), {}, language), [fault]
    known = Known(language, units, templates)
    files = [_read(path, known) for path in paths if path.suffix == _SUFFIX]
    faults = [fault for path in paths for fault in _misnamed(path)]
    faults += [fault for file in files for fault in (*file.faults, *_identity(file, files))]
    if not files:
        faults.append(Fault(str(folder), 0, 0, "no rule (*.yaml) in it", "`alertd init` writes some", warning=True))
    return _book(files, faults, language), sorted(faults)


def _read(path: Path, known: Known) -> _File:
    document, faults = read_yaml(path)
    if document is None:
        return _File(path, "", None, None, faults)
    compiled, found = read_rule(document, known)
    named = document.value.get("id") if isinstance(document.value, dict) else None
    return _File(path, named if isinstance(named, str) else "", document, compiled, found)


def _misnamed(path: Path) -> Sequence[Fault]:
    if path.suffix.lower() in (".yml", _SUFFIX) and path.suffix != _SUFFIX:
        cure = f"name it {path.stem}{_SUFFIX}, or take it out of the folder"
        return [Fault(str(path), 0, 0, f"is not read: rules end in {_SUFFIX}", cure)]
    return []


def _identity(file: _File, files: Sequence[_File]) -> Sequence[Fault]:
    """A rule is called as its file, so that no two of a folder can have one name."""
    if file.document is None or not file.id or file.id == file.path.stem:
        return []
    same = [other.path.name for other in files if other.id == file.id and other is not file]
    if same:
        what, cure = f"rule {file.id!r} stands in {same[0]} too", f"call this one {file.path.stem!r}, or delete one"
    else:
        what = f"id {file.id!r} is not the file's name"
        cure = f"write id: {file.path.stem}, or name the file {file.id}{_SUFFIX}"
    return [file.document.fault(("id",), what, cure)]


def _book(files: Sequence[_File], faults: Sequence[Fault], language: str) -> Rulebook:
    at_fault: dict[str, list[Fault]] = {}
    for fault in faults:
        if not fault.warning:
            at_fault.setdefault(fault.file, []).append(fault)
    compiled: dict[str, CompiledRule] = {}
    broken: dict[str, str] = {}
    for file in files:
        if file.compiled is not None and str(file.path) not in at_fault:
            compiled[file.id] = file.compiled
        else:
            why = _why(file.path, sorted(at_fault[str(file.path)]))
            # under both names: the alerts of a rule whose file was renamed must not end by that
            broken |= dict.fromkeys(filter(None, (file.path.stem, file.id)), why)
    set_aside = {name: why for name, why in broken.items() if name not in compiled}
    rules = {name: found.rule for name, found in compiled.items()}
    parts = [*(f"{name}={rule.version}" for name, rule in rules.items()), *(f"{name}!" for name in set_aside)]
    version = hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]
    return Rulebook(RuleSet(rules, version, set_aside), compiled, language)


def _why(path: Path, faults: Sequence[Fault]) -> str:
    """The first fault with the file's bare name, and how many more there are."""
    first = faults[0]
    short = str(Fault(path.name, first.line, first.col, first.what, first.cure))
    return short if len(faults) == 1 else f"{short} (and {len(faults) - 1} more)"
