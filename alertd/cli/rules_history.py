"""alertd rules history and diff: which sets were in force, who changed and released them, and how two of them differ."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from alertd.cli.common import AsJson, Config, load, open_store_alone, show_json, show_table
from alertd.cli.rules_release import InLanguage, spoken
from alertd.cli.rules_words import WORDS
from alertd.errors import Refused, Said, in_language

_PARTS = ("added", "changed", "removed")


def history_of_rules(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The texts of this rule alone.")] = "",
    config: Config = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Every set of rules that was in force: since when, who changed it, who released it, and what changed."""
    # Late: the loader of rules is needed for these alone.
    from alertd.rules import releases

    tongue = spoken(language, load(config))
    with open_store_alone(config) as (settings, store), store.read() as session:
        sets = releases.history(session)
        versions = releases.versions_of(session, rule) if rule else []
    if rule and not versions:
        never = Said(
            f"no text of a rule {rule} has ever run here; `alertd rules history` lists the sets",
            f"chưa từng áp dụng quy tắc nào tên {rule}; các bộ quy tắc xem bằng `alertd rules history`",
        )
        raise Refused(in_language(never, tongue))
    zone = settings.site.timezone
    steps = [(each, _before(each, sets[place + 1 :])) for place, each in enumerate(sets)]
    if rule:
        steps = [(each, old) for each, old in steps if each.rules.get(rule) != (old.rules.get(rule) if old else None)]
    if as_json:
        show_json([_set_json(each, old, zone) for each, old in steps])
    elif rule:
        _show_rule(rule, steps, {row.version: row.text for row in versions}, zone, tongue)
    else:
        _show_sets(steps, zone, tongue)


def diff_of_rules(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A version of a set or rule, folder, or live.")] = "live",
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same.")] = "folder",
    config: Config = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """How two sets or rules differ, key by key and line by line; by default the set in force against the folder."""
    # Late: the loader of rules is needed for these alone.
    from alertd.rules.chosen_set import chosen
    from alertd.rules.text_changes import compared

    tongue = spoken(language, load(config))
    with open_store_alone(config) as (settings, store), store.read() as session:
        folder, live = settings.path(settings.rules.folder), settings.site.mode == "live"
        try:
            before, after = (chosen(session, word, folder, live=live) for word in (old, new))
        except Refused as error:
            raise Refused(in_language(error.args[0], tongue)) from error
    one = [each.texts for each in (before, after) if each.one]
    names = {name for texts in one for name in texts}
    texts = [{n: t for n, t in each.texts.items() if not names or n in names} for each in (before, after)]
    found = compared(texts[0], texts[1])
    if as_json:
        show_json(
            {
                "old": before.name,
                "new": after.name,
                "rules": [
                    {
                        "rule": each.rule,
                        "kind": each.kind,
                        "before": each.before or None,
                        "keys": [{"key": key.key, "old": key.before, "new": key.after} for key in each.keys],
                        "lines": list(each.lines),
                    }
                    for each in found
                ],
            }
        )
        return
    words = WORDS[tongue]
    print(f"{before.name} → {after.name}")
    if not found:
        print(words["same"])
    for each in found:
        print(f"\n{each.rule}: {words[each.kind].format(old=each.before)}")
        for key in each.keys:
            print(f"  {key.said(tongue)}")
        if each.kind == "changed" and not each.keys:
            print(f"  {words['layout']}")
        print("\n".join(("", *each.lines)))


def _before(each: Any, earlier: Sequence[Any]) -> Any:
    """The set that it took the place of: a released one that of another, whatever a rehearsal between the two has tried."""
    live = [old for old in earlier if old.how.value != "at_once"] if each.how.value != "at_once" else []
    return next(iter([*live, *earlier]), None)


def _what(each: Any, old: Any) -> dict[str, list[str]]:
    before: Mapping[str, str] = old.rules if old else {}
    both = each.rules.keys() & before.keys()
    return {
        "added": sorted(each.rules.keys() - before.keys()),
        "changed": sorted(name for name in both if each.rules[name] != before[name]),
        "removed": sorted(before.keys() - each.rules.keys() - each.set_aside.keys()),
    }


def _show_sets(steps: Sequence[tuple[Any, Any]], zone: ZoneInfo, language: str) -> None:
    words = WORDS[language]
    rows = []
    for each, old in steps:
        what = _what(each, old)
        said = "; ".join(f"{words[part].split(';')[0]}: {', '.join(what[part])}" for part in _PARTS if what[part])
        rows.append(
            (
                each.version,
                each.at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
                words[each.how.value],
                ", ".join(each.changed_by),
                each.released_by,
                said if old else f"{words['begun']} ({len(each.rules)})",
                f"{each.messages:,}" if each.how.value == "released" else "",
                "" if each.how.value == "first" else each.reason,
            )
        )
    columns = ("version", "since", "how", "author", "releaser", "what", "sent")
    show_table(words["history"], (*(words[name] for name in columns), ""), rows)


def _show_rule(
    rule: str, steps: Sequence[tuple[Any, Any]], texts: Mapping[str, str], zone: ZoneInfo, language: str
) -> None:
    # Late: as above.
    from alertd.rules.text_changes import key_changes

    words = WORDS[language]
    print(words["of_rule"].format(rule=rule))
    for each, old in steps:
        now, before = each.rules.get(rule), old.rules.get(rule) if old else None
        kind = "removed" if now is None else "changed" if before else "added"
        people = ", ".join(filter(None, (*each.changed_by, each.released_by and f"→ {each.released_by}")))
        print(f"\n{each.at.astimezone(zone):%d/%m/%Y %H:%M}  {now or '-'}  {words[kind]}  {people}")
        if now and before and now in texts and before in texts:
            for key in key_changes(texts[before], texts[now]):
                print(f"  {key.said(language)}")


def _set_json(each: Any, old: Any, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "number": each.number,
        "version": each.version,
        "at": each.at.astimezone(zone).isoformat(),
        "how": each.how.value,
        "changed_by": list(each.changed_by),
        "changed_at": each.changed_at and each.changed_at.astimezone(zone).isoformat(),
        "released_by": each.released_by or None,
        "reason": each.reason,
        "quiet": each.quiet,
        "messages": each.messages,
        "heads": each.heads,
        "rules": dict(each.rules),
        "set_aside": dict(each.set_aside),
        **_what(each, old),
    }
