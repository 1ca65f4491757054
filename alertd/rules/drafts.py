"""Drafts of rules put in the place of those in force: read like these, under whatever file name, and tried before they run."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from alertd.errors import CannotRun, Fault, Said
from alertd.model.rule import RuleSet
from alertd.rules.load import load_drafts, version_of_set
from alertd.rules.rulebook import CompiledRule, Rulebook

_SUFFIXES = (".yaml", ".yml")


def read_drafts(
    paths: Sequence[Path], *, language: str, units: Collection[str], templates: Collection[str]
) -> tuple[Rulebook, list[Fault]]:
    """Each path is a rule's file, or a folder of such; with every fault in them. Raises CannotRun where there is none."""
    for path in paths:
        _refuse(path)
    return load_drafts(paths, language=language, units=units, templates=templates)


def with_drafts(base: Rulebook, drafts: Rulebook) -> Rulebook:
    """The rules of ``base``, those of ``drafts`` in the place of the ones that are called alike, or beside them."""
    aside = {name: why for name, why in base.set.set_aside.items() if name not in drafts.compiled}
    return _book({**base.compiled, **drafts.compiled}, aside, base)


def only_rules(base: Rulebook, names: Iterable[str]) -> Rulebook:
    """Of ``base`` these rules alone, as far as it has them."""
    wanted = set(names)
    chosen = {name: rule for name, rule in base.compiled.items() if name in wanted}
    return _book(chosen, {name: why for name, why in base.set.set_aside.items() if name in wanted}, base)


def _book(compiled: dict[str, CompiledRule], aside: dict[str, str], base: Rulebook) -> Rulebook:
    rules = {name: compiled[name].rule for name in sorted(compiled)}
    version = version_of_set(dict.fromkeys(aside, "") | {name: rule.version for name, rule in rules.items()})
    return Rulebook(RuleSet(rules, version, aside), {name: compiled[name] for name in rules}, base.language)


def _refuse(path: Path) -> None:
    """Raises CannotRun for what is neither a folder nor the file of a rule."""
    if path.is_dir():
        return
    if not path.exists():
        en = f"{path}: there is no such file; name the draft of a rule (*.yaml), or a folder of drafts"
        vi = f"{path}: không có tệp này; hãy ghi tên tệp quy tắc dự thảo (*.yaml) hoặc thư mục chứa các tệp đó"
        raise CannotRun(Said(en, vi))
    if path.suffix.lower() not in _SUFFIXES:
        en = f"{path}: is no rule; the files of rules end in .yaml"
        raise CannotRun(Said(en, f"{path}: không phải tệp quy tắc; tên tệp quy tắc có đuôi .yaml"))
