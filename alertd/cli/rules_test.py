"""alertd rules test."""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from alertd import wiring
from alertd.cases.bench import Found
from alertd.cases.case import Case
from alertd.cases.compare import shown
from alertd.cases.coverage import Covered, Looking
from alertd.cases.edges import Plan
from alertd.cases.junit import junit
from alertd.cases.load import files_in, load_cases
from alertd.cases.read import Around
from alertd.cases.run import Reason, Reasons, Result, Runner
from alertd.cli import rules_suggest
from alertd.cli.common import AsJson, Config, load, show_json
from alertd.cli.faults_view import Format, InLanguage, counted, show_faults
from alertd.cli.progress import Bar, progress
from alertd.cli.rules_test_view import Words, document, show_coverage, show_result, show_sum
from alertd.errors import CannotRun, Fault, Refused, Said, in_language
from alertd.explain.records import records
from alertd.explain.verdicts import verdicts
from alertd.model.rule import RuleSet
from alertd.rules.nearest import did_you_mean
from alertd.rules.rulebook import Rulebook
from alertd.settings.calendar import calendar_of
from alertd.settings.kinds import WEEKDAYS
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory


def run_tests(
    of: Annotated[
        list[str] | None, typer.Argument(metavar="FILE|RULE", help="These alone.", show_default=False)
    ] = None,
    run: Annotated[str, typer.Option("--run", metavar="TEXT", help="Only tests with this in their name.")] = "",
    coverage: Annotated[bool, typer.Option("--coverage", help="Show what each rule's tests have tried.")] = False,
    require_coverage: Annotated[
        bool, typer.Option("--require-coverage", help="What is not tried counts as a failure.")
    ] = False,
    suggest: Annotated[
        str, typer.Option("--suggest", metavar="RULE", help="Write the tests that the rule lacks, to be confirmed.")
    ] = "",
    junit_file: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="The results as JUnit XML too.")
    ] = None,
    language: InLanguage = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Run the tests that stand beside the rules: made-up records, a moment, and what is expected."""
    settings = load(config)
    said_in = language.value if language else settings.site.language
    directory, _ = load_directory(settings)
    templates = wiring.templates_of(settings)
    book, _ = wiring.rules_of(settings, directory, templates)
    calendar = calendar_of(settings)
    weekend = frozenset(WEEKDAYS.index(day) for day in settings.calendar.weekend)
    runner = Runner(settings, templates, calendar, book, look=Looking(weekend), reasons=_reasons(book, said_in))
    cases, faults, asked = _cases(settings, Around(book, directory, calendar), of or ())
    if suggest:
        _known(book, [suggest])
        touched = _covered(book, list(runner.run([case for case in cases if case.rule == suggest])), {suggest})
        print(end=rules_suggest.suggested(settings, runner, touched[0], directory, said_in))
        return
    chosen = [case for case in cases if run.casefold() in case.name.casefold()]
    words = Words(said_in)
    with progress(words.say("running"), len(chosen)) as bar:
        results = _in_order(chosen, _counted(runner.run(chosen), bar))
    covered = _covered(book, results, asked or book.compiled.keys()) if not run else []
    if junit_file is not None:
        _write(junit_file, junit(results, faults, said_in))
    if as_json:
        show_json(document(results, faults, covered, said_in))
    else:
        _show(results, faults, covered, words, detailed=coverage, nothing_found=not chosen)
    missing = require_coverage and any(each.missing for each in covered)
    if (
        not chosen
        or missing
        or any(not fault.warning for fault in faults)
        or any(not result.passed for result in results)
    ):
        raise typer.Exit(1)


def _cases(settings: Settings, around: Around, of: Sequence[str]) -> tuple[list[Case], list[Fault], Collection[str]]:
    """The cases of the files and rules that are asked for, of all where none is; and which rules that are."""
    named, rules = [], []
    for each in of:
        path = Path(each)
        if path.is_file() or path.suffix == ".yaml":
            if not path.exists():
                raise CannotRun(f"there is no file {each}")
            named.append(path)
        else:
            rules.append(each)
    _known(around.book, rules)
    paths, faults = files_in(settings.path(settings.rules.folder)) if rules or not named else ([], [])
    paths = [_near(path) for path in paths]
    cases, more = load_cases([*paths, *named], around)
    if not of:
        return cases, [*faults, *more], ()
    own = {str(path) for path in named}
    kept = [case for case in cases if case.rule in rules or case.file in own]
    files = {case.file for case in kept} | own | {str(path) for path in paths if path.stem in rules}
    asked = {*rules, *(case.rule for case in kept)}
    return kept, [fault for fault in (*faults, *more) if fault.file in files], asked


def _near(path: Path) -> Path:
    """As a person at this place would name it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _known(book: Rulebook, rules: Iterable[str]) -> None:
    """Raises Refused for a rule that cannot run."""
    for rule in rules:
        if rule in book.set.set_aside:
            why = book.set.set_aside[rule]
            en = f"the rule {rule} is set aside for a fault: {why}; mend it first: `alertd rules check`"
            vi = f"quy tắc {rule} chưa dùng được: {in_language(why, 'vi')}; sửa lỗi trước: `alertd rules check`"
            raise Refused(in_language(Said(en, vi), book.language))
        if rule not in book.compiled:
            cure = did_you_mean(rule, list(book.compiled))
            no_rule = Said(f"there is no rule {rule}; {cure}", f"không có quy tắc {rule}; {cure.vi}")
            raise Refused(in_language(no_rule, book.language))


def _reasons(book: Rulebook, language: str) -> Reasons:
    """Part by part, as `alertd explain` says it."""

    def reasons(found: Found, key: str) -> Sequence[Reason]:
        rule = found.compiled.rule
        alone = Rulebook(RuleSet({rule.id: rule}, ""), {rule.id: found.compiled}, book.language)
        seen = records(found.session, rule.dataset, [key], found.at)
        said = verdicts(found.session, alone, rule.dataset, seen, found.at, language)[key]
        zone = found.at.calendar.zone
        return [
            Reason(
                part.text,
                part.holds,
                ", ".join(f"{name} = {shown(value, zone)}" for name, value in part.values.items()),
            )
            for verdict in said
            for part in verdict.parts
        ]

    return reasons


def _in_order(chosen: Sequence[Case], results: Iterable[Result]) -> list[Result]:
    """As the tests are written: they run in an order of their own."""
    places = {id(case): place for place, case in enumerate(chosen)}
    return sorted(results, key=lambda result: places[id(result.case)])


def _counted(results: Iterable[Result], bar: Bar) -> Iterator[Result]:
    for result in results:
        bar.step()
        yield result


def _covered(book: Rulebook, results: Sequence[Result], rules: Collection[str]) -> list[Covered]:
    touched: defaultdict[str, set[str]] = defaultdict(set)
    for result in results:
        touched[result.case.rule] |= result.touched
    tests = Counter(result.case.rule for result in results)
    return [
        Covered(Plan(compiled), tests[name], frozenset(touched[name]))
        for name, compiled in book.compiled.items()
        if name in rules
    ]


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{path}: cannot be written ({error.strerror}); name another file") from None


def _show(
    results: Sequence[Result],
    faults: Sequence[Fault],
    covered: Sequence[Covered],
    words: Words,
    *,
    detailed: bool,
    nothing_found: bool,
) -> None:
    if faults:
        show_faults(faults, words.language, Format.TEXT, counted(faults, words.language))
        print()
    for result in results:
        show_result(result, words)
    wrong = {fault.file for fault in faults if not fault.warning}
    unread = {Path(file).stem for file in wrong}  # what their tests would have tried is not known
    show_coverage([each for each in covered if each.plan.compiled.rule.id not in unread], words, detailed=detailed)
    show_sum(results, words, len(wrong))
    if nothing_found and not faults:
        print(words.say("no_tests"), file=sys.stderr)
