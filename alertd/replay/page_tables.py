"""The tables of the page: recipients newly disturbed and left in peace, rules, records found on another day. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from markupsafe import Markup

from alertd.replay.compare import Change, Difference, FoundChange, HeadChange
from alertd.replay.outcome import Found
from alertd.replay.page_words import Voice
from alertd.replay.report import Report

_MOST = 200  # rows of a table; --json has the rest
_Columns = Sequence[tuple[str, str]]  # a phrase and how the column is set
_NUMBER, _DAY, _KEY = "num", "day", "key"


def rules(report: Report, voice: Voice) -> Markup:
    found = report.difference
    if found is None:
        counts = report.tally
        columns: _Columns = (("col_rule", ""), *((name, _NUMBER) for name in ("col_messages", "col_told", "col_found")))
        records = _by_rule(report.after.found)
        names = sorted({*counts.rules, *records})
        rows = [
            (voice.rule(rule), *(voice.number(of.get(rule, 0)) for of in (counts.rules, counts.told, records)))
            for rule in names
        ]
        return _section("by_rule", columns, rows, voice)
    columns = (
        ("col_rule", ""),
        *((name, _NUMBER) for name in ("col_messages", "col_told", "col_found")),
        *((name, _NUMBER) for name in ("col_earlier", "col_later", "col_newly", "col_no_more")),
    )
    changed = [
        (
            voice.rule(rule.rule),
            *(_change(each, voice) for each in (rule.messages, rule.told, rule.found)),
            *(voice.number(count) for count in (rule.earlier, rule.later, rule.newly, rule.no_more)),
        )
        for rule in found.rules
    ]
    return _section("by_rule", columns, changed, voice)


def heads(found: Difference, voice: Voice) -> Markup:
    """Who is newly disturbed, and who is left in peace, side by side where there is room."""
    newly = _heads("newly", found.newly_disturbed, voice, lambda change: change.after)
    peace = _heads("peace", found.left_in_peace, voice, lambda change: change.before)
    return Markup('<div class="pair">{}{}</div>').format(newly, peace)


def _heads(name: str, chosen: Sequence[HeadChange], voice: Voice, side: Callable[[Change], int]) -> Markup:
    columns = (
        ("col_head", ""),
        ("col_unit", ""),
        ("col_messages", _NUMBER),
        ("col_news", _NUMBER),
        ("col_first", _DAY),
    )
    rows = [
        (
            head.name,
            voice.unit(head.unit),
            voice.number(side(head.messages)),
            voice.number(side(head.news)),
            voice.day(next((day for day, change in head.days.items() if side(change)), None)),
        )
        for head in chosen
    ]
    return _section(name, columns, rows, voice, note=f"{name}_note", count=len(chosen))


def records(found: Difference, voice: Voice) -> Markup:
    """Found earlier, later, newly, not any more."""
    moved = [_moved(name, rows, voice) for name, rows in (("earlier", found.earlier), ("later", found.later)) if rows]
    single = [
        _single(name, rows, voice)
        for name, rows in (("newly_found", found.newly_found), ("no_more", found.no_more))
        if rows
    ]
    if not moved and not single:
        return Markup("<p>{}</p>").format(voice.say("no_change_found"))
    return Markup('<div class="pair">{}</div>').format(Markup("").join([*moved, *single]))


def _moved(name: str, chosen: Sequence[FoundChange], voice: Voice) -> Markup:
    columns = (("col_key", _KEY), ("col_rule", ""), ("before", _DAY), ("after", _DAY), ("col_days", _NUMBER))
    rows = [
        (each.key, voice.rule(each.rule), voice.day(each.before), voice.day(each.after), voice.change(each.days))
        for each in chosen[:_MOST]
    ]
    return _section(name, columns, rows, voice, count=len(chosen))


def _single(name: str, chosen: Sequence[tuple[Found, date]], voice: Voice) -> Markup:
    columns = (("col_key", _KEY), ("col_rule", ""), ("col_day", _DAY))
    rows = [(key, voice.rule(rule), voice.day(day)) for (rule, key), day in chosen[:_MOST]]
    return _section(name, columns, rows, voice, count=len(chosen))


def days(report: Report, voice: Voice) -> Markup:
    """The figures of the chart."""
    found = report.difference
    columns: _Columns = (("col_day", _DAY), ("col_messages", _NUMBER), ("col_off", ""))
    if found is not None:
        columns = (("col_day", _DAY), ("before", _NUMBER), ("after", _NUMBER), ("change", _NUMBER), ("col_off", ""))
    rows = []
    for day, count in report.tally.days.items():
        numbers: tuple[object, ...] = (voice.number(count),)
        if found is not None:
            change = found.days[day]
            numbers = (voice.number(change.before), voice.number(change.after), change_of(change, voice))
        rows.append((voice.weekday(day), *numbers, voice.say("day_off") if day in report.off else ""))
    return Markup("<details><summary>{}</summary>{}</details>").format(
        voice.say("chart_table"), _table(columns, rows, voice)
    )


def change_of(change: Change, voice: Voice) -> Markup:
    """The change alone, marked as more or fewer."""
    if not change.change:
        return Markup("0")
    kind = "up" if change.change > 0 else "down"
    return Markup('<span class="{}">{}</span>').format(kind, voice.change(change.change))


def _change(change: Change, voice: Voice) -> Markup:
    """12 (+3)"""
    if not change.change:
        return Markup("{}").format(voice.number(change.after))
    return Markup("{} ({})").format(voice.number(change.after), change_of(change, voice))


def _by_rule(found: Iterable[Found]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for rule, _ in found:
        counts[rule] = counts.get(rule, 0) + 1
    return counts


def _section(
    name: str,
    columns: _Columns,
    rows: Sequence[Sequence[object]],
    voice: Voice,
    *,
    note: str = "",
    count: int | None = None,
) -> Markup:
    heading = voice.say(name) if count is None else f"{voice.say(name)}: {voice.number(count)}"
    said = Markup('<p class="note">{}</p>').format(voice.say(note)) if note and rows else ""
    left = (len(rows) if count is None else count) - min(len(rows), _MOST)
    cut = Markup('<p class="note">{}</p>').format(voice.say("cut", n=voice.number(left))) if left else ""
    table = _table(columns, rows[:_MOST], voice) if rows else Markup("<p>{}</p>").format(voice.say("newly_none"))
    return Markup("<section><h3>{}</h3>{}{}{}</section>").format(heading, said, table, cut)


def _table(columns: _Columns, rows: Iterable[Sequence[object]], voice: Voice) -> Markup:
    heads = Markup("").join(Markup('<th class="{}">{}</th>').format(kind, voice.say(name)) for name, kind in columns)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td class="{}">{}</td>').format(kind, cell)
                for (_, kind), cell in zip(columns, row, strict=True)
            )
        )
        for row in rows
    )
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        heads, body
    )
