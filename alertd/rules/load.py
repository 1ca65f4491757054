"""Read a folder of rules: all faults of all files at once; a broken rule is set aside while the others run."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alertd.errors import Fault, Said
from alertd.model.rule import RuleSet
from alertd.rules import rule_said as say
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.sense import twins
from alertd.rules.yaml_text import Document, read_text, read_yaml

_SUFFIX = ".yaml"
_ENDINGS = (".yml", _SUFFIX)  # the other is told of by its own words
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class _File:
    """What one file came to. ``id``: the one it names, empty where none can be read."""

    path: Path
    id: str
    document: Document | None
    compiled: CompiledRule | None
    faults: list[Fault]


def load_texts(
    folder: Path, texts: Mapping[str, str], *, language: str, units: Collection[str], templates: Collection[str]
) -> Rulebook:
    """The same of texts that were kept, by the names of their rules, as if they stood in the folder; none of it is looked at."""
    known = Known(language, units, templates)
    files = [_read(folder / f"{name}{_SUFFIX}", known, text) for name, text in sorted(texts.items())]
    faults = [fault for file in files for fault in (*file.faults, *_identity(file, files))]
    return _book(files, faults, language)


def load_rules(
    folder: Path, *, language: str, units: Collection[str], templates: Collection[str]
) -> tuple[Rulebook, list[Fault]]:
    """Every ``*.yaml`` of the folder is a rule. ``language``: of the site; ``units``: codes that a rule may name, best with the
    full name of each; ``templates``: names likewise (either empty: not checked). The broken ones stand in ``set_aside``, by
    file name and id."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        why = None if isinstance(error, FileNotFoundError) else error.strerror
        fault = Fault(str(folder), 0, 0, *say.no_folder(why))
        return Rulebook(RuleSet({}, "", unread=Said(fault.said("en"), fault.said("vi"))), {}, language), [fault]
    book, faults = load_files(paths, language=language, units=units, templates=templates)
    if not any(path.suffix == _SUFFIX for path in paths):
        faults.append(Fault(str(folder), 0, 0, *say.NO_RULE, warning=True))
    return book, sorted(faults)


def load_files(
    paths: Sequence[Path],
    *,
    language: str,
    units: Collection[str],
    templates: Collection[str],
    any_name: bool = False,
) -> tuple[Rulebook, list[Fault]]:
    """The same of these files alone, wherever they stand. ``any_name``: a file need not be called as its rule."""
    known = Known(language, units, templates)
    files = [_read(path, known) for path in paths if path.suffix == _SUFFIX]
    faults = [fault for path in paths for fault in _misnamed(path)]
    faults += [fault for file in files for fault in (*file.faults, *_identity(file, files, any_name=any_name))]
    faults += twins([(file.compiled, file.document) for file in files if file.compiled and file.document])
    return _book(files, faults, language), sorted(faults)


def load_drafts(
    paths: Sequence[Path], *, language: str, units: Collection[str], templates: Collection[str]
) -> tuple[Rulebook, list[Fault]]:
    """The same of these files and of what lies in these folders, and of nothing else: drafts, wherever they are."""
    inside = [path for each in paths for path in (sorted(each.glob(f"*{_SUFFIX}")) if each.is_dir() else [each])]
    chosen = [path for path in dict.fromkeys(inside) if path.exists()]
    book, faults = load_files(chosen, language=language, units=units, templates=templates, any_name=True)
    faults += [Fault(str(path), 0, 0, *say.NO_SUCH_FILE) for path in inside if not path.exists()]
    faults += [Fault(str(path), 0, 0, *say.OTHER_ENDING) for path in chosen if path.suffix.lower() not in _ENDINGS]
    faults += [
        Fault(str(path), 0, 0, *say.NO_RULE)
        for path in paths
        if path.is_dir() and path not in {p.parent for p in chosen}
    ]
    return book, sorted(faults)


def _read(path: Path, known: Known, text: str | None = None) -> _File:
    document, faults = read_yaml(path) if text is None else read_text(text, str(path))
    if document is None:
        return _File(path, "", None, None, faults)
    compiled, found = read_rule(document, known)
    named = document.value.get("id") if isinstance(document.value, dict) else None
    return _File(path, named if isinstance(named, str) else "", document, compiled, found)


def _misnamed(path: Path) -> Sequence[Fault]:
    if path.suffix.lower() in _ENDINGS and path.suffix != _SUFFIX:
        return [Fault(str(path), 0, 0, *say.misnamed(path.stem))]
    return []


def _identity(file: _File, files: Sequence[_File], *, any_name: bool = False) -> Sequence[Fault]:
    """A rule is called as its file, so that no two of a folder can have one name."""
    if file.document is None or not _NAME.fullmatch(file.id) or (file.id == file.path.stem and not any_name):
        return []  # what is no name is told already
    same = [other.path.name for other in files if other.id == file.id and other is not file]
    if any_name and not same:
        return []
    found = say.same_id(file.id, same[0], file.path.stem) if same else say.other_name(file.id, file.path.stem)
    return [file.document.fault(("id",), *found)]


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
    version = version_of_set(dict.fromkeys(set_aside, "") | {name: rule.version for name, rule in rules.items()})
    return Rulebook(RuleSet(rules, version, set_aside), compiled, language)


def version_of_set(versions: Mapping[str, str]) -> str:
    """The hash of a set of rules: each with its version, empty for one that is set aside."""
    parts = (f"{name}={version}" if version else f"{name}!" for name, version in versions.items())
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def _why(path: Path, faults: Sequence[Fault]) -> Said:
    """The first fault with the file's bare name, and how many more there are."""
    first, more = replace(faults[0], file=path.name), len(faults) - 1
    en, vi = first.said("en"), first.said("vi")
    return Said(f"{en} (and {more} more)", f"{vi} (và {more} lỗi khác)") if more else Said(en, vi)
