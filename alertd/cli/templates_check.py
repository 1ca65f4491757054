"""alertd templates check: every template with common and with the worst data, as a table of lengths; and what is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from alertd import wiring
from alertd.check import templates as trying
from alertd.cli.common import load, show_json, show_table
from alertd.errors import Refused, in_language
from alertd.model.rule import Rule
from alertd.model.words import ChannelName
from alertd.notices.filters import number
from alertd.notices.specimen_letters import Case
from alertd.notices.templates import LANGUAGES, MESSAGES, Templates
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory


def known(templates: Templates, name: str) -> str:
    """The name of a section or of a message, with its folder or without. Raises Refused."""
    names = trying.names(templates)
    for each in (name, f"{MESSAGES}/{name}"):
        if each in names:
            return each
    shorter = [each.removeprefix(f"{MESSAGES}/") for each in names]
    raise Refused(f"there is no template {name}; {did_you_mean(name, shorter)}")


def rules_of(settings: Settings, templates: Templates) -> dict[str, Rule]:
    directory, _ = load_directory(settings)
    book, _ = wiring.rules_of(settings, directory, templates)
    return dict(book.set.rules)


def show_check(config: Path | None, names: Sequence[str] | None, language: str | None, *, as_json: bool) -> None:
    """Raises Exit(1) where anything is wrong, Refused for a name that is not known."""
    settings = load(config)
    templates = wiring.templates_of(settings)
    only = {known(templates, name) for name in names} if names else None
    languages = (language,) if language else LANGUAGES
    rules = rules_of(settings, templates)
    found = list(trying.tried(templates, rules, settings.digest.lines, only=only, languages=languages))
    faults = trying.all_faults(templates, found)
    if only is None:
        faults = sorted([*faults, *wiring.form_faults(settings, shipped_too=True)])
    spoken = settings.site.language
    if as_json:
        sizes = [_size_json(each, channel) for each in found for channel in ChannelName]
        show_json({"messages": sizes, "faults": [fault.as_json(spoken) for fault in faults]})
    else:
        _show_sizes(found, spoken)
        for fault in faults:
            print(f"{fault.said(spoken)}{' (warning)' if fault.warning else ''}")
    if any(not fault.warning for fault in faults):
        raise typer.Exit(1)


def _size_json(each: trying.Tried, channel: ChannelName) -> dict[str, Any]:
    size = each.size(channel)
    return {
        "template": each.template,
        "language": each.language,
        "channel": channel.value,
        "data": each.case.value,
        "characters": size.characters,
        "parts": size.parts,
        "fine": size.fine,
        "verdict": str(size.verdict),
    }


def _show_sizes(found: Sequence[trying.Tried], language: str) -> None:
    by_case = {(each.template, each.language, each.case): each for each in found}
    rows = []
    for template, spoken in dict.fromkeys((each.template, each.language) for each in found):
        for channel in ChannelName:
            common, worst = (by_case[template, spoken, case].size(channel) for case in (Case.SAMPLE, Case.WORST))
            verdict = in_language(common.verdict, language)
            hard = in_language(worst.verdict, language)
            lengths = (number(size.characters, language=language) for size in (common, worst))
            figures = (next(lengths), common.parts, next(lengths), worst.parts)
            rows.append((template, channel.value, spoken, *figures, verdict, hard))
    head = ("template", "channel", "", "sample", "parts", "worst", "parts", "sample", "worst")
    show_table("Templates", head, rows)
