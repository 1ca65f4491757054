"""alertd rules: list, check, fields, read; try stands beside it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from alertd import wiring
from alertd.cli.common import AsJson, Config, load, show_json, show_table
from alertd.cli.rules_apply import apply_rules
from alertd.cli.rules_backtest import backtest
from alertd.cli.rules_check import check_rules
from alertd.cli.rules_history import diff_of_rules, history_of_rules
from alertd.cli.rules_noise import noise
from alertd.cli.rules_read import read_rules
from alertd.cli.rules_release import propose_rules, release_rules
from alertd.cli.rules_schema import schema_of
from alertd.cli.rules_states import states
from alertd.cli.rules_test import run_tests
from alertd.cli.rules_try import try_rule
from alertd.errors import Fault, Refused
from alertd.model.dataset import Dataset
from alertd.model.datasets import DATASETS
from alertd.rules.fields import FieldDoc, field_docs, function_docs
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

app = typer.Typer(
    add_completion=False, help="What is looked for, in files that the office edits.", no_args_is_help=True
)
# in the order in which somebody who tunes a rule needs them
app.command("check")(check_rules)
app.command("read")(read_rules)
app.command("test")(run_tests)
app.command("try")(try_rule)
app.command("backtest")(backtest)
app.command("release")(release_rules)
app.command("propose")(propose_rules)
app.command("diff")(diff_of_rules)
app.command("history")(history_of_rules)
app.command("noise")(noise)
app.command("apply")(apply_rules)
app.command("schema")(schema_of)

_ALWAYS = "always"
_COLUMNS = {
    "vi": ("Quy tắc", ("quy tắc", "dữ liệu", "mức", "nơi nhận", "phiên bản", "tên", "trạng thái")),
    "en": ("Rules", ("rule", "dataset", "levels", "to", "version", "title", "state")),
}


@app.command("list")
def list_rules(config: Config = None, as_json: AsJson = False) -> None:
    """The rules with their levels: in force, waiting for their release, or set aside for a fault."""
    settings = load(config)
    language, found = settings.site.language, states(settings)
    if as_json:
        none: dict[str, object] = {}
        show_json(
            [
                {"id": name} | (none if each.compiled is None else _as_json(each.compiled)) | each.as_json()
                for name, each in found.items()
            ]
        )
        return
    rows = [
        (*(_row(each.compiled, language) if each.compiled else (name, each.state, "", "", "", "")), each.said(language))
        for name, each in found.items()
    ]
    title, columns = _COLUMNS[language]
    show_table(title, columns, rows)


@app.command("fields")
def fields(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Of this dataset alone.", show_default=False)] = "",
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
        "version": rule.version,
        "file": rule.file,
        "dataset": rule.dataset.name,
        "title": dict(rule.title),
        "measure": rule.measure,
        "levels": dict(_levels(compiled)),
        "to": rule.to.unit or rule.to.kind.value,
        "send": {level.word: way.value for level, way in rule.send.items()},
        "template": rule.template,
    }
