"""The rules as they stand on paper: each as a sentence, with its ground, thresholds, exceptions, tests and what it sent. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alertd.errors import in_language
from alertd.model.rule import Basis, Rule
from alertd.notices.filters import level, moment, number
from alertd.paper.sent import Month, Sent
from alertd.paper.words import WORDS
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.speak import addressee, exclusions, ground, period, speak, steps


@dataclass(frozen=True, slots=True)
class InForce:
    """Since when a set is in force (local), and who released it (empty: nobody was asked)."""

    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Source:
    """From what the annex is made. ``now`` is local; ``tests``: their names by rule; ``month``: None where there is no store."""

    book: Rulebook
    site: str
    office: str
    signer: str
    signer_title: str
    now: datetime
    in_force: InForce | None
    tests: Mapping[str, Sequence[str]]
    month: Month | None


@dataclass(frozen=True, slots=True)
class RuleOnPaper:
    """``rows``: a heading and its lines each."""

    number: int
    id: str
    name: str
    to: str
    sentence: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """``facts``: lines under the title; ``aside``: name of each rule that does not run, and why."""

    language: str
    site: str
    office: str
    signer: str
    signer_title: str
    version: str
    facts: tuple[str, ...]
    rules: tuple[RuleOnPaper, ...]
    aside: tuple[tuple[str, str], ...]


def annex(source: Source, language: str) -> Annex:
    """All rules of the set, in the order of their names."""
    says = WORDS[language]
    compiled = [source.book.compiled[name] for name in sorted(source.book.compiled)]
    return Annex(
        language=language,
        site=source.site,
        office=source.office,
        signer=source.signer,
        signer_title=source.signer_title or says["signer"],
        version=source.book.set.version,
        facts=tuple(_facts(source, language, len(compiled))),
        rules=tuple(_on_paper(source, each, place, language) for place, each in enumerate(compiled, 1)),
        aside=tuple((name, in_language(why, language)) for name, why in sorted(source.book.set.set_aside.items())),
    )


def _facts(source: Source, language: str, rules: int) -> Iterator[str]:
    says = WORDS[language]
    yield says["set"].format(version=source.book.set.version)
    if source.in_force is None:
        yield says["folder"]
    else:
        since = moment(source.in_force.since, language=language)
        key = "released" if source.in_force.by else "in_force"
        yield says[key].format(moment=since, by=source.in_force.by)
    if source.month is not None:
        yield says["total"].format(
            rules=rules,
            tests=number(sum(map(len, source.tests.values())), language=language),
            month=_month(source.month.first),
            notices=number(source.month.notices, language=language),
        )
    yield says["printed"].format(moment=moment(source.now, language=language))


def _on_paper(source: Source, compiled: CompiledRule, place: int, language: str) -> RuleOnPaper:
    rule, says = compiled.rule, WORDS[language]
    today = source.now.date()
    rows: list[tuple[str, tuple[str, ...]]] = [
        (says["basis"], tuple(_basis(each, today, language) for each in rule.basis) or (says["no_basis"],)),
        (says["levels"], tuple(_levels(compiled, language))),
        (says["to"], (addressee(compiled, language),)),
        (says["repeat"], (_repeat(rule, language),)),
        (says["except"], _exceptions(compiled, today, language)),
        (says["tests"], (_tests(source.tests.get(rule.id, ()), language),)),
        _sent(source.month, rule.id, language),
        (says["version"], (rule.version,)),
    ]
    if rule.at_most is not None:
        limit = says["at_most_of"].format(count=number(rule.at_most, language=language))
        rows.insert(4, (says["at_most"], (limit,)))
    if action := rule.do(language).strip():
        if rule.act_within is not None:
            action = says["within"].format(action=action.rstrip("."), period=period(rule.act_within, language))
        rows.insert(-3, (says["act"], (action,)))
    told_to = addressee(compiled, language)
    return RuleOnPaper(place, rule.id, rule.name(language), told_to, speak(compiled, language), tuple(rows))


def _basis(basis: Basis, today: date, language: str) -> str:
    said = ground(basis, language)
    if basis.valid_on(today):
        return said
    ended = basis.until is not None and basis.until < today
    return f"{said} – {WORDS[language]['expired' if ended else 'coming']}"


def _levels(compiled: CompiledRule, language: str) -> Iterator[str]:
    says = WORDS[language]
    for name, when, way in steps(compiled, language):
        yield says["step"].format(level=name, when=when or says["always"], way=way)


def _repeat(rule: Rule, language: str) -> str:
    says = WORDS[language]
    if rule.repeat is None:
        return says["no_repeat"]
    return says["repeat_after"].format(period=period(rule.repeat, language))


def _exceptions(compiled: CompiledRule, today: date, language: str) -> tuple[str, ...]:
    says = WORDS[language]
    found = []
    for said, each in zip(exclusions(compiled, language), compiled.exclusions, strict=True):
        over = each.until is not None and each.until < today
        found.append(f"{said} – {says['over']}" if over else said)
    return tuple(found) or (says["no_except"],)


def _tests(names: Sequence[str], language: str) -> str:
    says = WORDS[language]
    if not names:
        return says["no_tests"]
    return says["tests_of"].format(count=number(len(names), language=language), names="; ".join(names))


def _sent(month: Month | None, rule: str, language: str) -> tuple[str, tuple[str, ...]]:
    says = WORDS[language]
    if month is None:
        return says["sent"].format(month="…"), (says["sent_unknown"],)
    heading = says["sent"].format(month=_month(month.first))
    sent = month.rules.get(rule, Sent())
    if not sent.notices:
        return heading, (says["sent_none"],)
    levels = ", ".join(
        f"{level(each.word, language=language)} {number(count, language=language)}"
        for each, count in sent.levels.items()
    )
    said = says["sent_of"].format(
        notices=number(sent.notices, language=language), alerts=number(sent.alerts, language=language), levels=levels
    )
    if sent.rehearsed:
        said += f"; {says['rehearsed'].format(count=number(sent.rehearsed, language=language))}"
    return heading, (said,)


def _month(first: date) -> str:
    return f"{first:%m/%Y}"
