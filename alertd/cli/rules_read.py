"""alertd rules read: the rules said back as sentences, or as an annex on paper that the head of the office can sign."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.cli.common import AsJson, Config, Language, Now, clock_from, load, moment, show_json
from alertd.errors import Fault, Refused, Said, in_language
from alertd.rules.rulebook import Rulebook
from alertd.rules.speak import speak
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

_WRITTEN = Said(
    "written to {file}: {rules} rules, set {version}", "đã ghi vào {file}: {rules} quy tắc, bộ quy tắc {version}"
)


class Format(StrEnum):
    TEXT = "text"
    DOCX = "docx"


def read_rules(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="This rule alone.", show_default=False)] = "",
    every: Annotated[bool, typer.Option("--all", help="All of them, as without a name.")] = False,
    form: Annotated[
        Format,
        typer.Option("--format", help="docx: the set in force as an annex to be signed, with what it sent last month."),
    ] = Format.TEXT,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where docx is written (quy-tac-VERSION.docx).")
    ] = None,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Say rules back, each as one sentence; or put all of them on paper."""
    settings = load(config)
    said_in = (language or Language(settings.site.language)).value
    if rule and (every or form is Format.DOCX):
        raise typer.BadParameter("an annex holds all rules; leave the name out, or read one rule as text")
    if out is not None and form is Format.TEXT:
        raise typer.BadParameter("--out is for --format docx")
    if form is Format.DOCX:
        _on_paper(settings, config, now, said_in, out)
        return
    directory, _ = load_directory(settings)
    book, faults = wiring.rules_of(settings, directory, wiring.templates_of(settings))
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


def _on_paper(settings: Settings, config: Path | None, now: str | None, language: str, out: Path | None) -> None:
    # Late: Word's library and the whole site are needed for this alone.
    from alertd.cli.rules_paper import source_of
    from alertd.paper.annex import annex
    from alertd.paper.rules_docx import rules_docx

    at: datetime = moment(now) if now else clock_from(None).now()
    with ExitStack() as stack:
        made = annex(source_of(stack, settings, config, now, at), language)
    file = out or Path(f"quy-tac-{made.version}.docx")
    file.write_bytes(rules_docx(made))
    print(in_language(_WRITTEN, language).format(file=file, rules=len(made.rules), version=made.version))
