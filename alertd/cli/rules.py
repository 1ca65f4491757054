"""alertd rules: list, check, fields, read."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.cli.common import AsJson, Config, load, show_json, show_table
from alertd.errors import Fault, Refused
from alertd.model.dataset import Dataset
from alertd.model.datasets import DATASETS
from alertd.rules.fields import FieldDoc, field_docs, function_docs
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.speak import speak
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

app = typer.Typer(
    add_completion=False, help="What is looked for, in files that the office edits.", no_args_is_help=True
)

_ALWAYS = "always"


class Language(StrEnum):
    VI = "vi"
    EN = "en"


@app.command("list")
def list_rules(config: Config = None, as_json: AsJson = False) -> None:
    """The rules with their levels, and those that are set aside for a fault."""
    settings = load(config)
    book, _ = _rules(settings)
    if as_json:
        show_json([_as_json(compiled) for compiled in book.compiled.values()] + list(_set_aside(book)))
        return
    rows = [_row(compiled, settings.site.language) for compiled in book.compiled.values()]
    rows += [(name, "set aside", "", "", "", why) for name, why in book.set.set_aside.items()]
    show_table("Rules", ("rule", "dataset", "levels", "to", "version", "title"), rows)


@app.command("check")
def check_rules(config: Config = None, as_json: AsJson = False) -> None:
    """Find the faults in the rules, all at once."""
    book, faults = _rules(load(config))
    wrong = sum(not fault.warning for fault in faults)
    if as_json:
        show_json([asdict(fault) for fault in faults])
    else:
        for fault in faults:
            print(f"{fault} (warning)" if fault.warning else fault)
        print(f"{len(book.compiled)} rules are in order, {len(book.set.set_aside)} set aside")
    if wrong:
        raise typer.Exit(1)


@app.command("fields")
def fields(
    dataset: Annotated[
        str, typer.Argument(metavar="[DATASET]", help="Of this dataset alone.", show_default=False)
    ] = "",
    config: Config = None,  # noqa: ARG001 - every command takes it
    as_json: AsJson = False,
) -> None:
    """What a condition may name: fields of each dataset, and functions."""
    if dataset and dataset not in DATASETS:
        raise Refused(f"there is no dataset {dataset}; {did_you_mean(dataset, DATASETS)}")
    chosen = [DATASETS[dataset]] if dataset else list(DATASETS.values())
    if as_json:
        found = {each.name: [asdict(doc) for doc in field_docs(each)] for each in chosen}
        show_json({"datasets": found, "functions": [asdict(function) for function in function_docs()]})
        return
    for each in chosen:
        _show_fields(each)
    rows = [(function.usage, function.vi, function.en) for function in function_docs()]
    show_table("Functions", ("function", "nghĩa", "gives"), rows)


def _show_fields(dataset: Dataset) -> None:
    rows = [(doc.name, doc.type, doc.vi, doc.en, ", ".join(_notes(doc))) for doc in field_docs(dataset)]
    show_table(f"{dataset.name} ({dataset.vi})", ("field", "type", "tên", "name", "note"), rows)
    print()


def _notes(doc: FieldDoc) -> Iterator[str]:
    if doc.words:
        yield f"one of {' '.join(doc.words)}"
    if doc.time:
        yield doc.time
    if doc.counted:
        yield "a deadline may count from it"
    if doc.derived:
        yield "computed"


@app.command("read")
def read(
    rule: Annotated[str, typer.Argument(metavar="[RULE]", help="This rule alone.", show_default=False)] = "",
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Say rules back, each as one sentence."""
    settings = load(config)
    book, faults = _rules(settings)
    said_in = (language or Language(settings.site.language)).value
    if rule and rule not in book.compiled:
        _cannot_read(rule, book, faults)
    chosen = [book.compiled[rule]] if rule else list(book.compiled.values())
    if as_json:
        show_json([{"id": each.rule.id, "text": speak(each, said_in)} for each in chosen])
        return
    print("\n\n".join(f"{each.rule.id}: {speak(each, said_in)}" for each in chosen) or "there are no rules")


def _cannot_read(rule: str, book: Rulebook, faults: Sequence[Fault]) -> None:
    """Raises Refused where there is no such rule, Exit(1) with its faults where it is set aside."""
    if rule not in book.set.set_aside:
        cure = did_you_mean(rule, [*book.compiled, *book.set.set_aside])
        raise Refused(f"there is no rule {rule}; {cure}")
    own = [str(fault) for fault in faults if Path(fault.file).stem == rule]
    print("\n".join(own or [book.set.set_aside[rule]]), file=sys.stderr)
    raise typer.Exit(1)


def _rules(settings: Settings) -> tuple[Rulebook, list[Fault]]:
    """As the daemon reads them; faults of units and people are told by `alertd check`."""
    directory, _ = load_directory(settings)
    return wiring.rules_of(settings, directory, wiring.templates_of(settings))


def _row(compiled: CompiledRule, language: str) -> tuple[str, ...]:
    rule = compiled.rule
    levels = ", ".join(f"{name}: {step}" for name, step in _levels(compiled))
    return (rule.id, rule.dataset.name, levels, rule.to.unit or rule.to.kind.value, rule.version, rule.name(language))


def _levels(compiled: CompiledRule) -> Iterator[tuple[str, str]]:
    """The mildest first, each with its step of the measure or its condition."""
    for step in reversed(compiled.levels):
        if step.condition is not None:
            yield step.level.word, step.condition.text
        else:
            yield step.level.word, _ALWAYS if step.step is None else str(step.step)


def _as_json(compiled: CompiledRule) -> dict[str, object]:
    rule = compiled.rule
    return {
        "id": rule.id,
        "state": "in order",
        "version": rule.version,
        "file": rule.file,
        "dataset": rule.dataset.name,
        "title": dict(rule.title),
        "measure": rule.measure,
        "levels": dict(_levels(compiled)),
        "to": rule.to.unit or rule.to.kind.value,
        "send": {level.word: way.value for level, way in rule.send.items()},
        "template": rule.template,
        "why": "",
    }


def _set_aside(book: Rulebook) -> Iterator[dict[str, object]]:
    for name, why in book.set.set_aside.items():
        yield {"id": name, "state": "set aside", "why": why}
