"""alertd rules noise: what each rule's messages led to, and which rules lead to nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from alertd.check.noise import Counts, HeadNoise, Noise, RuleNoise
from alertd.check.noise import noise as noise_of
from alertd.cli.common import AsJson, Config, Language, Now, show_json, show_table
from alertd.cli.site import open_site
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.notices import filters
from alertd.replay.page_words import Voice
from alertd.settings.complaint import did_you_mean

_HEADS = 20  # rows
_PHRASES: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "rules": "Quy tắc, từ {day} đến nay",
        "rule": "quy tắc",
        "notices": "đã gửi",
        "answered": "có phản hồi",
        "matters": "số việc",
        "ended": "đã xong",
        "in_time": "xong trong {within} ngày",
        "hours": "số giờ đến khi xong (trung vị)",
        "heads": "Người nhận nhiều thông báo nhất",
        "head": "người nhận",
        "unit": "đơn vị",
        "of": "{n}/{all}",
        "nothing": "Không đem lại kết quả: {rule}: đã gửi {notices} thông báo, có phản hồi {answered}; trong {judged} việc, "
        "xong trong {within} ngày: {in_time}.",
        "cure": "Có thể nâng ngưỡng, chuyển sang bản tin ngày hoặc bỏ quy tắc; thử trước bằng: alertd rules backtest",
        "all_well": "Không có quy tắc nào gửi nhiều mà không đem lại kết quả.",
        "more": "… và {n} dòng nữa; --rule hoặc --json có đầy đủ",
        "rehearsed": "Không tính {n} thông báo diễn tập đã gửi cho Văn phòng thay cho thủ trưởng đơn vị.",
        "nothing_sent": "chưa gửi thông báo nào",
        "silent": "{n} quy tắc khác chưa gửi thông báo nào.",
    },
    "en": {
        "rules": "Rules, since {day}",
        "rule": "rule",
        "notices": "sent",
        "answered": "answered",
        "matters": "matters",
        "ended": "ended",
        "in_time": "ended within {within} days",
        "hours": "hours to the end (median)",
        "heads": "Who got the most",
        "head": "recipient",
        "unit": "unit",
        "of": "{n} of {all}",
        "nothing": "Leads to nothing: {rule}: sent {notices}, answered {answered}; of {judged} matters ended within "
        "{within} days: {in_time}.",
        "cure": "Raise its threshold, leave it to the digest, or drop it; try that first: alertd rules backtest",
        "all_well": "No rule sends much and leads to nothing.",
        "more": "… and {n} more; --rule or --json has them all",
        "rehearsed": "{n} notices of a rehearsal, which went to the office in the place of a head, are not counted.",
        "nothing_sent": "no notice was sent",
        "silent": "{n} other rules have sent none.",
    },
}


def noise(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Of so many days up to now.")] = 30,
    within: Annotated[
        int, typer.Option(min=1, max=366, help="Days in which a matter should end once it was told.")
    ] = 5,
    rule: Annotated[
        str | None, typer.Option(metavar="ID", help="Of this rule alone, with all of its recipients.")
    ] = None,
    language: Annotated[Language | None, typer.Option(help="By default the site's.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """What each rule's messages led to: sent, answered, ended; rules that lead to nothing are named."""
    with open_site(config, now) as site:
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.read() as session:
            found = noise_of(session, at, days=days, within=within, rules=site.rules.set.rules)
    chosen = [each for each in found.rules if rule is None or each.rule == rule]
    if not chosen and rule is not None:
        raise Refused(f"there is no rule {rule}; {did_you_mean(rule, [each.rule for each in found.rules])}")
    if as_json:
        show_json(_as_json(found, chosen))
        return
    said_in = (language or Language(site.language)).value
    titles = {name: known.name(said_in) for name, known in site.rules.set.rules.items()}
    voice = Voice(said_in, {unit.code: unit.name for unit in site.directory.units}, titles)
    show(voice, found, chosen, every=rule is not None)


def show(voice: Voice, found: Noise, chosen: Sequence[RuleNoise], *, every: bool) -> None:
    """``every``: all who were told, not only those who got the most."""
    language, say = voice.language, _PHRASES[voice.language]
    title = say["rules"].format(day=filters.day(found.since, language=language))
    names = ("notices", "answered", "matters", "ended", "in_time", "hours")
    columns = [say[name].format(within=found.within) for name in names]
    rows = [(voice.rule(each.rule), *_cells(each.counts, language)) for each in chosen if each.counts.notices]
    show_table(title, [say["rule"], *columns], rows, empty=say["nothing_sent"])
    if rows and len(rows) < len(chosen):
        print(say["silent"].format(n=_number(len(chosen) - len(rows), language)))
    heads = sorted(
        ((each, head) for each in chosen for head in each.heads),
        key=lambda pair: (-pair[1].counts.notices, pair[0].rule),
    )
    shown = heads if every else heads[:_HEADS]
    if shown:
        print()
        of = [(each.rule, head.name, voice.unit(head.unit), *_cells(head.counts, language)) for each, head in shown]
        show_table(say["heads"], [say["rule"], say["head"], say["unit"], *columns], of)
    if len(heads) > len(shown):
        print(say["more"].format(n=_number(len(heads) - len(shown), language)))
    print()
    for line in _findings(voice, found, chosen):
        print(line)


def _findings(voice: Voice, found: Noise, chosen: Sequence[RuleNoise]) -> Iterator[str]:
    language, say = voice.language, _PHRASES[voice.language]
    idle = [each for each in chosen if each.counts.leads_to_nothing]
    for each in idle:
        numbers = {name: _number(getattr(each.counts, name), language) for name in _NUMBERS}
        yield say["nothing"].format(rule=voice.rule(each.rule), within=found.within, **numbers)
    if any(each.counts.notices for each in chosen):
        yield say["cure"] if idle else say["all_well"]
    if found.rehearsed:
        yield say["rehearsed"].format(n=_number(found.rehearsed, language))


_NUMBERS = ("notices", "answered", "matters", "ended", "judged", "in_time")


def _cells(counts: Counts, language: str) -> tuple[str, ...]:
    in_time = "—"
    if counts.judged:
        in_time = _PHRASES[language]["of"].format(
            n=_number(counts.in_time, language), all=_number(counts.judged, language)
        )
    numbers = (_number(n, language) for n in (counts.notices, counts.answered, counts.matters, counts.ended))
    hours = None if counts.hours is None else round(counts.hours, 1)
    return (*numbers, in_time, filters.number(hours, language=language))


def _number(value: int, language: str) -> str:
    return filters.number(value, language=language)


def _as_json(found: Noise, chosen: list[RuleNoise]) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "within_days": found.within,
        "rehearsed": found.rehearsed,
        "leads_to_nothing": [each.rule for each in chosen if each.counts.leads_to_nothing],
        "rules": [
            {"rule": each.rule, **_counts(each.counts), "heads": [_head(head) for head in each.heads]}
            for each in chosen
        ],
    }


def _head(head: HeadNoise) -> dict[str, Any]:
    return {"person": head.person, "name": head.name, "unit": head.unit or None, **_counts(head.counts)}


def _counts(counts: Counts) -> dict[str, Any]:
    hours = None if counts.hours is None else round(counts.hours, 2)
    numbers = {name: getattr(counts, name) for name in _NUMBERS}
    return numbers | {"hours_to_end": hours, "leads_to_nothing": counts.leads_to_nothing}
