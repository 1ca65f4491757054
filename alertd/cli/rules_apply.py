"""alertd rules apply: what a change of a mapping, or of rules, moves; and the same done."""

from typing import Annotated, Any

import typer

from alertd.cli.common import AsJson, Config, Now, load, show_json, show_table, who
from alertd.cli.rules_release import InLanguage, alerts_json, show_messages, speaking, spoken
from alertd.cli.rules_words import WORDS
from alertd.model.words import Reason

_COUNTS = (Reason.WORSE, Reason.EASED, Reason.BASELINE)


def apply_rules(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show it, as without any option.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so; by default the user at the keyboard.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it stays in the audit.")] = "",
    config: Config = None,
    language: InLanguage = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """After a change of a mapping or of rules: show what moves (fields, alerts, messages, heads), then apply it."""
    # Late: the whole site is needed for this one alone.
    from alertd.cli.site import open_site
    from alertd.repair import rules_apply as applying

    if dry_run and apply:
        raise typer.BadParameter("--dry-run shows, --apply does; give one of them")
    tongue = spoken(language, load(config))
    with open_site(config, now, writes=apply) as site, speaking(tongue):
        found = applying.apply(site, by=by or who(), reason=reason) if apply else applying.look(site)
    if as_json:
        show_json(_as_json(found))
    else:
        _show(site, found, tongue)
    if found.doubts:
        raise typer.Exit(1)


def _show(site: Any, found: Any, language: str) -> None:
    words = WORDS[language]
    if not found:
        print(words["nothing_moves"])
        return
    for kind, names in found.rules.items():
        print(f"{words['rules_' + kind]}: {', '.join(names)}")
    for name, why in found.doubts.items():
        print(words["doubted"].format(source=name, why=why))
    for moved in found.moves:
        counts = moved.counts
        print(words["source"].format(source=moved.source, new=f"{counts.new:,}", changed=f"{counts.changed:,}"))
        rows = [(field, f"{count:,}") for field, count in sorted(moved.fields.items(), key=lambda each: -each[1])]
        show_table(words["fields"], (words["field"], words["records"]), rows, empty=words["none"])
    rows = []
    for rule in sorted(found.after.alerts.keys() | found.without.alerts.keys()):
        new, old = (
            (effect.begun(rule), effect.ended(rule), *(effect.of(rule, why) for why in _COUNTS))
            for effect in (found.after, found.without)
        )
        if new != old:
            rows.append((rule, *(f"{one:,} ({other:,})" for one, other in zip(new, old, strict=True))))
    columns = ("rule", *(words[name] for name in ("opened", "ended", "worse", "eased", "baseline")))
    show_table(words["alerts"], columns, rows, empty=words["none"])
    show_messages(found.after, found.without, found.new_heads, site.settings.site.timezone, words)
    print("\n" + (words["not_applied"] if found.cycle is None else words["applied"].format(cycle=found.cycle)))


def _as_json(found: Any) -> dict[str, Any]:
    return {
        "applied": found.cycle is not None,
        "cycle": found.cycle,
        "rules": {kind: list(names) for kind, names in found.rules.items()},
        "sources": [
            {
                "source": each.source,
                "fields": dict(each.fields),
                "new": each.counts.new,
                "changed": each.counts.changed,
                "gone": each.counts.gone,
            }
            for each in found.moves
        ],
        "not_believed": dict(found.doubts),
        "alerts": alerts_json(found.after),
        "alerts_without": alerts_json(found.without),
        "opened": found.opened,
        "ended": found.withdrawn,
        "messages": found.after.messages,
        "messages_without": found.without.messages,
        "heads": [{"unit": head.unit or None, "name": head.name} for head in found.new_heads],
        "held": found.after.held,
    }
