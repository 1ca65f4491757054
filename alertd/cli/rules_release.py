"""alertd rules release and propose: what a change of the rules would send, its release, and whose change it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from alertd.cli.common import AsJson, Config, Language, Now, also_known_as, load, show_json, show_table, who
from alertd.cli.rules_words import WORDS
from alertd.errors import CannotRun, Refused, in_language
from alertd.model.words import Reason
from alertd.settings.shapes import Settings

_HEADS = 20  # newly disturbed heads that are named

InLanguage = Annotated[Language | None, typer.Option("--language", help="By default the site's.")]


def release_rules(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="The set that was looked at; another one is refused.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Release it; without this it is only shown.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who releases; by default the user at the keyboard.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it stays in the audit.")] = "",
    quiet: Annotated[
        bool | None,
        typer.Option(
            "--quiet/--told",
            help="What new or changed rules find at once stands in digests alone, or is told; by default see [guard] new_rules.",
        ),
    ] = None,
    config: Config = None,
    language: InLanguage = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show what the change in the folder of rules would send, and release it: by another person than its author."""
    # Late: the whole site is needed for this one alone.
    from alertd.cli.site import open_site
    from alertd.repair import rules_release as releasing

    tongue = spoken(language, load(config))
    with open_site(config, now, writes=yes) as site, speaking(tongue):
        if yes:
            person, also = (by, ()) if by else (who(), also_known_as())
            shown = releasing.release(site, by=person, version=version, quiet=quiet, reason=reason.strip(), also=also)
        else:
            shown = releasing.look(site, version=version, quiet=quiet)
        texts = _texts(site, shown)
    if as_json:
        show_json(_as_json(shown, site.settings.site.timezone))
    elif shown is None:
        print(WORDS[tongue]["nothing"])
    else:
        _show(site, shown, texts, tongue)


def propose_rules(
    by: Annotated[str, typer.Option(metavar="NAME", help="Whose it is; by default the user at the keyboard.")] = "",
    config: Config = None,
    language: InLanguage = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Say whose the change in the folder of rules is, where its files belong to an account that several people use."""
    # Late: the whole site is needed for this one alone.
    from alertd.cli.site import open_site
    from alertd.repair import rules_release as releasing

    tongue = spoken(language, load(config))
    with open_site(config, now, writes=True) as site, speaking(tongue):
        sight = releasing.propose(site, by=by or who())
    if as_json:
        since = sight.since.astimezone(site.settings.site.timezone).isoformat()
        show_json({"version": sight.version, "since": since, "changed_by": list(sight.authors)})
    else:
        print(WORDS[tongue]["proposed"].format(version=sight.version, who=", ".join(sight.authors)))


def spoken(language: Language | None, settings: Settings) -> str:
    """The language that was asked for, or the site's."""
    return language.value if language else settings.site.language


class speaking:  # noqa: N801 - reads as a statement
    """Refusals in the language of whoever typed."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Refused | CannotRun) and error.args:
            raise type(error)(in_language(error.args[0], self._language)) from error


def _texts(site: Any, shown: Any) -> dict[str, str]:
    """Of the set in force, as far as the change needs them."""
    # Late: as above.
    from alertd.rules import releases

    if shown is None:
        return {}
    with site.store.read() as session:
        return releases.texts_of(session, shown.before)


def _show(site: Any, shown: Any, texts: dict[str, str], language: str) -> None:
    words, zone = WORDS[language], site.settings.site.timezone
    when = shown.sight.since.astimezone(zone).strftime("%d/%m/%Y %H:%M")
    authors = ", ".join(shown.sight.authors) or words["unknown"]
    print(words["change"].format(before=shown.before.version, version=shown.version, since=when, who=authors))
    for line in _changes(shown, texts, language):
        print(line)
    print()
    rows = []
    for rule in sorted(shown.changed.alerts.keys() | shown.without.alerts.keys()):
        with_it, without = (_moves(effect, rule) for effect in (shown.changed, shown.without))
        if with_it != without:
            rows.append((rule, *(f"{new:,} ({old:,})" for new, old in zip(with_it, without, strict=True))))
    columns = ("rule", words["opened"], words["worse"], words["eased"], words["ended"], words["baseline"])
    show_table(words["alerts"], columns, rows, empty=words["none"])
    show_messages(shown.changed, shown.without, shown.new_heads, zone, words)
    print(words["quiet" if shown.quiet else "told"])
    if shown.number is None:
        print("\n" + words["next"].format(version=shown.version, who=authors))
    else:
        print("\n" + words["done"].format(version=shown.version))


def show_messages(after: Any, without: Any, heads: Sequence[Any], zone: ZoneInfo, words: Mapping[str, str]) -> None:
    """How many messages go to how many people, who hears by the change alone, and whether the brake would hold it."""
    print(
        words["messages"].format(
            by=after.by.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
            messages=f"{after.messages:,}",
            without=f"{without.messages:,}",
            readers=f"{len(after.readers):,}",
            heads=f"{len(heads):,}",
        )
    )
    for head in heads[:_HEADS]:
        print(f"  {head.unit}  {head.name}")
    if len(heads) > _HEADS:
        print(words["more"].format(count=f"{len(heads) - _HEADS:,}"))
    if after.held:
        print(words["held"])


def _changes(shown: Any, texts: dict[str, str], language: str) -> Iterator[str]:
    # Late: as above.
    from alertd.rules.text_changes import compared

    words = WORDS[language]
    new = {name: rule.text for name, rule in shown.draft.book.set.rules.items()}
    for each in compared(texts, new):
        yield f"- {each.rule}: {words[each.kind].format(old=each.before)}"
        for key in each.keys:
            yield f"    {key.said(language)}"


def _moves(effect: Any, rule: str) -> tuple[int, ...]:
    return (
        effect.begun(rule),
        effect.of(rule, Reason.WORSE),
        effect.of(rule, Reason.EASED),
        effect.ended(rule),
        effect.of(rule, Reason.BASELINE),
    )


def _as_json(shown: Any, zone: ZoneInfo) -> dict[str, Any] | None:
    if shown is None:
        return None
    return {
        "released": shown.number is not None,
        "version": shown.version,
        "in_force": shown.before.version,
        "since": shown.sight.since.astimezone(zone).isoformat(),
        "changed_by": list(shown.sight.authors),
        "added": list(shown.change.added),
        "changed": list(shown.change.changed),
        "removed": list(shown.change.removed),
        "renamed": dict(shown.renamed),
        "quiet": shown.quiet,
        "alerts": alerts_json(shown.changed),
        "alerts_without": alerts_json(shown.without),
        "messages": shown.messages,
        "messages_without": shown.without.messages,
        "messages_by": shown.changed.by.astimezone(zone).isoformat(),
        "readers": len(shown.changed.readers),
        "heads": [{"unit": head.unit or None, "name": head.name} for head in shown.new_heads],
        "held": shown.changed.held,
    }


def alerts_json(effect: Any) -> dict[str, dict[str, int]]:
    """What a cycle would do, by rule and reason."""
    return {rule: {why.value: count for why, count in counts.items()} for rule, counts in sorted(effect.alerts.items())}
