"""alertd templates: list, preview, check."""

from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.check.templates import names as names_of
from alertd.cli.common import AsJson, Config, Language, Now, load, show_json, show_table
from alertd.cli.templates_check import rules_of, show_check
from alertd.cli.templates_preview import Format, Wanted, show_preview
from alertd.model.words import ChannelName
from alertd.notices.templates import LANGUAGES, MESSAGES

app = typer.Typer(
    add_completion=False, help="The words of messages, in files that the office edits.", no_args_is_help=True
)


@app.command("list")
def list_templates(config: Config = None, as_json: AsJson = False) -> None:
    """The templates: of rules and of messages, whose words they have, and which rules use them."""
    settings = load(config)
    templates = wiring.templates_of(settings)
    changed, rules = templates.changed(), rules_of(settings, templates)
    found = []
    for name in names_of(templates):
        mine = [language for language in LANGUAGES if f"{language}/{name}.txt" in changed]
        used = [rule.id for rule in rules.values() if (rule.template or "default") == name]
        kind = "message" if name.startswith(MESSAGES) else "section"
        found.append({"name": name, "kind": kind, "changed": mine, "rules": used})
    if as_json:
        show_json(found)
        return
    rows = [
        (each["name"], each["kind"], " ".join(each["changed"]) or "as shipped", ", ".join(each["rules"]))
        for each in found
    ]
    show_table("Templates", ("template", "kind", "changed by the office", "used by"), rows)


@app.command()
def preview(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A rule's template (overdue_files), or a message (digest).")
    ],
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="As the head of this unit would read it.")] = None,
    channel: Annotated[ChannelName | None, typer.Option(help="As it goes by this channel.")] = None,
    language: Annotated[Language | None, typer.Option(help="By default the reader's.")] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="By default the mail's text, or the channel's.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; HTML goes into a file in any case.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="With made-up data, whatever stands.")] = False,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show a message as it would be worded now, with what stands, or with made-up data; nothing is written or sent."""
    show_preview(config, now, Wanted(name, unit, language, sample, channel, form, out), as_json=as_json)


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="These alone.", show_default=False)] = None,
    language: Annotated[Language | None, typer.Option(help="In this language alone.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Try every template in every form with common and with the worst data: what fails, splits, is cut or too long."""
    show_check(config, names, language, as_json=as_json)
