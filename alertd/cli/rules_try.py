"""alertd rules try."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from alertd.check.compared import compared_fields, takes_in
from alertd.cli.common import AsJson, Config, Language, Now, printable, show_json, show_table
from alertd.cli.fitting import fitting
from alertd.cli.site import open_site
from alertd.errors import CannotRun, Fault, Refused, Said, in_language
from alertd.explain.document import verdict_document
from alertd.explain.document_rules import rule_document
from alertd.explain.document_trying import trial_document
from alertd.explain.explanation import Explanation, explain_found, meant
from alertd.explain.page_days import count_lines
from alertd.explain.page_rules import rule_lines
from alertd.explain.page_trying import head_lines, sample_lines, unit_table
from alertd.explain.trial import Trial
from alertd.explain.trying import trial
from alertd.explain.voice import Voice
from alertd.model.asof import AsOf
from alertd.model.rule import RuleSet
from alertd.rules.drafts import read_drafts
from alertd.rules.evaluate import live_mode
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.settings.complaint import did_you_mean
from alertd.site import Site

_UNITS = 25  # of the table


def try_rule(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The draft; or the name of a rule of the folder.")],
    unit: Annotated[str, typer.Option(metavar="CODE", help="Among the records of this unit alone.")] = "",
    key: Annotated[
        str, typer.Option(metavar="KEY", help="This record alone: each part of the condition with its value.")
    ] = "",
    samples: Annotated[int, typer.Option(min=0, max=1000, help="So many of each kind.")] = 5,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Say what a draft finds now, and what that changes beside the rule in force; nothing is written or sent."""
    with open_site(config, now) as site:
        said_in = (language or Language(site.settings.site.language)).value
        draft = _draft(site, file, said_in, as_json=as_json)
        if unit and unit not in site.directory.by_code:
            cure = did_you_mean(unit, site.directory.by_code)
            no_unit = Said(f"there is no unit {unit}; {cure}", f"không có đơn vị {unit}; {in_language(cure, 'vi')}")
            raise Refused(in_language(no_unit, said_in))
        voice = Voice(said_in, site.settings.site.timezone, site.directory)
        if key:
            _one(site, draft, key, voice, as_json=as_json)
            return
        with site.store.read() as session:
            at = AsOf(site.clock.now(), site.calendar, live_mode(session, site.clock.now()))
            found = trial(
                session,
                draft,
                site.rules.compiled.get(draft.rule.id),
                at,
                language=said_in,
                unit=unit,
                samples=samples,
                asked=[(field, takes_in(draft, field)) for field in compared_fields(draft)],
            )
    if as_json:
        show_json(trial_document(found, said_in, unit))
        return
    _show(found, voice, unit)


def _draft(site: Site, file: str, language: str, *, as_json: bool) -> CompiledRule:
    """The rule of the file. Raises Exit(1) with its faults where it has any, CannotRun where there is no such file."""
    path, inside = Path(file), site.settings.path(site.settings.rules.folder) / f"{file}.yaml"
    if not path.exists() and inside.is_file():
        here = Path.cwd()
        path = inside.relative_to(here) if inside.is_relative_to(here) else inside
    if not path.is_file():
        cure = did_you_mean(file, [*site.rules.compiled, *site.rules.set.set_aside])
        en = f"there is no file {file}, and no rule of the folder is called so; {cure}"
        vi = f"không có tệp {file}, trong thư mục cũng không có quy tắc tên này; {in_language(cure, 'vi')}"
        raise CannotRun(in_language(Said(en, vi), language))
    known = site.known
    book, faults = read_drafts([path], language=language, units=known.units, templates=known.templates)
    draft = next(iter(book.compiled.values()), None)
    if draft is None and as_json:
        show_json({"faults": [fault.as_json(language) for fault in sorted(faults)]})
    else:
        _complain(faults, language)
    if draft is None:
        raise typer.Exit(1)
    return draft


def _complain(faults: Iterable[Fault], language: str) -> None:
    warning = {"vi": "cảnh báo", "en": "warning"}[language]
    for fault in sorted(faults):
        print(f"{warning + ': ' if fault.warning else ''}{fault.said(language)}", file=sys.stderr)


def _one(site: Site, draft: CompiledRule, key: str, voice: Voice, *, as_json: bool) -> None:
    """Each part of the draft's condition for one record, and what would change its verdict."""
    alone = replace(
        site, rules=Rulebook(RuleSet({draft.rule.id: draft.rule}, ""), {draft.rule.id: draft}, site.language)
    )
    with site.store.read() as session:
        found = [(dataset, keys) for dataset, keys in meant(session, key) if dataset is draft.rule.dataset]
        if not found:
            name = draft.rule.dataset.name
            en = f"{key} is no record of {name}, which the draft looks at; `alertd rules try` without --key shows some"
            vi = f"không có bản ghi {key} trong bộ dữ liệu {name} mà quy tắc xét; bỏ --key để xem một số mã"
            raise Refused(in_language(Said(en, vi), voice.language))
        explained = explain_found(session, alone, found, site.clock.now(), language=voice.language)
    if as_json:
        show_json({"rule": draft.rule.id, "records": [_as_json(each) for each in explained]})
        return
    for each in explained:
        lines = [f"{voice.name(each.dataset).upper()}: {each.key}"]
        lines.append(voice.say("asked", time=voice.time(each.at.now), day=voice.day(each.at.today)))
        lines += ["", *rule_lines(each, voice), "", *count_lines(each, voice), ""]
        print("\n".join(fitting(printable(line) for line in lines)))


def _as_json(each: Explanation) -> dict[str, object]:
    zone = each.at.calendar.zone
    return {
        "dataset": each.dataset.name,
        "key": each.key,
        **{
            name: value
            for verdict in each.verdicts
            for name, value in (verdict_document(verdict, zone) | rule_document(each, verdict, zone)).items()
        },
    }


def _show(found: Trial, voice: Voice, unit: str) -> None:
    for line in fitting(printable(each) for each in head_lines(found, voice, unit)):
        print(line)
    columns, rows = unit_table(found, voice)
    if rows:
        print()
        show_table(voice.say("try_units"), columns, rows[:_UNITS])
    if len(rows) > _UNITS:
        print(voice.say("try_more_units", count=len(rows) - _UNITS))
    for line in fitting(printable(each) for each in sample_lines(found, voice)):
        print(line)
